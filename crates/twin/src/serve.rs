//! From HTTP to the tables and back: faults, authentication, routing, headers, the record.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::Value;

use crate::answer::{self, Asked};
use crate::app::App;
use crate::arm;
use crate::clock;
use crate::cut::Wire;
use crate::directory::Directory;
use crate::error::GraphError;
use crate::fault::{Faults, What};
use crate::login::{self, AZURE, Endpoint, GRAPH, NoGrant, Tokens};
use crate::operation::{Version, route};
use crate::permission::suffice;
use crate::query::percent;
use crate::random;
use crate::record::{self, Exchange, HIDDEN};
use crate::throttle::{Meter, Shape, Throttling};

/// The longest request body that is read, in bytes.
const MAX_BODY_BYTES: usize = 64 * 1024;
/// Below this `$top`, a request to the directory costs less.
const SMALL_TOP: usize = 20;
/// What Graph writes as the type of its answers.
const GRAPH_JSON: &str = "application/json;odata.metadata=minimal;odata.streaming=true;\
                          IEEE754Compatible=false;charset=utf-8";

/// Everything that the handler of requests shares.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) directory: RwLock<Directory>,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) exchanges: Mutex<Vec<Exchange>>,
    tokens: Mutex<Tokens>,
    meter: Mutex<Meter>,
    /// `http://127.0.0.1:<port>`.
    pub(crate) url: String,
    page_size: Option<usize>,
    throttling: Throttling,
    records: bool,
}

impl Shared {
    pub(crate) fn new(directory: Directory, url: String, options: &crate::Options) -> Self {
        Self {
            directory: RwLock::new(directory),
            faults: Mutex::new(Faults::new(options.faults.clone())),
            exchanges: Mutex::default(),
            tokens: Mutex::default(),
            meter: Mutex::default(),
            url,
            page_size: options.page_size,
            throttling: options.throttling,
            records: options.record,
        }
    }

