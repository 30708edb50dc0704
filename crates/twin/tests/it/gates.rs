//! Licences, permissions and required filters of what the whole snapshot reads.

use halligan_core::id::GLOBAL_ADMINISTRATOR;
use halligan_core::power::{self, MICROSOFT_GRAPH};
use halligan_twin::{App, Directory, Licence, Running, story};
use serde_json::Value;

use crate::{Client, story_twin};

const SCOPE: &str = "scopeId eq '/' and scopeType eq 'DirectoryRole'";
const POLICIES: &str = "/v1.0/policies/roleManagementPolicyAssignments";

fn plan(running: &Running, id: Option<&str>) {
    let plan = |id: &str| {
        serde_json::json!({
            "assignedDateTime": null, "capabilityStatus": "Enabled", "service": "x",
            "servicePlanId": id,
        })
    };
    let plans: Vec<Value> = id.into_iter().map(plan).collect();
    running.change(|directory| {
        directory.organization.insert("assignedPlans".into(), plans.into());
    });
}

#[tokio::test]
async fn each_area_refuses_without_its_licence() {
    let (running, client) = story_twin().await;
    let activity = format!("/v1.0/users/{}?$select=signInActivity", story::ACCOUNT_ALPHA);
    let catalogs = "/v1.0/identityGovernance/entitlementManagement/resources";
    let schedules = format!(
        "/v1.0/identityGovernance/privilegedAccess/group/assignmentScheduleInstances?$filter=\
         groupId eq '{}'",
        story::ADMIN_GROUP
    );
    let p1 = "41781fb2-bc02-4b7c-bd55-b576c07bb09d";
    let p2 = "eec0eb4f-6444-4f95-aba0-50c24d67f998";
    let governance = "e866a266-3cff-43a3-acca-0c90a7e00c8b";
    let premium = (400, "AadPremiumLicenseRequired");
    for (path, enough, too_little, refusal) in [
        (
            activity.as_str(),
            p1,
            None,
            (403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant"),
        ),
        (&format!("{POLICIES}?$filter={SCOPE}"), p2, Some(p1), premium),
        (&schedules, p2, Some(p1), premium),
        (&of_group("member"), p2, Some(p1), premium),
        ("/v1.0/identityGovernance/accessReviews/definitions", p2, Some(p1), premium),
        (catalogs, p2, Some(p1), (403, "NoLicense")),
        ("/v1.0/identityGovernance/lifecycleWorkflows/workflows", governance, Some(p2), premium),
    ] {
        plan(&running, too_little);
        let answer = client.get(path).await;
        assert_eq!((answer.status, answer.code()), refusal, "{path}");
        plan(&running, Some(enough));
        assert_eq!(client.get(path).await.status, 200, "{path}");
    }
}

/// Settings of the membership or ownership of the story's group.
fn of_group(access: &str) -> String {
    format!(
        "{POLICIES}?$filter=scopeId eq '{}' and scopeType eq 'Group' and roleDefinitionId eq \
         '{access}'&$expand=policy($expand=rules)",
        story::ADMIN_GROUP
    )
}

/// Microsoft's example: a reason, nobody who approves, and every holding ends.
#[tokio::test]
async fn groups_that_pim_manages_have_settings_of_their_own() {
    let (running, client) = story_twin().await;
    for access in ["member", "owner"] {
        let body = client.get(&of_group(access)).await.body;
        let all = body["value"].as_array().unwrap();
        assert_eq!(all.len(), 1, "{body}");
        let rule = |id: &str| {
            let rules = all[0]["policy"]["rules"].as_array().unwrap().iter();
            rules.clone().find(|rule| rule["id"] == id).unwrap().clone()
        };
        let enablement = rule("Enablement_EndUser_Assignment");
        assert_eq!(enablement["enabledRules"], serde_json::json!(["Justification"]));
        let approval = rule("Approval_EndUser_Assignment");
        assert_eq!(approval["setting"]["isApprovalRequired"], false);
        assert_eq!(rule("Expiration_Admin_Eligibility")["isExpirationRequired"], true);
        assert_eq!(all[0]["roleDefinitionId"], access);
        assert_eq!(all[0]["policy"]["scopeId"], story::ADMIN_GROUP.to_string());
    }
    // Explicit ones take their place, the ownership's stay as they are.
    running.change(|directory| {
        let explicit = serde_json::json!({
            "id": "x", "policyId": "x", "scopeId": story::ADMIN_GROUP.to_string(),
            "scopeType": "Group", "roleDefinitionId": "member", "policy": {"id": "x", "rules": []},
        });
        directory.governance.group_policies.push(explicit.as_object().unwrap().clone());
    });
    assert_eq!(client.get(&of_group("member")).await.ids(), ["x"]);
    assert_eq!(client.get(&of_group("owner")).await.ids().len(), 1);
    // PIM does not manage what nobody is eligible for.
    let other = of_group("member")
        .replace(&story::ADMIN_GROUP.to_string(), &story::PILOT_GROUP.to_string());
    assert_eq!(client.get(&other).await.ids(), [] as [&str; 0]);
}

#[tokio::test]
async fn settings_of_groups_and_of_roles_have_permissions_of_their_own() {
    let (running, client) = story_twin().await;
    let (group, role) = (of_group("member"), format!("{POLICIES}?$filter={SCOPE}"));
    for (permission, opens) in [
        ("RoleManagementPolicy.Read.AzureADGroup", (200, 403)),
        ("RoleManagementPolicy.ReadWrite.AzureADGroup", (200, 403)),
        ("RoleManagement.Read.Directory", (403, 200)),
        ("Policy.Read.All", (403, 403)),
    ] {
        running.change(|directory| {
            let app = directory.apps.get_mut(&story::WATCHER.0).unwrap();
            app.permissions = [permission.to_owned()].into();
        });
        let got = (client.get(&group).await.status, client.get(&role).await.status);
        assert_eq!(got, opens, "{permission}");
    }
}

#[tokio::test]
async fn the_licence_counts_where_no_plan_is_written() {
    let (running, client) = story_twin().await;
    let reviews = "/v1.0/identityGovernance/accessReviews/definitions";
    assert_eq!(client.get(reviews).await.status, 200);
    running.change(|directory| directory.licence = Licence::P1);
    assert_eq!(client.get(reviews).await.status, 400);
    running.change(|directory| directory.licence = Licence::Free);
    let activity = format!("/v1.0/users/{}?$select=signInActivity", story::ACCOUNT_ALPHA);
    assert_eq!(client.get(&activity).await.status, 403);
}

#[tokio::test]
async fn federated_credentials_have_expressions_in_beta_and_those_of_clients_are_among_them() {
    let (running, client) = story_twin().await;
    let id = story::RUNAWAY_REGISTRATION;
    running.change(|directory| {
        let all = directory.applications.federated.get_mut(&id).unwrap();
        all.push(crate::schema::flexible_credential());
        let mut app = App::new(story::RUNAWAY_APP, "Onboarding automation", &[]);
        app.federated.push(halligan_twin::FederatedCredential {
            issuer: "https://issuer.example".into(),
            subject: "a job".into(),
            audience: "api://AzureADTokenExchange".into(),
        });
        directory.register(app);
    });
    let path = |version: &str| format!("/{version}/applications/{id}/federatedIdentityCredentials");
    let beta = client.get(&path("beta")).await.body["value"].clone();
    let subjects: Vec<_> = beta.as_array().unwrap().iter().map(|one| &one["subject"]).collect();
    let main = "repo:harbourpine/onboarding:ref:refs/heads/main";
    assert_eq!(subjects, [&Value::from(main), &Value::Null, &Value::from("a job")]);
    assert_eq!(beta[1]["claimsMatchingExpression"]["languageVersion"], 1);
    let plain = client.get(&path("v1.0")).await.body["value"].clone();
    assert_eq!(plain.as_array().unwrap().len(), 3);
    assert!(plain[1].get("claimsMatchingExpression").is_none(), "{plain}");
    let filtered = format!("{}?$filter=subject eq 'a job'", path("beta"));
    assert_eq!(client.get(&filtered).await.body["value"].as_array().unwrap().len(), 1);
    running.change(|directory| {
        let app = directory.apps.get_mut(&story::WATCHER.0).unwrap();
        assert!(app.permissions.remove("Application.Read.All"));
    });
    assert_eq!(client.get(&path("beta")).await.status, 403);
}

async fn select(client: &Client, property: &str) -> crate::Answer {
    client.get(&format!("/v1.0/users/{}?$select={property}", story::ACCOUNT_ALPHA)).await
}

#[tokio::test]
async fn some_properties_of_users_take_permissions_of_their_own() {
    let (running, client) = story_twin().await;
    running.change(|directory| {
        let alpha = directory.users.get_mut(&story::ACCOUNT_ALPHA.0).unwrap();
        alpha.object.insert("employeeLeaveDateTime".into(), "2026-12-31T00:00:00Z".into());
    });
    let activity = select(&client, "id,signInActivity").await;
    assert_eq!(activity.body["signInActivity"]["lastSignInDateTime"], "2026-09-30T09:12:00Z");
    assert_eq!(select(&client, "*").await.body["signInActivity"], Value::Null);
    let leave = select(&client, "employeeLeaveDateTime").await;
    assert_eq!(leave.body["employeeLeaveDateTime"], "2026-12-31T00:00:00Z");
    running.change(|directory| {
        let watcher = directory.apps.get_mut(&story::WATCHER.0).unwrap();
        watcher.permissions.remove("AuditLog.Read.All");
        watcher.permissions.remove("User-LifeCycleInfo.Read.All");
    });
    let activity = select(&client, "id,signInActivity").await;
    let refusal = (403, "Authentication_MSGraphPermissionMissing");
    assert_eq!((activity.status, activity.code()), refusal);
    let leave = select(&client, "employeeLeaveDateTime").await;
    assert_eq!((leave.status, &leave.body["employeeLeaveDateTime"]), (200, &Value::Null));
}

#[tokio::test]
async fn some_lists_want_a_filter() {
    let (_running, client) = story_twin().await;
    let group = story::ADMIN_GROUP;
    let pim = "/v1.0/identityGovernance/privilegedAccess/group/assignmentScheduleInstances";
    for (path, expected) in [
        (POLICIES.to_owned(), None),
        (format!("{POLICIES}?$filter=scopeId eq '/'"), None),
        (format!("{POLICIES}?$filter=scopeType eq 'DirectoryRole'"), None),
        (
            format!("{POLICIES}?$filter={SCOPE} and roleDefinitionId eq '{GLOBAL_ADMINISTRATOR}'"),
            Some(1),
        ),
        (pim.to_owned(), None),
        (format!("{pim}?$filter=groupId eq '{group}'"), Some(1)),
        ("/v1.0/roleManagement/directory/roleAssignments".to_owned(), None),
        (
            "/v1.0/roleManagement/directory/roleAssignments?$filter=roleDefinitionId eq \
             'e8611ab8-c189-46e8-94e1-60213ab1f814'&$expand=principal"
                .to_owned(),
            Some(0),
        ),
    ] {
        let answer = client.get(&path).await;
        match expected {
            None => assert_eq!(answer.status, 400, "{path}"),
            Some(count) => {
                assert_eq!(answer.status, 200, "{path}: {}", answer.body);
                assert_eq!(answer.ids().len(), count, "{path}");
            }
        }
    }
}

#[tokio::test]
async fn rules_come_with_their_expansion_only() {
    let (_running, client) = story_twin().await;
    let role = GLOBAL_ADMINISTRATOR;
    let path = format!("{POLICIES}?$filter={SCOPE} and roleDefinitionId eq '{role}'");
    let plain = client.get(&path).await.body;
    assert!(plain["value"][0].get("policy").is_none());
    let policy = client.get(&format!("{path}&$expand=policy")).await.body;
    assert!(policy["value"][0]["policy"].get("rules").is_none());
    let rules = client.get(&format!("{path}&$expand=policy($expand=rules)")).await.body;
    let rules = rules["value"][0]["policy"]["rules"].as_array().unwrap().clone();
    let approval = rules.iter().find(|rule| rule["id"] == "Approval_EndUser_Assignment").unwrap();
    assert_eq!(approval["setting"]["isApprovalRequired"], false);
    assert_eq!(rules.len(), 17);
    let definitions = "/v1.0/roleManagement/directory/roleDefinitions";
    let definitions = client.get(&format!("{definitions}?$select=rolePermissions")).await.body;
    let permissions = &definitions["value"][0]["rolePermissions"][0];
    assert!(!permissions["allowedResourceActions"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn grants_resolve_to_names_through_graphs_own_principal() {
    let (running, client) = story_twin().await;
    let graph = client
        .get(&format!("/v1.0/servicePrincipals?$filter=appId eq '{MICROSOFT_GRAPH}'"))
        .await
        .body["value"][0]
        .clone();
    let name_of = |role: &Value| {
        let roles = graph["appRoles"].as_array().unwrap();
        let role = roles.iter().find(|known| known["id"] == *role).unwrap();
        role["value"].as_str().unwrap().to_owned()
    };
    for permission in power::PERMISSIONS {
        assert_eq!(name_of(&permission.id.to_string().into()), permission.name);
    }
    let id = graph["id"].as_str().unwrap();
    let path = format!("/v1.0/servicePrincipals/{id}/appRoleAssignedTo");
    let held = |grants: &[Value], name: &str| -> Vec<String> {
        let of = grants.iter().filter(|grant| grant["principalDisplayName"] == name);
        of.map(|grant| name_of(&grant["appRoleId"])).collect()
    };
    let grants = client.all(&path).await;
    let mut watcher = held(&grants, "Halligan watcher");
    watcher.sort();
    let mut expected = story::WATCHER_PERMISSIONS.map(String::from);
    expected.sort();
    assert_eq!(watcher, expected);
    let runaway = held(&grants, "Onboarding automation");
    assert!(runaway.contains(&"RoleManagement.ReadWrite.Directory".to_owned()), "{runaway:?}");

    let own = format!("/v1.0/servicePrincipals/{}", story::RUNAWAY_PRINCIPAL);
    assert_eq!(client.all(&format!("{own}/appRoleAssignments")).await.len(), 2);
    let owner = story::GROUP_OWNER.to_string();
    assert_eq!(client.get(&format!("{own}/owners")).await.ids(), std::slice::from_ref(&owner));
    let registration = format!("/v1.0/applications/{}/owners", story::RUNAWAY_REGISTRATION);
    assert_eq!(client.get(&registration).await.ids(), [owner]);

    running.change(|directory| {
        let watcher = directory.apps.get_mut(&story::WATCHER.0).unwrap();
        watcher.permissions.remove("Domain.Read.All");
    });
    let grants = client.all(&path).await;
    assert!(!held(&grants, "Halligan watcher").contains(&"Domain.Read.All".to_owned()));
}

#[tokio::test]
async fn a_registered_application_is_seen_like_any_other() {
    let (running, client) = story_twin().await;
    let id = halligan_core::id::AppId::from_u128(0x77);
    running.change(|directory| directory.register(App::new(id, "New", &["Made.Up"])));
    for collection in ["servicePrincipals", "applications"] {
        let path = format!("/v1.0/{collection}?$filter=appId eq '{id}'");
        let found = client.get(&path).await.body["value"].as_array().unwrap().clone();
        assert_eq!((found.len(), &found[0]["displayName"]), (1, &"New".into()), "{path}");
    }
    let by_name = client.get("/v1.0/servicePrincipals?$filter=displayName eq 'New'").await;
    let path = format!("/v1.0/servicePrincipals/{}/appRoleAssignments", by_name.ids()[0]);
    assert_eq!(client.get(&path).await.ids().len(), 1);
}

#[tokio::test]
async fn consents_are_filtered_and_need_their_permission() {
    let (running, client) = story_twin().await;
    let path = "/v1.0/oauth2PermissionGrants";
    let answer = client.get(path).await;
    assert_eq!((answer.status, answer.code()), (403, "Authorization_RequestDenied"));
    running.change(|directory| {
        let watcher = directory.apps.get_mut(&story::WATCHER.0).unwrap();
        watcher.permissions.insert("Directory.Read.All".into());
    });
    let client_id = story::RUNAWAY_PRINCIPAL;
    for (filter, count) in [
        (format!("clientId eq '{client_id}'"), 1),
        (format!("clientId eq '{}'", story::TENANT), 0),
        ("consentType eq 'Principal'".to_owned(), 0),
        ("consentType eq 'AllPrincipals' and principalId eq null".to_owned(), 1),
    ] {
        let found = client.get(&format!("{path}?$filter={filter}")).await;
        assert_eq!(found.ids().len(), count, "{filter}");
    }
}

#[tokio::test]
async fn units_are_among_what_a_group_is_a_member_of() {
    let (running, client) = story_twin().await;
    let path = format!("/v1.0/groups/{}/memberOf", story::PILOT_GROUP);
    let items = client.get(&path).await.body["value"].as_array().unwrap().clone();
    assert_eq!(items[0]["@odata.type"], "#microsoft.graph.administrativeUnit");
    assert_eq!(items[0]["displayName"], "Workshop");
    running.change(|directory: &mut Directory| {
        let unit = directory.administrative_units.get_mut(&story::UNIT).unwrap();
        unit.members = vec![story::ACCOUNT_ALPHA.0];
        let watcher = directory.apps.get_mut(&story::WATCHER.0).unwrap();
        watcher.permissions.remove("AdministrativeUnit.Read.All");
    });
    assert_eq!(client.get(&path).await.ids(), Vec::<String>::new());
    let path = format!("/v1.0/users/{}/transitiveMemberOf", story::ACCOUNT_ALPHA);
    let items = client.get(&path).await.body["value"].as_array().unwrap().clone();
    let unit = items.iter().find(|item| item["id"] == story::UNIT.to_string()).unwrap();
    assert_eq!(unit.as_object().unwrap().len(), 2, "{unit}");
}

#[tokio::test]
async fn what_is_not_there_is_said() {
    let (_running, client) = story_twin().await;
    for path in [
        "/v1.0/domains/nowhere.example/federationConfiguration",
        "/v1.0/servicePrincipals/00000000-0000-0000-0000-000000000099/owners",
        "/v1.0/servicePrincipals/x/appRoleAssignedTo",
        "/v1.0/applications/00000000-0000-0000-0000-000000000099/owners",
        "/beta/roleManagement/directory/resourceNamespaces/microsoft.intune/resourceActions",
        "/beta/users/nobody/authentication/requirements",
        "/v1.0/groups/x/memberOf",
    ] {
        let answer = client.get(path).await;
        assert_eq!((answer.status, answer.code()), (404, "Request_ResourceNotFound"), "{path}");
    }
    for path in [
        "/v1.0/users/x/authentication/requirements",
        "/v1.0/roleManagement/directory/resourceNamespaces/microsoft.directory/resourceActions",
        "/beta/directory/recovery/jobs",
    ] {
        let answer = client.get(path).await;
        assert_eq!((answer.status, answer.code()), (400, "BadRequest"), "{path}");
    }
    let managed = client
        .get(&format!("/v1.0/domains/{}/federationConfiguration", story::INITIAL_DOMAIN))
        .await;
    assert_eq!((managed.status, managed.ids().len()), (200, 0));
}
