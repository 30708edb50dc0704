//! A small tenant: the answers to every read of a snapshot, written as Graph writes them.

use halligan_core::tenant::{Gap, GapReason, PartKind, Snapshot};
use serde_json::{Value, json};

use crate::service::{Asked, Reply, json as answer, refuse};

pub(crate) const ALPHA: &str = "00000000-0000-0000-0000-00000000a001";
pub(crate) const EMERGENCY: &str = "00000000-0000-0000-0000-00000000e001";
/// Holds Global Administrator.
pub(crate) const HOLDERS: &str = "00000000-0000-0000-0000-00000000e002";
/// Is eligible for Global Administrator.
pub(crate) const ELIGIBLE: &str = "00000000-0000-0000-0000-00000000e003";
/// May activate a membership of [`HOLDERS`].
pub(crate) const DEEPER: &str = "00000000-0000-0000-0000-00000000e004";
/// A user who is eligible for Global Administrator.
pub(crate) const DEPUTY: &str = "00000000-0000-0000-0000-00000000b001";
/// A user who is active through [`HOLDERS`].
pub(crate) const THROUGH: &str = "00000000-0000-0000-0000-00000000b002";
/// An application that is in every group and owns it; v1.0 does not list it.
pub(crate) const ROBOT: &str = "00000000-0000-0000-0000-00000000ab01";
/// A user who is a member of [`DEEPER`].
pub(crate) const LATE: &str = "00000000-0000-0000-0000-00000000b003";
/// A user who holds a built-in role that nobody follows.
pub(crate) const READER: &str = "00000000-0000-0000-0000-00000000b004";
/// A user without a role who owns the registration of [`ROBOT`].
pub(crate) const OWNER: &str = "00000000-0000-0000-0000-00000000b005";
/// The watcher's own service principal.
pub(crate) const WATCHER: &str = "00000000-0000-0000-0000-00000000ab02";
/// An application of another tenant that may assign roles.
pub(crate) const PORTER: &str = "00000000-0000-0000-0000-00000000ab03";
/// An application of another tenant with a permission that Graph's own list does not name.
pub(crate) const MYSTERY: &str = "00000000-0000-0000-0000-00000000ab04";
/// An application with a permission that opens nothing.
pub(crate) const HARMLESS: &str = "00000000-0000-0000-0000-00000000ab05";
/// Microsoft Graph's own service principal.
pub(crate) const GRAPH: &str = "00000000-0000-0000-0000-00000000ab00";
/// A role of the tenant's own.
pub(crate) const CUSTOM: &str = "00000000-0000-0000-0000-0000000c0001";
/// Message Center Reader, which nobody follows.
pub(crate) const UNFOLLOWED: &str = "ac16e43d-7b2d-40e0-ac05-243ff356ab5b";
/// A privileged role that is newer than this version.
pub(crate) const NEW_ROLE: &str = "00000000-0000-0000-0000-0000000c0002";
/// The role that this tenant does not know.
pub(crate) const NO_ROLE: &str = "4ba39ca4-527c-499a-b93d-d9b492c50246";
/// The registration of [`ROBOT`].
pub(crate) const REGISTRATION: &str = "00000000-0000-0000-0000-00000000a991";

const GLOBAL_ADMINISTRATOR: &str = "62e90394-69f5-4237-9190-012177145e10";
const TENANT: &str = "00000000-0000-0000-0000-00000000007e";
/// The id of `RoleManagement.ReadWrite.Directory`.
const GRAVE: &str = "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8";
const MAIL_READ: &str = "00000000-0000-0000-0000-0000000a1100";

/// Named by a policy, and gone.
pub(crate) const GONE: &str = "00000000-0000-0000-0000-00000000dead";

