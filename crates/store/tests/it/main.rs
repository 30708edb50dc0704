//! The engine `file` from outside: several processes, `kill -9`, full and read-only disks, and the
//! documented format.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests fail by panicking, and say aloud what they skip"
)]

mod format;
mod processes;
#[cfg(unix)]
mod refused;

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use halligan_core::stream::{Body, StreamName};
use halligan_core::time::Timestamp;
use halligan_store::file::FileStreams;
use halligan_store::{Appended, StoreError, Streams as _};

/// What tells a test that it is the other process of one, and where its store is.
const FOLDER: &str = "HALLIGAN_STORE_TEST_FOLDER";

/// The store of the process that a test has started, when this is that process.
fn child_folder() -> Option<PathBuf> {
    env::var_os(FOLDER).map(PathBuf::from)
}

/// What starts `test` of this program in another process, behind the words of `wrapper`.
fn again(test: &str, folder: &Path, wrapper: &[&str]) -> Command {
    let mut words: Vec<OsString> = wrapper.iter().map(OsString::from).collect();
    words.push(env::current_exe().unwrap().into());
    words.extend(["--exact", test, "--nocapture"].map(OsString::from));
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).env(FOLDER, folder);
    command
}

fn custody() -> StreamName {
    "custody".parse().unwrap()
}

fn now() -> Timestamp {
    "2026-11-23T04:00:00Z".parse().unwrap()
}

/// Appends to what is there, once.
fn append(engine: &FileStreams, facts: Vec<Body>) -> Result<Appended, StoreError> {
    let head = engine.head(&custody())?;
    engine.append(&custody(), &head, now(), facts)
}
