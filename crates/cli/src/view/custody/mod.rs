//! Views of custody: what there is, what happened, what follows, and whether it holds.

pub(crate) mod history;
pub(crate) mod leaving;
pub(crate) mod list;
#[cfg(test)]
mod tests;
pub(crate) mod verification;
pub(crate) mod words;

use clap::ValueEnum;
use halligan_core::custody::Holder;
use halligan_core::id::{PersonId, PlaceId, UserId};
use halligan_core::register::{Custody, DeclaredAccount};
use halligan_core::stream::UnreadFact;
use halligan_core::time::Timestamp;

/// How custody is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum CustodyFormat {
    /// For a person at a terminal
    #[default]
    Human,
    /// The same, one fact per line, without colour or layout; for screen readers and grep
    Plain,
    /// For programs
    Json,
}

/// What people, places and accounts are called.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names<'a> {
    /// What the register declares; `None` where there is none at hand.
    pub(crate) declared: Option<&'a Custody>,
    /// The accounts that it declares.
    pub(crate) accounts: &'a [DeclaredAccount],
}

impl Names<'_> {
    /// A person's code name with the id; the id alone where there is no name.
    pub(crate) fn person(&self, id: &PersonId) -> String {
        let declared = self.declared.and_then(|declared| declared.person(id));
        named_as(declared.and_then(|one| one.name.as_deref()), id.as_str())
    }

    /// A place's code name with the id; the id alone where there is no name.
    pub(crate) fn place(&self, id: &PlaceId) -> String {
        let declared = self.declared.and_then(|declared| declared.place(id));
        named_as(declared.and_then(|one| one.name.as_deref()), id.as_str())
    }

    /// A person or a place.
    pub(crate) fn holder(&self, holder: &Holder) -> String {
        match holder {
            Holder::Person(person) => self.person(person),
            Holder::Place(place) => self.place(place),
        }
    }

    /// A sentence of core, which has ids in backticks, with the names of people and places in their
    /// stead; what `is_item` says is one keeps its id.
    pub(crate) fn in_words(&self, text: &str, is_item: &dyn Fn(&str) -> bool) -> String {
        let Some(declared) = self.declared else { return text.into() };
        let people = declared.people.iter().map(|one| (one.id.as_str(), one.name.as_deref()));
        let places = declared.places.iter().map(|one| (one.id.as_str(), one.name.as_deref()));
        people.chain(places).fold(text.into(), |text: String, (id, name)| {
            let quoted = format!("`{id}`");
            let is_named = name.is_some() && text.contains(&quoted) && !is_item(id);
            if is_named { text.replace(&quoted, &named_as(name, id)) } else { text }
        })
    }

    /// An account's code name, or its id.
    pub(crate) fn account(&self, id: UserId) -> String {
        let declared = self.accounts.iter().find(|one| one.id == id);
        declared.map_or_else(|| id.to_string(), |one| one.code_name.clone())
    }
}

fn named_as(name: Option<&str>, id: &str) -> String {
    match name {
        Some(name) if name != id => format!("{name} ({id})"),
        _ => id.into(),
    }
}

/// What is said where the state is a guess.
pub(crate) fn unread_warning(unread: &[UnreadFact]) -> Option<String> {
    let first = unread.first()?;
    let count = match unread.len() {
        1 => "a fact is".into(),
        count => format!("{count} facts are"),
    };
    let kind = first.kind.as_deref().unwrap_or("of no kind").escape_debug();
    let place = first.sequence;
    Some(format!(
        "this is a guess: {count} not known to this version, from fact {place} (`{kind}`)"
    ))
}

/// The day, for a list.
fn day(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d").to_string()
}

/// Words in a row: `a`, `a and b`, `a, b and c`.
fn row(words: &[String]) -> String {
    match words {
        [] => "nobody".into(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
