//! The token endpoint: client credentials with a secret or a signed assertion.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>;
//! error numbers: <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>.

mod assertion;
mod claims;

use std::collections::BTreeMap;

use halligan_core::id::Guid;
use halligan_core::time::Timestamp;
use serde_json::{Value, json};

use crate::app::{App, sha256};
use crate::directory::Directory;
use crate::query::percent;
use crate::random;

/// Seconds that a token is worth something.
pub(crate) const TOKEN_SECONDS: i64 = 3_599;
/// Tokens that are kept at a time; a client that asks for more meets the service's throttling.
const MAX_TOKENS: usize = 100_000;
/// The resource that real clients of Graph name; the twin's own address is accepted as well.
pub(crate) const GRAPH: &str = "https://graph.microsoft.com";
/// Azure Resource Manager, as a resource.
pub(crate) const AZURE: &str = "https://management.azure.com";
/// The kind of assertion that the endpoint reads.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// An issued token: whose it is and until when. The token itself is kept as its SHA-256.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    /// The application's client id.
    pub(crate) client: Guid,
    /// The resource for which it was issued, such as `https://graph.microsoft.com`.
    pub(crate) audience: String,
    /// When the token ends.
    pub(crate) expires: Timestamp,
}

/// Every token that was issued, by its SHA-256.
pub(crate) type Tokens = BTreeMap<[u8; 32], Grant>;

/// Why a request has no grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoGrant {
    /// It has no bearer token.
    Missing,
    /// Nobody issued its token.
    Unknown,
    /// Its token ran out.
    Ended,
}

/// What the bearer token of an `authorization` header was issued for, while it lasts.
pub(crate) fn grant(
    tokens: &Tokens,
    authorization: &str,
    now: Timestamp,
) -> Result<Grant, NoGrant> {
    let (scheme, token) = authorization.split_once(' ').unwrap_or((authorization, ""));
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
        return Err(NoGrant::Missing);
    }
    let grant = tokens.get(&sha256(token.trim().as_bytes())).ok_or(NoGrant::Unknown)?;
    if grant.expires <= now { Err(NoGrant::Ended) } else { Ok(grant.clone()) }
}

/// Why no token was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    status: u16,
    /// The OAuth error, such as `invalid_client`.
    error: &'static str,
    /// The AADSTS number.
    number: u32,
    message: String,
}

impl Refusal {
    fn request(number: u32, message: impl Into<String>) -> Self {
        Self { status: 400, error: "invalid_request", number, message: message.into() }
    }

    fn client(number: u32, message: impl Into<String>) -> Self {
        Self { status: 401, error: "invalid_client", number, message: message.into() }
    }
}

/// What the token endpoint has to know about itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Endpoint<'a> {
    /// The tenant as the URL names it.
    pub(crate) tenant: &'a str,
    /// The endpoint's own URL, the audience of assertions.
    pub(crate) url: &'a str,
    /// The resources for which it issues tokens.
    pub(crate) resources: &'a [String],
    /// The time.
    pub(crate) now: Timestamp,
}

/// Answers a token request: status and body.
pub(crate) fn answer(
    directory: &Directory,
    tokens: &mut Tokens,
    endpoint: Endpoint<'_>,
    form: &[u8],
) -> (u16, Value) {
    let issued = check(directory, endpoint, form).and_then(|(app, audience)| {
        issue(directory, tokens, app, audience, endpoint.now)
            .ok_or_else(|| Refusal::request(90_033, "A transient error has occurred."))
    });
    match issued {
        Ok(token) => (
            200,
            json!({
                "token_type": "Bearer",
                "expires_in": TOKEN_SECONDS,
                "ext_expires_in": TOKEN_SECONDS,
                "access_token": token,
            }),
        ),
        Err(refusal) => (refusal.status, error_body(&refusal, endpoint.now)),
    }
}

fn issue(
    directory: &Directory,
    tokens: &mut Tokens,
    app: &App,
    audience: &str,
    now: Timestamp,
) -> Option<String> {
    if tokens.len() >= MAX_TOKENS {
        tokens.retain(|_, grant| grant.expires > now);
    }
    if tokens.len() >= MAX_TOKENS {
        return None;
    }
    let token = claims::token(directory, app, audience, now)?;
    let expires = Timestamp::from_second(now.as_second() + TOKEN_SECONDS).ok()?;
    let grant = Grant { client: app.client_id.0, audience: audience.to_owned(), expires };
    tokens.insert(sha256(token.as_bytes()), grant);
    Some(token)
}

