//! The whole snapshot, read over HTTP, played back by a twin of it, and read again.

use halligan_core::id::{GLOBAL_ADMINISTRATOR, GroupId, PrincipalId, UserId};
use halligan_core::power::MICROSOFT_GRAPH;
use halligan_core::tenant::{
    Account, AccountState, AppRoleGrant, ApplicationRead, ApplicationState, Federation, GapReason,
    GroupRead, GroupState, Holder, Part, PerUserMfa, Registration, SignInActivity, Snapshot,
    Source,
};
use halligan_core::time::Timestamp;
use halligan_twin::{Directory, Options, Throttling, story};
use halligan_wire::Entity;
use serde_json::{Value, json};

use crate::{Client, ask_token, secret_form, start};

const USER: &str = "id,userPrincipalName,displayName,accountEnabled,userType,\
                    onPremisesSyncEnabled,onPremisesImmutableId,createdDateTime,givenName,surname,\
                    isManagementRestricted,assignedLicenses,passwordPolicies,\
                    lastPasswordChangeDateTime,mail,proxyAddresses";
const GROUP: &str = "id,displayName,securityEnabled,mailEnabled,isAssignableToRole,groupTypes,\
                     membershipRule,onPremisesSyncEnabled,expirationDateTime,\
                     isManagementRestricted";

fn at() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn part<T>(value: T) -> Part<T> {
    Part::Read { at: at(), value }
}

/// The body of an answer, without the context that names the twin's port.
async fn body(client: &Client, path: &str) -> Value {
    let answer = client.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    let mut body = answer.body;
    body.as_object_mut().unwrap().remove("@odata.context");
    body
}

async fn one<T: Entity>(client: &Client, path: &str) -> T {
    let body = body(client, path).await;
    halligan_wire::read::<T>(body.to_string().as_bytes()).unwrap()
}

async fn all<T: Entity>(client: &Client, path: &str) -> Vec<T> {
    let items = client.all(path).await;
    items
        .iter()
        .map(|item| halligan_wire::read::<T>(item.to_string().as_bytes()).unwrap())
        .collect()
}

async fn page<T: Entity>(client: &Client, path: &str) -> Part<Vec<T>> {
    part(all::<T>(client, path).await)
}

async fn read_tenant(client: &Client, snapshot: &mut Snapshot) {
    snapshot.organization = part(all(client, "/v1.0/organization").await.remove(0));
    snapshot.domains = page(client, "/v1.0/domains").await;
    let mut federations: Vec<Federation> = Vec::new();
    for domain in snapshot.domains.value().unwrap() {
        let path = format!("/v1.0/domains/{}/federationConfiguration", domain.name);
        federations.extend(all::<Federation>(client, &path).await.into_iter().map(|mut one| {
            one.domain = domain.name.clone();
            one
        }));
    }
    snapshot.federations = part(federations);
    let sync = "/v1.0/directory/onPremisesSynchronization";
    snapshot.directory_sync = part(all(client, sync).await.pop());
    snapshot.authorization_policy = part(one(client, "/v1.0/policies/authorizationPolicy").await);
    let access = "/identity/conditionalAccess";
    snapshot.policies = page(client, &format!("/beta{access}/policies")).await;
    snapshot.deleted_policies = page(client, &format!("/v1.0{access}/deletedItems/policies")).await;
    let contexts = format!("/v1.0{access}/authenticationContextClassReferences");
    snapshot.authentication_contexts = page(client, &contexts).await;
    let actions = "/beta/roleManagement/directory/resourceNamespaces/microsoft.directory/\
                   resourceActions?$filter=isAuthenticationContextSettable eq true\
                   &$select=id,name,authenticationContextId";
    snapshot.protected_actions = page(client, actions).await;
    snapshot.role_definitions =
        page(client, "/v1.0/roleManagement/directory/roleDefinitions").await;
    let role = GLOBAL_ADMINISTRATOR;
    let filter = format!("$filter=roleDefinitionId eq '{role}'&$expand=principal");
    let roles = "/v1.0/roleManagement/directory";
    snapshot.role_assignments = page(client, &format!("{roles}/roleAssignments?{filter}")).await;
    let policies = "/v1.0/policies/roleManagementPolicyAssignments?$filter=scopeId eq '/' and \
                    scopeType eq 'DirectoryRole'&$expand=policy($expand=rules)";
    snapshot.role_policies = page(client, policies).await;
    snapshot.administrative_units = page(client, "/v1.0/directory/administrativeUnits").await;
    let default = one(client, "/v1.0/policies/crossTenantAccessPolicy/default").await;
    let mut partners = vec![default];
    partners.extend(all(client, "/v1.0/policies/crossTenantAccessPolicy/partners").await);
    snapshot.partners = part(partners);
    snapshot.access_reviews =
        page(client, "/v1.0/identityGovernance/accessReviews/definitions").await;
    snapshot.lifecycle_workflows =
        page(client, "/v1.0/identityGovernance/lifecycleWorkflows/workflows").await;
    snapshot.recovery_jobs = page(client, "/v1.0/directory/recovery/jobs").await;
    snapshot.recovery_profiles = page(client, "/v1.0/identity/verifiedId/profiles").await;
}

