//! Values of a record, in whatever type they were written.

use std::borrow::Cow;

use halligan_core::id::Guid;

use super::skim::{Cursor, is_json};
use super::surrogates;
use crate::node::Node;

/// What exporters write where there is nothing.
const NOTHING: [&str; 3] = ["", "<null>", "null"];

/// Why a value is not all that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// It is read and is no JSON.
    NotJson,
    /// A member is there twice, or it is too deep to be read.
    Copies,
}

/// A text; a number or a truth value as it is written; none for what is neither or says nothing.
pub(super) fn text(raw: &str) -> Result<Option<Cow<'_, str>>, Flaw> {
    let text = match raw.as_bytes().first() {
        Some(b'"') => unescaped(raw).ok_or(Flaw::NotJson)?,
        Some(b'{' | b'[') | None => return Ok(None),
        Some(_) => Cow::Borrowed(raw),
    };
    Ok(Some(text).filter(|text| !says_nothing(text)))
}

/// What a string says, which is given with its quotes; `None` where it is no JSON.
pub(super) fn unescaped(string: &str) -> Option<Cow<'_, str>> {
    let plain = string.strip_prefix('"')?.strip_suffix('"')?;
    // Without an end before the last byte this is a loop of vector instructions.
    let is_special = |found, byte| found | (byte == b'\\') | (byte < b' ');
    if plain.bytes().fold(false, is_special) {
        return serde_json::from_str(string).ok().map(Cow::Owned);
    }
    Some(Cow::Borrowed(plain))
}

fn says_nothing(text: &str) -> bool {
    match text.trim_start().as_bytes().first() {
        None => true,
        Some(b'<' | b'n') => NOTHING.contains(&text.trim()),
        Some(_) => false,
    }
}

/// An id; one of zeros is none.
pub(super) fn guid(text: &str) -> Option<Guid> {
    text.trim().parse().ok().filter(|id: &Guid| !id.is_zero())
}

/// Reads a value that may be an object or a list in a string, as some exporters write them.
pub(super) fn opened<T>(raw: &str, read: impl FnOnce(&Node<'_>) -> T) -> Result<Option<T>, Flaw> {
    let node: Node<'_> = match serde_json::from_str(raw) {
        Ok(node) => node,
        Err(_) => return Err(if is_json(raw) { Flaw::Copies } else { Flaw::NotJson }),
    };
    Ok(match &node {
        Node::Text(text) => match serde_json::from_str::<Node<'_>>(text) {
            Ok(inner) => Some(read(&inner)),
            Err(_) if is_json(text) => return Err(Flaw::Copies),
            Err(_) if surrogates::mended(text).is_some() => return Err(Flaw::NotJson),
            Err(_) => None,
        },
        _ => Some(read(&node)),
    })
}

/// The members of these names, in any letter case, of a value that may be an object in a string;
/// empty for those that are none or say nothing.
pub(super) fn members<const N: usize>(
    raw: &str,
    names: [&str; N],
) -> Result<Option<[String; N]>, Flaw> {
    let is_text = raw.starts_with('"');
    let inner = if is_text { unescaped(raw).ok_or(Flaw::NotJson)? } else { Cow::Borrowed(raw) };
    match named(&inner, names) {
        Some((_, true)) => Err(Flaw::Copies),
        Some((found, false)) => Ok(Some(found)),
        None if is_text && surrogates::mended(&inner).is_none() => Ok(None),
        None => Err(Flaw::NotJson),
    }
}

/// Of one that is there twice, the first that says something; and whether another says otherwise.
fn named<const N: usize>(object: &str, names: [&str; N]) -> Option<([String; N], bool)> {
    let mut found = [const { String::new() }; N];
    let mut has_copies = false;
    let mut cursor = Cursor::new(object);
    if cursor.peek()? != b'{' {
        return is_json(object).then_some((found, false));
    }
    cursor.members(|name, cursor| {
        let (name, value) = (unescaped(name)?, cursor.value()?);
        let mut slots = names.iter().zip(&mut found);
        if let Some((_, found)) = slots.find(|(wanted, _)| wanted.eq_ignore_ascii_case(&name)) {
            let said = text(value).ok()?.unwrap_or_default();
            if found.is_empty() {
                *found = said.into_owned();
            } else {
                has_copies |= !said.is_empty() && *found != said;
            }
        }
        Some(())
    })?;
    cursor.is_at_end().then_some((found, has_copies))
}

/// A member's text: of a string, a number or a truth value; empty for anything else.
pub(super) fn member(node: &Node<'_>, name: &str) -> String {
    member_text(node, name).unwrap_or_default()
}

/// The same; `None` where it says nothing.
pub(super) fn member_text(node: &Node<'_>, name: &str) -> Option<String> {
    plain(node.member(name)?).filter(|text| !says_nothing(text))
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
