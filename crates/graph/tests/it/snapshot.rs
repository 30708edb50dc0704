//! What a snapshot asks for, and what refusals make of it.

use std::collections::BTreeSet;
use std::sync::Mutex;

use halligan_core::id::{Guid, UserId};
use halligan_core::tenant::{
    Account, AccountState, ApplicationRead, Gap, GapReason, GroupRead, GroupState, Holder,
    LocationKind, ObjectKind, Part, PartKind, RoleAssignment, Snapshot, Source,
};
use halligan_graph::read::{OPERATIONS, Operation, Outcome, Progress, Wanted, read_snapshot};
use serde_json::{Value, json};

use crate::service::{Asked, Reply, Service, json as answer, refuse};
use crate::tenant::{
    ALPHA, DEEPER, DEPUTY, ELIGIBLE, EMERGENCY, GONE, HOLDERS, ROBOT, TOKEN_PATH, gaps, healthy,
    with_federation, with_new_role,
};

pub(crate) fn wanted(accounts: &[&str]) -> Wanted {
    Wanted {
        accounts: accounts.iter().map(|id| id.parse().unwrap()).collect(),
        group: Some(EMERGENCY.parse().unwrap()),
    }
}

pub(crate) async fn read(service: &Service) -> Snapshot {
    read_snapshot(&service.client(), &wanted(&[ALPHA]), &()).await.unwrap()
}

/// A healthy tenant, but for what `answer` says otherwise.
pub(crate) async fn but(
    answer: impl Fn(&Asked) -> Option<Reply> + Send + Sync + 'static,
) -> Service {
    Service::start(move |asked| answer(asked).unwrap_or_else(|| healthy(asked))).await
}

/// The operation that a request belongs to.
fn operation(asked: &Asked) -> &'static Operation {
    let found = OPERATIONS.iter().find(|operation| {
        let template: Vec<&str> = operation.path[1..].split('/').collect();
        let path: Vec<&str> = asked.path[1..].split('/').collect();
        path[0] == operation.version
            && path.len() == template.len() + 1
            && template.iter().zip(&path[1..]).all(|(t, p)| t.starts_with('{') || t == p)
            && asked.query.ends_with(operation.query)
    });
    found.unwrap_or_else(|| panic!("no operation for {} ? {}", asked.path, asked.query))
}

#[tokio::test]
async fn a_healthy_tenant_is_read_without_a_gap() {
    let service = Service::start(healthy).await;
    let snapshot = read(&service).await;
    assert_eq!(gaps(&snapshot), [] as [&Gap; 0]);
    assert_eq!(snapshot.source, Source::Graph { endpoint: service.url.clone() });
    assert_eq!(snapshot.taken, "2026-11-22T10:00:00Z".parse().unwrap());
    assert_eq!(snapshot.policy_ids_v1.value().unwrap().len(), 1);
    let account = &snapshot.accounts[&ALPHA.parse().unwrap()];
    assert!(matches!(account.state.value(), Ok(AccountState::Present(_))));
    let groups: Vec<String> = snapshot.groups.keys().map(ToString::to_string).collect();
    assert_eq!(groups, [EMERGENCY, HOLDERS, ELIGIBLE, DEEPER]);
    for group in snapshot.groups.values() {
        assert!(matches!(group.state.value(), Ok(GroupState::Present(_))));
        assert_eq!(group.members.value().unwrap()[0].kind, ObjectKind::User);
    }
}

#[tokio::test]
async fn applications_in_a_group_and_compliant_networks_are_seen() {
    let snapshot = read(&Service::start(healthy).await).await;
    let group = &snapshot.groups[&EMERGENCY.parse().unwrap()];
    for part in [&group.members, &group.transitive, &group.owners] {
        let app = part.value().unwrap().last().unwrap();
        assert_eq!((&app.kind, app.id.to_string()), (&ObjectKind::ServicePrincipal, ROBOT.into()));
    }
    let locations = snapshot.locations.value().unwrap();
    let kinds: Vec<_> = locations.iter().map(|location| &location.kind).collect();
    assert_eq!(kinds, [&LocationKind::CompliantNetwork]);
}

#[tokio::test]
async fn only_what_policies_name_and_the_directory_knows_is_referenced() {
    let snapshot = read(&Service::start(healthy).await).await;
    let users: Vec<_> = snapshot.referenced_users.value().unwrap().iter().collect();
    assert_eq!(users, [&DEPUTY.parse().unwrap()]);
    let groups: Vec<_> = snapshot.referenced_groups.value().unwrap().iter().collect();
    let name = |id: &str| format!("name of {id}");
    let (emergency, holders) = (EMERGENCY.parse().unwrap(), HOLDERS.parse().unwrap());
    assert_eq!(groups, [(&emergency, &name(EMERGENCY)), (&holders, &name(HOLDERS))]);
}

