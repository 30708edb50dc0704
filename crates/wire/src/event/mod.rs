//! Records of sign-ins, directory audits and Azure's activity log, in whatever shape they come.
//!
//! Four shapes hold the same event: Graph's `signIn` and `directoryAudit`, the envelope of
//! diagnostic settings with the event in `properties`, rows of Log Analytics with their names in
//! Pascal case, and records of the unified audit log (`unified`). Reading is
//! lenient to the end, for a record that is refused is an alarm that is not raised: names in any
//! letter case, numbers in strings, JSON in strings, a value of the wrong type counted as absent,
//! halves of characters. Only what is no JSON object is refused.

mod audit;
mod copies;
mod fields;
pub mod framing;
mod operation;
mod record;
mod sign_in;
mod skim;
mod surrogates;
mod tables;
mod unified;
mod value;
mod write;

use std::borrow::Cow;
use std::cell::Cell;

use halligan_core::id::{Guid, TenantId};
use halligan_core::time::Timestamp;
use halligan_core::watch::event::{Event, What};
use halligan_core::watch::json::Json;

use crate::ReadError;
use crate::node::{Node, refuse, utf8};
use crate::time;
use fields::{Fields, Member};
use record::{MESSAGE, RECORD, Record};
use value::Flaw;

pub use copies::COPIES_MAX;
pub use unified::write_unified;
pub use write::{write, write_envelope};

/// Reads one record, one JSON object in UTF-8, as the event that it is by [`read_all`] first.
pub fn read(bytes: &[u8]) -> Result<Event, ReadError> {
    let first = read_all(bytes)?.into_iter().next();
    first.ok_or_else(|| ReadError::new("is no event"))
}

/// Reads one record: the event that it is. Where it has members twice that say two things, it is
/// one event by the first copy of each, and others by the others: none hides what another says.
pub fn read_all(bytes: &[u8]) -> Result<Vec<Event>, ReadError> {
    let text = utf8(bytes)?;
    match Record::read(text, RECORD) {
        Ok(record) => read_events(text, &record),
        Err(error) => mended_events(text).unwrap_or_else(|| Err(refuse(text, &error))),
    }
}

/// Reads a record that [`read_all`] refuses for its copies as the events that it is by the first
/// copy of each member; none where it cannot be read at all.
pub fn read_first(bytes: &[u8]) -> Vec<Event> {
    let Ok(text) = utf8(bytes) else { return Vec::new() };
    let mended = surrogates::mended(text);
    let json: Option<Json> = serde_json::from_str(mended.as_deref().unwrap_or(text)).ok();
    let first = json.map(|json| copies::first(&json).to_string());
    let mut events = first.and_then(|text| read_all(text.as_bytes()).ok()).unwrap_or_default();
    events.retain(|one| !matches!(one.what, What::Other { .. }));
    events
}

/// The events of a record with half characters, which are replaced; `None` for one without.
fn mended_events(text: &str) -> Option<Result<Vec<Event>, ReadError>> {
    Some(read_all(surrogates::mended(text)?.as_bytes()))
}

/// What a message holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message<'a> {
    /// It is one record, which is read: see [`read_all`].
    One(Vec<Event>),
    /// It holds records: those in members `records` and `value`, those of a list, each the text as
    /// it came, or rows of tables. A list within a list is not looked for.
    Many(Vec<Cow<'a, [u8]>>),
}

/// Reads a message: one record, or an object or list of them.
pub fn message(bytes: &[u8]) -> Result<Message<'_>, ReadError> {
    let text = utf8(bytes)?;
    let mut record = Record::default();
    match list(text, &mut record) {
        Ok(Some(all)) => Ok(Message::Many(all)),
        Ok(None) => Ok(Message::One(read_events(text, &record)?)),
        Err(error) => {
            let Some(mended) = surrogates::mended(text) else { return Err(error) };
            Ok(match message(mended.as_bytes())? {
                Message::One(events) => Message::One(events),
                Message::Many(all) => Message::Many(all.into_iter().map(owned).collect()),
            })
        }
    }
}

fn owned(text: Cow<'_, [u8]>) -> Cow<'static, [u8]> {
    Cow::Owned(text.into_owned())
}

/// The records of one [`message`], none of which is read yet: where it is one record, that.
pub fn records(bytes: &[u8]) -> Result<Vec<Cow<'_, [u8]>>, ReadError> {
    let text = utf8(bytes)?;
    let list = list(text, &mut Record::default())?;
    Ok(list.unwrap_or_else(|| vec![Cow::Borrowed(text.as_bytes())]))
}

