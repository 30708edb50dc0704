//! Facts: an event with its record, or a fact of a kind that this version does not know.
//!
//! In a stream a fact is one JSON object: the members of the [`Event`], `operator`, and `signed`
//! where somebody signed. Reading never drops one: what is not understood is kept as it stands,
//! with the reason, and written back unchanged.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use serde::de::{Deserializer, Error as _};
use serde::ser::{Error as _, Serializer};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::event::Event;
use super::statement::Signature;
use super::text::as_text;
use crate::id::PersonId;
use crate::time::Timestamp;

/// One fact of a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// One that this version understands.
    Entry(Entry),
    /// One that it does not. It changes nothing, and nothing is claimed to be fine because of it.
    NotUnderstood(NotUnderstood),
}

impl Fact {
    /// The entry, where it is understood.
    pub fn entry(&self) -> Option<&Entry> {
        match self {
            Self::Entry(entry) => Some(entry),
            Self::NotUnderstood(_) => None,
        }
    }
}

/// What happened, and who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What happened.
    pub event: Event,
    /// Who says so.
    pub record: Record,
}

/// Who says so: one person who typed it, and those who signed with a key of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Who typed it.
    pub operator: PersonId,
    /// Who signed it; about everybody else it is asserted only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signed: Vec<Signed>,
}

/// A person's signature over the [`super::Statement`] of the event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// Who signed.
    pub person: PersonId,
    /// When, by the signer's clock.
    #[serde(with = "as_text")]
    pub made: Timestamp,
    /// The signature.
    pub signature: Signature,
}

/// A fact that this version does not understand, kept as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotUnderstood {
    /// What it calls itself: the member `fact`.
    pub kind: String,
    /// Why it is not understood.
    pub why: String,
    /// All of it.
    pub value: Map<String, Value>,
}

const OPERATOR: &str = "operator";
const SIGNED: &str = "signed";

impl Serialize for Fact {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Entry(entry) => {
                let mut members = Map::new();
                for part in
                    [serde_json::to_value(&entry.event), serde_json::to_value(&entry.record)]
                {
                    if let Value::Object(part) = part.map_err(S::Error::custom)? {
                        members.extend(part);
                    }
                }
                members.serialize(to)
            }
            Self::NotUnderstood(unknown) => unknown.value.serialize(to),
        }
    }
}

impl<'de> Deserialize<'de> for Fact {
    /// Fails only where there is no JSON object with a text `fact`.
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let value = Map::deserialize(from)?;
        let kind = value.get("fact").and_then(Value::as_str);
        let kind = kind.ok_or_else(|| D::Error::missing_field("fact"))?.to_string();
        Ok(match entry(value.clone()) {
            Ok(entry) => Self::Entry(entry),
            Err(why) => Self::NotUnderstood(NotUnderstood { kind, why: why.to_string(), value }),
        })
    }
}

/// The event's members and the record's, told apart by name: no event has one called like those
/// of the record.
fn entry(mut members: Map<String, Value>) -> Result<Entry, serde_json::Error> {
    let mut record = Map::new();
    for name in [OPERATOR, SIGNED] {
        record.extend(members.remove(name).map(|value| (name.to_string(), value)));
    }
    let event = serde_json::from_value(Value::Object(members))?;
    let record = serde_json::from_value(Value::Object(record))?;
    Ok(Entry { event, record })
}
