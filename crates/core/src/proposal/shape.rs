//! How accounts are meant to get past Conditional Access, as far as the policies show it.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use core::fmt;

use super::evidence::Evidence;
use crate::id::{PolicyId, UserId};
use crate::register::Shape;
use crate::tenant::{MethodKind, PolicyState, Snapshot};
use crate::time::Timestamp;

/// A shape, and why it fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeProposal {
    /// The shape.
    pub shape: Shape,
    /// Why.
    pub reason: ShapeReason,
}

/// Why a shape fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShapeReason {
    /// No policy hits any of the accounts.
    NoneHits,
    /// A policy that is on demands a strength of each, and of few others, that its keys meet.
    OneStrength(PolicyId),
    /// None of the accounts has anything beside a password.
    PasswordOnly,
}

impl fmt::Display for ShapeReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoneHits => f.write_str("no policy hits any of the accounts"),
            Self::OneStrength(policy) => {
                write!(f, "policy {policy} demands of each account the key that it has")
            }
            Self::PasswordOnly => f.write_str("none of the accounts has anything but a password"),
        }
    }
}

/// The shape that fits `accounts`; `None` when none does or it cannot be told.
pub fn propose_shape(
    snapshot: &Snapshot,
    accounts: &[UserId],
    now: Timestamp,
) -> Option<ShapeProposal> {
    let evidence = Evidence::of(snapshot, now);
    let read: Vec<_> = accounts.iter().map(|id| evidence.account(*id)).collect();
    if read.is_empty() {
        return None;
    }
    let has_only_password = read.iter().all(|account| {
        let methods = account.methods.value();
        methods.is_ok_and(|all| all.iter().all(|one| one.kind == MethodKind::Password))
    });
    if has_only_password {
        return Some(ShapeProposal { shape: Shape::Paper, reason: ShapeReason::PasswordOnly });
    }
    let covers: Result<Vec<_>, _> = read.iter().map(|account| evidence.cover(account)).collect();
    let covers = covers.ok()?;
    let is_on = |id: &PolicyId| {
        let mut policies = evidence.policies.iter().flatten();
        policies.any(|policy| policy.id == *id && policy.state == PolicyState::Enabled)
    };
    if covers.iter().any(|cover| cover.unknown > 0) {
        return None;
    }
    let common = covers
        .iter()
        .map(|cover| cover.strength.iter().filter(|id| is_on(id)).collect::<BTreeSet<_>>())
        .reduce(|all, one| &all & &one)?;
    // A policy that forgot the exclusion does not change what is meant; that is a check's finding.
    match (common.first(), covers.iter().all(|cover| cover.hit.is_empty())) {
        (Some(policy), _) => {
            let policy = PolicyId::clone(policy);
            let reason = ShapeReason::OneStrength(policy.clone());
            Some(ShapeProposal { shape: Shape::ExemptWithStrength { policy }, reason })
        }
        (None, true) => Some(ShapeProposal { shape: Shape::Exempt, reason: ShapeReason::NoneHits }),
        (None, false) => None,
    }
}
