//! The canary: an attempt to sign in that is announced, fails, and must come back through the logs.
//!
//! A decoy, an account without roles, is tried with one password that is never anybody's. The
//! attempt is announced first, by a request id that the service writes into its record, and the
//! stream `watch/canary` is its journal: announced, answered, seen or missed. An announced attempt
//! counts against the budget from then on, also when the daemon ends before it is sent, and is
//! never sent again. A record is recognised once, by the announced id, in its time; whatever else
//! is tried with the decoy is told.
//!
//! The record's `correlationId` is "the identifier that's sent from the client when sign-in is
//! initiated": <https://learn.microsoft.com/graph/api/resources/signin>.

mod answer;
mod attempts;
#[cfg(test)]
mod tests;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use serde::{Deserialize, Serialize};

use super::name::folded;
use super::watched::{Likeness, Subject, UseKind, Watched};
use crate::id::{Guid, UserId};
use crate::register::Register;
use crate::stream::text::as_text;
use crate::stream::{Aggregate, StreamName, StreamNameError};
use crate::tenant::{AccountState, Gap, GapReason, Snapshot};
use crate::time::{SignedDuration, Timestamp};

pub use answer::Answer;
pub(super) use answer::is_right_password;
pub use attempts::{Attempt, Attempts, Sighting, Verdict};

/// The one password that is tried. It stands here for everybody to read: an account whose password
/// it is, is open, and that is told as the worst.
pub const PASSWORD: &str = "Halligan canary: nobody's password, tried in vain.";

/// Attempts in any [`BUDGET_WINDOW`], however often the daemon starts. Smart lockout locks after 10
/// failed attempts, in US Government clouds after 3, and does not count a repeated password:
/// <https://learn.microsoft.com/entra/identity/authentication/howto-password-smart-lockout>.
pub const BUDGET_ATTEMPTS: usize = 2;
/// See [`BUDGET_ATTEMPTS`].
pub const BUDGET_WINDOW: Duration = Duration::from_secs(3600);

/// How often an attempt is made where nobody says.
pub const EVERY: Duration = Duration::from_secs(6 * 3600);
/// The shortest and the longest time from one attempt to the next.
pub const EVERY_BOUNDS: (Duration, Duration) =
    (Duration::from_secs(1800), Duration::from_secs(7 * 86_400));
/// In which time a record must be back where nobody says.
pub const WITHIN: Duration = Duration::from_secs(3600);
/// The shortest and the longest of these.
pub const WITHIN_BOUNDS: (Duration, Duration) =
    (Duration::from_secs(60), Duration::from_secs(86_400));

/// How far the time of a record may be from when its attempt was announced: the service's clock is
/// another one, and an answer takes a while.
pub const RECORD_SKEW: Duration = Duration::from_secs(300);

/// For how long after a detection of an account, or of the decoy, that calls somebody no attempt is
/// made.
pub const INCIDENT_TIME: Duration = Duration::from_secs(4 * 3600);

/// The last attempts, which are known again; the record of an older one is one that nobody
/// announced.
pub const ATTEMPTS_KEPT: usize = 1_000;

/// The journal's stream.
pub fn stream() -> Result<StreamName, StreamNameError> {
    "watch/canary".parse()
}

/// What happened to attempts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Fact {
    /// One will be sent.
    Announced {
        /// By which its record is known.
        #[serde(with = "as_text")]
        request: Guid,
        /// With which account.
        #[serde(with = "as_text")]
        account: UserId,
        /// When.
        #[serde(with = "as_text")]
        at: Timestamp,
        /// Until when its record must be back.
        #[serde(with = "as_text")]
        until: Timestamp,
    },
    /// The service answered.
    Answered {
        /// Which.
        #[serde(with = "as_text")]
        request: Guid,
        /// What.
        answer: Answer,
    },
    /// Its record came.
    Seen {
        /// Which.
        #[serde(with = "as_text")]
        request: Guid,
        /// The record's own id.
        event: String,
        /// When it came.
        #[serde(with = "as_text")]
        at: Timestamp,
    },
    /// Its record did not come in time.
    Missed {
        /// Which.
        #[serde(with = "as_text")]
        request: Guid,
    },
}

/// Whose account the attempts are made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// One without roles.
    Decoy,
    /// One of which nobody knows whether it holds a role.
    Unknown,
    /// One that holds a role.
    Privileged,
    /// An emergency access account.
    Emergency,
    /// The same, inside of a drill that covers it.
    EmergencyInDrill,
}

