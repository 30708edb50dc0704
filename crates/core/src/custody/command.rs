//! What somebody wants to have written down.

use alloc::sync::Arc;

use super::fact::Entry;
use crate::register::Custody;

/// What is reported, and what was declared when it was. The declaration is not written down: it
/// may change, and [`super::conflicts`] says what that brings about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The people and places.
    pub declared: Arc<Custody>,
    /// What happened, by whose word.
    pub entry: Entry,
}
