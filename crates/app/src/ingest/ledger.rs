//! What was handed on, and what of it is safe: a source that remembers how far it was read is told
//! no sooner.

use std::sync::atomic::{AtomicU64, Ordering};

/// How many detections were handed on, and how many of them are safe, in the order in which they
/// were handed on.
#[derive(Debug, Default)]
pub struct Ledger {
    handed_on: AtomicU64,
    safe: AtomicU64,
}

impl Ledger {
    /// One more is handed on.
    pub fn hand_on(&self) {
        self.handed_on.fetch_add(1, Ordering::SeqCst);
    }

    /// So many more are safe.
    pub fn keep(&self, count: u64) {
        self.safe.fetch_add(count, Ordering::SeqCst);
    }

    /// How many were.
    pub fn handed_on(&self) -> u64 {
        self.handed_on.load(Ordering::SeqCst)
    }

    /// Whether so many of them are safe.
    pub fn is_safe(&self, mark: u64) -> bool {
        self.safe.load(Ordering::SeqCst) >= mark
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_handed_on_is_safe_when_as_many_are_kept() {
        let ledger = Ledger::default();
        let before = ledger.handed_on();
        ledger.hand_on();
        ledger.hand_on();
        assert!(ledger.is_safe(before));
        let mark = ledger.handed_on();
        ledger.keep(1);
        assert!(!ledger.is_safe(mark));
        ledger.keep(1);
        assert!(ledger.is_safe(mark));
    }
}
