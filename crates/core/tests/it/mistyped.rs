//! A wrong id, a broken file, a term that is a group's: one finding names the cause, and the others
//! stay open instead of advising the wrong thing.

use halligan_core::check::run;
use halligan_core::check::sample::{ALPHA, BRAVO, Case, schedule};
use halligan_core::tenant::{AccountState, Gap, GapReason, GroupState, MemberType, Part, PartKind};

/// The outcome's word of these checks.
fn words(case: &Case, ids: &[&str]) -> Vec<&'static str> {
    let results = run(&case.register, &case.snapshot, case.custody.as_ref(), case.now).unwrap();
    let word = |id: &&str| {
        let result = results.iter().find(|result| result.check.id == *id).unwrap();
        result.outcome.word()
    };
    ids.iter().map(word).collect()
}

#[test]
fn a_group_that_does_not_exist_is_one_finding() {
    for gone in [GroupState::Absent, GroupState::SoftDeleted] {
        let mut case = Case::sound();
        let at = case.now;
        case.group_read(|read| read.state = Part::Read { at, value: gone });
        assert_eq!(words(&case, &["HG-LOCK-01"]), ["fail"]);
        let others = ["HG-LOCK-02", "HG-LOCK-03", "HG-LOCK-04", "HG-LOCK-05", "HG-EXIT-08"];
        assert_eq!(words(&case, &others), ["gap"; 5]);
    }
}

#[test]
fn an_account_that_does_not_exist_is_one_finding() {
    for gone in [AccountState::Absent, AccountState::SoftDeleted] {
        let mut case = Case::sound();
        let at = case.now;
        let account = case.snapshot.accounts.get_mut(&BRAVO).unwrap();
        account.state = Part::Read { at, value: gone };
        assert_eq!(words(&case, &["HG-EXIT-01"]), ["fail"]);
        let others = [
            "HG-EXIT-03",
            "HG-EXIT-04",
            "HG-EXIT-05",
            "HG-EXIT-15",
            "HG-EXIT-19",
            "HG-KEYS-01",
            "HG-KEYS-05",
            "HG-LOCK-06",
        ];
        assert_eq!(words(&case, &others), ["gap"; 8]);
    }
}

#[test]
fn a_policy_that_could_not_be_read_leaves_open_what_policies_decide() {
    let mut case = Case::sound();
    let reason = GapReason::Failed { what: "`x.json` is cut off".into() };
    case.snapshot.incomplete.push(Gap::new(PartKind::Policies, None, reason));
    let by_policies = ["HG-EXIT-09", "HG-EXIT-10", "HG-EXIT-11", "HG-ESTATE-02", "HG-ESTATE-04"];
    assert_eq!(words(&case, &by_policies), ["gap"; 5]);
    assert_eq!(words(&case, &["HG-ESTATE-05", "HG-EXIT-03"]), ["gap", "pass"]);
}

#[test]
fn a_term_held_through_a_group_does_not_lengthen_the_account_s_own() {
    let mut case = Case::sound();
    let end = Some(case.now);
    case.schedules(|all| {
        all.iter_mut().filter(|one| one.principal == ALPHA.into()).for_each(|one| one.end = end);
        let mut through_group = schedule(ALPHA, None);
        through_group.member = MemberType::Group;
        all.push(through_group);
    });
    assert_eq!(words(&case, &["HG-EXIT-06"]), ["fail"]);
}
