//! What If: the question on the wire, its answers, and what stands in their way.

use halligan_core::ca::{
    Client as Kind, Device, Flow, InsiderLevel, Network, OsPlatform, Risk, SignIn, Target,
};
use halligan_core::id::{AppId, UserId};
use halligan_graph::{EVALUATE, EvaluateError, Problem};
use serde_json::{Value, json};

use crate::service::{Reply, Service, json as answer, refuse};
use crate::tenant::{TOKEN_PATH, healthy};

const USER: UserId = UserId::from_u128(0xa1);

fn sign_in() -> SignIn {
    SignIn {
        target: Target::Resource(AppId::from_u128(0xb2)),
        client: Kind::Browser,
        platform: OsPlatform::MacOs,
        network: Network {
            address: "198.51.100.7".parse().unwrap(),
            country: Some("PT".parse().unwrap()),
            gps: None,
            is_compliant: false,
            is_mfa_trusted: false,
        },
        device: Device::Unregistered,
        sign_in_risk: Risk::High,
        user_risk: Risk::None,
        insider_risk: InsiderLevel::None,
        flow: Flow::None,
    }
}

fn policies() -> Value {
    json!({"value": [
        {"id": "a", "displayName": "x", "policyApplies": true, "analysisReasons": "notSet"},
        {"id": "b", "policyApplies": false, "analysisReasons": "users"},
    ]})
}

/// A service that answers the question with `first`, and after that as it should.
async fn service(first: impl Fn() -> Reply + Send + Sync + 'static) -> Service {
    Service::start(move |asked| match (asked.path.as_str(), asked.nth) {
        (TOKEN_PATH, _) => healthy(asked),
        (EVALUATE, 0) => first(),
        _ => answer(200, &policies()),
    })
    .await
}

#[tokio::test]
async fn one_question_is_one_post_and_its_answer_is_read() {
    let service = service(|| answer(200, &policies())).await;
    let answers = service.client().evaluate(USER, &sign_in()).await.unwrap();
    let told: Vec<_> = answers.iter().map(|one| (one.policy.as_str(), one.applies)).collect();
    assert_eq!(told, [("a", true), ("b", false)]);
    assert_eq!(answers[1].reasons, ["users".to_owned()]);
    let asked = service.asked_at(EVALUATE);
    assert_eq!((asked.len(), asked[0].method.as_str()), (1, "POST"));
    assert_eq!(asked[0].headers["content-type"], "application/json");
    assert_eq!(asked[0].headers["prefer"], "include-unknown-enum-members");
    let body: Value = serde_json::from_str(&asked[0].body).unwrap();
    assert_eq!(body["signInIdentity"]["userId"], USER.to_string());
    assert_eq!(body["signInConditions"]["signInRiskLevel"], "high");
    assert_eq!(body["appliedPoliciesOnly"], false);
}

#[tokio::test]
async fn it_is_asked_again_as_any_read_is() {
    for first in [
        || refuse(429, "TooManyRequests", ""),
        || refuse(503, "ServiceUnavailable", ""),
        || refuse(401, "InvalidAuthenticationToken", ""),
    ] {
        let service = service(first).await;
        let answers = service.client().evaluate(USER, &sign_in()).await.unwrap();
        let asked = service.asked_at(EVALUATE);
        assert_eq!((answers.len(), asked.len()), (2, 2));
        assert_eq!(asked[0].body, asked[1].body);
    }
}

#[tokio::test]
async fn questions_keep_the_distance_that_the_service_asks_for() {
    let service = service(|| answer(200, &policies())).await;
    let gap = std::time::Duration::from_millis(150);
    let client = service.client_with(|options| options.pace.conditional_access_gap = gap);
    let sign_in = sign_in();
    let (one, other) =
        tokio::join!(client.evaluate(USER, &sign_in), client.evaluate(USER, &sign_in));
    assert!(one.is_ok() && other.is_ok());
    let asked = service.asked_at(EVALUATE);
    assert!(asked[1].at - asked[0].at >= gap);
}

#[tokio::test]
async fn further_pages_are_read_and_not_asked_for_again() {
    let service = Service::start(|asked| {
        let next = format!("http://{}{EVALUATE}?$skiptoken=1", asked.headers["host"]);
        match asked.path.as_str() {
            TOKEN_PATH => healthy(asked),
            _ if asked.query.is_empty() => {
                let mut first = policies();
                first["@odata.nextLink"] = next.into();
                answer(200, &first)
            }
            _ => answer(200, &policies()),
        }
    })
    .await;
    let answers = service.client().evaluate(USER, &sign_in()).await.unwrap();
    let asked = service.asked_at(EVALUATE);
    let methods: Vec<&str> = asked.iter().map(|one| one.method.as_str()).collect();
    assert_eq!((answers.len(), methods), (4, vec!["POST", "GET"]));
}

#[tokio::test]
async fn a_missing_permission_is_named() {
    let service = service(|| refuse(403, "Authorization_RequestDenied", "Insufficient")).await;
    let error = service.client().evaluate(USER, &sign_in()).await.unwrap_err();
    assert!(matches!(error, EvaluateError::Permission(Problem::Denied { .. })), "{error:?}");
    assert!(error.is_for_all() && error.hint().is_some());
    let text = error.to_string();
    assert!(text.starts_with("What If takes the permission `Policy.Read.ConditionalAccess`: "));
}

#[tokio::test]
async fn other_refusals_are_no_missing_permission() {
    let service = service(|| refuse(400, "BadRequest", "Invalid request body")).await;
    let error = service.client().evaluate(USER, &sign_in()).await.unwrap_err();
    assert!(matches!(error, EvaluateError::Service(Problem::Refused { status: 400, .. })));
    assert!(!error.is_for_all());
    let mut odd = sign_in();
    odd.target = Target::UserAction("urn:user:unheardof".into());
    let error = service.client().evaluate(USER, &odd).await.unwrap_err();
    assert!(matches!(error, EvaluateError::NotAskable(_)));
    assert_eq!(service.asked_at(EVALUATE).len(), 1);
}
