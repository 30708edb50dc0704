//! Role definitions, who holds the roles that matter in which way, and what activating asks for.
//!
//! Followed are the roles of `halligan_core::power` and every custom role: whoever holds another
//! built-in role can do nothing to the back door, as far as Microsoft documents it.

use std::collections::BTreeSet;

use halligan_core::id::{GLOBAL_ADMINISTRATOR, Guid};
use halligan_core::power;
use halligan_core::tenant::{
    AdministrativeUnit, Part, ProtectedAction, RoleAssignment, RoleDefinition, RolePolicy,
    RoleSchedule,
};

use super::Reader;
use super::operation::{
    ADMINISTRATIVE_UNITS, CUSTOM_ROLES, PROTECTED_ACTIONS, ROLE_ASSIGNMENTS, ROLE_DEFINITIONS,
    ROLE_ELIGIBILITIES, ROLE_POLICIES, ROLE_SCHEDULES,
};
use super::together::all;
use crate::client::Client;
use crate::problem::Problem;

/// Roles of the directory, as policies of PIM name them.
const OF_DIRECTORY: &str = "scopeId eq '/' and scopeType eq 'DirectoryRole'";

/// Definitions that administrators of the tenant wrote.
const CUSTOM: &str = "isBuiltIn eq false";

/// The namespace whose actions can be protected.
const NAMESPACE: &str = "microsoft.directory";

/// Actions that can demand an authentication context.
const SETTABLE: &str = "isAuthenticationContextSettable eq true";

/// What the tenant says about its roles.
pub(super) struct Roles {
    pub(super) definitions: Part<Vec<RoleDefinition>>,
    pub(super) assignments: Part<Vec<RoleAssignment>>,
    pub(super) schedules: Part<Vec<RoleSchedule>>,
    pub(super) eligibilities: Part<Vec<RoleSchedule>>,
    pub(super) policies: Part<Vec<RolePolicy>>,
    pub(super) protected_actions: Part<Vec<ProtectedAction>>,
    pub(super) administrative_units: Part<Vec<AdministrativeUnit>>,
}

/// Schedules and eligibilities are listed whole: Graph asks for no filter there, and they grow
/// with role holders. Assignments of the directory want a filter by role or principal.
pub(super) async fn read(reader: &Reader<'_>) -> Roles {
    let client = reader.client;
    let settable = PROTECTED_ACTIONS.url(client, Some(&NAMESPACE), Some(SETTABLE));
    let ((definitions, assignments), schedules, eligible, policies, actions, units) = tokio::join!(
        async {
            let definitions = definitions(client);
            let definitions = reader.part(ROLE_DEFINITIONS.part, None, definitions).await;
            // An earlier reading without them did not ask for the holders of custom roles.
            if !reader.earlier.has_given(&ROLE_DEFINITIONS.part) {
                reader.earlier.forget(&ROLE_ASSIGNMENTS.part);
            }
            let assignments = assignments(client, &definitions);
            let assignments = reader.part(ROLE_ASSIGNMENTS.part, None, assignments).await;
            (definitions, assignments)
        },
        reader.list(&ROLE_SCHEDULES, None),
        reader.list(&ROLE_ELIGIBILITIES, None),
        reader.list(&ROLE_POLICIES, Some(OF_DIRECTORY)),
        reader.part(PROTECTED_ACTIONS.part, None, client.list(settable)),
        reader.list(&ADMINISTRATIVE_UNITS, None),
    );
    Roles {
        definitions,
        assignments,
        schedules,
        eligibilities: eligible,
        policies,
        protected_actions: actions,
        administrative_units: units,
    }
}

/// Every definition by name, and the custom ones with what they may do.
async fn definitions(client: &Client) -> Result<Vec<RoleDefinition>, Problem> {
    let (names, custom) = tokio::join!(
        client.list::<RoleDefinition>(ROLE_DEFINITIONS.url(client, None, None)),
        client.list::<RoleDefinition>(CUSTOM_ROLES.url(client, None, Some(CUSTOM))),
    );
    let (names, custom) = (names?, custom?);
    let known: BTreeSet<Guid> = custom.iter().map(|role| role.id).collect();
    let names = names.into_iter().filter(|role| !known.contains(&role.id));
    let mut all: Vec<RoleDefinition> = names.chain(custom).collect();
    all.sort_by(|one, other| (&one.display_name, one.id).cmp(&(&other.display_name, other.id)));
    Ok(all)
}

/// Active assignments, role by role. Without the definitions the custom roles are not known, and
/// the gap in their place says so.
async fn assignments(
    client: &Client,
    definitions: &Part<Vec<RoleDefinition>>,
) -> Result<Vec<RoleAssignment>, Problem> {
    let defined = definitions.value().map_or(&[][..], Vec::as_slice);
    let custom = defined.iter().filter(|role| !role.is_built_in).map(|role| role.id);
    let built_in = power::ROLES.iter().map(|role| role.id.0);
    let roles: BTreeSet<Guid> = built_in.chain(custom).collect();
    // A tenant that does not define a role has no holders of it. Every tenant defines this one.
    let is_undefined = |role| {
        let lacks = |roles: &Vec<RoleDefinition>| roles.iter().all(|known| known.id != role);
        role != GLOBAL_ADMINISTRATOR.0 && definitions.value().map_or(true, lacks)
    };
    let asked = roles.into_iter().map(|role| assignments_of(client, role, is_undefined(role)));
    let answers = all(asked).await;
    let mut found = Vec::new();
    for answer in answers {
        found.extend(answer?);
    }
    Ok(found)
}

/// Who holds one role, which the tenant may be known not to define.
async fn assignments_of(
    client: &Client,
    role: Guid,
    is_undefined: bool,
) -> Result<Vec<RoleAssignment>, Problem> {
    let filter = format!("roleDefinitionId eq '{role}'");
    let listed = client.list(ROLE_ASSIGNMENTS.url(client, None, Some(&filter))).await;
    let mut found: Vec<RoleAssignment> = match listed {
        Err(problem) if is_undefined && problem.is_absence() => Vec::new(),
        listed => listed?,
    };
    // `principal` is expanded for its kind. The rest of the person's object is not needed.
    for assignment in &mut found {
        assignment.unknown.remove("principal");
    }
    Ok(found)
}

impl Roles {
    /// Whether holders of this role are followed. Without definitions any role that is not known
    /// may be a custom one.
    pub(super) fn follows(&self, role: Guid) -> bool {
        let is_known = power::ROLES.iter().any(|known| known.id.0 == role);
        is_known
            || self.definitions.value().map_or(true, |definitions| {
                let defined = definitions.iter().find(|defined| defined.id == role);
                defined.is_none_or(|defined| !defined.is_built_in)
            })
    }
}
