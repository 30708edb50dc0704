//! Custody: who holds which key, envelope and sheet, where it lies, and who says so.
//!
//! People and places are declared ([`crate::register::Custody`]); everything else is a fact of the
//! stream [`stream()`], whose meaning is [`Keeping`]. A fact is an [`Entry`]: an [`Event`] with its
//! [`Record`], which says who typed it, and who signed it with a key of their own. [`fold()`] turns
//! facts into a [`State`] and believes no signature that it cannot verify; [`decide()`] turns what
//! somebody reports into facts, or into a [`Refusal`] that says what to do instead. Both are pure,
//! and time is an argument.
//!
//! What is refused, and what is only reported ([`conflicts`]):
//!
//! - Refused is what somebody is about to arrange: a movement (issue, hand-over, return) after
//!   which one person or one place has a key with its PIN, one person has enough shares of a split,
//!   or one person *alone reaches* such a pair: by what they hold and by the places that they open
//!   without another. A movement that leaves such an arrangement as it was is no worse, and passes.
//! - Reported is what is known rather than held (a PIN that was read, a combination), what a change
//!   of the declaration brings about, and enough shares in a place that nobody opens alone.
//! - Never refused for the arrangement is what has happened: a broken seal, a loss, somebody who
//!   left. Writing down the truth must always be possible.

mod account;
mod command;
mod conflict;
mod decide;
mod due;
mod event;
mod fact;
mod fold;
mod holdings;
mod issue;
mod item;
mod keeping;
mod leaver;
mod limits;
mod loss;
mod reach;
mod refusal;
mod said;
mod state;
mod statement;
#[cfg(test)]
mod tests;
mod text;
mod witness;

pub use account::{Way, ways};
pub use command::Command;
pub use conflict::{Conflict, conflicts};
pub use decide::decide;
pub use due::{Due, due};
pub use event::{Cause, Event, Witness};
pub use fact::{Entry, Record, Signed};
pub use fold::{Irregularity, fold};
pub use holdings::{Subject, Told, held_by, history, of_account};
pub use item::{Holder, Issue, ItemKind, Secret};
pub use keeping::{Keeping, stream};
pub use leaver::{Leaving, PlaceBelowNeeds, if_leaves};
pub use limits::*;
pub use loss::{AccountLoss, Loss, if_lost};
pub use reach::{Breach, Hand, breaches};
pub use refusal::Refusal;
pub use said::{NotAStatement, NotSigned, STATEMENT_BYTES_MAX, Said};
pub use state::{Condition, Item, Movement, PersonState, Seal, SecretState, State, Weight};
pub use statement::{NotAKey, NotASignature, PublicKey, Signature, Statement};
