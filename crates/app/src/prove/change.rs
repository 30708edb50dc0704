//! A change of policies before it is saved: what accounts could do before, and what they can do
//! after.
//!
//! A proposed policy replaces the one with its id. One without an id, as people write it in a
//! repository, replaces the one of its display name. Everything else is added. Named locations and
//! authentication strengths that come with them replace and add by id.

use std::path::{Path, PathBuf};

use halligan_core::ca::{Blame, Denial, Doubt, Verdict};
use halligan_core::id::{Guid, PolicyId};
use halligan_core::register::{Environment, Target};
use halligan_core::tenant::{Gap, GapReason, NamedLocation, Part, Policy, Snapshot, Strength};
use halligan_core::time::Timestamp;
use thiserror::Error;

use super::{ProveError, Proving, Subject, prove_accounts};
use crate::folder::{FileFate, Folder, FolderError};

/// What is proposed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proposal {
    /// Policies, in the order of the files.
    pub policies: Vec<Policy>,
    /// Named locations.
    pub locations: Vec<NamedLocation>,
    /// Authentication strengths.
    pub strengths: Vec<Strength>,
}

/// What becomes of one policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The policy, by its place in the list after the change.
    pub policy: usize,
    /// What becomes of it.
    pub kind: ChangeKind,
}

/// What becomes of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It replaces the one with its id.
    Replaced,
    /// It carries no id and replaces the one of its display name.
    ReplacedByName,
    /// It says what the tenant's says.
    Same,
}

impl ChangeKind {
    /// The word of it in output for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Replaced => "replaced",
            Self::ReplacedByName => "replaced_by_name",
            Self::Same => "same",
        }
    }
}

/// What a change does.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Policy by policy, in the order of the proposal.
    pub changes: Vec<Change>,
    /// Before.
    pub before: Proving,
    /// After.
    pub after: Proving,
    /// Account by account and surface by surface, where something is otherwise than before.
    pub effects: Vec<Effect>,
}

/// What a change does to one account on one surface.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// The account, by its place.
    pub account: usize,
    /// The surface.
    pub target: Target,
    /// The verdict before.
    pub before: Verdict,
    /// The verdict after.
    pub after: Verdict,
    /// Sign-ins that are denied now and whose culprit denied none before.
    pub denials: Vec<Denial>,
    /// What is not certain now and was before.
    pub doubts: Vec<(Blame, Doubt)>,
}

/// What comes of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// No account is worse off than before.
    NoWorse,
    /// What could be told before the change cannot be told after it.
    Undecided,
    /// An account is worse off than before.
    Worse,
}

impl Outcome {
    /// The word of it in output for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NoWorse => "no_worse",
            Self::Undecided => "undecided",
            Self::Worse => "worse",
        }
    }
}

/// Why a change cannot be judged.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ChangeError {
    /// A file or folder cannot be listed, or holds no policy.
    #[error("{0}")]
    Folder(FolderError),
    /// A file that should be read cannot be.
    #[error("`{}`: {why}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// Two files propose two versions of one policy.
    #[error("policy `{0}` is proposed twice, and not in the same words")]
    Twice(PolicyId),
    /// A policy without an id has a name that several have.
    #[error("`{name}` has no id, and {} policies have that name", ids.len())]
    Ambiguous {
        /// The display name.
        name: String,
        /// Their ids.
        ids: Vec<PolicyId>,
    },
    /// The policies as they are were not read.
    #[error("the tenant's policies were not read: {0}")]
    Unread(Gap),
    /// Nothing can be proved.
    #[error("{0}")]
    Prove(ProveError),
}

impl ChangeError {
    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Folder(error) => error.hint(),
            Self::File { .. } => Some("nothing is proved about a change that is not whole".into()),
            Self::Twice(_) => Some("give the files of one version of the change".into()),
            Self::Ambiguous { ids, .. } => {
                let ids: Vec<&str> = ids.iter().map(PolicyId::as_str).collect();
                Some(format!("write the id into the file: one of `{}`", ids.join("`, `")))
            }
            Self::Unread(_) => None,
            Self::Prove(error) => error.hint(),
        }
    }
}

