//! Who could have what together: the arrangements that are refused.

use alloc::collections::{BTreeMap, BTreeSet};
use core::fmt;

use super::item::{Holder, ItemKind};
use super::state::State;
use crate::id::{ItemId, PersonId, PlaceId, SplitId};
use crate::register::Custody;

/// An arrangement that no movement may bring about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Breach {
    /// A key and its PIN.
    KeyWithPin {
        /// The key.
        key: ItemId,
        /// The envelope.
        pin: ItemId,
        /// Where they come together.
        hand: Hand,
    },
    /// Shares of a split, enough of them for the password.
    Shares {
        /// The split.
        split: SplitId,
        /// How many different ones.
        shares: usize,
        /// Where they come together; never a [`Hand::Place`], which may need several to open it.
        hand: Hand,
    },
}

/// Where things come together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hand {
    /// One person holds them.
    Person(PersonId),
    /// They lie in one place.
    Place(PlaceId),
    /// One person alone reaches them: by holding, and by the places that they open without another.
    Reach(PersonId),
}

impl fmt::Display for Hand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(person) => write!(f, "in the hand of `{person}`"),
            Self::Place(place) => write!(f, "in one place, `{place}`"),
            Self::Reach(person) => write!(f, "within reach of `{person}` alone"),
        }
    }
}

impl Breach {
    /// Whether another one is this one, or a part of it: fewer shares in the same hand.
    pub(super) fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Shares { split, shares, hand },
                Self::Shares { split: of, shares: fewer, hand: there },
            ) => (split, hand) == (of, there) && fewer <= shares,
            _ => self == other,
        }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeyWithPin { key, pin, hand } => {
                write!(f, "key `{key}` and its PIN `{pin}` are {hand}")
            }
            Self::Shares { split, shares, hand } => {
                write!(f, "{shares} shares of `{split}`, enough for the password, are {hand}")
            }
        }
    }
}

/// What lies where.
#[derive(Clone, Debug)]
pub(super) struct Arrangement<'a> {
    items: BTreeMap<&'a ItemId, (&'a ItemKind, &'a Holder)>,
}

impl<'a> Arrangement<'a> {
    pub(super) fn of(state: &'a State) -> Self {
        let items = state.live().map(|(id, item)| (id, (&item.kind, &item.holder)));
        Self { items: items.collect() }
    }

    /// The same with one item elsewhere.
    pub(super) fn with(mut self, id: &'a ItemId, kind: &'a ItemKind, holder: &'a Holder) -> Self {
        self.items.insert(id, (kind, holder));
        self
    }

    /// The breaches, given who opens what.
    pub(super) fn breaches(&self, state: &State, declared: &Custody) -> BTreeSet<Breach> {
        self.found(state, declared, false)
    }

    /// The breaches, and what each person reaches alone also where it is in one place: whoever
    /// opens that place gains nothing when one of the two goes elsewhere within their reach.
    pub(super) fn reached(&self, state: &State, declared: &Custody) -> BTreeSet<Breach> {
        self.found(state, declared, true)
    }

    fn found(&self, state: &State, declared: &Custody, is_whole: bool) -> BTreeSet<Breach> {
        let mut found = BTreeSet::new();
        let holders: BTreeSet<&Holder> = self.items.values().map(|(_, holder)| *holder).collect();
        for holder in holders {
            let hand = match holder {
                Holder::Person(person) => Hand::Person(person.clone()),
                Holder::Place(place) => Hand::Place(place.clone()),
            };
            self.come_together(&|at| at == holder, &hand, is_whole, &mut found);
        }
        for person in active(state, declared) {
            let held = Holder::Person(person.clone());
            let opened: BTreeSet<Holder> = declared
                .places
                .iter()
                .filter(|place| place.is_opened_alone_by(person))
                .map(|place| Holder::Place(place.id.clone()))
                .collect();
            let reaches = |at: &Holder| *at == held || opened.contains(at);
            self.come_together(&reaches, &Hand::Reach(person.clone()), is_whole, &mut found);
        }
        found
    }

    /// Adds what comes together where `is_there` says so. What is within reach because it is in one
    /// hand or place is said once, but for the whole of it.
    fn come_together(
        &self,
        is_there: &dyn Fn(&Holder) -> bool,
        hand: &Hand,
        is_whole: bool,
        found: &mut BTreeSet<Breach>,
    ) {
        let is_reach = matches!(hand, Hand::Reach(_)) && !is_whole;
        let there = self.items.iter().filter(|(_, (_, holder))| is_there(holder));
        let mut shares: BTreeMap<&SplitId, (u8, BTreeSet<u8>, BTreeSet<&Holder>)> = BTreeMap::new();
        for (id, (kind, holder)) in there {
            match kind {
                ItemKind::PinEnvelope { key } => {
                    let Some((_, other)) = self.items.get(key) else { continue };
                    if is_there(other) && !(is_reach && other == holder) {
                        let (key, pin, hand) = (key.clone(), (*id).clone(), hand.clone());
                        found.insert(Breach::KeyWithPin { key, pin, hand });
                    }
                }
                ItemKind::Share { split, index, needed, .. } => {
                    let one = shares.entry(split).or_default();
                    one.0 = *needed;
                    one.1.insert(*index);
                    one.2.insert(holder);
                }
                _ => {}
            }
        }
        for (split, (needed, indexes, holders)) in shares {
            let is_place = matches!(hand, Hand::Place(_));
            // The same person's hand says it already.
            let is_one_hand = is_reach
                && holders.len() == 1
                && holders.iter().all(|holder| holder.person().is_some());
            if indexes.len() >= usize::from(needed) && !is_place && !is_one_hand {
                let (split, hand) = (split.clone(), hand.clone());
                found.insert(Breach::Shares { split, shares: indexes.len(), hand });
            }
        }
    }
}

/// The breaches of the present state: none that a movement made, but a change of the declaration
/// can bring some about.
pub fn breaches(state: &State, declared: &Custody) -> BTreeSet<Breach> {
    Arrangement::of(state).breaches(state, declared)
}

/// The declared people who have not left.
pub(super) fn active<'a>(
    state: &'a State,
    declared: &'a Custody,
) -> impl Iterator<Item = &'a PersonId> {
    declared.people.iter().map(|one| &one.id).filter(|id| !state.has_left(id))
}
