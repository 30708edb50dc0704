//! Types of the logs.

use super::EntityType;

/// `microsoft.graph.signIn` of v1.0.
pub(crate) const SIGN_IN: EntityType = EntityType {
    name: "signIn",
    properties: "\
        id! appDisplayName appId appliedConditionalAccessPolicies authenticationAppDeviceDetails \
        clientAppUsed conditionalAccessStatus correlationId createdDateTime! deviceDetail \
        homeTenantId ipAddress isInteractive location resourceDisplayName resourceId \
        resourceTenantId riskDetail riskEventTypes riskEventTypes_v2 riskLevelAggregated \
        riskLevelDuringSignIn riskState servicePrincipalId servicePrincipalName status userAgent \
        userDisplayName userId! userPrincipalName",
};

/// `microsoft.graph.signIn` of beta.
pub(crate) const SIGN_IN_BETA: EntityType = EntityType {
    name: "signIn",
    properties: "\
        id! agent appDisplayName appId appOwnerTenantId appTokenProtectionStatus \
        appliedConditionalAccessPolicies appliedEventListeners authenticationAppDeviceDetails \
        authenticationAppPolicyEvaluationDetails authenticationContextClassReferences \
        authenticationDetails authenticationMethodsUsed authenticationProcessingDetails \
        authenticationProtocol authenticationRequirement authenticationRequirementPolicies \
        autonomousSystemNumber azureResourceId clientAppUsed clientCredentialType clientSessionId \
        conditionalAccessAudiences conditionalAccessStatus correlationId createdDateTime! \
        crossTenantAccessType deviceDetail federatedCredentialId flaggedForReview \
        globalSecureAccessIpAddress homeTenantId homeTenantName incomingTokenType ipAddress \
        ipAddressFromResourceProvider isInteractive isTenantRestricted isThroughGlobalSecureAccess \
        location managedServiceIdentity mfaDetail networkLocationDetails originalRequestId \
        originalTransferMethod privateLinkDetails processingTimeInMilliseconds resourceDisplayName \
        resourceId resourceOwnerTenantId resourceServicePrincipalId resourceTenantId riskDetail \
        riskEventTypes_v2 riskLevelAggregated riskLevelDuringSignIn riskState \
        servicePrincipalCredentialKeyId servicePrincipalCredentialThumbprint servicePrincipalId \
        servicePrincipalName sessionId sessionLifetimePolicies signInEventTypes signInIdentifier \
        signInIdentifierType signInTokenProtectionStatus status tokenIssuerName tokenIssuerType \
        tokenProtectionStatusDetails uniqueTokenIdentifier userAgent userDisplayName userId! \
        userPrincipalName userType",
};

/// `microsoft.graph.directoryAudit`.
pub(crate) const DIRECTORY_AUDIT: EntityType = EntityType {
    name: "directoryAudit",
    properties: "\
        id! activityDateTime! activityDisplayName! additionalDetails category! correlationId \
        initiatedBy! loggedByService operationType result resultReason targetResources",
};
