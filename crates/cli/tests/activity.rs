//! `halligan watch` at a tenant without Entra ID P1: what it reads, and what it says where nothing
//! brings the sign-ins.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests fail by panicking"
)]

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use halligan_app::clock;
use halligan_app::simulated::{Licence, Origin, Shown, Simulated, Throttling, TwinOptions};
use tokio::runtime::Runtime;

/// A running tenant without P1, with its register and a snapshot of it in a folder.
fn tenant() -> (tempfile::TempDir, Simulated, Runtime) {
    let runtime = Runtime::new().unwrap();
    let origin = Origin::Licensed(Box::new(Origin::Story), Licence::Free);
    let options = TwinOptions { throttling: Throttling::Off, ..TwinOptions::default() };
    let tenant = runtime.block_on(Simulated::start(&origin, options)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    tenant.write(folder.path()).unwrap();
    let output = run(folder.path(), &["snapshot", "--output", "tenant.json"]);
    assert!(folder.path().join("tenant.json").exists(), "{}", said(&output.stderr));
    (folder, tenant, runtime)
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_halligan"));
    command.current_dir(folder).args(arguments).stdin(Stdio::null());
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "HTTPS_PROXY", "HTTP_PROXY"] {
        command.env_remove(name);
    }
    command.output().unwrap()
}

fn watch(folder: &Path, sources: &[&str]) -> (i32, String, String) {
    let mut arguments = vec!["watch", "--once", "--format", "plain", "--snapshot", "tenant.json"];
    sources.iter().for_each(|source| arguments.extend(["--source", source]));
    let output = run(folder, &arguments);
    (output.status.code().unwrap(), said(&output.stdout), said(&output.stderr))
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn subscribe(tenant: &Simulated) {
    let since = clock::exactly_now() - Duration::from_secs(3600);
    tenant.running().change(|directory| directory.logs.unified.subscribed = Some(since));
}

#[test]
fn a_wrong_password_is_told_through_the_unified_audit_log() {
    let (folder, tenant, _runtime) = tenant();
    subscribe(&tenant);
    tenant.attempt(0, Shown::WrongPassword);
    // Content is listed up to the second that goes on.
    std::thread::sleep(Duration::from_millis(1100));
    let (code, told, talk) = watch(folder.path(), &["activity"]);
    assert_eq!(code, 3, "{talk}");
    assert!(told.contains("HG-WATCH-02") && told.contains("(activity;"), "{told}");
    assert!(!talk.contains("no alarm possible"), "{talk}");
    let name = tenant.running().read(|directory| {
        let id = tenant.register().accounts[0].id.0;
        directory.users[&id].object["userPrincipalName"].as_str().unwrap().to_owned()
    });
    assert!(!talk.contains(&name), "{talk}");

    // Beside Graph, which has the changes, that there are no sign-ins is no detection.
    let (code, told, talk) = watch(folder.path(), &["graph", "activity"]);
    assert_eq!(code, 3, "{talk}");
    assert!(told.contains("HG-WATCH-02") && !told.contains("HG-WATCH-22"), "{told}");
    assert!(talk.contains("`activity` has to bring them"), "{talk}");
    assert!(!talk.contains("no alarm possible"), "{talk}");
}

#[test]
fn without_a_source_of_sign_ins_no_alarm_is_possible() {
    let (folder, tenant, _runtime) = tenant();
    tenant.attempt(0, Shown::WrongPassword);
    let (code, told, talk) = watch(folder.path(), &["graph"]);
    assert_eq!(code, 3, "{talk}");
    assert!(told.contains("HG-WATCH-22") && !told.contains("HG-WATCH-02"), "{told}");
    let alarm = "no alarm possible: the tenant has no Entra ID P1, without which Graph gives no \
                 sign-ins\nhint: ";
    assert_eq!(talk.matches(alarm).count(), 1, "{talk}");
    assert!(talk.contains("`--source activity`"), "{talk}");

    // Nobody subscribed.
    let (code, told, talk) = watch(folder.path(), &["activity"]);
    assert_eq!(code, 3, "{talk}");
    assert!(told.contains("HG-WATCH-22"), "{told}");
    assert!(talk.contains("no alarm possible: the unified audit log cannot be read"), "{talk}");
    assert!(talk.contains("az rest --method post") && talk.contains("hint: run it once"), "{talk}");
    let subscribed = tenant.running().read(|directory| directory.logs.unified.subscribed);
    assert_eq!(subscribed, None, "the watcher only reads");
}
