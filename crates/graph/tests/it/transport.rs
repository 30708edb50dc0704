//! Retry, pace, pages and sizes.

use std::time::{Duration, Instant};

use halligan_core::tenant::{GapReason, PartKind, Snapshot};
use halligan_graph::Problem;
use halligan_graph::read::{Wanted, read_snapshot};
use serde_json::json;

use crate::service::{Asked, Reply, Service, dropped, json as answer, refuse, reply};
use crate::tenant::{TOKEN, TOKEN_PATH, domain, healthy};

const DOMAINS: &str = "/v1.0/domains";
const ORGANIZATION: &str = "/v1.0/organization";

/// A healthy tenant, whose list of domains is answered by `answer`.
async fn domains(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Service {
    Service::start(move |asked| match asked.path.as_str() {
        DOMAINS => answer(asked),
        _ => healthy(asked),
    })
    .await
}

/// Why the domains could not be read.
fn failure(snapshot: &Snapshot) -> &str {
    match snapshot.domains.value().map_err(|gap| &gap.reason) {
        Err(GapReason::Failed { what }) => what,
        other => panic!("{other:?}"),
    }
}

fn names(snapshot: &Snapshot) -> Vec<&str> {
    snapshot.domains.value().unwrap().iter().map(|domain| domain.name.as_str()).collect()
}

#[tokio::test]
async fn every_request_carries_token_preference_and_an_id_of_its_own() {
    let service = Service::start(healthy).await;
    service.read().await.unwrap();
    let asked = service.asked();
    let mut ids: Vec<&String> = asked.iter().map(|one| &one.headers["client-request-id"]).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), asked.len());
    for one in asked {
        assert!(one.headers["user-agent"].starts_with("halligan/"));
        if one.path != TOKEN_PATH {
            assert_eq!(one.method, "GET");
            assert_eq!(one.headers["authorization"], format!("Bearer {TOKEN}"));
            assert_eq!(one.headers["prefer"], "include-unknown-enum-members");
        }
    }
}

#[tokio::test]
async fn pages_are_followed_to_the_end() {
    let service = domains(|asked| {
        let place = asked.nth;
        let mut page = json!({"value": [domain(&format!("{place}.example"))]});
        if place < 2 {
            let host = &asked.headers["host"];
            page["@odata.nextLink"] = json!(format!("http://{host}{DOMAINS}?$skiptoken={place}"));
        }
        answer(200, &page)
    })
    .await;
    let snapshot = service.read().await.unwrap();
    assert_eq!(names(&snapshot), ["0.example", "1.example", "2.example"]);
    let queries: Vec<String> = service.asked_at(DOMAINS).into_iter().map(|one| one.query).collect();
    assert_eq!(queries[1..], ["$skiptoken=0", "$skiptoken=1"]);
}

#[tokio::test]
async fn a_next_page_elsewhere_is_refused_and_never_asked() {
    let stranger = Service::start(|_| answer(200, &json!({"value": []}))).await;
    let port = stranger.url.rsplit_once(':').unwrap().1.to_owned();
    for link in [
        stranger.url.clone(),
        "https://graph.microsoft.com.example/v1.0/domains".into(),
        format!("http://localhost:{port}/v1.0/domains"),
        "//elsewhere.example/v1.0/domains".into(),
        "file:///etc/passwd".into(),
    ] {
        let service =
            domains(move |_| answer(200, &json!({"value": [], "@odata.nextLink": link}))).await;
        let snapshot = service.read().await.unwrap();
        assert!(failure(&snapshot).starts_with("the answer leads to another origin"));
    }
    assert!(stranger.asked().is_empty());
}

#[tokio::test]
async fn a_next_page_with_a_password_in_its_address_is_refused() {
    let service = domains(|asked| {
        let link = format!("http://user:pass@{}{DOMAINS}?$skiptoken=1", asked.headers["host"]);
        answer(200, &json!({"value": [], "@odata.nextLink": link}))
    })
    .await;
    let snapshot = service.read().await.unwrap();
    assert!(failure(&snapshot).starts_with("the answer leads to another origin"));
    assert!(!failure(&snapshot).contains("pass@"));
    assert_eq!(service.asked_at(DOMAINS).len(), 1);
}

