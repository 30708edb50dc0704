//! Values of a record, in whatever type they were written.

use std::borrow::Cow;

use halligan_core::id::Guid;
use serde_json::value::RawValue;

use crate::node::Node;

/// What exporters write where there is nothing.
const NOTHING: [&str; 3] = ["", "<null>", "null"];

/// A text; a number or a truth value as it is written; `None` for what is neither or says nothing.
pub(super) fn text(raw: &RawValue) -> Option<Cow<'_, str>> {
    let text: Cow<'_, str> = match raw.get().as_bytes().first()? {
        b'"' => match serde_json::from_str(raw.get()).ok()? {
            Node::Text(text) => text,
            _ => return None,
        },
        b'{' | b'[' => return None,
        _ => Cow::Borrowed(raw.get()),
    };
    (!NOTHING.contains(&text.trim())).then_some(text)
}

/// An id; one of zeros is none.
pub(super) fn guid(text: &str) -> Option<Guid> {
    text.trim().parse().ok().filter(|id: &Guid| !id.is_zero())
}

/// Reads a value that may be an object or a list in a string, as some exporters write them.
pub(super) fn opened<T>(raw: &RawValue, read: impl FnOnce(&Node<'_>) -> T) -> Option<T> {
    let node: Node<'_> = serde_json::from_str(raw.get()).ok()?;
    match &node {
        Node::Text(text) => {
            let inner: Option<Node<'_>> = serde_json::from_str(text).ok();
            inner.map(|inner| read(&inner))
        }
        _ => Some(read(&node)),
    }
}

/// A member's text: of a string, a number or a truth value; empty for anything else.
pub(super) fn member(node: &Node<'_>, name: &str) -> String {
    member_text(node, name).unwrap_or_default()
}

/// The same; `None` where it says nothing.
pub(super) fn member_text(node: &Node<'_>, name: &str) -> Option<String> {
    plain(node.member(name)?).filter(|text| !NOTHING.contains(&text.trim()))
}

/// A member's id; one of zeros is none.
pub(super) fn member_guid(node: &Node<'_>, name: &str) -> Option<Guid> {
    guid(&member_text(node, name)?)
}

/// A scalar as text.
pub(super) fn plain(node: &Node<'_>) -> Option<String> {
    match node {
        Node::Text(text) => Some(text.as_ref().into()),
        Node::Number(number) => Some(number.to_string()),
        Node::Bool(value) => Some(value.to_string()),
        Node::Null | Node::List(_) | Node::Object(_) => None,
    }
}

/// The objects of a list; a single object is a list of one.
pub(super) fn objects<'n, 'a>(node: &'n Node<'a>) -> &'n [Node<'a>] {
    match node {
        Node::List(items) => items,
        Node::Object(_) => std::slice::from_ref(node),
        _ => &[],
    }
}
