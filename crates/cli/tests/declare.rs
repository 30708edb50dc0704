//! A drill is declared: a running daemon takes it, and tells of it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::fs::{self, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use halligan_core::time::{SignedDuration, Timestamp};

const ACCOUNT: &str = "7a1e5c90-4b2d-4f6a-9c3e-0d8b6a5f4e21";
const EVENTS: &str = "events.ndjson";

fn register(folder: &Path) {
    let text = format!(
        "[access]\nshape = \"paper\"\n[[account]]\nid = \"{ACCOUNT}\"\ncode_name = \"alpha\"\n\
         [[custody.people]]\nid = \"p-1\"\nname = \"heron\"\n[[custody.people]]\nid = \"p-2\"\n"
    );
    fs::write(folder.join("halligan.toml"), text).unwrap();
    fs::write(folder.join(EVENTS), "").unwrap();
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let binary = env!("CARGO_BIN_EXE_halligan");
    let mut command = Command::new(binary);
    command.env_remove("HALLIGAN_PERSON").current_dir(folder).args(arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr].concat();
    String::from_utf8(both).unwrap()
}

/// A sign-in with the account, now or so many hours ago, as a line of a log.
fn sign_in(folder: &Path, id: &str, hours_ago: i64) {
    let at = Timestamp::now() - SignedDuration::from_hours(hours_ago);
    let line = format!(
        "{{\"id\":\"{id}\",\"createdDateTime\":\"{at}\",\"userId\":\"{ACCOUNT}\",\
         \"userPrincipalName\":\"spare@contoso.com\",\"status\":{{\"errorCode\":0}}}}\n"
    );
    let mut file = OpenOptions::new().append(true).open(folder.join(EVENTS)).unwrap();
    file.write_all(line.as_bytes()).unwrap();
}

fn serve(folder: &Path) -> (Child, BufReader<ChildStdout>) {
    let mut daemon = Command::new(env!("CARGO_BIN_EXE_halligan"))
        .current_dir(folder)
        .args(["serve", "--format", "json", "--source", &format!("file:{EVENTS}")])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let told = BufReader::new(daemon.stdout.take().unwrap());
    (daemon, told)
}

/// The next detection: its id, and its severity.
fn next(told: &mut BufReader<ChildStdout>) -> (String, String) {
    let mut line = String::new();
    told.read_line(&mut line).unwrap();
    let value: serde_json::Value = serde_json::from_str(&line).unwrap();
    let member = |name: &str| value.get(name).unwrap().as_str().unwrap().to_owned();
    (member("detection"), member("severity"))
}

fn second() {
    std::thread::sleep(std::time::Duration::from_millis(1100));
}

const DRILL: [&str; 9] =
    ["watch", "declare", "drill", "--as", "heron", "--with", "p-2", "--reason", "november"];

#[test]
fn a_running_daemon_takes_a_drill_and_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    register(folder);
    let (mut daemon, mut told) = serve(folder);
    let is = |found: (String, String), id: &str, severity: &str| {
        assert_eq!((found.0.as_str(), found.1.as_str()), (id, severity));
    };
    sign_in(folder, "before", 0);
    is(next(&mut told), "HG-WATCH-01", "critical");
    // A declaration counts from a whole second on.
    second();
    let declared = run(folder, &DRILL);
    assert_eq!(declared.status.code(), Some(0), "{}", text(&declared));
    is(next(&mut told), "HG-WATCH-26", "medium");
    sign_in(folder, "inside", 0);
    is(next(&mut told), "HG-WATCH-15", "evidence");
    // It happened before, and its record came late.
    sign_in(folder, "late", 1);
    is(next(&mut told), "HG-WATCH-01", "critical");
    second();
    let ended = run(folder, &["watch", "declare", "end", "1", "--as", "p-2"]);
    assert_eq!(ended.status.code(), Some(0), "{}", text(&ended));
    second();
    sign_in(folder, "after", 0);
    is(next(&mut told), "HG-WATCH-01", "critical");
    daemon.kill().unwrap();
    daemon.wait().unwrap();

    // Whoever watches without the daemon takes it from the same place.
    let source = format!("file:{EVENTS}");
    let watched = run(folder, &["watch", "--once", "--format", "plain", "--source", &source]);
    let told = text(&watched);
    assert_eq!(told.matches("HG-WATCH-15").count(), 1, "{told}");
    assert_eq!(told.matches("HG-WATCH-01").count(), 3, "{told}");
    assert_eq!(told.matches("HG-WATCH-26").count(), 0, "{told}");
}

