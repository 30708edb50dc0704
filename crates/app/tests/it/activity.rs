//! A tenant without Entra ID P1, whose sign-ins come through the unified audit log alone.

use std::time::Duration;

use halligan_app::clock::exactly_now;
use halligan_app::ingest::graph::{Health, Log, Polled, Problem, Schedule, is_without_licence};
use halligan_app::ingest::{Detected, Ingest, Place, WatchedTenant};
use halligan_app::simulated::{Licence, Origin, Shown, Simulated};
use halligan_core::watch::detect::{Severity, Why};
use halligan_core::watch::touch::Part;
use halligan_graph::Client;
use halligan_graph::poll::Wanted;

use crate::twin;

/// A tenant without a premium licence, with what a reading of it tells, and a client of it.
async fn without_p1() -> (Simulated, Ingest, Client) {
    let tenant = twin(&Origin::Licensed(Box::new(Origin::Story), Licence::Free)).await;
    let snapshot = tenant.read(&()).await.unwrap();
    let watched = WatchedTenant::of(tenant.register(), Some(&snapshot));
    let mut options = tenant.client_options().unwrap();
    options.pace.reports_gap = Duration::ZERO;
    (tenant, Ingest::new(vec![watched]), Client::new(options).unwrap())
}

fn subscribe(tenant: &Simulated) {
    let hour = Duration::from_secs(3600);
    let since = exactly_now() - hour;
    tenant.running().change(|directory| directory.logs.unified.subscribed = Some(since));
}

/// Polls so many rounds; what was detected, and the problems.
async fn poll(client: &Client, ingest: &mut Ingest, rounds: u64) -> (Vec<Detected>, Vec<Problem>) {
    let every = Duration::from_millis(300);
    let schedule = Schedule { every, rounds: Some(rounds), ..Schedule::default() };
    let place = Place { source: "activity".into(), line: None, offset: None };
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    let mut health = Health::default();
    let take = |polled: Polled<'_>| match polled {
        Polled::Page(_, bytes) => {
            found.extend(ingest.message(bytes, &place, exactly_now()).detected);
        }
        Polled::Failed(log, problem) => {
            problems.push(problem.clone());
            let event = health.failed(log, problem, None, exactly_now());
            found.extend(
                event.map(|event| ingest.event(event, &place, exactly_now())).unwrap_or_default(),
            );
        }
        Polled::Round { .. } => {}
    };
    client.poll_activity(&schedule, std::future::pending(), take).await.unwrap();
    (found, problems)
}

#[tokio::test]
async fn a_wrong_password_is_told_once_through_the_unified_log() {
    let (tenant, mut ingest, client) = without_p1().await;
    subscribe(&tenant);
    tenant.attempt(0, Shown::WrongPassword);
    // Content is listed up to the second that goes on.
    let (found, problems) = poll(&client, &mut ingest, 6).await;
    assert_eq!(problems, []);
    let told: Vec<_> =
        found.iter().map(|one| (one.fired.detection.id, one.fired.severity)).collect();
    assert_eq!(told, [("HG-WATCH-02", Severity::High)]);
    let one = &found[0].fired;
    assert!(one.what.ends_with("from 198.51.100.7: a wrong name or password"), "{}", one.what);
    assert!(matches!(&one.why, Why::Touch(touch) if touch.part == Part::SignsIn), "{:?}", one.why);
    assert_eq!(ingest.counts().foreign.len(), 0);
    tenant.stop().await;
}

#[tokio::test]
async fn graph_says_that_the_licence_is_missing() {
    let (tenant, ingest, client) = without_p1().await;
    let wanted = ingest.tenants().first().map(halligan_app::ingest::graph::wanted);
    let wanted: Wanted = wanted.unwrap_or_default();
    let schedule = Schedule { rounds: Some(1), ..Schedule::default() };
    let mut unlicensed = Vec::new();
    let take = |polled: Polled<'_>| {
        if let Polled::Failed(log, problem) = polled {
            assert!(is_without_licence(log, problem), "{log}: {problem}");
            unlicensed.push(log);
        }
    };
    client.poll(|| wanted.clone(), &schedule, std::future::pending(), take).await;
    assert_eq!(unlicensed, [Log::SignInsBeta, Log::SignIns]);
    tenant.stop().await;
}

#[tokio::test]
async fn what_keeps_the_log_shut_is_a_detection_at_once() {
    let (tenant, mut ingest, client) = without_p1().await;
    let (found, problems) = poll(&client, &mut ingest, 1).await;
    assert_eq!(found[0].fired.detection.id, "HG-WATCH-22");
    assert!(matches!(problems.as_slice(), [Problem::NotSubscribed { .. }]), "{problems:?}");
    subscribe(&tenant);
    tenant.running().change(|directory| directory.logs.unified.readers.clear());
    let (found, problems) = poll(&client, &mut ingest, 1).await;
    assert_eq!(found[0].fired.detection.id, "HG-WATCH-22");
    assert!(found[0].fired.what.contains("Office 365 Management Activity API"));
    assert!(problems[0].hint().is_some_and(|hint| hint.contains("`ActivityFeed.Read`")));
    assert!(tenant.running().read(|directory| directory.logs.unified.subscribed.is_some()));
    tenant.stop().await;
}
