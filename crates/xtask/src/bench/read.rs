//! How a large tenant and many small ones are read: requests, peak memory, wall time.
//!
//! The twin runs in this process and keeps the documented limits; what reads it is the released
//! program in a process of its own, so that its memory is its own.

use std::collections::BTreeMap;
use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use halligan_app::estate::{Consent, EstateTenant, SimulatedEstate};
use halligan_app::live::{LiveError, read_with};
use halligan_app::simulated::{Exchange, Origin, Simulated, Size, Throttling, TwinOptions};
use halligan_core::tenant::{Gap, GapReason, Snapshot};
use tokio::task::{JoinSet, LocalSet};

use crate::command;
use crate::repository::Repository;

/// The large tenant.
const SIZE: Size = Size { policies: 250, groups: 2_000, role_holders: 500, users: 100_000 };
/// The seed of that tenant and of the estate: any, and always the same.
const SEED: u64 = 1;
/// Peak memory of the reader, in bytes: must be less.
const MEMORY_MAX: u64 = 100 * 1024 * 1024;
/// Wall time may be this many times what the limits alone impose.
const WALL_FACTOR: f64 = 1.3;
/// Small tenants, and the time for all of them.
const TENANTS: usize = 1_000;
const TENANTS_MAX: Duration = Duration::from_secs(60);
/// Limits far below the directory's: part of an operation's path, the requests that it answers in a
/// window, and the seconds of the window.
///
/// Source: <https://learn.microsoft.com/graph/throttling-limits>.
const SMALL_LIMITS: [(&str, u64, u64); 2] =
    [("/conditionalAccess/", 1, 1), ("/authentication/methods", 5, 10)];
/// The same for requests that select `signInActivity`.
const ACTIVITY_LIMIT: (u64, u64) = (10, 60);
/// How often the reader's memory is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// Small tenants that are read at a time.
const AT_A_TIME: usize = 16;

/// Measures and prints; `false` when a `must` is missed.
pub(super) fn run(repository: &Repository) -> Result<bool, String> {
    let binary = build(repository)?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    let large = runtime.block_on(large(&binary))?;
    drop(runtime);
    Ok(run_small()? && large)
}

/// Measures the small tenants alone.
pub(super) fn run_small() -> Result<bool, String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    // One thread reads, and the twin answers on the others.
    runtime.block_on(LocalSet::new().run_until(small()))
}

fn build(repository: &Repository) -> Result<String, String> {
    let arguments = ["build", "--quiet", "--release", "-p", "halligan-cli"];
    command::run(&mut repository.command("cargo", &arguments))?;
    let binary = repository.target()?.join(format!("release/halligan{EXE_SUFFIX}"));
    Ok(binary.to_string_lossy().into_owned())
}

/// Reads the large tenant with the released program.
async fn large(binary: &str) -> Result<bool, String> {
    let options = TwinOptions { record: true, ..TwinOptions::default() };
    let started = Simulated::start(&Origin::Seed(SEED, SIZE), options).await;
    let tenant = started.map_err(|error| error.to_string())?;
    let folder = std::env::temp_dir().join(format!("halligan-bench-{}", std::process::id()));
    let register = tenant.write(&folder).map_err(|error| error.to_string())?;
    let output = folder.join("snapshot.json");
    let mut reader = Command::new(binary);
    reader.arg("snapshot").arg("--register").arg(&register).arg("--output").arg(&output);
    reader.stdout(Stdio::null()).stderr(Stdio::null());
    let began = Instant::now();
    let ended = tokio::task::spawn_blocking(move || watched(reader)).await;
    let wall = began.elapsed();
    let (status, memory) = ended.map_err(|error| error.to_string())??;
    let bytes = fs::metadata(&output).map_or(0, |found| found.len());
    let missing = missing(&output)?;
    let _ = fs::remove_dir_all(&folder);
    let exchanges = tenant.running().exchanges();
    let requests = exchanges.iter().filter(|exchange| !exchange.is_part).count();
    let parts = exchanges.len() - requests;
    let mut by_operation: BTreeMap<String, usize> = BTreeMap::new();
    for exchange in &exchanges {
        let name = exchange.operation.map_or_else(|| exchange.path.clone(), String::from);
        *by_operation.entry(name).or_default() += 1;
    }
    let least = imposed_seconds(&exchanges);
    tenant.stop().await;
    println!("## 100,000 users, 250 policies, 2,000 groups, 500 role holders\n");
    println!(
        "{requests} requests, {parts} parts in batches, snapshot of {bytes} bytes, {status}\n"
    );
    println!("| operation | times |\n|---|---:|");
    by_operation.iter().for_each(|(name, count)| println!("| `{name}` | {count} |"));
    let is_quick = wall.as_secs_f64() <= least as f64 * WALL_FACTOR;
    let is_small = memory.is_some_and(|bytes| bytes < MEMORY_MAX);
    let is_whole = status.success() && missing.is_empty();
    let told = memory.map_or("not told here".into(), |bytes| format!("{} MiB", bytes >> 20));
    println!("\n| figure | goal | measured | result |\n|---|---|---:|---|");
    println!("| peak memory of the reader | must: under 100 MiB | {told} | {} |", word(is_small));
    println!(
        "| wall time | must: under {WALL_FACTOR} × the {least} s that the limits impose | {:.1} s \
         | {} |",
        wall.as_secs_f64(),
        word(is_quick)
    );
    println!(
        "| parts that should be there | must: all | {} missing | {} |",
        missing.len(),
        word(is_whole)
    );
    missing.iter().take(5).for_each(|gap| println!("\n{gap}"));
    Ok(is_quick && is_small && is_whole)
}

