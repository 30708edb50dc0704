//! Drills and emergencies that are declared: the stream `watch/declared`.
//!
//! While one lasts, a sign-in with an account that it names is evidence (HG-WATCH-15) and not the
//! worst alarm (HG-WATCH-01). Nothing else weighs less: a failed attempt, another credential than
//! the sealed one and every change are told as ever, and so is the declaration itself
//! (HG-WATCH-26). It counts from when it was written down and never before, whatever it says, so
//! that a use that happened is not made good afterwards.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};

use super::event::{Event, Sign, What};
use super::watched::{DeclaredUse, UseKind};
use crate::id::{PersonId, TenantId, UserId};
use crate::stream::text::{as_text, as_texts};
use crate::stream::{Aggregate, StreamName, StreamNameError};
use crate::time::{SignedDuration, Timestamp};

/// How long a drill lasts where nobody says, and at most.
pub const DRILL_HOURS: i64 = 2;
/// The longest drill.
pub const DRILL_HOURS_MAX: i64 = 24;
/// How long an emergency lasts where nobody says.
pub const EMERGENCY_HOURS: i64 = 8;
/// The longest emergency; one that goes on is declared again, and told again.
pub const EMERGENCY_HOURS_MAX: i64 = 72;
/// The shortest use: what is shorter is over before anybody looks.
pub const USE_MINUTES_MIN: i64 = 5;
/// How long one that is over is still told, in days: it turns late records into evidence as well,
/// and records come up to thirty days late.
pub const TOLD_DAYS_MAX: i64 = 30;
/// How far ahead one may begin, in days.
pub const AHEAD_DAYS_MAX: i64 = 31;
/// The longest reason, in bytes.
pub const REASON_BYTES_MAX: usize = 300;
/// The most that may be open or to come.
pub const OPEN_MAX: usize = 20;

/// The stream that declarations are written down in.
pub fn stream() -> Result<StreamName, StreamNameError> {
    "watch/declared".parse()
}

impl UseKind {
    /// The word in the stream and in output.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Drill => "drill",
            Self::Emergency => "emergency",
        }
    }

    /// How many hours it lasts where nobody says.
    pub const fn hours(self) -> i64 {
        match self {
            Self::Drill => DRILL_HOURS,
            Self::Emergency => EMERGENCY_HOURS,
        }
    }

    /// The name of the limit, and how many hours it may last.
    pub const fn hours_max(self) -> (&'static str, i64) {
        match self {
            Self::Drill => ("DRILL_HOURS_MAX", DRILL_HOURS_MAX),
            Self::Emergency => ("EMERGENCY_HOURS_MAX", EMERGENCY_HOURS_MAX),
        }
    }
}

/// What is declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    /// Its number in the stream, from 1.
    pub number: u64,
    /// Whether it is a drill or an emergency.
    #[serde(rename = "use")]
    pub kind: UseKind,
    /// Who declares it.
    pub by: PersonId,
    /// Who else knows of it; a drill needs somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<PersonId>,
    /// Why, in one line.
    pub reason: String,
    /// The accounts, by object id.
    #[serde(with = "as_texts")]
    pub accounts: Vec<UserId>,
    /// From when.
    #[serde(with = "as_text")]
    pub from: Timestamp,
    /// Until when.
    #[serde(with = "as_text")]
    pub until: Timestamp,
}

/// What happened to declarations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Fact {
    /// Somebody declared a use.
    Declared(Declared),
    /// Somebody ended one before its time.
    Ended {
        /// Which.
        number: u64,
        /// Who.
        by: PersonId,
    },
}

/// A declaration as it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// What was declared; its times are those that count.
    pub declared: Declared,
    /// When it was written down.
    pub at: Timestamp,
    /// When it was ended before its time, and by whom.
    pub ended: Option<(Timestamp, PersonId)>,
}

impl Declaration {
    /// Until when it counts.
    pub fn until(&self) -> Timestamp {
        let planned = self.declared.until;
        self.ended.as_ref().map_or(planned, |(at, _)| planned.min(*at))
    }