/// The records that a message holds; where it is one itself, `record` becomes that.
fn list<'a>(
    text: &'a str,
    record: &mut Record<'a>,
) -> Result<Option<Vec<Cow<'a, [u8]>>>, ReadError> {
    let refused = |error: serde_json::Error| refuse(text, &error);
    let borrowed = |list: Vec<&'a str>| -> Vec<Cow<'a, [u8]>> {
        list.into_iter().map(|one| Cow::Borrowed(one.as_bytes())).collect()
    };
    if text.trim_start().starts_with('[') {
        return Ok(Some(borrowed(record::list(text).map_err(refused)?)));
    }
    record.set(text, MESSAGE).map_err(refused)?;
    let mut all = match record.list.take() {
        Some(list) => borrowed(list),
        None if record.tables.is_empty() || !record.is_unknown() => {
            return Ok(None);
        }
        None => Vec::new(),
    };
    for tables in &record.tables {
        let rows = tables::rows(tables)?.into_iter();
        all.extend(rows.map(|row| Cow::Owned(row.into_bytes())));
    }
    if record.has_error {
        // An answer that is not whole says so: that is refused when it is read.
        all.push(Cow::Borrowed(b"{\"error\":{}}"));
    }
    Ok(Some(all))
}

/// The events that a record is, whose text is `text`.
fn read_events(text: &str, record: &Record<'_>) -> Result<Vec<Event>, ReadError> {
    let mut seen = event_of(record);
    // A sign-in holds no value that is opened only where it is judged.
    let is_sign_in = matches!(seen.event.what, What::SignIn(_));
    if (!seen.is_json || !is_sign_in)
        && let Some(events) = mended_events(text)
    {
        return events;
    }
    if !seen.is_json {
        // What is read must be JSON: an event without it could raise no alarm.
        let record = Record::parsed(text, MESSAGE).map_err(|error| refuse(text, &error))?;
        seen = event_of(&record);
    }
    let Seen { event, has_copies, .. } = seen;
    let is_unnamed = matches!(&event.what, What::Other { category } if category.is_empty());
    if !is_unnamed {
        let copies = if has_copies { copies::values(text)? } else { None };
        let Some(copies) = copies else { return Ok(vec![event]) };
        let each = copies.iter().map(|value| of_text(&value.to_string()));
        return each.collect();
    }
    // The unified audit log shares no member with the others by which a record is known.
    let json: Json = serde_json::from_str(text).map_err(|error| refuse(text, &error))?;
    let copies = copies::of(&json)?.unwrap_or_else(|| vec![copies::first(&json)]);
    let mut events: Vec<Event> = Vec::new();
    for value in copies {
        let other = || if has_copies { of_text(&value.to_string()).ok() } else { None };
        let other = other().filter(|one| !matches!(one.what, What::Other { .. }));
        events.extend(other.or_else(|| unified::read(value)));
    }
    let is_page = record.list.as_ref().is_some_and(|list| !list.is_empty());
    match events.is_empty() {
        false => Ok(events),
        true if is_page || !record.tables.is_empty() => {
            Err(ReadError::new("holds records within a record: those are not read"))
        }
        true if record.has_error && record.is_unknown() => {
            Err(ReadError::new("is an error that a service answered, and no record"))
        }
        true => Ok(vec![event]),
    }
}

/// The event of a record without copies.
fn of_text(text: &str) -> Result<Event, ReadError> {
    let record = Record::read(text, RECORD).map_err(|error| refuse(text, &error))?;
    Ok(event_of(&record).event)
}

/// An event as a record was read.
struct Seen {
    event: Event,
    /// Whether all that was read for it is JSON.
    is_json: bool,
    /// Whether a member is there twice and says two things.
    has_copies: bool,
}

fn event_of(record: &Record<'_>) -> Seen {
    let text = record.text.and_then(value::unescaped);
    let opened = text.as_ref().and_then(|text| Record::read(text, RECORD).ok());
    let is_hurt = |text: &Cow<'_, str>| opened.is_none() && surrogates::mended(text).is_some();
    let is_json = record.text.is_some() == text.is_some() && !text.as_ref().is_some_and(is_hurt);
    let layers = Layers {
        outer: &record.outer,
        inner: opened.as_ref().map_or(&record.inner, |opened| &opened.outer),
        is_json: Cell::new(is_json),
        has_copies: Cell::new(
            record.has_copies() || opened.as_ref().is_some_and(Record::has_copies),
        ),
    };
    let event = event(&layers);
    Seen { event, is_json: layers.is_json.get(), has_copies: layers.has_copies.get() }
}

/// A record's own members and those of its `properties`.
struct Layers<'a> {
    outer: &'a Fields<'a>,
    inner: &'a Fields<'a>,
    /// Whether every value that was read is JSON.
    is_json: Cell<bool>,
    /// Whether a member is there twice and says two things.
    has_copies: Cell<bool>,
}

