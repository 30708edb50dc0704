//! The checks as a list, and one of them in full.
//!
//! A list has a line or two per check; an explanation says first what must hold and why, then what
//! to do, and last what a developer or an auditor asks for.

use clap::ValueEnum;
use halligan_app::catalogue::shown;
use halligan_core::check::{Check, Expect, Severity};
use serde_json::{Value, json};

use super::clean;
use super::page::{BOLD, FAINT, NORMAL, Page, RED, YELLOW};

/// How the catalogue is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum CatalogueFormat {
    /// For a person at a terminal
    #[default]
    Human,
    /// One fact per line, for screen readers and grep
    Plain,
    /// For programs (format `halligan.checks`, version 1)
    Json,
}

/// The checks, a row for each.
pub(crate) fn list(checks: &[&Check], format: CatalogueFormat, width: usize) -> String {
    match format {
        CatalogueFormat::Human => human_list(checks, width),
        CatalogueFormat::Plain => {
            let line = |check: &&Check| {
                let (severity, family) = (check.severity.word(), check.family.word());
                format!("{} {severity} {family}: {}\n", check.id, clean(check.title))
            };
            checks.iter().map(line).collect()
        }
        CatalogueFormat::Json => json_text(checks),
    }
}

/// One check in full.
pub(crate) fn explain(check: &Check, format: CatalogueFormat, width: usize) -> String {
    match format {
        CatalogueFormat::Human => human(check, width),
        CatalogueFormat::Plain => plain(check),
        CatalogueFormat::Json => json_text(&[check]),
    }
}

fn human_list(checks: &[&Check], width: usize) -> String {
    let mut page = Page::new(width);
    for check in checks {
        let severity = format!("{:<8}", check.severity.word());
        let first = format!("{:<13}{severity} ", check.id);
        page.line(&first, &[(NORMAL, check.title)]);
    }
    if !checks.is_empty() {
        page.blank();
    }
    let count = checks.len();
    let noun = if count == 1 { "check" } else { "checks" };
    let more = "`halligan checks ID` explains one in full.";
    page.line("", &[(NORMAL, &format!("{count} {noun}.")), (NORMAL, more)]);
    page.finish()
}

fn human(check: &Check, width: usize) -> String {
    let mut page = Page::new(width);
    let style = match check.severity {
        Severity::Critical | Severity::High => RED,
        Severity::Medium | Severity::Low => YELLOW,
    };
    let tag = format!("({}, {})", check.severity.word(), check.family.word());
    page.line("", &[(BOLD, check.id), (style, &tag)]);
    page.line("", &[(BOLD, &sentence(check.title))]);
    page.heading("WHY IT MATTERS");
    page.line("  ", &[(NORMAL, check.why)]);
    page.heading("HOW TO MEND IT");
    page.line("  ", &[(NORMAL, &sentence(&shown(check.remedy.action)))]);
    page.line("  Where: ", &[(NORMAL, check.remedy.portal)]);
    page.line("  Graph: ", &[(NORMAL, &shown(check.remedy.graph))]);
    page.heading("WHAT IT READS");
    for (part, permission) in reads(check) {
        page.line("  - ", &[(NORMAL, part), (FAINT, &format!("({permission})"))]);
    }
    page.line("  ", &[(NORMAL, READS_NOTE)]);
    for (heading, names) in samples(check) {
        page.heading(&heading.to_uppercase());
        for name in names {
            page.line("  - ", &[(NORMAL, name)]);
        }
    }
    page.heading("CONTROLS");
    for control in check.controls {
        page.line("  - ", &[(NORMAL, &control.to_string())]);
    }
    page.heading("SOURCES");
    for link in check.sources {
        page.line("  - ", &[(NORMAL, link.title)]);
        page.whole("    ", link.url);
    }
    page.finish()
}

const READS_NOTE: &str = "In brackets: the permission that reads it. Without it, the check is a \
    gap, neither a pass nor a fail.";

fn plain(check: &Check) -> String {
    let mut text = String::new();
    let mut add = |what: &str, said: &str| {
        text.push_str(&clean(&format!("{what}: {said}")));
        text.push('\n');
    };
    add("check", check.id);
    add("what must hold", check.title);
    add("severity", check.severity.word());
    add("family", check.family.word());
    add("why it matters", check.why);
    add("how to mend it", &shown(check.remedy.action));
    add("where", check.remedy.portal);
    add("through Microsoft Graph", &shown(check.remedy.graph));
    for (part, permission) in reads(check) {
        add("reads", &format!("{part}, with permission {permission}"));
    }
    for (heading, names) in samples(check) {
        names.iter().for_each(|name| add(heading, name));
    }
    for control in check.controls {
        add("control", &control.to_string());
    }
    for link in check.sources {
        add("source", &format!("{}, {}", link.title, link.url));
    }
    text
}

fn json_text(checks: &[&Check]) -> String {
    let whole = json!({
        "format": "halligan.checks",
        "version": 1,
        "halligan": env!("CARGO_PKG_VERSION"),
        "checks": checks.iter().map(|check| json_of(check)).collect::<Vec<_>>(),
    });
    format!("{whole:#}\n")
}

fn json_of(check: &Check) -> Value {
    let reads = reads(check).into_iter();
    let sources = check.sources.iter();
    json!({
        "id": check.id,
        "title": check.title,
        "severity": check.severity.word(),
        "family": check.family.word(),
        "why": check.why,
        "reads": reads
            .map(|(part, permission)| json!({ "part": part, "permission": permission }))
            .collect::<Vec<_>>(),
        "remedy": {
            "action": shown(check.remedy.action),
            "portal": check.remedy.portal,
            "graph": shown(check.remedy.graph),
        },
        "controls": check
            .controls
            .iter()
            .map(|one| json!({ "framework": one.framework.title(), "id": one.id }))
            .collect::<Vec<_>>(),
        "sources": sources
            .map(|link| json!({ "title": link.title, "url": link.url }))
            .collect::<Vec<_>>(),
        "samples": check
            .samples
            .iter()
            .map(|one| json!({ "name": one.name, "expect": word(one.expect) }))
            .collect::<Vec<_>>(),
    })
}

/// The parts with the permission that reads each.
fn reads(check: &Check) -> Vec<(&str, &str)> {
    check.reads.iter().map(|part| (part.title(), part.permission())).collect()
}

/// The names of the samples, by what the check says to them; what has none is left out.
fn samples(check: &Check) -> Vec<(&'static str, Vec<&'static str>)> {
    let groups = [
        (Expect::Fail, "fails when"),
        (Expect::Pass, "passes when"),
        (Expect::Gap, "cannot be told when"),
        (Expect::NotApplicable, "does not apply when"),
    ];
    let named = groups.map(|(expect, heading)| {
        let of = check.samples.iter().filter(|sample| sample.expect == expect);
        (heading, of.map(|sample| sample.name).collect::<Vec<_>>())
    });
    named.into_iter().filter(|(_, names)| !names.is_empty()).collect()
}

fn word(expect: Expect) -> &'static str {
    match expect {
        Expect::Pass => "pass",
        Expect::Fail => "fail",
        Expect::Gap => "gap",
        Expect::NotApplicable => "not applicable",
    }
}

fn sentence(text: &str) -> String {
    if text.ends_with('.') { text.into() } else { format!("{text}.") }
}
