//! Every answer of every operation, over the story and over generated tenants, against the schema.

use std::collections::BTreeSet;

use halligan_core::id::GLOBAL_ADMINISTRATOR;
use halligan_twin::{Directory, Estate, Options, Size, Throttling, Version, operations, story};

use crate::openapi::Schemas;
use crate::{ask_token, compliant_network, evaluate, secret_form, start};

/// Requests that together reach every operation, for any directory with the watcher in it.
fn requests(directory: &Directory) -> Vec<String> {
    let role = GLOBAL_ADMINISTRATOR;
    let mut paths: Vec<String> = [
        "/v1.0/organization",
        "/v1.0/organization?$select=id,displayName,assignedPlans,onPremisesSyncEnabled",
        "/v1.0/domains",
        "/v1.0/subscribedSkus",
        "/v1.0/policies/identitySecurityDefaultsEnforcementPolicy",
        "/v1.0/policies/authenticationMethodsPolicy",
        "/beta/policies/authenticationMethodsPolicy",
        "/v1.0/policies/authenticationStrengthPolicies",
        "/v1.0/policies/authenticationStrengthPolicies/00000000-0000-0000-0000-000000000004",
        "/v1.0/identity/conditionalAccess/policies",
        "/v1.0/identity/conditionalAccess/policies?$select=id",
        "/beta/identity/conditionalAccess/policies",
        "/v1.0/identity/conditionalAccess/namedLocations",
        "/beta/identity/conditionalAccess/namedLocations",
        "/v1.0/roleManagement/directory/roleDefinitions",
        "/beta/roleManagement/directory/roleDefinitions",
        "/beta/roleManagement/directory/roleDefinitions?$select=id,isPrivileged",
        "/v1.0/users",
        "/v1.0/users?$top=3&$count=true",
        "/v1.0/users?$select=id,accountEnabled,assignedLicenses,otherMails,passwordProfile",
        "/v1.0/groups",
        "/v1.0/groups?$select=id,displayName,isManagementRestricted,assignedLicenses,groupTypes",
        "/v1.0/directory/deletedItems/graph.user",
        "/v1.0/directory/deletedItems/microsoft.graph.group",
        "/v1.0/servicePrincipals",
        "/v1.0/auditLogs/directoryAudits?$filter=activityDateTime ge 2026-01-01T00:00:00Z",
        "/v1.0/auditLogs/signIns?$top=5",
        "/beta/auditLogs/signIns?$filter=createdDateTime ge 2026-01-01T00:00:00Z and \
         signInEventTypes/any(t: t eq 'interactiveUser' or t eq 'nonInteractiveUser')",
        // Errors have a schema as well.
        "/v1.0/users/00000000-0000-0000-0000-000000000099",
        "/v1.0/roleManagement/directory/roleAssignments",
        "/v1.0/roleManagement/directory/roleDefinitions?$select=id,isPrivileged",
        "/v1.0/users?$filter=jobTitle eq 'x'",
    ]
    .map(String::from)
    .to_vec();
    paths.push(format!("/v1.0/roleManagement/directory/roleDefinitions/{role}"));
    for relation in ["principal", "roleDefinition"] {
        for collection in [
            "roleAssignments",
            "roleAssignmentScheduleInstances",
            "roleEligibilityScheduleInstances",
        ] {
            paths.push(format!(
                "/v1.0/roleManagement/directory/{collection}?$filter=roleDefinitionId eq '{role}'\
                 &$expand={relation}"
            ));
        }
    }
    for (policy, version) in directory.policies.iter().zip(["v1.0", "beta"].iter().cycle()) {
        let id = policy["id"].as_str().unwrap();
        paths.push(format!("/{version}/identity/conditionalAccess/policies/{id}"));
    }
    for location in &directory.locations {
        let id = location["id"].as_str().unwrap();
        for version in ["v1.0", "beta"] {
            paths.push(format!("/{version}/identity/conditionalAccess/namedLocations/{id}"));
        }
    }
    for id in directory.users.keys().take(8) {
        for rest in ["", "/authentication/methods", "/memberOf", "/transitiveMemberOf"] {
            paths.push(format!("/v1.0/users/{id}{rest}"));
        }
    }
    let eligibilities =
        "/v1.0/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances";
    for id in directory.groups.keys().take(8) {
        for rest in ["", "/members", "/transitiveMembers", "/owners", "/members?$select=id"] {
            paths.push(format!("/v1.0/groups/{id}{rest}"));
            if !rest.is_empty() {
                paths.push(format!("/beta/groups/{id}{rest}"));
            }
        }
        paths.push(format!("{eligibilities}?$filter=groupId eq '{id}'&$expand=principal"));
    }
    for list in ["Customers", "Relationships", "Relationships?$filter=status eq 'expired'"] {
        paths.push(format!("/v1.0/tenantRelationships/delegatedAdmin{list}"));
    }
    for relationship in &directory.delegated_admin.relationships {
        let id = relationship.object["id"].as_str().unwrap();
        for rest in ["", "/accessAssignments"] {
            paths.push(format!("/v1.0/tenantRelationships/delegatedAdminRelationships/{id}{rest}"));
        }
    }
    paths.extend(settings_requests(directory));
    paths.extend(application_requests(directory));
    paths
}

