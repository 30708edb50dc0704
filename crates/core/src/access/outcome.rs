//! What an answer says about the rule that nothing single decides it: once, for checks, commands
//! and proposals.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::accepted::Standing;
use super::build::counted;
use super::evaluated::Evaluated;
use super::part::Part;
use super::proof::Proved;
use super::remark::Remark;
use super::scope::Scope;
use super::thing::{Agent, Thing};
use super::{Access, Answer, Single};
use crate::id::UserId;
use crate::register::Target;

/// What an answer says about the rule. The worse of two is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// No hole.
    Holds,
    /// It cannot be told.
    Undecided,
    /// A hole.
    Hole,
}

impl Access {
    /// Whether the owners get in whatever single thing fails that an arrangement can do something
    /// about.
    pub fn exit(&self, answer: &Answer) -> Outcome {
        self.owners_side(answer, answer.gets_in && answer.holes().next().is_none())
    }

    /// Whether the owners get in at all, with what `answer` counts on.
    pub fn way_left(&self, answer: &Answer) -> Outcome {
        self.owners_side(answer, answer.gets_in)
    }

    fn owners_side(&self, answer: &Answer, is_fine: bool) -> Outcome {
        let about = || self.remarks_about(answer.scope);
        // What was not read may hold another way in.
        let is_unproved = about().any(|one| matches!(one, Remark::Unproved(..)));
        match is_fine {
            false if is_unproved => Outcome::Undecided,
            false => Outcome::Hole,
            true if about().any(Remark::blurs_models) => Outcome::Undecided,
            true => Outcome::Holds,
        }
    }

    /// Whether nobody walks in alone who is not known to: `alone` are those who do
    /// ([`Self::walks_in_alone`]), by the accounts of `scope` or, of the whole tenant, by an act in
    /// the directory.
    pub fn lock(&self, scope: Scope, alone: &[Single<Agent>]) -> Outcome {
        if alone.iter().any(|one| one.standing.is_hole()) {
            return Outcome::Hole;
        }
        let is_unread = matches!(scope, Scope::Tenant | Scope::Surface(_)) && !self.gaps.is_empty();
        let is_unknown = alone.iter().any(|one| one.standing == Standing::Unknown);
        let may = || self.meant(scope).any(|id| !self.may_walk_in(&Part::Account(id)).is_empty());
        let is_doubtful = self.remarks_about(scope).any(Remark::blurs_models);
        match is_unread || is_unknown || is_doubtful || may() {
            true => Outcome::Undecided,
            false => Outcome::Holds,
        }
    }

    /// The surfaces that count for a scope: those that the proof lets an account of it into.
    pub fn counted(&self, scope: Scope) -> Vec<Target> {
        let meant: BTreeSet<UserId> = self.meant(scope).collect();
        let is_meant = |one: &&Proved| meant.contains(&one.declared.id);
        let accounts: Vec<&Proved> = self.proved.iter().filter(is_meant).collect();
        let targets = match scope {
            Scope::Surface(target) | Scope::At(_, target) => Vec::from([target]),
            Scope::Tenant | Scope::Account(_) => self.targets.clone(),
        };
        counted(&accounts, &targets)
    }

    /// Those of them that are reached without what is absent.
    pub fn reached(&self, scope: Scope, absent: &BTreeSet<Thing>) -> Vec<Target> {
        let mut counted = self.counted(scope);
        counted.retain(|target| {
            let at = match scope {
                Scope::Tenant | Scope::Surface(_) => Scope::Surface(*target),
                Scope::Account(account) | Scope::At(account, _) => Scope::At(account, *target),
            };
            self.owners.holds(&Part::Scope(at), &|thing| !absent.contains(thing))
        });
        counted
    }

    /// Those of a scope that are reached without what is absent, and are not without `thing` as
    /// well.
    pub fn lost_with(&self, scope: Scope, absent: &BTreeSet<Thing>, thing: &Thing) -> Vec<Target> {
        let mut without = absent.clone();
        without.insert(thing.clone());
        let left = self.reached(scope, &without);
        let mut lost = self.reached(scope, absent);
        lost.retain(|target| !left.contains(target));
        lost
    }

    /// The accounts that a scope is about.
    fn meant(&self, scope: Scope) -> impl Iterator<Item = UserId> {
        let is_meant = move |id: &UserId| match scope {
            Scope::Account(account) | Scope::At(account, _) => *id == account,
            Scope::Tenant | Scope::Surface(_) => true,
        };
        self.accounts.iter().map(|one| one.id).filter(is_meant)
    }

    /// The remarks about what a scope is about.
    pub fn remarks_about(&self, scope: Scope) -> impl Iterator<Item = &Remark> {
        let meant: BTreeSet<UserId> = self.meant(scope).collect();
        let is_meant = move |one: &&Remark| one.account().is_none_or(|id| meant.contains(&id));
        self.remarks.iter().filter(is_meant)
    }

    /// Who may walk in alone, because nobody knows who has a credential that is no item or has read
    /// a secret that was exposed: whoever needs no more than those, or those themselves, who may be
    /// one. Nobody who walks in alone for certain is among them.
    pub fn may_walk_in(&self, part: &Part) -> Vec<Agent> {
        let others = Evaluated::of(&self.others, part);
        let is_unknown = |one: &Agent| matches!(one, Agent::Holder(..) | Agent::Stranger(_));
        if !others.leaves().any(is_unknown) {
            return Vec::new();
        }
        let is_new = |one: &&Agent| !others.holds(&|agent| agent == *one);
        let among_unknown = others.holds(&is_unknown);
        let may = others.leaves().filter(is_new).filter(|one| match among_unknown {
            true => is_unknown(one),
            false => others.holds(&|agent| agent == *one || is_unknown(agent)),
        });
        may.cloned().collect()
    }
}
