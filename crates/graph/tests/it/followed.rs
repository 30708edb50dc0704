//! Who is followed: holders of roles, their groups, applications, and what is asked of each.

use std::collections::BTreeSet;

use halligan_core::id::{GroupId, PrincipalId, UserId};
use halligan_core::power;
use halligan_core::tenant::{
    AccountState, ApplicationState, GapReason, GroupAccess, PartKind, PerUserMfa, RoleRule,
    Snapshot,
};
use halligan_graph::read::{read_snapshot, read_token};
use serde_json::json;

use crate::service::{Service, json as answer, refuse};
use crate::snapshot::{but, read, wanted};
use crate::tenant::{
    ALPHA, CUSTOM, DEEPER, DEPUTY, ELIGIBLE, GONE, HARMLESS, HOLDERS, LATE, MYSTERY, NEW_ROLE,
    NO_ROLE, OWNER, PORTER, READER, REGISTRATION, ROBOT, THROUGH, TOKEN_PATH, UNFOLLOWED, WATCHER,
    gaps, healthy, with_federation, with_new_role,
};

fn ids<T: ToString>(ids: impl IntoIterator<Item = T>) -> Vec<String> {
    ids.into_iter().map(|id| id.to_string()).collect()
}

fn denied() -> crate::service::Reply {
    refuse(403, "Authorization_RequestDenied", "Insufficient privileges")
}

#[tokio::test]
async fn holders_are_found_directly_by_eligibility_and_through_groups_at_any_depth() {
    let service = Service::start(healthy).await;
    let snapshot = read(&service).await;
    // Alpha is declared, and read as an account; the reader's role is not followed.
    assert_eq!(ids(snapshot.holders.keys()), [DEPUTY, THROUGH, LATE, OWNER]);
    for holder in snapshot.holders.values() {
        assert!(matches!(holder.state.value(), Ok(AccountState::Present(_))));
        assert!(holder.activity.value().unwrap().last_successful.is_some());
    }
    let eligible = snapshot.groups[&HOLDERS.parse::<GroupId>().unwrap()].eligibilities.value();
    assert_eq!(eligible.unwrap()[0].principal.to_string(), DEEPER);
    assert!(service.asked_at(&format!("/v1.0/users/{READER}")).is_empty());
}

#[tokio::test]
async fn each_role_that_matters_is_asked_for_and_unknown_ones_are_no_error() {
    let service = Service::start(healthy).await;
    let snapshot = read(&service).await;
    let asked = service.asked_at("/v1.0/roleManagement/directory/roleAssignments");
    let asked: BTreeSet<String> = asked.into_iter().map(|asked| asked.query).collect();
    let query = |role: &str| format!("$filter=roleDefinitionId eq '{role}'&$expand=principal");
    let known = power::ROLES.iter().map(|role| query(&role.id.to_string()));
    assert_eq!(asked, known.chain([query(CUSTOM)]).collect());
    assert!(asked.contains(&query(NO_ROLE)) && !asked.contains(&query(UNFOLLOWED)));
    let assignments = snapshot.role_assignments.value().unwrap();
    assert_eq!(assignments.len(), 3);
    // What built-in roles may do is not downloaded.
    let definitions = snapshot.role_definitions.value().unwrap();
    let names: Vec<(&str, usize)> =
        definitions.iter().map(|role| (&*role.display_name, role.actions.len())).collect();
    let expected = [("Global Administrator", 0), ("Key keeper", 1), ("Message Center Reader", 0)];
    assert_eq!(names, expected);
}

#[tokio::test]
async fn a_role_that_the_tenant_defines_and_does_not_find_is_a_gap() {
    let not_found = || refuse(404, "Request_ResourceNotFound", "no such role");
    // Where the tenant's definitions lack the role, nobody holds it: that is the healthy tenant.
    let held = Service::start(healthy).await;
    assert!(read(&held).await.role_assignments.value().is_ok());
    let role = halligan_core::id::GLOBAL_ADMINISTRATOR.to_string();
    let lost = |definitions: bool| {
        let role = role.clone();
        but(move |asked| match asked.path.strip_prefix("/v1.0/roleManagement/directory/")? {
            "roleAssignments" => asked.query.contains(&role).then(not_found),
            "roleDefinitions" if !definitions => Some(answer(200, &json!({"value": []}))),
            _ => None,
        })
    };
    for definitions in [true, false] {
        let snapshot = read(&lost(definitions).await).await;
        let told = snapshot.role_assignments.value().unwrap_err().to_string();
        assert!(told.contains("not found: Request_ResourceNotFound"), "{told}");
    }
}

