//! From bytes of a log to what they mean: scanned, read, matched, and told once.
//!
//! [`Ingest`] takes records from whatever source brings them; [`mod@file`] is one of them. It keeps
//! what was told and what takes several records, and no record.

pub mod file;
pub mod graph;
pub mod kafka;
pub mod ledger;
mod membership;
mod proof;
pub mod pulse;
pub mod refresh;
pub mod rehearsal;
pub mod source;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;
use std::sync::Arc;

use halligan_core::digest::Digest;
use halligan_core::id::{Guid, TenantId, UserId};
use halligan_core::register::Register;
use halligan_core::tenant::Snapshot;
use halligan_core::time::Timestamp;
use halligan_core::watch::activity::Activities;
use halligan_core::watch::canary::Attempts;
use halligan_core::watch::declaration::State;
use halligan_core::watch::detect::{About, Fired, Mail, Why, detect, of_canary};
use halligan_core::watch::event::{Event, Sign, What};
use halligan_core::watch::joined::Joined;
use halligan_core::watch::scan::Scan;
use halligan_core::watch::told::{Told, key};
use halligan_core::watch::watched::{Subject, Watched};
use halligan_core::watch::window::Failures;
pub use halligan_wire::event::framing::Piece;
use halligan_wire::event::framing::split;
use halligan_wire::event::{Message, message, read_all, read_first};

use crate::canary::Announced;
use crate::declared::{DeclareError, Declared};
use crate::prove::change::Outcome;

pub use membership::CLOCK_SKEW;
pub use proof::{ProvedChange, ProvedEffect, REPLAY_FOR, REPLAY_MAX, Standing};

/// Records that cannot be read and are told one by one; the rest is counted.
pub const UNREADABLE_SHOWN_MAX: u64 = 20;

/// Records of topics that cannot be read and are written down one by one; those behind them are
/// counted.
pub const PARKED_MAX: u64 = 10_000;

/// A tenant that is watched.
#[derive(Clone, Debug)]
pub struct WatchedTenant {
    /// What it and its accounts are called.
    pub names: TenantNames,
    /// What is watched in it.
    pub watched: Watched,
    /// The tenant as it is, to prove again what a change does; `None` without a snapshot.
    pub standing: Option<Box<Standing>>,
}

/// What a tenant and its accounts are called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TenantNames {
    /// What it is called in what goes out.
    pub code_name: String,
    /// Its id; `None` where nobody said, and every record counts as its own.
    pub id: Option<TenantId>,
    /// What the accounts are called.
    pub accounts: BTreeMap<UserId, String>,
}

impl WatchedTenant {
    /// The tenant of a register, with the names and objects of a snapshot.
    pub fn of(register: &Register, snapshot: Option<&Snapshot>) -> Self {
        let id = register.tenant.or_else(|| snapshot.and_then(Snapshot::tenant_id));
        let accounts = register.distinct_accounts().into_iter();
        let names = TenantNames {
            code_name: id.map_or_else(|| "tenant".into(), |id| id.to_string()),
            id,
            accounts: accounts.map(|one| (one.id, one.code_name.clone())).collect(),
        };
        Self {
            names,
            watched: Watched::of(register, snapshot),
            standing: snapshot
                .map(|snapshot| Box::new(Standing::of(register.clone(), snapshot.clone()))),
        }
    }
}

impl TenantNames {
    /// What a watched thing is called; an emergency access account by its code name.
    pub fn called(&self, subject: &Subject) -> String {
        match subject {
            Subject::Account(id) => {
                self.accounts.get(id).cloned().unwrap_or_else(|| format!("account {id}"))
            }
            Subject::Group(id) => format!("group {id}"),
            Subject::GroupOwner(id) => format!("owner {id} of the group"),
            Subject::Role(id) => format!("role {id}"),
            Subject::Policy(id) => format!("policy {id}"),
            Subject::Location(id) => format!("named location {id}"),
            Subject::Strength(id) => format!("authentication strength {id}"),
            Subject::AdministrativeUnit(id) => format!("administrative unit {id}"),
            Subject::Watcher(id) => format!("the watcher, application {id}"),
            Subject::WatcherPrincipal(id) => format!("the watcher, service principal {id}"),
            Subject::Decoy(id) => format!("decoy {id}"),
        }
    }
}

