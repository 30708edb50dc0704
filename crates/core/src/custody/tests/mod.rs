//! A ledger for tests: four people, four places, and words for what happens.

mod facts;
mod knowledge;
mod people;
mod properties;
mod queries;
mod refusals;
mod repeated;

use alloc::sync::Arc;
use std::format;
use std::string::ToString;
use std::vec::Vec;

use ed25519_dalek::{Signer as _, SigningKey};

use super::*;
use crate::id::{ItemId, PersonId, UserId};
use crate::register::{Custody, CustodyPlace, Person, PlaceKind};
use crate::time::Timestamp;

pub(super) const ALPHA: UserId = UserId::from_u128(0xa);

/// Ada and Bob open the safe, each alone; the vault takes two of Ada, Bob and Cyd; the bank has a
/// keeper; Cyd has a home. Dan operates.
pub(super) fn declared() -> Custody {
    let person = |id: &str| Person {
        id: id.parse().unwrap(),
        name: None,
        reach: std::vec![format!("mail:{id}@example.org").parse().unwrap()],
    };
    let place = |id: &str, kind, opened_by: &[&str], needs, at: Option<&str>| CustodyPlace {
        id: id.parse().unwrap(),
        name: None,
        kind,
        opened_by: opened_by.iter().map(|one| one.parse().unwrap()).collect(),
        needs,
        at: at.map(Into::into),
    };
    Custody {
        people: ["ada", "bob", "cyd", "dan"].map(person).into(),
        places: std::vec![
            place("safe", PlaceKind::Safe, &["ada", "bob"], 1, Some("office")),
            place("vault", PlaceKind::Vault, &["ada", "bob", "cyd"], 2, Some("office")),
            place("bank", PlaceKind::Bank, &[], 1, None),
            place("home", PlaceKind::Home, &["cyd"], 1, None),
        ],
        confirm_days: Custody::CONFIRM_DAYS,
    }
}

/// A ledger with its facts.
pub(super) struct Ledger {
    pub(super) declared: Custody,
    pub(super) state: State,
    pub(super) facts: Vec<(Timestamp, Entry)>,
    pub(super) now: Timestamp,
}

impl Ledger {
    /// Before it is opened.
    pub(super) fn closed() -> Self {
        let now = "2026-11-23T04:00:00Z".parse().unwrap();
        Self { declared: declared(), state: State::default(), facts: Vec::new(), now }
    }

    pub(super) fn new() -> Self {
        let mut ledger = Self::closed();
        ledger.give(Event::Opened { ledger: id("ledger-1") });
        ledger
    }

    /// Writes it down, and says how many facts that gave.
    pub(super) fn write(&mut self, entry: Entry) -> Result<usize, Refusal> {
        let facts = self.decide(entry)?;
        let count = facts.len();
        for fact in facts {
            self.append(fact);
        }
        Ok(count)
    }

    pub(super) fn decide(&self, entry: Entry) -> Result<Vec<Entry>, Refusal> {
        let declared = Arc::new(self.declared.clone());
        let command = Command { declared, entry, open_as: None };
        decide(&self.state, &command, self.now)
    }

    /// Writes a fact down that nobody decided about.
    pub(super) fn append(&mut self, fact: Entry) {
        self.state = fold(core::mem::take(&mut self.state), &fact, self.now);
        self.facts.push((self.now, fact));
    }

    /// What happens and must be new.
    #[track_caller]
    pub(super) fn give(&mut self, event: Event) {
        let said = format!("{event:?}");
        assert_eq!(self.write(entry(event)), Ok(1), "{said}");
    }

    #[track_caller]
    pub(super) fn give_all(&mut self, events: impl IntoIterator<Item = Event>) {
        for event in events {
            self.give(event);
        }
    }

    pub(super) fn wait_days(&mut self, days: i64) {
        self.wait_seconds(days * 86_400);
    }

    pub(super) fn wait_seconds(&mut self, seconds: i64) {
        self.now = Timestamp::from_second(self.now.as_second() + seconds).unwrap();
    }

    /// The entry, signed now by these people with their own keys.
    pub(super) fn signed(&self, event: Event, people: &[&str]) -> Entry {
        let signed = people.iter().map(|one| self.signature(&event, one, one, self.now));
        let record = Record { operator: id("dan"), signed: signed.collect() };
        Entry { event, record }
    }

    /// A signature in the name of `person` with the key of `signer`, at a time of their own.
    pub(super) fn signature(
        &self,
        event: &Event,
        person: &str,
        signer: &str,
        made: Timestamp,
    ) -> Signed {
        let person: PersonId = id(person);
        let ledger = self.state.ledger.as_ref().unwrap();
        let revision = self.state.revision(event);
        let statement = Statement { ledger, person: &person, made, revision, event };
        let signature = secret_key(signer).sign(statement.to_string().as_bytes());
        let signature = hex(&signature.to_bytes()).parse().unwrap();
        Signed { person, made, signature }
    }

