//! Structural properties of the types that the twin answers with.
//!
//! Source: `graph-v1.0.subset.json` and `graph-beta.subset.json` of the shared Graph schema
//! (msgraph-metadata f54f11b6; the two versions joined). A name alone is nullable, `[]` marks a
//! collection that is never null, `!` a property without an empty value.

pub(crate) mod applications;
pub(crate) mod governance;
pub(crate) mod logs;
pub(crate) mod settings;

/// A type of Graph's, with the properties that `$select` may name on it.
#[derive(Debug)]
pub(crate) struct EntityType {
    /// Its name without the namespace, such as `user`.
    pub(crate) name: &'static str,
    /// Property names with their marks, separated by white space.
    properties: &'static str,
}

/// What stands in an answer for a property that an object does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Empty {
    /// `null`.
    Null,
    /// `[]`.
    List,
    /// Nothing: the property has no empty value.
    Absent,
}

impl EntityType {
    /// Every property, with what an object without it answers.
    pub(crate) fn properties(&self) -> impl Iterator<Item = (&'static str, Empty)> {
        self.properties.split_ascii_whitespace().map(|word| {
            if let Some(name) = word.strip_suffix("[]") {
                (name, Empty::List)
            } else if let Some(name) = word.strip_suffix('!') {
                (name, Empty::Absent)
            } else {
                (word, Empty::Null)
            }
        })
    }

    /// The property that `name` means, in any letter case.
    pub(crate) fn property(&self, name: &str) -> Option<(&'static str, Empty)> {
        self.properties().find(|(known, _)| known.eq_ignore_ascii_case(name))
    }
}

/// `microsoft.graph.user`.
pub(crate) const USER: EntityType = EntityType {
    name: "user",
    properties: "\
        id! deletedDateTime aboutMe accountEnabled ageGroup assignedLicenses[] assignedPlans[] \
        authorizationInfo birthday! businessPhones[] city companyName consentProvidedForMinor \
        country createdDateTime creationType customSecurityAttributes department \
        deviceEnrollmentLimit! displayName employeeHireDate employeeId employeeLeaveDateTime \
        employeeOrgData employeeType externalUserState externalUserStateChangeDateTime faxNumber \
        givenName hireDate! identities identityParentId imAddresses interests \
        isManagementRestricted isResourceAccount jobTitle lastPasswordChangeDateTime \
        legalAgeGroupClassification licenseAssignmentStates mail mailboxSettings mailNickname \
        mobilePhone mySite officeLocation onPremisesDistinguishedName onPremisesDomainName \
        onPremisesExtensionAttributes onPremisesImmutableId onPremisesLastSyncDateTime \
        onPremisesProvisioningErrors onPremisesSamAccountName onPremisesSecurityIdentifier \
        onPremisesSyncEnabled onPremisesUserPrincipalName otherMails[] passwordPolicies \
        passwordProfile pastProjects postalCode preferredDataLocation preferredLanguage \
        preferredName print provisionedPlans[] proxyAddresses[] responsibilities schools \
        securityIdentifier serviceProvisioningErrors showInAddressList signInActivity \
        signInSessionsValidFromDateTime skills state streetAddress surname usageLocation \
        userPrincipalName userType",
};

/// `microsoft.graph.group`.
pub(crate) const GROUP: EntityType = EntityType {
    name: "group",
    properties: "\
        id! deletedDateTime accessType allowExternalSenders assignedLabels assignedLicenses \
        autoSubscribeNewMembers classification createdDateTime description displayName \
        expirationDateTime groupTypes[] hasMembersWithLicenseErrors hideFromAddressLists \
        hideFromOutlookClients infoCatalogs[] isArchived isAssignableToRole isFavorite \
        isManagementRestricted isSubscribedByMail licenseProcessingState mail mailEnabled \
        mailNickname membershipRule membershipRuleProcessingState onPremisesDomainName \
        onPremisesExtensionAttributes onPremisesLastSyncDateTime onPremisesNetBiosName \
        onPremisesProvisioningErrors onPremisesSamAccountName onPremisesSecurityIdentifier \
        onPremisesSyncEnabled organizationId preferredDataLocation preferredLanguage \
        proxyAddresses[] renewedDateTime resourceBehaviorOptions[] resourceProvisioningOptions[] \
        securityEnabled securityIdentifier serviceProvisioningErrors theme uniqueName \
        unseenConversationsCount unseenCount unseenMessagesCount visibility welcomeMessageEnabled",
};

