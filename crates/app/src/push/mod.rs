//! Records that others push over HTTP: Azure Event Grid, Logic Apps, or whatever can send a `POST`.
//!
//! A sender shows a token, and hears 200 only when what its records raise is safe, so that it sends
//! again what a crash took. The endpoint is on loopback: TLS is a reverse proxy's, which has the
//! certificates already.

mod letter;
#[cfg(test)]
mod tests;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use halligan_core::digest::Digest;
use halligan_wire::event::framing::RECORD_BYTES_MAX;
use thiserror::Error;
use tokio::net::TcpListener;
use zeroize::Zeroizing;

use crate::config::SecretReference;
use crate::secret::{SecretError, fetch_line};
use letter::Letter;

/// The largest body that is taken, in bytes: that of one record. Event Grid sends 1 MiB at most.
pub const PUSH_BYTES_MAX: usize = RECORD_BYTES_MAX;

/// How long a sender waits until what it sent is safe; then it is told to come again. Event Grid
/// gives up after 30 seconds
/// (<https://learn.microsoft.com/azure/event-grid/delivery-and-retry>).
pub const SAFE_WITHIN: Duration = Duration::from_secs(20);

/// The shortest token that is taken, in bytes: nobody guesses it.
pub const TOKEN_BYTES_MIN: usize = 20;

/// Where records are pushed to.
const PATH: &str = "/push";

/// What becomes of pushed records.
pub trait Take: Send + Sync + 'static {
    /// Takes a message; what must be safe before the sender hears so. `None` says that nothing is
    /// taken, for the daemon ends.
    fn take(&self, bytes: &[u8]) -> Option<u64>;

    /// Whether that is safe.
    fn is_safe(&self, mark: u64) -> bool;

    /// Somebody showed a wrong token, or none.
    fn refused(&self);
}

impl<T: Take> Take for Arc<T> {
    fn take(&self, bytes: &[u8]) -> Option<u64> {
        T::take(self, bytes)
    }

    fn is_safe(&self, mark: u64) -> bool {
        T::is_safe(self, mark)
    }

    fn refused(&self) {
        T::refused(self);
    }
}

/// Why there is no token.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum PushTokenError {
    /// It could not be fetched.
    #[error("the token of `[push]`: {0}")]
    Secret(SecretError),
    /// Somebody could guess it.
    #[error("the token of `[push]` is shorter than TOKEN_BYTES_MIN ({TOKEN_BYTES_MIN})")]
    Short,
}

impl PushTokenError {
    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Secret(error) => error.hint(),
            Self::Short => Some("make one that nobody guesses: `openssl rand -hex 32`".into()),
        }
    }
}

/// Fetches the token that senders show; `notice` is given warnings about where it is.
pub async fn token(
    place: &SecretReference,
    notice: &mut dyn FnMut(String),
) -> Result<Zeroizing<String>, PushTokenError> {
    let (token, warning) = fetch_line(place).await.map_err(PushTokenError::Secret)?;
    warning.into_iter().for_each(notice);
    match token.len() < TOKEN_BYTES_MIN {
        true => Err(PushTokenError::Short),
        false => Ok(token),
    }
}

struct Door<T> {
    token: Digest,
    take: T,
}

/// Answers on `listener` until `stop` is ready.
///
/// # Errors
///
/// What the system says of the listener.
pub async fn serve<T: Take>(
    listener: TcpListener,
    token: &Zeroizing<String>,
    take: T,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let door = Arc::new(Door { token: Digest::of(token.as_bytes()), take });
    let router = Router::new().fallback(answer::<T>).with_state(door);
    axum::serve(listener, router).with_graceful_shutdown(stop).await
}

async fn answer<T: Take>(State(door): State<Arc<Door<T>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    if parts.uri.path() != PATH {
        return text(StatusCode::NOT_FOUND, "records are pushed to /push");
    }
    if parts.method == Method::OPTIONS {
        return allowed(&parts.headers);
    }
    if parts.method != Method::POST {
        return text(StatusCode::METHOD_NOT_ALLOWED, "records are sent by POST");
    }
    if !door.is_open_to(&parts.headers) {
        door.take.refused();
        return text(StatusCode::UNAUTHORIZED, "the token is missing or wrong");
    }
    let Ok(bytes) = to_bytes(body, PUSH_BYTES_MAX).await else {
        return text(StatusCode::PAYLOAD_TOO_LARGE, "a body is at most PUSH_BYTES_MAX bytes");
    };
    match letter::read(&bytes) {
        Letter::Validation(code) => json(&serde_json::json!({ "validationResponse": code })),
        Letter::Records(records) => received(&door, records, bytes).await,
    }
}

impl<T> Door<T> {
    /// Compares digests: how long that takes says nothing of the token.
    fn is_open_to(&self, headers: &HeaderMap) -> bool {
        let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = shown.and_then(|shown| shown.split_once(' ')).and_then(|(scheme, token)| {
            scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
        });
        token.is_some_and(|token| Digest::of(token.as_bytes()) == self.token)
    }
}

async fn received<T: Take>(
    door: &Arc<Door<T>>,
    records: Option<Vec<String>>,
    whole: Bytes,
) -> Response {
    let taker = door.clone();
    let taken = tokio::task::spawn_blocking(move || match records {
        None => taker.take.take(&whole),
        Some(records) => records.iter().try_fold(0, |_, record| taker.take.take(record.as_bytes())),
    });
    let Ok(Some(mark)) = taken.await else {
        return later("nothing is taken: the daemon ends");
    };
    let safe = async {
        while !door.take.is_safe(mark) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    match tokio::time::timeout(SAFE_WITHIN, safe).await {
        Ok(()) => text(StatusCode::OK, ""),
        Err(_) => later("what was sent is not safe yet"),
    }
}

/// The answer to whoever asks whether it may send: CloudEvents' handshake
/// (<https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md>).
fn allowed(headers: &HeaderMap) -> Response {
    let mut response = text(StatusCode::OK, "");
    if let Some(origin) = headers.get("webhook-request-origin") {
        response.headers_mut().insert("webhook-allowed-origin", origin.clone());
        response.headers_mut().insert("webhook-allowed-rate", HeaderValue::from_static("*"));
    }
    response
}

fn later(what: &'static str) -> Response {
    let mut response = text(StatusCode::SERVICE_UNAVAILABLE, what);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
    response
}

fn text(status: StatusCode, what: &'static str) -> Response {
    let mut response = Response::new(Body::from(what));
    *response.status_mut() = status;
    response
}

fn json(value: &serde_json::Value) -> Response {
    let mut response = Response::new(Body::from(value.to_string()));
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
