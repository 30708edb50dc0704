//! Whether there is reason to write.

use super::compare::{Changes, compare};
use super::record::Record;
use crate::time::Timestamp;

/// How many days pass without a letter before one says that nothing changed.
pub const HEARTBEAT_DAYS: u16 = 7;

/// How much earlier than due a heartbeat may be, in seconds: a job of every night starts a little
/// earlier or later, and must not skip to the next night for it.
const EARLY_SECONDS: i64 = 3_600;

const DAY_SECONDS: i64 = 86_400;

/// What was told last, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Last {
    /// The record of the last run.
    pub record: Record,
    /// When the last letter was sent.
    pub mailed: Timestamp,
}

/// Why a letter is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// Nothing was told before.
    First,
    /// Something changed.
    Changed {
        /// When it was judged before.
        since: Timestamp,
        /// What changed.
        changes: Changes,
    },
    /// Nothing changed, and nobody has heard for long enough to wonder whether it still runs.
    Heartbeat {
        /// When it was judged before.
        since: Timestamp,
    },
    /// Nothing changed, and a letter was asked for.
    Asked {
        /// When it was judged before.
        since: Timestamp,
    },
}

/// The reason to write about `now`, if there is one. `heartbeat_days` of 0 means never.
pub fn occasion(
    last: Option<&Last>,
    now: &Record,
    always: bool,
    heartbeat_days: u16,
) -> Option<Occasion> {
    let Some(Last { record, mailed }) = last else {
        return Some(Occasion::First);
    };
    let since = record.judged;
    let changes = compare(record, now);
    if !changes.is_empty() {
        return Some(Occasion::Changed { since, changes });
    }
    if always {
        return Some(Occasion::Asked { since });
    }
    is_due(*mailed, now.judged, heartbeat_days).then_some(Occasion::Heartbeat { since })
}

/// Whether a letter of `mailed` is so old at `now` that its readers wonder whether it still runs.
pub(super) fn is_due(mailed: Timestamp, now: Timestamp, heartbeat_days: u16) -> bool {
    let silent = now.as_second() - mailed.as_second();
    let due = i64::from(heartbeat_days) * DAY_SECONDS - EARLY_SECONDS;
    // A letter from the future was dated by a clock that went wrong: it proves nothing.
    heartbeat_days > 0 && (silent >= due || silent < 0)
}
