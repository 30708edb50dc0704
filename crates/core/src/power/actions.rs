//! What a role that is in no table may do, from the names of its actions.
//!
//! Source: <https://learn.microsoft.com/entra/identity/role-based-access-control/custom-overview>
//! and the pages on the actions that custom roles may hold.

use alloc::collections::BTreeSet;
use alloc::string::String;

use super::{Power, role};
use crate::id::RoleTemplateId;

/// Beginnings and ends of actions, and what they let a holder do. `allTasks` covers every end.
const ACTIONS: &[(&str, &str, Power)] = &[
    ("microsoft.directory/applications", "/credentials/update", Power::ActAsApplications),
    ("microsoft.directory/applications", "/owners/update", Power::ActAsApplications),
    ("microsoft.directory/servicePrincipals", "/credentials/update", Power::ActAsApplications),
    ("microsoft.directory/servicePrincipals", "/owners/update", Power::ActAsApplications),
    ("microsoft.directory/servicePrincipals", "/appRoleAssignedTo/update", Power::GrantPermissions),
    (
        "microsoft.directory/servicePrincipals",
        "/managePermissionGrantsForAll.",
        Power::GrantPermissions,
    ),
    ("microsoft.directory/roleAssignments", "/", Power::AssignRoles),
    ("microsoft.directory/groupsAssignableToRoles", "/", Power::AssignRoles),
    ("microsoft.directory/domains", "/federation/update", Power::FederateDomains),
    ("microsoft.directory/domains", "/federationConfiguration/", Power::FederateDomains),
    ("microsoft.directory/conditionalAccessPolicies", "/", Power::ChangeDemands),
    ("microsoft.directory/namedLocations", "/", Power::ChangeDemands),
    ("microsoft.directory/policies", "/", Power::ChangeDemands),
    ("microsoft.directory/groups", "/members/update", Power::ChangeGroups),
    ("microsoft.directory/groups", "/owners/update", Power::ChangeGroups),
    ("microsoft.directory/groups", "/dynamicMembershipRule/update", Power::ChangeGroups),
    ("microsoft.directory/users", "/password/update", Power::ResetUsers),
    ("microsoft.directory/users", "/authenticationMethods/", Power::ResetUsers),
    ("microsoft.directory/users", "/delete", Power::DisableAccounts),
    ("microsoft.directory/users", "/disable", Power::DisableAccounts),
];

/// Ends of actions that only look.
const READING: [&str; 3] = ["/read", "/read/", "/standard/read"];

/// What a role with these actions lets its holder do, the gravest first.
pub fn powers_of_actions(actions: &[String]) -> BTreeSet<Power> {
    let mut powers = BTreeSet::new();
    for action in actions {
        let is_reading = READING.iter().any(|end| action.ends_with(end));
        for (beginning, middle, power) in ACTIONS {
            if !is_reading && is_of(action, beginning, middle) {
                powers.insert(*power);
            }
        }
    }
    powers
}

/// What a role lets its holder do: by the table of built-in roles, or else by its actions where
/// its holders are followed (a custom role, or one that Microsoft marks as privileged).
pub fn powers_of_role(
    template: RoleTemplateId,
    is_followed: bool,
    actions: &[String],
) -> BTreeSet<Power> {
    match role(template) {
        Some(role) => role.powers.iter().copied().collect(),
        None if is_followed => powers_of_actions(actions),
        None => BTreeSet::new(),
    }
}

/// Whether an action is one on this resource that has this middle, or all of them. Resources come
/// with subtypes, such as `applications.myOrganization` and `groups.security`.
fn is_of(action: &str, beginning: &str, middle: &str) -> bool {
    let Some(rest) = action.strip_prefix(beginning) else { return false };
    let is_resource = rest.starts_with('/') || rest.starts_with('.');
    is_resource && (rest.contains(middle) || rest.ends_with("/allTasks"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn powers(actions: &[&str]) -> Vec<Power> {
        let actions: Vec<String> = actions.iter().map(|&action| action.into()).collect();
        powers_of_actions(&actions).into_iter().collect()
    }

    #[test]
    fn actions_give_powers_and_reading_gives_none() {
        for (action, expected) in [
            ("microsoft.directory/applications/credentials/update", Some(Power::ActAsApplications)),
            (
                "microsoft.directory/applications.myOrganization/credentials/update",
                Some(Power::ActAsApplications),
            ),
            ("microsoft.directory/groups.security/members/update", Some(Power::ChangeGroups)),
            (
                "microsoft.directory/applications/allProperties/allTasks",
                Some(Power::ActAsApplications),
            ),
            ("microsoft.directory/applications/credentials/read", None),
            ("microsoft.directory/conditionalAccessPolicies/standard/read", None),
            (
                "microsoft.directory/conditionalAccessPolicies/basic/update",
                Some(Power::ChangeDemands),
            ),
            (
                "microsoft.directory/groupsAssignableToRoles/members/update",
                Some(Power::AssignRoles),
            ),
            ("microsoft.directory/applicationPolicies/basic/update", None),
            ("microsoft.office365.supportTickets/allEntities/allTasks", None),
        ] {
            assert_eq!(powers(&[action]), expected.into_iter().collect::<Vec<_>>(), "{action}");
        }
        assert_eq!(powers(&[]), []);
    }
}
