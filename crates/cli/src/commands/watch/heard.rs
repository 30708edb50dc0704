//! What could not be read, and what is of other tenants, said while it comes: nobody waits months
//! for the end of a daemon.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use halligan_app::ingest::{Counts, UNREADABLE_SHOWN_MAX};
use halligan_core::id::TenantId;

use super::super::source::counted;

/// How often what grew is said again; the first is said at once.
pub(super) const COUNTS_EVERY: Duration = Duration::from_secs(3600);

/// What was said.
#[derive(Debug, Default)]
pub(super) struct Heard {
    foreign: BTreeMap<TenantId, u64>,
    unreadable: u64,
    said_at: Option<Instant>,
}

impl Heard {
    /// Whether there is something to be said at once: for every record, so that it costs nothing.
    pub(super) fn has_news(&self, counts: &Counts) -> bool {
        counts.foreign.len() != self.foreign.len()
    }

    /// What is new since the last time: a tenant at once, what grew every [`COUNTS_EVERY`].
    pub(super) fn news(&mut self, counts: &Counts, now: Instant) -> Vec<String> {
        let mut said = Vec::new();
        if counts.foreign.len() != self.foreign.len() {
            for (tenant, count) in &counts.foreign {
                if !self.foreign.contains_key(tenant) {
                    self.foreign.insert(*tenant, *count);
                    said.push(of_tenant(*tenant, *count));
                }
            }
        }
        let since = *self.said_at.get_or_insert(now);
        if now.duration_since(since) < COUNTS_EVERY {
            return said;
        }
        self.said_at = Some(now);
        for (tenant, count) in &counts.foreign {
            if self.foreign.insert(*tenant, *count) != Some(*count) {
                said.push(of_tenant(*tenant, *count));
            }
        }
        // Each of the first was said.
        let before = self.unreadable.max(UNREADABLE_SHOWN_MAX);
        if counts.unreadable > before {
            let records = number(counts.unreadable);
            said.push(format!("{records} could not be read so far: what they told is not known"));
        }
        self.unreadable = counts.unreadable;
        said
    }
}

fn of_tenant(tenant: TenantId, count: u64) -> String {
    let is = if count == 1 { "is" } else { "are" };
    format!("{} {is} of tenant {tenant}, which nobody declared", number(count))
}

fn number(count: u64) -> String {
    counted(usize::try_from(count).unwrap_or(usize::MAX), "record", "records")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_said_at_once_and_the_rest_once_an_hour() {
        let (mut heard, begun) = (Heard::default(), Instant::now());
        let mut counts = Counts::default();
        let at = |minutes: u64| begun + Duration::from_secs(minutes * 60);
        assert_eq!(heard.news(&counts, at(0)), [] as [&str; 0]);
        let tenant = TenantId::from_u128(7);
        counts.foreign.insert(tenant, 1);
        let one = heard.news(&counts, at(1));
        assert!(one.len() == 1 && one[0].starts_with("1 record is of tenant "), "{one:?}");
        counts.foreign.insert(tenant, 900);
        counts.unreadable = 900;
        assert_eq!(heard.news(&counts, at(59)), [] as [&str; 0]);
        let all = heard.news(&counts, at(61));
        assert!(all[0].starts_with("900 records are of tenant "), "{all:?}");
        assert!(all[1].starts_with("900 records could not be read so far"), "{all:?}");
        assert_eq!(heard.news(&counts, at(200)), [] as [&str; 0], "nothing grew");
        counts.foreign.insert(TenantId::from_u128(8), 2);
        assert_eq!(heard.news(&counts, at(201)).len(), 1);
        let few = Counts { unreadable: UNREADABLE_SHOWN_MAX, ..Counts::default() };
        let mut heard = Heard::default();
        heard.news(&few, at(0));
        assert_eq!(heard.news(&few, at(61)), [] as [&str; 0], "each was said");
    }
}
