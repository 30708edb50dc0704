//! A tenant of which nothing is declared: read from the twin, proposed, chosen, written, judged.

use std::path::Path;
use std::sync::Mutex;

use halligan_app::init::{Draft, Survey, survey, take_over};
use halligan_app::live::{LiveError, PartOutcome, Progress};
use halligan_app::sign_in::Asked;
use halligan_app::simulated::{Origin, Simulated};
use halligan_core::id::{Guid, UserId};
use halligan_core::proposal::{Fit, Proposal};
use halligan_core::register::{DeclaredAccount, Shape};
use halligan_core::tenant::PartKind;
use halligan_core::time::Timestamp;
use halligan_twin::story as names;

use crate::twin;

fn now() -> Timestamp {
    halligan_app::clock::now()
}

/// The twin's own register lends its address and the watcher; its accounts are not looked at.
async fn look(tenant: &Simulated, folder: &Path, progress: &dyn Progress) -> Survey {
    let register = tenant.write(folder).unwrap();
    let taken = take_over(&register, &folder.join("new.toml"), now()).unwrap();
    let end = std::future::pending();
    let read = survey(&taken.config, &Asked::nobody(), progress, &mut |_| {}, end).await;
    read.unwrap().unwrap()
}

#[derive(Default)]
struct Told(Mutex<Vec<(PartKind, Option<Guid>)>>);

impl Progress for Told {
    fn part(&self, kind: &PartKind, subject: Option<Guid>, outcome: PartOutcome<'_>) {
        if matches!(outcome, PartOutcome::Read) {
            self.0.lock().unwrap().push((kind.clone(), subject));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undeclared_tenant_is_read_and_its_accounts_are_proposed() {
    let tenant = twin(&Origin::Story).await;
    let folder = tempfile::tempdir().unwrap();
    let told = Told::default();
    let look = look(&tenant, folder.path(), &told).await;
    let proposal = Proposal::of(&look.snapshot, look.snapshot.taken);
    let fit = |id: UserId| proposal.candidate(id).unwrap().fit;
    assert_eq!(fit(names::ACCOUNT_ALPHA), Fit::Likely);
    assert_eq!(fit(names::ACCOUNT_BRAVO), Fit::Possible, "eligible only, and federated");
    for person in [names::EXTRA_MEMBER, names::SECOND_ADMIN, names::GROUP_ADMIN] {
        assert_eq!(fit(person), Fit::Unlikely);
    }
    let group = &proposal.groups[0];
    assert_eq!((group.id, group.fit), (names::EMERGENCY_GROUP, Fit::Possible));
    assert!(group.accounts.contains(&names::EXTRA_MEMBER), "somebody slipped into it");
    let shape = proposal.shape.unwrap().shape;
    assert_eq!(shape, Shape::ExemptWithStrength { policy: names::STRENGTH_POLICY.into() });
    assert_eq!((look.person, look.more), (None, 0));
    let told = told.0.into_inner().unwrap();
    let again: Vec<_> = told
        .iter()
        .filter(|(kind, _)| ![PartKind::Organization, PartKind::Watcher].contains(kind))
        .filter(|part| told.iter().filter(|other| other == part).count() > 1)
        .collect();
    assert!(again.is_empty(), "what was read is not read again: {again:?}");
    tenant.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_chosen_can_be_judged() {
    let tenant = twin(&Origin::Story).await;
    let folder = tempfile::tempdir().unwrap();
    let register = tenant.write(folder.path()).unwrap();
    let path = folder.path().join("new.toml");
    let taken = take_over(&register, &path, now()).unwrap();
    let declared = |id, code_name: &str| DeclaredAccount { id, code_name: code_name.into() };
    let draft = Draft {
        tenant: taken.tenant,
        sign_in: taken.sign_in,
        shape: Shape::Exempt,
        group: Some(names::EMERGENCY_GROUP),
        accounts: vec![
            declared(names::ACCOUNT_ALPHA, "elm"),
            declared(names::ACCOUNT_BRAVO, "oak"),
        ],
    };
    draft.write(&path, false, now()).unwrap();
    let config = halligan_app::config::Config::load(&path, now()).unwrap();
    let read = halligan_app::live::read(&config, &Asked::nobody(), &(), &mut |_| {}).await;
    let snapshot = read.unwrap();
    let assessment =
        halligan_app::assess::assess(&config.register, &snapshot, None, snapshot.taken).unwrap();
    assert!(assessment.failures().any(|one| one.check.id == "HG-EXIT-06"), "oak is only eligible");
    tenant.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_survey_that_is_ended_gives_nothing_and_one_without_a_tenant_says_so() {
    let tenant = twin(&Origin::Story).await;
    let folder = tempfile::tempdir().unwrap();
    let register = tenant.write(folder.path()).unwrap();
    let mut config = take_over(&register, &register, now()).unwrap().config;
    let asked = Asked::nobody();
    let ended = survey(&config, &asked, &(), &mut |_| {}, std::future::ready(())).await;
    assert_eq!(ended.unwrap(), None);
    config.register.tenant = None;
    let none = survey(&config, &asked, &(), &mut |_| {}, std::future::pending()).await;
    assert_eq!(none.unwrap_err(), LiveError::NoTenant);
    tenant.stop().await;
}
