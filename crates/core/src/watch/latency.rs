//! How long records take from the event to where they are seen, and when that has grown.
//!
//! Only what happens while it is watched counts, and each record once: what waited for the daemon,
//! or for a source that was silent, says nothing of how fast the source is. Records that are older
//! than [`LATE_HOURS`] are counted apart.
//!
//! Microsoft published that 95 of 100 records are there within two minutes, and 99 within five
//! (<https://learn.microsoft.com/entra/identity/monitoring-health/reference-reports-latencies>,
//! 2017); the unified audit log needs an hour and more. So what has grown is judged by what is
//! usual for the source, once [`HOURS_MIN`] are known.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// Records that latency is judged by: the last ones.
pub const RECENT_MAX: usize = 60;
/// And how many there must be within [`RECENT_HOURS`]: of so many, three are more than 5 of 100.
pub const RECENT_MIN: usize = 40;
/// Hours in which they were seen.
pub const RECENT_HOURS: i64 = 24;
/// Hours with records that are remembered: a week.
pub const HOURS_MAX: usize = 168;
/// Hours with records that must be known before anything can have grown.
pub const HOURS_MIN: usize = 24;
/// Records that an hour must have to be one of those.
pub const HOUR_RECORDS_MIN: u64 = 5;
/// Below so many minutes nothing has grown: an alarm that comes a quarter of an hour late is
/// beside what Microsoft's own records take.
pub const GROWN_MIN: i64 = 15;
/// How many times what is usual is grown.
pub const GROWN_TIMES: i64 = 3;
/// Minutes for which it must have grown before it is told, and be well again.
pub const STANDING: i64 = 10;
/// Hours after which a record is late, and says nothing of how fast the source is.
pub const LATE_HOURS: i64 = 24;

const HOUR: i64 = 3600;

/// The latency of one source in one tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Latency {
    /// When each of the last records was seen, in Unix seconds, and how many seconds it took.
    recent: VecDeque<(i64, i64)>,
    /// The hour that goes on, by its number since the Unix epoch, and how many records it has.
    current: Option<(i64, u64)>,
    hours: VecDeque<Hour>,
    late: u64,
    waited: u64,
    /// What was usual before it had grown, while that is told: growth does not become usual.
    told: Option<i64>,
    /// Since when it is otherwise than was told, in Unix seconds.
    turning: Option<i64>,
}

/// The latency of one hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hour {
    /// When it began, in hours since the Unix epoch.
    pub hour: i64,
    /// Its records.
    pub records: u64,
    /// Seconds that half of its last [`RECENT_MAX`] took at most.
    pub median: i64,
    /// Seconds that 95 of 100 of them took at most.
    pub most: i64,
    /// Whether it had grown, and so says nothing of what is usual.
    pub is_grown: bool,
}

/// What became of a latency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It has grown.
    Grown {
        /// Seconds that 95 of 100 records take at most.
        seconds: i64,
        /// What that usually is.
        usual: i64,
    },
    /// It is as it was before that.
    Well {
        /// Seconds that 95 of 100 records take at most.
        seconds: i64,
    },
}

impl Latency {
    /// A record that happened at `at` is seen for the first time at `now`, by somebody who watches
    /// without a break since `since`.
    pub fn seen(&mut self, at: Timestamp, since: Timestamp, now: Timestamp) {
        if at < since {
            self.waited += 1;
            return;
        }
        // A clock that is ahead of this one is no way to be fast.
        let seconds = (now.as_second() - at.as_second()).max(0);
        if seconds > LATE_HOURS * HOUR {
            self.late += 1;
            return;
        }
        self.turn_hour(now);
        if let Some((_, records)) = &mut self.current {
            *records += 1;
        }
        if self.recent.len() >= RECENT_MAX {
            self.recent.pop_front();
        }
        self.recent.push_back((now.as_second(), seconds));
    }

