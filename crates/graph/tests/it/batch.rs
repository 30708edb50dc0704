//! Reads that travel together, judged one by one.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use halligan_core::tenant::{AccountState, Gap, GapReason, Snapshot};
use halligan_graph::Client;
use halligan_graph::read::{Wanted, read_snapshot};
use serde_json::{Value, json};

use crate::service::{Asked, Reply, Service, decoded, json as answer, refuse};
use crate::tenant::{
    self, ALPHA, DEPUTY, EMERGENCY, LATE, OWNER, THROUGH, TOKEN, TOKEN_PATH, healthy,
};

/// A healthy tenant with `$batch`, whose parts are answered by `part`, the last first.
async fn batching(part: impl Fn(&Asked) -> Option<Reply> + Send + Sync + 'static) -> Service {
    changed(part, |_, _| {}).await
}

/// The same, with what `change` makes of the answer to a batch and its number.
async fn changed(
    part: impl Fn(&Asked) -> Option<Reply> + Send + Sync + 'static,
    change: impl Fn(&mut Value, usize) + Send + Sync + 'static,
) -> Service {
    let one = move |asked: &Asked| part(asked).unwrap_or_else(|| healthy(asked));
    Service::start(move |asked| {
        if !asked.path.ends_with("/$batch") {
            return one(asked);
        }
        let parts = parts(asked);
        let mut responses: Vec<Value> = parts.iter().map(|part| answered(part, &one)).collect();
        responses.reverse();
        let mut whole = json!({"responses": responses});
        change(&mut whole, asked.nth);
        answer(200, &whole)
    })
    .await
}

/// The requests of a batch, as if they had come alone; `nth` is their number in it.
fn parts(asked: &Asked) -> Vec<Asked> {
    let version = asked.path.strip_suffix("/$batch").unwrap();
    let body: Value = serde_json::from_str(&asked.body).unwrap();
    let requests = body["requests"].as_array().unwrap();
    assert!((2..=20).contains(&requests.len()), "{}", requests.len());
    let read = |(nth, request): (usize, &Value)| {
        assert_eq!(request["id"], json!((nth + 1).to_string()));
        assert_eq!(request["headers"]["prefer"], "include-unknown-enum-members");
        let url = request["url"].as_str().unwrap();
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        Asked { nth, path: format!("{version}{path}"), query: decoded(query), ..asked.clone() }
    };
    requests.iter().enumerate().map(read).collect()
}

fn answered(part: &Asked, one: impl Fn(&Asked) -> Reply) -> Value {
    let reply = one(part);
    let headers: serde_json::Map<String, Value> =
        reply.headers.iter().map(|(name, value)| ((*name).into(), value.as_str().into())).collect();
    let body: Value = serde_json::from_slice(&reply.body).unwrap();
    json!({"id": (part.nth + 1).to_string(), "status": reply.status, "headers": headers,
           "body": body})
}

/// A client of `service` that sends so many requests together.
fn client(service: &Service, parts_max: usize) -> Client {
    service.client_with(|options| options.pace.batch_parts_max = parts_max)
}

fn wanted() -> Wanted {
    Wanted { accounts: vec![ALPHA.parse().unwrap()], group: Some(EMERGENCY.parse().unwrap()) }
}

async fn read(service: &Service) -> Snapshot {
    read_snapshot(&client(service, 20), &wanted(), &()).await.unwrap()
}

/// Every address that was asked for, in batches and alone.
fn addresses(service: &Service) -> Vec<String> {
    let asked = service.asked().into_iter().filter(|asked| asked.path != TOKEN_PATH);
    let all = asked.flat_map(|asked| match asked.path.ends_with("/$batch") {
        true => parts(&asked),
        false => vec![asked],
    });
    all.map(|asked| format!("{}?{}", asked.path, asked.query)).collect()
}

fn batches(service: &Service) -> Vec<Asked> {
    service.asked().into_iter().filter(|asked| asked.path.ends_with("/$batch")).collect()
}

