//! The demo's tenant, read over HTTP, gives exactly the findings that its story tells.

use std::collections::BTreeSet;
use std::sync::Mutex;

use halligan_app::assess::assess;
use halligan_app::config::Config;
use halligan_app::live::{self, PartOutcome, Progress};
use halligan_app::sign_in::Asked;
use halligan_app::simulated::{Origin, Simulated, TwinOptions};
use halligan_app::{clock, snapshot_file};
use halligan_core::check::{Outcome, State, Subject};
use halligan_core::id::Guid;
use halligan_core::report::{Assessment, Verdict};
use halligan_core::tenant::{PartKind, Snapshot};

use crate::unread;

/// Remembers every part that it is told of.
#[derive(Default)]
struct Parts(Mutex<Vec<String>>);

impl Progress for Parts {
    fn part(&self, kind: &PartKind, _: Option<Guid>, outcome: PartOutcome<'_>) {
        let line = format!("{}: {outcome:?}", kind.as_graph());
        self.0.lock().unwrap().push(line);
    }
}

async fn start(origin: &Origin) -> Simulated {
    Simulated::start(origin, TwinOptions::default()).await.unwrap()
}

fn judge(tenant: &Simulated, snapshot: &Snapshot) -> Assessment {
    assess(tenant.register(), snapshot, None, clock::now()).unwrap()
}

fn failures(assessment: &Assessment) -> Vec<&'static str> {
    let mut ids: Vec<_> = assessment.failures().map(|one| one.check.id).collect();
    ids.sort_unstable();
    ids
}

#[tokio::test]
async fn the_story_has_exactly_its_faults() {
    let tenant = start(&Origin::Story).await;
    let parts = Parts::default();
    let snapshot = tenant.read(&parts).await.unwrap();
    assert_eq!(unread(&snapshot), Vec::<&halligan_core::tenant::Gap>::new());
    let told: BTreeSet<String> = parts.0.into_inner().unwrap().into_iter().collect();
    // Lifecycle workflows want Entra ID Governance, which this tenant does not have.
    let licensed = |kind: &PartKind| *kind != PartKind::LifecycleWorkflows;
    for kind in PartKind::ALL.into_iter().filter(licensed) {
        assert!(told.contains(&format!("{}: Read", kind.as_graph())), "{kind}");
    }
    let assessment = judge(&tenant, &snapshot);
    assert_eq!(assessment.verdict, Verdict::Fails);
    assert_eq!(
        failures(&assessment),
        [
            "HG-ESTATE-01", // seven people are or can become Global Administrator
            "HG-ESTATE-02", // a policy excludes a group that is gone
            "HG-ESTATE-03", // v1.0 hides a policy with a preview feature
            "HG-ESTATE-09", // a deleted policy, restored, would lock both out
            "HG-ESTATE-12", // non-interactive sign-ins are exported nowhere
            "HG-EXIT-05",   // bravo is in the federated domain
            "HG-EXIT-06",   // bravo is only eligible
            "HG-EXIT-09",   // a policy forgot the exclusion
            "HG-EXIT-11",   // so did a report-only one
            "HG-EXIT-16",   // a review empties the group when nobody answers
            "HG-EXIT-18",   // three others are Global Administrator for good
            "HG-EXIT-21",   // nobody ever signed in as bravo
            "HG-KEYS-02",   // each account has one key
            "HG-KEYS-06",   // bravo has a phone number
            "HG-KEYS-07",   // administrators may reset their own passwords
            "HG-KEYS-08",   // the registration campaign asks everybody
            "HG-LOCK-02",   // somebody else is in the group
            "HG-LOCK-03",   // and somebody owns it
            "HG-LOCK-12",   // administrators come from a directory elsewhere
            "HG-LOCK-14",   // an unknown application may assign roles
            "HG-LOCK-17",   // with a secret
            "HG-LOCK-19",   // and a person without a role owns it
            "HG-LOCK-21",   // an identity provider in a cellar answers for administrators
            "HG-LOCK-22",   // a synchronised object may take over a cloud one
            "HG-LOCK-24",   // a service provider is not known
        ]
    );
    // Nobody keeps a ledger of who holds the keys.
    let undecided: Vec<&str> = assessment.undecided().map(|one| one.check.id).collect();
    let on_custody = ["14", "15", "18", "13", "16", "17"].map(|number| format!("HG-KEYS-{number}"));
    assert_eq!(undecided, on_custody);
    let named = |id: &str| -> Vec<String> {
        let result = assessment.results.iter().find(|one| one.check.id == id).unwrap();
        let broken = result.statements.iter().filter(|one| one.state == State::Broken);
        broken
            .map(|one| match &one.subject {
                Subject::Account { code_name, .. } => code_name.clone(),
                other => other.key(),
            })
            .collect()
    };
    assert_eq!(named("HG-EXIT-06"), ["bravo"]);
    let forgotten = halligan_twin::story::FORGOTTEN_POLICY;
    // Its author remembered alpha.
    assert_eq!(named("HG-EXIT-09"), [forgotten]);
    tenant.stop().await;
}

#[tokio::test]
async fn a_snapshot_file_gives_the_same_assessment() {
    let tenant = start(&Origin::Story).await;
    let snapshot = tenant.read(&()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("snapshot.json");
    snapshot_file::save(&path, &snapshot).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(!text.contains("harbour-and-pine-demo") && !text.contains("15550100"));
    let loaded = snapshot_file::load(&path).unwrap();
    let (first, second) = (judge(&tenant, &snapshot), judge(&tenant, &loaded));
    let outcomes = |of: &Assessment| -> Vec<(&'static str, Outcome)> {
        of.results.iter().map(|one| (one.check.id, one.outcome.clone())).collect()
    };
    assert_eq!(outcomes(&first), outcomes(&second));
    // A twin of the snapshot is the same tenant again.
    let again = start(&Origin::Snapshot(path)).await;
    let snapshot = again.read(&()).await.unwrap();
    assert_eq!(snapshot.policies.value().unwrap().len(), 9);
    assert_eq!(snapshot.tenant_id(), loaded.tenant_id());
}

#[tokio::test]
async fn what_the_twin_writes_is_a_register_that_works() {
    let tenant = start(&Origin::Story).await;
    let folder = tempfile::tempdir().unwrap();
    let path = tenant.write(&folder.path().join("new")).unwrap();
    let config = Config::load(&path, clock::now()).unwrap();
    assert_eq!(config.register, *tenant.register());
    let mut notices = Vec::new();
    let snapshot =
        live::read(&config, &Asked::nobody(), &(), &mut |text| notices.push(text)).await.unwrap();
    assert_eq!(notices, Vec::<String>::new());
    let read_here = tenant.read(&()).await.unwrap();
    assert_eq!(failures(&judge(&tenant, &snapshot)), failures(&judge(&tenant, &read_here)));
    // Its own files are replaced, somebody else's are not.
    tenant.write(&folder.path().join("new")).unwrap();
    std::fs::write(&path, "# mine").unwrap();
    let refused = tenant.write(&folder.path().join("new")).unwrap_err();
    assert!(refused.to_string().ends_with("halligan.toml` exists"), "{refused}");
}
