//! One object of each entity around the directory, with everything set, as Graph writes it: the
//! tenant's settings, its applications, its partners and what removes access by itself.

use serde_json::{Value, json};

pub fn authorization_policy() -> Value {
    json!({
        "id": "authorizationPolicy", "displayName": "Authorization Policy",
        "allowedToUseSSPR": true, "allowInvitesFrom": "adminsAndGuestInviters",
        "allowUserConsentForRiskyApps": false, "blockMsolPowerShell": false,
        "guestUserRoleId": "10dae51f-b6af-4016-8d66-8c2a99b929b3",
        "defaultUserRolePermissions": {
            "allowedToCreateApps": true, "allowedToCreateSecurityGroups": false,
        },
    })
}

pub fn federation() -> Value {
    json!({
        "id": "6601d14b-d113-8f64-fda2-9b5ddda18ecc", "displayName": "Contoso STS",
        "issuerUri": "http://contoso.com/adfs/services/trust",
        "federatedIdpMfaBehavior": "acceptIfMfaDoneByFederatedIdp",
        "preferredAuthenticationProtocol": "wsFed",
        "passiveSignInUri": "https://sts.contoso.com/adfs/ls",
    })
}

pub fn directory_sync() -> Value {
    json!({
        "id": "84841066-274d-4ec0-a5c1-276be684bdd3",
        "configuration": {"accidentalDeletionPrevention": {"alertThreshold": 500}},
        "features": {
            "blockSoftMatchEnabled": true,
            "blockCloudObjectTakeoverThroughHardMatchEnabled": false,
            "passwordSyncEnabled": true,
        },
    })
}

pub fn authentication_context() -> Value {
    json!({"id": "c1", "displayName": "Keys only", "description": "…", "isAvailable": true})
}

pub fn protected_action() -> Value {
    json!({
        "id": "microsoft.directory-conditionalAccessPolicies-basic-update-patch",
        "name": "microsoft.directory/conditionalAccessPolicies/basic/update",
        "actionVerb": "PATCH", "authenticationContextId": "c1",
        "isAuthenticationContextSettable": true, "isPrivileged": true,
    })
}

pub fn administrative_unit() -> Value {
    json!({
        "id": "4d7ea995-bc0f-45c0-8c3e-132e93bf95f8", "displayName": "Emergency",
        "isMemberManagementRestricted": true, "visibility": "HiddenMembership",
    })
}

pub fn diagnostic_setting() -> Value {
    json!({
        "id": "/providers/microsoft.aadiam/diagnosticSettings/hub", "name": "hub",
        "type": "microsoft.aadiam/diagnosticSettings",
        "properties": {
            "eventHubAuthorizationRuleId": "/subscriptions/1/…/RootManageSharedAccessKey",
            "eventHubName": "logs", "storageAccountId": null,
            "logs": [
                {"category": "SignInLogs", "enabled": true,
                 "retentionPolicy": {"enabled": false, "days": 0}},
                {"category": "AuditLogs", "enabled": true},
                {"category": "ProvisioningLogs", "enabled": false},
            ],
        },
    })
}

/// One for a subject, and one for an expression.
pub fn federated_credentials() -> Vec<Value> {
    let one = |name: &str, subject: Value, expression: Value| {
        let mut one = json!({
            "id": "d9b7bf1e-429e-4678-8132-9b00c9846cc4", "name": name,
            "issuer": "https://token.actions.githubusercontent.com", "subject": subject,
            "description": "deploys", "audiences": ["api://AzureADTokenExchange"],
        });
        if !expression.is_null() {
            one["claimsMatchingExpression"] = expression;
        }
        one
    };
    let expression =
        json!({"value": "claims['sub'] matches 'repo:contoso/*'", "languageVersion": 1});
    vec![
        one("main", json!("repo:contoso/web:ref:refs/heads/main"), Value::Null),
        one("all", Value::Null, expression),
    ]
}

