//! What a delegated permission is worth in a person's hands: no more than their directory roles
//! let them read anyway.
//!
//! Simplified from the "least privileged roles" of each operation's page, such as
//! <https://learn.microsoft.com/graph/api/conditionalaccessroot-list-policies> and
//! <https://learn.microsoft.com/graph/api/authentication-list-methods>: what every member of a
//! tenant may read by default needs no role, and what writes needs Global Administrator.

use std::collections::{BTreeMap, BTreeSet};

use halligan_core::id::Guid;
use serde_json::Value;

use super::form::Form;
use super::{Call, Refusal};
use crate::directory::{BUILT_IN_ROLES, Directory, text_of};

/// Permissions that are worth something to holders of one of these roles alone.
const NEEDS: [(&str, &[&str]); 6] = [
    (
        "Policy.Read.All",
        &[
            "Global Reader",
            "Security Reader",
            "Security Administrator",
            "Conditional Access Administrator",
        ],
    ),
    (
        "UserAuthenticationMethod.Read.All",
        &[
            "Global Reader",
            "Authentication Administrator",
            "Privileged Authentication Administrator",
        ],
    ),
    (
        "RoleManagement.Read.Directory",
        &[
            "Global Reader",
            "Security Reader",
            "Security Administrator",
            "Privileged Role Administrator",
        ],
    ),
    (
        "PrivilegedEligibilitySchedule.Read.AzureADGroup",
        &["Global Reader", "Security Reader", "Privileged Role Administrator"],
    ),
    ("RoleManagementPolicy.Read.AzureADGroup", &["Global Reader", "Privileged Role Administrator"]),
    ("Policy.Read.AuthenticationMethod", &["Global Reader", "Authentication Policy Administrator"]),
];

const EVERYTHING: &str = "Global Administrator";

/// Scopes about who signs in, which are no permissions.
const IDENTITY: [&str; 4] = ["openid", "profile", "offline_access", "email"];

/// Of the permissions that `user` gave, those that they may use; `None` when there is no such user,
/// or one that may not sign in.
pub(super) fn effective(
    directory: &Directory,
    user: Guid,
    given: &BTreeSet<String>,
) -> Option<BTreeSet<String>> {
    let object = &directory.users.get(&user)?.object;
    if object.get("accountEnabled") == Some(&Value::Bool(false)) {
        return None;
    }
    let roles = roles(directory, user);
    let may = |name: &&String| {
        let listed = NEEDS.iter().find(|(known, _)| known == name).map(|(_, roles)| *roles);
        match listed {
            _ if roles.contains(EVERYTHING) => true,
            Some(needed) => needed.iter().any(|role| roles.contains(role)),
            None => !name.contains("ReadWrite"),
        }
    };
    Some(given.iter().filter(may).cloned().collect())
}

/// The built-in roles that a user holds actively for the whole tenant, directly or by group.
fn roles(directory: &Directory, user: Guid) -> BTreeSet<&'static str> {
    let mut principals = directory.transitive_groups_of(user);
    principals.push(user);
    let held = directory.roles_of(&principals);
    let name = |template: &str| {
        let known = BUILT_IN_ROLES.iter().find(|(_, id)| id.eq_ignore_ascii_case(template));
        known.map(|(name, _)| *name)
    };
    held.iter().filter_map(|role| name(text_of(role, "roleTemplateId"))).collect()
}

/// What a scope asks for.
#[derive(Debug)]
pub(super) struct Asked {
    /// The Microsoft Graph that the permissions are of.
    pub(super) audience: String,
    pub(super) permissions: BTreeSet<String>,
    /// Scopes about who signs in.
    pub(super) identity: BTreeSet<String>,
}

