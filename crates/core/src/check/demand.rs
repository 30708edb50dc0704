//! What a policy demands of an account that it hits on a computer that nobody manages, and whether
//! what the account holds meets it.

use alloc::string::String;

use crate::ca::{Met, Standing, met_unmanaged};
use crate::tenant::{Gap, PartKind, Policy, Snapshot};

/// What a policy that hits demands of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Demand {
    /// Nothing that could deny access.
    Nothing,
    /// Something that the account's own credentials satisfy.
    Satisfied(String),
    /// Something that the account cannot be counted on to satisfy.
    Blocks(String),
    /// It cannot be told.
    Unknown(Gap),
}

/// What `policy` demands of an account when it hits.
pub(crate) fn demand(policy: &Policy, standing: &Standing, snapshot: &Snapshot) -> Demand {
    match met_unmanaged(policy, standing, snapshot) {
        Met::Nothing => Demand::Nothing,
        Met::By { what, .. } => Demand::Satisfied(what),
        Met::No(why) => Demand::Blocks(why),
        Met::Unknown(doubt) => Demand::Unknown(doubt.as_gap(PartKind::Policies)),
    }
}
