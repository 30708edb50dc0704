//! The smallest change that mends, proved again.

use halligan_core::ca::{Change, Proof, Question, Verdict, mend, prove};
use halligan_core::check::Case;
use halligan_core::check::sample::{ALPHA, EMERGENCY, password, policy, strength_policy};
use halligan_core::id::Guid;
use halligan_core::tenant::{
    Enforcement, GrantControl, KeyRestrictions, Part, PerUserMfa, Unknown, UserRef,
};

use super::{for_everybody, question, standing};

fn with<T>(case: &Case, ask: impl FnOnce(Question<'_>, &Proof) -> T) -> T {
    let standing = standing(case);
    let question = question(case, &standing);
    let proof = prove(question).unwrap();
    ask(question, &proof)
}

fn mended(case: &Case) -> Option<Vec<Change>> {
    with(case, |question, proof| mend(question, proof, Some(EMERGENCY)).unwrap())
}

#[test]
fn what_holds_needs_no_change() {
    assert_eq!(mended(&Case::sound()), None);
}

#[test]
fn a_policy_that_blocks_is_mended_by_an_exclusion() {
    let mut case = Case::sound();
    case.add_policy(for_everybody("help", GrantControl::CompliantDevice));
    assert_eq!(mended(&case), Some(vec![Change::ExcludeGroup(3, EMERGENCY)]));
}

#[test]
fn four_policies_that_block_are_four_exclusions_and_one_membership_where_that_is_missing() {
    let mut case = Case::sound();
    for place in 0..4 {
        case.add_policy(for_everybody(&format!("help-{place}"), GrantControl::CompliantDevice));
    }
    let each = (3..7).map(|place| Change::ExcludeGroup(place, EMERGENCY)).collect();
    assert_eq!(mended(&case), Some(each));

    let mut case = Case::sound();
    for place in 0..4 {
        case.add_policy(policy(&format!("help-{place}"), GrantControl::CompliantDevice));
    }
    let at = case.now;
    case.account(ALPHA, |one| one.memberships = Part::Read { at, value: Vec::new() });
    assert_eq!(mended(&case), Some(vec![Change::Join(EMERGENCY)]));
}

#[test]
fn a_password_alone_is_mended_by_a_key_and_not_by_exclusions() {
    let mut case = Case::sound();
    case.add_policy(strength_policy("keys"));
    case.add_policy(for_everybody("mfa", GrantControl::Mfa));
    case.methods(ALPHA, vec![password()]);
    let key = mended(&case).unwrap();
    assert!(matches!(key[..], [Change::Register(_)]), "{key:?}");
}

#[test]
fn a_key_that_is_not_allowed_is_allowed_before_another_is_bought() {
    let mut case = Case::sound();
    case.add_policy(strength_policy("keys"));
    case.methods_policy(|policy| policy.configurations.clear());
    assert!(matches!(mended(&case).unwrap()[..], [Change::Allow(_)]));
}

#[test]
fn per_user_mfa_is_switched_off_where_nothing_else_stands_in_the_way() {
    let mut case = Case::sound();
    case.register.environment.targets = vec![halligan_core::register::Target::GraphPowerShell];
    case.methods(ALPHA, vec![password()]);
    let at = case.now;
    case.account(ALPHA, |one| {
        one.per_user_mfa = Part::Read { at, value: PerUserMfa::Enforced };
    });
    // A key is one change as well, and lasts longer: it is tried first.
    assert!(matches!(mended(&case).unwrap()[..], [Change::Register(_)]));
    case.methods_policy(|policy| policy.configurations.clear());
    assert_eq!(mended(&case), Some(vec![Change::PerUserMfaOff]));
}

#[test]
fn a_key_that_the_tenant_would_refuse_is_not_bought_without_being_allowed() {
    let mut case = Case::sound();
    case.add_policy(strength_policy("keys"));
    case.methods(ALPHA, vec![password()]);
    assert_eq!(mended(&case), Some(vec![Change::Register(None)]));
    let listed = Guid::from_u128(0x77);
    let mut narrow = case.clone();
    narrow.fido2(|settings| {
        settings.key_restrictions = Some(KeyRestrictions {
            is_enforced: Some(true),
            enforcement: Some(Enforcement::Allow),
            aaguids: vec![listed.to_string()],
            unknown: Unknown::new(),
        });
    });
    assert_eq!(mended(&narrow), Some(vec![Change::Register(Some(listed))]));
    case.methods_policy(|policy| policy.configurations.clear());
    assert_eq!(mended(&case), Some(vec![Change::Register(None), Change::Allow(1)]));
}

#[test]
fn a_disabled_account_is_enabled() {
    let mut case = Case::sound();
    case.user(ALPHA, |user| user.account_enabled = Some(false));
    assert_eq!(mended(&case), Some(vec![Change::Enable]));
}

#[test]
fn what_no_change_known_here_mends_is_not_mended() {
    let mut case = Case::sound();
    let mut added = for_everybody("unreadable", GrantControl::Block);
    added.conditions.users.as_mut().unwrap().include_users = vec![UserRef::Other("<all>".into())];
    case.add_policy(added);
    assert_eq!(mended(&case), None);
    let verdict = with(&case, |_, proof| proof.verdict());
    assert_eq!(verdict, Verdict::Undecided);
}

#[test]
fn what_is_known_to_be_wrong_is_mended_though_something_else_is_not_known() {
    let mut case = Case::sound();
    case.add_policy(for_everybody("help", GrantControl::CompliantDevice));
    let gap = Case::denied(halligan_core::tenant::PartKind::AccountMethods);
    case.account(ALPHA, |one| one.methods = Part::Gap(gap));
    assert_eq!(mended(&case), Some(vec![Change::ExcludeGroup(3, EMERGENCY)]));
}
