//! HG-EXIT-09: no enforced policy shuts an account out.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use super::EMERGENCY_ACCESS;
use crate::ca::PolicyVerdict;
use crate::check::controls::{cis, mitre, scuba};
use crate::check::sample::{ALPHA, Case, policy, strength_policy};
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::register::DeclaredAccount;
use crate::tenant::{
    ClientApplications, Enforcement, Gap, GapReason, GrantControl, KeyRestrictions, Part, PartKind,
    Policy, PolicyState, Unknown, UserRef,
};

/// How Conditional Access picks users.
pub(super) const USERS_AND_GROUPS: Link = Link {
    title: "Conditional Access: Users, groups, agents, and workload identities",
    url: "https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-users-groups",
};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-EXIT-09",
    title: "No enforced Conditional Access policy shuts an account out",
    family: Family::Exit,
    severity: Severity::Critical,
    why: "A policy that hits an emergency account and asks for what the account does not have \
          locks it out, today, for every sign-in that the policy matches. What counts is proved \
          for the declared environment, every condition of it.",
    reads: &[
        PartKind::Policies,
        PartKind::AccountMemberships,
        PartKind::AccountMethods,
        PartKind::MethodsPolicy,
    ],
    controls: &[
        cis("5.2.2"),
        scuba("MS.AAD.3.1v1"),
        mitre("T1556.009"),
        cis("5.2.2.6"),
        cis("5.2.2.8"),
        cis("5.2.2.9"),
        scuba("MS.AAD.2.1v1"),
        scuba("MS.AAD.2.3v1"),
    ],
    remedy: Remedy {
        action: "Exclude the emergency group from the policy",
        portal: "Entra admin center > Entra ID > Conditional Access > Policies > the policy > \
                 Users > Exclude",
        graph: "PATCH /beta/identity/conditionalAccess/policies/{id} with the whole \
                conditions.users and the group added to excludeGroups",
    },
    sources: &[EMERGENCY_ACCESS, USERS_AND_GROUPS],
    judge,
    samples: &[
        Sample::pass("every policy excludes the group", |_| {}),
        Sample::pass("excluded one by one", |case| {
            for place in 0..3 {
                case.policy(place, |policy| {
                    if let Some(users) = &mut policy.conditions.users {
                        users.exclude_groups.clear();
                        users.exclude_users =
                            vec![UserRef::Id(ALPHA), UserRef::Id(crate::check::sample::BRAVO)];
                    }
                });
            }
        }),
        Sample::pass("a strength that the passkeys satisfy", |case| {
            case.add_policy(strength_policy("keys"));
        }),
        Sample::pass("a policy on workload identities", |case| {
            forget_exclusion(case);
            case.policy(1, |policy| {
                policy.conditions.users = None;
                policy.conditions.client_applications = Some(ClientApplications {
                    include: vec!["ServicePrincipalsInMyTenant".into()],
                    exclude: Vec::new(),
                    filter: None,
                    unknown: Unknown::new(),
                });
            });
        }),
        Sample::gap("a policy for nobody, which is none of Entra's", |case| {
            forget_exclusion(case);
            case.policy(1, |policy| policy.conditions.users = None);
        }),
        Sample::pass("a report-only policy is another check's", |case| {
            forget_exclusion(case);
            case.policy(1, |policy| policy.state = PolicyState::ReportOnly);
        }),
        Sample::pass("no policy at all", |case| {
            let at = case.now;
            case.snapshot.policies = Part::Read { at, value: Vec::new() };
        }),
        Sample::fail("one policy forgot the exclusion", forget_exclusion),
        Sample::fail("a strength, and no passkey", |case| {
            case.add_policy(strength_policy("keys"));
            case.methods(ALPHA, vec![crate::check::sample::password()]);
        }),
        Sample::fail("an unknown control counts as one that cannot be satisfied", |case| {
            let mut added = policy("new", GrantControl::Other("retinaScan".into()));
            added.conditions.users.iter_mut().for_each(|users| users.exclude_groups.clear());
            case.add_policy(added);
        }),
        Sample::gap("memberships cannot be read", |case| {
            let gap = Case::denied(PartKind::AccountMemberships);
            for account in case.snapshot.accounts.values_mut() {
                account.memberships = Part::Gap(gap.clone());
            }
        }),
        Sample::gap("one policy of many cannot be read", |case| {
            let reason = GapReason::Failed { what: "`x.json` is cut off".into() };
            case.snapshot.incomplete.push(Gap::new(PartKind::Policies, None, reason));
        }),
        Sample::fail("the passkeys' model is not allowed any more", |case| {
            case.add_policy(strength_policy("keys"));
            case.fido2(|settings| {
                settings.key_restrictions = Some(KeyRestrictions {
                    is_enforced: Some(true),
                    enforcement: Some(Enforcement::Allow),
                    aaguids: vec!["00000000-0000-0000-0000-000000000bad".into()],
                    unknown: Unknown::new(),
                });
            });
        }),
        Sample::gap("no account is declared", |case| case.register.accounts.clear()),
        Sample::gap("policies cannot be read", |case| {
            case.snapshot.policies = Part::Gap(Case::denied(PartKind::Policies));
        }),
        Sample::pass("a key works, and what a certificate counts as was not said", |case| {
            case.add_policy(strength_policy("keys"));
            let kind = crate::tenant::MethodKind::X509Certificate;
            let certificate = crate::check::sample::method(kind);
            case.methods(ALPHA, vec![certificate, crate::check::sample::passkey("1")]);
            case.methods_policy(|policy| {
                let model = policy.configurations.first().cloned();
                policy.configurations.extend(model.map(|mut one| {
                    (one.id, one.fido2) = ("x509Certificate".into(), None);
                    one
                }));
            });
        }),
    ],
};

