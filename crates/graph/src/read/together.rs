//! Several reads at a time.

use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::task::Poll;

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
}