impl Target {
    /// What an account is at a time, by the id and by the name that it is tried with.
    pub fn of(knock: &Knock<'_>, now: Timestamp) -> Self {
        let Knock { account, name, register, watched, snapshot } = *knock;
        let is_declared = register.distinct_accounts().iter().any(|one| one.id == account);
        let by_name = watched.of_name(name).into_iter().filter_map(|(subject, likeness)| {
            match (subject, likeness) {
                (Subject::Account(id), Likeness::Same) => Some(*id),
                _ => None,
            }
        });
        let doors: Vec<UserId> = by_name.chain(is_declared.then_some(account)).collect();
        let is_in_drill =
            |id: &UserId| watched.declared(*id, now).is_some_and(|one| one.kind == UseKind::Drill);
        match snapshot {
            _ if !doors.is_empty() => match doors.iter().all(is_in_drill) {
                true => Self::EmergencyInDrill,
                false => Self::Emergency,
            },
            Some(snapshot) if has_role(account, name, snapshot) => Self::Privileged,
            Some(snapshot) if knows_roles(snapshot) => Self::Decoy,
            _ => Self::Unknown,
        }
    }
}

/// Whose door is tried, and what is known of it.
#[derive(Clone, Copy, Debug)]
pub struct Knock<'a> {
    /// The account's id.
    pub account: UserId,
    /// The name that it is tried by.
    pub name: &'a str,
    /// Which accounts are emergency access accounts.
    pub register: &'a Register,
    /// What they are called, and what is declared of them.
    pub watched: &'a Watched,
    /// Who holds roles; `None` where nobody read it.
    pub snapshot: Option<&'a Snapshot>,
}

/// Whether a snapshot shows a role of an account, or of whoever has its name.
fn has_role(account: UserId, name: &str, snapshot: &Snapshot) -> bool {
    let active = snapshot.role_assignments.value().into_iter().flatten();
    let terms = [&snapshot.role_schedules, &snapshot.role_eligibilities];
    let terms = terms.into_iter().flat_map(|part| part.value().into_iter().flatten());
    let mut held = active.map(|one| one.principal).chain(terms.map(|one| one.principal));
    let mut names = snapshot.holders.values().filter_map(|one| match one.state.value() {
        Ok(AccountState::Present(user)) => Some(&user.user_principal_name),
        _ => None,
    });
    snapshot.holders.contains_key(&account)
        || held.any(|one| one.0 == account.0)
        || names.any(|one| folded(one) == folded(name))
}

/// Whether a snapshot says of everybody which roles they hold. A tenant without the licence for
/// roles with a term has none of these.
fn knows_roles(snapshot: &Snapshot) -> bool {
    let is_none = |gap: &Gap| matches!(gap.reason, GapReason::MissingLicence { .. });
    let terms = [&snapshot.role_schedules, &snapshot.role_eligibilities];
    snapshot.role_assignments.value().is_ok()
        && terms.into_iter().all(|part| part.value().err().is_none_or(is_none))
}

/// An attempt that would be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// A fresh, random id.
    pub request: Guid,
    /// With which account.
    pub account: UserId,
    /// What that account is.
    pub target: Target,
    /// Whether an incident is open.
    pub is_incident: bool,
    /// The time from one attempt to the next.
    pub every: Duration,
    /// In which time the record must be back.
    pub within: Duration,
}

/// What is to be written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// An attempt, if one may be made.
    Announce(Wish),
    /// What was answered.
    Answer {
        /// Which.
        request: Guid,
        /// What.
        answer: Answer,
    },
    /// A record came.
    See {
        /// Which.
        request: Guid,
        /// The record's own id.
        event: String,
    },
    /// Records that are not back in time.
    Miss {
        /// Since when logs are read, where somebody knows.
        begun: Option<Timestamp>,
    },
}

/// Why no attempt is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// The next one is not due yet.
    NotDue(Timestamp),
    /// The record of the last one is waited for.
    Open(Timestamp),
    /// [`BUDGET_ATTEMPTS`] were made in the last [`BUDGET_WINDOW`].
    Budget,
    /// The clock is behind the last attempt, or before the times that can be reckoned with.
    ClockBehind,
    /// An incident is open.
    Incident,
    /// The account holds a role.
    Privileged,
    /// Nobody read whether it does.
    RolesUnknown,
    /// It is an emergency access account, and no drill covers it.
    Emergency,
    /// The request id was announced before.
    Repeated,
}

