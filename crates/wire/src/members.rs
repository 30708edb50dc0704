//! The members of one object while it is read: each is taken once, in any letter case.
//!
//! What nobody took is [`Members::rest`]: the members that this version does not know. Errors carry
//! the path below the object; each enclosing read puts its own step in front on the way up, so that
//! a path costs nothing until something is wrong.

use std::borrow::Cow;
use std::mem;
use std::str::FromStr;

use halligan_core::id::NotAGuid;
use halligan_core::tenant::Unknown;
use halligan_core::time::Timestamp;
use serde_json::Value;

use crate::ReadError;
use crate::mask;
use crate::node::{Node, is_annotation};
use crate::text::quoted;
use crate::time;

/// The members of one object that are not yet taken.
#[derive(Debug)]
pub struct Members<'a> {
    members: Vec<(Cow<'a, str>, Node<'a>)>,
    leftovers: Unknown,
}

type Taken<'a> = (Cow<'a, str>, Node<'a>);

impl<'a> Members<'a> {
    /// The members of `node`, which must be an object.
    pub fn of(node: Node<'a>) -> Result<Self, ReadError> {
        match node {
            Node::Object(members) => Ok(Self { members, leftovers: Unknown::new() }),
            other => Err(mismatch("an object", &other)),
        }
    }

