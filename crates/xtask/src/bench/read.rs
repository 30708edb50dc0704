//! How a large tenant and many small ones are read: requests, peak memory, wall time.
//!
//! The twin runs in this process and keeps the documented limits; what reads it is the released
//! program in a process of its own, so that its memory is its own.

use std::collections::BTreeMap;
use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use halligan_app::estate::SimulatedEstate;
use halligan_app::live::read_with;
use halligan_app::simulated::{Origin, Simulated, Size, Throttling, TwinOptions};
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
/// How often the reader's memory is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// Small tenants that are read at a time.
const AT_A_TIME: usize = 16;

/// Measures and prints; `false` when a `must` is missed.
pub(super) fn run(repository: &Repository) -> Result<bool, String> {
    let binary = build(repository)?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    let large = runtime.block_on(large(&binary))?;
    // One thread reads, and the twin answers on the others.
    let small = runtime.block_on(LocalSet::new().run_until(small()))?;
    Ok(large && small)
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
    let _ = fs::remove_dir_all(&folder);
    let exchanges = tenant.running().exchanges();
    let requests = exchanges.iter().filter(|exchange| !exchange.is_part).count();
    let parts = exchanges.len() - requests;
    let mut by_operation: BTreeMap<String, usize> = BTreeMap::new();
    for exchange in &exchanges {
        let name = exchange.operation.map_or_else(|| exchange.path.clone(), String::from);
        *by_operation.entry(name).or_default() += 1;
    }
    let access = by_operation.iter().filter(|(name, _)| name.contains("/conditionalAccess/"));
    let budget = Duration::from_secs(access.map(|(_, count)| *count as u64).sum());
    tenant.stop().await;
    println!("## 100,000 users, 250 policies, 2,000 groups, 500 role holders\n");
    println!(
        "{requests} requests, {parts} parts in batches, snapshot of {bytes} bytes, {status}\n"
    );
    println!("| operation | times |\n|---|---:|");
    by_operation.iter().for_each(|(name, count)| println!("| `{name}` | {count} |"));
    let least = budget.as_secs_f64().max(1.0);
    let is_quick = wall.as_secs_f64() <= least * WALL_FACTOR;
    let is_small = memory.is_none_or(|bytes| bytes < MEMORY_MAX);
    let told = memory.map_or("not told here".into(), |bytes| format!("{} MiB", bytes >> 20));
    println!("\n| figure | goal | measured | result |\n|---|---|---:|---|");
    println!("| peak memory of the reader | must: under 100 MiB | {told} | {} |", word(is_small));
    println!(
        "| wall time | must: under {WALL_FACTOR} × the limits' own {least:.0} s | {:.1} s | {} |",
        wall.as_secs_f64(),
        word(is_quick)
    );
    Ok(is_quick && is_small && bytes > 0)
}

/// Reads every tenant of an estate, without limits, in this process.
async fn small() -> Result<bool, String> {
    let options = TwinOptions { throttling: Throttling::Off, ..TwinOptions::default() };
    let now = halligan_app::clock::now();
    let started = SimulatedEstate::start(TENANTS, SEED, now, options).await;
    let estate = started.map_err(|error| error.to_string())?;
    let began = Instant::now();
    let mut running = JoinSet::new();
    let (mut read, mut refused) = (0, 0);
    for number in 0..TENANTS {
        while running.len() >= AT_A_TIME {
            count(running.join_next().await, &mut read, &mut refused);
        }
        let (Some(tenant), Some(register)) =
            (estate.estate().tenant(number), estate.register(number))
        else {
            return Err(format!("tenant {number} of the estate is not there"));
        };
        let mut options = estate.client_options(&tenant).map_err(|error| error.to_string())?;
        options.pace.conditional_access_gap = Duration::ZERO;
        running.spawn_local(async move { read_with(options, &register, &()).await.is_ok() });
    }
    while let Some(done) = running.join_next().await {
        count(Some(done), &mut read, &mut refused);
    }
    let wall = began.elapsed();
    estate.stop().await;
    let is_quick = wall < TENANTS_MAX;
    println!(
        "| {TENANTS} small tenants: {read} read, {refused} not consented | must: under 60 s | \
         {:.1} s | {} |",
        wall.as_secs_f64(),
        word(is_quick)
    );
    Ok(is_quick && read > refused)
}

fn count(done: Option<Result<bool, tokio::task::JoinError>>, read: &mut usize, not: &mut usize) {
    match done {
        Some(Ok(true)) => *read += 1,
        Some(_) => *not += 1,
        None => {}
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
fn peak_bytes(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_watched_to_its_end() {
        let mut program = Command::new("sleep");
        program.arg("0.2");
        let (status, peak) = watched(program).unwrap();
        assert!(status.success());
        assert!(peak.is_none_or(|bytes| bytes > 100_000), "{peak:?}");
    }
}