#[tokio::test]
async fn a_registration_that_must_be_here_and_is_not_is_a_gap() {
    let service = but(|asked| {
        let is_list = asked.path == "/v1.0/applications";
        is_list.then(|| answer(200, &json!({"value": []})))
    })
    .await;
    let snapshot = read(&service).await;
    let robot = &snapshot.applications[&ROBOT.parse::<PrincipalId>().unwrap()];
    for gap in
        [robot.registration.value().unwrap_err(), robot.registration_owners.value().unwrap_err()]
    {
        assert!(gap.to_string().contains("expected one registration, found 0"), "{gap}");
    }
}

#[tokio::test]
async fn a_privileged_role_that_is_newer_than_this_version_is_followed() {
    let service = but(with_new_role).await;
    let snapshot = read(&service).await;
    assert_eq!(snapshot.incomplete, []);
    let definitions = snapshot.role_definitions.value().unwrap();
    let of = |id: &str| definitions.iter().find(|role| role.id.to_string() == id).unwrap();
    let new = of(NEW_ROLE);
    assert_eq!((new.is_privileged, new.actions.len()), (Some(true), 1));
    assert_eq!(of(UNFOLLOWED).is_privileged, Some(false));
    let held = snapshot.role_assignments.value().unwrap();
    assert!(held.iter().any(|one| one.role == new.id && one.principal.to_string() == OWNER));
    // What the roles of the table may do is still not downloaded.
    let asked = service.asked();
    let one_by_one = asked.iter().filter(|one| one.path.contains("/roleDefinitions/")).count();
    assert_eq!(one_by_one, 1);
}

#[tokio::test]
async fn without_the_marks_the_table_stands_in_and_that_is_said() {
    let unknown_path = || refuse(400, "BadRequest", "Resource not found for the segment");
    let path = "/beta/roleManagement/directory/roleDefinitions";
    for reply in [unknown_path(), refuse(404, "UnknownError", ""), denied()] {
        let service =
            but(
                move |asked| {
                    if asked.path == path { Some(reply.clone()) } else { with_new_role(asked) }
                },
            )
            .await;
        let snapshot = read(&service).await;
        let definitions = snapshot.role_definitions.value().unwrap();
        assert!(definitions.iter().all(|role| role.is_privileged.is_none()));
        assert!(snapshot.role_assignments.value().is_ok());
        let [gap] = &snapshot.incomplete[..] else { panic!("{:?}", snapshot.incomplete) };
        assert_eq!(gap.part.kind, PartKind::RoleDefinitions);
        assert!(gap.to_string().contains("the list of this version stands in"), "{gap}");
    }
}

#[tokio::test]
async fn what_a_new_role_may_do_is_unknown_and_its_holders_are_not() {
    let path = format!("/v1.0/roleManagement/directory/roleDefinitions/{NEW_ROLE}");
    let service =
        but(move |asked| if asked.path == path { Some(denied()) } else { with_new_role(asked) })
            .await;
    let snapshot = read(&service).await;
    assert_eq!(snapshot.incomplete.len(), 1);
    let held = snapshot.role_assignments.value().unwrap();
    assert!(held.iter().any(|one| one.role.to_string() == NEW_ROLE));
}

#[tokio::test]
async fn one_role_that_fails_costs_the_assignments_and_nothing_else() {
    let service = but(|asked| asked.query.contains(CUSTOM).then(denied)).await;
    let snapshot = read(&service).await;
    assert!(snapshot.role_assignments.value().is_err());
    assert!(snapshot.role_definitions.value().is_ok());
    // Schedules still tell who holds what.
    assert!(snapshot.groups[&HOLDERS.parse::<GroupId>().unwrap()].state.value().is_ok());
    assert_eq!(ids(snapshot.holders.keys()), [DEPUTY, THROUGH, LATE, OWNER]);
}

#[tokio::test]
async fn without_definitions_any_role_may_be_one_of_the_tenant_s_own() {
    let path = "/v1.0/roleManagement/directory/roleDefinitions";
    let service = but(move |asked| (asked.path == path).then(denied)).await;
    let snapshot = read(&service).await;
    let assignments = snapshot.role_assignments.value().unwrap();
    assert_eq!(assignments.len(), 2);
    assert!(snapshot.holders.contains_key(&READER.parse::<UserId>().unwrap()));
}

