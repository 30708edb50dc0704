//! Operations that the shared schema lacks, in the words of their documentation pages: strict, as
//! the twin's answers are held to them.

use serde_json::{Value, json};

const API: &str = "https://learn.microsoft.com/graph/api";

/// The operations as an OpenAPI document; types of the shared schema are `components`.
pub(super) fn document(components: &Value) -> Value {
    let mut paths = serde_json::Map::new();
    for (path, options, page, schema) in operations() {
        let parameters: Vec<Value> =
            options.iter().map(|name| json!({"in": "query", "name": name})).collect();
        let error = json!({"$ref": "#/components/responses/error"});
        let operation = json!({
            "externalDocs": {"url": format!("{API}/{page}")},
            "parameters": parameters,
            "responses": {
                "200": {"content": {"application/json": {"schema": schema}}},
                "4XX": error,
                "5XX": error,
            },
        });
        paths.insert(path.to_owned(), json!({"get": operation}));
    }
    json!({"paths": paths, "components": components})
}

type Operation = (&'static str, &'static [&'static str], &'static str, Value);

const PAGED: &[&str] = &["$select", "$top", "$count", "$skiptoken"];
const FILTERED: &[&str] = &["$select", "$top", "$filter", "$skiptoken"];

fn operations() -> Vec<Operation> {
    let shared =
        |name: &str| json!({"$ref": format!("#/components/schemas/microsoft.graph.{name}")});
    vec![
        (
            "/directory/onPremisesSynchronization",
            &["$select", "$skiptoken"],
            "onpremisesdirectorysynchronization-get",
            list(&synchronization()),
        ),
        (
            "/servicePrincipals/{servicePrincipal-id}/appRoleAssignedTo",
            PAGED,
            "serviceprincipal-list-approleassignedto",
            list(&shared("appRoleAssignment")),
        ),
        (
            "/servicePrincipals/{servicePrincipal-id}/owners",
            PAGED,
            "serviceprincipal-list-owners",
            list(&shared("directoryObject")),
        ),
        ("/applications/{application-id}", &["$select"], "application-get", shared("application")),
        (
            "/applications/{application-id}/owners",
            PAGED,
            "application-list-owners",
            list(&shared("directoryObject")),
        ),
        (
            "/applications/{application-id}/federatedIdentityCredentials",
            FILTERED,
            "application-list-federatedidentitycredentials",
            list(&federated_credential()),
        ),
        (
            "/policies/crossTenantAccessPolicy/default",
            &["$select"],
            "crosstenantaccesspolicyconfigurationdefault-get",
            cross_tenant(
                &[("isServiceDefault", json!({"type": "boolean"}))],
                &["isServiceDefault"],
            ),
        ),
        (
            "/policies/crossTenantAccessPolicy/partners",
            &["$select", "$skiptoken"],
            "crosstenantaccesspolicy-list-partners",
            list(&cross_tenant(
                &[
                    ("tenantId", guid()),
                    ("isServiceProvider", nullable("boolean")),
                    ("isInMultiTenantOrganization", nullable("boolean")),
                ],
                &["tenantId"],
            )),
        ),
        (
            "/identityGovernance/accessReviews/definitions",
            PAGED,
            "accessreviewset-list-definitions",
            list(&access_review()),
        ),
        (
            "/identityGovernance/lifecycleWorkflows/workflows",
            FILTERED,
            "identitygovernance-lifecycleworkflowscontainer-list-workflows",
            list(&workflow()),
        ),
        (
            "/identityGovernance/entitlementManagement/resources",
            FILTERED,
            "entitlementmanagement-list-resources",
            list(&catalog_resource()),
        ),
        (
            "/directory/recovery/jobs",
            PAGED,
            "entrarecoveryservices-recovery-list-jobs",
            list(&recovery_job()),
        ),
        (
            "/identity/verifiedId/profiles",
            &["$skiptoken"],
            "identityverifiedidroot-list-profiles",
            list(&verified_id_profile()),
        ),
    ]
}

/// An object with these members and no others but annotations.
fn closed(members: Value, required: &[&str]) -> Value {
    json!({
        "type": "object",
        "properties": members,
        "required": required,
        "patternProperties": {"@": {}},
        "additionalProperties": false,
    })
}

fn list(item: &Value) -> Value {
    let mut list = closed(json!({"value": {"type": "array", "items": item}}), &["value"]);
    list["patternProperties"] = json!({"^@odata\\.(context|count|nextLink)$": {}});
    list
}

fn nullable(kind: &str) -> Value {
    json!({"type": [kind, "null"]})
}

fn guid() -> Value {
    json!({"type": "string", "format": "uuid"})
}

fn time() -> Value {
    json!({"type": ["string", "null"], "format": "date-time"})
}

fn or_null(schema: &Value) -> Value {
    json!({"anyOf": [schema, {"type": "null"}]})
}

/// Source: resources/onpremisesdirectorysynchronization and …feature.
fn synchronization() -> Value {
    let features = [
        "blockCloudObjectTakeoverThroughHardMatchEnabled",
        "blockSoftMatchEnabled",
        "bypassDirSyncOverridesEnabled",
        "cloudPasswordPolicyForPasswordSyncedUsersEnabled",
        "concurrentCredentialUpdateEnabled",
        "concurrentOrgIdProvisioningEnabled",
        "deviceWritebackEnabled",
        "directoryExtensionsEnabled",
        "fopeConflictResolutionEnabled",
        "groupWriteBackEnabled",
        "passwordSyncEnabled",
        "passwordWritebackEnabled",
        "quarantineUponProxyAddressesConflictEnabled",
        "quarantineUponUpnConflictEnabled",
        "softMatchOnUpnEnabled",
        "synchronizeUpnForManagedUsersEnabled",
        "unifiedGroupWritebackEnabled",
        "userForcePasswordChangeOnLogonEnabled",
        "userWritebackEnabled",
    ];
    let features: serde_json::Map<String, Value> =
        features.into_iter().map(|name| (name.to_owned(), nullable("boolean"))).collect();
    let prevention = closed(
        json!({
            "alertThreshold": nullable("integer"),
            "synchronizationPreventionType": {
                "enum": ["disabled", "enabledForCount", "enabledForPercentage"],
            },
        }),
        &[],
    );
    closed(
        json!({
            "id": guid(),
            "configuration": closed(json!({"accidentalDeletionPrevention": prevention}), &[]),
            "features": closed(Value::Object(features), &[]),
        }),
        &["id"],
    )
}

/// Source: resources/federatedidentitycredential and resources/federatedidentityexpression of beta.
fn federated_credential() -> Value {
    let expression = closed(
        json!({"value": {"type": "string"}, "languageVersion": {"const": 1}}),
        &["value", "languageVersion"],
    );
    closed(
        json!({
            "id": {"type": "string"},
            "name": {"type": "string", "maxLength": 120},
            "issuer": {"type": "string", "maxLength": 600},
            "subject": nullable("string"),
            "description": nullable("string"),
            "audiences": {"type": "array", "items": {"type": "string"}, "maxItems": 1},
            "claimsMatchingExpression": or_null(&expression),
        }),
        &["id", "name", "issuer", "audiences"],
    )
}

/// Source: resources/crosstenantaccesspolicyconfigurationdefault and …partner.
fn cross_tenant(own: &[(&str, Value)], required: &[&str]) -> Value {
    let target = closed(
        json!({
            "target": {"type": "string"},
            "targetType": {"enum": ["user", "group", "application"]},
        }),
        &["target", "targetType"],
    );
    let access = closed(
        json!({
            "accessType": {"enum": ["allowed", "blocked"]},
            "targets": {"type": "array", "items": target},
        }),
        &["accessType"],
    );
    let both = json!({"usersAndGroups": or_null(&access), "applications": or_null(&access)});
    let b2b = or_null(&closed(both, &[]));
    let trust = closed(
        json!({
            "isMfaAccepted": nullable("boolean"),
            "isCompliantDeviceAccepted": nullable("boolean"),
            "isHybridAzureADJoinedDeviceAccepted": nullable("boolean"),
        }),
        &[],
    );
    let consent = json!({
        "inboundAllowed": nullable("boolean"),
        "outboundAllowed": nullable("boolean"),
    });
    let mut members = json!({
        "inboundTrust": or_null(&trust),
        "automaticUserConsentSettings": or_null(&closed(consent, &[])),
        "b2bCollaborationInbound": b2b,
        "b2bCollaborationOutbound": b2b,
        "b2bDirectConnectInbound": b2b,
        "b2bDirectConnectOutbound": b2b,
    });
    for (name, schema) in own {
        members[*name] = schema.clone();
    }
    closed(members, required)
}

/// Source: resources/accessreviewscheduledefinition, …schedulesettings and …queryscope.
fn access_review() -> Value {
    let query = closed(
        json!({
            "query": nullable("string"),
            "queryType": nullable("string"),
            "queryRoot": nullable("string"),
        }),
        &["@odata.type"],
    );
    let settings = closed(
        json!({
            "mailNotificationsEnabled": {"type": "boolean"},
            "reminderNotificationsEnabled": {"type": "boolean"},
            "justificationRequiredOnApproval": {"type": "boolean"},
            "defaultDecisionEnabled": {"type": "boolean"},
            "defaultDecision": {"enum": ["Approve", "Deny", "Recommendation", "None"]},
            "instanceDurationInDays": {"type": "integer"},
            "autoApplyDecisionsEnabled": {"type": "boolean"},
            "recommendationsEnabled": nullable("boolean"),
            "recurrence": or_null(&closed(
                json!({"pattern": {"type": "object"}, "range": {"type": "object"}}),
                &["range"],
            )),
            "applyActions": {"type": "array"},
        }),
        &["autoApplyDecisionsEnabled", "defaultDecision"],
    );
    closed(
        json!({
            "id": guid(),
            "displayName": nullable("string"),
            "createdDateTime": time(),
            "lastModifiedDateTime": time(),
            "status": nullable("string"),
            "descriptionForAdmins": nullable("string"),
            "descriptionForReviewers": nullable("string"),
            "createdBy": nullable("object"),
            "scope": or_null(&query),
            "instanceEnumerationScope": or_null(&query),
            "reviewers": {"type": "array"},
            "fallbackReviewers": {"type": "array"},
            "additionalNotificationRecipients": {"type": "array"},
            "stageSettings": {"type": "array"},
            "settings": settings,
        }),
        &["id"],
    )
}

/// Source: resources/identitygovernance-workflow, …triggerandscopebasedconditions.
fn workflow() -> Value {
    let scope = closed(json!({"rule": {"type": "string"}}), &["@odata.type", "rule"]);
    let trigger = closed(
        json!({"timeBasedAttribute": {"type": "string"}, "offsetInDays": {"type": "integer"}}),
        &["@odata.type", "timeBasedAttribute"],
    );
    let conditions = closed(json!({"scope": scope, "trigger": trigger}), &["@odata.type"]);
    closed(
        json!({
            "id": guid(),
            "category": {"enum": ["joiner", "leaver", "mover", "unknownFutureValue"]},
            "displayName": {"type": "string"},
            "description": nullable("string"),
            "isEnabled": {"type": "boolean"},
            "isSchedulingEnabled": {"type": "boolean"},
            "createdDateTime": time(),
            "lastModifiedDateTime": time(),
            "deletedDateTime": time(),
            "nextScheduleRunDateTime": time(),
            "version": {"type": "integer"},
            "executionConditions": conditions,
        }),
        &["id", "category", "displayName"],
    )
}

/// Source: resources/accesspackageresource.
fn catalog_resource() -> Value {
    closed(
        json!({
            "id": guid(),
            "displayName": nullable("string"),
            "description": nullable("string"),
            "originId": nullable("string"),
            "originSystem": nullable("string"),
            "createdDateTime": time(),
            "modifiedDateTime": time(),
        }),
        &["id"],
    )
}

/// Source: resources/entrarecoveryservices-recoveryjob and …-recoverypreviewjob.
fn recovery_job() -> Value {
    let namespace = "#microsoft.graph.entraRecoveryServices";
    let types = [format!("{namespace}.recoveryJob"), format!("{namespace}.recoveryPreviewJob")];
    closed(
        json!({
            "@odata.type": {"enum": types},
            "id": {"type": "string"},
            "status": {"type": "string"},
            "jobStartDateTime": time(),
            "jobCompletionDateTime": time(),
            "targetStateDateTime": time(),
            "filteringCriteria": nullable("object"),
            "totalChangedObjectsCalculated": nullable("integer"),
            "totalChangedLinksCalculated": nullable("integer"),
            "totalFailedChanges": nullable("integer"),
            "totalLinksModified": nullable("integer"),
            "totalObjectsModified": nullable("integer"),
        }),
        &["@odata.type", "id", "status"],
    )
}

/// Source: resources/verifiedidprofile and the types of its members.
fn verified_id_profile() -> Value {
    let usage = closed(
        json!({
            "isEnabledForTestOnly": nullable("boolean"),
            "purpose": {"enum": ["recovery", "onboarding", "all", "unknownFutureValue"]},
        }),
        &["purpose"],
    );
    let binding = closed(
        json!({"sourceAttribute": {"type": "string"}, "verifiedIdClaim": {"type": "string"}}),
        &["sourceAttribute", "verifiedIdClaim"],
    );
    let configuration = closed(
        json!({
            "type": nullable("string"),
            "acceptedIssuer": nullable("string"),
            "claimBindingSource": {"enum": ["directory", "unknownFutureValue"]},
            "claimBindings": {"type": "array", "items": binding},
            "claimValidation": nullable("object"),
        }),
        &["claimBindings"],
    );
    let face = closed(
        json!({"isEnabled": {"type": "boolean"}, "sourcePhotoClaimName": nullable("string")}),
        &["isEnabled"],
    );
    closed(
        json!({
            "id": {"type": "string"},
            "name": {"type": "string"},
            "description": nullable("string"),
            "lastModifiedDateTime": time(),
            "state": {"enum": ["enabled", "disabled", "unknownFutureValue"]},
            "verifierDid": nullable("string"),
            "priority": nullable("integer"),
            "verifiedIdProfileConfiguration": configuration,
            "faceCheckConfiguration": face,
            "verifiedIdUsageConfigurations": {"type": "array", "items": usage},
        }),
        &["id", "name", "state", "verifiedIdUsageConfigurations"],
    )
}

/// Azure Resource Manager's answer, or its error.
///
/// Source: azure-rest-api-specs, `microsoft.aadiam`, 2017-04-01.
pub(super) fn azure(status: u16) -> Value {
    if status != 200 {
        let error = closed(
            json!({"code": {"type": "string"}, "message": {"type": "string"}}),
            &["code", "message"],
        );
        return closed(json!({"error": error}), &["error"]);
    }
    let log = closed(
        json!({
            "category": {"type": "string"},
            "enabled": {"type": "boolean"},
            "retentionPolicy": {"type": "object"},
        }),
        &["category", "enabled"],
    );
    let properties = closed(
        json!({
            "storageAccountId": nullable("string"),
            "serviceBusRuleId": nullable("string"),
            "workspaceId": nullable("string"),
            "eventHubAuthorizationRuleId": nullable("string"),
            "eventHubName": nullable("string"),
            "marketplacePartnerId": nullable("string"),
            "metrics": {"type": "array"},
            "logs": {"type": "array", "items": log},
            "logAnalyticsDestinationType": nullable("string"),
        }),
        &["logs"],
    );
    let setting = closed(
        json!({
            "id": {"type": "string"},
            "name": {"type": "string"},
            "type": nullable("string"),
            "location": nullable("string"),
            "kind": nullable("string"),
            "tags": nullable("object"),
            "identity": nullable("object"),
            "properties": properties,
        }),
        &["id", "name", "properties"],
    );
    closed(json!({"value": {"type": "array", "items": setting}}), &["value"])
}