    /// Takes a member; `null` is the same as absent.
    fn take(&mut self, name: &str) -> Option<Taken<'a>> {
        let place = self.members.iter().position(|(have, _)| have.eq_ignore_ascii_case(name))?;
        let taken = self.members.swap_remove(place);
        (taken.1 != Node::Null).then_some(taken)
    }

    /// Takes a member and reads it; errors name it as it was written.
    fn read<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(Node<'a>) -> Result<T, ReadError>,
    ) -> Result<Option<T>, ReadError> {
        let Some((written, node)) = self.take(name) else { return Ok(None) };
        read(node).map(Some).map_err(|error| error.within(&written))
    }

    /// Whether the object has the member and it is not `null`.
    pub fn has(&self, name: &str) -> bool {
        self.members
            .iter()
            .any(|(have, value)| have.eq_ignore_ascii_case(name) && *value != Node::Null)
    }

    /// A string.
    pub fn text(&mut self, name: &str) -> Result<Option<String>, ReadError> {
        self.read(name, |node| text(node).map(Cow::into_owned))
    }

    /// A string that must be there.
    pub fn required_text(&mut self, name: &str) -> Result<String, ReadError> {
        self.text(name)?.ok_or_else(|| missing(name))
    }

    /// `true` or `false`, also as strings in any letter case.
    pub fn bool(&mut self, name: &str) -> Result<Option<bool>, ReadError> {
        self.read(name, |node| match &node {
            Node::Bool(value) => Ok(*value),
            Node::Text(text) if text.eq_ignore_ascii_case("true") => Ok(true),
            Node::Text(text) if text.eq_ignore_ascii_case("false") => Ok(false),
            other => Err(mismatch("true or false", other)),
        })
    }

    /// `true` or `false` that must be there.
    pub fn required_bool(&mut self, name: &str) -> Result<bool, ReadError> {
        self.bool(name)?.ok_or_else(|| missing(name))
    }

    /// A whole number, also as a string of digits.
    pub fn integer(&mut self, name: &str) -> Result<Option<i64>, ReadError> {
        self.read(name, |node| {
            let value = match &node {
                Node::Number(number) => number.as_i64(),
                Node::Text(text) => text.trim().parse().ok(),
                _ => None,
            };
            value.ok_or_else(|| mismatch("a whole number", &node))
        })
    }

    /// A point in time.
    pub fn timestamp(&mut self, name: &str) -> Result<Option<Timestamp>, ReadError> {
        self.read(name, |node| {
            let text = text(node)?;
            time::read(&text)
                .ok_or_else(|| ReadError::new(format!("{} is not a point in time", quoted(&text))))
        })
    }

    /// A GUID of some kind.
    pub fn id<T: FromStr<Err = NotAGuid>>(&mut self, name: &str) -> Result<Option<T>, ReadError> {
        self.read(name, guid)
    }

    /// A GUID of some kind that must be there.
    pub fn required_id<T: FromStr<Err = NotAGuid>>(&mut self, name: &str) -> Result<T, ReadError> {
        self.id(name)?.ok_or_else(|| missing(name))
    }

    /// Strings: a list, or a single string as a list of one; `null` is the empty list.
    pub fn texts(&mut self, name: &str) -> Result<Vec<String>, ReadError> {
        self.texts_as(name, str::to_owned)
    }

    /// Strings, each seen through `from`.
    pub fn texts_as<T>(
        &mut self,
        name: &str,
        from: impl Fn(&str) -> T,
    ) -> Result<Vec<T>, ReadError> {
        let list = self.read(name, |node| match node {
            Node::Text(text) => Ok(vec![from(&text)]),
            Node::List(items) => each(items, |item| text(item).map(|text| from(&text))),
            other => Err(mismatch("a list of strings", &other)),
        })?;
        Ok(list.unwrap_or_default())
    }

    /// One value of an open enumeration; a number, which some exporters write, is kept as text.
    pub fn open<T>(
        &mut self,
        name: &str,
        from: impl Fn(&str) -> T,
    ) -> Result<Option<T>, ReadError> {
        self.read(name, |node| value_of(node).map(|text| from(&text)))
    }

    /// Several values of an open enumeration: a list, or one string with commas between them.
    pub fn flags<T>(&mut self, name: &str, from: impl Fn(&str) -> T) -> Result<Vec<T>, ReadError> {
        let flags = self.read(name, |node| flags(node, &from))?;
        Ok(flags.unwrap_or_default())
    }

    /// A list of combinations, each a string with commas between its values.
    pub fn combinations<T>(
        &mut self,
        name: &str,
        from: impl Fn(&str) -> T,
    ) -> Result<Option<Vec<Vec<T>>>, ReadError> {
        self.read(name, |node| match node {
            Node::List(items) => each(items, |item| flags(item, &from)),
            other => Err(mismatch("a list of strings", &other)),
        })
    }

    /// An object; one that says nothing is the same as absent, and so is an empty list, which
    /// some templates write in its place.
    pub fn object<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut Members<'a>) -> Result<T, ReadError>,
    ) -> Result<Option<T>, ReadError> {
        match self.take(name) {
            Some((_, node)) if node.says_nothing() => Ok(None),
            Some((written, node)) => Self::of(node)
                .and_then(|mut members| read(&mut members))
                .map(Some)
                .map_err(|error| error.within(&written)),
            None => Ok(None),
        }
    }

    /// An object whose members belong to this one in the model: what `read` does not take becomes
    /// an unknown member of this object, under the same name.
    pub fn opened<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut Members<'a>) -> Result<T, ReadError>,
    ) -> Result<Option<T>, ReadError> {
        let (value, rest) =
            match self.object(name, |members| Ok((read(members)?, members.rest())))? {
                Some(found) => found,
                None => return Ok(None),
            };
        if !rest.is_empty() {
            self.leftovers.insert(name.into(), Value::Object(rest.into_iter().collect()));
        }
        Ok(Some(value))
    }

    /// A list of objects; `null` is the empty list, a single object a list of one.
    pub fn objects<T>(
        &mut self,
        name: &str,
        read: impl Fn(&mut Members<'a>) -> Result<T, ReadError>,
    ) -> Result<Vec<T>, ReadError> {
        let one = |node| Self::of(node).and_then(|mut members| read(&mut members));
        let list = self.read(name, |node| match node {
            Node::List(items) => each(items, one),
            node @ Node::Object(_) => one(node).map(|value| vec![value]),
            other => Err(mismatch("a list of objects", &other)),
        })?;
        Ok(list.unwrap_or_default())
    }

    /// `@odata.type` with its leading `#`, which some exporters leave out.
    pub fn odata_type(&mut self) -> Result<Option<String>, ReadError> {
        let named = self.text("@odata.type")?;
        Ok(named.map(|name| if name.starts_with('#') { name } else { format!("#{name}") }))
    }

    /// `@odata.type` that must be there.
    pub fn required_odata_type(&mut self) -> Result<String, ReadError> {
        self.odata_type()?.ok_or_else(|| missing("@odata.type"))
    }

    /// A member as it stands, left where it is.
    pub fn peek(&self, name: &str) -> Option<&Node<'a>> {
        let mut found =
            self.members.iter().filter(|(written, _)| written.eq_ignore_ascii_case(name));
        found.next().map(|(_, node)| node).filter(|node| !matches!(node, Node::Null))
    }

    /// A day, such as `2026-11-22`, as the moment at which it begins, in UTC.
    pub(crate) fn day(day: &str) -> Result<Timestamp, ReadError> {
        let refuse = |_| ReadError::new(format!("{} is not a day", quoted(day)));
        format!("{day}T00:00:00Z").parse().map_err(refuse)
    }

    /// A member as it stands.
    pub fn node(&mut self, name: &str) -> Option<Node<'a>> {
        self.take(name).map(|(_, node)| node)
    }

    /// Everything that nobody took, without annotations and secrets, numbers and addresses masked.
    pub fn rest(&mut self) -> Unknown {
        let mut rest = mem::take(&mut self.leftovers);
        for (name, node) in mem::take(&mut self.members) {
            if !is_annotation(&name) {
                rest.insert(name.into_owned(), node.into_plain_value());
            }
        }
        mask::clean(&mut rest);
        rest
    }
}