/// Where a record was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The source, as the person named it.
    pub source: Arc<str>,
    /// The line, in a file or pipe.
    pub line: Option<u64>,
    /// The offset, in a partition of a topic.
    pub offset: Option<i64>,
}

/// One detection, with the record that it is about.
#[derive(Clone, Debug)]
pub struct Detected {
    /// The place of the tenant in the list that the [`Ingest`] was made of.
    pub tenant: usize,
    /// What was detected.
    pub fired: Fired,
    /// What the change does to the accounts, where it is one of policies and a snapshot is known.
    pub proof: Option<Arc<ProvedChange>>,
    /// By what copies of the record are known.
    pub record: String,
    /// The record.
    pub event: Arc<Event>,
    /// Where it was found.
    pub place: Place,
    /// When it was seen.
    pub seen: Timestamp,
}

impl Detected {
    /// The text message and the mail, in which nobody is named.
    pub fn texts(&self, tenant: &TenantNames) -> (String, Mail) {
        let touched = match &self.fired.why {
            Why::Touch(touch) => Some(tenant.called(&touch.subject)),
            Why::Activity(_) | Why::Sign => None,
        };
        let about = About {
            tenant: &tenant.code_name,
            severity: self.fired.severity,
            at: self.event.at,
            seen: self.seen,
            touched: touched.as_deref(),
            effect: self.proof.as_ref().map(|proof| proof.sentence.as_str()),
            locks_out: self.proof.as_ref().is_some_and(|proof| proof.locks_out()),
            record: &self.record,
            source: &self.place.source,
        };
        (self.fired.detection.sms(&about), self.fired.detection.mail(&about))
    }
}

/// A record that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Where it is.
    pub place: Place,
    /// What keeps it from being read.
    pub flaw: String,
}

/// What came so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records; of a message that was not read, one.
    pub records: u64,
    /// Those that were read, and not only scanned.
    pub read: u64,
    /// Those that could not be.
    pub unreadable: u64,
    /// Messages of topics with such records that were left behind.
    pub parked: u64,
    /// Records of tenants that nobody declared, by tenant.
    pub foreign: BTreeMap<TenantId, u64>,
}

/// What one record gave.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// What was detected, and not told before.
    pub detected: Vec<Detected>,
    /// That it could not be read; said of the first [`UNREADABLE_SHOWN_MAX`].
    pub unreadable: Option<Unreadable>,
}

/// What one call brought, whatever it means: for the rhythm of its source, and how late it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Came {
    /// Records; of a message that was not read, one.
    pub records: u64,
    /// Those of them that were read, or could not be.
    pub read: Vec<Sight>,
}

/// A record that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    /// By what its copies are known for as long as this program runs.
    pub id: u64,
    /// When it happened; `None` where it does not say, or cannot be read.
    pub at: Option<Timestamp>,
    /// The tenant, where it is one that is watched.
    pub tenant: Option<TenantId>,
}

/// What is kept of a tenant's records.
#[derive(Debug, Default)]
struct Memory {
    failures: Failures,
    told: Told,
    joined: Joined,
}

/// A record of the canary that came in its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matched {
    /// The announced request.
    pub request: Guid,
    /// By what copies of the record are known.
    pub record: String,
}

/// What is declared while records come.
#[derive(Debug)]
struct Declarations {
    stream: Declared,
    /// What was read last, until somebody asks.
    news: Option<Result<State, DeclareError>>,
}