fn forget_exclusion(case: &mut Case) {
    case.policy(1, |policy| {
        if let Some(users) = &mut policy.conditions.users {
            users.exclude_groups.clear();
        }
    });
}

fn judge(context: &Context<'_>) -> Judgement {
    judge_state(context, |state| matches!(state, PolicyState::Enabled | PolicyState::Other(_)))
}

/// Judges the policies in the states that `counts` accepts.
pub(super) fn judge_state(
    context: &Context<'_>,
    counts: impl Fn(&PolicyState) -> bool,
) -> Judgement {
    let policies = match context.policies() {
        Ok(policies) => policies,
        Err(gap) => return Judgement::Stated(vec![Statement::unknown(Subject::Tenant, gap)]),
    };
    let counted: Vec<_> =
        policies.iter().enumerate().filter(|(_, policy)| counts(&policy.state)).collect();
    let mut statements = Vec::new();
    for (place, policy) in &counted {
        for declared in &context.accounts {
            statements.extend(verdict(context, *place, policy, declared));
        }
    }
    statements.extend(context.unread_policies());
    if statements.is_empty() && !context.accounts.is_empty() {
        let text = format!("{} policies read, none shuts an account out", counted.len());
        statements.push(Statement::holds(Subject::Tenant, text));
    }
    statements.extend(context.assumption());
    Judgement::Stated(statements)
}

/// What one policy does to one account, when it is worth a word.
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
    match &answer.verdict {
        PolicyVerdict::NotHit(_)
        | PolicyVerdict::OutOfReach(_)
        | PolicyVerdict::Satisfiable { .. }
        | PolicyVerdict::Harmless { .. } => None,
        PolicyVerdict::Indeterminate(doubt) => {
            Some(Statement::unknown(subject, &doubt.as_gap(PartKind::Policies)))
        }
        PolicyVerdict::Blocking { sign_in, why } => {
            let text = format!("hits account {name}: {why}");
            let witness = format!("account {name} signs in {sign_in}");
            Some(Statement::broken(subject, text).with_witness(witness))
        }
    }
}
