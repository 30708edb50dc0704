//! One object of each entity with everything set, as Graph writes it.

use serde_json::{Value, json};

pub fn organization() -> Value {
    json!({
        "id": "84841066-274d-4ec0-a5c1-276be684bdd3",
        "displayName": "Contoso",
        "onPremisesSyncEnabled": true,
        "assignedPlans": [
            {"servicePlanId": "41781fb2-bc02-4b7c-bd55-b576c07bb09d", "capabilityStatus": "Enabled",
             "service": "AADPremiumService", "assignedDateTime": "2020-08-04T02:54:27Z"},
            {"servicePlanId": "eec0eb4f-6444-4f95-aba0-50c24d67f998",
             "capabilityStatus": "Deleted"},
        ],
        "tenantType": "AAD",
        "createdDateTime": "2018-12-16T06:05:54Z",
        "technicalNotificationMails": ["adele@contoso.com"],
    })
}

pub fn domain() -> Value {
    json!({
        "id": "Contoso.onmicrosoft.com", "authenticationType": "Managed", "isInitial": true,
        "isDefault": false, "isVerified": true, "isRoot": true,
        "passwordValidityPeriodInDays": 2_147_483_647, "passwordNotificationWindowInDays": 14,
        "supportedServices": ["Email"],
    })
}

pub fn security_defaults() -> Value {
    json!({
        "id": "00000000-0000-0000-0000-000000000005", "isEnabled": false,
        "displayName": "Security Defaults", "description": "…",
    })
}

pub fn methods_policy() -> Value {
    let all = json!({"targetType": "group", "id": "all_users", "isRegistrationRequired": false});
    let out = json!({"targetType": "group", "id": "00000000-0000-0000-0000-000000000077"});
    let keys = json!({"isEnforced": true, "enforcementType": "allow",
        "aaGuids": ["cb69481e-8ff7-4039-93ec-0a2729a154a8"]});
    json!({
        "id": "authenticationMethodsPolicy",
        "displayName": "Authentication Methods Policy",
        "policyMigrationState": "migrationComplete",
        "policyVersion": "1.5",
        "registrationEnforcement": {"authenticationMethodsRegistrationCampaign": {
            "snoozeDurationInDays": 1, "state": "default", "excludeTargets": [out.clone()],
            "includeTargets": [{"id": "all_users", "targetType": "group",
                "targetedAuthenticationMethod": "microsoftAuthenticator"}],
        }},
        "authenticationMethodConfigurations": [
            {
                "@odata.type": "#microsoft.graph.fido2AuthenticationMethodConfiguration",
                "id": "Fido2", "state": "enabled",
                "isSelfServiceRegistrationAllowed": true, "isAttestationEnforced": false,
                "keyRestrictions": keys.clone(), "excludeTargets": [out],
                "includeTargets": [{"targetType": "group", "id": "all_users",
                    "isRegistrationRequired": false,
                    "allowedPasskeyProfiles": ["00000000-0000-0000-0000-000000000001"]}],
                "defaultPasskeyProfile": "00000000-0000-0000-0000-000000000001",
                "passkeyProfiles": [{
                    "id": "00000000-0000-0000-0000-000000000001", "name": "Default",
                    "passkeyTypes": "deviceBound,synced", "attestationEnforcement": "disabled",
                    "keyRestrictions": keys,
                }],
            },
            {
                "@odata.type": "#microsoft.graph.smsAuthenticationMethodConfiguration",
                "id": "Sms", "state": "disabled", "excludeTargets": [],
                "includeTargets": [{"targetType": "group", "id": "all_users",
                    "isRegistrationRequired": false, "isUsableForSignIn": false}],
            },
            {
                "@odata.type":
                    "#microsoft.graph.temporaryAccessPassAuthenticationMethodConfiguration",
                "id": "TemporaryAccessPass", "state": "enabled", "excludeTargets": [],
                "includeTargets": [all], "isUsableOnce": true, "defaultLength": 8,
            },
        ],
    })
}

