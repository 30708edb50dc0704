//! Reading records from sources, for those who watch and for the daemon.

use std::collections::BTreeSet;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use halligan_app::clock;
use halligan_app::config::Config;
use halligan_app::ingest::file::{SourceError, Until, read_file, read_pipe};
use halligan_app::ingest::graph::{self, Health, LOOK_BACK_MAX, Polled, Problem, Schedule};
use halligan_app::ingest::ledger::Ledger;
use halligan_app::ingest::pulse::{self, Pulse};
use halligan_app::ingest::refresh::FIRST_READ_WAIT;
use halligan_app::ingest::{Counts, Detected, Ingest, Piece, Place, Taken, TenantNames, failing};
use halligan_app::live;
use halligan_app::serve::Told;
use halligan_app::sign_in::Asked;
use halligan_core::time::{Timestamp, days_between};
use halligan_core::watch::detect::Severity;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::super::runtime;
use super::super::source::counted;
use super::alarm::Alarm;
use super::canary::Flight;
use super::heard::Heard;
use super::source::Source;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt;
use crate::terminal::{self, say, say_hint, say_warning};
use crate::view::watch::{Format, Tally, render};

/// What becomes of detections.
pub(crate) enum Sink {
    /// They are printed.
    Print(Format),
    /// They are written down first, by whoever is at the other end.
    Send(SyncSender<Told>),
    /// They go nowhere: the program ends.
    Closed,
}

/// What the threads that read share.
pub(crate) struct Work {
    shared: Mutex<Shared>,
    pub(super) stop: AtomicBool,
    pub(super) until: Until,
    /// Who asks Microsoft's services, and what else the register says of sources.
    pub(super) config: Option<Config>,
    /// What was handed on, and what of it is safe.
    ledger: Arc<Ledger>,
    /// Whether the tenant says itself who its accounts are.
    asks_tenant: AtomicBool,
}

/// What polling has come to.
#[derive(Default)]
struct Polling {
    bytes: u64,
    health: Health,
    alarm: Alarm,
    failed: Option<Failure>,
}

/// The first and the longest wait before a service that failed is tried again.
const RETRY: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(300));

/// How often it is looked whether somebody said stop.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// How often it is looked whether somebody declared a drill or an emergency; before a record that
/// touches the door is judged, it is looked as well.
const DECLARED_EVERY: Duration = Duration::from_secs(1);

pub(super) struct Shared {
    pub(super) ingest: Ingest,
    tally: Tally,
    pub(super) sink: Sink,
    /// Logs that the last round of polling could not read.
    unread_logs: usize,
    /// How the sources usually come, where that is kept.
    pulse: Option<Pulse>,
    /// The canary, until it flies.
    flight: Option<Flight>,
    /// When somebody was last called about an account or the decoy.
    pub(super) called_at: Option<Timestamp>,
    /// Services that are asked and were not read yet, nor failed to be.
    awaited: BTreeSet<Arc<str>>,
    /// Until when sources were read, and what was handed on by then: it counts when that is safe.
    reads: Vec<(Arc<str>, Timestamp, u64)>,
    /// What was said of records that cannot be read or are of others.
    heard: Heard,
}

impl Shared {
    /// Notes until when sources were read, as far as what they raised is safe.
    fn settle_reads(&mut self, ledger: &Ledger) {
        let Some(pulse) = &mut self.pulse else { return };
        self.reads.retain(|(source, at, mark)| {
            let is_safe = ledger.is_safe(*mark);
            if is_safe {
                pulse.read(source, *at);
            }
            !is_safe
        });
    }

    /// What the last message of a source brought counts for its rhythm.
    pub(super) fn came(&mut self, source: &Arc<str>, now: impl FnOnce() -> Timestamp) {
        if let Some(pulse) = &mut self.pulse {
            pulse.seen(source, self.ingest.came(), now());
        }
    }
}