impl<'a> Layers<'a> {
    /// A member of the event: of `properties` where the record has them, else of the record.
    fn raw(&self, member: Member) -> Option<&'a str> {
        self.inner.raw(member).or_else(|| self.outer.raw(member))
    }

    /// What a value says that is a text, a number or a truth value.
    fn text_of(&self, raw: &'a str) -> Option<Cow<'a, str>> {
        self.noted(value::text(raw))
    }

    /// Reads a value that may be an object or a list in a string.
    fn opened<T>(&self, raw: &str, read: impl FnOnce(&Node<'_>) -> T) -> Option<T> {
        self.noted(value::opened(raw, read))
    }

    /// Members of a value that may be an object in a string, each as text.
    fn members<const N: usize>(&self, raw: &str, names: [&str; N]) -> Option<[String; N]> {
        self.noted(value::members(raw, names))
    }

    fn noted<T>(&self, read: Result<Option<T>, Flaw>) -> Option<T> {
        read.unwrap_or_else(|flaw| {
            match flaw {
                Flaw::NotJson => self.is_json.set(false),
                Flaw::Copies => self.has_copies.set(true),
            }
            None
        })
    }

    fn text(&self, member: Member) -> Option<Cow<'a, str>> {
        let text = |fields: &Fields<'a>| self.text_of(fields.raw(member)?);
        text(self.inner).or_else(|| text(self.outer))
    }

    /// The same, empty where there is none.
    fn string(&self, member: Member) -> String {
        self.text(member).map(Cow::into_owned).unwrap_or_default()
    }

    /// An id; one of zeros is none.
    fn guid(&self, member: Member) -> Option<Guid> {
        value::guid(&self.text(member)?)
    }

    fn outer_text(&self, member: Member) -> Option<Cow<'a, str>> {
        self.text_of(self.outer.raw(member)?)
    }
}

fn event(layers: &Layers<'_>) -> Event {
    Event {
        id: layers.text(Member::Id).map(Cow::into_owned),
        at: at(layers),
        tenant: tenant(layers),
        correlation: layers.text(Member::CorrelationId).map(Cow::into_owned),
        what: what(layers),
    }
}

/// What the record is: by its category, by the table it is a row of, else by its members.
fn what(layers: &Layers<'_>) -> What {
    let category = layers.outer_text(Member::Category).unwrap_or_default();
    let table = layers.outer_text(Member::Type).unwrap_or_default();
    for name in [&category, &table] {
        if let Some(kind) = sign_in::kind_of(name) {
            return What::SignIn(Box::new(sign_in::read(layers, kind)));
        }
        if name.eq_ignore_ascii_case("AuditLogs") {
            return What::Audit(Box::new(audit::read(layers)));
        }
    }
    let has = |member| layers.raw(member).is_some();
    let is_graph = layers.outer.has_sign_in_member && category.is_empty();
    let is_change = has(Member::InitiatedBy) && has(Member::TargetResources) && !is_graph;
    if has(Member::ActivityDisplayName) || is_change {
        return What::Audit(Box::new(audit::read(layers)));
    }
    let somebody = [Member::UserId, Member::UserPrincipalName, Member::ServicePrincipalId];
    let outcome = [Member::Status, Member::ResultType, Member::IsInteractive];
    if is_graph || (somebody.into_iter().any(has) && outcome.into_iter().any(has)) {
        let kind = sign_in::kind_by_members(layers);
        return What::SignIn(Box::new(sign_in::read(layers, kind)));
    }
    match operation::read(layers) {
        Some(operation) => What::Operation(Box::new(operation)),
        None => What::Other { category: category.into_owned() },
    }
}

/// When it happened: by the event where it says, else by what passed it on.
fn at(layers: &Layers<'_>) -> Option<Timestamp> {
    let times =
        [Member::ActivityDateTime, Member::CreatedDateTime, Member::Time, Member::TimeGenerated];
    times.into_iter().find_map(|member| time::read_leniently(&layers.text(member)?))
}

/// The tenant. In Log Analytics `TenantId` is the workspace, and the tenant is in `ResourceId`.
fn tenant(layers: &Layers<'_>) -> Option<TenantId> {
    let resource = layers.outer_text(Member::ResourceId).unwrap_or_default();
    let named = resource.split('/').skip_while(|part| !part.eq_ignore_ascii_case("tenants")).nth(1);
    let of = |text: &str| value::guid(text).map(TenantId);
    if let Some(tenant) = named.and_then(of) {
        return Some(tenant);
    }
    let row = layers.outer.raw(Member::TimeGenerated).is_some();
    let member = if row { Member::AadTenantId } else { Member::TenantId };
    of(&layers.text(member)?)
}

#[cfg(test)]
mod tests;
