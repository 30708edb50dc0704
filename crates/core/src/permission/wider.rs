//! Permissions that read what a narrower one reads.
//!
//! Source: the tables of permissions on the pages of the operations, and the permissions reference
//! (<https://learn.microsoft.com/graph/permissions-reference>). What is not here may read the part
//! all the same; then a permission is called lacking that is not, which costs a grant and hides
//! nothing.

/// Permissions that parts need, each with wider ones, the narrowest first.
pub const WIDER: &[(&str, &[&str])] = &[
    ("AccessReview.Read.All", &["AccessReview.ReadWrite.All"]),
    ("AdministrativeUnit.Read.All", &["AdministrativeUnit.ReadWrite.All", DIRECTORY, WRITE]),
    ("Application.Read.All", &["Application.ReadWrite.All", DIRECTORY, WRITE]),
    (
        "AuthenticationContext.Read.All",
        &[
            "AuthenticationContext.ReadWrite.All",
            "Policy.Read.ConditionalAccess",
            "Policy.ReadWrite.ConditionalAccess",
        ],
    ),
    ("DelegatedAdminRelationship.Read.All", &["DelegatedAdminRelationship.ReadWrite.All"]),
    (DIRECTORY, &[WRITE]),
    ("Domain.Read.All", &["Domain.ReadWrite.All", DIRECTORY]),
    ("Domain-InternalFederation.Read.All", &["Domain-InternalFederation.ReadWrite.All"]),
    ("EntitlementManagement.Read.All", &["EntitlementManagement.ReadWrite.All"]),
    (
        "GroupMember.Read.All",
        &["Group.Read.All", "GroupMember.ReadWrite.All", "Group.ReadWrite.All", DIRECTORY, WRITE],
    ),
    (
        "LifecycleWorkflows-Workflow.Read.All",
        &[
            "LifecycleWorkflows.Read.All",
            "LifecycleWorkflows-Workflow.ReadWrite.All",
            "LifecycleWorkflows.ReadWrite.All",
        ],
    ),
    ("OnPremDirectorySynchronization.Read.All", &["OnPremDirectorySynchronization.ReadWrite.All"]),
    ("Organization.Read.All", &["Organization.ReadWrite.All", DIRECTORY, WRITE]),
    (
        "PrivilegedAssignmentSchedule.Read.AzureADGroup",
        &["PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup"],
    ),
    (
        "PrivilegedEligibilitySchedule.Read.AzureADGroup",
        &["PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup"],
    ),
    (
        "RoleManagement.Read.Directory",
        &["RoleManagement.Read.All", "RoleManagement.ReadWrite.Directory"],
    ),
    ("RoleManagementPolicy.Read.AzureADGroup", &["RoleManagementPolicy.ReadWrite.AzureADGroup"]),
    ("User.Read.All", &["User.ReadWrite.All", DIRECTORY, WRITE]),
    ("User-LifeCycleInfo.Read.All", &["User-LifeCycleInfo.ReadWrite.All"]),
    ("UserAuthenticationMethod.Read.All", &["UserAuthenticationMethod.ReadWrite.All"]),
    ("VerifiedId-Profile.Read.All", &["VerifiedId-Profile.ReadWrite.All"]),
];

const DIRECTORY: &str = "Directory.Read.All";
const WRITE: &str = "Directory.ReadWrite.All";

/// The permission among `held` that reads what `permission` reads: itself, or the narrowest of the
/// wider ones.
pub fn covering<'h, T: AsRef<str>>(held: &'h [T], permission: &str) -> Option<&'h str> {
    let find =
        |name: &str| held.iter().map(AsRef::as_ref).find(|one| one.eq_ignore_ascii_case(name));
    let wider = WIDER.iter().find(|(name, _)| name.eq_ignore_ascii_case(permission));
    find(permission).or_else(|| wider?.1.iter().find_map(|name| find(name)))
}

#[cfg(test)]
mod tests {
    use super::super::needs;
    use super::*;

    #[test]
    fn the_permission_itself_comes_before_wider_ones() {
        let held = ["Directory.Read.All", "group.read.all", "User.Read.All"];
        assert_eq!(covering(&held, "User.Read.All"), Some("User.Read.All"));
        assert_eq!(covering(&held, "GroupMember.Read.All"), Some("group.read.all"));
        assert_eq!(covering(&held, "Organization.Read.All"), Some("Directory.Read.All"));
        assert_eq!(covering(&held, "Policy.Read.All"), None);
        assert_eq!(covering::<&str>(&[], "User.Read.All"), None);
    }

    #[test]
    fn the_table_is_about_permissions_that_parts_need() {
        for (name, wider) in WIDER {
            assert!(needs().iter().any(|need| need.permission == *name), "{name}");
            assert!(!wider.is_empty() && !wider.contains(name), "{name}");
        }
    }
}
