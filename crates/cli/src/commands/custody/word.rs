//! By whose word something is written down: who types it, and who signs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use halligan_app::custody::{Recorded, Report, SigningKey, record, statement};
use halligan_app::files::{must_be_new, read_limited};
use halligan_core::custody::{Event, Signed, conflicts};
use halligan_core::id::PersonId;

use super::desk::{Desk, Where};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::{print, say, say_hint, say_warning};
use crate::view::clean;
use crate::view::custody::words;

/// Names the operator where the command line does not.
const OPERATOR: &str = "HALLIGAN_PERSON";

/// The largest file with a signature, in bytes: one line, as mail may have broken it.
const SIGNATURE_BYTES_MAX: u64 = 4_096;

#[derive(Debug, clap::Args)]
pub(super) struct Word {
    #[command(flatten)]
    pub(super) place: Where,
    /// Who types this, by id or code name [default: HALLIGAN_PERSON of the environment]
    #[arg(long = "as", value_name = "PERSON", help_heading = "Who says so")]
    operator: Option<String>,
    /// Sign it with your own key, which is in this file
    #[arg(long, value_name = "FILE", help_heading = "Who says so")]
    pub(super) key: Option<PathBuf>,
    /// What `halligan custody sign` printed elsewhere, or a file with it; repeat it for each
    #[arg(long, value_name = "TEXT|FILE", help_heading = "Who says so")]
    signed: Vec<String>,
    /// Write nothing down; print the statement that this person signs of it
    #[arg(long, value_name = "PERSON", conflicts_with_all = ["signed", "key"])]
    #[arg(help_heading = "Who says so")]
    statement: Option<String>,
    /// Where to print the statement, a file that is not there yet
    #[arg(long, short, value_name = "FILE", requires = "statement", help_heading = "Who says so")]
    output: Option<PathBuf>,
}

impl Word {
    /// Opens what is declared and written down, for writing.
    pub(super) fn desk(&self) -> Result<Desk, Failure> {
        Desk::for_writing(&self.place)
    }

    /// Who types; never guessed.
    pub(super) fn operator(&self, desk: &Desk) -> Result<PersonId, Failure> {
        desk.person(&operator_named(self.operator.as_deref())?)
    }

    /// The operator's own key, where it is to sign.
    pub(super) fn key(&self) -> Result<Option<SigningKey>, Failure> {
        let Some(path) = &self.key else { return Ok(None) };
        let (key, warning) = SigningKey::load(path).map_err(Failure::from)?;
        warning.iter().for_each(|warning| say_warning(warning));
        Ok(Some(key))
    }

    /// Writes the event down in the operator's name, or prints what somebody signs of it.
    pub(super) fn report(&self, desk: &Desk, event: Event) -> Result<Exit, Failure> {
        let operator = self.operator(desk)?;
        let key = self.key()?;
        let signed: Result<Vec<Signed>, Failure> =
            self.signed.iter().map(|text| signature(text)).collect();
        let report = Report { event, operator, signed: signed?, key: key.as_ref() };
        if let Some(person) = &self.statement {
            return self.print_statement(desk, report, person);
        }
        let done = record(desk.register(), &desk.declared, report, desk.now);
        let done = done.map_err(|error| desk.failure(&error))?;
        tell(desk, &done)?;
        Ok(Exit::Holds)
    }

    fn print_statement(
        &self,
        desk: &Desk,
        report: Report<'_>,
        person: &str,
    ) -> Result<Exit, Failure> {
        let output = self.output.as_deref();
        output.filter(|path| *path != Path::new("-")).map(must_be_new).transpose()?;
        let person = desk.person(person)?;
        let declared = Arc::clone(&desk.declared);
        let told = statement(desk.register(), &declared, report, &person, desk.now);
        let (said, opened) = told.map_err(|error| desk.failure(&error))?;
        opened.iter().for_each(tell_around);
        print(&said.statement().to_string(), output)?;
        let name = desk.names().person(&person);
        say(&format!("nothing is written down of it until {name} has signed it"));
        say_hint(
            "send it to them for `halligan custody sign --key FILE`, and run this command again \
             with `--signed` and what they send back, in place of `--statement`",
        );
        Ok(Exit::Holds)
    }
}

/// What whoever types is called, by the command line or else by the environment.
pub(in crate::commands) fn operator_named(named: Option<&str>) -> Result<String, Failure> {
    let from_environment = || std::env::var(OPERATOR).ok().filter(|name| !name.is_empty());
    named.map(str::to_owned).or_else(from_environment).ok_or_else(|| {
        Failure::usage(
            "who types this is not known",
            "name yourself with `--as PERSON`, or in the environment as HALLIGAN_PERSON",
        )
    })
}

/// A signature's line, or the file that holds one.
fn signature(text: &str) -> Result<Signed, Failure> {
    if let Ok(signed) = text.parse() {
        return Ok(signed);
    }
    let path = PathBuf::from(text);
    let bytes = read_limited(&path, "SIGNATURE_BYTES_MAX", SIGNATURE_BYTES_MAX)?;
    let hint = "give the line that `halligan custody sign` printed, or a file with it";
    let read = std::str::from_utf8(&bytes).ok().and_then(|text| text.parse().ok());
    read.ok_or_else(|| {
        Failure::new(format!("`{}` holds no signature", path.display()), Some(hint.into()))
    })
}

/// Says what became of a report, and what it brought about.
fn tell(desk: &Desk, done: &Recorded) -> Result<(), Failure> {
    tell_around(done);
    let Some(entry) = &done.entry else {
        say("that is written down already; nothing changed");
        return Ok(());
    };
    let names = desk.names();
    let sentence = words::event(&entry.event, &names);
    let mut text = format!("{}: {}\n", done.head.length, clean(&sentence));
    let weights = words::weights(entry, &[], &names);
    text.push_str(&format!("  {}\n", clean(&weights)));
    print(&text, None)?;
    let before: BTreeSet<_> = conflicts(desk.state(), &desk.declared).into_iter().collect();
    let after = conflicts(&done.state, &desk.declared);
    for conflict in after.iter().filter(|one| !before.contains(one)) {
        say_warning(&desk.in_words(&conflict.to_string()));
    }
    Ok(())
}

fn tell_around(done: &Recorded) {
    if let Some(repair) = &done.repaired {
        say_warning(&repair.to_string());
    }
    if let Some(ledger) = &done.opened {
        say(&format!("the ledger is opened, as `{ledger}`"));
    }
}
