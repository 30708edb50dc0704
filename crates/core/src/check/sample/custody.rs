//! A ledger for the sound tenant: three people, two safes, a key and its PIN always apart.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::str::FromStr;

use super::{AAGUID, ALPHA, BRAVO, Case};
use crate::custody::{Cause, Entry, Event, Holder, Issue, ItemKind, Record, State, Witness, fold};
use crate::id::{ItemId, PersonId, PlaceId, SealNumber, SplitId, UserId};
use crate::register::{Contact, Custody, CustodyPlace, Person, PlaceKind};

/// The people: Ada, Bob and Cyd. Ada opens the safe in the north, Bob the one in the south.
pub fn declared() -> Custody {
    let place = |id: &str, opener: &str| CustodyPlace {
        id: place(id),
        name: None,
        kind: PlaceKind::Safe,
        opened_by: BTreeSet::from([person(opener)]),
        needs: 1,
        at: None,
    };
    let people = ["ada", "bob", "cyd"];
    Custody {
        people: people
            .iter()
            .map(|id| Person { id: person(id), name: None, reach: reached(id) })
            .collect(),
        places: vec![place("north", "ada"), place("south", "bob")],
        confirm_days: Custody::CONFIRM_DAYS,
    }
}

/// By phone, and by mail outside the tenant.
fn reached(id: &str) -> Vec<Contact> {
    let ways = [alloc::format!("mail:{id}@example.net"), String::from("sms:+31612345678")];
    ways.iter().filter_map(|way| way.parse().ok()).collect()
}

/// Two keys of each account with their PINs, so that no one of the three has both, and any two of
/// them have enough.
pub fn ledger(case: &Case) -> State {
    let mut ledger = Ledger { case, state: State::default() };
    ledger.happened(Event::Opened { ledger: word("sample") });
    for (key, account, held, pin) in [
        ("a-1", ALPHA, "north", "bob"),
        ("a-2", ALPHA, "south", "cyd"),
        ("b-1", BRAVO, "cyd", "ada"),
        ("b-2", BRAVO, "bob", "cyd"),
    ] {
        ledger.key(key, account, held, pin);
    }
    for (name, account) in [("a", ALPHA), ("b", BRAVO)] {
        ledger.password(name, account);
    }
    ledger.state
}

struct Ledger<'a> {
    case: &'a Case,
    state: State,
}

impl Ledger<'_> {
    fn key(&mut self, key: &str, account: UserId, held: &str, pin: &str) {
        let serial = String::from(key);
        let kind = ItemKind::SecurityKey { serial, aaguid: AAGUID };
        let envelope = alloc::format!("pin-{key}");
        self.happened(issued(key, kind, vec![account], held));
        let kind = ItemKind::PinEnvelope { key: item(key) };
        self.happened(issued(&envelope, kind, vec![account], pin));
    }

    /// A share for each of the three, two of which give the password.
    fn password(&mut self, name: &str, account: UserId) {
        let split: SplitId = word(name);
        for (index, who) in (1..).zip(["ada", "bob", "cyd"]) {
            let split = split.clone();
            let kind = ItemKind::Share { split, index, needed: 2, total: 3 };
            let share = alloc::format!("share-{name}-{index}");
            self.happened(issued(&share, kind, vec![account], who));
        }
    }

    fn happened(&mut self, event: Event) {
        self.state = after(core::mem::take(&mut self.state), event, self.case.now);
    }
}

impl Case {
    /// Adds a fact to the ledger that nobody decided about.
    pub fn happened(&mut self, event: Event) {
        let state = self.custody.take().unwrap_or_default();
        self.custody = Some(after(state, event, self.now));
    }

    /// Puts an item elsewhere.
    pub fn moved(&mut self, id: &str, to: &str) {
        let id = item(id);
        let from = self.custody.as_ref().and_then(|state| state.items.get(&id));
        let Some(from) = from.map(|item| item.holder.clone()) else { return };
        let witness = Witness::Person(person("cyd"));
        let opened_by = Vec::new();
        self.happened(Event::HandedOver { item: id, from, to: holder(to), opened_by, witness });
    }

    /// Puts every item there.
    pub fn moved_all(&mut self, to: &str) {
        let items = self.custody.iter().flat_map(|state| state.items.keys().cloned());
        for id in items.collect::<Vec<_>>() {
            self.moved(id.as_str(), to);
        }
    }

    /// Has a seal broken.
    pub fn broken(&mut self, id: &str, by: Option<&str>) {
        let (item, by) = (item(id), by.map(person));
        let reason = String::from("sample");
        self.happened(Event::SealBroken { item, by, cause: Cause::Other, reason });
    }
}

/// The issue of an item, under a seal of its own name.
pub fn issued(id: &str, kind: ItemKind, accounts: Vec<UserId>, to: &str) -> Event {
    let issue = Issue { item: item(id), kind, accounts, seal: Some(seal(id)), to: holder(to) };
    let opened_by = Vec::new();
    Event::Issued { issue, opened_by, witness: Witness::Person(person("cyd")) }
}

/// One of the safes, or else a person.
pub fn holder(id: &str) -> Holder {
    match id {
        "north" | "south" => Holder::Place(place(id)),
        _ => Holder::Person(person(id)),
    }
}

/// A person of the ledger.
pub fn person(id: &str) -> PersonId {
    word(id)
}

/// A place of the ledger.
pub fn place(id: &str) -> PlaceId {
    word(id)
}

/// An item of the ledger.
pub fn item(id: &str) -> ItemId {
    word(id)
}

/// The seal of an item as it was issued.
pub fn seal(id: &str) -> SealNumber {
    word(id)
}

fn after(state: State, event: Event, at: crate::time::Timestamp) -> State {
    let record = Record { operator: person("ada"), signed: Vec::new() };
    fold(state, &Entry { event, record }, at)
}

/// A word that is written here, and therefore is one.
fn word<T: FromStr>(text: &str) -> T {
    match text.parse() {
        Ok(word) => word,
        Err(_) => unreachable!("`{text}` is no word"),
    }
}
