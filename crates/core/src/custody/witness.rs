//! Nobody witnesses for themselves, and a small firm is not shut out.
//!
//! The witness has no part in what is witnessed: giver, receiver and witness are three people. Of
//! an issue or an enrolment whoever types it is a party too. Where nobody is left who could be one
//! (among the declared people who have not left), and only there, the witness may be waived with a
//! reason, which is kept; such a movement weighs as asserted for ever. That somebody left, typed by
//! whoever is in their way, is not enough: they sign it, or the register drops them. So two people
//! can hand over between themselves, and three cannot skip the third.

use alloc::collections::BTreeSet;

use super::event::{Event, Witness};
use super::fact::Entry;
use super::reach::active;
use super::refusal::Refusal;
use super::state::{State, Weight};
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
            if !able.is_empty() {
                return Err(Refusal::WitnessNeeded { able });
            }
            let left: BTreeSet<PersonId> = said_to_have_left(state, declared)
                .filter(|id| !parties.contains(id))
                .cloned()
                .collect();
            if left.is_empty() { Ok(()) } else { Err(Refusal::WitnessDeclared { left }) }
        }
        _ => Ok(()),
    }
}

/// Who is declared and has left, by nothing but what an operator typed.
fn said_to_have_left<'a>(
    state: &'a State,
    declared: &'a Custody,
) -> impl Iterator<Item = &'a PersonId> {
    let left = |id: &PersonId| state.people.get(id).and_then(|one| one.left);
    let is_typed = move |id: &&PersonId| left(id).is_some_and(|(_, by)| by == Weight::Asserted);
    declared.people.iter().map(|one| &one.id).filter(is_typed)
}
