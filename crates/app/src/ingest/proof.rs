//! What a change of policies does to the accounts: proved again from the record of the change
//! alone, without asking the tenant.

use std::cmp::Reverse;
use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use halligan_core::ca::Verdict;
use halligan_core::id::{NamedLocationId, PolicyId};
use halligan_core::register::{Register, Target};
use halligan_core::tenant::{NamedLocation, Part, Policy, PolicyState, Snapshot};
use halligan_core::time::Timestamp;
use halligan_core::watch::detect::Severity;
use halligan_core::watch::event::{Audit, AuditResult, Modified};
use serde_json::Value;

use super::membership::{self, Move, moves};
use crate::prove::change::{
    Change, ChangeError, Comparison, Effect, Outcome, Proposal, compare_tenants,
};
use crate::prove::subjects;

/// Changes that are kept to be made again in a tenant that is read anew.
pub const REPLAY_MAX: usize = 256;
/// How long they are kept: longer than a reading takes.
pub const REPLAY_FOR: Duration = Duration::from_secs(3600);

/// The tenant as it is, as far as a snapshot and the changes since then say.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    register: Register,
    snapshot: Snapshot,
    /// When locations and memberships were changed last, as far as records said.
    changed: BTreeMap<String, Timestamp>,
    /// The changes that were taken last.
    last: VecDeque<Taken>,
}

/// A change that was taken.
#[derive(Clone, Debug, PartialEq)]
struct Taken {
    audit: Audit,
    at: Option<Timestamp>,
    seen: Timestamp,
}

/// A move between groups that may be in others.
const NESTED: &str = "whether the emergency accounts still get in cannot be told: policies name \
                      groups whose members were not read, and groups may be in groups";

/// What a record says was made.
#[derive(Debug, Default)]
struct Made {
    proposal: Proposal,
    gone_policies: Vec<PolicyId>,
    gone_locations: Vec<NamedLocationId>,
}

impl Made {
    fn is_nothing(&self) -> bool {
        self.proposal == Proposal::default() && self.gone_locations.is_empty()
    }
}

/// What a change does to the accounts.
#[derive(Clone, Debug, PartialEq)]
pub struct ProvedChange {
    /// Whether an account is worse off.
    pub outcome: Outcome,
    /// What it does, in one line.
    pub sentence: String,
    /// Account by account and surface by surface, where something is otherwise than before.
    pub effects: Vec<ProvedEffect>,
    /// How long the proofs took, in seconds.
    pub seconds: f64,
}

/// What a change does to one account on one surface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvedEffect {
    /// The account's code name.
    pub account: String,
    /// The surface.
    pub target: Target,
    /// The verdict before.
    pub before: Verdict,
    /// The verdict after.
    pub after: Verdict,
}

impl ProvedChange {
    /// Whether an account that got in somewhere no longer does.
    pub fn locks_out(&self) -> bool {
        let is_locked = |one: &ProvedEffect| one.after == Verdict::LockedOut;
        self.outcome == Outcome::Worse && self.effects.iter().any(is_locked)
    }

    /// How bad a change is that does this, where nothing else makes it worse.
    pub fn severity(&self) -> Severity {
        match self.outcome {
            Outcome::Worse if self.locks_out() => Severity::Critical,
            Outcome::Worse => Severity::High,
            Outcome::Undecided => Severity::Medium,
            Outcome::NoWorse => Severity::Low,
        }
    }
}

impl Standing {
    /// The tenant of a snapshot.
    pub const fn of(register: Register, snapshot: Snapshot) -> Self {
        Self { register, snapshot, changed: BTreeMap::new(), last: VecDeque::new() }
    }

    /// The tenant as it is.
    pub const fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Takes a change that was made at a time, and proves what it does; `None` for one that changes
    /// no policy, location or membership of an account, that was not made, or that the snapshot
    /// holds already.
    pub fn take(
        &mut self,
        audit: &Audit,
        at: Option<Timestamp>,
        now: Timestamp,
    ) -> Option<ProvedChange> {
        if audit.result != AuditResult::Success {
            return None;
        }
        let begun = Instant::now();
        let (made, moves) = self.read(audit, at);
        if made.is_nothing() && moves.is_empty() {
            return is_of_locations(audit).then(|| unsaid(begun));
        }
        self.keep(Taken { audit: audit.clone(), at, seen: now });
        match self.made(&made, &moves, at, now) {
            Ok(None) => None,
            Ok(Some((compared, after))) => {
                let both = (&self.snapshot, &after);
                let is_unclear = |one: &Move| membership::is_unclear(*one, both.0, both.1);
                let mut proved = proved(&compared, begun);
                if proved.outcome == Outcome::NoWorse && moves.iter().any(is_unclear) {
                    proved.outcome = Outcome::Undecided;
                    proved.sentence = NESTED.into();
                }
                self.snapshot = after;
                Some(proved)
            }
            Err(error) => Some(unknown(&error, begun)),
        }
    }

