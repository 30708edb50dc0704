//! The assessment's verdict and order.

use halligan_core::check::sample::{ALPHA, Case, DAILY, member};
use halligan_core::check::{Ledger, Outcome, Severity, run};
use halligan_core::register::Acceptance;
use halligan_core::report::{Assessment, Verdict};
use halligan_core::tenant::{ObjectKind, Part, PartKind};

fn assess(case: &Case) -> Assessment {
    let results = run(&case.register, &case.snapshot, case.custody.as_ref(), case.now).unwrap();
    Assessment::new(
        &case.register,
        &case.snapshot,
        &case.custody.as_ref().into(),
        case.now,
        results,
    )
}

#[test]
fn a_sound_tenant_holds() {
    let assessment = assess(&Case::sound());
    assert_eq!(assessment.verdict, Verdict::Holds);
    assert_eq!(assessment.counts().fail + assessment.counts().gap, 0);
    assert_eq!(assessment.worst(), None);
}

#[test]
fn failures_come_worst_first_and_beat_gaps() {
    let mut case = Case::sound();
    case.snapshot.domains = Part::Gap(Case::denied(PartKind::Domains));
    assert_eq!(assess(&case).verdict, Verdict::Undecided);
    assert_eq!(assess(&case).missing_permissions(), ["Domain.Read.All"]);
    case.user(ALPHA, |user| user.user_principal_name = "breakglass@sound.onmicrosoft.com".into());
    assert_eq!(assess(&case).worst(), Some(Severity::Low));
    case.user(ALPHA, |user| user.account_enabled = Some(false));
    let assessment = assess(&case);
    assert_eq!(assessment.verdict, Verdict::Fails);
    let ids: Vec<_> = assessment.failures().map(|result| result.check.id).collect();
    assert_eq!(ids, ["HG-EXIT-03", "HG-LOCK-06"]);
    assert!(assessment.undecided().count() >= 2);
}

#[test]
fn an_accepted_failure_does_not_count_and_is_still_there() {
    let mut case = Case::sound();
    let at = case.now;
    let value = vec![member(DAILY, ObjectKind::User)];
    case.group_read(|read| read.owners = Part::Read { at, value });
    assert_eq!(assess(&case).verdict, Verdict::Fails);
    case.register.accepted.push(Acceptance {
        check: "HG-LOCK-03".into(),
        subject: Some(DAILY.to_string()),
        by: "Ada".into(),
        reason: "until the new group is in use".into(),
        until: "1970-02-01T00:00:00Z".parse().unwrap(),
    });
    let assessment = assess(&case);
    assert_eq!(assessment.verdict, Verdict::Holds);
    assert_eq!(assessment.counts().accepted, 1);
    case.now = "1970-02-01T00:00:00Z".parse().unwrap();
    assert_eq!(assess(&case).verdict, Verdict::Fails);
}

#[test]
fn no_results_is_no_reason_for_comfort() {
    let case = Case::sound();
    let assessment =
        Assessment::new(&case.register, &case.snapshot, &Ledger::None, case.now, vec![]);
    assert_eq!(assessment.verdict, Verdict::Undecided);
    assert!(!assessment.results.iter().any(|result| result.outcome == Outcome::Pass));
}