impl Proposal {
    /// Reads files and folders in the shape of exports.
    pub fn read(paths: &[PathBuf], now: Timestamp) -> Result<Self, ChangeError> {
        let mut proposal = Self::default();
        for path in paths {
            let folder = Folder::read(path, now).map_err(ChangeError::Folder)?;
            if let Some(file) = folder.refused().next()
                && let FileFate::Refused(why) = &file.fate
            {
                let within = if path.is_dir() { path.join(&file.path) } else { path.clone() };
                return Err(ChangeError::File { path: within, why: why.clone() });
            }
            proposal.take(folder.snapshot)?;
        }
        Ok(proposal)
    }

    fn take(&mut self, snapshot: Snapshot) -> Result<(), ChangeError> {
        let Snapshot { policies, locations, strengths, .. } = snapshot;
        for policy in read(policies) {
            match self.policies.iter().find(|one| one.id == policy.id) {
                Some(same) if *same == policy => {}
                Some(_) => return Err(ChangeError::Twice(policy.id)),
                None => self.policies.push(policy),
            }
        }
        self.locations.extend(read(locations));
        self.strengths.extend(read(strengths));
        Ok(())
    }

    /// The tenant as it would be, and what becomes of each policy.
    pub fn applied(&self, snapshot: &Snapshot) -> Result<(Snapshot, Vec<Change>), ChangeError> {
        let mut after = snapshot.clone();
        put(&mut after.locations, &self.locations, snapshot.taken, |one| one.id.as_str());
        put(&mut after.strengths, &self.strengths, snapshot.taken, |one| one.id.as_str());
        let Part::Read { value: policies, .. } = &mut after.policies else {
            let gap = after.policies.value().err().cloned();
            return Err(gap.map_or(ChangeError::Prove(ProveError::NoAccount), ChangeError::Unread));
        };
        let mut changes = Vec::new();
        for proposed in &self.policies {
            changes.push(change(policies, proposed)?);
        }
        Ok((after, changes))
    }
}

fn read<T>(part: Part<Vec<T>>) -> Vec<T> {
    match part {
        Part::Read { value, .. } => value,
        Part::Gap(_) => Vec::new(),
    }
}

/// Puts objects in the place of those with their ids, or behind them. A part that could not be read
/// stays so; one that the source does not hold begins with them.
fn put<T: Clone>(part: &mut Part<Vec<T>>, proposed: &[T], at: Timestamp, id: impl Fn(&T) -> &str) {
    if proposed.is_empty() {
        return;
    }
    if part.value().is_err_and(|gap| gap.reason == GapReason::NotInSource) {
        *part = Part::Read { at, value: Vec::new() };
    }
    let Part::Read { value, .. } = part else { return };
    for one in proposed {
        match value.iter_mut().find(|have| id(have) == id(one)) {
            Some(have) => *have = one.clone(),
            None => value.push(one.clone()),
        }
    }
}

/// Puts one policy into the list.
fn change(policies: &mut Vec<Policy>, proposed: &Policy) -> Result<Change, ChangeError> {
    let of_id = policies.iter().position(|one| one.id == proposed.id);
    let (place, kind) = match of_id {
        Some(place) => (Some(place), ChangeKind::Replaced),
        None if proposed.id.as_str().parse::<Guid>().is_ok() => (None, ChangeKind::Added),
        None => (of_name(policies, &proposed.display_name)?, ChangeKind::ReplacedByName),
    };
    match place.and_then(|place| Some((place, policies.get_mut(place)?))) {
        Some((place, old)) => {
            let kind = if is_same(old, proposed) { ChangeKind::Same } else { kind };
            let id = old.id.clone();
            *old = Policy { id, ..proposed.clone() };
            Ok(Change { policy: place, kind })
        }
        None => {
            policies.push(proposed.clone());
            Ok(Change { policy: policies.len() - 1, kind: ChangeKind::Added })
        }
    }
}

/// The one policy with this display name; `None` where there is none.
fn of_name(policies: &[Policy], name: &str) -> Result<Option<usize>, ChangeError> {
    let mut places = policies.iter().enumerate().filter(|(_, one)| one.display_name == name);
    let first = places.next();
    match (first, places.next()) {
        (Some(_), Some(_)) => {
            let named = policies.iter().filter(|one| one.display_name == name);
            let ids = named.map(|one| one.id.clone()).collect();
            Err(ChangeError::Ambiguous { name: name.into(), ids })
        }
        (first, _) => Ok(first.map(|(place, _)| place)),
    }
}

