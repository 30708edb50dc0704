//! A small tenant: the answers to every read of a snapshot, written as Graph writes them.

use serde_json::{Value, json};

use crate::service::{Asked, Reply, json as answer, refuse};

pub(crate) const ALPHA: &str = "00000000-0000-0000-0000-00000000a001";
pub(crate) const EMERGENCY: &str = "00000000-0000-0000-0000-00000000e001";
/// Holds Global Administrator.
pub(crate) const HOLDERS: &str = "00000000-0000-0000-0000-00000000e002";
/// Is eligible for Global Administrator.
pub(crate) const ELIGIBLE: &str = "00000000-0000-0000-0000-00000000e003";
/// A user who is eligible for Global Administrator.
pub(crate) const DEPUTY: &str = "00000000-0000-0000-0000-00000000b001";
/// A user who is active through [`HOLDERS`].
pub(crate) const THROUGH: &str = "00000000-0000-0000-0000-00000000b002";
/// An application that is in every group and owns it; v1.0 does not list it.
pub(crate) const ROBOT: &str = "00000000-0000-0000-0000-00000000ab01";
/// Named by a policy, and gone.
pub(crate) const GONE: &str = "00000000-0000-0000-0000-00000000dead";

pub(crate) const TOKEN_PATH: &str = "/contoso.example/oauth2/v2.0/token";
pub(crate) const TOKEN: &str = "eyJ0b2tlbg.the-access-token.c2ln";

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
    let path = path.strip_prefix("/v1.0")?;
    if path == format!("/users/{ALPHA}") {
        return Some(json!({"id": ALPHA, "userPrincipalName": "alpha@contoso.example"}));
    }
    if let Some(id) =
        [EMERGENCY, HOLDERS, ELIGIBLE].iter().find(|id| path == format!("/groups/{id}"))
    {
        return Some(json!({"id": id, "displayName": "a group"}));
    }
    match path {
        "/policies/identitySecurityDefaultsEnforcementPolicy" => Some(json!({
            "id": "00000000-0000-0000-0000-000000000005", "isEnabled": false,
        })),
        "/policies/authenticationMethodsPolicy" => Some(json!({
            "id": "authenticationMethodsPolicy", "authenticationMethodConfigurations": [],
        })),
        _ => None,
    }
}

fn list(path: &str, query: &str) -> Option<Value> {
    let (version, path) = path[1..].split_once('/')?;
    let items = match path {
        "organization" => json!([
            {"id": "00000000-0000-0000-0000-00000000007e", "displayName": "C", "assignedPlans": []}
        ]),
        "domains" => json!([domain("contoso.example")]),
        "identity/conditionalAccess/policies" if version == "beta" => json!([policy()]),
        "identity/conditionalAccess/policies" => {
            json!([{"id": "00000000-0000-0000-0000-00000000ca01"}])
        }
        "roleManagement/directory/roleAssignments" => json!([
            assignment(ALPHA, "#microsoft.graph.user"),
            assignment(HOLDERS, "#microsoft.graph.group"),
        ]),
        "roleManagement/directory/roleAssignmentScheduleInstances" => json!([
            schedule(ALPHA, "Direct"),
            schedule(HOLDERS, "Direct"),
            schedule(THROUGH, "Group"),
        ]),
        "roleManagement/directory/roleEligibilityScheduleInstances" => {
            json!([schedule(ELIGIBLE, "Direct"), schedule(DEPUTY, "Direct"),])
        }
        "users" => existing(query, &[ALPHA, DEPUTY, THROUGH]),
        "groups" => existing(query, &[EMERGENCY, HOLDERS, ELIGIBLE]),
        "identity/conditionalAccess/namedLocations" if version == "beta" => json!([{
            "@odata.type": "#microsoft.graph.compliantNetworkNamedLocation",
            "id": "00000000-0000-0000-0000-0000000000c0",
            "displayName": "All Compliant Network Locations",
            "isTrusted": true, "compliantNetworkType": "allTenantCompliantNetworks",
        }]),
        "identity/conditionalAccess/namedLocations"
        | "policies/authenticationStrengthPolicies"
        | "roleManagement/directory/roleDefinitions"
        | "directory/deletedItems/graph.user"
        | "directory/deletedItems/graph.group"
        | "identityGovernance/privilegedAccess/group/eligibilityScheduleInstances" => json!([]),
        _ if path == format!("users/{ALPHA}/authentication/methods") => json!([]),
        _ if path == format!("users/{ALPHA}/transitiveMemberOf") => json!([]),
        _ => {
            let (id, of) = path.strip_prefix("groups/")?.split_once('/')?;
            let known = [EMERGENCY, HOLDERS, ELIGIBLE].contains(&id);
            let member = json!({"@odata.type": "#microsoft.graph.user", "id": ALPHA});
            let robot = json!({"@odata.type": "#microsoft.graph.servicePrincipal", "id": ROBOT});
            match of {
                "members" | "transitiveMembers" if known && version == "beta" => {
                    json!([member, robot])
                }
                "owners" if known && version == "beta" => json!([robot]),
                "members" | "transitiveMembers" if known => json!([member]),
                "owners" if known => json!([]),
                _ => return None,
            }
        }
    };
    Some(json!({"value": items}))
}

pub(crate) fn domain(name: &str) -> Value {
    json!({
        "id": name, "authenticationType": "Managed",
        "isInitial": false, "isDefault": false, "isVerified": true,
    })
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

fn assignment(principal: &str, kind: &str) -> Value {
    json!({
        "id": format!("assignment-{principal}"), "principalId": principal,
        "directoryScopeId": "/", "roleDefinitionId": "62e90394-69f5-4237-9190-012177145e10",
        "principal": {"@odata.type": kind, "id": principal, "mobilePhone": "+31 6 12345678"},
    })
}

fn schedule(principal: &str, member: &str) -> Value {
    json!({
        "id": format!("instance-{principal}"), "principalId": principal,
        "directoryScopeId": "/", "memberType": member,
    })
}

/// The objects among `known` that an `id in (…)` names.
fn existing(query: &str, known: &[&str]) -> Value {
    let named = known.iter().filter(|id| query.contains(*id));
    named.map(|id| json!({"id": id, "displayName": format!("name of {id}")})).collect()
}
