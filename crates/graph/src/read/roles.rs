//! Role definitions, who holds the roles that matter in which way, and what activating asks for.
//!
//! Followed are the roles of `halligan_core::power`, every custom role, and every role that
//! Microsoft marks as privileged: whoever holds another built-in role can do nothing to the back
//! door, as far as Microsoft documents it. Only beta has the marks. Without them the table is what
//! is followed, and a gap says so.

use std::collections::BTreeSet;

use halligan_core::id::{GLOBAL_ADMINISTRATOR, Guid};
use halligan_core::power;
use halligan_core::tenant::{
    AdministrativeUnit, Gap, GapReason, Part, ProtectedAction, RoleAssignment, RoleDefinition,
    RolePolicy, RoleSchedule,
};

use super::Reader;
use super::operation::{
    ADMINISTRATIVE_UNITS, CUSTOM_ROLES, PRIVILEGED_ROLES, PROTECTED_ACTIONS, ROLE_ASSIGNMENTS,
    ROLE_DEFINITION, ROLE_DEFINITIONS, ROLE_ELIGIBILITIES, ROLE_POLICIES, ROLE_SCHEDULES,
};
use super::shape::Marked;
use super::together::{all, at_most};
use crate::client::Client;
use crate::problem::Problem;

/// Roles of the directory, as policies of PIM name them.
const OF_DIRECTORY: &str = "scopeId eq '/' and scopeType eq 'DirectoryRole'";

/// Definitions that administrators of the tenant wrote.
const CUSTOM: &str = "isBuiltIn eq false";

/// Definitions that Microsoft marks, custom ones included.
const PRIVILEGED: &str = "isPrivileged eq true";

/// Most privileged built-in roles whose actions are read because no table of this version has them.
/// There are 143 built-in roles in all.
pub const NEW_ROLES_MAX: usize = 200;

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
    /// What is missing from the definitions: which of them are privileged.
    pub(super) missing: Option<Gap>,
}

/// Schedules and eligibilities are listed whole: Graph asks for no filter there, and they grow
/// with role holders. Assignments of the directory want a filter by role or principal.
pub(super) async fn read(reader: &Reader<'_>) -> Roles {
    let client = reader.client;
    let settable = PROTECTED_ACTIONS.url(client, Some(&NAMESPACE), Some(SETTABLE));
    let (defined, schedules, eligible, policies, actions, units) = tokio::join!(
        async {
            let mut marks = Ok(());
            let listed = async {
                let (all, marked) = definitions(client).await?;
                marks = marked;
                Ok(all)
            };
            let definitions = reader.part(ROLE_DEFINITIONS.part, None, listed).await;
            let missing = unmarked(reader, &definitions, marks);
            // An earlier reading without them did not ask for the holders of all that matter.
            if !reader.earlier.has_given(&ROLE_DEFINITIONS.part) {
                reader.earlier.forget(&ROLE_ASSIGNMENTS.part);
            }
            let assignments = assignments(client, &definitions);
            let assignments = reader.part(ROLE_ASSIGNMENTS.part, None, assignments).await;
            (definitions, assignments, missing)
        },
        reader.list(&ROLE_SCHEDULES, None),
        reader.list(&ROLE_ELIGIBILITIES, None),
        reader.list(&ROLE_POLICIES, Some(OF_DIRECTORY)),
        reader.part(PROTECTED_ACTIONS.part, None, client.list(settable)),
        reader.list(&ADMINISTRATIVE_UNITS, None),
    );
    let (definitions, assignments, missing) = defined;
    Roles {
        definitions,
        assignments,
        schedules,
        eligibilities: eligible,
        policies,
        protected_actions: actions,
        administrative_units: units,
        missing,
    }
}