async fn read_applications(client: &Client, snapshot: &mut Snapshot) {
    let graph = format!("/v1.0/servicePrincipals?$filter=appId eq '{MICROSOFT_GRAPH}'");
    let graph = body(client, &format!("{graph}&$select=id,appRoles")).await["value"][0].clone();
    let graph_id = graph["id"].as_str().unwrap();
    let grants = format!("/v1.0/servicePrincipals/{graph_id}/appRoleAssignedTo?$top=999");
    let mut grants: Vec<AppRoleGrant> = all(client, &grants).await;
    for grant in &mut grants {
        let roles = graph["appRoles"].as_array().unwrap();
        let role = roles.iter().find(|role| role["id"] == grant.role.to_string());
        grant.permission = role.map(|role| role["value"].as_str().unwrap().to_owned());
    }
    snapshot.app_role_grants = part(grants);
    let consents = format!("/v1.0/oauth2PermissionGrants?$filter=resourceId eq '{graph_id}'");
    snapshot.delegated_grants = page(client, &consents).await;
    let id = PrincipalId(story::RUNAWAY_PRINCIPAL);
    let path = format!("/v1.0/servicePrincipals/{id}");
    let app = story::RUNAWAY_APP;
    let registrations = format!("/v1.0/applications?$filter=appId eq '{app}'");
    let registration: Registration = all(client, &registrations).await.remove(0);
    let registration_owners = format!("/beta/applications/{}/owners", registration.id);
    let federated = format!("/beta/applications/{}/federatedIdentityCredentials", registration.id);
    let read = ApplicationRead {
        id,
        state: part(ApplicationState::Present(one(client, &path).await)),
        owners: page(client, &format!("{path}/owners")).await,
        registration: part(Some(registration)),
        registration_owners: page(client, &registration_owners).await,
        federated: page(client, &federated).await,
    };
    snapshot.applications.insert(id, read);
}

async fn read_people(client: &Client, snapshot: &mut Snapshot) {
    for id in [story::ACCOUNT_ALPHA, story::ACCOUNT_BRAVO] {
        let path = format!("/v1.0/users/{id}");
        let leave = body(client, &format!("{path}?$select=employeeLeaveDateTime")).await;
        let leave = leave["employeeLeaveDateTime"].as_str().map(|text| text.parse().unwrap());
        let account = Account {
            id,
            state: part(user(client, id).await),
            methods: page(client, &format!("{path}/authentication/methods")).await,
            memberships: page(client, &format!("{path}/transitiveMemberOf")).await,
            activity: part(activity(client, id).await),
            per_user_mfa: part(per_user_mfa(client, id).await),
            leave: part(leave),
        };
        snapshot.accounts.insert(id, account);
    }
    for id in [story::SECOND_ADMIN, story::GROUP_ADMIN] {
        let methods = format!("/v1.0/users/{id}/authentication/methods");
        let holder = Holder {
            id,
            state: part(user(client, id).await),
            methods: page(client, &methods).await,
            activity: part(activity(client, id).await),
        };
        snapshot.holders.insert(id, holder);
    }
}

async fn user(client: &Client, id: UserId) -> AccountState {
    AccountState::Present(one(client, &format!("/v1.0/users/{id}?$select={USER}")).await)
}

async fn activity(client: &Client, id: UserId) -> SignInActivity {
    one(client, &format!("/v1.0/users/{id}?$select=signInActivity")).await
}

async fn per_user_mfa(client: &Client, id: UserId) -> PerUserMfa {
    let state = body(client, &format!("/beta/users/{id}/authentication/requirements")).await;
    PerUserMfa::from_graph(state["perUserMfaState"].as_str().unwrap())
}

async fn read_groups(client: &Client, snapshot: &mut Snapshot) {
    for id in [story::EMERGENCY_GROUP, story::ADMIN_GROUP, story::PILOT_GROUP] {
        let group: GroupRead = group(client, id).await;
        snapshot.groups.insert(id, group);
    }
}

async fn group(client: &Client, id: GroupId) -> GroupRead {
    let path = format!("/beta/groups/{id}");
    let governance = "/v1.0/identityGovernance";
    let pim = format!("{governance}/privilegedAccess/group");
    let filter = format!("$filter=groupId eq '{id}'");
    let policies = format!(
        "/v1.0/policies/roleManagementPolicyAssignments?$filter=scopeId eq '{id}' and \
         scopeType eq 'Group'&$expand=policy($expand=rules)"
    );
    let catalogs =
        format!("{governance}/entitlementManagement/resources?$filter=originId eq '{id}'");
    let state = one(client, &format!("/v1.0/groups/{id}?$select={GROUP}")).await;
    GroupRead {
        id,
        state: part(GroupState::Present(state)),
        members: page(client, &format!("{path}/members")).await,
        transitive: page(client, &format!("{path}/transitiveMembers")).await,
        owners: page(client, &format!("{path}/owners")).await,
        eligibilities: page(client, &format!("{pim}/eligibilityScheduleInstances?{filter}")).await,
        schedules: page(client, &format!("{pim}/assignmentScheduleInstances?{filter}")).await,
        policies: page(client, &policies).await,
        memberships: page(client, &format!("/v1.0/groups/{id}/memberOf")).await,
        catalogs: page(client, &catalogs).await,
    }
}