pub fn role_policy() -> Value {
    let target = json!({"caller": "EndUser", "operations": ["all"], "level": "Assignment"});
    json!({
        "id": "DirectoryRole_84841066_1", "policyId": "DirectoryRole_84841066_2",
        "roleDefinitionId": "62e90394-69f5-4237-9190-012177145e10",
        "scopeId": "/", "scopeType": "DirectoryRole",
        "policy": {
            "id": "DirectoryRole_84841066_2", "displayName": "DirectoryRole",
            "isOrganizationDefault": false, "scopeId": "/", "scopeType": "DirectoryRole",
            "rules": [
                {
                    "@odata.type":
                        "#microsoft.graph.unifiedRoleManagementPolicyApprovalRule",
                    "id": "Approval_EndUser_Assignment", "target": target,
                    "setting": {
                        "isApprovalRequired": true, "approvalMode": "SingleStage",
                        "approvalStages": [{
                            "approvalStageTimeOutInDays": 1, "isEscalationEnabled": false,
                            "primaryApprovers": [
                                {"@odata.type": "#microsoft.graph.singleUser",
                                 "userId": "10a08e2e-3ea2-4ce0-80cb-d5fdd4b05ea6"},
                                {"@odata.type": "#microsoft.graph.groupMembers",
                                 "groupId": "14f2746d-7d6f-4ac6-acd8-8cac318b041b"},
                                {"@odata.type": "#microsoft.graph.requestorManager",
                                 "managerLevel": 1},
                            ],
                            "escalationApprovers": [],
                        }],
                    },
                },
                {
                    "@odata.type":
                        "#microsoft.graph.unifiedRoleManagementPolicyAuthenticationContextRule",
                    "id": "AuthenticationContext_EndUser_Assignment",
                    "isEnabled": true, "claimValue": "c1",
                },
                {
                    "@odata.type":
                        "#microsoft.graph.unifiedRoleManagementPolicyEnablementRule",
                    "id": "Enablement_EndUser_Assignment",
                    "enabledRules": ["MultiFactorAuthentication", "Justification"],
                },
                {
                    "@odata.type":
                        "#microsoft.graph.unifiedRoleManagementPolicyExpirationRule",
                    "id": "Expiration_Admin_Assignment",
                    "isExpirationRequired": false, "maximumDuration": "P180D",
                },
                {
                    "@odata.type":
                        "#microsoft.graph.unifiedRoleManagementPolicyNotificationRule",
                    "id": "Notification_Admin_Admin_Assignment",
                    "notificationType": "Email", "recipientType": "Admin",
                },
                {"@odata.type": "#microsoft.graph.aRuleOfTomorrow", "id": "Tomorrow_EndUser"},
            ],
        },
    })
}

/// The same of a group's ownership: the scope is the group, and `owner` stands for the role.
pub fn group_policy() -> Value {
    let group = "00000000-0000-0000-0000-0000000000b1";
    let mut policy = role_policy();
    policy["roleDefinitionId"] = "owner".into();
    for scope in ["", "/policy"] {
        let object = policy.pointer_mut(scope).unwrap();
        object["scopeId"] = group.into();
        object["scopeType"] = "Group".into();
    }
    policy
}

pub fn app_role_grant() -> Value {
    json!({
        "id": "41W1zT6z1U-kJxf62svfp1HFE8pMZhxDun-ThPczmJE",
        "appRoleId": "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8",
        "createdDateTime": "2026-02-24T01:01:01Z",
        "principalId": "cde330e5-2150-4c11-9c5b-14bfdc948c79",
        "principalDisplayName": "Resource App", "principalType": "ServicePrincipal",
        "resourceId": "8e881353-1735-45af-af21-ee1344582a4d",
        "resourceDisplayName": "Microsoft Graph",
    })
}

pub fn delegated_grant() -> Value {
    json!({
        "id": "l5eW7x0ga0-WDOntXzHateQDNpSH5-lPk9HjD3Sarjk",
        "clientId": "ef969797-201d-4f6b-960c-e9ed5f31dab5", "consentType": "Principal",
        "principalId": "0c503c02-5554-4d59-9fcc-69736618fb8f",
        "resourceId": "8e881353-1735-45af-af21-ee1344582a4d",
        "scope": "Directory.AccessAsUser.All User.Read",
    })
}

pub fn service_principal() -> Value {
    json!({
        "id": "cde330e5-2150-4c11-9c5b-14bfdc948c79",
        "appId": "65415bb1-9267-4313-bbf5-ae259732ee12", "displayName": "Old sync job",
        "accountEnabled": true, "servicePrincipalType": "Application",
        "appOwnerOrganizationId": "84841066-274d-4ec0-a5c1-276be684bdd3",
        "passwordCredentials": [{
            "keyId": "f0b0b335-1d71-4883-8f98-567911bfdca6", "hint": "b7A", "displayName": "ci",
            "startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2028-01-01T00:00:00Z",
            "secretText": "hunter2",
        }],
        "keyCredentials": [],
        "tags": ["HideApp"],
    })
}

pub fn registration() -> Value {
    json!({
        "id": "acd7c908-1c4d-4d48-93ee-ff38349a75c8",
        "appId": "65415bb1-9267-4313-bbf5-ae259732ee12", "displayName": "Old sync job",
        "passwordCredentials": [],
        "keyCredentials": [{
            "keyId": "52ab6cca-bc59-4f06-8450-75a3d2b8e53b", "type": "AsymmetricX509Cert",
            "usage": "Verify", "startDateTime": null, "endDateTime": "2027-01-01T00:00:00Z",
        }],
        "signInAudience": "AzureADMyOrg",
    })
}

pub fn watcher() -> Value {
    json!({
        "appId": "65415bb1-9267-4313-bbf5-ae259732ee12",
        "principalId": "cde330e5-2150-4c11-9c5b-14bfdc948c79",
        "isDelegated": false, "permissions": ["Policy.Read.All", "User.Read.All"],
    })
}

/// The defaults, and one partner.
pub fn partners() -> Vec<Value> {
    vec![
        json!({
            "isServiceDefault": true, "isServiceProvider": null,
            "inboundTrust": {"isMfaAccepted": false, "isCompliantDeviceAccepted": false,
                "isHybridAzureADJoinedDeviceAccepted": true},
        }),
        json!({
            "tenantId": "3d0f5dec-5d3d-455c-8016-e2af1ae4d31a", "isServiceProvider": true,
            "inboundTrust": null, "b2bDirectConnectInbound": {"usersAndGroups": null},
        }),
    ]
}

