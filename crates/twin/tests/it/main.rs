//! The twin over real HTTP, as any client would meet it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests fail by panicking, and say aloud what they skip"
)]

mod activity;
mod azure;
mod batch;
mod estate;
mod evaluate;
mod fault;
mod gates;
mod https;
mod logs;
mod openapi;
mod parts;
mod password;
mod permission;
mod person;
mod person_elsewhere;
mod query;
mod schema;
mod sdk;
mod snapshot;
mod throttle;
mod token;

use halligan_twin::{Directory, Object, Options, Running, Size, Throttling, Twin, story};
use serde_json::Value;

/// A generated tenant with a little of everything.
const SMALL: Size = Size { policies: 3, groups: 4, role_holders: 6, users: 8 };

/// A raw HTTP client with a token of the story's watcher.
struct Client {
    http: reqwest::Client,
    base: String,
    token: String,
}

/// An answer: status, headers, body.
struct Answer {
    status: u16,
    headers: reqwest::header::HeaderMap,
    body: Value,
}

impl Answer {
    fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_default()
    }

    fn ids(&self) -> Vec<String> {
        let items = self.body["value"].as_array().unwrap();
        items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

fn http() -> reqwest::Client {
    _ = rustls::crypto::ring::default_provider().install_default();
    let limit = std::time::Duration::from_secs(20);
    reqwest::Client::builder().no_proxy().timeout(limit).build().unwrap()
}

/// The form of a token request with the watcher's secret.
fn secret_form() -> Vec<(&'static str, String)> {
    vec![
        ("grant_type", "client_credentials".into()),
        ("client_id", story::WATCHER.to_string()),
        ("client_secret", story::WATCHER_SECRET.into()),
        ("scope", "https://graph.microsoft.com/.default".into()),
    ]
}

async fn ask_token(running: &Running, tenant: &str, form: &[(&str, String)]) -> Answer {
    ask_token_with(&http(), running, tenant, form).await
}

async fn ask_token_with(
    http: &reqwest::Client,
    running: &Running,
    tenant: &str,
    form: &[(&str, String)],
) -> Answer {
    let url = format!("{}/{tenant}/oauth2/v2.0/token", running.login_url());
    let pairs: Vec<String> =
        form.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let request = http
        .post(url)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(pairs.join("&"));
    answer(request).await
}

async fn answer(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = response.bytes().await.unwrap();
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    Answer { status, headers, body }
}

/// Percent-encodes every byte that is not a letter or a digit.
fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

async fn start(directory: Directory, options: Options) -> (Running, Client) {
    let tenant = directory.tenant.to_string();
    let running = Twin::start(directory, options).await.unwrap();
    let answer = ask_token(&running, &tenant, &secret_form()).await;
    let token = answer.body["access_token"].as_str().unwrap().to_owned();
    let client = Client { http: http(), base: running.graph_url().to_owned(), token };
    (running, client)
}

/// The location that enabling Global Secure Access adds to a tenant.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/compliantnetworknamedlocation>.
fn compliant_network() -> Object {
    let location = serde_json::json!({
        "@odata.type": "#microsoft.graph.compliantNetworkNamedLocation",
        "id": "00000000-0000-0000-0000-0000000000c0",
        "displayName": "All Compliant Network Locations",
        "createdDateTime": "2025-03-03T08:00:00Z",
        "modifiedDateTime": "2025-03-03T08:00:00Z",
        "isTrusted": true,
        "compliantNetworkType": "allTenantCompliantNetworks",
    });
    location.as_object().unwrap().clone()
}

/// The story without throttling.
async fn story_twin() -> (Running, Client) {
    start(Directory::story(), Options { throttling: Throttling::Off, ..Options::default() }).await
}

impl Client {
    fn request(&self, path: &str) -> reqwest::RequestBuilder {
        let url =
            if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        self.http.get(url).bearer_auth(&self.token)
    }

    /// Asks What If.
    async fn evaluate(&self, question: &Value) -> Answer {
        let url = format!("{}/v1.0/identity/conditionalAccess/evaluate", self.base);
        let request = self.http.post(url).bearer_auth(&self.token);
        let body = request.header("content-type", "application/json").body(question.to_string());
        answer(body).await
    }

    async fn get(&self, path: &str) -> Answer {
        answer(self.request(path)).await
    }

    /// Every item of a collection, next links followed.
    async fn all(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut next = Some(path.to_owned());
        while let Some(path) = next {
            let answer = self.get(&path).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
            items.extend(answer.body["value"].as_array().unwrap().iter().cloned());
            next = answer.body["@odata.nextLink"].as_str().map(str::to_owned);
        }
        items
    }
}
