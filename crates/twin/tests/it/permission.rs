//! Permissions are enforced, and what they do not cover is left out or refused.

use std::collections::BTreeSet;

use halligan_twin::{Directory, Licence, story};
use serde_json::json;

use crate::openapi::Schemas;
use crate::story_twin;

#[tokio::test]
async fn without_the_permission_there_is_nothing() {
    let (running, client) = story_twin().await;
    for (permission, path) in [
        ("Policy.Read.All", "/beta/identity/conditionalAccess/policies"),
        ("Domain.Read.All", "/v1.0/domains"),
        ("UserAuthenticationMethod.Read.All", "/v1.0/users/x/authentication/methods"),
        ("RoleManagement.Read.Directory", "/v1.0/roleManagement/directory/roleDefinitions"),
    ] {
        let take = |directory: &mut Directory| {
            let app = directory.apps.get_mut(&story::WATCHER.0).unwrap();
            assert!(app.permissions.remove(permission));
        };
        assert_ne!(client.get(path).await.status, 403, "{path}");
        running.change(take);
        let request = client.request(path).header("client-request-id", "mine");
        let answer = crate::answer(request).await;
        assert_eq!((answer.status, answer.code()), (403, "Authorization_RequestDenied"), "{path}");
        let inner = &answer.body["error"]["innerError"];
        assert_eq!(inner["client-request-id"], "mine");
        assert_eq!(inner["request-id"], answer.header("request-id"));
        assert_eq!(answer.header("client-request-id"), "mine");
        assert!(!answer.header("date").is_empty());
    }
}

#[tokio::test]
async fn members_of_unreadable_kinds_are_type_and_id_only() {
    let (running, client) = story_twin().await;
    let path = format!("/v1.0/groups/{}/members", story::EMERGENCY_GROUP);
    let alpha = story::ACCOUNT_ALPHA.to_string();
    let member = |answer: &crate::Answer| {
        let members = answer.body["value"].as_array().unwrap();
        members.iter().find(|member| member["id"] == alpha.as_str()).unwrap().clone()
    };
    let full = member(&client.get(&path).await);
    assert_eq!(full["displayName"], "Emergency access alpha");
    assert!(full.get("accountEnabled").is_none());
    running.change(|directory| {
        let app = directory.apps.get_mut(&story::WATCHER.0).unwrap();
        app.permissions.retain(|permission| permission == "GroupMember.Read.All");
    });
    let limited = member(&client.get(&path).await);
    assert_eq!(limited, json!({"@odata.type": "#microsoft.graph.user", "id": alpha}));
}

#[tokio::test]
async fn basic_readers_see_basic_users() {
    let (running, client) = story_twin().await;
    running.change(|directory| {
        let app = directory.apps.get_mut(&story::WATCHER.0).unwrap();
        app.permissions.clear();
        app.permissions.insert("User.ReadBasic.All".into());
    });
    let path = format!("/v1.0/users/{}", story::ACCOUNT_ALPHA);
    assert_eq!(client.get(&path).await.status, 200);
    assert_eq!(client.get(&format!("{path}?$select=id,displayName")).await.status, 200);
    assert_eq!(client.get(&format!("{path}?$select=accountEnabled")).await.status, 403);
}

