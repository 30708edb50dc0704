//! Records in which an object has a member twice: read once by each of the copies, so that none of
//! them hides another.
//!
//! Which copy counts is a question on which programs disagree. The scan looks at all of them, and
//! so must what is read: the record is written anew without copies, once with the first of each,
//! once with the second, and so on.

use std::collections::BTreeMap;

use halligan_core::watch::json::Json;
use serde_json::{Map, Value};

use crate::ReadError;

/// Copies of one member that are read, each with a value of its own. With more, the record is
/// refused; in a string that holds JSON, those behind them are left out: nothing that stands in a
/// string makes a record unreadable.
pub const COPIES_MAX: usize = 8;

/// Strings within strings that hold JSON are opened so deep.
const NESTED_MAX: usize = 4;

/// Members that are read also where their object or list stands in a string. Of others, which may
/// hold what somebody chose, a string is a string.
const OPENED: [&str; 18] = [
    "properties",
    "additionalDetails",
    "authenticationDetails",
    "deviceDetail",
    "identity",
    "initiatedBy",
    "location",
    "locationDetails",
    "operationName",
    "signInEventTypes",
    "status",
    "targetResources",
    "AuditData",
    "Actor",
    "DeviceProperties",
    "ExtendedProperties",
    "ModifiedProperties",
    "Target",
];

/// The values that a text is by the copies of its members, the first by the first of each;
/// `None` where there is no copy that says something else, and where the text is no JSON.
///
/// # Errors
///
/// More than [`COPIES_MAX`] copies.
pub(super) fn values(text: &str) -> Result<Option<Vec<Value>>, ReadError> {
    let Ok(json) = serde_json::from_str(text) else { return Ok(None) };
    of(&json)
}

/// The same of what was parsed.
pub(super) fn of(json: &Json) -> Result<Option<Vec<Value>>, ReadError> {
    if copies(json, 0) > COPIES_MAX {
        return Err(ReadError::new(format!(
            "has a member with more values than COPIES_MAX ({COPIES_MAX})"
        )));
    }
    let mut all: Vec<Value> = Vec::new();
    for place in 0..copies(json, NESTED_MAX).min(COPIES_MAX) {
        let value = by(json, place, NESTED_MAX);
        if !all.contains(&value) {
            all.push(value);
        }
    }
    Ok((all.len() > 1).then_some(all))
}

/// The value by the first copy of each member.
pub(super) fn first(json: &Json) -> Value {
    by(json, 0, 0)
}

/// Members of an object by name, in any letter case, each with its name as it is written first; of
/// copies, none that is `null` or says the same as one before, and none behind the first that is
/// too many.
fn grouped(members: &[(String, Json)]) -> BTreeMap<String, (&str, Vec<&Json>)> {
    const NULL: Json = Json::Scalar(Value::Null);
    let mut groups: BTreeMap<String, (&str, Vec<&Json>)> = BTreeMap::new();
    for (name, value) in members {
        let (_, group) = groups.entry(name.to_ascii_lowercase()).or_insert((name, Vec::new()));
        if *value == NULL && !group.is_empty() {
            continue;
        }
        if group.first().is_some_and(|one| **one == NULL) {
            group.clear();
        }
        if group.len() <= COPIES_MAX && !group.contains(&value) {
            group.push(value);
        }
    }
    groups
}

/// How many copies there are of the member that has the most; one where none has any.
fn copies(json: &Json, nested: usize) -> usize {
    let most = |all: &mut dyn Iterator<Item = usize>| all.max().unwrap_or(1);
    match json {
        Json::Scalar(_) | Json::Text(_) => 1,
        Json::List(items) => most(&mut items.iter().map(|item| copies(item, nested))),
        Json::Object(members) => {
            let of = |(name, value): &(String, Json)| match opened(name, value, nested) {
                Some(inner) => copies(&inner, nested - 1),
                None => copies(value, nested),
            };
            let within = most(&mut members.iter().map(of));
            within.max(most(&mut grouped(members).values().map(|(_, all)| all.len())))
        }
    }
}

/// The value by the copies at this place, and by the last of those that are fewer.
fn by(json: &Json, place: usize, nested: usize) -> Value {
    match json {
        Json::Scalar(value) => value.clone(),
        Json::Text(text) => Value::String(text.clone()),
        Json::List(items) => items.iter().map(|item| by(item, place, nested)).collect(),
        Json::Object(members) => {
            let chosen = grouped(members).into_values().filter_map(|(name, group)| {
                let value = group.get(place).or(group.last())?;
                let inner = opened(name, value, nested);
                let inner = inner.filter(|inner| copies(inner, nested - 1) > 1);
                let value = match inner {
                    Some(inner) => Value::String(by(&inner, place, nested - 1).to_string()),
                    None => by(value, place, nested),
                };
                Some((name.to_owned(), value))
            });
            Value::Object(chosen.collect::<Map<_, _>>())
        }
    }
}

/// The object or list in a string, of a member that is read also as that.
fn opened(name: &str, value: &Json, nested: usize) -> Option<Json> {
    let Json::Text(text) = value else { return None };
    let opens = matches!(text.trim_start().as_bytes().first(), Some(b'{' | b'['));
    let is_read = || OPENED.iter().any(|one| one.eq_ignore_ascii_case(name));
    if nested == 0 || !opens || !is_read() { None } else { serde_json::from_str(text).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn texts(text: &str) -> Option<Vec<String>> {
        let all = values(text).unwrap()?;
        Some(all.iter().map(Value::to_string).collect())
    }

    #[test]
    fn each_copy_is_in_one_of_the_values() {
        assert_eq!(texts(r#"{"a":1,"b":{"c":2}}"#), None);
        assert_eq!(texts(r#"{"a":1,"A":1}"#), None, "the same twice");
        assert_eq!(texts(r#"{"a":null,"a":1,"a":null}"#), None);
        assert_eq!(texts("{"), None);
        let all = texts(r#"{"x":[{"a":1,"b":2,"A":3}],"status":"{\"a\":1,\"a\":2}"}"#).unwrap();
        assert_eq!(
            all,
            [
                r#"{"status":"{\"a\":1}","x":[{"a":1,"b":2}]}"#,
                r#"{"status":"{\"a\":2}","x":[{"a":3,"b":2}]}"#
            ]
        );
    }

    #[test]
    fn copies_without_end_are_refused() {
        let many = |count: usize| {
            let members: Vec<String> = (0..count).map(|one| format!("\"a\":{one}")).collect();
            format!("{{{}}}", members.join(","))
        };
        assert_eq!(values(&many(COPIES_MAX)).unwrap().unwrap().len(), COPIES_MAX);
        let refused = values(&many(COPIES_MAX + 1)).unwrap_err().to_string();
        assert!(refused.contains("COPIES_MAX"), "{refused}");
        let same = format!("{{{}}}", ["\"a\":1"; 20].join(","));
        assert_eq!(values(&same).unwrap(), None);
        let within = |name: &str| serde_json::json!({ name: many(20) }).to_string();
        assert_eq!(values(&within("Status")).unwrap().unwrap().len(), COPIES_MAX);
        assert_eq!(values(&within("displayName")).unwrap(), None, "a string is a string");
    }

    #[test]
    fn the_first_is_the_value_where_there_are_no_copies() {
        let json: Json = serde_json::from_str(r#"{"b":[1,"x",null],"a":{"c":true}}"#).unwrap();
        assert_eq!(first(&json), json!({"a": {"c": true}, "b": [1, "x", null]}));
    }
}