/// `microsoft.graph.servicePrincipal`.
pub(crate) const SERVICE_PRINCIPAL: EntityType = EntityType {
    name: "servicePrincipal",
    properties: "\
        id! deletedDateTime accountEnabled addIns[] alternativeNames[] appDescription \
        appDisplayName appId applicationTemplateId appOwnerOrganizationId \
        appRoleAssignmentRequired! appRoles[] createdByAppId customSecurityAttributes description \
        disabledByMicrosoftStatus displayName homepage info isDisabled keyCredentials[] loginUrl \
        logoutUrl notes notificationEmailAddresses[] oauth2PermissionScopes[] \
        passwordCredentials[] preferredSingleSignOnMode preferredTokenSigningKeyThumbprint \
        replyUrls[] resourceSpecificApplicationPermissions[] samlSingleSignOnSettings \
        servicePrincipalNames[] servicePrincipalType signInAudience tags[] tokenEncryptionKeyId \
        verifiedPublisher appRoleAssignments",
};

/// `microsoft.graph.directoryRole`.
pub(crate) const DIRECTORY_ROLE: EntityType = EntityType {
    name: "directoryRole",
    properties: "\
        id! deletedDateTime description displayName roleTemplateId",
};

/// `microsoft.graph.organization`.
pub(crate) const ORGANIZATION: EntityType = EntityType {
    name: "organization",
    properties: "\
        id! deletedDateTime assignedPlans[] businessPhones[] city country countryLetterCode \
        createdDateTime defaultUsageLocation displayName marketingNotificationEmails[] \
        mobileDeviceManagementAuthority! onPremisesLastSyncDateTime onPremisesSyncEnabled \
        partnerTenantType postalCode preferredLanguage privacyProfile provisionedPlans[] \
        securityComplianceNotificationMails[] securityComplianceNotificationPhones[] state street \
        technicalNotificationMails[] tenantType verifiedDomains[]",
};

/// `microsoft.graph.domain`.
pub(crate) const DOMAIN: EntityType = EntityType {
    name: "domain",
    properties: "\
        id! authenticationType! availabilityStatus isAdminManaged! isDefault! isInitial! isRoot! \
        isVerified! manufacturer model passwordNotificationWindowInDays \
        passwordValidityPeriodInDays state supportedServices[]",
};

/// `microsoft.graph.identitySecurityDefaultsEnforcementPolicy`.
pub(crate) const IDENTITY_SECURITY_DEFAULTS_ENFORCEMENT_POLICY: EntityType = EntityType {
    name: "identitySecurityDefaultsEnforcementPolicy",
    properties: "\
        id! deletedDateTime description displayName isEnabled!",
};

/// `microsoft.graph.authenticationMethodsPolicy`.
pub(crate) const AUTHENTICATION_METHODS_POLICY: EntityType = EntityType {
    name: "authenticationMethodsPolicy",
    properties: "\
        id! authenticationMethodConfigurations description displayName lastModifiedDateTime \
        microsoftAuthenticatorPlatformSettings policyMigrationState policyVersion \
        reconfirmationInDays registrationEnforcement reportSuspiciousActivitySettings \
        systemCredentialPreferences",
};

/// `microsoft.graph.authenticationStrengthPolicy`.
pub(crate) const AUTHENTICATION_STRENGTH_POLICY: EntityType = EntityType {
    name: "authenticationStrengthPolicy",
    properties: "\
        id! allowedCombinations[] createdDateTime! description displayName! modifiedDateTime! \
        policyType! requirementsSatisfied! combinationConfigurations",
};

/// `microsoft.graph.conditionalAccessPolicy`.
pub(crate) const CONDITIONAL_ACCESS_POLICY: EntityType = EntityType {
    name: "conditionalAccessPolicy",
    properties: "\
        deletedDateTime conditions! createdDateTime description displayName! grantControls id! \
        modifiedDateTime sessionControls state! templateId",
};

/// `microsoft.graph.whatIfAnalysisResult`: a policy with the answer about it.
pub(crate) const WHAT_IF_ANALYSIS_RESULT: EntityType = EntityType {
    name: "whatIfAnalysisResult",
    properties: "\
        deletedDateTime conditions! createdDateTime description displayName! grantControls id! \
        modifiedDateTime sessionControls state! templateId analysisReasons! policyApplies!",
};

