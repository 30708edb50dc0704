//! How often records come from a source, and when its silence is to be told.
//!
//! For each hour of the week it is learnt in how many of its parts of five minutes records come;
//! how many come in a part does not matter, so that a backlog or a repeated batch teaches nothing
//! wrong. A silence is weighed by how unlikely it is: each part of it adds the logarithm of one to
//! the chance that the part is empty, so that a quiet night adds nothing, and a part that always
//! had records adds three. It is told at [`SURPRISE_MIN`], or at [`SURPRISE_TIMES`] what silences
//! that ended by themselves came to.
//!
//! - An hour counts as its least busy neighbour does: clocks that change in spring and autumn, and
//!   people who come late, move a morning by an hour.
//! - A silence that was told teaches as much as one quiet week at most, and makes no other silence
//!   ordinary: a source that changed for good is learnt anew, an outage is not.
//! - Time that nobody watched is no silence and teaches nothing: the daemon was off, the machine
//!   slept, the clock jumped.
//! - What the rhythm cannot tell (the first week, a source that speaks once a day) is told after
//!   [`SILENCE_PLAIN`].

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// The surprise at which silence is told, at least: were the parts of an hour independent of each
/// other, one silence in three million would come to it. They are not quite, therefore the next.
pub const SURPRISE_MIN: i64 = 15;
/// How many times the surprise of ordinary silences.
pub const SURPRISE_TIMES: i64 = 2;
/// And at most: a source whose silences grow slowly does not grow silent.
pub const SURPRISE_MAX: i64 = 60;
/// Hours of silence that are told whatever the rhythm is: a weekend from Friday noon to Monday.
pub const SILENCE_PLAIN: i64 = 72;
/// The longest silence that counts as known, in hours; twice that is told in any case.
pub const SILENCE_KNOWN: i64 = 168;
/// Minutes between two looks; after a longer time nobody watched meanwhile.
pub const PAUSE: i64 = 5;
/// Minutes that a source has to speak after nobody watched, or after a silence.
pub const GRACE: i64 = 15;
/// Watched minutes that an hour of the week remembers: the last four times that it came.
pub const MINUTES_REMEMBERED: i64 = 4 * 60;
/// Minutes of silence that every hour is believed to have had before the first was watched.
pub const MINUTES_DOUBTED: i64 = 10;
/// The minutes of which one with a record is enough: records come in clusters.
pub const PART_MINUTES: i64 = 5;

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;
const WEEK_HOURS: usize = 168;
const WEEK: i64 = 168 * HOUR;
const PART: i64 = PART_MINUTES * MINUTE;
/// A surprise of one over one part: what is kept is thousandths, times seconds.
const SURPRISE: i64 = 1000 * PART;
/// The surprise of a part without a record, in thousandths, by the chance that it has one, in parts
/// of 32: `-1000 ln(1 - n / 32)`. What is always there counts as 31.
const SURPRISES: [i64; 32] = [
    0, 31, 64, 98, 133, 169, 207, 246, 287, 330, 374, 421, 470, 521, 575, 632, 693, 757, 826, 900,
    980, 1067, 1163, 1268, 1386, 1519, 1673, 1856, 2079, 2367, 2772, 3465,
];

/// The rhythm of one source: small, and plain to write down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rhythm {
    /// Hours of the week in UTC, the first that of the Unix epoch; none while nothing is learnt.
    hours: Vec<Hour>,
    /// Unix seconds: watched without a break since, and up to.
    since: Option<i64>,
    looked: Option<i64>,
    /// Of the last record.
    last: Option<i64>,
    /// Watched seconds in all, for what is forgotten by the week.
    watched: i64,
    /// The silence that goes on: its watched seconds, its surprise, and
    /// its seconds by hour of the week.
    silent: i64,
    surprise: i64,
    pending: BTreeMap<usize, i64>,
    is_told: bool,
    /// The surprise that ordinary silences came to, and the longest silence, in seconds.
    usual_surprise: i64,
    usual_silent: i64,
}

/// An hour of the week: its watched seconds, and those of parts that had a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Hour {
    watched: i64,
    heard: i64,
}

/// A silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silence {
    /// When the last record came; where none ever came, when watching began.
    pub last: Timestamp,
    /// For how many minutes nothing came, of those that were watched.
    pub minutes: i64,
}

