//! From HTTP to the tables and back: faults, authentication, routing, headers, the record.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::Value;

use crate::answer::{self, Asked};
use crate::areas::activity;
use crate::arm;
use crate::attempt;
use crate::batch::{self, Part, PartReply};
use crate::clock;
use crate::cut::Wire;
use crate::error::GraphError;
use crate::fault::{Faults, What};
use crate::hosts::{self, Site};
use crate::login::{self, Grant, Issued, NoGrant};
use crate::operation::{Version, route};
use crate::permission::suffice;
use crate::query::percent;
use crate::random;
use crate::record::{self, Exchange, HIDDEN};
use crate::stream::Stream;
use crate::tenants::Tenants;
use crate::throttle::{Meters, Shape, Throttling};

/// The longest request body that is read, in bytes.
const MAX_BODY_BYTES: usize = 64 * 1024;
/// The path of a batch, without the version.
const BATCH: &str = "/$batch";
/// The path of attempts to sign in.
const ATTEMPTS: &str = "/_twin/attempts";
/// The path of the logs as diagnostic settings stream them, a message on each line.
const STREAM: &str = "/_twin/stream";
/// Below this `$top`, a request to the directory costs less.
const SMALL_TOP: usize = 20;
/// What Graph writes as the type of its answers.
const GRAPH_JSON: &str = "application/json;odata.metadata=minimal;odata.streaming=true;\
                          IEEE754Compatible=false;charset=utf-8";

/// Everything that the handler of requests shares.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) tenants: Tenants,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) exchanges: Mutex<Vec<Exchange>>,
    issued: Mutex<Issued>,
    device_codes: login::DeviceCodes,
    /// Permissions that this Microsoft Graph does not have.
    unknown_permissions: BTreeSet<String>,
    /// What was used of each tenant's limits: it outlasts a tenant of an estate.
    meters: Mutex<Meters>,
    /// `http://127.0.0.1:<port>`.
    pub(crate) url: String,
    page_size: Option<usize>,
    throttling: Throttling,
    records: bool,
}

impl Shared {
    pub(crate) fn new(tenants: Tenants, url: String, options: &crate::Options) -> Self {
        Self {
            tenants,
            faults: Mutex::new(Faults::new(options.faults.clone())),
            exchanges: Mutex::default(),
            issued: Mutex::default(),
            device_codes: login::DeviceCodes::of(options),
            unknown_permissions: options.unknown_permissions.iter().cloned().collect(),
            meters: Mutex::default(),
            url,
            page_size: options.page_size,
            throttling: options.throttling,
            records: options.record,
        }
    }

    /// Ends every token that was issued.
    pub(crate) fn revoke_tokens(&self) {
        lock(&self.issued).end_tokens(clock::now());
    }

    /// Ends what persons' tokens are renewed with.
    pub(crate) fn revoke_sessions(&self) {
        lock(&self.issued).end_sessions();
    }
}

/// A lock that a panic elsewhere does not spoil: the data is whole after every statement.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An answer before it becomes HTTP.
#[derive(Debug)]
struct Reply {
    status: u16,
    content_type: &'static str,
    headers: Vec<(&'static str, String)>,
    body: String,
    operation: Option<&'static str>,
}

impl Reply {
    fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            content_type: GRAPH_JSON,
            headers: Vec::new(),
            body: body.to_string(),
            operation: None,
        }
    }
}

