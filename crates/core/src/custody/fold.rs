//! Facts into a state. Every sequence of facts has one, also one that [`super::decide()`] would not
//! have written: what does not follow is noted, and never lost.

use alloc::collections::BTreeMap;
use core::fmt;

use super::event::{Event, Witness};
use super::fact::{Entry, Signed};
use super::item::{Holder, Issue, Secret};
use super::limits::CLOCK_SKEW_SECONDS_MAX;
use super::state::{Condition, Item, Movement, Seal, SecretState, State, Weight};
use super::statement::{PublicKey, Statement};
use crate::id::{ItemId, LedgerId, PersonId, SealNumber};
use crate::time::Timestamp;

/// A fact that does not follow from those before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Irregularity {
    /// It is about an item that was never issued.
    NoSuchItem(ItemId),
    /// It issues an item that was issued before.
    IssuedTwice(ItemId),
    /// It moves an item from somebody who did not have it.
    NotHeld(ItemId),
    /// It is about an item that was lost or destroyed before.
    Gone(ItemId),
    /// It closes an item with a seal that was used before.
    SealUsed(SealNumber),
    /// It opens a ledger that is open.
    OpenedTwice(LedgerId),
    /// It bears a signature that does not hold; the fact counts as asserted.
    Signature(PersonId),
    /// It was recorded earlier than the one before it, by more than clocks of one machine differ.
    EarlierThanLast(Timestamp),
    /// The clock was set back, by somebody who said so.
    ClockCorrected(Timestamp),
}

impl fmt::Display for Irregularity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchItem(item) => write!(f, "item `{item}` was never issued"),
            Self::IssuedTwice(item) => write!(f, "item `{item}` was issued before"),
            Self::NotHeld(item) => write!(f, "item `{item}` was moved from where it was not"),
            Self::Gone(item) => write!(f, "item `{item}` was lost or destroyed before"),
            Self::SealUsed(seal) => write!(f, "seal `{seal}` was used before"),
            Self::OpenedTwice(ledger) => write!(f, "the ledger was opened again as `{ledger}`"),
            Self::Signature(person) => write!(f, "a signature of `{person}` does not hold"),
            Self::EarlierThanLast(last) => write!(f, "recorded before the fact of {last}"),
            Self::ClockCorrected(last) => write!(f, "the clock was set back from {last}"),
        }
    }
}

/// The state after `fact`, which was recorded at `at`.
#[must_use]
pub fn fold(mut state: State, fact: &Entry, at: Timestamp) -> State {
    let mut folding = Folding { weights: BTreeMap::new(), state: &mut state, at };
    folding.weigh(fact);
    folding.event(&fact.event);
    // Two who write at once have looked at the clock before either had its turn.
    let is_earlier = |last: &Timestamp| last.as_second() - at.as_second() > CLOCK_SKEW_SECONDS_MAX;
    if let Some(last) = state.last.filter(is_earlier) {
        state.irregular.push((at, Irregularity::EarlierThanLast(last)));
    }
    let is_corrected = matches!(fact.event, Event::ClockCorrected { .. });
    state.last = if is_corrected { Some(at) } else { state.last.max(Some(at)) };
    state
}

/// Whether one signature holds. A key that is being enrolled vouches for itself.
pub(super) fn is_verified(state: &State, event: &Event, signed: &Signed) -> bool {
    let key = match event {
        Event::KeyEnrolled { person, key, .. } if *person == signed.person => Some(*key),
        _ => state.key_of(&signed.person),
    };
    let (Some(key), Some(ledger)) = (key, &state.ledger) else { return false };
    let (person, made) = (&signed.person, signed.made);
    let revision = state.revision(event);
    Statement { ledger, person, made, revision, event }.is_signed(&key, &signed.signature)
}

/// One fact on its way into the state.
struct Folding<'s> {
    state: &'s mut State,
    at: Timestamp,
    /// Who signed, and when they say that they did.
    weights: BTreeMap<PersonId, Timestamp>,
}