#[tokio::test]
async fn circles_of_pages_and_endless_ones_end() {
    let circle = domains(|asked| {
        let link =
            format!("http://{}{DOMAINS}?$skiptoken={}", asked.headers["host"], asked.nth % 2);
        answer(200, &json!({"value": [], "@odata.nextLink": link}))
    })
    .await;
    assert!(failure(&circle.read().await.unwrap()).starts_with("the pages form a circle"));
    assert_eq!(circle.asked_at(DOMAINS).len(), 3);

    let endless = domains(|asked| {
        let link = format!("http://{}{DOMAINS}?$skiptoken={}", asked.headers["host"], asked.nth);
        answer(200, &json!({"value": [], "@odata.nextLink": link}))
    })
    .await;
    assert!(failure(&endless.read().await.unwrap()).contains("more than PAGES_MAX (5)"));
    assert_eq!(endless.asked_at(DOMAINS).len(), 5);
}

#[tokio::test]
async fn too_many_items_are_refused() {
    let service = domains(|_| {
        let items: Vec<_> = (0..101).map(|place| domain(&format!("{place}.example"))).collect();
        answer(200, &json!({"value": items}))
    })
    .await;
    assert!(failure(&service.read().await.unwrap()).contains("more than ITEMS_MAX (100)"));
}