/// Requests for settings and governance.
fn settings_requests(directory: &Directory) -> Vec<String> {
    let role = GLOBAL_ADMINISTRATOR;
    let scope = "scopeId eq '/' and scopeType eq 'DirectoryRole'";
    let policies = "/v1.0/policies/roleManagementPolicyAssignments";
    let actions =
        "/beta/roleManagement/directory/resourceNamespaces/microsoft.directory/resourceActions";
    let mut paths: Vec<String> = [
        "/v1.0/directory/onPremisesSynchronization",
        "/v1.0/policies/authorizationPolicy",
        "/v1.0/policies/authorizationPolicy?$select=allowedToUseSSPR",
        "/v1.0/identity/conditionalAccess/deletedItems/policies",
        "/v1.0/identity/conditionalAccess/authenticationContextClassReferences",
        "/v1.0/directory/administrativeUnits",
        "/v1.0/directory/administrativeUnits?$select=id,isMemberManagementRestricted",
        "/v1.0/policies/crossTenantAccessPolicy/default",
        "/v1.0/policies/crossTenantAccessPolicy/partners",
        "/v1.0/identityGovernance/accessReviews/definitions",
        "/v1.0/identityGovernance/lifecycleWorkflows/workflows",
        "/v1.0/directory/recovery/jobs",
        "/v1.0/identity/verifiedId/profiles",
        policies,
    ]
    .map(String::from)
    .to_vec();
    paths.push(actions.into());
    paths.push(format!("{actions}?$filter=isAuthenticationContextSettable eq true&$select=name"));
    paths.push(format!("{policies}?$filter={scope}"));
    for expand in ["policy", "policy($expand=rules)"] {
        paths.push(format!(
            "{policies}?$filter={scope} and roleDefinitionId eq '{role}'&$expand={expand}"
        ));
    }
    for id in directory.groups.keys().take(8) {
        paths.push(format!(
            "{policies}?$filter=scopeId eq '{id}' and scopeType eq 'Group'\
             &$expand=policy($expand=rules)"
        ));
    }
    for domain in &directory.domains {
        let name = domain["id"].as_str().unwrap();
        paths.push(format!("/v1.0/domains/{name}/federationConfiguration"));
    }
    for id in directory.users.keys().take(8) {
        paths.push(format!("/v1.0/users/{id}?$select=id,signInActivity"));
        paths.push(format!("/v1.0/users/{id}?$select=id,employeeLeaveDateTime,surname"));
        paths.push(format!("/beta/users/{id}/authentication/requirements"));
    }
    let schedules = "/v1.0/identityGovernance/privilegedAccess/group/assignmentScheduleInstances";
    for id in directory.groups.keys().take(8) {
        paths.push(format!("/v1.0/groups/{id}/memberOf"));
        paths.push(format!("{schedules}?$filter=groupId eq '{id}'&$expand=principal"));
        paths.push(format!(
            "/v1.0/identityGovernance/entitlementManagement/resources?$filter=originId eq '{id}'"
        ));
    }
    paths
}

