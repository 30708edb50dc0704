//! A tenant without a licence: what it cannot have is not held against it, and what stands in its
//! place is judged.

use halligan_core::check::sample::{ALPHA, Case, password};
use halligan_core::check::{ALL, CheckResult, Outcome, run};
use halligan_core::tenant::{ObjectKind, Part};

fn results(case: &Case) -> Vec<CheckResult> {
    run(&case.register, &case.snapshot, case.custody.as_ref(), case.now).unwrap()
}

fn word(case: &Case, id: &str) -> &'static str {
    let all = results(case);
    all.iter().find(|result| result.check.id == id).unwrap().outcome.word()
}

#[test]
fn a_sound_free_tenant_fails_nothing_and_leaves_nothing_open() {
    // But one: nobody can be alarmed by a sign-in that no log tells, and silence is not said to be
    // fine.
    let no_alarm = "HG-ESTATE-12";
    let case = Case::free();
    assert_eq!(word(&case, no_alarm), "fail");
    let results = results(&case);
    assert_eq!(results.len(), ALL.len());
    for result in results.into_iter().filter(|result| result.check.id != no_alarm) {
        let fine = matches!(result.outcome, Outcome::Pass | Outcome::NotApplicable(_));
        assert!(fine, "{} {:?} {:#?}", result.check.id, result.outcome, result.statements);
    }
}

#[test]
fn what_stands_in_the_place_of_a_licence_is_judged() {
    for id in ["HG-EXIT-06", "HG-EXIT-07", "HG-EXIT-09", "HG-EXIT-12", "HG-KEYS-03", "HG-ESTATE-01"]
    {
        assert_eq!(word(&Case::free(), id), "pass", "{id}");
    }
    let mut case = Case::free();
    case.methods(ALPHA, vec![password()]);
    assert_eq!(word(&case, "HG-EXIT-12"), "fail", "security defaults instead of a policy");
    let mut case = Case::free();
    if let Part::Read { value, .. } = &mut case.snapshot.role_assignments {
        value.retain(|one| one.principal != ALPHA.into());
    }
    assert_eq!(word(&case, "HG-EXIT-06"), "fail", "a direct assignment instead of the group");
    let mut case = Case::free();
    if let Part::Read { value, .. } = &mut case.snapshot.role_assignments {
        value.retain(|one| one.principal_kind == Some(ObjectKind::Group));
    }
    assert_eq!(word(&case, "HG-ESTATE-01"), "fail", "the count of assignments instead of PIM");
}

#[test]
fn not_applicable_for_want_of_a_licence_says_so() {
    for id in ["HG-EXIT-15", "HG-EXIT-16", "HG-EXIT-17", "HG-EXIT-18", "HG-EXIT-21", "HG-KEYS-11"] {
        let all = results(&Case::free());
        let result = all.iter().find(|result| result.check.id == id).unwrap();
        let Outcome::NotApplicable(why) = &result.outcome else {
            panic!("{id} {:?}", result.outcome);
        };
        assert!(why.starts_with("licence: `"), "{id} {why}");
    }
}
