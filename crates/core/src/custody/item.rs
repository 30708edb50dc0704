//! What is held, and by whom.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};

use super::text::{as_text, as_texts};
use crate::id::{Guid, ItemId, PersonId, PlaceId, SealNumber, SplitId, UserId};

/// Who or what holds an item: one person, or one place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Holder {
    /// A person.
    Person(PersonId),
    /// A place.
    Place(PlaceId),
}

impl Holder {
    /// The person, if it is one.
    pub fn person(&self) -> Option<&PersonId> {
        match self {
            Self::Person(person) => Some(person),
            Self::Place(_) => None,
        }
    }

    /// The place, if it is one.
    pub fn place(&self) -> Option<&PlaceId> {
        match self {
            Self::Place(place) => Some(place),
            Self::Person(_) => None,
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(person) => write!(f, "person `{person}`"),
            Self::Place(place) => write!(f, "place `{place}`"),
        }
    }
}

/// What an item is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum ItemKind {
    /// A FIDO2 security key.
    SecurityKey {
        /// The serial number on it; one key is one item.
        serial: String,
        /// Its model.
        #[serde(with = "as_text")]
        aaguid: Guid,
    },
    /// The PIN of a key, in an envelope.
    PinEnvelope {
        /// The key that it opens.
        key: ItemId,
    },
    /// A whole password on paper.
    PasswordSheet,
    /// One share of a password that was split.
    Share {
        /// The split.
        split: SplitId,
        /// Which share, from 1.
        index: u8,
        /// How many shares give the password.
        needed: u8,
        /// How many shares there are.
        total: u8,
    },
    /// The combination of a safe, in an envelope.
    Combination {
        /// The place that it opens.
        place: PlaceId,
    },
}

impl ItemKind {
    /// What people call it.
    pub const fn title(&self) -> &'static str {
        match self {
            Self::SecurityKey { .. } => "security key",
            Self::PinEnvelope { .. } => "PIN envelope",
            Self::PasswordSheet => "password sheet",
            Self::Share { .. } => "share of a password",
            Self::Combination { .. } => "safe combination",
        }
    }

    /// Whether it is an envelope with the PIN of `key`.
    pub fn is_pin_of(&self, key: &ItemId) -> bool {
        matches!(self, Self::PinEnvelope { key: of } if of == key)
    }

    /// Whether it is a paper with the combination of `place`.
    pub fn is_combination_of(&self, place: &PlaceId) -> bool {
        matches!(self, Self::Combination { place: of } if of == place)
    }

    /// The secret that whoever reads the item `id` of this kind knows; `None` for a key, which
    /// cannot be read.
    pub fn secret(&self, id: &ItemId) -> Option<Secret> {
        Some(match self {
            Self::SecurityKey { .. } => return None,
            Self::PinEnvelope { key } => Secret::Pin(key.clone()),
            Self::PasswordSheet => Secret::Password(id.clone()),
            Self::Share { split, .. } => Secret::Split(split.clone()),
            Self::Combination { place } => Secret::Combination(place.clone()),
        })
    }
}

/// What somebody can know. Knowledge outlives possession: it ends when the secret is changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Secret {
    /// The PIN of a key.
    Pin(ItemId),
    /// The password on a sheet.
    Password(ItemId),
    /// A share of a split; whoever has read one makes every other count for more.
    Split(SplitId),
    /// The combination of a place.
    Combination(PlaceId),
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pin(key) => write!(f, "PIN of `{key}`"),
            Self::Password(sheet) => write!(f, "password on `{sheet}`"),
            Self::Split(split) => write!(f, "shares of `{split}`"),
            Self::Combination(place) => write!(f, "combination of `{place}`"),
        }
    }
}

/// An item that comes into the world.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Issue {
    /// Its id.
    pub item: ItemId,
    /// What it is.
    pub kind: ItemKind,
    /// The accounts that it belongs to, by object id; none for a combination.
    #[serde(with = "as_texts", default, skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<UserId>,
    /// The seal that it is closed with. Only a key may be without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<SealNumber>,
    /// Who has it first.
    pub to: Holder,
}
