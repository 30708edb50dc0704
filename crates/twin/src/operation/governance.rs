//! Rows of the operation table: governance and recovery.

use super::Operation;
use crate::areas::governance;
use crate::permission;
use crate::query::QueryOption::{Filter, Select, Top};
use crate::query::filter::Dialect;
use crate::types;

/// Operations on governance and recovery.
pub(super) static OPERATIONS: &[Operation] = &[
    Operation::get(
        "/identityGovernance/accessReviews/definitions",
        "identityGovernance/accessReviews/definitions",
        &[&types::governance::ACCESS_REVIEW],
        permission::ACCESS_REVIEWS,
        governance::access_reviews,
    )
    .options(&[Select, Top]),
    Operation::get(
        "/identityGovernance/lifecycleWorkflows/workflows",
        "identityGovernance/lifecycleWorkflows/workflows",
        &[&types::governance::WORKFLOW],
        permission::WORKFLOWS,
        governance::lifecycle_workflows,
    )
    .options(&[Select, Top, Filter])
    .filters(
        Dialect::Plain,
        &["id", "category", "displayName", "isEnabled", "isSchedulingEnabled"],
    ),
    Operation::get(
        "/identityGovernance/entitlementManagement/resources",
        "identityGovernance/entitlementManagement/resources",
        &[&types::governance::ACCESS_PACKAGE_RESOURCE],
        permission::CATALOG_RESOURCES,
        governance::catalog_resources,
    )
    .options(&[Select, Top, Filter])
    .filters(Dialect::Plain, &["id", "displayName", "originId", "originSystem"]),
    Operation::get(
        "/directory/recovery/jobs",
        "directory/recovery/jobs",
        &[&types::governance::RECOVERY_JOB, &types::governance::RECOVERY_PREVIEW_JOB],
        permission::RECOVERY_JOBS,
        governance::recovery_jobs,
    )
    .options(&[Select, Top]),
    Operation::get(
        "/identity/verifiedId/profiles",
        "identity/verifiedId/profiles",
        &[&types::governance::VERIFIED_ID_PROFILE],
        permission::RECOVERY_PROFILES,
        governance::recovery_profiles,
    )
    .options(&[]),
];
