//! The figures of the issue `Watch`: a made log through the released program, beside `wc -l` and
//! others, and every trap in it.

mod made;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use halligan_app::ingest::{Ingest, Place, TenantNames, WatchedTenant};
use halligan_core::id::UserId;
use halligan_core::time::Timestamp;
use halligan_core::watch::scan::Scan;
use halligan_core::watch::watched::{Subject, Watched};
use halligan_wire::event::framing::{Framing, Piece};

use super::measure::{children_cpu_ms, once, work};
use crate::repository::Repository;
use made::{ACCOUNT, GROUP, NAME, Planted, Random, identifiers, sign_in, write};

/// Bytes of the made log.
const LOG_BYTES: u64 = 500_000_000;
/// Bytes that are scanned or parsed within this process.
const PART_BYTES: usize = 64_000_000;
/// Starts of each program, over which its CPU time is averaged.
const STARTS: u32 = 20;
/// From the record of a changed policy to its proof, at most, in milliseconds.
const PROOF_MS_MAX: f64 = 50.0;
/// Memory of the program at most, whatever the size of the log.
const MEMORY_BYTES_MAX: u64 = 64_000_000;

/// Measures and prints; `false` when a `must` is missed.
pub(super) fn run(repository: &Repository) -> Result<bool, String> {
    crate::command::run(
        &mut repository.command("cargo", &["build", "--quiet", "--release", "-p", "halligan-cli"]),
    )?;
    let target = repository.target()?;
    let folder = target.join("bench");
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let log = folder.join("watch.ndjson");
    let (planted, lines) = make(&log)?;
    println!("{lines} records, {} planted, {} MB.\n", planted.len(), LOG_BYTES / 1_000_000);
    let program = target.join("release/halligan");
    let is_found = recall(&program, &log, &planted)?;
    let is_fast = streamed(&program, &log)?;
    let is_quick = within()?;
    std::fs::remove_file(&log).map_err(|error| error.to_string())?;
    Ok(is_found && is_fast && is_quick)
}

fn make(log: &Path) -> Result<(Vec<Planted>, u64), String> {
    let failed = |error: std::io::Error| format!("`{}`: {error}", log.display());
    let mut out = BufWriter::with_capacity(1 << 20, File::create(log).map_err(failed)?);
    let made = write(&mut out, LOG_BYTES, &mut Random::new(7)).map_err(failed)?;
    out.flush().map_err(failed)?;
    Ok(made)
}

/// The program's own arguments to watch the log.
fn arguments(log: &Path) -> Vec<String> {
    let mut arguments = vec!["watch".into(), "--once".into(), "--format".into(), "json".into()];
    arguments.extend(["--source".into(), format!("file:{}", log.display())]);
    arguments.extend(["--account".into(), format!("{ACCOUNT}={NAME}")]);
    arguments.extend(["--group".into(), GROUP.into()]);
    arguments
}

