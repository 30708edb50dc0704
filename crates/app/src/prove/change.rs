//! A change of policies before it is saved: what accounts could do before, and what they can do
//! after.
//!
//! A proposed policy replaces the one with its id. One without an id, as people write it in a
//! repository, replaces the one of its display name. Everything else is added. Named locations and
//! authentication strengths that come with them replace and add by id.

use std::path::{Path, PathBuf};

use halligan_core::ca::{Blame, Denial, Doubt, SurfaceProof, Unprovable, Verdict, Worse, worse};
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
    /// Sign-ins that are denied for certain after and were not before, one for each that is to
    /// blame; one that got in for certain where there is one.
    pub denials: Vec<Denial>,
    /// What may deny sign-ins after that were not denied for certain before, or keeps that from
    /// being told.
    pub doubts: Vec<(Blame, Doubt)>,
}

/// What comes of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// No account is worse off than before.
    NoWorse,
    /// Whether an account is worse off than before cannot be told.
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
    /// Two files propose policies of one name, and not both say which policy they mean.
    #[error("two policies of the name `{0}` are proposed, and not both have an id")]
    TwiceNamed(String),
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
            Self::TwiceNamed(_) => Some("give each a name of its own, or its id".into()),
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
            let has_id = |one: &Policy| one.id.as_str().parse::<Guid>().is_ok();
            let is_namesake = |one: &&Policy| {
                one.id != policy.id
                    && one.display_name == policy.display_name
                    && !(has_id(one) && has_id(&policy))
            };
            if self.policies.iter().any(|one| is_namesake(&one)) {
                return Err(ChangeError::TwiceNamed(policy.display_name));
            }
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
    one.display_name == other.display_name && one.does_the_same(other)
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
    compare_tenants((snapshot, &changed), changes, environment, subjects, now)
}

/// Proves a tenant before and after, of which `changes` says what became of policies.
pub fn compare_tenants(
    (snapshot, changed): (&Snapshot, &Snapshot),
    changes: Vec<Change>,
    environment: &Environment,
    subjects: &dyn Fn(&Snapshot) -> Vec<Subject>,
    now: Timestamp,
) -> Result<Comparison, ChangeError> {
    let proved = |snapshot: &Snapshot| {
        prove_accounts(snapshot, environment, subjects(snapshot), now).map_err(ChangeError::Prove)
    };
    let (before, after) = (proved(snapshot)?, proved(changed)?);
    let effects = effects((snapshot, &before), (changed, &after))
        .map_err(|error| ChangeError::Prove(ProveError::Unprovable(error)))?;
    Ok(Comparison { changes, before, after, effects })
}

/// Places of policies mean the same before and after: new ones stand behind the others.
fn effects(
    (old, before): (&Snapshot, &Proving),
    (new, after): (&Snapshot, &Proving),
) -> Result<Vec<Effect>, Unprovable> {
    let mut effects = Vec::new();
    let accounts = before.accounts.iter().zip(&after.accounts).enumerate();
    for (account, (was, is)) in accounts {
        let both = || was.proof.surfaces.iter().zip(&is.proof.surfaces);
        if both().all(|(was, is)| cannot_be_worse(was, is) && was.verdict == is.verdict) {
            continue;
        }
        let found = worse(before.question(old, was), after.question(new, is))?;
        for ((was, is), found) in both().zip(found) {
            let effect = effect(account, (was, is), found);
            let is_other = effect.before != effect.after;
            if is_other || !effect.denials.is_empty() || !effect.doubts.is_empty() {
                effects.push(effect);
            }
        }
    }
    Ok(effects)
}

/// Whether no sign-in can be worse off: none got in before, or every one does after.
fn cannot_be_worse(was: &SurfaceProof, is: &SurfaceProof) -> bool {
    was.verdict == Verdict::LockedOut || is.verdict == Verdict::Proved
}

fn effect(account: usize, (was, is): (&SurfaceProof, &SurfaceProof), found: Worse) -> Effect {
    let mut effect = Effect {
        account,
        target: is.target,
        before: was.verdict,
        after: is.verdict,
        denials: Vec::new(),
        doubts: Vec::new(),
    };
    if cannot_be_worse(was, is) {
        return effect;
    }
    effect.denials = found.denials;
    effect.denials.extend(found.suspected);
    // Where sign-ins cannot be compared one by one, the verdicts still can.
    if effect.denials.is_empty() && is.verdict > was.verdict {
        let new = is.denials.iter().filter(|one| !was.denials.contains(one));
        effect.denials = new.cloned().collect();
    }
    effect.doubts = found.doubts;
    effect
}

impl Effect {
    /// What it amounts to. A surface on which another sign-in is denied is worse off, whether or
    /// not some were denied before.
    pub fn outcome(&self) -> Outcome {
        match (self.before, self.after) {
            (before, after) if after > before && after >= Verdict::Harmed => Outcome::Worse,
            _ if !self.denials.is_empty() => Outcome::Worse,
            (Verdict::Proved, Verdict::Undecided) => Outcome::Undecided,
            _ if !self.doubts.is_empty() => Outcome::Undecided,
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
mod tests;
