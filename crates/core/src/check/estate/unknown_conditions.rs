//! HG-ESTATE-04: every policy is made of what this version understands.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use crate::check::controls::{cis, iso, mitre, nist};
use crate::check::sample::Case;
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::tenant::{
    ClientAppType, Gap, GapReason, GrantControl, Guests, Part, PartKind, Policy, PolicyState,
    Unknown, Users, said,
};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-ESTATE-04",
    title: "Every policy is made of conditions and controls that this version understands",
    family: Family::Estate,
    severity: Severity::Low,
    why: "Microsoft adds conditions before tools learn them. Halligan takes an unknown condition \
          as one that may apply and an unknown control as one that cannot be satisfied, and says \
          where it had to.",
    reads: &[PartKind::Policies],
    controls: &[cis("5.2.2"), mitre("T1556.009"), nist("CM-6"), iso("A.8.9")],
    remedy: Remedy {
        action: "Look at the named member of the policy, and update Halligan",
        portal: "Entra admin center > Entra ID > Conditional Access > Policies > the policy",
        graph: "GET /beta/identity/conditionalAccess/policies/{id}",
    },
    sources: &[Link {
        title: "Conditional Access policy resource",
        url: "https://learn.microsoft.com/graph/api/resources/conditionalaccesspolicy",
    }],
    judge,
    samples: &[
        Sample::pass("all known", |_| {}),
        Sample::pass("an unknown member that is null", |case| {
            add(case, "times", serde_json::Value::Null);
        }),
        Sample::gap("an unknown condition", |case| add(case, "moonPhase", true.into())),
        Sample::gap("an unknown control", |case| {
            case.policy(0, |policy| {
                policy.grant.iter_mut().for_each(|grant| {
                    grant.built_in = vec![GrantControl::Other("retinaScan".into())];
                });
            });
        }),
        Sample::gap("policies cannot be read", |case| {
            case.snapshot.policies = Part::Gap(Case::denied(PartKind::Policies));
        }),
    ],
};

fn add(case: &mut Case, name: &str, value: serde_json::Value) {
    case.policy(0, |policy| drop(policy.conditions.unknown.insert(name.into(), value)));
}

fn judge(context: &Context<'_>) -> Judgement {
    let policies = match context.policies() {
        Ok(policies) => policies,
        Err(gap) => return Judgement::Stated(vec![Statement::unknown(Subject::Tenant, gap)]),
    };
    let mut statements: Vec<_> = policies.iter().flat_map(not_understood).collect();
    statements.extend(context.unread_policies());
    if statements.is_empty() {
        let text = format!("{} policies read, all understood", policies.len());
        statements.push(Statement::holds(Subject::Tenant, text));
    }
    Judgement::Stated(statements)
}

fn guests(users: &Users) -> impl Iterator<Item = &Guests> {
    users.include_guests.iter().chain(&users.exclude_guests)
}

fn not_understood(policy: &Policy) -> Vec<Statement> {
    let conditions = &policy.conditions;
    let mut names = Vec::new();
    let mut note = |place: &str, unknown: &Unknown| {
        names.extend(said(unknown).map(|name| format!("{place}.{name}")));
    };
    note("policy", &policy.unknown);
    note("conditions", &conditions.unknown);
    note("conditions.applications", &conditions.applications.unknown);
    conditions.users.iter().for_each(|users| note("conditions.users", &users.unknown));
    conditions.users.iter().flat_map(guests).for_each(|one| note("guests", &one.unknown));
    conditions.devices.iter().for_each(|devices| note("conditions.devices", &devices.unknown));
    conditions.platforms.iter().for_each(|one| note("conditions.platforms", &one.unknown));
    conditions.locations.iter().for_each(|one| note("conditions.locations", &one.unknown));
    let applications = conditions.client_applications.iter();
    applications.for_each(|one| note("conditions.clientApplications", &one.unknown));
    policy.grant.iter().for_each(|grant| note("grantControls", &grant.unknown));
    policy.session.iter().for_each(|session| note("sessionControls", &session.unknown));
    for control in policy.grant.iter().flat_map(|grant| &grant.built_in) {
        if let GrantControl::Other(control) = control {
            names.push(format!("grantControls.builtInControls `{control}`"));
        }
    }
    let clients = conditions.client_app_types.iter().filter_map(|client| match client {
        ClientAppType::Other(client) => Some(format!("conditions.clientAppTypes `{client}`")),
        _ => None,
    });
    names.extend(clients);
    if let PolicyState::Other(state) = &policy.state {
        names.push(format!("state `{state}`"));
    }
    names
        .into_iter()
        .map(|name| {
            let what = format!("this version does not know `{name}`");
            let gap = Gap::new(PartKind::Policies, None, GapReason::Failed { what });
            Statement::unknown(Subject::policy(policy), &gap)
        })
        .collect()
}
