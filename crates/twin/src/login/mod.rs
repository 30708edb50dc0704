//! The sign-in service: tokens of applications, of persons, and of Azure resources.
//!
//! ```text
//! authorize   the page where a person signs in, and the way back with a code
//! device      device codes
//! delegated   what a permission is worth in a person's hands
//! assertion   assertions that an application signs with its certificate
//! federated   assertions of other identity providers
//! managed     the metadata service of an Azure machine, and that of App Service
//! password    attempts with a name and a password
//! metadata    where all this is, for client libraries
//! issued      everything that was issued
//! form, page  what comes in, and what a browser sees
//! ```
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>
//! and its neighbours;
//! error numbers: <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>.

mod assertion;
mod authorize;
mod claims;
mod delegated;
mod device;
mod federated;
mod form;
mod issued;
mod managed;
mod metadata;
mod page;
pub(crate) mod password;

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use halligan_core::id::Guid;
use halligan_core::time::Timestamp;
use serde_json::{Value, json};

use crate::app::{App, sha256};
use crate::directory::objects::object;
use crate::directory::{Directory, text_of};
use crate::hosts::Site;
use crate::query::percent;
use crate::random;
use form::Form;
use issued::{Session, TOKEN_SECONDS};

pub(crate) use device::DeviceCodes;
pub(crate) use issued::{Grant, Issued, NoGrant};
pub use managed::IDENTITY_HEADER;

/// The kind of assertion that the endpoint reads.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// The grant that asks what became of a device code.
const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// The page where device codes are entered.
const DEVICE_LOGIN: &str = "devicelogin";

/// A request to the sign-in service.
pub(crate) struct Call<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    /// The query, encoded.
    pub(crate) query: &'a str,
    pub(crate) body: &'a [u8],
    /// A header by its name in lower case; empty when there is none.
    pub(crate) header: &'a dyn Fn(&str) -> &'a str,
    /// Which service of which cloud the request means.
    pub(crate) site: Site,
    /// The origin by which the client knows this service.
    pub(crate) origin: &'a str,
    /// The resources for which it issues tokens: addresses of Microsoft Graph, the usual one first.
    pub(crate) resources: &'a [String],
    pub(crate) now: Timestamp,
    pub(crate) device_codes: DeviceCodes,
    /// Permissions that Microsoft Graph does not have here.
    pub(crate) unknown_permissions: &'a BTreeSet<String>,
}

/// An answer of the sign-in service.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content: Content,
}

/// What an answer holds.
#[derive(Debug)]
pub(crate) enum Content {
    Json(Value),
    /// HTML.
    Page(String),
    /// An address to go to.
    Redirect(String),
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

    fn grant(number: u32, message: impl Into<String>) -> Self {
        Self { status: 400, error: "invalid_grant", number, message: message.into() }
    }

    /// "AADSTS…: …", as descriptions begin.
    fn described(&self) -> String {
        format!("AADSTS{}: {}", self.number, self.message)
    }
}

fn transient() -> Refusal {
    Refusal::request(90_033, "A transient error has occurred.")
}

/// The refusal that a fault orders: back to the client where the query says where it waits,
/// otherwise as JSON.
pub(crate) fn refused(error: &'static str, number: u32, query: &str) -> Reply {
    let refusal = Refusal { error, ..Refusal::request(number, "An injected refusal.") };
    let form = Form::read(query.as_bytes()).ok();
    let field = |name| form.as_ref().and_then(|form| form.value(name));
    match field("redirect_uri") {
        Some(to) => authorize::back(to, field("state").unwrap_or_default(), &refusal),
        None => json_reply(Err(refusal), crate::clock::now()),
    }
}

/// The tenant that a path begins with; none where the path names no tenant.
pub(crate) fn tenant_named(call: &Call<'_>) -> String {
    let first = call.path.split('/').nth(1);
    first.and_then(percent::decode).unwrap_or_default()
}

