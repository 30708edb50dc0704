//! The smallest change after which the proof holds, found by proving.
//!
//! Nothing is read from a table of advice: changes are tried, one at a time, then two, then three,
//! and one that the prover does not accept is not proposed.

use alloc::vec;
use alloc::vec::Vec;

use super::super::credentials::{Credential, CredentialKind, Usable};
use super::super::standing::Standing;
use super::super::supposed::{Supposed, supposed_of};
use super::super::truth::Truth;
use super::{Blame, Proof, Question, SurfaceProof, Unprovable, Verdict, decide, overall};
use crate::id::{GroupId, Guid, UserId};
use crate::tenant::{Enforcement, GroupRef, MethodsPolicy, Policy, Snapshot, UserRef};

/// How many changes at once are tried before every culprit is mended by itself.
const CHANGES_MAX: usize = 3;

/// One change to a tenant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Make the account a member of the emergency group.
    Join(GroupId),
    /// Let the account use a credential, in the authentication methods policy: by its place in the
    /// account's list, or behind its end for the one that it is to register.
    Allow(usize),
    /// Register a passkey for the account, of this model where only some are taken.
    Register(Option<Guid>),
    /// Switch per-user MFA off.
    PerUserMfaOff,
    /// Enable the account.
    Enable,
    /// Exclude the emergency group from a policy, by its place in the list.
    ExcludeGroup(usize, GroupId),
    /// Exclude the account from a policy, by its place in the list.
    ExcludeAccount(usize, UserId),
}

/// What the tenant would be after some changes.
#[derive(Clone, Debug)]
struct Changed {
    policies: Vec<Policy>,
    standing: Standing,
}

/// The smallest set of changes after which the account gets in under every condition, where there
/// is one: of at most three changes, or one for each that is to blame. Where that cannot be proved
/// for want of something that was not read, the smallest after which no sign-in is known to be
/// denied. `None` where nothing is wrong, or none of the changes that are known here mends it.
///
/// # Errors
///
/// [`Unprovable`] as for [`super::prove`].
pub fn mend(
    question: Question<'_>,
    proof: &Proof,
    group: Option<GroupId>,
) -> Result<Option<Vec<Change>>, Unprovable> {
    if proof.verdict() == Verdict::Proved {
        return Ok(None);
    }
    let candidates = candidates(question, proof, group);
    if let Some(changes) =
        smallest(question, &candidates, &|found| overall(found) == Verdict::Proved)?
    {
        return Ok(Some(changes));
    }
    // Where something else is not known, what is known to be wrong can be mended all the same. A
    // credential of which nobody knows whether it is taken mends nothing.
    let sure = |change: &&Change| !matches!(change, Change::Register(_) | Change::Allow(_));
    let sure: Vec<Change> = candidates.iter().filter(sure).cloned().collect();
    let is_wrong = proof.surfaces.iter().any(|one| !one.denials.is_empty());
    match is_wrong {
        true => smallest(question, &sure, &|found| found.iter().all(|one| one.denials.is_empty())),
        false => Ok(None),
    }
}

/// Whether the answers of all surfaces are good enough.
type Enough<'e> = &'e dyn Fn(&[SurfaceProof]) -> bool;

/// The smallest set of changes after which the answers are good enough.
fn smallest(
    question: Question<'_>,
    candidates: &[Change],
    enough: Enough<'_>,
) -> Result<Option<Vec<Change>>, Unprovable> {
    let mut sets: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..CHANGES_MAX.min(candidates.len()) {
        let mut next = Vec::new();
        for set in &sets {
            let from = set.last().map_or(0, |last| last + 1);
            for one in from..candidates.len() {
                let mut set = set.clone();
                set.push(one);
                let changes: Vec<Change> =
                    set.iter().filter_map(|one| candidates.get(*one).cloned()).collect();
                if holds(question, &changes, enough)? {
                    return Ok(Some(changes));
                }
                next.push(set);
            }
        }
        // Three of many are too many to try: then every culprit is mended by itself.
        if next.len() * candidates.len() > SETS_MAX {
            break;
        }
        sets = next;
    }
    all_but(question, candidates.to_vec(), enough)
}

/// How many sets of changes are proved before every culprit is mended by itself.
const SETS_MAX: usize = 2_000;

/// Every change, less those without which it holds as well.
fn all_but(
    question: Question<'_>,
    mut changes: Vec<Change>,
    enough: Enough<'_>,
) -> Result<Option<Vec<Change>>, Unprovable> {
    if !holds(question, &changes, enough)? {
        return Ok(None);
    }
    let mut place = 0;
    while place < changes.len() {
        let mut fewer = changes.clone();
        fewer.remove(place);
        if holds(question, &fewer, enough)? {
            changes = fewer;
        } else {
            place += 1;
        }
    }
    Ok(Some(changes))
}

fn holds(
    question: Question<'_>,
    changes: &[Change],
    enough: Enough<'_>,
) -> Result<bool, Unprovable> {
    let changed = apply(question, changes);
    let after = Question { policies: &changed.policies, standing: &changed.standing, ..question };
    Ok(enough(&decide(after)?))
}

