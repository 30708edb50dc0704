//! The stand-in for the Office 365 Management Activity API.

use halligan_core::time::SignedDuration;
use halligan_twin::{Attempt, Directory, Licence, Options, Running, Shown, Throttling, story};
use serde_json::Value;

use crate::{Client, ask_token, secret_form, start};

const CONTENT: &str = "subscriptions/content?contentType=Audit.AzureActiveDirectory";
const START: &str = "subscriptions/start?contentType=Audit.AzureActiveDirectory";

async fn office(options: Options) -> (Running, Client, Client) {
    let mut directory = Directory::story().with_licence(Licence::Free);
    directory.logs.unified.readers.insert(story::WATCHER.0);
    let (running, graph) = start(directory, options).await;
    let mut form = secret_form();
    form[3].1 = "https://manage.office.com/.default".into();
    let answer = ask_token(&running, &story::TENANT.to_string(), &form).await;
    let token = answer.body["access_token"].as_str().unwrap().to_owned();
    let root = format!("{}/api/v1.0/{}/activity/feed/", running.graph_url(), story::TENANT);
    (running, graph, Client { http: crate::http(), base: root, token })
}

fn options() -> Options {
    Options { throttling: Throttling::Off, ..Options::default() }
}

async fn post(client: &Client, path: &str) -> (u16, String) {
    let request = client.http.post(format!("{}{path}", client.base)).bearer_auth(&client.token);
    let answer = crate::answer(request).await;
    (answer.status, answer.code().to_owned())
}

fn attempt(running: &Running, delay_seconds: i64) {
    let name = running.read(|directory| {
        let alpha = &directory.users[&story::ACCOUNT_ALPHA.0];
        alpha.object["userPrincipalName"].as_str().unwrap().to_owned()
    });
    let mut attempt = Attempt::new(&name, Shown::WrongPassword);
    attempt.delay = SignedDuration::from_secs(delay_seconds);
    running.attempt(&attempt);
}

/// The list up to the second that is about to end.
async fn listed(client: &Client) -> Vec<Value> {
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    client.get(CONTENT).await.body.as_array().unwrap().clone()
}

#[tokio::test]
async fn content_comes_after_somebody_subscribed() {
    let (running, _, office) = office(options()).await;
    assert_eq!(office.get("subscriptions/list").await.body, Value::Array(vec![]));
    let answer = office.get(CONTENT).await;
    assert_eq!((answer.status, answer.code()), (400, "AF20022"));
    attempt(&running, 0);
    assert_eq!(post(&office, START).await.0, 200);
    assert_eq!(post(&office, START).await, (400, "AF20024".into()));
    assert_eq!(office.get("subscriptions/list").await.body[0]["status"], "enabled");
    attempt(&running, 1);
    attempt(&running, 3600);
    let found = listed(&office).await;
    assert_eq!(found.len(), 1, "what was before, and what is late, is not there: {found:?}");
    let uri = found[0]["contentUri"].as_str().unwrap().strip_prefix(&office.base).unwrap();
    let records = office.get(uri).await.body;
    assert_eq!(records[0]["Operation"], "UserLoginFailed");
    assert_eq!(records[0]["ErrorNumber"], "50126");
    assert_eq!(records[0]["OrganizationId"], story::TENANT.to_string());
    assert_eq!(records[0]["UserKey"], story::ACCOUNT_ALPHA.to_string());
    let late = |delay| running.change(|directory| directory.logs.unified.delay = delay);
    late(SignedDuration::from_hours(1));
    assert!(listed(&office).await.is_empty(), "it comes later than in Graph's log");
    late(SignedDuration::ZERO);
    assert_eq!(post(&office, "subscriptions/stop").await.0, 200);
    assert_eq!(office.get(CONTENT).await.code(), "AF20022");
}

#[tokio::test]
async fn pages_are_named_in_a_header() {
    let (running, _, office) = office(Options { page_size: Some(2), ..options() }).await;
    post(&office, START).await;
    (0..3).for_each(|_| attempt(&running, 0));
    assert_eq!(listed(&office).await.len(), 2);
    let first = office.get(CONTENT).await;
    let next = first.header("nextpageuri").strip_prefix(&office.base).unwrap().to_owned();
    let second = office.get(&next).await;
    assert_eq!(second.body.as_array().unwrap().len(), 1);
    assert_eq!(second.header("nextpageuri"), "");
}

#[tokio::test]
async fn refusals_have_codes_of_their_own() {
    let (running, graph, mut office) = office(options()).await;
    post(&office, START).await;
    let refused = async |path: &str| {
        let answer = office.get(path).await;
        (answer.status, answer.code().to_owned())
    };
    let old = format!("{CONTENT}&startTime=2020-01-01T00:00:00&endTime=2020-01-01T01:00:00");
    assert_eq!(refused(&old).await, (400, "AF20030".into()));
    assert_eq!(refused("subscriptions/content?contentType=x").await, (400, "AF20020".into()));
    assert_eq!(refused("subscriptions/content").await, (400, "AF20001".into()));
    assert_eq!(refused("audit/1$2").await, (404, "AF20050".into()));
    running.change(|directory| directory.logs.unified.is_off = true);
    assert_eq!(refused("subscriptions/list").await, (400, "AF20012".into()));
    running.change(|directory| directory.logs.unified.readers.clear());
    assert_eq!(refused("subscriptions/list").await, (403, "AF10001".into()));
    let with_graphs = office.http.get(format!("{}subscriptions/list", office.base));
    assert_eq!(crate::answer(with_graphs.bearer_auth(&graph.token)).await.status, 401);
    let of_graph = graph.http.get(format!("{}/v1.0/domains", graph.base));
    assert_eq!(crate::answer(of_graph.bearer_auth(&office.token)).await.status, 401);
    let root = running.graph_url();
    office.base = format!("{root}/api/v1.0/{}/activity/feed/", story::WATCHER);
    assert_eq!(office.get("subscriptions/list").await.code(), "AF20010");
    office.base = format!("{root}/api/v1.0/contoso.com/activity/feed/");
    assert_eq!(office.get("subscriptions/list").await.code(), "AF20013");
}
