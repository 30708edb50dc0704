//! What a proof is worth tomorrow: the smallest change that mends what is wrong, and the smallest
//! failures that take the last way in.

use halligan_core::ca::{Change, Credential, Cut, Names, Question, cuts, mend};
use halligan_core::id::GroupId;
use halligan_core::register::Target;
use halligan_core::tenant::Snapshot;

use super::{AccountProof, ProveError, Proving};

/// The cuts of some accounts on one surface, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weakness {
    /// The surface.
    pub target: Target,
    /// Sets of failures after which nobody gets in, the smallest first.
    pub cuts: Vec<Vec<String>>,
}

pub(super) fn look_ahead(
    proving: &mut Proving,
    snapshot: &Snapshot,
    group: Option<GroupId>,
) -> Result<(), ProveError> {
    let Proving { environment, accounts, .. } = &*proving;
    let mendings = accounts
        .iter()
        .map(|one| mend(proving.question(snapshot, one), &one.proof, group))
        .collect::<Result<Vec<_>, _>>()
        .map_err(ProveError::Unprovable)?;
    let questions: Vec<Question<'_>> =
        accounts.iter().map(|one| proving.question(snapshot, one)).collect();
    let names = Names::of(environment);
    let known: Vec<(&str, &[Credential])> = accounts
        .iter()
        .map(|one| {
            let credentials = one.subject.standing.credentials.as_deref().unwrap_or_default();
            (one.subject.code_name.as_str(), credentials)
        })
        .collect();
    let words = |cut: &Cut| cut.0.iter().map(|failure| failure.words(&known, &names)).collect();
    let weaknesses = cuts(&questions)
        .map_err(ProveError::Unprovable)?
        .into_iter()
        .map(|found| Weakness {
            target: found.target,
            cuts: found.cuts.iter().map(words).collect(),
        })
        .collect();
    proving.weaknesses = weaknesses;
    for (one, mending) in proving.accounts.iter_mut().zip(mendings) {
        one.mending = mending;
    }
    Ok(())
}

/// A change in words for a person.
pub fn in_words(change: &Change, account: &AccountProof, proving: &Proving) -> String {
    let policy = |place: usize| match proving.policies.get(place) {
        Some(policy) => format!("policy `{}` ({})", policy.display_name, policy.id),
        None => "a policy".into(),
    };
    let name = &account.subject.code_name;
    match change {
        Change::Join(group) => format!("make {name} a member of the emergency group {group}"),
        Change::Allow(place) => {
            let credentials = account.subject.standing.credentials.as_deref().unwrap_or_default();
            let one =
                credentials.get(*place).map_or("new passkey (FIDO2)", |one| one.name.as_str());
            format!("let {name} use its {one} in the authentication methods policy")
        }
        Change::Register(None) => format!("register a passkey (FIDO2) for {name}"),
        Change::Register(Some(model)) => {
            format!("register a passkey (FIDO2) of model {model} for {name}")
        }
        Change::PerUserMfaOff => format!("switch per-user MFA off for {name}"),
        Change::Enable => format!("enable {name}"),
        Change::ExcludeGroup(place, group) => {
            format!("exclude the emergency group {group} from {}", policy(*place))
        }
        Change::ExcludeAccount(place, _) => format!("exclude {name} from {}", policy(*place)),
    }
}

#[cfg(test)]
mod tests {
    use halligan_core::check::Case;
    use halligan_core::check::sample::{EMERGENCY, policy};
    use halligan_core::tenant::GrantControl;

    use super::super::{prove_accounts, subjects, tests::now};
    use super::*;

    #[test]
    fn what_is_wrong_comes_with_the_smallest_change_that_mends_it() {
        let mut case = Case::sound();
        let mut helpful = policy("help", GrantControl::CompliantDevice);
        helpful.conditions.users.iter_mut().for_each(|users| users.exclude_groups.clear());
        case.add_policy(helpful);
        let accounts = subjects(&case.register, &case.snapshot, now());
        let environment = &case.register.environment;
        let group = case.register.group;
        let mut proving = prove_accounts(&case.snapshot, environment, accounts, now()).unwrap();
        proving.look_ahead(&case.snapshot, group).unwrap();
        let first = &proving.accounts[0];
        let changes = first.mending.as_ref().unwrap();
        assert_eq!(changes.len(), 1);
        let words = in_words(&changes[0], first, &proving);
        let expected = format!("exclude the emergency group {EMERGENCY} from policy `help` (help)");
        assert_eq!(words, expected);
        // Nobody gets in to begin with.
        assert!(proving.weaknesses.iter().all(|one| one.cuts == [Vec::<String>::new()]));
    }

    #[test]
    fn keys_of_one_model_are_a_single_point_of_both_accounts() {
        let case = Case::sound();
        let accounts = subjects(&case.register, &case.snapshot, now());
        let environment = &case.register.environment;
        let mut proving = prove_accounts(&case.snapshot, environment, accounts, now()).unwrap();
        proving.look_ahead(&case.snapshot, None).unwrap();
        let portal = &proving.weaknesses[0];
        assert_eq!(portal.target, Target::EntraAdminCenter);
        let single: Vec<&Vec<String>> = portal.cuts.iter().filter(|cut| cut.len() == 1).collect();
        assert!(single.iter().any(|cut| cut[0].contains("are taken off the list")), "{single:?}");
        assert!(proving.accounts.iter().all(|one| one.mending.is_none()));
    }
}