#[tokio::test]
async fn an_answer_over_the_limit_is_refused_with_and_without_a_length() {
    for has_length in [true, false] {
        let service = domains(move |_| {
            let body = format!(r#"{{"value": [], "padding": "{}"}}"#, "x".repeat(100_000));
            Reply { has_length, ..reply(200, "application/json", body) }
        })
        .await;
        assert!(failure(&service.read().await.unwrap()).contains("BODY_BYTES_MAX (100000)"));
        assert_eq!(service.asked_at(DOMAINS).len(), 1);
    }
}

/// Throttles the first request for domains with these headers, and gives the time until the next.
async fn time_until_second(headers: Vec<(&'static str, &'static str)>) -> Duration {
    let service = domains(move |asked| {
        let throttled = refuse(429, "TooManyRequests", "slow down");
        match asked.nth {
            0 => headers.iter().fold(throttled, |reply, (name, value)| reply.with(name, value)),
            _ => healthy(asked),
        }
    })
    .await;
    assert_eq!(names(&service.read().await.unwrap()), ["contoso.example"]);
    let asked = service.asked_at(DOMAINS);
    assert_eq!(asked.len(), 2);
    asked[1].at - asked[0].at
}

#[tokio::test]
async fn retry_after_is_honoured_as_seconds_and_as_a_date() {
    let (seconds, date, none) = tokio::join!(
        time_until_second(vec![("retry-after", "1")]),
        time_until_second(vec![
            ("retry-after", "Sun, 22 Nov 2026 10:30:01 GMT"),
            ("date", "Sun, 22 Nov 2026 10:30:00 GMT"),
        ]),
        time_until_second(vec![]),
    );
    assert!(seconds >= Duration::from_secs(1), "{seconds:?}");
    assert!(date >= Duration::from_secs(1), "{date:?}");
    assert!(none >= Duration::from_millis(2), "{none:?}");
}

#[tokio::test]
async fn a_wait_beyond_the_limit_is_an_error_at_once() {
    let service = domains(|_| refuse(429, "TooManyRequests", "").with("retry-after", "3600")).await;
    let snapshot = service.read().await.unwrap();
    let expected = "throttled: asked to wait 3600 s, more than RETRY_AFTER_MAX (180 s)";
    assert!(failure(&snapshot).starts_with(expected), "{}", failure(&snapshot));
    assert_eq!(service.asked_at(DOMAINS).len(), 1);
}

#[tokio::test]
async fn back_off_grows_where_the_service_names_no_time() {
    let service = domains(|_| refuse(503, "serviceNotAvailable", "")).await;
    let client = service.client_with(|options| {
        options.pace.attempts_max = 4;
        options.pace.back_off_first = Duration::from_millis(40);
        options.pace.back_off_max = Duration::from_millis(80);
    });
    let snapshot = read_snapshot(&client, &Wanted::default(), &()).await.unwrap();
    let what = failure(&snapshot);
    assert!(what.starts_with("the service failed with status 503 after 4 attempts: service"));
    assert!(what.contains("(request id 11111111-2222-3333-4444-555555555555, client request id "));
    let asked = service.asked_at(DOMAINS);
    let waits: Vec<_> = asked.windows(2).map(|pair| pair[1].at - pair[0].at).collect();
    let halves = [20, 40, 40].map(Duration::from_millis);
    assert_eq!(waits.len(), halves.len());
    assert!(waits.iter().zip(halves).all(|(wait, half)| *wait >= half), "{waits:?}");
}

#[tokio::test]
async fn a_lost_connection_a_short_body_and_a_server_error_are_tried_again() {
    for first in [
        dropped(),
        Reply { cut: Some(5), ..answer(200, &json!({"value": []})) },
        refuse(500, "generalException", ""),
        refuse(502, "", ""),
        refuse(504, "", ""),
    ] {
        let service = domains(move |asked| match asked.nth {
            0 => first.clone(),
            _ => healthy(asked),
        })
        .await;
        assert_eq!(names(&service.read().await.unwrap()), ["contoso.example"]);
        assert_eq!(service.asked_at(DOMAINS).len(), 2);
    }
}

#[tokio::test]
async fn a_connection_that_is_always_lost_is_given_up() {
    let service = domains(|_| Reply { cut: Some(5), ..answer(200, &json!({"value": []})) }).await;
    let snapshot = service.read().await.unwrap();
    assert!(failure(&snapshot).contains("dropped the connection"), "{}", failure(&snapshot));
    assert_eq!(service.asked_at(DOMAINS).len(), 3);
}

#[tokio::test]
async fn a_service_that_does_not_answer_is_given_up() {
    let service = domains(|_| Reply { delay: Duration::from_secs(30), ..dropped() }).await;
    let client = service.client_with(|options| {
        options.pace.request_timeout = Duration::from_millis(300);
        options.pace.attempts_max = 2;
    });
    let start = Instant::now();
    let snapshot = read_snapshot(&client, &Wanted::default(), &()).await.unwrap();
    assert!(failure(&snapshot).contains("did not answer in time"));
    assert!(start.elapsed() < Duration::from_secs(10));
    assert_eq!(service.asked_at(DOMAINS).len(), 2);
}

#[tokio::test]
async fn conditional_access_is_asked_once_per_gap_and_the_rest_is_not_held_up() {
    let service = Service::start(healthy).await;
    let gap = Duration::from_millis(300);
    let client = service.client_with(|options| options.pace.conditional_access_gap = gap);
    read_snapshot(&client, &Wanted::default(), &()).await.unwrap();
    let asked = service.asked();
    let paced: Vec<_> =
        asked.iter().filter(|one| one.path.contains("/conditionalAccess/")).collect();
    assert_eq!(paced.len(), 5);
    assert!(paced.windows(2).all(|pair| pair[1].at - pair[0].at >= gap));
    let last_other = asked.iter().rfind(|one| one.path.contains("/administrativeUnits"));
    assert!(last_other.is_some_and(|one| one.at < paced[1].at));
}

#[tokio::test]
async fn no_more_requests_are_under_way_than_agreed() {
    let service =
        Service::start(|asked| Reply { delay: Duration::from_millis(30), ..healthy(asked) }).await;
    let client = service.client_with(|options| options.pace.concurrent_requests_max = 3);
    read_snapshot(&client, &Wanted::default(), &()).await.unwrap();
    assert_eq!(service.most_open(), 3);
}

#[tokio::test]
async fn a_token_that_is_revoked_in_the_middle_is_replaced_once_for_all() {
    let service = Service::start(|asked| match asked.path.as_str() {
        TOKEN_PATH => answer(200, &json!({
            "token_type": "Bearer", "expires_in": 3599, "access_token": format!("T{}", asked.nth),
        })),
        path if path != ORGANIZATION && asked.headers["authorization"] == "Bearer T0" => {
            let reply = refuse(401, "InvalidAuthenticationToken", "Lifetime validation failed");
            Reply { delay: Duration::from_millis(50), ..reply }
        }
        _ => healthy(asked),
    })
    .await;
    let snapshot = service.read().await.unwrap();
    // These tokens say nothing of themselves, and Azure was not named.
    let kinds: Vec<&PartKind> = snapshot.gaps().iter().map(|gap| &gap.part.kind).collect();
    assert_eq!(kinds, [&PartKind::Watcher, &PartKind::DiagnosticSettings]);
    assert_eq!(service.asked_at(TOKEN_PATH).len(), 2);
    let stale = |one: &&Asked| one.headers.get("authorization").is_some_and(|v| v == "Bearer T0");
    assert!(service.asked().iter().filter(stale).count() > 2, "several were refused together");
}

#[tokio::test]
async fn a_fresh_token_that_is_refused_is_an_error() {
    let service = Service::start(|asked| match asked.path.as_str() {
        TOKEN_PATH => healthy(asked),
        _ => refuse(401, "InvalidAuthenticationToken", &format!("the token {TOKEN} is bad")),
    })
    .await;
    let problem = service.read().await.unwrap_err();
    assert!(matches!(&problem, Problem::Unauthorized { .. }), "{problem:?}");
    assert!(!format!("{problem} {problem:?}").contains(TOKEN));
    assert_eq!(service.asked_at(TOKEN_PATH).len(), 2);
    assert_eq!(service.asked_at(ORGANIZATION).len(), 2);
}