pub fn strength() -> Value {
    json!({
        "id": "11111111-0000-0000-0000-000000000004",
        "displayName": "Keys", "description": "…", "policyType": "custom",
        "requirementsSatisfied": "mfa", "createdDateTime": "2023-01-01T00:00:00Z",
        "modifiedDateTime": "2023-01-01T00:00:00Z",
        "allowedCombinations": ["fido2", "password,hardwareOath", "x509CertificateMultiFactor"],
        "combinationConfigurations": [
            {"@odata.type": "#microsoft.graph.fido2CombinationConfiguration",
             "id": "96cfde7a-1111-4811-8b1a-d3a3d4f14ee8", "appliesToCombinations": ["fido2"],
             "allowedAAGUIDs": ["cb69481e-8ff7-4039-93ec-0a2729a154a8"]},
            {"@odata.type": "#microsoft.graph.x509CertificateCombinationConfiguration",
             "id": "96cfde7a-1111-4811-8b1a-d3a3d4f14ee9",
             "appliesToCombinations": ["x509CertificateMultiFactor"],
             "allowedIssuerSkis": ["9A4248C6AC8C2931AB2A86537818E92E7B6C97B6"]},
        ],
    })
}

fn conditions() -> Value {
    let filter = json!({"mode": "exclude", "rule": "device.isCompliant -eq True"});
    json!({
        "users": {
            "includeUsers": ["All"],
            "excludeUsers": ["GuestsOrExternalUsers", "00000000-0000-0000-0000-0000000000a1"],
            "includeGroups": [], "excludeGroups": ["00000000-0000-0000-0000-0000000000b1"],
            "includeRoles": ["62e90394-69f5-4237-9190-012177145e10"], "excludeRoles": [],
            "includeGuestsOrExternalUsers": {
                "guestOrExternalUserTypes": "internalGuest,serviceProvider",
                "externalTenants": {
                    "@odata.type": "#microsoft.graph.conditionalAccessEnumeratedExternalTenants",
                    "membershipKind": "enumerated", "members": ["t1"]},
            },
            "excludeGuestsOrExternalUsers": {
                "guestOrExternalUserTypes": "b2bCollaborationGuest",
                "externalTenants": {
                    "@odata.type": "#microsoft.graph.conditionalAccessAllExternalTenants",
                    "membershipKind": "all"},
            },
        },
        "clientApplications": {
            "includeServicePrincipals": ["ServicePrincipalsInMyTenant"],
            "excludeServicePrincipals": [], "servicePrincipalFilter": filter.clone(),
            "agentIdServicePrincipalFilter": null, "includeAgentIdServicePrincipals": [],
        },
        "applications": {
            "includeApplications": ["All", "MicrosoftAdminPortals"],
            "excludeApplications": ["Office365", "00000003-0000-0ff1-ce00-000000000000"],
            "includeUserActions": ["urn:user:registersecurityinfo"],
            "includeAuthenticationContextClassReferences": ["c1"],
            "applicationFilter": filter.clone(),
        },
        "clientAppTypes": ["browser", "other"],
        "platforms": {"includePlatforms": ["all"], "excludePlatforms": ["iOS", "macOS"]},
        "locations": {"includeLocations": ["All"],
            "excludeLocations": ["AllTrusted", "00000000-0000-0000-0000-0000000000c1"]},
        "devices": {"deviceFilter": filter, "includeDevices": ["All"]},
        "signInRiskLevels": ["high"], "userRiskLevels": ["low", "medium"],
        "servicePrincipalRiskLevels": ["none"], "insiderRiskLevels": "minor,elevated",
        "agentIdRiskLevels": "high",
        "authenticationFlows": {"transferMethods": "deviceCodeFlow,authenticationTransfer"},
    })
}

