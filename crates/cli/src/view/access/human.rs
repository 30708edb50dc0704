//! For a person at a terminal: the verdict, a table of accounts and surfaces, then the sections.

use anstyle::Style;
use halligan_core::access::{AccountAccess, Outcome};
use halligan_core::ca::Verdict;
use unicode_width::UnicodeWidthStr as _;

use super::story::{self, Mark, Section, cell};
use super::told::Told;
use super::{Options, Show};
use crate::view::clean;
use crate::view::page::{BOLD, FAINT, GREEN, NORMAL, Page, RED, YELLOW};

/// Columns of a surface's name.
const SURFACE: usize = 38;
/// Columns of an account.
const ACCOUNT: usize = 20;

pub(super) fn render(told: &Told<'_>, options: Options) -> String {
    let mut page = Page::new(options.width);
    let (word, sentence) = story::headline(told);
    let style = match told.outcome() {
        Outcome::Holds => GREEN,
        Outcome::Undecided => YELLOW,
        Outcome::Hole => RED,
    };
    page.line("", &[(style, &format!("{word}:")), (BOLD, &sentence)]);
    page.blank();
    page.line("", &[(NORMAL, &story::subject(told))]);
    if options.show == Show::All {
        page.blank();
        table(&mut page, told, options.width);
    }
    for section in story::sections(told, options) {
        self::section(&mut page, &section);
    }
    page.finish()
}

/// Surfaces down, accounts across, as many beside each other as the page has room for.
fn table(page: &mut Page, told: &Told<'_>, width: usize) {
    let across = (width.saturating_sub(SURFACE) / ACCOUNT).max(1);
    for accounts in told.accounts().chunks(across) {
        let names = accounts.iter().map(|one| padded(&one.code_name, ACCOUNT));
        let head = format!("{}{}", " ".repeat(SURFACE), names.collect::<String>());
        page.whole("", head.trim_end());
        for target in told.targets() {
            let cells: Vec<(Style, String)> = accounts
                .iter()
                .map(|one| {
                    let (mark, sign, word) = surface(told, one, target);
                    (style(mark), padded(&format!("{sign} {word}"), ACCOUNT))
                })
                .collect();
            page.row(&padded(target.title(), SURFACE), &cells);
        }
    }
}

/// What a cell of the table says.
pub(super) fn surface(
    told: &Told<'_>,
    account: &AccountAccess,
    target: halligan_core::register::Target,
) -> (Mark, &'static str, &'static str) {
    let proved = account.surfaces.iter().find(|one| one.target == target);
    let verdict = proved.map_or(Verdict::Undecided, |one| one.verdict);
    match told.has_no_ledger() && verdict != Verdict::LockedOut {
        true => (Mark::Unknown, "?", "nobody says"),
        false => cell(told.reaches(account.id, target), verdict),
    }
}

fn section(page: &mut Page, section: &Section) {
    page.heading(&section.title);
    for line in &section.lines {
        page.line(first(line.mark), &[(style(line.mark), &line.text)]);
        if let Some(next) = &line.next {
            page.line("    ", &[(FAINT, next)]);
        }
    }
}

const fn first(mark: Mark) -> &'static str {
    match mark {
        Mark::Hole => "  ✗ ",
        Mark::Unknown => "  ? ",
        Mark::Setting => "  ! ",
        Mark::Accepted => "  · ",
        Mark::Good => "  ✓ ",
        Mark::Item => "  - ",
        Mark::Note => "    ",
    }
}

const fn style(mark: Mark) -> Style {
    match mark {
        Mark::Hole => RED,
        Mark::Unknown | Mark::Setting => YELLOW,
        Mark::Good => GREEN,
        Mark::Accepted | Mark::Note => FAINT,
        Mark::Item => NORMAL,
    }
}

fn padded(text: &str, columns: usize) -> String {
    let text = clean(text);
    format!("{text}{} ", " ".repeat((columns - 1).saturating_sub(text.width())))
}
