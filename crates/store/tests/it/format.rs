//! The page on the format of streams is true: its example is what Halligan writes, and its script
//! says of it what Halligan says.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use halligan_core::stream::{
    APPEND_FACTS_MAX, Anchor, Body, FACT_BYTES_MAX, FACT_DEPTH_MAX, FACT_INTEGER_MAX, Head,
    LINE_BYTES_MAX, STREAM_NAME_BYTES_MAX, STREAM_RECORDS_MAX, StreamName,
};
use halligan_core::time::Timestamp;
use halligan_store::Streams as _;
use halligan_store::file::{FILE_BYTES_MAX, FOLDER_FILES_MAX, FileStreams, LOCK_WAIT};

const PAGE: &str = include_str!("../../../../docs/reference/stream-format.md");

/// What the page says of its example: two appends.
const APPENDS: [(&str, &[&str]); 2] = [
    ("2026-11-23T04:00:00Z", &["{\"key\":\"k-1\",\"kind\":\"hung\"}"]),
    (
        "2026-11-23T04:05:06.7Z",
        &[
            "{\"by\":\"p-2\",\"key\":\"k-1\",\"kind\":\"taken\"}",
            "{\"kind\":\"noted\",\"text\":\"the caf\u{e9}'s \\\"back door\\\"\"}",
        ],
    ),
];

/// The page's block of that language.
fn block(language: &str) -> String {
    let (_, behind) = PAGE.split_once(&format!("```{language}\n")).unwrap();
    behind.split_once("```").unwrap().0.into()
}

fn example() -> StreamName {
    "example".parse().unwrap()
}

/// The example in a folder, as Halligan writes it.
fn written(folder: &Path) -> (FileStreams, Head) {
    let engine = FileStreams::new(folder);
    let mut head = Head::empty(&example());
    for (now, facts) in APPENDS {
        let now: Timestamp = now.parse().unwrap();
        let facts = facts.iter().map(|fact| Body::parse(fact).unwrap()).collect();
        head = engine.append(&example(), &head, now, facts).unwrap().head;
    }
    (engine, head)
}

#[test]
fn the_example_is_what_is_written() {
    let home = tempfile::tempdir().unwrap();
    let (engine, head) = written(&home.path().join("streams"));
    let text = fs::read_to_string(engine.path(&example())).unwrap();
    assert_eq!(block("ndjson"), text);
    let anchor = Anchor { stream: example(), head };
    assert!(PAGE.contains(&format!("\n{anchor}\n")), "the page lacks `{anchor}`");
    assert_eq!(Head::empty(&example()).digest.to_string(), block("text").trim());
}

fn verify(script: &Path, file: &Path) -> Option<Output> {
    let run = |shell: &str| Command::new(shell).arg(script).arg("example").arg(file).output();
    if Command::new("sha256sum").arg("--version").output().is_err() {
        println!("skipped: no `sha256sum`");
        return None;
    }
    match run("sh") {
        Ok(output) => Some(output),
        Err(error) => {
            println!("skipped: no `sh`: {error}");
            None
        }
    }
}

#[test]
fn the_script_finds_what_halligan_finds() {
    let home = tempfile::tempdir().unwrap();
    let (engine, head) = written(&home.path().join("streams"));
    let script = home.path().join("verify.sh");
    fs::write(&script, block("sh")).unwrap();
    let file = engine.path(&example());
    let Some(output) = verify(&script, &file) else { return };
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(said, format!("example {head}\n"), "{}", String::from_utf8_lossy(&output.stderr));
    let text = fs::read_to_string(&file).unwrap();
    let second = text.find('\n').unwrap() + 1;
    for (place, position) in [(12, 1), (200, 1), (second + 70, 2), (text.len() - 4, 3)] {
        let mut changed = text.clone().into_bytes();
        changed[place] ^= 1;
        fs::write(&file, changed).unwrap();
        let output = verify(&script, &file).unwrap();
        assert!(!output.status.success());
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(said, format!("record {position} is not what was appended\n"));
        let error = engine.read(&example()).unwrap_err().to_string();
        assert!(error.contains(&format!("record {position}: ")), "{error}");
    }
}

#[test]
fn the_limits_are_those_of_the_code() {
    let number = |size: usize| u64::try_from(size).unwrap();
    let limits = [
        ("STREAM_NAME_BYTES_MAX", number(STREAM_NAME_BYTES_MAX)),
        ("FACT_BYTES_MAX", number(FACT_BYTES_MAX)),
        ("FACT_DEPTH_MAX", number(FACT_DEPTH_MAX)),
        ("FACT_INTEGER_MAX", FACT_INTEGER_MAX),
        ("LINE_BYTES_MAX", number(LINE_BYTES_MAX)),
        ("APPEND_FACTS_MAX", number(APPEND_FACTS_MAX)),
        ("STREAM_RECORDS_MAX", STREAM_RECORDS_MAX),
        ("FILE_BYTES_MAX", FILE_BYTES_MAX),
        ("FOLDER_FILES_MAX", number(FOLDER_FILES_MAX)),
        ("LOCK_WAIT", LOCK_WAIT.as_secs()),
    ];
    let rows = PAGE.lines().filter_map(|line| {
        let (name, says) = line.strip_prefix("| `")?.split_once("` | ")?;
        let value = says.split(' ').next()?.replace(',', "").parse().ok()?;
        Some((name, value))
    });
    assert_eq!(rows.collect::<Vec<(&str, u64)>>(), limits);
}