/// Requests for applications.
fn application_requests(directory: &Directory) -> Vec<String> {
    let mut paths: Vec<String> = [
        "/v1.0/servicePrincipals?$filter=appId eq '00000003-0000-0000-c000-000000000000'\
         &$select=id,appId,appRoles",
        "/v1.0/applications",
        "/v1.0/oauth2PermissionGrants",
        "/v1.0/oauth2PermissionGrants?$filter=consentType eq 'AllPrincipals'",
    ]
    .map(String::from)
    .to_vec();
    for id in directory.service_principals.keys().take(12) {
        for rest in ["", "/appRoleAssignments", "/appRoleAssignedTo?$top=999", "/owners"] {
            paths.push(format!("/v1.0/servicePrincipals/{id}{rest}"));
        }
        paths.push(format!("/beta/servicePrincipals/{id}/owners"));
    }
    for (id, registration) in directory.applications.registrations.iter().take(8) {
        let app = registration["appId"].as_str().unwrap();
        paths.push(format!("/v1.0/applications?$filter=appId eq '{app}'"));
        paths.push(format!("/v1.0/applications/{id}"));
        paths.push(format!("/v1.0/applications/{id}/owners"));
        paths.push(format!("/beta/applications/{id}/owners?$select=id"));
        paths.push(format!("/v1.0/applications/{id}/federatedIdentityCredentials"));
        paths.push(format!("/beta/applications/{id}/federatedIdentityCredentials"));
    }
    paths
}

/// Plans with which every area answers: P1, P2 and Entra ID Governance.
pub(crate) fn every_plan() -> serde_json::Value {
    let plans = [
        "41781fb2-bc02-4b7c-bd55-b576c07bb09d",
        "eec0eb4f-6444-4f95-aba0-50c24d67f998",
        "e866a266-3cff-43a3-acca-0c90a7e00c8b",
    ];
    let plan = |id: &&str| {
        serde_json::json!({
            "assignedDateTime": "2025-03-03T08:00:00Z",
            "capabilityStatus": "Enabled",
            "service": "AADPremiumService",
            "servicePlanId": id,
        })
    };
    plans.iter().map(plan).collect::<Vec<serde_json::Value>>().into()
}

/// A federated credential for whatever fits an expression.
pub(crate) fn flexible_credential() -> serde_json::Map<String, serde_json::Value> {
    let one = serde_json::json!({
        "id": "d9b7bf1e-429e-4678-8132-9b00c9846cc4",
        "name": "every-branch",
        "issuer": "https://token.actions.githubusercontent.com",
        "subject": null,
        "description": null,
        "audiences": ["api://AzureADTokenExchange"],
        "claimsMatchingExpression": {
            "value": "claims['sub'] matches 'repo:contoso/*'",
            "languageVersion": 1,
        },
    });
    one.as_object().unwrap().clone()
}

async fn check_all(mut directory: Directory) {
    let Some(mut schemas) = Schemas::load() else { return };
    let app = serde_json::json!({
        "id": "00000000-0000-0000-0000-0000000000aa",
        "appId": story::WATCHER.to_string(),
        "displayName": "Halligan watcher",
        "appRoleAssignmentRequired": false,
    });
    let id = "00000000-0000-0000-0000-0000000000aa".parse().unwrap();
    directory.service_principals.insert(id, app.as_object().unwrap().clone());
    for group in directory.groups.values_mut() {
        group.members.push(id);
        group.owners.push(id);
    }
    directory.locations.push(compliant_network());
    let registered: Vec<_> = directory.applications.registrations.keys().copied().collect();
    for id in registered {
        directory.applications.federated.entry(id).or_default().push(flexible_credential());
    }
    let watcher = directory.apps.get_mut(&story::WATCHER.0).unwrap();
    watcher.permissions.insert("Directory.Read.All".into());
    watcher.permissions.insert("DelegatedAdminRelationship.Read.All".into());
    let estate = Estate::new(7, 12, "2026-11-22T00:00:00Z".parse().unwrap()).unwrap();
    directory.delegated_admin = estate.partner_directory().delegated_admin;
    watcher.permissions.insert("User-LifeCycleInfo.Read.All".into());
    directory.organization.insert("assignedPlans".into(), every_plan());
    logged(&mut directory);
    let requests = requests(&directory);
    let users: Vec<String> = directory.users.keys().take(4).map(ToString::to_string).collect();
    let tenant = directory.tenant.to_string();
    let options = Options { throttling: Throttling::Off, record: true, ..Options::default() };
    let (running, client) = start(directory, options).await;
    let mut wrong = secret_form();
    wrong[2].1 = "wrong".into();
    assert_eq!(ask_token(&running, &tenant, &wrong).await.status, 401);
    for path in &requests {
        client.get(path).await;
    }
    for user in &users {
        client.evaluate(&evaluate::question(user)).await;
    }
    let exchanges = running.exchanges();
    assert_eq!(exchanges.len(), requests.len() + users.len() + 2);
    let answered: BTreeSet<(&str, Version)> = exchanges
        .iter()
        .filter(|exchange| exchange.status == 200)
        .filter_map(|exchange| Some((exchange.operation?, exchange.version?)))
        .collect();
    // Generated tenants have no location but the compliant network, which v1.0 does not show.
    let locations = requests.iter().filter(|path| path.contains("namedLocations/")).count() > 2;
    for operation in operations() {
        let is_reachable = match operation.0 {
            evaluate::PATH => !users.is_empty(),
            template => {
                locations
                    || operation.1 == Version::Beta
                    || !template.contains("{namedLocation-id}")
            }
        };
        assert_eq!(answered.contains(&operation), is_reachable, "{operation:?}");
    }
    let wrong: Vec<String> =
        exchanges.iter().filter_map(|exchange| schemas.check(exchange).err()).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), exchanges.len(), wrong.join("\n\n"));
    running.stop().await;
}

