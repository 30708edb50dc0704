//! How many requests may be under way: few at first, one more for every round of good answers, half
//! of them when the service says that it is too much.
//!
//! [`Flow`] decides from times that are given; [`Gate`] is the thin shell that waits.

use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::time::sleep_until;

use crate::throttle::{CONCURRENT_REQUESTS_FIRST, SLOW_ANSWER};

/// Share of its limit from which an application had better not ask faster.
///
/// Source: <https://learn.microsoft.com/graph/throttling>: `x-ms-throttle-limit-percentage` is sent
/// from 0.8 on, and says up to 1.8.
const SHARE_ENOUGH: f64 = 0.8;
/// Share of its limit from which the service may refuse.
const SHARE_TOO_MUCH: f64 = 1.0;

/// What an answer says about the speed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// There is room for more.
    Good,
    /// Not faster than this.
    Enough,
    /// Half as fast.
    TooMuch,
    /// Nothing more before this time has passed: the whole application is asked to wait.
    Closed(Duration),
}

impl Signal {
    /// What an answer with this status says that came after `elapsed`, where the service told the
    /// `share` of the limit in use.
    pub(crate) fn of(status: u16, share: Option<f64>, elapsed: Duration) -> Self {
        let share = share.unwrap_or(0.0);
        if matches!(status, 429 | 503) || share >= SHARE_TOO_MUCH {
            Self::TooMuch
        } else if share >= SHARE_ENOUGH || elapsed > SLOW_ANSWER || status >= 500 {
            Self::Enough
        } else {
            Self::Good
        }
    }
}

/// The number of requests under way, and how many there may be.
#[derive(Debug)]
pub(crate) struct Flow {
    most: usize,
    allowed: usize,
    running: usize,
    /// Good answers since the last change.
    good: usize,
    /// When it was last halved: what was sent before that says nothing new.
    halved: Option<Instant>,
    closed_until: Option<Instant>,
}

/// Whether a request may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// Yes, and it is counted.
    Open,
    /// When one that is under way has ended.
    Full,
    /// Not before this instant.
    ClosedUntil(Instant),
}

impl Flow {
    /// A flow of at most `most` requests; 0 counts as 1.
    pub(crate) fn new(most: usize) -> Self {
        let most = most.max(1);
        let allowed = CONCURRENT_REQUESTS_FIRST.min(most);
        Self { most, allowed, running: 0, good: 0, halved: None, closed_until: None }
    }

    pub(crate) fn enter(&mut self, now: Instant) -> Entry {
        match self.closed_until {
            Some(at) if now < at => Entry::ClosedUntil(at),
            _ if self.running >= self.allowed => Entry::Full,
            _ => {
                self.running += 1;
                Entry::Open
            }
        }
    }

    pub(crate) fn leave(&mut self) {
        self.running = self.running.saturating_sub(1);
    }

    /// Hears an answer to a request that was sent at `sent`.
    pub(crate) fn hear(&mut self, signal: Signal, sent: Instant, now: Instant) {
        match signal {
            Signal::Good => self.good += 1,
            Signal::Enough => self.good = 0,
            Signal::TooMuch => self.halve(sent, now),
            Signal::Closed(wait) => {
                self.halve(sent, now);
                self.closed_until = self.closed_until.max(now.checked_add(wait));
            }
        }
        if self.good >= self.allowed {
            self.good = 0;
            self.allowed = (self.allowed + 1).min(self.most);
        }
    }

    fn halve(&mut self, sent: Instant, now: Instant) {
        self.good = 0;
        if self.halved.is_none_or(|halved| sent > halved) {
            self.halved = Some(now);
            self.allowed = (self.allowed / 2).max(1);
        }
    }
}

/// Lets requests through as a [`Flow`] says.
#[derive(Debug)]
pub(crate) struct Gate {
    flow: Mutex<Flow>,
    changed: Notify,
}

/// The right to have one request under way; dropping it gives it back.
#[derive(Debug)]
pub(crate) struct Permit<'a> {
    gate: &'a Gate,
    pub(crate) sent: Instant,
}

impl Gate {
    pub(crate) fn new(most: usize) -> Self {
        Self { flow: Mutex::new(Flow::new(most)), changed: Notify::new() }
    }

