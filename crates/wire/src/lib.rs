//! Graph JSON to and from `halligan-core`'s tenant model: lenient in, strict out.
//!
//! Reading: bytes → [`Node`] (a borrowed JSON tree) → [`Members`] of one object, each taken once in
//! any letter case → an [`Entity`] of the model, with what nobody took in `unknown`. Writing:
//! [`Entity::write`], spelled as Graph's schema spells it. [`snapshot`] and [`export`] are the two
//! kinds of files; [`error`], [`read_page`] and [`batch`] are what surrounds entities on the wire;
//! [`evaluate`] is the one request with a body of its own. [`event`] reads the records of logs,
//! [`activity`] the lists of the service that has them for tenants without a licence.
//!
//! Client and twin share this format and nothing else, so that the twin does not inherit the
//! client's mistakes, and exported files parse without a network. Source of the spelling: Graph's
//! metadata (CSDL) of v1.0 and, for Conditional Access policies, of beta.

mod account;
pub mod activity;
mod application;
pub mod batch;
mod body;
mod conditions;
mod controls;
mod device;
mod directory;
pub mod error;
pub mod evaluate;
pub mod event;
pub mod export;
mod governance;
mod group;
mod location;
mod mask;
mod members;
mod method;
mod methods_policy;
mod node;
mod page;
mod partner;
mod policy;
mod role;
mod role_policy;
mod setting;
pub mod snapshot;
mod strength;
pub mod text;
mod time;

use std::fmt;

use serde_json::{Map, Value};

pub use members::Members;
pub use node::Node;
pub use page::{Page, read_page};

/// A type of the tenant model that Graph writes as a JSON object.
pub trait Entity: Sized {
    /// Reads the object from its members; the error's path starts at the object.
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError>;

    /// Writes the object as Graph's schema spells it, unknown members included.
    fn write(&self) -> Map<String, Value>;
}

/// Reads one object from a whole JSON text in UTF-8.
pub fn read<T: Entity>(bytes: &[u8]) -> Result<T, ReadError> {
    read_node(Node::parse(bytes)?)
}

/// Reads one object from a tree.
pub fn read_node<T: Entity>(node: Node<'_>) -> Result<T, ReadError> {
    T::read(&mut Members::of(node)?)
}

/// A document that cannot be read as what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// The member that is at fault, such as `value[3].conditions.users`; empty for the whole.
    pub path: String,
    /// What is wrong with it, in one line.
    pub what: String,
}

impl ReadError {
    /// An error about the value at hand.
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self { path: String::new(), what: what.into() }
    }

    /// The same error, seen from the object whose member `name` is at fault.
    pub(crate) fn within(mut self, name: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = format!("{name}{dot}{}", self.path);
        self
    }

    /// The same error, seen from the list whose item at `place` is at fault.
    pub(crate) fn at(self, place: usize) -> Self {
        self.within(&format!("[{place}]"))
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            return f.write_str(&self.what);
        }
        write!(f, "{}: {}", self.path, self.what)
    }
}

impl std::error::Error for ReadError {}
