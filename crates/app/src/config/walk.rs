//! A strict walk over a TOML text: every key is known, every value has its type, and whatever is
//! wrong is noted with its line and column while the walk goes on.

use std::cell::RefCell;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{ConfigError, ConfigErrors, ERRORS_MAX, Fault};

/// How alike two spellings must be for the one to be suggested for the other (Jaro-Winkler).
const ALIKE: f64 = 0.8;

/// The text at hand, and what was found wrong with it.
pub(super) struct Walk<'t> {
    file: &'t str,
    text: &'t str,
    errors: RefCell<Vec<(usize, Fault)>>,
}

impl<'t> Walk<'t> {
    pub(super) fn new(file: &'t str, text: &'t str) -> Self {
        Self { file, text, errors: RefCell::default() }
    }

    /// Notes a fault at a byte offset of the text.
    pub(super) fn note(&self, at: usize, fault: Fault) {
        self.errors.borrow_mut().push((at, fault));
    }

    /// The result of the walk: `value`, unless something was wrong.
    pub(super) fn finish<T>(self, value: Option<T>) -> Result<T, ConfigErrors> {
        let mut found = self.errors.take();
        found.sort_by_key(|(at, _)| *at);
        match value {
            Some(value) if found.is_empty() => Ok(value),
            _ => {
                let more = found.len().saturating_sub(ERRORS_MAX);
                found.truncate(ERRORS_MAX);
                let errors = found
                    .into_iter()
                    .map(|(at, fault)| self_error(self.file, self.text, at, fault))
                    .collect();
                Err(ConfigErrors { errors, more })
            }
        }
    }
}

fn self_error(file: &str, text: &str, at: usize, fault: Fault) -> ConfigError {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |place| place + 1);
    let column = before.get(start..).unwrap_or_default().chars().count() + 1;
    ConfigError { file: file.into(), line, column, fault }
}

/// One table of the text.
pub(super) struct Table<'w, 't> {
    walk: &'w Walk<'t>,
    table: &'w DeTable<'t>,
    at: usize,
    place: String,
}

