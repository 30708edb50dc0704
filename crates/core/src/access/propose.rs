//! An arrangement without a single on either side, or why there is none and what to add.
//!
//! Two people cannot: the owners must get in without either, so that the other one gets in alone,
//! and that is a hole in the lock. Three can, with two keys each of which is elsewhere than its
//! PIN. What is looked for is few changes: each arrangement that is one change away is judged, then
//! the best of those are gone on from. Where a few changes are not enough, everything is dealt out
//! in a round. Whatever is found is judged again without each of its changes, so that none is left
//! in it that nothing needs.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::arrangement::{Arrangement, Change, Faults, has_items, is_of_things};
use super::build::domains;
use super::thing::Thing;
use super::{Access, Question};
use crate::custody::{State, breaches};
use crate::id::{PersonId, PlaceId};
use crate::register::{CustodyPlace, Person, PlaceKind, Register};

/// How many changes are looked for one after the other, before everything is dealt out anew.
pub const CHANGES_MAX: usize = 4;

/// How many arrangements are gone on from after each change.
pub const ARRANGEMENTS_KEPT: usize = 24;

/// What is proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// What is wrong at present.
    pub faults: Faults,
    /// What to do about it.
    pub outcome: Proposed,
}

/// What to do about single failures and single holders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proposed {
    /// Nothing: there are none.
    Sound,
    /// There is nothing to arrange: the ledger has no item.
    NothingAtHand,
    /// These changes, none of which can be left out.
    Changes(Vec<Change>),
    /// No arrangement of what is at hand does it.
    Impossible {
        /// Why.
        why: Impossible,
        /// What to add, and the changes that do it then; `None` where that was not found.
        with: Option<(Vec<Addition>, Vec<Change>)>,
    },
    /// None was found among those that were looked at.
    NotFound {
        /// The changes after which the fewest faults are left.
        best: Vec<Change>,
        /// Those that are left.
        left: Faults,
        /// What to add, and the changes that do it then; `None` where that was not found.
        with: Option<(Vec<Addition>, Vec<Change>)>,
    },
}

/// Why no arrangement can do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Impossible {
    /// Fewer than three people: without one of two, the other gets in alone.
    TooFewPeople(usize),
    /// These things are the only ones of their kind, wherever they lie.
    OnlyOne(BTreeSet<Thing>),
}

/// Something to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Addition {
    /// Somebody who holds something: a partner, a notary, a bank's officer.
    Holder(PersonId),
    /// Another place, opened by whoever is there.
    Place(PlaceId),
}

/// How an arrangement was searched for, and how that ended.
enum Searched {
    Found(Vec<Change>),
    Best(Vec<Change>, Faults),
}

impl Access {
    /// An arrangement without a single on either side, or why there is none.
    pub fn propose(&self, question: &Question<'_>) -> Proposal {
        let register = question.register;
        let state = question.custody.cloned().unwrap_or_default();
        let custody = register.custody.clone();
        let present = Arrangement { state, custody, changes: Vec::new() };
        let search = Search { access: self, question, domains: domains(question.snapshot) };
        let faults = search.faults(&present);
        let proposal = |outcome| Proposal { faults: faults.clone(), outcome };
        if !has_items(&present.state) {
            return proposal(Proposed::NothingAtHand);
        }
        if faults.is_none() {
            return proposal(Proposed::Sound);
        }
        if let Some(why) = impossible(&present, &faults) {
            let with = match why {
                Impossible::TooFewPeople(_) => search.with_more(&present),
                Impossible::OnlyOne(_) => None,
            };
            return proposal(Proposed::Impossible { why, with });
        }
        proposal(match search.run(&present) {
            Searched::Found(changes) => Proposed::Changes(changes),
            Searched::Best(best, left) => {
                let with = search.with_more(&present);
                Proposed::NotFound { best, left, with }
            }
        })
    }

    /// Register and ledger as they would be after some changes, to be asked about in turn.
    pub fn arranged(question: &Question<'_>, changes: &[Change]) -> (Register, State) {
        let state = question.custody.cloned().unwrap_or_default();
        let custody = question.register.custody.clone();
        let present = Arrangement { state, custody, changes: Vec::new() };
        let after = changes.iter().cloned().fold(present, |all, one| all.with(one));
        (Register { custody: after.custody, ..question.register.clone() }, after.state)
    }
}

/// Why no arrangement can do it, as far as that follows without a search.
fn impossible(present: &Arrangement, faults: &Faults) -> Option<Impossible> {
    let people = present.custody.people.iter();
    let people = people.filter(|one| !present.state.has_left(&one.id)).count();
    if people < 3 {
        return Some(Impossible::TooFewPeople(people));
    }
    // An envelope can be written twice; a key, a workstation or a service cannot be moved apart.
    let is_envelope = |thing: &Thing| match thing {
        Thing::Item(id) => {
            let item = present.state.items.get(id);
            item.is_some_and(|item| item.kind.secret(id).is_some())
        }
        _ => false,
    };
    let only = faults.exit.iter().filter(|one| is_of_things(one) && !is_envelope(one));
    let only: BTreeSet<Thing> = only.cloned().collect();
    (!only.is_empty()).then_some(Impossible::OnlyOne(only))
}

