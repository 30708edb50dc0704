//! Parts: the named steps between a thing and the door.

use super::scope::Scope;
use crate::id::{ItemId, PersonId, PlaceId, UserId};
use crate::register::Target;

/// A named step of a model.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Somebody is there and can be reached.
    Present(PersonId),
    /// A place is opened. The number counts how many places may be opened before it for its
    /// combination.
    Opened(PlaceId, usize),
    /// An item is brought out of where it is; the number as for [`Self::Opened`].
    AtHand(ItemId, usize),
    /// A credential of an account can be used, by its place in the account's list.
    Credential(UserId, usize),
    /// An account gets into a surface.
    At(UserId, Target),
    /// An account gets in where one of its credentials is stolen.
    Account(UserId),
    /// Somebody acts in the directory: gives themselves the role, or a credential.
    Directory,
    /// What is asked for.
    Scope(Scope),
}