pub(crate) const TOKEN_PATH: &str = "/contoso.example/oauth2/v2.0/token";
/// A token whose claims name the client, [`WATCHER`] and `User-LifeCycleInfo.Read.All`.
pub(crate) const TOKEN: &str = "e30.eyJhcHBpZCI6IjAwMDAwMDAwLTAwMDAtMDAwMC0wMDAwLTAwMDBjMTFlMDA0\
    NyIsIm9pZCI6IjAwMDAwMDAwLTAwMDAtMDAwMC0wMDAwLTAwMDAwMDAwYWIwMiIsImlkdHlwIjoiYXBwIiwicm9sZXMi\
    OlsiVXNlci1MaWZlQ3ljbGVJbmZvLlJlYWQuQWxsIl19.c2ln";

/// The gaps, without the one that every client here has: where Azure Resource Manager is, it was
/// not told.
pub(crate) fn gaps(snapshot: &Snapshot) -> Vec<&Gap> {
    let mut gaps = snapshot.gaps();
    let unasked = Gap::new(PartKind::DiagnosticSettings, None, GapReason::NotInSource);
    let place = gaps.iter().position(|gap| **gap == unasked).unwrap();
    gaps.remove(place);
    gaps
}

/// Answers as a healthy tenant does.
pub(crate) fn healthy(asked: &Asked) -> Reply {
    match asked.path.as_str() {
        TOKEN_PATH => token(3599),
        path => match object(path).or_else(|| list(path, &asked.query)) {
            Some(body) => answer(200, &body),
            None => refuse(404, "Request_ResourceNotFound", "no such object"),
        },
    }
}

pub(crate) fn token(expires_in: u64) -> Reply {
    answer(
        200,
        &json!({
            "token_type": "Bearer", "expires_in": expires_in, "access_token": TOKEN,
        }),
    )
}

fn object(path: &str) -> Option<Value> {
    let (version, path) = path[1..].split_once('/')?;
    if let Some(id) = path.strip_prefix("users/") {
        let (id, of) = id.split_once('/').unwrap_or((id, ""));
        let known = [ALPHA, DEPUTY, THROUGH, LATE, OWNER].contains(&id);
        return match (version, of) {
            ("v1.0", "") if known => Some(user(id)),
            ("beta", "authentication/requirements") if known => {
                Some(json!({"perUserMfaState": "disabled"}))
            }
            _ => None,
        };
    }
    if let Some(id) = path.strip_prefix("groups/") {
        let known = [EMERGENCY, HOLDERS, ELIGIBLE, DEEPER].contains(&id);
        return known.then(|| json!({"id": id, "displayName": "a group"}));
    }
    if let Some(id) = path.strip_prefix("servicePrincipals/") {
        let known = [ROBOT, WATCHER, PORTER, MYSTERY, HARMLESS].contains(&id);
        return known.then(|| service_principal(id));
    }
    match path {
        "policies/identitySecurityDefaultsEnforcementPolicy" => Some(json!({
            "id": "00000000-0000-0000-0000-000000000005", "isEnabled": false,
        })),
        "policies/authorizationPolicy" => Some(json!({
            "id": "authorizationPolicy", "allowedToUseSSPR": true,
        })),
        "policies/authenticationMethodsPolicy" => Some(json!({
            "id": "authenticationMethodsPolicy", "authenticationMethodConfigurations": [],
        })),
        "policies/crossTenantAccessPolicy/default" => Some(json!({
            "isServiceDefault": true, "inboundTrust": {"isMfaAccepted": true},
        })),
        _ => None,
    }
}

fn list(path: &str, query: &str) -> Option<Value> {
    let (version, path) = path[1..].split_once('/')?;
    let items = tenant_list(version, path, query)
        .or_else(|| role_list(path, query))
        .or_else(|| application_list(path, query))
        .or_else(|| pim_list(path, query))
        .or_else(|| governance_list(path))
        .or_else(|| list_of_one(version, path))?;
    Some(json!({"value": items}))
}