/// Takes records, and says what they mean.
#[derive(Debug)]
pub struct Ingest {
    tenants: Vec<WatchedTenant>,
    /// Of each tenant, in their order.
    memories: Vec<Memory>,
    scan: Scan,
    activities: Activities,
    counts: Counts,
    came: Came,
    /// What is declared while records come.
    declared: Option<Declarations>,
    /// The canary's journal, which another program may write.
    announced: Option<Announced>,
    /// Since when logs are read.
    begun: Option<Timestamp>,
    /// Records of the canary, until somebody takes them.
    matched: Vec<Matched>,
    /// Whether records of two logs may tell of one event.
    joins: bool,
    /// Whether a tenant is to be read again: see [`Self::take_outdated`].
    is_outdated: bool,
    /// The last record that could not be read: its pieces are one.
    last_unreadable: Option<Place>,
    /// Whether it was told that it names something.
    is_last_told: bool,
    /// The last message that was left behind: its records are one.
    last_parked: Option<Place>,
}

impl Ingest {
    /// An ingest for these tenants.
    pub fn new(tenants: Vec<WatchedTenant>) -> Self {
        Self {
            memories: tenants.iter().map(|_| Memory::default()).collect(),
            scan: scan(&tenants),
            tenants,
            activities: Activities::default(),
            counts: Counts::default(),
            came: Came::default(),
            declared: None,
            announced: None,
            begun: None,
            matched: Vec::new(),
            joins: false,
            is_outdated: false,
            last_unreadable: None,
            is_last_told: false,
            last_parked: None,
        }
    }

    /// Tells once what records of two logs tell: for those who read several sources.
    pub fn join(&mut self) {
        self.joins = true;
    }

    /// The tenants.
    pub fn tenants(&self) -> &[WatchedTenant] {
        &self.tenants
    }

    /// What came so far.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// What the last call of [`Self::message`], [`Self::piece`] or [`Self::unreadable`] brought.
    pub fn came(&self) -> &Came {
        &self.came
    }

    /// What was told before of a tenant, by its place, to remember more of it.
    pub fn told_mut(&mut self, tenant: usize) -> Option<&mut Told> {
        self.memories.get_mut(tenant).map(|memory| &mut memory.told)
    }

    /// Takes drills and emergencies that are declared beside the register at that path, from now
    /// on and as they come.
    pub fn read_declared(&mut self, register: &Path) {
        self.declared = Some(Declarations { stream: Declared::beside(register), news: None });
        self.look_declared();
    }

    /// Says since when logs are read: the record of an attempt that was announced before has its
    /// whole time from there on.
    pub fn begin(&mut self, at: Timestamp) {
        self.begun = Some(at);
        self.tenants.iter_mut().for_each(|one| one.watched.attempts_mut().begin(at));
    }

    /// Takes the canary's attempts from the journal beside the register at that path, from now on
    /// and as they are announced.
    pub fn read_announced(&mut self, register: &Path) {
        self.announced = Some(Announced::beside(register));
        self.look_announced();
    }

    fn look_announced(&mut self) {
        if let Some(attempts) = self.announced.as_mut().and_then(Announced::changed) {
            self.expect(&attempts);
        }
    }

    /// The canary's attempts, of each tenant. What was seen of them stays seen: it may not be
    /// written down yet.
    pub fn expect(&mut self, attempts: &Attempts) {
        for tenant in &mut self.tenants {
            let mut expected = attempts.clone();
            self.begun.iter().for_each(|at| expected.begin(*at));
            for one in tenant.watched.attempts().all() {
                if let Some(seen) = &one.seen {
                    expected.see(one.request, seen);
                }
            }
            *tenant.watched.attempts_mut() = expected;
        }
    }

    /// The records of the canary that came since this was asked last.
    pub fn take_matched(&mut self) -> Vec<Matched> {
        std::mem::take(&mut self.matched)
    }

    /// What is declared, where that changed since this was asked last.
    pub fn declared_news(&mut self) -> Option<Result<State, DeclareError>> {
        self.look_declared();
        self.declared.as_mut()?.news.take()
    }

    fn look_declared(&mut self) {
        let Some(declared) = &mut self.declared else { return };
        let Some(read) = declared.stream.changed() else { return };
        // What cannot be read declares nothing: a use is then the worst alarm.
        let uses = read.as_ref().map(State::uses).unwrap_or_default();
        for tenant in &mut self.tenants {
            tenant.watched.declare_all(uses.clone());
        }
        declared.news = Some(read);
    }

