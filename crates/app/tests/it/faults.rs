//! What goes wrong between here and the service, and what a person is told about it.

use std::time::Duration;

use halligan_app::config::Config;
use halligan_app::live::{LiveError, read_with};
use halligan_app::sign_in::{Asked, SignInError};
use halligan_app::simulated::Simulated;
use halligan_app::{clock, live};
use halligan_core::permission::{Need, needs};
use halligan_core::tenant::{Gap, GapReason};
use halligan_graph::Problem;
use halligan_twin::{Fault, What, When, story as names};

use crate::{read, story, unread};

async fn tenant() -> Simulated {
    story(|_| {}).await
}

fn fault(path: &str, when: When, what: What) -> Fault {
    Fault { path: path.into(), when, what }
}

#[tokio::test]
async fn a_token_that_is_revoked_in_the_middle_is_renewed() {
    let tenant = tenant().await;
    let users = fault("/v1.0/users", When::Nth(2), What::Unauthorized);
    let policies = fault("/beta/identity", When::Nth(1), What::Unauthorized);
    tenant.running().add_fault(users);
    tenant.running().add_fault(policies);
    assert_eq!(unread(&read(&tenant).await.unwrap()), [] as [&Gap; 0]);
}

#[tokio::test]
async fn a_proxy_that_answers_is_named_with_a_hint() {
    let tenant = tenant().await;
    tenant.running().add_fault(fault("/", When::Always, What::Html));
    let error = read(&tenant).await.unwrap_err();
    assert!(matches!(error, LiveError::Service(Problem::NotJson { .. })), "{error}");
    assert!(error.hint().unwrap().contains("HTTPS_PROXY"));
}

#[tokio::test]
async fn bad_moments_of_the_service_cost_nothing() {
    let tenant = tenant().await;
    for (path, what) in [
        ("/v1.0/users", What::DropConnection),
        ("/v1.0/groups", What::TruncateBody(10)),
        ("/v1.0/domains", What::Status { status: 503, retry_after_seconds: None }),
        ("/beta/identity", What::Status { status: 429, retry_after_seconds: None }),
        ("/v1.0/roleManagement", What::Latency(Duration::from_millis(50))),
    ] {
        tenant.running().add_fault(fault(path, When::Nth(1), what));
    }
    assert_eq!(unread(&read(&tenant).await.unwrap()), [] as [&Gap; 0]);
}

#[tokio::test]
async fn a_part_that_fails_for_good_is_a_gap_and_not_an_empty_list() {
    let tenant = tenant().await;
    let down = What::Status { status: 503, retry_after_seconds: None };
    tenant.running().add_fault(fault("/beta/identity/conditionalAccess", When::Always, down));
    let snapshot = read(&tenant).await.unwrap();
    let gap = snapshot.policies.value().unwrap_err();
    assert!(matches!(&gap.reason, GapReason::Failed { what } if what.contains("503")), "{gap}");
    let assessment =
        halligan_app::assess::assess(tenant.register(), &snapshot, None, clock::now()).unwrap();
    let judged = assessment.results.iter().find(|one| one.check.id == "HG-EXIT-09").unwrap();
    assert_eq!(judged.outcome.word(), "gap");
}

#[tokio::test]
async fn the_documented_permissions_suffice() {
    let tenant = tenant().await;
    let needed = needs().into_iter().filter(Need::is_of_graph);
    let needed = needed.map(|need| need.permission.to_owned()).collect();
    tenant.running().change(|directory| {
        directory.apps.get_mut(&names::WATCHER.0).unwrap().permissions = needed;
    });
    assert_eq!(unread(&read(&tenant).await.unwrap()), [] as [&Gap; 0]);
}

#[tokio::test]
async fn a_wrong_secret_is_said_without_the_secret() {
    let tenant = tenant().await;
    let folder = tempfile::tempdir().unwrap();
    let register = tenant.write(folder.path()).unwrap();
    std::fs::write(folder.path().join("watcher.secret"), "wr0ng-secret\n").unwrap();
    let config = Config::load(&register, clock::now()).unwrap();
    let error = live::read(&config, &Asked::nobody(), &(), &mut |_| {}).await.unwrap_err();
    let text = error.to_string();
    assert!(text.contains("AADSTS7000215"), "{text}");
    assert!(error.hint().is_some() && !format!("{text}{error:?}").contains("wr0ng"));
}

#[tokio::test]
async fn a_register_without_tenant_or_sign_in_says_what_to_add() {
    let parse =
        |text: &str| Config::parse("r.toml", std::path::Path::new(""), text, clock::now()).unwrap();
    let none = parse("[access]\nshape = \"exempt\"\n");
    let error = live::read(&none, &Asked::nobody(), &(), &mut |_| {}).await.unwrap_err();
    assert_eq!(error, LiveError::NoTenant);
    let id = names::TENANT;
    let tenant = parse(&format!("tenant = {{ id = \"{id}\" }}\n[access]\nshape = \"exempt\"\n"));
    let error = live::read(&tenant, &Asked::nobody(), &(), &mut |_| {}).await.unwrap_err();
    assert_eq!(error, LiveError::SignIn(SignInError::Nobody));
    assert!(error.hint().unwrap().contains("`--device-code`"));
}

#[tokio::test]
async fn nobody_at_the_address_is_said_with_a_hint() {
    let tenant = tenant().await;
    let options = tenant.client_options().unwrap();
    let register = tenant.register().clone();
    tenant.stop().await;
    let mut options = options;
    options.pace.back_off_first = Duration::from_millis(1);
    options.pace.back_off_max = Duration::from_millis(2);
    let error = read_with(options, &register, &()).await.unwrap_err();
    assert!(matches!(error, LiveError::Service(Problem::Connect { .. })), "{error}");
    assert!(error.hint().is_some());
}
