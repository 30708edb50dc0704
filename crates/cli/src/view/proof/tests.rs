//! What views of proofs say of tenants that a person can follow.

use halligan_app::prove::change::{Proposal, compare};
use halligan_app::prove::{Proving, prove_accounts, subjects};
use halligan_core::check::Case;
use halligan_core::check::sample::{ALPHA, password, policy};
use halligan_core::tenant::{
    Gap, GapReason, GrantControl, Part, PartKind, Policy, PolicyState, Snapshot,
};
use halligan_core::time::Timestamp;
use serde_json::Value;
use unicode_width::UnicodeWidthStr as _;

use super::{Options, ProofFormat, render, render_change};

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn proving(case: &Case) -> Proving {
    let subjects = subjects(&case.register, &case.snapshot, now());
    prove_accounts(&case.snapshot, &case.register.environment, subjects, now()).unwrap()
}

fn options(width: usize) -> Options {
    Options { width, all: true, is_supposed: false }
}

fn human(case: &Case, width: usize) -> String {
    let text = render(&proving(case), ProofFormat::Human, options(width));
    anstream::adapter::strip_str(&text).to_string()
}

fn plain(case: &Case) -> String {
    render(&proving(case), ProofFormat::Plain, options(80))
}

fn json(case: &Case) -> Value {
    serde_json::from_str(&render(&proving(case), ProofFormat::Json, options(80))).unwrap()
}

/// A policy for everybody, with nobody excluded.
fn for_everybody(id: &str, control: GrantControl) -> Policy {
    let mut policy = policy(id, control);
    policy.display_name = format!("everybody {id}");
    policy.conditions.users.iter_mut().for_each(|users| users.exclude_groups.clear());
    policy
}

fn locked() -> Case {
    let mut case = Case::sound();
    case.add_policy(for_everybody("help", GrantControl::CompliantDevice));
    case
}

#[test]
fn the_verdict_comes_first_and_the_table_has_signs_and_words() {
    let text = human(&Case::sound(), 80);
    assert!(text.starts_with("PROVED: under every declared condition alpha and bravo get in."));
    assert!(text.contains("Azure portal                          ✓ proved            ✓ proved\n"));
    assert!(!text.contains("WHAT IS WRONG"), "{text}");
    let text = human(&locked(), 80);
    assert!(text.starts_with("LOCKED OUT: no declared sign-in of alpha and bravo gets in."));
    assert!(text.contains("✗ locked out"));
    assert!(text.contains("1. policy `everybody help` (help) shuts the door"), "{text}");
    assert!(text.contains("Why:   it requires a compliant device"));
    assert!(text.contains("alpha and bravo: everything declared"), "{text}");
}

#[test]
fn a_narrow_page_breaks_the_table_by_accounts() {
    let text = human(&locked(), 60);
    assert_eq!(text.matches("Azure portal    ").count(), 2, "a table for each account: {text}");
    let too_wide = text.lines().filter(|line| line.width() > 60 && !line.contains("https://"));
    assert_eq!(too_wide.count(), 0);
}

#[test]
fn what_still_opens_stands_beside_what_does_not() {
    let mut case = Case::sound();
    case.methods(ALPHA, vec![password()]);
    let text = human(&case, 100);
    assert!(text.starts_with("HARMED: some sign-ins of alpha are denied"), "{text}");
    assert!(text.contains("1. mandatory MFA (mandatory-mfa-portals) shuts the door"), "{text}");
    assert!(
        text.contains("- alpha: with password, Microsoft Graph PowerShell and Update"),
        "{text}"
    );
    assert!(text.contains("- bravo: everything declared, under every condition"), "{text}");
    assert!(!text.contains("WHO HAS THE PASSWORD"), "the tenant lets it register nothing: {text}");
    let json = json(&case);
    let portal = &json["accounts"][0]["surfaces"][1];
    assert_eq!((&portal["verdict"], &portal["registers"]), (&"locked_out".into(), &false.into()));
    assert_eq!(portal["core"][0]["kind"], "barrier");
    assert_eq!(portal["way_in"], Value::Null);
}

#[test]
fn a_method_that_a_thief_could_register_is_told() {
    let mut case = Case::sound();
    case.methods(ALPHA, vec![password()]);
    let gap = Gap::new(PartKind::MethodsPolicy, None, GapReason::NotInSource);
    case.snapshot.methods_policy = Part::Gap(gap);
    let text = human(&case, 100);
    assert!(text.contains("WHO HAS THE PASSWORD HAS THE ACCOUNT\n  alpha: "), "{text}");
    assert!(plain(&case).contains("\nregisters: alpha: "));
    assert_eq!(json(&case)["accounts"][0]["surfaces"][1]["registers"], true);
}

#[test]
fn what_is_open_says_what_would_decide_it() {
    let mut case = Case::sound();
    let permission = "UserAuthenticationMethod.Read.All".to_owned();
    let reason = GapReason::MissingPermission { permission };
    let gap = Gap::new(PartKind::AccountMethods, Some(ALPHA.0), reason);
    case.snapshot.accounts.get_mut(&ALPHA).unwrap().methods = Part::Gap(gap);
    let text = human(&case, 100);
    assert!(text.starts_with("CANNOT BE TOLD"), "{text}");
    assert!(text.contains("To decide it: grant the watcher's application"), "{text}");
    assert!(plain(&case).contains("\nopen decided by: grant the watcher's application"));
    let open = &json(&case)["accounts"][0]["surfaces"][0]["undecided"][0];
    assert_eq!(open["gap"]["reason"], "missingPermission");
}

