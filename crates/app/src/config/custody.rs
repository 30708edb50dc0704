//! `[custody]`: who may hold keys, envelopes and sheets, where they may lie, and how often their
//! presence is confirmed.

use std::collections::{BTreeMap, BTreeSet};

use halligan_core::id::{PersonId, PlaceId};
use halligan_core::register::{Contact, Custody, CustodyPlace, Environment, Person, PlaceKind};

use super::bounds::{count, days};
use super::environment::{is_empty_list, name, once, word};
use super::error::Fault;
use super::walk::Table;

/// The most people that a register declares.
pub const PEOPLE_MAX: usize = 500;
/// The most places of custody that a register declares.
pub const CUSTODY_PLACES_MAX: usize = 200;
/// The most ways to reach one person.
pub const CONTACTS_MAX: usize = 10;

const KEYS: &[&str] = &[CONFIRM_DAYS, PEOPLE, PLACES];
const PERSON_KEYS: &[&str] = &[ID, NAME, REACH];
const PLACE_KEYS: &[&str] = &[ID, NAME, KIND, OPENED_BY, NEEDS, AT];
const CONFIRM_DAYS: &str = "confirm_days";
const PEOPLE: &str = "people";
const PLACES: &str = "places";
const ID: &str = "id";
const NAME: &str = "name";
const REACH: &str = "reach";
const KIND: &str = "kind";
const OPENED_BY: &str = "opened_by";
const NEEDS: &str = "needs";
const AT: &str = "at";

/// What is declared of custody; nobody and nothing where the table is not there.
pub(super) fn read(root: &Table<'_, '_>, environment: &Environment) -> Custody {
    let mut custody = Custody::default();
    let Some(table) = root.table("custody", "[custody]", KEYS) else {
        return custody;
    };
    let term = days(&table, CONFIRM_DAYS).and_then(|days| u16::try_from(days).ok());
    custody.confirm_days = term.unwrap_or(custody.confirm_days);
    let people = parts(&table, PEOPLE, PERSON_KEYS, "PEOPLE_MAX", PEOPLE_MAX);
    custody.people = people.iter().filter_map(person).collect();
    let places = parts(&table, PLACES, PLACE_KEYS, "CUSTODY_PLACES_MAX", CUSTODY_PLACES_MAX);
    let read = |one: &Table<'_, '_>| place(one, &custody.people, environment);
    custody.places = places.iter().filter_map(read).collect();
    custody
}

/// The tables of people or places; what is wrong with their number, ids and names is noted.
fn parts<'w, 't>(
    table: &Table<'w, 't>,
    key: &'static str,
    keys: &'static [&'static str],
    limit: &'static str,
    value: usize,
) -> Vec<Table<'w, 't>> {
    let parts = table.tables(key, &format!("[[custody.{key}]]"), keys);
    if let Some(beyond) = parts.get(value) {
        beyond.note("", Fault::Limit { limit, value });
    }
    if is_empty_list(table, key) {
        table.fault(key, "declares none", Some("leave it out, or declare one".into()));
    }
    let what = if key == PEOPLE { "person" } else { "place" };
    // Commands take either, in any letter case: whatever one is called, no other is.
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    for member in [ID, NAME] {
        for (number, part) in parts.iter().enumerate() {
            let text = part.value(member).and_then(|value| value.get_ref().as_str());
            let Some(text) = text.map(str::to_lowercase) else { continue };
            let is_own = *taken.entry(text).or_insert(number) == number;
            if !is_own {
                let hint = format!("give each {what} one of its own");
                part.fault(member, format!("is taken by another {what}"), Some(hint));
            }
        }
    }
    parts
}

fn person(table: &Table<'_, '_>) -> Option<Person> {
    if !table.has(ID) {
        table.missing(ID, "id = \"p-1\"");
    }
    let id: Option<PersonId> = table.parsed(ID);
    let name = code_name(table, "name = \"Heron\"");
    let reach = reach(table);
    Some(Person { id: id?, name: name?, reach })
}

fn reach(table: &Table<'_, '_>) -> Vec<Contact> {
    let mut reach = Vec::new();
    let items = table.list(REACH, "a list of strings");
    if let Some(beyond) = items.get(CONTACTS_MAX) {
        let what = format!("more than CONTACTS_MAX ({CONTACTS_MAX})");
        table.fault_at(beyond.span().start, REACH, what, None);
    }
    for item in items.iter().take(CONTACTS_MAX) {
        if let Some(contact) = table.parsed_of::<Contact>(REACH, item) {
            once(table, REACH, item, &mut reach, contact);
        }
    }
    reach
}

fn place(
    table: &Table<'_, '_>,
    people: &[Person],
    environment: &Environment,
) -> Option<CustodyPlace> {
    if !table.has(ID) {
        table.missing(ID, "id = \"safe-1\"");
    }
    if !table.has(KIND) {
        table.missing(KIND, "kind = \"safe\"");
    }
    let id: Option<PlaceId> = table.parsed(ID);
    let name = code_name(table, "name = \"north safe\"");
    let kind = table.value(KIND).and_then(|value| word(table, KIND, value, PlaceKind::NAMES));
    let opened_by = opened_by(table, people);
    let needs = needs(table, opened_by.len());
    let at = at(table, environment);
    Some(CustodyPlace { id: id?, name: name?, kind: kind?, opened_by, needs, at })
}

/// The name, if there is one; the outer `None` when it is wrong.
fn code_name(table: &Table<'_, '_>, example: &'static str) -> Option<Option<String>> {
    if table.has(NAME) { name(table, example).map(Some) } else { Some(None) }
}

fn opened_by(table: &Table<'_, '_>, people: &[Person]) -> BTreeSet<PersonId> {
    let mut read = Vec::new();
    for item in table.list(OPENED_BY, "a list of strings") {
        let Some(id) = table.parsed_of::<PersonId>(OPENED_BY, item) else { continue };
        if !people.iter().any(|person| person.id == id) {
            let hint = "declare them under `[[custody.people]]`, or correct the id".to_owned();
            let what = format!("nobody declared the person `{id}`");
            table.fault_at(item.span().start, OPENED_BY, what, Some(hint));
        }
        once(table, OPENED_BY, item, &mut read, id);
    }
    read.into_iter().collect()
}

/// How many open it together, of so many. A place with a keeper needs none of ours.
fn needs(table: &Table<'_, '_>, of: usize) -> usize {
    let Some(value) = table.value(NEEDS) else { return 1 };
    let Some(needs) = count(table, value, NEEDS, "an integer") else { return 1 };
    let most = of.max(1);
    if !(1..=most).contains(&needs) {
        let hint = match of {
            0 => "leave it out where nobody is named in `opened_by`".to_owned(),
            _ => format!("from 1 to {of}, as many as `opened_by` names"),
        };
        table.fault(NEEDS, format!("{needs} of {of} people cannot open it"), Some(hint));
    }
    needs
}

fn at(table: &Table<'_, '_>, environment: &Environment) -> Option<String> {
    let at = table.text(AT)?;
    if !environment.places.iter().any(|place| place.name == at) {
        let names: Vec<&str> = environment.places.iter().map(|one| one.name.as_str()).collect();
        let hint = format!("one of `{}`, or declare it there", names.join("`, `"));
        table.fault(AT, "is no place of `[environment]`", Some(hint));
    }
    Some(at.to_owned())
}

#[cfg(test)]
mod tests;
