//! What a change of policies does to the accounts: proved again from the record of the change
//! alone, without asking the tenant.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Instant;

use halligan_core::ca::Verdict;
use halligan_core::id::PolicyId;
use halligan_core::register::{Register, Target};
use halligan_core::tenant::{NamedLocation, Part, Policy, PolicyState, Snapshot};
use halligan_core::time::Timestamp;
use halligan_core::watch::detect::Severity;
use halligan_core::watch::event::{Audit, AuditResult, Modified};

use crate::prove::change::{ChangeError, Comparison, Effect, Outcome, Proposal, compare};
use crate::prove::subjects;

/// The tenant as it is, as far as a snapshot and the changes since then say.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    register: Register,
    snapshot: Snapshot,
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
    /// How bad a change is that does this, where nothing else makes it worse.
    pub fn severity(&self) -> Severity {
        let is_locked = |one: &ProvedEffect| one.after == Verdict::LockedOut;
        match self.outcome {
            Outcome::Worse if self.effects.iter().any(is_locked) => Severity::Critical,
            Outcome::Worse => Severity::High,
            Outcome::Undecided => Severity::Medium,
            Outcome::NoWorse => Severity::Low,
        }
    }
}

impl Standing {
    /// The tenant of a snapshot.
    pub const fn of(register: Register, snapshot: Snapshot) -> Self {
        Self { register, snapshot }
    }

    /// Takes a change that was made, and proves what it does; `None` for one that changes no policy
    /// or location, that was not made, or that the snapshot holds already.
    pub fn take(&mut self, audit: &Audit, now: Timestamp) -> Option<ProvedChange> {
        if audit.result != AuditResult::Success {
            return None;
        }
        let begun = Instant::now();
        let changes = audit.targets.iter().flat_map(|target| &target.changes);
        let mut proposal = Proposal::default();
        let mut gone: Vec<PolicyId> = Vec::new();
        for change in changes {
            self.add(change, &mut proposal, &mut gone);
        }
        if proposal == Proposal::default() {
            return None;
        }
        let of = |snapshot: &Snapshot| subjects(&self.register, snapshot, now);
        let environment = &self.register.environment;
        let compared = compare(&self.snapshot, &proposal, environment, &of, now)
            .and_then(|compared| Ok((compared, proposal.applied(&self.snapshot)?.0)));
        let (compared, mut after) = match compared {
            Ok(compared) => compared,
            Err(error) => return Some(unknown(&error, begun)),
        };
        if let Part::Read { value, .. } = &mut after.policies {
            value.retain(|one| !gone.contains(&one.id));
        }
        self.snapshot = after;
        Some(proved(&compared, begun))
    }

    fn add(&self, change: &Modified, proposal: &mut Proposal, gone: &mut Vec<PolicyId>) {
        let read =
            |side: &Option<String>| halligan_wire::read::<Policy>(side.as_deref()?.as_bytes()).ok();
        match (read(&change.old), read(&change.new)) {
            (_, Some(new)) => {
                if self.is_news(&new) {
                    proposal.policies.push(new);
                }
            }
            (Some(old), None) if self.policy(&old.id).is_some() => {
                // One that is gone does what one that is off does.
                gone.push(old.id.clone());
                proposal.policies.push(Policy { state: PolicyState::Disabled, ..old });
            }
            _ => {
                let new = change.new.as_deref().unwrap_or_default().as_bytes();
                proposal.locations.extend(halligan_wire::read::<NamedLocation>(new));
            }
        }
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
    use halligan_core::check::sample::policy;
    use halligan_core::tenant::{GapReason, GrantControl, PartKind};
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
        let proved = standing().take(&change(None, Some(&block(false))), now()).unwrap();
        assert_eq!(proved.outcome, Outcome::Worse);
        assert_eq!(proved.severity(), Severity::Critical);
        assert_eq!(proved.sentence, "it locks alpha and bravo out of every declared surface");
    }

    #[test]
    fn a_change_of_which_nothing_can_be_proved_is_said() {
        let mut standing = standing();
        let reason = GapReason::NotInSource;
        standing.snapshot.withhold(&PartKind::Policies, &reason);
        let proved = standing.take(&change(None, Some(&block(false))), now()).unwrap();
        assert_eq!((proved.outcome, proved.severity()), (Outcome::Undecided, Severity::Medium));
        assert!(proved.sentence.contains("cannot be told"), "{}", proved.sentence);
    }

    #[test]
    fn changes_add_up_and_what_is_taken_away_does_no_harm() {
        let mut standing = standing();
        let (exempt, open) = (block(true), block(false));
        let first = standing.take(&change(None, Some(&exempt)), now()).unwrap();
        assert_eq!(first.outcome, Outcome::NoWorse);
        assert_eq!(first.sentence, "no emergency account is worse off");
        let second = standing.take(&change(Some(&exempt), Some(&open)), now()).unwrap();
        assert_eq!(second.outcome, Outcome::Worse, "the exclusion was removed");
        let third = standing.take(&change(Some(&open), None), now()).unwrap();
        assert_eq!(third.outcome, Outcome::NoWorse, "it was deleted");
        assert!(third.effects.iter().all(|one| one.after == Verdict::Proved));
        assert_eq!(standing.take(&change(Some(&open), None), now()), None, "it is gone already");
    }

    #[test]
    fn what_was_refused_or_is_older_than_the_snapshot_changes_nothing() {
        let mut standing = standing();
        let mut refused = change(None, Some(&block(false)));
        refused.result = AuditResult::Failure;
        assert_eq!(standing.take(&refused, now()), None);
        let at = |text: &str| text.parse::<Timestamp>().ok();
        let new = Policy { modified: at("2026-11-23T10:00:00Z"), ..block(true) };
        assert!(standing.take(&change(None, Some(&new)), now()).is_some());
        let late = Policy { modified: at("2026-11-23T09:00:00Z"), ..block(false) };
        assert_eq!(standing.take(&change(None, Some(&late)), now()), None);
        assert_eq!(standing.take(&Audit::default(), now()), None);
    }
}
