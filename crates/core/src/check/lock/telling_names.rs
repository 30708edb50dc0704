//! HG-LOCK-06: the accounts' names do not give them away.

use alloc::string::String;
use alloc::vec;

use crate::check::controls::{cis, iso, mitre, nist};
use crate::check::sample::{ALPHA, Case};
use crate::check::{Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement};
use crate::tenant::{Part, PartKind};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-LOCK-06",
    title: "The accounts' sign-in names do not give them away",
    family: Family::Lock,
    severity: Severity::Low,
    why: "Tools try breakglass1@, emergency@ and the like from outside, without a password: an \
          account that answers is worth guessing at, and guessing locks it (smart lockout). Others \
          advise a recognisable name, so that everybody knows what it is: [bounds] telling_names \
          settles it.",
    reads: &[PartKind::Account],
    controls: &[cis("1.1.2"), mitre("T1078.004"), nist("IA-4"), iso("A.5.16")],
    remedy: Remedy {
        action: "Give the next account an unremarkable sign-in name. Do not rename this one while \
                 passkeys are registered on it: they would stop working",
        portal: "Entra admin center > Entra ID > Users > New user",
        graph: "POST /v1.0/users",
    },
    sources: &[
        Link {
            title: "Smart lockout",
            url: "https://learn.microsoft.com/entra/identity/authentication/howto-password-smart-lockout",
        },
        Link {
            title: "CIPP, which advises a recognisable naming pattern",
            url: "https://docs.cipp.app",
        },
    ],
    judge,
    samples: &[
        Sample::not_applicable("the register wants names that tell", |case| {
            case.register.choices.telling_names = true;
        }),
        Sample::pass("the display name tells it, to the tenant's own users: a note", |case| {
            case.user(ALPHA, |user| user.display_name = Some("Break Glass 1".into()));
        }),
        Sample::gap("accounts cannot be read", |case| {
            for account in case.snapshot.accounts.values_mut() {
                account.state = Part::Gap(Case::denied(PartKind::Account));
            }
        }),
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

fn rename(case: &mut Case, name: &str) {
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
    if context.register.choices.telling_names {
        let why = "the register wants names that tell ([bounds] telling_names)";
        return Judgement::NotApplicable(why.into());
    }
    Judgement::Stated(context.each_user(|declared, user| {
        let local = user.user_principal_name.split('@').next().unwrap_or_default();
        let subject = context.subject(declared);
        let mut statements = vec![match tells(local) {
            true => Statement::broken(subject.clone(), "has a sign-in name that tools try first"),
            false => Statement::holds(subject.clone(), "has an unremarkable sign-in name"),
        }];
        // Outsiders do not see it; every user of the tenant does.
        if user.display_name.as_deref().is_some_and(tells) {
            let text = "has a display name that tells every user of the tenant what it is";
            statements.push(Statement::note(subject, text));
        }
        statements
    }))
}

/// Whether a sign-in name or display name tells what the account is for.
pub(crate) fn tells(name: &str) -> bool {
    let letters = name.chars().filter(char::is_ascii_alphabetic);
    let plain: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
    TELLING.iter().any(|word| plain.contains(word)) || TELLING_WHOLE.contains(&plain.as_str())
}
