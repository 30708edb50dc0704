//! Every format on one assessment that has everything: failures, gaps, an acceptance, hostile
//! names.

use std::collections::BTreeSet;

use halligan_core::check::sample::{self, ALPHA, Case};
use halligan_core::check::{ALL, Outcome, run};
use halligan_core::id::PolicyId;
use halligan_core::register::Acceptance;
use halligan_core::report::{Assessment, Verdict};
use halligan_core::tenant::{GrantControl, Part, PartKind};
use quick_xml::events::Event;
use serde_json::Value;
use unicode_width::UnicodeWidthStr as _;

use super::*;

/// Names that somebody chose in order to deceive: escape sequences, a reversed ending, markup.
const HOSTILE: &str =
    "\u{1b}[2J\u{1b}]0;owned\u{7}All is well\u{202e}gnp.exe\u{200b}\r\n# <b>&\"]]>`|";

const PLAIN: Options = Options { width: 80, all: false };
const ALL_OF_IT: Options = Options { width: 80, all: true };

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

/// Two failures about one policy, a failure that is accepted, two gaps.
fn case() -> Case {
    let mut case = Case::sound();
    let mut added = sample::policy("forgotten", GrantControl::Block);
    added.display_name = format!("{HOSTILE}{}", "x".repeat(120));
    added.conditions.users.iter_mut().for_each(|users| users.exclude_groups.clear());
    case.add_policy(added);
    case.user(ALPHA, |user| user.on_premises_sync_enabled = Some(true));
    case.register.accepted.push(Acceptance {
        check: "HG-EXIT-04".into(),
        subject: Some("alpha".into()),
        by: "Ada\u{1b}[31m".into(),
        reason: "moves to the cloud on Friday".into(),
        until: "2026-12-01T00:00:00Z".parse().unwrap(),
    });
    case.snapshot.security_defaults = Part::Gap(Case::denied(PartKind::SecurityDefaults));
    case.group_read(|read| read.owners = Part::Gap(Case::denied(PartKind::GroupOwners)));
    case
}

fn text(format: Format, options: Options) -> String {
    render(&assess(&case()), format, options)
}

