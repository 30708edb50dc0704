//! The canary at work: announced, sent, and looked for in the logs.
//!
//! [`Canary`] keeps the journal (`watch/canary`, beside the register) and what is to be told. What
//! may be sent, and when, is `halligan_core::watch::canary`'s alone; an attempt is on the disk
//! before it is sent, so that one that a crash interrupts is counted and not sent again.

#[cfg(test)]
mod tests;

use std::path::Path;

use halligan_core::id::{Guid, TenantId};
use halligan_core::stream::{Folded, StreamNameError, Undecided, UnreadFact, fold};
use halligan_core::time::{Timestamp, days_between};
use halligan_core::watch::canary::{
    Answer, Attempt, Attempts, Command, Held, Journal, PASSWORD, Target, Wish, stream,
};
use halligan_core::watch::event::{Event, Sign, Trouble, What};
use halligan_graph::{Attempted, PasswordAttempt, PasswordEndpoint, SetUpError};
use halligan_store::file::FileStreams;
use halligan_store::{RunError, StoreError, Streams as _};
use thiserror::Error;

use crate::clock::clock;
use crate::config::{Canary as Declared, Config};
use crate::custody::streams;
use crate::files::Mark;
use crate::trust::{self, TrustFileError};

/// Attempts in a row without an answer before that is told; one alone is an outage that passes.
pub const UNANSWERED_TOLD: usize = 3;

/// For how long what the journal says is told again, in days, to whoever may have ended between
/// writing it and telling it: less than [`crate::serve::RECALL_MONTHS`] remember what was told.
pub const OWED_DAYS_MAX: i64 = 50;

/// The source that what the canary tells is of.
pub const SOURCE: &str = "canary";

/// Why there is no canary, or the journal cannot be kept.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CanaryError {
    /// The register names no tenant.
    #[error("the canary needs the tenant's id")]
    NoTenant,
    /// The journal does not do as it should, or was tampered with.
    #[error("the canary's journal: {0}")]
    Store(StoreError),
    /// The journal cannot be named.
    #[error("{0}")]
    Name(StreamNameError),
    /// It holds what this version does not know, or others write it.
    #[error("the canary's journal: {0}")]
    Run(Box<RunError<Held>>),
    /// A later version of Halligan wrote something.
    #[error("the canary's journal is a guess: {0}")]
    Unread(UnreadFact),
    /// The file of authorities to trust cannot be used.
    #[error("{0}")]
    Trust(TrustFileError),
    /// No client could be made.
    #[error("{0}")]
    SetUp(SetUpError),
    /// The system gave no random bytes.
    #[error("the system gives no random bytes")]
    NoRandomness,
}

impl CanaryError {
    /// Why an attempt is refused, where it is that.
    fn held(&self) -> Option<Held> {
        match self {
            Self::Run(error) => match &**error {
                RunError::Undecided(Undecided::Refused(held)) => Some(*held),
                _ => None,
            },
            _ => None,
        }
    }

    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoTenant => Some("add `[tenant]` with `id = \"the tenant's id\"`".into()),
            Self::Store(error) => error.hint(),
            Self::Run(error) => error.hint(),
            Self::Trust(error) => error.hint(),
            Self::Unread(_) => Some("use that version of Halligan, or a later one".into()),
            Self::Name(_) | Self::SetUp(_) | Self::NoRandomness => None,
        }
    }
}

/// What stands in the way of an attempt, or not, beside the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What the account is.
    pub target: Target,
    /// Whether an incident is open.
    pub is_incident: bool,
}

/// The canary's journal, and what of it is to be told.
#[derive(Debug)]
pub struct Canary {
    streams: FileStreams,
    declared: Declared,
    tenant: Option<TenantId>,
    /// Since when logs are read.
    begun: Timestamp,
    attempts: Attempts,
}

impl Canary {
    /// The canary that is declared, with the journal beside the register at that path, of whoever
    /// reads logs since `begun`.
    pub fn beside(
        register: &Path,
        declared: Declared,
        tenant: Option<TenantId>,
        begun: Timestamp,
    ) -> Result<Self, CanaryError> {
        let streams = streams(register);
        let attempts = read_from(&streams)?;
        Ok(Self { streams, declared, tenant, begun, attempts })
    }

    /// The attempts so far.
    pub const fn attempts(&self) -> &Attempts {
        &self.attempts
    }

