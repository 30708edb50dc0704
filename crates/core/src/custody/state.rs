//! What the facts of a ledger come to.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use super::event::{Event, Witness};
use super::fold::Irregularity;
use super::item::{Holder, ItemKind, Secret};
use super::statement::PublicKey;
use crate::id::{ItemId, LedgerId, PersonId, PlaceId, SealNumber, UserId};
use crate::time::Timestamp;

/// What the facts of a ledger come to; [`super::fold()`] makes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// The ledger; `None` before it is opened.
    pub ledger: Option<LedgerId>,
    /// When the last fact was recorded.
    pub last: Option<Timestamp>,
    /// Every item that ever was.
    pub items: BTreeMap<ItemId, Item>,
    /// What facts say of people; declared people without facts are not here.
    pub people: BTreeMap<PersonId, PersonState>,
    /// Every seal that ever was, and what it closed.
    pub seals: BTreeMap<SealNumber, ItemId>,
    /// Every signing key that ever was, and whose.
    pub keys: BTreeMap<PublicKey, PersonId>,
    /// Every secret that an item carries or somebody knows.
    pub secrets: BTreeMap<Secret, SecretState>,
    /// Facts that do not follow from those before; a ledger that is written by [`super::decide()`]
    /// alone has none, but for corrections of the clock.
    pub irregular: Vec<(Timestamp, Irregularity)>,
}

impl State {
    /// Whether somebody left.
    pub fn has_left(&self, person: &PersonId) -> bool {
        self.people.get(person).is_some_and(|one| one.left.is_some())
    }

    /// The key that a person signs with at present.
    pub fn key_of(&self, person: &PersonId) -> Option<PublicKey> {
        self.people.get(person)?.key
    }

    /// The items that somebody holds: neither lost nor destroyed.
    pub fn live(&self) -> impl Iterator<Item = (&ItemId, &Item)> {
        self.items.iter().filter(|(_, item)| item.condition == Condition::Held)
    }

    /// How often the subject of `event` has changed: the item, the person or the secret. It stands
    /// in signed statements.
    pub fn revision(&self, event: &Event) -> u64 {
        match event {
            Event::PersonLeft { person }
            | Event::KeyEnrolled { person, .. }
            | Event::KeyRevoked { person, .. } => {
                self.people.get(person).map_or(0, |one| one.revision)
            }
            Event::SecretChanged { secret, .. } => {
                self.secrets.get(secret).map_or(0, |one| one.generation)
            }
            _ => event.item().and_then(|id| self.items.get(id)).map_or(0, |item| item.revision),
        }
    }
}

/// What the facts say of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What it is.
    pub kind: ItemKind,
    /// The accounts that it belongs to.
    pub accounts: Vec<UserId>,
    /// Its seal.
    pub seal: Seal,
    /// Who has it, or had it last.
    pub holder: Holder,
    /// The place that it was taken from last, or is at.
    pub home: Option<PlaceId>,
    /// Whether it is there.
    pub condition: Condition,
    /// How it came to its holder.
    pub moved: Movement,
    /// When it was last confirmed as present, with whomever, by a signature of who saw it.
    pub confirmed: Option<Timestamp>,
    /// When an operator last typed that somebody saw it.
    pub asserted: Option<Timestamp>,
    /// Which generation of its secret it carries.
    pub generation: u64,
    /// When it was written: issued, or sealed again with a secret that was changed.
    pub written: Timestamp,
    /// How many facts changed it.
    pub revision: u64,
    /// The last event about it that was no confirmation of presence.
    pub last: Event,
}

impl Item {
    /// How well it is known that its holder has it: confirmed when the person who holds it took it,
    /// or has seen it since, by their own signature; of a place, when one of those did who put it
    /// there or have seen it since.
    pub fn possession(&self) -> Weight {
        let is_seen = self.moved.confirmed.is_some();
        let taken = match &self.holder {
            Holder::Person(person) => self.moved.people.get(person).copied(),
            Holder::Place(_) => self.moved.people.values().copied().max(),
        };
        let is_taken = taken == Some(Weight::Confirmed);
        if is_seen || is_taken { Weight::Confirmed } else { Weight::Asserted }
    }

    /// Whether whoever holds it can read what it carries.
    pub fn is_open(&self) -> bool {
        !matches!(self.seal, Seal::Intact(_))
    }
}

/// How an item came to its holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// When.
    pub at: Timestamp,
    /// Who took part, with the weight of what is said about each: giver, receiver, who opened, and
    /// the witness.
    pub people: BTreeMap<PersonId, Weight>,
    /// Who saw it.
    pub witness: Witness,
    /// When the item was last confirmed as present since, by a signature.
    pub confirmed: Option<Timestamp>,
    /// When an operator last typed since that somebody saw it.
    pub asserted: Option<Timestamp>,
}

impl Movement {
    /// The weight of the whole: confirmed when everybody confirmed it, and somebody saw it.
    pub fn weight(&self) -> Weight {
        let is_seen = self.witness.person().is_some();
        match is_seen && self.people.values().all(|weight| *weight == Weight::Confirmed) {
            true => Weight::Confirmed,
            false => Weight::Asserted,
        }
    }
}

/// How much a fact about a person weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// An operator typed it.
    Asserted,
    /// The person signed it with their own key, and the signature holds.
    Confirmed,
}

/// Whether an item is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seal {
    /// It never had a seal.
    None,
    /// It is closed by this one.
    Intact(SealNumber),
    /// This one was broken.
    Broken(SealNumber),
}

impl Seal {
    /// The number that is to be seen on it.
    pub fn intact(&self) -> Option<&SealNumber> {
        match self {
            Self::Intact(number) => Some(number),
            Self::None | Self::Broken(_) => None,
        }
    }
}

/// Whether an item is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Its holder has it.
    Held,
    /// It is missing since then. One that turns up is not trusted again.
    Lost(Timestamp),
    /// It is no more since then.
    Destroyed(Timestamp),
}

/// What the facts say of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonState {
    /// The key that counts at present.
    pub key: Option<PublicKey>,
    /// When they left, and the weight of that.
    pub left: Option<(Timestamp, Weight)>,
    /// How many facts changed the above.
    pub revision: u64,
    /// The last of them.
    pub last: Option<Event>,
}

/// What the facts say of a secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecretState {
    /// How often it was changed.
    pub generation: u64,
    /// When it was changed last.
    pub changed: Option<Timestamp>,
    /// Who knows it as it is, or a part of it: a share, or what it takes of one to open a place
    /// with others.
    pub known_by: BTreeSet<PersonId>,
    /// Who of them knows all of it.
    pub whole: BTreeSet<PersonId>,
    /// Which papers each has read.
    pub read: BTreeMap<PersonId, BTreeSet<ItemId>>,
    /// Whether somebody unknown may have read it as it is: a seal was found broken, or an item
    /// was lost.
    pub is_exposed: bool,
    /// The event of the last change.
    pub last: Option<Event>,
}
