//! Rows of the operation table: applications.

use super::Operation;
use super::table::{DIRECTORY_OBJECTS, LIST, RELATION};
use crate::areas::applications;
use crate::permission;
use crate::query::QueryOption::{Filter, Select, Top};
use crate::query::filter::Dialect;
use crate::throttle::Class;
use crate::types;

/// The same path in both versions, of which only beta knows expressions.
const FEDERATED_CREDENTIALS: &str = "/applications/{application-id}/federatedIdentityCredentials";

/// Operations on applications.
pub(super) static OPERATIONS: &[Operation] = &[
    Operation::get(
        "/servicePrincipals",
        "servicePrincipals",
        &[&types::SERVICE_PRINCIPAL],
        permission::SERVICE_PRINCIPALS,
        applications::service_principals,
    )
    .options(LIST)
    .filters(Dialect::Directory, &["id", "appId", "displayName", "servicePrincipalType"])
    .class(Class::Directory(2)),
    Operation::get(
        "/servicePrincipals/{servicePrincipal-id}",
        "servicePrincipals/$entity",
        &[&types::SERVICE_PRINCIPAL],
        permission::SERVICE_PRINCIPAL,
        applications::service_principal,
    )
    .class(Class::Directory(1)),
    Operation::get(
        "/servicePrincipals/{servicePrincipal-id}/appRoleAssignments",
        "appRoleAssignments",
        &[&types::applications::APP_ROLE_ASSIGNMENT],
        permission::APP_ROLE_ASSIGNMENTS,
        applications::app_role_assignments,
    )
    .options(RELATION)
    .class(Class::Directory(2)),
    Operation::get(
        "/servicePrincipals/{servicePrincipal-id}/appRoleAssignedTo",
        "appRoleAssignments",
        &[&types::applications::APP_ROLE_ASSIGNMENT],
        permission::APP_ROLE_ASSIGNMENTS,
        applications::app_role_assigned_to,
    )
    .options(RELATION)
    .class(Class::Directory(2)),
    Operation::get(
        "/servicePrincipals/{servicePrincipal-id}/owners",
        "directoryObjects",
        DIRECTORY_OBJECTS,
        permission::PRINCIPAL_OWNERS,
        applications::principal_owners,
    )
    .with_beta()
    .options(RELATION)
    .class(Class::Directory(2)),
    Operation::get(
        "/applications",
        "applications",
        &[&types::applications::APPLICATION],
        permission::APPLICATIONS,
        applications::registrations,
    )
    .options(LIST)
    .filters(Dialect::Directory, &["id", "appId", "displayName"])
    .class(Class::Directory(2)),
    Operation::get(
        "/applications/{application-id}",
        "applications/$entity",
        &[&types::applications::APPLICATION],
        permission::APPLICATION,
        applications::registration,
    )
    .class(Class::Directory(1)),
    Operation::get(
        "/applications/{application-id}/owners",
        "directoryObjects",
        DIRECTORY_OBJECTS,
        permission::APPLICATION,
        applications::registration_owners,
    )
    .with_beta()
    .options(RELATION)
    .class(Class::Directory(2)),
    Operation::get(
        FEDERATED_CREDENTIALS,
        "applications/federatedIdentityCredentials",
        &[&types::applications::FEDERATED_CREDENTIAL],
        permission::FEDERATED_CREDENTIALS,
        applications::federated_credentials,
    )
    .options(&[Select, Top, Filter])
    .filters(Dialect::Equality, &["name", "issuer", "subject"])
    .class(Class::Directory(1)),
    Operation::get(
        FEDERATED_CREDENTIALS,
        "applications/federatedIdentityCredentials",
        &[&types::applications::FLEXIBLE_FEDERATED_CREDENTIAL],
        permission::FEDERATED_CREDENTIALS,
        applications::flexible_credentials,
    )
    .only_beta()
    .options(&[Select, Top, Filter])
    .filters(Dialect::Equality, &["name", "issuer", "subject"])
    .class(Class::Directory(1)),
    Operation::get(
        "/oauth2PermissionGrants",
        "oauth2PermissionGrants",
        &[&types::applications::OAUTH2_PERMISSION_GRANT],
        permission::PERMISSION_GRANTS,
        applications::permission_grants,
    )
    .options(&[Select, Top, Filter])
    .filters(Dialect::Directory, &["clientId", "consentType", "principalId", "resourceId", "scope"])
    .class(Class::Directory(1)),
];