    /// Takes a piece of a stream; `now` is asked where it says something.
    pub fn piece(
        &mut self,
        piece: Piece<'_>,
        source: &Arc<str>,
        now: impl FnOnce() -> Timestamp,
    ) -> Taken {
        let place = || Place { source: source.clone(), line: Some(piece.line), offset: None };
        match piece.flaw {
            // Most records end here, and each costs what this line does.
            None if self.is_silent(piece.bytes) => Taken::default(),
            None => self.opened(piece.bytes, &place(), now()),
            Some(flaw) => self.unreadable(piece.bytes, &place(), &flaw.to_string(), now()),
        }
    }

    /// Takes a message: one record, or an object or list of them.
    pub fn message(&mut self, bytes: &[u8], place: &Place, now: Timestamp) -> Taken {
        match self.is_silent(bytes) {
            true => Taken::default(),
            false => self.opened(bytes, place, now),
        }
    }

    /// Counts a message, and says whether it need not be read.
    fn is_silent(&mut self, bytes: &[u8]) -> bool {
        self.came.begin(1);
        self.counts.records += 1;
        self.scan.reason(bytes).is_none()
    }

    /// Takes a message that has to be read, and is counted.
    fn opened(&mut self, bytes: &[u8], place: &Place, now: Timestamp) -> Taken {
        let all = match message(bytes) {
            Ok(Message::One(events)) => return self.took(events, place, now),
            Ok(Message::Many(all)) => all,
            Err(error) => return self.apart(bytes, place, &error.to_string(), now),
        };
        self.came.begin(all.len() as u64);
        self.counts.records = (self.counts.records - 1).saturating_add(all.len() as u64);
        let is_list = all.len() != 1;
        let mut taken = Taken::default();
        for record in all {
            if is_list && self.scan.reason(&record).is_none() {
                continue;
            }
            let mut one = match read_all(&record) {
                Ok(events) => self.took(events, place, now),
                Err(error) => self.broken(&record, place, &error.to_string(), now),
            };
            taken.detected.append(&mut one.detected);
            taken.unreadable = taken.unreadable.or(one.unreadable);
        }
        taken
    }

    /// Takes what is no message: perhaps several records without a line between them.
    fn apart(&mut self, bytes: &[u8], place: &Place, flaw: &str, now: Timestamp) -> Taken {
        let mut pieces = Vec::new();
        split(bytes, &mut |piece| pieces.push((piece.bytes.to_vec(), piece.flaw)));
        if pieces.iter().filter(|(_, flaw)| flaw.is_none()).count() < 2 {
            return self.broken(bytes, place, flaw, now);
        }
        self.counts.records -= 1;
        let (mut all, mut came) = (Taken::default(), Came::default());
        for (bytes, flaw) in pieces {
            let mut taken = match flaw {
                None => self.message(&bytes, place, now),
                Some(flaw) => self.unreadable(&bytes, place, &flaw.to_string(), now),
            };
            all.detected.append(&mut taken.detected);
            all.unreadable = all.unreadable.or(taken.unreadable);
            came.records += self.came.records;
            came.read.append(&mut self.came.read);
        }
        self.came = came;
        all
    }

    /// Takes the events that a record was read as: mostly one.
    fn took(&mut self, events: Vec<Event>, place: &Place, now: Timestamp) -> Taken {
        self.counts.read += 1;
        let mut taken = Taken::default();
        for (number, event) in events.into_iter().enumerate() {
            if number == 0 {
                let tenant = self.watched_tenant(event.tenant);
                self.came.read.push(Sight::of(&event, tenant));
            }
            taken.detected.append(&mut self.event(event, place, now));
        }
        taken
    }

    /// The watched tenant that a record is of: the one that it names, or the only one.
    fn watched_tenant(&self, named: Option<TenantId>) -> Option<TenantId> {
        match (&self.tenants[..], named) {
            ([only], None) => only.names.id,
            (all, named) => named.filter(|id| all.iter().any(|one| one.names.id == Some(*id))),
        }
    }

