//! Polling of the logs: what is new since the last round, with an overlap, for as long as nobody
//! says stop.
//!
//! Records come late: the last published figure is 95 of 100 within two minutes
//! (<https://learn.microsoft.com/entra/identity/monitoring-health/reference-reports-latencies>,
//! 2017). Every round asks for a quarter of an hour, and once an hour for a day; whoever takes the
//! records knows those that it had. Sign-ins are asked for by account, by its id and by each of its
//! names, because a failed attempt can carry no id: nothing of anybody else is transferred.

use std::fmt;
use std::time::Duration;

use halligan_core::id::UserId;
use halligan_core::time::{SignedDuration, Timestamp};
use halligan_wire::{Entity, Members, ReadError};
use serde_json::{Map, Value};
use tokio::time::sleep;

use crate::activity;
use crate::client::{Body, Client};
use crate::problem::Problem;
use crate::request::Request;

/// Time from the end of one round to the beginning of the next.
pub const POLL_EVERY: Duration = Duration::from_secs(60);
/// How far each round looks back.
pub const OVERLAP: Duration = Duration::from_secs(15 * 60);
/// How far the first round looks back, and one round in each [`SWEEP_EVERY`].
pub const SWEEP_OVERLAP: Duration = Duration::from_secs(24 * 3600);
/// How often a round looks back that far.
pub const SWEEP_EVERY: Duration = Duration::from_secs(3600);
/// How far a round looks back at most, however long ago everything was last read: Entra keeps its
/// logs for 30 days, and for 7 without Entra ID P1
/// (<https://learn.microsoft.com/entra/identity/monitoring-health/reference-reports-data-retention>).
pub const LOOK_BACK_MAX: Duration = Duration::from_secs(30 * 24 * 3600);
/// The longest wait after rounds in which nothing could be read; it doubles up to here.
pub const BACK_OFF_MAX: Duration = Duration::from_secs(600);

/// The times of polling; [`Default`] takes the constants of this module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// See [`POLL_EVERY`].
    pub every: Duration,
    /// See [`OVERLAP`].
    pub overlap: Duration,
    /// See [`SWEEP_OVERLAP`].
    pub sweep_overlap: Duration,
    /// See [`SWEEP_EVERY`].
    pub sweep_every: Duration,
    /// How many rounds; `None` for as many as there are until somebody says stop.
    pub rounds: Option<u64>,
    /// When everything was last read, before this program began: the first round asks from there,
    /// at most [`LOOK_BACK_MAX`] ago.
    pub read_at: Option<Timestamp>,
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            every: POLL_EVERY,
            overlap: OVERLAP,
            sweep_overlap: SWEEP_OVERLAP,
            sweep_every: SWEEP_EVERY,
            rounds: None,
            read_at: None,
        }
    }
}

/// Whose sign-ins are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The accounts.
    pub users: Vec<UserId>,
    /// Names that they sign in with.
    pub names: Vec<String>,
}

/// A log of Graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Log {
    /// `directoryAudits` of v1.0.
    DirectoryAudits,
    /// `signIns` of v1.0: interactive ones.
    SignIns,
    /// `signIns` of beta: those without a prompt as well, with what was shown.
    SignInsBeta,
    /// The directory's part of the unified audit log, which is none of Graph's.
    Unified,
}

impl Log {
    /// The service that has it.
    pub const fn service(self) -> &'static str {
        match self {
            Self::DirectoryAudits | Self::SignIns | Self::SignInsBeta => "Microsoft Graph",
            Self::Unified => "the Office 365 Management Activity API",
        }
    }

    /// Whether it tells of sign-ins and of nothing else.
    pub const fn is_of_sign_ins(self) -> bool {
        matches!(self, Self::SignIns | Self::SignInsBeta)
    }
}

impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DirectoryAudits => "directoryAudits",
            Self::SignIns => "signIns",
            Self::SignInsBeta => "signIns (beta)",
            Self::Unified => activity::CONTENT_TYPE,
        })
    }
}