fn tenant_list(version: &str, path: &str, query: &str) -> Option<Value> {
    Some(match path {
        "organization" => json!([{
            "id": TENANT, "displayName": "C", "onPremisesSyncEnabled": false,
            "assignedPlans": [
                plan("eec0eb4f-6444-4f95-aba0-50c24d67f998"),
                plan("e866a266-3cff-43a3-acca-0c90a7e00c8b"),
            ],
        }]),
        "domains" => json!([domain("contoso.example")]),
        "domains/fed.example/federationConfiguration" => json!([{
            "id": "f1", "issuerUri": "http://sts.fed.example",
            "federatedIdpMfaBehavior": "acceptIfMfaDoneByFederatedIdp",
        }]),
        "directory/onPremisesSynchronization" => json!([{
            "id": TENANT, "features": {"blockSoftMatchEnabled": true},
        }]),
        "identity/conditionalAccess/policies" if version == "beta" => json!([policy()]),
        "identity/conditionalAccess/policies" => {
            json!([{"id": "00000000-0000-0000-0000-00000000ca01"}])
        }
        "users" if query.contains("signInActivity") => activities(query),
        "users" => existing(query, &[ALPHA, DEPUTY, THROUGH, LATE, READER, OWNER]),
        "groups" => existing(query, &[EMERGENCY, HOLDERS, ELIGIBLE, DEEPER]),
        "identity/conditionalAccess/namedLocations" if version == "beta" => json!([{
            "@odata.type": "#microsoft.graph.compliantNetworkNamedLocation",
            "id": "00000000-0000-0000-0000-0000000000c0",
            "displayName": "All Compliant Network Locations",
            "isTrusted": true, "compliantNetworkType": "allTenantCompliantNetworks",
        }]),
        "identity/conditionalAccess/authenticationContextClassReferences" => {
            json!([{"id": "c1", "displayName": "step up", "isAvailable": true}])
        }
        "identity/conditionalAccess/namedLocations"
        | "identity/conditionalAccess/deletedItems/policies"
        | "policies/authenticationStrengthPolicies"
        | "directory/administrativeUnits"
        | "directory/deletedItems/graph.user"
        | "directory/deletedItems/graph.group" => json!([]),
        _ => return None,
    })
}

fn role_list(path: &str, query: &str) -> Option<Value> {
    let in_query = |text: &str| query.contains(text);
    Some(match path.strip_prefix("roleManagement/directory/") {
        Some("roleDefinitions") if in_query("isPrivileged eq true") => {
            json!([{"id": GLOBAL_ADMINISTRATOR, "isPrivileged": true}])
        }
        Some("roleDefinitions") if in_query("isBuiltIn eq false") => json!([{
            "id": CUSTOM, "templateId": CUSTOM, "displayName": "Key keeper", "isBuiltIn": false,
            "rolePermissions": [{"allowedResourceActions": [
                "microsoft.directory/applications/credentials/update",
            ]}],
        }]),
        Some("roleDefinitions") => json!([
            definition(GLOBAL_ADMINISTRATOR, "Global Administrator", true),
            definition(UNFOLLOWED, "Message Center Reader", true),
            definition(CUSTOM, "Key keeper", false),
        ]),
        Some("roleAssignments") if in_query(GLOBAL_ADMINISTRATOR) => json!([
            assignment(GLOBAL_ADMINISTRATOR, ALPHA, "#microsoft.graph.user"),
            assignment(GLOBAL_ADMINISTRATOR, HOLDERS, "#microsoft.graph.group"),
        ]),
        Some("roleAssignments") if in_query(CUSTOM) => {
            json!([assignment(CUSTOM, ROBOT, "#microsoft.graph.servicePrincipal")])
        }
        Some("roleAssignments") if in_query(NO_ROLE) => return None,
        Some("roleAssignmentScheduleInstances") => json!([
            schedule(GLOBAL_ADMINISTRATOR, ALPHA, "Direct"),
            schedule(GLOBAL_ADMINISTRATOR, HOLDERS, "Direct"),
            schedule(GLOBAL_ADMINISTRATOR, THROUGH, "Group"),
        ]),
        Some("roleEligibilityScheduleInstances") => json!([
            schedule(GLOBAL_ADMINISTRATOR, ELIGIBLE, "Direct"),
            schedule(GLOBAL_ADMINISTRATOR, DEPUTY, "Direct"),
            schedule(UNFOLLOWED, READER, "Direct"),
        ]),
        Some("roleAssignments" | "resourceNamespaces/microsoft.directory/resourceActions") => {
            json!([])
        }
        Some(_) => return None,
        None if path == "policies/roleManagementPolicyAssignments" => policies(query),
        None => return None,
    })
}

