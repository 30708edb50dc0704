//! HG-LOCK-22: a synchronised directory cannot take over accounts of the cloud.

use alloc::vec;
use alloc::vec::Vec;

use crate::check::controls::{iso, mitre, nist, scuba};
use crate::check::sample::Case;
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::tenant::{DirectorySync, Gap, GapReason, Part, PartKind, Unknown};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-LOCK-22",
    title: "Directory synchronisation cannot take over accounts of the cloud",
    family: Family::Lock,
    severity: Severity::High,
    why: "Whoever can write on premises makes an object with the address (soft match) or the \
          anchor (hard match) of a cloud account, and the next synchronisation gives it that \
          object's password.",
    reads: &[PartKind::DirectorySync, PartKind::Organization],
    controls: &[scuba("MS.AAD.7.3v1"), nist("AC-2"), iso("A.8.2"), mitre("T1556.007")],
    remedy: Remedy {
        action: "Switch both on: blockSoftMatchEnabled and \
                 blockCloudObjectTakeoverThroughHardMatchEnabled",
        portal: "Microsoft Graph only",
        graph: "PATCH /v1.0/directory/onPremisesSynchronization/{object} {\"features\": \
                {\"blockSoftMatchEnabled\": true, \
                \"blockCloudObjectTakeoverThroughHardMatchEnabled\": true}}",
    },
    sources: &[Link {
        title: "Microsoft Entra Connect: when you have an existing tenant",
        url: "https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-install-existing-tenant",
    }],
    judge,
    samples: &[
        Sample::not_applicable("nothing is synchronised", |_| {}),
        Sample::not_applicable("settings are there, and nothing is synchronised", |case| {
            sync(case, None, None);
            organization(case, Some(false));
        }),
        Sample::pass("both are blocked", |case| sync(case, Some(true), Some(true))),
        Sample::fail("soft match is not blocked", |case| sync(case, Some(false), Some(true))),
        Sample::fail("hard match is not blocked", |case| sync(case, Some(true), Some(false))),
        Sample::gap("hard match is not said", |case| sync(case, Some(true), None)),
        Sample::gap("it is synchronised, and no settings are there", |case| {
            organization(case, Some(true));
        }),
        Sample::fail("the organization cannot be read", |case| {
            sync(case, Some(false), Some(false));
            case.snapshot.organization = Part::Gap(Case::denied(PartKind::Organization));
        }),
        Sample::gap("settings cannot be read", |case| {
            organization(case, Some(true));
            case.snapshot.directory_sync = Part::Gap(Case::denied(PartKind::DirectorySync));
        }),
    ],
};

fn sync(case: &mut Case, soft: Option<bool>, hard: Option<bool>) {
    organization(case, Some(true));
    let sync = DirectorySync {
        id: "00000000-0000-0000-0000-000000000001".into(),
        blocks_soft_match: soft,
        blocks_hard_match: hard,
        unknown: Unknown::new(),
    };
    case.snapshot.directory_sync = Part::Read { at: case.now, value: Some(sync) };
}

fn organization(case: &mut Case, is_synchronised: Option<bool>) {
    if let Part::Read { value, .. } = &mut case.snapshot.organization {
        value.on_premises_sync_enabled = is_synchronised;
    }
}

fn judge(context: &Context<'_>) -> Judgement {
    let organization = context.snapshot.organization.value();
    let is_synchronised = organization.map(|one| one.on_premises_sync_enabled == Some(true));
    let settings = match context.snapshot.directory_sync.value() {
        Ok(settings) => settings,
        Err(_) if is_synchronised == Ok(false) => return idle(),
        Err(gap) => return Judgement::Stated(vec![Statement::unknown(Subject::Tenant, gap)]),
    };
    match (settings, is_synchronised) {
        (_, Ok(false)) | (None, Err(_)) => idle(),
        (None, Ok(true)) => {
            let what = "the tenant is synchronised, and its settings are not listed".into();
            let gap = Gap::new(PartKind::DirectorySync, None, GapReason::Failed { what });
            Judgement::Stated(vec![Statement::unknown(Subject::Tenant, &gap)])
        }
        (Some(settings), _) => Judgement::Stated(statements(settings)),
    }
}

fn idle() -> Judgement {
    Judgement::NotApplicable("nothing is synchronised from another directory".into())
}

fn statements(settings: &DirectorySync) -> Vec<Statement> {
    let subject =
        || Subject::Object { kind: "synchronisation", id: settings.id.clone(), name: None };
    let features = [
        (settings.blocks_soft_match, "soft match", "by its address (soft match)"),
        (settings.blocks_hard_match, "hard match", "by its anchor (hard match)"),
    ];
    features
        .into_iter()
        .map(|(is_blocked, name, how)| match is_blocked {
            Some(true) => Statement::holds(subject(), alloc::format!("{name} is blocked")),
            Some(false) => {
                let text = alloc::format!("may take over an account of the cloud {how}");
                Statement::broken(subject(), text)
            }
            None => {
                let what = alloc::format!("it is not said whether {name} is blocked");
                let gap = Gap::new(PartKind::DirectorySync, None, GapReason::Failed { what });
                Statement::unknown(subject(), &gap)
            }
        })
        .collect()
}
