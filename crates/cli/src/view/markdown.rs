//! For a ticket or a wiki: GitHub-flavoured Markdown without any HTML.

use std::fmt::Display;

use halligan_core::check::{CheckResult, Outcome};
use halligan_core::report::Assessment;

use super::{Options, clean, story};

pub(super) fn render(assessment: &Assessment, options: Options) -> String {
    let mut text = Text::default();
    text.line(format_args!("# {}", escape(story::headline(assessment))));
    if let Some(why) = &assessment.ledger {
        text.paragraph(format_args!("**Ledger: {}.** {}", escape(why), escape(story::LEDGER)));
    }
    let meaning = story::meaning(assessment);
    text.paragraph(format_args!("**{}**", escape(&meaning)));
    let (subject, origin) = (story::subject(assessment), story::origin(assessment));
    text.paragraph(format_args!("{}; {}.", escape(&subject), escape(&origin)));
    entries(&mut text, assessment);
    to_do(&mut text, assessment);
    section(&mut text, "What fails", assessment.failures());
    section(&mut text, "What could not be decided", assessment.undecided());
    unread(&mut text, assessment);
    accepted(&mut text, assessment);
    if options.all {
        others(&mut text, assessment);
    }
    text.paragraph(story::counts(assessment));
    text.0
}

#[derive(Default)]
struct Text(String);

impl Text {
    fn line(&mut self, text: impl Display) {
        self.0.push_str(&format!("{text}\n"));
    }

    fn paragraph(&mut self, text: impl Display) {
        self.0.push_str(&format!("\n{text}\n"));
    }
}

/// The text without meaning to Markdown: everything that marks up is escaped. Code spans are not
/// kept, because a name with a back-quote in it could end one and go on as markup.
fn escape(text: &str) -> String {
    let mut safe = String::new();
    for c in clean(text).chars() {
        if "\\`*_{}[]<>#+!|~&@".contains(c) {
            safe.push('\\');
        }
        safe.push(c);
    }
    safe
}

fn entries(text: &mut Text, assessment: &Assessment) {
    text.paragraph("## Who gets in\n");
    for entry in &assessment.entries {
        let (name, sentence) = (escape(&entry.code_name), escape(&entry.sentence()));
        text.line(format_args!("- **{name}**: {}: {sentence}", entry.word()));
        if let Some(failing) = &entry.failing {
            let because = format!("because of {}: {}", failing.blame, failing.why);
            text.line(format_args!("  - fails: {}", escape(&failing.sign_in)));
            text.line(format_args!("  - {}", escape(&because)));
        } else if let Some(doubt) = &entry.doubt {
            text.line(format_args!("  - open: {}", escape(doubt)));
        }
    }
}

fn to_do(text: &mut Text, assessment: &Assessment) {
    let see_more = story::see_more(assessment);
    if assessment.failures().next().is_none() && see_more.is_none() {
        return;
    }
    text.paragraph("## What to do");
    text.line("");
    for result in assessment.failures() {
        let check = result.check;
        let action = escape(&result.mending.action);
        let (severity, id) = (check.severity.word(), check.id);
        let subjects = escape(&story::subjects(result).join(", "));
        text.line(format_args!("1. **{action}** ({severity}, {id})"));
        text.line(format_args!("   - About: {subjects}"));
        text.line(format_args!("   - Where: {}", escape(&result.mending.portal)));
    }
    if let Some(more) = see_more {
        text.line(format_args!("1. **{}**", escape(&more)));
    }
}

fn section<'a>(text: &mut Text, title: &str, results: impl Iterator<Item = &'a CheckResult>) {
    for (place, result) in results.enumerate() {
        if place == 0 {
            text.paragraph(format_args!("## {title}"));
        }
        check(text, result);
    }
}

fn check(text: &mut Text, result: &CheckResult) {
    let check = result.check;
    let (id, severity) = (check.id, check.severity.word());
    text.paragraph(format_args!("### {id} ({severity}): {}", escape(check.title)));
    text.line("");
    for statement in story::telling(result) {
        text.line(format_args!("- {}", escape(&story::sentence(statement))));
        if let Some(witness) = &statement.witness {
            text.line(format_args!("  - For example: {}", escape(witness)));
        }
    }
    if result.outcome == Outcome::Fail {
        text.paragraph(escape(check.why));
        text.paragraph(format_args!("Graph: {}", escape(&result.mending.graph)));
        let controls: Vec<String> = check.controls.iter().map(ToString::to_string).collect();
        text.paragraph(format_args!("Controls: {}", escape(&controls.join(", "))));
        let links = check.sources.iter();
        let links: Vec<String> =
            links.map(|link| format!("[{}]({})", escape(link.title), link.url)).collect();
        text.paragraph(format_args!("Sources: {}", links.join(", ")));
    }
}

fn unread(text: &mut Text, assessment: &Assessment) {
    let reasons = story::unread(&assessment.gaps);
    if reasons.is_empty() {
        return;
    }
    text.paragraph("## What was not read");
    text.line("");
    for (reason, parts) in reasons {
        text.line(format_args!("- {}: {}", escape(&reason), escape(&parts.join(", "))));
    }
}

fn accepted(text: &mut Text, assessment: &Assessment) {
    let mut is_first = true;
    for result in &assessment.results {
        let Outcome::Accepted { by, reason, until } = &result.outcome else {
            continue;
        };
        if is_first {
            text.paragraph("## What somebody accepted");
            is_first = false;
        }
        check(text, result);
        let (by, reason) = (escape(by), escape(reason));
        text.paragraph(format_args!("Until {} by {by}: {reason}", story::minute(*until)));
    }
}

fn others(text: &mut Text, assessment: &Assessment) {
    text.paragraph("## What passes or does not apply");
    text.line("");
    for result in &assessment.results {
        let outcome = match &result.outcome {
            Outcome::Pass => "pass".to_owned(),
            Outcome::NotApplicable(why) => format!("does not apply ({})", escape(why)),
            Outcome::Fail | Outcome::Gap(_) | Outcome::Accepted { .. } => continue,
        };
        let (id, title) = (result.check.id, escape(result.check.title));
        text.line(format_args!("- {id} {title}: {outcome}"));
    }
}