fn application_list(path: &str, query: &str) -> Option<Value> {
    Some(match path {
        "servicePrincipals" if query.contains("00000003-0000-0000-c000-000000000000") => json!([{
            "id": GRAPH, "appRoles": [
                {"id": GRAVE, "value": "RoleManagement.ReadWrite.Directory"},
                {"id": MAIL_READ, "value": "Mail.Read"},
            ],
        }]),
        "servicePrincipals" if query.contains("appId eq") => json!([{"id": WATCHER}]),
        "servicePrincipals" => existing(query, &[ROBOT, WATCHER, PORTER]),
        "oauth2PermissionGrants" if query.contains("AllPrincipals") => json!([{
            "id": "g", "clientId": PORTER, "consentType": "AllPrincipals", "principalId": null,
            "resourceId": GRAPH, "scope": "User.Read Directory.AccessAsUser.All",
        }]),
        "oauth2PermissionGrants" => json!([]),
        "applications" if query.contains(&app_id(ROBOT)) => {
            json!([{"id": REGISTRATION, "appId": app_id(ROBOT), "displayName": "robot"}])
        }
        "applications" if query.contains(&app_id(WATCHER)) => {
            json!([{"id": GRAPH, "appId": app_id(WATCHER), "displayName": "watcher"}])
        }
        "applications" => json!([]),
        _ if path == format!("applications/{REGISTRATION}/federatedIdentityCredentials") => {
            json!([{"id": "f1", "name": "deployment", "issuer": "https://issuer.example",
                "subject": null, "audiences": ["api://AzureADTokenExchange"],
                "claimsMatchingExpression":
                    {"value": "claims['sub'] matches 'repo:a/*'", "languageVersion": 1}}])
        }
        _ if path == format!("applications/{REGISTRATION}/owners") => {
            json!([{"@odata.type": "#microsoft.graph.user", "id": OWNER, "displayName": "Olive"}])
        }
        _ if path == format!("applications/{GRAPH}/owners") => json!([]),
        _ if path == format!("applications/{GRAPH}/federatedIdentityCredentials") => json!([]),
        _ if path == format!("servicePrincipals/{GRAPH}/appRoleAssignedTo") => json!([
            grant(PORTER, GRAVE),
            grant(MYSTERY, "00000000-0000-0000-0000-0000000a1199"),
            grant(HARMLESS, MAIL_READ),
        ]),
        _ => {
            let (id, of) = path.strip_prefix("servicePrincipals/")?.split_once('/')?;
            let known = [ROBOT, WATCHER, PORTER, MYSTERY].contains(&id) && of == "owners";
            known.then(|| json!([]))?
        }
    })
}

/// PIM for Groups: a group may activate a membership of [`HOLDERS`].
fn pim_list(path: &str, query: &str) -> Option<Value> {
    let of = path.strip_prefix("identityGovernance/privilegedAccess/group/")?;
    let holds = of == "eligibilityScheduleInstances" && query.contains(HOLDERS);
    let items = if holds {
        json!([{"id": "e", "principalId": DEEPER, "groupId": HOLDERS, "accessId": "member",
            "memberType": "direct"}])
    } else {
        json!([])
    };
    Some(items)
}

