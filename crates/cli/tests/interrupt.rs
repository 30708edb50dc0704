//! Ctrl-C, as the signal that it is: while reading, and after it.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use halligan_app::simulated::{Origin, Simulated, TwinOptions};
use tokio::runtime::Runtime;

/// How soon a program has ended that ends at once, on a busy machine.
const AT_ONCE: Duration = Duration::from_secs(5);
/// How long anything here may take.
const PATIENCE: Duration = Duration::from_secs(60);

fn tenant() -> (tempfile::TempDir, Simulated, Runtime) {
    let runtime = Runtime::new().unwrap();
    let started = Simulated::start(&Origin::Story, TwinOptions::default());
    let tenant = runtime.block_on(started).unwrap();
    let folder = tempfile::tempdir().unwrap();
    tenant.write(folder.path()).unwrap();
    (folder, tenant, runtime)
}

fn start(folder: &Path, arguments: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_halligan"));
    command.current_dir(folder).args(arguments).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn interrupt(child: &Child) {
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
}

/// Waits until `is_so`, and fails when that takes too long.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// How the program ended, which it must at once.
fn ended(mut child: Child) -> (Output, String) {
    let begun = Instant::now();
    let has_ended = |child: &mut Child| child.try_wait().unwrap().is_some();
    while !has_ended(&mut child) && begun.elapsed() < AT_ONCE {
        std::thread::sleep(Duration::from_millis(20));
    }
    if !has_ended(&mut child) {
        child.kill().unwrap();
        panic!("it still runs: {:?}", child.wait_with_output());
    }
    let output = child.wait_with_output().unwrap();
    let talk = String::from_utf8(output.stderr.clone()).unwrap();
    (output, talk)
}

fn notifying(folder: &Path) -> TcpListener {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let register = folder.join("halligan.toml");
    let mut text = fs::read_to_string(&register).unwrap();
    text.push_str(&format!(
        "\n[notify]\nto = [\"ada@example.org\"]\nfrom = \"halligan@example.org\"\n\
         smtp = \"smtp://127.0.0.1:{port}\"\n"
    ));
    fs::write(&register, text).unwrap();
    listener
}

/// Takes one connection, and says nothing to it.
fn silent(listener: TcpListener) -> TcpStream {
    listener.set_nonblocking(true).unwrap();
    let mut taken = None;
    until("nobody came to the mail server", || {
        taken = listener.accept().ok();
        taken.is_some()
    });
    taken.unwrap().0
}

#[test]
fn what_comes_after_reading_is_ended_at_once_and_leaves_no_file() {
    let (folder, _tenant, _runtime) = tenant();
    let listener = notifying(folder.path());
    let child = start(folder.path(), &["check", "--notify"]);
    // The tenant is read, the report is printed, and the mail server says nothing for a minute.
    let _stream = silent(listener);
    interrupt(&child);
    let (output, talk) = ended(child);
    assert_eq!(output.status.code(), Some(1), "{talk}");
    assert!(talk.ends_with("error: interrupted\n"), "{talk}");
    let left = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<String> = left.map(|name| name.into_string().unwrap()).collect();
    assert!(!left.iter().any(|name| name.ends_with(".part")), "{left:?}");
    assert!(!left.iter().any(|name| name == "halligan.state.json"), "nobody was told: {left:?}");
}

#[test]
fn a_second_one_ends_at_once_what_the_first_asked_to_end_well() {
    let (folder, _tenant, _runtime) = tenant();
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    // Nobody reads the pipe: what was read until the first one waits there to be written.
    let child = start(folder.path(), &["snapshot", "--output", "pipe", "--force", "--verbose"]);
    std::thread::sleep(Duration::from_millis(1_000));
    interrupt(&child);
    std::thread::sleep(Duration::from_millis(1_500));
    let mut child = child;
    assert!(child.try_wait().unwrap().is_none(), "it waits for a reader");
    interrupt(&child);
    let (output, talk) = ended(child);
    assert_eq!(output.status.code(), Some(1), "{talk}");
    assert!(talk.contains("organization: read\n") && talk.ends_with("error: interrupted\n"));
}
