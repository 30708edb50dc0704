//! The page: rules, sets, scores, and where each contestant fails.

use std::fmt::Write as _;

use super::contestant::{CONTESTANTS, Findings};
use super::edit::{Edit, KINDS, Label};
use super::run::{Answer, Answers, Case, named};
use super::score::{Counting, Score};
use super::tenant::NOW;

/// How lines begin, in a table or not, that differ from run to run and from build to build.
const TIMES: &str = "CPU seconds";

/// The page with the lines of times left out, so that two runs compare.
pub(super) fn without_times(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.trim_start_matches("| ").starts_with(TIMES)).collect()
}

/// The whole page.
pub(super) fn text(cases: &[Case], answers: &Answers) -> String {
    let mut text = String::from(
        "<!-- Made by `cargo xtask bench lockout`; edits are lost. -->\n\n# Lockout benchmark\n\n",
    );
    text.push_str(&intro(cases));
    text.push_str(&contestants());
    text.push_str(&totals(cases, answers));
    text.push_str(&by_kind(cases, answers));
    text.push_str(&failures(cases, answers));
    text.push_str(&kinds());
    text.push_str(&sets(cases, answers));
    text.push_str(&left_out(cases));
    text
}

fn intro(cases: &[Case]) -> String {
    let edits: Vec<&Edit> = named(cases).map(|(_, edit)| edit).collect();
    let harmful = edits.iter().filter(|edit| edit.label == Label::Harmful).count();
    let date = NOW.split('T').next().unwrap_or(NOW);
    format!(
        "Which changes of a tenant lock an emergency account out, and who notices? {} published \
         policy sets are turned into tenants with a working emergency account, and each is edited \
         in the ways that lock people out, with harmless twins that look alike: {} edits, \
         {harmful} harmful and {} harmless.\n\n\
         **Harmful** means: in the default environment (an unmanaged computer of any platform, \
         anywhere, any level of risk; the Entra admin center, the Azure portal, Microsoft Graph \
         PowerShell, Azure Resource Manager, the repair of a policy) some sign-in of the account \
         is denied after the edit that was let through before it.\n\n\
         **Labels** follow from how an edit is made, by the rules under *Kinds of edits*, and were \
         committed as `docs/reference/lockout-benchmark-labels.tsv`, with the reason of each, \
         before the prover ran on any edit. Every label is then confirmed by brute force: every \
         sign-in of the environment, before and after, judged one by one by the reference \
         evaluator (policies that do not pick the account are left out first). A label that brute \
         force contradicts fails the run.\n\n\
         **What this shows and what not.** Halligan's prover, the reference evaluator and the \
         labels are by the same authors and of the same reading of Microsoft's documentation. A \
         full score of Halligan says that the three agree, not that the reading is right; for that \
         see the documented cases and `--confirm`. What the benchmark measures is what rules \
         about exclusion lists see of a lockout and what they do not.\n\n\
         Facts with dates hold as of {date}. Made with `cargo xtask bench lockout`; \
         `cargo xtask bench lockout --check` makes it again and compares.\n\n",
        cases.len(),
        edits.len(),
        edits.len() - harmful,
    )
}

fn contestants() -> String {
    let mut text = String::from("## Contestants\n\n");
    for contestant in &CONTESTANTS {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "- **{}.** {}", contestant.name, contestant.rule);
    }
    text.push_str(
        "\nAn answer counts in two ways. **Alarm**: it finds anything in the edited tenant. A rule \
         that asks for an exclusion in every policy finds something in most sets before any edit, \
         because a policy that the account meets need not exclude it, and then its alarm says \
         nothing about the edit. **New finding**: it finds something that it did not find before \
         the edit, such as one more policy without the exclusion, which is the fairest way to read \
         a rule that runs before and after a change.\n\n",
    );
    text
}

/// A contestant's answers, each with its edit.
fn answered<'a>(
    cases: &'a [Case],
    answers: &'a Answers,
    contestant: usize,
) -> impl Iterator<Item = (&'a str, &'a Edit, &'a Answer)> {
    let of = answers.of.get(contestant).into_iter().flatten();
    named(cases).zip(of).map(|((set, edit), answer)| (set, edit, answer))
}

fn score(cases: &[Case], answers: &Answers, who: usize, counting: Counting) -> Score {
    Score::of(answered(cases, answers, who).map(|(_, edit, answer)| (edit, answer)), counting)
}