async fn read(client: &Client, azure: &Client) -> Snapshot {
    let mut snapshot = Snapshot::unread(at(), Source::Files, &GapReason::NotInSource);
    read_tenant(client, &mut snapshot).await;
    read_applications(client, &mut snapshot).await;
    read_people(client, &mut snapshot).await;
    read_groups(client, &mut snapshot).await;
    let settings = "/providers/microsoft.aadiam/diagnosticSettings?api-version=2017-04-01";
    snapshot.diagnostic_settings = page(azure, settings).await;
    snapshot
}

async fn twin_of(mut directory: Directory) -> (halligan_twin::Running, Client, Client) {
    let watcher = directory.apps.get_mut(&story::WATCHER.0).unwrap();
    watcher.permissions.insert("Directory.Read.All".into());
    let tenant = directory.tenant.to_string();
    let options = Options { throttling: Throttling::Off, ..Options::default() };
    let (running, client) = start(directory, options).await;
    let mut form = secret_form();
    form[3].1 = "https://management.azure.com/.default".into();
    let token = ask_token(&running, &tenant, &form).await.body["access_token"].clone();
    let base = running.management_url().to_owned();
    let azure = Client { http: crate::http(), base, token: token.as_str().unwrap().to_owned() };
    (running, client, azure)
}

/// The story with something in every part.
fn full_story() -> Directory {
    let mut directory = Directory::story();
    directory.organization.insert("assignedPlans".into(), crate::schema::every_plan());
    let job = json!({
        "@odata.type": "#microsoft.graph.entraRecoveryServices.recoveryPreviewJob",
        "id": "job-1",
        "status": "running",
        "jobStartDateTime": "2026-11-20T11:00:00Z",
        "jobCompletionDateTime": null,
    });
    directory.governance.recovery_jobs.push(job.as_object().unwrap().clone());
    let group = story::ADMIN_GROUP.to_string();
    let settings = json!({
        "id": "explicit_member", "policyId": "explicit", "roleDefinitionId": "member",
        "scopeId": group, "scopeType": "Group",
        "policy": {"id": "explicit", "scopeId": group, "scopeType": "Group", "rules": [{
            "@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyApprovalRule",
            "id": "Approval_EndUser_Assignment",
            "setting": {"isApprovalRequired": true, "approvalStages": []},
        }]},
    });
    directory.governance.group_policies.push(settings.as_object().unwrap().clone());
    let generated = Directory::generate(1, &crate::SMALL);
    directory.governance.lifecycle_workflows = generated.governance.lifecycle_workflows;
    let bravo = &mut directory.users.get_mut(&story::ACCOUNT_BRAVO.0).unwrap().object;
    bravo.insert("employeeLeaveDateTime".into(), "2026-12-31T00:00:00Z".into());
    directory.per_user_mfa.insert(story::ACCOUNT_ALPHA.0, "enforced".into());
    directory
}

#[tokio::test]
async fn every_part_survives_being_read_and_played_back() {
    let directory = full_story();
    let watcher = directory.apps[&story::WATCHER.0].clone();
    let (_running, client, azure) = twin_of(directory).await;
    let snapshot = read(&client, &azure).await;
    assert_full(&snapshot);

    let mut copy = Directory::from_snapshot(&snapshot);
    copy.register(watcher);
    assert_eq!(Directory::from_scenario(copy.to_scenario().as_bytes()).as_ref(), Ok(&copy));
    let (_running, client, azure) = twin_of(copy).await;
    let again = read(&client, &azure).await;
    let (one, other) = (parts(&snapshot), parts(&again));
    assert_eq!(one.len(), other.len());
    for (before, after) in one.iter().zip(&other) {
        assert_eq!(before, after);
    }
}

/// Each part as the file writes it, so that a difference shows the part and not everything.
fn parts(snapshot: &Snapshot) -> Vec<Value> {
    let file: Value = serde_json::from_str(&halligan_wire::snapshot::write(snapshot)).unwrap();
    file["parts"].as_array().unwrap().clone()
}

/// Nothing that the test compares is empty.
fn assert_full(snapshot: &Snapshot) {
    let empty: Vec<Value> = parts(snapshot)
        .into_iter()
        .filter(|part| part["value"].as_array().is_some_and(Vec::is_empty))
        .map(|part| json!([part["part"], part["subject"]]))
        .collect();
    let expected = |kind: &str| {
        // Not every group has eligibilities, owners or catalogs, and not every one is in a unit.
        kind.starts_with("group")
    };
    let unexpected: Vec<&Value> =
        empty.iter().filter(|part| !expected(part[0].as_str().unwrap())).collect();
    assert!(unexpected.is_empty(), "{unexpected:?}");
    assert!(empty.len() < 16, "{empty:?}");
}
