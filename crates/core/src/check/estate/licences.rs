//! HG-ESTATE-06: the accounts carry no licence that the register does not allow.

use alloc::format;
use alloc::vec;

use crate::check::controls::{cis, iso, mitre, nist};
use crate::check::sample::{ALPHA, Case};
use crate::check::{Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement};
use crate::id::Guid;
use crate::tenant::PartKind;

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-ESTATE-06",
    title: "The accounts carry no licence but the ones that the register allows",
    family: Family::Estate,
    severity: Severity::Low,
    why: "A licence brings a mailbox, apps and habits: mail to phish, sessions to steal, and a \
          reason for somebody to use the account by day.",
    reads: &[PartKind::Account],
    controls: &[cis("1.1.2"), nist("AC-2"), iso("A.8.2"), mitre("T1078.004")],
    remedy: Remedy {
        action: "Remove the licence, or list its skuId under [bounds] licences in halligan.toml",
        portal: "Microsoft 365 admin center > Users > Active users > the account > Licenses",
        graph: "POST /v1.0/users/{id}/assignLicense",
    },
    sources: &[Link {
        title: "Manage emergency access accounts in Microsoft Entra ID",
        url: "https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access",
    }],
    judge,
    samples: &[
        Sample::pass("none", |_| {}),
        Sample::pass("one that the register allows", |case| {
            license(case);
            case.register.allowed_licences.push(SKU);
        }),
        Sample::fail("one that it does not", license),
    ],
};

const SKU: Guid = Guid::from_u128(0x5c0);

fn license(case: &mut Case) {
    case.user(ALPHA, |user| user.licences.push(SKU));
}

fn judge(context: &Context<'_>) -> Judgement {
    let allowed = &context.register.allowed_licences;
    Judgement::Stated(context.each_user(|declared, user| {
        let subject = context.subject(declared);
        let foreign = user.licences.iter().find(|licence| !allowed.contains(licence));
        vec![match foreign {
            Some(licence) => Statement::broken(subject, format!("carries the licence `{licence}`")),
            None => Statement::holds(subject, "carries no other licence"),
        }]
    }))
}
