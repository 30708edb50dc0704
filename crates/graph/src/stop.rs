//! An end from outside: what is under way is given up, and what was read stays.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// Whether a client is to give up, for all that wait to know.
#[derive(Debug, Default)]
pub(crate) struct Stop {
    is_stopped: AtomicBool,
    told: Notify,
}

impl Stop {
    pub(crate) fn stop(&self) {
        self.is_stopped.store(true, Ordering::SeqCst);
        self.told.notify_waiters();
    }

    /// Ends when it is stopped; at once when it is already.
    pub(crate) async fn stopped(&self) {
        let mut told = pin!(self.told.notified());
        told.as_mut().enable();
        if !self.is_stopped.load(Ordering::SeqCst) {
            told.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test]
    async fn all_that_wait_are_told_and_whoever_asks_later_as_well() {
        let stop = Stop::default();
        let early = tokio::time::timeout(Duration::from_millis(10), stop.stopped()).await;
        assert!(early.is_err());
        let all = async { tokio::join!(stop.stopped(), stop.stopped(), async { stop.stop() }) };
        assert!(tokio::time::timeout(Duration::from_secs(5), all).await.is_ok());
        assert!(tokio::time::timeout(Duration::from_secs(5), stop.stopped()).await.is_ok());
    }
}
