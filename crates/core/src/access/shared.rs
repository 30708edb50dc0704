//! Shared fate: one thing that several credentials or accounts hang on, found and not assumed.

use alloc::vec::Vec;

use super::Access;
use super::part::Part;
use super::scope::Scope;
use super::thing::{Thing, ThingKind};
use crate::id::UserId;

/// A thing that more than one credential or account hangs on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// The thing.
    pub thing: Thing,
    /// The accounts that do not get in without it.
    pub accounts: Vec<UserId>,
    /// The credentials that cannot be used without it, by their places in their accounts' lists.
    pub credentials: Vec<(UserId, usize)>,
}

impl Access {
    /// What is shared, what takes most first. What all stands on is left out: it is shared by its
    /// nature.
    pub fn shared(&self) -> Vec<Shared> {
        let credentials: Vec<(UserId, usize)> = self
            .owners
            .parts()
            .filter_map(|(part, _)| match part {
                Part::Credential(account, place) => Some((*account, *place)),
                _ => None,
            })
            .collect();
        let things = self.owners.leaves(&Part::Scope(Scope::Tenant));
        let mut shared: Vec<Shared> = things
            .into_iter()
            .filter(|thing| thing.kind() != ThingKind::Foundation)
            .map(|thing| {
                let takes = |part: Part| {
                    let holds = self.owners.holds(&part, &|_| true);
                    holds && !self.owners.holds(&part, &|one| *one != thing)
                };
                let accounts = self.accounts.iter().map(|one| one.id);
                let accounts = accounts.filter(|id| takes(Part::Scope(Scope::Account(*id))));
                let lost = credentials.iter().copied();
                let lost = lost.filter(|(account, at)| takes(Part::Credential(*account, *at)));
                let (accounts, credentials) = (accounts.collect(), lost.collect());
                Shared { thing, accounts, credentials }
            })
            .filter(|one| one.accounts.len() > 1 || one.credentials.len() > 1)
            .collect();
        let weight = |one: &Shared| (one.accounts.len(), one.credentials.len());
        shared.sort_by(|a, b| weight(b).cmp(&weight(a)).then_with(|| a.thing.cmp(&b.thing)));
        shared
    }
}
