//! What can happen to items and people.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::item::{Holder, Issue, Secret};
use super::statement::PublicKey;
use super::text::as_text;
use crate::id::{ItemId, LedgerId, OccasionId, PersonId, PlaceId, SealNumber};
use crate::time::Timestamp;

/// What happened. In a stream the member `kind` names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum Event {
    /// The ledger begins.
    Opened {
        /// Its id, which every signed statement names.
        ledger: LedgerId,
    },
    /// The clock had run ahead and was set right: facts may follow that are earlier than the last.
    ClockCorrected {
        /// The time of the last fact before.
        #[serde(with = "as_text")]
        last: Timestamp,
        /// What was wrong.
        reason: String,
    },
    /// An item comes into the world.
    Issued {
        /// What, and who has it first.
        issue: Issue,
        /// Who opened the place that it was put into.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        opened_by: Vec<PersonId>,
        /// Who saw it.
        witness: Witness,
    },
    /// An item changes hands.
    HandedOver {
        /// The item.
        item: ItemId,
        /// Who gives it.
        from: Holder,
        /// Who takes it.
        to: Holder,
        /// Who opened the place that it was taken from or put into.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        opened_by: Vec<PersonId>,
        /// Who saw it.
        witness: Witness,
    },
    /// An item was seen where it belongs.
    ConfirmedPresent {
        /// The item.
        item: ItemId,
        /// Who saw it.
        by: PersonId,
        /// The seal that was seen on it; nothing when it carries none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seal: Option<SealNumber>,
    },
    /// A seal was broken, or found broken.
    SealBroken {
        /// The item.
        item: ItemId,
        /// Who broke it; nobody when it was found broken, and then nobody knows who read it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<PersonId>,
        /// What for.
        cause: Cause,
        /// Why, in words.
        reason: String,
    },
    /// An item was closed again with a new seal, with the secret in it that is in force.
    Resealed {
        /// The item.
        item: ItemId,
        /// Who closed it.
        by: PersonId,
        /// The new seal.
        seal: SealNumber,
        /// Who saw it.
        witness: Witness,
    },
    /// A PIN, password, split or combination was changed: who knew it knows nothing.
    SecretChanged {
        /// What was changed.
        secret: Secret,
        /// Who changed it.
        by: PersonId,
        /// Whether the one who changed it has seen it.
        seen: bool,
        /// Which change of this secret it is, from 1: the same change is written down once.
        change: u64,
    },
    /// An item that was taken out is back in its place.
    Returned {
        /// The item.
        item: ItemId,
        /// Who brings it back.
        by: PersonId,
        /// The place that it was taken from.
        place: PlaceId,
        /// Who opened the place.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        opened_by: Vec<PersonId>,
        /// Who saw it.
        witness: Witness,
    },
    /// An item is missing.
    Lost {
        /// The item.
        item: ItemId,
        /// What is known about it.
        reason: String,
    },
    /// An item was destroyed.
    Destroyed {
        /// The item.
        item: ItemId,
        /// Who destroyed it.
        by: PersonId,
        /// Why.
        reason: String,
        /// Who saw it.
        witness: Witness,
    },
    /// Somebody left, and holds, opens and witnesses nothing any more.
    PersonLeft {
        /// Who.
        person: PersonId,
    },
    /// Somebody's signing key counts from here on. The person signs it with that key.
    KeyEnrolled {
        /// Whose.
        person: PersonId,
        /// The key.
        key: PublicKey,
        /// Who saw that it is theirs.
        witness: Witness,
    },
    /// Somebody's signing key counts no more.
    KeyRevoked {
        /// Whose.
        person: PersonId,
        /// Why.
        reason: String,
    },
}

/// Who saw a movement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Witness {
    /// A person who has no part in it.
    Person(PersonId),
    /// Nobody, because there is nobody who could; the reason is kept, and it weighs less.
    Waived(String),
}

impl Witness {
    /// The person, if there was one.
    pub fn person(&self) -> Option<&PersonId> {
        match self {
            Self::Person(person) => Some(person),
            Self::Waived(_) => None,
        }
    }
}

