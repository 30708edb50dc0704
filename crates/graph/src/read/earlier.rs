//! What an earlier, interrupted reading left behind, and a later one need not read again.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use halligan_core::id::Guid;
use halligan_core::tenant::{Part, PartKind, PartName, Snapshot, TakePart};
use halligan_core::time::Timestamp;

/// Parts of an earlier snapshot that are young enough to stand; gaps among them are read again.
///
/// The organization is never taken over: reading it is the first contact, and shows that token and
/// tenant are the right ones.
#[derive(Default)]
pub struct Earlier(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    parts: BTreeMap<PartName, Box<dyn Any + Send>>,
    taken: BTreeSet<PartName>,
}

impl Earlier {
    /// What of `snapshot` was read between these two instants, both included.
    pub fn of(snapshot: Snapshot, not_before: Timestamp, not_after: Timestamp) -> Self {
        let mut taker = Taker { parts: BTreeMap::new(), not_before, not_after };
        snapshot.into_parts(&mut taker);
        Self(Mutex::new(Kept { parts: taker.parts, taken: BTreeSet::new() }))
    }

    /// How many parts there are to be taken over.
    pub fn count(&self) -> usize {
        self.kept().parts.len()
    }

    /// The part of this name, once.
    pub(super) fn take<T: 'static>(
        &self,
        kind: &PartKind,
        subject: Option<Guid>,
    ) -> Option<Part<T>> {
        let name = PartName { kind: kind.clone(), subject };
        let mut kept = self.kept();
        let part = kept.parts.remove(&name)?.downcast().ok()?;
        kept.taken.insert(name);
        Some(*part)
    }

    /// Whether the tenant's part of this kind was taken over.
    pub(super) fn has_given(&self, kind: &PartKind) -> bool {
        self.kept().taken.contains(&PartName { kind: kind.clone(), subject: None })
    }

    /// Whether there was a part of this name, taken over by now or not.
    pub(super) fn had(&self, kind: &PartKind, subject: Option<Guid>) -> bool {
        let name = PartName { kind: kind.clone(), subject };
        let kept = self.kept();
        kept.parts.contains_key(&name) || kept.taken.contains(&name)
    }

    /// Gives the tenant's part of this kind up, so that it is read.
    pub(super) fn forget(&self, kind: &PartKind) {
        self.kept().parts.remove(&PartName { kind: kind.clone(), subject: None });
    }

    /// A lock that a panic elsewhere does not spoil.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Earlier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Earlier").field("count", &self.count()).finish()
    }
}

struct Taker {
    parts: BTreeMap<PartName, Box<dyn Any + Send>>,
    not_before: Timestamp,
    not_after: Timestamp,
}

impl TakePart for Taker {
    fn take<T: Send + 'static>(&mut self, kind: PartKind, subject: Option<Guid>, part: Part<T>) {
        let is_young = matches!(
            &part, Part::Read { at, .. } if *at >= self.not_before && *at <= self.not_after
        );
        if is_young && kind != PartKind::Organization {
            self.parts.insert(PartName { kind, subject }, Box::new(part));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halligan_core::id::TenantId;
    use halligan_core::tenant::{
        Domain, GapReason, Organization, SecurityDefaults, Source, Unknown,
    };

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn snapshot() -> Snapshot {
        let taken = at("2026-11-22T10:00:00Z");
        let reason = GapReason::Failed { what: "interrupted".into() };
        let mut snapshot = Snapshot::unread(taken, Source::Files, &reason);
        let organization = Organization {
            id: TenantId::from_u128(1),
            display_name: String::new(),
            on_premises_sync_enabled: None,
            enabled_plans: Vec::new(),
            unknown: Unknown::new(),
        };
        snapshot.organization = Part::Read { at: taken, value: organization };
        snapshot.domains = Part::Read { at: at("2026-11-22T09:30:00Z"), value: Vec::new() };
        let defaults = SecurityDefaults { is_enabled: true, unknown: Unknown::new() };
        snapshot.security_defaults = Part::Read { at: at("2026-11-22T08:59:59Z"), value: defaults };
        snapshot.strengths = Part::Read { at: at("2026-11-22T10:00:01Z"), value: Vec::new() };
        snapshot
    }

    fn earlier() -> Earlier {
        Earlier::of(snapshot(), at("2026-11-22T09:00:00Z"), at("2026-11-22T10:00:00Z"))
    }

    #[test]
    fn only_what_was_read_in_time_is_kept_and_each_is_given_once() {
        let earlier = earlier();
        assert_eq!(earlier.count(), 1);
        assert!(!earlier.has_given(&PartKind::Domains) && earlier.had(&PartKind::Domains, None));
        let domains: Option<Part<Vec<Domain>>> = earlier.take(&PartKind::Domains, None);
        let Some(Part::Read { at: read, .. }) = domains else { panic!("{domains:?}") };
        assert_eq!(read, at("2026-11-22T09:30:00Z"));
        assert!(earlier.has_given(&PartKind::Domains) && earlier.had(&PartKind::Domains, None));
        assert!(!earlier.had(&PartKind::SecurityDefaults, None), "it is too old");
        assert!(earlier.take::<Vec<Domain>>(&PartKind::Domains, None).is_none());
        assert!(earlier.take::<SecurityDefaults>(&PartKind::SecurityDefaults, None).is_none());
    }

    #[test]
    fn what_is_forgotten_is_read_again() {
        let earlier = earlier();
        earlier.forget(&PartKind::Domains);
        assert!(earlier.take::<Vec<Domain>>(&PartKind::Domains, None).is_none());
    }
}
