//! The Office 365 Management Activity API, answered by a server of the test's own making.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use halligan_graph::poll::{Log, Polled, Schedule};
use halligan_graph::{Client, OFFICE_MANAGEMENT, Problem};
use serde_json::{Value, json};

use crate::service::{Asked, Reply, Service, json as answer, refuse};

const TENANT: &str = "5e11da00-0000-4000-8000-0000000000aa";
const TYPE: &str = "Audit.AzureActiveDirectory";

fn path(operation: &str) -> String {
    format!("/api/v1.0/{TENANT}/activity/feed/{operation}")
}

/// A service with a subscription, which lists `contents` (ids) and answers the rest by `other`.
async fn service(
    contents: impl Fn(&Asked) -> Value + Send + Sync + 'static,
    other: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
) -> Service {
    Service::start(move |asked| {
        let operation = asked.path.strip_prefix(&path("")).unwrap_or_default().to_owned();
        match operation.as_str() {
            "subscriptions/list" => {
                answer(200, &json!([{"contentType": TYPE, "status": "enabled", "webhook": null}]))
            }
            "subscriptions/content" => answer(200, &contents(asked)),
            _ if asked.path.ends_with("/oauth2/v2.0/token") => granted(),
            _ => other(asked),
        }
    })
    .await
}

fn granted() -> Reply {
    let token = json!({"token_type": "Bearer", "expires_in": 3599, "access_token": "T"});
    answer(200, &token)
}

fn content(asked: &Asked, id: &str) -> Value {
    let uri = format!("http://{}{}", asked.headers["host"], path(&format!("audit/{id}")));
    json!({"contentType": TYPE, "contentId": id, "contentUri": uri,
        "contentCreated": "2026-11-23T11:00:00.000Z"})
}

fn client(service: &Service) -> Client {
    service.client_with(|options| {
        options.tenant = TENANT.into();
        options.endpoints = options.endpoints.clone().with_activity(&service.url).unwrap();
    })
}

/// Pages and problems of so many rounds.
async fn rounds(client: &Client, rounds: u64) -> (Vec<String>, Vec<Problem>) {
    let schedule = Schedule { every: Duration::ZERO, rounds: Some(rounds), ..Schedule::default() };
    let (mut pages, mut problems) = (Vec::new(), Vec::new());
    let take = |polled: Polled<'_>| match polled {
        Polled::Page(log, bytes) => {
            assert_eq!(log, Log::Unified);
            pages.push(String::from_utf8(bytes.to_vec()).unwrap());
        }
        Polled::Failed(_, problem) => problems.push(problem.clone()),
        Polled::Round { .. } => {}
    };
    client.poll_activity(&schedule, std::future::pending(), take).await.unwrap();
    (pages, problems)
}

fn record(asked: &Asked) -> Reply {
    answer(200, &json!([{"Id": asked.path.rsplit('/').next()}]))
}