pub fn policy() -> Value {
    json!({
        "id": "0c4a1b2c-0000-0000-0000-000000000001",
        "displayName": "Everything", "state": "enabledForReportingButNotEnforced",
        "templateId": "c7503427-338e-4c5e-902d-abe252abfb43",
        "createdDateTime": "2022-10-13T06:07:41.2871117Z",
        "modifiedDateTime": "2023-10-13T06:07:41Z",
        "conditions": conditions(),
        "grantControls": {
            "operator": "AND", "builtInControls": ["mfa", "compliantDevice"],
            "customAuthenticationFactors": ["RequireDuo"],
            "termsOfUse": ["ce580154-086a-40fd-91df-8a60abac81a0"],
            "authenticationStrength": strength(),
        },
        "sessionControls": {
            "applicationEnforcedRestrictions": {"isEnabled": true},
            "cloudAppSecurity": {"isEnabled": true, "cloudAppSecurityType": "blockDownloads"},
            "persistentBrowser": {"isEnabled": true, "mode": "never"},
            "signInFrequency": {"isEnabled": true, "value": 4, "type": "hours",
                "frequencyInterval": "timeBased",
                "authenticationType": "primaryAndSecondaryAuthentication"},
            "disableResilienceDefaults": true,
            "secureSignInSession": {"isEnabled": true},
            "continuousAccessEvaluation": {"mode": "strictLocation"},
        },
    })
}

