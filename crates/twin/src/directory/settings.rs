//! Settings of the tenant beyond its policies: whom it trusts, what it protects, where its logs go.

use std::collections::BTreeMap;

use halligan_core::id::{Guid, TenantId};
use serde_json::{Value, json};

use super::Object;
use super::objects::{CREATED, mixed, object};

/// Settings of the tenant, each as Graph writes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// `onPremisesDirectorySynchronization`; `None` where nothing is synchronised.
    pub directory_sync: Option<Object>,
    /// `authorizationPolicy`.
    pub authorization_policy: Object,
    /// `internalDomainFederation` objects by domain, in lower case.
    pub federations: BTreeMap<String, Vec<Object>>,
    /// `conditionalAccessPolicy` objects in the recycle bin.
    pub deleted_policies: Vec<Object>,
    /// `authenticationContextClassReference` objects.
    pub authentication_contexts: Vec<Object>,
    /// `unifiedRbacResourceAction` objects of `microsoft.directory`.
    pub resource_actions: Vec<Object>,
    /// `crossTenantAccessPolicyConfigurationDefault`.
    pub cross_tenant_default: Object,
    /// `crossTenantAccessPolicyConfigurationPartner` objects.
    pub partners: Vec<Object>,
    /// Diagnostic settings as Azure Resource Manager writes them.
    pub diagnostic_settings: Vec<Object>,
}

impl Settings {
    /// What a tenant has before anybody changes anything.
    pub(super) fn new() -> Self {
        Self {
            directory_sync: None,
            authorization_policy: authorization_policy(),
            federations: BTreeMap::new(),
            deleted_policies: Vec::new(),
            authentication_contexts: Vec::new(),
            resource_actions: resource_actions(),
            cross_tenant_default: cross_tenant_default(),
            partners: Vec::new(),
            diagnostic_settings: Vec::new(),
        }
    }
}

/// Source: <https://learn.microsoft.com/graph/api/authorizationpolicy-get>. Administrators may
/// reset their own passwords until somebody forbids it.
fn authorization_policy() -> Object {
    object(json!({
        "id": "authorizationPolicy",
        "displayName": "Authorization Policy",
        "description": "Used to manage authorization related settings across the company.",
        "allowInvitesFrom": "everyone",
        "allowedToSignUpEmailBasedSubscriptions": true,
        "allowedToUseSSPR": true,
        "allowEmailVerifiedUsersToJoinOrganization": false,
        "allowUserConsentForRiskyApps": false,
        "blockMsolPowerShell": false,
        "guestUserRoleId": "10dae51f-b6af-4016-8d66-8c2a99b929b3",
        "defaultUserRolePermissions": {
            "allowedToCreateApps": true,
            "allowedToCreateSecurityGroups": true,
            "allowedToCreateTenants": true,
            "allowedToReadBitlockerKeysForOwnedDevice": true,
            "allowedToReadOtherUsers": true,
            "permissionGrantPoliciesAssigned": [],
        },
    }))
}

/// The configuration of a synchronised directory; `blocks` is whether a synchronised object is kept
/// from taking over a cloud object, by address and by anchor.
///
/// Source: <https://learn.microsoft.com/graph/api/onpremisesdirectorysynchronization-get>.
pub(crate) fn directory_sync(tenant: TenantId, blocks: bool) -> Object {
    object(json!({
        "id": tenant.to_string(),
        "configuration": {
            "accidentalDeletionPrevention": {
                "synchronizationPreventionType": "enabledForCount",
                "alertThreshold": 500,
            },
        },
        "features": {
            "blockCloudObjectTakeoverThroughHardMatchEnabled": blocks,
            "blockSoftMatchEnabled": blocks,
            "bypassDirSyncOverridesEnabled": false,
            "cloudPasswordPolicyForPasswordSyncedUsersEnabled": false,
            "concurrentCredentialUpdateEnabled": false,
            "concurrentOrgIdProvisioningEnabled": false,
            "deviceWritebackEnabled": false,
            "directoryExtensionsEnabled": false,
            "fopeConflictResolutionEnabled": false,
            "groupWriteBackEnabled": false,
            "passwordSyncEnabled": true,
            "passwordWritebackEnabled": false,
            "quarantineUponProxyAddressesConflictEnabled": true,
            "quarantineUponUpnConflictEnabled": true,
            "softMatchOnUpnEnabled": true,
            "synchronizeUpnForManagedUsersEnabled": true,
            "unifiedGroupWritebackEnabled": false,
            "userForcePasswordChangeOnLogonEnabled": false,
            "userWritebackEnabled": false,
        },
    }))
}

/// How a federated domain trusts its identity provider; `mfa` is its `federatedIdpMfaBehavior`.
pub(crate) fn federation(domain: &str, mfa: &str) -> Object {
    object(json!({
        "id": mixed(domain, "federation").to_string(),
        "displayName": domain,
        "issuerUri": format!("http://{domain}/adfs/services/trust"),
        "metadataExchangeUri": format!("https://{domain}/adfs/services/trust/mex"),
        "passiveSignInUri": format!("https://{domain}/adfs/ls"),
        "activeSignInUri": format!("https://{domain}/adfs/services/trust/2005/usernamemixed"),
        "signOutUri": format!("https://{domain}/adfs/ls"),
        "preferredAuthenticationProtocol": "wsFed",
        "promptLoginBehavior": "nativeSupport",
        "federatedIdpMfaBehavior": mfa,
        "isSignedAuthenticationRequestRequired": null,
        "signingCertificate": null,
        "nextSigningCertificate": null,
        "signingCertificateUpdateStatus": null,
        "passwordResetUri": null,
    }))
}