/// Holds what is told against what was planted.
fn recall(program: &Path, log: &Path, planted: &[Planted]) -> Result<bool, String> {
    let output = Command::new(program)
        .args(arguments(log))
        .output()
        .map_err(|error| format!("`{}`: {error}", program.display()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = |text: &str| {
        let told: serde_json::Value = serde_json::from_str(text).ok()?;
        told.get("line")?.as_u64()
    };
    let told: BTreeSet<u64> = text.lines().filter_map(line).collect();
    let must: Vec<&Planted> = planted.iter().filter(|one| one.must).collect();
    let missed: Vec<&&Planted> = must.iter().filter(|one| !told.contains(&one.line)).collect();
    let wanted: BTreeSet<u64> = must.iter().map(|one| one.line).collect();
    let surplus = told.difference(&wanted).count();
    println!("| what was planted | records | told |");
    println!("|---|---:|---:|");
    let mut names: Vec<&str> = planted.iter().map(|one| one.name).collect();
    names.dedup();
    let names: BTreeSet<&str> = names.into_iter().collect();
    for name in names {
        let of: Vec<&Planted> = planted.iter().filter(|one| one.name == name).collect();
        let found = of.iter().filter(|one| told.contains(&one.line)).count();
        println!("| {name} | {} | {found} |", of.len());
    }
    let is_met = missed.is_empty() && surplus == 0;
    let word = if is_met { "met" } else { "**missed**" };
    println!("\nAll that must be told and nothing else (must): {word}.\n");
    Ok(is_met)
}

/// Runs programs over the log, each by itself: MB per CPU second.
fn streamed(program: &Path, log: &Path) -> Result<bool, String> {
    let path = log.display().to_string();
    let program = program.display().to_string();
    let needle = format!("{ACCOUNT}|{NAME}");
    let mut rows: Vec<(&str, &str, Vec<String>)> = vec![
        ("`wc -l`", "wc", vec!["-l".into(), path.clone()]),
        ("`halligan watch`, two identifiers", &program, arguments(log)),
        ("`grep -ci` of the id", "grep", vec!["-ci".into(), ACCOUNT.into(), path.clone()]),
        (
            "`rg -ciF` of id and name",
            "rg",
            ["-ciF", "-e", ACCOUNT, "-e", NAME, &path].map(String::from).to_vec(),
        ),
    ];
    let filter = format!("select((.properties.userId//\"\")|test(\"{needle}\"))|1");
    rows.push(("`jq` of the id", "jq", vec!["-c".into(), filter, path.clone()]));
    let query = format!(
        "import duckdb; print(duckdb.sql(\"set threads to 1; select count(*) from \
         read_ndjson('{path}', columns={{'properties': 'STRUCT(userId VARCHAR)'}}) \
         where properties.userId ilike '{ACCOUNT}'\"))"
    );
    rows.push(("DuckDB of the id (from Python)", "python3", vec!["-c".into(), query]));
    println!("| streamed from the page cache, a process each | MB per CPU second | of `wc -l` |");
    println!("|---|---:|---:|");
    let (mut baseline, mut ours) = (None, None);
    for (name, command, arguments) in &rows {
        let Some(cpu_ms) = cpu_ms(command, arguments) else {
            println!("| {name} | not measured: no such program | |");
            continue;
        };
        let speed = LOG_BYTES as f64 / 1e3 / cpu_ms;
        let base = *baseline.get_or_insert(speed);
        if name.starts_with("`halligan") {
            ours = Some(speed / base);
        }
        println!("| {name} | {speed:.0} | {:.2} |", speed / base);
    }
    let (found, sample) = once(|| typed(log));
    let speed = LOG_BYTES as f64 / 1e3 / sample.decisive_ms();
    let ratio = baseline.map_or(0.0, |base| speed / base);
    let found = found.map_err(|error| format!("`{}`: {error}", log.display()))?;
    println!("| `serde_json` into a type, {found} of the id | {speed:.0} | {ratio:.2} |");
    let is_fast = ours.is_some_and(|ratio| ratio >= 0.6);
    let word = if is_fast { "met" } else { "**missed**" };
    println!("\nStreamed at 0.6 of `wc -l` or faster (must): {word}.");
    let peak = peak_of(&program, &arguments(log));
    let is_small = peak.is_none_or(|peak| peak < MEMORY_BYTES_MAX);
    let word = if is_small { "met" } else { "**missed**" };
    let peak = peak.map_or_else(|| "not told".into(), |peak| format!("{} MB", peak / 1_000_000));
    println!("Peak memory: {peak} (must: under 64 MB): {word}.\n");
    Ok(is_fast && is_small)
}

/// What everybody would write first: each line into a type, and the id compared.
fn typed(log: &Path) -> std::io::Result<usize> {
    #[derive(serde::Deserialize)]
    struct Record<'a> {
        #[serde(borrow, default)]
        properties: Properties<'a>,
    }
    #[derive(Default, serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Properties<'a> {
        #[serde(borrow, default)]
        user_id: Option<Cow<'a, str>>,
    }
    let (mut reader, mut line) = (BufReader::with_capacity(1 << 18, File::open(log)?), Vec::new());
    let mut found = 0;
    while reader.read_until(b'\n', &mut line)? > 0 {
        let record: Result<Record<'_>, _> = serde_json::from_slice(&line);
        let id = record.ok().and_then(|one| one.properties.user_id);
        found += usize::from(id.is_some_and(|id| id.eq_ignore_ascii_case(ACCOUNT)));
        line.clear();
    }
    Ok(found)
}

/// CPU time of a program, over a few starts: the kernel counts it in hundredths of a second.
/// `None` where there is no such program, or where it fails. Those that take seconds are started
/// once.
fn cpu_ms(program: &str, arguments: &[String]) -> Option<f64> {
    let starts = if ["jq", "python3"].contains(&program) { 1 } else { STARTS };
    let before = children_cpu_ms()?;
    for _ in 0..starts {
        // What is printed goes through a pipe: some programs stop at once where nobody reads.
        let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().ok()?;
        // `halligan` and `jq` say by their code whether they found something.
        if program == "python3" && !output.status.success() {
            return None;
        }
    }
    Some((children_cpu_ms()? - before).max(1.0) / f64::from(starts))
}

/// The most memory that a program held, looked at while it runs.
fn peak_of(program: &str, arguments: &[String]) -> Option<u64> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().ok()?;
    let mut peak = None;
    while let Ok(None) = child.try_wait() {
        peak = super::read::peak_bytes(child.id()).or(peak);
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    peak
}

