//! One fact per line, each with the words that say what it is: for screen readers and grep.

use std::fmt::Display;

use halligan_core::check::{CheckResult, Outcome};
use halligan_core::report::Assessment;

use super::{Options, clean, story};

pub(super) fn render(assessment: &Assessment, options: Options) -> String {
    let mut lines = Lines::default();
    if let Some(why) = &assessment.ledger {
        lines.add("ledger", why);
    }
    lines.add("verdict", story::word(assessment.verdict));
    lines.add("meaning", story::meaning(assessment));
    lines.add("assessed", story::subject(assessment));
    lines.add("origin", story::origin(assessment));
    for entry in &assessment.entries {
        let name = &entry.code_name;
        lines.add(&format!("account {name}"), entry.verdict.name());
        lines.add(&format!("account {name} where"), entry.sentence());
        if let Some(failing) = &entry.failing {
            lines.add(&format!("account {name} fails"), &failing.sign_in);
            let because = format_args!("{}: {}", failing.blame, failing.why);
            lines.add(&format!("account {name} because of"), because);
        } else if let Some(doubt) = &entry.doubt {
            lines.add(&format!("account {name} open"), doubt);
        }
    }
    to_do(&mut lines, assessment);
    for result in &assessment.results {
        check(&mut lines, result, options);
    }
    for (reason, parts) in story::unread(&assessment.gaps) {
        for part in parts {
            lines.add("not read", format_args!("{part}: {reason}"));
        }
    }
    for permission in assessment.missing_permissions() {
        lines.add("permission to grant", permission);
    }
    lines.add("counts", story::counts(assessment));
    lines.finish()
}

/// Lines of one fact each.
#[derive(Default)]
pub(super) struct Lines(String);

impl Lines {
    pub(super) fn finish(self) -> String {
        self.0
    }

    /// Adds a fact with the words that say what it is.
    pub(super) fn add(&mut self, what: &str, text: impl Display) {
        let line = format!("{what}: {text}");
        self.0.push_str(&clean(&line));
        self.0.push('\n');
    }
}

fn to_do(lines: &mut Lines, assessment: &Assessment) {
    let mut number = 0;
    for result in assessment.failures() {
        number += 1;
        let check = result.check;
        let (severity, id) = (check.severity.word(), check.id);
        let what = format!("to do {number}");
        lines.add(&what, format_args!("{} ({severity}, {id})", result.mending.action));
        for subject in story::subjects(result) {
            lines.add(&format!("{what} about"), subject);
        }
        lines.add(&format!("{what} where"), &result.mending.portal);
    }
    if let Some(text) = story::see_more(assessment) {
        lines.add(&format!("to do {}", number + 1), text);
    }
}

fn check(lines: &mut Lines, result: &CheckResult, options: Options) {
    let check = result.check;
    let word = result.outcome.word();
    let what = format!("{word} {}", check.id);
    let severity = check.severity.word();
    let shown =
        matches!(result.outcome, Outcome::Fail | Outcome::Gap(_) | Outcome::Accepted { .. });
    if !shown && !options.all {
        return;
    }
    lines.add(&format!("{what} {severity}"), check.title);
    match &result.outcome {
        Outcome::Accepted { by, reason, until } => {
            lines.add(&format!("{what} until"), story::minute(*until));
            lines.add(&format!("{what} by"), by);
            lines.add(&format!("{what} reason"), reason);
        }
        Outcome::NotApplicable(why) => lines.add(&format!("{what} because"), why),
        Outcome::Pass | Outcome::Fail | Outcome::Gap(_) => {}
    }
    let statements =
        if shown { story::telling(result) } else { result.statements.iter().collect() };
    for statement in statements {
        lines.add(&what, story::sentence(statement));
        if let Some(witness) = &statement.witness {
            lines.add(&format!("{what} for example"), witness);
        }
    }
    if result.outcome == Outcome::Fail {
        lines.add(&format!("{what} why"), check.why);
        lines.add(&format!("{what} graph"), &result.mending.graph);
        for link in check.sources.iter().take(1) {
            lines.add(&format!("{what} see"), link.url);
        }
    }
}
