//! Who else may answer in Graph's place, and what shows at the first contact.

use halligan_core::tenant::{GapReason, PartKind};
use halligan_graph::read::{Wanted, read_snapshot};
use halligan_graph::{Client, Endpoints, Problem, SetUpError};

use crate::service::{Service, dropped, options, refuse, reply};
use crate::tenant::{TOKEN_PATH, healthy};

const PORTAL: &str = "<!DOCTYPE html>\n<HTML><head><Title lang=en>\n  Guest `Wi-Fi`\u{1b}[31m:\n  \
    please sign in to use the network of the conference centre\n</Title></head></HTML>";

/// What a first contact ends with, when everything but the token is answered like this.
async fn first_contact(
    answer: impl Fn() -> crate::service::Reply + Send + Sync + 'static,
) -> Problem {
    let service = Service::start(move |asked| match asked.path.as_str() {
        TOKEN_PATH => healthy(asked),
        _ => answer(),
    })
    .await;
    service.read().await.unwrap_err()
}

#[tokio::test]
async fn a_page_in_place_of_an_answer_is_named_as_such() {
    for status in [200, 403, 503] {
        let problem = first_contact(move || reply(status, "text/html", PORTAL)).await;
        let Problem::NotJson { status: told, title, .. } = &problem else { panic!("{problem:?}") };
        assert_eq!(*told, status);
        assert_eq!(title, "`Guest Wi-Fi[31m: please sign in to use the network of the co…`");
        assert!(problem.to_string().contains("as a proxy or captive portal does"));
        assert!(problem.hint().is_some_and(|hint| hint.contains("proxy")));
    }
    let text = first_contact(|| reply(200, "text/plain", "blocked by policy")).await;
    assert!(text.to_string().contains("a page of type `text/plain`"), "{text}");
}

#[tokio::test]
async fn a_page_in_place_of_a_token_is_named_as_such() {
    let service = Service::start(|_| reply(200, "text/html", PORTAL)).await;
    let problem = service.read().await.unwrap_err();
    assert!(matches!(problem, Problem::NotJson { .. }), "{problem:?}");
}

#[tokio::test]
async fn a_page_in_the_middle_costs_one_part() {
    let service = Service::start(|asked| match asked.path.as_str() {
        "/v1.0/domains" => reply(200, "text/html", PORTAL),
        _ => healthy(asked),
    })
    .await;
    let snapshot = service.read().await.unwrap();
    let reason = snapshot.domains.value().map_err(|gap| gap.reason.clone());
    assert!(matches!(reason, Err(GapReason::Failed { what }) if what.contains("no JSON")));
    let kinds: Vec<&PartKind> = snapshot.gaps().iter().map(|gap| &gap.part.kind).collect();
    // Without the domains nobody can ask for federations; Azure was not named at all.
    let expected = [PartKind::Domains, PartKind::Federations, PartKind::DiagnosticSettings];
    assert_eq!(kinds, expected.iter().collect::<Vec<_>>());
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let stranger = Service::start(|_| reply(200, "text/html", PORTAL)).await;
    let target = format!("{}/login?token=1", stranger.url);
    let problem =
        first_contact(move || reply(302, "text/html", "").with("location", &target)).await;
    let Problem::Redirected { to, .. } = &problem else { panic!("{problem:?}") };
    assert_eq!(format!("http://{to}"), stranger.url);
    assert!(stranger.asked().is_empty());
}

#[tokio::test]
async fn an_outage_at_the_first_contact_ends_the_reading() {
    let throttled = first_contact(|| refuse(429, "TooManyRequests", "")).await;
    assert!(matches!(throttled, Problem::Throttled { attempts: 3, .. }), "{throttled:?}");
    let lost = first_contact(dropped).await;
    assert!(matches!(lost, Problem::Dropped { .. }), "{lost:?}");
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_told_at_once() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let mut options = options(Endpoints::custom(&address, &address).unwrap());
    options.pace.back_off_first = std::time::Duration::from_secs(60);
    options.pace.back_off_max = std::time::Duration::from_secs(60);
    let client = Client::new(options).unwrap();
    let start = std::time::Instant::now();
    let problem = read_snapshot(&client, &Wanted::default(), &()).await.unwrap_err();
    let Problem::Connect { host, what } = &problem else { panic!("{problem:?}") };
    assert_eq!(format!("http://{host}"), address);
    assert!(what.contains("refused"), "{what}");
    assert!(start.elapsed().as_secs() < 20);
}

#[test]
fn a_tenant_is_an_id_or_a_domain() {
    let endpoints = || Endpoints::global();
    for good in ["contoso.onmicrosoft.com", "00000000-0000-0000-0000-00000000007e"] {
        let mut options = options(endpoints());
        options.tenant = good.into();
        assert!(Client::new(options).is_ok());
    }
    for bad in ["", "..", "a/b", "a?b", "a#b", "%2e%2e", "tenant name", "x\u{e9}"] {
        let mut options = options(endpoints());
        options.tenant = bad.into();
        assert!(matches!(Client::new(options), Err(SetUpError::Tenant(_))), "{bad}");
    }
}