#[tokio::test]
async fn holders_keep_their_kind_and_nothing_else_of_their_object() {
    let snapshot = read(&Service::start(healthy).await).await;
    let assignments = snapshot.role_assignments.value().unwrap();
    let holds = |held: &&RoleAssignment| held.principal.to_string() == HOLDERS;
    let group = assignments.iter().find(holds).unwrap();
    assert_eq!(group.principal_kind, Some(ObjectKind::Group));
    assert!(assignments.iter().all(|held| !held.unknown.contains_key("principal")));
}

#[tokio::test]
async fn every_request_is_in_the_table_and_every_row_is_used() {
    let service = but(|asked| with_federation(asked).or_else(|| with_new_role(asked))).await;
    read_snapshot(&service.client(), &wanted(&[ALPHA, GONE]), &()).await.unwrap();
    let graph = service.asked().into_iter().filter(|asked| asked.path != TOKEN_PATH);
    let used: BTreeSet<_> = graph
        .map(|asked| operation(&asked))
        .map(|operation| (operation.version, operation.path))
        .collect();
    let unused: Vec<_> = OPERATIONS
        .iter()
        .map(|operation| (operation.version, operation.path))
        .filter(|operation| !used.contains(operation))
        .collect();
    assert_eq!(unused, [("v1.0", "/directory/deletedItems/graph.group")]);
}