impl Rhythm {
    /// Watching begins at `now`: what was kept is of before, and nobody watched since.
    pub fn begin(&mut self, now: Timestamp) {
        (self.looked, self.since) = (Some(now.as_second()), Some(now.as_second()));
    }

    /// Records came at `now`; the silence that ends with them, if it was told.
    pub fn seen(&mut self, now: Timestamp) -> Option<Silence> {
        let part = now.as_second().div_euclid(PART);
        let is_first = self.last.is_none_or(|last| last.div_euclid(PART) != part);
        self.advance(now);
        let ended = self.is_told.then(|| self.silence()).flatten();
        if ended.is_some() {
            // What was on its way during the silence is old: `attentive_since` says from when on
            // records are as fast as they can be.
            self.since = Some(now.as_second());
            self.pending.values_mut().for_each(|seconds| *seconds = (*seconds).min(HOUR));
        } else {
            self.usual_surprise = self.usual_surprise.max(self.surprise);
        }
        // Also of one that was told: a source that speaks once a week is told once.
        self.usual_silent = self.usual_silent.max(self.silent);
        self.learn(is_first.then(|| hour_of(now.as_second())));
        self.last = Some(now.as_second());
        (self.silent, self.surprise, self.is_told) = (0, 0, false);
        self.pending.clear();
        ended
    }

    /// It is `now`, and watched: the silence that is to be told, once. To be asked at least every
    /// [`PAUSE`] minutes.
    pub fn overdue(&mut self, now: Timestamp) -> Option<Silence> {
        self.advance(now);
        let is_due = self.surprise >= self.surprise_limit() || self.silent >= self.silent_limit();
        if self.is_told || !is_due || self.watched_for() < GRACE * MINUTE {
            return None;
        }
        self.is_told = true;
        self.silence()
    }

    /// When [`Self::overdue`] tells, should nothing come until then; `None` where it has told, or
    /// nobody watches yet.
    pub fn due_at(&self) -> Option<Timestamp> {
        let looked = self.looked.filter(|_| !self.is_told)?;
        let earliest = looked + (GRACE * MINUTE - self.watched_for()).max(0);
        let plain = looked + (self.silent_limit() - self.silent).max(0);
        let (mut at, mut missing) = (looked, self.surprise_limit() - self.surprise);
        while missing > 0 && at < plain {
            let end = end_of_hour(at).min(plain);
            let weight = self.weight(hour_of(at));
            if weight * (end - at) >= missing {
                at += missing.div_euclid(weight) + i64::from(missing.rem_euclid(weight) > 0);
                missing = 0;
            } else {
                missing -= weight * (end - at);
                at = end;
            }
        }
        Timestamp::from_second(at.max(earliest)).ok()
    }

    /// Since when it is watched without a break: records that happened before may be old news.
    pub fn attentive_since(&self) -> Option<Timestamp> {
        Timestamp::from_second(self.since?).ok()
    }

    /// When the last record came.
    pub fn last(&self) -> Option<Timestamp> {
        Timestamp::from_second(self.last?).ok()
    }

    /// Whether it is silent, and that was told.
    pub const fn is_silent(&self) -> bool {
        self.is_told
    }

    /// In how many minutes of this hour records usually come, by its parts; `None` where it was not
    /// watched yet.
    pub fn usual_minutes(&self, at: Timestamp) -> Option<i64> {
        let hour = self.hours.get(hour_of(at.as_second())).filter(|hour| hour.watched > 0)?;
        Some((hour.heard.min(hour.watched) * 60).div_euclid(hour.watched))
    }

    /// Whether what was read back can be one that was written.
    pub fn is_sound(&self) -> bool {
        let small = 0..=(i64::MAX >> 24);
        let is_hour = |hour: &Hour| {
            (0..=2 * MINUTES_REMEMBERED * MINUTE).contains(&hour.watched)
                && (0..=4 * MINUTES_REMEMBERED * MINUTE).contains(&hour.heard)
        };
        (self.hours.is_empty() || self.hours.len() == WEEK_HOURS)
            && self.hours.iter().all(is_hour)
            && [self.since, self.looked, self.last].iter().flatten().all(|at| small.contains(at))
            && [self.watched, self.silent, self.usual_silent].iter().all(|one| small.contains(one))
            && self.pending.iter().all(|(hour, one)| *hour < WEEK_HOURS && small.contains(one))
            && [self.surprise, self.usual_surprise]
                .iter()
                .all(|one| (0..=i64::MAX >> 12).contains(one))
    }