#[tokio::test]
async fn principals_whose_kind_stays_unknown_may_be_of_it() {
    let service = but(|asked| match asked.path.as_str() {
        "/v1.0/groups" if asked.query.contains(ELIGIBLE) => Some(denied()),
        _ => None,
    })
    .await;
    let snapshot = read(&service).await;
    let group = &snapshot.groups[&ELIGIBLE.parse::<GroupId>().unwrap()];
    let reason = group.state.value().map_err(|gap| gap.reason.to_string());
    assert_eq!(reason, Err("missing permission `GroupMember.Read.All`".into()));
    // Whoever another look-up claimed is no group.
    assert!(!snapshot.groups.contains_key(&DEPUTY.parse::<GroupId>().unwrap()));
    assert!(snapshot.groups[&HOLDERS.parse::<GroupId>().unwrap()].state.value().is_ok());

    let service = but(|asked| match asked.path.as_str() {
        "/v1.0/users" if asked.query.contains(DEPUTY) => Some(denied()),
        "/v1.0/servicePrincipals" if asked.query.contains(DEPUTY) => Some(denied()),
        _ => None,
    })
    .await;
    let snapshot = read(&service).await;
    let holder = &snapshot.holders[&DEPUTY.parse::<UserId>().unwrap()];
    assert!(holder.state.value().is_err() && holder.methods.value().is_err());
    let application = &snapshot.applications[&DEPUTY.parse::<PrincipalId>().unwrap()];
    let reason = application.state.value().map_err(|gap| gap.reason.to_string());
    assert_eq!(reason, Err("missing permission `Application.Read.All`".into()));
}

#[tokio::test]
async fn applications_that_amount_to_a_way_in_are_followed_with_their_owners() {
    let service = Service::start(healthy).await;
    let snapshot = read(&service).await;
    assert_eq!(ids(snapshot.applications.keys()), [ROBOT, WATCHER, PORTER, MYSTERY]);
    assert!(!snapshot.applications.contains_key(&HARMLESS.parse::<PrincipalId>().unwrap()));
    let of = |id: &str| &snapshot.applications[&id.parse::<PrincipalId>().unwrap()];
    assert!(matches!(of(PORTER).state.value(), Ok(ApplicationState::Present(_))));
    let registration = of(ROBOT).registration.value().unwrap().as_ref().unwrap();
    assert_eq!(registration.id.to_string(), REGISTRATION);
    let owners = of(ROBOT).registration_owners.value().unwrap();
    assert_eq!(owners[0].id.to_string(), OWNER);
    let federated = of(ROBOT).federated.value().unwrap();
    let told: Vec<_> = federated.iter().map(|one| (&*one.issuer, one.is_pattern())).collect();
    assert_eq!(told, [("https://issuer.example", true)]);
    let asked = format!("/beta/applications/{REGISTRATION}/federatedIdentityCredentials");
    assert_eq!(service.asked_at(&asked).len(), 1);
    assert_eq!(of(PORTER).federated.value(), Ok(&Vec::new()));
    // What is registered in another tenant is not looked for in this one.
    assert_eq!(of(PORTER).registration.value(), Ok(&None));
    let asked = service.asked_at("/v1.0/applications");
    assert_eq!(asked.len(), 2);
    let grants = snapshot.app_role_grants.value().unwrap();
    let named: Vec<Option<&str>> = grants.iter().map(|one| one.permission.as_deref()).collect();
    assert_eq!(named, [Some("RoleManagement.ReadWrite.Directory"), None, Some("Mail.Read")]);
}

#[tokio::test]
async fn federated_credentials_that_are_refused_cost_nothing_else() {
    let service =
        but(|asked| asked.path.ends_with("/federatedIdentityCredentials").then(denied)).await;
    let snapshot = read(&service).await;
    let robot = &snapshot.applications[&ROBOT.parse::<PrincipalId>().unwrap()];
    let reason = robot.federated.value().map_err(|gap| gap.reason.to_string());
    assert_eq!(reason, Err("missing permission `Application.Read.All`".into()));
    assert!(robot.registration_owners.value().is_ok());
}

