//! What changes access without anybody asking, and on which terms PIM grants it.

use std::collections::BTreeSet;

use halligan_core::id::{Guid, TenantId};
use serde_json::{Value, json};

use super::objects::{CREATED, mixed, object};
use super::{Directory, Object, text_of};

/// Reviews, workflows, catalogs, recovery and the settings of PIM, each as Graph writes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Governance {
    /// `accessReviewScheduleDefinition` objects.
    pub access_reviews: Vec<Object>,
    /// `microsoft.graph.identityGovernance.workflow` objects.
    pub lifecycle_workflows: Vec<Object>,
    /// `accessPackageResource` objects: groups and applications in catalogs.
    pub catalog_resources: Vec<Object>,
    /// `recoveryJob` and `recoveryPreviewJob` objects of Entra Backup and Recovery.
    pub recovery_jobs: Vec<Object>,
    /// `verifiedIdProfile` objects.
    pub recovery_profiles: Vec<Object>,
    /// `unifiedRoleManagementPolicyAssignment` objects with policy and rules; a role that has none
    /// here is answered with the service's defaults.
    pub role_policies: Vec<Object>,
    /// The same objects of groups; a membership or ownership that has none here is answered with
    /// the service's defaults, where PIM manages the group.
    pub group_policies: Vec<Object>,
}

impl Directory {
    /// Explicit role policies, and the service's defaults for every other role.
    pub(crate) fn role_policies(&self) -> Vec<Object> {
        let mut policies = self.governance.role_policies.clone();
        for role in &self.role_definitions {
            let id = text_of(role, "id");
            let is_explicit = self
                .governance
                .role_policies
                .iter()
                .any(|policy| text_of(policy, "roleDefinitionId").eq_ignore_ascii_case(id));
            if let (false, Ok(id)) = (is_explicit, id.parse()) {
                policies.push(role_policy(self.tenant, id, &[]));
            }
        }
        policies
    }

    /// Explicit policies of groups, and the service's defaults for every other membership and
    /// ownership that PIM manages: of groups that have an eligibility or a holding by assignment.
    pub(crate) fn group_policies(&self) -> Vec<Object> {
        let mut policies = self.governance.group_policies.clone();
        let managed = self.group_eligibilities.iter().chain(&self.group_schedules);
        let managed: BTreeSet<Guid> =
            managed.filter_map(|one| text_of(one, "groupId").parse().ok()).collect();
        for group in managed.into_iter().filter(|id| self.groups.contains_key(id)) {
            for access in ["member", "owner"] {
                let is_it = |policy: &Object| {
                    text_of(policy, "scopeId").eq_ignore_ascii_case(&group.to_string())
                        && text_of(policy, "roleDefinitionId") == access
                };
                if !self.governance.group_policies.iter().any(is_it) {
                    policies.push(group_policy(self.tenant, group, access, &[]));
                }
            }
        }
        policies
    }
}

/// What activating a role asks for unless somebody changed it: multifactor authentication and a
/// reason, for eight hours, approved by nobody. `approvers` who are named must approve.
///
/// Source: <https://learn.microsoft.com/graph/identity-governance-pim-rules-overview>.
pub(crate) fn role_policy(tenant: TenantId, role: Guid, approvers: &[Guid]) -> Object {
    let number = mixed(&tenant.to_string(), &format!("role policy {role}"));
    let policy = format!("DirectoryRole_{tenant}_{number}");
    assignment(&policy, ("DirectoryRole", "/"), &role.to_string(), rules(&OF_ROLES, approvers))
}

/// What activating a group's membership (`member`) or ownership (`owner`) asks for unless somebody
/// changed it: a reason, for eight hours, approved by nobody. `approvers` who are named must
/// approve.
///
/// Source: <https://learn.microsoft.com/graph/api/policyroot-list-rolemanagementpolicyassignments>,
/// the example of a group's ownership.
pub(crate) fn group_policy(
    tenant: TenantId,
    group: Guid,
    access: &str,
    approvers: &[Guid],
) -> Object {
    let number = mixed(&tenant.to_string(), &format!("group policy {group} {access}"));
    let policy = format!("Group_{group}_{number}");
    assignment(&policy, ("Group", &group.to_string()), access, rules(&OF_GROUPS, approvers))
}

fn assignment(policy: &str, scope: (&str, &str), of: &str, rules: Vec<Value>) -> Object {
    let (kind, scope) = scope;
    object(json!({
        "id": format!("{policy}_{of}"),
        "policyId": policy,
        "scopeId": scope,
        "scopeType": kind,
        "roleDefinitionId": of,
        "policy": {
            "id": policy,
            "displayName": kind,
            "description": kind,
            "isOrganizationDefault": false,
            "scopeId": scope,
            "scopeType": kind,
            "lastModifiedDateTime": null,
            "lastModifiedBy": {"id": null, "displayName": null},
            "rules": rules,
        },
    }))
}

