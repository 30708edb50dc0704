//! HG-KEYS-08: no demand to register a method stops the first sign-in.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use super::EMERGENCY_ACCESS;
use crate::ca::Hit;
use crate::ca::means;
use crate::check::controls::{cis, cis_controls, mitre};
use crate::check::sample::{
    ALPHA, BRAVO, Case, EMERGENCY, campaign, password, strength_policy, target,
};
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::register::DeclaredAccount;
use crate::tenant::{
    Feature, Gap, GapReason, Method, Part, PartKind, Policy, PolicyState, RegistrationCampaign,
    TargetKind,
};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-KEYS-08",
    title: "No demand to register a method stops the first sign-in",
    family: Family::Keys,
    severity: Severity::Medium,
    why: "A registration campaign stops a sign-in and asks for Microsoft Authenticator, on a phone \
          that is nobody's. A policy that demands a key of an account which has none loops: to \
          register the key one must sign in, and only a Temporary Access Pass breaks in.",
    reads: &[
        PartKind::MethodsPolicy,
        PartKind::Policies,
        PartKind::AccountMethods,
        PartKind::AccountMemberships,
    ],
    controls: &[cis("1.1.2"), cis_controls("6.5"), mitre("T1556.006")],
    remedy: Remedy {
        action: "Exclude the emergency group from the registration campaign; register the keys on \
                 the accounts before a policy demands them",
        portal: "Entra admin center > Entra ID > Authentication methods > Registration campaign",
        graph: "PATCH /v1.0/policies/authenticationMethodsPolicy {\"registrationEnforcement\": …}",
    },
    sources: &[
        EMERGENCY_ACCESS,
        Link {
            title: "Run a registration campaign",
            url: "https://learn.microsoft.com/entra/identity/authentication/how-to-mfa-registration-campaign",
        },
    ],
    judge,
    samples: &[
        Sample::pass("no campaign", |_| {}),
        Sample::pass("a campaign that excludes the emergency group", |case| {
            run(case, Feature::Enabled, |one| {
                one.exclude.push(target(TargetKind::Group, &format!("{EMERGENCY}")));
            });
        }),
        Sample::pass("a campaign for another group", |case| {
            run(case, Feature::Enabled, |one| {
                one.include = vec![target(TargetKind::Group, OTHER)];
            });
        }),
        Sample::pass("a strength, and the keys are there", |case| {
            case.add_policy(strength_policy("keys"));
        }),
        Sample::fail("a campaign for everybody", |case| run(case, Feature::Enabled, |_| {})),
        Sample::fail("a campaign that Microsoft manages", |case| {
            run(case, Feature::Default, |_| {});
        }),
        Sample::fail("a strength before any key", |case| {
            case.add_policy(strength_policy("keys"));
            case.methods(ALPHA, vec![password()]);
        }),
        Sample::gap("a campaign for a group, and memberships cannot be read", |case| {
            run(case, Feature::Enabled, |one| {
                one.include = vec![target(TargetKind::Group, OTHER)];
            });
            for id in [ALPHA, BRAVO] {
                let gap = Case::denied(PartKind::AccountMemberships);
                case.account(id, |one| one.memberships = Part::Gap(gap));
            }
        }),
        Sample::gap("a strength, and the methods cannot be read", |case| {
            case.add_policy(strength_policy("keys"));
            let gap = Case::denied(PartKind::AccountMethods);
            case.account(ALPHA, |one| one.methods = Part::Gap(gap));
        }),
        Sample::gap("a strength before any key, for a group that may hold the account", |case| {
            case.add_policy(strength_policy("keys"));
            case.methods(ALPHA, vec![password()]);
            let gap = Case::denied(PartKind::AccountMemberships);
            case.account(ALPHA, |one| one.memberships = Part::Gap(gap));
        }),
        Sample::gap("a campaign that does not say whom it is for", |case| {
            run(case, Feature::Default, |one| one.include.clear());
        }),
        Sample::gap("the campaign was not said", |case| {
            case.methods_policy(|policy| policy.registration_campaign = None);
        }),
        Sample::gap("the methods policy cannot be read", |case| {
            case.snapshot.methods_policy = Part::Gap(Case::denied(PartKind::MethodsPolicy));
        }),
        Sample::gap("policies cannot be read", |case| {
            case.snapshot.policies = Part::Gap(Case::denied(PartKind::Policies));
        }),
        Sample::pass("a strength, and the account has a certificate", |case| {
            case.add_policy(strength_policy("keys"));
            let certificate = crate::tenant::MethodKind::X509Certificate;
            let methods = vec![password(), crate::check::sample::method(certificate)];
            case.methods(ALPHA, methods);
        }),
        Sample::fail(
            "a strength before any key, of a policy in a state that nobody knows",
            |case| {
                let mut policy = strength_policy("keys");
                policy.state = PolicyState::Other("pilot".into());
                case.add_policy(policy);
                case.methods(ALPHA, vec![password()]);
            },
        ),
    ],
};