impl<'w, 't> Table<'w, 't> {
    /// A table that may hold `valid` keys and no others. `at` is where errors about the table as
    /// a whole point to, `place` is what they call it.
    pub(super) fn new(
        walk: &'w Walk<'t>,
        table: &'w DeTable<'t>,
        at: usize,
        place: impl Into<String>,
        valid: &'static [&'static str],
    ) -> Self {
        let place = place.into();
        for (key, _) in table.iter() {
            let name: &str = key.get_ref();
            if !valid.contains(&name) {
                let fault = Fault::UnknownKey {
                    key: name.into(),
                    place: place.clone(),
                    nearest: nearest(name, valid),
                    valid,
                };
                walk.note(key.span().start, fault);
            }
        }
        Self { walk, table, at, place }
    }

    /// Notes that `key` is missing.
    pub(super) fn missing(&self, key: &'static str, example: &'static str) {
        let place = self.place.clone();
        let fault = Fault::Missing { key, place, example };
        self.walk.note(self.at, fault);
    }

    /// Whether `key` is there, of whatever type.
    pub(super) fn has(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    /// Where the value of `key` is; where the table is when the key is not there.
    pub(super) fn at_value(&self, key: &str) -> usize {
        self.value(key).map_or(self.at, |value| value.span().start)
    }

    pub(super) fn value(&self, key: &str) -> Option<&'w Spanned<DeValue<'t>>> {
        self.table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }

    /// The table under `key`.
    pub(super) fn table(
        &self,
        key: &'static str,
        place: &str,
        valid: &'static [&'static str],
    ) -> Option<Table<'w, 't>> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::Table(table) => {
                let at = self.at_key(key).unwrap_or(value.span().start);
                Some(Table::new(self.walk, table, at, place, valid))
            }
            other => {
                self.wrong_type(key, "a table", other, &value.span());
                None
            }
        }
    }

    /// The tables of the list under `key`; none when the key is not there.
    pub(super) fn tables(
        &self,
        key: &'static str,
        place: &str,
        valid: &'static [&'static str],
    ) -> Vec<Table<'w, 't>> {
        let mut tables = Vec::new();
        for value in self.list(key, "a list of tables (`[[…]]`)") {
            match value.get_ref() {
                DeValue::Table(table) => {
                    tables.push(Table::new(self.walk, table, value.span().start, place, valid));
                }
                other => self.wrong_type(key, "a list of tables (`[[…]]`)", other, &value.span()),
            }
        }
        tables
    }

    /// The items of the list under `key`; none when the key is not there.
    pub(super) fn list(
        &self,
        key: &'static str,
        expected: &'static str,
    ) -> Vec<&'w Spanned<DeValue<'t>>> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        match value.get_ref() {
            DeValue::Array(items) => items.iter().collect(),
            other => {
                self.wrong_type(key, expected, other, &value.span());
                Vec::new()
            }
        }
    }

    /// The text under `key`.
    pub(super) fn text(&self, key: &'static str) -> Option<&'w str> {
        self.text_of(key, self.value(key)?)
    }

    /// The text of one value under `key`.
    pub(super) fn text_of(
        &self,
        key: &'static str,
        value: &'w Spanned<DeValue<'t>>,
    ) -> Option<&'w str> {
        match value.get_ref() {
            DeValue::String(text) => Some(text),
            other => {
                self.wrong_type(key, "a string", other, &value.span());
                None
            }
        }
    }

    /// The text under `key`, which must be there and say something.
    pub(super) fn required_text(
        &self,
        key: &'static str,
        example: &'static str,
    ) -> Option<&'w str> {
        if !self.has(key) {
            self.missing(key, example);
        }
        let text = self.text(key)?;
        if text.trim().is_empty() {
            self.fault(key, "is empty", Some(format!("for example `{example}`")));
            return None;
        }
        Some(text)
    }

    /// Whether `key` is true.
    pub(super) fn truth(&self, key: &'static str) -> Option<bool> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::Boolean(truth) => Some(*truth),
            other => {
                self.wrong_type(key, "true or false", other, &value.span());
                None
            }
        }
    }

    /// What the text under `key` reads as.
    pub(super) fn parsed<T: FromStr<Err: fmt::Display>>(&self, key: &'static str) -> Option<T> {
        self.parsed_of(key, self.value(key)?)
    }

    /// What the text of one value under `key` reads as.
    pub(super) fn parsed_of<T: FromStr<Err: fmt::Display>>(
        &self,
        key: &'static str,
        value: &'w Spanned<DeValue<'t>>,
    ) -> Option<T> {
        let text = self.text_of(key, value)?;
        text.trim()
            .parse()
            .map_err(|why: T::Err| {
                let what = why.to_string();
                self.fault_at(value.span().start, key, what, None);
            })
            .ok()
    }

    /// Notes that the value of `key` says something impossible.
    pub(super) fn fault(&self, key: &str, what: impl Into<String>, hint: Option<String>) {
        self.fault_at(self.at_value(key), key, what, hint);
    }

    /// The same about a place of its own, such as one item of a list.
    pub(super) fn fault_at(
        &self,
        at: usize,
        key: &str,
        what: impl Into<String>,
        hint: Option<String>,
    ) {
        let (key, what) = (key.into(), what.into());
        self.walk.note(at, Fault::Value { key, what, hint });
    }

    /// Notes any other fault at the value of `key`.
    pub(super) fn note(&self, key: &str, fault: Fault) {
        self.walk.note(self.at_value(key), fault);
    }

    pub(super) fn wrong_type(
        &self,
        key: &str,
        expected: &'static str,
        found: &DeValue<'_>,
        span: &Range<usize>,
    ) {
        let fault = Fault::WrongType { key: key.into(), expected, found: type_name(found) };
        self.walk.note(span.start, fault);
    }

    fn at_key(&self, key: &str) -> Option<usize> {
        self.table.iter().find(|(name, _)| name.get_ref() == key).map(|(name, _)| name.span().start)
    }
}

/// The one of `valid` that is spelled most like `text`, when any is alike enough.
pub(super) fn nearest(text: &str, valid: &[&'static str]) -> Option<&'static str> {
    let text = text.to_lowercase();
    valid
        .iter()
        .map(|one| (strsim::jaro_winkler(&text, &one.to_lowercase()), *one))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, one)| one)
}

fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