#[tokio::test]
async fn a_missing_permission_is_a_gap_that_names_it() {
    let service = but(|asked| match asked.path.as_str() {
        "/v1.0/organization" | "/v1.0/policies/authenticationStrengthPolicies" => {
            Some(refuse(403, "Authorization_RequestDenied", "Insufficient privileges"))
        }
        path if path.ends_with("/authentication/methods") => Some(refuse(403, "accessDenied", "")),
        path if path.contains("/privilegedAccess/") => {
            Some(refuse(403, "UnknownError", r#"{"errorCode":"PermissionScopeNotGranted"}"#))
        }
        _ => None,
    })
    .await;
    let snapshot = read(&service).await;
    let permission = |gap: &Gap| match &gap.reason {
        GapReason::MissingPermission { permission } => permission.clone(),
        other => panic!("{other}"),
    };
    let gaps = snapshot.gaps().into_iter().filter(|gap| gap.reason != GapReason::NotInSource);
    let missing: BTreeSet<String> = gaps.map(permission).collect();
    let expected = [
        "Organization.Read.All",
        "Policy.Read.All",
        "PrivilegedAssignmentSchedule.Read.AzureADGroup",
        "PrivilegedEligibilitySchedule.Read.AzureADGroup",
        "UserAuthenticationMethod.Read.All",
    ];
    assert_eq!(missing, expected.map(String::from).into());
    // Denied is denied: asking again would change nothing.
    assert_eq!(service.asked_at("/v1.0/organization").len(), 1);
}

#[tokio::test]
async fn a_missing_licence_and_another_denial_are_told_apart() {
    let licensed = |asked: &Asked| match asked.path.as_str() {
        path if path.ends_with("/roleAssignmentScheduleInstances") => {
            Some(refuse(400, "AadPremiumLicenseRequired", "needs an AAD Premium 2 license"))
        }
        path if path.ends_with("/roleEligibilityScheduleInstances") => {
            Some(refuse(403, "insufficient_claims", "step up"))
        }
        _ => None,
    };
    let free = json!({"value": [{"id": GONE, "displayName": "C", "assignedPlans": []}]});
    let service = but(move |asked| match asked.path.as_str() {
        "/v1.0/organization" => Some(answer(200, &free)),
        _ => licensed(asked),
    })
    .await;
    let snapshot = read(&service).await;
    let licence = GapReason::MissingLicence { code: "AadPremiumLicenseRequired".into() };
    let gap = Gap::new(PartKind::RoleSchedules, None, licence);
    assert_eq!(snapshot.role_schedules, Part::Gap(gap));
    let denied = snapshot.role_eligibilities.value().map_err(|gap| gap.reason.to_string());
    assert!(denied.is_err_and(|why| why.starts_with("could not be read: access denied: insuff")));

    // With P2, whatever Graph says, the part is not licensed away.
    let snapshot = read(&but(licensed).await).await;
    let reason = snapshot.role_schedules.value().unwrap_err().reason.to_string();
    let told = "could not be read: Graph says that the tenant lacks a licence: \
                AadPremiumLicenseRequired";
    assert!(reason.starts_with(told) && reason.ends_with("yet it has Microsoft Entra ID P2"));
}

#[tokio::test]
async fn an_answer_that_is_not_understood_is_a_gap_that_names_the_member() {
    let service = but(|asked| match asked.path.as_str() {
        "/v1.0/domains" => Some(answer(200, &json!({"value": [{"id": 7}]}))),
        "/v1.0/organization" => Some(answer(200, &json!({"value": []}))),
        _ => None,
    })
    .await;
    let snapshot = read(&service).await;
    let gaps: Vec<String> = snapshot.gaps().into_iter().map(ToString::to_string).collect();
    // The organization, the domains, and the federations that nobody can ask for without them.
    assert_eq!(gaps.len(), 3 + 1, "{gaps:?}");
    assert!(gaps[0].contains("expected one organization, found 0"), "{gaps:?}");
    assert!(gaps[1].contains("`value[0].id`") && gaps[1].contains("request id"), "{gaps:?}");
}

#[tokio::test]
async fn what_was_made_a_moment_ago_is_found_at_the_second_look() {
    let of_account = format!("/v1.0/users/{ALPHA}");
    let of_group = format!("/v1.0/groups/{EMERGENCY}");
    let path = of_account.clone();
    let service = but(move |asked| {
        let is_new = asked.path == path || asked.path == of_group;
        let is_plain = !asked.query.contains("Activity") && !asked.query.contains("Leave");
        let is_first = asked.nth == 0 && is_new && is_plain;
        is_first.then(|| refuse(404, "Request_ResourceNotFound", "not here yet"))
    })
    .await;
    let snapshot = read(&service).await;
    let account = &snapshot.accounts[&ALPHA.parse().unwrap()];
    assert!(matches!(account.state.value(), Ok(AccountState::Present(_))));
    let group = &snapshot.groups[&EMERGENCY.parse().unwrap()];
    assert!(matches!(group.state.value(), Ok(GroupState::Present(_))));
    assert_eq!(gaps(&snapshot), [] as [&Gap; 0]);
}

/// The state of a declared account that `/users/{id}` answers with `first`, and the bin with `bin`.
async fn state(first: Reply, bin: Reply) -> (Part<AccountState>, Vec<Gap>, Service) {
    let service = but(move |asked| match asked.path.as_str() {
        path if path == format!("/v1.0/users/{GONE}") => Some(first.clone()),
        "/v1.0/directory/deletedItems/graph.user" => Some(bin.clone()),
        _ => None,
    })
    .await;
    let snapshot = read_snapshot(&service.client(), &wanted(&[GONE]), &()).await.unwrap();
    let account = snapshot.accounts[&GONE.parse::<UserId>().unwrap()].clone();
    assert!(account.methods.value().is_err() && account.memberships.value().is_err());
    (account.state, snapshot.incomplete, service)
}

#[tokio::test]
async fn a_declared_account_that_does_not_exist_is_absent_or_deleted() {
    let not_found = || refuse(404, "Request_ResourceNotFound", "");
    let bin = |ids: &[&str]| {
        let found: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
        answer(200, &json!({"value": found}))
    };
    let (deleted, missed, service) = state(not_found(), bin(&[GONE])).await;
    assert_eq!((deleted.value(), missed), (Ok(&AccountState::SoftDeleted), Vec::new()));
    let look = &service.asked_at("/v1.0/directory/deletedItems/graph.user")[0];
    assert_eq!(look.query, format!("$filter=id eq '{GONE}'&$select=id"));
    // What does not exist has no methods to ask for.
    let of_account = format!("/users/{GONE}/");
    assert!(!service.asked().iter().any(|asked| asked.path.contains(&of_account)));

    // A bin that ignores the filter and lists somebody else does not prove a deletion, and one
    // that cannot be read does not bring the account back, but it may be in there.
    let denied = refuse(403, "Authorization_RequestDenied", "");
    let unsupported = refuse(400, "Request_UnsupportedQuery", "");
    for (other, is_told) in
        [(bin(&[]), false), (bin(&[ALPHA]), false), (denied, true), (unsupported, true)]
    {
        let (absent, missed, _) = state(not_found(), other).await;
        assert_eq!(absent.value(), Ok(&AccountState::Absent));
        assert_eq!(missed.len(), usize::from(is_told));
        let is_about_it = |gap: &Gap| {
            let is_account = gap.part.kind == PartKind::Account;
            is_account && gap.to_string().contains("the recycle bin cannot be read")
        };
        assert!(missed.iter().all(is_about_it), "{missed:?}");
    }
}

#[tokio::test]
async fn only_the_directory_s_own_words_prove_an_absence() {
    let nobody = || answer(200, &json!({"value": []}));
    let (state_of_path, ..) = state(refuse(404, "UnknownError", ""), nobody()).await;
    assert!(state_of_path.value().is_err());
    let another = json!({"id": ALPHA, "userPrincipalName": "alpha@contoso.example"});
    let (state_of_other, ..) = state(answer(200, &another), nobody()).await;
    let told = state_of_other.value().map_err(ToString::to_string);
    assert!(told.is_err_and(|why| why.contains("about another object")));
}

#[tokio::test]
async fn without_policies_nobody_knows_what_they_name() {
    let service = but(|asked| {
        let policies = asked.path == "/beta/identity/conditionalAccess/policies";
        policies.then(|| refuse(403, "Forbidden", ""))
    })
    .await;
    let snapshot = read(&service).await;
    let reason = GapReason::MissingPermission { permission: "Policy.Read.All".into() };
    for reasons in [
        snapshot.policies.value().map(|_| ()).map_err(|gap| &gap.reason),
        snapshot.referenced_users.value().map(|_| ()).map_err(|gap| &gap.reason),
        snapshot.referenced_groups.value().map(|_| ()).map_err(|gap| &gap.reason),
    ] {
        assert_eq!(reasons, Err(&reason));
    }
}

#[tokio::test]
async fn many_ids_are_looked_up_fifteen_at_a_time() {
    let ids: Vec<String> = (1..=31).map(|n| Guid::from_u128(n).to_string()).collect();
    let policy = json!({
        "id": "p", "displayName": "P", "state": "enabled",
        "conditions": {"users": {"includeUsers": ids.clone()}, "applications": {}},
    });
    let service = but(move |asked| match asked.path.as_str() {
        "/beta/identity/conditionalAccess/policies" => {
            Some(answer(200, &json!({"value": [policy]})))
        }
        "/v1.0/users" => {
            let named = asked.query.split('\'').filter(|part| part.len() == 36);
            let found: Vec<Value> = named.map(|id| json!({"id": id})).collect();
            Some(answer(200, &json!({"value": found})))
        }
        _ => None,
    })
    .await;
    let snapshot = read(&service).await;
    assert_eq!(snapshot.referenced_users.value().unwrap().len(), 31);
    let mut sizes: Vec<usize> = service
        .asked_at("/v1.0/users")
        .iter()
        // Holders of roles are looked up as well.
        .filter(|one| ids.iter().any(|id| one.query.contains(id)))
        .map(|one| one.query.matches("','").count())
        .collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [0, 14, 14]);
}

#[tokio::test]
async fn progress_is_told_of_every_part_once() {
    #[derive(Default)]
    struct Told(Mutex<Vec<(PartKind, Option<Guid>, bool)>>);
    impl Progress for Told {
        fn part(&self, kind: &PartKind, subject: Option<Guid>, outcome: Outcome<'_>) {
            let is_read = outcome == Outcome::Read;
            self.0.lock().unwrap().push((kind.clone(), subject, is_read));
        }
    }
    let service = but(|asked| {
        (asked.path == "/v1.0/domains").then(|| refuse(403, "Authorization_RequestDenied", ""))
    })
    .await;
    let told = Told::default();
    read_snapshot(&service.client(), &wanted(&[ALPHA, GONE]), &told).await.unwrap();
    let told = told.0.into_inner().unwrap();
    let distinct: BTreeSet<_> = told.iter().map(|(kind, subject, _)| (kind, subject)).collect();
    assert_eq!(distinct.len(), told.len());
    // The parts of the tenant, of two accounts, four groups, three holders and an owner, and four
    // applications.
    let (accounts, groups) = (2 * Account::PARTS.len(), 4 * GroupRead::PARTS.len());
    let (holders, applications) = (4 * Holder::PARTS.len(), 4 * ApplicationRead::PARTS.len());
    let others = accounts + groups + holders + applications;
    assert_eq!(told.len(), PartKind::TENANT.len() + others);
    let unread: Vec<_> =
        told.iter().filter(|(.., is_read)| !is_read).map(|(kind, ..)| kind).collect();
    // Domains and federations, what an absent account has, and diagnostic settings.
    assert_eq!(unread.len(), 2 + (Account::PARTS.len() - 1) + 1);
    assert!(unread.contains(&&PartKind::Domains) && unread.contains(&&PartKind::AccountMethods));
}