fn gaps(snapshot: &Snapshot) -> Vec<String> {
    tenant::gaps(snapshot).iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn the_same_is_asked_and_read_with_fewer_requests() {
    let (with, without) = (batching(|_| None).await, batching(|_| None).await);
    let together = read(&with).await;
    let alone = read_snapshot(&client(&without, 1), &wanted(), &()).await.unwrap();
    let endpoint = |snapshot: Snapshot| Snapshot { source: alone.source.clone(), ..snapshot };
    assert_eq!(endpoint(together), alone);
    let sorted = |service: &Service| addresses(service).into_iter().collect::<BTreeSet<_>>();
    assert_eq!(sorted(&with), sorted(&without));
    assert!(batches(&without).is_empty());
    // How many of those that may travel meet depends on when their turns come.
    let (few, many) = (with.asked().len(), without.asked().len());
    assert_eq!(many, 146);
    assert!((60..=100).contains(&few), "{few}");
}

#[tokio::test]
async fn conditional_access_is_never_part_of_a_batch() {
    let service = batching(|_| None).await;
    read(&service).await;
    let travelled: Vec<Asked> = batches(&service).iter().flat_map(parts).collect();
    assert!(travelled.len() > 15);
    assert!(travelled.iter().all(|part| !part.path.contains("/conditionalAccess/")));
    let headers = &batches(&service)[0].headers;
    assert_eq!(headers["x-ms-throttle-priority"], "normal");
    assert_eq!(headers["content-type"], "application/json");
}

#[tokio::test]
async fn a_throttled_part_waits_for_its_own_time_and_the_others_are_kept() {
    let start = Instant::now();
    let service = batching(move |asked| {
        let is_early = start.elapsed() < Duration::from_millis(500);
        let is_owners = asked.path.ends_with(&format!("{EMERGENCY}/owners"));
        let slow = refuse(429, "TooManyRequests", "").with("Retry-After", "1");
        (is_owners && is_early).then_some(slow)
    })
    .await;
    assert_eq!(gaps(&read(&service).await), Vec::<String>::new());
    assert!(start.elapsed() >= Duration::from_secs(1));
    let asked = addresses(&service);
    let count = |end: &str| asked.iter().filter(|one| one.contains(end)).count();
    assert_eq!(count(&format!("{EMERGENCY}/owners?")), 2);
    assert_eq!(count(&format!("{EMERGENCY}/members?")), 1);
    // The second time it had no company.
    let owners = format!("/beta/groups/{EMERGENCY}/owners");
    assert_eq!(service.asked_at(&owners).len(), 1);
}

#[tokio::test]
async fn a_part_that_fails_for_good_is_one_gap() {
    let service = batching(|asked| {
        let is_methods = asked.path.ends_with("/authentication/methods");
        is_methods.then(|| refuse(403, "Authorization_RequestDenied", "no"))
    })
    .await;
    let told = gaps(&read(&service).await);
    let missing = "missing permission `UserAuthenticationMethod.Read.All`";
    let of_account = format!("authentication methods of {ALPHA}: {missing}");
    let of_holder = |id| format!("authentication methods of a role holder of {id}: {missing}");
    assert_eq!(told[0], of_account);
    assert_eq!(told[1..], [DEPUTY, THROUGH, LATE, OWNER].map(of_holder));
    let down = batching(|asked| {
        asked.path.ends_with("/transitiveMemberOf").then(|| refuse(503, "serviceNotAvailable", ""))
    })
    .await;
    let told = gaps(&read(&down).await);
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("failed with status 503 after 3 attempts"), "{told:?}");
    assert!(told[0].contains("request id 11111111-2222-3333-4444-555555555555"), "{told:?}");
}

#[tokio::test]
async fn further_pages_are_read_alone_and_never_elsewhere() {
    let stranger = Service::start(|_| answer(200, &json!({"value": []}))).await;
    let elsewhere = format!("{}/v1.0/x", stranger.url);
    let service = batching(move |asked| {
        let (host, path) = (&asked.headers["host"], &asked.path);
        let here = format!("http://{host}{path}?$skiptoken=1");
        let next = match path.rsplit('/').next() {
            Some("members") if asked.query != "$skiptoken=1" => here,
            Some("transitiveMembers") => elsewhere.clone(),
            // For ever the same.
            Some("owners") => here,
            _ => return None,
        };
        Some(answer(200, &json!({"value": [], "@odata.nextLink": next})))
    })
    .await;
    let snapshot = read(&service).await;
    let group = &snapshot.groups[&EMERGENCY.parse().unwrap()];
    assert_eq!(group.members.value().unwrap().len(), 2);
    let why = |gap: &Gap| gap.reason.to_string();
    let reason = group.transitive.value().map_err(why).unwrap_err();
    assert!(reason.contains("the answer leads to another origin"), "{reason}");
    let reason = group.owners.value().map_err(why).unwrap_err();
    assert!(reason.contains("the pages form a circle"), "{reason}");
    assert!(stranger.asked().is_empty());
    let plain = service.asked_at(&format!("/beta/groups/{EMERGENCY}/members"));
    assert_eq!((plain.len(), plain[0].query.as_str()), (1, "$skiptoken=1"));
}

