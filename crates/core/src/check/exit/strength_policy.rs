//! HG-EXIT-14: the declared strength policy hits exactly the accounts and asks for a strength.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use super::EMERGENCY_ACCESS;
use crate::ca::Hit;
use crate::check::controls::{cis, iso, mitre, nist, scuba};
use crate::check::demand::{Demand, demand};
use crate::check::sample::{Case, strength_policy};
use crate::check::{
    Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement, Subject,
};
use crate::register::Shape;
use crate::tenant::{
    AppRef, ClientAppType, Gap, GapReason, GrantControl, GrantOperator, GroupRef, MethodMode, Part,
    PartKind, Policy, PolicyState, RiskLevel, UserRef, Users, said,
};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-EXIT-14",
    title: "The declared policy requires phishing-resistant MFA of exactly the accounts",
    family: Family::Exit,
    severity: Severity::High,
    why: "An account that is excluded from everything is as strong as its password. The accepted \
          shape adds one policy that asks for a key, and only these accounts meet it.",
    reads: &[PartKind::Policies, PartKind::AccountMethods, PartKind::AccountMemberships],
    controls: &[
        cis("1.1.2"),
        cis("5.2.2.5"),
        scuba("MS.AAD.3.1v1"),
        scuba("MS.AAD.3.6v1"),
        nist("IA-2(1)"),
        iso("A.8.5"),
        mitre("T1078.004"),
    ],
    remedy: Remedy {
        action: "Make the policy enabled, for the emergency group and all resources, with the \
                 authentication strength Phishing-resistant MFA and nothing else",
        portal: "Entra admin center > Entra ID > Conditional Access > Policies > New policy",
        graph: "POST /beta/identity/conditionalAccess/policies",
    },
    sources: &[EMERGENCY_ACCESS],
    judge,
    samples: &[
        Sample::not_applicable("another shape", |_| {}),
        Sample::pass("as declared", declare),
        Sample::fail("it does not exist", |case| {
            case.register.shape = Shape::ExemptWithStrength { policy: "keys".into() };
        }),
        Sample::fail("it is off", |case| {
            declare(case);
            case.policy(3, |policy| policy.state = PolicyState::ReportOnly);
        }),
        Sample::fail("it is for everybody", |case| {
            declare(case);
            case.policy(3, |policy| {
                let everybody = vec![UserRef::All];
                policy.conditions.users =
                    Some(Users { include_users: everybody, ..Users::default() });
            });
        }),
        Sample::fail("its strength also takes a password with a text message", |case| {
            declare(case);
            case.policy(3, |policy| {
                let strength = policy.grant.as_mut().and_then(|grant| grant.strength.as_mut());
                let combinations = strength.and_then(|one| one.allowed_combinations.as_mut());
                combinations
                    .into_iter()
                    .for_each(|all| all.push(vec![MethodMode::Password, MethodMode::Sms]));
            });
        }),
        Sample::fail("a compliant device stands in for the strength", |case| {
            declare(case);
            case.policy(3, |policy| {
                policy.grant.iter_mut().for_each(|grant| {
                    grant.built_in = vec![GrantControl::CompliantDevice];
                    grant.operator = Some(GrantOperator::Or);
                });
            });
        }),
        Sample::fail("it acts at risk only", |case| {
            declare(case);
            case.policy(3, |policy| policy.conditions.sign_in_risk = vec![RiskLevel::High]);
        }),
        Sample::gap("its strength is named by id only", |case| {
            declare(case);
            case.policy(3, |policy| {
                let strength = policy.grant.as_mut().and_then(|grant| grant.strength.as_mut());
                strength.into_iter().for_each(|one| one.allowed_combinations = None);
            });
        }),
        Sample::fail("it asks for nothing", |case| {
            declare(case);
            case.policy(3, |policy| policy.grant = None);
        }),
        Sample::fail("it leaves resources out", |case| {
            declare(case);
            case.policy(3, |policy| policy.conditions.applications.include.clear());
        }),
        Sample::gap("policies cannot be read", |case| {
            declare(case);
            case.snapshot.policies = Part::Gap(Case::denied(PartKind::Policies));
        }),
    ],
};

fn declare(case: &mut Case) {
    case.add_policy(strength_policy("keys"));
    case.register.shape = Shape::ExemptWithStrength { policy: "keys".into() };
}

fn judge(context: &Context<'_>) -> Judgement {
    let Shape::ExemptWithStrength { policy: id } = &context.register.shape else {
        let why = format!("the declared shape is `{}`", context.register.shape);
        return Judgement::NotApplicable(why);
    };
    let policies = match context.policies() {
        Ok(policies) => policies,
        Err(gap) => return Judgement::Stated(vec![Statement::unknown(Subject::Tenant, gap)]),
    };
    let Some(policy) = policies.iter().find(|policy| policy.id == *id) else {
        let unread: Vec<_> = context.unread_policies().collect();
        let text = format!("no policy has the declared id `{id}`");
        let missing = vec![Statement::broken(Subject::Tenant, text)];
        return Judgement::Stated(if unread.is_empty() { missing } else { unread });
    };
    let mut statements = vec![in_force(policy)];
    statements.extend(reach(context, policy));
    statements.extend(context.accounts.iter().filter_map(|declared| {
        let standing = context.standing(declared)?;
        let subject = context.subject(declared);
        Some(match (standing.hit(policy), demand(policy, standing, context.snapshot)) {
            (Hit::Unknown(gap), _) | (Hit::Yes(_), Demand::Unknown(gap)) => {
                Statement::unknown(subject, &gap)
            }
            (Hit::No(why), _) => Statement::broken(subject, format!("the policy misses it: {why}")),
            (Hit::Yes(_), Demand::Satisfied(what)) => {
                Statement::holds(subject, format!("must show its key, and does: {what}"))
            }
            (Hit::Yes(_), Demand::Nothing) => {
                Statement::broken(subject, "the policy asks for nothing")
            }
            (Hit::Yes(_), Demand::Blocks(why)) => Statement::broken(subject, why),
        })
    }));
    Judgement::Stated(statements)
}