#[tokio::test]
async fn delegated_grants_are_asked_for_everybody_and_for_those_who_matter() {
    let service = Service::start(healthy).await;
    let snapshot = read(&service).await;
    let grants = snapshot.delegated_grants.value().unwrap();
    assert_eq!(grants[0].scopes, ["User.Read", "Directory.AccessAsUser.All"]);
    let asked = service.asked_at("/v1.0/oauth2PermissionGrants");
    let whom = |query: &str| query.split(" and ").nth(1).unwrap().to_owned();
    let asked: BTreeSet<String> = asked.iter().map(|asked| whom(&asked.query)).collect();
    let people = [ALPHA, DEPUTY, THROUGH, LATE].map(|id| format!("principalId eq '{id}'"));
    let everybody = "consentType eq 'AllPrincipals'".to_owned();
    assert_eq!(asked, people.into_iter().chain([everybody]).collect());
}

#[tokio::test]
async fn without_graph_s_own_principal_no_grant_is_known() {
    let service = but(|asked| {
        let own = asked.query.contains("00000003-0000-0000-c000-000000000000");
        own.then(|| answer(200, &json!({"value": []})))
    })
    .await;
    let snapshot = read(&service).await;
    for gap in [
        snapshot.app_role_grants.value().map(|_| ()).unwrap_err(),
        snapshot.delegated_grants.value().map(|_| ()).unwrap_err(),
    ] {
        assert!(gap.reason.to_string().contains("one service principal, found 0"), "{gap}");
    }
}

#[tokio::test]
async fn an_account_is_read_with_all_that_bears_on_it() {
    let snapshot = read(&Service::start(healthy).await).await;
    let account = &snapshot.accounts[&ALPHA.parse::<UserId>().unwrap()];
    assert_eq!(account.per_user_mfa.value(), Ok(&PerUserMfa::Disabled));
    assert!(account.activity.value().unwrap().last_successful.is_some());
    assert_eq!(account.leave.value(), Ok(&"2027-01-01T00:00:00Z".parse().ok()));
}

/// A healthy tenant whose token service gives this token.
async fn with_token(token: &'static str) -> Service {
    but(move |asked| {
        let body = json!({"token_type": "Bearer", "expires_in": 3599, "access_token": token});
        (asked.path == TOKEN_PATH).then(|| answer(200, &body))
    })
    .await
}

#[tokio::test]
async fn a_leave_date_is_only_asked_for_with_its_permission() {
    // {"appid":"00000000-0000-0000-0000-0000c11e0047"}: no permission, and no object id.
    let bare = "e30.eyJhcHBpZCI6IjAwMDAwMDAwLTAwMDAtMDAwMC0wMDAwLTAwMDBjMTFlMDA0NyJ9.c2ln";
    let told = |snapshot: &Snapshot| {
        let account = &snapshot.accounts[&ALPHA.parse::<UserId>().unwrap()];
        account.leave.value().unwrap_err().reason.clone()
    };
    for (token, is_said) in [(bare, true), ("opaque", false)] {
        let service = with_token(token).await;
        let snapshot = read(&service).await;
        assert_eq!(snapshot.watcher.value().is_ok(), is_said);
        let permission = "User-LifeCycleInfo.Read.All".to_owned();
        match told(&snapshot) {
            GapReason::MissingPermission { permission: named } => {
                assert_eq!((named, is_said), (permission, true));
            }
            GapReason::Failed { what } => assert!(what.contains(&permission) && !is_said),
            other => panic!("{other:?}"),
        }
        let asked = service.asked_at(&format!("/v1.0/users/{ALPHA}"));
        assert!(!asked.iter().any(|asked| asked.query.contains("employeeLeaveDateTime")));
        // Who the watcher is follows from its client id where the token names no principal.
        let own = snapshot.applications.contains_key(&WATCHER.parse::<PrincipalId>().unwrap());
        assert_eq!(own, is_said);
    }
}

#[tokio::test]
async fn a_watcher_that_cannot_be_found_is_missing_and_named() {
    let bare = "e30.eyJhcHBpZCI6IjAwMDAwMDAwLTAwMDAtMDAwMC0wMDAwLTAwMDBjMTFlMDA0NyJ9.c2ln";
    let service = but(move |asked| match asked.path.as_str() {
        TOKEN_PATH => Some(answer(
            200,
            &json!({"token_type": "Bearer", "expires_in": 3599, "access_token": bare}),
        )),
        "/v1.0/servicePrincipals" if asked.query.contains("c11e0047") => Some(denied()),
        _ => None,
    })
    .await;
    let snapshot = read(&service).await;
    assert_eq!(snapshot.incomplete.len(), 1);
    assert_eq!(snapshot.incomplete[0].part.kind, PartKind::Application);
}

