//! JSON text of one value in one way only: members in the order of their names.

use serde_json::{Map, Value};

/// How deep a line is indented per level, in spaces.
const INDENT: usize = 2;

/// The value without any white space: what the digest is taken of.
pub(super) fn compact(value: &Value) -> String {
    let mut out = String::new();
    print(&mut out, value, None);
    out
}

/// The value over several lines, as it stands `depth` levels deep in a file.
pub(super) fn pretty(value: &Value, depth: usize) -> String {
    let mut out = String::new();
    print(&mut out, value, Some(depth));
    out
}

fn print(out: &mut String, value: &Value, depth: Option<usize>) {
    let inner = depth.map(|depth| depth + 1);
    match value {
        Value::Array(items) if !items.is_empty() => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                separate(out, place, inner);
                print(out, item, inner);
            }
            line(out, depth);
            out.push(']');
        }
        Value::Object(members) if !members.is_empty() => {
            out.push('{');
            for (place, (name, value)) in sorted(members).into_iter().enumerate() {
                separate(out, place, inner);
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push_str(if depth.is_some() { ": " } else { ":" });
                print(out, value, inner);
            }
            line(out, depth);
            out.push('}');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

/// Sorted here, because how the map sorts depends on features that another crate may turn on.
fn sorted(members: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut sorted: Vec<_> = members.iter().collect();
    sorted.sort_by_key(|(name, _)| *name);
    sorted
}

fn separate(out: &mut String, place: usize, depth: Option<usize>) {
    if place > 0 {
        out.push(',');
    }
    line(out, depth);
}

fn line(out: &mut String, depth: Option<usize>) {
    if let Some(depth) = depth {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', depth * INDENT));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_are_sorted_and_empty_things_stay_short() {
        let value = json!({"b": [1, {"z": null, "a": "x\"\n"}], "a": {}, "c": []});
        assert_eq!(compact(&value), r#"{"a":{},"b":[1,{"a":"x\"\n","z":null}],"c":[]}"#);
        assert_eq!(
            pretty(&value, 0),
            "{\n  \"a\": {},\n  \"b\": [\n    1,\n    {\n      \"a\": \"x\\\"\\n\",\n      \
             \"z\": null\n    }\n  ],\n  \"c\": []\n}"
        );
        assert_eq!(serde_json::from_str::<Value>(&pretty(&value, 3)).unwrap(), value);
    }
}
