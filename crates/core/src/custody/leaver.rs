//! What follows when somebody leaves.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::holdings::held_by;
use super::item::{Holder, Secret};
use super::reach::active;
use super::state::State;
use crate::id::{ItemId, PersonId, PlaceId};
use crate::register::{Contact, Custody};

/// What follows when somebody leaves today, or what is still to do about one who left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaving {
    /// What they hold, to be handed over.
    pub items: Vec<ItemId>,
    /// What they know, to be changed. Knowledge outlives possession: whoever read an envelope, or
    /// opened a place, knows what it takes until that is changed.
    pub secrets: BTreeSet<Secret>,
    /// The places that they are declared to open, to be struck there.
    pub opens: Vec<PlaceId>,
    /// Places that too few are left to open.
    pub places_below_needs: Vec<PlaceBelowNeeds>,
    /// How they are reached, to be removed; masked in output.
    pub contacts: Vec<Contact>,
    /// Whether they have a signing key to revoke.
    pub has_key: bool,
    /// How many people are left who can give, take and witness. With fewer than three, nobody is
    /// left to witness a hand-over between two.
    pub people_left: usize,
}

impl Leaving {
    /// Whether nothing follows that somebody has to do.
    pub fn is_nothing(&self) -> bool {
        self.items.is_empty()
            && self.secrets.is_empty()
            && self.opens.is_empty()
            && self.contacts.is_empty()
            && !self.has_key
    }
}

/// A place that fewer can open than it needs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlaceBelowNeeds {
    /// The place.
    pub place: PlaceId,
    /// How many can.
    pub left: usize,
    /// How many it needs.
    pub needs: usize,
}

/// What follows when `person` leaves today; of one who left already, what is still to do.
pub fn if_leaves(state: &State, declared: &Custody, person: &PersonId) -> Leaving {
    let held = held_by(state, &Holder::Person(person.clone()));
    let opens = declared.places.iter().filter(|place| place.opened_by.contains(person));
    let opens: Vec<PlaceId> = opens.map(|place| place.id.clone()).collect();
    let known = state.secrets.iter().filter(|(_, secret)| secret.known_by.contains(person));
    let mut secrets: BTreeSet<Secret> = known.map(|(secret, _)| secret.clone()).collect();
    secrets.extend(opens.iter().cloned().map(Secret::Combination));
    let left: BTreeSet<&PersonId> = active(state, declared).filter(|one| *one != person).collect();
    let below = below_needs(declared, &|one| left.contains(one));
    Leaving {
        items: held.into_iter().map(|(id, _)| id.clone()).collect(),
        secrets,
        places_below_needs: below.into_iter().filter(|one| opens.contains(&one.place)).collect(),
        opens,
        contacts: declared.person(person).map(|one| one.reach.clone()).unwrap_or_default(),
        has_key: state.key_of(person).is_some(),
        people_left: left.len(),
    }
}

/// The places that too few of the people whom `counts` names can open.
pub(super) fn below_needs(
    declared: &Custody,
    counts: &dyn Fn(&PersonId) -> bool,
) -> Vec<PlaceBelowNeeds> {
    let opened = declared.places.iter().filter(|place| !place.opened_by.is_empty());
    let counted = opened.map(|place| {
        let left = place.opened_by.iter().filter(|one| counts(one)).count();
        PlaceBelowNeeds { place: place.id.clone(), left, needs: place.needs.max(1) }
    });
    counted.filter(|one| one.left < one.needs).collect()
}
