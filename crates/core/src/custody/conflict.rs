//! What in the present state breaks a rule, or is on the way to. Declarations change after the
//! fact, seals are broken for good reasons, and people leave: none of that can be refused.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::fmt;

use super::item::{Holder, ItemKind, Secret};
use super::leaver::{PlaceBelowNeeds, below_needs};
use super::reach::{Breach, active, breaches};
use super::state::{Item, Seal, State};
use crate::id::{ItemId, PersonId, PlaceId, SplitId};
use crate::register::{Custody, CustodyPlace};

/// Something that breaks a rule at present.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Conflict {
    /// An arrangement that no movement may bring about; the declaration has.
    Breach(Breach),
    /// Somebody alone has the key at hand, and knows its PIN.
    KeyWithKnownPin {
        /// The key.
        key: ItemId,
        /// Who.
        person: PersonId,
    },
    /// Somebody alone opens a place by a combination that they know or hold, without being declared
    /// to open it.
    KnowsCombination {
        /// The place.
        place: PlaceId,
        /// Who.
        person: PersonId,
    },
    /// Shares enough for the password lie in one place.
    SharesInPlace {
        /// The split.
        split: SplitId,
        /// The place.
        place: PlaceId,
    },
    /// The combination lies in the place that it opens.
    LockedInside(ItemId),
    /// Somebody holds it who left.
    HeldByLeaver(ItemId),
    /// Somebody holds it whom nobody declares.
    HeldByUndeclared(ItemId),
    /// It lies in a place that nobody declares.
    AtUndeclaredPlace(ItemId),
    /// Somebody who left knows it.
    KnownByLeaver {
        /// What they know.
        secret: Secret,
        /// Who.
        person: PersonId,
    },
    /// Somebody unknown may know it: a seal was found broken, or the item was lost.
    Exposed(Secret),
    /// The paper carries a secret that was changed since.
    OutOfDate(ItemId),
    /// Its seal is broken.
    Open(ItemId),
    /// Nobody saw how it came to its holder.
    Unwitnessed(ItemId),
    /// Too few people can open the place.
    BelowNeeds(PlaceBelowNeeds),
    /// Somebody who left is still declared to open the place.
    OpenedByLeaver {
        /// The place.
        place: PlaceId,
        /// Who.
        person: PersonId,
    },
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Breach(breach) => write!(f, "{breach}"),
            Self::KeyWithKnownPin { key, person } => {
                write!(f, "`{person}` alone reaches key `{key}` and knows its PIN")
            }
            Self::KnowsCombination { place, person } => {
                write!(f, "`{person}` can open `{place}`, and is not declared to")
            }
            Self::SharesInPlace { split, place } => {
                write!(f, "shares of `{split}`, enough for the password, are in `{place}`")
            }
            Self::LockedInside(item) => {
                write!(f, "combination `{item}` is in the place that it opens")
            }
            Self::HeldByLeaver(item) => write!(f, "item `{item}` is with somebody who left"),
            Self::HeldByUndeclared(item) => {
                write!(f, "item `{item}` is with somebody whom nobody declares")
            }
            Self::AtUndeclaredPlace(item) => {
                write!(f, "item `{item}` is in a place that nobody declares")
            }
            Self::KnownByLeaver { secret, person } => {
                write!(f, "`{person}`, who left, knows the {secret}")
            }
            Self::Exposed(secret) => write!(f, "somebody unknown may know the {secret}"),
            Self::OutOfDate(item) => write!(f, "item `{item}` carries a secret that was changed"),
            Self::Open(item) => write!(f, "the seal of item `{item}` is broken"),
            Self::Unwitnessed(item) => {
                write!(f, "nobody witnessed how item `{item}` came to its holder")
            }
            Self::BelowNeeds(PlaceBelowNeeds { place, left, needs }) => {
                write!(f, "`{place}` takes {needs} to open, and {left} are left who can")
            }
            Self::OpenedByLeaver { place, person } => {
                write!(f, "`{person}`, who left, is still declared to open `{place}`")
            }
        }
    }
}

/// Everything in the present state that breaks a rule, in a fixed order.
pub fn conflicts(state: &State, declared: &Custody) -> Vec<Conflict> {
    let mut found: BTreeSet<Conflict> =
        breaches(state, declared).into_iter().map(Conflict::Breach).collect();
    for (id, item) in state.live() {
        found.extend(of_item(state, declared, id, item));
    }
    for (secret, known) in &state.secrets {
        let leavers = known.known_by.iter().filter(|one| state.has_left(one));
        found.extend(leavers.map(|person| Conflict::KnownByLeaver {
            secret: secret.clone(),
            person: person.clone(),
        }));
        if known.is_exposed {
            found.insert(Conflict::Exposed(secret.clone()));
        }
    }
    found.extend(shares_in_places(state));
    found.extend(of_places(state, declared));
    for person in active(state, declared) {
        found.extend(by_knowledge(state, declared, person));
    }
    found.into_iter().collect()
}

