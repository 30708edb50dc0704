//! The tenant as it is now, taken while it is watched: accounts are renamed, groups get owners, and
//! policies change.

use std::time::Duration;

use halligan_core::register::Register;
use halligan_core::tenant::{Gap, GapReason, PartKind, Snapshot};
use halligan_core::watch::watched::Subject;

use super::{Ingest, Standing, WatchedTenant, scan};

/// How often a tenant that is watched is to be read.
pub const READ_EVERY: Duration = Duration::from_secs(6 * 3600);
/// How soon it is to be tried again where it could not be.
pub const READ_AGAIN: Duration = Duration::from_secs(900);
/// The shortest time between two readings, however often accounts are renamed.
pub const READ_PAUSE: Duration = Duration::from_secs(60);
/// How long sources wait for the first reading, which says whom to look for.
pub const FIRST_READ_WAIT: Duration = Duration::from_secs(60);

/// Parts of a snapshot without which something is not watched, or no change is proved.
const PARTS: [PartKind; 11] = [
    PartKind::Account,
    PartKind::AccountMemberships,
    PartKind::AccountMethods,
    PartKind::Group,
    PartKind::GroupMembers,
    PartKind::GroupOwners,
    PartKind::Policies,
    PartKind::NamedLocations,
    PartKind::Strengths,
    PartKind::SecurityDefaults,
    PartKind::RoleAssignments,
];

impl Ingest {
    /// Takes what was read of a tenant, by its place: what is watched grows by it, former names
    /// and owners stay, and changes are proved from there on. What could not be read is given
    /// back; where the policies are among it, those that were known stay.
    pub fn refresh(&mut self, tenant: usize, register: &Register, snapshot: Snapshot) -> Vec<Gap> {
        let Some(of) = self.tenants.get_mut(tenant) else { return Vec::new() };
        of.names.id = of.names.id.or_else(|| snapshot.tenant_id());
        of.watched.add(register, &snapshot);
        let of_watching = |gap: &&Gap| PARTS.contains(&gap.part.kind);
        let gaps = snapshot.gaps().into_iter().filter(of_watching).cloned().collect();
        if of.standing.is_none() || snapshot.policies.value().is_ok() {
            let mut anew = Standing::of(register.clone(), snapshot);
            if let Some(former) = &of.standing {
                anew.replay(former);
            }
            of.standing = Some(Box::new(anew));
        }
        self.scan = scan(&self.tenants);
        gaps
    }

    /// Whether something came since it was last asked for which a tenant is to be read: an account
    /// was given a new name, or what a change does could not be told.
    pub fn take_outdated(&mut self) -> bool {
        std::mem::take(&mut self.is_outdated)
    }
}

impl WatchedTenant {
    /// How many accounts are watched by id alone: a failed sign-in can carry none.
    pub fn nameless(&self) -> usize {
        let has_name = |id| self.watched.has_name(&Subject::Account(id));
        self.names.accounts.keys().filter(|id| !has_name(**id)).count()
    }
}

/// Whether a gap may be closed by another try.
pub const fn may_pass(gap: &Gap) -> bool {
    matches!(gap.reason, GapReason::Failed { .. })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Place;
    use halligan_core::check::Case;
    use halligan_core::check::sample::ALPHA;
    use halligan_core::watch::event::{Audit, AuditResult, Event, Modified, Target, What};

    #[test]
    fn what_is_read_is_watched_and_former_names_stay() {
        let mut case = Case::sound();
        let mut ingest = Ingest::new(vec![WatchedTenant::of(&case.register, None)]);
        assert_eq!(ingest.tenants()[0].nameless(), 2);
        assert_eq!(ingest.refresh(0, &case.register, case.snapshot.clone()), []);
        assert_eq!(ingest.tenants()[0].nameless(), 0);
        assert!(ingest.tenants()[0].standing.is_some() && ingest.tenants()[0].names.id.is_some());
        let mut former = String::new();
        case.user(ALPHA, |user| {
            former = std::mem::replace(&mut user.user_principal_name, "other@contoso.com".into());
        });
        ingest.refresh(0, &case.register, case.snapshot.clone());
        for name in [former.as_str(), "other@contoso.com"] {
            assert_eq!(ingest.tenants()[0].watched.of_name(name).len(), 1, "{name}");
            let who = serde_json::json!({ "userPrincipalName": name });
            let record = serde_json::json!({"category": "SignInLogs", "properties": who});
            let record = record.to_string();
            assert!(ingest.scan.reason(record.as_bytes()).is_some(), "{name} is looked for");
        }
    }

    #[test]
    fn what_changed_while_the_tenant_was_read_stays_and_what_cannot_be_told_asks_for_it() {
        let Case { register, snapshot, .. } = Case::sound();
        let mut ingest = Ingest::new(vec![WatchedTenant::of(&register, Some(&snapshot))]);
        let mut take = |activity: &str, target: Target| {
            let (activity, result) = (activity.into(), AuditResult::Success);
            let audit = Audit { activity, result, targets: vec![target], ..Audit::default() };
            let what = What::Audit(Box::new(audit));
            let event = Event { id: None, at: None, tenant: None, correlation: None, what };
            let place = Place { source: "test".into(), line: None, offset: None };
            ingest.event(event, &place, snapshot.taken);
            ingest.take_outdated()
        };
        let old = register.group.map(|group| group.to_string());
        let change = Modified { name: "Group.ObjectID".into(), old, new: None };
        let id = ALPHA.to_string();
        let target = Target { id, changes: vec![change], ..Target::default() };
        assert!(!take("Remove member from group", target));
        assert!(take("Update named location", Target::default()), "it does not say what it is");
        ingest.refresh(0, &register, snapshot.clone());
        let standing = ingest.tenants()[0].standing.as_deref().unwrap();
        assert_ne!(*standing, Standing::of(register, snapshot), "the account is out");
    }

    #[test]
    fn what_could_not_be_read_is_given_back_and_costs_nothing_that_was_known() {
        let Case { register, snapshot, .. } = Case::sound();
        let mut ingest = Ingest::new(vec![WatchedTenant::of(&register, Some(&snapshot))]);
        let mut bare = snapshot.clone();
        let reason = GapReason::MissingPermission { permission: "Policy.Read.All".into() };
        bare.withhold(&PartKind::Policies, &reason);
        bare.withhold(&PartKind::Account, &reason);
        bare.withhold(&PartKind::AccessReviews, &reason);
        let gaps = ingest.refresh(0, &register, bare);
        let mut kinds: Vec<_> = gaps.iter().map(|gap| gap.part.kind.clone()).collect();
        kinds.dedup();
        assert_eq!(kinds, [PartKind::Policies, PartKind::Account]);
        assert!(!gaps.iter().any(may_pass));
        let standing = ingest.tenants()[0].standing.as_deref().unwrap();
        assert_eq!(*standing, Standing::of(register, snapshot));
        assert_eq!(ingest.tenants()[0].nameless(), 0);
    }
}