    /// What is declared.
    pub const fn declared(&self) -> &Declared {
        &self.declared
    }

    /// Announces an attempt, durable when it returns; the reason where none may be made.
    pub fn announce(
        &mut self,
        request: Guid,
        standing: Standing,
        now: Timestamp,
    ) -> Result<Result<Attempt, Held>, CanaryError> {
        let Standing { target, is_incident } = standing;
        let Declared { id, every, within, .. } = self.declared;
        let wish = Wish { request, account: id, target, is_incident, every, within };
        // Asked of what is known before the disk is: it is asked every second.
        if let Some(held) = halligan_core::watch::canary::held(&self.attempts, &wish, now) {
            return Ok(Err(held));
        }
        match self.run(&Command::Announce(wish), now) {
            Ok(_) => Ok(self.attempts.of(request).cloned().ok_or(Held::Repeated)),
            Err(error) => {
                let held = error.held().ok_or(error)?;
                // Another daemon announced one: its journal is ours.
                self.attempts = read_from(&self.streams)?;
                Ok(Err(held))
            }
        }
    }

    /// Notes what was answered; the event, where it is to be told.
    pub fn answered(
        &mut self,
        request: Guid,
        answer: Answer,
        now: Timestamp,
    ) -> Result<Option<Event>, CanaryError> {
        self.run(&Command::Answer { request, answer }, now)?;
        let is_told = answer != Answer::Nothing || self.attempts.unanswered() >= UNANSWERED_TOLD;
        Ok(is_told.then(|| self.answer_event(request, answer, now)))
    }

    /// Notes the record of an attempt; the event that says that the canary is back, where the one
    /// before it was missed.
    pub fn seen(
        &mut self,
        request: Guid,
        record: &str,
        now: Timestamp,
    ) -> Result<Option<Event>, CanaryError> {
        self.run(&Command::See { request, event: record.into() }, now)?;
        let all = self.attempts.all();
        let before = all.iter().rev().skip_while(|one| one.request != request).nth(1);
        let was_missed = before.filter(|one| one.is_missed);
        Ok(was_missed.map(|one| self.back_event(request, one.at, now)))
    }

    /// Notes what is not back in time; an event for each.
    pub fn overdue(&mut self, now: Timestamp) -> Result<Vec<Event>, CanaryError> {
        let begun = Some(self.begun);
        let is_overdue = |one: &&Attempt| one.is_overdue(now, begun);
        let mut overdue: Vec<Attempt> =
            self.attempts.all().iter().filter(is_overdue).cloned().collect();
        if overdue.is_empty() {
            return Ok(Vec::new());
        }
        self.run(&Command::Miss { begun }, now)?;
        // Another daemon may have seen one.
        let is_missed =
            |one: &Attempt| self.attempts.of(one.request).is_some_and(|one| one.is_missed);
        overdue.retain(is_missed);
        Ok(overdue.iter().map(|one| self.missed_event(one, now)).collect())
    }

    /// What the journal of the last [`OWED_DAYS_MAX`] holds to tell: whoever wrote it may have
    /// ended before it was told. What was told is known by the events' ids.
    pub fn owed(&self, now: Timestamp) -> Vec<Event> {
        let is_young = |one: &Attempt| days_between(one.at, now) < OWED_DAYS_MAX;
        let mut owed = Vec::new();
        let mut unanswered = 0;
        for one in self.attempts.all() {
            let is_nothing = one.answer == Some(Answer::Nothing);
            unanswered = if is_nothing { unanswered + 1 } else { 0 };
            let answer = one.answer.filter(|answer| answer.severity().is_some());
            let answer = answer.filter(|_| !is_nothing || unanswered >= UNANSWERED_TOLD);
            if is_young(one) {
                owed.extend(answer.map(|answer| self.answer_event(one.request, answer, one.at)));
                owed.extend(one.is_missed.then(|| self.missed_event(one, one.until)));
            }
        }
        let back = self.attempts.back().filter(|(_, one)| is_young(one));
        owed.extend(back.map(|(before, one)| self.back_event(one.request, before.at, one.at)));
        owed
    }

    fn answer_event(&self, request: Guid, answer: Answer, at: Timestamp) -> Event {
        self.event(format!("canary-answer:{request}"), Sign::CanaryAnswer { answer }, at)
    }

