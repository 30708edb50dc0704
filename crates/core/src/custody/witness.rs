//! Nobody witnesses for themselves, and a small firm is not shut out.
//!
//! The witness has no part in what is witnessed: giver, receiver and witness are three people. Of
//! an issue or an enrolment whoever types it is a party too. Where nobody is left who could be one
//! (among the declared people who have not left), and only there, the witness may be waived with a
//! reason, which is kept; such a movement weighs as asserted for ever. So two people can hand over
//! between themselves, and three can no longer skip the third.

use alloc::collections::BTreeSet;

use super::event::{Event, Witness};
use super::fact::Entry;
use super::reach::active;
use super::refusal::Refusal;
use super::state::State;
use crate::id::PersonId;
use crate::register::Custody;

/// Refuses a witness who has a part, and a waiver where somebody could be the witness.
pub(super) fn check(state: &State, declared: &Custody, entry: &Entry) -> Result<(), Refusal> {
    let mut parties: BTreeSet<&PersonId> = entry.event.parties();
    if matches!(entry.event, Event::Issued { .. } | Event::KeyEnrolled { .. }) {
        parties.insert(&entry.record.operator);
    }
    match entry.event.witness() {
        Some(Witness::Person(person)) if parties.contains(person) => {
            Err(Refusal::OwnWitness(person.clone()))
        }
        Some(Witness::Waived(_)) => {
            let able: BTreeSet<PersonId> =
                active(state, declared).filter(|id| !parties.contains(id)).cloned().collect();
            if able.is_empty() { Ok(()) } else { Err(Refusal::WitnessNeeded { able }) }
        }
        _ => Ok(()),
    }
}