#[tokio::test]
async fn the_watcher_is_read_without_a_single_request_to_graph() {
    let service = Service::start(healthy).await;
    let watcher = read_token(&service.client()).await.unwrap().watcher;
    let watcher = watcher.value().unwrap();
    assert_eq!(watcher.permissions, ["User-LifeCycleInfo.Read.All"]);
    assert_eq!(watcher.principal.map(|id| id.to_string()).as_deref(), Some(WATCHER));
    assert!(service.asked().iter().all(|asked| asked.path == TOKEN_PATH));
}

#[tokio::test]
async fn synchronisation_is_only_asked_about_where_it_is_or_was() {
    let service = but(with_federation).await;
    let snapshot = read(&service).await;
    let sync = snapshot.directory_sync.value().unwrap().as_ref().unwrap();
    assert_eq!((sync.blocks_soft_match, sync.blocks_hard_match), (Some(true), None));
    let federations = snapshot.federations.value().unwrap();
    assert_eq!(federations[0].domain, "fed.example");
    assert_eq!(service.asked().iter().filter(|one| one.path.contains("/domains/")).count(), 1);

    let service = but(|asked| {
        let never = json!({"value": [
            {"id": "00000000-0000-0000-0000-00000000007e", "displayName": "C",
             "assignedPlans": []}
        ]});
        (asked.path == "/v1.0/organization").then(|| answer(200, &never))
    })
    .await;
    assert_eq!(read(&service).await.directory_sync.value(), Ok(&None));
    assert!(service.asked_at("/v1.0/directory/onPremisesSynchronization").is_empty());
}

#[tokio::test]
async fn groups_of_relationships_that_count_are_read_and_defaults_come_first() {
    let snapshot = read(&Service::start(healthy).await).await;
    let relationships = snapshot.delegated_admins.value().unwrap();
    let groups = relationships[0].groups.as_ref().unwrap();
    assert_eq!(groups[0].group.map(|id| id.to_string()).as_deref(), Some(HOLDERS));
    assert_eq!(relationships[1].groups, None);
    let partners = snapshot.partners.value().unwrap();
    assert_eq!((partners[0].tenant, partners.len()), (None, 2));
    assert!(partners[0].inbound_trust.as_ref().unwrap().mfa);
    assert_eq!(partners[1].tenant.map(|id| id.to_string()).as_deref(), Some(GONE));
}

#[tokio::test]
async fn a_refused_partner_list_is_a_gap_and_not_an_empty_one() {
    for status in [403, 404] {
        let path = "/v1.0/tenantRelationships/delegatedAdminRelationships";
        let service =
            but(move |asked| (asked.path == path).then(|| refuse(status, "Odd", "no"))).await;
        assert!(read(&service).await.delegated_admins.value().is_err(), "{status}");
    }
}

#[tokio::test]
async fn diagnostic_settings_come_from_resource_manager_with_a_token_of_their_own() {
    let settings = json!({"value": [{
        "id": "/providers/microsoft.aadiam/diagnosticSettings/siem", "name": "siem",
        "properties": {"workspaceId": "w", "logs": [{"category": "SignInLogs", "enabled": true}]},
    }]});
    let arm = Service::start(move |_| answer(200, &settings)).await;
    let graph = Service::start(|asked| match asked.path.as_str() {
        TOKEN_PATH => {
            let scope = asked.body.split("scope=").nth(1).unwrap().split('&').next().unwrap();
            let token = format!("for-{}", crate::service::decoded(scope).replace('/', "_"));
            let body = json!({"token_type": "Bearer", "expires_in": 3599, "access_token": token});
            answer(200, &body)
        }
        _ => healthy(asked),
    })
    .await;
    let url = arm.url.clone();
    let client = graph.client_with(|options| {
        options.endpoints = options.endpoints.clone().with_arm(&url, &url).unwrap();
    });
    let snapshot = read_snapshot(&client, &wanted(&[]), &()).await.unwrap();
    let read = &snapshot.diagnostic_settings.value().unwrap()[0];
    assert_eq!((&*read.name, &read.categories), ("siem", &vec!["SignInLogs".to_owned()]));
    let asked = arm.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].path, "/providers/microsoft.aadiam/diagnosticSettings");
    assert_eq!(asked[0].query, "api-version=2017-04-01");
    let audience = format!("Bearer for-{}_.default", arm.url.replace('/', "_"));
    assert_eq!(asked[0].headers["authorization"], audience);
    let own = format!("Bearer for-{}_.default", graph.url.replace('/', "_"));
    let to_graph = graph.asked();
    let mut to_graph = to_graph.iter().filter(|asked| asked.path != TOKEN_PATH);
    assert!(to_graph.all(|asked| asked.headers["authorization"] == own));
}