impl Held {
    /// Whether it passes by itself and is nothing to talk about.
    pub const fn is_usual(self) -> bool {
        matches!(self, Self::NotDue(_) | Self::Open(_) | Self::Budget)
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotDue(at) => write!(f, "the next attempt is due at {at}"),
            Self::Open(until) => write!(f, "the last record is waited for until {until}"),
            Self::Budget => {
                write!(f, "BUDGET_ATTEMPTS ({BUDGET_ATTEMPTS}) were made within BUDGET_WINDOW")
            }
            Self::ClockBehind => f.write_str("the clock is behind the last attempt"),
            Self::Incident => {
                f.write_str("somebody was called about an account or the decoy lately")
            }
            Self::Privileged => f.write_str("the account holds a role"),
            Self::RolesUnknown => f.write_str(
                "whether the account holds a role is not known: no snapshot is given that has the \
                 roles, and they were not read from the tenant",
            ),
            Self::Emergency => {
                f.write_str("it is an emergency access account, and no drill covers it")
            }
            Self::Repeated => f.write_str("the request id was announced before"),
        }
    }
}

impl core::error::Error for Held {}

/// Why an attempt may not be made now; `None` where it may.
pub fn held(attempts: &Attempts, wish: &Wish, now: Timestamp) -> Option<Held> {
    let Some(window) = earlier(now, BUDGET_WINDOW) else { return Some(Held::ClockBehind) };
    let all = attempts.all();
    let last = all.iter().map(|one| one.at).max();
    // Those of a clock that had run ahead count as well: setting it back grants no more.
    let spent = all.iter().filter(|one| one.at > window).count();
    let open = all.iter().rev().find(|one| one.is_open(now));
    let due = last.map(|last| later(last, wish.every));
    match () {
        () if wish.target == Target::Privileged => Some(Held::Privileged),
        () if wish.target == Target::Unknown => Some(Held::RolesUnknown),
        () if wish.target == Target::Emergency => Some(Held::Emergency),
        () if wish.is_incident => Some(Held::Incident),
        () if last.is_some_and(|last| last > now) => Some(Held::ClockBehind),
        () if spent >= BUDGET_ATTEMPTS => Some(Held::Budget),
        () if attempts.of(wish.request).is_some() => Some(Held::Repeated),
        () => {
            let waits = open.map(|one| Held::Open(one.until));
            waits.or_else(|| due.filter(|due| *due > now).map(Held::NotDue))
        }
    }
}

/// The meaning of the stream [`stream()`].
#[derive(Clone, Copy, Debug)]
pub enum Journal {}

impl Aggregate for Journal {
    type State = Attempts;
    type Fact = Fact;
    type Command = Command;
    type Refusal = Held;

    fn fold(mut state: Attempts, fact: &Fact, at: Timestamp) -> Attempts {
        match fact {
            Fact::Announced { request, account, at: announced, until } => {
                // The time that it was written down at may be of another clock: the later counts.
                let at = at.max(*announced);
                state.announce(Attempt::new(*request, *account, at, *until));
            }
            Fact::Answered { request, answer } => state.answer(*request, *answer),
            Fact::Seen { request, event, .. } => state.see(*request, event),
            Fact::Missed { request } => state.miss(*request),
        }
        state
    }

    fn decide(state: &Attempts, command: &Command, now: Timestamp) -> Result<Vec<Fact>, Held> {
        let fact = match command {
            Command::Announce(wish) => {
                if let Some(held) = held(state, wish, now) {
                    return Err(held);
                }
                let (request, account) = (wish.request, wish.account);
                Some(Fact::Announced { request, account, at: now, until: later(now, wish.within) })
            }
            Command::Answer { request, answer } => {
                let open = state.of(*request).filter(|one| one.answer.is_none());
                open.map(|_| Fact::Answered { request: *request, answer: *answer })
            }
            Command::See { request, event } => {
                let open = state.of(*request).filter(|one| one.seen.is_none() && !one.is_missed);
                open.map(|_| Fact::Seen { request: *request, event: event.clone(), at: now })
            }
            Command::Miss { begun } => {
                let missed = state.all().iter().filter(|one| one.is_overdue(now, *begun));
                return Ok(missed.map(|one| Fact::Missed { request: one.request }).collect());
            }
        };
        Ok(fact.into_iter().collect())
    }
}

/// So much later; the end of time where that is behind it.
fn later(at: Timestamp, by: Duration) -> Timestamp {
    let by = SignedDuration::try_from(by).ok();
    by.and_then(|by| at.checked_add(by).ok()).unwrap_or(Timestamp::MAX)
}

fn earlier(at: Timestamp, by: Duration) -> Option<Timestamp> {
    let by = SignedDuration::try_from(by).ok()?;
    at.checked_sub(by).ok()
}
