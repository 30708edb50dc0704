//! The inventory for a person at a terminal: a row per entry, its paths below.

use halligan_core::inventory::{Entry, Inventory, Kind};
use unicode_width::UnicodeWidthStr as _;

use super::words;
use crate::view::clean;
use crate::view::page::{BOLD, FAINT, NORMAL, Page, RED, YELLOW};
use crate::view::story;

/// Columns of who it is, how it signs in and when it was last used.
const WHO: usize = 26;
const SIGN_IN: usize = 32;

/// A heading, and which entries stand under it.
type Section = (&'static str, fn(&Entry) -> bool);

pub(super) fn render(inventory: &Inventory, width: usize) -> String {
    let mut page = Page::new(width);
    page.line("", &[(BOLD, "Who can become Global Administrator of")]);
    page.line("", &[(NORMAL, &words::subject(inventory))]);
    page.line("", &[(BOLD, &words::counts(inventory))]);
    let sections: [Section; 3] = [
        ("Global Administrator", |entry| entry.is_administrator()),
        ("Can become it", |entry| !entry.is_administrator() && entry.kind != Kind::Outside),
        ("Outside the tenant", |entry| !entry.is_administrator() && entry.kind == Kind::Outside),
    ];
    for (title, is_in) in sections {
        let entries: Vec<&Entry> = inventory.entries.iter().filter(|one| is_in(one)).collect();
        if !entries.is_empty() {
            page.heading(title);
            entries.into_iter().for_each(|entry| row(&mut page, entry));
        }
    }
    if !inventory.gaps.is_empty() {
        page.heading("Not read");
        page.line("", &[(YELLOW, words::MAY_HIDE)]);
        for (reason, parts) in story::unread(&inventory.gaps) {
            page.line("  - ", &[(NORMAL, &format!("{}: {reason}", parts.join(", ")))]);
        }
    }
    page.finish()
}

fn row(page: &mut Page, entry: &Entry) {
    let who = padded(&words::who(entry), WHO);
    let kind = padded(entry.kind.word(), 12);
    let sign_in = padded(&words::sign_in(&entry.sign_in), SIGN_IN);
    let last = words::last(&entry.last);
    page.whole("", format!("{who} {kind} {sign_in} {last}").trim_end());
    for outsider in words::outsiders(&entry.sign_in) {
        page.line("    ", &[(NORMAL, &clean(&outsider))]);
    }
    for path in &entry.paths {
        page.line("    ", &[(FAINT, &words::path(path))]);
    }
    if entry.more > 0 {
        page.line("    ", &[(FAINT, &format!("and {} more ways", entry.more))]);
    }
    if !entry.remarks.is_empty() {
        page.line("    ! ", &[(RED, &words::remarks(entry))]);
    }
}

/// Text in a column: what does not fit ends in `…`.
fn padded(text: &str, columns: usize) -> String {
    let text = clean(text);
    if text.width() <= columns {
        return format!("{text}{}", " ".repeat(columns - text.width()));
    }
    let mut cut = String::new();
    for c in text.chars() {
        if cut.width() + 2 > columns {
            break;
        }
        cut.push(c);
    }
    let cut = format!("{}…", cut.trim_end());
    format!("{cut}{}", " ".repeat(columns.saturating_sub(cut.width())))
}
