//! An attempt with a password: sent once, under its id, and nothing of what is granted is kept.

use std::sync::Arc;

use halligan_core::id::Guid;
use halligan_graph::{
    Attempted, Endpoints, PASSWORD_CLIENT, PasswordAttempt, PasswordEndpoint, Problem, Trust,
};
use serde_json::json;

use crate::service::{Reply, Service, decoded, dropped, json as answer};

const REQUEST: Guid = Guid::from_u128(0xca4a47);
const PATH: &str = "/11111111-1111-4111-8111-111111111111/oauth2/v2.0/token";

/// What an attempt comes to where every answer is this, and the requests that were sent.
async fn tried(
    reply: impl Fn() -> Reply + Send + Sync + 'static,
) -> (Result<Attempted, Problem>, Vec<crate::service::Asked>) {
    let service = Service::start(move |_| reply()).await;
    let endpoints = Endpoints::custom(&service.url, &service.url).unwrap();
    let tenant = PATH.split('/').nth(1).unwrap();
    let clock = Arc::new(|| "2026-11-23T00:00:00Z".parse().unwrap());
    let endpoint = PasswordEndpoint::new(&endpoints, tenant, &Trust::default(), clock).unwrap();
    let one = PasswordAttempt {
        client: PASSWORD_CLIENT,
        name: "reception+1@contoso.com",
        password: "no&body's",
        request: REQUEST,
    };
    let found = endpoint.attempt(one).await;
    (found, service.asked())
}

#[tokio::test]
async fn it_is_sent_as_the_documentation_says_and_bears_its_id() {
    let refusal = json!({
        "error": "invalid_grant", "error_description": "AADSTS50126: Error validating",
        "error_codes": [50126], "correlation_id": REQUEST.to_string(),
    });
    let (found, asked) = tried(move || answer(400, &refusal)).await;
    let correlation = Some(REQUEST.to_string());
    assert_eq!(found.unwrap(), Attempted::Refused { code: Some(50126), correlation });
    assert_eq!((asked.len(), asked[0].path.as_str()), (1, PATH));
    assert_eq!(asked[0].headers["client-request-id"], REQUEST.to_string());
    let fields: Vec<String> = asked[0].body.split('&').map(decoded).collect();
    assert!(fields.contains(&"grant_type=password".into()), "{fields:?}");
    assert!(fields.contains(&"username=reception+1@contoso.com".into()), "{fields:?}");
    assert!(fields.contains(&"password=no&body's".into()), "{fields:?}");
}

#[tokio::test]
async fn it_is_never_sent_again() {
    for reply in [
        || answer(503, &json!({"error": "temporarily_unavailable"})),
        || answer(429, &json!({})).with("retry-after", "1"),
        dropped,
    ] {
        let (found, asked) = tried(reply).await;
        assert!(found.is_err(), "{found:?}");
        assert_eq!(asked.len(), 1);
    }
}

#[tokio::test]
async fn a_token_that_is_granted_is_thrown_away() {
    let token = json!({"token_type": "Bearer", "expires_in": 3599, "access_token": "secret"});
    let (found, _) = tried(move || answer(200, &token)).await;
    assert_eq!(format!("{:?}", found.unwrap()), "Granted");
}
