//! HG-ESTATE-09: nothing in the recycle bin would lock the accounts out when it comes back.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use crate::ca::Hit;
use crate::check::controls::{cis, iso, mitre, nist};
use crate::check::demand::{Demand, demand};
use crate::check::sample::{Case, policy};
use crate::check::view::scene;
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::tenant::{GrantControl, Part, PartKind, Policy, PolicyState, UserRef, Users};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-ESTATE-09",
    title: "No deleted policy would lock the accounts out if somebody restored it",
    family: Family::Estate,
    severity: Severity::Low,
    why: "A deleted policy stays in the recycle bin for 30 days and comes back as it was by one \
          click, without anybody looking at its exclusions.",
    reads: &[
        PartKind::DeletedPolicies,
        PartKind::Account,
        PartKind::AccountMethods,
        PartKind::AccountMemberships,
    ],
    controls: &[cis("5.2.2"), nist("CM-3"), iso("A.8.32"), mitre("T1556.009")],
    remedy: Remedy {
        action: "Delete the policy for good, or accept the finding until its 30 days are over",
        portal: "Entra admin center > Entra ID > Conditional Access > Deleted policies",
        graph: "DELETE /v1.0/identity/conditionalAccess/deletedItems/policies/{policy}",
    },
    sources: &[Link {
        title: "Recover from deletions in Microsoft Entra ID",
        url: "https://learn.microsoft.com/entra/architecture/recover-from-deletions",
    }],
    judge,
    samples: &[
        Sample::pass("the recycle bin is empty", |_| {}),
        Sample::pass("a policy that excludes them", |case| {
            delete(case, policy("gone", GrantControl::Block));
        }),
        Sample::pass("a policy that their keys satisfy", |case| {
            delete(case, for_all(GrantControl::Mfa));
        }),
        Sample::fail("a policy that blocks them", |case| {
            delete(case, for_all(GrantControl::Block))
        }),
        Sample::fail("a policy that demands a managed device", |case| {
            delete(case, for_all(GrantControl::CompliantDevice));
        }),
        Sample::pass("a policy that would come back switched off", |case| {
            let mut one = for_all(GrantControl::Block);
            one.state = PolicyState::Disabled;
            delete(case, one);
        }),
        Sample::gap("memberships cannot be read", |case| {
            delete(case, policy("gone", GrantControl::Block));
            for account in case.snapshot.accounts.values_mut() {
                account.memberships = Part::Gap(Case::denied(PartKind::AccountMemberships));
            }
        }),
        Sample::gap("the recycle bin cannot be read", |case| {
            case.snapshot.deleted_policies = Part::Gap(Case::denied(PartKind::DeletedPolicies));
        }),
    ],
};

fn for_all(control: GrantControl) -> Policy {
    let mut one = policy("gone", control);
    let everybody = vec![UserRef::All];
    one.conditions.users = Some(Users { include_users: everybody, ..Users::default() });
    one
}

fn delete(case: &mut Case, one: Policy) {
    case.snapshot.deleted_policies = Part::Read { at: case.now, value: vec![one] };
}

fn judge(context: &Context<'_>) -> Judgement {
    let deleted = match context.snapshot.deleted_policies.value() {
        Ok(deleted) => deleted,
        Err(gap) => return Judgement::Stated(vec![Statement::unknown(Subject::Tenant, gap)]),
    };
    let mut statements: Vec<_> =
        deleted.iter().flat_map(|policy| judge_one(context, policy)).collect();
    let text = format!("{} deleted policies were looked at", deleted.len());
    statements.push(Statement::holds(Subject::Tenant, text));
    statements.extend(context.assumption());
    Judgement::Stated(statements)
}

fn judge_one(context: &Context<'_>, policy: &Policy) -> Vec<Statement> {
    let subject = || Subject::policy(policy);
    let mut statements = Vec::new();
    for declared in &context.accounts {
        let Some(standing) = context.standing(declared) else { continue };
        let demand = match standing.hit(policy) {
            Hit::No(_) => continue,
            Hit::Unknown(gap) => Demand::Unknown(gap),
            Hit::Yes(_) => demand(policy, standing, context.snapshot),
        };
        let name = &declared.code_name;
        statements.extend(match demand {
            Demand::Nothing | Demand::Satisfied(_) => None,
            Demand::Unknown(gap) => Some(Statement::unknown(subject(), &gap)),
            Demand::Blocks(why) if policy.state == PolicyState::Disabled => {
                let text = format!("deleted and switched off, it would hit {name}: {why}");
                Some(Statement::note(subject(), text))
            }
            Demand::Blocks(why) => {
                let text = format!("restored, it would lock {name} out: {why}");
                let witness = format!("{name} signs in to {}", scene(policy));
                Some(Statement::broken(subject(), text).with_witness(witness))
            }
        });
    }
    statements
}
