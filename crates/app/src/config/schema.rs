//! The schema of `halligan.toml` for editors, as JSON Schema (draft 7, which editors of TOML know).
//!
//! It knows names and types; what belongs together and what exists, `halligan check` knows.

use halligan_core::id::WORD_CHARACTERS_MAX;
use halligan_core::register::Workstation;
use serde_json::{Map, Value, json};

use super::custody::CONTACTS_MAX;
use super::environment::ADDRESSES_MAX;
use super::keys::{FEDERATION_FORM, Key, Kind, REFERENCE_FORMS, SECTIONS, Section};
use super::notify::RECIPIENTS_MAX;
use super::sign_in::{GITHUB_ACTIONS, SYSTEM};

/// The schema's text, which ends with a line end.
pub fn schema() -> String {
    let outer = || SECTIONS.iter().filter(|one| one.place().0.is_none());
    let properties = outer().map(|one| (one.name.into(), section(one))).collect();
    let required = outer().filter(|one| one.required).map(|one| one.name).collect();
    let mut whole = object(properties, required);
    whole.insert("$schema".into(), json!("http://json-schema.org/draft-07/schema#"));
    whole.insert("title".into(), json!("halligan.toml"));
    let description = "What the owners of a tenant want of their emergency access";
    whole.insert("description".into(), json!(description));
    format!("{:#}\n", Value::Object(whole))
}

fn section(section: &Section) -> Value {
    let keys = section.keys.iter().map(|one| (one.name.into(), key(one)));
    let inner = section.inner().map(|one| (one.place().1.into(), self::section(one)));
    let properties = keys.chain(inner).collect();
    let required = section.keys.iter().filter(|one| one.required).map(|one| one.name).collect();
    let mut table = object(properties, required);
    if !section.repeats {
        table.insert("description".into(), json!(section.meaning));
        return or_words(Value::Object(table), section.words);
    }
    let list = json!({ "type": "array", "description": section.meaning, "items": table });
    match section.most {
        Some(most) => with(list, [("minItems", json!(1)), ("maxItems", json!(most))]),
        None => list,
    }
}

/// The same object with more members.
fn with<const N: usize>(mut value: Value, members: [(&str, Value); N]) -> Value {
    if let Some(object) = value.as_object_mut() {
        object.extend(members.map(|(name, value)| (name.to_owned(), value)));
    }
    value
}

/// A table in whose place one of `words` may stand. What is said about tables does not touch texts,
/// so that what is wrong with a table is said in its own terms.
fn or_words(table: Value, words: &[&str]) -> Value {
    if words.is_empty() {
        return table;
    }
    with(
        table,
        [
            ("type", json!(["object", "string"])),
            ("if", json!({ "type": "string" })),
            ("then", json!({ "enum": words })),
        ],
    )
}

fn object(properties: Map<String, Value>, required: Vec<&str>) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("type".into(), json!("object"));
    object.insert("additionalProperties".into(), json!(false));
    if !required.is_empty() {
        object.insert("required".into(), json!(required));
    }
    object.insert("properties".into(), Value::Object(properties));
    object
}

fn key(key: &Key) -> Value {
    let examples = Value::Array(json_of(key.example).into_iter().collect());
    let value = with(kind(key.kind), [("description", json!(key.meaning)), ("examples", examples)]);
    // A default in words, such as "by place", is for people.
    match key.default.and_then(json_of) {
        Some(default) => with(value, [("default", default)]),
        None => value,
    }
}

