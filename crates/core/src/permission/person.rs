//! What a person's directory roles add to the permissions of their token.
//!
//! In a person's hands a delegated permission reads no more than their roles let them read. What
//! every member of a tenant may read by default needs no role; the rest is listed here.
//!
//! Sources: the roles that the operations' pages name, among them
//! <https://learn.microsoft.com/graph/api/conditionalaccessroot-list-policies>,
//! <https://learn.microsoft.com/graph/api/authentication-list-methods>,
//! <https://learn.microsoft.com/graph/api/rbacapplication-list-roleeligibilityscheduleinstances>,
//! <https://learn.microsoft.com/graph/api/policyroot-list-rolemanagementpolicyassignments>,
//! <https://learn.microsoft.com/graph/api/signin-list>.

use alloc::vec::Vec;

use super::{Need, covering, needs};
use crate::id::RoleTemplateId;
use crate::power::role;
use crate::tenant::Watcher;

const GLOBAL_ADMINISTRATOR: &str = "Global Administrator";
/// The role that reads everything that a reader needs, and changes nothing.
pub const GLOBAL_READER: &str = "Global Reader";

/// What tokens hold for every member of a tenant, and is no role that anybody was given.
const EVERY_MEMBER: RoleTemplateId =
    RoleTemplateId::from_u128(0xb79fbf4d_3ef9_4689_8143_76b194e85509);

/// Readers' roles that give no power and are not followed.
const READERS: [(&str, RoleTemplateId); 2] = [
    ("Directory Readers", RoleTemplateId::from_u128(0x88d8e3e3_8f55_4a1e_953a_9b9898b8876b)),
    ("Reports Reader", RoleTemplateId::from_u128(0x4a5d8f65_41da_4de4_8968_e035b65339cf)),
];

/// Permissions that read something for holders of one of these roles alone, beside the two that
/// read everything.
const ROLES_FOR: [(&str, &[&str]); 7] = [
    ("AuditLog.Read.All", &["Reports Reader", "Security Reader", "Security Administrator"]),
    (
        "Policy.Read.All",
        &["Security Reader", "Security Administrator", "Conditional Access Administrator"],
    ),
    (
        "PrivilegedAssignmentSchedule.Read.AzureADGroup",
        &["Security Reader", "Privileged Role Administrator"],
    ),
    (
        "PrivilegedEligibilitySchedule.Read.AzureADGroup",
        &["Security Reader", "Privileged Role Administrator"],
    ),
    (
        "RoleManagement.Read.Directory",
        &["Security Reader", "Security Administrator", "Privileged Role Administrator"],
    ),
    ("RoleManagementPolicy.Read.AzureADGroup", &["Privileged Role Administrator"]),
    (
        "UserAuthenticationMethod.Read.All",
        &["Authentication Administrator", "Privileged Authentication Administrator"],
    ),
];

/// A directory role that is active in a person's token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActiveRole {
    /// Its template.
    pub id: RoleTemplateId,
    /// Its name; `None` for one that is not in the tables here.
    pub name: Option<&'static str>,
}

/// What a person's roles let them read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The roles of the token, in its order.
    pub roles: Vec<ActiveRole>,
    /// Needs whose permission the token has, and that none of the roles is known to read.
    pub unread: Vec<Need>,
}

impl Standing {
    /// Whether a role is among them that can do everything, where reading was asked for.
    pub fn is_global_administrator(&self) -> bool {
        self.has(GLOBAL_ADMINISTRATOR)
    }

    fn has(&self, name: &str) -> bool {
        self.roles.iter().any(|role| role.name == Some(name))
    }
}

/// What the roles of these templates let the person read with the permissions of their token.
pub fn standing(watcher: &Watcher, templates: &[RoleTemplateId]) -> Standing {
    let given = templates.iter().filter(|id| **id != EVERY_MEMBER);
    let roles = given.map(|id| ActiveRole { id: *id, name: name(*id) }).collect();
    let mut standing = Standing { roles, unread: Vec::new() };
    if standing.is_global_administrator() || standing.has(GLOBAL_READER) {
        return standing;
    }
    let is_unread = |need: &Need| {
        let listed = ROLES_FOR.iter().find(|(permission, _)| *permission == need.permission);
        let is_open = listed.is_none_or(|(_, names)| names.iter().any(|name| standing.has(name)));
        !is_open && covering(&watcher.permissions, need.permission).is_some()
    };
    standing.unread = needs().into_iter().filter(is_unread).collect();
    standing
}

fn name(id: RoleTemplateId) -> Option<&'static str> {
    let reader = READERS.iter().find(|(_, known)| *known == id).map(|(name, _)| *name);
    reader.or_else(|| role(id).map(|role| role.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    const READER: RoleTemplateId =
        RoleTemplateId::from_u128(0xf2ef992c_3afb_46b9_b7cf_a126ee74c451);
    const SECURITY_READER: RoleTemplateId =
        RoleTemplateId::from_u128(0x5d6b6bb7_de71_4623_b4af_96380a352509);

    fn unread(templates: &[RoleTemplateId]) -> Vec<&'static str> {
        let permissions = needs().iter().map(|need| need.permission.into()).collect();
        let watcher = Watcher { app: None, principal: None, is_delegated: true, permissions };
        standing(&watcher, templates).unread.iter().map(|need| need.permission).collect()
    }

    #[test]
    fn every_permission_and_role_of_the_table_is_one_that_is_known() {
        for (permission, names) in ROLES_FOR {
            assert!(needs().iter().any(|need| need.permission == permission), "{permission}");
            for known in names.iter().chain(&[GLOBAL_READER, GLOBAL_ADMINISTRATOR]) {
                let is_role = crate::power::ROLES.iter().any(|role| role.name == *known);
                assert!(is_role || READERS.iter().any(|(name, _)| name == known), "{known}");
            }
        }
    }

    #[test]
    fn global_reader_reads_everything_and_less_leaves_something_unread() {
        assert_eq!(unread(&[READER]), Vec::<&str>::new());
        let lacking =
            ["RoleManagementPolicy.Read.AzureADGroup", "UserAuthenticationMethod.Read.All"];
        assert_eq!(unread(&[SECURITY_READER]), lacking);
        assert_eq!(unread(&[]).len(), ROLES_FOR.len());
        assert_eq!(unread(&[EVERY_MEMBER, RoleTemplateId::from_u128(7)]).len(), ROLES_FOR.len());
    }

    #[test]
    fn what_the_token_may_not_read_anyway_is_not_blamed_on_a_role() {
        let permissions = vec!["Policy.Read.All".into(), "Domain.Read.All".into()];
        let watcher = Watcher { app: None, principal: None, is_delegated: true, permissions };
        let found = standing(&watcher, &[EVERY_MEMBER, RoleTemplateId::from_u128(7)]);
        assert_eq!(found.roles, [ActiveRole { id: RoleTemplateId::from_u128(7), name: None }]);
        let unread: Vec<_> = found.unread.iter().map(|need| need.permission).collect();
        assert_eq!(unread, ["Policy.Read.All"]);
    }
}
