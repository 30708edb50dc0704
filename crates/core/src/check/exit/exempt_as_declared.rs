//! HG-EXIT-10: the accounts are exempt from policies as the register's shape declares.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use super::EMERGENCY_ACCESS;
use super::not_blocked::USERS_AND_GROUPS;
use crate::ca::{Hit, PolicyVerdict};
use crate::check::controls::{cis, nist};
use crate::check::demand::{Demand, demand};
use crate::check::sample::{Case, policy, strength_policy};
use crate::check::view::scene;
use crate::check::{
    Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::PolicyId;
use crate::register::{DeclaredAccount, Shape};
use crate::tenant::{ClientAppType, GrantControl, Part, PartKind, Policy, PolicyState};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-EXIT-10",
    title: "The accounts are exempt from every other policy, as declared",
    family: Family::Exit,
    severity: Severity::Medium,
    why: "A policy that the keys happen to satisfy today is one change away from a lockout: a \
          removed AAGUID, a narrower strength, a lost key.",
    reads: &[PartKind::Policies, PartKind::AccountMemberships, PartKind::AccountMethods],
    controls: &[cis("1.1.2"), cis("5.2.2"), nist("AC-2")],
    remedy: Remedy {
        action: "Exclude the emergency group, or declare the policy as `strength_policy` with \
                 the shape `exempt+strength` if it is meant for these accounts",
        portal: "Entra admin center > Entra ID > Conditional Access > Policies > the policy > \
                 Users > Exclude",
        graph: "PATCH /beta/identity/conditionalAccess/policies/{id}",
    },
    sources: &[EMERGENCY_ACCESS, USERS_AND_GROUPS],
    judge,
    samples: &[
        Sample::pass("every policy excludes the group", |_| {}),
        Sample::pass("the declared strength policy", |case| {
            case.add_policy(strength_policy("keys"));
            case.register.shape = Shape::ExemptWithStrength { policy: "keys".into() };
        }),
        Sample::fail("a strength policy that the register does not declare", |case| {
            case.add_policy(strength_policy("keys"));
        }),
        Sample::fail("multifactor authentication that a key satisfies", forget_mfa),
        Sample::fail("the same in a state that this version does not know", |case| {
            forget_mfa(case);
            case.policy(3, |policy| policy.state = PolicyState::Other("pilot".into()));
        }),
        Sample::fail("a policy on legacy clients, which no target of the register uses", |case| {
            let mut added = policy("legacy", GrantControl::Block);
            added.conditions.client_app_types = vec![ClientAppType::Legacy];
            added.conditions.users.iter_mut().for_each(|users| users.exclude_groups.clear());
            case.add_policy(added);
        }),
        Sample::gap("memberships cannot be read", |case| {
            let gap = Case::denied(PartKind::AccountMemberships);
            for account in case.snapshot.accounts.values_mut() {
                account.memberships = Part::Gap(gap.clone());
            }
        }),
        Sample::gap("no account is declared", |case| case.register.accounts.clear()),
        Sample::gap("policies cannot be read", |case| {
            case.snapshot.policies = Part::Gap(Case::denied(PartKind::Policies));
        }),
    ],
};

fn forget_mfa(case: &mut Case) {
    let mut added = policy("mfa", GrantControl::Mfa);
    added.conditions.users.iter_mut().for_each(|users| users.exclude_groups.clear());
    case.add_policy(added);
}

fn judge(context: &Context<'_>) -> Judgement {
    let policies = match context.policies() {
        Ok(policies) => policies,
        Err(gap) => return Judgement::Stated(vec![Statement::unknown(Subject::Tenant, gap)]),
    };
    let declared_policy: Option<&PolicyId> = match &context.register.shape {
        Shape::ExemptWithStrength { policy } => Some(policy),
        Shape::Exempt | Shape::Paper => None,
    };
    let mut statements = Vec::new();
    // A state that this version does not know may be one in which the policy is enforced.
    let counts =
        |policy: &Policy| matches!(policy.state, PolicyState::Enabled | PolicyState::Other(_));
    for (place, policy) in policies.iter().enumerate().filter(|(_, policy)| counts(policy)) {
        if Some(&policy.id) == declared_policy {
            continue;
        }
        let accounts = context.accounts.iter();
        statements.extend(accounts.filter_map(|one| verdict(context, place, policy, one)));
    }
    statements.extend(context.unread_policies());
    if statements.is_empty() && !context.accounts.is_empty() {
        statements.push(Statement::holds(Subject::Tenant, "no policy leans on an account's key"));
    }
    statements.extend(context.assumption());
    Judgement::Stated(statements)
}

/// What one policy asks of one account that it is meant to leave alone.
fn verdict(
    context: &Context<'_>,
    place: usize,
    policy: &Policy,
    declared: &DeclaredAccount,
) -> Option<Statement> {
    let subject = Subject::policy(policy);
    let name = &declared.code_name;
    let answer = match context.policy_answer(place, declared)? {
        Ok(answer) => answer,
        Err(gap) => return Some(Statement::unknown(subject, &gap)),
    };
    match (&answer.hit, &answer.verdict) {
        (Hit::Unknown(gap), PolicyVerdict::Satisfiable { .. }) => {
            Some(Statement::unknown(subject, gap))
        }
        (_, PolicyVerdict::Satisfiable { by, .. }) => {
            let text = format!("hits account {name}, which has what it takes: {by}");
            let witness = format!("account {name} signs in to {}", scene(policy));
            Some(Statement::broken(subject, text).with_witness(witness))
        }
        (_, PolicyVerdict::Indeterminate(doubt)) => {
            Some(Statement::unknown(subject, &doubt.as_gap(PartKind::Policies)))
        }
        (Hit::Yes(_), PolicyVerdict::OutOfReach(condition)) => {
            let standing = context.standing(declared)?;
            let Demand::Blocks(why) = demand(policy, standing, context.snapshot) else {
                return None;
            };
            let text = format!(
                "hits account {name} outside the declared environment (by its {condition}): {why}"
            );
            Some(Statement::broken(subject, text))
        }
        // HG-EXIT-09 says what blocks, and worse.
        _ => None,
    }
}
