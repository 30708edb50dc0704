//! Records of sign-ins, directory audits and Azure's activity log, in whatever shape they come.
//!
//! Four shapes hold the same event: Graph's `signIn` and `directoryAudit`, the envelope of
//! diagnostic settings with the event in `properties`, rows of Log Analytics with their names in
//! Pascal case, and records of the unified audit log (`unified`). Reading is
//! lenient to the end, for a record that is refused is an alarm that is not raised: names in any
//! letter case, numbers in strings, JSON in strings, a value of the wrong type counted as absent.
//! Only what is no JSON object is refused.

mod audit;
mod fields;
pub mod framing;
mod operation;
mod sign_in;
mod unified;
mod value;
mod write;

use std::borrow::Cow;

use halligan_core::id::{Guid, TenantId};
use halligan_core::time::Timestamp;
use halligan_core::watch::event::{Event, What};
use serde_json::value::RawValue;

use crate::ReadError;
use crate::node::{refuse, utf8};
use crate::time;
use fields::{Fields, Member, Properties, Record};

pub use unified::write_unified;
pub use write::{write, write_envelope};

/// Reads one record: one JSON object in UTF-8.
pub fn read(bytes: &[u8]) -> Result<Event, ReadError> {
    let text = utf8(bytes)?;
    let event = read_layers(text)?;
    // The unified audit log shares no member with the others by which a record is known.
    match &event.what {
        What::Other { category } if category.is_empty() => Ok(unified::read(text).unwrap_or(event)),
        _ => Ok(event),
    }
}

fn read_layers(text: &str) -> Result<Event, ReadError> {
    let record: Record<'_> = serde_json::from_str(text).map_err(|error| refuse(text, &error))?;
    let Record { outer, properties } = record;
    match properties {
        Properties::Opened(inner) => Ok(event(&Layers { outer, inner: *inner })),
        Properties::None => Ok(event(&Layers { outer, inner: Fields::default() })),
        Properties::Text(text) => {
            let inner: Option<Record<'_>> = serde_json::from_str(&text).ok();
            let inner = inner.map(|record| record.outer).unwrap_or_default();
            Ok(event(&Layers { outer: outer.shortened(), inner }))
        }
    }
}

/// The records of one message: those in a member `records` or `value`, those of a list, or the one
/// that it is.
///
/// Each is the text as it came; a list within a list is not looked for.
pub fn records(bytes: &[u8]) -> Result<Vec<&[u8]>, ReadError> {
    let text = utf8(bytes)?;
    let refused = |error: serde_json::Error| refuse(text, &error);
    let list: Option<Vec<&RawValue>> = match text.trim_start().as_bytes().first() {
        Some(b'[') => Some(serde_json::from_str(text).map_err(refused)?),
        _ => serde_json::from_str::<fields::List<'_>>(text).map_err(refused)?.0,
    };
    Ok(match list {
        Some(list) => list.into_iter().map(|one| one.get().as_bytes()).collect(),
        None => vec![text.as_bytes()],
    })
}

/// A record's own members and those of its `properties`.
struct Layers<'a> {
    outer: Fields<'a>,
    inner: Fields<'a>,
}

impl<'a> Layers<'a> {
    /// A member of the event: of `properties` where the record has them, else of the record.
    fn raw(&self, member: Member) -> Option<&'a RawValue> {
        self.inner.raw(member).or_else(|| self.outer.raw(member))
    }

    fn text(&self, member: Member) -> Option<Cow<'a, str>> {
        let text = |fields: &Fields<'a>| value::text(fields.raw(member)?);
        text(&self.inner).or_else(|| text(&self.outer))
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
        value::text(self.outer.raw(member)?)
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
