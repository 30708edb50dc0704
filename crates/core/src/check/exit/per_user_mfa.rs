//! HG-EXIT-20: per-user multifactor authentication is off for the accounts.

use alloc::format;

use super::EMERGENCY_ACCESS;
use crate::check::controls::{cis, mitre};
use crate::check::sample::{ALPHA, BRAVO, Case};
use crate::check::{Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement};
use crate::register::DeclaredAccount;
use crate::tenant::{Gap, GapReason, Part, PartKind, PerUserMfa};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-EXIT-20",
    title: "Per-user MFA is off for each account",
    family: Family::Exit,
    severity: Severity::High,
    why: "Per-user MFA stands beside Conditional Access and knows its exclusions not. `enabled` \
          asks for the registration of a method at the next sign-in, on the day on which nobody \
          has a phone to register.",
    reads: &[PartKind::AccountPerUserMfa],
    controls: &[cis("1.1.2"), cis("5.1.2.1"), mitre("T1556.006")],
    remedy: Remedy {
        action: "Set per-user MFA of the account to disabled; a key and Conditional Access do \
                 what it did",
        portal: "Entra admin center > Entra ID > Users > Per-user MFA",
        graph: "PATCH /beta/users/{id}/authentication/requirements {\"perUserMfaState\": \
                \"disabled\"}",
    },
    sources: &[
        EMERGENCY_ACCESS,
        Link {
            title: "Enable per-user Microsoft Entra multifactor authentication",
            url: "https://learn.microsoft.com/entra/identity/authentication/howto-mfa-userstates",
        },
    ],
    judge,
    samples: &[
        Sample::pass("off", |_| {}),
        Sample::fail("enabled: it asks at the next sign-in", |case| {
            set(case, PerUserMfa::Enabled);
        }),
        Sample::fail("enforced", |case| set(case, PerUserMfa::Enforced)),
        Sample::gap("a state that this version does not know", |case| {
            set(case, PerUserMfa::Other("soon".into()));
        }),
        Sample::gap("cannot be read", |case| {
            let gap = Case::denied(PartKind::AccountPerUserMfa);
            case.account(BRAVO, |one| one.per_user_mfa = Part::Gap(gap));
        }),
    ],
};

fn set(case: &mut Case, value: PerUserMfa) {
    let at = case.now;
    case.account(ALPHA, |one| one.per_user_mfa = Part::Read { at, value });
}

fn judge(context: &Context<'_>) -> Judgement {
    Judgement::Stated(context.accounts.iter().map(|one| account(context, one)).collect())
}

fn account(context: &Context<'_>, declared: &DeclaredAccount) -> Statement {
    let subject = context.subject(declared);
    let kind = PartKind::AccountPerUserMfa;
    let Some(account) = context.account(declared) else {
        let gap = Gap::new(kind, Some(declared.id.0), GapReason::NotInSource);
        return Statement::unknown(subject, &gap);
    };
    match account.per_user_mfa.value() {
        Ok(PerUserMfa::Disabled) => Statement::holds(subject, "per-user MFA is off"),
        Ok(PerUserMfa::Other(state)) => {
            let what = format!("this version does not know the state `{state}`");
            let gap = Gap::new(kind, Some(declared.id.0), GapReason::Failed { what });
            Statement::unknown(subject, &gap)
        }
        Ok(PerUserMfa::Enabled) => {
            let text = "per-user MFA is enabled: the next sign-in asks to register a method";
            Statement::broken(subject, text)
        }
        Ok(PerUserMfa::Enforced) => {
            Statement::broken(subject, "per-user MFA is enforced, and no exclusion lifts it")
        }
        Err(gap) => Statement::unknown(subject, gap),
    }
}