fn uncoloured(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

#[test]
fn the_case_has_every_kind_of_outcome() {
    let assessment = assess(&case());
    assert_eq!(assessment.verdict, Verdict::Fails);
    let words: BTreeSet<_> = assessment.results.iter().map(|one| one.outcome.word()).collect();
    assert_eq!(
        words.into_iter().collect::<Vec<_>>(),
        ["accepted", "fail", "gap", "not applicable", "pass"]
    );
}

#[test]
fn the_verdict_comes_first_then_what_to_do_then_detail() {
    let text = uncoloured(&text(Format::Human, PLAIN));
    assert!(text.starts_with("IT DOES NOT HOLD: today the owners can be locked out"), "{text}");
    let places: Vec<usize> = [
        "\nWHAT TO DO\n  1. Exclude the emergency group from the policy (critical, HG-EXIT-09)",
        "\nWHAT FAILS\n  critical HG-EXIT-09",
        "\nWHAT COULD NOT BE DECIDED\n",
        "\nWHAT WAS NOT READ\n",
        "\nWHAT SOMEBODY ACCEPTED\n",
        " fail (",
    ]
    .iter()
    .map(|heading| text.find(heading).unwrap_or_else(|| panic!("{heading} in {text}")))
    .collect();
    assert!(places.is_sorted(), "{places:?}");
    assert!(text.contains("Grant the watcher's application GroupMember.Read.All, Policy.Read.All"));
    assert!(!text.contains("WHAT PASSES"));
    assert!(uncoloured(&self::text(Format::Human, ALL_OF_IT)).contains("\nWHAT PASSES"));
}

#[test]
fn no_line_is_wider_than_the_terminal_but_for_a_word_that_stays_whole() {
    for width in [40, 80, 100] {
        let text = uncoloured(&text(Format::Human, Options { width, all: false }));
        for line in text.lines() {
            let is_one_word = line.split_whitespace().count() == 1;
            assert!(line.width() <= width || is_one_word, "{} columns: {line}", line.width());
        }
    }
    // With everything, addresses of documentation pages stay whole, and nothing else does.
    for line in uncoloured(&text(Format::Human, ALL_OF_IT)).lines() {
        let is_one_word = line.split_whitespace().count() == 1;
        let is_address = line.trim_start().starts_with("See: https://");
        assert!(line.width() <= 80 || is_one_word || is_address, "{line}");
    }
}

#[test]
fn colour_adds_nothing_but_colour() {
    let coloured = text(Format::Human, PLAIN);
    assert!(coloured.contains("\u{1b}["));
    let text = uncoloured(&coloured);
    // Severity is said in words.
    assert!(text.contains("critical HG-EXIT-09") && text.contains("(critical, HG-EXIT-09)"));
}

#[test]
fn hostile_names_reach_no_terminal() {
    for format in [Format::Human, Format::Plain, Format::Markdown, Format::Junit] {
        for options in [PLAIN, ALL_OF_IT] {
            let text = uncoloured(&text(format, options));
            for c in ['\u{1b}', '\u{7}', '\u{202e}', '\u{200b}', '\r'] {
                assert!(!text.contains(c), "{format:?} holds {c:?}");
            }
            let shown = text.replace("\\\\", "\\").replace("\\{", "{").replace("\\}", "}");
            assert!(shown.contains("\\u{202e}gnp.exe"), "{format:?}");
        }
    }
    // A name cannot begin a line, and with that a heading or a fact of its own.
    let plain = text(Format::Plain, PLAIN);
    assert!(plain.lines().all(|line| line.split_once(": ").is_some()), "{plain}");
    // JSON escapes control characters by itself; readers get the name as it is.
    let json: Value = serde_json::from_str(&text(Format::Json, PLAIN)).unwrap();
    assert!(json.to_string().contains("gnp.exe"));
}

#[test]
fn plain_says_what_human_says() {
    let human = uncoloured(&text(Format::Human, ALL_OF_IT));
    let plain = text(Format::Plain, ALL_OF_IT);
    for check in ALL {
        assert!(human.contains(check.id), "{}", check.id);
        assert!(plain.contains(check.id), "{}", check.id);
    }
    assert!(plain.starts_with("verdict: fails\nmeaning: "));
    assert!(plain.contains("\npermission to grant: Policy.Read.All\n"));
    assert!(plain.contains("\naccepted HG-EXIT-04 until: 2026-12-01 00:00 UTC\n"));
    assert!(plain.contains("\nfail HG-EXIT-09 for example: account alpha signs in to "));
}

#[test]
fn json_has_its_documented_members() {
    let json: Value = serde_json::from_str(&text(Format::Json, PLAIN)).unwrap();
    assert_eq!(json["format"], "halligan.assessment");
    assert_eq!(json["version"], 1);
    assert_eq!(json["verdict"], "fails");
    assert_eq!(json["judged"], "1970-01-01T00:00:00Z");
    let checks = json["checks"].as_array().unwrap();
    assert_eq!(checks.len(), ALL.len());
    let of = |id: &str| checks.iter().find(|check| check["id"] == id).unwrap();
    let failed = of("HG-EXIT-09");
    assert_eq!(failed["outcome"], "fail");
    assert_eq!(failed["statements"][0]["state"], "broken");
    assert_eq!(failed["statements"][0]["subject"]["kind"], "policy");
    assert_eq!(failed["statements"][0]["subject"]["id"], "forgotten");
    assert_eq!(of("HG-EXIT-04")["accepted"]["until"], "2026-12-01T00:00:00Z");
    let gap = &of("HG-LOCK-03")["statements"][0];
    assert_eq!(gap["gap"]["permission"], "GroupMember.Read.All");
    let counts = json["counts"].as_object().unwrap();
    let counted: u64 = counts.values().map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(counted, ALL.len() as u64);
}

#[test]
fn sarif_has_a_result_per_broken_statement() {
    let assessment = assess(&case());
    let sarif: Value = serde_json::from_str(&text(Format::Sarif, PLAIN)).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    for result in results {
        let place = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[place]["id"], result["ruleId"]);
        assert!(rules[place]["helpUri"].as_str().unwrap().starts_with("https://"));
    }
    let of_kind = |kind: &str| results.iter().filter(|one| one["kind"] == kind).count();
    assert_eq!(of_kind("open"), assessment.undecided().count());
    let prints: BTreeSet<_> = results
        .iter()
        .filter(|one| one["kind"] == "fail")
        .map(|one| one["partialFingerprints"]["halligan/v1"].to_string())
        .collect();
    assert_eq!(prints.len(), of_kind("fail"), "fingerprints are distinct");
    let is_suppressed = |one: &&Value| !one["suppressions"].as_array().unwrap().is_empty();
    let accepted: Vec<_> = results.iter().filter(is_suppressed).collect();
    assert!(accepted.iter().all(|one| one["ruleId"] == "HG-EXIT-04"));
    assert_eq!(accepted.len(), 1);
}