/// What happens within one process: many identifiers, a flood, and from a record to its detection.
fn within() -> Result<bool, String> {
    let mut random = Random::new(11);
    let mut text = Vec::new();
    write(&mut text, PART_BYTES as u64, &mut random).map_err(|error| error.to_string())?;
    let records: Vec<&[u8]> =
        text.split(|byte| *byte == b'\n').filter(|one| !one.is_empty()).collect();
    let size: usize = records.iter().map(|one| one.len()).sum();
    println!("| within one process | figure | goal | result |");
    println!("|---|---:|---|---|");
    let scanned = |watched: &Watched| {
        let scan = Scan::new([watched]);
        let sample = work(|| records.iter().filter(|one| scan.reason(one).is_some()).count());
        size as f64 / 1e3 / sample.decisive_ms()
    };
    let few = scanned(&watched([(ACCOUNT.into(), NAME.into())]));
    println!("| scan, two identifiers | {few:.0} MB/s | | |");
    let many = scanned(&watched(identifiers(1_000, &mut random)));
    let word = if many >= few / 2.0 { "met" } else { "missed" };
    let aim = "aim: half of that";
    println!("| scan, 10,000 identifiers of 1,000 tenants | {many:.0} MB/s | {aim} | {word} |");

    let flood: Vec<String> = (0..PART_BYTES / 6_000)
        .map(|_| sign_in(&mut random, "SignInLogs", ACCOUNT, NAME, 50126))
        .collect();
    let size: usize = flood.iter().map(String::len).sum();
    let sample = work(|| {
        let mut ingest = ingest();
        flood.iter().map(|one| take(&mut ingest, one.as_bytes())).sum::<usize>()
    });
    let speed = size as f64 / 1e3 / sample.decisive_ms();
    let is_met = speed >= 800.0;
    let word = if is_met { "met" } else { "**missed**" };
    println!(
        "| a flood on one account, all of it told | {speed:.0} MB/s | must: 800 MB/s | {word} |"
    );

    let mut times: Vec<f64> = Vec::new();
    let mut ingest = ingest();
    for one in flood.iter().take(5_000) {
        let begun = Instant::now();
        take(&mut ingest, one.as_bytes());
        times.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    let p99 = times.get(times.len() * 99 / 100).copied().unwrap_or(f64::INFINITY);
    let is_quick = p99 < 5.0;
    let word = if is_quick { "met" } else { "**missed**" };
    println!("| from a record to its detection, 99 of 100 | {p99:.3} ms | must: 5 ms | {word} |");
    let proved = proved_ms()?;
    let is_proved = proved < PROOF_MS_MAX;
    let word = if is_proved { "met" } else { "**missed**" };
    println!(
        "| from a saved policy to its proof, 250 policies beside it | {proved:.1} ms | must: \
         {PROOF_MS_MAX} ms | {word} |\n"
    );
    Ok(is_met && is_quick && is_proved)
}

/// From the record of a policy that locks everybody out to what it does, the least of nine: the
/// whole way of a record, in a tenant of 250 policies.
fn proved_ms() -> Result<f64, String> {
    let (register, snapshot) = super::foundation::tenant()?;
    let policy = r#"{"id":"00000000-0000-4000-8000-00000000b10c","displayName":"Block",
        "state":"enabled","conditions":{"users":{"includeUsers":["All"]},
        "applications":{"includeApplications":["All"]},"clientAppTypes":["all"]},
        "grantControls":{"operator":"OR","builtInControls":["block"]}}"#;
    let record = serde_json::json!({
        "category": "AuditLogs",
        "properties": {
            "id": "x", "activityDisplayName": "Add conditional access policy",
            "category": "Policy", "result": "success", "loggedByService": "Conditional Access",
            "targetResources": [{ "type": "Policy", "modifiedProperties": [
                { "displayName": "ConditionalAccessPolicy", "newValue": policy }
            ]}],
        },
    });
    let record = record.to_string();
    let mut least = f64::INFINITY;
    for _ in 0..9 {
        let tenant = WatchedTenant::of(&register, Some(&snapshot));
        let mut ingest = Ingest::new(vec![tenant]);
        let place = Place { source: "made".into(), line: None, offset: None };
        let (taken, sample) =
            once(|| ingest.message(record.as_bytes(), &place, Timestamp::UNIX_EPOCH));
        let is_proved = taken.detected.iter().any(|one| one.proof.is_some());
        if !is_proved {
            return Err("a saved policy was not proved".into());
        }
        least = least.min(sample.decisive_ms());
    }
    Ok(least)
}

fn watched(all: impl IntoIterator<Item = (String, String)>) -> Watched {
    let mut watched = Watched::default();
    for (id, name) in all {
        let Ok(user) = id.parse() else { continue };
        let subject = Subject::Account(UserId(user));
        watched.watch_id(&id, &subject);
        watched.watch_name(&name, &subject);
    }
    watched
}

fn ingest() -> Ingest {
    let names = TenantNames { code_name: "made".into(), ..TenantNames::default() };
    let watched = watched([(ACCOUNT.into(), NAME.into())]);
    Ingest::new(vec![WatchedTenant { names, watched, standing: None }])
}

/// Gives a line to the whole way that a file takes; how many detections there were.
fn take(ingest: &mut Ingest, line: &[u8]) -> usize {
    let source: Arc<str> = "made".into();
    let mut count = 0;
    let mut taken = |piece: Piece<'_>| {
        let place = Place { source: source.clone(), line: Some(piece.line), offset: None };
        count += ingest.message(piece.bytes, &place, Timestamp::UNIX_EPOCH).detected.len();
    };
    let mut framing = Framing::default();
    framing.push(line, &mut taken);
    framing.end(&mut taken);
    count
}
