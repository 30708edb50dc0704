//! Serde for values that are written as their text, and the one form of JSON that is signed.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write as _};

use serde_json::Value;

/// For `#[serde(with)]`: as its `Display` writes and its `FromStr` reads it.
pub(super) mod as_text {
    use alloc::string::String;
    use core::fmt::Display;
    use core::str::FromStr;

    use serde::de::{Deserialize as _, Deserializer, Error as _};
    use serde::ser::Serializer;

    use super::Debugged;

    pub(crate) fn serialize<T: Display, S: Serializer>(
        value: &T,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_str(value)
    }

    pub(crate) fn deserialize<'de, T, D>(from: D) -> Result<T, D::Error>
    where
        T: FromStr<Err: core::fmt::Debug>,
        D: Deserializer<'de>,
    {
        let text = String::deserialize(from)?;
        text.parse().map_err(|why| D::Error::custom(Debugged(why)))
    }
}

/// The same for a list.
pub(super) mod as_texts {
    use alloc::string::String;
    use alloc::vec::Vec;
    use core::fmt::Display;
    use core::str::FromStr;

    use serde::de::{Deserialize as _, Deserializer, Error as _};
    use serde::ser::Serializer;

    use super::{Debugged, Written};

    pub(crate) fn serialize<T: Display, S: Serializer>(
        values: &[T],
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_seq(values.iter().map(Written))
    }

    pub(crate) fn deserialize<'de, T, D>(from: D) -> Result<Vec<T>, D::Error>
    where
        T: FromStr<Err: core::fmt::Debug>,
        D: Deserializer<'de>,
    {
        let texts = Vec::<String>::deserialize(from)?;
        let read = |text: &String| text.parse().map_err(|why| D::Error::custom(Debugged(why)));
        texts.iter().map(read).collect()
    }
}

/// An error that need not be an error of the standard kind.
pub(crate) struct Debugged<T>(T);

impl<T: fmt::Debug> fmt::Display for Debugged<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

pub(crate) struct Written<'a, T>(&'a T);

impl<T: fmt::Display> serde::Serialize for Written<'_, T> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self.0)
    }
}

/// JSON with sorted members and no spaces: the form of RFC 8785, which is the same wherever and
/// whenever it is written. Custody has no fractions, whose writing that document is about.
pub(super) fn canonical(value: &Value) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write_canonical(value, &mut text);
    text
}

fn write_canonical(value: &Value, text: &mut String) -> fmt::Result {
    match value {
        Value::Array(items) => {
            text.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                write_canonical(item, text)?;
            }
            text.push(']');
        }
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by_key(|(name, _)| *name);
            text.push('{');
            for (place, (name, member)) in sorted.into_iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                write!(text, "{}:", Value::String(name.clone()))?;
                write_canonical(member, text)?;
            }
            text.push('}');
        }
        other => write!(text, "{other}")?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_signed_form_is_sorted_and_tight() {
        let value = json!({ "b": [1, true, null], "a": { "d": "é\n\"", "c": "" }, "empty": {} });
        let text = r#"{"a":{"c":"","d":"é\n\""},"b":[1,true,null],"empty":{}}"#;
        assert_eq!(canonical(&value), text);
        assert_eq!(serde_json::from_str::<Value>(text).unwrap(), value);
    }
}
