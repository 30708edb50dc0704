//! Sends requests until there is an answer, and reads answers no larger than agreed.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use halligan_core::id::Guid;
use halligan_core::time::Timestamp;
use reqwest::header::HeaderMap;
use reqwest::{Client as Http, RequestBuilder, Response};
use tokio::sync::Semaphore;
use tokio::time::sleep;

use crate::problem::{Problem, Trace};
use crate::text::{excerpt, one_line};
use crate::throttle::{Limits, Pace, Pacer, retry_after};
use crate::token::claims::Challenge;
use crate::trust::Trust;

/// The wall clock that is given to a client.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

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
    permits: Semaphore,
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
    pub(crate) retry_after: Option<Duration>,
    pub(crate) body: Vec<u8>,
    /// What Graph demands beyond the token that was sent.
    pub(crate) challenge: Option<Challenge>,
    location: Option<String>,
    content_type: String,
}

impl Transport {
    /// Builds the HTTP client; fails when the system's certificate store cannot be read.
    pub(crate) fn new(
        pace: Pace,
        limits: Limits,
        clock: Clock,
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
        let permits = Semaphore::new(pace.concurrent_requests_max.max(1));
        let reached = AtomicBool::new(false);
        Ok(Self { http, pace, limits, clock, permits, reached })
    }

    /// The same with no proxy in between and this wait for a connection: for what is on this
    /// machine or its host, which speaks plain HTTP.
    pub(crate) fn beside_the_proxy(&self, connect_timeout: Duration) -> Result<Self, Problem> {
        let pace = Pace { connect_timeout, ..self.pace.clone() };
        Self::new(pace, self.limits.clone(), self.clock.clone(), &Trust::default(), true)
            .map_err(|what| Problem::Connect { host: String::new(), what })
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Sends a request that changes nothing, again where that may help, and gives the last answer.
    ///
    /// Sent again: after 429, 500, 502, 503 and 504, a dropped connection, a time-out, a truncated
    /// body. `make` builds the request anew for each attempt. A `pacer` spaces the attempts out.
    pub(crate) async fn persist(
        &self,
        pacer: Option<&Pacer>,
        make: impl Fn(&Http) -> RequestBuilder,
    ) -> Result<Answer, Problem> {
        let mut attempt = 1;
        loop {
            let last = attempt >= self.pace.attempts_max;
            let wait = match self.exchange(pacer, make(&self.http), attempt).await {
                Ok(answer) if last || !is_transient(answer.status) => return Ok(answer),
                Ok(answer) => match answer.retry_after {
                    Some(wait) if wait > self.pace.retry_after_max => return Ok(answer),
                    wait => wait,
                },
                Err(problem) if last || !self.may_pass(&problem) => return Err(problem),
                Err(_) => None,
            };
            sleep(wait.unwrap_or_else(|| self.pace.back_off(attempt))).await;
            attempt += 1;
        }
    }

    async fn exchange(
        &self,
        pacer: Option<&Pacer>,
        request: RequestBuilder,
        attempts: u32,
    ) -> Result<Answer, Problem> {
        let ours = random_guid()?.to_string();
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
        // The semaphore is never closed, so that this always gives a permit.
        let permit = self.permits.acquire().await;
        let answer = match self.http.execute(request).await {
            Ok(response) => {
                self.reached.store(true, Ordering::Relaxed);
                self.receive(response, &host, attempts, &mut trace).await
            }
            Err(why) => Err(fault(&why, &host, &trace)),
        };
        drop(permit);
        if let Some(turn) = turn {
            turn.answered();
        }
        answer
    }

    /// Reads the answer in pieces and stops at the first byte beyond the limit.
    async fn receive(
        &self,
        mut response: Response,
        host: &str,
        attempts: u32,
        trace: &mut Trace,
    ) -> Result<Answer, Problem> {
        let text = |headers: &HeaderMap, name: &str| -> Option<String> {
            Some(headers.get(name)?.to_str().ok()?.to_owned())
        };
        let headers = response.headers();
        let id = |name| text(headers, name).map(|id| excerpt(&id, ID_CHARACTERS_MAX));
        trace.request_id = id("request-id").or_else(|| id("x-ms-request-id"));
        let date = text(headers, "date");
        let wait = text(headers, "retry-after");
        let mut answer = Answer {
            host: host.into(),
            status: response.status().as_u16(),
            attempts,
            trace: trace.clone(),
            retry_after: retry_after(wait.as_deref(), date.as_deref(), self.now()),
            challenge: challenge(headers),
            location: text(headers, "location"),
            content_type: text(headers, "content-type").unwrap_or_default(),
            body: Vec::new(),
        };
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
    /// The answer, when it may be JSON; the problem that stands in its place otherwise: throttled,
    /// failed for good, a redirect, a page of somebody else's.
    pub(crate) fn json(self) -> Result<Self, Problem> {
        let Self { status, attempts, .. } = self;
        if status == 429 {
            return Err(Problem::Throttled {
                retry_after_seconds: self.retry_after.map(|wait| wait.as_secs()),
                attempts,
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
            return Err(Problem::Server { status, code, attempts, trace: self.trace });
        }
        Ok(self)
    }

    fn is_json(&self) -> bool {
        let first = self.body.iter().find(|byte| !byte.is_ascii_whitespace());
        self.content_type.to_ascii_lowercase().contains("json")
            || self.content_type.is_empty() && first == Some(&b'{')
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
            _ if self.content_type.is_empty() => "a page without title or type".into(),
            _ => format!("a page of type `{}`", excerpt(&self.content_type, TITLE_CHARACTERS_MAX)),
        }
    }

    fn redirect_host(&self) -> String {
        let target = self.location.as_deref().and_then(|text| reqwest::Url::parse(text).ok());
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
