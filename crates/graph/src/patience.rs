//! When to send a request again and when to give up: decided from times that are given, so that
//! every case is a line of a test.

use std::fmt;
use std::time::Duration;

use crate::throttle::Pace;

/// What comes after a request that failed in a way that may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Wait, and send it again.
    Again(Duration),
    /// Give up, for this limit is reached.
    GiveUp(Reached),
}

/// The limit that ended the attempts at a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// [`crate::throttle::ATTEMPTS_MAX`]
    Attempts,
    /// [`crate::throttle::RETRY_AFTER_MAX`]
    RetryAfter,
    /// [`crate::throttle::WAITING_MAX`]
    Waiting,
}

/// Why a request is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The service said that it is asked too much.
    Throttled,
    /// The service answered that it fails, with this status.
    Failing(u16),
    /// No answer came, or not all of it.
    Unanswered,
}

/// A wait in the middle of a read, for whoever watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// What went wrong.
    pub why: Why,
    /// How long until the next attempt.
    pub wait: Duration,
    /// The number of the next attempt, from 2.
    pub attempt: u32,
    /// How many attempts there are at most.
    pub attempts_max: u32,
}

impl fmt::Display for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { why, wait, attempt, attempts_max } = self;
        let seconds = wait.as_secs_f64().ceil();
        write!(f, "waiting {seconds} s: ")?;
        match why {
            Why::Throttled => f.write_str("the service is throttling"),
            Why::Failing(status) => write!(f, "the service fails with status {status}"),
            Why::Unanswered => f.write_str("the service does not answer"),
        }?;
        write!(f, ", trying again ({attempt} of {attempts_max})")
    }
}

/// What to do after attempt number `attempt` (from 1), `elapsed` after the first has failed.
///
/// `asked` is the service's own `Retry-After`; zero counts as none, because it would make a storm
/// of the answer to one. `jitter` is any byte.
pub(crate) fn next(
    pace: &Pace,
    attempt: u32,
    elapsed: Duration,
    asked: Option<Duration>,
    jitter: u8,
) -> Next {
    let asked = asked.filter(|wait| !wait.is_zero());
    let wait = asked.unwrap_or_else(|| back_off(pace, attempt, jitter));
    if asked.is_some_and(|wait| wait > pace.retry_after_max) {
        Next::GiveUp(Reached::RetryAfter)
    } else if attempt >= pace.attempts_max {
        Next::GiveUp(Reached::Attempts)
    } else if elapsed.saturating_add(wait) > pace.waiting_max {
        Next::GiveUp(Reached::Waiting)
    } else {
        Next::Again(wait)
    }
}

/// The wait where the service names none: doubled each time, capped, and shortened by up to a half,
/// so that clients that failed together part.
fn back_off(pace: &Pace, attempt: u32, jitter: u8) -> Duration {
    let doublings = attempt.saturating_sub(1).min(16);
    let whole = pace.back_off_first.saturating_mul(1 << doublings).min(pace.back_off_max);
    whole - whole / 2 * u32::from(jitter) / 255
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    fn after(attempt: u32, elapsed: u64, asked: Option<u64>, jitter: u8) -> Next {
        let asked = asked.map(Duration::from_secs);
        next(&Pace::default(), attempt, seconds(elapsed), asked, jitter)
    }

    #[test]
    fn back_off_doubles_up_to_its_cap_and_keeps_at_least_half() {
        for (attempt, whole) in [(1, 1_000), (2, 2_000), (3, 4_000), (5, 16_000), (6, 30_000)] {
            let wait = |jitter| after(attempt, 0, None, jitter);
            let of = |milliseconds| Next::Again(Duration::from_millis(milliseconds));
            assert_eq!((wait(0), wait(255)), (of(whole), of(whole / 2)), "{attempt}");
            let Next::Again(middle) = wait(127) else { panic!("{attempt} gave up") };
            assert!(middle > Duration::from_millis(whole / 2));
            assert!(middle < Duration::from_millis(whole));
        }
    }

    #[test]
    fn the_time_that_the_service_names_is_kept_to_the_second() {
        for jitter in [0, 100, 255] {
            assert_eq!(after(1, 0, Some(17), jitter), Next::Again(seconds(17)));
            assert_eq!(after(1, 0, Some(180), jitter), Next::Again(seconds(180)));
        }
        assert_eq!(after(1, 0, Some(181), 0), Next::GiveUp(Reached::RetryAfter));
        // Zero is no time: at once, again and again, is what the service complains of.
        assert_eq!(after(3, 0, Some(0), 0), Next::Again(seconds(4)));
    }

    #[test]
    fn attempts_and_waiting_end_by_limits_of_their_own() {
        assert_eq!(after(7, 100, None, 0), Next::Again(seconds(30)));
        assert_eq!(after(8, 100, None, 0), Next::GiveUp(Reached::Attempts));
        assert_eq!(after(2, 120, Some(180), 0), Next::Again(seconds(180)));
        assert_eq!(after(2, 121, Some(180), 0), Next::GiveUp(Reached::Waiting));
    }

    #[test]
    fn a_wait_is_told_in_words() {
        let told = |why, wait| Waiting { why, wait, attempt: 3, attempts_max: 8 }.to_string();
        assert_eq!(
            told(Why::Throttled, seconds(30)),
            "waiting 30 s: the service is throttling, trying again (3 of 8)"
        );
        assert_eq!(
            told(Why::Failing(503), Duration::from_millis(1_200)),
            "waiting 2 s: the service fails with status 503, trying again (3 of 8)"
        );
        assert!(told(Why::Unanswered, seconds(1)).contains("1 s: the service does not answer,"));
    }
}
