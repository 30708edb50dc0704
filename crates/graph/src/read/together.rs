//! Several reads at a time, and how many there may be.

use std::collections::{BTreeMap, BTreeSet};
use std::future::{Future, poll_fn};
use std::task::Poll;

use halligan_core::tenant::GapReason;

use crate::problem::{Problem, Trace};

/// Reads that are started before the first of them must end: five full batches. The client's own
/// limit on requests is lower, so that this only keeps thousands of reads from waiting in line.
const WINDOW: usize = 100;

/// Runs all of `work`, up to [`WINDOW`] at a time, and gives the outputs in the order of `work`.
pub(super) async fn all<F: Future>(work: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut waiting = work.into_iter().map(Box::pin).enumerate();
    let mut running: Vec<_> = waiting.by_ref().take(WINDOW).collect();
    let mut outputs = BTreeMap::new();
    poll_fn(|context| {
        let mut at = 0;
        while let Some((place, future)) = running.get_mut(at) {
            let Poll::Ready(output) = future.as_mut().poll(context) else {
                at += 1;
                continue;
            };
            outputs.insert(*place, output);
            // A successor takes the place, and its first turn; without one the last moves up.
            match (waiting.next(), running.get_mut(at)) {
                (Some(next), Some(slot)) => *slot = next,
                _ => drop(running.swap_remove(at)),
            }
        }
        if running.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    outputs.into_values().collect()
}

/// As many of `ids` as there is `room` for, and the others with the limit (its name and what it
/// allows) for which they are not read.
pub(super) fn beyond<T: Ord>(
    ids: BTreeSet<T>,
    room: usize,
    (name, max): (&'static str, usize),
) -> (Vec<T>, Vec<(T, GapReason)>) {
    let mut first: Vec<T> = ids.into_iter().collect();
    let rest = first.split_off(room.min(first.len()));
    let reason = GapReason::Failed { what: limit(name, max).to_string() };
    (first, rest.into_iter().map(|id| (id, reason.clone())).collect())
}

/// The list, unless it is longer than the limit of this name.
pub(super) fn at_most<T>(items: Vec<T>, max: usize, name: &'static str) -> Result<Vec<T>, Problem> {
    if items.len() > max { Err(limit(name, max)) } else { Ok(items) }
}

/// What reaching a limit of the reader is told as.
pub(super) fn limit(name: &'static str, max: usize) -> Problem {
    Problem::Limit { name, value: max as u64, trace: Trace::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    #[tokio::test]
    async fn outputs_keep_the_order_and_the_window_holds() {
        let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let outputs = all((0..250_u64).map(|place| {
            let (running, most) = (&running, &most);
            async move {
                most.fetch_max(running.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis((250 - place) / 5)).await;
                running.fetch_sub(1, Ordering::Relaxed);
                place
            }
        }))
        .await;
        assert_eq!(outputs, (0..250).collect::<Vec<_>>());
        assert_eq!(most.into_inner(), WINDOW);
    }

    #[tokio::test]
    async fn no_work_is_done_at_once() {
        assert!(all(Vec::<std::future::Ready<()>>::new()).await.is_empty());
    }

    #[test]
    fn what_lies_beyond_a_limit_is_named_with_it() {
        let (first, rest) = beyond(BTreeSet::from([1, 2, 3]), 2, ("THINGS_MAX", 9));
        assert_eq!((first, rest.len()), (vec![1, 2], 1));
        let (id, reason) = &rest[0];
        assert_eq!(*id, 3);
        assert!(reason.to_string().contains("more than THINGS_MAX (9) allows"), "{reason}");
        let (first, rest) = beyond(BTreeSet::from([1, 2]), 2, ("THINGS_MAX", 2));
        assert_eq!((first.len(), rest.len()), (2, 0));
        assert_eq!(at_most(vec![1, 2], 2, "THINGS_MAX"), Ok(vec![1, 2]));
        let refused = at_most(vec![1, 2, 3], 2, "THINGS_MAX").map_err(|why| why.to_string());
        assert_eq!(refused, Err("there is more than THINGS_MAX (2) allows".into()));
    }
}
