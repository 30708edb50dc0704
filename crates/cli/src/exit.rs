//! Exit codes, the same for every command.

use std::process::ExitCode;

use halligan_core::report::Verdict;

/// How a command came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It holds, or it was done.
    Holds = 0,
    /// It could not be done.
    Failure = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// Something was found.
    Finding = 3,
    /// It cannot be decided with what could be read.
    Undecided = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl From<Verdict> for Exit {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Holds => Self::Holds,
            Verdict::Undecided => Self::Undecided,
            Verdict::Fails => Self::Finding,
        }
    }
}

/// What `--help` says about them.
pub(crate) const HELP: &str = "\
Exit codes:
  0  it holds, or it was done
  1  it could not be done
  2  the command line makes no sense
  3  something was found
  4  it cannot be decided with what could be read";
