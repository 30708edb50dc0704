//! Who holds what, and what happened to whom.

use alloc::vec::Vec;

use serde_json::Value;

use super::event::Event;
use super::fact::Entry;
use super::fold::{Irregularity, fold};
use super::item::{Holder, ItemKind, Secret};
use super::state::{Item, State};
use crate::id::{ItemId, PersonId, PlaceId, UserId};
use crate::stream;

/// What a person or a place holds at present.
pub fn held_by<'s>(state: &'s State, holder: &Holder) -> Vec<(&'s ItemId, &'s Item)> {
    state.live().filter(|(_, item)| item.holder == *holder).collect()
}

/// What belongs to an account at present, the PINs of its keys included.
pub fn of_account(state: &State, account: UserId) -> Vec<(&ItemId, &Item)> {
    let belongs = |item: &Item| match &item.kind {
        ItemKind::PinEnvelope { key } => {
            state.items.get(key).is_some_and(|key| key.accounts.contains(&account))
        }
        _ => item.accounts.contains(&account),
    };
    state.live().filter(|(_, item)| belongs(item)).collect()
}

/// Whose history is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// An item, its PIN envelopes and its secrets included.
    Item(ItemId),
    /// A person, also as witness, opener or operator.
    Person(PersonId),
    /// A place, its combination included.
    Place(PlaceId),
}

/// A fact about a subject, in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told<'r> {
    /// The record of the stream.
    pub record: &'r stream::Record,
    /// What it says; `None` of one that is unread.
    pub entry: Option<Entry>,
    /// What of it does not follow from the facts before, such as a signature that does not hold.
    pub notes: Vec<Irregularity>,
}

/// The facts about a subject in their order. One that is unread is among them when it names the
/// subject anywhere.
pub fn history<'r>(records: &'r [stream::Record], subject: &Subject) -> Vec<Told<'r>> {
    let mut state = State::default();
    let told = records.iter().map(|record| {
        let entry: Option<Entry> = record.body.read().ok();
        let before = state.irregular.len();
        if let Some(entry) = &entry {
            state = fold(core::mem::take(&mut state), entry, record.at);
        }
        let notes = state.irregular.iter().skip(before).map(|(_, what)| what.clone()).collect();
        Told { record, entry, notes }
    });
    let concerns = |told: &Told<'_>| match &told.entry {
        Some(entry) => is_about(entry, subject),
        None => names(&told.record.body, subject),
    };
    told.filter(concerns).collect()
}

/// Whether a fact that nobody here understands has the subject's id anywhere.
fn names(body: &stream::Body, subject: &Subject) -> bool {
    let id = match subject {
        Subject::Item(id) => id.as_str(),
        Subject::Person(id) => id.as_str(),
        Subject::Place(id) => id.as_str(),
    };
    serde_json::from_str(body.as_str()).is_ok_and(|value: Value| says(&value, id))
}

fn is_about(Entry { event, record }: &Entry, subject: &Subject) -> bool {
    let secret = match event {
        Event::SecretChanged { secret, .. } => Some(secret),
        _ => None,
    };
    match subject {
        Subject::Item(id) => {
            let is_its_pin = matches!(event, Event::Issued { issue, .. }
                if matches!(&issue.kind, ItemKind::PinEnvelope { key } if key == id));
            let is_its_secret = matches!(secret,
                Some(Secret::Pin(of) | Secret::Password(of)) if of == id);
            event.item() == Some(id) || is_its_pin || is_its_secret
        }
        Subject::Person(id) => record.operator == *id || event.people().contains(id),
        Subject::Place(id) => {
            let (from, to) = event.movement();
            let moves = [from, to].iter().flatten().any(|one| one.place() == Some(id));
            moves || matches!(secret, Some(Secret::Combination(of)) if of == id)
        }
    }
}

/// Whether `id` stands anywhere in a value.
fn says(value: &Value, id: &str) -> bool {
    match value {
        Value::String(text) => text == id,
        Value::Array(items) => items.iter().any(|item| says(item, id)),
        Value::Object(members) => members.values().any(|member| says(member, id)),
        _ => false,
    }
}
