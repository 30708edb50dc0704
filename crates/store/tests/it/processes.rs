//! Several processes on one store, and processes that are killed while they append.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use halligan_core::stream::{Body, Record};
use halligan_store::StoreError;
use halligan_store::Streams as _;
use halligan_store::file::FileStreams;

use crate::{again, append, child_folder, custody};

/// How many facts each of two processes appends.
const FACTS: u32 = 60;
/// How often a process is killed.
const KILLS: u32 = 30;
/// How many facts an append has there.
const PARTS: u32 = 3;

fn fact(writer: u32, number: u32) -> Body {
    Body::parse(&format!("{{\"number\":{number},\"writer\":{writer}}}")).unwrap()
}

fn bodies(folder: &Path) -> Vec<Body> {
    let records = FileStreams::new(folder).read(&custody()).unwrap().records;
    records.into_iter().map(|record: Record| record.body).collect()
}

/// Appends the facts of one writer, each until nobody was faster.
fn write_all(folder: &Path, writer: u32) {
    let engine = FileStreams::new(folder);
    for number in 0..FACTS {
        loop {
            match append(&engine, vec![fact(writer, number)]) {
                Ok(_) => break,
                Err(StoreError::Conflict { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }
}

#[test]
fn two_processes_at_once_lose_nothing_and_double_nothing() {
    let test = "processes::two_processes_at_once_lose_nothing_and_double_nothing";
    if let Some(folder) = child_folder() {
        return write_all(&folder, std::process::id());
    }
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("streams");
    let start = || again(test, &folder, &[]).stdout(Stdio::null()).spawn().unwrap();
    let children = [start(), start()];
    let ids = children.each_ref().map(Child::id);
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let mut found: BTreeMap<u32, Vec<Body>> = BTreeMap::new();
    for body in bodies(&folder) {
        let writer = body.as_str().split_once("\"writer\":").unwrap().1;
        found.entry(writer.trim_end_matches('}').parse().unwrap()).or_default().push(body);
    }
    let all = |id| (id, (0..FACTS).map(|number| fact(id, number)).collect());
    assert_eq!(found, BTreeMap::from(ids.map(all)));
}

/// Appends for ever, three facts at a time, and says so of each append when it is acknowledged.
fn append_for_ever(folder: &Path) -> ! {
    let engine = FileStreams::new(folder);
    loop {
        let number = u32::try_from(engine.head(&custody()).unwrap().length).unwrap() / PARTS;
        let facts = (0..PARTS).map(|part| fact(part, number)).collect();
        let appended = append(&engine, facts).unwrap();
        println!("\nappended {number} {}", u32::from(appended.repaired.is_some()));
        std::io::stdout().flush().unwrap();
    }
}

/// Lets a process append, kills it after `acknowledged` appends and a little later, and gives the
/// number of the last one that it spoke of.
fn killed(folder: &Path, acknowledged: usize, later: Duration) -> u32 {
    let test = "processes::a_killed_process_loses_no_acknowledged_fact_and_leaves_no_half";
    let mut child = again(test, folder, &[]).stdout(Stdio::piped()).spawn().unwrap();
    let said = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut said = said.map(Result::unwrap).filter_map(|line| {
        let (number, _) = line.strip_prefix("appended ")?.split_once(' ')?;
        number.parse().ok()
    });
    let mut last: Option<u32> = said.by_ref().take(acknowledged).last();
    thread::sleep(later);
    child.kill().unwrap();
    child.wait().unwrap();
    last = said.last().or(last);
    last.expect("it appended before it was killed")
}

#[test]
fn a_killed_process_loses_no_acknowledged_fact_and_leaves_no_half() {
    if let Some(folder) = child_folder() {
        append_for_ever(&folder);
    }
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("streams");
    let mut left = Vec::new();
    for round in 0..KILLS {
        let later = Duration::from_micros(u64::from(round * 977 % 4_000));
        let last = killed(&folder, usize::try_from(round % 3).unwrap() + 1, later);
        let bodies = bodies(&folder);
        let numbers = u32::try_from(bodies.len()).unwrap() / PARTS;
        assert!(numbers > last, "append {last} was acknowledged, and {numbers} are there");
        let all = (0..numbers).flat_map(|number| (0..PARTS).map(move |part| fact(part, number)));
        assert_eq!(bodies, all.collect::<Vec<_>>(), "round {round}");
        if round > 0 {
            let kept = fs::read(folder.join("custody.ndjson.torn")).unwrap();
            let is_kept = kept.windows(left.len()).any(|bytes| bytes == left);
            assert!(is_kept, "{}", String::from_utf8_lossy(&kept));
        }
        left = torn(&folder, round);
    }
}

/// What lies behind the last whole append: what the kill left, or else the beginning of a record
/// that is written there for the next process to find.
fn torn(folder: &Path, round: u32) -> Vec<u8> {
    let engine = FileStreams::new(folder);
    let path = engine.path(&custody());
    if let Some(torn) = engine.read(&custody()).unwrap().torn {
        let bytes = fs::read(path).unwrap();
        return bytes[bytes.len() - usize::try_from(torn.bytes).unwrap()..].to_vec();
    }
    let left = format!("{{\"round\":{round},");
    let mut file = OpenOptions::new().append(true).open(path).unwrap();
    file.write_all(left.as_bytes()).unwrap();
    left.into_bytes()
}
