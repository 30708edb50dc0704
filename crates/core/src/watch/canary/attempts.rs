//! The attempts that were announced, and records held against them.

use alloc::collections::VecDeque;
use alloc::string::String;

use super::answer::is_right_password;
use super::{ATTEMPTS_KEPT, Answer, RECORD_SKEW, earlier, later};
use crate::id::{Guid, UserId};
use crate::time::Timestamp;

/// An attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// By which its record is known.
    pub request: Guid,
    /// With which account.
    pub account: UserId,
    /// When it was announced.
    pub at: Timestamp,
    /// Until when its record must be back.
    pub until: Timestamp,
    /// What was answered; `None` until it was, and for ever where the daemon ended meanwhile.
    pub answer: Option<Answer>,
    /// The id of the record that it was recognised by.
    pub seen: Option<String>,
    /// Whether its record did not come in time.
    pub is_missed: bool,
}

impl Attempt {
    pub(in crate::watch) const fn new(
        request: Guid,
        account: UserId,
        at: Timestamp,
        until: Timestamp,
    ) -> Self {
        Self { request, account, at, until, answer: None, seen: None, is_missed: false }
    }

    /// Whether its record is waited for; also while nobody knows whether it was sent.
    pub fn is_open(&self, now: Timestamp) -> bool {
        let has_record = self.answer.is_none_or(Answer::has_record);
        has_record && self.seen.is_none() && !self.is_missed && now <= self.until
    }

    /// Until when its record is waited for by whoever reads logs since `begun`: one that was
    /// announced before has its whole time from there on, for nobody read what came meanwhile.
    pub fn due(&self, begun: Option<Timestamp>) -> Timestamp {
        let before = begun.filter(|begun| self.at < *begun);
        let again =
            before.and_then(|begun| begun.checked_add(self.until.duration_since(self.at)).ok());
        again.map_or(self.until, |again| again.max(self.until))
    }

    /// Whether its record must have come and did not, to whoever reads logs since `begun`. Of one
    /// that nobody knows to have been sent, none must.
    pub fn is_overdue(&self, now: Timestamp, begun: Option<Timestamp>) -> bool {
        let has_record = self.answer.is_some_and(Answer::has_record);
        has_record && self.seen.is_none() && !self.is_missed && now > self.due(begun)
    }
}

/// A record of an attempt with the decoy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting<'a> {
    /// By what copies of it are known: [`crate::watch::told::key`].
    pub event: String,
    /// The id that the client sent.
    pub correlation: &'a str,
    /// Whose account it names.
    pub account: UserId,
    /// When it happened, by the record.
    pub at: Option<Timestamp>,
    /// Its error code.
    pub code: Option<i64>,
}

/// What a record of an attempt with the decoy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The announced attempt, whose record was not seen before.
    Ours(Guid),
    /// A copy of a record that was recognised.
    Copy,
    /// Nobody announced it.
    Foreign,
    /// Somebody was let in, or knows the password.
    Open,
    /// Another record than the one that was recognised bears its id.
    Again,
    /// It came, or happened, at another time than the announced one.
    Untimely,
}

/// The last [`ATTEMPTS_KEPT`] attempts, in the order in which they were announced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attempts {
    all: VecDeque<Attempt>,
    /// Since when logs are read; see [`Attempt::due`].
    begun: Option<Timestamp>,
}

impl Attempts {
    /// All of them.
    pub const fn all(&self) -> &VecDeque<Attempt> {
        &self.all
    }

    /// Says since when logs are read.
    pub const fn begin(&mut self, at: Timestamp) {
        self.begun = Some(at);
    }

    /// The attempt with such an id.
    pub fn of(&self, request: Guid) -> Option<&Attempt> {
        self.all.iter().rev().find(|one| one.request == request)
    }

    /// How many attempts in a row, up to the last one, were not answered.
    pub fn unanswered(&self) -> usize {
        let is_nothing = |one: &&Attempt| one.answer == Some(Answer::Nothing);
        self.all.iter().rev().take_while(is_nothing).count()
    }

    /// Those that came back behind one that did not, each with that one.
    pub fn back(&self) -> impl Iterator<Item = (&Attempt, &Attempt)> {
        let pairs = self.all.iter().zip(self.all.iter().skip(1));
        pairs.filter(|(before, one)| before.is_missed && one.seen.is_some())
    }

    /// What a record is. It is `None` for the time at which it came where that was judged before:
    /// what is not noted as seen then has not come in time.
    pub fn verdict(&self, sighting: &Sighting<'_>, came: Option<Timestamp>) -> Verdict {
        // Before all else: whoever is let in is not the canary, whatever id they send.
        let is_failure = sighting.code.is_some_and(|code| !is_right_password(code));
        if !is_failure {
            return Verdict::Open;
        }
        let request: Option<Guid> = sighting.correlation.trim().parse().ok();
        let Some(attempt) = request.and_then(|request| self.of(request)) else {
            return Verdict::Foreign;
        };
        if attempt.account != sighting.account {
            return Verdict::Foreign;
        }
        match &attempt.seen {
            Some(seen) if *seen == sighting.event => return Verdict::Copy,
            Some(_) => return Verdict::Again,
            None => {}
        }
        let least = earlier(attempt.at, RECORD_SKEW).unwrap_or(Timestamp::MIN);
        let most = later(attempt.at, RECORD_SKEW);
        let is_timely = sighting.at.is_some_and(|at| (least..=most).contains(&at));
        let is_back =
            came.is_some_and(|came| came <= attempt.due(self.begun)) && !attempt.is_missed;
        match is_timely && is_back {
            true => Verdict::Ours(attempt.request),
            false => Verdict::Untimely,
        }
    }

    /// Notes an attempt that was announced.
    pub fn announce(&mut self, attempt: Attempt) {
        if self.of(attempt.request).is_some() {
            return;
        }
        if self.all.len() >= ATTEMPTS_KEPT {
            self.all.pop_front();
        }
        self.all.push_back(attempt);
    }

    /// Notes what was answered.
    pub fn answer(&mut self, request: Guid, answer: Answer) {
        if let Some(one) = self.find(request) {
            one.answer.get_or_insert(answer);
        }
    }

    /// Notes the record that it was recognised by: the first one.
    pub fn see(&mut self, request: Guid, event: &str) {
        if let Some(one) = self.find(request) {
            one.seen.get_or_insert_with(|| event.into());
        }
    }

    /// Notes that the record did not come in time.
    pub fn miss(&mut self, request: Guid) {
        if let Some(one) = self.find(request) {
            one.is_missed = one.seen.is_none();
        }
    }

    fn find(&mut self, request: Guid) -> Option<&mut Attempt> {
        self.all.iter_mut().rev().find(|one| one.request == request)
    }
}