    /// Takes an event: matches it in the tenant that it is of; what Halligan says of a source, in
    /// every tenant whose records may come from there.
    pub fn event(&mut self, event: Event, place: &Place, now: Timestamp) -> Vec<Detected> {
        self.look_declared();
        self.look_announced();
        let mut found = Vec::new();
        let is_of = |tenant: &WatchedTenant| match (tenant.names.id, event.tenant) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => true,
        };
        let mut of: Vec<usize> = self
            .tenants
            .iter()
            .enumerate()
            .filter(|(_, one)| is_of(one))
            .map(|one| one.0)
            .collect();
        let mut is_one = of.len() == 1 || matches!(event.what, What::Sign(_));
        if let (true, Some(tenant)) = (of.is_empty(), event.tenant) {
            *self.counts.foreign.entry(tenant).or_default() += 1;
            // The register may name a wrong tenant: an id is of one account in the world.
            of = (0..self.tenants.len()).collect();
            is_one = false;
        }
        let event = Arc::new(event);
        for tenant in of {
            self.match_in(tenant, is_one, &event, place, now, &mut found);
        }
        found
    }

    fn match_in(
        &mut self,
        tenant: usize,
        is_one: bool,
        event: &Arc<Event>,
        place: &Place,
        now: Timestamp,
        found: &mut Vec<Detected>,
    ) {
        let (Some(of), Some(Memory { failures, told, joined })) =
            (self.tenants.get_mut(tenant), self.memories.get_mut(tenant))
        else {
            return;
        };
        if let Some(request) = of_canary(event, &of.watched, now) {
            let record = key(event);
            of.watched.attempts_mut().see(request, &record);
            self.matched.push(Matched { request, record });
        }
        let mut fired = detect(event, &of.watched, &self.activities);
        if !is_one {
            // Of a record that does not say its tenant, only what names something is told.
            fired.retain(|one| matches!(one.why, Why::Touch(_)));
        }
        let record = match fired.is_empty() || !self.joins {
            true => key(event),
            false => joined.known_as(event, key(event)),
        };
        // Before what was told already is left out: a copy may say more, and what it says counts
        // for the next change.
        // A change of another tenant changes nothing here.
        let proof = if is_one { prove(of, event, now) } else { None };
        if let Some(proof) = &proof {
            self.is_outdated |= proof.outcome == Outcome::Undecided;
            fired.iter_mut().for_each(|one| tell(proof, one));
        }
        let fired = told.fresh(&record, fired);
        let burst = if fired.is_empty() { None } else { failures.take(event, &of.watched) };
        let is_renamed = of.watched.learn(event);
        found.extend(fired.into_iter().map(|fired| Detected {
            tenant,
            proof: proof.clone().filter(|_| fired.detection.is_proved()),
            fired,
            record: record.clone(),
            event: event.clone(),
            place: place.clone(),
            seen: now,
        }));
        if is_renamed {
            self.is_outdated = true;
            self.scan = scan(&self.tenants);
        }
        if let Some(burst) = burst {
            self.match_in(tenant, true, &Arc::new(burst), place, now, found);
        }
    }

    /// Takes what cannot be read; where it names something watched, that is told.
    pub fn unreadable(&mut self, bytes: &[u8], place: &Place, flaw: &str, now: Timestamp) -> Taken {
        self.came.begin(1);
        self.broken(bytes, place, flaw, now)
    }

    /// Leaves a record of a topic behind: where it is and why is kept, by the first tenant, for
    /// whose it is cannot be read.
    fn park(
        &mut self,
        place: &Place,
        flaw: &str,
        is_told: bool,
        now: Timestamp,
        found: &mut Vec<Detected>,
    ) {
        if self.last_parked.as_ref() == Some(place) {
            return;
        }
        self.last_parked = Some(place.clone());
        self.counts.parked += 1;
        let flaw = match self.counts.parked {
            _ if is_told => return,
            count if count > PARKED_MAX => return,
            PARKED_MAX => format!("{flaw}; PARKED_MAX ({PARKED_MAX}): those behind it are counted"),
            _ => flaw.into(),
        };
        let offset = place.offset.unwrap_or_default();
        let event = Event {
            id: Some(format!("parked:{}:{offset}", place.source)),
            at: None,
            tenant: None,
            correlation: None,
            what: What::Sign(Sign::Parked { flaw }),
        };
        self.match_in(0, true, &Arc::new(event), place, now, found);
    }

    fn broken(&mut self, bytes: &[u8], place: &Place, flaw: &str, now: Timestamp) -> Taken {
        let flaw = &*without_values(flaw);
        self.came.read.push(Sight { id: hash(bytes), at: None, tenant: None });
        let is_rest = place.line.is_some() && self.last_unreadable.as_ref() == Some(place);
        let mut taken = Taken::default();
        if !is_rest {
            self.counts.unreadable += 1;
            self.is_last_told = false;
            self.last_unreadable = Some(place.clone());
            if self.counts.unreadable <= UNREADABLE_SHOWN_MAX {
                let (place, flaw) = (place.clone(), flaw.into());
                taken.unreadable = Some(Unreadable { place, flaw });
            }
        }
        // Of several pieces the first that names something speaks for all.
        let is_told = is_rest && self.is_last_told;
        let names_something = self.scan.mention(bytes).is_some();
        if place.offset.is_some() {
            self.park(place, flaw, names_something, now, &mut taken.detected);
        }
        if !is_told && names_something {
            self.is_last_told = true;
            let event = Event {
                id: Some(format!("unreadable:{}", Digest::of(bytes))),
                at: None,
                tenant: None,
                correlation: None,
                what: What::Sign(Sign::Unreadable { flaw: flaw.into() }),
            };
            let event = Arc::new(event);
            for tenant in 0..self.tenants.len() {
                self.match_in(tenant, true, &event, place, now, &mut taken.detected);
            }
        }
        // Of one with too many copies what the first say counts beside.
        for event in read_first(bytes) {
            taken.detected.append(&mut self.event(event, place, now));
        }
        taken
    }
}

