//! HG-LOCK-04: nothing else reaches the emergency group: mail, synchronisation, expiration.

use alloc::vec;
use alloc::vec::Vec;

use super::{ROLE_ASSIGNABLE, group};
use crate::check::controls::{cis, iso, mitre, nist};
use crate::check::sample::Case;
use crate::check::{
    Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement, Subject,
};
use crate::tenant::{GroupType, Part, PartKind};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-LOCK-04",
    title: "The emergency group is not mail-enabled, not synchronised, and does not expire",
    family: Family::Lock,
    severity: Severity::Medium,
    why: "A mail-enabled group is managed from Exchange, a synchronised one from a directory \
          elsewhere, and an expiration policy deletes what nobody renews.",
    reads: &[PartKind::Group],
    controls: &[cis("1.1.2"), mitre("T1531"), nist("AC-2"), iso("A.8.2")],
    remedy: Remedy {
        action: "Use a cloud-only security group without mail, and take it out of the expiration \
                 policy",
        portal: "Entra admin center > Entra ID > Groups > Expiration",
        graph: "POST /v1.0/groups {\"mailEnabled\": false, \"groupTypes\": [], …}",
    },
    sources: &[ROLE_ASSIGNABLE],
    judge,
    samples: &[
        Sample::pass("a plain security group", |_| {}),
        Sample::not_applicable("no group is declared", |case| case.register.group = None),
        Sample::fail("mail-enabled", |case| case.group(|group| group.mail_enabled = Some(true))),
        Sample::fail("a Microsoft 365 group", |case| {
            case.group(|group| group.group_types = vec![GroupType::Unified]);
        }),
        Sample::fail("synchronised", |case| {
            case.group(|group| group.on_premises_sync_enabled = Some(true));
        }),
        Sample::fail("it expires", |case| {
            let expiration = Some(case.now);
            case.group(|group| group.expiration = expiration);
        }),
        Sample::gap("it cannot be read", |case| {
            case.group_read(|read| read.state = Part::Gap(Case::denied(PartKind::Group)));
        }),
    ],
};

fn judge(context: &Context<'_>) -> Judgement {
    group(context, |read, group| {
        let subject = Subject::Group(read.id);
        let findings = [
            (group.mail_enabled == Some(true), "is mail-enabled"),
            (group.group_types.contains(&GroupType::Unified), "is a Microsoft 365 group"),
            (group.on_premises_sync_enabled == Some(true), "is synchronised from elsewhere"),
            (group.expiration.is_some(), "is deleted by the expiration policy unless renewed"),
        ];
        let broken: Vec<_> = findings
            .iter()
            .filter(|(is_wrong, _)| *is_wrong)
            .map(|(_, text)| Statement::broken(subject.clone(), *text))
            .collect();
        match broken.is_empty() {
            true => vec![Statement::holds(subject, "nothing else manages it")],
            false => broken,
        }
    })
}