    /// Ends every token that was issued.
    pub(crate) fn revoke_tokens(&self) {
        for grant in lock(&self.tokens).values_mut() {
            grant.expires = clock::now();
        }
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
    let reply = match struck.iter().find_map(|what| instead(what, &received)) {
        Some(reply) => reply,
        None if body.is_err() => too_large(&received),
        None => answer(&twin, &received),
    };
    let is_dropped = struck.contains(&What::DropConnection);
    if twin.records {
        record(&twin, &received, &reply, is_dropped);
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
fn instead(what: &What, received: &Received) -> Option<Reply> {
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
        What::Latency(_) | What::DropConnection | What::TruncateBody(_) => None,
    }
}

fn too_large(received: &Received) -> Reply {
    let message = format!("The request body is longer than {MAX_BODY_BYTES} bytes or incomplete.");
    refuse(&GraphError::new(413, "RequestEntityTooLarge", message), received)
}

fn answer(twin: &Shared, received: &Received) -> Reply {
    if let Some((version, path)) = received.version() {
        return graph(twin, received, version, path);
    }
    let segments: Vec<&str> = received.path.split('/').skip(1).collect();
    if let [tenant, "oauth2", "v2.0", "token"] = segments.as_slice() {
        return token(twin, received, tenant);
    }
    if segments.first().is_some_and(|first| first.eq_ignore_ascii_case("providers")) {
        return azure(twin, received);
    }
    let first = segments.first().copied().unwrap_or_default();
    refuse(&GraphError::bad_request(format!("Invalid version: {first}")), received)
}

fn token(twin: &Shared, received: &Received, tenant: &str) -> Reply {
    if received.method != "POST" {
        return refuse(&GraphError::new(405, "MethodNotAllowed", "Use POST."), received);
    }
    let url = format!("{}{}", twin.url, received.path);
    let tenant = percent::decode(tenant).unwrap_or_default();
    let resources = [GRAPH.to_owned(), twin.url.clone(), AZURE.to_owned()];
    let endpoint =
        Endpoint { tenant: &tenant, url: &url, resources: &resources, now: clock::now() };
    let directory = twin.directory.read().unwrap_or_else(PoisonError::into_inner);
    let (status, body) =
        login::answer(&directory, &mut lock(&twin.tokens), endpoint, &received.body);
    Reply {
        content_type: "application/json; charset=utf-8",
        headers: vec![("Cache-Control", "no-store, no-cache".into())],
        ..Reply::json(status, &body)
    }
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

type Headers = Vec<(&'static str, String)>;

fn graph_body(
    twin: &Shared,
    received: &Received,
    version: Version,
    path: &str,
    template: &mut Option<&'static str>,
) -> Result<(Value, Headers), GraphError> {
    let directory = twin.directory.read().unwrap_or_else(PoisonError::into_inner);
    let app = authenticate(twin, &directory, received.header("authorization"))?;
    let segments: Option<Vec<String>> = path.split('/').skip(1).map(percent::decode).collect();
    let segments = segments.ok_or_else(|| GraphError::unknown_segment(path))?;
    let (operation, parameters) = route(version, &segments)?;
    *template = Some(operation.template);
    if received.method != "GET" {
        let message = "Specified HTTP method is not allowed for the request target.";
        return Err(GraphError::new(405, "Request_BadRequest", message));
    }
    if !suffice(&app.permissions, operation.permissions) {
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
            };
            let (client, users) = (app.client_id.0, directory.users.len());
            lock(&twin.meter).count(operation.class, shape, client, users, Instant::now())?
        }
    };
    let asked = Asked {
        version,
        parameters: &parameters,
        url: &format!("{}{}", twin.url, received.path),
        graph_url: &twin.url,
        is_eventual: received.header("consistencylevel").eq_ignore_ascii_case("eventual"),
        includes_unknown: received.header("prefer").contains("include-unknown-enum-members"),
        page_size: twin.page_size,
    };
    let body = answer::body(&directory, &app.permissions, operation, &asked, &options)?;
    Ok((body, headers))
}

/// Azure Resource Manager, which checks tokens and words errors in its own way.
fn azure(twin: &Shared, received: &Received) -> Reply {
    let directory = twin.directory.read().unwrap_or_else(PoisonError::into_inner);
    let authorization = received.header("authorization");
    let grant = login::grant(&lock(&twin.tokens), authorization, clock::now());
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

/// The application that a bearer token for Graph belongs to.
fn authenticate<'a>(
    twin: &Shared,
    directory: &'a Directory,
    authorization: &str,
) -> Result<&'a App, GraphError> {
    let unknown = || GraphError::unauthorized("Access token validation failure.");
    let grant = login::grant(&lock(&twin.tokens), authorization, clock::now());
    let grant = grant.map_err(|reason| match reason {
        NoGrant::Missing => GraphError::unauthorized("Access token is empty."),
        NoGrant::Unknown => unknown(),
        NoGrant::Ended => {
            GraphError::unauthorized("Lifetime validation failed, the token is expired.")
        }
    })?;
    if grant.audience == AZURE {
        let message = "Access token validation failure. Invalid audience.";
        return Err(GraphError::unauthorized(message));
    }
    directory.apps.get(&grant.client).ok_or_else(unknown)
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

fn record(twin: &Shared, received: &Received, reply: &Reply, is_dropped: bool) {
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
        status: if is_dropped { 0 } else { reply.status },
        answer: if version.is_none() { hide_token(&reply.body) } else { reply.body.clone() },
    };
    lock(&twin.exchanges).push(exchange);
}

fn hide_token(body: &str) -> String {
    let Ok(Value::Object(mut members)) = serde_json::from_str(body) else {
        return body.to_owned();
    };
    if members.contains_key("access_token") {
        members.insert("access_token".into(), HIDDEN.into());
    }
    Value::Object(members).to_string()
}

/// How long [`crate::Running::stop`] waits for answers under way.
pub(crate) const STOP_PATIENCE: Duration = Duration::from_secs(2);
