//! Published controls about emergency access, each served by a check.

use std::collections::BTreeSet;
use std::path::Path;

use halligan_core::check::{ALL, Framework};

/// Every control that the field's review names for emergency access and that a tenant's state can
/// answer. Left out is what only an alarm, a drill's record or a paper answers: SCuBA MS.AAD.7.7 to
/// 7.9, NIST AC-6(9), ISM-1611 to 1613; and MS.AAD.7.2, which compares numbers of administrators
/// with other roles and says nothing about emergency access.
const ABOUT_EMERGENCY_ACCESS: [(Framework, &[&str]); 10] = [
    (
        Framework::CisM365,
        &[
            "1.1.1", "1.1.2", "1.1.3", "1.3.1", "2.2.1", "5.1.2.1", "5.1.3.1", "5.2.2", "5.2.2.5",
            "5.2.2.6", "5.2.2.8", "5.2.2.9", "5.2.3.1", "5.3.1", "5.3.3", "5.3.4",
        ],
    ),
    (
        Framework::Scuba,
        &[
            "MS.AAD.2.1v1",
            "MS.AAD.2.3v1",
            "MS.AAD.3.1v1",
            "MS.AAD.3.6v1",
            "MS.AAD.4.1v1",
            "MS.AAD.6.1v1",
            "MS.AAD.7.1v1",
            "MS.AAD.7.3v1",
            "MS.AAD.7.4v1",
            "MS.AAD.7.5v1",
            "MS.AAD.7.6v1",
        ],
    ),
    (Framework::Nist, &["AC-2", "AC-2(2)", "AC-6(1)", "AC-6(5)"]),
    (Framework::Iso27001, &["A.5.17", "A.8.2", "A.8.5"]),
    (
        Framework::Mitre,
        &["T1078.004", "T1098", "T1098.003", "T1531", "T1556.006", "T1556.007", "T1556.009"],
    ),
    (Framework::CisControls, &["6.5"]),
    (Framework::Itsg33, &["AC-2", "AC-2(7)", "AC-2(11)", "IA-2(1)"]),
    (Framework::Ism, &["Essential Eight ML2-P4", "ISM-1610", "ISM-1614", "ISM-1615"]),
    (Framework::Hipaa, &["164.312(a)(2)(ii)"]),
    (Framework::Mcsb, &["PA-5"]),
];

#[test]
fn every_control_about_emergency_access_is_served_by_a_check() {
    let served: BTreeSet<_> = ALL.iter().flat_map(|check| check.controls).copied().collect();
    for (framework, ids) in ABOUT_EMERGENCY_ACCESS {
        for id in ids {
            let control = served.iter().find(|one| one.framework == framework && one.id == *id);
            assert!(control.is_some(), "{} {id}", framework.title());
        }
    }
}

#[test]
fn a_check_names_a_control_once() {
    for check in ALL {
        let distinct: BTreeSet<_> = check.controls.iter().collect();
        assert_eq!(distinct.len(), check.controls.len(), "{}", check.id);
    }
}

/// A run of CISA's own tool, with every policy of its baseline.
const SCUBA_RUN: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../shared/data/ca-policies/cisagov+ScubaGear/",
    "PowerShell_ScubaGear_Sample-Reports_ScubaResults_fa5589b7-d528-4f80.json"
);

#[test]
fn policies_of_scuba_are_those_of_its_baseline() {
    let Ok(run) = std::fs::read_to_string(Path::new(SCUBA_RUN)) else {
        assert!(std::env::var_os("CI").is_none(), "the shared data is missing in CI");
        eprintln!("skipped: no results of ScubaGear");
        return;
    };
    let mut compared = BTreeSet::new();
    for check in ALL {
        for one in check.controls.iter().filter(|one| one.framework == Framework::Scuba) {
            assert!(run.contains(&format!("\"{}\"", one.id)), "{}: {one}", check.id);
            compared.insert(one.id);
        }
    }
    assert!(compared.len() > 10, "{compared:?}");
}

/// Recommendations of CIS Microsoft 365 Foundations 7.0.0 that checks may name, as the benchmark
/// numbers them; other editions number several of them otherwise.
const CIS_SEVEN: [&str; 22] = [
    "1.1.1",   // administrative accounts are cloud-only
    "1.1.2",   // two emergency access accounts
    "1.1.3",   // two to four Global Administrators
    "1.3.1",   // passwords do not expire
    "2.2.1",   // the use of emergency access accounts is watched
    "5.1.2.1", // per-user MFA is disabled
    "5.1.2.2", // users cannot register applications
    "5.1.3.1", // users cannot create security groups
    "5.1.5.1", // users cannot consent to applications
    "5.1.5.2", // the admin consent workflow is on
    "5.1.5.3", // no passwords are added to applications
    "5.2.2",   // Conditional Access, as a whole: each asks for the exclusion
    "5.2.2.5", // phishing-resistant MFA for administrators
    "5.2.2.6", // user risk
    "5.2.2.7", // sign-in risk
    "5.2.2.8", // sign-in risk is blocked
    "5.2.2.9", // a managed device
    "5.2.3.1", // Microsoft Authenticator against fatigue
    "5.3.1",   // privileged roles by activation
    "5.3.2",   // access reviews of guests
    "5.3.3",   // access reviews of privileged roles
    "5.3.4",   // approval of Global Administrator
];

#[test]
fn recommendations_of_cis_are_those_of_its_edition() {
    for check in ALL {
        for one in check.controls.iter().filter(|one| one.framework == Framework::CisM365) {
            assert!(CIS_SEVEN.contains(&one.id), "{}: {one}", check.id);
        }
    }
}
