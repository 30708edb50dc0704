//! HG-EXIT-11: no policy that is one step from enforcement would shut an account out.

use super::EMERGENCY_ACCESS;
use super::not_blocked::judge_state;
use crate::check::controls::{cis, mitre};
use crate::check::sample::{Case, policy};
use crate::check::{Check, Context, Family, Judgement, Link, Remedy, Sample, Severity};
use crate::tenant::{GrantControl, Part, PartKind, PolicyState};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-EXIT-11",
    title: "No report-only or disabled policy would shut an account out",
    family: Family::Exit,
    severity: Severity::Medium,
    why: "Report-only is tomorrow, disabled is one click, and Microsoft-managed policies leave \
          report-only by themselves after 45 days or more.",
    reads: &[
        PartKind::Policies,
        PartKind::AccountMemberships,
        PartKind::AccountMethods,
        PartKind::MethodsPolicy,
    ],
    controls: &[cis("5.2.2"), mitre("T1556.009")],
    remedy: Remedy {
        action: "Exclude the emergency group before anybody turns the policy on, or delete the \
                 policy",
        portal: "Entra admin center > Entra ID > Conditional Access > Policies > the policy > \
                 Users > Exclude",
        graph: "PATCH /beta/identity/conditionalAccess/policies/{id}",
    },
    sources: &[
        EMERGENCY_ACCESS,
        Link {
            title: "Microsoft-managed Conditional Access policies",
            url: "https://learn.microsoft.com/entra/identity/conditional-access/managed-policies",
        },
    ],
    judge,
    samples: &[
        Sample::pass("all exclude the group", |case| {
            case.policy(1, |policy| policy.state = PolicyState::ReportOnly);
        }),
        Sample::pass("enforced policies are another check's", |case| {
            add(case, PolicyState::Enabled);
        }),
        Sample::fail("report-only", |case| add(case, PolicyState::ReportOnly)),
        Sample::fail("disabled", |case| add(case, PolicyState::Disabled)),
        Sample::gap("policies cannot be read", |case| {
            case.snapshot.policies = Part::Gap(Case::denied(PartKind::Policies));
        }),
    ],
};

fn add(case: &mut Case, state: PolicyState) {
    let mut added = policy("forgotten", GrantControl::CompliantDevice);
    added.state = state;
    added.conditions.users.iter_mut().for_each(|users| users.exclude_groups.clear());
    case.add_policy(added);
}

fn judge(context: &Context<'_>) -> Judgement {
    judge_state(context, |state| matches!(state, PolicyState::ReportOnly | PolicyState::Disabled))
}