#[test]
fn report_only_policies_are_told_apart() {
    let mut case = Case::sound();
    let mut managed = for_everybody("managed", GrantControl::Block);
    managed.state = PolicyState::ReportOnly;
    managed.template_id = Some("t".into());
    case.add_policy(managed);
    let text = human(&case, 100);
    assert!(text.starts_with("PROVED"), "{text}");
    assert!(text.contains("IF REPORT-ONLY POLICIES WERE SWITCHED ON\n  accounts would be locked"));
    assert!(text.contains("45 days or more"), "{text}");
    let json = json(&case);
    assert_eq!(json["verdict"], "proved");
    assert_eq!(json["report_only"]["verdict"], "locked_out");
    assert_eq!(json["report_only"]["policies"][0]["from_template"], true);
    assert!(plain(&case).contains("with report-only policies enforced: locked out\n"));
}

#[test]
fn json_has_a_witness_that_can_be_asked_about() {
    let json = json(&locked());
    let policies = json["accounts"][0]["policies"].as_array().unwrap();
    let blocking = policies.iter().find(|one| one["id"] == "help").unwrap();
    assert_eq!(blocking["verdict"], "blocking");
    let asked = &blocking["witness"];
    assert_eq!(asked["signInIdentity"]["userId"], ALPHA.to_string());
    assert_eq!(policies[0]["verdict"], "not_hit");
    assert_eq!(policies[0]["witness"], Value::Null);
    for member in ["assumptions", "facts", "seconds"] {
        assert!(json.get(member).is_some(), "{member}");
    }
}

#[test]
fn names_of_others_do_nothing_to_the_terminal() {
    let mut case = locked();
    let Part::Read { value, .. } = &mut case.snapshot.policies else { panic!() };
    value.last_mut().unwrap().display_name = "\u{1b}[2Jgone\u{202e}".into();
    for text in [human(&case, 80), plain(&case)] {
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'));
        assert!(text.contains("\\u{1b}[2Jgone"), "{text}");
    }
}

fn changed(case: &Case, policies: Vec<Policy>, format: ProofFormat) -> String {
    let Case { register, snapshot, .. } = case;
    let proposal = Proposal { policies, ..Proposal::default() };
    let of = |snapshot: &Snapshot| subjects(register, snapshot, now());
    let comparison = compare(snapshot, &proposal, &register.environment, &of, now()).unwrap();
    let text = render_change(&comparison, format, options(100));
    anstream::adapter::strip_str(&text).to_string()
}

#[test]
fn a_change_is_told_for_a_person_and_line_by_line() {
    let case = Case::sound();
    let help = || vec![for_everybody("help", GrantControl::CompliantDevice)];
    let text = changed(&case, help(), ProofFormat::Human);
    assert!(text.starts_with("DO NOT SAVE: accounts are worse off than before."), "{text}");
    assert_eq!(text.matches("proved → locked out").count(), 2, "once per account: {text}");
    let text = changed(&case, help(), ProofFormat::Plain);
    let surfaces = case.register.environment.targets.len();
    assert_eq!(
        text.matches(": proved -> locked_out; policy `everybody help`").count(),
        2 * surfaces
    );
    let is_ground = |line: &&str| line.starts_with("fact ") || line.starts_with("assumption ");
    let (ground, told): (Vec<&str>, Vec<&str>) = text.lines().partition(is_ground);
    assert_eq!(told.len(), 4 + 2 * surfaces, "{text}");
    assert!(ground.iter().any(|line| line.starts_with("assumption documented-semantics: ")));
    assert!(ground.iter().any(|line| line.starts_with("fact mandatory-mfa-portals: ")));
    let json: Value = serde_json::from_str(&changed(&case, help(), ProofFormat::Json)).unwrap();
    assert_eq!((&json["outcome"], &json["after"]), (&"worse".into(), &"locked_out".into()));
    let denial = &json["effects"][0]["denials"][0];
    assert_eq!((&denial["is_of_the_change"], &denial["by"]["id"]), (&true.into(), &"help".into()));
}

#[test]
fn a_change_that_is_not_enforced_is_safe_and_told() {
    let case = Case::sound();
    let mut off = for_everybody("off", GrantControl::Block);
    off.state = PolicyState::Disabled;
    let text = changed(&case, vec![off.clone()], ProofFormat::Human);
    assert!(text.starts_with("SAFE TO SAVE"), "{text}");
    assert!(text.contains("NOT ENFORCED, AND HARMFUL ONCE IT IS"), "{text}");
    let (_, ground) = text.split_once("\nFACTS USED\n").unwrap();
    assert!(ground.contains("\nTAKEN FOR GRANTED\n  - Entra ID decides as"), "{text}");
    let text = changed(&case, vec![off], ProofFormat::Plain);
    assert!(
        text.contains("would harm: policy `everybody off` (off) is disabled; enforced, alpha:")
    );
}