    /// What is to be told at `now`.
    pub fn look(&mut self, now: Timestamp) -> Option<Turn> {
        self.turn_hour(now);
        let seconds = self.most(now)?;
        let usual = self.told.or_else(|| self.usual())?;
        let limit = (usual * GROWN_TIMES).max(GROWN_MIN * 60);
        // Back at two thirds, so that it is not told again and again at the limit.
        let is_turned = if self.is_grown() { seconds <= limit / 3 * 2 } else { seconds > limit };
        if !is_turned {
            self.turning = None;
            return None;
        }
        let since = *self.turning.get_or_insert(now.as_second());
        if now.as_second() - since < STANDING * 60 {
            return None;
        }
        self.turning = None;
        Some(if self.told.take().is_some() {
            Turn::Well { seconds }
        } else {
            self.told = Some(usual);
            Turn::Grown { seconds, usual }
        })
    }

    /// Seconds that half of the last records took at most.
    pub fn median(&self) -> Option<i64> {
        quantile(self.recent.iter().map(|one| one.1).collect(), 50)
    }

    /// Seconds that 95 of 100 of the last records took at most, where they are recent and enough.
    pub fn most(&self, now: Timestamp) -> Option<i64> {
        let from = now.as_second() - RECENT_HOURS * HOUR;
        let recent = self.recent.iter().filter(|one| one.0 > from).map(|one| one.1);
        let recent: Vec<i64> = recent.collect();
        if recent.len() < RECENT_MIN { None } else { quantile(recent, 95) }
    }

    /// Seconds that 95 of 100 records usually take at most: the median of the hours.
    pub fn usual(&self) -> Option<i64> {
        let hours = self.hours.iter().filter(|hour| !hour.is_grown);
        let hours: Vec<i64> = hours.map(|hour| hour.most).collect();
        if hours.len() < HOURS_MIN { None } else { quantile(hours, 50) }
    }

    /// The hours that are remembered, the oldest first.
    pub fn hours(&self) -> impl Iterator<Item = &Hour> {
        self.hours.iter()
    }

    /// Records that came later than [`LATE_HOURS`].
    pub const fn late(&self) -> u64 {
        self.late
    }

    /// Records that happened before it was watched.
    pub const fn waited(&self) -> u64 {
        self.waited
    }

    /// Whether it has grown, and that was told.
    pub const fn is_grown(&self) -> bool {
        self.told.is_some()
    }

    /// Whether what was read back can be one that was written.
    pub fn is_sound(&self) -> bool {
        let small = 0..=(i64::MAX >> 24);
        self.recent.len() <= RECENT_MAX
            && self.hours.len() <= HOURS_MAX
            && self.recent.iter().all(|one| small.contains(&one.0) && small.contains(&one.1))
            && self.hours.iter().all(|one| small.contains(&one.most))
            && [self.turning, self.told].iter().flatten().all(|one| small.contains(one))
            && self.late.max(self.waited) <= u64::MAX >> 12
            && self.current.is_none_or(|one| one.1 <= u64::MAX >> 12)
    }

    /// Writes down the hour that is over, where `now` is in another.
    fn turn_hour(&mut self, now: Timestamp) {
        let hour = now.as_second().div_euclid(HOUR);
        let Some((before, records)) = self.current.filter(|one| one.0 != hour) else {
            self.current.get_or_insert((hour, 0));
            return;
        };
        self.current = Some((hour, 0));
        let of_hour = |one: &&(i64, i64)| one.0.div_euclid(HOUR) == before;
        let of: Vec<i64> = self.recent.iter().filter(of_hour).map(|one| one.1).collect();
        let (median, most) = (quantile(of.clone(), 50), quantile(of, 95));
        let (Some(median), Some(most), true) = (median, most, records >= HOUR_RECORDS_MIN) else {
            return;
        };
        if self.hours.len() >= HOURS_MAX {
            self.hours.pop_front();
        }
        let is_grown = self.is_grown() || self.turning.is_some();
        self.hours.push_back(Hour { hour: before, records, median, most, is_grown });
    }
}

/// The smallest value that so many of a hundred do not exceed.
fn quantile(mut values: Vec<i64>, of_hundred: usize) -> Option<i64> {
    values.sort_unstable();
    let rank = (values.len() * of_hundred).div_ceil(100);
    values.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests;