    fn read(&mut self, audit: &Audit, at: Option<Timestamp>) -> (Made, Vec<Move>) {
        let mut made = Made::default();
        for change in audit.targets.iter().flat_map(|target| &target.changes) {
            self.add(change, at, &mut made);
        }
        let moves = moves(audit).into_iter().filter(|one| self.is_next(one.key(), at)).collect();
        (made, moves)
    }

    fn keep(&mut self, taken: Taken) {
        let oldest = taken.seen.checked_sub(REPLAY_FOR).ok();
        self.last.push_back(taken);
        let is_over = |one: &Taken| oldest.is_some_and(|oldest| one.seen < oldest);
        while self.last.len() > REPLAY_MAX || self.last.front().is_some_and(is_over) {
            self.last.pop_front();
        }
    }

    /// Makes the changes again that `former` took last and that may be younger than what was read:
    /// reading takes its time, and they came meanwhile.
    pub fn replay(&mut self, former: &Self) {
        let begun = self.begun();
        for one in &former.last {
            let at = one.at.unwrap_or(one.seen);
            if begun.is_some_and(|begun| membership::is_before(at, begun)) {
                continue;
            }
            let (made, moves) = self.read(&one.audit, one.at);
            if let Ok((after, ..)) = self.applied(&made, &moves, one.at) {
                self.snapshot = gone(after, &made);
            }
            self.keep(one.clone());
        }
    }

    /// When the first part was read of what changes are made in.
    fn begun(&self) -> Option<Timestamp> {
        fn at<T>(part: &Part<T>) -> Option<Timestamp> {
            match part {
                Part::Read { at, .. } => Some(*at),
                Part::Gap(_) => None,
            }
        }
        let memberships = self.snapshot.accounts.values().filter_map(|one| at(&one.memberships));
        let others = [at(&self.snapshot.policies), at(&self.snapshot.locations)];
        memberships.chain(others.into_iter().flatten()).min()
    }

