//! An estate, read tenant by tenant as its list says.

use std::collections::BTreeSet;
use std::time::Duration;

use halligan_app::assess::assess;
use halligan_app::estate::SimulatedEstate;
use halligan_app::live::{LiveError, read_with};
use halligan_app::simulated::{Licence, Origin, Size, TwinOptions};
use halligan_graph::Problem;
use halligan_twin::{Consent, Flaw, Throttling};

use crate::word;

async fn start(tenants: usize) -> SimulatedEstate {
    let options = TwinOptions { throttling: Throttling::Off, ..TwinOptions::default() };
    let as_of = "2026-11-22T00:00:00Z".parse().unwrap();
    SimulatedEstate::start(tenants, 7, as_of, options).await.unwrap()
}

#[tokio::test]
async fn flaws_of_an_estate_are_found_by_reading_it() {
    let simulated = start(8).await;
    let estate = simulated.estate();
    let mut read = 0;
    for number in 0..estate.tenants() {
        let tenant = estate.tenant(number).unwrap();
        let mut options = simulated.client_options(&tenant).unwrap();
        options.pace.conditional_access_gap = Duration::ZERO;
        let register = simulated.register(number).unwrap();
        let snapshot = match read_with(options, &register, &()).await {
            Ok(snapshot) => snapshot,
            Err(LiveError::Service(Problem::Token(_))) => {
                assert_eq!(tenant.consent, Consent::NotRegistered);
                continue;
            }
            Err(error) => panic!("{tenant:?}: {error}"),
        };
        if tenant.consent != Consent::Granted {
            continue;
        }
        read += 1;
        let assessment = assess(&register, &snapshot, None, snapshot.taken).unwrap();
        let failed = |check| word(&assessment, check) == "fail";
        assert_eq!(failed("HG-EXIT-02"), tenant.flaws.contains(&Flaw::OneAccount), "{tenant:?}");
    }
    assert!(read > 3, "{read}");
}

#[tokio::test]
async fn the_list_names_every_tenant_once_and_replaces_only_a_list() {
    let simulated = start(30).await;
    let list = simulated.list();
    let ids: BTreeSet<&str> = list.lines().skip(1).map(|l| l.split(',').nth(1).unwrap()).collect();
    assert_eq!(ids.len(), 31);
    assert!(list.lines().all(|line| line.matches(',').count() == 8));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tenants.csv");
    simulated.write_list(&path).unwrap();
    start(2).await.write_list(&path).unwrap();
    std::fs::write(&path, "mine").unwrap();
    assert!(simulated.write_list(&path).unwrap_err().hint().unwrap().contains("new file"));
}

#[tokio::test]
async fn tenants_without_a_premium_licence_can_be_read_and_judged() {
    let size = Size { policies: 4, groups: 3, role_holders: 3, users: 9 };
    let licensed = |of, licence| Origin::Licensed(Box::new(of), licence);
    for origin in [
        Origin::SecurityDefaults,
        licensed(Origin::Story, Licence::Free),
        licensed(Origin::Story, Licence::P1),
        licensed(Origin::Seed(3, size), Licence::Free),
    ] {
        let tenant = crate::twin(&origin).await;
        let snapshot = crate::read(&tenant).await.unwrap();
        let has_policies = matches!(origin, Origin::Licensed(_, Licence::P1));
        assert_eq!(snapshot.security_defaults.value().unwrap().is_enabled, !has_policies);
        assert_eq!(snapshot.policies.value().unwrap().is_empty(), !has_policies, "{origin:?}");
        let assessment = assess(tenant.register(), &snapshot, None, snapshot.taken).unwrap();
        // Security defaults know no exclusion, and one of these accounts has no key.
        if origin == Origin::SecurityDefaults {
            assert_eq!(word(&assessment, "HG-EXIT-12"), "fail");
        }
        assert_eq!(tenant.register().accounts.len(), 2, "{origin:?}");
    }
}