/// A request, read whole.
struct Received {
    method: String,
    path: String,
    query: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Received {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Which service of which cloud the request means.
    fn site(&self) -> Site {
        hosts::site(self.header("host"))
    }

    /// The origin by which the client knows the twin, for the addresses in answers.
    fn origin(&self, twin: &Shared) -> String {
        self.site().origin(self.header("host"), &twin.url)
    }

    /// The API version that the path begins with, and the rest of the path.
    fn version(&self) -> Option<(Version, &str)> {
        let path = self.path.strip_prefix('/')?;
        let (first, rest) = path.split_at(path.find('/').unwrap_or(path.len()));
        let versions = [Version::V1, Version::Beta];
        let version = versions.into_iter().find(|one| one.as_str().eq_ignore_ascii_case(first))?;
        Some((version, rest))
    }
}

/// Answers one request.
pub(crate) async fn handle(
    State(twin): State<Arc<Shared>>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    request: Request,
) -> Response {
    wire.send_all();
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MAX_BODY_BYTES).await;
    let received = Received {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body: body.as_ref().map(|bytes| bytes.to_vec()).unwrap_or_default(),
    };
    let struck = lock(&twin.faults).strike(&received.path);
    for what in &struck {
        if let What::Latency(latency) = what {
            tokio::time::sleep(*latency).await;
        }
    }
    let reply = match struck.iter().find_map(|what| instead(&twin, what, &received)) {
        Some(reply) => reply,
        None if body.is_err() => too_large(&received),
        None => answer(&twin, &received),
    };
    let is_dropped = struck.contains(&What::DropConnection);
    if twin.records {
        record(&twin, &received, &reply, if is_dropped { 0 } else { reply.status }, false);
    }
    if is_dropped {
        wire.drop_connection();
    } else if let Some(bytes) = struck.iter().find_map(|what| match what {
        What::TruncateBody(bytes) => Some(*bytes),
        _ => None,
    }) {
        wire.truncate_body(bytes);
    }
    respond(reply)
}

/// The reply that a fault puts in place of the answer.
fn instead(twin: &Shared, what: &What, received: &Received) -> Option<Reply> {
    match what {
        What::Status { status, retry_after_seconds } => {
            let code = match status {
                429 => "TooManyRequests",
                503 => "ServiceUnavailable",
                504 => "GatewayTimeout",
                _ => "InternalServerError",
            };
            let mut error = GraphError::new(*status, code, "An injected fault.");
            if let Some(seconds) = retry_after_seconds {
                error.headers.push(("Retry-After", seconds.to_string()));
            }
            Some(refuse(&error, received))
        }
        What::Html => Some(Reply {
            content_type: "text/html; charset=utf-8",
            body: "<!DOCTYPE html><html><head><title>Sign in to the network</title></head>\
                   <body><h1>Sign in to the network</h1></body></html>"
                .into(),
            ..Reply::json(200, &Value::Null)
        }),
        What::Unauthorized => {
            let error =
                GraphError::unauthorized("Lifetime validation failed, the token is expired.");
            Some(refuse(&error, received))
        }
        What::ClaimsChallenge(context) => {
            let authorization = received.header("authorization");
            let grant = lock(&twin.issued).grant(authorization, clock::now()).ok();
            let has_stepped_up = grant.is_some_and(|grant| grant.has_stepped_up);
            let login = received.site().login_origin(&twin.url);
            let error = GraphError::challenge(&login, context);
            (!has_stepped_up).then(|| refuse(&error, received))
        }
        What::SignInRefused { error, number } => {
            Some(login_reply(login::refused(error, *number, &received.query)))
        }
        What::Latency(_) | What::DropConnection | What::TruncateBody(_) => None,
    }
}

fn too_large(received: &Received) -> Reply {
    let message = format!("The request body is longer than {MAX_BODY_BYTES} bytes or incomplete.");
    refuse(&GraphError::new(413, "RequestEntityTooLarge", message), received)
}

fn answer(twin: &Shared, received: &Received) -> Reply {
    let site = received.site();
    if let (Some((version, path)), true) = (received.version(), site.is_graph()) {
        return match path.eq_ignore_ascii_case(BATCH) {
            true => batch(twin, received, version),
            false => graph(twin, received, version, path),
        };
    }
    if let Some(reply) = site.is_login().then(|| sign_in(twin, received)).flatten() {
        return reply;
    }
    let first = received.path.split('/').nth(1).unwrap_or_default();
    if first.eq_ignore_ascii_case("providers") {
        return azure(twin, received);
    }
    if first.eq_ignore_ascii_case("api") {
        return office(twin, received);
    }
    if received.path == ATTEMPTS && received.method == "POST" {
        return attempted(twin, received);
    }
    if received.path == STREAM && received.method == "GET" {
        return streamed(twin, received);
    }
    refuse(&GraphError::bad_request(format!("Invalid version: {first}")), received)
}

