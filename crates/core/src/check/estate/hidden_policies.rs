//! HG-ESTATE-03: policies that v1.0 of Microsoft Graph leaves out.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use crate::check::controls::{cis, iso, mitre, nist};
use crate::check::sample::{Case, policy};
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::tenant::{GrantControl, Part, PartKind};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-ESTATE-03",
    title: "No policy is hidden from tools that read v1.0 of Microsoft Graph",
    family: Family::Estate,
    severity: Severity::Low,
    why: "v1.0 leaves out policies that use preview features. Halligan reads beta and judges them; \
          your other tools may not know that they exist.",
    reads: &[PartKind::Policies, PartKind::PolicyIdsV1],
    controls: &[cis("5.2.2"), mitre("T1556.009"), nist("CM-6"), iso("A.8.9")],
    remedy: Remedy {
        action: "Know the policy by name; where another tool guards the tenant, make sure that it \
                 reads beta, or accept the finding",
        portal: "Entra admin center > Entra ID > Conditional Access > Policies > the policy",
        graph: "GET /beta/identity/conditionalAccess/policies/{id}",
    },
    sources: &[Link {
        title: "Versioning, support, and breaking change policies for Microsoft Graph",
        url: "https://learn.microsoft.com/graph/versioning-and-support",
    }],
    judge,
    samples: &[
        Sample::pass("both lists agree", |_| {}),
        Sample::fail("one is in beta only", hide),
        Sample::gap("v1.0 cannot be read", |case| {
            case.snapshot.policy_ids_v1 = Part::Gap(Case::denied(PartKind::PolicyIdsV1));
        }),
        Sample::gap("one is in v1.0 only: reading was torn", |case| {
            if let Part::Read { value, .. } = &mut case.snapshot.policy_ids_v1 {
                value.insert("torn".into());
            }
        }),
    ],
};

fn hide(case: &mut Case) {
    case.add_policy(policy("preview", GrantControl::Mfa));
    if let Part::Read { value, .. } = &mut case.snapshot.policy_ids_v1 {
        value.remove(&"preview".into());
    }
}

fn judge(context: &Context<'_>) -> Judgement {
    let unknown = |gap| Judgement::Stated(vec![Statement::unknown(Subject::Tenant, gap)]);
    let policies = match context.policies() {
        Ok(policies) => policies,
        Err(gap) => return unknown(gap),
    };
    let visible = match context.snapshot.policy_ids_v1.value() {
        Ok(visible) => visible,
        Err(gap) => return unknown(gap),
    };
    let mut statements: Vec<_> = policies
        .iter()
        .filter(|policy| !visible.contains(&policy.id))
        .map(|policy| Statement::broken(Subject::policy(policy), "v1.0 does not list it"))
        .collect();
    let in_beta: BTreeSet<_> = policies.iter().map(|policy| &policy.id).collect();
    let torn = visible.iter().filter(|id| !in_beta.contains(id)).count();
    if torn > 0 {
        let what = format!("{torn} policies are in v1.0 and not in beta: read the tenant again");
        let reason = crate::tenant::GapReason::Failed { what };
        let gap = crate::tenant::Gap::new(PartKind::Policies, None, reason);
        statements.push(Statement::unknown(Subject::Tenant, &gap));
    }
    if statements.is_empty() {
        let text = format!("beta and v1.0 list the same {} policies", policies.len());
        statements.push(Statement::holds(Subject::Tenant, text));
    }
    Judgement::Stated(statements)
}