/// Reads with the first batch's answer changed, and gives the reasons of the gaps.
async fn reasons(change: impl Fn(&mut Vec<Value>) + Send + Sync + 'static) -> Vec<String> {
    let service = changed(
        |_| None,
        move |whole, nth| {
            if nth == 0 {
                change(whole["responses"].as_array_mut().unwrap());
            }
        },
    )
    .await;
    let snapshot = read(&service).await;
    let reason = |gap: &&Gap| match &gap.reason {
        GapReason::Failed { what } => what.split(" (request").next().unwrap().to_owned(),
        other => other.to_string(),
    };
    let reasons: BTreeSet<String> = tenant::gaps(&snapshot).iter().map(reason).collect();
    reasons.into_iter().collect()
}

#[tokio::test]
async fn answers_that_nobody_asked_for_are_named_and_nothing_beside_them_is_believed() {
    for id in ["21", "0", "-1", "x", "`rm`"] {
        let told = reasons(move |answers| answers[0]["id"] = json!(id)).await;
        let tame = id.replace('`', "");
        let expected =
            format!("the answer cannot be read: `responses[0].id`: `{tame}` was not asked for");
        assert!(told.contains(&expected), "{told:?}");
    }
    let told = reasons(|answers| answers[1]["id"] = answers[0]["id"].clone()).await;
    assert!(told.iter().any(|one| one.contains("`responses[1].id`: `")), "{told:?}");
    assert!(told.iter().any(|one| one.ends_with("is answered twice")), "{told:?}");
}

#[tokio::test]
async fn a_part_without_an_answer_is_a_gap_of_its_own() {
    let told = reasons(|answers| drop(answers.pop())).await;
    let expected = "the answer cannot be read: `responses`: part `1` of the batch is not answered";
    assert!(told.contains(&expected.to_owned()), "{told:?}");
    let told = reasons(|answers| answers[0]["body"] = json!("PGh0bWw+")).await;
    assert!(!told.is_empty(), "a body that is no object is no answer");
}

/// A service whose tokens are numbered; `is_stale` says which are refused where.
async fn with_tokens(is_stale: impl Fn(&Asked, &str) -> bool + Send + Sync + 'static) -> Service {
    let stale = move |asked: &Asked| {
        let token = asked.headers.get("authorization")?.strip_prefix("Bearer ")?;
        let refused = || refuse(401, "InvalidAuthenticationToken", "Lifetime validation failed");
        is_stale(asked, token).then(refused)
    };
    Service::start(move |asked| match asked.path.as_str() {
        TOKEN_PATH => {
            let token = format!("{TOKEN}T{}", asked.nth);
            let body = json!({"token_type": "Bearer", "expires_in": 3599, "access_token": token});
            answer(200, &body)
        }
        path if path.ends_with("/$batch") => stale(asked).unwrap_or_else(|| {
            let one = |part: &Asked| stale(part).unwrap_or_else(|| healthy(part));
            let responses: Vec<Value> =
                parts(asked).iter().map(|part| answered(part, one)).collect();
            answer(200, &json!({"responses": responses}))
        }),
        _ => stale(asked).unwrap_or_else(|| healthy(asked)),
    })
    .await
}

