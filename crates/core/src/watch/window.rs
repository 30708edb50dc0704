//! What takes several records to see.

use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::string::String;

use super::event::{Event, Sign, SignIn, What};
use super::watched::{Likeness, Subject, Watched};
use crate::id::UserId;
use crate::time::Timestamp;

/// Failures with one account within [`BURST_MINUTES`] that are a burst. Smart lockout begins at
/// ten, in government clouds at three
/// (<https://learn.microsoft.com/entra/identity/authentication/howto-password-smart-lockout>).
pub const BURST_FAILURES: u64 = 5;

/// The minutes within which they come.
pub const BURST_MINUTES: i64 = 10;

/// Addresses of one burst that are told apart.
pub const BURST_ADDRESSES_MAX: usize = 1_000;

/// Failures that are remembered of one account, so that late ones find their place.
const FAILURES_KEPT: usize = 64;

/// Failed sign-ins by account.
#[derive(Clone, Debug, Default)]
pub struct Failures(BTreeMap<UserId, Recent>);

#[derive(Clone, Debug, Default)]
struct Recent {
    times: VecDeque<Timestamp>,
    addresses: BTreeSet<String>,
    /// How many failed in the burst that goes on.
    count: u64,
    /// At how many the next word is said.
    next: u64,
}

impl Failures {
    /// Takes a record, and says when failures with one account are a burst: at
    /// [`BURST_FAILURES`], and again at each doubling, so that a flood of a million is twenty
    /// words.
    ///
    /// Records come out of order: a burst is so many failures whose times lie within
    /// [`BURST_MINUTES`] of each other, whenever they are seen. The event's time is that of the
    /// record that made it.
    pub fn take(&mut self, event: &Event, watched: &Watched) -> Option<Event> {
        let What::SignIn(sign_in) = &event.what else { return None };
        let at = event.at?;
        if sign_in.outcome.is_success() {
            return None;
        }
        let account = account_of(sign_in, watched)?;
        let recent = self.0.entry(account).or_default();
        recent.add(at, &sign_in.from.address);
        if recent.count < recent.next {
            return None;
        }
        recent.next = recent.count.saturating_mul(2);
        let (failures, addresses) = (recent.count, recent.addresses.len());
        Some(Event {
            id: event.id.as_ref().map(|id| alloc::format!("burst:{id}")),
            at: event.at,
            tenant: event.tenant,
            correlation: event.correlation.clone(),
            what: What::Sign(Sign::Burst { account, failures, addresses }),
        })
    }
}

/// The account that a sign-in is of, by its id or by a name that it has.
fn account_of(sign_in: &SignIn, watched: &Watched) -> Option<UserId> {
    let account = |subject: &Subject| match subject {
        Subject::Account(id) => Some(*id),
        _ => None,
    };
    let by_id = sign_in.user.map(|id| watched.of_guid(id)).unwrap_or_default();
    by_id.iter().filter_map(account).min().or_else(|| {
        let by_name = sign_in.names.iter().flat_map(|named| watched.of_name(&named.name));
        let same = by_name.filter(|(_, likeness)| *likeness == Likeness::Same);
        same.filter_map(|(subject, _)| account(subject)).min()
    })
}

impl Recent {
    fn add(&mut self, at: Timestamp, address: &str) {
        let is_near =
            |other: &Timestamp| (at.as_second() - other.as_second()).abs() <= BURST_MINUTES * 60;
        if !self.times.iter().any(is_near) {
            // The burst before is over, or there was none.
            *self = Self { next: BURST_FAILURES, ..Self::default() };
        }
        self.times.push_back(at);
        if self.times.len() > FAILURES_KEPT {
            self.times.pop_front();
        }
        self.count = self.count.saturating_add(1);
        if !address.is_empty() && self.addresses.len() < BURST_ADDRESSES_MAX {
            self.addresses.insert(address.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::detect::{sample_sign_in, sample_watched};
    use std::vec::Vec;

    fn failed(minute: i64, code: i64) -> Event {
        let mut event = sample_sign_in(code);
        let start: Timestamp = "2026-11-22T07:00:00Z".parse().unwrap();
        event.at = Timestamp::from_second(start.as_second() + minute * 60).ok();
        event
    }

    fn said(minutes: impl IntoIterator<Item = i64>, code: i64) -> Vec<u64> {
        let (mut failures, watched) = (Failures::default(), sample_watched());
        let each = minutes.into_iter().filter_map(|at| failures.take(&failed(at, code), &watched));
        let count = |event: Event| match event.what {
            What::Sign(Sign::Burst { failures, .. }) => failures,
            _ => 0,
        };
        each.map(count).collect()
    }

    #[test]
    fn a_burst_is_said_at_five_and_at_each_doubling() {
        assert_eq!(said(core::iter::repeat_n(0, 4), 50126), [0; 0]);
        assert_eq!(said(core::iter::repeat_n(0, 45), 50126), [5, 10, 20, 40]);
        assert_eq!(said(core::iter::repeat_n(0, 45), 0), [0; 0], "those got in");
    }

    #[test]
    fn failures_far_apart_are_none_and_their_order_does_not_matter() {
        assert_eq!(said((0..20).map(|one| one * 30), 50126), [0; 0]);
        assert_eq!(said([4, 0, 3, 1, 2], 50126), [5]);
        assert_eq!(said([0, 1, 2, 3, 60, 61, 62, 63], 50126), [0; 0]);
    }
}
