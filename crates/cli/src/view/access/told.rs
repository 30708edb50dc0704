//! What was asked about access, and what came out of it.

use std::collections::BTreeSet;

use halligan_core::access::{
    Access, AccountAccess, Agent, Answer, Outcome, Part, Remark, Scope, Sets, Shared, Single,
    Standing, Thing,
};
use halligan_core::id::UserId;
use halligan_core::register::{Register, Target};
use halligan_core::tenant::Snapshot;

/// What is asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// For what the owners want to get in.
    pub(crate) scope: Scope,
    /// What is not there.
    pub(crate) absent: BTreeSet<Thing>,
}

/// The answer, with what it is about.
pub(crate) struct Told<'a> {
    pub(crate) access: &'a Access,
    pub(crate) register: &'a Register,
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) scope: Scope,
    pub(crate) absent: BTreeSet<Thing>,
    /// The owners' side, without what is absent.
    pub(crate) answer: Answer,
    /// The owners' side as it is, where something is absent.
    pub(crate) before: Option<Answer>,
    /// The smallest coalitions that walk in.
    pub(crate) others: Sets<Agent>,
    /// Who walks in alone.
    pub(crate) alone: Vec<Single<Agent>>,
    /// What several credentials or accounts hang on.
    pub(crate) shared: Vec<Shared>,
}

impl<'a> Told<'a> {
    pub(crate) fn of(
        access: &'a Access,
        register: &'a Register,
        snapshot: &'a Snapshot,
        asked: Asked,
    ) -> Self {
        let Asked { scope, absent } = asked;
        let part = match scope {
            Scope::Tenant | Scope::Surface(_) => Part::Scope(Scope::Tenant),
            Scope::Account(account) | Scope::At(account, _) => Part::Account(account),
        };
        let is_meant = |id: &UserId| match scope {
            Scope::Account(account) | Scope::At(account, _) => *id == account,
            Scope::Tenant | Scope::Surface(_) => true,
        };
        let mut shared = access.shared();
        for one in &mut shared {
            one.accounts.retain(is_meant);
            one.credentials.retain(|(account, _)| is_meant(account));
        }
        shared.retain(|one| one.accounts.len() > 1 || one.credentials.len() > 1);
        let before = (!absent.is_empty()).then(|| access.answer(scope, &BTreeSet::new()));
        Self {
            access,
            register,
            snapshot,
            scope,
            answer: access.answer(scope, &absent),
            absent,
            before,
            others: access.coalitions(&part),
            alone: access.walks_in_alone(&part, register),
            shared,
        }
    }

    /// The accounts that the question is about.
    pub(super) fn accounts(&self) -> Vec<&'a AccountAccess> {
        let is_meant = |one: &&AccountAccess| match self.scope {
            Scope::Account(id) | Scope::At(id, _) => one.id == id,
            Scope::Tenant | Scope::Surface(_) => true,
        };
        self.access.accounts.iter().filter(is_meant).collect()
    }

    /// The surfaces that the question is about.
    pub(super) fn targets(&self) -> Vec<Target> {
        match self.scope {
            Scope::Surface(target) | Scope::At(_, target) => Vec::from([target]),
            Scope::Tenant | Scope::Account(_) => self.access.targets.clone(),
        }
    }

    /// Whether a part of the owners' model is so without what is absent.
    pub(super) fn holds(&self, part: &Part) -> bool {
        self.access.owners.holds(part, &|one| !self.absent.contains(one))
    }

    /// Whether the question's part is so without what is absent, with the ground that all stands
    /// on.
    pub(super) fn reaches(&self, account: UserId, target: Target) -> bool {
        self.holds(&Part::Scope(Scope::At(account, target)))
    }

    /// The surfaces that are reached without what is absent.
    pub(super) fn reached(&self) -> Vec<Target> {
        self.access.reached(self.scope, &self.absent)
    }

    /// The surfaces that are lost with a thing, beside what is absent.
    pub(super) fn lost_with(&self, thing: &Thing) -> Vec<Target> {
        self.access.lost_with(self.scope, &self.absent, thing)
    }

    /// Whether nobody wrote down who holds what.
    pub(super) fn has_no_ledger(&self) -> bool {
        self.remarks().any(|one| *one == Remark::NoLedger)
    }

    /// Those who walk in alone, of one standing.
    pub(super) fn alone_as(&self, is: impl Fn(Standing) -> bool) -> Vec<&Single<Agent>> {
        self.alone.iter().filter(|one| is(one.standing)).collect()
    }

    /// What is single without what is absent, and was not before.
    pub(super) fn new_singles(&self) -> Vec<&Single<Thing>> {
        let Some(before) = &self.before else { return Vec::new() };
        let is_new = |one: &&Single<Thing>| !before.singles.contains(one);
        self.answer.singles.iter().filter(is_new).collect()
    }

    /// The remarks about what the question is about.
    pub(super) fn remarks(&self) -> impl Iterator<Item = &Remark> {
        self.access.remarks_about(self.scope)
    }

    /// What the answer says about the rule. Where something is absent, the rule is that the owners
    /// get in all the same.
    pub(crate) fn outcome(&self) -> Outcome {
        match self.before {
            Some(_) => self.way_left(),
            None => self.exit().max(self.lock()),
        }
    }

    /// Whether the owners get in without what is absent.
    pub(super) fn way_left(&self) -> Outcome {
        self.access.way_left(&self.answer)
    }

    /// What it says of the owners' side.
    pub(super) fn exit(&self) -> Outcome {
        self.access.exit(&self.answer)
    }

    /// What it says of those who walk in.
    pub(super) fn lock(&self) -> Outcome {
        self.access.lock(self.scope, &self.alone)
    }
}