impl Work {
    pub(crate) fn new(
        ingest: Ingest,
        until: Until,
        sink: Sink,
        config: Option<Config>,
    ) -> Arc<Self> {
        let shared = Mutex::new(Shared {
            ingest,
            tally: Tally::default(),
            sink,
            unread_logs: 0,
            pulse: None,
            flight: None,
            called_at: None,
            awaited: BTreeSet::new(),
            reads: Vec::new(),
            heard: Heard::default(),
        });
        let ledger = Arc::new(Ledger::default());
        let [stop, asks_tenant] = [const { AtomicBool::new(false) }; 2];
        Arc::new(Self { shared, stop, until, config, ledger, asks_tenant })
    }

    /// The tenant is asked who its accounts are, before anything is read and again and again.
    pub(crate) fn ask_tenant(&self) {
        self.asks_tenant.store(true, Ordering::Relaxed);
    }

    /// Watches that the sources come as they usually do.
    pub(crate) fn keep_pulse(&self, mut pulse: Pulse, sources: &[Source]) {
        let now = clock::exactly_now();
        sources.iter().for_each(|source| pulse.watch(&source.name(), now));
        self.shared().pulse = Some(pulse);
    }

    /// Lets the canary fly beside the sources.
    pub(crate) fn keep_canary(&self, flight: Flight) {
        self.shared().flight = Some(flight);
    }

    /// When somebody was called about an account or the decoy before the program began.
    pub(crate) fn was_called(&self, at: Option<Timestamp>) {
        self.shared().called_at = at;
    }

    /// Where it is noted what is safe.
    pub(crate) fn ledger(&self) -> Arc<Ledger> {
        self.ledger.clone()
    }

    pub(super) fn shared(&self) -> MutexGuard<'_, Shared> {
        // A panic elsewhere costs its record, and not the watch.
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes no more detections, whatever a pipe that cannot be asked to end may still bring.
    pub(crate) fn close(&self) {
        self.shared().sink = Sink::Closed;
    }

    /// Reads every source, until all have ended or somebody ends it, and says what came.
    pub(crate) fn run(self: &Arc<Self>, sources: &[Source]) -> Result<Exit, Failure> {
        let begun = Instant::now();
        self.look_declared()?;
        if sources.len() > 1 {
            self.shared().ingest.join();
        }
        let (bytes, failures) = self.read_all(sources)?;
        let mut shared = self.shared();
        shared.settle_reads(&self.ledger);
        shared.pulse.iter().for_each(save);
        let counts = shared.ingest.counts();
        if counts.records > 0 || failures.is_empty() {
            say_counts(counts, bytes, &shared.tally, begun);
        }
        if let Some(failure) = failures.into_iter().reduce(Failure::and) {
            return Err(failure);
        }
        Ok(exit(counts, &shared.tally, shared.unread_logs))
    }

