//! Records of Microsoft 365's unified audit log, as the Office 365 Management Activity API gives
//! them.
//!
//! Of all workloads those of the directory are read: changes (record type 8) and sign-ins (15, and
//! 9 of former years). They have other names, another idea of who did it, and activities that end
//! with a period. What an export or Graph's search puts into `AuditData` is the same record.
//!
//! Sources:
//! <https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema>
//! and its neighbour `…-reference`, whose samples are as far from the schema as real records are.
//!
//! # One event from two sources
//!
//! [`Event::id`] is the record's `Id`. Graph's `id` of a sign-in is the request's, which
//! `IntraSystemId` repeats. Microsoft does not document whether the two are equal: in samples of
//! 2021 they are, in samples of 2017 and of 2022 and 2023 they differ. So the two records are one
//! event where the ids agree. Of changes, Graph's ids are of another shape
//! (`Directory_…_362975819`). `InterSystemsId`, "the GUID that track the actions across
//! components", is Graph's `correlationId`; many records share it, so that it joins two of them
//! only together with everything else that both say: `halligan_core::watch::joined`.

mod change;
mod identity;
mod sign_in;
#[cfg(test)]
mod tests;
mod write;

use halligan_core::id::{Guid, TenantId};
use halligan_core::watch::event::{Event, What};
use serde_json::{Map, Value};

use super::value::guid;
use crate::time;

pub use write::write_unified;

/// The workload of the directory, as `Workload` spells it.
const WORKLOAD: &str = "AzureActiveDirectory";

/// What records say where they know nothing.
const NOTHING: [&str; 5] = ["", "null", "<null>", "not available", "unknown"];

/// What a record of the directory is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    SignIn,
    Change,
}

/// Reads a record of the directory; `None` for what is none.
pub(super) fn read(record: Value) -> Option<Event> {
    let Value::Object(outer) = record else { return None };
    let record = Record::of(outer);
    let what = match kind(&record)? {
        Kind::SignIn => What::SignIn(Box::new(sign_in::read(&record))),
        Kind::Change => What::Audit(Box::new(change::read(&record))),
    };
    let at = ["CreationTime", "CreationDate", "CreatedDateTime"];
    Some(Event {
        id: record.text("Id"),
        at: at.into_iter().find_map(|name| time::read_leniently(&record.text(name)?)),
        tenant: record.guid("OrganizationId").map(TenantId),
        correlation: record.text("InterSystemsId"),
        what,
    })
}

/// What it is: by its operation, by its type, else by its workload.
fn kind(record: &Record) -> Option<Kind> {
    let operation = record.text("Operation")?;
    let kind = record.text("RecordType").unwrap_or_default().to_ascii_lowercase();
    if sign_in::has_succeeded(&operation).is_some() {
        return Some(Kind::SignIn);
    }
    match kind.as_str() {
        "8" | "azureactivedirectory" => Some(Kind::Change),
        "9" | "15" | "azureactivedirectoryaccountlogon" | "azureactivedirectorystslogon" => {
            Some(Kind::SignIn)
        }
        _ => {
            let workload = record.text("Workload")?;
            workload.eq_ignore_ascii_case(WORKLOAD).then_some(Kind::Change)
        }
    }
}

/// The members of a record, and of what it was wrapped in.
struct Record {
    inner: Map<String, Value>,
    outer: Map<String, Value>,
}

impl Record {
    fn of(outer: Map<String, Value>) -> Self {
        match member(&outer, "AuditData").and_then(opened) {
            Some(Value::Object(inner)) => Self { inner, outer },
            _ => Self { inner: outer, outer: Map::new() },
        }
    }

    fn get(&self, name: &str) -> Option<&Value> {
        member(&self.inner, name).or_else(|| member(&self.outer, name))
    }

    /// A text, number or truth value as text; `None` where it says nothing.
    fn text(&self, name: &str) -> Option<String> {
        plain(self.get(name)?)
    }

    /// An id; one of zeros is none.
    fn guid(&self, name: &str) -> Option<Guid> {
        guid(&self.text(name)?)
    }

    /// The objects of a list, which may stand in a string.
    fn list(&self, name: &str) -> Vec<Map<String, Value>> {
        let items = match self.get(name).and_then(opened) {
            Some(Value::Array(items)) => items,
            Some(one @ Value::Object(_)) => vec![one],
            _ => Vec::new(),
        };
        let object = |item| match item {
            Value::Object(members) => Some(members),
            _ => None,
        };
        items.into_iter().filter_map(object).collect()
    }

    /// The value of a pair in a list of names and values.
    fn pair(&self, list: &str, name: &str) -> Option<String> {
        let is_it = |item: &Map<String, Value>| {
            member_text(item, "Name").is_some_and(|one| one.eq_ignore_ascii_case(name))
        };
        member_text(self.list(list).iter().find(|item| is_it(item))?, "Value")
    }

    /// The address of whoever acted, without the port that some records add.
    fn address(&self) -> String {
        let names = ["ActorIpAddress", "ClientIP", "ClientIPAddress"];
        let address = names.into_iter().find_map(|name| self.text(name)).unwrap_or_default();
        without_port(address.trim()).to_owned()
    }
}

/// A member in any letter case; of one that is there twice, the first that says something.
fn member<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let is_it = |(key, value): &(&String, &Value)| {
        key.eq_ignore_ascii_case(name) && !matches!(value, Value::Null)
    };
    members.iter().find(is_it).map(|(_, value)| value)
}

fn member_text(members: &Map<String, Value>, name: &str) -> Option<String> {
    plain(member(members, name)?)
}

/// A value, of which objects and lists may stand in a string.
fn opened(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) => serde_json::from_str(text).ok(),
        other => Some(other.clone()),
    }
}

fn plain(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => return None,
    };
    let is_nothing = NOTHING.iter().any(|one| one.eq_ignore_ascii_case(text.trim()));
    (!is_nothing).then_some(text)
}

/// `203.0.113.8:51000` and `[2001:db8::1]:443` without what follows the address.
fn without_port(address: &str) -> &str {
    if let Some((inner, _)) = address.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return inner;
    }
    match address.split_once(':') {
        Some((front, port)) if !port.contains(':') => front,
        _ => address,
    }
}
