//! Runs the fuzz targets: built with a nightly compiler and the flags that cargo-fuzz sets, so that
//! cargo-fuzz itself is not needed. What a run finds goes to a temporary folder, never to the tree.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command;
use crate::repository::Repository;

/// The targets of `fuzz/Cargo.toml`.
pub(crate) const TARGETS: [&str; 7] =
    ["custody", "device_filter", "event", "framing", "policy", "snapshot", "stream"];

/// What to run, and how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Seconds for each target.
    pub(crate) seconds: u64,
    /// The only target to run; all when `None`.
    pub(crate) only: Option<String>,
}

impl Default for Plan {
    fn default() -> Self {
        Self { seconds: 10, only: None }
    }
}

/// What cargo-fuzz passes to the compiler: coverage for libFuzzer, comparisons, address sanitizer.
const FLAGS: [&str; 9] = [
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
    "-Cdebug-assertions",
    "-Zsanitizer=address",
];

/// Longest input, in bytes: more finds nothing new in ten seconds.
const MAX_INPUT: &str = "-max_len=65536";

/// Memory that a run may take, in MiB: an input must not make the parser allocate without bound.
const MEMORY: &str = "-rss_limit_mb=2048";

/// Longest time for one input, in seconds.
const TIMEOUT: &str = "-timeout=10";

/// Runs the plan and says what was skipped; `false` is never given, a find is an error.
pub(crate) fn run(repository: &Repository, plan: &Plan) -> Result<bool, String> {
    for skip in smoke(repository, plan)? {
        println!("SKIPPED: {skip}");
    }
    Ok(true)
}

/// Builds and runs the targets; gives what could not be run here.
pub(crate) fn smoke(repository: &Repository, plan: &Plan) -> Result<Vec<String>, String> {
    if let Some(why) = cannot_run(repository) {
        return Ok(TARGETS.iter().map(|target| format!("fuzz target `{target}`: {why}")).collect());
    }
    let host = host(repository)?;
    let target_folder = repository.root.join("fuzz/target");
    let mut build = nightly(repository, &["build", "--release", "--locked"]);
    build.args(["--manifest-path", "fuzz/Cargo.toml", "--target", &host]);
    // cargo prefers the encoded form, which would hide these flags.
    build.env("RUSTFLAGS", FLAGS.join(" ")).env_remove("CARGO_ENCODED_RUSTFLAGS");
    command::run(build.env("CARGO_TARGET_DIR", &target_folder))?;
    let wanted = |target: &&&str| plan.only.as_ref().is_none_or(|only| only == **target);
    for target in TARGETS.iter().filter(wanted) {
        let binary = target_folder.join(&host).join("release").join(target);
        run_target(repository, &binary, target, plan.seconds)?;
    }
    Ok(Vec::new())
}

fn cannot_run(repository: &Repository) -> Option<&'static str> {
    if !cfg!(any(target_os = "linux", target_os = "macos")) {
        return Some("libFuzzer runs on Linux and macOS only");
    }
    if !command::works(&mut nightly(repository, &["--version"])) {
        return Some("no nightly compiler is installed (`rustup toolchain install nightly`)");
    }
    let compiler = command::works(&mut repository.command("c++", &["--version"]));
    if compiler { None } else { Some("no C++ compiler is installed, which libFuzzer needs") }
}

/// A cargo of the nightly toolchain, whatever toolchain runs this program.
fn nightly(repository: &Repository, arguments: &[&str]) -> Command {
    let mut command = repository.command("rustup", &["run", "nightly", "cargo"]);
    command.args(arguments);
    command
}

/// The platform of this machine, as the nightly compiler names it.
fn host(repository: &Repository) -> Result<String, String> {
    let arguments = ["run", "nightly", "rustc", "-vV"];
    let text = command::read(&mut repository.command("rustup", &arguments))?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(String::from).ok_or_else(|| "`rustc -vV` names no host".into())
}

fn run_target(
    repository: &Repository,
    binary: &Path,
    target: &str,
    seconds: u64,
) -> Result<(), String> {
    let finds = Finds::new(target)?;
    println!("fuzzing `{target}` for {seconds} s");
    let mut command = Command::new(binary);
    command.current_dir(&repository.root);
    // libFuzzer writes new inputs into the first folder that it is given and only reads the others.
    command.arg(finds.inputs()).arg(repository.root.join("fuzz/corpus").join(target));
    command.arg(format!("-max_total_time={seconds}"));
    command.arg(format!("-artifact_prefix={}/", finds.folder.display()));
    command.args([MAX_INPUT, MEMORY, TIMEOUT, "-verbosity=0", "-print_final_stats=1"]);
    match command::quiet(&mut command) {
        Ok(talk) => {
            talk.lines().filter(|line| line.starts_with("stat::")).for_each(|line| {
                println!("{line}");
            });
            finds.remove()
        }
        Err(why) => Err(format!("{why}; the input is in `{}`", finds.folder.display())),
    }
}

/// A folder of this run alone for what libFuzzer writes.
#[derive(Clone, Debug)]
struct Finds {
    folder: PathBuf,
}

impl Finds {
    fn new(target: &str) -> Result<Self, String> {
        let name = format!("halligan-fuzz-{target}-{}", std::process::id());
        let finds = Self { folder: std::env::temp_dir().join(name) };
        let made = fs::create_dir_all(finds.inputs());
        made.map_err(|error| format!("`{}`: {error}", finds.folder.display()))?;
        Ok(finds)
    }

    fn inputs(&self) -> PathBuf {
        self.folder.join("corpus")
    }

    fn remove(self) -> Result<(), String> {
        let removed = fs::remove_dir_all(&self.folder);
        removed.map_err(|error| format!("`{}`: {error}", self.folder.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_targets_are_those_of_the_manifest_and_each_has_a_corpus() {
        let root = Repository::here().root;
        let manifest = fs::read_to_string(root.join("fuzz/Cargo.toml")).unwrap();
        let manifest: toml::Table = manifest.parse().unwrap();
        let binaries = manifest["bin"].as_array().unwrap();
        let names: Vec<_> =
            binaries.iter().map(|binary| binary["name"].as_str().unwrap()).collect();
        assert_eq!(names, TARGETS);
        for target in TARGETS {
            let corpus = root.join("fuzz/corpus").join(target);
            assert!(fs::read_dir(corpus).unwrap().count() > 0, "{target}");
        }
    }

    #[test]
    fn a_run_leaves_no_folder_behind() {
        let finds = Finds::new("self-test").unwrap();
        let folder = finds.folder.clone();
        assert!(finds.inputs().is_dir());
        finds.remove().unwrap();
        assert!(!folder.exists());
    }
}
