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

/// Copies of one member that are read; with more, the record is refused.
pub const COPIES_MAX: usize = 8;

/// Strings within strings that hold JSON are opened so deep.
const NESTED_MAX: usize = 4;

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
    let count = copies(json, NESTED_MAX);
    if count > COPIES_MAX {
        return Err(ReadError::new(format!(
            "has a member {count} times; at most COPIES_MAX ({COPIES_MAX}) are read"
        )));
    }
    let mut all: Vec<Value> = Vec::new();
    for place in 0..count {
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
/// copies, none that is `null`.
fn grouped(members: &[(String, Json)]) -> BTreeMap<String, (&str, Vec<&Json>)> {
    const NULL: Json = Json::Scalar(Value::Null);
    let mut groups: BTreeMap<String, (&str, Vec<&Json>)> = BTreeMap::new();
    for (name, value) in members {
        let (_, group) = groups.entry(name.to_ascii_lowercase()).or_insert((name, Vec::new()));
        if *value == NULL && !group.is_empty() {
            continue;
        }
        group.retain(|one| **one != NULL);
        group.push(value);
    }
    groups
}

/// How many copies there are of the member that has the most; one where none has any.
fn copies(json: &Json, nested: usize) -> usize {
    let most = |all: &mut dyn Iterator<Item = usize>| all.max().unwrap_or(1);
    match json {
        Json::Scalar(_) => 1,
        Json::Text(text) => opened(text, nested).map_or(1, |inner| copies(&inner, nested - 1)),
        Json::List(items) => most(&mut items.iter().map(|item| copies(item, nested))),
        Json::Object(members) => {
            let within = most(&mut members.iter().map(|(_, value)| copies(value, nested)));
            within.max(most(&mut grouped(members).values().map(|(_, all)| all.len())))
        }
    }
}

/// The value by the copies at this place, and by the last of those that are fewer.
fn by(json: &Json, place: usize, nested: usize) -> Value {
    match json {
        Json::Scalar(value) => value.clone(),
        Json::Text(text) => {
            let inner = opened(text, nested).filter(|inner| copies(inner, nested - 1) > 1);
            let written = inner.map(|inner| by(&inner, place, nested - 1).to_string());
            Value::String(written.unwrap_or_else(|| text.clone()))
        }
        Json::List(items) => items.iter().map(|item| by(item, place, nested)).collect(),
        Json::Object(members) => {
            let chosen = grouped(members).into_values().filter_map(|(name, group)| {
                let value = group.get(place).or(group.last())?;
                Some((name.to_owned(), by(value, place, nested)))
            });
            Value::Object(chosen.collect::<Map<_, _>>())
        }
    }
}

/// What a string holds that is an object or a list.
fn opened(text: &str, nested: usize) -> Option<Json> {
    let opens = matches!(text.trim_start().as_bytes().first(), Some(b'{' | b'['));
    if nested == 0 || !opens { None } else { serde_json::from_str(text).ok() }
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
        let all = texts(r#"{"x":[{"a":1,"b":2,"A":3}],"s":"{\"a\":1,\"a\":2}"}"#).unwrap();
        assert_eq!(
            all,
            [
                r#"{"s":"{\"a\":1}","x":[{"a":1,"b":2}]}"#,
                r#"{"s":"{\"a\":2}","x":[{"a":3,"b":2}]}"#
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
    }

    #[test]
    fn the_first_is_the_value_where_there_are_no_copies() {
        let json: Json = serde_json::from_str(r#"{"b":[1,"x",null],"a":{"c":true}}"#).unwrap();
        assert_eq!(first(&json), json!({"a": {"c": true}, "b": [1, "x", null]}));
    }
}