/// For whom a rule is, by the end of its id: caller and level.
const TARGETS: [(&str, &str, &str); 3] = [
    ("Admin_Eligibility", "Admin", "Eligibility"),
    ("Admin_Assignment", "Admin", "Assignment"),
    ("EndUser_Assignment", "EndUser", "Assignment"),
];

/// For one target: the longest holding, whether it must end, and what is asked for.
type Default = (&'static str, &'static str, bool, &'static [&'static str]);

const OF_ROLES: [Default; 3] = [
    ("Admin_Eligibility", "P365D", false, &[]),
    ("Admin_Assignment", "P180D", false, &["Justification"]),
    ("EndUser_Assignment", "PT8H", true, &["MultiFactorAuthentication", "Justification"]),
];

const OF_GROUPS: [Default; 3] = [
    ("Admin_Eligibility", "P365D", true, &[]),
    ("Admin_Assignment", "P180D", true, &["Justification"]),
    ("EndUser_Assignment", "PT8H", true, &["Justification"]),
];

fn rules(defaults: &[Default], approvers: &[Guid]) -> Vec<Value> {
    let mut rules = Vec::new();
    for (target, longest, is_required, enabled) in defaults {
        let expiration = json!({"isExpirationRequired": is_required, "maximumDuration": longest});
        rules.push(rule("Expiration", target, expiration));
        rules.push(rule("Enablement", target, json!({"enabledRules": enabled})));
        for recipient in ["Admin", "Requestor", "Approver"] {
            let mut notification = rule("Notification", target, notification(recipient));
            let id = format!("Notification_{recipient}_{target}");
            if let Some(members) = notification.as_object_mut() {
                members.insert("id".into(), id.into());
            }
            rules.push(notification);
        }
    }
    rules.push(rule("Approval", "EndUser_Assignment", json!({"setting": approval(approvers)})));
    let context = json!({"isEnabled": false, "claimValue": ""});
    rules.push(rule("AuthenticationContext", "EndUser_Assignment", context));
    rules
}

fn rule(kind: &str, target: &str, demand: Value) -> Value {
    let (caller, level) = TARGETS
        .iter()
        .find(|(name, _, _)| *name == target)
        .map_or(("None", "None"), |(_, caller, level)| (*caller, *level));
    let mut rule = object(demand);
    let name = format!("#microsoft.graph.unifiedRoleManagementPolicy{kind}Rule");
    rule.insert("@odata.type".into(), name.into());
    rule.insert("id".into(), format!("{kind}_{target}").into());
    rule.insert(
        "target".into(),
        json!({
            "caller": caller,
            "operations": ["all"],
            "level": level,
            "inheritableSettings": [],
            "enforcedSettings": [],
        }),
    );
    rule.into()
}

fn notification(recipient: &str) -> Value {
    json!({
        "notificationType": "Email",
        "recipientType": recipient,
        "notificationLevel": "All",
        "isDefaultRecipientsEnabled": true,
        "notificationRecipients": [],
    })
}

fn approval(approvers: &[Guid]) -> Value {
    let primary: Vec<Value> = approvers
        .iter()
        .map(|id| {
            json!({
                "@odata.type": "#microsoft.graph.singleUser",
                "userId": id.to_string(),
                "description": null,
            })
        })
        .collect();
    json!({
        "isApprovalRequired": !approvers.is_empty(),
        "isApprovalRequiredForExtension": false,
        "isRequestorJustificationRequired": true,
        "approvalMode": "SingleStage",
        "approvalStages": [{
            "approvalStageTimeOutInDays": 1,
            "isApproverJustificationRequired": true,
            "escalationTimeInMinutes": 0,
            "isEscalationEnabled": false,
            "primaryApprovers": primary,
            "escalationApprovers": [],
        }],
    })
}

