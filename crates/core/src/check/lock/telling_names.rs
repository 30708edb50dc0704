//! HG-LOCK-06: the accounts' names do not give them away.

use alloc::string::String;
use alloc::vec;

use crate::check::controls::{cis, iso, mitre, nist};
use crate::check::sample::ALPHA;
use crate::check::{Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement};
use crate::tenant::PartKind;

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-LOCK-06",
    title: "The accounts' sign-in names do not give them away",
    family: Family::Lock,
    severity: Severity::Low,
    why: "Tools try breakglass1@, emergency@ and the like from outside, without a password: an \
          account that answers is worth guessing at, and guessing locks it (smart lockout).",
    reads: &[PartKind::Account],
    controls: &[cis("1.1.2"), mitre("T1078.004"), nist("IA-4"), iso("A.5.16")],
    remedy: Remedy {
        action: "Give the next account an unremarkable sign-in name. Do not rename this one while \
                 passkeys are registered on it: they would stop working",
        portal: "Entra admin center > Users > New user",
        graph: "POST /v1.0/users",
    },
    sources: &[Link {
        title: "Smart lockout",
        url: "https://learn.microsoft.com/entra/identity/authentication/howto-password-smart-lockout",
    }],
    judge,
    samples: &[
        Sample::pass("unremarkable", |_| {}),
        Sample::fail("breakglass1", |case| rename(case, "breakglass1@sound.onmicrosoft.com")),
        Sample::fail("in other clothes", |case| {
            rename(case, "Break-Glass_01@sound.onmicrosoft.com")
        }),
        Sample::fail("emergency", |case| rename(case, "emergency.access@sound.onmicrosoft.com")),
        Sample::pass("no letters of the list", |case| {
            rename(case, "bgordon@sound.onmicrosoft.com")
        }),
    ],
};

fn rename(case: &mut crate::check::sample::Case, name: &str) {
    case.user(ALPHA, |user| user.user_principal_name = name.into());
}

/// Parts of names that tools and people try first, without separators and digits.
///
/// Source: the enumeration lists of public tools (DCToolbox `Test-DCEntraIDCommonAdmins`) and the
/// detection patterns of others (CIPP), as reviewed in the field.
const TELLING: [&str; 6] =
    ["breakglass", "emergency", "btgaccount", "glassbreak", "firecall", "lockoutadmin"];
/// Whole names, without separators and digits, that are too short to look for inside others.
const TELLING_WHOLE: [&str; 6] = ["bg", "btg", "bgadmin", "admin", "cippbg", "globaladmin"];

fn judge(context: &Context<'_>) -> Judgement {
    Judgement::Stated(context.each_user(|declared, user| {
        let local = user.user_principal_name.split('@').next().unwrap_or_default();
        let plain: String = local
            .chars()
            .filter(char::is_ascii_alphabetic)
            .map(|letter| letter.to_ascii_lowercase())
            .collect();
        let tells = TELLING.iter().any(|word| plain.contains(word))
            || TELLING_WHOLE.iter().any(|word| plain == *word);
        let subject = context.subject(declared);
        vec![match tells {
            true => Statement::broken(subject, "has a sign-in name that tools try first"),
            false => Statement::holds(subject, "has an unremarkable sign-in name"),
        }]
    }))
}