/// Whether two versions of a policy say the same, whenever they were written.
fn is_same(one: &Policy, other: &Policy) -> bool {
    one.display_name == other.display_name
        && one.state == other.state
        && one.conditions == other.conditions
        && one.grant == other.grant
        && one.session == other.session
}

/// Proves before and after a proposal, for the accounts that `subjects` finds in each tenant.
pub fn compare(
    snapshot: &Snapshot,
    proposal: &Proposal,
    environment: &Environment,
    subjects: &dyn Fn(&Snapshot) -> Vec<Subject>,
    now: Timestamp,
) -> Result<Comparison, ChangeError> {
    let (changed, changes) = proposal.applied(snapshot)?;
    let proved = |snapshot: &Snapshot| {
        prove_accounts(snapshot, environment, subjects(snapshot), now).map_err(ChangeError::Prove)
    };
    let (before, after) = (proved(snapshot)?, proved(&changed)?);
    let effects = effects(&before, &after);
    Ok(Comparison { changes, before, after, effects })
}

/// Places of policies mean the same before and after: new ones stand behind the others.
fn effects(before: &Proving, after: &Proving) -> Vec<Effect> {
    let mut effects = Vec::new();
    let accounts = before.accounts.iter().zip(&after.accounts).enumerate();
    for (account, (before, after)) in accounts {
        for (before, after) in before.proof.surfaces.iter().zip(&after.proof.surfaces) {
            let was_denied = |blame: &Blame| before.denials.iter().any(|one| one.blame == *blame);
            let was_open = |blame: &Blame| before.doubts.iter().any(|(one, _)| one == blame);
            let denials = after.denials.iter().filter(|one| !was_denied(&one.blame));
            let doubts = after.doubts.iter().filter(|(one, _)| !was_open(one));
            let effect = Effect {
                account,
                target: after.target,
                before: before.verdict,
                after: after.verdict,
                denials: denials.cloned().collect(),
                doubts: doubts.cloned().collect(),
            };
            if effect.before != effect.after || !effect.denials.is_empty() {
                effects.push(effect);
            }
        }
    }
    effects
}

impl Effect {
    /// What it amounts to. A surface on which another policy denies something is worse off, whether
    /// or not one did so before.
    pub fn outcome(&self) -> Outcome {
        match (self.before, self.after) {
            (before, after) if after > before && after >= Verdict::Harmed => Outcome::Worse,
            _ if !self.denials.is_empty() => Outcome::Worse,
            (before, Verdict::Undecided) if before != Verdict::Undecided => Outcome::Undecided,
            _ => Outcome::NoWorse,
        }
    }
}

impl Comparison {
    /// The worst of the effects.
    pub fn outcome(&self) -> Outcome {
        self.effects.iter().map(Effect::outcome).max().unwrap_or(Outcome::NoWorse)
    }

    /// Whether a policy, by its place after the change, is among those that the change touches.
    pub fn touches(&self, policy: usize) -> bool {
        self.changes.iter().any(|one| one.policy == policy && one.kind != ChangeKind::Same)
    }
}

