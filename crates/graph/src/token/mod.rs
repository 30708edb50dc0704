//! Access tokens, held in memory only: who asks for them, how, and when they are asked for anew.
//!
//! ```text
//! answer      what a token endpoint answers: a token, or a refusal in its own words
//! assertion   PS256 assertions with a certificate
//! federation  assertions of another identity provider: a pipeline, a cluster
//! managed     the managed identity of an Azure resource
//! azure_cli   the sign-in of Azure CLI
//! person      a person: browser (pkce, loopback, page) or device code; identity; renewal
//! claims      what Graph demands beyond the token at hand
//! hint        what to do about the usual refusals
//! ```
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>
//! and its neighbours.

mod answer;
mod assertion;
pub(crate) mod azure_cli;
pub(crate) mod claims;
mod device;
pub(crate) mod federation;
pub(crate) mod hint;
mod identity;
mod loopback;
pub(crate) mod managed;
mod page;
pub(crate) mod person;
mod pkce;
mod problem;

use std::sync::Arc;

use halligan_core::id::AppId;
use reqwest::Url;
use reqwest::header::HeaderValue;
use tokio::sync::Mutex;
use tokio::time::Instant;
use zeroize::Zeroizing;

use crate::form::escaped;
use crate::problem::Problem;
use crate::secret::{Credential, SecretText, SignIn};
use crate::transport::{Answer, Transport};
use answer::Granted;
pub(crate) use answer::refusal_code;
use person::Session;

pub use identity::Identity;
pub use problem::SignInProblem;

/// What stands before every client assertion in a form, certificate's or other.
const ASSERTION: &str = "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3A\
                         client-assertion-type%3Ajwt-bearer&client_assertion=";

/// The one source of access tokens of a client.
#[derive(Debug)]
pub(crate) struct Tokens {
    authority: Authority,
    sign_in: SignIn,
    held: Mutex<Holding>,
}

/// The sign-in service of one tenant, and the Graph that tokens are for.
#[derive(Debug)]
pub(crate) struct Authority {
    /// The tenant, by id or domain.
    tenant: String,
    /// `…/{tenant}/oauth2/v2.0/token`.
    token: Url,
    /// The origin of Graph.
    graph: String,
}

#[derive(Debug, Default)]
struct Holding {
    token: Option<Token>,
    session: Session,
}

/// An access token, ready to be sent; never printed.
#[derive(Clone, Debug)]
pub(crate) struct Token(Arc<Held>);

#[derive(Debug)]
struct Held {
    text: SecretText,
    header: HeaderValue,
    renew_at: Instant,
}

impl Token {
    fn new(text: SecretText, header: HeaderValue, renew_at: Instant) -> Self {
        Self(Arc::new(Held { text, header, renew_at }))
    }

    /// The value of the `Authorization` header, marked as sensitive.
    pub(crate) fn header(&self) -> HeaderValue {
        self.0.header.clone()
    }

    /// The token itself, for reading what it says; never to be kept, printed or sent elsewhere.
    pub(crate) fn text(&self) -> &str {
        self.0.text.open()
    }

    /// `text` without the token, should the other side repeat it.
    pub(crate) fn redact(&self, text: &str) -> String {
        text.replace(self.0.text.open(), "[redacted]")
    }

    /// When to ask for another, by this machine's monotonic clock.
    fn renew_at(&self) -> Instant {
        self.0.renew_at
    }
}

impl Tokens {
    pub(crate) fn new(authority: Authority, sign_in: SignIn) -> Self {
        Self { authority, sign_in, held: Mutex::default() }
    }

    /// Whether they are a person's.
    pub(crate) fn is_person(&self) -> bool {
        matches!(self.sign_in, SignIn::Person(_))
    }

    /// A token with time left. Of several callers one fetches it and the others wait for it.
    pub(crate) async fn token(&self, transport: &Transport) -> Result<Token, Problem> {
        let mut held = self.held.lock().await;
        if let Some(token) = held.token.as_ref().filter(|token| Instant::now() < token.renew_at()) {
            return Ok(token.clone());
        }
        self.fetch(transport, &mut held, None).await
    }