/// What a snapshot lacks beside that for which the tenant has no licence.
fn missing(path: &Path) -> Result<Vec<String>, String> {
    let snapshot = halligan_app::snapshot_file::load(path).map_err(|error| error.to_string())?;
    Ok(gaps(&snapshot))
}

/// Permissions that the least privileged watcher goes without.
const WITHOUT: [&str; 2] = ["DelegatedAdminRelationship.Read.All", "Directory.Read.All"];

/// What a snapshot lacks beside that, and beside what a licence or the estate leaves out.
fn beyond_consent(snapshot: &Snapshot) -> Vec<String> {
    let is_meant = |gap: &&&Gap| match &gap.reason {
        GapReason::MissingLicence { .. } | GapReason::NotInSource => true,
        GapReason::MissingPermission { permission } => WITHOUT.contains(&permission.as_str()),
        GapReason::Failed { .. } => false,
    };
    snapshot.gaps().iter().filter(|gap| !is_meant(gap)).map(ToString::to_string).collect()
}

fn gaps(snapshot: &Snapshot) -> Vec<String> {
    let is_licence = |gap: &&&Gap| matches!(gap.reason, GapReason::MissingLicence { .. });
    let gaps = snapshot.gaps();
    gaps.iter().filter(|gap| !is_licence(gap)).map(ToString::to_string).collect()
}

/// The time that the documented limits impose on the requests that were answered: each limit lets
/// through so many at once, and the next ones a window later.
fn imposed_seconds(exchanges: &[Exchange]) -> u64 {
    let answered = || exchanges.iter().filter(|one| one.status == 200);
    let imposed = |count: usize, most: u64, seconds: u64| {
        (count as u64).div_ceil(most).saturating_sub(1) * seconds
    };
    let by_path = SMALL_LIMITS.map(|(part, most, seconds)| {
        let named = |one: &&Exchange| one.operation.is_some_and(|name| name.contains(part));
        imposed(answered().filter(named).count(), most, seconds)
    });
    let selects = |one: &&Exchange| one.query.contains("signInActivity");
    let (most, seconds) = ACTIVITY_LIMIT;
    let activity = imposed(answered().filter(selects).count(), most, seconds);
    by_path.into_iter().chain([activity, 1]).max().unwrap_or(1)
}

