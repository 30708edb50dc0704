//! Custody as it is kept: the stream `custody` in a folder beside the register.
//!
//! [`read`] is for whoever asks what there is: it gives the state with all that is wrong with it.
//! [`record`] writes down what somebody reports, and [`statement`] is what somebody signs of it, on
//! a machine of their own, with a [`SigningKey`]. What may be written is decided by
//! `halligan_core::custody` alone.

mod error;
mod key;
mod reporting;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use halligan_core::check;
use halligan_core::custody::{Keeping, State, stream};
use halligan_core::stream::{Anchor, Divergence, Head, Record, UnreadFact, fold};
use halligan_store::file::FileStreams;
use halligan_store::{Streams as _, Torn};

pub use error::{CustodyError, Standing};
pub use key::{KEY_BYTES_MAX, KeyError, SigningKey};
pub use reporting::{Recorded, Report, known, record, statement};

/// The folder of the streams, beside the register.
pub const STREAMS_FOLDER: &str = "halligan.streams";

/// The streams of the register at that path. Nothing is made before something is written.
pub fn streams(register: &Path) -> FileStreams {
    let folder = register.parent().unwrap_or(Path::new(""));
    FileStreams::new(folder.join(STREAMS_FOLDER))
}

/// Custody as it was read: a chain that holds, and what its facts come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    /// Who holds what. While [`Self::unread`] has facts, it is a guess.
    pub state: State,
    /// Facts that this version of Halligan does not know, in their order.
    pub unread: Vec<UnreadFact>,
    /// The facts as they are written.
    pub records: Vec<Record>,
    /// Where they end.
    pub head: Head,
    /// The records that are older than the one before: a clock was set back.
    pub set_back: Vec<u64>,
    /// A write that did not finish; the next one removes it.
    pub torn: Option<Torn>,
    /// Where they lie.
    pub file: PathBuf,
}

impl Ledger {
    /// The first fact for which the state is a guess; `None` when it is known.
    pub fn gap(&self) -> Option<&UnreadFact> {
        self.unread.first()
    }

    /// The head as a line for paper and mail.
    pub fn anchor(&self) -> Anchor {
        Anchor { stream: stream(), head: self.head }
    }

    /// Holds the ledger against an anchor that was made before.
    pub fn check(&self, anchor: &Anchor) -> Result<(), Divergence> {
        anchor.check(&stream(), &self.records)
    }
}

/// The ledger beside a register, for those who ask what there is and do not write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Nothing was ever written down.
    None,
    /// Who holds what.
    State(Box<State>),
    /// It cannot be told who holds what, and why.
    Unread(String),
}

impl Kept {
    /// The ledger beside the register at that path. One that was tampered with, that cannot be read
    /// or that holds facts of a later version is not believed in part.
    pub fn beside(register: &Path) -> Self {
        match known(register) {
            Ok(Some(ledger)) => Self::State(Box::new(ledger.state)),
            Ok(None) => Self::None,
            Err(error) => Self::Unread(error.to_string()),
        }
    }

    /// What a check knows of it.
    pub fn ledger(&self) -> check::Ledger<'_> {
        match self {
            Self::None => check::Ledger::None,
            Self::State(state) => check::Ledger::Kept(state),
            Self::Unread(why) => check::Ledger::Unread(why.clone()),
        }
    }
}

/// The ledger beside the register at that path, verified; `None` when nothing was ever written.
///
/// A stream that was tampered with is an error with the position, and gives no state. Facts of a
/// later version, torn writes and facts that do not follow are no errors here: they stand in the
/// [`Ledger`] and in its state ([`State::irregular`]).
pub fn read(register: &Path) -> Result<Option<Ledger>, CustodyError> {
    let (streams, name) = (streams(register), stream());
    let history = streams.read(&name)?;
    if history.records.is_empty() && history.torn.is_none() {
        return Ok(None);
    }
    let folded = fold::<Keeping>(&history.records);
    Ok(Some(Ledger {
        state: folded.state,
        unread: folded.unread,
        records: history.records,
        head: history.head,
        set_back: history.set_back,
        torn: history.torn,
        file: streams.path(&name),
    }))
}