fn in_force(policy: &Policy) -> Statement {
    let subject = Subject::policy(policy);
    let takes_all = policy.conditions.applications.include.contains(&AppRef::All);
    if policy.state != PolicyState::Enabled {
        Statement::broken(subject, "is not enforced")
    } else if !takes_all || !policy.conditions.applications.exclude.is_empty() {
        Statement::broken(subject, "does not cover all resources")
    } else if let Some(condition) = narrowed(policy) {
        Statement::broken(subject, format!("does not cover every sign-in: it has {condition}"))
    } else {
        match weakness(policy) {
            None => Statement::holds(subject, "requires phishing-resistant MFA at every sign-in"),
            Some(Ok(why)) => Statement::broken(subject, why),
            Some(Err(gap)) => Statement::unknown(subject, &gap),
        }
    }
}

/// The first condition that leaves sign-ins out.
fn narrowed(policy: &Policy) -> Option<&'static str> {
    let conditions = &policy.conditions;
    let takes_any_client = conditions.client_app_types.is_empty()
        || conditions.client_app_types.contains(&ClientAppType::All);
    [
        (!takes_any_client, "a condition on client apps"),
        (conditions.platforms.is_some(), "a condition on platforms"),
        (conditions.locations.is_some(), "a condition on locations"),
        (conditions.devices.is_some(), "a condition on devices"),
        (!conditions.sign_in_risk.is_empty(), "a condition on sign-in risk"),
        (!conditions.user_risk.is_empty(), "a condition on user risk"),
        (!conditions.insider_risk.is_empty(), "a condition on insider risk"),
        (!conditions.transfer_methods.is_empty(), "a condition on authentication flows"),
        (conditions.applications.filter.is_some(), "a filter for apps"),
        (said(&conditions.unknown).next().is_some(), "a condition that this version does not know"),
    ]
    .iter()
    .find(|(is_set, _)| *is_set)
    .map(|(_, condition)| *condition)
}

/// What makes the policy ask for less than phishing-resistant MFA; a gap when it cannot be told.
fn weakness(policy: &Policy) -> Option<Result<&'static str, Gap>> {
    const RESISTANT: [MethodMode; 3] = [
        MethodMode::WindowsHelloForBusiness,
        MethodMode::Fido2,
        MethodMode::X509CertificateMultiFactor,
    ];
    let grant = policy.grant.as_ref();
    let Some(strength) = grant.and_then(|grant| grant.strength.as_ref()) else {
        return Some(Ok("requires no authentication strength"));
    };
    let others = grant
        .map_or(0, |grant| grant.built_in.len() + grant.custom.len() + grant.terms_of_use.len());
    if others > 0 && grant.is_some_and(|grant| grant.operator != Some(GrantOperator::And)) {
        return Some(Ok("lets another control stand in for the strength"));
    }
    let Some(combinations) = &strength.allowed_combinations else {
        let reason = GapReason::NotInSource;
        return Some(Err(Gap::new(PartKind::Strengths, None, reason)));
    };
    let resists =
        |modes: &Vec<MethodMode>| matches!(modes.as_slice(), [one] if RESISTANT.contains(one));
    (!combinations.iter().all(resists))
        .then_some(Ok("requires a strength that also takes methods that can be phished"))
}

/// The policy must reach the accounts and nobody else.
fn reach(context: &Context<'_>, policy: &Policy) -> Vec<Statement> {
    let subject = || Subject::policy(policy);
    let Some(users) = &policy.conditions.users else {
        return vec![Statement::broken(subject(), "is for workload identities")];
    };
    let declared = |id| context.accounts.iter().any(|account| account.id == id);
    let foreign_user = users.include_users.iter().find(|user| match user {
        UserRef::Id(id) => !declared(*id),
        UserRef::None => false,
        UserRef::All | UserRef::GuestsOrExternalUsers | UserRef::Other(_) => true,
    });
    if let Some(Err(statement)) = context.emergency_group() {
        return vec![statement.left_open("HG-LOCK-01")];
    }
    let foreign_group = users.include_groups.iter().find(|group| match group {
        GroupRef::Id(id) => Some(*id) != context.register.group,
        GroupRef::Other(_) => true,
    });
    let name = foreign_user.map(|u| format!("{u}")).or(foreign_group.map(|g| format!("{g}")));
    let name = name.or_else(|| users.include_roles.first().map(|role| format!("role {role}")));
    match (name, &users.include_guests) {
        (Some(name), _) => {
            vec![Statement::broken(subject(), format!("also reaches others: `{name}`"))]
        }
        (None, Some(_)) => vec![Statement::broken(subject(), "also reaches guests")],
        (None, None) if crate::tenant::said(&users.unknown).next().is_some() => {
            let what = "the policy picks users in a way that this version does not know";
            let reason = GapReason::Failed { what: what.into() };
            vec![Statement::unknown(subject(), &Gap::new(PartKind::Policies, None, reason))]
        }
        (None, None) => Vec::new(),
    }
}
