//! Which item of the ledger is which credential of an account.
//!
//! A ledger knows a key by its serial number and model, Entra ID by its model and a name that
//! somebody gave it. They are one where account and model agree and the name holds the serial
//! number. Where no name holds one, as many keys as passkeys of a model are taken for them, and
//! that is said; of more keys than passkeys it is counted as the worse, whichever they are. What is
//! left over on either side is said: a credential that nobody wrote down, an item that opens
//! nothing.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use crate::ca::{Credential, CredentialKind};
use crate::custody::{Condition, Item, ItemKind, State};
use crate::id::{Guid, ItemId, SplitId, UserId};

/// What the ledger has of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Matched {
    /// The key of each passkey, by the credential's place in the account's list.
    pub(super) keys: BTreeMap<usize, ItemId>,
    /// Sheets with the whole password.
    pub(super) sheets: BTreeSet<ItemId>,
    /// Passwords in shares.
    pub(super) splits: BTreeMap<SplitId, Split>,
    /// Passkeys of which nobody can tell which key they are.
    pub(super) unclear: BTreeMap<usize, Unclear>,
    /// Keys that the account has not registered.
    pub(super) unregistered: Vec<ItemId>,
    /// Whether keys and passkeys agree in number and model, and no name holds a serial number.
    pub(super) is_by_model: bool,
}

/// A passkey that is one of several keys of its model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unclear {
    /// The keys, lost ones among them.
    pub(super) keys: Vec<ItemId>,
    /// So many of them hold the passkey for certain.
    pub(super) enough: usize,
}

/// A password in shares: how many it takes, and the items of each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Split {
    pub(super) needed: usize,
    pub(super) shares: BTreeMap<u8, BTreeSet<ItemId>>,
}

impl Matched {
    /// Matches what somebody holds or has lost with what the account has registered; `None` where
    /// that was not read: then every key is taken for registered.
    pub(super) fn of(state: &State, account: UserId, credentials: Option<&[Credential]>) -> Self {
        let mut matched = Self::default();
        let mut keys: Vec<Key<'_>> = Vec::new();
        for (id, item) in state.items.iter().filter(|(_, item)| is_about(item, account)) {
            match &item.kind {
                ItemKind::SecurityKey { serial, aaguid } => keys.push((id, serial, *aaguid)),
                ItemKind::PasswordSheet => drop(matched.sheets.insert(id.clone())),
                ItemKind::Share { split, index, needed, .. } => {
                    let split = matched.splits.entry(split.clone()).or_default();
                    split.needed = usize::from(*needed);
                    split.shares.entry(*index).or_default().insert(id.clone());
                }
                ItemKind::PinEnvelope { .. } | ItemKind::Combination { .. } => {}
            }
        }
        let passkeys: Vec<(usize, &Credential)> = credentials
            .unwrap_or_default()
            .iter()
            .enumerate()
            .filter(|(_, one)| one.kind == CredentialKind::Passkey)
            .collect();
        for (place, one) in &passkeys {
            let is_it = |(_, serial, aaguid): &Key<'_>| {
                one.aaguid == Some(*aaguid) && one.name.contains(*serial)
            };
            if let Some(at) = keys.iter().position(is_it) {
                matched.keys.insert(*place, keys.remove(at).0.clone());
            }
        }
        // Where some names hold serial numbers, one that holds none is somebody else's key.
        if matched.keys.is_empty() {
            matched.by_model(&passkeys, &mut keys);
        }
        if credentials.is_some() {
            matched.unregistered = keys.into_iter().map(|(id, ..)| id.clone()).collect();
        }
        matched
    }

    /// Matches by model alone what no name tells apart: as many keys as passkeys are they, and of
    /// more keys than passkeys nobody can tell which.
    fn by_model(&mut self, passkeys: &[(usize, &Credential)], keys: &mut Vec<Key<'_>>) {
        let models: BTreeSet<Guid> = passkeys.iter().filter_map(|(_, one)| one.aaguid).collect();
        for model in models {
            let own: Vec<usize> = passkeys
                .iter()
                .filter(|(_, one)| one.aaguid == Some(model))
                .map(|one| one.0)
                .collect();
            let (same, other): (Vec<_>, Vec<_>) =
                keys.drain(..).partition(|(_, _, aaguid)| *aaguid == model);
            *keys = other;
            let same: Vec<ItemId> = same.into_iter().map(|(id, ..)| id.clone()).collect();
            self.is_by_model |= !same.is_empty();
            match same.len().checked_sub(own.len()) {
                None | Some(0) => self.keys.extend(own.into_iter().zip(same)),
                Some(more) => {
                    let unclear = Unclear { keys: same, enough: more + 1 };
                    self.unclear.extend(own.into_iter().map(|place| (place, unclear.clone())));
                }
            }
        }
    }
}

/// A key of the ledger with its serial number and model.
type Key<'s> = (&'s ItemId, &'s str, Guid);

/// A key that was destroyed opens nothing; one that is lost may open the door to its finder.
fn is_about(item: &Item, account: UserId) -> bool {
    let is_gone = matches!(item.condition, Condition::Destroyed(_));
    !is_gone && item.accounts.contains(&account)
}
