//! HG-LOCK-03: the emergency group has no owners.

use alloc::vec;

use super::{ROLE_ASSIGNABLE, group};
use crate::check::controls::{cis, iso, mitre, nist};
use crate::check::sample::{Case, DAILY, member};
use crate::check::{
    Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::PrincipalId;
use crate::tenant::{ObjectKind, Part, PartKind};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-LOCK-03",
    title: "The emergency group has no owners",
    family: Family::Lock,
    severity: Severity::High,
    why: "An owner can add members and restore the group after deletion, without holding any role: \
          each owner is a way past every policy.",
    reads: &[PartKind::GroupOwners],
    controls: &[cis("1.1.2"), iso("A.8.2"), mitre("T1098"), nist("AC-6(5)")],
    remedy: Remedy {
        action: "Remove every owner; the privileged roles can still manage the group",
        portal: "Entra admin center > Entra ID > Groups > the group > Owners",
        graph: "DELETE /v1.0/groups/{group}/owners/{principal}/$ref",
    },
    sources: &[ROLE_ASSIGNABLE],
    judge,
    samples: &[
        Sample::pass("none", |_| {}),
        Sample::not_applicable("no group is declared", |case| case.register.group = None),
        Sample::fail("one", |case| {
            let at = case.now;
            let value = vec![member(DAILY, ObjectKind::User)];
            case.group_read(|read| read.owners = Part::Read { at, value });
        }),
        Sample::fail("an application, whose owners own it too", |case| {
            let at = case.now;
            let owner = member(PrincipalId::from_u128(0xa99), ObjectKind::ServicePrincipal);
            case.group_read(|read| read.owners = Part::Read { at, value: vec![owner] });
        }),
        Sample::gap("owners cannot be read", |case| {
            case.group_read(|read| read.owners = Part::Gap(Case::denied(PartKind::GroupOwners)));
        }),
    ],
};

fn judge(context: &Context<'_>) -> Judgement {
    group(context, |read, _| match read.owners.value() {
        Err(gap) => vec![Statement::unknown(Subject::Group(read.id), gap)],
        Ok(owners) if owners.is_empty() => {
            vec![Statement::holds(Subject::Group(read.id), "has no owners")]
        }
        Ok(owners) => owners
            .iter()
            .map(|owner| {
                let name = owner.display_name.clone();
                let text = match owner.kind {
                    ObjectKind::ServicePrincipal => {
                        "is an application that owns the group: whoever acts as it can add members"
                    }
                    _ => "owns the group and can add members",
                };
                Statement::broken(Subject::Principal { id: owner.id, name }, text)
            })
            .collect(),
    })
}
