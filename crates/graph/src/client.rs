//! A client of one tenant: reads objects and collections, and nothing else.

use std::collections::BTreeSet;
use std::fmt;

use halligan_core::id::AppId;
use halligan_core::time::Timestamp;
use halligan_wire::Entity;
use reqwest::Url;
use thiserror::Error;
use tokio::sync::mpsc;

use crate::batch::{Batcher, Refusal};
use crate::endpoints::Endpoints;
use crate::patience::Waiting;
use crate::problem::{Problem, Trace};
use crate::request::Request;
use crate::secret::Credential;
use crate::stop::Stop;
use crate::text::one_line;
use crate::throttle::{Limits, Pace, Pacer};
use crate::token::{Token, Tokens};
use crate::transport::{Answer, Clock, Jitter, Transport, host_of, random_jitter};

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
    /// The watcher application's client id.
    pub client_id: AppId,
    /// Its credential.
    pub credential: Credential,
    /// The wall clock.
    pub clock: Clock,
    /// How fast to ask.
    pub pace: Pace,
    /// How much to accept.
    pub limits: Limits,
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
    pacer: Pacer,
    stop: Stop,
}

/// A body that was read with status 200, and the ids of its answer.
pub(crate) struct Body {
    pub(crate) bytes: Vec<u8>,
    pub(crate) trace: Trace,
}

impl Options {
    /// Options at the usual pace with the usual limits.
    pub fn new(
        endpoints: Endpoints,
        tenant: &str,
        client_id: AppId,
        credential: Credential,
        clock: Clock,
    ) -> Self {
        let (pace, limits) = (Pace::default(), Limits::default());
        let (tenant, jitter) = (tenant.into(), random_jitter());
        Self { endpoints, tenant, client_id, credential, clock, pace, limits, jitter }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("endpoints", &self.endpoints)
            .field("tenant", &self.tenant)
            .field("client_id", &self.client_id)
            .field("credential", &self.credential)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Makes a client; nothing is sent yet.
    pub fn new(options: Options) -> Result<Self, SetUpError> {
        let Options { endpoints, tenant, client_id, credential, clock, .. } = options;
        let (pace, limits, jitter) = (options.pace, options.limits, options.jitter);
        let named = tenant.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
        let token_url = format!("{}/{tenant}/oauth2/v2.0/token", endpoints.login());
        let urls = Url::parse(&token_url).and_then(|url| Ok((url, Url::parse(endpoints.graph())?)));
        let (Ok((token_url, graph)), true, false) =
            (urls, named, tenant.trim_matches('.').is_empty())
        else {
            return Err(SetUpError::Tenant(one_line(&tenant)));
        };
        let tokens = Tokens::new(token_url, endpoints.graph(), client_id, credential);
        let pacer = Pacer::new(pace.conditional_access_gap);
        let batcher = Batcher::new(pace.batch_parts_max);
        let transport = Transport::new(pace, limits, clock, jitter, endpoints.are_loopback())
            .map_err(SetUpError::Http)?;
        let stop = Stop::default();
        Ok(Self { endpoints, graph, transport, tokens, batcher, pacer, stop })
    }

    /// Where this client reads.
    pub fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    /// Proves that the token service accepts the credential, and keeps the token for later.
    pub async fn sign_in(&self) -> Result<(), Problem> {
        self.unless_stopped(self.tokens.token(&self.transport)).await.map(|_| ())
    }

    /// Gives up what is under way and what would come: it fails as [`Problem::Interrupted`].
    pub fn interrupt(&self) {
        self.stop.stop();
    }

    /// Graph's origin, onto which paths are put.
    pub(crate) fn origin(&self) -> &Url {
        &self.graph
    }

    /// The waits from here on.
    pub(crate) fn waits(&self) -> mpsc::Receiver<Waiting> {
        self.transport.waits()
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
        let mut request = first;
        loop {
            seen.insert(request.url.as_str().to_owned());
            let Body { bytes, trace } = self.get(&request).await?;
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
            let url = self.next_page(&next, &trace)?;
            if seen.contains(url.as_str()) {
                return Err(Problem::PageCycle { trace });
            }
            request = request.page(url);
        }
    }

    /// The next page's address, when it lies where the token may be sent.
    fn next_page(&self, text: &str, trace: &Trace) -> Result<Url, Problem> {
        let refuse = |origin| Err(Problem::OtherOrigin { origin, trace: trace.clone() });
        let Ok(url) = Url::parse(text) else {
            return refuse("(no address)".into());
        };
        let bare = url.username().is_empty() && url.password().is_none();
        if bare && url.origin() == self.graph.origin() {
            Ok(url)
        } else {
            refuse(format!("{}://{}", url.scheme(), host_of(&url)))
        }
    }

    /// Sends one GET, with a fresh token once should the first be refused.
    ///
    /// On the heap: a snapshot joins dozens of these, each of which would be thousands of bytes of
    /// one future.
    pub(crate) async fn get(&self, request: &Request) -> Result<Body, Problem> {
        Box::pin(self.unless_stopped(async {
            let mut answer = self.send(request).await?;
            if answer.status == 401 {
                if let Some(refused) = &answer.token {
                    self.tokens.forget(refused).await;
                }
                answer = self.send(request).await?;
            }
            judge(answer)
        }))
        .await
    }

    async fn unless_stopped<T>(
        &self,
        work: impl Future<Output = Result<T, Problem>>,
    ) -> Result<T, Problem> {
        tokio::select! {
            biased;
            () = self.stop.stopped() => Err(Problem::Interrupted),
            done = work => done,
        }
    }

    /// Sends a request until there is an answer, with others or alone.
    async fn send(&self, request: &Request) -> Result<Answer, Problem> {
        if self.may_travel(request) {
            // What goes wrong with a batch has been tried again already.
            let together = || self.together(request);
            match self.transport.persist_where(|_| false, together).await {
                Ok(answer) => return Ok(answer),
                Err(Refusal::Problem(problem)) => return Err(problem),
                Err(Refusal::Alone) => {}
            }
        }
        let token = self.tokens.token(&self.transport).await?;
        self.transport.persist(|| self.alone(request, &token)).await
    }

    /// Sends a request once, by itself.
    pub(crate) async fn alone(&self, request: &Request, token: &Token) -> Result<Answer, Problem> {
        let pacer = request.is_paced().then_some(&self.pacer);
        let mut get = self.transport.http().get(request.url.clone());
        for (name, value) in request.headers().chain([PRIORITY]) {
            get = get.header(name, value);
        }
        get = get.header("authorization", token.header());
        let mut answer = self.transport.exchange(pacer, get).await?;
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

/// An answer's body when it is one, and what went wrong otherwise.
pub(crate) fn judge(answer: Answer) -> Result<Body, Problem> {
    let Answer { status, mut trace, body, token, .. } = answer.json()?;
    if status == 200 {
        return Ok(Body { bytes: body, trace });
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