    /// Reads every source on a thread of its own.
    fn read_all(self: &Arc<Self>, sources: &[Source]) -> Result<(u64, Vec<Failure>), Failure> {
        let runtime = runtime()?;
        let ended = runtime.block_on(async {
            if self.asks_tenant.load(Ordering::Relaxed) {
                let (work, (first, is_read)) = (self.clone(), oneshot::channel());
                tokio::task::spawn_blocking(move || {
                    Handle::current().block_on(work.keep_tenant(first));
                });
                tokio::select! {
                    // Whether it was read or failed, or takes too long.
                    _ = tokio::time::timeout(FIRST_READ_WAIT, is_read) => {}
                    () = interrupt::pressed() => {
                        self.stop.store(true, Ordering::Relaxed);
                        return (0, Vec::new());
                    }
                }
            }
            self.await_polled(sources);
            let mut readers = tokio::task::JoinSet::new();
            for source in sources {
                let (work, source, all) = (self.clone(), source.clone(), sources.to_vec());
                // What it tells on the way is for one thread.
                readers.spawn_blocking(move || work.read_again(&source, &all));
            }
            let flight = self.shared().flight.take();
            if let Some(flight) = flight.filter(|_| self.until == Until::Stopped) {
                drop(tokio::spawn(self.clone().fly(flight)));
            }
            if self.until == Until::Stopped && sources.iter().any(|one| *one != Source::Pipe) {
                say("watching; Ctrl-C ends it");
            }
            let (mut bytes, mut failures) = (0_u64, Vec::new());
            let mut is_asked = false;
            let mut looks = tokio::time::interval(pulse::LOOK_EVERY);
            let mut declared = tokio::time::interval(DECLARED_EVERY);
            let mut saved = Instant::now();
            loop {
                tokio::select! {
                    _ = declared.tick() => {
                        if let Err(failure) = self.look_declared() {
                            failures.push(failure);
                            self.stop.store(true, Ordering::Relaxed);
                        }
                    }
                    _ = looks.tick() => {
                        if let Err(failure) = self.look(&mut saved) {
                            failures.push(failure);
                            self.stop.store(true, Ordering::Relaxed);
                        }
                    }
                    ended = readers.join_next() => match ended {
                        None => return (bytes, failures),
                        Some(Ok(Ok(read))) => bytes = bytes.saturating_add(read),
                        Some(Ok(Err(failure))) => {
                            // The others go on, perhaps for months: it is said now.
                            if !readers.is_empty() {
                                failure.print();
                                say_warning("this source is read no more; the others are");
                            }
                            failures.push(failure);
                        }
                        Some(Err(error)) => failures.push(Failure::new(error, None)),
                    },
                    // The second Ctrl-C ends the program, whatever a source waits for.
                    () = interrupt::pressed(), if !is_asked => {
                        is_asked = true;
                        self.stop.store(true, Ordering::Relaxed);
                        // A pipe that nobody writes to cannot be asked to end.
                        if sources.contains(&Source::Pipe) {
                            readers.detach_all();
                            return (bytes, failures);
                        }
                    }
                }
            }
        });
        runtime.shutdown_background();
        Ok(ended)
    }

    /// Reads one of `all` sources; the daemon tries a service that fails again, for as long as it
    /// lives.
    fn read_again(self: &Arc<Self>, source: &Source, all: &[Source]) -> Result<u64, Failure> {
        let is_daemon = self.until == Until::Stopped && matches!(self.shared().sink, Sink::Send(_));
        let mut wait = RETRY.0;
        let mut since = None;
        loop {
            let begun = Instant::now();
            let ended = match source {
                Source::Graph | Source::Activity => {
                    Handle::current().block_on(self.poll(source, all))
                }
                Source::EventHubs | Source::Kafka(_) => Handle::current()
                    .block_on(self.topics(source))
                    .and_then(|options| self.read_topics(source, &options)),
                Source::Push(address) => Handle::current().block_on(self.push(*address)),
                Source::File(_) | Source::Pipe => self.read(source),
            };
            let may_pass = is_daemon && source.is_service() && !self.is_stopped();
            let failure = match ended {
                Err(failure) if may_pass && !failure.is_usage() => failure,
                ended => return ended,
            };
            if begun.elapsed() > RETRY.1 {
                // It worked for a while: this is another failure.
                (wait, since) = (RETRY.0, None);
            }
            failure.print();
            say_warning(&format!("`{}` is tried again in {} s", source.name(), wait.as_secs()));
            let since = *since.get_or_insert_with(clock::exactly_now);
            self.tell_failing(source, failure.first(), since)?;
            self.sleep(wait);
            wait = (wait * 2).min(RETRY.1);
        }
    }

    /// Awaits the first round of each service that is asked.
    fn await_polled(&self, sources: &[Source]) {
        let is_polled = |one: &&Source| matches!(one, Source::Graph | Source::Activity);
        self.shared().awaited = sources.iter().filter(is_polled).map(Source::name).collect();
    }

