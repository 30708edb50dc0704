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

use super::arrangement::{Arrangement, Change, Faults, has_items};
use super::build::domains;
use super::evaluated::Evaluated;
use super::movement::{Step, Walk};
use super::part::Part;
use super::remark::Remark;
use super::thing::{Agent, Thing, ThingKind};
use super::{Access, Question};
use crate::ca::{Failure, Needs};
use crate::custody::{Entry, State, fold};
use crate::id::{PersonId, PlaceId};
use crate::register::Register;

/// How many changes are looked for one after the other, before everything is dealt out anew.
pub const CHANGES_MAX: usize = 4;

/// How many arrangements are gone on from after each change.
pub const ARRANGEMENTS_KEPT: usize = 24;

/// How many arrangements are judged one change after the other, before everything is dealt out
/// anew.
pub const ARRANGEMENTS_JUDGED_MAX: usize = 4_000;

/// What is proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// What is wrong at present.
    pub faults: Faults,
    /// Those of whom nobody knows who they are: they may be anybody, so that nothing is sound while
    /// there are any. A [`Agent::Stranger`] ends with a change of the secret.
    pub unknown: Vec<Agent>,
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
    /// What keeps the proof from being certain keeps this from being told.
    CannotTell(Vec<Remark>),
    /// These changes, none of which can be left out, in an order in which custody takes them.
    Changes(Vec<Step>),
    /// No arrangement of what is at hand does it.
    Impossible {
        /// Why.
        why: Impossible,
        /// What to add, and the changes that do it then; `None` where that was not found.
        with: Option<(Vec<Addition>, Vec<Step>)>,
    },
    /// None was found among those that were looked at.
    NotFound {
        /// The changes after which the fewest faults are left.
        best: Vec<Change>,
        /// Those that are left.
        left: Faults,
        /// Whether there are arrangements of a few changes that were not looked at
        /// ([`ARRANGEMENTS_JUDGED_MAX`]).
        is_bounded: bool,
        /// What to add, and the changes that do it then; `None` where that was not found.
        with: Option<(Vec<Addition>, Vec<Step>)>,
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
    Found(Vec<Step>),
    Best { changes: Vec<Change>, left: Faults, is_bounded: bool },
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
        let proposal =
            |outcome| Proposal { faults: faults.clone(), unknown: self.unknown(), outcome };
        if !has_items(&present.state) {
            return proposal(Proposed::NothingAtHand);
        }
        let doubts: Vec<Remark> =
            self.remarks.iter().filter(|one| one.blurs_models()).cloned().collect();
        if !doubts.is_empty() {
            return proposal(Proposed::CannotTell(doubts));
        }
        if faults.is_none() {
            return proposal(Proposed::Sound);
        }
        if let Some(why) = self.impossible(&present, &faults) {
            let with = match why {
                Impossible::TooFewPeople(_) => search.with_more(&present),
                Impossible::OnlyOne(_) => None,
            };
            return proposal(Proposed::Impossible { why, with });
        }
        proposal(match search.run(&present) {
            Searched::Found(steps) => Proposed::Changes(steps),
            Searched::Best { changes: best, left, is_bounded } => {
                let with = search.with_more(&present);
                Proposed::NotFound { best, left, is_bounded, with }
            }
        })
    }

    /// Those who have, or know, what nobody knows the holder of, where that may let somebody walk
    /// in alone.
    fn unknown(&self) -> Vec<Agent> {
        let is_unknown = |one: &Agent| matches!(one, Agent::Holder(..) | Agent::Stranger(_));
        let mut unknown = BTreeSet::new();
        for proved in &self.proved {
            let part = Part::Account(proved.declared.id);
            let others = Evaluated::of(&self.others, &part);
            let is_alone = |one: &Agent| others.holds(&|agent| agent == one);
            let leaves = || others.leaves().filter(|one| is_unknown(one));
            if leaves().any(is_alone) || !self.may_walk_in(&part).is_empty() {
                unknown.extend(leaves().cloned());
            }
        }
        unknown.into_iter().collect()
    }

    /// Why no arrangement can do it, as far as that follows without a search.
    fn impossible(&self, present: &Arrangement, faults: &Faults) -> Option<Impossible> {
        let people = present.people();
        if people < 3 {
            return Some(Impossible::TooFewPeople(people));
        }
        let only = faults.exit.iter().filter(|one| self.is_only_one(one));
        let only: BTreeSet<Thing> = only.cloned().collect();
        (!only.is_empty()).then_some(Impossible::OnlyOne(only))
    }

    /// Whether a thing is needed wherever everything lies and whoever is reached: a service, a
    /// workstation, the one key that every way in takes.
    fn is_only_one(&self, thing: &Thing) -> bool {
        match thing {
            Thing::Item(id) => self.proved.iter().zip(&self.accounts).all(|(proved, account)| {
                let its = account.keys.iter().find(|(_, key)| *key == id).map(|(place, _)| *place);
                let takes = |way: &Needs| {
                    let is_it = |one: &Failure| {
                        matches!(one, Failure::Credential(_, place) if Some(*place) == its)
                    };
                    way.0.iter().any(is_it)
                };
                proved.ways.values().flatten().all(takes)
            }),
            Thing::PhoneNetwork | Thing::Mail(_) | Thing::Channel(_) => false,
            other => matches!(other.kind(), ThingKind::Service | ThingKind::Workstation),
        }
    }

    /// Register and ledger as they would be after some steps, to be asked about in turn.
    pub fn arranged(question: &Question<'_>, steps: &[Step]) -> (Register, State) {
        let state = question.custody.cloned().unwrap_or_default();
        let custody = question.register.custody.clone();
        let mut after = Arrangement { state, custody, changes: Vec::new() };
        for Step { change, facts } in steps {
            match facts.as_slice() {
                [] => after = after.with(change.clone()),
                facts => {
                    let at = after.state.last.map_or(question.now, |last| last.max(question.now));
                    let fold = |state, fact: &Entry| fold(state, fact, at);
                    after.state = facts.iter().fold(after.state, fold);
                }
            }
        }
        (Register { custody: after.custody, ..question.register.clone() }, after.state)
    }
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
        let mut is_bounded = false;
        for _ in 0..CHANGES_MAX {
            let mut next: Vec<(Faults, Arrangement)> = Vec::new();
            for (wrong, arrangement) in &kept {
                for change in arrangement.next(wrong) {
                    let changed = arrangement.with(change);
                    if seen.contains(&changed.signature()) {
                        continue;
                    }
                    if seen.len() == ARRANGEMENTS_JUDGED_MAX {
                        is_bounded = true;
                        break;
                    }
                    seen.insert(changed.signature());
                    let faults = self.faults(&changed);
                    if faults.is_none()
                        && let Some(steps) = self.settled(present, changed.changes.clone())
                    {
                        return Searched::Found(steps);
                    }
                    next.push((faults, changed));
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
        let dealt = sound.filter_map(|one| self.settled(present, one.changes));
        if let Some(steps) = dealt.min_by_key(Vec::len) {
            return Searched::Found(steps);
        }
        let (left, arrangement) = best.unwrap_or_else(|| (Faults::default(), present.clone()));
        Searched::Best { changes: arrangement.changes, left, is_bounded }
    }

    /// The changes without those that nothing needs, in an order in which custody takes them, where
    /// there is one that ends as sound as it looks: whoever carries, opens and seals learns
    /// something by it.
    fn settled(&self, present: &Arrangement, changes: Vec<Change>) -> Option<Vec<Step>> {
        let changes = self.without_idle(present, changes);
        let faults = |arrangement: &Arrangement| self.faults(arrangement).count();
        let walk = Walk::from(present, self.question.now).through(changes, &faults)?;
        self.faults(&walk.at).is_none().then_some(walk.steps)
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

    /// The smallest thing to add, and the changes that do it then: a place, somebody who holds
    /// something, or both.
    fn with_more(&self, present: &Arrangement) -> Option<(Vec<Addition>, Vec<Step>)> {
        let missing = 3_usize.saturating_sub(present.people());
        let choices: &[(usize, bool)] = match missing {
            0 => &[(0, true), (1, false), (1, true)],
            1 => &[(1, false), (1, true)],
            2 => &[(2, false), (2, true)],
            _ => &[(3, false), (3, true)],
        };
        choices.iter().find_map(|(holders, is_placed)| {
            let mut more = present.clone();
            let mut additions = Vec::new();
            for _ in 0..*holders {
                additions.push(Addition::Holder(more.add_holder()?));
            }
            if *is_placed {
                additions.push(Addition::Place(more.add_place()?));
            }
            match self.run(&more) {
                Searched::Found(steps) => Some((additions, steps)),
                Searched::Best { .. } => None,
            }
        })
    }
}
