//! What happened, fact by fact.

use std::collections::BTreeMap;

use halligan_core::custody::Told;
use serde_json::{Value, json};

use super::{CustodyFormat, Names, words};
use crate::view::minute;
use crate::view::page::{BOLD, FAINT, NORMAL, Page, YELLOW};
use crate::view::plain::Lines;

/// What a fact is called that this version does not know.
const UNREAD: &str = "a fact that this version of Halligan does not know";

/// Prints it.
pub(crate) fn render(
    told: &[Told<'_>],
    names: &Names<'_>,
    format: CustodyFormat,
    width: usize,
) -> String {
    match format {
        CustodyFormat::Human => human(told, names, width),
        CustodyFormat::Plain => plain(told, names),
        CustodyFormat::Json => json(told, names),
    }
}

fn human(told: &[Told<'_>], names: &Names<'_>, width: usize) -> String {
    let mut page = Page::new(width);
    for one in told {
        let when = format!("{}  {}", one.record.sequence, minute(one.record.at));
        page.line("", &[(BOLD, &when)]);
        match &one.entry {
            Some(entry) => {
                page.line("    ", &[(NORMAL, &words::event(&entry.event, names))]);
                page.line("    ", &[(FAINT, &words::weights(entry, &one.notes, names))]);
            }
            None => page.line("    ", &[(YELLOW, UNREAD)]),
        }
        for note in &one.notes {
            page.line("    ", &[(YELLOW, &note.to_string())]);
        }
    }
    page.finish()
}

fn plain(told: &[Told<'_>], names: &Names<'_>) -> String {
    let mut lines = Lines::default();
    for one in told {
        let about = format!("fact {}", one.record.sequence);
        lines.add(&format!("{about} at"), minute(one.record.at));
        match &one.entry {
            Some(entry) => {
                lines.add(&about, words::event(&entry.event, names));
                lines.add(&format!("{about} by"), words::weights(entry, &one.notes, names));
            }
            None => lines.add(&about, UNREAD),
        }
        for note in &one.notes {
            lines.add(&format!("{about} note"), note);
        }
    }
    lines.finish()
}

/// `halligan.custody.history`, version 1.
fn json(told: &[Told<'_>], names: &Names<'_>) -> String {
    let facts = told.iter().map(|one| {
        let body: BTreeMap<String, Value> =
            serde_json::from_str(one.record.body.as_str()).unwrap_or_default();
        json!({
            "sequence": one.record.sequence,
            "at": one.record.at.to_string(),
            "known": one.entry.is_some(),
            "text": one.entry.as_ref().map(|entry| words::event(&entry.event, names)),
            "notes": one.notes.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "fact": body,
        })
    });
    let whole = json!({
        "format": "halligan.custody.history",
        "version": 1,
        "halligan": env!("CARGO_PKG_VERSION"),
        "facts": facts.collect::<Vec<_>>(),
    });
    format!("{whole:#}\n")
}
