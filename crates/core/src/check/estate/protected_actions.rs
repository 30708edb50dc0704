//! HG-ESTATE-08: protected actions do not keep the accounts from mending a policy.
//!
//! A protected action demands an authentication context at the moment of the action. A policy that
//! hits the account for that context must be one that the account's key satisfies; a context
//! without an enforced policy, or one that is not published, leaves the caller with repeated
//! requests to sign in again.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::ca::Hit;
use crate::check::controls::{cis, iso, nist};
use crate::check::demand::{self, Demand};
use crate::check::sample::{Case, policy, strength_policy};
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::register::DeclaredAccount;
use crate::tenant::{
    AuthenticationContext, Gap, GapReason, GrantControl, Part, PartKind, Policy, PolicyState,
    ProtectedAction, Unknown, UserRef, Users,
};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-ESTATE-08",
    title: "The accounts can do every protected action that a repair needs",
    family: Family::Estate,
    severity: Severity::High,
    why: "An account that gets in and may not change a Conditional Access policy mends nothing: \
          protected actions are judged when they are done, and an exclusion from every other \
          policy does not help there.",
    reads: &[
        PartKind::ProtectedActions,
        PartKind::AuthenticationContexts,
        PartKind::Policies,
        PartKind::Account,
        PartKind::AccountMethods,
        PartKind::AccountMemberships,
    ],
    controls: &[cis("1.1.2"), nist("CP-2"), iso("A.5.29")],
    remedy: Remedy {
        action: "Exclude the emergency group from the policy of the authentication context, or \
                 make it one that their keys satisfy; enforce a policy before an action refers \
                 to its context",
        portal: "Entra admin center > Entra ID > Roles & admins > Protected actions; Entra ID > \
                 Conditional \
                 Access > Authentication contexts",
        graph: "GET /beta/roleManagement/directory/resourceNamespaces/microsoft.directory/\
                resourceActions?$filter=authenticationContextId ne null",
    },
    sources: &[Link {
        title: "What are protected actions in Microsoft Entra ID?",
        url: "https://learn.microsoft.com/entra/identity/role-based-access-control/protected-actions-overview",
    }],
    judge,
    samples: &[
        Sample::pass("nothing is protected", |_| {}),
        Sample::pass("something else is protected", |case| {
            protect(case, "microsoft.directory/crossTenantAccessPolicy/partners/create", true);
        }),
        Sample::fail("the update of policies, with a demand that nobody can meet", |case| {
            protect(case, UPDATE, true);
            demand(case, policy("context", GrantControl::CompliantDevice));
        }),
        Sample::fail("the creation of named locations", |case| {
            protect(case, "microsoft.directory/namedLocations/create", true);
            demand(case, policy("context", GrantControl::Block));
        }),
        Sample::fail("the deletion from the recycle bin", |case| {
            protect(case, "microsoft.directory/deletedItems/delete", true);
            demand(case, policy("context", GrantControl::Block));
        }),
        Sample::fail("the protection itself", |case| {
            let name = "microsoft.directory/resourceNamespaces/resourceActions/\
                        authenticationContext/update";
            protect(case, name, true);
            demand(case, policy("context", GrantControl::Block));
        }),
        Sample::pass("with a demand that their keys meet", |case| {
            protect(case, UPDATE, true);
            demand(case, strength_policy("context"));
        }),
        Sample::pass("with a policy that excludes them", |case| {
            protect(case, UPDATE, true);
            aim(case, policy("context", GrantControl::CompliantDevice));
        }),
        Sample::fail("no policy is enforced for the context", |case| {
            protect(case, UPDATE, true);
        }),
        Sample::fail("only a report-only policy", |case| {
            protect(case, UPDATE, true);
            let mut one = strength_policy("context");
            one.state = PolicyState::ReportOnly;
            demand(case, one);
        }),
        Sample::fail("the context is not published", |case| {
            protect(case, UPDATE, false);
            demand(case, strength_policy("context"));
        }),
        Sample::fail("the context does not exist", |case| {
            protect(case, UPDATE, true);
            demand(case, strength_policy("context"));
            case.snapshot.authentication_contexts = Part::Read { at: case.now, value: vec![] };
        }),
        Sample::gap("beside one that they meet, one in a state that nobody knows", |case| {
            protect(case, UPDATE, true);
            demand(case, strength_policy("context"));
            let mut one = policy("pilot", GrantControl::Block);
            one.state = PolicyState::Other("pilot".into());
            demand(case, one);
        }),
        Sample::gap("their keys cannot be read", |case| {
            protect(case, UPDATE, true);
            demand(case, strength_policy("context"));
            for account in case.snapshot.accounts.values_mut() {
                account.methods = Part::Gap(Case::denied(PartKind::AccountMethods));
            }
        }),
        Sample::gap("contexts cannot be read", |case| {
            protect(case, UPDATE, true);
            demand(case, strength_policy("context"));
            let gap = Case::denied(PartKind::AuthenticationContexts);
            case.snapshot.authentication_contexts = Part::Gap(gap);
        }),
        Sample::gap("policies cannot be read", |case| {
            protect(case, UPDATE, true);
            case.snapshot.policies = Part::Gap(Case::denied(PartKind::Policies));
        }),
        Sample::gap("actions cannot be read", |case| {
            case.snapshot.protected_actions = Part::Gap(Case::denied(PartKind::ProtectedActions));
        }),
    ],
};

