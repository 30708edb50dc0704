//! The binary signs in as a person: a "browser" that is a script, and a test that follows where it
//! is sent.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests fail by panicking, and say aloud what they skip"
)]

mod browser;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use halligan_app::simulated::{Origin, Simulated, Throttling, TwinOptions};
use halligan_core::id::UserId;
use tokio::runtime::Runtime;

/// The story's Global Reader, somebody without a role, and one of its emergency accounts, as
/// `halligan-twin` names them.
const AUDITOR: UserId = UserId::from_u128(0xa0d1_0000_4b1d_4c0e_9a2f_10c4_7b0a_0010);
const GROUP_OWNER: UserId = UserId::from_u128(0x0e2e_0000_4b1d_4c0e_9a2f_10c4_7b0a_0004);
const ALPHA: UserId = UserId::from_u128(0xa1fa_0000_4b1d_4c0e_9a2f_10c4_7b0a_0001);

/// A twin that keeps nobody waiting.
fn at_once() -> TwinOptions {
    TwinOptions { throttling: Throttling::Off, ..TwinOptions::default() }
}

struct Desk {
    folder: tempfile::TempDir,
    _tenant: Simulated,
    _runtime: Runtime,
}

/// A desk with a register that says nothing of a sign-in, and a script for a browser.
fn desk() -> Desk {
    let runtime = Runtime::new().unwrap();
    let started = Simulated::start(&Origin::Story, at_once());
    let tenant = runtime.block_on(started).unwrap();
    let folder = tempfile::tempdir().unwrap();
    tenant.write(folder.path()).unwrap();
    let register = folder.path().join("halligan.toml");
    let text = fs::read_to_string(&register).unwrap();
    let (before, rest) = text.split_once("[sign-in]").unwrap();
    let (_, after) = rest.split_once("[access]").unwrap();
    fs::write(&register, format!("{before}[access]{after}")).unwrap();
    fs::remove_file(folder.path().join("watcher.secret")).unwrap();
    browser::install(folder.path());
    Desk { folder, _tenant: tenant, _runtime: runtime }
}

