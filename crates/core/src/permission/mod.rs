//! Permissions: what each one reads, what becomes a gap without it, and how well a token fits.
//!
//! Everything follows from [`PartKind::permission`] and from what the checks say that they read,
//! so that a new part or check is in this table the moment it exists.

mod examine;
mod ids;
mod person;
mod wider;

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::check::{ALL, Check};
use crate::tenant::PartKind;

pub use examine::{Danger, Examination, Held, examine};
pub use ids::{IDS, PermissionIds, ids};
pub use person::{ActiveRole, GLOBAL_READER, Standing, standing};
pub use wider::{WIDER, covering};

/// The permission to ask Microsoft's own engine about a sign-in (What If). No part of a snapshot
/// needs it, and no check: a confirmation of a proof does.
///
/// Source: <https://learn.microsoft.com/graph/api/conditionalaccessroot-evaluate>.
pub const EVALUATE: &str = "Policy.Read.ConditionalAccess";

/// Wider permissions that do as well as [`EVALUATE`], the one that reading needs first.
pub const EVALUATE_WIDER: [&str; 2] = ["Policy.Read.All", "Policy.ReadWrite.ConditionalAccess"];

/// The permission among `held` by which What If may be asked.
pub fn evaluating<T: AsRef<str>>(held: &[T]) -> Option<&str> {
    let find = |name: &str| held.iter().map(T::as_ref).find(|one| one.eq_ignore_ascii_case(name));
    find(EVALUATE).or_else(|| EVALUATE_WIDER.iter().find_map(|name| find(name)))
}

/// A permission, and what is read with it. Without it, each of its parts is a gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// The permission, or in parentheses what is no permission of Microsoft Graph.
    pub permission: &'static str,
    /// The parts that it reads, in the order of a snapshot.
    pub parts: Vec<PartKind>,
}

impl Need {
    /// Whether it is a permission of Microsoft Graph, which a token of Graph can show.
    pub fn is_of_graph(&self) -> bool {
        !self.permission.starts_with('(')
    }

    /// The checks that read one of its parts. Those that read every part are left out: they depend
    /// on each permission.
    pub fn checks(&self) -> Vec<&'static Check> {
        let reads = |check: &&&'static Check| {
            check.reads.len() < PartKind::ALL.len()
                && check.reads.iter().any(|part| self.parts.contains(part))
        };
        ALL.iter().filter(reads).copied().collect()
    }
}

/// Every permission that some part needs, by name; what is none of Graph's comes last.
pub fn needs() -> Vec<Need> {
    let mut parts: BTreeMap<(bool, &'static str), Vec<PartKind>> = BTreeMap::new();
    for part in PartKind::ALL {
        // The watcher reads its own token, for which nobody grants anything.
        if part != PartKind::Watcher {
            let permission = part.permission();
            let is_other = permission.starts_with('(');
            parts.entry((is_other, permission)).or_default().push(part);
        }
    }
    parts.into_iter().map(|((_, permission), parts)| Need { permission, parts }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;
    use alloc::string::ToString;

    #[test]
    fn every_part_but_the_watcher_is_under_one_permission() {
        let needs = needs();
        let parts: Vec<&PartKind> = needs.iter().flat_map(|need| &need.parts).collect();
        let distinct: BTreeSet<_> = parts.iter().map(ToString::to_string).collect();
        assert_eq!((parts.len(), distinct.len()), (PartKind::ALL.len() - 1, parts.len()));
        for need in &needs {
            assert!(need.parts.iter().all(|part| part.permission() == need.permission));
        }
        let names: Vec<_> = needs.iter().map(|need| need.permission).collect();
        assert!(names.contains(&"Policy.Read.All") && !names.contains(&"(none)"));
        assert!(needs.last().is_some_and(|need| !need.is_of_graph()));
        assert_eq!(needs.iter().filter(|need| !need.is_of_graph()).count(), 1);
    }

    #[test]
    fn what_if_takes_a_permission_that_no_part_needs() {
        assert!(needs().iter().all(|need| need.permission != EVALUATE));
        assert!(needs().iter().any(|need| need.permission == EVALUATE_WIDER[0]));
        assert_eq!(evaluating(&["policy.read.all"]), Some("policy.read.all"));
        assert_eq!(evaluating(&["Policy.Read.All", EVALUATE]), Some(EVALUATE));
        assert_eq!(evaluating(&["AuditLog.Read.All"]), None);
        assert!(ids(EVALUATE).is_some_and(|ids| ids.application.is_some()));
    }

    #[test]
    fn nothing_that_reads_needs_a_permission_to_write() {
        for need in needs() {
            assert!(!need.permission.contains("Write"), "{}", need.permission);
            assert!(crate::power::permission(need.permission).is_none(), "{}", need.permission);
        }
    }

    #[test]
    fn checks_are_those_that_read_a_part_and_not_those_that_read_all() {
        for need in needs() {
            for check in need.checks() {
                assert!(check.reads.iter().any(|part| need.parts.contains(part)), "{}", check.id);
            }
        }
        let ids = |permission: &str| -> Vec<&str> {
            let need = needs().into_iter().find(|need| need.permission == permission).unwrap();
            need.checks().iter().map(|check| check.id).collect()
        };
        assert!(ids("Policy.Read.All").contains(&"HG-EXIT-09"));
        assert!(!ids("Policy.Read.All").contains(&"HG-ESTATE-05"));
    }
}