/// A member that must be there and is not.
pub(crate) fn missing(name: &str) -> ReadError {
    ReadError::new("is missing").within(name)
}

/// A value of the wrong type.
pub(crate) fn mismatch(expected: &str, found: &Node<'_>) -> ReadError {
    let found = match found {
        Node::Text(text) => format!("the string {}", quoted(text)),
        other => other.describe().into(),
    };
    ReadError::new(format!("expected {expected}, found {found}"))
}

/// Reads every item; errors carry the item's place.
pub(crate) fn each<'a, T>(
    items: Vec<Node<'a>>,
    mut read: impl FnMut(Node<'a>) -> Result<T, ReadError>,
) -> Result<Vec<T>, ReadError> {
    let mut values = Vec::with_capacity(items.len());
    for (place, item) in items.into_iter().enumerate() {
        values.push(read(item).map_err(|error| error.at(place))?);
    }
    Ok(values)
}

/// A string.
pub(crate) fn text(node: Node<'_>) -> Result<Cow<'_, str>, ReadError> {
    match node {
        Node::Text(text) => Ok(text),
        other => Err(mismatch("a string", &other)),
    }
}

/// A GUID of some kind.
pub(crate) fn guid<T: FromStr<Err = NotAGuid>>(node: Node<'_>) -> Result<T, ReadError> {
    let text = text(node)?;
    let refuse = |_| ReadError::new(format!("{} is not a GUID", quoted(&text)));
    text.parse().map_err(refuse)
}

fn value_of(node: Node<'_>) -> Result<Cow<'_, str>, ReadError> {
    match node {
        Node::Number(number) => Ok(number.to_string().into()),
        other => text(other),
    }
}

fn flags<T>(node: Node<'_>, from: &impl Fn(&str) -> T) -> Result<Vec<T>, ReadError> {
    match node {
        Node::List(items) => each(items, |item| value_of(item).map(|text| from(&text))),
        Node::Text(_) | Node::Number(_) => {
            let text = value_of(node)?;
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            Ok(parts.map(from).collect())
        }
        other => Err(mismatch("a string with commas or a list of strings", &other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::Body;
    use halligan_core::id::UserId;
    use halligan_core::tenant::{Feature, RiskLevel};
    use serde_json::json;

    fn members(text: &str) -> Members<'_> {
        Members::of(Node::parse(text.as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn values_are_read_in_every_spelling_that_tools_use() {
        let mut read = members(
            r#"{"Flag":"TRUE","off":false,"n":"12","m":7,"one":"x","none":null,"many":["a","b"],
            "flags":"low, HIGH,","list":["low"],"number":5,"state":"Enabled","odd":3,
            "id":"00000000-0000-0000-0000-0000000000A1","pairs":["a,b","c"]}"#,
        );
        assert_eq!(read.bool("flag"), Ok(Some(true)));
        assert_eq!(read.bool("off"), Ok(Some(false)));
        assert_eq!((read.integer("n"), read.integer("m")), (Ok(Some(12)), Ok(Some(7))));
        assert_eq!(read.texts("one"), Ok(vec!["x".into()]));
        assert_eq!(read.texts("none"), Ok(Vec::new()));
        assert_eq!(read.texts("many"), Ok(vec!["a".into(), "b".into()]));
        let risks = |text: &str| RiskLevel::from_graph(text);
        assert_eq!(read.flags("flags", risks), Ok(vec![RiskLevel::Low, RiskLevel::High]));
        assert_eq!(read.flags("list", risks), Ok(vec![RiskLevel::Low]));
        assert_eq!(read.flags("number", risks), Ok(vec![RiskLevel::Other("5".into())]));
        assert_eq!(read.open("state", Feature::from_graph), Ok(Some(Feature::Enabled)));
        assert_eq!(read.open("odd", Feature::from_graph), Ok(Some(Feature::Other("3".into()))));
        assert_eq!(read.required_id("ID"), Ok(UserId::from_u128(0xa1)));
        let pairs = vec![vec!["a".to_owned(), "b".into()], vec!["c".into()]];
        assert_eq!(read.combinations("pairs", str::to_owned), Ok(Some(pairs)));
        assert_eq!(read.rest(), Unknown::new());
    }

    #[test]
    fn wrong_values_are_named_by_their_path() {
        fn message<T>(outcome: Result<T, ReadError>) -> String {
            outcome.err().map(|error| error.to_string()).unwrap_or_default()
        }
        let text = r#"{"a":[1],"b":{"c":[{},{"d":2}]},"Id":"no","t":"soon","o":[{}],"f":1.5}"#;
        assert_eq!(message(members(text).texts("a")), "a[0]: expected a string, found a number");
        assert_eq!(message(members(text).text("zz").map(|_| ())), "");
        assert_eq!(message(members(text).required_text("zz")), "zz: is missing");
        let inner = |b: &mut Members<'_>| b.objects("c", |item| item.text("d"));
        let deep = message(members(text).object("b", inner));
        assert_eq!(deep, "b.c[1].d: expected a string, found a number");
        assert_eq!(message(members(text).id::<UserId>("id")), "Id: `no` is not a GUID");
        assert_eq!(message(members(text).timestamp("t")), "t: `soon` is not a point in time");
        let whole = "f: expected a whole number, found a number";
        assert_eq!(message(members(text).integer("f")), whole);
        let found = message(members(r#"{"o":"x"}"#).object("o", |_| Ok(())));
        assert_eq!(found, "o: expected an object, found the string `x`");
    }

    #[test]
    fn an_object_that_says_nothing_is_absent() {
        for text in ["{}", "null", "[]", r#"{"a":null,"b":{"c":[]},"x@odata.type":"y"}"#] {
            let text = format!("{{\"o\":{text}}}");
            assert_eq!(members(&text).object("o", |_| Ok(())), Ok(None), "{text}");
        }
        assert_eq!(members(r#"{"o":{"a":false}}"#).object("o", |_| Ok(())), Ok(Some(())));
    }

    #[test]
    fn what_an_opened_object_leaves_stays_unknown_and_is_written_back() {
        let mut read = members(r#"{"S":{"isEnabled":true,"new":[1]},"other":null,"x@y":1}"#);
        assert_eq!(read.opened("s", |inner| inner.bool("isEnabled")), Ok(Some(Some(true))));
        let unknown = read.rest();
        let mut body = Body::new(&unknown);
        let mut inner = Body::default();
        inner.set("isEnabled", true);
        body.open_nullable("s", Some(inner));
        body.open_nullable("t", None);
        let written = Value::from(body);
        assert_eq!(
            written,
            json!({"s": {"isEnabled": true, "new": [1]}, "other": null, "t": null})
        );
    }

    #[test]
    fn a_reference_to_another_object_is_no_annotation() {
        let rest =
            members(r#"{"authenticationStrength@odata.bind":"x","a@odata.type":"y"}"#).rest();
        assert_eq!(rest.into_keys().collect::<Vec<_>>(), ["authenticationStrength@odata.bind"]);
    }

    #[test]
    fn a_type_is_the_same_with_and_without_its_sign() {
        for name in ["#microsoft.graph.user", "microsoft.graph.user"] {
            let text = format!("{{\"@odata.type\":\"{name}\"}}");
            let name = members(&text).required_odata_type();
            assert_eq!(name.as_deref(), Ok("#microsoft.graph.user"));
        }
    }
}