#[test]
fn one_that_was_over_before_the_daemon_ran_is_told_when_it_starts_and_once() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    register(folder);
    let emergency = ["watch", "declare", "emergency", "--as", "heron", "--reason", "x"];
    assert_eq!(run(folder, &emergency).status.code(), Some(0));
    sign_in(folder, "inside", 0);
    second();
    let ended = run(folder, &["watch", "declare", "end", "1", "--as", "heron"]);
    assert_eq!(ended.status.code(), Some(0), "{}", text(&ended));
    second();
    let (mut daemon, mut told) = serve(folder);
    let mut both = [next(&mut told), next(&mut told)];
    both.sort();
    let is = |one: &(String, String), id: &str, severity: &str| {
        assert_eq!((one.0.as_str(), one.1.as_str()), (id, severity));
    };
    let [used, said] = both;
    is(&used, "HG-WATCH-15", "evidence");
    is(&said, "HG-WATCH-26", "high");
    daemon.kill().unwrap();
    daemon.wait().unwrap();

    // The next one remembers what was told.
    let (mut daemon, mut told) = serve(folder);
    sign_in(folder, "after", 0);
    is(&next(&mut told), "HG-WATCH-01", "critical");
    daemon.kill().unwrap();
    daemon.wait().unwrap();
}

#[test]
fn a_stream_that_was_changed_declares_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    register(folder);
    assert_eq!(run(folder, &DRILL).status.code(), Some(0));
    let file = folder.join("halligan.streams/watch.declared.ndjson");
    let changed = fs::read_to_string(&file).unwrap().replace("november", "december");
    fs::write(file, changed).unwrap();
    sign_in(folder, "inside", 0);
    let source = format!("file:{EVENTS}");
    let told = text(&run(folder, &["watch", "--once", "--format", "plain", "--source", &source]));
    assert!(told.contains("HG-WATCH-01") && !told.contains("HG-WATCH-15"), "{told}");
    assert!(told.contains("warning: what is declared does not count"), "{told}");
    let listed = run(folder, &["watch", "declare", "list"]);
    assert_eq!(listed.status.code(), Some(1), "{}", text(&listed));
}

#[test]
fn what_is_refused_says_why_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    register(folder);
    let declare = |more: &[&str]| {
        let arguments = ["watch", "declare", "drill", "--as", "heron", "--reason", "november"];
        let output = run(folder, &[&arguments[..], more].concat());
        (output.status.code(), text(&output))
    };
    for (more, code, said) in [
        (&[][..], 3, "error: a drill is declared by two people\nhint: name the other one"),
        (&["--with", "p-1"], 3, "a drill is declared by two people"),
        (&["--with", "wren"], 3, "nobody is declared as `wren`"),
        (&["--with", "p-2", "--for", "25h"], 3, "longer than DRILL_HOURS_MAX (24 hours)"),
        (&["--with", "p-2", "--for", "1s"], 3, "less than USE_MINUTES_MIN (5 minutes)"),
        (&["--with", "p-2", "--from", "2026-01-01T00:00Z"], 3, "begins in the past"),
        (&["--with", "p-2", "--account", "omega"], 3, "no account is declared as `omega`"),
        (&["--with", "p-2", "--for", "soon"], 2, "invalid value 'soon'"),
    ] {
        let (found, told) = declare(more);
        assert_eq!(found, Some(code), "{more:?}: {told}");
        assert!(told.contains(said), "{more:?}: {told}");
    }
    let nobody = run(folder, &["watch", "declare", "emergency", "--reason", "x"]);
    assert_eq!(nobody.status.code(), Some(2), "{}", text(&nobody));
    assert!(!folder.join("halligan.streams").exists(), "nothing was written");
}
