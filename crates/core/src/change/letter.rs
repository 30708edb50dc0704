//! The letter: what changed, then the verdict, then how to see the rest.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::compare::{Changes, CheckChange};
use super::occasion::Occasion;
use super::record::{Mark, Record};
use crate::check::ALL;
use crate::report::Verdict;
use crate::time::Timestamp;

/// The most lines of a list; the rest is counted, and the letter says how to see it.
pub const LINES_MAX: usize = 200;

/// A letter in plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The subject, one line of ASCII.
    pub subject: String,
    /// The text, in lines that end with `\n`.
    pub body: String,
}

/// Writes about `now` for this reason.
pub fn letter(now: &Record, occasion: &Occasion) -> Letter {
    let mut lines = Vec::new();
    let what = news(&mut lines, now, occasion);
    let mut body = lines.join("\n");
    body.push_str("\n\n");
    body.push_str(&verdict(now, occasion));
    body.push_str(SEE_THE_REST);
    let tenant = now.tenant.map_or_else(|| "exported policies".into(), |id| format!("tenant {id}"));
    body.push_str(&format!("\n{tenant}, judged {}\n", minute(now.judged)));
    Letter { subject: format!("Halligan: {what}; {}", said(now.verdict)), body }
}

const SEE_THE_REST: &str = "
TO SEE THE REST
`halligan check`, run where this was run, prints the whole report.
`halligan checks ID` explains a check, and how to mend what it finds.
This letter names accounts by code name and everything else by id, because mail travels.
";

/// Adds the news, and gives them in a few words.
fn news(lines: &mut Vec<String>, now: &Record, occasion: &Occasion) -> String {
    match occasion {
        Occasion::First => {
            lines.push("FIRST REPORT: what is not as it should be".into());
            first(lines, now);
            "first report".into()
        }
        Occasion::Changed { since, changes } => {
            lines.push(format!("WHAT CHANGED since {}", minute(*since)));
            changed(lines, changes);
            let (count, worse) = (changes.count(), changes.is_worse());
            let noun = if count == 1 { "change" } else { "changes" };
            format!("{count} {noun}{}", if worse { ", worse" } else { "" })
        }
        Occasion::Heartbeat { since } | Occasion::Asked { since } => {
            lines.push(format!("NOTHING CHANGED since {}", minute(*since)));
            if matches!(occasion, Occasion::Heartbeat { .. }) {
                lines.push("This letter comes so that its absence would be noticed.".into());
            }
            "nothing changed".into()
        }
    }
}

fn first(lines: &mut Vec<String>, now: &Record) {
    let shown = |mark: Mark| matches!(mark, Mark::Fail | Mark::Accepted);
    let mut list = Vec::new();
    for (id, check) in now.checks.iter().filter(|(_, check)| shown(check.outcome)) {
        list.push(String::new());
        list.push(head(id));
        list.push(format!("  is {}", check.outcome.word()));
        for finding in check.findings.values() {
            list.push(match finding.accepted_until {
                Some(until) => format!("  {}, accepted until {}", finding.name, minute(until)),
                None => format!("  {}", finding.name),
            });
        }
    }
    if list.is_empty() {
        list.push("Nothing.".into());
    }
    cut(lines, list);
}

fn changed(lines: &mut Vec<String>, changes: &Changes) {
    let mut list = Vec::new();
    for change in &changes.checks {
        check(&mut list, change);
    }
    for (title, parts) in [
        ("Could be read before, and cannot be:", &changes.unread),
        ("Could not be read before, and can be:", &changes.readable),
    ] {
        if !parts.is_empty() {
            list.push(String::new());
            list.push(title.into());
            list.extend(parts.iter().map(|part| format!("  {part}")));
        }
    }
    cut(lines, list);
}

fn check(list: &mut Vec<String>, change: &CheckChange) {
    list.push(String::new());
    list.push(head(&change.id));
    list.push(match (change.was, change.is) {
        (Some(was), Some(is)) if was == is => format!("  is {}, as before", is.word()),
        (Some(was), Some(is)) => format!("  was {}, is {}", was.word(), is.word()),
        (None, Some(is)) => format!("  a check that is new in this version: {}", is.word()),
        (Some(was), None) => format!("  was {}; this version has no such check", was.word()),
        (None, None) => String::new(),
    });
    list.extend(change.found.iter().map(|name| format!("  new: {name}")));
    list.extend(change.counts_again.iter().map(|name| format!("  counts again: {name}")));
    for (name, until) in &change.accepted {
        list.push(format!("  accepted until {}: {name}", minute(*until)));
    }
    list.extend(change.mended.iter().map(|name| format!("  mended: {name}")));
}

/// A check's id, severity and title; the title is Halligan's own text, as public as the id.
fn head(id: &str) -> String {
    match ALL.iter().find(|check| check.id == id) {
        Some(check) => format!("{id} ({}): {}", check.severity.word(), check.title),
        None => id.to_string(),
    }
}

fn cut(lines: &mut Vec<String>, mut list: Vec<String>) {
    let more = list.len().saturating_sub(LINES_MAX);
    list.truncate(LINES_MAX);
    lines.append(&mut list);
    if more > 0 {
        lines.push(format!("... and {more} more lines, beyond LINES_MAX ({LINES_MAX})"));
    }
}

fn verdict(now: &Record, occasion: &Occasion) -> String {
    let was = match occasion {
        Occasion::Changed { changes, .. } => changes.verdict_was,
        _ => None,
    };
    let was = was.map_or(String::new(), |was| format!(" (before: {})", said(was)));
    let counts = Mark::ALL.map(|mark| {
        let count = now.checks.values().filter(|check| check.outcome == mark).count();
        format!("{count} {}", mark.word())
    });
    let unread = match now.unread.len() {
        0 => String::new(),
        1 => "1 part could not be read.\n".into(),
        count => format!("{count} parts could not be read.\n"),
    };
    format!("VERDICT: {}{was}\n{}.\n{unread}", said(now.verdict), counts.join(", "))
}

pub(super) fn said(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Holds => "it holds",
        Verdict::Undecided => "it cannot be decided",
        Verdict::Fails => "it does not hold",
    }
}

pub(super) fn minute(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