/// The changes in an order in which none of them brings together what must be apart, where there is
/// one: custody refuses such a movement even when the next would part it again.
fn in_order(present: &Arrangement, mut changes: Vec<Change>) -> Vec<Change> {
    let mut at = present.clone();
    let mut ordered = Vec::new();
    while !changes.is_empty() {
        let before = breaches(&at.state, &at.custody);
        let is_taken = |change: &Change| {
            let after = at.with(change.clone());
            breaches(&after.state, &after.custody).is_subset(&before)
        };
        let change = changes.remove(changes.iter().position(is_taken).unwrap_or(0));
        at = at.with(change.clone());
        ordered.push(change);
    }
    ordered
}

struct Search<'s> {
    access: &'s Access,
    question: &'s Question<'s>,
    domains: Option<BTreeSet<alloc::string::String>>,
}

impl Search<'_> {
    fn faults(&self, arrangement: &Arrangement) -> Faults {
        self.access.faults(self.question.register, self.domains.as_ref(), arrangement)
    }

    fn run(&self, present: &Arrangement) -> Searched {
        let mut kept = Vec::from([(self.faults(present), present.clone())]);
        let mut best = kept.first().cloned();
        let mut seen = BTreeSet::new();
        for _ in 0..CHANGES_MAX {
            let mut next: Vec<(Faults, Arrangement)> = Vec::new();
            for (_, arrangement) in &kept {
                for change in arrangement.next() {
                    let changed = arrangement.with(change);
                    if seen.insert(changed.signature()) {
                        let faults = self.faults(&changed);
                        if faults.is_none() {
                            return Searched::Found(self.settled(present, changed.changes));
                        }
                        next.push((faults, changed));
                    }
                }
            }
            next.sort_by_key(|(faults, changed)| (faults.count(), changed.signature()));
            next.truncate(ARRANGEMENTS_KEPT);
            if let (Some(first), Some(known)) = (next.first(), &best)
                && first.0.count() < known.0.count()
            {
                best = Some(first.clone());
            }
            kept = next;
        }
        let rounds = [false, true].map(|is_doubled| present.rounds(is_doubled));
        let sound = rounds.into_iter().flatten().filter(|one| self.faults(one).is_none());
        let dealt = sound.map(|one| self.settled(present, one.changes));
        if let Some(changes) = dealt.min_by_key(Vec::len) {
            return Searched::Found(changes);
        }
        let (left, arrangement) = best.unwrap_or_else(|| (Faults::default(), present.clone()));
        Searched::Best(arrangement.changes, left)
    }

    /// The changes without those that nothing needs, in an order in which custody takes them.
    fn settled(&self, present: &Arrangement, changes: Vec<Change>) -> Vec<Change> {
        in_order(present, self.without_idle(present, changes))
    }

    /// The changes without those that nothing needs.
    fn without_idle(&self, present: &Arrangement, changes: Vec<Change>) -> Vec<Change> {
        let mut kept = changes;
        let mut at = 0;
        while at < kept.len() {
            let mut fewer = kept.clone();
            fewer.remove(at);
            let without = fewer.iter().cloned().fold(present.clone(), |all, one| all.with(one));
            if self.faults(&without).is_none() {
                kept = fewer;
            } else {
                at += 1;
            }
        }
        kept
    }

    /// The smallest thing to add, and the changes that do it then.
    fn with_more(&self, present: &Arrangement) -> Option<(Vec<Addition>, Vec<Change>)> {
        let mut more = present.clone();
        let mut additions = Vec::new();
        let people = present.custody.people.iter();
        let active = people.filter(|one| !present.state.has_left(&one.id)).count();
        for number in active + 1..=3.max(active + 1) {
            let id: PersonId = alloc::format!("holder-{number}").parse().ok()?;
            let person = Person { id: id.clone(), name: None, reach: Vec::new() };
            more.custody.people.push(person);
            additions.push(Addition::Holder(id));
        }
        if let Searched::Found(changes) = self.run(&more) {
            return Some((additions, changes));
        }
        let id: PlaceId = "another-place".parse().ok()?;
        let opened_by = more.custody.people.iter().map(|one| one.id.clone()).collect();
        let (kind, name, at) = (PlaceKind::Safe, None, None);
        let place = CustodyPlace { id: id.clone(), name, kind, opened_by, needs: 2, at };
        more.custody.places.push(place);
        additions.push(Addition::Place(id));
        match self.run(&more) {
            Searched::Found(changes) => Some((additions, changes)),
            Searched::Best(..) => None,
        }
    }
}