const UPDATE: &str = "microsoft.directory/conditionalAccessPolicies/basic/update";

/// Beginnings of the actions that mending a lockout takes, and the end that turns protection off.
const REPAIR: [&str; 3] = [
    "microsoft.directory/conditionalAccessPolicies/",
    "microsoft.directory/namedLocations/",
    "microsoft.directory/deletedItems",
];
const PROTECTION: &str = "/authenticationContext/update";

fn protect(case: &mut Case, name: &str, is_available: bool) {
    let action = ProtectedAction {
        id: "a1".into(),
        name: name.into(),
        authentication_context: Some("c1".into()),
        unknown: Unknown::new(),
    };
    let context = AuthenticationContext {
        id: "c1".into(),
        display_name: Some("changes".into()),
        is_available: Some(is_available),
        unknown: Unknown::new(),
    };
    let at = case.now;
    case.snapshot.protected_actions = Part::Read { at, value: vec![action] };
    case.snapshot.authentication_contexts = Part::Read { at, value: vec![context] };
}

/// Adds a policy for the context, of everybody.
fn demand(case: &mut Case, mut one: Policy) {
    let everybody = vec![UserRef::All];
    one.conditions.users = Some(Users { include_users: everybody, ..Users::default() });
    aim(case, one);
}

/// Adds a policy for the context.
fn aim(case: &mut Case, mut one: Policy) {
    one.conditions.applications.include.clear();
    one.conditions.applications.include_authentication_contexts = vec!["c1".into()];
    case.add_policy(one);
}

fn judge(context: &Context<'_>) -> Judgement {
    let actions = match context.snapshot.protected_actions.value() {
        Ok(actions) => actions,
        Err(gap) => return Judgement::Stated(vec![Statement::unknown(Subject::Tenant, gap)]),
    };
    let mut demanded: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for action in actions.iter().filter(|action| is_repair(&action.name)) {
        if let Some(id) = &action.authentication_context {
            demanded.entry(id).or_default().insert(&action.name);
        }
    }
    if demanded.is_empty() {
        let text = "no action that a repair needs demands an authentication context";
        return Judgement::Stated(vec![Statement::holds(Subject::Tenant, text)]);
    }
    let mut statements: Vec<_> =
        demanded.iter().flat_map(|(id, names)| judge_one(context, id, names)).collect();
    statements.extend(context.unread_policies());
    statements.extend(context.assumption());
    Judgement::Stated(statements)
}

