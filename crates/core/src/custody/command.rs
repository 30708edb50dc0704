//! What somebody wants to have written down.

use alloc::sync::Arc;

use super::fact::Entry;
use crate::id::LedgerId;
use crate::register::Custody;

/// What is reported, and what was declared when it was. The declaration is not written down: it
/// may change, and [`super::conflicts`] says what that brings about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The people and places.
    pub declared: Arc<Custody>,
    /// What happened, by whose word.
    pub entry: Entry,
    /// The id with which the ledger is opened, in the same append, where it is not open yet; made
    /// by chance, by whoever has some. Without one, nothing is written to a ledger that is not.
    pub open_as: Option<LedgerId>,
}