fn of_item(state: &State, declared: &Custody, id: &ItemId, item: &Item) -> Vec<Conflict> {
    let mut found = Vec::new();
    match &item.holder {
        Holder::Person(person) if state.has_left(person) => {
            found.push(Conflict::HeldByLeaver(id.clone()));
        }
        Holder::Person(person) if declared.person(person).is_none() => {
            found.push(Conflict::HeldByUndeclared(id.clone()));
        }
        Holder::Place(place) if declared.place(place).is_none() => {
            found.push(Conflict::AtUndeclaredPlace(id.clone()));
        }
        _ => {}
    }
    if matches!(&item.kind, ItemKind::Combination { place } if item.holder.place() == Some(place)) {
        found.push(Conflict::LockedInside(id.clone()));
    }
    if matches!(item.seal, Seal::Broken(_)) {
        found.push(Conflict::Open(id.clone()));
    }
    if item.moved.witness.person().is_none() {
        found.push(Conflict::Unwitnessed(id.clone()));
    }
    let secret = item.kind.secret(id).and_then(|secret| state.secrets.get(&secret));
    if secret.is_some_and(|secret| secret.generation != item.generation) {
        found.push(Conflict::OutOfDate(id.clone()));
    }
    found
}

fn shares_in_places(state: &State) -> Vec<Conflict> {
    let mut shares: BTreeMap<(&SplitId, &PlaceId), (u8, BTreeSet<u8>)> = BTreeMap::new();
    for (_, item) in state.live() {
        if let (ItemKind::Share { split, index, needed, .. }, Holder::Place(place)) =
            (&item.kind, &item.holder)
        {
            let (least, indexes) = shares.entry((split, place)).or_default();
            *least = *needed;
            indexes.insert(*index);
        }
    }
    let enough = shares.into_iter().filter(|(_, (needed, at))| at.len() >= usize::from(*needed));
    enough
        .map(|((split, place), _)| Conflict::SharesInPlace {
            split: split.clone(),
            place: place.clone(),
        })
        .collect()
}

fn of_places(state: &State, declared: &Custody) -> Vec<Conflict> {
    let left: BTreeSet<&PersonId> = active(state, declared).collect();
    let below = below_needs(declared, &|one| left.contains(one)).into_iter();
    let leavers = declared.places.iter().flat_map(|place| {
        let gone = place.opened_by.iter().filter(|one| state.has_left(one));
        gone.map(|person| Conflict::OpenedByLeaver {
            place: place.id.clone(),
            person: person.clone(),
        })
    });
    below.map(Conflict::BelowNeeds).chain(leavers).collect()
}

/// What one person can do by what they know, beside what they hold and open.
fn by_knowledge(state: &State, declared: &Custody, person: &PersonId) -> Vec<Conflict> {
    let knows = |secret: &Secret| {
        state.secrets.get(secret).is_some_and(|known| known.known_by.contains(person))
    };
    let held = state.live().filter(|(_, item)| item.holder.person() == Some(person));
    let held: BTreeSet<&PlaceId> = held
        .filter_map(|(_, item)| match &item.kind {
            ItemKind::Combination { place } => Some(place),
            _ => None,
        })
        .collect();
    // Once per person, and not once per item: there are thousands of those.
    let is_open = |place: &&CustodyPlace| {
        let can = held.contains(&place.id) || knows(&Secret::Combination(place.id.clone()));
        place.is_opened_alone_by(person) || (place.needs <= 1 && can)
    };
    let open: BTreeSet<&PlaceId> =
        declared.places.iter().filter(is_open).map(|place| &place.id).collect();
    let reaches = |holder: &Holder| match holder {
        Holder::Person(holder) => holder == person,
        Holder::Place(place) => open.contains(place),
    };
    let keys = state.live().filter(|(id, item)| {
        matches!(item.kind, ItemKind::SecurityKey { .. })
            && reaches(&item.holder)
            && knows(&Secret::Pin((*id).clone()))
    });
    let keys =
        keys.map(|(id, _)| Conflict::KeyWithKnownPin { key: id.clone(), person: person.clone() });
    let places = declared
        .places
        .iter()
        .filter(|place| !place.is_opened_alone_by(person) && open.contains(&place.id));
    let places = places.map(|place| Conflict::KnowsCombination {
        place: place.id.clone(),
        person: person.clone(),
    });
    keys.chain(places).collect()
}
