//! `halligan serve`: the daemon.

use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread;

use halligan_app::clock;
use halligan_app::ingest::ledger::Ledger;
use halligan_app::ingest::pulse::Pulse;
use halligan_app::ingest::{Ingest, TenantNames};
use halligan_app::serve::{Facts, Kept, Told, WAITING_MAX, Word, write};
use halligan_core::time::Timestamp;

use super::source::counted;
use super::watch::{Flight, Sink, Watching, Work, print};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::{say, say_hint, say_warning};
use crate::view::watch::Format;

/// What `--help` ends with.
pub(super) const HELP: &str = "\
Examples:
  halligan serve --source graph
  halligan serve --source file:/var/log/entra/events.ndjson --snapshot tenant.json

Detections are written down in `halligan.streams` beside the register, on the disk before they are
printed; after a restart nothing is told twice.

Exit codes:
  0  it was asked to end, and nothing was detected
  1  it could not be done
  2  the command line makes no sense
  3  it was asked to end, and something was detected
  4  it was asked to end, and some logs or records could not be read, or are of another tenant";

pub(super) fn run(arguments: &Watching) -> Result<Exit, Failure> {
    let subject = arguments.subject.read()?;
    let Some((register, config)) = subject.register else {
        return Err(Failure::usage(
            "the daemon needs a register",
            "`halligan init` writes one; `halligan watch` does without",
        ));
    };
    let sources = arguments.sources.all(Some(&config))?;
    let reads_tenant = arguments.reads_tenant(Some(&config), &sources);
    if !reads_tenant {
        arguments.subject.say_nameless(&subject.tenant);
    }
    let names = subject.tenant.names.clone();
    let mut ingest = Ingest::new(vec![subject.tenant]);
    let mut facts = Facts::beside(&register);
    let mut called_at: Option<Timestamp> = None;
    let recalled = facts.recall(clock::now(), |fact| {
        if fact.is_call() {
            called_at = called_at.max(fact.seen.parse().ok());
        }
        if let (Some(told), Some(severity)) = (ingest.told_mut(0), fact.severity()) {
            told.remember(&fact.record, &fact.detection, severity);
        }
    })?;
    ingest.read_declared(&register);
    if subject.has_canary {
        ingest.begin(clock::exactly_now());
        ingest.read_announced(&register);
    }
    let detections = counted(recalled, "detection", "detections");
    say(&format!("{detections} of the last months are remembered"));
    let (send, incoming) = sync_channel(WAITING_MAX);
    let flight = Flight::of(&register, &config)?;
    let work = Work::new(ingest, arguments.sources.until(), Sink::Send(send), Some(config));
    work.was_called(called_at);
    if let Some(flight) = flight {
        work.keep_canary(flight);
    }
    if reads_tenant {
        work.ask_tenant();
    }
    let ledger = work.ledger();
    let (pulse, broken) = Pulse::beside(&register, clock::now());
    broken.iter().for_each(|error| say_warning(&error.to_string()));
    work.keep_pulse(pulse, &sources);
    let format = arguments.format;
    let writer = thread::Builder::new().name("facts".into()).spawn(move || {
        let mut told = Teller { names, format, ledger, failed: None };
        let say = |word: Word<'_>| told.take(word);
        write(&mut facts, &incoming, clock::exactly_now, thread::sleep, say);
        told.failed
    });
    let writer =
        writer.map_err(|error| Failure::new(format!("cannot start a thread: {error}"), None))?;
    let ended = work.run(&sources);
    // The writer ends when what waits is written.
    work.close();
    match writer.join() {
        Ok(None) => ended,
        Ok(Some(failure)) => Err(failure),
        Err(_) => Err(Failure::new("the thread that writes detections down broke", None)),
    }
}

/// Prints what is written down, and says when something cannot be.
struct Teller {
    names: TenantNames,
    format: Format,
    ledger: Arc<Ledger>,
    failed: Option<Failure>,
}

impl Teller {
    fn take(&mut self, word: Word<'_>) {
        match word {
            Word::Kept(batch, Kept { repaired, known }) => {
                if let Some(repair) = repaired {
                    say_warning(&repair.to_string());
                }
                let is_new = |place: &usize| !known.contains(place);
                let fresh = (0..batch.len()).filter(is_new).filter_map(|place| batch.get(place));
                self.print(fresh);
                self.ledger.keep(batch.len() as u64);
            }
            // Whoever watches is told before the disk is.
            Word::NotKept(batch, error) => {
                self.print(batch);
                say_warning(&format!("{} cannot be written down: {error}", count(batch)));
                if let Some(hint) = error.hint() {
                    say_hint(&hint);
                }
                say_hint("they are kept in memory, and it is tried again");
            }
            Word::GivenUp(batch, error) => {
                let lost = format!("{} were told and are not written down: {error}", count(batch));
                self.failed = Some(Failure::new(lost, error.hint()));
            }
            Word::KeptAtLast(batch) => {
                say(&format!("{} are written down at last", count(batch)));
                self.ledger.keep(batch.len() as u64);
            }
        }
    }

    fn print<'t>(&mut self, batch: impl IntoIterator<Item = &'t Told>) {
        for told in batch {
            if let Err(failure) = print(&told.detected, &self.names, self.format) {
                // The daemon goes on without its standard output.
                self.failed = Some(failure);
            }
        }
    }
}

fn count(batch: &[Told]) -> String {
    counted(batch.len(), "detection", "detections")
}