    /// Whether it counts at a time.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.declared.from <= at && at <= self.until()
    }

    /// Whether it is over at a time.
    pub fn is_over(&self, at: Timestamp) -> bool {
        self.until() < at || self.ended.is_some()
    }

    /// Whether it counts at any time; one that was ended before it began does not.
    fn counts(&self) -> bool {
        self.declared.from <= self.until()
    }

    /// The event that tells of it.
    pub fn event(&self, tenant: Option<TenantId>) -> Event {
        let Declared { number, kind, by, accounts, from, until, .. } = &self.declared;
        Event {
            id: Some(format!("declared:{number}:{}", self.at)),
            at: Some(self.at),
            tenant,
            correlation: None,
            what: What::Sign(Sign::Declared {
                kind: *kind,
                by: by.to_string(),
                accounts: accounts.len(),
                from: *from,
                until: *until,
            }),
        }
    }
}

/// All declarations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// In the order in which they were written down.
    pub all: Vec<Declaration>,
    /// When the last fact was written down, by the latest clock.
    pub last: Option<Timestamp>,
}

impl State {
    /// The uses that they amount to.
    pub fn uses(&self) -> Vec<DeclaredUse> {
        let of = |one: &Declaration| {
            let (kind, from, until) = (one.declared.kind, one.declared.from, one.until());
            let accounts = one.declared.accounts.clone().into_iter();
            accounts.map(move |account| DeclaredUse { kind, account, from, until })
        };
        self.all.iter().filter(|one| one.counts()).flat_map(of).collect()
    }

    /// Those that people are told of: whatever makes a use evidence, until [`TOLD_DAYS_MAX`] after
    /// it is over. A daemon that did not run meanwhile tells of them when it starts.
    pub fn told(&self, now: Timestamp) -> impl Iterator<Item = &Declaration> {
        let is_told =
            move |one: &&Declaration| one.counts() && later(one.until(), TOLD_DAYS_MAX * 24) >= now;
        self.all.iter().filter(is_told)
    }

    /// Those that are neither over nor ended at a time.
    pub fn open(&self, at: Timestamp) -> impl Iterator<Item = &Declaration> {
        self.all.iter().filter(move |one| !one.is_over(at))
    }
}

/// What somebody wants to be written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A declaration, whose number is not looked at.
    Declare(Declared),
    /// An end before its time.
    End {
        /// Which.
        number: u64,
        /// Who.
        by: PersonId,
    },
}

/// Why it is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The reason is empty, of several lines, or longer than [`REASON_BYTES_MAX`].
    Reason,
    /// No account is named.
    NoAccount,
    /// A drill that one person declares alone.
    Alone,
    /// It begins in the past.
    Past,
    /// It ends before it begins.
    Backwards,
    /// It lasts less than [`USE_MINUTES_MIN`].
    TooShort,
    /// It lasts longer than it may.
    TooLong(UseKind),
    /// It begins further ahead than [`AHEAD_DAYS_MAX`].
    TooFarAhead,
    /// There are [`OPEN_MAX`] already.
    TooMany,
    /// There is none of that number.
    Unknown(u64),
    /// It is over already.
    Over(u64),
    /// The clock is behind the last fact.
    ClockBehind(Timestamp),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reason => {
                write!(
                    f,
                    "the reason is one line of 1 to REASON_BYTES_MAX ({REASON_BYTES_MAX}) bytes"
                )
            }
            Self::NoAccount => f.write_str("no account is named"),
            Self::Alone => f.write_str("a drill is declared by two people"),
            Self::Past => f.write_str("it begins in the past: what happened is not made good"),
            Self::Backwards => f.write_str("it ends before it begins"),
            Self::TooShort => {
                write!(f, "it lasts less than USE_MINUTES_MIN ({USE_MINUTES_MIN} minutes)")
            }
            Self::TooLong(kind) => {
                let (name, hours) = kind.hours_max();
                write!(f, "it lasts longer than {name} ({hours} hours)")
            }
            Self::TooFarAhead => {
                write!(f, "it begins later than AHEAD_DAYS_MAX ({AHEAD_DAYS_MAX} days) from now")
            }
            Self::TooMany => {
                write!(f, "there are OPEN_MAX ({OPEN_MAX}) that are not over yet")
            }
            Self::Unknown(number) => write!(f, "there is no declaration {number}"),
            Self::Over(number) => write!(f, "declaration {number} is over already"),
            Self::ClockBehind(last) => {
                write!(f, "the clock is behind the last declaration, of {last}")
            }
        }
    }
}