/// The application that the request proves to be, and the resource that it asks for.
fn check<'a>(
    directory: &'a Directory,
    endpoint: Endpoint<'a>,
    form: &[u8],
) -> Result<(&'a App, &'a str), Refusal> {
    let form = Form::read(form)?;
    if !directory.is_named(endpoint.tenant) {
        let tenant = endpoint.tenant;
        return Err(Refusal::request(
            90_002,
            format!(
                "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID \
                 and are signing into the correct cloud."
            ),
        ));
    }
    let grant_type = form.required("grant_type")?;
    if grant_type != "client_credentials" {
        return Err(Refusal {
            error: "unsupported_grant_type",
            ..Refusal::request(
                70_003,
                format!("The app requested an unsupported grant type '{grant_type}'."),
            )
        });
    }
    let client = form.required("client_id")?;
    let audience = audience_of(form.required("scope")?, endpoint.resources)?;
    let unknown = || Refusal {
        error: "unauthorized_client",
        ..Refusal::request(
            700_016,
            format!(
                "Application with identifier '{client}' was not found in the directory '{}'.",
                endpoint.tenant
            ),
        )
    };
    let id: Guid = client.parse().map_err(|_| unknown())?;
    let app = directory.apps.get(&id).ok_or_else(unknown)?;
    check_credential(app, &form, endpoint)?;
    Ok((app, audience))
}

/// The resource of which `scope` asks for everything that was consented to.
fn audience_of<'a>(scope: &str, resources: &'a [String]) -> Result<&'a str, Refusal> {
    // Resources of Azure are written with a slash at their end, and then have two.
    let resource = scope.strip_suffix("/.default").map(|resource| resource.trim_end_matches('/'));
    let known = resources.iter().find(|known| Some(known.as_str()) == resource);
    known.map(String::as_str).ok_or_else(|| Refusal {
        error: "invalid_scope",
        ..Refusal::request(
            70_011,
            format!(
                "The provided request must include a 'scope' input parameter. The provided value \
                 for the input parameter 'scope' is not valid. The scope {scope} is not valid."
            ),
        )
    })
}

fn check_credential(app: &App, form: &Form, endpoint: Endpoint<'_>) -> Result<(), Refusal> {
    if let Some(assertion) = form.value("client_assertion") {
        if form.required("client_assertion_type")? != ASSERTION_TYPE {
            return Err(Refusal::request(
                50_003,
                "The value of 'client_assertion_type' is not supported.",
            ));
        }
        return assertion::check(app, assertion, endpoint.url, endpoint.now);
    }
    let Some(secret) = form.value("client_secret") else {
        return Err(Refusal::client(
            7_000_216,
            "'client_assertion', 'client_secret' or 'request' is required for the \
             'client_credentials' grant type.",
        ));
    };
    if app.secret.is_some_and(|known| known.is(secret)) {
        return Ok(());
    }
    Err(Refusal::client(
        7_000_215,
        format!(
            "Invalid client secret provided. Ensure the secret being sent in the request is the \
             client secret value, not the client secret ID, for a secret added to app '{}'.",
            app.client_id
        ),
    ))
}

fn error_body(refusal: &Refusal, now: Timestamp) -> Value {
    let (trace, correlation) = (random::guid().to_string(), random::guid().to_string());
    let timestamp = now.to_string().replace('T', " ");
    let Refusal { number, message, .. } = refusal;
    json!({
        "error": refusal.error,
        "error_description": format!(
            "AADSTS{number}: {message} Trace ID: {trace} Correlation ID: {correlation} \
             Timestamp: {timestamp}"
        ),
        "error_codes": [number],
        "timestamp": timestamp,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": format!("https://login.microsoftonline.com/error?code={number}"),
    })
}

/// The fields of a form body.
struct Form(Vec<(String, String)>);

impl Form {
    fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let invalid = || Refusal::request(900_144, "The request body is not a form.");
        let text = std::str::from_utf8(bytes).map_err(|_| invalid())?;
        let mut fields = Vec::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').ok_or_else(invalid)?;
            let name = percent::decode_query(name).ok_or_else(invalid)?;
            let value = percent::decode_query(value).ok_or_else(invalid)?;
            fields.push((name, value));
        }
        Ok(Self(fields))
    }

    fn value(&self, name: &str) -> Option<&str> {
        let field = self.0.iter().find(|(known, value)| known == name && !value.is_empty());
        field.map(|(_, value)| value.as_str())
    }

    fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.value(name).ok_or_else(|| {
            Refusal::request(
                900_144,
                format!("The request body must contain the following parameter: '{name}'."),
            )
        })
    }
}
