//! The rows of the operation table, by area.

use super::Operation;
use crate::areas::{deleted, evaluate, groups, organization, partners, policies, roles, users};
use crate::permission;
use crate::query::QueryOption;
use crate::query::QueryOption::{Count, Expand, Filter, Select, Top};
use crate::query::filter::Dialect;
use crate::throttle::Class;
use crate::types::{self, EntityType};

pub(super) const DIRECTORY_OBJECTS: &[&EntityType] = &[
    &types::USER,
    &types::GROUP,
    &types::SERVICE_PRINCIPAL,
    &types::DIRECTORY_ROLE,
    &types::settings::ADMINISTRATIVE_UNIT,
];
pub(super) const LIST: &[QueryOption] = &[Select, Top, Filter, Count];
pub(super) const RELATION: &[QueryOption] = &[Select, Top, Count];
const USER_FILTERS: &[&str] = &[
    "id",
    "accountEnabled",
    "createdDateTime",
    "displayName",
    "employeeLeaveDateTime",
    "givenName",
    "mail",
    "mailNickname",
    "onPremisesImmutableId",
    "onPremisesSyncEnabled",
    "passwordPolicies",
    "surname",
    "userPrincipalName",
    "userType",
];
const GROUP_FILTERS: &[&str] = &[
    "id",
    "createdDateTime",
    "displayName",
    "isAssignableToRole",
    "mail",
    "mailEnabled",
    "mailNickname",
    "onPremisesSyncEnabled",
    "securityEnabled",
];