/// The device code that a request enters: it says more about the tenant than the path.
pub(crate) fn entered_code(call: &Call<'_>) -> Option<String> {
    if call.path.strip_prefix('/') != Some(DEVICE_LOGIN) {
        return None;
    }
    let form = Form::read(call.query.as_bytes()).ok()?;
    form.value("code").map(str::to_owned)
}

/// What answers a path: with the tenant that the path begins with.
type Handler = fn(&Directory, &mut Issued, &Call<'_>, &str) -> Reply;

/// Answers a request; `None` when its path is none of this service's.
pub(crate) fn route(directory: &Directory, issued: &mut Issued, call: &Call<'_>) -> Option<Reply> {
    let segments: Vec<&str> = call.path.split('/').skip(1).collect();
    let (method, reply): (_, Handler) = match segments.as_slice() {
        [_, "oauth2", "v2.0", "token"] => ("POST", |directory, issued, call, tenant| {
            json_reply(token(directory, issued, call, tenant), call.now)
        }),
        [_, "oauth2", "v2.0", "devicecode"] => ("POST", |directory, issued, call, tenant| {
            json_reply(device::start(directory, issued, call, tenant), call.now)
        }),
        [_, "oauth2", "v2.0", "authorize"] => ("GET", authorize::answer),
        [_, "v2.0", ".well-known", "openid-configuration"] => ("GET", |_, _, call, tenant| {
            let content = Content::Json(metadata::openid(call.origin, tenant));
            Reply { status: 200, content }
        }),
        [DEVICE_LOGIN] => ("GET", |one, two, three, _| device::enter(one, two, three)),
        ["metadata", "identity", "oauth2", "token"] if call.site == Site::Own => {
            ("GET", |one, two, three, _| managed::metadata(one, two, three))
        }
        ["msi", "token"] if call.site == Site::Own => {
            ("GET", |one, two, three, _| managed::app_service(one, two, three))
        }
        _ => return None,
    };
    if call.method != method {
        let body =
            json!({"error": {"code": "MethodNotAllowed", "message": format!("Use {method}.")}});
        return Some(Reply { status: 405, content: Content::Json(body) });
    }
    Some(reply(directory, issued, call, &tenant_named(call)))
}

fn json_reply(result: Result<Value, Refusal>, now: Timestamp) -> Reply {
    match result {
        Ok(body) => Reply { status: 200, content: Content::Json(body) },
        Err(refusal) => {
            let content = Content::Json(error_body(&refusal, now));
            Reply { status: refusal.status, content }
        }
    }
}

/// Answers a token request.
fn token(
    directory: &Directory,
    issued: &mut Issued,
    call: &Call<'_>,
    tenant: &str,
) -> Result<Value, Refusal> {
    let form = Form::read(call.body)?;
    check_tenant(directory, tenant)?;
    let grant_type = form.required("grant_type")?;
    let known = ["client_credentials", "authorization_code", "refresh_token", DEVICE_GRANT];
    if !known.contains(&grant_type) {
        return Err(Refusal {
            error: "unsupported_grant_type",
            ..Refusal::request(
                70_003,
                format!("The app requested an unsupported grant type '{grant_type}'."),
            )
        });
    }
    let client = form.required("client_id")?;
    if grant_type != "client_credentials" {
        let app = find_app(directory, client, tenant)?;
        return person(directory, issued, call, &form, app, grant_type);
    }
    let audience = audience_of(form.required("scope")?, call.resources)?;
    let app = find_app(directory, client, tenant)?;
    check_credential(directory, app, &form, call)?;
    let grant = Grant::application(app.client_id.0, directory.tenant, audience, call.now);
    let token = issued.token(directory, grant, call.now).ok_or_else(transient)?;
    Ok(json!({
        "token_type": "Bearer",
        "expires_in": TOKEN_SECONDS,
        "ext_expires_in": TOKEN_SECONDS,
        "access_token": token,
    }))
}

/// A person's token, by a code, a device code or a refresh token.
fn person(
    directory: &Directory,
    issued: &mut Issued,
    call: &Call<'_>,
    form: &Form,
    app: &App,
    grant_type: &str,
) -> Result<Value, Refusal> {
    let client = app.client_id.0;
    if app.is_public_client && form.value("client_secret").is_some() {
        return Err(Refusal::client(
            700_025,
            "Client is public so neither 'client_assertion' nor 'client_secret' should be \
             presented.",
        ));
    }
    let mut nonce = None;
    let session = match grant_type {
        "authorization_code" => {
            let code = redeem(directory, issued, form, client, call)?;
            nonce = code.nonce;
            code.session
        }
        "refresh_token" => {
            let session = issued.session(form.required("refresh_token")?);
            let over = || Refusal::grant(700_082, "The refresh token has expired or was revoked.");
            let is_own = |session: &Session| {
                session.client == client
                    && session.tenant == directory.tenant
                    && call.resources.contains(&session.audience)
            };
            session.filter(is_own).ok_or_else(over)?
        }
        _ => device::redeem(directory, issued, form, client, call)?,
    };
    let gone = || Refusal::grant(50_057, "The user account is disabled.");
    delegated::effective(directory, session.user, &session.permissions).ok_or_else(gone)?;
    person_answer(directory, issued, call, session, nonce.as_deref())
}

/// The authorization code of a token request, when everything about it fits.
fn redeem(
    directory: &Directory,
    issued: &mut Issued,
    form: &Form,
    client: Guid,
    call: &Call<'_>,
) -> Result<issued::Code, Refusal> {
    let code = issued.redeem(form.required("code")?, call.now);
    let is_own = |code: &issued::Code| {
        let session = &code.session;
        session.client == client
            && session.tenant == directory.tenant
            && call.resources.contains(&session.audience)
    };
    let code = code.filter(is_own).ok_or_else(|| {
        Refusal::grant(
            54_005,
            "OAuth2 Authorization code was already redeemed, please retry with a new valid code.",
        )
    })?;
    if form.required("redirect_uri")? != code.redirect_uri {
        return Err(Refusal::grant(
            500_112,
            "The reply address does not match the reply address provided when requesting the \
             authorization code.",
        ));
    }
    if let Some(challenge) = &code.challenge {
        let verifier = form.value("code_verifier").unwrap_or_default();
        if URL_SAFE_NO_PAD.encode(sha256(verifier.as_bytes())) != *challenge {
            return Err(Refusal::grant(
                501_481,
                "The Code_Verifier does not match the code_challenge supplied in the \
                 authorization request.",
            ));
        }
    }
    Ok(code)
}

fn person_answer(
    directory: &Directory,
    issued: &mut Issued,
    call: &Call<'_>,
    session: Session,
    nonce: Option<&str>,
) -> Result<Value, Refusal> {
    let grant = Grant {
        client: session.client,
        tenant: session.tenant,
        audience: session.audience.clone(),
        person: Some((session.user, session.permissions.clone())),
        has_stepped_up: session.has_stepped_up,
        expires: call.now,
    };
    let audience = &session.audience;
    let names: Vec<String> =
        session.permissions.iter().map(|name| format!("{audience}/{name}")).collect();
    let asked = |name: &str| session.identity.contains(name);
    let id_token = asked("openid").then(|| identity(directory, call, &session, nonce));
    let is_renewed = asked("offline_access");
    let access_token = issued.token(directory, grant, call.now).ok_or_else(transient)?;
    let mut body = object(json!({
        "token_type": "Bearer",
        "scope": names.join(" "),
        "expires_in": TOKEN_SECONDS,
        "ext_expires_in": TOKEN_SECONDS,
        "access_token": access_token,
    }));
    if let Some(id_token) = id_token {
        body.insert("id_token".into(), id_token.into());
    }
    if is_renewed {
        let refresh_token = issued.refresh_token(session).ok_or_else(transient)?;
        body.insert("refresh_token".into(), refresh_token.into());
    }
    Ok(Value::Object(body))
}

/// Who signed in. Unsigned, and says so: the twin publishes no keys, and whoever gets the token
/// from the token endpoint itself need not check any (OpenID Connect Core 1.0, 3.1.3.7).
fn identity(
    directory: &Directory,
    call: &Call<'_>,
    session: &Session,
    nonce: Option<&str>,
) -> String {
    let user = directory.users.get(&session.user);
    let text = |member| user.map_or("", |user| text_of(&user.object, member));
    let now = call.now.as_second();
    let claims = json!({
        "aud": session.client.to_string(),
        "iss": format!("{}/{}/v2.0", call.origin, directory.tenant),
        "iat": now, "nbf": now, "exp": now + TOKEN_SECONDS,
        "name": text("displayName"),
        "nonce": nonce,
        "oid": session.user.to_string(),
        "preferred_username": text("userPrincipalName"),
        "tid": directory.tenant.to_string(),
        "ver": "2.0",
    });
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.", part(json!({"typ": "JWT", "alg": "none"})), part(claims))
}

fn check_tenant(directory: &Directory, tenant: &str) -> Result<(), Refusal> {
    if directory.is_named(tenant) {
        return Ok(());
    }
    Err(Refusal::request(
        90_002,
        format!(
            "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and \
             are signing into the correct cloud."
        ),
    ))
}

/// The application with this client id, in this tenant.
fn find_app<'a>(directory: &'a Directory, client: &str, tenant: &str) -> Result<&'a App, Refusal> {
    check_tenant(directory, tenant)?;
    let id = client.parse::<Guid>().ok();
    id.and_then(|id| directory.apps.get(&id)).ok_or_else(|| Refusal {
        error: "unauthorized_client",
        ..Refusal::request(
            700_016,
            format!(
                "Application with identifier '{client}' was not found in the directory '{tenant}'."
            ),
        )
    })
}

