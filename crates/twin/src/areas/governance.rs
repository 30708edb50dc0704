//! What changes access without anybody asking: reviews, workflows, catalogs, recovery.

use super::licence::{Plan, require};
use crate::error::GraphError;
use crate::operation::{Answer, Call};

/// `GET /identityGovernance/accessReviews/definitions`.
pub(crate) fn access_reviews(call: &Call<'_>) -> Result<Answer, GraphError> {
    require(call, Plan::P2, GraphError::premium_required)?;
    Ok(Answer::many(call.directory.governance.access_reviews.clone()))
}

/// `GET /identityGovernance/lifecycleWorkflows/workflows`.
pub(crate) fn lifecycle_workflows(call: &Call<'_>) -> Result<Answer, GraphError> {
    require(call, Plan::Governance, GraphError::governance_required)?;
    Ok(Answer::many(call.directory.governance.lifecycle_workflows.clone()))
}

/// `GET /identityGovernance/entitlementManagement/resources`.
pub(crate) fn catalog_resources(call: &Call<'_>) -> Result<Answer, GraphError> {
    require(call, Plan::P2, GraphError::no_licence)?;
    Ok(Answer::many(call.directory.governance.catalog_resources.clone()))
}

/// `GET /directory/recovery/jobs`.
pub(crate) fn recovery_jobs(call: &Call<'_>) -> Result<Answer, GraphError> {
    Ok(Answer::many(call.directory.governance.recovery_jobs.clone()))
}

/// `GET /identity/verifiedId/profiles`.
pub(crate) fn recovery_profiles(call: &Call<'_>) -> Result<Answer, GraphError> {
    Ok(Answer::many(call.directory.governance.recovery_profiles.clone()))
}