    fn missed_event(&self, one: &Attempt, at: Timestamp) -> Event {
        let missed = Sign::CanaryMissed { minutes: minutes(one.at, one.until) };
        self.event(format!("canary-missed:{}", one.request), missed, at)
    }

    fn back_event(&self, request: Guid, missed: Timestamp, at: Timestamp) -> Event {
        let from = Trouble::Gap { minutes: minutes(missed, at) };
        let back = Sign::Back { source: SOURCE.into(), from };
        self.event(format!("canary-back:{request}"), back, at)
    }

    fn run(&mut self, command: &Command, now: Timestamp) -> Result<(), CanaryError> {
        let name = stream().map_err(CanaryError::Name)?;
        let ran = halligan_store::run::<Journal>(&self.streams, &name, command, now);
        self.attempts = ran.map_err(|error| CanaryError::Run(Box::new(error)))?.state;
        Ok(())
    }

    fn event(&self, id: String, what: Sign, at: Timestamp) -> Event {
        let (id, at) = (Some(id), Some(at));
        Event { id, at, tenant: self.tenant, correlation: None, what: What::Sign(what) }
    }
}

fn read_from(streams: &FileStreams) -> Result<Attempts, CanaryError> {
    let name = stream().map_err(CanaryError::Name)?;
    let history = streams.read(&name).map_err(CanaryError::Store)?;
    let Folded { state, unread } = fold::<Journal>(&history.records);
    unread.into_iter().next().map_or(Ok(state), |one| Err(CanaryError::Unread(one)))
}

/// The attempts of whoever keeps the journal, read again when it changes.
#[derive(Debug)]
pub(crate) struct Announced {
    streams: FileStreams,
    mark: Option<Mark>,
}

impl Announced {
    /// The journal beside the register at that path.
    pub(crate) fn beside(register: &Path) -> Self {
        let streams = streams(register);
        let mark = stream().ok().map(|name| Mark::new(streams.path(&name)));
        Self { streams, mark }
    }

    /// The attempts, where they may be others than the last time. Of a journal that cannot be read
    /// there are none: every attempt with the decoy is then told.
    pub(crate) fn changed(&mut self) -> Option<Attempts> {
        let has_changed = self.mark.as_mut().is_some_and(Mark::has_changed);
        has_changed.then(|| read_from(&self.streams).unwrap_or_default())
    }
}

/// Where attempts are sent.
#[derive(Debug)]
pub struct Sender {
    endpoint: PasswordEndpoint,
    declared: Declared,
}

impl Sender {
    /// The token endpoint of the register's tenant.
    pub fn of(config: &Config, declared: Declared) -> Result<Self, CanaryError> {
        let tenant = config.register.tenant.ok_or(CanaryError::NoTenant)?.to_string();
        let trust = config.trust.as_deref().map(trust::load).transpose();
        let trust = trust.map_err(CanaryError::Trust)?.unwrap_or_default();
        let endpoint = PasswordEndpoint::new(&config.endpoints, &tenant, &trust, clock());
        Ok(Self { endpoint: endpoint.map_err(CanaryError::SetUp)?, declared })
    }

    /// Sends an announced attempt, once. The second value says why there was no answer.
    pub async fn send(&self, request: Guid) -> (Answer, Option<String>) {
        let attempt = PasswordAttempt {
            client: self.declared.client,
            name: &self.declared.account,
            password: PASSWORD,
            request,
        };
        match self.endpoint.attempt(attempt).await {
            Ok(Attempted::Granted) => (Answer::RightPassword, None),
            Ok(Attempted::Refused { code, correlation }) => {
                let answer = code.map_or(Answer::Nothing, Answer::of_refusal);
                // The record bears what the service took for the request's id.
                let is_other = correlation.is_some_and(|id| id.parse() != Ok(request));
                let is_other = is_other && answer.has_record();
                (if is_other { Answer::OtherRequest } else { answer }, None)
            }
            Err(problem) => (Answer::Nothing, Some(problem.to_string())),
        }
    }
}

/// A fresh request id.
pub fn request_id() -> Result<Guid, CanaryError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| CanaryError::NoRandomness)?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    Ok(Guid::from_bytes(bytes))
}

fn minutes(from: Timestamp, to: Timestamp) -> i64 {
    (to.as_second() - from.as_second() + 59).div_euclid(60)
}
