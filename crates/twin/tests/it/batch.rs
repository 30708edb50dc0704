//! Batches over HTTP: each part is answered as if it had come alone.

use halligan_twin::{Directory, Fault, Options, Throttling, What, When, story};
use serde_json::{Value, json};

use crate::{Answer, Client, answer, start, story_twin};

async fn post(client: &Client, version: &str, body: &Value) -> Answer {
    let url = format!("{}/{version}/$batch", client.base);
    let request = client.http.post(url).bearer_auth(&client.token);
    answer(request.header("content-type", "application/json").body(body.to_string())).await
}

async fn batch(client: &Client, version: &str, urls: &[&str]) -> Answer {
    let requests: Vec<Value> = urls
        .iter()
        .enumerate()
        .map(|(place, url)| json!({"id": format!("p{place}"), "method": "GET", "url": url}))
        .collect();
    post(client, version, &json!({"requests": requests})).await
}

/// The answer to the part at this place.
fn part(answer: &Answer, place: usize) -> &Value {
    let id = json!(format!("p{place}"));
    answer.body["responses"].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap()
}

fn status(answer: &Answer, place: usize) -> u64 {
    part(answer, place)["status"].as_u64().unwrap()
}

#[tokio::test]
async fn parts_are_answered_as_if_they_had_come_alone_and_in_another_order() {
    let (running, client) =
        start(Directory::story(), Options { record: true, ..Options::default() }).await;
    running.forget();
    let user = format!("/users/{}?$select=id,displayName", story::ACCOUNT_ALPHA);
    let urls = [user.as_str(), "/nothing", "/users/not-there", "/groups?$top=1"];
    let whole = batch(&client, "v1.0", &urls).await;
    assert_eq!(whole.status, 200);
    let statuses: Vec<u64> = (0..4).map(|place| status(&whole, place)).collect();
    assert_eq!(statuses, [200, 400, 404, 200]);
    assert_eq!(whole.body["responses"][0]["id"], "p3");
    let alone = client.get(&format!("/v1.0{user}")).await;
    assert_eq!(part(&whole, 0)["body"], alone.body);
    assert_eq!(part(&whole, 0)["headers"]["x-ms-resource-unit"], "1");
    assert!(part(&whole, 0)["headers"]["request-id"].is_string());
    let next = part(&whole, 3)["body"]["@odata.nextLink"].as_str().unwrap();
    assert!(next.starts_with(&format!("{}/v1.0/groups?", client.base)), "{next}");
    assert_eq!(client.get(next).await.status, 200);
    let recorded = running.exchanges();
    let parts: Vec<bool> = recorded.iter().map(|one| one.is_part).collect();
    assert_eq!(parts, [true, true, true, true, false, false, false]);
    assert_eq!((recorded[4].path.as_str(), recorded[4].method.as_str()), ("/$batch", "POST"));
}

#[tokio::test]
async fn permissions_headers_and_versions_hold_in_parts_as_well() {
    let (running, client) = story_twin().await;
    running.change(|directory| {
        let watcher = directory.apps.get_mut(&story::WATCHER.0).unwrap();
        watcher.permissions.remove("Domain.Read.All");
    });
    // Only with `ConsistencyLevel: eventual` does the directory count.
    let body = json!({"requests": [
        {"id": "p0", "method": "GET", "url": "/domains"},
        {"id": "p1", "method": "GET", "url": "/users?$count=true&$top=1"},
        {"id": "p2", "method": "GET", "url": "/users?$count=true&$top=1",
         "headers": {"ConsistencyLevel": "eventual"}},
        {"id": "p3", "method": "POST", "url": "/users"},
    ]});
    let whole = post(&client, "v1.0", &body).await;
    let statuses: Vec<u64> = (0..4).map(|place| status(&whole, place)).collect();
    assert_eq!(statuses, [403, 200, 200, 405]);
    assert!(part(&whole, 1)["body"]["@odata.count"].is_null());
    assert!(part(&whole, 2)["body"]["@odata.count"].is_number());
    let beta = batch(&client, "beta", &["/organization"]).await;
    assert_eq!(status(&beta, 0), 400);
}

#[tokio::test]
async fn each_part_counts_against_its_own_limit() {
    let (_running, client) = start(Directory::story(), Options::default()).await;
    let locations = "/identity/conditionalAccess/namedLocations";
    let whole = batch(&client, "beta", &[locations, locations, "/users"]).await;
    assert_eq!((status(&whole, 0), status(&whole, 1)), (200, 429));
    assert_eq!(part(&whole, 1)["body"]["error"]["code"], "TooManyRequests");
    assert!(part(&whole, 1)["headers"]["Retry-After"].is_null());
}

#[tokio::test]
async fn faults_strike_parts_and_whole_batches() {
    let (running, client) = story_twin().await;
    let slow = What::Status { status: 429, retry_after_seconds: Some(7) };
    running.add_fault(Fault { path: "/v1.0/users".into(), when: When::First(1), what: slow });
    running.add_fault(Fault {
        path: "/v1.0/groups".into(),
        when: When::Always,
        what: What::Unauthorized,
    });
    let whole = batch(&client, "v1.0", &["/users", "/users", "/groups"]).await;
    let statuses: Vec<u64> = (0..3).map(|place| status(&whole, place)).collect();
    assert_eq!(statuses, [429, 200, 401]);
    assert_eq!(part(&whole, 0)["headers"]["Retry-After"], "7");
    let down = What::Status { status: 503, retry_after_seconds: None };
    running.add_fault(Fault { path: "/v1.0/$batch".into(), when: When::Always, what: down });
    assert_eq!(batch(&client, "v1.0", &["/users"]).await.status, 503);
    assert_eq!(batch(&client, "beta", &["/users"]).await.status, 200);
}

#[tokio::test]
async fn a_batch_needs_a_token_and_its_form() {
    let options = Options { throttling: Throttling::Off, ..Options::default() };
    let (running, client) = start(Directory::story(), options).await;
    let many: Vec<&str> = std::iter::repeat_n("/users", 21).collect();
    let refused = batch(&client, "v1.0", &many).await;
    assert_eq!((refused.status, refused.code()), (400, "BadRequest"));
    let get = client.get("/v1.0/$batch").await;
    assert_eq!(get.status, 405);
    running.revoke_tokens();
    let refused = batch(&client, "v1.0", &["/users"]).await;
    assert_eq!((refused.status, refused.code()), (401, "InvalidAuthenticationToken"));
}
