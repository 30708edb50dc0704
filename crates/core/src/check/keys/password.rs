//! HG-KEYS-05: the password on paper is the password.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use super::EMERGENCY_ACCESS;
use crate::check::controls::{cis, ism, iso, nist};
use crate::check::sample::{ALPHA, BRAVO, Case};
use crate::check::{Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement};
use crate::register::DeclaredAccount;
use crate::tenant::{Gap, GapReason, Part, PartKind, User};
use crate::time::{Timestamp, days_between};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-KEYS-05",
    title: "Each password is strong, known since when, and good as it is on paper",
    family: Family::Keys,
    severity: Severity::High,
    why: "A password that must be changed at the next sign-in is worth nothing on paper after it, \
          and `DisableStrongPassword` lets a short one in. NIST is against changes by age and for \
          changes after exposure; the Zero Trust workshop wants 90 days: [bounds] password_days \
          settles it.",
    reads: &[PartKind::Account],
    controls: &[
        cis("1.1.2"),
        nist("IA-5(1)"),
        nist("AC-2(2)"),
        iso("A.5.17"),
        ism("ISM-1614"),
        ism("Essential Eight ML2-P4"),
    ],
    remedy: Remedy {
        action: "Set a new random password without a forced change, print it, sign in with it \
                 once, and seal it",
        portal: "Entra admin center > Entra ID > Users > the account > Reset password",
        graph: "PATCH /v1.0/users/{id} {\"passwordPolicies\": \"DisablePasswordExpiration\", \
                \"passwordProfile\": {\"forceChangePasswordNextSignIn\": false, \"password\": …}}",
    },
    sources: &[
        EMERGENCY_ACCESS,
        Link {
            title: "Password policies and account restrictions in Microsoft Entra ID",
            url: "https://learn.microsoft.com/entra/identity/authentication/concept-sspr-policy",
        },
        Link {
            title: "NIST SP 800-63B, memorized secrets",
            url: "https://pages.nist.gov/800-63-3/sp800-63b.html",
        },
        Link {
            title: "Zero Trust workshop: emergency access accounts",
            url: "https://microsoft.github.io/zerotrustassessment/",
        },
    ],
    judge,
    samples: &[
        Sample::pass("as it should be", |_| {}),
        Sample::pass("whether a change is forced was not said: a note", |case| {
            case.user(ALPHA, |user| user.force_password_change = None);
        }),
        Sample::pass("old, and the register does not mind", later),
        Sample::pass("89 days old, and 90 are allowed", |case| {
            case.register.choices.password_days = Some(90);
            case.now = "1970-03-31T00:00:00Z".parse().unwrap_or(case.now);
        }),
        Sample::fail("older than the register allows", |case| {
            later(case);
            case.register.choices.password_days = Some(90);
        }),
        Sample::fail("it must be changed at the next sign-in", |case| {
            case.user(BRAVO, |user| user.force_password_change = Some(true));
        }),
        Sample::fail("weak passwords are allowed", |case| {
            case.user(ALPHA, |user| {
                user.password_policies =
                    vec!["DisablePasswordExpiration, DisableStrongPassword".into()];
            });
        }),
        Sample::gap("when it was set was not said", |case| {
            case.user(ALPHA, |user| user.last_password_change = None);
        }),
        Sample::gap("accounts cannot be read", |case| {
            for account in case.snapshot.accounts.values_mut() {
                account.state = Part::Gap(Case::denied(PartKind::Account));
            }
        }),
    ],
};

fn later(case: &mut Case) {
    case.now = "1971-01-01T00:00:00Z".parse().unwrap_or(case.now);
}

fn judge(context: &Context<'_>) -> Judgement {
    Judgement::Stated(context.each_user(|declared, user| account(context, declared, user)))
}

fn account(context: &Context<'_>, declared: &DeclaredAccount, user: &User) -> Vec<Statement> {
    let subject = || context.subject(declared);
    let mut statements = Vec::new();
    let weakens = |policy: &str| policy.trim().eq_ignore_ascii_case("DisableStrongPassword");
    if user.password_policies.iter().flat_map(|all| all.split(',')).any(weakens) {
        statements.push(Statement::broken(subject(), "may have a weak password"));
    }
    match user.force_password_change {
        Some(true) => {
            let text = "must change its password at the next sign-in: the paper is void after it";
            statements.push(Statement::broken(subject(), text));
        }
        Some(false) => {}
        None => {
            let text = "whether its password must be changed at the next sign-in was not said; \
                        the drill shows it";
            statements.push(Statement::note(subject(), text));
        }
    }
    statements.push(match user.last_password_change {
        None => {
            let what = "when the password was set was not said".into();
            let id = Some(declared.id.0);
            Statement::unknown(
                subject(),
                &Gap::new(PartKind::Account, id, GapReason::Failed { what }),
            )
        }
        Some(set) => age(context, declared, set),
    });
    statements
}

fn age(context: &Context<'_>, declared: &DeclaredAccount, set: Timestamp) -> Statement {
    let subject = context.subject(declared);
    let age = days_between(set, context.now);
    match context.register.choices.password_days {
        Some(most) if age > most => {
            let text = format!("has a password that is {age} days old; {most} are allowed");
            Statement::broken(subject, text)
        }
        _ => Statement::holds(subject, format!("has a password that was set {age} days ago")),
    }
}