const OTHER: &str = "00000000-0000-0000-0000-00000000000a";

fn run(case: &mut Case, state: Feature, change: fn(&mut RegistrationCampaign)) {
    let mut running = campaign(state);
    change(&mut running);
    case.methods_policy(|policy| policy.registration_campaign = Some(running));
}

fn judge(context: &Context<'_>) -> Judgement {
    let mut statements: Vec<_> = match context.snapshot.methods_policy.value() {
        Ok(policy) => match &policy.registration_campaign {
            Some(one) => context.accounts.iter().map(|a| asked(context, one, a)).collect(),
            None => {
                let what = "it does not say whether a campaign runs".into();
                let gap = Gap::new(PartKind::MethodsPolicy, None, GapReason::Failed { what });
                vec![Statement::unknown(Subject::Tenant, &gap)]
            }
        },
        Err(gap) => vec![Statement::unknown(Subject::Tenant, gap)],
    };
    match context.policies() {
        Ok(policies) => {
            let demanding = policies.iter().filter(|one| demands_strength(one));
            for policy in demanding {
                statements
                    .extend(context.accounts.iter().filter_map(|a| loops(context, policy, a)));
            }
        }
        Err(gap) => statements.push(Statement::unknown(Subject::Tenant, gap)),
    }
    Judgement::Stated(statements)
}

fn asked(
    context: &Context<'_>,
    campaign: &RegistrationCampaign,
    declared: &DeclaredAccount,
) -> Statement {
    let subject = context.subject(declared);
    if campaign.state == Feature::Disabled {
        return Statement::holds(subject, "no campaign runs");
    }
    let Some(standing) = context.standing(declared) else {
        let gap = Gap::new(PartKind::Account, Some(declared.id.0), GapReason::NotInSource);
        return Statement::unknown(subject, &gap);
    };
    if campaign.include.is_empty() {
        let what = "the registration campaign does not say whom it is for".into();
        let gap = Gap::new(PartKind::MethodsPolicy, None, GapReason::Failed { what });
        return Statement::unknown(subject, &gap);
    }
    let any = |targets: &[crate::tenant::MethodTarget]| {
        let mut unknown = None;
        for target in targets {
            match means(target, standing.holder()) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(gap) => unknown = Some(gap),
            }
        }
        unknown.map_or(Ok(false), Err)
    };
    match (any(&campaign.exclude), any(&campaign.include)) {
        (Ok(true), _) => Statement::holds(subject, "the campaign leaves it out"),
        (_, Ok(false)) => Statement::holds(subject, "the campaign is not for it"),
        (Ok(false), Ok(true)) => {
            let text = "a registration campaign stops its sign-in and asks for an app on a phone";
            Statement::broken(subject, text)
        }
        (Err(gap), _) | (_, Err(gap)) => Statement::unknown(subject, &gap),
    }
}

fn demands_strength(policy: &Policy) -> bool {
    let has_strength = policy.grant.as_ref().is_some_and(|grant| grant.strength.is_some());
    let is_enforced = matches!(policy.state, PolicyState::Enabled | PolicyState::Other(_));
    is_enforced && has_strength
}

/// A policy that demands a key of an account that has none, nor a certificate.
fn loops(context: &Context<'_>, policy: &Policy, declared: &DeclaredAccount) -> Option<Statement> {
    let name = &declared.code_name;
    let unknown = |gap: &Gap| Some(Statement::unknown(Subject::policy(policy), gap));
    let hit = match context.standing(declared)?.hit(policy) {
        Hit::No(_) => return None,
        Hit::Yes(_) => None,
        Hit::Unknown(gap) => Some(gap),
    };
    let opens = |one: &Method| {
        one.passkey.is_some() || one.kind == crate::tenant::MethodKind::X509Certificate
    };
    match (context.methods(declared), hit) {
        (Ok(methods), _) if methods.iter().any(opens) => return None,
        (Ok(_), None) => {}
        (_, Some(gap)) | (Err(gap), None) => return unknown(&gap),
    }
    let text = format!(
        "demands a key of account {name}, which has none and cannot register one without signing in"
    );
    let witness = format!("account {name} signs in for the first time");
    Some(Statement::broken(Subject::policy(policy), text).with_witness(witness))
}