fn totals(cases: &[Case], answers: &Answers) -> String {
    let names = CONTESTANTS.map(|one| one.name).join(" | ");
    let mut text = format!("## Scores\n\n| | {names} |\n|---|---:|---:|---:|---:|\n");
    let mut row = |name: &str, cell: &dyn Fn(usize) -> String| {
        let cells: Vec<String> = (0..CONTESTANTS.len()).map(cell).collect();
        let _ = writeln!(text, "| {name} | {} |", cells.join(" | "));
    };
    for (counting, word) in [(Counting::Alarm, "alarm"), (Counting::Change, "new finding")] {
        let of = |who| score(cases, answers, who, counting);
        row(&format!("recall, {word}"), &|who| percent(of(who).recall()));
        row(&format!("false alarms, {word}"), &|who| percent(of(who).false_alarm_rate()));
        row(&format!("precision, {word}"), &|who| percent(of(who).precision()));
    }
    row("unedited sets with an alarm", &|who| {
        let unedited = answers.unedited.get(who).into_iter().flatten();
        format!("{} of {}", unedited.filter(|found| !found.is_empty()).count(), cases.len())
    });
    row(TIMES, &|who| {
        let time = answers.times.get(who);
        time.map_or("–".into(), |time| format!("{:.3}", time.decisive_ms() / 1e3))
    });
    let count = named(cases).count();
    let _ = writeln!(
        text,
        "\n{TIMES} are for all {count} edited tenants, already parsed, in one run; {}.\n",
        build(),
    );
    text
}

fn build() -> &'static str {
    if cfg!(debug_assertions) { "an unoptimised build" } else { "an optimised build" }
}

fn percent(value: Option<f64>) -> String {
    value.map_or("–".into(), |value| format!("{value:.1} %"))
}

fn by_kind(cases: &[Case], answers: &Answers) -> String {
    let mut text = String::from(
        "## Scores by kind of edit\n\nEach cell: harmful edits noticed, of how many; false alarms, \
         of how many harmless twins.\n\n",
    );
    for (counting, title) in [(Counting::Alarm, "Alarm"), (Counting::Change, "New finding")] {
        let names = CONTESTANTS.map(|one| one.name).join(" | ");
        let _ = writeln!(text, "| {title} | {names} |\n|---|---|---|---|---|");
        for kind in &KINDS {
            let cell = |who: usize| {
                let of_kind = answered(cases, answers, who).filter(|(_, e, _)| e.kind == kind.name);
                let score = Score::of(of_kind.map(|(_, edit, answer)| (edit, answer)), counting);
                let Score { harmful, caught, harmless, false_alarms } = score;
                format!("{caught}/{harmful}; {false_alarms}/{harmless}")
            };
            let cells: Vec<String> = (0..CONTESTANTS.len()).map(cell).collect();
            let _ = writeln!(text, "| `{}` | {} |", kind.name, cells.join(" | "));
        }
        text.push('\n');
    }
    text
}

fn failures(cases: &[Case], answers: &Answers) -> String {
    let mut text = String::from("## Where each fails\n\nOne example each, by new findings.\n\n");
    let halligan = || answered(cases, answers, 0);
    for (who, contestant) in CONTESTANTS.iter().enumerate() {
        let _ = writeln!(text, "**{}**\n", contestant.name);
        for (label, what) in [(Label::Harmful, "misses"), (Label::Harmless, "false alarm")] {
            let mut wrong = answered(cases, answers, who)
                .filter(|(_, edit, _)| edit.label == label)
                .filter(|(_, edit, answer)| !answer.is_right(edit, Counting::Change));
            let line = wrong.next().map_or("none".into(), |(set, edit, _)| example(set, edit));
            let _ = writeln!(text, "- {what}: {line}");
        }
        for (counting, word) in [(Counting::Alarm, "alarm"), (Counting::Change, "new finding")] {
            let both = answered(cases, answers, who).zip(halligan());
            let wins = both.filter(|((_, edit, answer), (_, _, halligan))| {
                answer.is_right(edit, counting) && !halligan.is_right(edit, counting)
            });
            let count = wins.count();
            if who > 0 {
                let _ = writeln!(text, "- right where Halligan is wrong, by {word}: {count}");
            }
        }
        let _ = writeln!(text, "- kinds without a mistake: {}\n", faultless(cases, answers, who));
    }
    text
}

/// The kinds of which a contestant judges every edit rightly, by new findings.
fn faultless(cases: &[Case], answers: &Answers, who: usize) -> String {
    let is_faultless = |name: &str| {
        let mut of_kind = answered(cases, answers, who).filter(|(_, edit, _)| edit.kind == name);
        of_kind.all(|(_, edit, answer)| answer.is_right(edit, Counting::Change))
    };
    let kinds = KINDS.iter().filter(|kind| is_faultless(kind.name));
    let names: Vec<String> = kinds.map(|kind| format!("`{}`", kind.name)).collect();
    match names.len() {
        0 => "none".into(),
        count if count == KINDS.len() => "all".into(),
        _ => names.join(", "),
    }
}

