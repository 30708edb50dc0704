//! The one form of JSON that is signed, and serde for values that are written as their text.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write as _};

use serde_json::Value;

pub(super) use crate::stream::text::{as_text, as_texts};

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