/// Writes every kind of record into the logs.
fn logged(directory: &mut Directory) {
    let at = "2026-11-22T07:00:00Z".parse().unwrap();
    for sample in halligan_core::watch::detect::all().iter().flat_map(|one| one.samples) {
        directory.logs.add(&(sample.event)(), at);
    }
}

#[tokio::test]
async fn the_story_answers_as_the_schema_says() {
    check_all(Directory::story()).await;
}

#[tokio::test]
async fn generated_tenants_answer_as_the_schema_says() {
    for (seed, size) in [
        (1, Size { policies: 24, groups: 20, role_holders: 20, users: 30 }),
        (2, Size { policies: 3, groups: 2, role_holders: 1, users: 0 }),
    ] {
        check_all(Directory::generate(seed, &size)).await;
    }
}

#[test]
fn the_validator_refuses_what_is_wrong() {
    let Some(mut schemas) = Schemas::load() else { return };
    let good = halligan_twin::Exchange {
        method: "GET".into(),
        version: Some(halligan_twin::Version::V1),
        path: "/users/1".into(),
        query: "$select=id".into(),
        headers: Vec::new(),
        body: String::new(),
        operation: None,
        is_part: false,
        status: 200,
        answer: r#"{"@odata.context": "x", "id": "1", "accountEnabled": true}"#.into(),
    };
    assert_eq!(schemas.check(&good), Ok(()));
    let mut bad = good.clone();
    bad.answer = r#"{"id": "1", "accountEnabld": true}"#.into();
    assert!(schemas.check(&bad).unwrap_err().contains("accountEnabld"));
    let bad = halligan_twin::Exchange { query: "$top=1".into(), ..good.clone() };
    assert!(schemas.check(&bad).unwrap_err().contains("$top"));
    let bad = halligan_twin::Exchange { path: "/nothing".into(), ..good.clone() };
    assert!(schemas.check(&bad).is_err());
    let bad = halligan_twin::Exchange { status: 404, ..good };
    assert!(schemas.check(&bad).is_err());
}

/// What the schema of our own lets pass in beta, it lets pass there only, and not misspelt.
#[test]
fn the_validator_knows_compliant_networks_of_beta_only() {
    let Some(mut schemas) = Schemas::load() else { return };
    let location = serde_json::Value::from(compliant_network());
    let mut check = |version, location: &serde_json::Value| {
        schemas.check(&halligan_twin::Exchange {
            method: "GET".into(),
            version: Some(version),
            path: "/identity/conditionalAccess/namedLocations".into(),
            query: String::new(),
            headers: Vec::new(),
            body: String::new(),
            operation: None,
            is_part: false,
            status: 200,
            answer: serde_json::json!({"value": [location]}).to_string(),
        })
    };
    assert_eq!(check(Version::Beta, &location), Ok(()));
    assert!(check(Version::V1, &location).is_err());
    for (member, value) in [
        ("compliantNetworkTyp", "allTenantCompliantNetworks".into()),
        ("compliantNetworkType", serde_json::Value::Null),
        ("isTrusted", "true".into()),
    ] {
        let mut wrong = location.clone();
        wrong[member] = value;
        assert!(check(Version::Beta, &wrong).is_err(), "{member}");
    }
}
