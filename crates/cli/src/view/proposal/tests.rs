use halligan_core::check::Case;
use halligan_core::check::sample::{ALPHA, BRAVO, EMERGENCY};
use serde_json::Value;

use super::*;

fn proposal(change: impl FnOnce(&mut Case)) -> Proposal {
    let mut case = Case::sound();
    case.now = "1971-03-01T00:00:00Z".parse().unwrap();
    change(&mut case);
    Proposal::of(&case.snapshot, case.now)
}

fn human(proposal: &Proposal) -> String {
    anstream::adapter::strip_str(&render(proposal, ProposalFormat::Human, 80)).to_string()
}

#[test]
fn a_person_sees_likely_ones_with_all_reasons_and_others_with_the_weightiest() {
    let text = human(&proposal(|_| {}));
    assert!(text.contains("2 accounts look like emergency access\n"), "{text}");
    assert!(text.contains(YOURS.split_once(',').unwrap().0));
    assert!(text.contains(&format!("  likely: k7vd {ALPHA}\n    + holds Global Admin")), "{text}");
    assert!(text.contains("    - is subject to all 3 policies"), "{text}");
    assert!(text.contains("\nSHAPE\n  exempt: no policy hits any of the accounts\n"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert!(!text.contains('@'), "no sign-in name is printed");
}

#[test]
fn fewer_than_two_are_said_to_be_too_few() {
    let one = proposal(|case| case.user(BRAVO, |user| user.account_enabled = Some(false)));
    assert!(human(&one).contains("one account looks like emergency access: two or more"));
    let command = flags(&one, " --snapshot s.json");
    let start = format!("halligan init --snapshot s.json --account {ALPHA} --account ID --");
    assert!(command.starts_with(&start), "{command}");
    let none = proposal(|case| case.assignments(&[]));
    assert!(human(&none).contains("no account looks like emergency access: two or more"));
    assert_eq!(flags(&none, ""), "halligan init --account ID --account ID --shape SHAPE");
}

#[test]
fn the_command_chooses_what_is_likely() {
    let expected = format!(
        "halligan init --account {ALPHA} --account {BRAVO} --group {EMERGENCY} --shape exempt"
    );
    assert_eq!(flags(&proposal(|_| {}), ""), expected);
}

#[test]
fn plain_and_json_say_everything() {
    let proposal = proposal(|_| {});
    let plain = render(&proposal, ProposalFormat::Plain, 80);
    let json: Value = serde_json::from_str(&render(&proposal, ProposalFormat::Json, 80)).unwrap();
    assert_eq!(json["format"], "halligan.proposal");
    for (place, candidate) in proposal.candidates.iter().enumerate() {
        for (number, reason) in candidate.reasons.iter().enumerate() {
            let text = reason.fact.to_string();
            assert!(plain.contains(&format!("account {} {}: ", place + 1, reason.speaks().word())));
            assert!(plain.contains(&text), "{text}");
            assert_eq!(json["accounts"][place]["reasons"][number]["text"], *text);
        }
    }
    assert_eq!(json["groups"][0]["id"], EMERGENCY.to_string());
    assert_eq!(json["shape"]["shape"], "exempt");
}

#[test]
fn names_of_others_cannot_act_on_the_terminal() {
    let hostile = proposal(|case| {
        case.user(ALPHA, |user| user.display_name = Some("a\u{1b}[2J\nb".into()));
    });
    for format in [ProposalFormat::Human, ProposalFormat::Plain] {
        let text = anstream::adapter::strip_str(&render(&hostile, format, 80)).to_string();
        assert!(text.contains("a\\u{1b}[2J b"), "{text}");
    }
}