impl Folding<'_> {
    fn note(&mut self, what: Irregularity) {
        self.state.irregular.push((self.at, what));
    }

    /// Verifies the signatures against the state before the event.
    fn weigh(&mut self, Entry { event, record }: &Entry) {
        let named = event.people();
        for signed in &record.signed {
            let person = &signed.person;
            match named.contains(person) && is_verified(self.state, event, signed) {
                true => drop(self.weights.insert(person.clone(), signed.made)),
                false => self.note(Irregularity::Signature(person.clone())),
            }
        }
    }

    fn weight(&self, person: &PersonId) -> Weight {
        match self.weights.contains_key(person) {
            true => Weight::Confirmed,
            false => Weight::Asserted,
        }
    }

    fn event(&mut self, event: &Event) {
        match event {
            Event::Opened { ledger } => self.opened(ledger),
            Event::ClockCorrected { last, .. } => self.note(Irregularity::ClockCorrected(*last)),
            Event::Issued { issue, .. } => self.issued(issue, event),
            Event::HandedOver { item, from, to, .. } => self.moved(item, from, to, event),
            Event::Returned { item, by, place, .. } => {
                let (from, to) = (Holder::Person(by.clone()), Holder::Place(place.clone()));
                self.moved(item, &from, &to, event);
            }
            Event::ConfirmedPresent { item, by, .. } => self.confirmed(item, by),
            Event::SealBroken { item, by, .. } => self.broken(item, by.as_ref(), event),
            Event::Resealed { item, by, seal, .. } => self.resealed(item, by, seal, event),
            Event::SecretChanged { secret, by, seen, .. } => self.changed(secret, by, *seen, event),
            Event::Lost { item, .. } => self.gone(item, Condition::Lost(self.at), event),
            Event::Destroyed { item, .. } => {
                self.gone(item, Condition::Destroyed(self.at), event);
            }
            Event::PersonLeft { person } => {
                let left = (self.at, self.weight(person));
                let one = self.state.people.entry(person.clone()).or_default();
                one.left = one.left.or(Some(left));
                one.revision += 1;
                one.last = Some(event.clone());
            }
            Event::KeyEnrolled { person, key, .. } => {
                self.state.keys.insert(*key, person.clone());
                self.key(person, Some(*key), event);
            }
            Event::KeyRevoked { person, .. } => self.key(person, None, event),
        }
        self.learn_by_opening(event);
    }

    /// Whoever opened a place knows how it is opened.
    fn learn_by_opening(&mut self, event: &Event) {
        let (from, to) = event.movement();
        for place in [from, to].iter().flatten().filter_map(Holder::place) {
            for person in event.opened_by() {
                let combination = self.secret(Secret::Combination(place.clone()));
                combination.known_by.insert(person.clone());
                if event.opened_by().len() == 1 {
                    combination.whole.insert(person.clone());
                }
            }
        }
    }

    fn opened(&mut self, ledger: &LedgerId) {
        match self.state.ledger {
            Some(_) => self.note(Irregularity::OpenedTwice(ledger.clone())),
            None => self.state.ledger = Some(ledger.clone()),
        }
    }

    fn issued(&mut self, issue: &Issue, event: &Event) {
        let Issue { item, kind, accounts, seal, to } = issue;
        if self.state.items.contains_key(item) {
            self.note(Irregularity::IssuedTwice(item.clone()));
            return;
        }
        if let Some(seal) = seal {
            self.use_seal(seal, item);
        }
        let secret = kind.secret(item);
        let generation = secret.map_or(0, |secret| self.secret(secret).generation);
        let issued = Item {
            kind: kind.clone(),
            accounts: accounts.clone(),
            seal: seal.clone().map_or(Seal::None, Seal::Intact),
            holder: to.clone(),
            home: to.place().cloned(),
            condition: Condition::Held,
            moved: self.movement(event),
            confirmed: None,
            asserted: None,
            generation,
            written: self.at,
            revision: 1,
            last: event.clone(),
        };
        self.state.items.insert(item.clone(), issued);
        self.learn_by_holding(item);
    }

    fn moved(&mut self, id: &ItemId, from: &Holder, to: &Holder, event: &Event) {
        let movement = self.movement(event);
        let Some(item) = self.touch(id, event) else { return };
        let is_held = item.holder == *from;
        item.holder = to.clone();
        item.home = to.place().cloned().or(item.home.take());
        item.moved = movement;
        if !is_held {
            self.note(Irregularity::NotHeld(id.clone()));
        }
        self.learn_by_holding(id);
    }

    fn movement(&self, event: &Event) -> Movement {
        let people = event.people().into_iter();
        let people = people.map(|person| (person.clone(), self.weight(person))).collect();
        let witness = event.witness().cloned();
        // Every movement has one; a fact that had none would not have been understood.
        let witness = witness.unwrap_or_else(|| Witness::Waived("none".into()));
        Movement { at: self.at, people, witness, confirmed: None, asserted: None }
    }

    fn confirmed(&mut self, id: &ItemId, by: &PersonId) {
        let (at, made) = (self.at, self.weights.get(by).copied());
        let Some(item) = self.state.items.get_mut(id) else {
            self.note(Irregularity::NoSuchItem(id.clone()));
            return;
        };
        match made {
            // By the signer's clock, but not ahead of ours.
            Some(made) => {
                item.confirmed = item.confirmed.max(Some(made.min(at)));
                item.moved.confirmed = item.moved.confirmed.max(Some(made.min(at)));
            }
            None => {
                item.asserted = item.asserted.max(Some(at));
                item.moved.asserted = item.moved.asserted.max(Some(at));
            }
        }
        if item.condition != Condition::Held {
            self.note(Irregularity::Gone(id.clone()));
        }
    }

    fn broken(&mut self, id: &ItemId, by: Option<&PersonId>, event: &Event) {
        let Some(item) = self.touch(id, event) else { return };
        if let Seal::Intact(number) = &item.seal {
            item.seal = Seal::Broken(number.clone());
        }
        match by {
            Some(by) => self.learn(id, by),
            None => self.expose(id),
        }
        self.learn_by_holding(id);
    }

    fn resealed(&mut self, id: &ItemId, by: &PersonId, seal: &SealNumber, event: &Event) {
        let Some(item) = self.touch(id, event) else { return };
        item.seal = Seal::Intact(seal.clone());
        let kind = item.kind.clone();
        self.use_seal(seal, id);
        if let Some(secret) = kind.secret(id) {
            let generation = self.secret(secret).generation;
            let at = self.at;
            if let Some(item) = self.state.items.get_mut(id)
                && item.generation != generation
            {
                (item.generation, item.written) = (generation, at);
            }
        }
        self.learn(id, by);
    }

    fn changed(&mut self, secret: &Secret, by: &PersonId, seen: bool, event: &Event) {
        let changed = Some(self.at);
        let secret = self.secret(secret.clone());
        let generation = secret.generation + 1;
        let last = Some(event.clone());
        *secret = SecretState { generation, changed, last, ..SecretState::default() };
        if seen {
            secret.known_by.insert(by.clone());
            secret.whole.insert(by.clone());
        }
    }

    fn gone(&mut self, id: &ItemId, condition: Condition, event: &Event) {
        let Some(item) = self.touch(id, event) else { return };
        item.condition = condition;
        if matches!(condition, Condition::Lost(_)) {
            self.expose(id);
        }
    }

    fn key(&mut self, person: &PersonId, key: Option<PublicKey>, event: &Event) {
        let one = self.state.people.entry(person.clone()).or_default();
        one.key = key;
        one.revision += 1;
        one.last = Some(event.clone());
    }

    /// The item, with one more change to it; `None` when there is none.
    fn touch(&mut self, id: &ItemId, event: &Event) -> Option<&mut Item> {
        match self.state.items.get(id).map(|item| item.condition) {
            None => {
                self.note(Irregularity::NoSuchItem(id.clone()));
                return None;
            }
            Some(Condition::Held) => {}
            Some(_) => self.note(Irregularity::Gone(id.clone())),
        }
        let item = self.state.items.get_mut(id)?;
        item.revision += 1;
        item.last = event.clone();
        Some(item)
    }

    fn use_seal(&mut self, seal: &SealNumber, item: &ItemId) {
        if self.state.seals.insert(seal.clone(), item.clone()).is_some() {
            self.note(Irregularity::SealUsed(seal.clone()));
        }
    }

    fn secret(&mut self, secret: Secret) -> &mut SecretState {
        self.state.secrets.entry(secret).or_default()
    }

    /// Whoever holds an open item has read it.
    fn learn_by_holding(&mut self, id: &ItemId) {
        let item = self.state.items.get(id).filter(|item| item.is_open());
        let holder = item.and_then(|item| item.holder.person()).cloned();
        if let Some(person) = holder {
            self.learn(id, &person);
        }
    }

    fn learn(&mut self, id: &ItemId, person: &PersonId) {
        let Some(secret) = self.current_secret(id) else { return };
        let is_whole = !matches!(secret, Secret::Split(_));
        let secret = self.secret(secret);
        secret.known_by.insert(person.clone());
        secret.read.entry(person.clone()).or_default().insert(id.clone());
        if is_whole {
            secret.whole.insert(person.clone());
        }
    }

    fn expose(&mut self, id: &ItemId) {
        if let Some(secret) = self.current_secret(id) {
            self.secret(secret).is_exposed = true;
        }
    }

    /// The secret that the item carries, unless it was changed since: old paper says nothing.
    fn current_secret(&mut self, id: &ItemId) -> Option<Secret> {
        let item = self.state.items.get(id)?;
        let secret = item.kind.secret(id)?;
        let generation = item.generation;
        (self.secret(secret.clone()).generation == generation).then_some(secret)
    }
}