/// What is wrong with a record, without what stands in it: that may be somebody's name.
fn without_values(flaw: &str) -> Cow<'_, str> {
    const QUOTES: [char; 2] = ['"', '`'];
    if !flaw.contains('@') {
        return Cow::Borrowed(flaw);
    }
    let front = flaw.split(QUOTES).next().unwrap_or_default();
    let behind = flaw.rsplit(QUOTES).next().unwrap_or_default();
    Cow::Owned(match behind.contains('@') {
        true => "is no record".into(),
        false => format!("{front}…{behind}"),
    })
}

/// That a source cannot be read since a time; told once for each such time.
pub fn failing(
    source: &str,
    why: &str,
    tenant: Option<TenantId>,
    since: Timestamp,
    now: Timestamp,
) -> Event {
    let what = Sign::Failing { source: source.into(), why: why.into() };
    Event {
        id: Some(format!("failing:{source}:{since}")),
        at: Some(now),
        tenant,
        correlation: None,
        what: What::Sign(what),
    }
}

impl Came {
    fn begin(&mut self, records: u64) {
        self.records = records;
        self.read.clear();
    }
}

impl Sight {
    fn of(event: &Event, tenant: Option<TenantId>) -> Self {
        let id = match &event.id {
            Some(id) => hash(id.as_bytes()),
            None => hash(key(event).as_bytes()),
        };
        Self { id, at: event.at, tenant }
    }
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

/// What a change does to the accounts of its tenant.
fn prove(tenant: &mut WatchedTenant, event: &Event, now: Timestamp) -> Option<Arc<ProvedChange>> {
    let What::Audit(audit) = &event.what else { return None };
    tenant.standing.as_mut()?.take(audit, event.at, now).map(Arc::new)
}

/// Adds to a detection of a change of policies what the change does.
fn tell(proof: &ProvedChange, fired: &mut Fired) {
    if fired.detection.is_proved() {
        fired.what = format!("{}: {}", proof.sentence, fired.what);
        fired.severity = fired.severity.max(proof.severity());
    }
}

fn scan(tenants: &[WatchedTenant]) -> Scan {
    Scan::new(tenants.iter().map(|one| &one.watched))
}