    pub(crate) async fn enter(&self) -> Permit<'_> {
        loop {
            let mut changed = pin!(self.changed.notified());
            changed.as_mut().enable();
            let now = Instant::now();
            let entry = self.flow().enter(now);
            match entry {
                Entry::Open => return Permit { gate: self, sent: now },
                Entry::Full => changed.await,
                Entry::ClosedUntil(at) => sleep_until(at.into()).await,
            }
        }
    }

    pub(crate) fn hear(&self, signal: Signal, sent: Instant) {
        self.flow().hear(signal, sent, Instant::now());
        self.changed.notify_waiters();
    }

    /// A lock that a panic elsewhere does not spoil: the numbers are whole after every statement.
    fn flow(&self) -> MutexGuard<'_, Flow> {
        self.flow.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.gate.flow().leave();
        self.gate.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// Lets in what may enter, and gives how many came in.
    fn fill(flow: &mut Flow, now: Instant) -> usize {
        std::iter::repeat_with(|| flow.enter(now)).take_while(|entry| *entry == Entry::Open).count()
    }

    /// Answers all that is under way with `signal`.
    fn answer(flow: &mut Flow, count: usize, signal: Signal, sent: Instant) {
        for _ in 0..count {
            flow.leave();
            flow.hear(signal, sent, sent + SECOND);
        }
    }

    #[test]
    fn it_grows_by_one_a_round_and_stops_at_the_most() {
        let (mut flow, mut now) = (Flow::new(6), Instant::now());
        let mut rounds = Vec::new();
        for _ in 0..7 {
            let entered = fill(&mut flow, now);
            assert_eq!(flow.enter(now), Entry::Full);
            rounds.push(entered);
            answer(&mut flow, entered, Signal::Good, now);
            now += SECOND;
        }
        assert_eq!(rounds, [2, 3, 4, 5, 6, 6, 6]);
    }

    #[test]
    fn a_burst_of_refusals_halves_once_and_the_next_halves_again() {
        let (mut flow, mut now) = (Flow::new(8), Instant::now());
        for expected in [2, 3, 4, 5, 6, 7, 8] {
            let entered = fill(&mut flow, now);
            assert_eq!(entered, expected);
            let signal = if entered == 8 { Signal::TooMuch } else { Signal::Good };
            answer(&mut flow, entered, signal, now);
            now += 2 * SECOND;
        }
        for expected in [4, 2, 1, 1] {
            let entered = fill(&mut flow, now);
            assert_eq!(entered, expected);
            answer(&mut flow, entered, Signal::TooMuch, now);
            now += 2 * SECOND;
        }
    }

    #[test]
    fn near_the_limit_it_keeps_its_speed() {
        let (mut flow, mut now) = (Flow::new(8), Instant::now());
        for _ in 0..5 {
            let entered = fill(&mut flow, now);
            assert_eq!(entered, 2);
            answer(&mut flow, entered, Signal::Enough, now);
            now += SECOND;
        }
    }

    #[test]
    fn a_closed_service_is_left_alone_until_it_opens() {
        let (mut flow, now) = (Flow::new(8), Instant::now());
        assert_eq!(flow.enter(now), Entry::Open);
        flow.leave();
        flow.hear(Signal::Closed(7 * SECOND), now, now);
        flow.hear(Signal::Closed(3 * SECOND), now, now);
        let opens = now + 7 * SECOND;
        assert_eq!(flow.enter(now + 6 * SECOND), Entry::ClosedUntil(opens));
        assert_eq!((flow.enter(opens), flow.enter(opens)), (Entry::Open, Entry::Full));
    }

    #[test]
    fn signals_follow_the_share_of_the_limit_the_status_and_the_time() {
        for (status, share, milliseconds, expected) in [
            (200, None, 100, Signal::Good),
            (404, None, 100, Signal::Good),
            (200, Some(0.79), 100, Signal::Good),
            (200, Some(0.8), 100, Signal::Enough),
            (200, Some(0.99), 100, Signal::Enough),
            (200, Some(1.0), 100, Signal::TooMuch),
            (200, Some(1.8), 100, Signal::TooMuch),
            (429, None, 100, Signal::TooMuch),
            (503, None, 100, Signal::TooMuch),
            (500, None, 100, Signal::Enough),
            (200, None, 60_000, Signal::Enough),
        ] {
            let elapsed = Duration::from_millis(milliseconds);
            assert_eq!(Signal::of(status, share, elapsed), expected, "{status} {share:?}");
        }
    }

    #[tokio::test]
    async fn the_gate_wakes_whoever_waits_and_survives_who_gives_up() {
        let gate = Gate::new(1);
        let first = gate.enter().await;
        let (second, ()) =
            tokio::join!(tokio::time::timeout(Duration::from_secs(5), gate.enter()), async {
                drop(first)
            });
        drop(second.unwrap());
        let held = gate.enter().await;
        let given_up = tokio::time::timeout(Duration::from_millis(10), gate.enter()).await;
        assert!(given_up.is_err());
        drop(held);
        assert!(tokio::time::timeout(Duration::from_secs(5), gate.enter()).await.is_ok());
    }
}