/// What polling gives.
#[derive(Debug)]
pub enum Polled<'a> {
    /// A page of records, as it came.
    Page(Log, &'a [u8]),
    /// A log could not be read in this round.
    Failed(Log, &'a Problem),
    /// The end of a round.
    Round {
        /// How many requests it took.
        requests: usize,
        /// How many logs could not be read.
        failed: usize,
        /// When it began, where all was read that the tenant's licence lets be read: all that was
        /// in the logs then was given.
        read_at: Option<Timestamp>,
    },
}

impl Client {
    /// Reads the logs round by round until `stop` is ready, or the schedule's rounds are over.
    /// `wanted` is asked before each round: accounts are renamed.
    pub async fn poll(
        &self,
        wanted: impl Fn() -> Wanted,
        schedule: &Schedule,
        stop: impl Future<Output = ()>,
        take: impl FnMut(Polled<'_>),
    ) {
        // The limit of the logs is small and known: it is kept from the beginning.
        self.keep_pace_of_reports();
        let mut logs = Logs { client: self, wanted: &wanted, asked: None };
        self.rounds(&mut logs, schedule, stop, take).await;
    }

    /// Reads `source` round by round.
    pub(crate) async fn rounds(
        &self,
        source: &mut impl Source,
        schedule: &Schedule,
        stop: impl Future<Output = ()>,
        mut take: impl FnMut(Polled<'_>),
    ) {
        let mut stop = std::pin::pin!(stop);
        let mut failed_rounds = 0_u32;
        let mut swept: Option<Timestamp> = None;
        let mut read_at = schedule.read_at;
        let mut round = 0;
        loop {
            let now = self.now();
            let is_due = |last: Timestamp| now.duration_since(last) >= signed(schedule.sweep_every);
            // A name that is new may have been tried before it was known.
            let sweeps = source.is_changed() | swept.is_none_or(is_due);
            let overlap = if sweeps { schedule.sweep_overlap } else { schedule.overlap };
            let since = since(now, overlap, read_at, schedule.overlap);
            self.begin();
            let done = tokio::select! {
                biased;
                () = &mut stop => return,
                done = source.round(Look { since, now, sweeps }, &mut take) => done,
            };
            let is_read = done.failed < done.logs;
            let is_all = done.failed == done.unlicensed;
            if is_all {
                read_at = Some(now);
            }
            if is_read && sweeps {
                swept = Some(now);
            }
            failed_rounds = if is_read { 0 } else { failed_rounds.saturating_add(1) };
            let round_read = is_all.then_some(now);
            let (requests, failed) = (done.requests, done.failed);
            take(Polled::Round { requests, failed, read_at: round_read });
            round += 1;
            if schedule.rounds.is_some_and(|most| round >= most) {
                return;
            }
            // Thousands of tenants that were started together must not ask together.
            let wait = shortened(pause(schedule.every, failed_rounds), self.jitter());
            tokio::select! {
                biased;
                () = &mut stop => return,
                () = sleep(wait) => {}
            }
        }
    }

    /// Follows the pages of a collection, each given as it came.
    async fn pages(
        &self,
        first: Request,
        count: &mut usize,
        mut take: impl FnMut(&[u8]),
    ) -> Result<(), Problem> {
        let most = self.page_limit();
        let mut request = first.clone();
        loop {
            *count += 1;
            let Body { bytes, trace, .. } = self.get(&request).await?;
            let page = halligan_wire::read_page::<Anything>(&bytes);
            let page = page.map_err(|why| Problem::malformed(why, trace.clone()))?;
            take(&bytes);
            let Some(next) = page.next else { return Ok(()) };
            if *count as u64 >= most {
                return Err(Problem::Limit { name: "PAGES_MAX", value: most, trace });
            }
            request = first.page(crate::client::next_page(&next, &first.url, &trace)?);
        }
    }
}

/// What is asked for in a round.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    /// From when on.
    pub(crate) since: Timestamp,
    /// When the round began.
    pub(crate) now: Timestamp,
    /// Whether it is one that looks far back.
    pub(crate) sweeps: bool,
}

/// Something that is read round by round.
pub(crate) trait Source {
    /// Whether something else is asked for than in the last round.
    fn is_changed(&mut self) -> bool {
        false
    }

    /// Reads what is new.
    async fn round(&mut self, look: Look, take: &mut impl FnMut(Polled<'_>)) -> Round;
}

/// What a round came to.
#[derive(Debug, Default)]
pub(crate) struct Round {
    /// Logs that were asked for.
    pub(crate) logs: usize,
    pub(crate) requests: usize,
    /// Logs that could not be read.
    pub(crate) failed: usize,
    /// Those of them that the tenant has no licence for.
    pub(crate) unlicensed: usize,
}

/// The logs of Graph.
struct Logs<'a, F> {
    client: &'a Client,
    wanted: &'a F,
    /// What was asked for in the last round.
    asked: Option<Wanted>,
}

impl<F: Fn() -> Wanted> Source for Logs<'_, F> {
    fn is_changed(&mut self) -> bool {
        let wanted = (self.wanted)();
        let before = self.asked.replace(wanted);
        before.is_some_and(|before| Some(before) != self.asked)
    }

    async fn round(&mut self, look: Look, take: &mut impl FnMut(Polled<'_>)) -> Round {
        let mut done = Round::default();
        let wanted = (self.wanted)();
        for log in [Log::DirectoryAudits, Log::SignInsBeta, Log::SignIns] {
            let requests = wanted.requests(self.client, log, look.since);
            done.logs += usize::from(!requests.is_empty());
            let (mut is_failed, mut is_unlicensed) = (false, true);
            for request in requests {
                let mut count = 0;
                let page = |bytes: &[u8]| take(Polled::Page(log, bytes));
                let read = self.client.pages(request, &mut count, page).await;
                done.requests += count;
                // One name that is refused does not hide the others.
                if let Err(problem) = read {
                    is_unlicensed &= problem.is_licence();
                    if !is_failed {
                        take(Polled::Failed(log, &problem));
                    }
                    is_failed = true;
                }
            }
            done.failed += usize::from(is_failed);
            done.unlicensed += usize::from(is_failed && is_unlicensed);
        }
        done
    }
}

/// Any object; its members are read by whoever takes the page.
struct Anything;

impl Entity for Anything {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        drop(members.rest());
        Ok(Self)
    }

    fn write(&self) -> Map<String, Value> {
        Map::new()
    }
}

pub(crate) fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

/// From when on a round asks: as far back as it looks, and after an outage from where everything
/// was last read, less the overlap, but no further than [`LOOK_BACK_MAX`].
fn since(
    now: Timestamp,
    back: Duration,
    read_at: Option<Timestamp>,
    overlap: Duration,
) -> Timestamp {
    let before = |at: Timestamp, by| at.checked_sub(signed(by)).unwrap_or(at);
    let since = before(now, back);
    let earliest = before(now, LOOK_BACK_MAX);
    read_at.map_or(since, |at| since.min(before(at, overlap).max(earliest)))
}

/// The wait after a round; longer where nothing could be read.
fn pause(every: Duration, failed_rounds: u32) -> Duration {
    let doubled = every.saturating_mul(2_u32.saturating_pow(failed_rounds.min(10)));
    if failed_rounds == 0 { every } else { doubled.min(BACK_OFF_MAX.max(every)) }
}

/// A wait, less up to a tenth of it.
fn shortened(wait: Duration, by: u8) -> Duration {
    wait - wait / 10 * u32::from(by) / u32::from(u8::MAX)
}

impl Wanted {
    fn requests(&self, client: &Client, log: Log, since: Timestamp) -> Vec<Request> {
        let since = since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let request = |path: &str, filter: &str| {
            let mut url = client.origin().clone();
            url.set_path(path);
            url.set_query(Some(&format!("$filter={filter}&$top=500")));
            Request::of(url)
        };
        let ids = || self.users.iter().map(|id| format!("userId eq '{id}'"));
        let names = || {
            let name = |name: &String| {
                let name = name.trim().to_lowercase().replace('\'', "''");
                format!("userPrincipalName eq '{}'", encoded(&name))
            };
            self.names.iter().map(name)
        };
        match log {
            Log::DirectoryAudits => {
                let filter = format!("activityDateTime ge {since}");
                vec![request("/v1.0/auditLogs/directoryAudits", &filter)]
            }
            Log::SignIns => ids()
                .map(|who| {
                    let filter = format!("createdDateTime ge {since} and {who}");
                    request("/v1.0/auditLogs/signIns", &filter)
                })
                .collect(),
            Log::SignInsBeta => ids()
                .chain(names())
                .map(|who| {
                    let filter = format!("createdDateTime ge {since} and {who} and {KINDS}");
                    request("/beta/auditLogs/signIns", &filter)
                })
                .collect(),
            Log::Unified => Vec::new(),
        }
    }
}

/// Beta gives interactive sign-ins alone unless it is asked for others.
///
/// Source: <https://learn.microsoft.com/graph/api/signin-list?view=graph-rest-beta>.
const KINDS: &str = "signInEventTypes/any(t: t eq 'interactiveUser' or t eq 'nonInteractiveUser')";

/// What ends a value of a query, percent-encoded; the URL does the rest.
fn encoded(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for letter in name.chars() {
        match letter {
            '%' => text.push_str("%25"),
            '&' => text.push_str("%26"),
            '+' => text.push_str("%2B"),
            '#' => text.push_str("%23"),
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_that_read_nothing_wait_longer_up_to_a_limit() {
        let every = Duration::from_secs(60);
        let waits: Vec<u64> = (0..6).map(|failed| pause(every, failed).as_secs()).collect();
        assert_eq!(waits, [60, 120, 240, 480, 600, 600]);
        assert_eq!(pause(Duration::from_secs(900), 3), Duration::from_secs(900));
    }

    #[test]
    fn a_name_that_is_new_is_a_change_of_what_is_asked_for() {
        let clock = std::sync::Arc::new(|| "2026-11-22T10:00:00Z".parse().expect("a time"));
        let credential = crate::Credential::Secret("hunter2".into());
        let client_id = halligan_core::id::AppId::from_u128(1);
        let sign_in = crate::SignIn::Application { client_id, credential };
        let endpoints = crate::Endpoints::global();
        let options = crate::Options::new(endpoints, "contoso.com", sign_in, clock);
        let client = Client::new(options).expect("a client");
        let names = std::cell::RefCell::new(Vec::new());
        let wanted = || Wanted { users: Vec::new(), names: names.borrow().clone() };
        let mut logs = Logs { client: &client, wanted: &wanted, asked: None };
        assert!(!logs.is_changed(), "the first round looks back in any case");
        assert!(!logs.is_changed());
        names.borrow_mut().push("new@contoso.com".to_owned());
        assert!(logs.is_changed());
        assert!(!logs.is_changed());
    }

    #[test]
    fn after_an_outage_a_round_asks_from_where_everything_was_last_read() {
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        let quarter = Duration::from_secs(900);
        let now = at("2026-03-01T12:00:00Z");
        let asked = |read_at| since(now, quarter, read_at, quarter);
        assert_eq!(asked(None), at("2026-03-01T11:45:00Z"));
        assert_eq!(asked(Some(at("2026-03-01T11:59:00Z"))), at("2026-03-01T11:44:00Z"));
        assert_eq!(asked(Some(at("2026-03-01T03:00:00Z"))), at("2026-03-01T02:45:00Z"));
        assert_eq!(asked(Some(at("2026-01-01T03:00:00Z"))), at("2026-01-30T12:00:00Z"));
        // A clock that was set back asks for no less.
        assert_eq!(asked(Some(at("2026-03-01T13:00:00Z"))), at("2026-03-01T11:45:00Z"));
    }

    #[test]
    fn waits_are_shortened_by_a_tenth_at_most() {
        let wait = Duration::from_secs(60);
        assert_eq!((shortened(wait, 0), shortened(wait, 255)), (wait, Duration::from_secs(54)));
    }

    #[test]
    fn names_do_not_end_the_filter() {
        assert_eq!(encoded("a+b#ext#&c%"), "a%2Bb%23ext%23%26c%25");
    }
}
