//! `halligan`: emergency access to a Microsoft 365 / Entra tenant.
//!
//! Commands parse their arguments, ask `halligan-app` for the work, and print: data on standard
//! output, talk on standard error, and an exit code that says how it came out.

mod commands;
mod exit;
mod failure;
mod progress;
mod terminal;
mod view;

use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;

use commands::Arguments;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return not_parsed(&error),
    };
    match commands::run(arguments) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            failure.print();
            failure.exit().into()
        }
    }
}

/// Prints what clap says: help and version on standard output, usage errors on standard error.
fn not_parsed(error: &clap::Error) -> ExitCode {
    // A closed pipe is no error worth a word.
    let _ = error.print();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => exit::Exit::Holds.into(),
        _ => exit::Exit::Usage.into(),
    }
}
