//! HG-EXIT-04: the accounts belong to the cloud alone.

use alloc::string::String;
use alloc::vec;

use super::EMERGENCY_ACCESS;
use crate::check::controls::{cis, mitre, scuba};
use crate::check::sample::{ALPHA, BRAVO, Case};
use crate::check::{Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement};
use crate::tenant::{Part, PartKind};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-EXIT-04",
    title: "Each account is cloud-only",
    family: Family::Exit,
    severity: Severity::High,
    why: "A synchronised account fails with the directory it comes from, and whoever owns that \
          directory owns the account. The anchor (onPremisesImmutableId) outlives synchronisation \
          and lets it be taken over again.",
    reads: &[PartKind::Account],
    controls: &[cis("1.1.1"), cis("1.1.2"), scuba("MS.AAD.7.3v1"), mitre("T1556.007")],
    remedy: Remedy {
        action: "Replace the account by one that is created in the cloud",
        portal: "Entra admin center > Entra ID > Users > the account > Properties > On-premises",
        graph: "POST /v1.0/users",
    },
    sources: &[EMERGENCY_ACCESS],
    judge,
    samples: &[
        Sample::pass("never synchronised", |_| {}),
        Sample::pass("explicitly not", |case| {
            case.user(ALPHA, |user| user.on_premises_sync_enabled = Some(false));
        }),
        Sample::pass("an anchor that says nothing", |case| {
            case.user(ALPHA, |user| user.on_premises_immutable_id = Some(String::new()));
        }),
        Sample::fail(
            "synchronised once: the switch is off and the anchor is still there",
            |case| {
                case.user(BRAVO, |user| {
                    user.on_premises_sync_enabled = Some(false);
                    user.on_premises_immutable_id = Some("AbC=".into());
                });
            },
        ),
        Sample::gap("accounts cannot be read", |case| {
            for account in case.snapshot.accounts.values_mut() {
                account.state = Part::Gap(Case::denied(PartKind::Account));
            }
        }),
        Sample::fail("synchronised", |case| {
            case.user(BRAVO, |user| user.on_premises_sync_enabled = Some(true));
        }),
        Sample::fail("the anchor is still there", |case| {
            case.user(BRAVO, |user| user.on_premises_immutable_id = Some("AbC=".into()));
        }),
    ],
};

fn judge(context: &Context<'_>) -> Judgement {
    Judgement::Stated(context.each_user(|declared, user| {
        let subject = context.subject(declared);
        let has_anchor = user.on_premises_immutable_id.as_ref().is_some_and(|id| !id.is_empty());
        vec![if user.on_premises_sync_enabled == Some(true) {
            Statement::broken(subject, "is synchronised from an on-premises directory")
        } else if has_anchor {
            Statement::broken(subject, "carries the anchor of an on-premises directory")
        } else {
            Statement::holds(subject, "is cloud-only")
        }]
    }))
}
