//! What a fire takes, or a burglar.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::account::{Way, ways};
use super::item::{Holder, ItemKind, Secret};
use super::state::State;
use crate::id::{ItemId, PlaceId, UserId};
use crate::register::Custody;

/// What the loss of places takes, and what it leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// What lies there.
    pub items: Vec<ItemId>,
    /// What somebody reads who takes it away instead: secrets to change after a theft.
    pub secrets: BTreeSet<Secret>,
    /// The accounts that something there belongs to.
    pub accounts: Vec<AccountLoss>,
}

/// What is left of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountLoss {
    /// The account.
    pub account: UserId,
    /// How many ways there were.
    pub ways_before: usize,
    /// The ways that are left.
    pub ways_left: Vec<Way>,
}

impl AccountLoss {
    /// Whether nothing is left to get in with.
    pub fn is_locked_out(&self) -> bool {
        self.ways_left.is_empty()
    }
}

/// What the loss of all of `places` at once takes. Places that stand in the same place of the
/// environment ([`crate::register::CustodyPlace::at`]) go together: [`Loss::together`].
pub fn if_lost(state: &State, places: &BTreeSet<PlaceId>) -> Loss {
    let is_there = |holder: &Holder| holder.place().is_some_and(|place| places.contains(place));
    let lost: Vec<_> = state.live().filter(|(_, item)| is_there(&item.holder)).collect();
    let mut accounts = BTreeSet::new();
    for (_, item) in &lost {
        accounts.extend(item.accounts.iter().copied());
        if let ItemKind::PinEnvelope { key } = &item.kind {
            let key = state.items.get(key);
            accounts.extend(key.into_iter().flat_map(|key| key.accounts.iter().copied()));
        }
    }
    let account_loss = |account: UserId| AccountLoss {
        account,
        ways_before: ways(state, account, &|_| true).len(),
        ways_left: ways(state, account, &|holder| !is_there(holder)),
    };
    Loss {
        items: lost.iter().map(|(id, _)| (*id).clone()).collect(),
        secrets: lost.iter().filter_map(|(id, item)| item.kind.secret(id)).collect(),
        accounts: accounts.into_iter().map(account_loss).collect(),
    }
}

impl Loss {
    /// The places that are lost with `place`: those in the same place of the environment, and it.
    pub fn together(declared: &Custody, place: &PlaceId) -> BTreeSet<PlaceId> {
        let at = declared.place(place).and_then(|one| one.at.as_ref());
        let shares = declared.places.iter().filter(|one| at.is_some() && one.at.as_ref() == at);
        shares.map(|one| one.id.clone()).chain([place.clone()]).collect()
    }
}
