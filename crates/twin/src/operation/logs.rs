//! The rows of the logs.

use super::Operation;
use super::table::LIST;
use crate::areas::logs;
use crate::permission;
use crate::query::filter::Dialect;
use crate::throttle::Class;
use crate::types;

/// Properties of sign-ins that `$filter` may name, in both versions.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/signin>.
const SIGN_IN_FILTERS: &[&str] = &[
    "id",
    "appDisplayName",
    "appId",
    "clientAppUsed",
    "conditionalAccessStatus",
    "correlationId",
    "createdDateTime",
    "ipAddress",
    "resourceDisplayName",
    "resourceId",
    "status/errorCode",
    "userDisplayName",
    "userId",
    "userPrincipalName",
];

/// The same and those of beta.
const SIGN_IN_FILTERS_BETA: &[&str] = &[
    "id",
    "appDisplayName",
    "appId",
    "clientAppUsed",
    "conditionalAccessStatus",
    "correlationId",
    "createdDateTime",
    "ipAddress",
    "originalRequestId",
    "resourceDisplayName",
    "resourceId",
    "servicePrincipalId",
    "signInEventTypes",
    "status/errorCode",
    "userDisplayName",
    "userId",
    "userPrincipalName",
];

/// Operations of the logs.
pub(super) static OPERATIONS: &[Operation] = &[
    Operation::get(
        "/auditLogs/signIns",
        "auditLogs/signIns",
        &[&types::logs::SIGN_IN],
        permission::SIGN_INS,
        logs::sign_ins,
    )
    .options(LIST)
    .filters(Dialect::Plain, SIGN_IN_FILTERS)
    .class(Class::Reports),
    Operation::get(
        "/auditLogs/signIns",
        "auditLogs/signIns",
        &[&types::logs::SIGN_IN_BETA],
        permission::SIGN_INS,
        logs::sign_ins,
    )
    .only_beta()
    .options(LIST)
    .filters(Dialect::Plain, SIGN_IN_FILTERS_BETA)
    .class(Class::Reports),
    Operation::get(
        "/auditLogs/directoryAudits",
        "auditLogs/directoryAudits",
        &[&types::logs::DIRECTORY_AUDIT],
        permission::DIRECTORY_AUDITS,
        logs::directory_audits,
    )
    .options(LIST)
    .filters(
        Dialect::Plain,
        &["activityDateTime", "activityDisplayName", "correlationId", "id", "loggedByService"],
    )
    .class(Class::Reports),
];