#[tokio::test]
async fn without_p2_there_are_no_schedules() {
    let (running, client) = story_twin().await;
    running.change(|directory| directory.licence = Licence::P1);
    for path in [
        "/v1.0/roleManagement/directory/roleAssignmentScheduleInstances",
        "/v1.0/roleManagement/directory/roleEligibilityScheduleInstances",
    ] {
        let answer = client.get(path).await;
        assert_eq!((answer.status, answer.code()), (400, "AadPremiumLicenseRequired"), "{path}");
    }
    let organization = client.get("/v1.0/organization").await.body;
    assert_eq!(organization["value"][0]["assignedPlans"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_removed_application_is_out_at_once() {
    let (running, client) = story_twin().await;
    running.change(|directory| directory.apps.clear());
    assert_eq!(client.get("/v1.0/domains").await.status, 401);
}

#[tokio::test]
async fn activity_wants_its_permission_and_a_premium_licence() {
    let (running, client) = story_twin().await;
    let path = "/v1.0/users?$select=id,signInActivity";
    assert_eq!(client.get(path).await.status, 200);
    let held = |held: bool| {
        running.change(|directory| {
            let app = directory.apps.get_mut(&story::WATCHER.0).unwrap();
            app.permissions.remove("AuditLog.Read.All");
            app.permissions.extend(held.then(|| "AuditLog.Read.All".into()));
        });
    };
    held(false);
    assert_eq!(client.get(path).await.code(), "Authentication_MSGraphPermissionMissing");
    held(true);
    running.change(|directory| directory.licence = Licence::Free);
    let answer = client.get(path).await;
    let code = "Authentication_RequestFromNonPremiumTenantOrB2CTenant";
    assert_eq!((answer.status, answer.code()), (403, code));
}

/// Operations that the schema names permissions for; placeholders are asked for as `x`.
const OPERATIONS: [&str; 42] = [
    EVALUATE,
    "/organization",
    "/domains",
    "/subscribedSkus",
    "/policies/identitySecurityDefaultsEnforcementPolicy",
    "/policies/authenticationMethodsPolicy",
    "/policies/authenticationStrengthPolicies",
    "/identity/conditionalAccess/policies",
    "/identity/conditionalAccess/namedLocations",
    "/roleManagement/directory/roleDefinitions",
    "/roleManagement/directory/roleAssignments",
    "/roleManagement/directory/roleAssignmentScheduleInstances",
    "/roleManagement/directory/roleEligibilityScheduleInstances",
    "/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances",
    "/users",
    "/users/{user-id}",
    "/users/{user-id}/authentication/methods",
    "/users/{user-id}/memberOf",
    "/users/{user-id}/transitiveMemberOf",
    "/groups",
    "/groups/{group-id}",
    "/groups/{group-id}/members",
    "/groups/{group-id}/transitiveMembers",
    "/groups/{group-id}/owners",
    "/groups/{group-id}/memberOf",
    "/servicePrincipals",
    "/servicePrincipals/{servicePrincipal-id}",
    "/tenantRelationships/delegatedAdminCustomers",
    "/tenantRelationships/delegatedAdminRelationships",
    "/tenantRelationships/delegatedAdminRelationships/{delegatedAdminRelationship-id}",
    "/tenantRelationships/delegatedAdminRelationships/{delegatedAdminRelationship-id}\
     /accessAssignments",
    "/servicePrincipals/{servicePrincipal-id}/appRoleAssignments",
    "/applications",
    "/oauth2PermissionGrants",
    "/domains/{domain-id}/federationConfiguration",
    "/policies/authorizationPolicy",
    "/policies/roleManagementPolicyAssignments",
    "/identity/conditionalAccess/authenticationContextClassReferences",
    "/identityGovernance/privilegedAccess/group/assignmentScheduleInstances",
    "/directory/administrativeUnits",
    "/users/{user-id}/authentication/requirements",
    "/roleManagement/directory/resourceNamespaces/{unifiedRbacResourceNamespace-id}/\
     resourceActions",
];

/// The only one that is asked by `POST`.
const EVALUATE: &str = crate::evaluate::PATH;

/// Ends of paths that only beta has.
const BETA_ONLY: [&str; 2] = ["/authentication/requirements", "/resourceActions"];

/// The table's permissions are those of the schema, no more and no fewer: each of them alone opens
/// its operation, and every other one that is known opens it not.
#[tokio::test]
async fn exactly_the_documented_permissions_open_an_operation() {
    let Some(schemas) = Schemas::load() else { return };
    let (running, client) = story_twin().await;
    let sufficient = OPERATIONS.map(|template| schemas.permissions(template).unwrap());
    let all: BTreeSet<&String> = sufficient.iter().flatten().collect();
    assert!(all.len() > 40, "{all:?}");
    for (template, sufficient) in OPERATIONS.iter().zip(&sufficient) {
        let segments = template.split('/');
        let segments = segments.map(|segment| if segment.starts_with('{') { "x" } else { segment });
        let version =
            if BETA_ONLY.iter().any(|end| template.ends_with(end)) { "beta" } else { "v1.0" };
        let path = format!("/{version}{}", segments.collect::<Vec<&str>>().join("/"));
        for permission in &all {
            running.change(|directory| {
                let app = directory.apps.get_mut(&story::WATCHER.0).unwrap();
                app.permissions = permission.split('+').map(String::from).collect();
            });
            // Two permissions at once open what each of them opens.
            let opens = sufficient.iter().any(|one| {
                one.split('+').all(|part| permission.split('+').any(|granted| granted == part))
            });
            let status = match *template {
                EVALUATE => client.evaluate(&json!({})).await.status,
                _ => client.get(&path).await.status,
            };
            let is_open = status != 403;
            assert_eq!(is_open, opens, "{path} with {permission}");
        }
    }
}
