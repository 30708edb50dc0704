//! Which item of the ledger is which credential of an account.
//!
//! A ledger knows a key by its serial number and model, Entra ID by its model and a name that
//! somebody gave it. They are one where account and model agree, and of several the one whose name
//! holds the serial number. What is left over on either side is said: a credential that nobody
//! wrote down, an item that opens nothing.

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
    /// Keys that the account has not registered.
    pub(super) unregistered: Vec<ItemId>,
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
        let mut keys: Vec<(&ItemId, &str, Guid)> = Vec::new();
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
        // By serial first, so that what is told apart is not taken for another one.
        for by_serial in [true, false] {
            for (place, one) in &passkeys {
                let is_it = |(_, serial, aaguid): &(&ItemId, &str, Guid)| {
                    one.aaguid == Some(*aaguid) && (!by_serial || one.name.contains(*serial))
                };
                if matched.keys.contains_key(place) {
                    continue;
                }
                if let Some(at) = keys.iter().position(is_it) {
                    matched.keys.insert(*place, keys.remove(at).0.clone());
                }
            }
        }
        if credentials.is_some() {
            matched.unregistered = keys.into_iter().map(|(id, ..)| id.clone()).collect();
        }
        matched
    }
}

/// A key that was destroyed opens nothing; one that is lost may open the door to its finder.
fn is_about(item: &Item, account: UserId) -> bool {
    let is_gone = matches!(item.condition, Condition::Destroyed(_));
    !is_gone && item.accounts.contains(&account)
}