    /// Whether each service that is asked was read since the program began, or failed to be.
    pub(super) fn has_read(&self) -> bool {
        self.shared().awaited.is_empty()
    }

    /// Tells that a source cannot be read.
    pub(super) fn tell_failing(
        &self,
        source: &Source,
        why: &str,
        since: Timestamp,
    ) -> Result<(), Failure> {
        let now = clock::exactly_now();
        let place = Place { source: source.name(), line: None, offset: None };
        let mut shared = self.shared();
        shared.awaited.remove(&place.source);
        let tenant = shared.ingest.tenants().first().and_then(|one| one.names.id);
        let event = failing(&place.source, why, tenant, since, now);
        let detected = shared.ingest.event(event, &place, now);
        self.tell(&mut shared, Taken { detected, unreadable: None })
    }

    /// Says what could not be read, or is of other tenants, where somebody watches.
    fn say_heard(&self, shared: &mut Shared) {
        if self.until == Until::Stopped {
            let news = shared.heard.news(shared.ingest.counts(), Instant::now());
            news.iter().for_each(|one| say_warning(one));
        }
    }

    /// Tells of sources that are silent or late, and writes down how they usually come.
    fn look(&self, saved: &mut Instant) -> Result<(), Failure> {
        let now = clock::exactly_now();
        let mut shared = self.shared();
        self.say_heard(&mut shared);
        shared.settle_reads(&self.ledger);
        // What is waited for on the disk cannot be seen.
        let is_behind = !self.ledger.is_safe(self.ledger.handed_on());
        let Some(pulse) = shared.pulse.as_mut().filter(|_| !is_behind) else { return Ok(()) };
        if saved.elapsed() >= pulse::SAVE_EVERY {
            *saved = Instant::now();
            save(pulse);
        }
        for (source, event) in pulse.look(now) {
            let place = Place { source, line: None, offset: None };
            let detected = shared.ingest.event(event, &place, now);
            self.tell(&mut shared, Taken { detected, unreadable: None })?;
        }
        Ok(())
    }

