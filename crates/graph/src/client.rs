//! A client of one tenant: reads objects and collections, and nothing else.

use std::collections::BTreeSet;
use std::fmt;

use halligan_core::id::AppId;
use halligan_core::time::Timestamp;
use halligan_wire::Entity;
use reqwest::Url;
use thiserror::Error;

use crate::endpoints::Endpoints;
use crate::problem::{Problem, Trace};
use crate::secret::Credential;
use crate::text::one_line;
use crate::throttle::{Limits, Pace, Pacer};
use crate::token::{Token, Tokens};
use crate::transport::{Answer, Clock, Transport, host_of};

/// The service that allows one request per second: its paths, without the version.
const PACED: &str = "/identity/conditionalAccess";

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
    graph: Url,
    transport: Transport,
    tokens: Tokens,
    /// Azure Resource Manager, which takes tokens of its own.
    arm: Option<(Url, Tokens)>,
    pacer: Pacer,
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
        Self { endpoints, tenant: tenant.into(), client_id, credential, clock, pace, limits }
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
        let Options { endpoints, tenant, client_id, credential, clock, pace, limits } = options;
        let named = tenant.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
        let token_url = format!("{}/{tenant}/oauth2/v2.0/token", endpoints.login());
        let urls = Url::parse(&token_url).and_then(|url| Ok((url, Url::parse(endpoints.graph())?)));
        let (Ok((token_url, graph)), true, false) =
            (urls, named, tenant.trim_matches('.').is_empty())
        else {
            return Err(SetUpError::Tenant(one_line(&tenant)));
        };
        let arm = endpoints.arm().zip(endpoints.arm_audience()).and_then(|(arm, audience)| {
            let tokens = Tokens::new(token_url.clone(), audience, client_id, credential.clone());
            Some((Url::parse(arm).ok()?, tokens))
        });
        let tokens = Tokens::new(token_url, endpoints.graph(), client_id, credential);
        let pacer = Pacer::new(pace.conditional_access_gap);
        let transport = Transport::new(pace, limits, clock, endpoints.are_loopback())
            .map_err(SetUpError::Http)?;
        Ok(Self { endpoints, graph, transport, tokens, arm, pacer })
    }

    /// Where this client reads.
    pub fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    /// Proves that the token service accepts the credential, and keeps the token for later.
    pub async fn sign_in(&self) -> Result<(), Problem> {
        self.tokens.token(&self.transport).await.map(|_| ())
    }

    /// Graph's origin, onto which paths are put.
    pub(crate) fn origin(&self) -> &Url {
        &self.graph
    }

    /// Azure Resource Manager's origin; `None` where it is not known.
    pub(crate) fn arm(&self) -> Option<&Url> {
        self.arm.as_ref().map(|(url, _)| url)
    }

    /// The token for Graph, to look at what it says of itself.
    pub(crate) async fn token(&self) -> Result<Token, Problem> {
        self.tokens.token(&self.transport).await
    }

    /// The tokens of the service that answers at `url`.
    fn tokens_of(&self, url: &Url) -> &Tokens {
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
    pub(crate) async fn object<T: Entity>(&self, url: Url) -> Result<T, Problem> {
        let body = self.get(url).await?;
        halligan_wire::read(&body.bytes).map_err(|why| Problem::malformed(why, body.trace))
    }

    /// Reads a collection to its end.
    pub(crate) async fn list<T: Entity>(&self, first: Url) -> Result<Vec<T>, Problem> {
        let limits = self.transport.limits();
        let mut items = Vec::new();
        let mut seen = BTreeSet::new();
        let mut url = first.clone();
        loop {
            seen.insert(url.as_str().to_owned());
            let Body { bytes, trace } = self.get(url).await?;
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
            url = next_page(&next, &first, &trace)?;
            if seen.contains(url.as_str()) {
                return Err(Problem::PageCycle { trace });
            }
        }
    }

    /// Sends one GET, with a fresh token once should the first be refused.
    pub(crate) async fn get(&self, url: Url) -> Result<Body, Problem> {
        let pacer = is_paced(&url).then_some(&self.pacer);
        let tokens = self.tokens_of(&url);
        let mut token = tokens.token(&self.transport).await?;
        let mut answer = self.send(&url, &token, pacer).await?;
        if answer.status == 401 {
            tokens.forget(&token).await;
            token = tokens.token(&self.transport).await?;
            answer = self.send(&url, &token, pacer).await?;
        }
        judge(answer, &token)
    }

    async fn send(
        &self,
        url: &Url,
        token: &Token,
        pacer: Option<&Pacer>,
    ) -> Result<Answer, Problem> {
        self.transport
            .persist(pacer, |http| {
                http.get(url.clone())
                    .header("authorization", token.header())
                    .header("prefer", "include-unknown-enum-members")
            })
            .await
    }
}

/// The next page's address, when it lies where the token may be sent.
fn next_page(text: &str, first: &Url, trace: &Trace) -> Result<Url, Problem> {
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
fn judge(answer: Answer, token: &Token) -> Result<Body, Problem> {
    let Answer { status, mut trace, body, .. } = answer.json()?;
    if status == 200 {
        return Ok(Body { bytes: body, trace });
    }
    let (mut code, mut message) = (String::new(), String::from("no reason given"));
    if let Some(error) = halligan_wire::error::read(&body) {
        code = one_line(&token.redact(&error.code));
        message = one_line(&token.redact(&error.message));
        trace.request_id = trace.request_id.or(error.request_id.as_deref().map(one_line));
    }
    Err(Problem::refused(status, code, message, trace))
}

/// Whether an address belongs to the Conditional Access service, in any version.
fn is_paced(url: &Url) -> bool {
    let versionless = url.path().get(1..).and_then(|path| path.find('/').map(|at| &path[at..]));
    versionless.is_some_and(|path| path.starts_with(PACED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_conditional_access_is_paced() {
        for (path, expected) in [
            ("/v1.0/identity/conditionalAccess/policies?$select=id", true),
            ("/beta/identity/conditionalAccess/namedLocations", true),
            ("/v1.0/organization", false),
            ("/v1.0/users/identity/conditionalAccess", false),
            ("/", false),
        ] {
            let url = Url::parse(&format!("https://graph.microsoft.com{path}")).unwrap();
            assert_eq!(is_paced(&url), expected, "{path}");
        }
    }
}
