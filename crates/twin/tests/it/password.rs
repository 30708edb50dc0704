//! The password grant: it is refused with a number, and written to the log under the id that the
//! client sent.

use halligan_core::id::{Guid, UserId};
use halligan_twin::{Directory, Options, Throttling, story};
use serde_json::{Value, json};

use crate::{Answer, answer, http, start};

const REQUEST: Guid = Guid::from_u128(0xca4a47);
const CLIENT: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

async fn tried(url: &str, name: &str, password: &str, client: &str) -> Answer {
    let form = [
        ("grant_type", "password"),
        ("client_id", client),
        ("scope", "x/.default"),
        ("username", name),
        ("password", password),
    ];
    let form = form.map(|(name, value)| format!("{name}={}", crate::encoded(value))).join("&");
    let request = http()
        .post(format!("{url}/{}/oauth2/v2.0/token", story::TENANT))
        .header("client-request-id", REQUEST.to_string())
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form);
    answer(request).await
}

fn name_of(directory: &Directory, id: UserId) -> String {
    let name = directory.users[&id.0].object["userPrincipalName"].as_str();
    name.unwrap().to_owned()
}

#[tokio::test]
async fn an_attempt_is_answered_and_written_down_under_its_id() {
    let mut directory = Directory::story();
    let name = name_of(&directory, story::ACCOUNT_ALPHA);
    directory.passwords.insert(story::ACCOUNT_ALPHA.0, "right".into());
    let options = Options { throttling: Throttling::Off, ..Options::default() };
    let (running, client) = start(directory, options).await;
    let url = running.login_url();
    for (name, password, client, number) in [
        (name.as_str(), "wrong", CLIENT, 50_126),
        ("nobody@example.org", "wrong", CLIENT, 50_034),
        (&name, "wrong", "00000000-0000-0000-0000-000000000001", 700_016),
    ] {
        let answer = tried(url, name, password, client).await;
        assert_eq!((answer.status, &answer.body["error_codes"]), (400, &json!([number])));
        assert_eq!(answer.body["correlation_id"], REQUEST.to_string());
    }
    // A policy asks for more than the password, which is right.
    let right = tried(url, &name, "right", CLIENT).await.body["error_codes"][0].clone();
    assert!(right == 50_076 || right == 53_003, "{right}");
    let log = client.get("/beta/auditLogs/signIns").await.body;
    let records = log["value"].as_array().unwrap();
    let is_ours = |one: &&Value| one["correlationId"] == REQUEST.to_string();
    assert_eq!(records.iter().filter(is_ours).count(), 3, "an unknown client is in no log");
    let codes: Vec<i64> =
        records.iter().map(|one| one["status"]["errorCode"].as_i64().unwrap()).collect();
    assert!(codes.contains(&right.as_i64().unwrap()), "{codes:?}");
    running.stop().await;
}
