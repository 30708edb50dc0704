//! HG-EXIT-19: no account belongs to a person.

use alloc::vec;

use super::{CIS_BENCHMARK, EMERGENCY_ACCESS};
use crate::check::controls::{cis, iso, mitre};
use crate::check::sample::{ALPHA, BRAVO, Case};
use crate::check::{Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement};
use crate::tenant::{Part, PartKind};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-EXIT-19",
    title: "No account carries a person's name",
    family: Family::Exit,
    severity: Severity::Low,
    why: "An account of a person goes when the person goes, with everything that personnel systems \
          do to it; and self-service account recovery matches an identity document with exactly \
          these names.",
    reads: &[PartKind::Account],
    controls: &[cis("1.1.2"), iso("A.5.17"), mitre("T1078.004")],
    remedy: Remedy {
        action: "Clear given name and surname of the account",
        portal: "Entra admin center > Entra ID > Users > the account > Properties > Identity",
        graph: "PATCH /v1.0/users/{id} {\"givenName\": null, \"surname\": null}",
    },
    sources: &[EMERGENCY_ACCESS, CIS_BENCHMARK],
    judge,
    samples: &[
        Sample::pass("no names", |_| {}),
        Sample::pass("empty names", |case| {
            case.user(ALPHA, |user| user.given_name = Some(" ".into()));
        }),
        Sample::fail("a given name", |case| {
            case.user(ALPHA, |user| user.given_name = Some("Ada".into()));
        }),
        Sample::fail("a surname", |case| {
            case.user(BRAVO, |user| user.surname = Some("Lovelace".into()));
        }),
        Sample::gap("accounts cannot be read", |case| {
            for account in case.snapshot.accounts.values_mut() {
                account.state = Part::Gap(Case::denied(PartKind::Account));
            }
        }),
    ],
};

fn judge(context: &Context<'_>) -> Judgement {
    Judgement::Stated(context.each_user(|declared, user| {
        let subject = context.subject(declared);
        let is_named = user.given_name.iter().chain(&user.surname).any(|n| !n.trim().is_empty());
        vec![match is_named {
            true => Statement::broken(subject, "carries a given name or a surname"),
            false => Statement::holds(subject, "carries no person's name"),
        }]
    }))
}