/// Settings of roles, of which there are none; and of [`HOLDERS`], for members and owners.
fn policies(query: &str) -> Value {
    let of = |access: &str| {
        json!({"id": format!("p_{access}"), "roleDefinitionId": access, "scopeId": HOLDERS,
        "scopeType": "Group", "policy": {"id": "p", "rules": [{
            "@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyApprovalRule",
            "id": "Approval_EndUser_Assignment",
            "setting": {"isApprovalRequired": access == "member", "approvalStages": []},
        }]}})
    };
    let is_of_holders = query.contains(&format!("scopeId eq '{HOLDERS}' and scopeType eq 'Group'"));
    if is_of_holders { json!([of("member"), of("owner")]) } else { json!([]) }
}

fn governance_list(path: &str) -> Option<Value> {
    Some(match path {
        "tenantRelationships/delegatedAdminRelationships" => json!([
            {"id": "r1", "status": "active"}, {"id": "r2", "status": "terminated"},
        ]),
        "tenantRelationships/delegatedAdminRelationships/r1/accessAssignments" => json!([{
            "id": "a1", "status": "active",
            "accessContainer": {"accessContainerId": HOLDERS},
            "accessDetails": {"unifiedRoles": [{"roleDefinitionId": GLOBAL_ADMINISTRATOR}]},
        }]),
        "policies/crossTenantAccessPolicy/partners" => json!([{"tenantId": GONE}]),
        "identityGovernance/entitlementManagement/resources"
        | "identityGovernance/accessReviews/definitions"
        | "identityGovernance/lifecycleWorkflows/workflows"
        | "directory/recovery/jobs"
        | "identity/verifiedId/profiles" => json!([]),
        _ => return None,
    })
}

fn list_of_one(version: &str, path: &str) -> Option<Value> {
    if let Some((id, of)) = path.strip_prefix("users/").and_then(|path| path.split_once('/')) {
        let known = [ALPHA, DEPUTY, THROUGH, LATE, OWNER].contains(&id);
        let listed = matches!(of, "authentication/methods" | "transitiveMemberOf");
        return (known && listed).then(|| json!([]));
    }
    let (id, of) = path.strip_prefix("groups/")?.split_once('/')?;
    let known = [EMERGENCY, HOLDERS, ELIGIBLE, DEEPER].contains(&id);
    let person = match id {
        DEEPER => LATE,
        HOLDERS if of == "transitiveMembers" => THROUGH,
        _ => ALPHA,
    };
    let member = json!({"@odata.type": "#microsoft.graph.user", "id": person});
    let robot = json!({"@odata.type": "#microsoft.graph.servicePrincipal", "id": ROBOT});
    Some(match of {
        "members" | "transitiveMembers" if known && version == "beta" => json!([member, robot]),
        "owners" if known && version == "beta" => json!([robot]),
        "members" | "transitiveMembers" if known => json!([member]),
        "owners" | "memberOf" if known => json!([]),
        _ => return None,
    })
}

fn user(id: &str) -> Value {
    json!({
        "id": id, "userPrincipalName": format!("{id}@contoso.example"),
        "signInActivity": {"lastSuccessfulSignInDateTime": "2026-11-01T00:00:00Z"},
        "employeeLeaveDateTime": "2027-01-01T00:00:00Z",
    })
}

/// The client id of a service principal: its own id with another ending.
fn app_id(id: &str) -> String {
    match id {
        WATCHER => crate::service::CLIENT.to_string(),
        id => format!("{}aa{}", &id[..30], &id[32..]),
    }
}

fn service_principal(id: &str) -> Value {
    let home = if [PORTER, MYSTERY].contains(&id) { GONE } else { TENANT };
    json!({
        "id": id, "appId": app_id(id), "displayName": "an application",
        "servicePrincipalType": "Application", "appOwnerOrganizationId": home,
        "passwordCredentials": [], "keyCredentials": [],
    })
}

fn grant(principal: &str, role: &str) -> Value {
    json!({
        "id": format!("grant-{principal}"), "principalId": principal, "appRoleId": role,
        "principalType": "ServicePrincipal", "resourceId": GRAPH,
    })
}

