//! The body of a fact: one JSON object in the one spelling that it has.
//!
//! A digest is over bytes, so that one fact must have one text. It is the canonical form of RFC
//! 8785 (members sorted, no space, the shortest escapes), and what would make that form hard to
//! write in another language is refused: fractions, integers beyond 2^53, and member names outside
//! ASCII.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};

/// The longest body of a fact, in bytes: facts say what happened, and documents lie elsewhere.
pub const FACT_BYTES_MAX: usize = 65_536;

/// How deep the objects and lists of a fact nest, the fact itself counted.
pub const FACT_DEPTH_MAX: usize = 16;

/// The greatest integer in a fact, and with the opposite sign the least: 2^53 − 1, beyond which
/// readers in other languages lose digits (RFC 7493).
pub const FACT_INTEGER_MAX: u64 = (1 << 53) - 1;

/// A fact's JSON object as canonical text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body(String);

impl Body {
    /// The body of a fact.
    pub fn of(fact: &impl Serialize) -> Result<Self, BodyError> {
        let value = serde_json::to_value(fact);
        Self::from_value(&value.map_err(|error| BodyError::NotJson(error.to_string()))?)
    }

    /// The body that says what `value` says.
    pub fn from_value(value: &Value) -> Result<Self, BodyError> {
        let Value::Object(members) = value else {
            return Err(BodyError::NotAnObject);
        };
        let mut text = String::new();
        write_object(members, 1, &mut text)?;
        if text.len() > FACT_BYTES_MAX {
            return Err(BodyError::TooLong { bytes: text.len() });
        }
        Ok(Self(text))
    }

    /// The body whose canonical text this is; another spelling of it is refused.
    pub fn parse(text: &str) -> Result<Self, BodyError> {
        if text.len() > FACT_BYTES_MAX {
            return Err(BodyError::TooLong { bytes: text.len() });
        }
        let value: Value =
            serde_json::from_str(text).map_err(|error| BodyError::NotJson(error.to_string()))?;
        let body = Self::from_value(&value)?;
        if body.0 == text { Ok(body) } else { Err(BodyError::NotCanonical) }
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text of its member `kind`, by which facts of one stream are told apart.
    pub fn kind(&self) -> Option<String> {
        let value: Value = serde_json::from_str(&self.0).ok()?;
        value.get("kind").and_then(Value::as_str).map(String::from)
    }

    /// The fact that it is the body of, or why it is none that `T` knows. All of it must be known:
    /// a member that `T` would leave out is an error.
    pub fn read<T: Serialize + DeserializeOwned>(&self) -> Result<T, String> {
        let fact: T = serde_json::from_str(&self.0).map_err(|error| error.to_string())?;
        match Self::of(&fact) {
            Ok(again) if again == *self => Ok(fact),
            _ => Err("it says more than this version of Halligan reads".into()),
        }
    }
}

impl fmt::Display for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why something is not the body of a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyError {
    /// It is not JSON; with the parser's words.
    NotJson(String),
    /// It is JSON, and no object.
    NotAnObject,
    /// Members in another order, spaces, another spelling of a character, or a member twice.
    NotCanonical,
    /// A number is a fraction, or an integer beyond [`FACT_INTEGER_MAX`].
    Number(String),
    /// The name of a member has characters outside ASCII.
    MemberName(String),
    /// It nests deeper than [`FACT_DEPTH_MAX`].
    TooDeep,
    /// It has more bytes than [`FACT_BYTES_MAX`].
    TooLong {
        /// How many it has.
        bytes: usize,
    },
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson(what) => write!(f, "the fact is not JSON: {what}"),
            Self::NotAnObject => f.write_str("the fact is not a JSON object"),
            Self::NotCanonical => f.write_str("the fact is not spelled canonically (RFC 8785)"),
            Self::Number(number) => write!(
                f,
                "the fact holds `{number}`, a fraction or an integer beyond FACT_INTEGER_MAX \
                 ({FACT_INTEGER_MAX})"
            ),
            Self::MemberName(name) => {
                write!(f, "the fact's member `{}` is not ASCII", name.escape_debug())
            }
            Self::TooDeep => {
                write!(f, "the fact nests deeper than FACT_DEPTH_MAX ({FACT_DEPTH_MAX})")
            }
            Self::TooLong { bytes } => {
                write!(f, "the fact has {bytes} bytes, more than FACT_BYTES_MAX ({FACT_BYTES_MAX})")
            }
        }
    }
}

impl core::error::Error for BodyError {}

fn write_value(value: &Value, depth: usize, text: &mut String) -> Result<(), BodyError> {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(true) => text.push_str("true"),
        Value::Bool(false) => text.push_str("false"),
        Value::Number(number) => text.push_str(&integer(number)?),
        Value::String(string) => write_string(string, text),
        Value::Array(items) => {
            check_depth(depth)?;
            text.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                write_value(item, depth + 1, text)?;
            }
            text.push(']');
        }
        Value::Object(members) => write_object(members, depth, text)?,
    }
    Ok(())
}

