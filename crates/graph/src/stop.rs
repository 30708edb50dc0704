//! An end before the end: what is under way is given up, and what was read stays.

use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::problem::Problem;

/// Whether a client is to give up, and why, for all that wait to know.
#[derive(Debug, Default)]
pub(crate) struct Stop {
    why: Mutex<Option<Problem>>,
    told: Notify,
}

impl Stop {
    /// Ends everything. The first reason stands.
    pub(crate) fn stop(&self, why: Problem) {
        self.why().get_or_insert(why);
        self.told.notify_waiters();
    }

    /// Lets another reading begin, unless somebody wanted an end.
    pub(crate) fn renew(&self) {
        self.why().take_if(|why| *why != Problem::Interrupted);
    }

    /// Ends, with the reason, when it is stopped; at once when it is already.
    pub(crate) async fn stopped(&self) -> Problem {
        loop {
            let mut told = pin!(self.told.notified());
            told.as_mut().enable();
            if let Some(why) = &*self.why() {
                return why.clone();
            }
            told.await;
        }
    }

    fn why(&self) -> MutexGuard<'_, Option<Problem>> {
        self.why.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    async fn soon(stop: &Stop) -> Option<Problem> {
        tokio::time::timeout(Duration::from_millis(10), stop.stopped()).await.ok()
    }

    #[tokio::test]
    async fn all_that_wait_are_told_and_whoever_asks_later_as_well() {
        let stop = Stop::default();
        assert_eq!(soon(&stop).await, None);
        let end = async { stop.stop(Problem::Interrupted) };
        let all = async { tokio::join!(stop.stopped(), stop.stopped(), end) };
        let (one, other, ()) = tokio::time::timeout(Duration::from_secs(5), all).await.unwrap();
        assert_eq!((one, other), (Problem::Interrupted, Problem::Interrupted));
        assert_eq!(soon(&stop).await, Some(Problem::Interrupted));
    }

    #[tokio::test]
    async fn the_first_reason_stands_and_another_reading_may_follow_all_but_one() {
        let stop = Stop::default();
        stop.stop(Problem::TooLong(7));
        stop.stop(Problem::Unanswered(20));
        assert_eq!(soon(&stop).await, Some(Problem::TooLong(7)));
        stop.renew();
        assert_eq!(soon(&stop).await, None);
        stop.stop(Problem::Interrupted);
        stop.renew();
        assert_eq!(soon(&stop).await, Some(Problem::Interrupted));
    }
}
