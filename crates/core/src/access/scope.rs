//! For what the owners want to get in.

use crate::id::UserId;
use crate::register::Target;

/// For what the owners want to get in, from the whole to one account's one surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Into the tenant: by any account, at any surface.
    Tenant,
    /// Into one surface, by any account.
    Surface(Target),
    /// By one account, at any surface.
    Account(UserId),
    /// By one account, into one surface.
    At(UserId, Target),
}
