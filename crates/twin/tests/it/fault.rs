//! Faults are real on the wire.

use std::time::{Duration, Instant};

use halligan_twin::{Directory, Fault, Options, Throttling, What, When, story};

use crate::{Client, start, story_twin};

const PATH: &str = "/v1.0/organization";

fn fault(when: When, what: What) -> Fault {
    Fault { path: PATH.into(), when, what }
}

/// A fresh connection, so that a reused one does not retry.
fn once(client: &Client) -> reqwest::RequestBuilder {
    crate::http().get(format!("{}{PATH}", client.base)).bearer_auth(&client.token)
}

#[tokio::test]
async fn a_dropped_connection_brings_no_answer() {
    let (running, client) = story_twin().await;
    running.add_fault(fault(When::Nth(2), What::DropConnection));
    assert!(once(&client).send().await.is_ok());
    let error = once(&client).send().await.unwrap_err();
    assert!(error.is_request(), "{error:?}");
    assert!(once(&client).send().await.is_ok());
}

#[tokio::test]
async fn a_truncated_body_is_shorter_than_it_said() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let (running, client) = story_twin().await;
    running.add_fault(fault(When::Always, What::TruncateBody(25)));
    let response = once(&client).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.bytes().await.is_err());
    // What is on the wire: the whole head, and 25 bytes.
    let address = client.base.strip_prefix("http://").unwrap();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let token = &client.token;
    let request =
        format!("GET {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    _ = stream.read_to_end(&mut bytes).await;
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert_eq!(body.len(), 25, "{text}");
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    assert!(length.parse::<usize>().unwrap() > 25);
}

#[tokio::test]
async fn a_limit_beyond_the_body_truncates_nothing() {
    let (running, client) = story_twin().await;
    running.add_fault(fault(When::Nth(1), What::TruncateBody(1_000_000)));
    for _ in 0..3 {
        assert_eq!(client.get(PATH).await.status, 200);
    }
}

#[tokio::test]
async fn errors_of_the_service_come_with_their_wait() {
    let what = What::Status { status: 503, retry_after_seconds: Some(7) };
    let options = Options {
        faults: vec![fault(When::Nth(1), what)],
        throttling: Throttling::Off,
        record: true,
        ..Options::default()
    };
    let (running, client) = start(Directory::story(), options).await;
    let answer = client.get(PATH).await;
    assert_eq!((answer.status, answer.code()), (503, "ServiceUnavailable"));
    assert_eq!(answer.header("retry-after"), "7");
    assert_eq!(client.get(PATH).await.status, 200);
    let plain = What::Status { status: 429, retry_after_seconds: None };
    running.add_fault(fault(When::Every(1), plain));
    let answer = client.get(PATH).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, ""));
    running.clear_faults();
    assert_eq!(client.get(PATH).await.status, 200);
    let statuses: Vec<u16> = running.exchanges().iter().map(|one| one.status).collect();
    assert_eq!(statuses, [200, 503, 200, 429, 200]);
}

#[tokio::test]
async fn proxies_answer_html_and_tokens_die() {
    let (running, client) = story_twin().await;
    running.add_fault(fault(When::Nth(1), What::Html));
    running.add_fault(fault(When::Nth(2), What::Unauthorized));
    let answer = client.get(PATH).await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-type").starts_with("text/html"));
    assert_eq!(client.get(PATH).await.code(), "InvalidAuthenticationToken");
    assert_eq!(client.get(PATH).await.status, 200);
}

#[tokio::test]
async fn latency_comes_before_the_answer() {
    let (running, client) = story_twin().await;
    let latency = Duration::from_millis(300);
    running.add_fault(fault(When::Nth(1), What::Latency(latency)));
    let began = Instant::now();
    assert_eq!(client.get(PATH).await.status, 200);
    assert!(began.elapsed() >= latency);
}

#[tokio::test]
async fn the_login_can_fail_as_well() {
    let (running, _client) = story_twin().await;
    let path = format!("/{}", story::TENANT);
    let what = What::Status { status: 500, retry_after_seconds: None };
    running.add_fault(Fault { path, when: When::Always, what });
    let answer =
        crate::ask_token(&running, &story::TENANT.to_string(), &crate::secret_form()).await;
    assert_eq!(answer.status, 500);
}

#[tokio::test]
async fn a_stopped_twin_is_gone() {
    let (running, client) = story_twin().await;
    let began = Instant::now();
    running.stop().await;
    assert!(began.elapsed() < Duration::from_secs(5));
    assert!(once(&client).send().await.is_err());
}

#[tokio::test]
async fn a_taken_port_is_an_error_with_its_number() {
    let (running, _client) = story_twin().await;
    let (_, port) = running.graph_url().rsplit_once(':').unwrap();
    let options = Options { port: port.parse().unwrap(), ..Options::default() };
    let error = halligan_twin::Twin::start(Directory::story(), options).await.unwrap_err();
    assert!(error.to_string().contains(port), "{error}");
}