    /// What comes of a change, and the tenant after it; `None` where nothing does.
    fn made(
        &self,
        made: &Made,
        moves: &[Move],
        at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Option<(Comparison, Snapshot)>, ChangeError> {
        let (after, changes, is_moved) = self.applied(made, moves, at)?;
        if made.is_nothing() && !is_moved {
            return Ok(None);
        }
        let of = |snapshot: &Snapshot| subjects(&self.register, snapshot, now);
        let environment = &self.register.environment;
        let both = (&self.snapshot, &after);
        let compared = compare_tenants(both, changes, environment, &of, now)?;
        Ok(Some((compared, gone(after, made))))
    }

    /// The tenant with a change, what becomes of its policies, and whether an account was moved.
    fn applied(
        &self,
        made: &Made,
        moves: &[Move],
        at: Option<Timestamp>,
    ) -> Result<(Snapshot, Vec<Change>, bool), ChangeError> {
        let (mut after, changes) = made.proposal.applied(&self.snapshot)?;
        if let Part::Read { value, .. } = &mut after.locations {
            value.retain(|one| !made.gone_locations.contains(&one.id));
        }
        let mut is_moved = false;
        for one in moves {
            is_moved |= membership::apply(*one, &mut after, at);
        }
        Ok((after, changes, is_moved))
    }

    fn add(&mut self, change: &Modified, at: Option<Timestamp>, made: &mut Made) {
        let read =
            |side: &Option<String>| halligan_wire::read::<Policy>(side.as_deref()?.as_bytes()).ok();
        match (read(&change.old), read(&change.new)) {
            (_, Some(new)) => {
                if self.is_news(&new) {
                    made.proposal.policies.push(new);
                }
                return;
            }
            (Some(old), None) if self.policy(&old.id).is_some() => {
                // One that is gone does what one that is off does.
                made.gone_policies.push(old.id.clone());
                let gone = Policy { state: PolicyState::Disabled, ..old };
                made.proposal.policies.push(gone);
                return;
            }
            _ => {}
        }
        let location = |side: &Option<String>| location(side.as_deref()?);
        let is_younger = |one: &NamedLocation| {
            let read = match &self.snapshot.locations {
                Part::Read { at, .. } => Some(*at),
                Part::Gap(_) => None,
            };
            let known = self.snapshot.locations.value().ok();
            let is_known = known.is_some_and(|all| all.iter().any(|had| had.id == one.id));
            is_known && at.zip(read).is_some_and(|(at, read)| membership::is_before(at, read))
        };
        let (old, new) = (location(&change.old), location(&change.new));
        let Some(one) = new.as_ref().or(old.as_ref()) else { return };
        if is_younger(one) || !self.is_next(format!("location {}", one.id), at) {
            return;
        }
        match (old, new) {
            (_, Some(new)) => made.proposal.locations.push(new),
            (Some(old), None) => made.gone_locations.push(old.id),
            (None, None) => {}
        }
    }

    /// Whether a change of a thing is no older than those that were taken of it.
    fn is_next(&mut self, what: String, at: Option<Timestamp>) -> bool {
        let Some(at) = at else { return true };
        let last = self.changed.entry(what).or_insert(at);
        let is_next = *last <= at;
        *last = at.max(*last);
        is_next
    }

    fn policy(&self, id: &PolicyId) -> Option<&Policy> {
        self.snapshot.policies.value().ok()?.iter().find(|one| one.id == *id)
    }

    /// Whether a version of a policy is later than the one that is known: records come late, and
    /// the snapshot may be younger.
    fn is_news(&self, new: &Policy) -> bool {
        let Some(known) = self.policy(&new.id) else { return true };
        match (known.modified.or(known.created), new.modified.or(new.created)) {
            (Some(known), Some(new)) => new > known,
            _ => true,
        }
    }
}

/// The tenant without the policies that are gone, which were proved as those that are off.
fn gone(mut after: Snapshot, made: &Made) -> Snapshot {
    if let Part::Read { value, .. } = &mut after.policies {
        value.retain(|one| !made.gone_policies.contains(&one.id));
    }
    after
}

/// Reads a named location; its kind is known by its members where the record leaves it out.
fn location(text: &str) -> Option<NamedLocation> {
    if let Ok(location) = halligan_wire::read::<NamedLocation>(text.as_bytes()) {
        return Some(location);
    }
    let Ok(Value::Object(mut members)) = serde_json::from_str(text) else { return None };
    let has = |name: &str| members.keys().any(|one| one.eq_ignore_ascii_case(name));
    let kind = match () {
        () if has("ipRanges") => "#microsoft.graph.ipNamedLocation",
        () if has("countriesAndRegions") => "#microsoft.graph.countryNamedLocation",
        () => return None,
    };
    members.insert("@odata.type".into(), kind.into());
    halligan_wire::read::<NamedLocation>(Value::Object(members).to_string().as_bytes()).ok()
}

fn is_of_locations(audit: &Audit) -> bool {
    let activity = audit.activity.trim().to_ascii_lowercase();
    let is_changed = activity.starts_with("update ") || activity.starts_with("delete ");
    is_changed && activity.ends_with("named location")
}

/// A change of a named location whose record does not say what it is now.
fn unsaid(begun: Instant) -> ProvedChange {
    ProvedChange {
        outcome: Outcome::Undecided,
        sentence:
            "whether the emergency accounts still get in cannot be told: the record does not \
                   say what the named location is now"
                .into(),
        effects: Vec::new(),
        seconds: begun.elapsed().as_secs_f64(),
    }
}

/// A change of which nothing can be proved.
fn unknown(error: &ChangeError, begun: Instant) -> ProvedChange {
    ProvedChange {
        outcome: Outcome::Undecided,
        sentence: format!("whether the emergency accounts still get in cannot be told: {error}"),
        effects: Vec::new(),
        seconds: begun.elapsed().as_secs_f64(),
    }
}

fn proved(compared: &Comparison, begun: Instant) -> ProvedChange {
    let account = |effect: &Effect| {
        let account = compared.after.accounts.get(effect.account);
        account.map(|one| one.subject.code_name.clone()).unwrap_or_default()
    };
    let effect = |effect: &Effect| ProvedEffect {
        account: account(effect),
        target: effect.target,
        before: effect.before,
        after: effect.after,
    };
    let outcome = compared.outcome();
    let worse: Vec<&Effect> =
        compared.effects.iter().filter(|one| one.outcome() != Outcome::NoWorse).collect();
    ProvedChange {
        outcome,
        sentence: sentence(&worse, compared.after.environment.targets.len(), &account),
        effects: compared.effects.iter().map(effect).collect(),
        seconds: begun.elapsed().as_secs_f64(),
    }
}

/// What happens to which accounts, on which surfaces; the worst first.
fn sentence(worse: &[&Effect], surfaces: usize, account: &dyn Fn(&Effect) -> String) -> String {
    let mut by_account: BTreeMap<(Reverse<Verdict>, String), Vec<&'static str>> = BTreeMap::new();
    for effect in worse {
        let what = (Reverse(effect.after), account(effect));
        by_account.entry(what).or_default().push(effect.target.title());
    }
    let mut by_what: Vec<(Verdict, Vec<&'static str>, Vec<String>)> = Vec::new();
    for ((Reverse(verdict), account), targets) in by_account {
        match by_what.iter_mut().find(|(of, at, _)| *of == verdict && *at == targets) {
            Some((.., accounts)) => accounts.push(account),
            None => by_what.push((verdict, targets, vec![account])),
        }
    }
    let said = by_what.iter().map(|(verdict, targets, accounts)| {
        let accounts = accounts.join(" and ");
        let targets = match targets.len() == surfaces {
            true => "every declared surface".into(),
            false => targets.join(", "),
        };
        match verdict {
            Verdict::LockedOut => format!("it locks {accounts} out of {targets}"),
            Verdict::Harmed => format!("it denies {accounts} some sign-ins to {targets}"),
            Verdict::Undecided | Verdict::Proved => {
                format!("whether {accounts} still gets in to {targets} cannot be told")
            }
        }
    });
    let said: Vec<String> = said.collect();
    if said.is_empty() { "no emergency account is worse off".into() } else { said.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halligan_core::check::Case;
    use halligan_core::check::sample::{BRAVO, policy};
    use halligan_core::id::{GroupId, Guid};
    use halligan_core::tenant::{GapReason, GrantControl, GroupRef, PartKind};
    use halligan_core::time::SignedDuration;
    use halligan_core::watch::event::Target as Changed;
    use halligan_wire::Entity as _;

    fn now() -> Timestamp {
        "2026-11-23T12:00:00Z".parse().unwrap()
    }

    fn text(policy: &Policy) -> Option<String> {
        Some(serde_json::Value::Object(policy.write()).to_string())
    }

    fn change(old: Option<&Policy>, new: Option<&Policy>) -> Audit {
        let name = "ConditionalAccessPolicy".into();
        let modified = Modified { name, old: old.and_then(text), new: new.and_then(text) };
        let target = Changed { changes: vec![modified], ..Changed::default() };
        Audit { result: AuditResult::Success, targets: vec![target], ..Audit::default() }
    }

    fn standing() -> Standing {
        let Case { register, snapshot, .. } = Case::sound();
        Standing::of(register, snapshot)
    }

    /// A policy that blocks everybody, or everybody but the emergency group.
    fn block(is_exempt: bool) -> Policy {
        let mut policy = policy("block", GrantControl::Block);
        if !is_exempt {
            policy.conditions.users.iter_mut().for_each(|users| users.exclude_groups.clear());
        }
        policy
    }

    #[test]
    fn a_policy_that_locks_out_is_said_with_the_accounts_and_surfaces() {
        let proved = standing().take(&change(None, Some(&block(false))), None, now()).unwrap();
        assert_eq!(proved.outcome, Outcome::Worse);
        assert_eq!(proved.severity(), Severity::Critical);
        assert_eq!(proved.sentence, "it locks alpha and bravo out of every declared surface");
    }

    #[test]
    fn a_change_of_which_nothing_can_be_proved_is_said() {
        let mut standing = standing();
        let reason = GapReason::NotInSource;
        standing.snapshot.withhold(&PartKind::Policies, &reason);
        let proved = standing.take(&change(None, Some(&block(false))), None, now()).unwrap();
        assert_eq!((proved.outcome, proved.severity()), (Outcome::Undecided, Severity::Medium));
        assert!(proved.sentence.contains("cannot be told"), "{}", proved.sentence);
    }

    #[test]
    fn changes_add_up_and_what_is_taken_away_does_no_harm() {
        let mut standing = standing();
        let (exempt, open) = (block(true), block(false));
        let first = standing.take(&change(None, Some(&exempt)), None, now()).unwrap();
        assert_eq!(first.outcome, Outcome::NoWorse);
        assert_eq!(first.sentence, "no emergency account is worse off");
        let second = standing.take(&change(Some(&exempt), Some(&open)), None, now()).unwrap();
        assert_eq!(second.outcome, Outcome::Worse, "the exclusion was removed");
        let third = standing.take(&change(Some(&open), None), None, now()).unwrap();
        assert_eq!(third.outcome, Outcome::NoWorse, "it was deleted");
        assert!(third.effects.iter().all(|one| one.after == Verdict::Proved));
        assert_eq!(
            standing.take(&change(Some(&open), None), None, now()),
            None,
            "it is gone already"
        );
    }

    #[test]
    fn what_was_refused_or_is_older_than_the_snapshot_changes_nothing() {
        let mut standing = standing();
        let mut refused = change(None, Some(&block(false)));
        refused.result = AuditResult::Failure;
        assert_eq!(standing.take(&refused, None, now()), None);
        let at = |text: &str| text.parse::<Timestamp>().ok();
        let new = Policy { modified: at("2026-11-23T10:00:00Z"), ..block(true) };
        assert!(standing.take(&change(None, Some(&new)), None, now()).is_some());
        let late = Policy { modified: at("2026-11-23T09:00:00Z"), ..block(false) };
        assert_eq!(standing.take(&change(None, Some(&late)), None, now()), None);
        assert_eq!(standing.take(&Audit::default(), None, now()), None);
    }

    #[test]
    fn a_member_who_is_taken_out_of_the_exclusion_group_is_locked_out() {
        let mut standing = standing();
        let exempt = block(true);
        standing.take(&change(None, Some(&exempt)), None, now()).unwrap();
        let group = standing.register.group.unwrap();
        let record = |activity: &str| {
            let id = Some(format!("\"{group}\""));
            let (old, new) = if activity.starts_with("Add") { (None, id) } else { (id, None) };
            let modified = Modified { name: "Group.ObjectID".into(), old, new };
            let target =
                Changed { id: BRAVO.to_string(), changes: vec![modified], ..Changed::default() };
            let (activity, result) = (activity.into(), AuditResult::Success);
            Audit { activity, result, targets: vec![target], ..Audit::default() }
        };
        let at = |minute: i64| now().checked_add(SignedDuration::from_mins(minute)).ok();
        let proved = standing.take(&record("Remove member from group"), at(1), now()).unwrap();
        assert_eq!(proved.outcome, Outcome::Worse);
        assert_eq!(proved.sentence, "it locks bravo out of every declared surface");
        let late = standing.take(&record("Add member to group"), at(0), now());
        assert_eq!(late, None, "it happened before");
        let back = standing.take(&record("Add member to group"), at(2), now()).unwrap();
        assert_eq!(back.outcome, Outcome::NoWorse);
        let again = standing.take(&record("Add member to group"), at(3), now());
        assert_eq!(again, None, "it changes nothing");
    }

    fn record(activity: &str, member: Guid, group: Guid) -> Audit {
        let id = Some(format!("\"{group}\""));
        let (old, new) = if activity.starts_with("Add") { (None, id) } else { (id, None) };
        let modified = Modified { name: "Group.ObjectID".into(), old, new };
        let target =
            Changed { id: member.to_string(), changes: vec![modified], ..Changed::default() };
        let (activity, result) = (activity.into(), AuditResult::Success);
        Audit { activity, result, targets: vec![target], ..Audit::default() }
    }

    #[test]
    fn a_move_between_groups_that_may_be_in_others_cannot_be_told() {
        let (inner, outer) = (Guid::from_u128(0x11), Guid::from_u128(0x22));
        let added = record("Add member to group", BRAVO.0, inner);
        let mut plain = standing();
        assert_eq!(plain.take(&added, None, now()).unwrap().outcome, Outcome::NoWorse);
        let mut named = block(true);
        if let Some(users) = &mut named.conditions.users {
            users.include_users.clear();
            users.include_groups = vec![GroupRef::Id(GroupId(outer))];
            users.exclude_groups.clear();
        }
        let mut unread = standing();
        unread.take(&change(None, Some(&named)), None, now()).unwrap();
        let told = |standing: &mut Standing, audit: &Audit| {
            let proved = standing.take(audit, None, now()).unwrap();
            assert_eq!(proved.outcome == Outcome::Undecided, proved.sentence == NESTED);
            proved.outcome
        };
        assert_eq!(told(&mut unread.clone(), &added), Outcome::Undecided);
        // It is in both, and by the inner one in the outer one, or not.
        told(&mut unread, &added);
        unread.take(&record("Add member to group", BRAVO.0, outer), None, now());
        let removed = record("Remove member from group", BRAVO.0, inner);
        assert_eq!(told(&mut unread, &removed), Outcome::Undecided);
        // Where the members of the outer one were read, the account is in that too.
        let mut read = standing();
        read.take(&change(None, Some(&named)), None, now()).unwrap();
        let mut known = read.snapshot.groups.values().next().unwrap().clone();
        known.id = GroupId(outer);
        let Part::Read { value, .. } = &mut known.members else { panic!() };
        value.truncate(1);
        value[0].id = GroupId(inner).into();
        read.snapshot.groups.insert(GroupId(outer), known);
        assert_eq!(told(&mut read, &added), Outcome::Worse);
    }

    #[test]
    fn changes_that_came_while_the_tenant_was_read_are_made_again() {
        let group = standing().register.group.unwrap().0;
        let removed = record("Remove member from group", BRAVO.0, group);
        let mut former = standing();
        let begun = former.begun().unwrap();
        let after = |seconds| begun.checked_add(SignedDuration::from_secs(seconds)).ok();
        former.take(&change(None, Some(&block(true))), after(1), now()).unwrap();
        former.take(&removed, after(2), now()).unwrap();
        let mut anew = standing();
        anew.replay(&former);
        assert_eq!(anew.snapshot, former.snapshot);
        let mut again = standing();
        again.replay(&anew);
        assert_eq!(again.snapshot, former.snapshot, "they stay for the next reading");
        let mut old = standing();
        old.take(&change(None, Some(&block(true))), after(-301), now()).unwrap();
        let mut anew = standing();
        anew.replay(&old);
        assert_eq!(anew, standing(), "what was read is younger");
        for number in 0..REPLAY_MAX + 5 {
            let id = Guid::from_u128(number as u128 + 1000);
            old.take(&record("Add member to group", id, group), None, now());
        }
        assert_eq!(old.last.len(), REPLAY_MAX);
        let late = now().checked_add(SignedDuration::from_secs(3601)).unwrap();
        old.take(&removed, None, late);
        assert_eq!(old.last.len(), 1);
    }

    #[test]
    fn a_location_that_is_taken_away_from_is_proved_and_one_that_is_not_said_cannot_be_told() {
        let mut standing = standing();
        let id = "00000000-0000-0000-0000-0000000000c1";
        let at_home = |range: &str| {
            let range = serde_json::json!({
                "@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": range,
            });
            let location = serde_json::json!({
                "id": id, "displayName": "HQ", "isTrusted": true, "ipRanges": [range],
            });
            Some(location.to_string())
        };
        let record = |old: Option<String>, new: Option<String>| {
            let modified = Modified { name: "NamedLocation".into(), old, new };
            let target = Changed { changes: vec![modified], ..Changed::default() };
            let (activity, result) = ("Update named location".into(), AuditResult::Success);
            Audit { activity, result, targets: vec![target], ..Audit::default() }
        };
        let home = at_home("203.0.113.0/24");
        assert!(standing.take(&record(None, home.clone()), None, now()).is_some());
        let known = |standing: &Standing| {
            let all = standing.snapshot.locations.value().unwrap();
            all.iter().any(|one| one.id.as_str() == id)
        };
        assert!(known(&standing), "its kind is known by its members");
        let unsaid = standing.take(&record(None, None), None, now()).unwrap();
        assert_eq!(unsaid.outcome, Outcome::Undecided);
        assert!(standing.take(&record(home, None), None, now()).is_some());
        assert!(!known(&standing));
    }
}
