//! What the assessment says of simulated tenants.

use halligan_app::assess::assess;
use halligan_app::simulated::{Origin, Size};
use halligan_core::check::{State, Subject};
use halligan_core::id::{Guid, PrincipalId};
use halligan_core::report::{Assessment, Verdict};
use halligan_core::tenant::{GapReason, PartKind};
use halligan_twin::{Group, Licence, story as names};

use crate::{judge, read, story, twin, word};

#[tokio::test(flavor = "multi_thread")]
async fn the_story_has_its_classic_faults_and_no_others() {
    let assessment = judge(&story(|_| {}).await).await;
    let failed: Vec<_> = assessment.failures().map(|result| result.check.id).collect();
    assert_eq!(failed, FAULTS);
    assert_eq!(assessment.verdict, Verdict::Fails);
    // The tenant has P2, and lifecycle workflows want Entra ID Governance.
    let unread: Vec<_> = assessment.gaps.iter().map(|gap| &gap.part.kind).collect();
    assert_eq!(unread, [&PartKind::LifecycleWorkflows]);
}

/// Worst first.
const FAULTS: &[&str] = &[
    "HG-EXIT-06",
    "HG-EXIT-09",
    "HG-LOCK-02",
    "HG-LOCK-14",
    "HG-LOCK-19",
    "HG-EXIT-05",
    "HG-EXIT-16",
    "HG-KEYS-02",
    "HG-KEYS-06",
    "HG-LOCK-03",
    "HG-LOCK-12",
    "HG-LOCK-17",
    "HG-LOCK-21",
    "HG-LOCK-22",
    "HG-ESTATE-12",
    "HG-EXIT-11",
    "HG-EXIT-18",
    "HG-EXIT-21",
    "HG-KEYS-07",
    "HG-KEYS-08",
    "HG-LOCK-24",
    "HG-ESTATE-01",
    "HG-ESTATE-02",
    "HG-ESTATE-03",
    "HG-ESTATE-09",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_generated_tenant_is_in_order() {
    let size = Size { policies: 25, groups: 80, role_holders: 12, users: 100 };
    for seed in [1, 2, 99] {
        let assessment = judge(&twin(&Origin::Seed(seed, size)).await).await;
        for id in ["HG-EXIT-01", "HG-EXIT-02", "HG-EXIT-06", "HG-EXIT-09", "HG-LOCK-02"] {
            assert_eq!(word(&assessment, id), "pass", "seed {seed}");
        }
        let unread: Vec<_> = assessment.gaps.iter().map(|gap| &gap.part.kind).collect();
        assert_eq!(unread, [&PartKind::LifecycleWorkflows], "seed {seed}");
    }
}

/// Takes each permission away in turn: every part that needs it becomes a gap that names it, and
/// nothing that failed before turns to a pass.
#[tokio::test(flavor = "multi_thread")]
async fn a_missing_permission_is_a_gap_that_names_it() {
    let before = judge(&story(|_| {}).await).await;
    let mut needed: Vec<_> = PartKind::ALL.iter().map(PartKind::permission).collect();
    needed.sort_unstable();
    needed.dedup();
    // The organization object is readable with `User.Read.All` as well, the tenant was never
    // synchronised, and what stands in parentheses is no permission of Graph.
    let elsewhere = ["Organization.Read.All", "OnPremDirectorySynchronization.Read.All"];
    needed.retain(|permission| !permission.starts_with('(') && !elsewhere.contains(permission));
    for permission in needed {
        let twin = story(|directory| {
            for app in directory.apps.values_mut() {
                app.permissions.retain(|held| needed_only(held) && held != permission);
                app.permissions.remove("Directory.Read.All");
            }
        })
        .await;
        let snapshot = read(&twin).await.unwrap();
        let missing: Vec<_> = snapshot
            .gaps()
            .into_iter()
            .filter(|gap| match &gap.reason {
                GapReason::MissingPermission { permission: named } => named == permission,
                _ => false,
            })
            .cloned()
            .collect();
        assert!(!missing.is_empty(), "{permission}: {:?}", snapshot.gaps());
        let after = assess(twin.register(), &snapshot, None, snapshot.taken).unwrap();
        // The watcher has less than before, and so nothing that is too much.
        let failed = before.failures().filter(|result| result.check.id != "HG-ESTATE-07");
        for result in failed {
            assert_ne!(word(&after, result.check.id), "pass", "{permission}");
        }
        assert_eq!(word(&after, "HG-ESTATE-05"), "gap", "{permission}");
    }
}

/// Broad permissions would stand in for the one that is taken away.
fn needed_only(permission: &str) -> bool {
    PartKind::ALL.iter().any(|kind| kind.permission() == permission)
}

#[tokio::test(flavor = "multi_thread")]
async fn without_p2_terms_are_not_applicable_and_the_rest_is_judged() {
    let twin = story(|directory| {
        directory.licence = Licence::P1;
        directory.eligibility_instances.clear();
        directory.group_eligibilities.clear();
    })
    .await;
    let snapshot = read(&twin).await.unwrap();
    let gaps = snapshot.gaps();
    assert!(!gaps.is_empty());
    let is_licence = |reason: &GapReason| matches!(reason, GapReason::MissingLicence { .. });
    assert!(gaps.iter().all(|gap| is_licence(&gap.reason)), "{gaps:?}");
    let assessment = assess(twin.register(), &snapshot, None, snapshot.taken).unwrap();
    assert_eq!(word(&assessment, "HG-ESTATE-05"), "pass");
    assert_eq!(word(&assessment, "HG-LOCK-05"), "not applicable");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_account_is_found_in_the_recycle_bin() {
    let twin = story(|directory| {
        let user = directory.users.remove(&names::ACCOUNT_ALPHA.0).unwrap();
        directory.deleted_users.insert(names::ACCOUNT_ALPHA.0, user.object);
    })
    .await;
    let assessment = judge(&twin).await;
    assert_eq!(word(&assessment, "HG-EXIT-01"), "fail");
    let result = assessment.failures().find(|result| result.check.id == "HG-EXIT-01").unwrap();
    assert!(result.statements.iter().any(|s| s.text.contains("restored")), "{result:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_circle_of_groups_ends() {
    let twin = story(|directory| {
        let emergency = names::EMERGENCY_GROUP.0;
        let admins = names::ADMIN_GROUP.0;
        directory.groups.get_mut(&emergency).unwrap().members.push(admins);
        directory.groups.get_mut(&admins).unwrap().members.push(emergency);
    })
    .await;
    assert_eq!(word(&judge(&twin).await, "HG-LOCK-02"), "fail");
}

/// The demo's tenant with an application, after a change that says what the application does.
async fn deployer(change: impl FnOnce(&mut Group, Guid)) -> (Assessment, Guid) {
    let id = Guid::from_u128(0xde);
    let twin = story(|directory| {
        let app = serde_json::json!({"id": id.to_string(), "displayName": "Deployer"});
        directory.service_principals.insert(id, app.as_object().unwrap().clone());
        let group = directory.groups.get_mut(&names::EMERGENCY_GROUP.0).unwrap();
        // Nobody else is in the group or owns it.
        group.members = vec![names::ACCOUNT_ALPHA.0, names::ACCOUNT_BRAVO.0];
        group.owners.clear();
        change(group, id);
    })
    .await;
    (judge(&twin).await, id)
}

fn principal(id: Guid) -> Subject {
    Subject::Principal { id: PrincipalId(id), name: Some("Deployer".into()) }
}

/// What is broken of a check that failed: about whom, and what is said.
fn broken(assessment: &Assessment, id: &str) -> Vec<(Subject, String)> {
    let result = assessment.failures().find(|result| result.check.id == id).unwrap();
    let broken = result.statements.iter().filter(|one| one.state == State::Broken);
    broken.map(|one| (one.subject.clone(), one.text.clone())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_that_owns_the_emergency_group_is_named() {
    let (assessment, id) = deployer(|group, id| group.owners.push(id)).await;
    assert_eq!(word(&assessment, "HG-LOCK-02"), "pass");
    let broken = broken(&assessment, "HG-LOCK-03");
    let text = "is an application that owns the group: whoever acts as it can add members";
    assert_eq!(broken, [(principal(id), text.to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_in_the_emergency_group_is_a_foreign_member() {
    let (assessment, id) = deployer(|group, id| group.members.push(id)).await;
    assert_eq!(word(&assessment, "HG-LOCK-03"), "pass");
    let [(subject, text)] = &broken(&assessment, "HG-LOCK-02")[..] else { panic!("one is named") };
    assert_eq!(*subject, principal(id));
    assert!(text.contains("no declared account (servicePrincipal)"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_of_another_tenant_is_refused() {
    let twin = story(|_| {}).await;
    let snapshot = read(&twin).await.unwrap();
    let mut register = twin.register().clone();
    register.tenant = Some(halligan_core::id::TenantId::from_u128(1));
    assert!(assess(&register, &snapshot, None, snapshot.taken).is_err());
}
