//! Transcripts: one file per invocation under `cmd/`, and every console block of the README, the
//! guide and the examples, run in a folder that has the examples and a tenant to read.
//!
//! `TRYCMD=overwrite` writes what is said into the files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests fail by panicking, and say aloud what they skip"
)]

#[cfg(unix)]
mod browser;
#[path = "../../relay/tests/it/server.rs"]
mod server;

use std::fs;
use std::path::{Path, PathBuf};

use halligan_app::simulated::{Origin, Simulated, Throttling, TwinOptions};

/// A twin that keeps nobody waiting.
fn at_once() -> TwinOptions {
    TwinOptions { throttling: Throttling::Off, ..TwinOptions::default() }
}

fn root() -> PathBuf {
    fs::canonicalize(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).unwrap()
}

/// A folder like that of an administrator: a register that works, the examples, and a mail server.
fn sandbox(tenant: &Simulated, mail_port: u16) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    tenant.write(folder.path()).unwrap();
    copy(&root().join("examples"), &folder.path().join("examples"));
    copy(&root().join("crates/cli/tests/inputs"), &folder.path().join("inputs"));
    let nightly = folder.path().join("examples/nightly/halligan.toml");
    let register = fs::read_to_string(&nightly).unwrap();
    let here = register.replace("127.0.0.1:25\"", &format!("127.0.0.1:{mail_port}\""));
    assert_ne!(register, here);
    fs::write(nightly, here).unwrap();
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Signs in once as the story's Global Reader, for the guide's transcript.
#[cfg(unix)]
fn a_person_at_the_browser(folder: &Path) -> std::thread::JoinHandle<bool> {
    let reader = halligan_core::id::UserId::from_u128(0xa0d1_0000_4b1d_4c0e_9a2f_10c4_7b0a_0010);
    let folder = folder.to_owned();
    browser::install(&folder);
    let within = std::time::Duration::from_secs(300);
    std::thread::spawn(move || browser::visit(&folder, reader, within).is_some())
}

#[test]
fn every_transcript_is_true() {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(1).enable_all().build().unwrap();
    let started = Simulated::start(&Origin::Story, at_once());
    let tenant = runtime.block_on(started).unwrap();
    let (mail_port, heard) = server::start(|_| None);
    let folder = sandbox(&tenant, mail_port);
    // The only test of this process, so that nobody else stands in the old folder.
    std::env::set_current_dir(folder.path()).unwrap();
    #[cfg(unix)]
    let person = a_person_at_the_browser(folder.path());
    let root = root();
    let at = |path: &str| root.join(path);
    let cases = trycmd::TestCases::new();
    cases
        .env("NO_COLOR", "1")
        .env("BROWSER", folder.path().join("browser").display().to_string())
        .case(at("crates/cli/tests/cmd/*.trycmd"))
        .case(at("README.md"))
        .case(at("docs/guide/*.md"))
        .case(at("examples/*/README.md"));
    cases.run();
    // The first run of the nightly example tells both, its second run nobody.
    assert_eq!(heard.mails(), 2);
    #[cfg(unix)]
    assert!(person.join().unwrap(), "a transcript shows how a person signs in");
    std::env::set_current_dir(root).unwrap();
    runtime.block_on(tenant.stop());
}