fn plan(id: &str) -> Value {
    json!({"capabilityStatus": "Enabled", "service": "AADPremiumService", "servicePlanId": id})
}

fn definition(id: &str, name: &str, is_built_in: bool) -> Value {
    json!({"id": id, "templateId": id, "displayName": name, "isBuiltIn": is_built_in})
}

pub(crate) fn domain(name: &str) -> Value {
    json!({
        "id": name, "authenticationType": "Managed",
        "isInitial": false, "isDefault": false, "isVerified": true,
    })
}

/// The domains with one more, `fed.example`, whose federation is known.
pub(crate) fn with_federation(asked: &Asked) -> Option<Reply> {
    let mut federated = domain("fed.example");
    federated["authenticationType"] = "Federated".into();
    let domains = json!({"value": [domain("contoso.example"), federated]});
    (asked.path == "/v1.0/domains").then(|| answer(200, &domains))
}

/// The roles with one more, [`NEW_ROLE`], which no table has and [`OWNER`] holds.
pub(crate) fn with_new_role(asked: &Asked) -> Option<Reply> {
    let (_, path) = asked.path[1..].split_once("/roleManagement/directory/")?;
    let mut new = definition(NEW_ROLE, "Vault Administrator", true);
    let items = match path {
        "roleDefinitions" if asked.query.contains("isPrivileged eq true") => json!([
            {"id": GLOBAL_ADMINISTRATOR, "isPrivileged": true},
            {"id": NEW_ROLE, "isPrivileged": true},
        ]),
        "roleDefinitions" if !asked.query.contains("isBuiltIn eq false") => json!([
            definition(GLOBAL_ADMINISTRATOR, "Global Administrator", true),
            new,
            definition(UNFOLLOWED, "Message Center Reader", true),
        ]),
        "roleAssignments" if asked.query.contains(NEW_ROLE) => {
            json!([assignment(NEW_ROLE, OWNER, "#microsoft.graph.user")])
        }
        _ if path == format!("roleDefinitions/{NEW_ROLE}") => {
            new["rolePermissions"] = json!([{"allowedResourceActions": [
                "microsoft.directory/servicePrincipals/credentials/update",
            ]}]);
            return Some(answer(200, &new));
        }
        _ => return None,
    };
    Some(answer(200, &json!({"value": items})))
}

/// A policy that names users and groups in each of the four places.
fn policy() -> Value {
    json!({
        "id": "00000000-0000-0000-0000-00000000ca01", "displayName": "P", "state": "enabled",
        "conditions": {
            "users": {
                "includeUsers": ["All", DEPUTY], "excludeUsers": [GONE, "a placeholder"],
                "includeGroups": [HOLDERS], "excludeGroups": [EMERGENCY, GONE],
            },
            "applications": {"includeApplications": ["All"]},
            "clientAppTypes": ["all"],
        },
        "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
    })
}

fn assignment(role: &str, principal: &str, kind: &str) -> Value {
    json!({
        "id": format!("assignment-{principal}"), "principalId": principal,
        "directoryScopeId": "/", "roleDefinitionId": role,
        "principal": {"@odata.type": kind, "id": principal, "mobilePhone": "+31 6 12345678"},
    })
}

fn schedule(role: &str, principal: &str, member: &str) -> Value {
    json!({
        "id": format!("instance-{principal}"), "principalId": principal,
        "roleDefinitionId": role, "directoryScopeId": "/", "memberType": member,
    })
}

/// The objects among `known` that an `id in (…)` names.
/// The last sign-in of whoever is asked for.
fn activities(query: &str) -> Value {
    let ids = query.split('\'').skip(1).step_by(2);
    ids.map(|id| json!({"id": id, "signInActivity": user(id)["signInActivity"]})).collect()
}

fn existing(query: &str, known: &[&str]) -> Value {
    let named = known.iter().filter(|id| query.contains(*id));
    named.map(|id| json!({"id": id, "displayName": format!("name of {id}")})).collect()
}
