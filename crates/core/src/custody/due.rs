//! What is due to be confirmed as present.

use alloc::vec::Vec;

use super::item::Holder;
use super::limits::CLOCK_SKEW_SECONDS_MAX;
use super::state::{Item, State, Weight};
use crate::id::ItemId;
use crate::register::Custody;
use crate::time::{Timestamp, days_between};

/// When an item was seen last, by either weight, and what that leaves of the term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The item.
    pub item: ItemId,
    /// Who should have it.
    pub holder: Holder,
    /// When it was seen or moved last, by anybody's word; `None` when no such time can be believed.
    pub seen: Option<Timestamp>,
    /// When it was seen or taken last by a signature of who did.
    pub confirmed: Option<Timestamp>,
    /// The days that are left of the term from `seen`; negative when it is overdue.
    pub days_left: Option<i64>,
    /// The same from `confirmed`.
    pub days_left_confirmed: Option<i64>,
}

impl Due {
    /// Whether the term is over, by anybody's word.
    pub fn is_overdue(&self) -> bool {
        self.days_left.is_none_or(|days| days < 0)
    }

    /// Whether the term is over when only signatures count.
    pub fn is_overdue_confirmed(&self) -> bool {
        self.days_left_confirmed.is_none_or(|days| days < 0)
    }

    /// For how many days it is overdue by anybody's word; 0 when it is not.
    pub fn days_overdue(&self) -> i64 {
        self.days_left.map_or(0, |days| (-days).max(0))
    }
}

/// Every item that somebody holds, the most urgent first.
pub fn due(state: &State, declared: &Custody, now: Timestamp) -> Vec<Due> {
    let term = i64::from(declared.confirm_days);
    let mut all: Vec<Due> = state
        .live()
        .map(|(id, item)| {
            let (seen, confirmed) = (seen(item, now), confirmed(item, now));
            let left = |at: Timestamp| term - days_between(at, now);
            Due {
                item: id.clone(),
                holder: item.holder.clone(),
                seen,
                confirmed,
                days_left: seen.map(left),
                days_left_confirmed: confirmed.map(left),
            }
        })
        .collect();
    all.sort_by_key(|one| (one.days_left, one.days_left_confirmed));
    all
}

fn seen(item: &Item, now: Timestamp) -> Option<Timestamp> {
    let times = [item.asserted, item.confirmed, Some(item.moved.at)];
    times.into_iter().flatten().filter(|at| is_believable(*at, now)).max()
}

fn confirmed(item: &Item, now: Timestamp) -> Option<Timestamp> {
    let taken = match &item.holder {
        Holder::Person(person) => item.moved.people.get(person).copied(),
        Holder::Place(_) => Some(item.moved.weight()),
    };
    let taken = (taken == Some(Weight::Confirmed)).then_some(item.moved.at);
    [item.confirmed, taken].into_iter().flatten().filter(|at| is_believable(*at, now)).max()
}

/// A time ahead of ours comes from a clock that was wrong, and would put off the term for ever.
fn is_believable(at: Timestamp, now: Timestamp) -> bool {
    at.as_second() - now.as_second() <= CLOCK_SKEW_SECONDS_MAX
}
