//! The daemon killed at random moments while a log grows: every attempt is a fact once.
//!
//! `HALLIGAN_KILLS=500` kills it as often; the moments come from a fixed seed and the machine.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const ACCOUNT: &str = "7a1e5c90-4b2d-4f6a-9c3e-0d8b6a5f4e21";
const PATIENCE: Duration = Duration::from_secs(60);
/// Attempts for each time that the daemon is killed.
const ATTEMPTS: usize = 25;

fn kills() -> usize {
    std::env::var("HALLIGAN_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(8)
}

fn record(number: usize) -> String {
    format!(
        "{{\"category\":\"SignInLogs\",\"properties\":{{\"id\":\"try-{number:06}\",\"userId\":\
         \"{ACCOUNT}\",\"createdDateTime\":\"2026-11-23T12:00:00Z\",\
         \"status\":{{\"errorCode\":50126}}}}}}\n"
    )
}

fn serve(folder: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_halligan"))
        .current_dir(folder)
        .args(["serve", "--format", "json", "--source", "file:log.ndjson"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// How often each attempt is a fact.
fn facts(folder: &Path) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for file in files(&folder.join("halligan.streams")) {
        let bytes = fs::read(&file).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        for line in text.lines().filter(|line| line.contains("HG-WATCH-02")) {
            let Some((_, id)) = line.split_once("\"try-") else { continue };
            let id = id.split('"').next().unwrap_or_default().to_owned();
            *found.entry(id).or_default() += 1;
        }
    }
    found
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .flat_map(|one| if one.path().is_dir() { files(&one.path()) } else { vec![one.path()] })
        .collect()
}

#[test]
fn a_daemon_that_is_killed_again_and_again_loses_nothing_and_tells_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let register = format!(
        "[access]\nshape = \"exempt\"\n[[account]]\nid = \"{ACCOUNT}\"\ncode_name = \"alpha\"\n"
    );
    fs::write(folder.path().join("halligan.toml"), register).unwrap();
    let log = folder.path().join("log.ndjson");
    fs::write(&log, "").unwrap();
    let (kills, mut state) = (kills(), 2026_u64);
    let mut random = move |below: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut written = 0;
    for _ in 0..kills {
        let mut daemon = serve(folder.path());
        let mut file = OpenOptions::new().append(true).open(&log).unwrap();
        for _ in 0..ATTEMPTS {
            let record = record(written);
            // A writer is seen in the middle of a line as well.
            let (begin, end) = record.split_at(random(record.len() as u64) as usize);
            file.write_all(begin.as_bytes()).unwrap();
            thread::sleep(Duration::from_millis(random(8)));
            file.write_all(end.as_bytes()).unwrap();
            written += 1;
        }
        thread::sleep(Duration::from_millis(random(400)));
        daemon.kill().unwrap();
        daemon.wait().unwrap();
    }
    let mut daemon = serve(folder.path());
    let begun = Instant::now();
    while facts(folder.path()).len() < written && begun.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(100));
    }
    daemon.kill().unwrap();
    daemon.wait().unwrap();
    let found = facts(folder.path());
    assert_eq!(found.len(), written, "lost");
    let twice: Vec<_> = found.iter().filter(|(_, count)| **count != 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
}
