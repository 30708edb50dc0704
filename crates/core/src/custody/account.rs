//! What is there to get into an account with.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use super::holdings::of_account;
use super::item::{Holder, ItemKind, Secret};
use super::state::{Item, State};
use crate::id::{ItemId, PersonId, SplitId, UserId};

/// What lets somebody in, when it is brought together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// A key with its PIN.
    Key {
        /// The key.
        key: ItemId,
        /// Envelopes with the PIN that is in force.
        pins: BTreeSet<ItemId>,
        /// Who knows that PIN.
        known_by: BTreeSet<PersonId>,
    },
    /// A whole password, with all who know it.
    Password {
        /// The sheet.
        sheet: ItemId,
    },
    /// A password in shares.
    Split {
        /// The split.
        split: SplitId,
        /// The shares that are there.
        shares: BTreeSet<ItemId>,
    },
}

/// The ways into an account with what lies where `is_there` says so. A key whose PIN is in no
/// envelope and in nobody's head is no way; paper with an old secret is none either.
pub fn ways(state: &State, account: UserId, is_there: &dyn Fn(&Holder) -> bool) -> Vec<Way> {
    let items = of_account(state, account);
    let is_good = |item: &Item, id: &ItemId| {
        let secret = item.kind.secret(id).and_then(|secret| state.secrets.get(&secret));
        is_there(&item.holder) && secret.is_none_or(|one| one.generation == item.generation)
    };
    let there: Vec<(&ItemId, &Item)> =
        items.into_iter().filter(|(id, item)| is_good(item, id)).collect();
    let mut ways = Vec::new();
    let mut splits: BTreeMap<&SplitId, Share> = BTreeMap::new();
    for (id, item) in &there {
        match &item.kind {
            ItemKind::SecurityKey { .. } => ways.extend(with_key(state, &there, id)),
            ItemKind::PasswordSheet => ways.push(Way::Password { sheet: (*id).clone() }),
            ItemKind::Share { split, index, needed, .. } => {
                let share = splits.entry(split).or_default();
                share.needed = *needed;
                share.indexes.insert(*index);
                share.items.insert((*id).clone());
            }
            ItemKind::PinEnvelope { .. } | ItemKind::Combination { .. } => {}
        }
    }
    let enough = splits.into_iter().filter(|(_, share)| share.is_enough());
    ways.extend(
        enough.map(|(split, share)| Way::Split { split: split.clone(), shares: share.items }),
    );
    ways
}

#[derive(Default)]
struct Share {
    needed: u8,
    indexes: BTreeSet<u8>,
    items: BTreeSet<ItemId>,
}

impl Share {
    fn is_enough(&self) -> bool {
        self.indexes.len() >= usize::from(self.needed)
    }
}

fn with_key(state: &State, there: &[(&ItemId, &Item)], key: &ItemId) -> Option<Way> {
    let pins =
        there.iter().filter(|(_, item)| item.kind.is_pin_of(key)).map(|(id, _)| (*id).clone());
    let secret = state.secrets.get(&Secret::Pin(key.clone()));
    let known = secret.into_iter().flat_map(|secret| &secret.known_by);
    let known_by: BTreeSet<PersonId> = known.filter(|one| !state.has_left(one)).cloned().collect();
    let pins: BTreeSet<ItemId> = pins.collect();
    let is_way = !pins.is_empty() || !known_by.is_empty();
    is_way.then(|| Way::Key { key: key.clone(), pins, known_by })
}
