//! How fast to ask, how long to wait, and when to give up.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use halligan_core::time::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::{Instant, sleep_until};

/// Longest wait for a connection, TLS included.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest wait for a whole answer.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
/// Requests sent for one answer before giving up.
pub const ATTEMPTS_MAX: u32 = 8;
/// Wait before the second request where the service names no time; it doubles each time.
pub const BACK_OFF_FIRST: Duration = Duration::from_secs(1);
/// Where the doubling ends.
pub const BACK_OFF_MAX: Duration = Duration::from_secs(30);
/// Longest `Retry-After` that is waited for; a longer one is an error that says so.
pub const RETRY_AFTER_MAX: Duration = Duration::from_secs(180);
/// Longest time from the first failure to answer a request to the last attempt at it.
pub const WAITING_MAX: Duration = Duration::from_secs(300);
/// Requests in a row that got no answer, each after all its attempts, before the rest is not sent.
pub const UNANSWERED_MAX: u32 = 20;
/// Longest time for a whole reading; what has no answer by then becomes a gap.
pub const READING_MAX: Duration = Duration::from_secs(2 * 3600);
/// Wait before a declared account or a group that the directory does not know is asked for once
/// more: what was made a moment ago may be unknown to the replica that answers first.
pub const REPLICATION_WAIT: Duration = Duration::from_secs(5);
/// Most requests under way at the same time; a batch is one.
pub const CONCURRENT_REQUESTS_MAX: usize = 8;
/// Requests under way at the same time before anything is known about the service.
pub const CONCURRENT_REQUESTS_FIRST: usize = 2;
/// An answer that took longer is no reason to ask faster.
pub const SLOW_ANSWER: Duration = Duration::from_secs(3);
/// Most requests that travel as one.
///
/// Source: <https://learn.microsoft.com/graph/json-batching>.
pub const BATCH_PARTS_MAX: usize = 20;
/// Time between two requests to the Conditional Access service, which allows one per second and
/// tenant for all applications together, and sends no `Retry-After`.
///
/// Source: <https://learn.microsoft.com/graph/throttling-limits>, identity and access.
pub const CONDITIONAL_ACCESS_GAP: Duration = Duration::from_secs(1);
/// Time between two requests for authentication methods once one of them was refused: the limit of
/// reports and logs is five in ten seconds, and is not kept everywhere.
///
/// Source: <https://learn.microsoft.com/graph/throttling-limits>, identity and access reports.
pub const REPORTS_GAP: Duration = Duration::from_secs(2);
/// The same for `signInActivity`, of which ten requests in a minute are documented.
pub const SIGN_IN_ACTIVITY_GAP: Duration = Duration::from_secs(6);

/// Largest answer that is read, in bytes, after decompression.
pub const BODY_BYTES_MAX: u64 = 64 << 20;
/// Most pages of one collection.
pub const PAGES_MAX: u64 = 1_000;
/// Most items of one collection.
pub const ITEMS_MAX: u64 = 200_000;

/// The times of a client; [`Default`] takes the constants of this module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    /// See [`CONNECT_TIMEOUT`].
    pub connect_timeout: Duration,
    /// See [`REQUEST_TIMEOUT`].
    pub request_timeout: Duration,
    /// See [`ATTEMPTS_MAX`]; 0 counts as 1.
    pub attempts_max: u32,
    /// See [`BACK_OFF_FIRST`].
    pub back_off_first: Duration,
    /// See [`BACK_OFF_MAX`].
    pub back_off_max: Duration,
    /// See [`RETRY_AFTER_MAX`].
    pub retry_after_max: Duration,
    /// See [`WAITING_MAX`].
    pub waiting_max: Duration,
    /// See [`UNANSWERED_MAX`]; 0 counts as 1.
    pub unanswered_max: u32,
    /// See [`READING_MAX`].
    pub reading_max: Duration,
    /// See [`REPLICATION_WAIT`].
    pub replication_wait: Duration,
    /// See [`CONCURRENT_REQUESTS_MAX`]; 0 counts as 1.
    pub concurrent_requests_max: usize,
    /// See [`BATCH_PARTS_MAX`], which it cannot exceed; below 2 nothing travels together.
    pub batch_parts_max: usize,
    /// See [`CONDITIONAL_ACCESS_GAP`].
    pub conditional_access_gap: Duration,
    /// See [`REPORTS_GAP`].
    pub reports_gap: Duration,
    /// See [`SIGN_IN_ACTIVITY_GAP`].
    pub sign_in_activity_gap: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            connect_timeout: CONNECT_TIMEOUT,
            request_timeout: REQUEST_TIMEOUT,
            attempts_max: ATTEMPTS_MAX,
            back_off_first: BACK_OFF_FIRST,
            back_off_max: BACK_OFF_MAX,
            retry_after_max: RETRY_AFTER_MAX,
            waiting_max: WAITING_MAX,
            unanswered_max: UNANSWERED_MAX,
            reading_max: READING_MAX,
            replication_wait: REPLICATION_WAIT,
            concurrent_requests_max: CONCURRENT_REQUESTS_MAX,
            batch_parts_max: BATCH_PARTS_MAX,
            conditional_access_gap: CONDITIONAL_ACCESS_GAP,
            reports_gap: REPORTS_GAP,
            sign_in_activity_gap: SIGN_IN_ACTIVITY_GAP,
        }
    }
}