fn example(set: &str, edit: &Edit) -> String {
    let policy = match edit.policy.is_empty() {
        true => String::new(),
        false => format!(" (`{}`)", cell(&edit.policy)),
    };
    format!("{set}: `{}`, {}{policy}: {}", edit.kind, edit.variant, cell(&edit.reason))
}

fn kinds() -> String {
    let mut text =
        String::from("## Kinds of edits\n\n| kind | harmful | harmless twin |\n|---|---|---|\n");
    for kind in &KINDS {
        let _ = writeln!(text, "| `{}` | {} | {} |", kind.name, kind.harmful, kind.harmless);
    }
    text.push_str(
        "\nWhat a policy does to the account is read off its members by rules in \
         `crates/xtask/src/bench/lockout/reading.rs`, which share no code with the prover or the \
         evaluator; where they do not say it plainly no edit is derived.\n\n",
    );
    text
}

fn sets(cases: &[Case], answers: &Answers) -> String {
    let mut text = String::from(
        "## Sets\n\nEvery set gets the same account: a Global Administrator of a managed domain \
         with a password and two passkeys of one model (AAGUID \
         `00000000-0000-0000-0000-00000000aa9d`, which is nobody's), a direct member of the \
         emergency group, in a tenant that allows passkeys to everybody. The group is the excluded \
         one whose placeholder says `emergency` or `break`, else the one excluded most. \
         Placeholders become ids, locations that a set does not hold become addresses for \
         documentation. A set that enforces no policy is taken as rolled out: all of its policies \
         enabled. Where the unedited account is not proved, what denies it is made to exclude the \
         group (*repaired*), or switched off where it has no users to exclude from. A set whose \
         policies are those of an earlier one is left out, and so is AlexFilipin's repository of \
         all policies, from which its sets are drawn.\n\n\
         | set | from | licence | policies | group | repaired | edits | alarms before any edit |\n\
         |---|---|---|---:|---|---|---:|---|\n",
    );
    for (place, case) in cases.iter().enumerate() {
        let base = &case.base;
        let states = if base.rolled_out { " (rolled out)" } else { "" };
        let repaired = repaired(&base.excluded, &base.switched_off);
        let has_alarm = |who: &usize| {
            let found: Option<&Findings> = answers.unedited.get(*who).and_then(|of| of.get(place));
            found.is_some_and(|found| !found.is_empty())
        };
        let named = |who: usize| CONTESTANTS.get(who).map(|one| one.name);
        let alarms: Vec<&str> =
            (0..CONTESTANTS.len()).filter(has_alarm).filter_map(named).collect();
        let alarms = if alarms.is_empty() { "none".into() } else { alarms.join("; ") };
        let refused = match case.set.refused {
            0 => String::new(),
            count => format!(", {count} unreadable"),
        };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {}{states}{refused} | {} | {repaired} | {} | {alarms} |",
            cell(&case.set.name),
            cell(&case.set.source),
            cell(&case.set.licence),
            case.set.policies.len(),
            cell(&base.group),
            case.edits.all.len(),
        );
    }
    text.push('\n');
    text
}

fn repaired(excluded: &[String], switched_off: &[String]) -> String {
    let list = |what: &str, names: &[String]| {
        let names: Vec<String> = names.iter().map(|name| format!("`{}`", cell(name))).collect();
        (!names.is_empty()).then(|| format!("{what}{}", names.join(", ")))
    };
    let parts = [list("", excluded), list("switched off: ", switched_off)];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "nothing".into() } else { parts.join("; ") }
}

fn left_out(cases: &[Case]) -> String {
    let all: Vec<_> = cases.iter().flat_map(|case| &case.edits.left_out).collect();
    let mut reasons: Vec<String> = all
        .iter()
        .map(|(kind, why)| {
            let count = all.iter().filter(|one| *one == &&(*kind, *why)).count();
            format!("- `{kind}`: {why} ({count})")
        })
        .collect();
    reasons.sort();
    reasons.dedup();
    if reasons.is_empty() {
        return String::new();
    }
    format!(
        "## Edits that were not derived\n\nBecause what the policy does to the account is not \
         plain by the rules of the labels.\n\n{}\n",
        reasons.join("\n")
    )
}

/// A cell of a table: one line, its bars escaped.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}