/// Reads every tenant of an estate, without limits, in this process.
async fn small() -> Result<bool, String> {
    let options = TwinOptions { throttling: Throttling::Off, ..TwinOptions::default() };
    let now = halligan_app::clock::now();
    let started = SimulatedEstate::start(TENANTS, SEED, now, options).await;
    let estate = started.map_err(|error| error.to_string())?;
    let began = Instant::now();
    let mut running = JoinSet::new();
    let mut outcomes = Outcomes::default();
    for number in 0..TENANTS {
        while running.len() >= AT_A_TIME {
            outcomes.count(running.join_next().await);
        }
        let (Some(tenant), Some(register)) =
            (estate.estate().tenant(number), estate.register(number))
        else {
            return Err(format!("tenant {number} of the estate is not there"));
        };
        let mut options = estate.client_options(&tenant).map_err(|error| error.to_string())?;
        options.pace.conditional_access_gap = Duration::ZERO;
        running.spawn_local(async move {
            let read = read_with(options, &register, &()).await;
            (tenant, read.map(|snapshot| beyond_consent(&snapshot)))
        });
    }
    while let Some(done) = running.join_next().await {
        outcomes.count(Some(done));
    }
    let wall = began.elapsed();
    estate.stop().await;
    let Outcomes { whole, in_part, refused, wrong } = outcomes;
    let is_met = wall < TENANTS_MAX && wrong.is_empty() && whole > TENANTS / 2;
    println!(
        "| {TENANTS} small tenants: {whole} read whole, {in_part} as far as was consented, \
         {refused} that let nobody in, {} otherwise | must: under 60 s | {:.1} s | {} |",
        wrong.len(),
        wall.as_secs_f64(),
        word(is_met)
    );
    wrong.iter().take(5).for_each(|what| println!("\n{what}"));
    Ok(is_met)
}

/// What became of the small tenants.
#[derive(Default)]
struct Outcomes {
    whole: usize,
    in_part: usize,
    refused: usize,
    /// What went otherwise than the tenant's consent says, in words.
    wrong: Vec<String>,
}

/// A tenant, and what its snapshot lacks.
type Done = (EstateTenant, Result<Vec<String>, LiveError>);

impl Outcomes {
    fn count(&mut self, done: Option<Result<Done, tokio::task::JoinError>>) {
        let (tenant, read) = match done {
            Some(Ok(done)) => done,
            Some(Err(error)) => return self.wrong.push(error.to_string()),
            None => return,
        };
        match (tenant.consent, read) {
            (Consent::Granted, Ok(gaps)) if gaps.is_empty() => self.whole += 1,
            (Consent::Partial | Consent::None, Ok(gaps)) if !gaps.is_empty() => self.in_part += 1,
            (Consent::NotRegistered, Err(LiveError::Service(_))) => {
                self.refused += 1;
            }
            (consent, Ok(gaps)) => self.wrong.push(format!(
                "{}, {}: {} gaps: {}",
                tenant.id,
                consent.as_str(),
                gaps.len(),
                gaps.first().map_or("", String::as_str)
            )),
            (consent, Err(error)) => {
                self.wrong.push(format!("{}, {}: {error}", tenant.id, consent.as_str()));
            }
        }
    }
}

fn word(is_met: bool) -> &'static str {
    if is_met { "met" } else { "**missed**" }
}

/// Runs a program to its end, and tells the most memory that it held; `None` where the system does
/// not tell.
fn watched(mut program: Command) -> Result<(ExitStatus, Option<u64>), String> {
    let mut child = program.spawn().map_err(|error| error.to_string())?;
    let mut peak = None;
    loop {
        peak = peak.max(peak_bytes(child.id()));
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            return Ok((status, peak));
        }
        thread::sleep(LOOK_AGAIN);
    }
}

/// `VmHWM` of a process: the most that it ever held, as long as it runs.
pub(super) fn peak_bytes(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(operation: &'static str, query: &str, status: u16) -> Exchange {
        Exchange {
            method: "GET".into(),
            version: None,
            path: String::new(),
            query: query.into(),
            headers: Vec::new(),
            body: String::new(),
            operation: Some(operation),
            is_part: false,
            status,
            answer: String::new(),
        }
    }

    #[test]
    fn the_slowest_limit_is_what_is_imposed() {
        let methods = "/users/{user-id}/authentication/methods";
        let of = |count: usize, one: &Exchange| vec![one.clone(); count];
        assert_eq!(imposed_seconds(&[]), 1);
        assert_eq!(imposed_seconds(&of(4, &exchange("/x/conditionalAccess/y", "", 200))), 3);
        assert_eq!(imposed_seconds(&of(11, &exchange(methods, "", 200))), 20);
        assert_eq!(imposed_seconds(&of(11, &exchange(methods, "", 429))), 1);
        let activity = exchange("/users", "$select=id,signInActivity", 200);
        assert_eq!(imposed_seconds(&of(21, &activity)), 120);
    }

    #[test]
    fn a_program_is_watched_to_its_end() {
        let mut program = Command::new("sleep");
        program.arg("0.2");
        let (status, peak) = watched(program).unwrap();
        assert!(status.success());
        assert!(peak.is_none_or(|bytes| bytes > 100_000), "{peak:?}");
    }
}