#[tokio::test]
async fn an_azure_role_that_is_missing_is_named() {
    let arm = Service::start(|_| refuse(403, "AuthorizationFailed", "no action")).await;
    let graph = Service::start(healthy).await;
    let client = graph.client_with(|options| {
        options.endpoints = options.endpoints.clone().with_arm(&arm.url, &arm.url).unwrap();
    });
    let snapshot = read_snapshot(&client, &wanted(&[]), &()).await.unwrap();
    let gap = snapshot.diagnostic_settings.value().unwrap_err();
    let permission = PartKind::DiagnosticSettings.permission().to_owned();
    assert_eq!(gap.reason, GapReason::MissingPermission { permission });
}

const POLICIES: &str = "/v1.0/policies/roleManagementPolicyAssignments";

/// What was asked for about settings of groups.
fn asked_about_groups(service: &Service) -> Vec<crate::service::Asked> {
    let asked = service.asked_at(POLICIES).into_iter();
    asked.filter(|asked| asked.query.contains("scopeType eq 'Group'")).collect()
}

#[tokio::test]
async fn settings_are_read_of_groups_with_somebody_eligible_and_cost_nothing_elsewhere() {
    let service = Service::start(healthy).await;
    let snapshot = read(&service).await;
    assert_eq!(snapshot.groups.len(), 4);
    for group in snapshot.groups.values() {
        let accesses: Vec<&GroupAccess> =
            group.policies.value().unwrap().iter().map(|policy| &policy.access).collect();
        match group.id.to_string() == HOLDERS {
            true => assert_eq!(accesses, [&GroupAccess::Member, &GroupAccess::Owner]),
            false => assert_eq!(accesses, [] as [&GroupAccess; 0], "{}", group.id),
        }
    }
    let policies = snapshot.groups[&HOLDERS.parse::<GroupId>().unwrap()].policies.value().unwrap();
    let approval = |at: usize| RoleRule::ask_approval(&policies[at].rules);
    assert_eq!((approval(0), approval(1)), (Some(true), Some(false)));
    let asked = asked_about_groups(&service);
    let query = format!(
        "$filter=scopeId eq '{HOLDERS}' and scopeType eq 'Group'&$expand=policy($expand=rules)"
    );
    assert_eq!(asked.iter().map(|asked| &asked.query).collect::<Vec<_>>(), [&query]);
}

#[tokio::test]
async fn settings_of_a_group_that_are_refused_are_a_gap_of_their_own() {
    for (status, code) in [(403, "Authorization_RequestDenied"), (400, "AadPremiumLicenseRequired")]
    {
        let service = but(move |asked| {
            let refused = asked.path == POLICIES && asked.query.contains("scopeType eq 'Group'");
            refused.then(|| refuse(status, code, "no"))
        })
        .await;
        let snapshot = read(&service).await;
        let found = gaps(&snapshot);
        assert_eq!(found.len(), 1, "{found:?}");
        let holders = HOLDERS.parse().ok();
        assert_eq!(
            (&found[0].part.kind, found[0].part.subject),
            (&PartKind::GroupPolicies, holders)
        );
        match &found[0].reason {
            GapReason::MissingPermission { permission } => {
                assert_eq!(
                    (permission.as_str(), status),
                    (PartKind::GroupPolicies.permission(), 403)
                );
            }
            // The healthy tenant has P2, whatever Graph says.
            GapReason::Failed { what } => {
                assert!(
                    status == 400 && what.ends_with("yet it has Microsoft Entra ID P2"),
                    "{what}"
                );
            }
            other => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn where_nobody_knows_who_is_eligible_the_settings_are_not_asked_for() {
    let service = but(|asked| {
        let is_pim = asked.path.ends_with("/group/eligibilityScheduleInstances");
        is_pim.then(denied)
    })
    .await;
    let snapshot = read(&service).await;
    let group = &snapshot.groups[&HOLDERS.parse::<GroupId>().unwrap()];
    let reason = &group.eligibilities.value().unwrap_err().reason;
    assert_eq!(&group.policies.value().unwrap_err().reason, reason);
    assert!(asked_about_groups(&service).is_empty());
}
