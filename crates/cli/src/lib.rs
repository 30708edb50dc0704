//! `halligan`: emergency access to a Microsoft 365 / Entra tenant.
//!
//! Commands parse their arguments, ask `halligan-app` for the work, and print: data on standard
//! output, talk on standard error, and an exit code that says how it came out. The binary is
//! [`run`]; [`command_line`] is what completions, man pages and the reference are made from.

mod commands;
mod exit;
mod failure;
mod interrupt;
mod progress;
mod terminal;
mod view;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};

use commands::Arguments;

/// Does what the command line of this process says.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return not_parsed(&error),
    };
    interrupt::listen();
    match commands::run(arguments) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            failure.print();
            failure.exit().into()
        }
    }
}

/// The command line: every command, option and text.
pub fn command_line() -> clap::Command {
    Arguments::command()
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
