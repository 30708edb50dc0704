//! What changed from one assessment to the next, and the letter that tells it.
//!
//! A [`Record`] is what is kept of an assessment: outcomes and the ids of findings. Two records
//! give [`Changes`]; [`occasion()`] decides whether there is reason to write, and [`letter()`]
//! writes. A check that cannot run is an [`Outage`]. Everything here leaves the house: it holds
//! code names and ids, and no name that somebody else chose ("What Halligan must never do", 4).

mod compare;
mod letter;
mod occasion;
mod outage;
mod record;

pub use compare::{Changes, CheckChange, compare};
pub use letter::{LINES_MAX, Letter, letter};
pub use occasion::{HEARTBEAT_DAYS, Last, Occasion, occasion};
pub use outage::{Hindrance, Outage, OutageOccasion, outage_letter, outage_occasion};
pub use record::{CheckRecord, Finding, Mark, Record};
