//! Rows of the operation table: settings of the tenant.

use super::Operation;
use super::table::LIST;
use crate::areas::{policies, roles, settings};
use crate::permission;
use crate::query::QueryOption::{Expand, Filter, Select, Top};
use crate::query::filter::Dialect;
use crate::throttle::Class;
use crate::types;

/// Operations on settings of the tenant.
pub(super) static OPERATIONS: &[Operation] = &[
    Operation::get(
        "/directory/onPremisesSynchronization",
        "directory/onPremisesSynchronization",
        &[&types::settings::DIRECTORY_SYNCHRONIZATION],
        permission::DIRECTORY_SYNC,
        settings::directory_sync,
    ),
    Operation::get(
        "/domains/{domain-id}/federationConfiguration",
        "domains/federationConfiguration",
        &[&types::settings::INTERNAL_DOMAIN_FEDERATION],
        permission::FEDERATIONS,
        settings::federations,
    )
    .class(Class::Directory(1)),
    Operation::get(
        "/policies/authorizationPolicy",
        "policies/authorizationPolicy/$entity",
        &[&types::settings::AUTHORIZATION_POLICY],
        permission::AUTHORIZATION_POLICY,
        settings::authorization_policy,
    ),
    Operation::get(
        "/identity/conditionalAccess/deletedItems/policies",
        "identity/conditionalAccess/deletedItems/policies",
        &[&types::CONDITIONAL_ACCESS_POLICY],
        permission::CONDITIONAL_ACCESS,
        policies::deleted,
    )
    .options(LIST)
    .filters(Dialect::Plain, &["id", "displayName", "state"])
    .class(Class::ConditionalAccess),
    Operation::get(
        "/identity/conditionalAccess/authenticationContextClassReferences",
        "identity/conditionalAccess/authenticationContextClassReferences",
        &[&types::settings::AUTHENTICATION_CONTEXT],
        permission::AUTHENTICATION_CONTEXTS,
        settings::authentication_contexts,
    )
    .options(&[Select, Top, Filter])
    .filters(Dialect::Plain, &["id", "displayName", "isAvailable"])
    .class(Class::ConditionalAccess),
    Operation::get(
        "/roleManagement/directory/resourceNamespaces/{unifiedRbacResourceNamespace-id}/\
         resourceActions",
        "roleManagement/directory/resourceNamespaces/resourceActions",
        &[&types::settings::UNIFIED_RBAC_RESOURCE_ACTION],
        permission::RESOURCE_ACTIONS,
        settings::resource_actions,
    )
    .only_beta()
    .options(&[Select, Top, Filter])
    .filters(
        Dialect::Plain,
        &["id", "actionVerb", "isAuthenticationContextSettable", "isPrivileged", "name"],
    ),
    Operation::get(
        "/policies/roleManagementPolicyAssignments",
        "policies/roleManagementPolicyAssignments",
        &[&types::governance::UNIFIED_ROLE_MANAGEMENT_POLICY_ASSIGNMENT],
        permission::ALL_POLICIES,
        roles::policies,
    )
    .options(&[Select, Filter, Expand, Top])
    .expands(&["policy", "policy($expand=rules)"])
    .filters(Dialect::Equality, &["policyId", "roleDefinitionId", "scopeId", "scopeType"]),
    Operation::get(
        "/directory/administrativeUnits",
        "directory/administrativeUnits",
        &[&types::settings::ADMINISTRATIVE_UNIT],
        permission::ADMINISTRATIVE_UNITS,
        settings::administrative_units,
    )
    .options(LIST)
    .filters(Dialect::Directory, &["id", "displayName", "isMemberManagementRestricted"])
    .class(Class::Directory(1)),
    Operation::get(
        "/policies/crossTenantAccessPolicy/default",
        "policies/crossTenantAccessPolicy/default/$entity",
        &[&types::settings::CROSS_TENANT_DEFAULT],
        permission::CROSS_TENANT,
        settings::cross_tenant_default,
    ),
    Operation::get(
        "/policies/crossTenantAccessPolicy/partners",
        "policies/crossTenantAccessPolicy/partners",
        &[&types::settings::CROSS_TENANT_PARTNER],
        permission::CROSS_TENANT,
        settings::partners,
    ),
];