/// An authentication context that applications and settings may use.
pub(crate) fn authentication_context(id: &str, name: &str) -> Object {
    object(json!({"id": id, "displayName": name, "description": name, "isAvailable": true}))
}

/// Actions of `microsoft.directory`: those that can demand an authentication context, and two that
/// cannot.
///
/// Source: <https://learn.microsoft.com/entra/identity/role-based-access-control/protected-actions-overview>.
const ACTIONS: [(&str, bool); 11] = [
    ("microsoft.directory/conditionalAccessPolicies/basic/update", true),
    ("microsoft.directory/conditionalAccessPolicies/create", true),
    ("microsoft.directory/conditionalAccessPolicies/delete", true),
    ("microsoft.directory/crossTenantAccessPolicy/partners/create", true),
    ("microsoft.directory/deletedItems/delete", true),
    ("microsoft.directory/namedLocations/basic/update", true),
    ("microsoft.directory/namedLocations/create", true),
    ("microsoft.directory/namedLocations/delete", true),
    ("microsoft.directory/resourceNamespaces/resourceActions/authenticationContext/update", true),
    ("microsoft.directory/users/create", false),
    ("microsoft.directory/users/password/update", false),
];

fn resource_actions() -> Vec<Object> {
    ACTIONS.into_iter().map(|(name, is_settable)| resource_action(name, is_settable)).collect()
}

fn resource_action(name: &str, is_settable: bool) -> Object {
    let id = name.replace(['.', '/'], "-").to_ascii_lowercase();
    object(json!({
        "id": format!("{id}-patch"),
        "name": name,
        "description": name.rsplit('/').next().unwrap_or(name),
        "actionVerb": "PATCH",
        "authenticationContextId": null,
        "isAuthenticationContextSettable": is_settable,
        "isPrivileged": true,
        "resourceScopeId": null,
    }))
}

/// Source: <https://learn.microsoft.com/graph/api/crosstenantaccesspolicyconfigurationdefault-get>.
fn cross_tenant_default() -> Object {
    object(json!({
        "isServiceDefault": true,
        "inboundTrust": inbound_trust(false),
        "b2bCollaborationInbound": access("allowed"),
        "b2bCollaborationOutbound": access("allowed"),
        "b2bDirectConnectInbound": access("blocked"),
        "b2bDirectConnectOutbound": access("blocked"),
    }))
}

/// Settings for one partner tenant; what is `null` is as the defaults say.
///
/// Source:
/// <https://learn.microsoft.com/graph/api/resources/crosstenantaccesspolicyconfigurationpartner>.
pub(crate) fn partner(tenant: Guid, is_service_provider: bool, trusts_mfa: Option<bool>) -> Object {
    object(json!({
        "tenantId": tenant.to_string(),
        "isServiceProvider": is_service_provider,
        "isInMultiTenantOrganization": false,
        "inboundTrust": trusts_mfa.map(inbound_trust),
        "b2bCollaborationInbound": null,
        "b2bCollaborationOutbound": null,
        "b2bDirectConnectInbound": null,
        "b2bDirectConnectOutbound": null,
        "automaticUserConsentSettings": {"inboundAllowed": null, "outboundAllowed": null},
    }))
}

fn inbound_trust(mfa: bool) -> Value {
    json!({
        "isMfaAccepted": mfa,
        "isCompliantDeviceAccepted": false,
        "isHybridAzureADJoinedDeviceAccepted": false,
    })
}

fn access(kind: &str) -> Value {
    let one = |target: &str, of: &str| {
        let targets = json!([{"target": target, "targetType": of}]);
        json!({"accessType": kind, "targets": targets})
    };
    json!({
        "usersAndGroups": one("AllUsers", "user"),
        "applications": one("AllApplications", "application"),
    })
}

/// A diagnostic setting that sends `categories` to a workspace.
///
/// Source: Azure Resource Manager, `microsoft.aadiam/diagnosticSettings`, 2017-04-01.
pub(crate) fn diagnostic_setting(name: &str, categories: &[&str]) -> Object {
    let logs: Vec<Value> = categories
        .iter()
        .map(|category| {
            let retention = json!({"days": 0, "enabled": false});
            json!({"category": category, "enabled": true, "retentionPolicy": retention})
        })
        .collect();
    object(json!({
        "name": name,
        "type": null,
        "location": null,
        "kind": null,
        "tags": null,
        "identity": null,
        "properties": {
            "storageAccountId": null,
            "serviceBusRuleId": null,
            "workspaceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/\
                            logs/providers/Microsoft.OperationalInsights/workspaces/logs",
            "eventHubAuthorizationRuleId": null,
            "eventHubName": null,
            "metrics": [],
            "logs": logs,
            "logAnalyticsDestinationType": null,
        },
    }))
}

/// A Conditional Access policy as the recycle bin keeps it.
pub(crate) fn deleted(mut policy: Object) -> Object {
    policy.insert("deletedDateTime".into(), CREATED.into());
    policy
}
