//! Types of the tenant's settings, and of administrative units.
//!
//! Those with a source of their own are not in the shared schema.

use super::EntityType;

/// `microsoft.graph.authorizationPolicy`.
pub(crate) const AUTHORIZATION_POLICY: EntityType = EntityType {
    name: "authorizationPolicy",
    properties: "\
        id! deletedDateTime description displayName allowedToSignUpEmailBasedSubscriptions! \
        allowedToUseSSPR! allowEmailVerifiedUsersToJoinOrganization! allowInvitesFrom \
        allowUserConsentForRiskyApps blockMsolPowerShell defaultUserRolePermissions! \
        guestUserRoleId",
};

/// `microsoft.graph.internalDomainFederation`.
pub(crate) const INTERNAL_DOMAIN_FEDERATION: EntityType = EntityType {
    name: "internalDomainFederation",
    properties: "\
        id! displayName issuerUri metadataExchangeUri passiveSignInUri \
        preferredAuthenticationProtocol signingCertificate activeSignInUri federatedIdpMfaBehavior \
        isSignedAuthenticationRequestRequired nextSigningCertificate passwordResetUri \
        promptLoginBehavior signingCertificateUpdateStatus signOutUri",
};

/// `microsoft.graph.authenticationContextClassReference`.
pub(crate) const AUTHENTICATION_CONTEXT: EntityType = EntityType {
    name: "authenticationContextClassReference",
    properties: "\
        id! description displayName isAvailable",
};

/// `microsoft.graph.unifiedRbacResourceAction`.
pub(crate) const UNIFIED_RBAC_RESOURCE_ACTION: EntityType = EntityType {
    name: "unifiedRbacResourceAction",
    properties: "\
        id! actionVerb authenticationContextId description isAuthenticationContextSettable \
        isPrivileged name! resourceScopeId",
};

/// `microsoft.graph.strongAuthenticationRequirements`.
pub(crate) const STRONG_AUTHENTICATION_REQUIREMENTS: EntityType = EntityType {
    name: "strongAuthenticationRequirements",
    properties: "\
        perUserMfaState",
};

/// `microsoft.graph.administrativeUnit`.
pub(crate) const ADMINISTRATIVE_UNIT: EntityType = EntityType {
    name: "administrativeUnit",
    properties: "\
        id! deletedDateTime description displayName isMemberManagementRestricted membershipRule \
        membershipRuleProcessingState membershipType visibility",
};

/// `microsoft.graph.onPremisesDirectorySynchronization`.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/onpremisesdirectorysynchronization>.
pub(crate) const DIRECTORY_SYNCHRONIZATION: EntityType = EntityType {
    name: "onPremisesDirectorySynchronization",
    properties: "\
        id! configuration features",
};

/// `microsoft.graph.crossTenantAccessPolicyConfigurationDefault`.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/crosstenantaccesspolicyconfigurationdefault>.
pub(crate) const CROSS_TENANT_DEFAULT: EntityType = EntityType {
    name: "crossTenantAccessPolicyConfigurationDefault",
    properties: "\
        automaticUserConsentSettings b2bCollaborationInbound b2bCollaborationOutbound \
        b2bDirectConnectInbound b2bDirectConnectOutbound inboundTrust \
        invitationRedemptionIdentityProviderConfiguration isServiceDefault! tenantRestrictions",
};

/// `microsoft.graph.crossTenantAccessPolicyConfigurationPartner`.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/crosstenantaccesspolicyconfigurationpartner>.
pub(crate) const CROSS_TENANT_PARTNER: EntityType = EntityType {
    name: "crossTenantAccessPolicyConfigurationPartner",
    properties: "\
        automaticUserConsentSettings b2bCollaborationInbound b2bCollaborationOutbound \
        b2bDirectConnectInbound b2bDirectConnectOutbound inboundTrust isInMultiTenantOrganization \
        isServiceProvider tenantId! tenantRestrictions",
};
