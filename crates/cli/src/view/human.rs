//! For somebody at three in the morning: the verdict, what to do, and then the detail.

use anstyle::Style;
use halligan_core::ca::Verdict as Proved;
use halligan_core::check::{CheckResult, Outcome, Severity, Statement, Subject};
use halligan_core::report::{Assessment, Verdict};
use halligan_core::tenant::GapReason;

use super::page::{BOLD, FAINT, GREEN, NORMAL, Page, RED, YELLOW};
use super::{Options, story};

/// Subjects of one step that are named before the rest is counted.
const STEP_SUBJECTS_MAX: usize = 4;
/// Statements of one check that are shown before the rest is counted, unless all are asked for.
const STATEMENTS_MAX: usize = 8;
/// Parts that an undecided check lacks that are named before the rest is counted.
const NEEDS_MAX: usize = 4;

pub(super) fn render(assessment: &Assessment, options: Options) -> String {
    let mut page = Page::new(options.width);
    verdict(&mut page, assessment);
    entries(&mut page, assessment);
    to_do(&mut page, assessment);
    detail(&mut page, assessment, options);
    gaps(&mut page, assessment);
    accepted(&mut page, assessment);
    if options.all {
        others(&mut page, assessment);
    }
    page.blank();
    page.line("", &[(NORMAL, &story::counts(assessment))]);
    page.finish()
}

fn verdict(page: &mut Page, assessment: &Assessment) {
    let style = match assessment.verdict {
        Verdict::Holds => GREEN,
        Verdict::Undecided => YELLOW,
        Verdict::Fails => RED,
    };
    if let Some(why) = &assessment.ledger {
        page.line("", &[(RED, "LEDGER:"), (BOLD, &format!("{why}."))]);
        page.line("  ", &[(NORMAL, story::LEDGER)]);
        page.blank();
    }
    let headline = format!("{}:", story::headline(assessment));
    let meaning = format!("{}.", story::meaning(assessment));
    page.line("", &[(style, &headline), (BOLD, &meaning)]);
    page.blank();
    page.line("", &[(NORMAL, &story::subject(assessment))]);
    page.line("", &[(FAINT, &story::origin(assessment))]);
}

/// Who gets in: what somebody who cannot wants to know first.
fn entries(page: &mut Page, assessment: &Assessment) {
    page.heading("WHO GETS IN");
    for entry in &assessment.entries {
        let style = match entry.verdict {
            Proved::Proved => GREEN,
            Proved::Undecided => YELLOW,
            Proved::Harmed | Proved::LockedOut => RED,
        };
        let name = format!("{}:", entry.code_name);
        let sentence = format!("– {}", entry.sentence());
        page.line("  ", &[(BOLD, &name), (style, entry.word()), (NORMAL, &sentence)]);
        if let Some(failing) = &entry.failing {
            page.line("    fails: ", &[(NORMAL, &failing.sign_in)]);
            let because = format!("{}: {}", failing.blame, failing.why);
            page.line("    because of ", &[(NORMAL, &because)]);
        } else if let Some(doubt) = &entry.doubt {
            page.line("    open: ", &[(NORMAL, doubt)]);
        }
    }
}

fn to_do(page: &mut Page, assessment: &Assessment) {
    let see_more = story::see_more(assessment);
    if assessment.failures().next().is_none() && see_more.is_none() {
        return;
    }
    page.heading("WHAT TO DO");
    let mut number = 0;
    for result in assessment.failures() {
        number += 1;
        step(page, number, result);
    }
    if let Some(text) = see_more {
        page.line(&format!("{:>3}. ", number + 1), &[(BOLD, &text)]);
        if !assessment.missing_permissions().is_empty() {
            page.line("     Where: ", &[(NORMAL, story::PERMISSIONS_PORTAL)]);
        }
    }
}

fn step(page: &mut Page, number: usize, result: &CheckResult) {
    let check = result.check;
    let tag = format!("({}, {})", check.severity.word(), check.id);
    let spans = [(BOLD, result.mending.action.as_str()), (style_of(check.severity), tag.as_str())];
    page.line(&format!("{number:>3}. "), &spans);
    let subjects = story::subjects(result);
    let shown = subjects.iter().take(STEP_SUBJECTS_MAX).cloned();
    let mut about = shown.collect::<Vec<_>>().join(", ");
    if let Some(more) = subjects.len().checked_sub(STEP_SUBJECTS_MAX).filter(|more| *more > 0) {
        about.push_str(&format!(" and {more} more"));
    }
    if about != Subject::Tenant.to_string() {
        page.line("     About: ", &[(NORMAL, &about)]);
    }
    page.line("     Where: ", &[(NORMAL, &result.mending.portal)]);
}

