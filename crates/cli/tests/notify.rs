//! `check --notify` when the tenant cannot be read: those who wait for the result hear that there
//! is none.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests fail by panicking"
)]

#[path = "../../relay/tests/it/server.rs"]
mod server;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use halligan_app::simulated::{Origin, Simulated, TwinOptions};
use server::Heard;
use tokio::runtime::Runtime;

/// A folder with the register of a tenant, and the mail server that it names.
fn desk() -> (tempfile::TempDir, Simulated, Runtime, Heard) {
    let runtime = Runtime::new().unwrap();
    let started = Simulated::start(&Origin::Story, TwinOptions::default());
    let tenant = runtime.block_on(started).unwrap();
    let folder = tempfile::tempdir().unwrap();
    tenant.write(folder.path()).unwrap();
    let (port, heard) = server::start(|_| None);
    change(folder.path(), |text| {
        format!(
            "{text}\n[notify]\nto = [\"ada@example.org\", \"grace@example.net\"]\n\
             from = \"halligan@example.org\"\nsmtp = \"smtp://127.0.0.1:{port}\"\n"
        )
    });
    (folder, tenant, runtime, heard)
}

fn change(folder: &Path, change: impl FnOnce(String) -> String) {
    let register = folder.join("halligan.toml");
    let text = fs::read_to_string(&register).unwrap();
    fs::write(&register, change(text)).unwrap();
}

/// The exit code, and what was said beside the report.
fn check(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_halligan"));
    command.current_dir(folder).args(["check", "--notify"]).args(arguments).stdin(Stdio::null());
    for name in ["NO_COLOR", "CLICOLOR_FORCE", "HTTPS_PROXY", "HTTP_PROXY"] {
        command.env_remove(name);
    }
    let output = command.output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn has(heard: &Heard, start: &str) -> bool {
    heard.lines().iter().any(|line| line.starts_with(start))
}

#[test]
fn a_refused_sign_in_is_mailed_once_and_so_is_that_it_works_again() {
    let (folder, _tenant, _runtime, heard) = desk();
    let secret = folder.path().join("watcher.secret");
    let right = fs::read_to_string(&secret).unwrap();
    fs::write(&secret, "wrong\n").unwrap();
    let (code, talk) = check(folder.path(), &[]);
    assert_eq!(code, 1, "{talk}");
    assert!(talk.contains("mailed to 2 people: Halligan: the check could not run\n"), "{talk}");
    assert!(talk.contains("error: the tenant could not be read: the token was refused"), "{talk}");
    assert_eq!(heard.mails(), 2);
    assert!(has(&heard, "the sign-in was refused: AADSTS7000215"), "{:?}", heard.lines());
    let (code, talk) = check(folder.path(), &[]);
    assert_eq!((code, heard.mails()), (1, 2), "{talk}");
    assert!(talk.contains("that the check cannot run was told on "), "{talk}");
    fs::write(&secret, right).unwrap();
    let (code, talk) = check(folder.path(), &[]);
    assert_eq!((code, heard.mails()), (3, 4), "{talk}");
    assert!(talk.contains("the check runs again; first report; it does not hold"), "{talk}");
}

#[test]
fn a_tenant_of_which_graph_gives_nothing_is_mailed_as_such_and_exits_as_it_was_judged() {
    let (folder, tenant, _runtime, heard) = desk();
    tenant.running().change(|directory| {
        directory.apps.values_mut().for_each(|watcher| watcher.permissions.clear());
    });
    let (code, talk) = check(folder.path(), &[]);
    // Azure still gives its diagnostic settings, in which something is found.
    assert_eq!((code, heard.mails()), (3, 2), "{talk}");
    assert!(talk.contains("Halligan: the check could not run\n"), "{talk}");
    assert!(has(&heard, "the sign-in worked, and not one of "), "{:?}", heard.lines());
}

#[test]
fn a_file_that_is_not_there_is_mailed_too_and_where_mail_fails_as_well_both_are_said() {
    let (folder, _tenant, _runtime, heard) = desk();
    let absent = ["--snapshot", "absent.json"];
    let (code, talk) = check(folder.path(), &absent);
    assert_eq!((code, heard.mails()), (1, 2), "{talk}");
    assert!(has(&heard, "cannot read `absent.json`: no such file"), "{:?}", heard.lines());
    fs::remove_file(folder.path().join("halligan.state.json")).unwrap();
    change(folder.path(), |text| {
        let at = text.find("smtp://127.0.0.1:").unwrap();
        format!("{}smtp://127.0.0.1:1\"\n", &text[..at])
    });
    let (code, talk) = check(folder.path(), &absent);
    assert_eq!(code, 1, "{talk}");
    let reasons = ["error: cannot read `absent.json`", "error: nobody was told: `smtp://127.0.0.1"];
    assert!(reasons.iter().all(|reason| talk.contains(reason)), "{talk}");
}
