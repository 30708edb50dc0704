//! One attempt to sign in with a password, for which no token is wanted: the canary's.
//!
//! It is sent once and never again, bears the request id that it was announced with, and whatever
//! it is granted is thrown away unread.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/v2-oauth-ropc>.

use halligan_core::id::{AppId, Guid};
use halligan_wire::error::OAuthError;
use reqwest::Url;
use zeroize::Zeroize as _;

use crate::client::SetUpError;
use crate::endpoints::Endpoints;
use crate::form::escaped;
use crate::problem::Problem;
use crate::text::one_line;
use crate::throttle::{Limits, Pace};
use crate::token::refusal_code;
use crate::transport::{Clock, Transport, random_jitter};
use crate::trust::Trust;

/// Azure CLI, a public client of Microsoft's that every tenant has, and that takes passwords:
/// <https://learn.microsoft.com/cli/azure/authenticate-azure-cli-interactively>.
pub const PASSWORD_CLIENT: AppId = AppId::from_u128(0x04b0_7795_8ddb_461a_bbee_02f9_e1bf_7b46);

/// Where passwords are tried.
#[derive(Debug)]
pub struct PasswordEndpoint {
    transport: Transport,
    token: Url,
    scope: String,
}

/// An attempt.
#[derive(Clone, Copy, Debug)]
pub struct PasswordAttempt<'a> {
    /// The public client that asks.
    pub client: AppId,
    /// The user principal name.
    pub name: &'a str,
    /// The password.
    pub password: &'a str,
    /// The id that the record is to bear (`client-request-id`).
    pub request: Guid,
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempted {
    /// A token was granted, and thrown away.
    Granted,
    /// It was refused.
    Refused {
        /// The AADSTS number, where there is one.
        code: Option<u32>,
        /// The request id that the service says it is of.
        correlation: Option<String>,
    },
}

impl PasswordEndpoint {
    /// The token endpoint of a tenant, named by its id.
    pub fn new(
        endpoints: &Endpoints,
        tenant: &str,
        trust: &Trust,
        clock: Clock,
    ) -> Result<Self, SetUpError> {
        let token = format!("{}/{tenant}/oauth2/v2.0/token", endpoints.login());
        let token = Url::parse(&token).map_err(|_| SetUpError::Tenant(one_line(tenant)))?;
        let is_loopback = endpoints.are_loopback();
        let (pace, limits) = (Pace::default(), Limits::default());
        let transport = Transport::new(pace, limits, clock, random_jitter(), trust, is_loopback);
        let scope = escaped(&format!("{}/.default", endpoints.graph()));
        Ok(Self { transport: transport.map_err(SetUpError::Http)?, token, scope })
    }

    /// Sends an attempt, once.
    pub async fn attempt(&self, one: PasswordAttempt<'_>) -> Result<Attempted, Problem> {
        let form = format!(
            "client_id={}&grant_type=password&scope={}&username={}&password={}",
            one.client,
            self.scope,
            escaped(one.name),
            escaped(one.password)
        );
        let request = self
            .transport
            .http()
            .post(self.token.clone())
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        let answer = self.transport.exchange_as(None, request, one.request).await?;
        let mut answer = answer.json()?;
        if answer.status == 200 {
            answer.body.zeroize();
            return Ok(Attempted::Granted);
        }
        let said = OAuthError::read(&answer.body);
        Ok(Attempted::Refused {
            code: said.as_ref().and_then(refusal_code),
            correlation: said.and_then(|said| said.correlation_id),
        })
    }
}