/// Every operation that the twin answers.
pub(crate) static OPERATIONS: &[Operation] = &[
    Operation::get(
        "/organization",
        "organization",
        &[&types::ORGANIZATION],
        permission::ORGANIZATION,
        organization::list,
    )
    .class(Class::Directory(1)),
    Operation::get(
        "/domains",
        "domains",
        &[&types::DOMAIN],
        permission::DOMAINS,
        organization::domains,
    )
    .options(&[Select, Top])
    .class(Class::Directory(1)),
    Operation::get(
        "/subscribedSkus",
        "subscribedSkus",
        &[&types::SUBSCRIBED_SKU],
        permission::SUBSCRIBED_SKUS,
        organization::subscribed_skus,
    )
    .class(Class::Directory(3)),
    Operation::get(
        "/policies/identitySecurityDefaultsEnforcementPolicy",
        "policies/identitySecurityDefaultsEnforcementPolicy/$entity",
        &[&types::IDENTITY_SECURITY_DEFAULTS_ENFORCEMENT_POLICY],
        permission::SECURITY_DEFAULTS,
        policies::security_defaults,
    ),
    Operation::get(
        "/policies/authenticationMethodsPolicy",
        "policies/authenticationMethodsPolicy/$entity",
        &[&types::AUTHENTICATION_METHODS_POLICY],
        permission::METHODS_POLICY,
        policies::methods_policy,
    )
    .with_beta(),
    Operation::get(
        "/policies/authenticationStrengthPolicies",
        "policies/authenticationStrengthPolicies",
        &[&types::AUTHENTICATION_STRENGTH_POLICY],
        permission::STRENGTHS,
        policies::strengths,
    )
    .options(&[Select, Filter])
    .filters(Dialect::Plain, &["id", "policyType", "displayName"]),
    Operation::get(
        "/policies/authenticationStrengthPolicies/{authenticationStrengthPolicy-id}",
        "policies/authenticationStrengthPolicies/$entity",
        &[&types::AUTHENTICATION_STRENGTH_POLICY],
        permission::STRENGTHS,
        policies::strength,
    ),
    Operation::get(
        "/identity/conditionalAccess/policies",
        "identity/conditionalAccess/policies",
        &[&types::CONDITIONAL_ACCESS_POLICY],
        permission::CONDITIONAL_ACCESS,
        policies::conditional_access,
    )
    .with_beta()
    .options(LIST)
    .filters(Dialect::Plain, &["id", "displayName", "state"])
    .class(Class::ConditionalAccess),
    Operation::get(
        "/identity/conditionalAccess/policies/{conditionalAccessPolicy-id}",
        "identity/conditionalAccess/policies/$entity",
        &[&types::CONDITIONAL_ACCESS_POLICY],
        permission::CONDITIONAL_ACCESS,
        policies::conditional_access_policy,
    )
    .with_beta()
    .class(Class::ConditionalAccess),
    Operation::get(
        "/identity/conditionalAccess/namedLocations",
        "identity/conditionalAccess/namedLocations",
        &[&types::NAMED_LOCATION],
        permission::CONDITIONAL_ACCESS,
        policies::named_locations,
    )
    .with_beta()
    .options(LIST)
    .filters(Dialect::Plain, &["id", "displayName"])
    .class(Class::ConditionalAccess),
    Operation::get(
        "/identity/conditionalAccess/namedLocations/{namedLocation-id}",
        "identity/conditionalAccess/namedLocations/$entity",
        &[&types::NAMED_LOCATION],
        permission::CONDITIONAL_ACCESS,
        policies::named_location,
    )
    .with_beta()
    .class(Class::ConditionalAccess),
    Operation::get(
        "/identity/conditionalAccess/evaluate",
        "Collection(microsoft.graph.whatIfAnalysisResult)",
        &[&types::WHAT_IF_ANALYSIS_RESULT],
        permission::EVALUATE,
        evaluate::evaluate,
    )
    .question()
    .class(Class::ConditionalAccess),
    Operation::get(
        "/roleManagement/directory/roleDefinitions",
        "roleManagement/directory/roleDefinitions",
        &[&types::UNIFIED_ROLE_DEFINITION],
        permission::ROLE_DEFINITIONS,
        roles::definitions,
    )
    .with_beta()
    .options(&[Select, Filter, Top])
    .filters(Dialect::Plain, &["id", "displayName", "isBuiltIn", "isPrivileged", "templateId"]),
    Operation::get(
        "/roleManagement/directory/roleDefinitions/{unifiedRoleDefinition-id}",
        "roleManagement/directory/roleDefinitions/$entity",
        &[&types::UNIFIED_ROLE_DEFINITION],
        permission::ROLE_DEFINITIONS,
        roles::definition,
    ),
    Operation::get(
        "/roleManagement/directory/roleAssignments",
        "roleManagement/directory/roleAssignments",
        &[&types::UNIFIED_ROLE_ASSIGNMENT],
        permission::ROLE_ASSIGNMENTS,
        roles::assignments,
    )
    .options(&[Select, Filter, Expand, Top])
    .expands(&["principal", "roleDefinition"])
    .filters(Dialect::Equality, &["roleDefinitionId", "principalId", "directoryScopeId"]),
    Operation::get(
        "/roleManagement/directory/roleAssignmentScheduleInstances",
        "roleManagement/directory/roleAssignmentScheduleInstances",
        &[&types::UNIFIED_ROLE_ASSIGNMENT_SCHEDULE_INSTANCE],
        permission::ASSIGNMENT_INSTANCES,
        roles::assignment_instances,
    )
    .options(&[Select, Filter, Expand])
    .expands(&["principal", "roleDefinition"])
    .filters(
        Dialect::Plain,
        &["assignmentType", "directoryScopeId", "memberType", "principalId", "roleDefinitionId"],
    ),
    Operation::get(
        "/roleManagement/directory/roleEligibilityScheduleInstances",
        "roleManagement/directory/roleEligibilityScheduleInstances",
        &[&types::UNIFIED_ROLE_ELIGIBILITY_SCHEDULE_INSTANCE],
        permission::ELIGIBILITY_INSTANCES,
        roles::eligibility_instances,
    )
    .options(&[Select, Filter, Expand])
    .expands(&["principal", "roleDefinition"])
    .filters(
        Dialect::Plain,
        &["directoryScopeId", "memberType", "principalId", "roleDefinitionId"],
    ),
    Operation::get(
        "/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances",
        "identityGovernance/privilegedAccess/group/eligibilityScheduleInstances",
        &[&types::PRIVILEGED_ACCESS_GROUP_ELIGIBILITY_SCHEDULE_INSTANCE],
        permission::GROUP_ELIGIBILITIES,
        roles::group_eligibilities,
    )
    .options(&[Select, Filter, Expand])
    .expands(&["principal"])
    .filters(Dialect::Plain, &["accessId", "groupId", "memberType", "principalId"]),
    Operation::get("/users", "users", &[&types::USER], permission::USERS, users::list)
        .options(LIST)
        .filters(Dialect::Directory, USER_FILTERS)
        .class(Class::Directory(2)),
    Operation::get(
        "/users/{user-id}",
        "users/$entity",
        &[&types::USER],
        permission::USERS,
        users::one,
    )
    .class(Class::Directory(1)),
    Operation::get(
        "/users/{user-id}/authentication/methods",
        "users/authentication/methods",
        &[],
        permission::METHODS,
        users::methods,
    )
    .class(Class::Reports)
    .options(&[]),
    Operation::get(
        "/users/{user-id}/memberOf",
        "directoryObjects",
        DIRECTORY_OBJECTS,
        permission::MEMBER_OF,
        users::member_of,
    )
    .options(RELATION)
    .class(Class::Directory(2)),
    Operation::get(
        "/users/{user-id}/transitiveMemberOf",
        "directoryObjects",
        DIRECTORY_OBJECTS,
        permission::TRANSITIVE_MEMBER_OF,
        users::transitive_member_of,
    )
    .options(RELATION)
    .class(Class::Directory(2)),
    Operation::get("/groups", "groups", &[&types::GROUP], permission::GROUPS, groups::list)
        .options(LIST)
        .filters(Dialect::Directory, GROUP_FILTERS)
        .class(Class::Directory(2)),
    Operation::get(
        "/groups/{group-id}",
        "groups/$entity",
        &[&types::GROUP],
        permission::GROUP,
        groups::one,
    )
    .class(Class::Directory(1)),
    Operation::get(
        "/groups/{group-id}/members",
        "directoryObjects",
        DIRECTORY_OBJECTS,
        permission::MEMBERS,
        groups::direct_members,
    )
    .with_beta()
    .options(RELATION)
    .class(Class::Directory(3)),
    Operation::get(
        "/groups/{group-id}/transitiveMembers",
        "directoryObjects",
        DIRECTORY_OBJECTS,
        permission::MEMBERS,
        groups::transitive_members,
    )
    .with_beta()
    .options(RELATION)
    .class(Class::Directory(5)),
    Operation::get(
        "/groups/{group-id}/owners",
        "directoryObjects",
        DIRECTORY_OBJECTS,
        permission::OWNERS,
        groups::owners,
    )
    .with_beta()
    .options(RELATION)
    .class(Class::Directory(2)),
    Operation::get(
        "/directory/deletedItems/graph.user",
        "directory/deletedItems/microsoft.graph.user",
        &[&types::USER],
        permission::DELETED_USERS,
        deleted::users,
    )
    .options(LIST)
    .filters(Dialect::Directory, USER_FILTERS)
    .class(Class::Directory(2)),
    Operation::get(
        "/directory/deletedItems/graph.group",
        "directory/deletedItems/microsoft.graph.group",
        &[&types::GROUP],
        permission::DELETED_GROUPS,
        deleted::groups,
    )
    .options(LIST)
    .filters(Dialect::Directory, GROUP_FILTERS)
    .class(Class::Directory(2)),
    Operation::get(
        "/groups/{group-id}/memberOf",
        "directoryObjects",
        DIRECTORY_OBJECTS,
        permission::GROUP_MEMBER_OF,
        groups::member_of,
    )
    .options(RELATION)
    .class(Class::Directory(2)),
    Operation::get(
        "/users/{user-id}/authentication/requirements",
        "users/authentication/requirements/$entity",
        &[&types::settings::STRONG_AUTHENTICATION_REQUIREMENTS],
        permission::REQUIREMENTS,
        users::requirements,
    )
    .only_beta(),
    Operation::get(
        "/tenantRelationships/delegatedAdminCustomers",
        "tenantRelationships/delegatedAdminCustomers",
        &[&types::DELEGATED_ADMIN_CUSTOMER],
        permission::DELEGATED_ADMIN,
        partners::customers,
    )
    .options(LIST)
    .filters(Dialect::Plain, &["id", "displayName", "tenantId"]),
    Operation::get(
        "/tenantRelationships/delegatedAdminRelationships",
        "tenantRelationships/delegatedAdminRelationships",
        &[&types::DELEGATED_ADMIN_RELATIONSHIP],
        permission::DELEGATED_ADMIN,
        partners::relationships,
    )
    .options(LIST)
    .filters(Dialect::Plain, &["id", "displayName", "endDateTime", "status"]),
    Operation::get(
        "/tenantRelationships/delegatedAdminRelationships/{delegatedAdminRelationship-id}",
        "tenantRelationships/delegatedAdminRelationships/$entity",
        &[&types::DELEGATED_ADMIN_RELATIONSHIP],
        permission::DELEGATED_ADMIN,
        partners::relationship,
    ),
    Operation::get(
        "/tenantRelationships/delegatedAdminRelationships/{delegatedAdminRelationship-id}\
         /accessAssignments",
        "tenantRelationships/delegatedAdminRelationships/accessAssignments",
        &[&types::DELEGATED_ADMIN_ACCESS_ASSIGNMENT],
        permission::DELEGATED_ADMIN,
        partners::access_assignments,
    )
    .options(RELATION),
    Operation::get(
        "/identityGovernance/privilegedAccess/group/assignmentScheduleInstances",
        "identityGovernance/privilegedAccess/group/assignmentScheduleInstances",
        &[&types::governance::PRIVILEGED_ACCESS_GROUP_ASSIGNMENT_SCHEDULE_INSTANCE],
        permission::GROUP_SCHEDULES,
        roles::group_schedules,
    )
    .options(&[Select, Filter, Expand])
    .expands(&["principal"])
    .filters(
        Dialect::Plain,
        &["accessId", "assignmentType", "groupId", "memberType", "principalId"],
    ),
];