#[tokio::test]
async fn each_content_is_fetched_once_with_a_token_of_its_own() {
    let service =
        service(|asked| json!([content(asked, "1$a"), content(asked, "2$b")]), record).await;
    let (pages, problems) = rounds(&client(&service), 3).await;
    assert_eq!(problems, []);
    assert_eq!(pages, [r#"[{"Id":"1$a"}]"#, r#"[{"Id":"2$b"}]"#]);
    let tokens = service.asked_at(&format!("/{TENANT}/oauth2/v2.0/token"));
    assert_eq!(tokens.len(), 1);
    let scope = tokens[0].body.split('&').find(|pair| pair.starts_with("scope=")).unwrap();
    assert!(scope.contains("manage.office.com") && scope.ends_with(".default"), "{scope}");
    let lists = service.asked_at(&path("subscriptions/content"));
    // After a start everything that is there, a day at a time, the latest first; then what is new.
    assert_eq!(lists.len(), 7 + 2);
    let start = |list: &Asked| list.query.split('&').nth(1).unwrap().to_owned();
    assert_eq!(start(&lists[0]), "startTime=2026-11-21T10:00:00");
    assert_eq!(start(&lists[6]), "startTime=2026-11-15T11:00:00");
    assert_eq!(start(&lists[7]), "startTime=2026-11-22T09:45:00");
    for list in &lists {
        let query = &list.query;
        assert!(query.starts_with(&format!("contentType={TYPE}&startTime=")), "{query}");
        assert!(query.ends_with(&format!("&PublisherIdentifier={TENANT}")), "{query}");
        assert!(!query.contains('Z'), "{query}");
    }
    // The subscription is looked at when it is looked far back.
    assert_eq!(service.asked_at(&path("subscriptions/list")).len(), 1);
    assert!(service.asked().iter().all(|one| one.method == "GET" || one.path.ends_with("/token")));
}

#[tokio::test]
async fn pages_are_followed_and_nothing_is_asked_elsewhere() {
    let stranger = Service::start(|_| answer(200, &json!([]))).await;
    let elsewhere = stranger.url.clone();
    let service = Service::start(move |asked| {
        let host = &asked.headers["host"];
        let list = path("subscriptions/content");
        if asked.path.ends_with("/token") {
            return granted();
        } else if asked.path.ends_with("/list") {
            return answer(200, &json!([{"contentType": TYPE}]));
        } else if asked.path != list {
            return record(asked);
        }
        let foreign = json!({"contentId": "x", "contentUri": format!("{elsewhere}/x")});
        match asked.query.contains("nextPage=1") {
            true => answer(200, &json!([foreign, content(asked, "2")]))
                .with("NextPageUri", &format!("{elsewhere}{list}?nextPage=2")),
            false => answer(200, &json!([content(asked, "1")]))
                .with("NextPageUri", &format!("http://{host}{list}?nextPage=1")),
        }
    })
    .await;
    let (pages, problems) = rounds(&client(&service), 1).await;
    assert_eq!(
        pages,
        [r#"[{"Id":"1"}]"#, r#"[{"Id":"2"}]"#],
        "one that is elsewhere hides no other"
    );
    assert!(matches!(problems.as_slice(), [Problem::OtherOrigin { .. }]), "{problems:?}");
    assert!(stranger.asked().is_empty());
}

#[tokio::test]
async fn without_a_subscription_it_is_said_how_to_get_one_and_nothing_is_written() {
    for listed in [json!([]), json!([{"contentType": TYPE, "status": "disabled"}])] {
        let service = Service::start(move |asked| match asked.path.ends_with("/token") {
            true => granted(),
            false => answer(200, &listed),
        })
        .await;
        let (pages, problems) = rounds(&client(&service), 1).await;
        assert!(pages.is_empty());
        let [problem @ Problem::NotSubscribed { .. }] = problems.as_slice() else {
            panic!("{problems:?}")
        };
        let start = format!("{}{}?contentType={TYPE}", service.url, path("subscriptions/start"));
        let command =
            format!("az rest --method post --resource {OFFICE_MANAGEMENT} --url \"{start}\"");
        assert!(
            problem.to_string().ends_with(&format!("this starts it: `{command}`")),
            "{problem}"
        );
        assert!(problem.hint().unwrap().contains("12 hours"));
        let posts = service.asked().into_iter().filter(|one| one.method != "GET");
        assert!(posts.clone().all(|one| one.path.ends_with("/token")), "{:?}", posts.count());
    }
}

#[tokio::test]
async fn refusals_are_sorted_by_their_code() {
    for (status, code, expected) in [
        (401, "AF10001", "access denied"),
        (403, "AF10001", "access denied"),
        (400, "AF20022", "nobody subscribed"),
        (404, "AF20023", "nobody subscribed"),
        (400, "AF20012", "access denied: AF20012"),
        (400, "AF20030", "refused with status 400: AF20030"),
        (403, "AF429", "throttled"),
    ] {
        let service = Service::start(move |asked| match asked.path.ends_with("/token") {
            true => granted(),
            false => refuse(status, code, "x"),
        })
        .await;
        let (_, problems) = rounds(&client(&service), 1).await;
        let [problem] = problems.as_slice() else { panic!("{problems:?}") };
        assert!(problem.to_string().starts_with(expected), "{status} {code}: {problem}");
        assert!(problem.hint().is_some(), "{code}");
    }
}

#[tokio::test]
async fn content_that_is_gone_is_told_once_and_one_that_fails_is_tried_again() {
    let failed = Arc::new(Mutex::new(0));
    let count = failed.clone();
    let service = service(
        |asked| json!([content(asked, "gone"), content(asked, "late"), content(asked, "there")]),
        move |asked| match asked.path.rsplit('/').next() {
            Some("gone") => refuse(400, "AF20051", "expired"),
            Some("late") if asked.nth < 1 => {
                *count.lock().unwrap() += 1;
                refuse(400, "AF50000", "an internal error")
            }
            _ => record(asked),
        },
    )
    .await;
    let (pages, problems) = rounds(&client(&service), 3).await;
    assert_eq!(pages, [r#"[{"Id":"there"}]"#, r#"[{"Id":"late"}]"#]);
    assert!(matches!(problems.as_slice(), [Problem::NotFound { .. }]), "{problems:?}");
    assert!(problems[0].hint().unwrap().contains("Purview"));
    assert_eq!(*failed.lock().unwrap(), 1);
}

#[tokio::test]
async fn a_throttled_request_waits_as_long_as_it_is_told() {
    let service = service(
        |asked| json!([content(asked, "1")]),
        |asked| match asked.nth {
            0 => refuse(429, "AF429", "Too many requests.").with("retry-after", "1"),
            _ => record(asked),
        },
    )
    .await;
    let (pages, problems) = rounds(&client(&service), 1).await;
    assert_eq!((pages.len(), problems.len()), (1, 0));
    let asked = service.asked_at(&path("audit/1"));
    assert!(asked[1].at - asked[0].at >= Duration::from_secs(1));
}

#[tokio::test]
async fn where_it_is_not_known_or_the_tenant_is_a_domain_it_is_not_asked() {
    let service = Service::start(|_| answer(200, &json!({}))).await;
    let named = service.client_with(|options| {
        options.tenant = "contoso.com".into();
        options.endpoints = options.endpoints.clone().with_activity(&service.url).unwrap();
    });
    let unknown = service.client_with(|options| options.tenant = TENANT.into());
    for client in [named, unknown] {
        let schedule = Schedule { rounds: Some(1), ..Schedule::default() };
        let asked = client.poll_activity(&schedule, std::future::pending(), |_| {}).await;
        assert_eq!(asked, Err(Problem::NoActivity));
        assert!(Problem::NoActivity.hint().is_some());
    }
    assert!(service.asked().is_empty());
}
