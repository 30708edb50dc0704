//! Whether what is written down holds.

use halligan_app::custody::Ledger;
use halligan_core::custody::Irregularity;
use halligan_core::stream::Divergence;
use halligan_core::time::Timestamp;
use serde_json::json;

use super::CustodyFormat;
use crate::view::minute;
use crate::view::page::{BOLD, GREEN, NORMAL, Page, RED, YELLOW};
use crate::view::plain::Lines;

/// What was found.
#[derive(Clone, Debug)]
pub(crate) struct Verification<'a> {
    /// The ledger; `None` when nothing is written down, or it cannot be trusted.
    pub(crate) ledger: Option<&'a Ledger>,
    /// What is wrong with the chain.
    pub(crate) tampered: Option<String>,
    /// How it differs from the anchor.
    pub(crate) diverged: Option<&'a Divergence>,
    /// Whether there was one.
    pub(crate) is_anchored: bool,
}

impl Verification<'_> {
    fn irregular(&self) -> impl Iterator<Item = &(Timestamp, Irregularity)> {
        self.ledger.into_iter().flat_map(|ledger| &ledger.state.irregular)
    }

    /// Facts that do not follow from those before; a clock that was set is none.
    pub(crate) fn odd(&self) -> impl Iterator<Item = &(Timestamp, Irregularity)> {
        self.irregular().filter(|(_, what)| !is_clock(what))
    }

    fn verdict(&self) -> &'static str {
        let is_guess = self.ledger.is_some_and(|ledger| !ledger.unread.is_empty());
        match self {
            Self { tampered: Some(_), .. } => "tampered",
            Self { diverged: Some(_), .. } => "diverged",
            _ if self.odd().next().is_some() => "irregular",
            _ if is_guess => "undecided",
            Self { ledger: None, .. } => "empty",
            _ => "holds",
        }
    }

    fn sentence(&self) -> String {
        match self.verdict() {
            "tampered" => "It was tampered with, or is damaged.".into(),
            "diverged" => "It is not what was anchored.".into(),
            "irregular" => "The chain holds, and facts do not follow from those before.".into(),
            "undecided" => "The chain holds, and facts of a later version are in it.".into(),
            "empty" => "Nothing is written down.".into(),
            _ => "The chain holds, and every fact follows from those before.".into(),
        }
    }

    /// What was found, each with the word that says what it is.
    fn findings(&self) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        found.extend(self.tampered.iter().map(|what| ("tampered", what.clone())));
        found.extend(self.diverged.map(|what| ("diverged", what.to_string())));
        for (at, what) in self.irregular() {
            let word = if is_clock(what) { "clock" } else { "irregular" };
            found.push((word, format!("{}: {what}", minute(*at))));
        }
        if let Some(ledger) = self.ledger {
            found.extend(ledger.unread.iter().map(|fact| ("unread", fact.to_string())));
            found.extend(ledger.torn.map(|torn| ("torn", torn.to_string())));
        }
        found
    }
}

fn is_clock(what: &Irregularity) -> bool {
    matches!(what, Irregularity::ClockCorrected(_) | Irregularity::EarlierThanLast(_))
}

/// Prints it.
pub(crate) fn render(found: &Verification<'_>, format: CustodyFormat, width: usize) -> String {
    match format {
        CustodyFormat::Human => human(found, width),
        CustodyFormat::Plain => plain(found),
        CustodyFormat::Json => json(found),
    }
}

/// Whether the anchor is one that was kept.
fn kept(found: &Verification<'_>) -> bool {
    found.is_anchored && found.diverged.is_none() && found.tampered.is_none()
}

fn human(found: &Verification<'_>, width: usize) -> String {
    let mut page = Page::new(width);
    let style = match found.verdict() {
        "holds" | "empty" => GREEN,
        "undecided" => YELLOW,
        _ => RED,
    };
    page.line("", &[(style, &found.sentence())]);
    for (word, text) in found.findings() {
        page.line("  - ", &[(BOLD, &format!("{word}:")), (NORMAL, &text)]);
    }
    if kept(found) {
        page.line("", &[(NORMAL, "All that was anchored is there.")]);
    }
    if let Some(ledger) = found.ledger {
        page.whole("anchor: ", &ledger.anchor().to_string());
    }
    page.finish()
}

fn plain(found: &Verification<'_>) -> String {
    let mut lines = Lines::default();
    lines.add("verdict", found.verdict());
    for (word, text) in found.findings() {
        lines.add(word, text);
    }
    if found.is_anchored {
        lines.add("anchored", if kept(found) { "all of it is there" } else { "not as it was" });
    }
    if let Some(ledger) = found.ledger {
        lines.add("anchor", ledger.anchor());
    }
    lines.finish()
}

/// `halligan.custody.verification`, version 1.
fn json(found: &Verification<'_>) -> String {
    let findings = found.findings().into_iter();
    let findings = findings.map(|(word, text)| json!({ "kind": word, "text": text }));
    let whole = json!({
        "format": "halligan.custody.verification",
        "version": 1,
        "halligan": env!("CARGO_PKG_VERSION"),
        "verdict": found.verdict(),
        "findings": findings.collect::<Vec<_>>(),
        "facts": found.ledger.map_or(0, |ledger| ledger.head.length),
        "anchored": found.is_anchored.then(|| kept(found)),
        "anchor": found.ledger.map(|ledger| ledger.anchor().to_string()),
    });
    format!("{whole:#}\n")
}
