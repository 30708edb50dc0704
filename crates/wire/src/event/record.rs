//! A record: its own members that are read, and those of its `properties`.
//!
//! Two ways lead to it. [`Record::skim`] goes through the text once and parses nothing of what
//! is passed over; it gives none where it does not follow. [`Record::parsed`] is the reference: the
//! whole text is parsed, and an error says what is wrong and where. What the reference reads, the
//! other reads the same, or does not follow. What the reference refuses, the other may read: where
//! all that is wrong stands within one value, see [`super::skim`]. A record that is refused is an
//! alarm that is not raised, and what hides in a value that nobody asks for raises none.

use std::borrow::Cow;
use std::fmt;

use memchr::memchr;
use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::fields::{Fields, Key};
use super::skim::Cursor;
use super::value;

/// What is asked for where one record is.
pub(super) const RECORD: &str = "a record: a JSON object";
/// What is asked for where a message is.
pub(super) const MESSAGE: &str = "a record or a list of records";

/// The members of a record that are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Record<'a> {
    pub(super) outer: Fields<'a>,
    /// Those of `properties`, where that is an object.
    pub(super) inner: Fields<'a>,
    /// Whether there is a member `properties`.
    has_inner: bool,
    /// `properties`, where it is a string, as it is written.
    pub(super) text: Option<&'a str>,
    /// The lists in members that hold the records of a message, as one.
    pub(super) list: Option<Vec<&'a str>>,
    /// Lists of tables.
    pub(super) tables: Vec<&'a str>,
    /// Whether it says an error instead.
    pub(super) has_error: bool,
    /// Whether `properties` is there twice.
    has_copies: bool,
}

impl<'a> Record<'a> {
    /// Reads a record the fast way, or else by the reference.
    pub(super) fn read(text: &'a str, wanted: &'static str) -> serde_json::Result<Self> {
        let mut record = Self::default();
        record.set(text, wanted).map(|()| record)
    }

    /// Makes an empty one this record.
    pub(super) fn set(&mut self, text: &'a str, wanted: &'static str) -> serde_json::Result<()> {
        if self.skim(text).is_none() {
            *self = Self::parsed(text, wanted)?;
        }
        Ok(())
    }

    /// Reads a record in one pass that parses nothing; `None` where it does not follow, and then
    /// what was read is none of it.
    pub(super) fn skim(&mut self, text: &'a str) -> Option<()> {
        let mut cursor = Cursor::new(text);
        cursor.members(|name, cursor| match key(name)? {
            Key::Properties => self.skim_properties(cursor),
            Key::List => self.skim_list(cursor.value()?),
            Key::Tables | Key::Error => {
                self.answer(cursor.value()?);
                Some(())
            }
            key => {
                self.outer.take(key, cursor.value()?);
                Some(())
            }
        })?;
        cursor.is_at_end().then_some(())
    }

    /// Reads a record by parsing all of it.
    pub(super) fn parsed(text: &'a str, wanted: &'static str) -> serde_json::Result<Self> {
        let mut record = Self::default();
        parse(text, wanted, |key, value| match key {
            Key::Properties => record.set_properties(value),
            Key::List => {
                if let Ok(list) = parsed_list(value) {
                    record.list.get_or_insert_default().extend(list);
                }
            }
            Key::Tables | Key::Error => record.answer(value),
            key => record.outer.take(key, value),
        })?;
        Ok(record)
    }

    /// Whether a member is there twice and says two things.
    pub(super) fn has_copies(&self) -> bool {
        self.has_copies || self.outer.has_copies || self.inner.has_copies
    }

    /// Whether nothing of it is known.
    pub(super) fn is_unknown(&self) -> bool {
        !self.has_inner && self.outer == Fields::default()
    }

    /// What an answer to a query has: a list of tables, or an error.
    fn answer(&mut self, value: &'a str) {
        match value.as_bytes().first() {
            Some(b'[') => self.tables.push(value),
            Some(b'{') => self.has_error = true,
            _ => {}
        }
    }

    fn begin_properties(&mut self) {
        // Of those that are there twice the last count, and what the others say is read apart.
        if std::mem::replace(&mut self.has_inner, true) {
            self.has_copies = true;
            self.inner = Fields::default();
        }
        self.text = None;
    }

    fn skim_properties(&mut self, cursor: &mut Cursor<'a>) -> Option<()> {
        self.begin_properties();
        if cursor.peek()? != b'{' {
            self.text = Some(cursor.value()?).filter(|value| value.starts_with('"'));
            return Some(());
        }
        cursor.members(|name, cursor| {
            self.inner.take(key(name)?, cursor.value()?);
            Some(())
        })
    }

    fn skim_list(&mut self, value: &'a str) -> Option<()> {
        if value.starts_with('[') {
            let list = skimmed_list(value)?;
            self.list.get_or_insert_default().extend(list);
        }
        Some(())
    }

    fn set_properties(&mut self, value: &'a str) {
        self.begin_properties();
        self.text = Some(value).filter(|value| value.starts_with('"'));
        // What is no object has no members.
        let _ = parse(value, RECORD, |key, value| self.inner.take(key, value));
    }
}

/// What a member's name says, which is given with its quotes. No name that is known has escapes.
fn key(name: &str) -> Option<Key> {
    let known = Key::of(name.strip_prefix('"')?.strip_suffix('"')?);
    if known == Key::Other && memchr(b'\\', name.as_bytes()).is_some() {
        return value::unescaped(name).map(|name| Key::of(&name));
    }
    Some(known)
}

/// The items of an array as they are written.
///
/// One that is broken is no reason to leave out the others: it is refused when it is read.
pub(super) fn list(text: &str) -> serde_json::Result<Vec<&str>> {
    skimmed_list(text).map_or_else(|| parsed_list(text), Ok)
}

fn skimmed_list(text: &str) -> Option<Vec<&str>> {
    let (mut items, mut cursor) = (Vec::new(), Cursor::new(text));
    cursor.items(|item| items.push(item))?;
    cursor.is_at_end().then_some(items)
}

fn parsed_list(text: &str) -> serde_json::Result<Vec<&str>> {
    let items: Vec<&RawValue> = serde_json::from_str(text)?;
    Ok(items.into_iter().map(RawValue::get).collect())
}

/// Goes through the members of an object by parsing it.
fn parse<'a>(
    text: &'a str,
    wanted: &'static str,
    take: impl FnMut(Key, &'a str),
) -> serde_json::Result<()> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer.deserialize_map(Members { wanted, take })?;
    deserializer.end()
}

struct Members<F> {
    wanted: &'static str,
    take: F,
}

impl<'a, F: FnMut(Key, &'a str)> Visitor<'a> for Members<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.wanted)
    }

    fn visit_map<A: MapAccess<'a>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<Cow<'_, str>>()? {
            match Key::of(&name) {
                Key::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
                key => (self.take)(key, map.next_value::<&RawValue>()?.get()),
            }
        }
        Ok(())
    }
}