/// The sizes that a client accepts; [`Default`] takes the constants of this module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// See [`BODY_BYTES_MAX`].
    pub body_bytes_max: u64,
    /// See [`PAGES_MAX`].
    pub pages_max: u64,
    /// See [`ITEMS_MAX`].
    pub items_max: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { body_bytes_max: BODY_BYTES_MAX, pages_max: PAGES_MAX, items_max: ITEMS_MAX }
    }
}

/// Reads `Retry-After`: seconds, or an HTTP date, which counts from the answer's own `Date`
/// where there is one, because the two clocks may differ. `None` when it says nothing readable.
pub(crate) fn retry_after(
    value: Option<&str>,
    date: Option<&str>,
    now: Timestamp,
) -> Option<Duration> {
    let value = value?.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let parse = |text: &str| DateTimeParser::new().parse_timestamp(text).ok();
    let from = date.and_then(parse).unwrap_or(now);
    let seconds = parse(value)?.as_second().saturating_sub(from.as_second());
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

/// Lets one request through at a time, and the next no sooner than a gap after its answer.
///
/// Counting from the answer and not from the request keeps the service's own count below the
/// limit, whatever the network does between here and there.
#[derive(Debug)]
pub(crate) struct Pacer {
    gap: Duration,
    free_at: Mutex<Option<Instant>>,
}

/// A limit of its own: kept from the start, or from the first refusal on.
#[derive(Debug)]
pub(crate) struct Allowance {
    pacer: Pacer,
    is_kept: AtomicBool,
}

impl Allowance {
    /// One that is kept from the start.
    pub(crate) fn kept(gap: Duration) -> Self {
        Self { pacer: Pacer::new(gap), is_kept: AtomicBool::new(true) }
    }

    /// One that is kept as soon as the service insists.
    pub(crate) fn on_demand(gap: Duration) -> Self {
        Self { pacer: Pacer::new(gap), is_kept: AtomicBool::new(false) }
    }

    pub(crate) fn is_kept(&self) -> bool {
        self.is_kept.load(Ordering::Relaxed)
    }

    /// Hears that the service refused a request that counts against it.
    pub(crate) fn keep(&self) {
        self.is_kept.store(true, Ordering::Relaxed);
    }

    /// What spaces its requests out, where something does.
    pub(crate) fn pacer(&self) -> Option<&Pacer> {
        self.is_kept().then_some(&self.pacer)
    }
}

/// The right to send one request; [`Turn::answered`] starts the gap.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    gap: Duration,
    free_at: MutexGuard<'a, Option<Instant>>,
}

impl Pacer {
    pub(crate) fn new(gap: Duration) -> Self {
        Self { gap, free_at: Mutex::new(None) }
    }

    pub(crate) async fn turn(&self) -> Turn<'_> {
        let free_at = self.free_at.lock().await;
        if let Some(instant) = *free_at {
            sleep_until(instant).await;
        }
        Turn { gap: self.gap, free_at }
    }
}

impl Turn<'_> {
    /// Starts the gap, or the longer time that the service asked for.
    pub(crate) fn answered(mut self, asked: Option<Duration>) {
        *self.free_at = Some(Instant::now() + asked.unwrap_or_default().max(self.gap));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T10:00:00Z".parse().unwrap()
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        let read = |value, date| retry_after(Some(value), date, now()).map(|wait| wait.as_secs());
        assert_eq!(read("17", None), Some(17));
        assert_eq!(read(" 0 ", None), Some(0));
        assert_eq!(read("Sun, 22 Nov 2026 10:00:30 GMT", None), Some(30));
        // The service's clock is a minute ahead of ours: its own date is what counts.
        let date = Some("Sun, 22 Nov 2026 10:01:00 GMT");
        assert_eq!(read("Sun, 22 Nov 2026 10:01:05 GMT", date), Some(5));
        assert_eq!(read("Sun, 22 Nov 2026 09:00:00 GMT", None), Some(0));
        for nonsense in ["", "-1", "soon", "1.5", "2026-11-22T10:00:30Z"] {
            assert_eq!(read(nonsense, None), None, "{nonsense}");
        }
        assert_eq!(retry_after(None, date, now()), None);
    }

    #[tokio::test]
    async fn the_pacer_counts_its_gap_from_the_answer() {
        let pacer = Pacer::new(Duration::from_millis(40));
        let start = Instant::now();
        let turn = pacer.turn().await;
        tokio::time::sleep(Duration::from_millis(30)).await;
        turn.answered(None);
        pacer.turn().await.answered(Some(Duration::from_millis(10)));
        pacer.turn().await.answered(Some(Duration::from_millis(90)));
        assert!(start.elapsed() >= Duration::from_millis(110));
        pacer.turn().await.answered(None);
        assert!(start.elapsed() >= Duration::from_millis(200));
    }

    #[tokio::test]
    async fn a_turn_that_is_given_up_does_not_stop_the_pacer() {
        let pacer = Pacer::new(Duration::from_secs(3600));
        drop(pacer.turn().await);
        let next = tokio::time::timeout(Duration::from_secs(5), pacer.turn()).await;
        assert!(next.is_ok());
    }
}
