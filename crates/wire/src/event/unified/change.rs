//! Changes of the directory in the unified audit log.

use halligan_core::watch::event::{Audit, Initiator, Modified, Target};
use serde_json::{Map, Value};

use super::super::audit;
use super::super::value::guid;
use super::identity::Identities;
use super::{Record, member, member_text};

/// What `extendedAuditEventCategory` calls the categories of Graph.
const CATEGORIES: [(&str, &str); 6] = [
    ("User", "UserManagement"),
    ("Group", "GroupManagement"),
    ("Role", "RoleManagement"),
    ("Application", "ApplicationManagement"),
    ("ServicePrincipal", "ApplicationManagement"),
    ("Directory", "DirectoryManagement"),
];

/// The word of a category of Graph's.
pub(super) fn category_word(category: &str) -> Option<&'static str> {
    CATEGORIES.iter().find(|(_, known)| *known == category).map(|(word, _)| *word)
}

pub(super) fn read(record: &Record) -> Audit {
    let operation = record.text("Operation").unwrap_or_default();
    Audit {
        activity: operation.strip_suffix('.').unwrap_or(&operation).into(),
        category: category(record),
        service: record.text("Workload").unwrap_or_default(),
        result: audit::result(&record.text("ResultStatus").unwrap_or_default()),
        reason: record.pair("ExtendedProperties", "ResultDescription").unwrap_or_default(),
        by: initiator(record),
        targets: targets(record),
        details: record.list("ExtendedProperties").iter().map(detail).collect(),
    }
}

fn category(record: &Record) -> String {
    let word = record.pair("ExtendedProperties", "extendedAuditEventCategory");
    let word = word.unwrap_or_default();
    let known = CATEGORIES.iter().find(|(known, _)| known.eq_ignore_ascii_case(&word));
    known.map_or(word, |(_, category)| (*category).into())
}

fn detail(pair: &Map<String, Value>) -> (String, String) {
    let text = |name| member_text(pair, name).unwrap_or_default();
    (text("Name"), text("Value"))
}

fn initiator(record: &Record) -> Initiator {
    let actor = Identities::of(&record.list("Actor"));
    let user_id = record.text("UserId").unwrap_or_default();
    let address = record.address();
    if actor.is_application() || user_id.starts_with("ServicePrincipal_") {
        let principal = actor.id("ServicePrincipal");
        let other = actor.ids.iter().map(|(id, _)| *id).find(|id| Some(*id) != principal);
        return Initiator {
            service_principal: principal,
            app: other.or_else(|| record.guid("ApplicationId")),
            app_name: actor.names.into_iter().next().unwrap_or_default(),
            address,
            ..Initiator::default()
        };
    }
    let named = Some(user_id.clone()).filter(|name| name.contains('@'));
    let id = actor.id("User").or_else(|| record.guid("UserKey")).or_else(|| guid(&user_id));
    Initiator {
        user: id,
        user_name: named.or_else(|| actor.principal_names.first().cloned()).unwrap_or_default(),
        address,
        app_name: actor.names.into_iter().next().unwrap_or_default(),
        ..Initiator::default()
    }
}

/// What it was done to: an object for each id, the first with the names and what became different.
fn targets(record: &Record) -> Vec<Target> {
    let found = Identities::of(&record.list("Target"));
    let kind_of = |kind: String| if kind.is_empty() { found.kind.clone() } else { kind };
    let mut targets: Vec<Target> = found
        .ids
        .iter()
        .map(|(id, kind)| Target {
            id: id.to_string(),
            kind: kind_of(kind.clone()),
            ..Target::default()
        })
        .collect();
    if targets.is_empty() {
        targets.push(Target { kind: found.kind.clone(), ..Target::default() });
    }
    for (place, name) in found.principal_names.iter().enumerate() {
        match targets.get_mut(place) {
            Some(target) => target.principal_name = name.clone(),
            None => targets.push(Target { principal_name: name.clone(), ..Target::default() }),
        }
    }
    if let Some(first) = targets.first_mut() {
        first.name = found.names.first().cloned().unwrap_or_default();
        first.changes = record.list("ModifiedProperties").iter().map(modified).collect();
        object(first, record);
    }
    targets
}

/// `ObjectId` names the first target, by its id or its name, where the list does not.
fn object(first: &mut Target, record: &Record) {
    let Some(object) = record.text("ObjectId") else { return };
    if object.contains('@') && guid(&object).is_none() {
        if first.principal_name.is_empty() {
            first.principal_name = object;
        }
    } else if first.id.is_empty() {
        first.id = object;
    }
}

fn modified(item: &Map<String, Value>) -> Modified {
    let side = |name| match member(item, name)? {
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        other => Some(other.to_string()),
    };
    Modified {
        name: member_text(item, "Name").unwrap_or_default(),
        old: side("OldValue"),
        new: side("NewValue"),
    }
}
