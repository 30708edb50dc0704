//! Roles that are held for an administrative unit.
//!
//! Such a role opens nothing by itself, unless a declared account is in the unit. Which units other
//! administrators are in is not part of a snapshot.
//!
//! Source: <https://learn.microsoft.com/entra/identity/role-based-access-control/manage-roles-portal>.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::network::{self, Act, Network, Node};
use crate::id::{Guid, PrincipalId, RoleTemplateId};
use crate::power::{self, Power};
use crate::tenant::{
    Account, AccountState, Gap, GapReason, ObjectKind, PartKind, Snapshot, Source,
};
use crate::time::Timestamp;

/// The beginning of the scope of an administrative unit.
const UNIT: &str = "/administrativeUnits/";

impl Network {
    /// What roles for a unit let their holders do, eligible ones included.
    pub(super) fn add_scoped(&mut self, snapshot: &Snapshot, now: Timestamp) {
        for (who, role, unit) in scoped(snapshot, now) {
            if powers_of(snapshot, role).contains(&Power::TakeOver) {
                for target in accounts_in(snapshot, unit) {
                    let act = Act::Uses(Power::TakeOver);
                    self.link(Node::Principal(who), act, Node::Principal(target));
                }
            }
        }
    }
}

fn scoped(snapshot: &Snapshot, now: Timestamp) -> impl Iterator<Item = (PrincipalId, Guid, Guid)> {
    let assigned = snapshot.role_assignments.value().into_iter().flatten();
    let assigned = assigned.map(|one| (one.principal, one.role, one.scope.as_str()));
    let eligible = snapshot.role_eligibilities.value().into_iter().flatten();
    let eligible = eligible
        .filter(move |one| one.end.is_none_or(|end| end > now))
        .filter_map(|one| Some((one.principal, one.role?, one.scope.as_deref()?)));
    assigned.chain(eligible).filter_map(|(who, role, scope)| Some((who, role, unit_of(scope)?)))
}

fn powers_of(snapshot: &Snapshot, role: Guid) -> BTreeSet<Power> {
    let definitions = snapshot.role_definitions.value().map_or(&[][..], Vec::as_slice);
    match definitions.iter().find(|one| one.id == role) {
        Some(one) => network::powers_of(one),
        None => power::powers_of_role(RoleTemplateId(role), false, &[]),
    }
}

fn unit_of(scope: &str) -> Option<Guid> {
    let (beginning, id) = scope.split_at_checked(UNIT.len())?;
    if beginning.eq_ignore_ascii_case(UNIT) { id.parse().ok() } else { None }
}

/// The declared accounts in a unit, but for those that only a restricted unit's own rules reach.
fn accounts_in(snapshot: &Snapshot, unit: Guid) -> Vec<PrincipalId> {
    let is_inside = |account: &&Account| {
        account.memberships.value().is_ok_and(|all| {
            let mut all = all.iter();
            all.any(|one| one.kind == ObjectKind::AdministrativeUnit && one.id.0 == unit)
        })
    };
    let is_open = |account: &&Account| {
        !matches!(account.state.value(), Ok(AccountState::Present(user))
            if user.is_management_restricted == Some(true))
    };
    let accounts = snapshot.accounts.values().filter(is_inside).filter(is_open);
    accounts.map(|account| account.id.into()).collect()
}

/// Groups that hold a role, and applications with a permission that is a way in, of which nothing
/// was read: their members and owners are hidden, and no part says so.
pub(super) fn unread(snapshot: &Snapshot) -> Vec<Gap> {
    if snapshot.source == Source::Files {
        return Vec::new();
    }
    let gap = |kind, id: PrincipalId| Gap::new(kind, Some(id.0), GapReason::NotInSource);
    let assigned = snapshot.role_assignments.value().into_iter().flatten();
    let groups = assigned
        .filter(|one| one.principal_kind == Some(ObjectKind::Group))
        .map(|one| one.principal)
        .filter(|id| !snapshot.groups.contains_key(&crate::id::GroupId(id.0)))
        .map(|id| gap(PartKind::Group, id));
    let grants = snapshot.app_role_grants.value().into_iter().flatten();
    let applications = grants
        .filter(|grant| {
            let named = grant.permission.as_deref().and_then(power::permission);
            let known = power::permission_by_id(grant.role).or(named);
            known.is_some_and(|one| one.powers.iter().any(|power| power.is_way_in()))
        })
        .map(|grant| grant.principal)
        .filter(|id| !snapshot.applications.contains_key(id))
        .map(|id| gap(PartKind::Application, id));
    groups.chain(applications).collect::<BTreeSet<Gap>>().into_iter().collect()
}
