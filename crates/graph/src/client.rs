//! A client of one tenant: reads objects and collections, asks What If, and nothing else.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use halligan_core::time::Timestamp;
use halligan_wire::Entity;
use reqwest::Url;
use thiserror::Error;
use tokio::sync::mpsc;

use crate::activity::Feed;
use crate::batch::{Batcher, Refusal};
use crate::endpoints::Endpoints;
use crate::patience::Waiting;
use crate::problem::{Problem, Trace};
use crate::request::{Request, SmallLimit};
use crate::secret::SignIn;
use crate::stop::Stop;
use crate::text::one_line;
use crate::throttle::{Allowance, Limits, Pace};
use crate::token::{Authority, Identity, Token, Tokens};
use crate::transport::{Answer, Clock, Jitter, Transport, host_of, random_jitter};
use crate::trust::Trust;

/// How urgent its requests are: a person or a pipeline waits for them.
///
/// Source: <https://learn.microsoft.com/graph/throttling-limits>, identity and access.
const PRIORITY: (&str, &str) = ("x-ms-throttle-priority", "normal");

/// What a client needs to know.
#[derive(Clone)]
pub struct Options {
    /// Where the services are.
    pub endpoints: Endpoints,
    /// The tenant, by id or by one of its domains.
    pub tenant: String,
    /// Who signs in.
    pub sign_in: SignIn,
    /// The wall clock.
    pub clock: Clock,
    /// How fast to ask.
    pub pace: Pace,
    /// How much to accept.
    pub limits: Limits,
    /// Authorities to trust beside those of the system.
    pub trust: Trust,
    /// By what waits are shortened at random.
    pub jitter: Jitter,
}

/// Why a client cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SetUpError {
    /// The tenant is neither an id nor a domain.
    #[error("`{0}` is no tenant: give its id or one of its domains")]
    Tenant(String),
    /// The HTTP client cannot be made.
    #[error("no HTTP client: {0}")]
    Http(String),
}

/// Reads one tenant through Microsoft Graph, with the permissions of one application.
#[derive(Debug)]
pub struct Client {
    endpoints: Endpoints,
    pub(crate) graph: Url,
    pub(crate) transport: Transport,
    pub(crate) tokens: Tokens,
    pub(crate) batcher: Batcher,
    /// Azure Resource Manager, which takes tokens of its own.
    arm: Option<(Url, Tokens)>,
    /// The Office 365 Management Activity API, which does as well.
    pub(crate) activity: Option<Feed>,
    conditional_access: Allowance,
    reports: Allowance,
    sign_in_activity: Allowance,
    stop: Stop,
    /// Requests since the last answer that got none.
    unanswered: AtomicU32,
}

/// A body that was read with status 200, and the ids of its answer.
pub(crate) struct Body {
    pub(crate) bytes: Vec<u8>,
    pub(crate) trace: Trace,
    /// The further page that a header names.
    pub(crate) next_page: Option<String>,
}