    /// Enrols the keys of these people.
    pub(super) fn enrol(&mut self, people: &[&str]) {
        for person in people {
            let event = enrolled(person, person);
            assert_eq!(self.write(self.signed(event, &[person])), Ok(1), "{person}");
        }
    }

    pub(super) fn item(&self, item: &str) -> &Item {
        &self.state.items[&id::<ItemId>(item)]
    }
}

pub(super) fn id<T: core::str::FromStr<Err: core::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

pub(super) fn entry(event: Event) -> Entry {
    by("dan", event)
}

pub(super) fn by(operator: &str, event: Event) -> Entry {
    Entry { event, record: Record { operator: id(operator), signed: Vec::new() } }
}

/// Everybody's key is made from their name.
pub(super) fn secret_key(person: &str) -> SigningKey {
    let mut seed = [7; 32];
    seed[..person.len()].copy_from_slice(person.as_bytes());
    SigningKey::from_bytes(&seed)
}

pub(super) fn public_key(person: &str) -> PublicKey {
    hex(secret_key(person).verifying_key().as_bytes()).parse().unwrap()
}

pub(super) fn hex(bytes: &[u8]) -> std::string::String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `@safe` is a place, `ada` a person.
pub(super) fn holder(text: &str) -> Holder {
    match text.strip_prefix('@') {
        Some(place) => Holder::Place(id(place)),
        None => Holder::Person(id(text)),
    }
}

pub(super) fn seen_by(person: &str) -> Witness {
    Witness::Person(id(person))
}

fn people(names: &str) -> Vec<PersonId> {
    names.split_whitespace().map(id).collect()
}

pub(super) fn security_key(serial: &str) -> ItemKind {
    let aaguid = id("ee882879-721c-4913-9775-3dfcce97072a");
    ItemKind::SecurityKey { serial: serial.into(), aaguid }
}

pub(super) fn pin_of(key: &str) -> ItemKind {
    ItemKind::PinEnvelope { key: id(key) }
}

pub(super) fn share(index: u8) -> ItemKind {
    ItemKind::Share { split: id("split"), index, needed: 2, total: 3 }
}

pub(super) fn combination(place: &str) -> ItemKind {
    ItemKind::Combination { place: id(place) }
}

/// An item `item` with the seal `s-item`; `names` open its place, Cyd sees it.
pub(super) fn issued(item: &str, kind: ItemKind, to: &str, names: &str) -> Event {
    let has_own = !matches!(kind, ItemKind::PinEnvelope { .. } | ItemKind::Combination { .. });
    let issue = Issue {
        item: id(item),
        kind,
        accounts: if has_own { std::vec![ALPHA] } else { Vec::new() },
        seal: Some(id(&format!("s-{item}"))),
        to: holder(to),
    };
    Event::Issued { issue, opened_by: people(names), witness: seen_by("cyd") }
}

/// A hand-over; `names` open the places, the first of `witness` sees it.
pub(super) fn handed(item: &str, from: &str, to: &str, names: &str, witness: &str) -> Event {
    let (from, to) = (holder(from), holder(to));
    Event::HandedOver {
        item: id(item),
        from,
        to,
        opened_by: people(names),
        witness: seen_by(witness),
    }
}

pub(super) fn confirmed(item: &str, by: &str) -> Event {
    let seal = Some(id(&format!("s-{item}")));
    Event::ConfirmedPresent { item: id(item), by: id(by), seal }
}

pub(super) fn broken(item: &str, by: Option<&str>) -> Event {
    let (by, cause) = (by.map(id), Cause::Drill(id("drill-1")));
    Event::SealBroken { item: id(item), by, cause, reason: "drill".into() }
}

pub(super) fn resealed(item: &str, by: &str, seal: &str) -> Event {
    let witness = seen_by(if by == "cyd" { "dan" } else { "cyd" });
    Event::Resealed { item: id(item), by: id(by), seal: id(seal), witness }
}

pub(super) fn returned(item: &str, by: &str, place: &str, names: &str) -> Event {
    let (item, by, place) = (id(item), id(by), id(place));
    Event::Returned { item, by, place, opened_by: people(names), witness: seen_by("cyd") }
}

pub(super) fn lost(item: &str) -> Event {
    Event::Lost { item: id(item), reason: "not in its place".into() }
}

pub(super) fn destroyed(item: &str, by: &str) -> Event {
    let witness = seen_by("cyd");
    Event::Destroyed { item: id(item), by: id(by), reason: "replaced".into(), witness }
}

pub(super) fn left(person: &str) -> Event {
    Event::PersonLeft { person: id(person) }
}

pub(super) fn changed(secret: Secret, by: &str, seen: bool, change: u64) -> Event {
    Event::SecretChanged { secret, by: id(by), seen, change }
}

pub(super) fn enrolled(person: &str, key_of: &str) -> Event {
    let witness = seen_by(if person == "cyd" { "ada" } else { "cyd" });
    Event::KeyEnrolled { person: id(person), key: public_key(key_of), witness }
}

pub(super) fn revoked(person: &str) -> Event {
    Event::KeyRevoked { person: id(person), reason: "phone lost".into() }
}
