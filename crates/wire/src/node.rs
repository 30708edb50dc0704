//! A lenient JSON tree that borrows its strings from the text.
//!
//! Keys and most values of Graph JSON carry no escapes, so nearly nothing is copied; that is what
//! makes reading thousands of policies cheap. An object that names a member twice, in whatever
//! letter case, is refused: which of the two counts is a question on which programs disagree, and
//! Conditional Access is no place for guessing.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::ReadError;
use crate::text::quoted;

/// Up to so many members an object is searched for duplicates pair by pair.
const PAIRWISE_MEMBERS: usize = 24;

/// Room for members that an object gets at once; most objects of Graph have no more.
const OBJECT_MEMBERS: usize = 8;

/// A JSON value whose strings are borrowed from the text where it has no escapes.
#[derive(Clone, Debug, PartialEq)]
pub enum Node<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    Text(Cow<'a, str>),
    /// An array.
    List(Vec<Node<'a>>),
    /// An object, in the order of the text; no two names are equal in any letter case.
    Object(Vec<(Cow<'a, str>, Node<'a>)>),
}

impl<'a> Node<'a> {
    /// Parses a JSON text; the error says what is wrong and where, in line and column.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ReadError> {
        let text = utf8(bytes)?;
        serde_json::from_str(text).map_err(|error| refuse(text, &error))
    }

    /// What the value is, for error texts: `a list`, `a number`.
    pub fn describe(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }

    /// Whether the value says nothing: `null`, an empty list, or an object of such members.
    ///
    /// PowerShell writes an absent object as one whose members are all null.
    pub fn says_nothing(&self) -> bool {
        match self {
            Self::Null => true,
            Self::List(items) => items.is_empty(),
            Self::Object(members) => {
                members.iter().all(|(name, value)| is_annotation(name) || value.says_nothing())
            }
            _ => false,
        }
    }

    /// The member of this name in any letter case; `None` for what is no object.
    pub fn member(&self, name: &str) -> Option<&Node<'a>> {
        let Self::Object(members) = self else { return None };
        members.iter().find(|(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The same value without borrowed parts, annotations included.
    pub fn into_value(self) -> Value {
        self.convert(&|_| true)
    }

    /// The same value without annotations, but for `@odata.type`, which is a value's type.
    pub(crate) fn into_plain_value(self) -> Value {
        self.convert(&|name| name == "@odata.type" || !is_annotation(name))
    }

    fn convert(self, keep: &impl Fn(&str) -> bool) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(value),
            Self::Number(value) => Value::Number(value),
            Self::Text(text) => Value::String(text.into_owned()),
            Self::List(items) => items.into_iter().map(|item| item.convert(keep)).collect(),
            Self::Object(members) => Value::Object(
                members
                    .into_iter()
                    .filter(|(name, _)| keep(name))
                    .map(|(name, value)| (name.into_owned(), value.convert(keep)))
                    .collect::<Map<_, _>>(),
            ),
        }
    }
}

/// Whether a member's name is an annotation or an action of OData rather than a member.
///
/// `…@odata.bind` is neither: it refers to another object and says what an object is made of.
pub(crate) fn is_annotation(name: &str) -> bool {
    name.starts_with('#') || (name.contains('@') && !name.ends_with("@odata.bind"))
}

/// The text without its mark. Checked as a whole, which is faster than string by string.
pub(crate) fn utf8(bytes: &[u8]) -> Result<&str, ReadError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    str::from_utf8(bytes)
        .map_err(|error| ReadError::new(format!("is not UTF-8 (byte {})", error.valid_up_to())))
}

/// Says what `text` is instead of JSON.
pub(crate) fn refuse(text: &str, error: &serde_json::Error) -> ReadError {
    let what = match (text.trim_start().chars().next(), error.classify()) {
        (None, _) => "is empty, not JSON".into(),
        (Some('<'), _) => {
            "is HTML or XML, not JSON; a proxy or a sign-in page may have answered".into()
        }
        (_, serde_json::error::Category::Eof) => format!("is cut off: {error}"),
        (_, serde_json::error::Category::Data) => error.to_string(),
        _ => format!("is not JSON: {error}"),
    };
    ReadError::new(what)
}

