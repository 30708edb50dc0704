//! Sends requests until there is an answer, and reads answers no larger than agreed.

use std::error::Error;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use halligan_core::id::Guid;
use halligan_core::time::Timestamp;
use reqwest::header::HeaderMap;
use reqwest::{Client as Http, RequestBuilder, Response};
use tokio::sync::mpsc;
use tokio::time::sleep;

use crate::flow::{Gate, Signal};
use crate::patience::{Next, Reached, Waiting, Why, next};
use crate::problem::{Problem, Trace};
use crate::text::{excerpt, one_line};
use crate::throttle::{Limits, Pace, Pacer, retry_after};
use crate::token::Token;
use crate::token::claims::Challenge;
use crate::trust::Trust;

/// The wall clock that is given to a client.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Where the bytes come from by which waits are shortened; a test gives its own.
pub type Jitter = Arc<dyn Fn() -> u8 + Send + Sync>;

/// Waits that may be told before whoever watches has listened; more are not told.
const TOLD_MAX: usize = 64;

/// Longest quotation of a page's title, in characters: enough to know the proxy.
const TITLE_CHARACTERS_MAX: usize = 60;

/// Longest id of the other side that is kept, in characters.
const ID_CHARACTERS_MAX: usize = 64;

/// One HTTP client with its pace and its limits.
pub(crate) struct Transport {
    http: Http,
    pace: Pace,
    limits: Limits,
    clock: Clock,
    jitter: Jitter,
    gate: Gate,
    told: Mutex<Option<mpsc::Sender<Waiting>>>,
    /// Whether any answer has ever come: a name that never answered is a mistake to be told at
    /// once, one that did is an outage to be waited out.
    reached: AtomicBool,
}

/// An answer, whatever its status.
pub(crate) struct Answer {
    pub(crate) host: String,
    pub(crate) status: u16,
    pub(crate) attempts: u32,
    pub(crate) trace: Trace,
    pub(crate) body: Vec<u8>,
    /// What the headers say.
    pub(crate) said: Said,
    /// The limit that ended the attempts, when the answer is the last of several.
    pub(crate) reached: Reached,
    /// The token that was sent along.
    pub(crate) token: Option<Token>,
}

/// What the headers of an answer say, whether it came alone or as a part of another.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    /// The share of the application's limit that is in use; 1 is all of it.
    share: Option<f64>,
    /// Whether a refusal is about the whole application in this tenant.
    is_wide: bool,
    /// What Graph demands beyond the token that was sent.
    pub(crate) challenge: Option<Challenge>,
    /// `NextPageUri`, by which the Office 365 Management Activity API names a further page.
    pub(crate) next_page: Option<String>,
    location: Option<String>,
    content_type: String,
}

impl Said {
    /// Reads headers, which `header` finds in any letter case.
    pub(crate) fn of(header: impl Fn(&str) -> Option<String>, now: Timestamp) -> Self {
        let id = |name| header(name).map(|id| excerpt(&id, ID_CHARACTERS_MAX));
        let (wait, date) = (header("retry-after"), header("date"));
        let share = header("x-ms-throttle-limit-percentage");
        let scope = header("x-ms-throttle-scope").unwrap_or_default();
        Self {
            request_id: id("request-id").or_else(|| id("x-ms-request-id")),
            retry_after: retry_after(wait.as_deref(), date.as_deref(), now),
            share: share.and_then(|share| share.trim().parse().ok()),
            is_wide: scope.starts_with("Tenant_Application"),
            challenge: header("www-authenticate").as_deref().and_then(Challenge::read),
            next_page: header("nextpageuri"),
            location: header("location"),
            content_type: header("content-type").unwrap_or_default(),
        }
    }

    /// What this says about the speed, of an answer that came after `elapsed`.
    pub(crate) fn signal(&self, status: u16, elapsed: Duration, pace: &Pace) -> Signal {
        match self.retry_after {
            Some(wait) if status == 429 && self.is_wide && wait <= pace.retry_after_max => {
                Signal::Closed(wait)
            }
            _ => Signal::of(status, self.share, elapsed),
        }
    }
}

