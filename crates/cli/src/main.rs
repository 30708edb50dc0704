//! The binary `halligan`.

use std::process::ExitCode;

fn main() -> ExitCode {
    halligan_cli::run()
}