/// Whether a path can be read at all, so that a typing error is told before a tenant is read.
pub fn must_exist(path: &Path) -> Result<(), ChangeError> {
    path.metadata().map(drop).map_err(|error| ChangeError::File {
        path: path.into(),
        why: crate::files::system_says(&error),
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::now;
    use super::*;
    use halligan_core::ca::Verdict::{Harmed, LockedOut, Proved};
    use halligan_core::check::Case;
    use halligan_core::check::sample::policy;
    use halligan_core::tenant::{GrantControl, PolicyState};

    /// A policy for everybody, with nobody excluded.
    fn for_everybody(id: &str, name: &str, control: GrantControl) -> Policy {
        let mut policy = policy(id, control);
        policy.display_name = name.into();
        policy.conditions.users.iter_mut().for_each(|users| users.exclude_groups.clear());
        policy
    }

    fn compared(case: &Case, policies: Vec<Policy>) -> Result<Comparison, ChangeError> {
        let proposal = Proposal { policies, ..Proposal::default() };
        let Case { register, snapshot, .. } = case;
        let subjects = |snapshot: &Snapshot| super::super::subjects(register, snapshot, now());
        compare(snapshot, &proposal, &register.environment, &subjects, now())
    }

    #[test]
    fn a_helpful_policy_that_locks_out_is_worse() {
        let case = Case::sound();
        let help = for_everybody("help", "help", GrantControl::CompliantDevice);
        let comparison = compared(&case, vec![help]).unwrap();
        assert_eq!(comparison.outcome(), Outcome::Worse);
        let surfaces = case.register.environment.targets.len();
        assert_eq!(comparison.effects.len(), 2 * surfaces);
        let effect = &comparison.effects[0];
        assert_eq!((effect.before, effect.after), (Proved, LockedOut));
        let added = comparison.changes[0].policy;
        assert_eq!(comparison.changes[0].kind, ChangeKind::Added);
        assert_eq!(effect.denials[0].blame, Blame::Policy(added));
        assert!(comparison.touches(added) && !comparison.touches(0));
    }

    #[test]
    fn a_policy_is_replaced_by_id_or_without_one_by_name() {
        let case = Case::sound();
        let old = case.snapshot.policies.value().unwrap()[0].clone();
        let twin = Policy { id: PolicyId::from("policies/mfa"), ..old.clone() };
        let comparison = compared(&case, vec![twin.clone()]).unwrap();
        assert_eq!(comparison.changes, [Change { policy: 0, kind: ChangeKind::Same }]);
        assert_eq!(comparison.after.policies[0].id, old.id, "the tenant's id stays");
        assert_eq!(comparison.outcome(), Outcome::NoWorse);

        let off = Policy { state: PolicyState::Disabled, ..twin };
        let comparison = compared(&case, vec![off]).unwrap();
        assert_eq!(comparison.changes, [Change { policy: 0, kind: ChangeKind::ReplacedByName }]);
        let renamed = Policy { display_name: "other".into(), ..old };
        let comparison = compared(&case, vec![renamed]).unwrap();
        assert_eq!(comparison.changes, [Change { policy: 0, kind: ChangeKind::Replaced }]);
    }

    #[test]
    fn a_name_that_two_have_is_told() {
        let mut case = Case::sound();
        let id = "c0a10000-0000-4000-8000-000000000001";
        for id in [id, "c0a10000-0000-4000-8000-000000000002"] {
            let mut policy = policy(id, GrantControl::Mfa);
            policy.display_name = "twins".into();
            case.add_policy(policy);
        }
        let refused = compared(&case, vec![for_everybody("f", "twins", GrantControl::Mfa)]);
        let refused = refused.unwrap_err();
        assert!(matches!(refused, ChangeError::Ambiguous { .. }));
        assert!(refused.hint().unwrap().contains(id));
    }

    #[test]
    fn another_culprit_is_worse_and_a_mended_one_is_not() {
        let mut case = Case::sound();
        let mut block = for_everybody("block", "block", GrantControl::Block);
        block.conditions.platforms = Some(halligan_core::tenant::Platforms {
            include: vec![halligan_core::tenant::Platform::Linux],
            exclude: Vec::new(),
            unknown: Default::default(),
        });
        case.add_policy(block.clone());
        let more = Policy { id: PolicyId::from("more"), display_name: "m".into(), ..block.clone() };
        let comparison = compared(&case, vec![more]).unwrap();
        assert_eq!((comparison.effects[0].before, comparison.effects[0].after), (Harmed, Harmed));
        assert_eq!(comparison.outcome(), Outcome::Worse);

        let off = Policy { state: PolicyState::Disabled, ..block };
        let comparison = compared(&case, vec![off]).unwrap();
        assert_eq!((comparison.effects[0].before, comparison.effects[0].after), (Harmed, Proved));
        assert_eq!(comparison.outcome(), Outcome::NoWorse);
    }

    #[test]
    fn two_versions_of_one_policy_are_no_proposal() {
        let mut proposal = Proposal::default();
        let with = |control| {
            let mut case = Case::sound();
            let value = vec![for_everybody("x", "x", control)];
            case.snapshot.policies = Part::Read { at: now(), value };
            case.snapshot
        };
        proposal.take(with(GrantControl::Mfa)).unwrap();
        proposal.take(with(GrantControl::Mfa)).unwrap();
        assert_eq!(proposal.policies.len(), 1);
        let refused = proposal.take(with(GrantControl::Block)).unwrap_err();
        assert_eq!(refused, ChangeError::Twice(PolicyId::from("x")));
    }
}
