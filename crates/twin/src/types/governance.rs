//! Types of governance: terms of roles and groups, reviews, workflows, catalogs, recovery.
//!
//! Those with a source of their own are not in the shared schema.

use super::EntityType;

/// `microsoft.graph.unifiedRoleManagementPolicyAssignment`.
pub(crate) const UNIFIED_ROLE_MANAGEMENT_POLICY_ASSIGNMENT: EntityType = EntityType {
    name: "unifiedRoleManagementPolicyAssignment",
    properties: "\
        id! policyId! roleDefinitionId scopeId! scopeType!",
};

/// `microsoft.graph.privilegedAccessGroupAssignmentScheduleInstance`.
pub(crate) const PRIVILEGED_ACCESS_GROUP_ASSIGNMENT_SCHEDULE_INSTANCE: EntityType = EntityType {
    name: "privilegedAccessGroupAssignmentScheduleInstance",
    properties: "\
        id! endDateTime startDateTime accessId assignmentScheduleId assignmentType groupId \
        memberType principalId",
};

/// `microsoft.graph.accessReviewScheduleDefinition`.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/accessreviewscheduledefinition>.
pub(crate) const ACCESS_REVIEW: EntityType = EntityType {
    name: "accessReviewScheduleDefinition",
    properties: "\
        id! additionalNotificationRecipients createdBy createdDateTime descriptionForAdmins \
        descriptionForReviewers displayName fallbackReviewers instanceEnumerationScope \
        lastModifiedDateTime reviewers scope settings stageSettings status",
};

/// `microsoft.graph.identityGovernance.workflow`.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/identitygovernance-workflow>.
pub(crate) const WORKFLOW: EntityType = EntityType {
    name: "identityGovernance.workflow",
    properties: "\
        id! category! createdDateTime deletedDateTime description displayName! executionConditions \
        isEnabled! isSchedulingEnabled! lastModifiedDateTime nextScheduleRunDateTime version!",
};

/// `microsoft.graph.accessPackageResource`.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/accesspackageresource>.
pub(crate) const ACCESS_PACKAGE_RESOURCE: EntityType = EntityType {
    name: "accessPackageResource",
    properties: "\
        id! createdDateTime description displayName modifiedDateTime originId originSystem",
};

/// `microsoft.graph.entraRecoveryServices.recoveryJob`.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/entrarecoveryservices-recoveryjob>.
pub(crate) const RECOVERY_JOB: EntityType = EntityType {
    name: "entraRecoveryServices.recoveryJob",
    properties: "\
        id! filteringCriteria jobCompletionDateTime jobStartDateTime status targetStateDateTime \
        totalChangedLinksCalculated totalChangedObjectsCalculated totalFailedChanges \
        totalLinksModified totalObjectsModified",
};

/// `microsoft.graph.entraRecoveryServices.recoveryPreviewJob`.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/entrarecoveryservices-recoverypreviewjob>.
pub(crate) const RECOVERY_PREVIEW_JOB: EntityType = EntityType {
    name: "entraRecoveryServices.recoveryPreviewJob",
    properties: "\
        id! filteringCriteria jobCompletionDateTime jobStartDateTime status targetStateDateTime \
        totalChangedLinksCalculated totalChangedObjectsCalculated",
};

/// `microsoft.graph.verifiedIdProfile`.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/verifiedidprofile>.
pub(crate) const VERIFIED_ID_PROFILE: EntityType = EntityType {
    name: "verifiedIdProfile",
    properties: "\
        id! description faceCheckConfiguration lastModifiedDateTime name priority state \
        verifiedIdProfileConfiguration verifiedIdUsageConfigurations[] verifierDid",
};