/// An access review of the members that `query` names; `removes` is whether it takes access away
/// by itself from those whom nobody reviewed.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/accessreviewscheduledefinition>.
pub(crate) fn access_review(id: Guid, name: &str, query: &str, removes: bool) -> Object {
    object(json!({
        "id": id.to_string(),
        "displayName": name,
        "createdDateTime": CREATED,
        "lastModifiedDateTime": CREATED,
        "status": "InProgress",
        "descriptionForAdmins": name,
        "descriptionForReviewers": "",
        "createdBy": null,
        "scope": {
            "@odata.type": "#microsoft.graph.accessReviewQueryScope",
            "query": query,
            "queryType": "MicrosoftGraph",
            "queryRoot": null,
        },
        "instanceEnumerationScope": null,
        "reviewers": [],
        "fallbackReviewers": [],
        "additionalNotificationRecipients": [],
        "stageSettings": [],
        "settings": {
            "mailNotificationsEnabled": true,
            "reminderNotificationsEnabled": true,
            "justificationRequiredOnApproval": true,
            "defaultDecisionEnabled": removes,
            "defaultDecision": if removes { "Deny" } else { "None" },
            "instanceDurationInDays": 14,
            "autoApplyDecisionsEnabled": removes,
            "recommendationsEnabled": true,
            "recurrence": {
                "pattern": {
                    "type": "absoluteMonthly",
                    "interval": 3,
                    "month": 0,
                    "dayOfMonth": 0,
                    "daysOfWeek": [],
                    "firstDayOfWeek": "sunday",
                    "index": "first",
                },
                "range": {
                    "type": "noEnd",
                    "numberOfOccurrences": 0,
                    "recurrenceTimeZone": null,
                    "startDate": "2025-03-03",
                    "endDate": null,
                },
            },
            "applyActions": [],
        },
    }))
}

/// A lifecycle workflow for leavers whom `rule` names.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/identitygovernance-workflow>.
pub(crate) fn leaver_workflow(id: Guid, name: &str, rule: &str) -> Object {
    object(json!({
        "id": id.to_string(),
        "category": "leaver",
        "displayName": name,
        "description": name,
        "isEnabled": true,
        "isSchedulingEnabled": true,
        "createdDateTime": CREATED,
        "lastModifiedDateTime": CREATED,
        "deletedDateTime": null,
        "nextScheduleRunDateTime": null,
        "version": 1,
        "executionConditions": {
            "@odata.type": "#microsoft.graph.identityGovernance.triggerAndScopeBasedConditions",
            "scope": {
                "@odata.type": "#microsoft.graph.identityGovernance.ruleBasedSubjectSet",
                "rule": rule,
            },
            "trigger": {
                "@odata.type": "#microsoft.graph.identityGovernance.timeBasedAttributeTrigger",
                "timeBasedAttribute": "employeeLeaveDateTime",
                "offsetInDays": 0,
            },
        },
    }))
}

/// A group as a resource of a catalog.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/accesspackageresource>.
pub(crate) fn catalog_resource(group: Guid, name: &str) -> Object {
    object(json!({
        "id": mixed(&group.to_string(), "catalog resource").to_string(),
        "displayName": name,
        "description": null,
        "originId": group.to_string(),
        "originSystem": "AadGroup",
        "createdDateTime": CREATED,
        "modifiedDateTime": CREATED,
    }))
}

/// A finished job of Entra Backup and Recovery that changed objects.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/entrarecoveryservices-recoveryjob>.
pub(crate) fn recovery_job(id: Guid, started: &str, ended: &str) -> Object {
    object(json!({
        "@odata.type": "#microsoft.graph.entraRecoveryServices.recoveryJob",
        "id": id.to_string(),
        "status": "successful",
        "jobStartDateTime": started,
        "jobCompletionDateTime": ended,
        "targetStateDateTime": CREATED,
        "filteringCriteria": null,
        "totalChangedObjectsCalculated": 1,
        "totalChangedLinksCalculated": 0,
        "totalFailedChanges": 0,
        "totalLinksModified": 0,
        "totalObjectsModified": 1,
    }))
}

/// A Verified ID profile that is on, with which accounts are got back.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/verifiedidprofile>.
pub(crate) fn recovery_profile(id: Guid, name: &str) -> Object {
    object(json!({
        "id": id.to_string(),
        "name": name,
        "description": name,
        "lastModifiedDateTime": CREATED,
        "state": "enabled",
        "verifierDid": "did:web:verifier.harbourpine.example",
        "priority": 0,
        "verifiedIdProfileConfiguration": {
            "type": "verifiedEmployee",
            "acceptedIssuer": "did:web:issuer.harbourpine.example",
            "claimBindingSource": "directory",
            "claimBindings": [
                claim_binding("First name", "firstName"),
                claim_binding("Last name", "lastName"),
            ],
            "claimValidation": null,
        },
        "faceCheckConfiguration": {"isEnabled": true, "sourcePhotoClaimName": "portrait"},
        "verifiedIdUsageConfigurations": [{"isEnabledForTestOnly": false, "purpose": "recovery"}],
    }))
}

/// Which attribute of a user must say the same as which claim of the document.
fn claim_binding(attribute: &str, claim: &str) -> Value {
    json!({
        "sourceAttribute": attribute,
        "verifiedIdClaim": format!("vc.credentialSubject.{claim}"),
    })
}