pub fn locations() -> Vec<Value> {
    vec![
        json!({
            "@odata.type": "#microsoft.graph.ipNamedLocation",
            "id": "00000000-0000-0000-0000-0000000000c1", "displayName": "HQ", "isTrusted": true,
            "createdDateTime": "2022-10-13T06:07:41Z",
            "ipRanges": [
                {"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "203.0.113.0/24"},
                {"@odata.type": "#microsoft.graph.iPv6CidrRange", "cidrAddress": "2001:db8::/32"},
                {"@odata.type": "#microsoft.graph.iPv4Range",
                 "lowerAddress": "198.51.100.1", "upperAddress": "198.51.100.9"},
            ],
        }),
        json!({
            "@odata.type": "#microsoft.graph.countryNamedLocation",
            "id": "00000000-0000-0000-0000-0000000000c2", "displayName": "DACH",
            "countriesAndRegions": ["DE", "AT", "CH"], "includeUnknownCountriesAndRegions": true,
            "countryLookupMethod": "authenticatorAppGps",
        }),
    ]
}

pub fn user() -> Value {
    json!({
        "id": "00000000-0000-0000-0000-0000000000a1",
        "userPrincipalName": "bg1@contoso.onmicrosoft.com", "displayName": "BG 1",
        "mail": "bg1@contoso.com",
        "proxyAddresses": ["SMTP:bg1@contoso.com", "smtp:spare@contoso.com"],
        "accountEnabled": true, "userType": "Member", "onPremisesSyncEnabled": null,
        "onPremisesImmutableId": "abc==", "createdDateTime": "2024-01-01T00:00:00Z",
        "employeeLeaveDateTime": "2027-01-01T00:00:00Z", "isManagementRestricted": false,
        "assignedLicenses": [
            {"skuId": "cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46", "disabledPlans": []}],
        "passwordPolicies": "DisablePasswordExpiration, DisableStrongPassword",
        "passwordProfile": {"forceChangePasswordNextSignIn": true},
        "lastPasswordChangeDateTime": "2024-01-01T00:00:00Z",
        "mobilePhone": "+1 2065551234", "jobTitle": "Key",
    })
}

pub fn methods() -> Vec<Value> {
    vec![
        json!({
            "@odata.type": "#microsoft.graph.fido2AuthenticationMethod", "id": "-2_GRUg2-HYz6",
            "displayName": "Red", "createdDateTime": "2020-08-10T06:44:09Z",
            "aaGuid": "2fc0579f-8113-47ea-b116-bb5a8db9202a", "model": "YubiKey 5",
            "attestationCertificates": ["dbe793efdf"], "attestationLevel": "attested",
            "passkeyType": "deviceBound",
        }),
        json!({
            "@odata.type": "#microsoft.graph.phoneAuthenticationMethod",
            "id": "3179e48a-750b-4051-897c-87b9720928f7", "phoneNumber": "+1 2065555555",
            "phoneType": "mobile", "smsSignInState": "ready",
        }),
        json!({
            "@odata.type": "#microsoft.graph.temporaryAccessPassAuthenticationMethod",
            "id": "6f1967b7", "temporaryAccessPass": "T0p$ecret", "isUsable": true,
            "createdDateTime": "2022-06-05T00:00:00Z", "lifetimeInMinutes": 60,
        }),
        json!({
            "@odata.type": "#microsoft.graph.passwordAuthenticationMethod",
            "id": "28c10230-6103-485e-b985-444c60001490", "password": "hunter2",
            "createdDateTime": null,
        }),
        json!({
            "@odata.type": "#microsoft.graph.emailAuthenticationMethod",
            "id": "3ddfcfc8-9383-446f-83cc-3ab9be4be18f", "emailAddress": "kim@contoso.com",
        }),
    ]
}

pub fn group() -> Value {
    json!({
        "id": "00000000-0000-0000-0000-0000000000b1", "displayName": "Emergency access",
        "securityEnabled": true, "mailEnabled": false, "isAssignableToRole": true,
        "groupTypes": ["DynamicMembership"], "membershipRule": "user.department -eq \"x\"",
        "onPremisesSyncEnabled": null, "expirationDateTime": "2027-06-14T10:01:31Z",
        "isManagementRestricted": false, "visibility": "Private",
    })
}

pub fn directory_objects() -> Vec<Value> {
    vec![
        json!({"@odata.type": "#microsoft.graph.user", "displayName": "BG 1",
            "id": "00000000-0000-0000-0000-0000000000a1"}),
        json!({"@odata.type": "#microsoft.graph.group", "displayName": null,
            "id": "00000000-0000-0000-0000-0000000000b2"}),
        json!({"@odata.type": "#microsoft.graph.servicePrincipal", "displayName": "App",
            "id": "00000000-0000-0000-0000-0000000000d1"}),
    ]
}

pub fn membership() -> Value {
    json!({"@odata.type": "#microsoft.graph.directoryRole", "displayName": "Global Administrator",
        "id": "00000000-0000-0000-0000-0000000000e1",
        "roleTemplateId": "62e90394-69f5-4237-9190-012177145e10"})
}

pub fn role_definition() -> Value {
    json!({"id": "62e90394-69f5-4237-9190-012177145e10", "isBuiltIn": true, "isEnabled": true,
        "templateId": "62e90394-69f5-4237-9190-012177145e10", "version": "1",
        "displayName": "Global Administrator"})
}

pub fn role_assignment() -> Value {
    json!({"id": "lAPpYvVpN0KRkAEhdxReEA-1", "directoryScopeId": "/",
        "principalId": "00000000-0000-0000-0000-0000000000a1",
        "roleDefinitionId": "62e90394-69f5-4237-9190-012177145e10",
        "principal": {"@odata.type": "#microsoft.graph.user", "displayName": "BG 1",
            "id": "00000000-0000-0000-0000-0000000000a1"}})
}

pub fn assignment_schedule() -> Value {
    json!({"id": "lAPpYvVpN0KRkAEhdxReEA-2", "directoryScopeId": "/",
        "principalId": "00000000-0000-0000-0000-0000000000a1",
        "roleDefinitionId": "62e90394-69f5-4237-9190-012177145e10",
        "assignmentType": "Activated", "memberType": "Direct",
        "startDateTime": "2024-01-01T00:00:00Z", "endDateTime": "2024-01-01T08:00:00Z"})
}

pub fn eligibility_schedule() -> Value {
    json!({"id": "lAPpYvVpN0KRkAEhdxReEA-3", "directoryScopeId": "/",
        "principalId": "00000000-0000-0000-0000-0000000000b1",
        "memberType": "Group", "startDateTime": "2024-01-01T00:00:00Z", "endDateTime": null})
}

pub fn group_eligibility() -> Value {
    json!({"id": "x_member_y", "accessId": "member", "memberType": "direct",
        "groupId": "00000000-0000-0000-0000-0000000000b1",
        "principalId": "00000000-0000-0000-0000-0000000000a1",
        "startDateTime": "2024-01-01T00:00:00Z", "endDateTime": null,
        "eligibilityScheduleId": "x"})
}
