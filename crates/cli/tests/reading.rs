//! `halligan watch` and `halligan serve` at a tenant that is asked itself who its accounts are.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests fail by panicking"
)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use halligan_app::clock;
use halligan_app::simulated::{Origin, Simulated, Throttling, TwinOptions};
use halligan_core::watch::event::{
    Event, Named, Origin as From, Outcome, Party, SignIn, SignInKind, What,
};
use tokio::runtime::Runtime;

const ALIAS: &str = "night.porter@contoso.example";

/// A running tenant, with its register in a folder.
fn tenant() -> (tempfile::TempDir, Simulated, Runtime) {
    let runtime = Runtime::new().unwrap();
    let options = TwinOptions { throttling: Throttling::Off, ..TwinOptions::default() };
    let tenant = runtime.block_on(Simulated::start(&Origin::Story, options)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    tenant.write(folder.path()).unwrap();
    (folder, tenant, runtime)
}

/// Somebody types a name that no account has as its user principal name: the log gives no id.
fn tried(tenant: &Simulated, id: &str, name: &str, ago: Duration) {
    let at = clock::exactly_now() - ago;
    let sign_in = SignIn {
        kind: SignInKind::Interactive,
        user: None,
        names: vec![Named { member: "userPrincipalName", name: name.into() }],
        service_principal: None,
        app: Party::default(),
        resource: Party::default(),
        outcome: Outcome { code: Some(50126), reason: String::new() },
        from: From { address: "198.51.100.7".into(), ..From::default() },
        client_app: "Browser".into(),
        steps: Vec::new(),
        request: None,
    };
    let event = Event {
        id: Some(id.into()),
        at: Some(at),
        tenant: None,
        correlation: None,
        what: What::SignIn(Box::new(sign_in)),
    };
    let is_added = tenant.running().change(|directory| directory.logs.add(&event, at));
    assert!(is_added);
}

fn give_alias(tenant: &Simulated) {
    let id = tenant.register().accounts[0].id.0;
    tenant.running().change(|directory| {
        let user = directory.users.get_mut(&id).unwrap();
        let addresses = serde_json::json!([format!("smtp:{ALIAS}")]);
        user.object.insert("proxyAddresses".into(), addresses);
    });
}

fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_halligan"));
    command.current_dir(folder).args(arguments).stdin(Stdio::null());
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "HTTPS_PROXY", "HTTP_PROXY"] {
        command.env_remove(name);
    }
    let output = command.output().unwrap();
    let said = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), said(output.stdout), said(output.stderr))
}

fn once(folder: &Path, command: &str) -> (i32, String, String) {
    run(folder, &[command, "--once", "--format", "plain", "--source", "graph"])
}

#[test]
fn an_attempt_by_an_alias_is_told_without_a_snapshot() {
    let (folder, tenant, _runtime) = tenant();
    give_alias(&tenant);
    tried(&tenant, "5e11da00-0000-4000-8000-0000000000a1", ALIAS, Duration::from_secs(60));
    let (code, told, talk) = once(folder.path(), "watch");
    assert_eq!(code, 3, "{told}{talk}");
    assert!(told.contains("HG-WATCH-02"), "{told}{talk}");
    assert!(!talk.contains("watched by id alone") && !talk.contains(ALIAS), "{talk}");
}

#[test]
fn what_cannot_be_read_is_said_and_watching_goes_on() {
    let (folder, tenant, _runtime) = tenant();
    tenant.running().change(|directory| {
        let watcher = directory.apps.values_mut().find(|app| !app.permissions.is_empty()).unwrap();
        let logs = |held: &String| held.starts_with("AuditLog") || held.starts_with("Policy");
        watcher.permissions.retain(logs);
    });
    tenant.attempt(0, halligan_app::simulated::Shown::WrongPassword);
    let (code, told, talk) = once(folder.path(), "watch");
    assert_eq!(code, 3, "{told}{talk}");
    assert!(told.contains("HG-WATCH-02"), "by its id: {told}{talk}");
    assert!(talk.contains("not read, and so not watched: "), "{talk}");
    assert_eq!(talk.matches("watched by id alone").count(), 1, "{talk}");

    // Nobody can sign in at all.
    std::fs::write(folder.path().join("watcher.secret"), "wr0ng-secret\n").unwrap();
    std::fs::write(folder.path().join("one.ndjson"), "{\"id\":\"1\"}\n").unwrap();
    let sources = ["--source", "graph", "--source", "file:one.ndjson"];
    let arguments = [&["watch", "--once", "--format", "plain"][..], &sources].concat();
    let (_, _, talk) = run(folder.path(), &arguments);
    let said = "names and groups of the accounts are not read from the tenant: ";
    assert_eq!(talk.matches(said).count(), 1, "{talk}");
    assert!(talk.contains("1 record, "), "the file is read all the same: {talk}");
}

#[test]
fn after_a_restart_what_happened_meanwhile_is_asked_for_and_told_once() {
    let (folder, tenant, _runtime) = tenant();
    give_alias(&tenant);
    let days = |count: u64| Duration::from_secs(count * 24 * 3600);
    tried(&tenant, "5e11da00-0000-4000-8000-0000000000a2", ALIAS, days(4));
    let (_, told, talk) = once(folder.path(), "serve");
    assert!(!told.contains("HG-WATCH-02"), "nobody looks so far back: {told}{talk}");

    // As if the daemon had been away for five days.
    let path = folder.path().join("halligan.pulse.json");
    let mut pulse: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let read = &mut pulse["sources"]["graph"]["read"];
    assert!(read.is_string(), "{talk}");
    *read = (clock::now() - days(5)).to_string().into();
    std::fs::write(&path, pulse.to_string()).unwrap();
    let (_, told, talk) = once(folder.path(), "serve");
    assert_eq!(told.matches("HG-WATCH-02").count(), 1, "{told}{talk}");

    pulse["sources"]["graph"]["read"] = (clock::now() - days(40)).to_string().into();
    std::fs::write(&path, pulse.to_string()).unwrap();
    let (_, told, talk) = once(folder.path(), "serve");
    assert!(!told.contains("HG-WATCH-02"), "it was told: {told}{talk}");
    assert!(talk.contains("Graph was last read at ") && talk.contains("after 30 days"), "{talk}");
}
