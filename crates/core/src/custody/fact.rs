//! Facts: an event, and who says so.
//!
//! In a stream a fact is one JSON object: the members of the [`Event`], `operator`, and `signed`
//! where somebody signed. All of it is understood or nothing: what a later version of Halligan
//! wrote is no fact here, and [`crate::stream::fold`] lists it as unread, so that nothing is
//! decided on a state that lacks it.

use alloc::string::ToString as _;
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

/// What happened, and who says so: one fact of a ledger.
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

const OPERATOR: &str = "operator";
const SIGNED: &str = "signed";

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut members = Map::new();
        for part in [serde_json::to_value(&self.event), serde_json::to_value(&self.record)] {
            if let Value::Object(part) = part.map_err(S::Error::custom)? {
                members.extend(part);
            }
        }
        members.serialize(to)
    }
}

impl<'de> Deserialize<'de> for Entry {
    /// The event's members and the record's are told apart by name: no event has one called like
    /// those of the record.
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut members = Map::deserialize(from)?;
        let mut record = Map::new();
        for name in [OPERATOR, SIGNED] {
            record.extend(members.remove(name).map(|value| (name.to_string(), value)));
        }
        let event = serde_json::from_value(Value::Object(members)).map_err(D::Error::custom)?;
        let record = serde_json::from_value(Value::Object(record)).map_err(D::Error::custom)?;
        Ok(Self { event, record })
    }
}