fn detail(page: &mut Page, assessment: &Assessment, options: Options) {
    if assessment.failures().next().is_some() {
        page.heading("WHAT FAILS");
    }
    for result in assessment.failures() {
        head(page, result);
        statements(page, &story::telling(result), options);
        let check = result.check;
        page.line("    Why: ", &[(NORMAL, check.why)]);
        page.line("    Graph: ", &[(NORMAL, &result.mending.graph)]);
        // Longer than a line, and useless when broken: only for those who ask for everything.
        for link in check.sources.iter().filter(|_| options.all) {
            page.whole("    See: ", link.url);
        }
        page.blank();
    }
    if assessment.undecided().next().is_some() {
        page.heading("WHAT COULD NOT BE DECIDED");
    }
    let beyond = |result: &&CheckResult| !options.all && is_beyond_source(result);
    for result in assessment.undecided().filter(|result| !beyond(result)) {
        head(page, result);
        if options.all {
            statements(page, &story::telling(result), options);
        } else {
            page.line("    needs: ", &[(NORMAL, &needs(result))]);
        }
    }
    let beyond: Vec<&str> =
        assessment.undecided().filter(beyond).map(|result| result.check.id).collect();
    if !beyond.is_empty() {
        let ids = beyond.join(", ");
        let label = "beyond what was given (`--all` says what each needs):";
        page.line("  ", &[(NORMAL, label), (NORMAL, &ids)]);
    }
}

/// Whether nothing but what the source does not hold keeps a check from being decided: a folder of
/// policies says nothing of accounts, and twenty rows that say so would bury the one that matters.
fn is_beyond_source(result: &CheckResult) -> bool {
    let Outcome::Gap(gaps) = &result.outcome else { return false };
    !gaps.is_empty() && gaps.iter().all(|gap| gap.reason == GapReason::NotInSource)
}

/// What an undecided check lacks: parts once each, and what went wrong with others.
fn needs(result: &CheckResult) -> String {
    let Outcome::Gap(gaps) = &result.outcome else { return String::new() };
    let mut needs: Vec<String> = Vec::new();
    for gap in gaps {
        let need = match &gap.reason {
            GapReason::Failed { what } => format!("{} ({what})", gap.part.kind.title()),
            _ => gap.part.kind.title().to_owned(),
        };
        if !needs.contains(&need) {
            needs.push(need);
        }
    }
    let more = needs.len().saturating_sub(NEEDS_MAX);
    needs.truncate(NEEDS_MAX);
    match (needs.is_empty(), more) {
        (true, _) => "something to examine".into(),
        (false, 0) => needs.join(", "),
        (false, more) => format!("{} and {more} more (`--all` lists them)", needs.join(", ")),
    }
}

fn head(page: &mut Page, result: &CheckResult) {
    let check = result.check;
    let severity = check.severity.word();
    let spans = [(style_of(check.severity), severity), (BOLD, check.id), (NORMAL, check.title)];
    page.line("  ", &spans);
}

fn statements(page: &mut Page, statements: &[&Statement], options: Options) {
    let shown = if options.all { statements.len() } else { STATEMENTS_MAX };
    for statement in statements.iter().take(shown) {
        page.line("    - ", &[(NORMAL, &story::sentence(statement))]);
        if let Some(witness) = &statement.witness {
            page.line("      for example: ", &[(NORMAL, witness)]);
        }
    }
    if let Some(more) = statements.len().checked_sub(shown).filter(|more| *more > 0) {
        let text = format!("and {more} more (`--all` lists them)");
        page.line("    - ", &[(NORMAL, &text)]);
    }
}

fn gaps(page: &mut Page, assessment: &Assessment) {
    let reasons = story::unread(&assessment.gaps);
    if reasons.is_empty() {
        return;
    }
    page.heading("WHAT WAS NOT READ");
    for (reason, parts) in reasons {
        let reason = format!("{reason}:");
        page.line("  - ", &[(NORMAL, &reason), (NORMAL, &parts.join(", "))]);
    }
}

fn accepted(page: &mut Page, assessment: &Assessment) {
    let mut is_first = true;
    for result in &assessment.results {
        let Outcome::Accepted { by, reason, until } = &result.outcome else {
            continue;
        };
        if is_first {
            page.heading("WHAT SOMEBODY ACCEPTED");
            is_first = false;
        }
        head(page, result);
        let text = format!("until {} by {by}: {reason}", story::minute(*until));
        page.line("    ", &[(NORMAL, &text)]);
        for statement in story::telling(result) {
            page.line("    - ", &[(NORMAL, &story::sentence(statement))]);
        }
    }
}

/// What passes and what does not apply, which nobody needs at three in the morning.
fn others(page: &mut Page, assessment: &Assessment) {
    page.heading("WHAT PASSES OR DOES NOT APPLY");
    for result in &assessment.results {
        let text = match &result.outcome {
            Outcome::Pass => "pass".to_owned(),
            Outcome::NotApplicable(why) => format!("does not apply ({why})"),
            Outcome::Fail | Outcome::Gap(_) | Outcome::Accepted { .. } => continue,
        };
        let (id, title) = (result.check.id, result.check.title);
        page.line("  ", &[(BOLD, id), (NORMAL, title), (FAINT, &format!("- {text}"))]);
        for statement in &result.statements {
            page.line("    - ", &[(NORMAL, &story::sentence(statement))]);
        }
    }
}

fn style_of(severity: Severity) -> Style {
    match severity {
        Severity::Critical | Severity::High => RED,
        Severity::Medium => YELLOW,
        Severity::Low => NORMAL,
    }
}
