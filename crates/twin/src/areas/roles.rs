//! Directory roles: definitions, assignments, and their terms where the tenant has P2.

use halligan_core::id::Guid;
use serde_json::Value;

use super::licence::{Plan, require};
use super::{expand, member};
use crate::directory::{Object, text_of};
use crate::error::GraphError;
use crate::operation::{Answer, Call, Version};
use crate::permission::{self, suffice};

/// The mark that v1.0 does not have, and refuses to select.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/unifiedroledefinition>, in both
/// versions.
const MARK: &str = "isPrivileged";

/// `GET /roleManagement/directory/roleDefinitions`.
pub(crate) fn definitions(call: &Call<'_>) -> Result<Answer, GraphError> {
    check_mark(call)?;
    let definitions = call.directory.role_definitions.iter();
    Ok(Answer::many(definitions.map(|definition| shown(call, definition))))
}

/// `GET /roleManagement/directory/roleDefinitions/{id}`.
pub(crate) fn definition(call: &Call<'_>) -> Result<Answer, GraphError> {
    check_mark(call)?;
    let definition = call.directory.role_definition(call.id());
    let found = definition.map(|definition| Answer::one(shown(call, definition)));
    found.ok_or_else(|| GraphError::not_found(call.id()))
}

/// A definition as this version of the API shows it.
fn shown(call: &Call<'_>, definition: &Object) -> Object {
    let mut definition = definition.clone();
    if call.version == Version::V1 {
        definition.remove(MARK);
    }
    definition
}

/// Refuses what v1.0 refuses: to select the mark, or to filter by it.
fn check_mark(call: &Call<'_>) -> Result<(), GraphError> {
    let is_mark = |name: &String| name.eq_ignore_ascii_case(MARK);
    let selects = call.options.select.iter().flatten().any(is_mark);
    let filters = call.options.filter.as_ref().is_some_and(|filter| filter.requires(MARK));
    if call.version == Version::V1 && (selects || filters) {
        return Err(GraphError::bad_request(format!(
            "Could not find a property named '{MARK}' on type \
             'microsoft.graph.unifiedRoleDefinition'."
        )));
    }
    Ok(())
}

/// `GET /roleManagement/directory/roleAssignments`.
///
/// The directory provider wants a filter on role or principal:
/// <https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignments>.
pub(crate) fn assignments(call: &Call<'_>) -> Result<Answer, GraphError> {
    require_filter(call, &["roleDefinitionId", "principalId"])?;
    Ok(expanded(call, call.directory.role_assignments.clone()))
}

/// `GET /roleManagement/directory/roleAssignmentScheduleInstances`.
pub(crate) fn assignment_instances(call: &Call<'_>) -> Result<Answer, GraphError> {
    require_p2(call)?;
    Ok(expanded(call, call.directory.schedule_instances()))
}

/// `GET /roleManagement/directory/roleEligibilityScheduleInstances`.
pub(crate) fn eligibility_instances(call: &Call<'_>) -> Result<Answer, GraphError> {
    require_p2(call)?;
    Ok(expanded(call, call.directory.eligibility_instances.clone()))
}

/// `GET /identityGovernance/privilegedAccess/group/eligibilityScheduleInstances`.
///
/// The filter is required:
/// <https://learn.microsoft.com/graph/api/privilegedaccessgroup-list-eligibilityscheduleinstances>
pub(crate) fn group_eligibilities(call: &Call<'_>) -> Result<Answer, GraphError> {
    require_p2(call)?;
    require_filter(call, &["groupId", "principalId"])?;
    Ok(expanded(call, call.directory.group_eligibilities.clone()))
}

/// `GET /identityGovernance/privilegedAccess/group/assignmentScheduleInstances`.
///
/// The filter is required:
/// <https://learn.microsoft.com/graph/api/privilegedaccessgroup-list-assignmentscheduleinstances>
pub(crate) fn group_schedules(call: &Call<'_>) -> Result<Answer, GraphError> {
    require_p2(call)?;
    require_filter(call, &["groupId", "principalId"])?;
    Ok(expanded(call, call.directory.group_schedules.clone()))
}

/// `GET /policies/roleManagementPolicyAssignments`.
///
/// The filter on scope and its type is required, and settings of groups have permissions of their
/// own:
/// <https://learn.microsoft.com/graph/api/policyroot-list-rolemanagementpolicyassignments>
pub(crate) fn policies(call: &Call<'_>) -> Result<Answer, GraphError> {
    require_p2(call)?;
    require_filter(call, &["scopeId"])?;
    require_filter(call, &["scopeType"])?;
    let filter = call.options.filter.as_ref();
    let is_of_groups = filter.is_some_and(|filter| filter.requires_text("scopeType", "Group"));
    let sufficient = match is_of_groups {
        true => permission::GROUP_POLICIES,
        false => permission::ROLE_POLICIES,
    };
    if !suffice(call.permissions, sufficient) {
        return Err(GraphError::denied());
    }
    let asked = call.options.expand.first().map_or("", String::as_str).to_ascii_lowercase();
    let mut assignments = match is_of_groups {
        true => call.directory.group_policies(),
        false => call.directory.role_policies(),
    };
    for assignment in &mut assignments {
        match asked.as_str() {
            "policy($expand=rules)" => {}
            "policy" => {
                let policy = assignment.get_mut("policy").and_then(Value::as_object_mut);
                _ = policy.and_then(|policy| policy.remove("rules"));
            }
            _ => _ = assignment.remove("policy"),
        }
    }
    Ok(Answer::many(assignments))
}

fn require_p2(call: &Call<'_>) -> Result<(), GraphError> {
    require(call, Plan::P2, GraphError::premium_required)
}

fn require_filter(call: &Call<'_>, properties: &[&str]) -> Result<(), GraphError> {
    let filter = call.options.filter.as_ref();
    if filter.is_some_and(|filter| properties.iter().any(|one| filter.requires(one))) {
        return Ok(());
    }
    let wanted = properties.join("' or '");
    Err(GraphError::bad_request(format!("A filter on '{wanted}' is required.")))
}

/// The objects with what `$expand` asks for.
fn expanded(call: &Call<'_>, mut objects: Vec<Object>) -> Answer {
    for object in &mut objects {
        let role = text_of(object, "roleDefinitionId").to_owned();
        expand(call, object, "roleDefinition", || {
            let role = call.directory.role_definition(&role);
            role.map_or(Value::Null, |role| shown(call, role).into())
        });
        let principal = text_of(object, "principalId").parse::<Guid>();
        expand(call, object, "principal", || {
            let principal = principal.ok().and_then(|id| call.directory.principal(id));
            principal.map_or(Value::Null, |(kind, object)| member(call, kind, object).object.into())
        });
    }
    Answer::many(objects)
}