/// Somebody tries to sign in: what the twin takes beside what the service takes.
fn attempted(twin: &Shared, received: &Received) -> Reply {
    let attempt = match attempt::read_attempt(&received.body) {
        Ok(attempt) => attempt,
        Err(what) => return refuse(&GraphError::bad_request(what), received),
    };
    let event = attempt::attempt(&mut twin.tenants.home().write(), &attempt, clock::now());
    Reply::json(200, &halligan_wire::event::write(&event).unwrap_or_default())
}

/// What would come by an event hub.
fn streamed(twin: &Shared, received: &Received) -> Reply {
    let stream = match Stream::read(&received.query) {
        Ok(stream) => stream,
        Err(what) => return refuse(&GraphError::bad_request(what), received),
    };
    let messages = stream.messages(&twin.tenants.home().read(), clock::now());
    let body = messages.iter().map(|one| format!("{one}\n")).collect();
    Reply { body, content_type: "application/x-ndjson", ..Reply::json(200, &Value::Null) }
}

/// Asks the sign-in service; `None` when the path is none of its own.
fn sign_in(twin: &Shared, received: &Received) -> Option<Reply> {
    let (site, now) = (received.site(), clock::now());
    let call = login::Call {
        method: &received.method,
        path: &received.path,
        query: &received.query,
        body: &received.body,
        header: &|name| received.header(name),
        site,
        origin: &received.origin(twin),
        resources: &site.resources(&twin.url),
        now,
        device_codes: twin.device_codes,
        unknown_permissions: &twin.unknown_permissions,
    };
    let tenant = match login::entered_code(&call) {
        Some(code) => {
            let tenant = lock(&twin.issued).tenant_of_device(&code, now);
            tenant.and_then(|tenant| twin.tenants.of(tenant)).unwrap_or_else(|| twin.tenants.home())
        }
        None => twin.tenants.named(&login::tenant_named(&call)),
    };
    if login::password::is_asked(&call) {
        return Some(login_reply(login::password::answer(&mut tenant.write(), &call)));
    }
    let directory = tenant.read();
    login::route(&directory, &mut lock(&twin.issued), &call).map(login_reply)
}

fn login_reply(reply: login::Reply) -> Reply {
    let no_store = ("Cache-Control", "no-store, no-cache".to_owned());
    let login::Reply { status, content } = reply;
    let (content_type, headers, body) = match content {
        login::Content::Json(body) => {
            ("application/json; charset=utf-8", vec![no_store], body.to_string())
        }
        login::Content::Page(body) => ("text/html; charset=utf-8", vec![no_store], body),
        login::Content::Redirect(to) => {
            ("text/html; charset=utf-8", vec![no_store, ("Location", to)], String::new())
        }
    };
    Reply { status, content_type, headers, body, operation: None }
}

fn graph(twin: &Shared, received: &Received, version: Version, path: &str) -> Reply {
    let mut operation = None;
    match graph_body(twin, received, version, path, &mut operation) {
        Ok((body, headers)) => {
            Reply { headers: with_ids(headers, received), operation, ..Reply::json(200, &body) }
        }
        Err(error) => Reply { operation, ..refuse(&error, received) },
    }
}

/// Answers a batch: its parts one by one, with its token.
fn batch(twin: &Shared, received: &Received, version: Version) -> Reply {
    let parts = authenticate(twin, received).and_then(|_| match received.method.as_str() {
        "POST" => batch::read(&received.body),
        _ => Err(GraphError::new(405, "Request_BadRequest", "Use POST.")),
    });
    let parts = match parts {
        Ok(parts) => parts,
        Err(error) => return refuse(&error, received),
    };
    let body = batch::answer(&parts, |part| answer_part(twin, received, version, part));
    Reply { headers: with_ids(Vec::new(), received), ..Reply::json(200, &body) }
}