/// The resource of which `scope` asks for everything that was consented to.
fn audience_of<'a>(scope: &str, resources: &'a [String]) -> Result<&'a str, Refusal> {
    // Resources of Azure are written with a slash at their end, and then have two.
    let resource = scope.strip_suffix("/.default").map(|resource| resource.trim_end_matches('/'));
    let known = resources.iter().find(|known| Some(known.as_str()) == resource);
    known.map(String::as_str).ok_or_else(|| invalid_scope(scope))
}

fn invalid_scope(scope: &str) -> Refusal {
    Refusal {
        error: "invalid_scope",
        ..Refusal::request(
            70_011,
            format!(
                "The provided request must include a 'scope' input parameter. The provided value \
                 for the input parameter 'scope' is not valid. The scope {scope} is not valid."
            ),
        )
    }
}

fn check_credential(
    directory: &Directory,
    app: &App,
    form: &Form,
    call: &Call<'_>,
) -> Result<(), Refusal> {
    if let Some(assertion) = form.value("client_assertion") {
        if form.required("client_assertion_type")? != ASSERTION_TYPE {
            return Err(Refusal::request(
                50_003,
                "The value of 'client_assertion_type' is not supported.",
            ));
        }
        if assertion::is_foreign(app, assertion) {
            return federated::check(directory, app, assertion, call.now);
        }
        let audience = format!("{}{}", call.origin, call.path);
        return assertion::check(app, assertion, &audience, call.now);
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
    error_body_as(refusal, now, random::guid())
}

/// The same, for a request that the client gave an id.
fn error_body_as(refusal: &Refusal, now: Timestamp, correlation: Guid) -> Value {
    let (trace, correlation) = (random::guid().to_string(), correlation.to_string());
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