#[tokio::test]
async fn a_token_that_expires_is_renewed_once_for_a_batch_and_once_for_its_parts() {
    let of_batches =
        with_tokens(|asked, token| asked.path.ends_with("$batch") && token.ends_with("T0"));
    let of_parts =
        with_tokens(|asked, token| asked.path.contains("/groups/") && token.ends_with("T0"));
    for service in [of_batches.await, of_parts.await] {
        assert_eq!(gaps(&read(&service).await), Vec::<String>::new());
        assert_eq!(service.asked_at(TOKEN_PATH).len(), 2);
    }
    let never = with_tokens(|asked, _| asked.path.ends_with("$batch")).await;
    let told = gaps(&read(&never).await);
    assert!(!told.is_empty());
    assert!(told.iter().all(|gap| gap.contains("a fresh token was refused")), "{told:?}");
}

#[tokio::test]
async fn a_service_without_batches_is_asked_one_by_one() {
    for status in [400, 403, 404, 405, 413, 501] {
        let service = Service::start(move |asked| match asked.path.ends_with("/$batch") {
            true => refuse(status, "BadRequest", "Resource not found for the segment '$batch'."),
            false => healthy(asked),
        })
        .await;
        assert_eq!(gaps(&read(&service).await), Vec::<String>::new(), "{status}");
        // Two versions may be tried before the first answer has come.
        assert!((1..=2).contains(&batches(&service).len()), "{status}");
    }
}

#[tokio::test]
async fn a_batch_that_is_too_large_for_one_answer_is_read_in_pieces() {
    let service = batching(|asked| {
        let is_owners = asked.path.ends_with("/owners");
        let padding = "x".repeat(40_000);
        is_owners.then(|| answer(200, &json!({"value": [], "padding": padding})))
    })
    .await;
    assert_eq!(gaps(&read(&service).await), Vec::<String>::new());
    assert_eq!(service.asked_at(&format!("/beta/groups/{EMERGENCY}/owners")).len(), 1);
}

#[tokio::test]
async fn batches_of_fifty_accounts_are_nearly_full() {
    let service = batching(|asked| {
        let id = asked.path.strip_prefix("/v1.0/users/")?;
        let (id, rest) = id.split_once('/').unwrap_or((id, ""));
        Some(match rest {
            "" => answer(200, &json!({"id": id, "userPrincipalName": "x@contoso.example"})),
            _ => answer(200, &json!({"value": []})),
        })
    })
    .await;
    let id = |number: u128| halligan_core::id::UserId::from_u128(0xacc0_0000 + number);
    let wanted = Wanted { accounts: (0..50).map(id).collect(), group: None };
    let snapshot = read_snapshot(&client(&service, 20), &wanted, &()).await.unwrap();
    let present = |state: &AccountState| matches!(state, AccountState::Present(_));
    assert_eq!(snapshot.accounts.len(), 50);
    assert!(snapshot.accounts.values().all(|one| one.state.value().is_ok_and(present)));
    let of_accounts =
        |batch: &Asked| parts(batch).iter().filter(|part| part.path.contains("/users/")).count();
    let counts: Vec<usize> =
        batches(&service).iter().map(of_accounts).filter(|count| *count > 0).collect();
    let reads: usize = counts.iter().sum();
    assert!(reads >= 250 && counts.len() <= reads.div_ceil(20) + 6, "{counts:?}");
}

#[tokio::test]
async fn parts_beyond_a_small_limit_travel_alone_at_its_pace() {
    let of_methods = |asked: &Asked| asked.path.ends_with("/authentication/methods");
    let service = batching(move |asked| {
        let is_part = asked.body.contains("requests");
        let refused = || refuse(429, "TooManyRequests", "").with("retry-after", "1");
        (is_part && of_methods(asked)).then(refused)
    })
    .await;
    let client = service.client_with(|options| {
        options.pace.batch_parts_max = 20;
        options.pace.reports_gap = Duration::from_millis(60);
    });
    let snapshot = read_snapshot(&client, &wanted(), &()).await.unwrap();
    assert!(gaps(&snapshot).is_empty(), "{:?}", gaps(&snapshot));
    let asked = service.asked();
    let alone: Vec<Instant> =
        asked.iter().filter(|one| of_methods(one)).map(|one| one.at).collect();
    assert_eq!(alone.len(), 5);
    let gap = Duration::from_millis(55);
    let is_spaced = |two: &[Instant]| two[1].saturating_duration_since(two[0]) >= gap;
    assert!(alone.windows(2).filter(|two| is_spaced(two)).count() >= 2, "{alone:?}");
}