impl Options {
    /// Options at the usual pace with the usual limits.
    pub fn new(endpoints: Endpoints, tenant: &str, sign_in: SignIn, clock: Clock) -> Self {
        let (pace, limits, trust) = (Pace::default(), Limits::default(), Trust::default());
        let (tenant, jitter) = (tenant.into(), random_jitter());
        Self { endpoints, tenant, sign_in, clock, pace, limits, trust, jitter }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("endpoints", &self.endpoints)
            .field("tenant", &self.tenant)
            .field("sign_in", &self.sign_in)
            .field("trust", &self.trust)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Makes a client; nothing is sent yet.
    pub fn new(options: Options) -> Result<Self, SetUpError> {
        let Options { endpoints, tenant, sign_in, clock, pace, limits, trust, jitter } = options;
        let authority = Authority::of(endpoints.login(), endpoints.graph(), &tenant);
        let (Some(authority), Ok(graph)) = (authority, Url::parse(endpoints.graph())) else {
            return Err(SetUpError::Tenant(one_line(&tenant)));
        };
        let arm = endpoints.arm().zip(endpoints.arm_audience()).and_then(|(arm, audience)| {
            // A person would have to sign in once more, for one part.
            let sign_in = Some(sign_in.clone()).filter(|who| !matches!(who, SignIn::Person(_)))?;
            let authority = Authority::of(endpoints.login(), audience, &tenant)?;
            Some((Url::parse(arm).ok()?, Tokens::new(authority, sign_in)))
        });
        let activity = Feed::of(&endpoints, &tenant, &sign_in);
        let tokens = Tokens::new(authority, sign_in);
        let conditional_access = Allowance::kept(pace.conditional_access_gap);
        let reports = Allowance::on_demand(pace.reports_gap);
        let sign_in_activity = Allowance::on_demand(pace.sign_in_activity_gap);
        let batcher = Batcher::new(pace.batch_parts_max);
        let is_loopback = endpoints.are_loopback();
        let transport = Transport::new(pace, limits, clock, jitter, &trust, is_loopback)
            .map_err(SetUpError::Http)?;
        let (stop, unanswered) = Default::default();
        Ok(Self {
            endpoints,
            graph,
            transport,
            tokens,
            arm,
            activity,
            batcher,
            conditional_access,
            reports,
            sign_in_activity,
            stop,
            unanswered,
        })
    }

    /// Where this client reads.
    pub fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    /// Proves that the token service accepts who signs in, and keeps the token for later. A person
    /// is asked to sign in here.
    pub async fn sign_in(&self) -> Result<(), Problem> {
        self.unless_stopped(self.tokens.token(&self.transport)).await.map(|_| ())
    }

    /// Gives up what is under way and what would come: it fails as [`Problem::Interrupted`].
    pub fn interrupt(&self) {
        self.stop.stop(Problem::Interrupted);
    }

    /// Waits until replicas of the directory may have caught up.
    pub(crate) async fn wait_for_replicas(&self) -> Result<(), Problem> {
        let wait = self.transport.pace().replication_wait;
        self.unless_stopped(async {
            tokio::time::sleep(wait).await;
            Ok(())
        })
        .await
    }

    /// Begins a reading: that an earlier one was given up does not end this one.
    pub(crate) fn begin(&self) {
        self.stop.renew();
        self.unanswered.store(0, Ordering::Relaxed);
    }

    /// Ends the reading when it has taken too long; never returns.
    pub(crate) async fn out_of_time<T>(&self) -> T {
        let longest: Duration = self.transport.pace().reading_max;
        tokio::time::sleep(longest).await;
        self.stop.stop(Problem::TooLong(longest.as_secs()));
        std::future::pending().await
    }

    /// Ends the reading when nobody has answered for long: each request that goes unanswered takes
    /// minutes, and thousands may be left.
    fn heed<T>(&self, outcome: &Result<T, Problem>) {
        match outcome {
            Err(problem) if problem.is_outage() => {
                let count = self.unanswered.fetch_add(1, Ordering::Relaxed) + 1;
                let most = self.transport.pace().unanswered_max;
                if count >= most {
                    self.stop.stop(Problem::Unanswered(count));
                }
            }
            Err(Problem::Interrupted | Problem::Unanswered(_) | Problem::TooLong(_)) => {}
            _ => self.unanswered.store(0, Ordering::Relaxed),
        }
    }

    /// Who signed in; `None` before [`Client::sign_in`], and where it is not a person.
    pub async fn identity(&self) -> Option<Identity> {
        self.tokens.identity().await
    }

    /// Graph's origin, onto which paths are put.
    pub(crate) fn origin(&self) -> &Url {
        &self.graph
    }

    /// The waits from here on.
    pub(crate) fn waits(&self) -> mpsc::Receiver<Waiting> {
        self.transport.waits()
    }

    /// Azure Resource Manager's origin; `None` where it is not known.
    pub(crate) fn arm(&self) -> Option<&Url> {
        self.arm.as_ref().map(|(url, _)| url)
    }

    /// Whether a person signs in.
    pub(crate) fn is_person(&self) -> bool {
        self.tokens.is_person()
    }

    /// The token for Graph, to look at what it says of itself.
    pub(crate) async fn token(&self) -> Result<Token, Problem> {
        self.tokens.token(&self.transport).await
    }

    /// The tokens of the service that answers at `url`.
    fn tokens_of(&self, url: &Url) -> &Tokens {
        if let Some(feed) = self.activity.as_ref().filter(|feed| feed.is_at(url)) {
            return &feed.tokens;
        }
        match &self.arm {
            Some((arm, tokens)) if url.origin() == arm.origin() && !self.is_graph(url) => tokens,
            _ => &self.tokens,
        }
    }

    /// Whether Graph answers at `url`. A twin serves everything at one origin, apart by its paths.
    fn is_graph(&self, url: &Url) -> bool {
        url.origin() == self.graph.origin() && !url.path().starts_with("/providers/")
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.transport.now()
    }

    /// Reads one object.
    pub(crate) async fn object<T: Entity>(&self, request: Request) -> Result<T, Problem> {
        let body = self.get(&request).await?;
        halligan_wire::read(&body.bytes).map_err(|why| Problem::malformed(why, body.trace))
    }

    /// Reads a collection to its end.
    pub(crate) async fn list<T: Entity>(&self, first: Request) -> Result<Vec<T>, Problem> {
        let limits = self.transport.limits();
        let mut items = Vec::new();
        let mut seen = BTreeSet::new();
        let origin = first.url.clone();
        let mut request = first;
        loop {
            seen.insert(request.url.as_str().to_owned());
            let Body { bytes, trace, .. } = self.get(&request).await?;
            let limit = |name, value| Problem::Limit { name, value, trace: trace.clone() };
            let page = halligan_wire::read_page(&bytes)
                .map_err(|why| Problem::malformed(why, trace.clone()))?;
            items.extend(page.items);
            if items.len() as u64 > limits.items_max {
                return Err(limit("ITEMS_MAX", limits.items_max));
            }
            let Some(next) = page.next else {
                return Ok(items);
            };
            if seen.len() as u64 >= limits.pages_max {
                return Err(limit("PAGES_MAX", limits.pages_max));
            }
            let url = next_page(&next, &origin, &trace)?;
            if seen.contains(url.as_str()) {
                return Err(Problem::PageCycle { trace });
            }
            request = request.page(url);
        }
    }

    /// Sends one read, with a fresh token once should the first be refused.
    ///
    /// On the heap: a snapshot joins dozens of these, each of which would be thousands of bytes of
    /// one future.
    pub(crate) async fn get(&self, request: &Request) -> Result<Body, Problem> {
        let outcome = Box::pin(self.unless_stopped(async {
            let mut answer = self.send(request).await?;
            if answer.wants_another_token() {
                if let Some(refused) = &answer.token {
                    let tokens = self.tokens_of(&request.url);
                    tokens.renewed(&self.transport, refused, &answer).await?;
                }
                answer = self.send(request).await?;
            }
            judge(answer)
        }))
        .await;
        self.heed(&outcome);
        outcome
    }

    async fn unless_stopped<T>(
        &self,
        work: impl Future<Output = Result<T, Problem>>,
    ) -> Result<T, Problem> {
        tokio::select! {
            biased;
            why = self.stop.stopped() => Err(why),
            done = work => done,
        }
    }

    /// Sends a request until there is an answer, with others or alone.
    async fn send(&self, request: &Request) -> Result<Answer, Problem> {
        if self.may_travel(request) {
            // What goes wrong with a batch has been tried again already.
            let together = || self.together_or_apart(request);
            match self.transport.persist_where(|_| false, together).await {
                Ok(answer) => return Ok(answer),
                Err(Refusal::Problem(problem)) => return Err(problem),
                Err(Refusal::Alone) => {}
            }
        }
        let token = self.tokens_of(&request.url).token(&self.transport).await?;
        self.transport.persist(|| self.alone(request, &token)).await
    }

    /// The same once; a refusal by a limit of its own sends it alone, at the pace of that limit.
    async fn together_or_apart(&self, request: &Request) -> Result<Answer, Refusal> {
        let answer = self.together(request).await?;
        match self.allowance(request) {
            Some(allowance) if answer.status == 429 => {
                allowance.keep();
                Err(Refusal::Alone)
            }
            _ => Ok(answer),
        }
    }

    /// Keeps the pace of reports and logs without waiting for a refusal.
    pub(crate) fn keep_pace_of_reports(&self) {
        self.reports.keep();
    }

    /// By what a wait is shortened at random.
    pub(crate) fn jitter(&self) -> u8 {
        self.transport.jitter()
    }

    /// Pages of one collection that are followed.
    pub(crate) fn page_limit(&self) -> u64 {
        self.transport.limits().pages_max
    }

    /// The limit that a request counts against besides the directory's.
    pub(crate) fn allowance(&self, request: &Request) -> Option<&Allowance> {
        request.small_limit().map(|limit| match limit {
            SmallLimit::ConditionalAccess => &self.conditional_access,
            SmallLimit::Reports => &self.reports,
            SmallLimit::SignInActivity => &self.sign_in_activity,
        })
    }

    /// Sends a request once, by itself.
    pub(crate) async fn alone(&self, request: &Request, token: &Token) -> Result<Answer, Problem> {
        let allowance = self.allowance(request);
        let pacer = allowance.and_then(Allowance::pacer);
        let http = self.transport.http();
        let mut read = match &request.question {
            None => http.get(request.url.clone()),
            Some(question) => http
                .post(request.url.clone())
                .header("content-type", "application/json")
                .body(question.clone()),
        };
        for (name, value) in request.headers().chain([PRIORITY]) {
            read = read.header(name, value);
        }
        read = read.header("authorization", token.header());
        let mut answer = self.transport.exchange(pacer, read).await?;
        if let (Some(allowance), 429) = (allowance, answer.status) {
            allowance.keep();
        }
        answer.token = Some(token.clone());
        Ok(answer)
    }

    /// Sends a batch once.
    pub(crate) async fn post(
        &self,
        url: &Url,
        body: &str,
        token: &Token,
    ) -> Result<Answer, Problem> {
        let (name, value) = PRIORITY;
        let post = self
            .transport
            .http()
            .post(url.clone())
            .header("authorization", token.header())
            .header("content-type", "application/json")
            .header(name, value)
            .body(body.to_owned());
        let mut answer = self.transport.exchange(None, post).await?;
        answer.token = Some(token.clone());
        Ok(answer)
    }
}

/// The next page's address, when it lies where the token may be sent.
pub(crate) fn next_page(text: &str, first: &Url, trace: &Trace) -> Result<Url, Problem> {
    let refuse = |origin| Err(Problem::OtherOrigin { origin, trace: trace.clone() });
    let Ok(url) = Url::parse(text) else {
        return refuse("(no address)".into());
    };
    let bare = url.username().is_empty() && url.password().is_none();
    if bare && url.origin() == first.origin() {
        Ok(url)
    } else {
        refuse(format!("{}://{}", url.scheme(), host_of(&url)))
    }
}

/// An answer's body when it is one, and what went wrong otherwise.
pub(crate) fn judge(answer: Answer) -> Result<Body, Problem> {
    let Answer { status, mut trace, body, token, said, .. } = answer.json()?;
    if status == 200 {
        return Ok(Body { bytes: body, trace, next_page: said.next_page });
    }
    if let Some(challenge) = said.challenge {
        return Err(challenge.problem(trace));
    }
    let (mut code, mut message) = (String::new(), String::from("no reason given"));
    if let Some(error) = halligan_wire::error::read(&body) {
        let tame = |text: &str| match &token {
            Some(token) => one_line(&token.redact(text)),
            None => one_line(text),
        };
        (code, message) = (tame(&error.code), tame(&error.message));
        trace.request_id = trace.request_id.or(error.request_id.as_deref().map(one_line));
    }
    Err(Problem::refused(status, code, message, trace))
}