fn is_repair(name: &str) -> bool {
    REPAIR.iter().any(|beginning| name.starts_with(beginning)) || name.ends_with(PROTECTION)
}

fn judge_one(context: &Context<'_>, id: &str, names: &BTreeSet<&str>) -> Vec<Statement> {
    let what = names.iter().next().copied().unwrap_or_default();
    let subject = || Subject::Object { kind: "authentication context", id: id.into(), name: None };
    let mut statements: Vec<_> = published(context, id, what, subject()).into_iter().collect();
    let policies = match context.policies() {
        Ok(policies) => policies,
        Err(gap) => {
            statements.push(Statement::unknown(subject(), gap));
            return statements;
        }
    };
    let enforced: Vec<_> = policies
        .iter()
        .filter(|policy| policy.state == PolicyState::Enabled && aims_at(policy, id))
        .collect();
    let is_new = |policy: &&Policy| matches!(policy.state, PolicyState::Other(_));
    statements.extend(policies.iter().filter(is_new).filter(|one| aims_at(one, id)).map(|one| {
        let what = "this version does not know whether the policy is enforced".into();
        let gap = Gap::new(PartKind::Policies, None, GapReason::Failed { what });
        Statement::unknown(Subject::policy(one), &gap)
    }));
    if enforced.is_empty() {
        let text = format!(
            "no enforced policy is for the context that `{what}` demands: whoever does it is asked \
             to sign in again and again"
        );
        statements.push(Statement::broken(subject(), text));
        return statements;
    }
    for declared in &context.accounts {
        statements.push(judge_account(context, declared, &enforced, what));
    }
    statements
}

fn published(context: &Context<'_>, id: &str, what: &str, subject: Subject) -> Option<Statement> {
    let contexts = match context.snapshot.authentication_contexts.value() {
        Ok(contexts) => contexts,
        Err(gap) => return Some(Statement::unknown(subject, gap)),
    };
    let found = contexts.iter().find(|one| one.id.eq_ignore_ascii_case(id));
    let text = match found.map(|one| one.is_available) {
        Some(Some(true)) => return None,
        Some(_) => format!("is not published to apps, and `{what}` demands it"),
        None => format!("does not exist, and `{what}` demands it"),
    };
    Some(Statement::broken(subject, text))
}

fn aims_at(policy: &Policy, id: &str) -> bool {
    let contexts = &policy.conditions.applications.include_authentication_contexts;
    contexts.iter().any(|one| one.eq_ignore_ascii_case(id))
}

/// Whether an account gets past every policy of a context: the worst of them decides.
fn judge_account(
    context: &Context<'_>,
    declared: &DeclaredAccount,
    enforced: &[&Policy],
    what: &str,
) -> Statement {
    let subject = context.subject(declared);
    let Some(standing) = context.standing(declared) else {
        return Statement::note(subject, "nothing is known about it");
    };
    let mut open: Option<Statement> = None;
    let mut met: Vec<String> = Vec::new();
    for policy in enforced {
        match standing.hit(policy) {
            Hit::No(_) => {}
            Hit::Unknown(gap) => open = Some(Statement::unknown(subject.clone(), &gap)),
            Hit::Yes(_) => match demand::demand(policy, standing, context.snapshot) {
                Demand::Nothing => {}
                Demand::Satisfied(demand) => met.push(demand),
                Demand::Unknown(gap) => open = Some(Statement::unknown(subject.clone(), &gap)),
                Demand::Blocks(why) => {
                    let text = format!("may not do `{what}`: {}, {why}", Subject::policy(policy));
                    return Statement::broken(subject, text).with_witness(format!(
                        "the account signs in and calls an API that needs `{what}`"
                    ));
                }
            },
        }
    }
    let text = match met.first() {
        None => format!("may do `{what}`: no enforced policy of its context hits it"),
        Some(demand) => format!("may do `{what}`: its keys satisfy {demand}"),
    };
    open.unwrap_or_else(|| Statement::holds(subject, text))
}
