//! A page of styled text, wrapped at word ends to a width.
//!
//! Text enters it through [`clean()`] only. A word that is longer than a line, such as an address
//! with an id, is left whole, because somebody may want to copy it; only what no line of a terminal
//! should hold is broken.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::clean;

/// Longest word that is left whole, in columns.
const WORD_WIDTH_MAX: usize = 240;

/// Narrower pages than this are not made; the terminal then wraps.
const WIDTH_MIN: usize = 40;

pub(super) const NORMAL: Style = Style::new();
pub(super) const BOLD: Style = Style::new().bold();
pub(super) const FAINT: Style = Style::new().dimmed();
pub(super) const RED: Style = AnsiColor::Red.on_default().bold();
pub(super) const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
pub(super) const GREEN: Style = AnsiColor::Green.on_default().bold();

/// A piece of text in one style.
pub(super) type Span<'a> = (Style, &'a str);

/// The page so far.
pub(super) struct Page {
    text: String,
    width: usize,
}

impl Page {
    pub(super) fn new(width: usize) -> Self {
        let width = width.max(WIDTH_MIN);
        Self { text: String::new(), width }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    /// One blank line, wherever it is asked for more than once.
    pub(super) fn blank(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// A line that is never broken, such as an address.
    pub(super) fn whole(&mut self, first: &str, text: &str) {
        self.text.push_str(first);
        self.text.push_str(&clean(text));
        self.text.push('\n');
    }

    /// A row of a table that is never broken: its cells bring their own blanks.
    pub(super) fn row(&mut self, first: &str, cells: &[(Style, String)]) {
        self.text.push_str(&clean(first));
        for (place, (style, cell)) in cells.iter().enumerate() {
            let is_last = place + 1 == cells.len();
            let cell = if is_last { cell.trim_end() } else { cell.as_str() };
            // Writing to a string does not fail.
            let _ = write!(self.text, "{style}{}{style:#}", clean(cell));
        }
        self.text.push('\n');
    }

    /// A heading with a blank line before it.
    pub(super) fn heading(&mut self, text: &str) {
        self.blank();
        self.line("", &[(BOLD, text)]);
    }

    /// One paragraph: `first` begins its first line, blanks of the same width the others.
    pub(super) fn line(&mut self, first: &str, spans: &[Span<'_>]) {
        let indent = first.width();
        let room = self.width.saturating_sub(indent).max(1);
        self.text.push_str(first);
        let mut used = 0;
        for (style, text) in spans {
            let text = clean(text);
            for word in text.split_whitespace() {
                for (place, piece) in pieces(word, room).into_iter().enumerate() {
                    let gap = usize::from(used > 0 && place == 0);
                    if used > 0 && used + gap + piece.width() > room {
                        self.text.push('\n');
                        self.text.push_str(&" ".repeat(indent));
                        used = 0;
                    } else if gap > 0 {
                        self.text.push(' ');
                        used += 1;
                    }
                    used += piece.width();
                    // Writing to a string does not fail.
                    let _ = write!(self.text, "{style}{piece}{style:#}");
                }
            }
        }
        self.text.push('\n');
    }
}

/// A word in one piece, or one that is far too long in pieces that fit into `room` columns each.
fn pieces(word: &str, room: usize) -> Vec<String> {
    if word.width() <= room.max(WORD_WIDTH_MAX) {
        return vec![word.into()];
    }
    let mut pieces = Vec::new();
    let mut piece = String::new();
    for c in word.chars() {
        if piece.width() + c.width().unwrap_or(0) > room && !piece.is_empty() {
            pieces.push(std::mem::take(&mut piece));
        }
        piece.push(c);
    }
    pieces.push(piece);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(width: usize, first: &str, text: &str) -> String {
        let mut page = Page::new(width);
        page.line(first, &[(NORMAL, text)]);
        page.finish()
    }

    #[test]
    fn lines_wrap_at_words_and_keep_their_indent() {
        let text = "the quick brown fox jumps over the lazy dog and runs away";
        let expected = "  - the quick brown fox jumps over the\n    lazy dog and runs away\n";
        assert_eq!(page(40, "  - ", text), expected);
    }

    #[test]
    fn an_address_stays_whole_and_what_is_far_too_long_is_broken() {
        let address = format!("/v1.0/groups/{}/owners", "x".repeat(95));
        let text = page(40, "  ", &format!("read {address} now"));
        assert!(text.lines().any(|line| line.trim() == address), "{text}");
        for far in ["x".repeat(900), "日本語".repeat(200)] {
            for line in page(40, "  ", &far).lines() {
                assert!(line.width() <= 40, "{line}");
            }
        }
    }

    #[test]
    fn spans_are_separate_words_in_their_styles() {
        let mut page = Page::new(40);
        page.line("", &[(RED, "no"), (NORMAL, "way")]);
        let text = page.finish();
        assert_eq!(anstream::adapter::strip_str(&text).to_string(), "no way\n");
        assert!(text.starts_with("\u{1b}["));
    }
}