fn halligan(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_halligan"));
    command.current_dir(folder).args(arguments).env("BROWSER", folder.join("browser"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "DISPLAY", "WAYLAND_DISPLAY"] {
        command.env_remove(name);
    }
    command
}

/// Runs a command whose browser picks `user`.
fn signed_in(desk: &Desk, arguments: &[&str], user: UserId) -> (Output, String) {
    let child = halligan(desk.folder.path(), arguments).spawn().unwrap();
    let page = browser::visit(desk.folder.path(), user, Duration::from_secs(30)).unwrap();
    (child.wait_with_output().unwrap(), page)
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_global_reader_checks_a_tenant_without_secret_or_application() {
    let desk = desk();
    let (output, page) = signed_in(&desk, &["check", "--browser", "--format", "plain"], AUDITOR);
    let talk = said(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{talk}");
    assert!(said(&output.stdout).starts_with("verdict: fails\n"));
    assert!(page.contains("You are signed in") && page.contains("referrer-policy: no-referrer"));
    let address = talk.lines().find(|line| line.starts_with("http://")).unwrap();
    assert!(address.contains("/oauth2/v2.0/authorize?") && !address.contains("verifier"));
    assert!(talk.starts_with("sign in within 5 minutes, in the browser that opens"), "{talk}");
    let files: Vec<_> = fs::read_dir(desk.folder.path()).unwrap().flatten().collect();
    assert_eq!(files.len(), 2, "no token is left behind: {files:?}");
}

#[test]
fn an_emergency_account_is_turned_away_before_anything_is_read() {
    let desk = desk();
    let (output, _) = signed_in(&desk, &["snapshot", "--browser"], ALPHA);
    let talk = said(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{talk}");
    assert!(talk.contains("signed in as the emergency access account `alpha`"), "{talk}");
    assert!(!desk.folder.path().join("snapshot.json").exists());
    assert!(!talk.contains("sys-maple-31@"), "{talk}");
}

/// Runs a command with an Azure CLI that prints a token with these claims, or what is none.
fn with_azure_cli(desk: &Desk, arguments: &[&str], claims: Option<String>) -> String {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = desk.folder.path();
    let register = folder.join("halligan.toml");
    let text = fs::read_to_string(&register).unwrap();
    let (tenant, access) = text.split_once("[access]").unwrap();
    fs::write(&register, format!("{tenant}[sign-in]\nazure_cli = true\n\n[access]{access}"))
        .unwrap();
    let token = match claims {
        Some(claims) => format!(
            "$(printf %s 'e30.'; printf %s '{claims}' | base64 | tr '+/' '-_' | tr -d '=\\n'; \
             printf %s '.c2ln')"
        ),
        None => "opaque".into(),
    };
    let az = folder.join("az");
    fs::write(&az, format!("#!/bin/sh\necho \"{{\\\"accessToken\\\":\\\"{token}\\\"}}\"\n"))
        .unwrap();
    fs::set_permissions(&az, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let output = halligan(folder, arguments).env("PATH", path).output().unwrap();
    fs::write(&register, text).unwrap();
    assert_eq!(output.status.code(), Some(1));
    said(&output.stderr)
}

#[test]
fn an_emergency_account_in_azure_cli_is_turned_away_too() {
    let desk = desk();
    let claims = |user: UserId| Some(format!(r#"{{"idtyp":"user","scp":"x","oid":"{user}"}}"#));
    let init = ["init", "--register", "halligan.toml", "--output", "new.toml"];
    for arguments in [&["check"][..], &["snapshot"], &init] {
        let talk = with_azure_cli(&desk, arguments, claims(ALPHA));
        assert!(talk.contains("signed in as the emergency access account `alpha`"), "{talk}");
        // Others get as far as the tenant, which does not know such a token.
        let talk = with_azure_cli(&desk, arguments, claims(AUDITOR));
        assert!(talk.contains("refused") && !talk.contains("emergency"), "{talk}");
    }
    let talk = with_azure_cli(&desk, &["check"], None);
    assert!(
        talk.contains("does not say whose it is") && talk.contains("az account show"),
        "{talk}"
    );
}

#[test]
fn the_command_line_names_the_tenant_and_nobody_is_waited_for_in_a_pipeline() {
    let desk = desk();
    let folder = desk.folder.path();
    let output = halligan(folder, &["check"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let talk = said(&output.stderr);
    assert!(talk.contains("nobody is at a terminal") && talk.contains("`--device-code`"), "{talk}");
    let other = "11111111-1111-4111-8111-111111111111";
    let output = halligan(folder, &["check", "--tenant", other]).output().unwrap();
    let talk = said(&output.stderr);
    assert!(talk.contains("the register is of tenant") && talk.contains(other), "{talk}");
    let domain = ["check", "--browser", "--tenant", "harbourpine.onmicrosoft.com"];
    let (output, _) = signed_in(&desk, &domain, AUDITOR);
    assert_eq!(output.status.code(), Some(3), "{}", said(&output.stderr));
    let both = halligan(folder, &["check", "--browser", "--device-code"]).output().unwrap();
    assert_eq!(both.status.code(), Some(2));
}

#[test]
fn doctor_names_the_roles_of_whoever_signed_in() {
    let desk = desk();
    let doctor = ["doctor", "--browser", "--format", "plain"];
    let (output, _) = signed_in(&desk, &doctor, AUDITOR);
    let text = said(&output.stdout);
    assert!(text.contains("\nrole: Global Reader\n"), "{text} {}", said(&output.stderr));
    assert!(text.contains("\nrole: together they suffice "), "{text}");
    assert!(!text.contains("b79fbf4d"), "what every member has is no role: {text}");
    let (output, _) = signed_in(&desk, &doctor, GROUP_OWNER);
    let text = said(&output.stdout);
    assert_eq!(output.status.code(), Some(4), "{text} {}", said(&output.stderr));
    assert!(text.contains("\nrole: the person has no active directory role\n"), "{text}");
    assert!(text.contains("\nnot read with these roles: "), "{text}");
    assert!(text.contains("\nto do: have Global Reader assigned"), "{text}");
}