impl core::error::Error for Refusal {}

impl Refusal {
    /// The next thing to do.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Reason => "say in a few words why, and name nobody: it is kept for good",
            Self::NoAccount => "name one by its code name: `--account alpha`",
            Self::Alone => "name the other one with `--with PERSON`",
            Self::Past => "leave `--from` out; a use that was told is explained to those who ask",
            Self::Backwards => "give `--for 2h`, or a later `--until`",
            Self::TooShort => {
                "give `--for 5m` or more, and end it with `halligan watch declare end`"
            }
            Self::TooLong(_) => "declare it again when it goes on: then people are told again",
            Self::TooFarAhead => "declare it nearer to its day",
            Self::TooMany | Self::Unknown(_) | Self::Over(_) => {
                "see them with `halligan watch declare list`"
            }
            Self::ClockBehind(_) => "set the clock right, and try again",
        }
    }
}

/// The meaning of the stream [`stream()`].
#[derive(Clone, Copy, Debug)]
pub enum Declaring {}

impl Aggregate for Declaring {
    type State = State;
    type Fact = Fact;
    type Command = Command;
    type Refusal = Refusal;

    /// Bounds hold for what is in the stream as well: it may not be Halligan that wrote it.
    fn fold(mut state: State, fact: &Fact, at: Timestamp) -> State {
        let now = state.last.map_or(at, |last| last.max(at));
        state.last = Some(now);
        match fact {
            Fact::Declared(declared) => {
                let mut declared = declared.clone();
                declared.from = declared.from.max(now);
                declared.until =
                    declared.until.min(later(declared.from, declared.kind.hours_max().1));
                state.all.push(Declaration { declared, at: now, ended: None });
            }
            Fact::Ended { number, by } => {
                let of = |one: &&mut Declaration| one.declared.number == *number;
                if let Some(one) = state.all.iter_mut().find(of)
                    && one.ended.is_none()
                {
                    one.ended = Some((now, by.clone()));
                }
            }
        }
        state
    }

    fn decide(state: &State, command: &Command, now: Timestamp) -> Result<Vec<Fact>, Refusal> {
        if let Some(last) = state.last.filter(|last| *last > now) {
            return Err(Refusal::ClockBehind(last));
        }
        match command {
            Command::Declare(declared) => {
                check(declared, now)?;
                if state.open(now).count() >= OPEN_MAX {
                    return Err(Refusal::TooMany);
                }
                let number = state.all.iter().map(|one| one.declared.number).max();
                let number = number.unwrap_or(0).saturating_add(1);
                Ok(Vec::from([Fact::Declared(Declared { number, ..declared.clone() })]))
            }
            Command::End { number, by } => {
                let mut all = state.all.iter();
                let one = all.find(|one| one.declared.number == *number);
                let one = one.ok_or(Refusal::Unknown(*number))?;
                if one.is_over(now) {
                    return Err(Refusal::Over(*number));
                }
                Ok(Vec::from([Fact::Ended { number: *number, by: by.clone() }]))
            }
        }
    }
}

fn check(declared: &Declared, now: Timestamp) -> Result<(), Refusal> {
    let Declared { kind, by, with, reason, accounts, from, until, .. } = declared;
    let is_reason = !reason.trim().is_empty()
        && reason.len() <= REASON_BYTES_MAX
        && !reason.chars().any(char::is_control);
    let has_other = with.as_ref().is_some_and(|with| with != by);
    match () {
        () if !is_reason => Err(Refusal::Reason),
        () if accounts.is_empty() => Err(Refusal::NoAccount),
        () if *kind == UseKind::Drill && !has_other => Err(Refusal::Alone),
        () if *from < now => Err(Refusal::Past),
        () if *from > later(now, AHEAD_DAYS_MAX * 24) => Err(Refusal::TooFarAhead),
        () if until <= from => Err(Refusal::Backwards),
        () if until.duration_since(*from) < SignedDuration::from_mins(USE_MINUTES_MIN) => {
            Err(Refusal::TooShort)
        }
        () if *until > later(*from, kind.hours_max().1) => Err(Refusal::TooLong(*kind)),
        () => Ok(()),
    }
}

