//! Types of applications and of what they are granted.

use super::EntityType;

/// `microsoft.graph.application`.
pub(crate) const APPLICATION: EntityType = EntityType {
    name: "application",
    properties: "\
        id! deletedDateTime addIns[] api appId applicationTemplateId appRoles[] \
        authenticationBehaviors certification createdByAppId createdDateTime defaultRedirectUri \
        description disabledByMicrosoftStatus displayName groupMembershipClaims identifierUris[] \
        info isDeviceOnlyAuthSupported isDisabled isFallbackPublicClient keyCredentials[] \
        managerApplications[] nativeAuthenticationApisEnabled notes oauth2RequirePostResponse! \
        optionalClaims parentalControlSettings passwordCredentials[] publicClient publisherDomain \
        requestSignatureVerification requiredResourceAccess[] samlMetadataUrl \
        serviceManagementReference servicePrincipalLockConfiguration signInAudience spa tags[] \
        tokenEncryptionKeyId uniqueName verifiedPublisher web",
};

/// `microsoft.graph.federatedIdentityCredential` of v1.0.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/federatedidentitycredential>.
pub(crate) const FEDERATED_CREDENTIAL: EntityType = EntityType {
    name: "federatedIdentityCredential",
    properties: "\
        id! audiences[] description issuer! name! subject",
};

/// `microsoft.graph.federatedIdentityCredential` of beta.
///
/// Source:
/// <https://learn.microsoft.com/graph/api/resources/federatedidentitycredential?view=graph-rest-beta>.
pub(crate) const FLEXIBLE_FEDERATED_CREDENTIAL: EntityType = EntityType {
    name: "federatedIdentityCredential",
    properties: "\
        id! audiences[] claimsMatchingExpression description issuer! name! subject",
};

/// `microsoft.graph.appRoleAssignment`.
pub(crate) const APP_ROLE_ASSIGNMENT: EntityType = EntityType {
    name: "appRoleAssignment",
    properties: "\
        id! deletedDateTime appRoleId! createdDateTime principalDisplayName principalId \
        principalType resourceDisplayName resourceId",
};

/// `microsoft.graph.oAuth2PermissionGrant`.
pub(crate) const OAUTH2_PERMISSION_GRANT: EntityType = EntityType {
    name: "oAuth2PermissionGrant",
    properties: "\
        id! clientId! consentType principalId resourceId! scope",
};
