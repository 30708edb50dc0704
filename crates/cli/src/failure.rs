//! Why a command ends without having done its work: `error:` lines, each with its `hint:`.

use std::fmt::Display;

use halligan_app::access::AccessError;
use halligan_app::assess::AssessError;
use halligan_app::config::LoadError;
use halligan_app::custody::{CustodyError, KeyError, Standing};
use halligan_app::estate::SimulatedEstateError;
use halligan_app::files::FileError;
use halligan_app::folder::FolderError;
use halligan_app::init::DraftError;
use halligan_app::live::LiveError;
use halligan_app::notify::{Hindrance, NotifyError, hindered_by, otherwise_hindered};
use halligan_app::prove::ProveError;
use halligan_app::prove::change::ChangeError;
use halligan_app::serve::StoreError;
use halligan_app::simulated::SimulatedError;
use halligan_app::snapshot_file::SnapshotFileError;

use crate::exit::Exit;
use crate::terminal::{say_error, say_hint};

/// Why a command ends without having done its work.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    exit: Exit,
    /// Errors, each with its hint.
    lines: Vec<(String, Option<String>)>,
    /// What it keeps from running; `None` where the person ended it.
    hindrance: Option<Hindrance>,
}

impl Failure {
    /// A failure that may pass, or that something else must mend.
    pub(crate) fn new(what: impl Display, hint: Option<String>) -> Self {
        Self::of(Exit::Failure, vec![(what.to_string(), hint)])
    }

    /// A command line that makes no sense.
    pub(crate) fn usage(what: impl Display, hint: &str) -> Self {
        Self::of(Exit::Usage, vec![(what.to_string(), Some(hint.into()))])
    }

    /// Something that must not be.
    pub(crate) fn refused(what: impl Display, hint: &str) -> Self {
        Self::of(Exit::Finding, vec![(what.to_string(), Some(hint.into()))])
    }

    /// Something that cannot be told with what could be read.
    pub(crate) fn undecided(what: impl Display, hint: Option<String>) -> Self {
        Self::of(Exit::Undecided, vec![(what.to_string(), hint)])
    }

    /// Whether the command line or a file has to be changed before trying again makes sense.
    pub(crate) fn is_usage(&self) -> bool {
        self.exit == Exit::Usage
    }

    /// The first thing that is wrong, in one line.
    pub(crate) fn first(&self) -> &str {
        self.lines.first().map_or("", |(what, _)| what)
    }

    /// What custody says to a command.
    pub(crate) fn standing(standing: Standing, what: impl Display, hint: Option<String>) -> Self {
        let exit = match standing {
            Standing::Refused => Exit::Finding,
            Standing::Undecided => Exit::Undecided,
            Standing::Tampered | Standing::Hindered => Exit::Failure,
        };
        Self::of(exit, vec![(what.to_string(), hint)])
    }

    /// Ctrl-C came before the end; `meanwhile` says what that left behind.
    pub(crate) fn interrupted(meanwhile: &str, hint: Option<String>) -> Self {
        let lines = vec![(format!("interrupted{meanwhile}"), hint)];
        Self { exit: Exit::Failure, lines, hindrance: None }
    }

    fn of(exit: Exit, lines: Vec<(String, Option<String>)>) -> Self {
        let first = lines.first();
        let hindrance = first.map(|(what, hint)| otherwise_hindered(what, hint.as_deref()));
        Self { exit, lines, hindrance }
    }

    /// What it keeps from running, for those who wait for the result; `None` where the person at
    /// the terminal ended it.
    pub(crate) fn hindrance(&self) -> Option<&Hindrance> {
        self.hindrance.as_ref()
    }

    /// Adds what failed beside it; the exit code stays its own.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.lines.extend(other.lines);
        self
    }

    /// The exit code.
    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    /// Prints it on standard error.
    pub(crate) fn print(&self) {
        for (what, hint) in &self.lines {
            say_error(what);
            if let Some(hint) = hint {
                say_hint(hint);
            }
        }
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        let LoadError::Invalid(errors) = &error else {
            return Self::new(&error, error.hint());
        };
        let mut lines: Vec<_> =
            errors.errors.iter().map(|error| (error.to_string(), error.fault.hint())).collect();
        if errors.more > 0 {
            lines.push((format!("… and {} more", errors.more), None));
        }
        Self::of(Exit::Failure, lines)
    }
}

impl From<NotifyError> for Failure {
    fn from(error: NotifyError) -> Self {
        let mut lines = vec![(error.to_string(), error.hint())];
        if let NotifyError::Refused { refused, .. } = &error {
            let of = |(place, who, why): &(usize, String, _)| {
                (format!("recipient {place} ({who}): {why}"), None)
            };
            lines.splice(0..0, refused.iter().map(of));
        }
        Self::of(Exit::Failure, lines)
    }
}

impl From<CustodyError> for Failure {
    fn from(error: CustodyError) -> Self {
        Self::standing(error.standing(), &error, error.hint())
    }
}

impl From<LiveError> for Failure {
    fn from(error: LiveError) -> Self {
        let hindrance = Some(hindered_by(&error));
        Self { hindrance, ..Self::new(&error, error.hint()) }
    }
}

impl From<AccessError> for Failure {
    fn from(error: AccessError) -> Self {
        let exit = match &error {
            AccessError::Unread { .. } => Exit::Undecided,
            _ => Exit::Failure,
        };
        Self::of(exit, vec![(error.to_string(), error.hint())])
    }
}

macro_rules! from_error {
    ($($error:ty),+ $(,)?) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::new(&error, error.hint())
            }
        }
    )+};
}

from_error!(
    AssessError,
    ChangeError,
    DraftError,
    FileError,
    FolderError,
    KeyError,
    ProveError,
    SimulatedError,
    SimulatedEstateError,
    SnapshotFileError,
    StoreError,
);