/// Reads `scope`; a permission without a resource is of the first of the call's resources.
pub(super) fn asked(form: &Form, client: Guid, call: &Call<'_>) -> Result<Asked, Refusal> {
    let resources = call.resources;
    let (mut permissions, mut identity) = (BTreeSet::new(), BTreeSet::new());
    let mut audience: Option<&str> = None;
    for one in form.required("scope")?.split(' ').filter(|one| !one.is_empty()) {
        if IDENTITY.contains(&one) {
            identity.insert(one.to_owned());
            continue;
        }
        let named = resources
            .iter()
            .find_map(|graph| Some((graph.as_str(), one.strip_prefix(graph)?.strip_prefix('/')?)));
        let usual = resources.first().map_or("", String::as_str);
        let (resource, bare) = named.unwrap_or((usual, one));
        if bare.is_empty() || !bare.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c))
        {
            return Err(super::invalid_scope(one));
        }
        if *audience.get_or_insert(resource) != resource {
            return Err(Refusal {
                error: "invalid_scope",
                ..Refusal::request(
                    28_000,
                    "Provided value for the input parameter scope is not valid because it contains \
                     more than one resource.",
                )
            });
        }
        if call.unknown_permissions.contains(bare) {
            return Err(unknown(bare, client));
        }
        permissions.insert(bare.to_owned());
    }
    let usual = resources.first().map_or("", String::as_str);
    Ok(Asked { audience: audience.unwrap_or(usual).to_owned(), permissions, identity })
}

/// Refuses what this cloud's Microsoft Graph does not have.
fn unknown(permission: &str, client: Guid) -> Refusal {
    Refusal {
        error: "invalid_resource",
        ..Refusal::request(
            650_053,
            format!(
                "The application '{client}' asked for scope '{permission}' that doesn't exist on \
                 the resource '00000003-0000-0000-c000-000000000000'. Contact the app vendor."
            ),
        )
    }
}

/// Refuses what an administrator has not consented to: the twin's users cannot consent.
pub(super) fn consented(
    consented: &BTreeSet<String>,
    asked: &BTreeSet<String>,
    client: Guid,
) -> Result<(), Refusal> {
    if asked.is_subset(consented) {
        return Ok(());
    }
    Err(Refusal {
        error: "consent_required",
        ..Refusal::request(
            65_001,
            format!(
                "The user or administrator has not consented to use the application with ID \
                 '{client}'. Send an interactive authorization request for this user and resource."
            ),
        )
    })
}

/// Every user that may sign in, by user principal name.
pub(super) fn users(directory: &Directory) -> BTreeMap<String, String> {
    let enabled = |object: &crate::directory::Object| {
        object.get("accountEnabled") != Some(&Value::Bool(false))
    };
    let users = directory.users.values().map(|user| &user.object).filter(|user| enabled(user));
    let both = |user| {
        (text_of(user, "userPrincipalName").to_owned(), text_of(user, "displayName").to_owned())
    };
    users.map(both).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story;

    fn given(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|&name| name.into()).collect()
    }

    fn may(user: Guid, name: &str) -> bool {
        let directory = Directory::story();
        effective(&directory, user, &given(&[name])).is_some_and(|names| !names.is_empty())
    }

    #[test]
    fn roles_decide_what_a_permission_is_worth() {
        for (name, reader, admin, member) in [
            ("Policy.Read.All", true, true, false),
            ("UserAuthenticationMethod.Read.All", true, true, false),
            ("User.Read.All", true, true, true),
            ("Group.ReadWrite.All", false, true, false),
        ] {
            assert_eq!(may(story::AUDITOR.0, name), reader, "reader, {name}");
            assert_eq!(may(story::GROUP_ADMIN.0, name), admin, "by group, {name}");
            assert_eq!(may(story::GROUP_OWNER.0, name), member, "member, {name}");
            assert_eq!(may(story::ELIGIBLE_ADMIN.0, name), member, "eligible only, {name}");
        }
    }

    #[test]
    fn whoever_is_gone_or_disabled_may_nothing() {
        let mut directory = Directory::story();
        let names = given(&["User.Read.All"]);
        let user = directory.users.get_mut(&story::AUDITOR.0).unwrap();
        user.object.insert("accountEnabled".into(), false.into());
        assert_eq!(effective(&directory, story::AUDITOR.0, &names), None);
        assert_eq!(effective(&directory, Guid::from_u128(1), &names), None);
    }
}