/// What a seal was broken for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Cause {
    /// An incident.
    Incident(OccasionId),
    /// A drill.
    Drill(OccasionId),
    /// Neither; the reason says what.
    Other,
}

impl Event {
    /// The item that it is about.
    pub fn item(&self) -> Option<&ItemId> {
        match self {
            Self::Issued { issue, .. } => Some(&issue.item),
            Self::HandedOver { item, .. }
            | Self::ConfirmedPresent { item, .. }
            | Self::SealBroken { item, .. }
            | Self::Resealed { item, .. }
            | Self::Returned { item, .. }
            | Self::Lost { item, .. }
            | Self::Destroyed { item, .. } => Some(item),
            Self::Opened { .. }
            | Self::ClockCorrected { .. }
            | Self::SecretChanged { .. }
            | Self::PersonLeft { .. }
            | Self::KeyEnrolled { .. }
            | Self::KeyRevoked { .. } => None,
        }
    }

    /// From whom an item goes to whom.
    pub fn movement(&self) -> (Option<Holder>, Option<Holder>) {
        match self {
            Self::Issued { issue, .. } => (None, Some(issue.to.clone())),
            Self::HandedOver { from, to, .. } => (Some(from.clone()), Some(to.clone())),
            Self::Returned { by, place, .. } => {
                (Some(Holder::Person(by.clone())), Some(Holder::Place(place.clone())))
            }
            _ => (None, None),
        }
    }

    /// Who opened a place for it.
    pub fn opened_by(&self) -> &[PersonId] {
        match self {
            Self::Issued { opened_by, .. }
            | Self::HandedOver { opened_by, .. }
            | Self::Returned { opened_by, .. } => opened_by,
            _ => &[],
        }
    }

    /// Who saw it, where somebody has to.
    pub fn witness(&self) -> Option<&Witness> {
        match self {
            Self::Issued { witness, .. }
            | Self::HandedOver { witness, .. }
            | Self::Resealed { witness, .. }
            | Self::Returned { witness, .. }
            | Self::Destroyed { witness, .. }
            | Self::KeyEnrolled { witness, .. } => Some(witness),
            _ => None,
        }
    }

    /// Who acts in it: gives, takes, sees, breaks, closes, changes, destroys, leaves or enrols;
    /// without those who open a place, and without the witness.
    pub fn parties(&self) -> BTreeSet<&PersonId> {
        match self {
            Self::Issued { issue, .. } => issue.to.person().into_iter().collect(),
            Self::HandedOver { from, to, .. } => {
                from.person().into_iter().chain(to.person()).collect()
            }
            Self::ConfirmedPresent { by, .. }
            | Self::Resealed { by, .. }
            | Self::SecretChanged { by, .. }
            | Self::Returned { by, .. }
            | Self::Destroyed { by, .. } => BTreeSet::from([by]),
            Self::SealBroken { by, .. } => by.iter().collect(),
            Self::PersonLeft { person }
            | Self::KeyEnrolled { person, .. }
            | Self::KeyRevoked { person, .. } => BTreeSet::from([person]),
            Self::Opened { .. } | Self::ClockCorrected { .. } | Self::Lost { .. } => {
                BTreeSet::new()
            }
        }
    }

    /// Everybody whom it names, and who may therefore sign it.
    pub fn people(&self) -> BTreeSet<&PersonId> {
        let mut people = self.parties();
        people.extend(self.opened_by());
        people.extend(self.witness().and_then(Witness::person));
        people
    }

    /// The words that somebody wrote freely.
    pub(super) fn reasons(&self) -> impl Iterator<Item = &String> {
        let reason = match self {
            Self::ClockCorrected { reason, .. }
            | Self::SealBroken { reason, .. }
            | Self::Lost { reason, .. }
            | Self::Destroyed { reason, .. }
            | Self::KeyRevoked { reason, .. } => Some(reason),
            _ => None,
        };
        let waived = match self.witness() {
            Some(Witness::Waived(reason)) => Some(reason),
            _ => None,
        };
        reason.into_iter().chain(waived)
    }
}