impl Transport {
    /// Builds the HTTP client; fails when the system's certificate store cannot be read.
    pub(crate) fn new(
        pace: Pace,
        limits: Limits,
        clock: Clock,
        jitter: Jitter,
        trust: &Trust,
        is_loopback: bool,
    ) -> Result<Self, String> {
        // A second installation is refused and the first one stands, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Http::builder()
            .user_agent(concat!("halligan/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(pace.connect_timeout)
            .timeout(pace.request_timeout);
        if is_loopback {
            builder = builder.no_proxy();
        }
        let extra = trust.certificates().map_err(|why| innermost(&why))?;
        let http = builder.tls_certs_merge(extra).build().map_err(|why| innermost(&why))?;
        let gate = Gate::new(pace.concurrent_requests_max);
        let reached = AtomicBool::new(false);
        let told = Mutex::default();
        Ok(Self { http, pace, limits, clock, jitter, gate, told, reached })
    }

    /// The same with no proxy in between and this wait for a connection: for what is on this
    /// machine or its host, which speaks plain HTTP.
    pub(crate) fn beside_the_proxy(&self, connect_timeout: Duration) -> Result<Self, Problem> {
        let pace = Pace { connect_timeout, ..self.pace.clone() };
        let (limits, clock, jitter) =
            (self.limits.clone(), self.clock.clone(), self.jitter.clone());
        Self::new(pace, limits, clock, jitter, &Trust::default(), true)
            .map_err(|what| Problem::Connect { host: String::new(), what })
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    pub(crate) fn jitter(&self) -> u8 {
        (self.jitter)()
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(crate) fn pace(&self) -> &Pace {
        &self.pace
    }

    pub(crate) fn gate(&self) -> &Gate {
        &self.gate
    }

    pub(crate) fn http(&self) -> &Http {
        &self.http
    }

    /// The waits from here on, to be told to whoever watches.
    pub(crate) fn waits(&self) -> mpsc::Receiver<Waiting> {
        let (sender, receiver) = mpsc::channel(TOLD_MAX);
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
        receiver
    }

    /// Sends a request that changes nothing, again where that may help, and gives the last answer.
    ///
    /// Sent again: after 429, 500, 502, 503 and 504, a dropped connection, a time-out, a truncated
    /// body. `exchange` makes one attempt.
    pub(crate) async fn persist<F>(&self, exchange: impl Fn() -> F) -> Result<Answer, Problem>
    where
        F: Future<Output = Result<Answer, Problem>>,
    {
        self.persist_where(|problem| self.may_pass(problem), exchange).await
    }

    /// Sends what `build` makes in the same way, without a pacer.
    pub(crate) async fn send(
        &self,
        build: impl Fn(&Http) -> RequestBuilder,
    ) -> Result<Answer, Problem> {
        self.persist(|| self.exchange(None, build(&self.http))).await
    }

    /// The same, with failures tried again where `may_pass` says so.
    pub(crate) async fn persist_where<F, E>(
        &self,
        may_pass: impl Fn(&E) -> bool,
        exchange: impl Fn() -> F,
    ) -> Result<Answer, E>
    where
        F: Future<Output = Result<Answer, E>>,
    {
        // The first request may have waited long for its turn, which is nobody's failure.
        let mut failed_first = None;
        let mut attempt = 1;
        loop {
            let mut outcome = exchange().await;
            let (why, asked) = match &outcome {
                Ok(answer) if !is_transient(answer.status) => return outcome,
                Ok(answer) => (why(answer.status), answer.said.retry_after),
                Err(error) if !may_pass(error) => return outcome,
                Err(_) => (Why::Unanswered, None),
            };
            let elapsed = failed_first.get_or_insert_with(Instant::now).elapsed();
            match next(&self.pace, attempt, elapsed, asked, (self.jitter)()) {
                Next::GiveUp(reached) => {
                    if let Ok(answer) = &mut outcome {
                        (answer.reached, answer.attempts) = (reached, attempt);
                    }
                    return outcome;
                }
                Next::Again(wait) => {
                    let attempts_max = self.pace.attempts_max;
                    self.tell(Waiting { why, wait, attempt: attempt + 1, attempts_max });
                    sleep(wait).await;
                }
            }
            attempt += 1;
        }
    }

    fn tell(&self, waiting: Waiting) {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(told) = told.as_ref() {
            // Whoever does not listen has enough to read as it is.
            let _ = told.try_send(waiting);
        }
    }

    /// Sends one request and reads its answer. A `pacer` spaces requests out; what it paces has a
    /// limit of its own, and says nothing about the speed of the others.
    pub(crate) async fn exchange(
        &self,
        pacer: Option<&Pacer>,
        request: RequestBuilder,
    ) -> Result<Answer, Problem> {
        self.exchange_as(pacer, request, random_guid()?).await
    }

    /// The same, known by this id.
    pub(crate) async fn exchange_as(
        &self,
        pacer: Option<&Pacer>,
        request: RequestBuilder,
        id: Guid,
    ) -> Result<Answer, Problem> {
        let ours = id.to_string();
        let request = request
            .header("accept", "application/json")
            .header("client-request-id", &ours)
            .build()
            .map_err(|why| Problem::Connect { host: String::new(), what: innermost(&why) })?;
        let host = host_of(request.url());
        let mut trace = Trace { request_id: None, client_request_id: Some(ours) };
        let turn = match pacer {
            Some(pacer) => Some(pacer.turn().await),
            None => None,
        };
        let permit = self.gate.enter().await;
        let answer = match self.http.execute(request).await {
            Ok(response) => {
                self.reached.store(true, Ordering::Relaxed);
                self.receive(response, &host, &mut trace).await
            }
            Err(why) => Err(fault(&why, &host, &trace)),
        };
        if let (Ok(answer), None) = (&answer, pacer) {
            let signal = answer.said.signal(answer.status, permit.sent.elapsed(), &self.pace);
            self.gate.hear(signal, permit.sent);
        }
        drop(permit);
        if let Some(turn) = turn {
            // For as long as the service asks one of them to wait, all of them do.
            let refused = answer.as_ref().ok().filter(|answer| answer.status == 429);
            let asked = refused.and_then(|answer| answer.said.retry_after);
            turn.answered(asked.filter(|wait| *wait <= self.pace.retry_after_max));
        }
        answer
    }

    /// Reads the answer in pieces and stops at the first byte beyond the limit.
    async fn receive(
        &self,
        mut response: Response,
        host: &str,
        trace: &mut Trace,
    ) -> Result<Answer, Problem> {
        let headers = response.headers();
        let text = |name: &str| Some(headers.get(name)?.to_str().ok()?.to_owned());
        let mut said = Said::of(text, self.now());
        said.challenge = challenge(headers);
        trace.request_id = said.request_id.clone();
        let status = response.status().as_u16();
        let mut answer = Answer::new(host.into(), status, trace.clone(), said, Vec::new());
        let limit = self.limits.body_bytes_max;
        let too_large =
            || Problem::Limit { name: "BODY_BYTES_MAX", value: limit, trace: trace.clone() };
        if response.content_length().is_some_and(|length| length > limit) {
            return Err(too_large());
        }
        while let Some(piece) = response.chunk().await.map_err(|why| fault(&why, host, trace))? {
            answer.body.extend_from_slice(&piece);
            if answer.body.len() as u64 > limit {
                return Err(too_large());
            }
        }
        Ok(answer)
    }

    fn may_pass(&self, problem: &Problem) -> bool {
        match problem {
            Problem::Dropped { .. } => true,
            Problem::Connect { .. } | Problem::Timeout { .. } => {
                self.reached.load(Ordering::Relaxed)
            }
            _ => false,
        }
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").field("pace", &self.pace).finish_non_exhaustive()
    }
}

impl Answer {
    pub(crate) fn new(host: String, status: u16, trace: Trace, said: Said, body: Vec<u8>) -> Self {
        let reached = Reached::Attempts;
        Self { host, status, attempts: 1, trace, body, said, reached, token: None }
    }

    /// Whether the token that was sent is refused, or is not enough.
    pub(crate) fn wants_another_token(&self) -> bool {
        self.status == 401 || self.said.challenge.is_some()
    }

    /// The answer, when it may be JSON; the problem that stands in its place otherwise: throttled,
    /// failed for good, a redirect, a page of somebody else's.
    pub(crate) fn json(self) -> Result<Self, Problem> {
        let Self { status, attempts, reached, .. } = self;
        if status == 429 {
            return Err(Problem::Throttled {
                retry_after_seconds: self.said.retry_after.map(|wait| wait.as_secs()),
                attempts,
                reached,
                trace: self.trace,
            });
        }
        if (300..400).contains(&status) {
            let to = self.redirect_host();
            return Err(Problem::Redirected { host: self.host, to, trace: self.trace });
        }
        let is_silent_refusal = status >= 400 && self.body.is_empty();
        if !(self.is_json() || is_silent_refusal) {
            let title = self.title();
            return Err(Problem::NotJson { host: self.host, status, title, trace: self.trace });
        }
        if status >= 500 {
            let code = halligan_wire::error::read(&self.body).map(|error| one_line(&error.code));
            let code = code.unwrap_or_default();
            return Err(Problem::Server { status, code, attempts, reached, trace: self.trace });
        }
        Ok(self)
    }

    fn is_json(&self) -> bool {
        let first = self.body.iter().find(|byte| !byte.is_ascii_whitespace());
        self.said.content_type.to_ascii_lowercase().contains("json")
            || self.said.content_type.is_empty() && first == Some(&b'{')
    }

    /// The title of a page, sanitised; it tells an administrator whose page it is.
    fn title(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        let lower = text.to_ascii_lowercase();
        let inside = lower.find("<title").and_then(|start| {
            let from = start + lower.get(start..)?.find('>')? + 1;
            let length = lower.get(from..)?.find("</title")?;
            text.get(from..from + length)
        });
        match inside.map(|title| excerpt(title, TITLE_CHARACTERS_MAX)) {
            Some(title) if !title.is_empty() => format!("`{title}`"),
            _ if self.said.content_type.is_empty() => "a page without title or type".into(),
            _ => format!(
                "a page of type `{}`",
                excerpt(&self.said.content_type, TITLE_CHARACTERS_MAX)
            ),
        }
    }

    fn redirect_host(&self) -> String {
        let target = self.said.location.as_deref().and_then(|text| reqwest::Url::parse(text).ok());
        target.map_or_else(|| "(no other host)".into(), |url| host_of(&url))
    }
}

/// The claims challenge among the `WWW-Authenticate` headers.
fn challenge(headers: &HeaderMap) -> Option<Challenge> {
    let headers = headers.get_all("www-authenticate").iter();
    headers.filter_map(|header| header.to_str().ok()).find_map(Challenge::read)
}

/// A random GUID, version 4.
pub(crate) fn random_guid() -> Result<Guid, Problem> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| Problem::NoRandomness)?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    Ok(Guid::from_bytes(bytes))
}

/// A jitter of the system's randomness. Without any the whole time is waited, which is only less
/// polite.
pub(crate) fn random_jitter() -> Jitter {
    Arc::new(|| {
        let mut byte = [0];
        getrandom::fill(&mut byte).map_or(0, |()| byte[0])
    })
}

fn why(status: u16) -> Why {
    if status == 429 { Why::Throttled } else { Why::Failing(status) }
}

/// Statuses that may be gone at the next try.
fn is_transient(status: u16) -> bool {
    matches!(status, 429 | 500 | 502 | 503 | 504)
}

/// Host and port, as a message names them.
pub(crate) fn host_of(url: &reqwest::Url) -> String {
    let host = one_line(url.host_str().unwrap_or_default());
    url.port().map_or_else(|| host.clone(), |port| format!("{host}:{port}"))
}

/// Sorts a failure to get an answer by what would mend it.
fn fault(why: &reqwest::Error, host: &str, trace: &Trace) -> Problem {
    let host = host.to_owned();
    if let Some(what) = tls_fault(why) {
        Problem::Tls { host, what }
    } else if why.is_timeout() {
        Problem::Timeout { host, trace: trace.clone() }
    } else if why.is_connect() {
        Problem::Connect { host, what: innermost(why) }
    } else {
        Problem::Dropped { host, what: innermost(why), trace: trace.clone() }
    }
}

/// The TLS library's error among the causes.
fn tls_fault(why: &reqwest::Error) -> Option<String> {
    let tls = causes(why).find_map(|cause| cause.downcast_ref::<rustls::Error>())?;
    Some(one_line(&tls.to_string()))
}

/// The text of the first cause: the outer ones only say that something went wrong.
fn innermost(why: &reqwest::Error) -> String {
    let text = causes(why).last().map(ToString::to_string);
    one_line(text.as_deref().unwrap_or("the request failed"))
}

/// The causes of a failure, outermost first.
fn causes(why: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(why.source(), |error| cause_of(*error))
}

/// The next cause. An `io::Error` passes over the error that it wraps when it is asked for its
/// source, so that it is unwrapped here.
fn cause_of<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<std::io::Error>() {
        Some(wrapper) => wrapper.get_ref().map(|inner| inner as _),
        None => error.source(),
    }
}
