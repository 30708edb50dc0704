//! The inventory: who can become Global Administrator, by which path, how each signs in, when each
//! was last used, and what stands out.
//!
//! `network` turns a snapshot into a network of principals, roles, groups and applications whose
//! edges are single acts ("activates the role", "owns the application"). `paths` finds, for
//! everybody who has such an act, the shortest way to the role through each of them. What a
//! snapshot does not say is a gap of the inventory: a person who is not listed because a part was
//! not read must never look like nobody.

mod network;
mod paths;
mod person;
mod remark;
mod scoped;
#[cfg(test)]
mod tests;

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

pub use network::{Act, Kind, Node};
pub use paths::{Path, Step};
pub use person::{Last, Outsider, SignIn};
pub use remark::Remark;

use crate::id::{PrincipalId, TenantId, UserId};
use crate::register::Register;
use crate::tenant::{Gap, PartKind, Snapshot};
use crate::time::Timestamp;
use network::Network;

/// Who can become Global Administrator.
#[derive(Clone, Debug, PartialEq)]
pub struct Inventory {
    /// The tenant's id, when it could be read.
    pub tenant: Option<TenantId>,
    /// The tenant's name, when it could be read.
    pub tenant_name: Option<String>,
    /// When the snapshot was taken.
    pub taken: Timestamp,
    /// Everybody, those nearest to the role first.
    pub entries: Vec<Entry>,
    /// What could not be read and may hide somebody.
    pub gaps: Vec<Gap>,
}

/// One that can become Global Administrator, or is.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Who or what.
    pub node: Node,
    /// What it is.
    pub kind: Kind,
    /// Its display name, which proves nothing, or the code name of a declared account; `None` when
    /// it was not read.
    pub name: Option<String>,
    /// Its code name, for the declared accounts.
    pub code_name: Option<String>,
    /// A path through each of its own acts, the shortest first; at most [`Inventory::PATHS_MAX`].
    pub paths: Vec<Path>,
    /// How many more acts it has.
    pub more: usize,
    /// How it proves who it is.
    pub sign_in: SignIn,
    /// When it was last used.
    pub last: Last,
    /// What stands out.
    pub remarks: Vec<Remark>,
}

impl Entry {
    /// Acts between it and the role; 1 for who holds it.
    pub fn distance(&self) -> usize {
        self.paths.first().map_or(usize::MAX, |path| path.steps.len())
    }

    /// Whether it is Global Administrator already, by itself or through a group.
    pub fn is_administrator(&self) -> bool {
        self.paths.iter().any(Path::is_held)
    }
}

/// Parts whose absence may hide a way in.
const READS: &[PartKind] = &[
    PartKind::Domains,
    PartKind::Federations,
    PartKind::RoleDefinitions,
    PartKind::RoleAssignments,
    PartKind::RoleSchedules,
    PartKind::RoleEligibilities,
    PartKind::RolePolicies,
    PartKind::AppRoleGrants,
    PartKind::Partners,
    PartKind::Account,
    PartKind::AccountMethods,
    PartKind::AccountMemberships,
    PartKind::Holder,
    PartKind::HolderMethods,
    PartKind::Group,
    PartKind::GroupMembers,
    PartKind::GroupTransitiveMembers,
    PartKind::GroupOwners,
    PartKind::GroupEligibilities,
    PartKind::GroupPolicies,
    PartKind::GroupSchedules,
    PartKind::Application,
    PartKind::ApplicationOwners,
    PartKind::Registration,
    PartKind::RegistrationOwners,
    PartKind::FederatedCredentials,
];

impl Inventory {
    /// Most paths that are listed for one entry.
    pub const PATHS_MAX: usize = 8;

    /// Takes stock of a snapshot at the instant `now`; the register tells the declared accounts.
    pub fn take(register: &Register, snapshot: &Snapshot, now: Timestamp) -> Self {
        let mut network = Network::of(snapshot, now);
        for account in &register.accounts {
            network.call(account.id.into(), &account.code_name);
        }
        let distances = paths::distances(&network);
        let declared = |id: PrincipalId| {
            let is_it = |account: &&crate::register::DeclaredAccount| account.id == UserId(id.0);
            register.accounts.iter().find(is_it).map(|account| account.code_name.clone())
        };
        let mut entries = Vec::new();
        for node in network.actors() {
            let mut found = paths::paths(&network, &distances, node);
            if found.is_empty() {
                continue;
            }
            let more = found.len().saturating_sub(Self::PATHS_MAX);
            found.truncate(Self::PATHS_MAX);
            let code_name = match node {
                Node::Principal(id) => declared(*id),
                _ => None,
            };
            let mut entry = Entry {
                node: node.clone(),
                kind: network.kind(node),
                name: network.name(node).map(String::from),
                code_name,
                paths: found,
                more,
                sign_in: person::sign_in(snapshot, &network, node, now),
                last: person::last(snapshot, node),
                remarks: Vec::new(),
            };
            entry.remarks = remark::remarks(snapshot, &network, &entry, now);
            entries.push(entry);
        }
        entries.sort_by_key(|entry| {
            (entry.distance(), entry.code_name.is_none(), entry.kind, entry.node.clone())
        });
        let organization = snapshot.organization.value().ok();
        Self {
            tenant: snapshot.tenant_id(),
            tenant_name: organization.map(|one| one.display_name.clone()),
            taken: snapshot.taken,
            entries,
            gaps: gaps(snapshot),
        }
    }
}

/// The gaps that may hide a way in, without those for which the tenant lacks a licence: what it
/// cannot buy it cannot have.
fn gaps(snapshot: &Snapshot) -> Vec<Gap> {
    let reads: BTreeSet<&PartKind> = READS.iter().collect();
    let is_licence =
        |gap: &Gap| matches!(gap.reason, crate::tenant::GapReason::MissingLicence { .. });
    let hides = |gap: &&Gap| reads.contains(&gap.part.kind) && !is_licence(gap);
    let gaps = snapshot.gaps().into_iter().filter(hides).cloned();
    gaps.chain(scoped::unread(snapshot)).collect()
}
