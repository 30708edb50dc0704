use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::*;

const TOKEN: &str = "correct-horse-battery-staple";

#[derive(Default)]
struct Taken {
    messages: Mutex<Vec<String>>,
    refused: AtomicUsize,
    is_stuck: AtomicBool,
}

impl Take for Taken {
    fn take(&self, bytes: &[u8]) -> Option<u64> {
        let mut messages = self.messages.lock().unwrap();
        messages.push(String::from_utf8_lossy(bytes).into_owned());
        Some(messages.len() as u64)
    }

    fn is_safe(&self, _: u64) -> bool {
        !self.is_stuck.load(Ordering::SeqCst)
    }

    fn refused(&self) {
        self.refused.fetch_add(1, Ordering::SeqCst);
    }
}

/// Runs `test` against an endpoint on loopback.
fn with_door<F: Future<Output = ()>>(test: impl FnOnce(String, Arc<Taken>) -> F) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/push", listener.local_addr().unwrap());
        let taken = Arc::new(Taken::default());
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let door = taken.clone();
        let token = Zeroizing::new(TOKEN.to_owned());
        let serving = tokio::spawn(async move {
            serve(listener, &token, door, async { drop(stopped.await) }).await
        });
        test(url, taken).await;
        drop(stop);
        serving.await.unwrap().unwrap();
    });
}

fn client() -> reqwest::Client {
    // Whoever was first set it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // No proxy of this machine, and a limit on everything.
    let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(60));
    client.build().unwrap()
}

async fn send(url: &str, body: &str) -> (u16, String) {
    let request = client().post(url).bearer_auth(TOKEN).body(body.to_owned());
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[test]
fn nobody_is_heard_without_the_token() {
    with_door(|url, taken| async move {
        for token in [None, Some(""), Some("wrong"), Some("correct-horse-battery-stapl")] {
            let request = client().post(&url).body("{}");
            let request = match token {
                Some(token) => request.bearer_auth(token),
                None => request,
            };
            assert_eq!(request.send().await.unwrap().status().as_u16(), 401, "{token:?}");
        }
        assert_eq!(taken.refused.load(Ordering::SeqCst), 4);
        assert!(taken.messages.lock().unwrap().is_empty());
        let elsewhere = url.replace("/push", "/");
        assert_eq!(send(&elsewhere, "{}").await.0, 404);
        let read = client().get(&url).bearer_auth(TOKEN).send().await.unwrap();
        assert_eq!(read.status().as_u16(), 405);
    });
}

#[test]
fn records_come_as_they_are_or_in_the_wrapping_of_event_grid() {
    with_door(|url, taken| async move {
        let record = r#"{"category":"SignInLogs","properties":{"id":"1"}}"#;
        assert_eq!(send(&url, record).await.0, 200);
        let grid = r#"[{"id":"a","eventType":"x","eventTime":"t","data":{"id":"1"}},
                       {"id":"b","eventType":"x","eventTime":"t","data":"{\"id\":\"2\"}"}]"#;
        assert_eq!(send(&url, grid).await.0, 200);
        let cloud = r#"{"specversion":"1.0","type":"x","data":{"records":[]}}"#;
        assert_eq!(send(&url, cloud).await.0, 200);
        // What is no JSON is for whoever tells what cannot be read.
        assert_eq!(send(&url, "{broken").await.0, 200);
        let expected = [record, r#"{"id":"1"}"#, r#"{"id":"2"}"#, r#"{"records":[]}"#, "{broken"];
        assert_eq!(*taken.messages.lock().unwrap(), expected);
    });
}

#[test]
fn the_handshakes_of_event_grid_and_of_cloud_events_are_answered() {
    with_door(|url, taken| async move {
        let question = r#"[{"eventType":"Microsoft.EventGrid.SubscriptionValidationEvent",
                            "eventTime":"t","data":{"validationCode":"512d38b6"}}]"#;
        let answer = send(&url, question).await;
        assert_eq!(answer, (200, r#"{"validationResponse":"512d38b6"}"#.into()));
        let options = client().request(reqwest::Method::OPTIONS, &url);
        let options = options.header("WebHook-Request-Origin", "eventgrid.azure.net");
        let answer = options.send().await.unwrap();
        assert_eq!(answer.headers().get("WebHook-Allowed-Origin").unwrap(), "eventgrid.azure.net");
        assert!(taken.messages.lock().unwrap().is_empty());
    });
}

#[test]
fn a_sender_hears_that_it_is_taken_when_it_is_safe() {
    with_door(|url, taken| async move {
        taken.is_stuck.store(true, Ordering::SeqCst);
        let sent = tokio::spawn(async move { send(&url, "{}").await });
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(!sent.is_finished());
        taken.is_stuck.store(false, Ordering::SeqCst);
        assert_eq!(sent.await.unwrap().0, 200);
    });
}

#[test]
fn a_body_that_is_too_large_is_refused_by_the_limit_s_name() {
    with_door(|url, taken| async move {
        let body = "x".repeat(PUSH_BYTES_MAX + 1);
        // The answer comes before all of it is sent, and may be lost with the connection.
        if let Ok(answer) = client().post(&url).bearer_auth(TOKEN).body(body).send().await {
            assert_eq!(answer.status().as_u16(), 413);
            assert!(answer.text().await.unwrap().contains("PUSH_BYTES_MAX"));
        }
        assert!(taken.messages.lock().unwrap().is_empty());
    });
}

#[test]
fn a_token_that_could_be_guessed_is_refused() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    std::fs::write(&path, "short").unwrap();
    let place = SecretReference::File(path.clone());
    let refused = runtime.block_on(token(&place, &mut |_| {})).unwrap_err();
    assert_eq!(refused, PushTokenError::Short);
    assert!(!format!("{refused} {:?}", refused.hint()).contains("\"short\""));
    std::fs::write(&path, format!("{TOKEN}\n")).unwrap();
    assert_eq!(runtime.block_on(token(&place, &mut |_| {})).unwrap().as_str(), TOKEN);
}