/// Sorts by itself: whether a `Map` is sorted depends on a feature that another crate may turn on.
fn write_object(
    members: &Map<String, Value>,
    depth: usize,
    text: &mut String,
) -> Result<(), BodyError> {
    check_depth(depth)?;
    let mut members: Vec<_> = members.iter().collect();
    members.sort_by_key(|(name, _)| *name);
    text.push('{');
    for (place, (name, value)) in members.into_iter().enumerate() {
        if !name.is_ascii() {
            return Err(BodyError::MemberName(name.clone()));
        }
        if place > 0 {
            text.push(',');
        }
        write_string(name, text);
        text.push(':');
        write_value(value, depth + 1, text)?;
    }
    text.push('}');
    Ok(())
}

fn check_depth(depth: usize) -> Result<(), BodyError> {
    if depth > FACT_DEPTH_MAX { Err(BodyError::TooDeep) } else { Ok(()) }
}

fn write_string(string: &str, text: &mut String) {
    text.push_str(&Value::from(string).to_string());
}

fn integer(number: &Number) -> Result<String, BodyError> {
    let magnitude = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
    match magnitude {
        Some(magnitude) if magnitude <= FACT_INTEGER_MAX => Ok(number.to_string()),
        _ => Err(BodyError::Number(number.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn text(value: &Value) -> Result<String, BodyError> {
        Body::from_value(value).map(|body| body.to_string())
    }

    /// So many objects in each other.
    fn nested(depth: usize) -> Value {
        (1..depth).fold(json!({}), |inner, _| json!({ "in": inner }))
    }

    #[test]
    fn one_fact_has_one_text() {
        let value =
            json!({ "b": [1, -2, true, null], "a": { "z": "\u{e9}\"\\\n\u{1}/", "y": {} } });
        let expected =
            "{\"a\":{\"y\":{},\"z\":\"\u{e9}\\\"\\\\\\n\\u0001/\"},\"b\":[1,-2,true,null]}";
        assert_eq!(text(&value).as_deref(), Ok(expected));
        assert_eq!(Body::parse(expected).map(|body| body.to_string()), Ok(expected.into()));
    }

    #[test]
    fn every_other_spelling_is_refused() {
        for other in [
            r#"{"b":1,"a":2}"#,
            r#"{ "a":1}"#,
            r#"{"a":1} "#,
            r#"{"a":"\u0041"}"#,
            r#"{"a":"\/"}"#,
            r#"{"a":1,"a":1}"#,
        ] {
            assert_eq!(Body::parse(other), Err(BodyError::NotCanonical), "{other}");
        }
    }

    #[test]
    fn what_has_no_safe_form_is_refused() {
        let number = |text: &str| BodyError::Number(text.into());
        let name = BodyError::MemberName("\u{e9}".into());
        for (value, error) in [
            (json!([]), BodyError::NotAnObject),
            (json!("a"), BodyError::NotAnObject),
            (json!({ "a": 0.5 }), number("0.5")),
            (json!({ "a": FACT_INTEGER_MAX + 1 }), number("9007199254740992")),
            (json!({ "a": -9_007_199_254_740_992_i64 }), number("-9007199254740992")),
            (json!({ "\u{e9}": 1 }), name),
            (nested(FACT_DEPTH_MAX + 1), BodyError::TooDeep),
        ] {
            assert_eq!(Body::from_value(&value), Err(error), "{value}");
        }
        for text in ["{\"a\":-0}", "{\"a\":1.0}", "{\"a\":1e2}", "{\"a\":99999999999999999999}"] {
            assert!(matches!(Body::parse(text), Err(BodyError::Number(_))), "{text}");
        }
        for text in ["", "{", "{\"a\":\"\\ud800\"}", "{\"a\":\"\u{1}\"}"] {
            assert!(matches!(Body::parse(text), Err(BodyError::NotJson(_))), "{text}");
        }
    }

    #[test]
    fn limits_hold_to_the_byte() {
        let long = |bytes: usize| json!({ "a": "x".repeat(bytes - r#"{"a":""}"#.len()) });
        assert!(Body::from_value(&long(FACT_BYTES_MAX)).is_ok());
        let error = BodyError::TooLong { bytes: FACT_BYTES_MAX + 1 };
        assert_eq!(Body::from_value(&long(FACT_BYTES_MAX + 1)), Err(error.clone()));
        assert_eq!(Body::parse(&" ".repeat(FACT_BYTES_MAX + 1)), Err(error));
        let edges = json!({ "a": FACT_INTEGER_MAX, "b": -9_007_199_254_740_991_i64 });
        assert!(Body::from_value(&edges).is_ok());
        assert!(Body::from_value(&nested(FACT_DEPTH_MAX)).is_ok());
    }

    #[test]
    fn a_kind_is_a_text() {
        let kind = |value: &Value| Body::from_value(value).unwrap().kind();
        assert_eq!(kind(&json!({ "kind": "lost" })).as_deref(), Some("lost"));
        assert_eq!(kind(&json!({ "kind": 1 })), None);
        assert_eq!(kind(&json!({})), None);
    }
}
