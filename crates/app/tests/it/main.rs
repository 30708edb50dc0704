//! The app as a whole: twin, client and checks together, and the folders that others exported.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests fail by panicking, and say aloud what they skip"
)]

mod activity;
mod assessment;
mod bad_input;
mod certificate;
mod confirm;
mod cost;
mod demo;
mod differential;
mod estate;
mod examples;
mod exchanges;
mod exported;
mod faults;
mod https;
mod init;
#[path = "../../../twin/tests/it/openapi.rs"]
mod openapi;
mod register_keys;
mod scale;
mod sign_in;

use std::time::Duration;

use halligan_app::assess::assess;
use halligan_app::live::{LiveError, read_with};
use halligan_app::simulated::{Origin, Simulated, TwinOptions};
use halligan_core::report::Assessment;
use halligan_core::tenant::{Gap, GapReason, PartKind, Snapshot};
use halligan_graph::{Credential, SignIn};
use halligan_twin::{Directory, Throttling, story};

/// A running tenant without limits on requests.
async fn twin(origin: &Origin) -> Simulated {
    let options = TwinOptions { throttling: Throttling::Off, ..TwinOptions::default() };
    Simulated::start(origin, options).await.unwrap()
}

/// The demo's tenant with options of its own, without limits on requests.
async fn twin_with(change: impl FnOnce(&mut TwinOptions)) -> Simulated {
    let mut options = TwinOptions { throttling: Throttling::Off, ..TwinOptions::default() };
    change(&mut options);
    Simulated::start(&Origin::Story, options).await.unwrap()
}

/// The demo's tenant after a change.
async fn story(change: impl FnOnce(&mut Directory)) -> Simulated {
    let tenant = twin(&Origin::Story).await;
    tenant.running().change(change);
    tenant
}

/// Reads a tenant with waits that are short enough for a test.
async fn read(tenant: &Simulated) -> Result<Snapshot, LiveError> {
    read_signed_in(tenant, tenant.client_options().unwrap().sign_in).await
}

/// Reads a tenant as the watcher with this credential.
async fn read_as(tenant: &Simulated, credential: Credential) -> Result<Snapshot, LiveError> {
    let sign_in = SignIn::Application { client_id: story::WATCHER, credential };
    read_signed_in(tenant, sign_in).await
}

/// Reads a tenant as whoever signs in like this.
async fn read_signed_in(tenant: &Simulated, sign_in: SignIn) -> Result<Snapshot, LiveError> {
    let mut options = tenant.client_options().unwrap();
    options.sign_in = sign_in;
    options.pace.conditional_access_gap = Duration::ZERO;
    options.pace.back_off_first = Duration::from_millis(5);
    options.pace.back_off_max = Duration::from_millis(20);
    read_with(options, tenant.register(), &()).await
}

/// What could not be read, though the tenant is licensed for it.
fn unread(snapshot: &Snapshot) -> Vec<&Gap> {
    let is_licence = |gap: &&Gap| matches!(gap.reason, GapReason::MissingLicence { .. });
    snapshot.gaps().into_iter().filter(|gap| !is_licence(gap)).collect()
}

/// The same of what a person reads, whose sign-in covers Microsoft Graph and not Azure.
fn unread_by_a_person(snapshot: &Snapshot) -> Vec<&Gap> {
    let is_azure = |gap: &&Gap| gap.part.kind == PartKind::DiagnosticSettings;
    let (azure, others): (Vec<_>, Vec<_>) = unread(snapshot).into_iter().partition(is_azure);
    assert_eq!(azure.len(), 1);
    others
}

/// Reads a tenant and judges it.
async fn judge(tenant: &Simulated) -> Assessment {
    let snapshot = read(tenant).await.unwrap();
    assess(tenant.register(), &snapshot, None, snapshot.taken).unwrap()
}

/// How a check came out, in its one word.
fn word(assessment: &Assessment, id: &str) -> &'static str {
    let result = assessment.results.iter().find(|result| result.check.id == id);
    result.map_or("absent", |result| result.outcome.word())
}