pub fn delegated_admin() -> Value {
    json!({
        "id": "5d027261-d21f-4aa9-b7db-7fa1f56fb163-8777b240-c6f0-4469-9e98-a3205431b836",
        "displayName": "Contoso admin relationship", "status": "active",
        "customer": {"tenantId": "4fdbff88-9d6b-42e0-9713-45c922ba8001",
            "displayName": "Customer"},
        "accessDetails": {"unifiedRoles": [
            {"roleDefinitionId": "62e90394-69f5-4237-9190-012177145e10"}]},
        "accessAssignments": [{
            "id": "a", "status": "active",
            "accessContainer": {"accessContainerId": "6b9e9d0c-0d0c-4e6b-9d0c-0d0c4e6b9d0c",
                "accessContainerType": "securityGroup"},
            "accessDetails": {"unifiedRoles": [
                {"roleDefinitionId": "729827e3-9c14-49f7-bb1b-9608f156bbb8"}]},
        }],
        "duration": "P730D", "autoExtendDuration": "P180D",
        "activatedDateTime": "2025-02-10T10:54:06Z", "endDateTime": "2027-02-10T10:54:06Z",
    })
}

pub fn access_review() -> Value {
    json!({
        "id": "08531d4a-9e37-4c0e-9e8a-7d6b6f3f5a10", "displayName": "Groups, quarterly",
        "status": "InProgress",
        "instanceEnumerationScope": {
            "@odata.type": "#microsoft.graph.accessReviewQueryScope", "queryType": "MicrosoftGraph",
            "query": "/groups/14f2746d-7d6f-4ac6-acd8-8cac318b041b",
        },
        "scope": {
            "@odata.type": "#microsoft.graph.principalResourceMembershipsScope",
            "principalScopes": [{"query": "/v1.0/users", "queryType": "MicrosoftGraph"}],
            "resourceScopes": [{"query": "", "queryRoot": null}],
        },
        "settings": {
            "autoApplyDecisionsEnabled": true, "defaultDecisionEnabled": true,
            "defaultDecision": "Recommendation", "instanceDurationInDays": 25,
            "recurrence": {
                "pattern": {"type": "absoluteMonthly", "interval": 3},
                "range": {"type": "endDate", "startDate": "2026-01-01", "endDate": "2027-06-30"},
            },
        },
    })
}

pub fn lifecycle_workflow() -> Value {
    json!({
        "id": "14879e66-9ea9-48d0-804d-8fea672d0341", "displayName": "Offboard",
        "category": "leaver", "isEnabled": true, "isSchedulingEnabled": true,
        "executionConditions": {
            "@odata.type": "#microsoft.graph.identityGovernance.triggerAndScopeBasedConditions",
            "scope": {"rule": "(department eq 'IT')"},
            "trigger": {"timeBasedAttribute": "employeeLeaveDateTime", "offsetInDays": 0},
        },
        "nextScheduleRunDateTime": "2026-12-01T00:00:00Z",
    })
}

pub fn catalog_resource() -> Value {
    json!({
        "id": "e93e24d1-2b65-4a6c-a1dd-654a12225487", "displayName": "Emergency",
        "originId": "14f2746d-7d6f-4ac6-acd8-8cac318b041b", "originSystem": "AadGroup",
    })
}

/// A job that changes objects, a preview, and one of a kind that nobody knows.
pub fn recovery_jobs() -> Vec<Value> {
    vec![
        json!({
            "@odata.type": "#microsoft.graph.entraRecoveryServices.recoveryJob", "id": "j1",
            "status": "running", "jobStartDateTime": "2026-11-20T10:00:00Z",
            "jobCompletionDateTime": null, "targetStateDateTime": "2026-11-19T02:30:00Z",
        }),
        json!({
            "@odata.type": "#microsoft.graph.entraRecoveryServices.recoveryPreviewJob",
            "id": "j2", "status": "succeeded", "jobStartDateTime": "2026-11-20T09:00:00Z",
            "jobCompletionDateTime": "2026-11-20T09:30:00Z",
        }),
        json!({"id": "j3", "status": null, "jobStartDateTime": null,
            "jobCompletionDateTime": null}),
    ]
}

pub fn recovery_profile() -> Value {
    json!({
        "id": "7fb24f40-2f5c-4cf1-a3d0-3e5b8c2d8f2e", "name": "Government ID",
        "state": "enabled", "priority": 0, "verifierDid": "did:web:contoso.com",
        "verifiedIdUsageConfigurations": [
            {"purpose": "recovery", "isEnabledForTestOnly": false},
            {"purpose": "onboarding", "isEnabledForTestOnly": false},
        ],
    })
}

pub fn sign_in_activity() -> Value {
    json!({"signInActivity": {
        "lastSuccessfulSignInDateTime": "2026-08-20T10:00:00Z",
        "lastSignInDateTime": "2026-08-21T10:00:00Z",
        "lastNonInteractiveSignInDateTime": null,
    }})
}
