//! Published controls about emergency access, each served by a check.

use std::collections::BTreeSet;

use halligan_core::check::{ALL, Framework};

/// Every control that the field's review names for emergency access and that a tenant's state can
/// answer. Left out is what only an alarm, a drill's record or a paper answers: CIS 2.2.1, SCuBA
/// MS.AAD.7.7 to 7.9, NIST AC-6(9), ISM-1611 to 1613.
const ABOUT_EMERGENCY_ACCESS: [(Framework, &[&str]); 10] = [
    (
        Framework::CisM365,
        &[
            "1.1.1", "1.1.2", "1.1.3", "5.1.3.1", "5.2.2", "5.2.2.9", "5.2.3.1", "5.3.1", "5.3.3",
            "5.3.4",
        ],
    ),
    (
        Framework::Scuba,
        &[
            "MS.AAD.2.1v1",
            "MS.AAD.2.3v1",
            "MS.AAD.3.1v1",
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
