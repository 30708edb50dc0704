//! For what the owners want to get in.

use crate::id::UserId;
use crate::register::Target;

/// For what the owners want to get in, from the whole to one account's one surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Into the tenant: at every surface that counts, by any account. A surface counts where the
    /// proof lets an account in; the others are a finding of the proof.
    Tenant,
    /// Into one surface, by any account.
    Surface(Target),
    /// By one account, at every surface that the proof lets it into.
    Account(UserId),
    /// By one account, into one surface.
    At(UserId, Target),
}
