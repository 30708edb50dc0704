//! HG-KEYS-01: the accounts' passwords do not expire.

use alloc::vec;

use crate::check::controls::{cis, nist, scuba};
use crate::check::sample::{ALPHA, Case};
use crate::check::{Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement};
use crate::register::DeclaredAccount;
use crate::tenant::{Domain, Part, PartKind, User};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-KEYS-01",
    title: "No account's password expires",
    family: Family::Keys,
    severity: Severity::High,
    why: "A password that lies in a safe is old on the day it is needed. An expired one asks for a \
          change at sign-in, and what is on the paper is worth nothing after it.",
    reads: &[PartKind::Account, PartKind::Domains],
    controls: &[
        cis("1.1.2"),
        cis("1.3.1"),
        scuba("MS.AAD.6.1v1"),
        nist("AC-2(2)"),
        nist("IA-5(1)"),
    ],
    remedy: Remedy {
        action: "Set DisablePasswordExpiration on the account, or passwords that never expire for \
                 its domain",
        portal: "Microsoft 365 admin center > Settings > Org settings > Security & privacy > \
                 Password expiration policy",
        graph: "PATCH /v1.0/users/{id} {\"passwordPolicies\": \"DisablePasswordExpiration\"}",
    },
    sources: &[Link {
        title: "Password policies and account restrictions in Microsoft Entra ID",
        url: "https://learn.microsoft.com/entra/identity/authentication/concept-sspr-policy",
    }],
    judge,
    samples: &[
        Sample::pass("set on the accounts", |_| {}),
        Sample::pass("set on the domain", |case| {
            clear(case);
            validity(case, Some(NEVER));
        }),
        Sample::fail("90 days", |case| {
            clear(case);
            validity(case, Some(90));
        }),
        Sample::gap("the domain does not say", clear),
        Sample::gap("domains cannot be read", |case| {
            clear(case);
            case.snapshot.domains = Part::Gap(Case::denied(PartKind::Domains));
        }),
    ],
};

/// `passwordValidityPeriodInDays` of a domain whose passwords never expire.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/domain>.
const NEVER: i64 = 2_147_483_647;

fn clear(case: &mut Case) {
    case.user(ALPHA, |user| user.password_policies.clear());
}

fn validity(case: &mut Case, days: Option<i64>) {
    if let Part::Read { value, .. } = &mut case.snapshot.domains {
        value.iter_mut().for_each(|domain| domain.password_validity_days = days);
    }
}

fn judge(context: &Context<'_>) -> Judgement {
    Judgement::Stated(context.each_user(|declared, user| vec![account(context, declared, user)]))
}

fn account(context: &Context<'_>, declared: &DeclaredAccount, user: &User) -> Statement {
    let subject = context.subject(declared);
    let disables = |policy: &str| policy.trim().eq_ignore_ascii_case("DisablePasswordExpiration");
    if user.password_policies.iter().flat_map(|all| all.split(',')).any(disables) {
        return Statement::holds(subject, "has a password that does not expire");
    }
    let domains = match context.snapshot.domains.value() {
        Ok(domains) => domains,
        Err(gap) => return Statement::unknown(subject, gap),
    };
    match validity_of(user, domains) {
        Some(NEVER) => Statement::holds(subject, "is in a domain whose passwords do not expire"),
        Some(days) => {
            let text = alloc::format!("has a password that expires {days} days after it was set");
            Statement::broken(subject, text)
        }
        None => {
            let what = "its domain does not say how long passwords are valid";
            let reason = crate::tenant::GapReason::Failed { what: what.into() };
            let gap = crate::tenant::Gap::new(PartKind::Domains, None, reason);
            Statement::unknown(subject, &gap)
        }
    }
}

fn validity_of(user: &User, domains: &[Domain]) -> Option<i64> {
    let suffix = user.user_principal_name.rsplit_once('@')?.1;
    domains.iter().find(|domain| domain.name.eq_ignore_ascii_case(suffix))?.password_validity_days
}
