//! What holds of every check: unknown is never fine, and an empty tenant passes nothing.

use std::collections::BTreeMap;

use halligan_core::check::sample::Case;
use halligan_core::check::{ALL, Check, CheckResult, Expect, Outcome, Registry, run};
use halligan_core::tenant::{GapReason, PartKind, Snapshot, Source};

fn outcomes(case: &Case) -> Vec<CheckResult> {
    run(&case.register, &case.snapshot, case.custody.as_ref(), case.now).unwrap()
}

#[test]
fn the_sound_tenant_fails_nothing_and_leaves_nothing_open() {
    for result in outcomes(&Case::sound()) {
        let fine = matches!(result.outcome, Outcome::Pass | Outcome::NotApplicable(_));
        assert!(fine, "{} {:?} {:#?}", result.check.id, result.outcome, result.statements);
    }
}

#[test]
fn nothing_passes_on_a_tenant_that_could_not_be_read() {
    let mut case = Case::sound();
    let denied = GapReason::MissingPermission { permission: "X".into() };
    let source = Source::Graph { endpoint: "https://graph.microsoft.com".into() };
    case.snapshot = Snapshot::unread(case.now, source, &denied);
    for result in outcomes(&case) {
        // The register alone answers how many accounts are declared.
        if result.check.id == "HG-EXIT-02" {
            continue;
        }
        let open = matches!(result.outcome, Outcome::Gap(_) | Outcome::NotApplicable(_));
        assert!(open, "{} {:?}", result.check.id, result.outcome);
    }
}

#[test]
fn nothing_passes_when_nothing_is_declared_and_nothing_is_there() {
    let mut case = Case::sound();
    case.register.accounts.clear();
    case.snapshot.accounts = BTreeMap::new();
    let by_account = [
        "HG-EXIT-01",
        "HG-EXIT-03",
        "HG-EXIT-04",
        "HG-EXIT-05",
        "HG-EXIT-06",
        "HG-EXIT-13",
        "HG-EXIT-15",
        "HG-EXIT-19",
        "HG-EXIT-20",
        "HG-EXIT-21",
        "HG-LOCK-06",
        "HG-KEYS-01",
        "HG-KEYS-02",
        "HG-KEYS-03",
        "HG-KEYS-05",
        "HG-KEYS-06",
        "HG-KEYS-08",
        "HG-KEYS-09",
        "HG-KEYS-12",
        "HG-ESTATE-06",
    ];
    for result in outcomes(&case) {
        if by_account.contains(&result.check.id) {
            assert_eq!(result.outcome, Outcome::Gap(vec![]), "{}", result.check.id);
        }
    }
}

/// Takes one part away; a check that reads it must not stay at `pass` as if nothing had happened
/// unless what it says does not hang on that part in the sound tenant.
#[test]
fn a_check_that_loses_a_part_it_reads_never_turns_to_pass() {
    for kind in PartKind::ALL {
        let mut case = Case::sound();
        // Something is wrong with everything that can be wrong, so that a pass stands out.
        case.register.global_administrators = halligan_core::register::Range { least: 9, most: 9 };
        let before = outcomes(&case);
        take_away(&mut case.snapshot, &kind);
        for (before, after) in before.iter().zip(outcomes(&case)) {
            let was_open = !matches!(before.outcome, Outcome::Pass);
            let became_pass = was_open && after.outcome == Outcome::Pass;
            assert!(!became_pass, "{} passes without {kind}", after.check.id);
        }
    }
}

/// Every part that a check names is one that it minds: without all of them it cannot pass.
#[test]
fn a_check_without_all_the_parts_it_reads_cannot_pass() {
    for check in ALL {
        if check.id == "HG-EXIT-02" {
            continue;
        }
        let mut case = Case::sound();
        for kind in check.reads {
            take_away(&mut case.snapshot, kind);
        }
        let results = outcomes(&case);
        let result = results.iter().find(|result| result.check.id == check.id).unwrap();
        assert_ne!(result.outcome, Outcome::Pass, "{}", check.id);
    }
}

fn take_away(snapshot: &mut Snapshot, kind: &PartKind) {
    let permission = kind.permission().to_string();
    snapshot.withhold(kind, &GapReason::MissingPermission { permission });
}

#[test]
fn every_part_is_listed_as_a_gap_when_it_is_one() {
    for kind in PartKind::ALL {
        let mut snapshot = Case::sound().snapshot;
        assert!(snapshot.gaps().is_empty());
        take_away(&mut snapshot, &kind);
        assert!(snapshot.gaps().iter().all(|gap| gap.part.kind == kind));
        assert!(!snapshot.gaps().is_empty(), "{kind}");
    }
}

#[test]
fn part_kinds_are_read_back_as_they_are_written_and_need_a_permission() {
    for kind in PartKind::ALL {
        assert_eq!(PartKind::from_graph(kind.as_graph()), kind);
        let permission = kind.permission();
        assert!(permission.contains(".Read.") || permission.starts_with('('), "{kind}");
    }
}

/// What a check found wrong must not look right because a part that shows it was not read. Each
/// part is withheld alone from each sample that a check fails or leaves open.
#[test]
fn a_finding_never_turns_to_pass_when_a_part_is_missing() {
    let mut passing = Vec::new();
    for_each_open_sample(|check, sample, case| {
        for kind in PartKind::ALL {
            let mut case = case.clone();
            take_away(&mut case.snapshot, &kind);
            if outcome_of(check, &case) == Outcome::Pass {
                passing.push(format!("{} `{sample}` passes without {kind}", check.id));
            }
        }
    });
    assert!(passing.is_empty(), "{passing:#?}");
}

/// The same for objects of which nothing at all was read, not even a gap in their place.
#[test]
fn a_finding_never_turns_to_pass_when_objects_are_missing() {
    type Removal = (&'static str, fn(&mut Snapshot));
    let ways: [Removal; 4] = [
        ("accounts", |snapshot| snapshot.accounts.clear()),
        ("holders", |snapshot| snapshot.holders.clear()),
        ("groups", |snapshot| snapshot.groups.clear()),
        ("applications", |snapshot| snapshot.applications.clear()),
    ];
    let mut passing = Vec::new();
    for_each_open_sample(|check, sample, case| {
        for (what, remove) in ways {
            let mut case = case.clone();
            remove(&mut case.snapshot);
            if outcome_of(check, &case) == Outcome::Pass {
                passing.push(format!("{} `{sample}` passes without {what}", check.id));
            }
        }
    });
    assert!(passing.is_empty(), "{passing:#?}");
}

fn for_each_open_sample(mut judge: impl FnMut(&'static Check, &str, &Case)) {
    for check in ALL {
        for sample in check.samples {
            if matches!(sample.expect, Expect::Fail | Expect::Gap) {
                judge(check, sample.name, &sample.case());
            }
        }
    }
}

fn outcome_of(check: &'static Check, case: &Case) -> Outcome {
    let one = [check];
    let results = Registry::new(&one).unwrap().run(
        &case.register,
        &case.snapshot,
        case.custody.as_ref(),
        case.now,
    );
    results.into_iter().next().unwrap().outcome
}