/// The policies as some changes would leave them.
pub fn changed_policies(policies: &[Policy], changes: &[Change]) -> Vec<Policy> {
    let mut policies = policies.to_vec();
    for change in changes {
        let (place, group, user) = match change {
            Change::ExcludeGroup(place, group) => (place, Some(*group), None),
            Change::ExcludeAccount(place, user) => (place, None, Some(*user)),
            _ => continue,
        };
        let users = policies.get_mut(*place).and_then(|policy| policy.conditions.users.as_mut());
        if let Some(users) = users {
            users.exclude_groups.extend(group.map(GroupRef::Id));
            users.exclude_users.extend(user.map(UserRef::Id));
        }
    }
    policies
}

fn apply(question: Question<'_>, changes: &[Change]) -> Changed {
    let mut standing = question.standing.clone();
    for change in changes {
        match change {
            Change::Join(group) => drop(standing.groups.insert(*group)),
            Change::Allow(place) => {
                let all = standing.credentials.iter_mut().flatten();
                all.skip(*place).take(1).for_each(|one| one.use_at_sign_in = Usable::Yes);
            }
            Change::Register(aaguid) => {
                let key = key(&standing, *aaguid, question.snapshot);
                let all = standing.credentials.iter_mut();
                all.for_each(|all| all.extend(key.clone()));
            }
            Change::PerUserMfaOff => standing.has_per_user_mfa = Truth::No,
            Change::Enable => standing.is_enabled = Truth::Yes,
            Change::ExcludeGroup(..) | Change::ExcludeAccount(..) => {}
        }
    }
    Changed { policies: changed_policies(question.policies, changes), standing }
}

/// A passkey of a model that the account has registered, as far as the tenant takes it.
fn key(standing: &Standing, aaguid: Option<Guid>, snapshot: &Snapshot) -> Vec<Credential> {
    let holds = [Supposed { kind: CredentialKind::Passkey, aaguid }];
    supposed_of(standing.holder(), &holds, snapshot.methods_policy.value())
}

/// Changes that may help, in the order in which they are tried: what touches the account before
/// what touches a policy.
fn candidates(question: Question<'_>, proof: &Proof, group: Option<GroupId>) -> Vec<Change> {
    let standing = question.standing;
    let mut candidates = Vec::new();
    let is_member = group.is_some_and(|group| standing.groups.contains(&group));
    if let Some(group) = group
        && !is_member
        && standing.more.is_none()
    {
        candidates.push(Change::Join(group));
    }
    let all = standing.credentials.as_deref().unwrap_or_default();
    let refused = all
        .iter()
        .enumerate()
        .filter(|(_, one)| one.kind.is_key() && matches!(one.use_at_sign_in, Usable::No(_)));
    candidates.extend(refused.map(|(place, _)| Change::Allow(place)));
    if standing.credentials.is_ok() {
        let models = models(question);
        let is_taken = |model: &Option<Guid>| {
            let key = key(standing, *model, question.snapshot);
            key.iter().any(|one| one.use_at_sign_in == Usable::Yes)
        };
        let is_refused = !models.iter().any(is_taken);
        candidates.extend(models.into_iter().map(Change::Register));
        candidates.extend(is_refused.then_some(Change::Allow(all.len())));
    }
    if standing.has_per_user_mfa.is_yes() {
        candidates.push(Change::PerUserMfaOff);
    }
    if standing.is_enabled.is_no() {
        candidates.push(Change::Enable);
    }
    let denials = proof.surfaces.iter().flat_map(|surface| &surface.denials);
    let mut culprits: Vec<usize> = denials.filter_map(|denial| denial.blame.policy()).collect();
    let cores = proof.surfaces.iter().flat_map(|surface| &surface.core);
    culprits.extend(cores.filter_map(Blame::policy));
    culprits.sort_unstable();
    culprits.dedup();
    candidates.extend(culprits.into_iter().map(|place| match (group, is_member) {
        (Some(group), true) => Change::ExcludeGroup(place, group),
        _ => Change::ExcludeAccount(place, standing.id),
    }));
    candidates
}

/// The models of key that are worth registering: any, and where lists name some, the first of each
/// list.
fn models(question: Question<'_>) -> Vec<Option<Guid>> {
    let strengths = question.snapshot.strengths.value().map(Vec::as_slice).unwrap_or_default();
    let inline = question.policies.iter().filter_map(|one| one.grant.as_ref()?.strength.as_ref());
    let listed = strengths
        .iter()
        .chain(inline)
        .flat_map(|strength| &strength.configurations)
        .filter_map(|one| one.allowed_aaguids.first()?.parse().ok());
    let policy = question.snapshot.methods_policy.value().ok();
    let allowed = policy.into_iter().flat_map(allowed_models);
    let mut models: Vec<Option<Guid>> = vec![None];
    for model in listed.chain(allowed) {
        if !models.contains(&Some(model)) {
            models.push(Some(model));
        }
    }
    models
}

fn allowed_models(policy: &MethodsPolicy) -> impl Iterator<Item = Guid> + '_ {
    let settings = policy.configurations.iter().filter_map(|one| one.fido2.as_ref());
    let lists = settings.flat_map(|one| {
        let profiles = one.profiles.iter().filter_map(|profile| profile.key_restrictions.as_ref());
        one.key_restrictions.iter().chain(profiles)
    });
    lists
        .filter(|list| list.enforcement == Some(Enforcement::Allow))
        .filter_map(|list| list.aaguids.first()?.parse().ok())
}
