//! Folders that other tools and portals wrote: one file at a time.
//!
//! Tools agree on what a policy holds and on little else: some wrap policies in a list, some in an
//! envelope, some in a report of everything; templates carry placeholders for ids. The shape is
//! recognised by members, never by a file's name, and whatever is not recognised is refused with
//! what it looks like.

mod shape;

use std::fmt;
use std::mem;

use halligan_core::tenant::{Group, MethodsPolicy, NamedLocation, Policy, PolicyState, Strength};

use crate::members::each;
use crate::policy::{self, StandIn};
use crate::text::decode;
use crate::{Entity, Members, Node, ReadError, location, strength};
use shape::Shape;

/// The member in which ScubaGear's exports hold the policies.
const SCUBAGEAR_POLICIES: &str = "conditional_access_policies";

/// Something that an exported file holds and that is read.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "most items are policies, and each is moved once: into the list it belongs to"
)]
pub enum Item {
    /// A Conditional Access policy, or a template of one, which is `disabled`.
    Policy(Policy),
    /// A named location.
    NamedLocation(NamedLocation),
    /// A group.
    Group(Group),
    /// An authentication strength.
    Strength(Strength),
    /// The authentication methods policy.
    MethodsPolicy(MethodsPolicy),
}

/// Why a file is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is something else, and nothing is wrong with that.
    NotAPolicy {
        /// The file.
        file: String,
        /// What it looks like.
        what: String,
    },
    /// It should be read and cannot be: no text, no JSON, or a policy with a member that is wrong.
    Broken {
        /// The file.
        file: String,
        /// The member at fault and what is wrong with it.
        error: ReadError,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAPolicy { file, what } => write!(f, "{file}: {what}"),
            Self::Broken { file, error } => write!(f, "{file}: {error}"),
        }
    }
}

impl std::error::Error for Refusal {}

/// Reads one exported file.
///
/// `name` is the file's name; without `.json` it is the id of a policy that carries none, and for
/// later ones of a list ` #2`, ` #3` and so on follow it. An empty list is no error.
pub fn read_file(name: &str, bytes: &[u8]) -> Result<Vec<Item>, Refusal> {
    let broken = |error| Refusal::Broken { file: name.into(), error };
    let text = decode(bytes).map_err(|error| broken(ReadError::new(error.to_string())))?;
    let node = Node::parse(text.as_bytes()).map_err(broken)?;
    whole(node, stem(name)).map_err(|error| match error {
        Error::Other(what) => Refusal::NotAPolicy { file: name.into(), what },
        Error::Broken(error) => broken(error),
    })
}

/// The name without `.json`.
fn stem(name: &str) -> &str {
    match name.len().checked_sub(".json".len()).and_then(|end| name.split_at_checked(end)) {
        Some((stem, end)) if end.eq_ignore_ascii_case(".json") => stem,
        _ => name,
    }
}

enum Error {
    /// Something else than a policy, as it looks.
    Other(String),
    Broken(ReadError),
}

impl From<ReadError> for Error {
    fn from(error: ReadError) -> Self {
        Self::Broken(error)
    }
}

/// Reads what a file holds: one thing, a list of things, or a report that holds such a list.
fn whole(mut node: Node<'_>, stem: &str) -> Result<Vec<Item>, Error> {
    if let Node::List(items) = node {
        return list(items, stem);
    }
    match shape::of(&node) {
        Shape::Page => {
            let inner = take(&mut node, "value").unwrap_or(Node::List(Vec::new()));
            whole(inner, stem).map_err(|error| within(error, "value"))
        }
        Shape::Other(what) => match find(&mut node, SCUBAGEAR_POLICIES) {
            Some((path, found)) => whole(found, stem).map_err(|error| within(error, &path)),
            None => Err(Error::Other(what)),
        },
        _ => one(node, stem).map(|item| vec![item]),
    }
}

/// Reads a list: of things that are read, or of something else as a whole.
fn list(items: Vec<Node<'_>>, stem: &str) -> Result<Vec<Item>, Error> {
    if let Some(Shape::Other(what)) = items.first().map(shape::of)
        && items.iter().all(|item| matches!(shape::of(item), Shape::Other(_)))
    {
        return Err(Error::Other(format!("is a list; its first item {what}")));
    }
    let mut place = 0;
    let items = each(items, |item| {
        place += 1;
        let id = if place == 1 { stem.into() } else { format!("{stem} #{place}") };
        one(item, &id).map_err(|error| match error {
            Error::Other(what) => ReadError::new(what),
            Error::Broken(error) => error,
        })
    });
    Ok(items?)
}

/// Reads one thing; `id` stands in where it carries none.
fn one(mut node: Node<'_>, id: &str) -> Result<Item, Error> {
    match shape::of(&node) {
        Shape::Policy => {
            let stand_in = StandIn { id: Some(id.into()), ..StandIn::default() };
            Ok(Item::Policy(policy::read(&mut Members::of(node)?, stand_in)?))
        }
        Shape::Template => {
            let details = take(&mut node, "details").unwrap_or(Node::Null);
            let mut template = Members::of(node)?;
            let stand_in = StandIn {
                id: template.text("id")?.or_else(|| Some(id.into())),
                display_name: template.text("name")?,
                state: Some(PolicyState::Disabled),
            };
            let mut details = Members::of(details).map_err(|e| e.within("details"))?;
            let policy = policy::read(&mut details, stand_in);
            Ok(Item::Policy(policy.map_err(|error| error.within("details"))?))
        }
        Shape::NamedLocation => {
            Ok(Item::NamedLocation(location::read(&mut Members::of(node)?, Some(id))?))
        }
        Shape::Group => Ok(Item::Group(Group::read(&mut Members::of(node)?)?)),
        Shape::Strength => Ok(Item::Strength(strength::read(&mut Members::of(node)?, Some(id))?)),
        Shape::MethodsPolicy => {
            Ok(Item::MethodsPolicy(MethodsPolicy::read(&mut Members::of(node)?)?))
        }
        Shape::Snapshot => {
            Err(ReadError::new("is a snapshot of Halligan; read it with `--snapshot`").into())
        }
        Shape::Page => Err(Error::Other("is a page within a list".into())),
        Shape::Other(what) => Err(Error::Other(what)),
    }
}

fn within(error: Error, path: &str) -> Error {
    match error {
        Error::Broken(error) => Error::Broken(error.within(path)),
        other => other,
    }
}

/// Takes the member of this name out of an object.
fn take<'a>(node: &mut Node<'a>, name: &str) -> Option<Node<'a>> {
    let Node::Object(members) = node else { return None };
    let (_, value) = members.iter_mut().find(|(have, _)| have.eq_ignore_ascii_case(name))?;
    Some(mem::replace(value, Node::Null))
}

/// Takes the first member of this name out of an object or the objects within it, with its path.
fn find<'a>(node: &mut Node<'a>, name: &str) -> Option<(String, Node<'a>)> {
    if let Some(found) = take(node, name).filter(|found| *found != Node::Null) {
        return Some((name.into(), found));
    }
    let Node::Object(members) = node else { return None };
    members.iter_mut().find_map(|(outer, value)| {
        find(value, name).map(|(path, found)| (format!("{outer}.{path}"), found))
    })
}

#[cfg(test)]
mod tests;