    /// A token in place of `refused`, unless somebody else already has put a fresh one there.
    ///
    /// Where the refusal demands claims, a person at a browser is asked once; whoever else signed
    /// in cannot meet the demand.
    pub(crate) async fn renewed(
        &self,
        transport: &Transport,
        refused: &Token,
        answer: &Answer,
    ) -> Result<Token, Problem> {
        let mut held = self.held.lock().await;
        let other = held.token.as_ref().filter(|token| !Arc::ptr_eq(&token.0, &refused.0));
        if let Some(token) = other {
            return Ok(token.clone());
        }
        let Some(challenge) = &answer.said.challenge else {
            return self.fetch(transport, &mut held, None).await;
        };
        let can_ask = matches!(&self.sign_in, SignIn::Person(person) if person.has_browser());
        if !can_ask || held.session.stepped_up {
            return Err(challenge.problem(answer.trace.clone()));
        }
        held.session.stepped_up = true;
        self.fetch(transport, &mut held, Some(&challenge.claims)).await
    }

    /// Who signed in; `None` before the first token, and where it is not a person.
    pub(crate) async fn identity(&self) -> Option<Identity> {
        self.held.lock().await.session.identity.clone()
    }

    async fn fetch(
        &self,
        transport: &Transport,
        held: &mut Holding,
        claims: Option<&str>,
    ) -> Result<Token, Problem> {
        held.token = None;
        let authority = &self.authority;
        let token = match &self.sign_in {
            SignIn::Application { client_id, credential } => {
                authority.application(transport, *client_id, credential).await?.token
            }
            SignIn::ManagedIdentity(identity) => {
                managed::fetch(identity, &authority.graph, transport).await?
            }
            SignIn::AzureCli(cli) => {
                let (tenant, graph) = (&authority.tenant, &authority.graph);
                azure_cli::fetch(cli, tenant, graph, transport.now()).await?
            }
            SignIn::Person(person) => {
                person::fetch(person, authority, transport, &mut held.session, claims).await?
            }
        };
        held.token = Some(token.clone());
        Ok(token)
    }
}

impl Authority {
    /// The endpoints of `tenant`; `None` when it is neither an id nor a domain.
    pub(crate) fn of(login: &str, graph: &str, tenant: &str) -> Option<Self> {
        let is_named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        if tenant.trim_matches(['.', '-']).is_empty() || !tenant.chars().all(is_named) {
            return None;
        }
        let token = Url::parse(&format!("{login}/{tenant}/oauth2/v2.0/token")).ok()?;
        Some(Self { tenant: tenant.into(), token, graph: graph.into() })
    }

    /// The endpoint beside the token endpoint with this name, such as `authorize`.
    fn endpoint(&self, name: &str) -> Url {
        self.token.join(name).unwrap_or_else(|_| self.token.clone())
    }

    async fn application(
        &self,
        transport: &Transport,
        client: AppId,
        credential: &Credential,
    ) -> Result<Granted, Problem> {
        let (field, proof) = self.proof(transport, client, credential).await?;
        let form = format!(
            "client_id={client}&scope={}&grant_type=client_credentials{field}{}",
            escaped(&format!("{}/.default", self.graph)),
            escaped(proof.open()),
        );
        self.ask(transport, form, &[proof.open()]).await
    }

    /// The form fields that prove who asks, without the proof itself, and the proof.
    async fn proof(
        &self,
        transport: &Transport,
        client: AppId,
        credential: &Credential,
    ) -> Result<(&'static str, SecretText), Problem> {
        match credential {
            Credential::Secret(secret) => Ok(("&client_secret=", secret.clone())),
            Credential::Certificate(certificate) => {
                let audience = self.token.as_str();
                let made = assertion::assertion(certificate, client, audience, transport.now())?;
                Ok((ASSERTION, made))
            }
            Credential::Federation(federation) => {
                Ok((ASSERTION, federation::assertion(federation, transport).await?))
            }
        }
    }

    /// Asks the token endpoint. `proofs` are the parts of the form that no message may repeat.
    async fn ask(
        &self,
        transport: &Transport,
        form: String,
        proofs: &[&str],
    ) -> Result<Granted, Problem> {
        let form = Zeroizing::new(form);
        let asked = Instant::now();
        let answer = post(transport, &self.token, &form).await?;
        answer::read(answer, asked, transport.now(), proofs)
    }
}

/// Posts a form.
async fn post(transport: &Transport, url: &Url, form: &str) -> Result<Answer, Problem> {
    transport
        .send(|http| {
            http.post(url.clone())
                .header("content-type", "application/x-www-form-urlencoded")
                .body(form.as_bytes().to_vec())
        })
        .await
}