fn kind(kind: Kind) -> Value {
    const GUID: &str = "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$";
    const ADDRESS: &str = "^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$";
    const MAIL: &str = "^[^@ ]+@[^@ ]+$";
    const ID: &str = "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$";
    const CONTACT: &str = "^(mail|sms|phone|other):";
    match kind {
        Kind::Id => {
            json!({ "type": "string", "pattern": ID, "maxLength": WORD_CHARACTERS_MAX })
        }
        Kind::Ids => json!({
            "type": "array",
            "items": self::kind(Kind::Id),
            "uniqueItems": true,
        }),
        Kind::Contacts => json!({
            "type": "array",
            "items": { "type": "string", "pattern": CONTACT },
            "maxItems": CONTACTS_MAX,
            "uniqueItems": true,
        }),
        Kind::Text => json!({ "type": "string", "minLength": 1 }),
        Kind::Path => json!({ "type": "string", "minLength": 1 }),
        Kind::Guid => json!({ "type": "string", "pattern": GUID }),
        Kind::Guids => {
            json!({ "type": "array", "items": { "type": "string", "pattern": GUID } })
        }
        Kind::Choice(words) => json!({ "type": "string", "enum": words }),
        Kind::Choices(words, least) => json!({
            "type": "array",
            "items": { "type": "string", "enum": words },
            "minItems": least,
            "uniqueItems": true,
        }),
        Kind::Addresses => json!({
            "type": "array",
            "items": { "type": "string", "pattern": ADDRESS },
            "maxItems": ADDRESSES_MAX,
            "uniqueItems": true,
        }),
        Kind::Countries => json!({
            "type": "array",
            "items": { "type": "string", "pattern": "^[A-Za-z]{2}$" },
            "uniqueItems": true,
        }),
        Kind::Attributes => {
            let names = Workstation::ATTRIBUTES.iter();
            let properties = names.map(|name| ((*name).into(), self::kind(Kind::Text))).collect();
            Value::Object(object(properties, Vec::new()))
        }
        Kind::Url => json!({ "type": "string", "pattern": "^https?://" }),
        Kind::Mail => json!({ "type": "string", "pattern": MAIL }),
        Kind::Mails => json!({
            "type": "array",
            "items": { "type": "string", "pattern": MAIL },
            "minItems": 1,
            "maxItems": RECIPIENTS_MAX,
            "uniqueItems": true,
        }),
        Kind::Texts => json!({ "type": "array", "items": self::kind(Kind::Text), "minItems": 1 }),
        Kind::Range => json!({
            "type": "array",
            "items": { "type": "integer", "minimum": 0 },
            "minItems": 2,
            "maxItems": 2,
        }),
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::Truth => json!({ "type": "boolean" }),
        Kind::Count => json!({ "type": "integer", "minimum": 0 }),
        Kind::Days(least, most) => {
            json!({ "type": "integer", "minimum": least, "maximum": most })
        }
        Kind::Time => json!({ "type": "string", "pattern": "^[0-9]" }),
        Kind::Reference => reference(&REFERENCE_FORMS),
        Kind::Federation => {
            let [env, file, command] = REFERENCE_FORMS;
            or_words(reference(&[FEDERATION_FORM, env, file, command]), &[GITHUB_ACTIONS])
        }
        Kind::ManagedIdentity => {
            let bare = GUID.trim_start_matches('^').trim_end_matches('$');
            json!({ "type": "string", "pattern": format!("^({SYSTEM}|{bare})$") })
        }
        Kind::True => json!({ "const": true }),
    }
}

/// One of the forms, and only one: the secret itself has no place in the file.
fn reference(forms: &[Key]) -> Value {
    let form = |form: &Key| {
        let value = match form.name {
            "command" => {
                json!({ "type": "array", "items": { "type": "string" }, "minItems": 1 })
            }
            _ => kind(form.kind),
        };
        (form.name.to_owned(), with(value, [("description", json!(form.meaning))]))
    };
    let mut value = object(forms.iter().map(form).collect(), Vec::new());
    value.insert("minProperties".into(), json!(1));
    value.insert("maxProperties".into(), json!(1));
    Value::Object(value)
}

/// A value written as TOML, as JSON; `None` for words that are no TOML.
fn json_of(toml: &str) -> Option<Value> {
    let table: toml::Table = format!("value = {toml}").parse().ok()?;
    table.get("value").map(as_json)
}

/// TOML as JSON, the way editors take it: a date is a text.
pub fn as_json(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => json!(text),
        toml::Value::Integer(number) => json!(number),
        toml::Value::Float(number) => json!(number),
        toml::Value::Boolean(is) => json!(is),
        toml::Value::Datetime(time) => json!(time.to_string()),
        toml::Value::Array(items) => Value::Array(items.iter().map(as_json).collect()),
        toml::Value::Table(table) => {
            let members = table.iter().map(|(name, value)| (name.clone(), as_json(value)));
            Value::Object(members.collect())
        }
    }
}