#[test]
fn junit_parses_and_its_totals_are_right() {
    let assessment = assess(&case());
    let text = text(Format::Junit, PLAIN);
    let mut reader = quick_xml::Reader::from_str(&text);
    let (mut cases, mut failures, mut errors, mut skipped) = (0, 0, 0, 0);
    let mut totals = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => break,
            Event::Start(element) | Event::Empty(element) => match element.name().as_ref() {
                "testcase" => cases += 1,
                "failure" => failures += 1,
                "error" => errors += 1,
                "skipped" => skipped += 1,
                "testsuites" => {
                    for attribute in element.attributes() {
                        let attribute = attribute.unwrap();
                        totals.push(attribute.value.into_owned());
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }
    let counts = assessment.counts();
    assert_eq!((cases, failures), (ALL.len(), counts.fail));
    assert_eq!((errors, skipped), (counts.gap, counts.not_applicable + counts.accepted));
    assert_eq!(
        totals,
        [
            "halligan".to_owned(),
            cases.to_string(),
            failures.to_string(),
            errors.to_string(),
            skipped.to_string()
        ]
    );
}

#[test]
fn markdown_keeps_names_from_marking_up() {
    let text = text(Format::Markdown, ALL_OF_IT);
    assert!(text.starts_with("# IT DOES NOT HOLD\n"));
    let headings = text.lines().filter(|line| line.starts_with('#'));
    assert!(headings.clone().all(|line| !line.contains("<b>")));
    for line in text.lines().filter(|line| line.contains("gnp.exe")) {
        for mark in ["<b>", "`", "|"] {
            let bare = line.matches(mark).count();
            assert_eq!(bare, line.matches(&format!("\\{mark}")).count(), "{mark} in {line}");
        }
    }
}

#[test]
fn a_sound_tenant_is_short() {
    let assessment = assess(&Case::sound());
    assert_eq!(assessment.verdict, Verdict::Holds);
    let text = uncoloured(&render(&assessment, Format::Human, PLAIN));
    assert!(text.starts_with("IT HOLDS: every check that concerns this tenant passes"));
    assert!(!text.contains("WHAT") && text.lines().count() < 16, "{text}");
}

#[test]
fn nothing_but_gaps_is_no_comfort() {
    let mut case = Case::sound();
    let reason = halligan_core::tenant::GapReason::NotInSource;
    let source = case.snapshot.source.clone();
    case.snapshot = halligan_core::tenant::Snapshot::unread(case.now, source, &reason);
    let assessment = assess(&case);
    let text = uncoloured(&render(&assessment, Format::Human, PLAIN));
    assert!(text.starts_with("CANNOT BE TOLD: nothing known is wrong, but "), "{text}");
    assert!(assessment.results.iter().all(|one| one.outcome != Outcome::Fail));
}

#[test]
fn long_lists_are_counted_and_shown_when_asked_for() {
    let mut case = Case::sound();
    for number in 0..30 {
        let mut added = sample::policy(&format!("p{number}"), GrantControl::Block);
        added.id = PolicyId::from(format!("p{number}"));
        added.conditions.users.iter_mut().for_each(|users| users.exclude_groups.clear());
        case.add_policy(added);
    }
    let assessment = assess(&case);
    let short = uncoloured(&render(&assessment, Format::Human, PLAIN));
    assert!(short.contains("more (`--all` lists them)") && short.contains(" and 26 more"));
    let long = uncoloured(&render(&assessment, Format::Human, ALL_OF_IT));
    assert!(long.lines().count() > short.lines().count() + 30);
}