/// So many hours later; the end of time where that is behind it.
fn later(at: Timestamp, hours: i64) -> Timestamp {
    at.checked_add(SignedDuration::from_hours(hours)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::{Body, Head, Record, append, fold};

    const ACCOUNT: UserId = UserId::from_u128(0xb1);

    fn at(text: &str) -> Timestamp {
        format!("2026-11-23T{text}:00Z").parse().unwrap()
    }

    fn drill() -> Declared {
        Declared {
            number: 0,
            kind: UseKind::Drill,
            by: "heron".parse().unwrap(),
            with: Some("wren".parse().unwrap()),
            reason: "quarterly drill".into(),
            accounts: Vec::from([ACCOUNT]),
            from: at("12:00"),
            until: at("14:00"),
        }
    }

    fn decide(state: &State, declared: Declared, now: &str) -> Result<Vec<Fact>, Refusal> {
        Declaring::decide(state, &Command::Declare(declared), at(now))
    }

    fn declared(declared: Declared, now: &str) -> State {
        let facts = decide(&State::default(), declared, now).unwrap();
        facts.iter().fold(State::default(), |state, fact| Declaring::fold(state, fact, at(now)))
    }

    #[test]
    fn inside_of_it_and_nowhere_else_a_use_is_declared() {
        let state = declared(drill(), "11:00");
        let covers = |time: &str| state.uses().iter().any(|one| one.covers(ACCOUNT, at(time)));
        for (time, expected) in
            [("11:30", false), ("12:00", true), ("14:00", true), ("14:01", false)]
        {
            assert_eq!(covers(time), expected, "{time}");
        }
        assert!(!state.uses().iter().any(|one| one.covers(UserId::from_u128(1), at("13:00"))));
    }

    #[test]
    fn what_quietens_too_much_is_refused() {
        let with = |change: fn(&mut Declared)| {
            let mut one = drill();
            change(&mut one);
            decide(&State::default(), one, "11:00").unwrap_err()
        };
        assert_eq!(with(|one| one.reason = " ".into()), Refusal::Reason);
        assert_eq!(with(|one| one.reason = "a\nb".into()), Refusal::Reason);
        assert_eq!(with(|one| one.accounts.clear()), Refusal::NoAccount);
        assert_eq!(with(|one| one.with = None), Refusal::Alone);
        assert_eq!(with(|one| one.with = Some(one.by.clone())), Refusal::Alone);
        assert_eq!(with(|one| one.from = at("10:59")), Refusal::Past);
        assert_eq!(with(|one| one.until = one.from), Refusal::Backwards);
        let short = |one: &mut Declared| one.until = one.from + SignedDuration::from_secs(299);
        assert_eq!(with(short), Refusal::TooShort);
        let long = Refusal::TooLong(UseKind::Drill);
        assert_eq!(with(|one| one.until = later(one.from, DRILL_HOURS_MAX + 1)), long);
        let far = |one: &mut Declared| {
            one.from = later(one.from, AHEAD_DAYS_MAX * 24);
            one.until = later(one.from, 1);
        };
        assert_eq!(with(far), Refusal::TooFarAhead);
        let emergency = Declared { kind: UseKind::Emergency, with: None, ..drill() };
        assert!(decide(&State::default(), emergency, "11:00").is_ok(), "nobody waits for a second");
        let state = declared(drill(), "11:00");
        let behind = decide(&state, drill(), "10:00");
        assert_eq!(behind, Err(Refusal::ClockBehind(at("11:00"))));
        let many = State { all: alloc::vec![state.all[0].clone(); OPEN_MAX], ..state };
        assert_eq!(decide(&many, drill(), "11:00"), Err(Refusal::TooMany));
        assert!(
            decide(&many, Declared { until: at("15:00"), from: at("14:30"), ..drill() }, "14:30")
                .is_ok()
        );
    }

    #[test]
    fn an_early_end_counts_from_when_it_was_written_down() {
        let state = declared(drill(), "11:00");
        let end = |number| Command::End { number, by: "wren".parse().unwrap() };
        let facts = Declaring::decide(&state, &end(1), at("12:30")).unwrap();
        let state = Declaring::fold(state, &facts[0], at("12:30"));
        let covers = |time: &str| state.uses().iter().any(|one| one.covers(ACCOUNT, at(time)));
        assert!(covers("12:30") && !covers("12:31"));
        let decide = |command: &Command| Declaring::decide(&state, command, at("12:40"));
        assert_eq!(decide(&end(1)), Err(Refusal::Over(1)));
        assert_eq!(decide(&end(2)), Err(Refusal::Unknown(2)));
    }

    #[test]
    fn one_that_is_over_is_told_for_as_long_as_records_may_come() {
        let state = declared(drill(), "11:00");
        let numbers = |state: &State, now: Timestamp| -> Vec<u64> {
            state.told(now).map(|one| one.declared.number).collect()
        };
        let last = later(at("14:00"), TOLD_DAYS_MAX * 24);
        for now in [at("11:00"), at("13:00"), at("20:00"), last] {
            assert_eq!(numbers(&state, now), [1], "{now}");
        }
        assert_eq!(numbers(&state, last + SignedDuration::from_secs(1)), [0; 0]);
        let end = Fact::Ended { number: 1, by: "wren".parse().unwrap() };
        let during = Declaring::fold(state.clone(), &end, at("12:30"));
        assert_eq!(numbers(&during, at("20:00")), [1]);
        let before = Declaring::fold(state, &end, at("11:30"));
        assert_eq!(numbers(&before, at("11:30")), [0; 0], "it makes nothing evidence");
    }

    #[test]
    fn one_that_was_ended_before_it_began_counts_never() {
        let state = declared(drill(), "11:00");
        let end = Fact::Ended { number: 1, by: "wren".parse().unwrap() };
        assert_eq!(Declaring::fold(state, &end, at("11:30")).uses(), []);
    }

    #[test]
    fn a_fact_that_says_more_than_it_may_counts_for_less() {
        let name = stream().unwrap();
        let wide = Declared { from: Timestamp::UNIX_EPOCH, until: Timestamp::MAX, ..drill() };
        let body = Body::of(&Fact::Declared(wide)).unwrap();
        let head = Head::empty(&name);
        let records: Vec<Record> = append(&name, &head, at("11:00"), Vec::from([body])).unwrap();
        let folded = fold::<Declaring>(&records);
        assert_eq!(folded.unread, []);
        let uses = folded.state.uses();
        assert_eq!(
            (uses[0].from, uses[0].until),
            (at("11:00"), later(at("11:00"), DRILL_HOURS_MAX))
        );
    }

    #[test]
    fn facts_have_the_text_that_later_versions_read() {
        let text = |fact: &Fact| Body::of(fact).unwrap().to_string();
        let facts = decide(&State::default(), drill(), "11:00").unwrap();
        assert_eq!(
            text(&facts[0]),
            "{\"accounts\":[\"00000000-0000-0000-0000-0000000000b1\"],\"by\":\"heron\",\"from\":\
             \"2026-11-23T12:00:00Z\",\"kind\":\"declared\",\"number\":1,\"reason\":\"quarterly \
             drill\",\"until\":\"2026-11-23T14:00:00Z\",\"use\":\"drill\",\"with\":\"wren\"}"
        );
        let ended = Fact::Ended { number: 1, by: "wren".parse().unwrap() };
        assert_eq!(text(&ended), "{\"by\":\"wren\",\"kind\":\"ended\",\"number\":1}");
    }
}
