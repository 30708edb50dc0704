//! HG-LOCK-05: nobody can activate a membership of the emergency group.

use alloc::format;
use alloc::vec;

use super::group;
use crate::check::controls::{cis, iso, mitre, nist, scuba};
use crate::check::sample::{Case, DAILY, schedule};
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::tenant::{Part, PartKind};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-LOCK-05",
    title: "Nobody is eligible for the emergency group (PIM for Groups)",
    family: Family::Lock,
    severity: Severity::High,
    why: "An eligible person becomes exempt from every policy by a click, or by an approval that \
          somebody gives at night; the member list does not show it until then.",
    reads: &[PartKind::GroupEligibilities],
    controls: &[cis("1.1.2"), scuba("MS.AAD.7.6v1"), mitre("T1098"), nist("AC-2"), iso("A.8.2")],
    remedy: Remedy {
        action: "Remove every eligible assignment of the group's membership and ownership",
        portal: "Entra admin center > ID Governance > Privileged Identity Management > \
                 Groups > the group > Assignments",
        graph: "POST /v1.0/identityGovernance/privilegedAccess/group/eligibilityScheduleRequests \
                {\"action\": \"adminRemove\", …}",
    },
    sources: &[Link {
        title: "Privileged Identity Management (PIM) for Groups",
        url: "https://learn.microsoft.com/entra/id-governance/privileged-identity-management/concept-pim-for-groups",
    }],
    judge,
    samples: &[
        Sample::pass("nobody", |_| {}),
        Sample::not_applicable("no group is declared", |case| case.register.group = None),
        Sample::not_applicable("no P2", |case| {
            let reason = crate::tenant::GapReason::MissingLicence { code: "P2".into() };
            let gap = crate::tenant::Gap::new(PartKind::GroupEligibilities, None, reason);
            case.group_read(|read| read.eligibilities = Part::Gap(gap));
        }),
        Sample::fail("a daily administrator", |case| {
            let at = case.now;
            let value = vec![schedule(DAILY, None)];
            case.group_read(|read| read.eligibilities = Part::Read { at, value });
        }),
        Sample::gap("cannot be read", |case| {
            let gap = Case::denied(PartKind::GroupEligibilities);
            case.group_read(|read| read.eligibilities = Part::Gap(gap));
        }),
    ],
};

fn judge(context: &Context<'_>) -> Judgement {
    group(context, |read, _| {
        let subject = Subject::Group(read.id);
        match read.eligibilities.value() {
            Err(gap) => vec![Statement::unknown(subject, gap)],
            Ok(all) if all.is_empty() => vec![Statement::holds(subject, "nobody is eligible")],
            Ok(all) => all
                .iter()
                .map(|one| {
                    let until = one.end.map_or_else(|| "for good".into(), |e| format!("until {e}"));
                    let text = format!("can activate a membership of the group, {until}");
                    Statement::broken(Subject::Principal { id: one.principal, name: None }, text)
                })
                .collect(),
        }
    })
}