/// Answers a part as if it had come alone. Of faults, those that make an answer of Graph strike it;
/// what happens to connections happens to whole batches.
fn answer_part(twin: &Shared, batch: &Received, version: Version, part: &Part) -> PartReply {
    let mut headers = HeaderMap::new();
    let own = part.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let token = ("authorization", batch.header("authorization"));
    let host = ("host", batch.header("host"));
    for (name, value) in own.chain([token, host]) {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
    let received = Received {
        method: part.method.clone(),
        path: format!("/{}{}", version.as_str(), part.path),
        query: part.query.clone(),
        headers,
        body: Vec::new(),
    };
    let struck = lock(&twin.faults).strike(&received.path);
    let reply = struck
        .iter()
        .filter(|what| !matches!(what, What::Html | What::SignInRefused { .. }))
        .find_map(|what| instead(twin, what, &received))
        .unwrap_or_else(|| graph(twin, &received, version, &part.path));
    if twin.records {
        record(twin, &received, &reply, reply.status, true);
    }
    let mut headers = reply.headers;
    headers.push(("Content-Type", "application/json".into()));
    let body = serde_json::from_str(&reply.body).unwrap_or_default();
    PartReply { status: reply.status, headers, body }
}

type Headers = Vec<(&'static str, String)>;

fn graph_body(
    twin: &Shared,
    received: &Received,
    version: Version,
    path: &str,
    template: &mut Option<&'static str>,
) -> Result<(Value, Headers), GraphError> {
    let grant = authenticate(twin, received)?;
    let unknown = || GraphError::unauthorized("Access token validation failure.");
    let tenant = twin.tenants.of(grant.tenant).ok_or_else(unknown)?;
    let directory = tenant.read();
    let caller = grant.caller(&directory).ok_or_else(unknown)?;
    // The service reads `/v1.0//users` as `/v1.0/users`; Microsoft's SDK for Python writes it.
    let path = path.trim_start_matches('/');
    let segments: Option<Vec<String>> = path.split('/').map(percent::decode).collect();
    let segments = segments.ok_or_else(|| GraphError::unknown_segment(path))?;
    let (operation, parameters) = route(version, &segments)?;
    *template = Some(operation.template);
    if received.method != operation.method {
        let message = "Specified HTTP method is not allowed for the request target.";
        return Err(GraphError::new(405, "Request_BadRequest", message));
    }
    if !suffice(&caller.permissions, operation.permissions) {
        return Err(GraphError::denied());
    }
    let options = answer::options(operation, &received.query)?;
    let headers = match twin.throttling {
        Throttling::Off => Vec::new(),
        Throttling::Documented => {
            let shape = Shape {
                selects: options.select.is_some(),
                expands: !options.expand.is_empty(),
                is_small: options.top.is_some_and(|top| top < SMALL_TOP),
                selects_activity: options.selects("signInActivity"),
            };
            let (client, users) = (caller.client, directory.users.len());
            let (now, tenant) = (Instant::now(), directory.tenant);
            let mut meters = lock(&twin.meters);
            meters.of(tenant, now).count(operation.class, shape, client, users, now)?
        }
    };
    let origin = received.origin(twin);
    let asked = Asked {
        version,
        parameters: &parameters,
        url: &format!("{origin}/{}/{path}", version.as_str()),
        graph_url: &origin,
        is_eventual: received.header("consistencylevel").eq_ignore_ascii_case("eventual"),
        includes_unknown: received.header("prefer").contains("include-unknown-enum-members"),
        page_size: twin.page_size,
        body: &received.body,
    };
    let body = answer::body(&directory, &caller.permissions, operation, &asked, &options)?;
    Ok((body, headers))
}

/// Azure Resource Manager, which checks tokens and words errors in its own way.
fn azure(twin: &Shared, received: &Received) -> Reply {
    let grant = lock(&twin.issued).grant(received.header("authorization"), clock::now());
    let tenant = grant.as_ref().ok().and_then(|grant| twin.tenants.of(grant.tenant));
    let tenant = tenant.unwrap_or_else(|| twin.tenants.home());
    let directory = tenant.read();
    let (status, body) = match arm::app_of(&directory, grant) {
        Ok(app) => arm::answer(&directory, app, &received.method, &received.path, &received.query),
        Err(refusal) => refusal,
    };
    Reply {
        content_type: "application/json; charset=utf-8",
        headers: with_ids(Vec::new(), received),
        operation: Some(arm::DIAGNOSTIC_SETTINGS),
        ..Reply::json(status, &body)
    }
}

/// The Office 365 Management Activity API, which does as well.
fn office(twin: &Shared, received: &Received) -> Reply {
    let now = clock::now();
    let grant = lock(&twin.issued).grant(received.header("authorization"), now);
    let asked = activity::Asked {
        method: &received.method,
        path: &received.path,
        query: &received.query,
        origin: &twin.url,
        page_size: twin.page_size,
        now,
    };
    let tenant = grant.as_ref().ok().and_then(|grant| twin.tenants.of(grant.tenant));
    let (status, body, next) = match (grant, tenant) {
        (Ok(grant), Some(tenant)) => activity::answer(&mut tenant.write(), &grant, &asked),
        _ => activity::unauthorized(),
    };
    let next = next.map(|next| ("NextPageUri", next));
    Reply {
        content_type: "application/json; charset=utf-8",
        headers: next.into_iter().collect(),
        operation: Some(activity::FEED),
        ..Reply::json(status, &body)
    }
}

/// What a bearer token for Graph was issued for.
fn authenticate(twin: &Shared, received: &Received) -> Result<Grant, GraphError> {
    let grant = lock(&twin.issued).grant(received.header("authorization"), clock::now());
    let grant = grant.map_err(|reason| {
        GraphError::unauthorized(match reason {
            NoGrant::Missing => "Access token is empty.",
            NoGrant::Unknown => "Access token validation failure.",
            NoGrant::Ended => "Lifetime validation failed, the token is expired.",
        })
    })?;
    if !received.site().accepts(&grant.audience) {
        let message = "Access token validation failure. Invalid audience.";
        return Err(GraphError::unauthorized(message));
    }
    Ok(grant)
}

fn refuse(error: &GraphError, received: &Received) -> Reply {
    let headers = with_ids(error.headers.clone(), received);
    let id = |name: &str| {
        let header = headers.iter().find(|(known, _)| *known == name);
        header.map_or("", |(_, value)| value.as_str())
    };
    let date = clock::now().to_string();
    let body = error.body(id("request-id"), id("client-request-id"), date.trim_end_matches('Z'));
    Reply { headers: headers.clone(), ..Reply::json(error.status, &body) }
}

/// Adds the request's ids: one of the service, and the client's own or the same again.
fn with_ids(mut headers: Headers, received: &Received) -> Headers {
    let id = random::guid().to_string();
    let client_id = match received.header("client-request-id") {
        "" => id.clone(),
        client_id => client_id.to_owned(),
    };
    headers.push(("request-id", id));
    headers.push(("client-request-id", client_id));
    headers.push(("odata-version", "4.0".into()));
    headers
}

fn respond(reply: Reply) -> Response {
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let content_type = HeaderValue::from_static(reply.content_type);
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    for (name, value) in reply.headers {
        let name = HeaderName::try_from(name.to_ascii_lowercase());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn record(twin: &Shared, received: &Received, reply: &Reply, status: u16, is_part: bool) {
    let (version, path) = match received.version() {
        Some((version, path)) => (Some(version), path.to_owned()),
        None => (None, received.path.clone()),
    };
    let headers = record::HEADERS
        .into_iter()
        .filter(|name| received.headers.contains_key(*name))
        .map(|name| {
            let value = if name == "authorization" { HIDDEN } else { received.header(name) };
            (name.to_owned(), value.to_owned())
        })
        .collect();
    let exchange = Exchange {
        method: received.method.clone(),
        version,
        path,
        query: received.query.clone(),
        headers,
        body: record::hide_form(&received.body),
        operation: reply.operation,
        is_part,
        status,
        answer: if version.is_none() { hide_token(&reply.body) } else { reply.body.clone() },
    };
    lock(&twin.exchanges).push(exchange);
}

fn hide_token(body: &str) -> String {
    let Ok(Value::Object(mut members)) = serde_json::from_str(body) else {
        return body.to_owned();
    };
    for name in record::SECRET_MEMBERS {
        if members.contains_key(name) {
            members.insert(name.into(), HIDDEN.into());
        }
    }
    Value::Object(members).to_string()
}

/// How long [`crate::Running::stop`] waits for answers under way.
pub(crate) const STOP_PATIENCE: Duration = Duration::from_secs(2);