/// Every definition by name, the custom ones with what they may do; and whether it could be read
/// which of them are privileged.
async fn definitions(
    client: &Client,
) -> Result<(Vec<RoleDefinition>, Result<(), Problem>), Problem> {
    let (names, custom, privileged) = tokio::join!(
        client.list::<RoleDefinition>(ROLE_DEFINITIONS.url(client, None, None)),
        client.list::<RoleDefinition>(CUSTOM_ROLES.url(client, None, Some(CUSTOM))),
        client.list::<Marked>(PRIVILEGED_ROLES.url(client, None, Some(PRIVILEGED))),
    );
    let (names, custom) = (names?, custom?);
    let known: BTreeSet<Guid> = custom.iter().map(|role| role.id).collect();
    let names = names.into_iter().filter(|role| !known.contains(&role.id));
    let mut all: Vec<RoleDefinition> = names.chain(custom).collect();
    let marked = match privileged {
        Ok(privileged) => mark(client, &mut all, &privileged).await,
        Err(problem) => Err(problem),
    };
    all.sort_by(|one, other| (&one.display_name, one.id).cmp(&(&other.display_name, other.id)));
    Ok((all, marked))
}

/// Notes which roles are privileged, and reads what those may do that no table has.
async fn mark(
    client: &Client,
    definitions: &mut [RoleDefinition],
    privileged: &[Marked],
) -> Result<(), Problem> {
    let marked: BTreeSet<Guid> =
        privileged.iter().filter(|role| role.is_privileged).map(|role| role.id).collect();
    for role in definitions.iter_mut() {
        role.is_privileged = Some(marked.contains(&role.id));
    }
    let is_new = |role: &&mut RoleDefinition| is_new(role);
    let new: Vec<&mut RoleDefinition> = definitions.iter_mut().filter(is_new).collect();
    let new = at_most(new, NEW_ROLES_MAX, "NEW_ROLES_MAX")?;
    let read = all(new.into_iter().map(|role| async {
        let url = ROLE_DEFINITION.url(client, Some(&role.id), None);
        role.actions = client.object::<RoleDefinition>(url).await?.actions;
        Ok(())
    }));
    read.await.into_iter().collect()
}

/// Whether Microsoft marks the role as privileged, and no table of this version has it.
fn is_new(role: &RoleDefinition) -> bool {
    role.is_built_in && role.is_privileged == Some(true) && !is_in_table(role.id)
}

fn is_in_table(role: Guid) -> bool {
    power::ROLES.iter().any(|known| known.id.0 == role)
}

/// What is missing where it is not known which roles are privileged, or what the new ones may do.
fn unmarked(
    reader: &Reader<'_>,
    definitions: &Part<Vec<RoleDefinition>>,
    marks: Result<(), Problem>,
) -> Option<Gap> {
    let definitions = definitions.value().ok()?;
    let is_unsaid = |role: &RoleDefinition| role.is_built_in && role.is_privileged.is_none();
    let kind = ROLE_DEFINITIONS.part;
    let why = match marks {
        Err(problem) => reader.known.reason(&kind, &problem),
        Ok(()) if definitions.iter().any(is_unsaid) => GapReason::NotInSource,
        Ok(()) => return None,
    };
    let what = format!(
        "which roles Microsoft marks as privileged, so that the list of this version stands in: \
         {why}"
    );
    Some(Gap::new(kind, None, GapReason::Failed { what }))
}

/// Active assignments, role by role. Without the definitions the custom roles are not known, and
/// the gap in their place says so.
async fn assignments(
    client: &Client,
    definitions: &Part<Vec<RoleDefinition>>,
) -> Result<Vec<RoleAssignment>, Problem> {
    let defined = definitions.value().map_or(&[][..], Vec::as_slice);
    let others = defined.iter().filter(|role| !role.is_built_in || is_new(role));
    let in_table = power::ROLES.iter().map(|role| role.id.0);
    let roles: BTreeSet<Guid> = in_table.chain(others.map(|role| role.id)).collect();
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
        is_in_table(role)
            || self.definitions.value().map_or(true, |definitions| {
                let defined = definitions.iter().find(|defined| defined.id == role);
                defined.is_none_or(|defined| !defined.is_built_in || is_new(defined))
            })
    }
}
