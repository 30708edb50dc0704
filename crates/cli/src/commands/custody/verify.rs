//! `halligan custody verify`: the chain, what is unread, what does not follow, and the anchor.

use std::path::PathBuf;

use halligan_app::custody::{CustodyError, Ledger, Standing, read};
use halligan_app::files::read_limited;
use halligan_core::custody::stream;
use halligan_core::stream::Anchor;

use super::desk::Where;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::{print, say_hint, width};
use crate::view::custody::CustodyFormat;
use crate::view::custody::verification::{Verification, render};

/// The largest file with an anchor, in bytes: one line, as mail may have broken it.
const ANCHOR_BYTES_MAX: u64 = 4_096;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Where,
    /// Hold it against an anchor that was made before: its line, or a file with it
    #[arg(long, value_name = "TEXT|FILE")]
    anchor: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: CustodyFormat,
}

/// Needs no register: an auditor may have the folder alone.
pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let anchor = arguments.anchor.as_deref().map(anchor).transpose()?;
    let (ledger, tampered) = match read(&arguments.place.register) {
        Ok(ledger) => (ledger, None),
        Err(error) if error.standing() == Standing::Tampered => (None, Some(error)),
        Err(error) => return Err(error.into()),
    };
    let found = ledger.as_ref();
    let diverged = anchor.as_ref().filter(|_| tampered.is_none()).and_then(|anchor| {
        let checked = match found {
            Some(ledger) => ledger.check(anchor),
            None => anchor.check(&stream(), &[]),
        };
        checked.err()
    });
    let verification = Verification {
        ledger: found,
        tampered: tampered.as_ref().map(ToString::to_string),
        diverged: diverged.as_ref(),
        is_anchored: anchor.is_some(),
    };
    print(&render(&verification, arguments.format, width()), None)?;
    if let Some(hint) = tampered.as_ref().and_then(CustodyError::hint) {
        say_hint(&hint);
    }
    Ok(exit(&verification, found))
}

fn exit(verification: &Verification<'_>, ledger: Option<&Ledger>) -> Exit {
    let is_wrong = verification.tampered.is_some()
        || verification.diverged.is_some()
        || verification.odd().next().is_some();
    if is_wrong {
        return Exit::Finding;
    }
    match ledger.and_then(Ledger::gap) {
        Some(_) => Exit::Undecided,
        None => Exit::Holds,
    }
}

/// An anchor's line, or the file that holds one.
fn anchor(text: &str) -> Result<Anchor, Failure> {
    if let Some(anchor) = anchor_in(text) {
        return Ok(anchor);
    }
    let path = PathBuf::from(text);
    let bytes = read_limited(&path, "ANCHOR_BYTES_MAX", ANCHOR_BYTES_MAX)?;
    let read = std::str::from_utf8(&bytes).ok().and_then(anchor_in);
    read.ok_or_else(|| {
        let hint = "give the line that `halligan custody verify` printed, or a file with it";
        Failure::new(format!("`{}` holds no anchor", path.display()), Some(hint.into()))
    })
}

/// The anchor in a text: by itself, or the line that was printed, with or without those around it.
fn anchor_in(text: &str) -> Option<Anchor> {
    let mut lines = text.lines().map(|line| line.trim().trim_start_matches("anchor:").trim());
    lines.find_map(|line| line.parse().ok())
}