impl<'de> Deserialize<'de> for Node<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Node<'de>, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node<'de>, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node<'de>, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node<'de>, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Node<'de>, E> {
        Number::from_f64(value).map(Node::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Owned(value.into())))
    }

    fn visit_string<E>(self, value: String) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Owned(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node<'de>, A::Error> {
        let mut members: Vec<(Cow<'de, str>, Node<'de>)> = Vec::with_capacity(OBJECT_MEMBERS);
        let mut names = Names::default();
        while let Some((Key(name), value)) = access.next_entry()? {
            names.add(&name, members.iter().map(|(name, _)| name))?;
            members.push((name, value));
        }
        Ok(Node::Object(members))
    }
}

/// Finds names that are given twice: pair by pair in small objects, with a set in large ones.
#[derive(Default)]
struct Names {
    folded: BTreeSet<String>,
}

impl Names {
    /// Refuses `name` when it equals one of those before it in any letter case.
    fn add<'n, E: de::Error>(
        &mut self,
        name: &str,
        mut before: impl ExactSizeIterator<Item = &'n Cow<'n, str>>,
    ) -> Result<(), E> {
        let twice = if before.len() < PAIRWISE_MEMBERS {
            before.any(|have| have.eq_ignore_ascii_case(name))
        } else {
            if self.folded.is_empty() {
                self.folded.extend(before.map(|have| have.to_ascii_lowercase()));
            }
            !self.folded.insert(name.to_ascii_lowercase())
        };
        if twice { Err(twice_in_one_object(name)) } else { Ok(()) }
    }
}

fn twice_in_one_object<E: de::Error>(name: &str) -> E {
    E::custom(format_args!("member {} is given twice in one object", quoted(name)))
}

/// A member's name, borrowed where it can be.
pub(crate) struct Key<'a>(pub(crate) Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;

        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a member's name")
            }

            fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(value)))
            }

            fn visit_str<E>(self, value: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(value.into())))
            }
        }

        deserializer.deserialize_str(KeyVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        Node::parse(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn strings_without_escapes_are_borrowed() {
        let node = Node::parse(br#"{"a":"plain","b":"with \u00e9"}"#).unwrap();
        assert!(matches!(node.member("A"), Some(Node::Text(Cow::Borrowed("plain")))));
        assert!(matches!(node.member("b"), Some(Node::Text(Cow::Owned(text))) if text == "with é"));
        let Node::Object(members) = node else { panic!("an object") };
        assert!(members.iter().all(|(name, _)| matches!(name, Cow::Borrowed(_))));
    }

    #[test]
    fn a_member_given_twice_is_refused_in_any_letter_case() {
        let what = error(r#"{"state":"enabled","x":1,"State":"disabled"}"#);
        assert!(what.starts_with("member `State` is given twice in one object"), "{what}");
        let mut many: String = (0..100).map(|n| format!("\"m{n}\":0,")).collect();
        many = format!("{{{many}\"M3\":1}}");
        assert!(error(&many).contains("given twice"), "{}", error(&many));
        many = many.replace("M3", "M100");
        assert!(Node::parse(many.as_bytes()).is_ok());
    }

    #[test]
    fn the_error_says_what_the_text_is_instead() {
        assert_eq!(error(" "), "is empty, not JSON");
        assert!(error("<!DOCTYPE html>").contains("HTML"));
        assert!(error("{\"a\":[1,").starts_with("is cut off"));
        assert!(error("{'a':1}").starts_with("is not JSON"));
        assert!(error("{} {}").starts_with("is not JSON"));
        assert_eq!(Node::parse(b"\"a\xff\"").unwrap_err().what, "is not UTF-8 (byte 2)");
    }

    #[test]
    fn depth_is_limited_and_no_stack_overflows() {
        let deep = "[".repeat(100_000);
        assert!(error(&deep).contains("recursion limit"));
        let fine = format!("{}{}", "[".repeat(120), "]".repeat(120));
        assert!(Node::parse(fine.as_bytes()).is_ok());
    }

    #[test]
    fn annotations_go_but_types_and_references_stay() {
        let text =
            r##"{"a@odata.context":1,"@odata.type":"#t","b@odata.bind":"x","#act":{},"c":2}"##;
        let value = Node::parse(text.as_bytes()).unwrap().into_plain_value();
        let names: Vec<_> = value.as_object().unwrap().keys().collect();
        assert_eq!(names, ["@odata.type", "b@odata.bind", "c"]);
    }
}