    fn silence(&self) -> Option<Silence> {
        let last = Timestamp::from_second(self.last.or(self.since)?).ok()?;
        Some(Silence { last, minutes: self.silent.div_euclid(MINUTE) })
    }

    fn watched_for(&self) -> i64 {
        self.looked.zip(self.since).map_or(0, |(looked, since)| looked - since)
    }

    const fn surprise_limit(&self) -> i64 {
        let limit = self.usual_surprise * SURPRISE_TIMES;
        let (least, most) = (SURPRISE_MIN * SURPRISE, SURPRISE_MAX * SURPRISE);
        if limit < least {
            least
        } else if limit > most {
            most
        } else {
            limit
        }
    }

    fn silent_limit(&self) -> i64 {
        (self.usual_silent.min(SILENCE_KNOWN * HOUR) * 2).max(SILENCE_PLAIN * HOUR)
    }

    /// The surprise of a part of an hour of the week that has no record, in thousandths, as far as
    /// the hour's neighbours are as busy.
    fn weight(&self, hour: usize) -> i64 {
        let of = |hour: usize| {
            let hour = self.hours.get(hour % WEEK_HOURS).copied().unwrap_or_default();
            hour.heard.min(hour.watched) * 32 / (hour.watched + MINUTES_DOUBTED * MINUTE)
        };
        let chance = of(hour + WEEK_HOURS - 1).min(of(hour)).min(of(hour + 1));
        let surprise = usize::try_from(chance).ok().and_then(|chance| SURPRISES.get(chance));
        surprise.copied().unwrap_or_default()
    }

    /// Takes the time since it was looked last as silence, unless nobody watched.
    fn advance(&mut self, now: Timestamp) {
        let now = now.as_second();
        let watched = self.looked.filter(|at| (*at..=at + PAUSE * MINUTE).contains(&now));
        self.looked = Some(now);
        let Some(mut at) = watched else {
            self.since = Some(now);
            return;
        };
        while at < now {
            let (end, hour) = (end_of_hour(at).min(now), hour_of(at));
            self.surprise += self.weight(hour) * (end - at);
            let pending = self.pending.entry(hour).or_default();
            // A silence of weeks is no more of an hour than its memory has.
            *pending = (*pending + end - at).min(MINUTES_REMEMBERED * MINUTE);
            self.pass(end - at);
            at = end;
        }
    }

    fn pass(&mut self, seconds: i64) {
        self.silent += seconds;
        let weeks = self.watched.div_euclid(WEEK);
        self.watched += seconds;
        if self.watched.div_euclid(WEEK) > weeks {
            self.usual_surprise -= self.usual_surprise / 8;
            self.usual_silent -= self.usual_silent / 8;
        }
    }

    /// Learns from a silence that ended with a record, perhaps the first of its part.
    fn learn(&mut self, heard: Option<usize>) {
        self.hours.resize(WEEK_HOURS, Hour::default());
        for (hour, seconds) in &self.pending {
            if let Some(hour) = self.hours.get_mut(*hour) {
                hour.watched += seconds;
            }
        }
        if let Some(hour) = heard.and_then(|hour| self.hours.get_mut(hour)) {
            hour.heard += PART;
        }
        let most = MINUTES_REMEMBERED * MINUTE;
        let touched = self.pending.keys().copied().chain(heard);
        for hour in touched {
            let Some(hour) = self.hours.get_mut(hour) else { continue };
            hour.heard = hour.heard.min(hour.watched + PART);
            if hour.watched > most {
                hour.heard = hour.heard * most / hour.watched;
                hour.watched = most;
            }
        }
    }
}

fn end_of_hour(at: i64) -> i64 {
    (at.div_euclid(HOUR) + 1) * HOUR
}

fn hour_of(at: i64) -> usize {
    usize::try_from(at.div_euclid(HOUR).rem_euclid(168)).unwrap_or(0)
}

#[cfg(test)]
mod tests;