/// `microsoft.graph.namedLocation`; `compliantNetworkType` is of a type that the subset of beta
/// lacks (<https://learn.microsoft.com/graph/api/resources/compliantnetworknamedlocation>).
pub(crate) const NAMED_LOCATION: EntityType = EntityType {
    name: "namedLocation",
    properties: "\
        deletedDateTime createdDateTime displayName! id! modifiedDateTime ipRanges! isTrusted! \
        countriesAndRegions! countryLookupMethod! includeUnknownCountriesAndRegions! \
        compliantNetworkType!",
};

/// `microsoft.graph.unifiedRoleDefinition`.
pub(crate) const UNIFIED_ROLE_DEFINITION: EntityType = EntityType {
    name: "unifiedRoleDefinition",
    properties: "\
        id! description displayName isBuiltIn isEnabled isPrivileged! resourceScopes[] \
        rolePermissions[] templateId version",
};

/// `microsoft.graph.unifiedRoleAssignment`.
pub(crate) const UNIFIED_ROLE_ASSIGNMENT: EntityType = EntityType {
    name: "unifiedRoleAssignment",
    properties: "\
        id! appScopeId condition directoryScopeId principalId principalOrganizationId \
        roleDefinitionId",
};

/// `microsoft.graph.unifiedRoleAssignmentScheduleInstance`.
pub(crate) const UNIFIED_ROLE_ASSIGNMENT_SCHEDULE_INSTANCE: EntityType = EntityType {
    name: "unifiedRoleAssignmentScheduleInstance",
    properties: "\
        id! appScopeId directoryScopeId principalId roleDefinitionId assignmentType endDateTime \
        memberType roleAssignmentOriginId roleAssignmentScheduleId startDateTime",
};

/// `microsoft.graph.unifiedRoleEligibilityScheduleInstance`.
pub(crate) const UNIFIED_ROLE_ELIGIBILITY_SCHEDULE_INSTANCE: EntityType = EntityType {
    name: "unifiedRoleEligibilityScheduleInstance",
    properties: "\
        id! appScopeId directoryScopeId principalId roleDefinitionId endDateTime memberType \
        roleEligibilityScheduleId startDateTime",
};

/// `microsoft.graph.privilegedAccessGroupEligibilityScheduleInstance`.
pub(crate) const PRIVILEGED_ACCESS_GROUP_ELIGIBILITY_SCHEDULE_INSTANCE: EntityType = EntityType {
    name: "privilegedAccessGroupEligibilityScheduleInstance",
    properties: "\
        id! endDateTime startDateTime accessId eligibilityScheduleId groupId memberType \
        principalId",
};

/// `microsoft.graph.subscribedSku`.
pub(crate) const SUBSCRIBED_SKU: EntityType = EntityType {
    name: "subscribedSku",
    properties: "\
        id! accountId accountName appliesTo capabilityStatus consumedUnits prepaidUnits \
        servicePlans[] skuId skuPartNumber subscriptionIds",
};

/// `microsoft.graph.delegatedAdminCustomer`.
pub(crate) const DELEGATED_ADMIN_CUSTOMER: EntityType =
    EntityType { name: "delegatedAdminCustomer", properties: "id! displayName tenantId!" };

/// `microsoft.graph.delegatedAdminRelationship`.
pub(crate) const DELEGATED_ADMIN_RELATIONSHIP: EntityType = EntityType {
    name: "delegatedAdminRelationship",
    properties: "\
        id! accessDetails! activatedDateTime autoExtendDuration! createdDateTime customer \
        displayName! duration! endDateTime lastModifiedDateTime status",
};

/// `microsoft.graph.delegatedAdminAccessAssignment`.
pub(crate) const DELEGATED_ADMIN_ACCESS_ASSIGNMENT: EntityType = EntityType {
    name: "delegatedAdminAccessAssignment",
    properties: "\
        id! accessContainer! accessDetails! createdDateTime lastModifiedDateTime status",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_no_part_of_a_name() {
        assert_eq!(USER.property("ACCOUNTENABLED"), Some(("accountEnabled", Empty::Null)));
        assert_eq!(USER.property("assignedLicenses"), Some(("assignedLicenses", Empty::List)));
        assert_eq!(USER.property("id"), Some(("id", Empty::Absent)));
        assert_eq!(USER.property("accountEnabld"), None);
        assert_eq!(USER.property("id!"), None);
    }
}
