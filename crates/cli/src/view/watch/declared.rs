//! Drills and emergencies that are declared.

use halligan_core::time::Timestamp;
use halligan_core::watch::declaration::Declaration;
use serde_json::json;

use super::Format;
use crate::view::custody::Names;
use crate::view::minute;
use crate::view::page::{BOLD, FAINT, NORMAL, Page};
use crate::view::plain::Lines;

/// Prints them.
pub(crate) fn render(
    shown: &[&Declaration],
    names: &Names<'_>,
    now: Timestamp,
    format: Format,
    width: usize,
) -> String {
    match format {
        Format::Human => human(shown, names, now, width),
        Format::Plain => plain(shown, names, now),
        Format::Json => shown.iter().map(|one| json_of(one, names, now)).collect(),
    }
}

fn human(shown: &[&Declaration], names: &Names<'_>, now: Timestamp, width: usize) -> String {
    let mut page = Page::new(width);
    if shown.is_empty() {
        page.line("", &[(NORMAL, NOTHING)]);
    }
    for one in shown {
        let number = one.declared.number.to_string();
        let kind = one.declared.kind.word();
        page.line("", &[(BOLD, &number), (BOLD, kind), (FAINT, state(one, now))]);
        page.line("    ", &[(NORMAL, &times(one))]);
        page.line("    ", &[(NORMAL, &accounts(one, names))]);
        page.line("    ", &[(NORMAL, &by(one, names))]);
        page.line("    ", &[(FAINT, &one.declared.reason)]);
    }
    page.finish()
}

fn plain(shown: &[&Declaration], names: &Names<'_>, now: Timestamp) -> String {
    let mut lines = Lines::default();
    if shown.is_empty() {
        lines.add("declared", NOTHING);
    }
    for one in shown {
        let about = format!("declaration {}", one.declared.number);
        lines.add(&about, format_args!("{}, {}", one.declared.kind.word(), state(one, now)));
        lines.add(&format!("{about} when"), times(one));
        lines.add(&format!("{about} accounts"), accounts(one, names));
        lines.add(&format!("{about} by"), by(one, names));
        lines.add(&format!("{about} reason"), &one.declared.reason);
    }
    lines.finish()
}

/// A line of JSON each.
fn json_of(one: &Declaration, names: &Names<'_>, now: Timestamp) -> String {
    let declared = &one.declared;
    let accounts: Vec<String> = declared.accounts.iter().map(|id| names.account(*id)).collect();
    let value = json!({
        "number": declared.number,
        "use": declared.kind.word(),
        "state": state(one, now),
        "accounts": accounts,
        "by": declared.by.as_str(),
        "with": declared.with.as_ref().map(|with| with.as_str()),
        "reason": declared.reason,
        "declared": one.at.to_string(),
        "from": declared.from.to_string(),
        "until": one.until().to_string(),
        "ended_by": one.ended.as_ref().map(|(_, by)| by.as_str()),
    });
    format!("{value}\n")
}

const NOTHING: &str = "nothing is declared: every use of an account is told as the worst";

fn state(one: &Declaration, now: Timestamp) -> &'static str {
    match () {
        () if one.ended.is_some() => "ended",
        () if one.is_over(now) => "over",
        () if one.is_open(now) => "open",
        () => "to come",
    }
}

fn times(one: &Declaration) -> String {
    format!("{} to {}", minute(one.declared.from), minute(one.until()))
}

fn accounts(one: &Declaration, names: &Names<'_>) -> String {
    let accounts: Vec<String> = one.declared.accounts.iter().map(|id| names.account(*id)).collect();
    accounts.join(", ")
}

fn by(one: &Declaration, names: &Names<'_>) -> String {
    let with = one.declared.with.as_ref().map(|with| format!(" with {}", names.person(with)));
    let ended = one.ended.as_ref().map(|(_, by)| format!("; ended by {}", names.person(by)));
    let [with, ended] = [with, ended].map(Option::unwrap_or_default);
    format!("declared by {}{with}{ended}", names.person(&one.declared.by))
}