    /// Says what cannot be read of what is declared; the daemon tells each declaration.
    fn look_declared(&self) -> Result<(), Failure> {
        let now = clock::exactly_now();
        let mut shared = self.shared();
        let state = match shared.ingest.declared_news() {
            None => return Ok(()),
            Some(Ok(state)) => state,
            Some(Err(error)) => {
                say_warning(&format!("what is declared does not count: {error}"));
                error.hint().iter().for_each(|hint| say_hint(hint));
                return Ok(());
            }
        };
        if !matches!(shared.sink, Sink::Send(_)) {
            return Ok(());
        }
        let tenant = shared.ingest.tenants().first().and_then(|one| one.names.id);
        let events: Vec<_> = state.told(now).map(|one| one.event(tenant)).collect();
        for event in events {
            let place = Place { source: "declared".into(), line: None, offset: None };
            let detected = shared.ingest.event(event, &place, now);
            self.tell(&mut shared, Taken { detected, unreadable: None })?;
        }
        Ok(())
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Waits, or until somebody said stop.
    fn sleep(&self, wait: Duration) {
        let end = Instant::now() + wait;
        while !self.is_stopped() && Instant::now() < end {
            std::thread::sleep(LOOK_EVERY);
        }
    }

    /// Polls a service, one of `all` sources, until somebody says stop, or once.
    async fn poll(&self, source: &Source, all: &[Source]) -> Result<u64, Failure> {
        let Some(config) = &self.config else {
            return Err(Failure::usage(
                "Microsoft's services are asked as the register says",
                "give a register: `--register FILE`; `halligan init` writes one",
            ));
        };
        let asked = Asked::nobody();
        let client = live::client(config, &asked, &mut |notice| say(&notice)).await?;
        let wanted =
            || self.shared().ingest.tenants().first().map(graph::wanted).unwrap_or_default();
        let rounds = (self.until == Until::End).then_some(1);
        let read_at = self.read_at(source);
        let schedule = Schedule { rounds, read_at, ..Schedule::default() };
        let mut polling = Polling::default();
        let take = |polled: Polled<'_>| self.take_polled(polled, source, all, &mut polling);
        match source {
            Source::Activity => {
                let asked = client.poll_activity(&schedule, self.stopped(), take).await;
                let refused =
                    |problem: Problem| Failure::new(&problem, problem.hint().map(Into::into));
                asked.map_err(refused)?;
            }
            _ => client.poll(wanted, &schedule, self.stopped(), take).await,
        }
        match polling.failed {
            Some(failure) => Err(failure),
            None => Ok(polling.bytes),
        }
    }

    /// When a log was last read, by an earlier run of the daemon; what it does not have any more is
    /// said.
    fn read_at(&self, source: &Source) -> Option<Timestamp> {
        let read_at = self.shared().pulse.as_ref()?.read_at(&source.name())?;
        let days = i64::try_from(LOOK_BACK_MAX.as_secs() / 86_400).unwrap_or_default();
        if *source == Source::Graph && days_between(read_at, clock::now()) >= days {
            say_warning(&format!(
                "Graph was last read at {read_at}; what its logs do not have any more, after \
                 {days} days, is not known"
            ));
        }
        Some(read_at)
    }

    fn take_polled(
        &self,
        polled: Polled<'_>,
        source: &Source,
        all: &[Source],
        polling: &mut Polling,
    ) {
        let now = clock::exactly_now();
        let place = Place { source: source.name(), line: None, offset: None };
        let mut shared = self.shared();
        let taken = match polled {
            Polled::Page(_, bytes) => {
                polling.bytes = polling.bytes.saturating_add(bytes.len() as u64);
                let taken = shared.ingest.message(bytes, &place, now);
                shared.came(&place.source, || now);
                taken
            }
            Polled::Failed(log, problem) if polling.alarm.failed(log, problem, all) => {
                Taken::default()
            }
            Polled::Failed(log, problem) => {
                say_warning(&format!("{log}: {problem}"));
                if let Some(hint) = problem.hint() {
                    say_hint(hint);
                }
                let tenant = shared.ingest.tenants().first().and_then(|one| one.names.id);
                let event = polling.health.failed(log, problem, tenant, now);
                let found = event.map(|event| shared.ingest.event(event, &place, now));
                Taken { detected: found.unwrap_or_default(), unreadable: None }
            }
            Polled::Round { failed, read_at, .. } => {
                shared.awaited.remove(&place.source);
                shared.unread_logs = failed;
                if let Some(at) = read_at.filter(|_| shared.pulse.is_some()) {
                    shared.reads.push((place.source.clone(), at, self.ledger.handed_on()));
                }
                for log in polling.health.round() {
                    say(&format!("{log} can be read again"));
                }
                Taken::default()
            }
        };
        if let Err(failure) = self.tell(&mut shared, taken) {
            polling.failed = Some(failure);
            self.stop.store(true, Ordering::Relaxed);
        }
    }

    /// Ready when somebody said stop.
    pub(super) async fn stopped(&self) {
        while !self.stop.load(Ordering::Relaxed) {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    fn read(&self, source: &Source) -> Result<u64, Failure> {
        let name = source.name();
        let mut failed = None;
        let mut take = |piece: Piece<'_>| {
            let mut shared = self.shared();
            let taken = shared.ingest.piece(piece, &name, clock::exactly_now);
            shared.came(&name, clock::exactly_now);
            if let Err(failure) = self.tell(&mut shared, taken) {
                // Whoever takes the detections is gone.
                failed = Some(failure);
                self.stop.store(true, Ordering::Relaxed);
            }
        };
        let read = match source {
            Source::File(path) => read_file(path, self.until, &self.stop, &mut take),
            Source::Pipe => read_pipe(io::stdin(), "standard input", &self.stop, &mut take),
            // They have ways of their own.
            _ => Ok(0),
        };
        match (failed, read) {
            (Some(failure), _) => Err(failure),
            (None, read) => Ok(read?),
        }
    }

    /// Tells what a record gave.
    pub(super) fn tell(&self, shared: &mut Shared, taken: Taken) -> Result<(), Failure> {
        if let Some(one) = taken.unreadable {
            let Place { source, line, offset } = &one.place;
            let line = line.map(|line| format!(", line {line}"));
            let at = line.or_else(|| offset.map(|offset| format!(", offset {offset}")));
            say_warning(&format!("`{source}`{}: {}", at.unwrap_or_default(), one.flaw));
        }
        if shared.heard.has_news(shared.ingest.counts()) {
            self.say_heard(shared);
        }
        for detected in taken.detected {
            shared.tally.add(detected.fired.severity);
            if detected.fired.is_call() {
                shared.called_at = shared.called_at.max(Some(detected.seen));
            }
            let tenant = shared.ingest.tenants().get(detected.tenant);
            let Some(names) = tenant.map(|one| &one.names) else { continue };
            match &shared.sink {
                Sink::Print(format) => {
                    print(&detected, names, *format)?;
                    self.ledger.hand_on();
                    self.ledger.keep(1);
                }
                Sink::Send(send) => {
                    // Names change, and what was told is known by the id.
                    let tenant = names.id.map(|id| id.to_string());
                    let tenant = tenant.unwrap_or_else(|| names.code_name.clone());
                    let gone = |_| Failure::new("nobody writes detections down", None);
                    // Before it is sent: it may be safe at once.
                    self.ledger.hand_on();
                    send.send(Told { tenant, detected }).map_err(gone)?;
                }
                Sink::Closed => {}
            }
        }
        Ok(())
    }
}

fn save(pulse: &Pulse) {
    if let Err(error) = pulse.save() {
        say_warning(&format!("how the sources usually come cannot be written down: {error}"));
        error.hint().iter().for_each(|hint| say_hint(hint));
    }
}

/// Prints one detection on standard output.
pub(crate) fn print(
    detected: &Detected,
    names: &TenantNames,
    format: Format,
) -> Result<(), Failure> {
    terminal::print(&render(detected, names, format, terminal::width()), None)
}

fn say_counts(counts: &Counts, bytes: u64, tally: &Tally, begun: Instant) {
    let seconds = begun.elapsed().as_secs_f64();
    let number = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let records = counted(number(counts.records), "record", "records");
    let megabytes = bytes as f64 / 1e6;
    say(&format!("{records}, {megabytes:.1} MB in {seconds:.1} s: {tally}"));
    if counts.unreadable > 0 {
        let unreadable = counted(number(counts.unreadable), "record", "records");
        say_warning(&format!("{unreadable} could not be read: what they told is not known"));
    }
    if counts.parked > 0 {
        let parked = counted(number(counts.parked), "message is", "messages are");
        say_warning(&format!("{parked} left behind in topics (HG-WATCH-20 says where)"));
    }
    for (tenant, count) in &counts.foreign {
        say_warning(&format!("{count} records are of tenant {tenant}, which nobody declared"));
    }
    if !counts.foreign.is_empty() {
        say_hint("the source may be of another tenant, or `tenant.id` of the register is wrong");
    }
    if counts.records == 0 {
        say_warning("there was no record at all");
    }
}

fn exit(counts: &Counts, tally: &Tally, unread_logs: usize) -> Exit {
    if tally.worst().is_some_and(|worst| worst > Severity::Evidence) {
        return Exit::Finding;
    }
    let is_whole = counts.unreadable == 0
        && counts.foreign.is_empty()
        && counts.records > 0
        && unread_logs == 0;
    if is_whole { Exit::Holds } else { Exit::Undecided }
}

impl From<SourceError> for Failure {
    fn from(error: SourceError) -> Self {
        Self::new(&error, error.hint())
    }
}
