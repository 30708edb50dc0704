//! Documented limits over HTTP.

use halligan_twin::{Directory, Options, story};

use crate::start;

#[tokio::test]
async fn conditional_access_answers_one_request_a_second() {
    let (_running, client) = start(Directory::story(), Options::default()).await;
    let path = "/beta/identity/conditionalAccess/policies";
    assert_eq!(client.get(path).await.status, 200);
    // Named locations count against the same limit.
    for version in ["v1.0", "beta"] {
        let locations = format!("/{version}/identity/conditionalAccess/namedLocations");
        let answer = client.get(&locations).await;
        assert_eq!((answer.status, answer.code()), (429, "TooManyRequests"), "{version}");
        assert_eq!(answer.header("retry-after"), "");
    }
    assert_eq!(client.get("/v1.0/organization").await.status, 200);
    tokio::time::sleep(std::time::Duration::from_millis(1_050)).await;
    assert_eq!(client.get(path).await.status, 200);
}

#[tokio::test]
async fn the_directory_says_what_a_request_cost() {
    let (_running, client) = start(Directory::story(), Options::default()).await;
    for (path, cost) in [
        ("/v1.0/users", "2"),
        ("/v1.0/users?$select=id", "1"),
        ("/v1.0/subscribedSkus", "3"),
        ("/v1.0/policies/authenticationMethodsPolicy", ""),
    ] {
        assert_eq!(client.get(path).await.header("x-ms-resource-unit"), cost, "{path}");
    }
    for version in ["v1.0", "beta"] {
        let path = format!("/{version}/groups/{}/transitiveMembers", story::PILOT_GROUP);
        assert_eq!(client.get(&path).await.header("x-ms-resource-unit"), "5", "{path}");
    }
}

#[tokio::test]
async fn an_application_that_asks_too_much_is_told_how_long_to_wait() {
    let (_running, client) = start(Directory::story(), Options::default()).await;
    let path = format!("/v1.0/groups/{}/transitiveMembers", story::PILOT_GROUP);
    // A small tenant has 3,500 units in ten seconds, and this costs five.
    let mut told = false;
    for _ in 0..=700 {
        let answer = client.get(&path).await;
        told |= answer.header("x-ms-throttle-limit-percentage").starts_with("0.8");
        if answer.status == 429 {
            let wait: u64 = answer.header("retry-after").parse().unwrap();
            assert!((1..=10).contains(&wait), "{wait}");
            assert!(told);
            return;
        }
    }
    // A machine that needs more than ten seconds for this meets a new window instead.
    eprintln!("skipped: this machine is too slow to reach the limit of the directory");
}
