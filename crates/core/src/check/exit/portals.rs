//! HG-EXIT-13: the surfaces that each account reaches with what it holds.

use alloc::vec;

use super::EMERGENCY_ACCESS;
use crate::check::controls::{cis, mitre};
use crate::check::sample::{ALPHA, BRAVO, Case, password};
use crate::check::{Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement};
use crate::register::{DeclaredAccount, Shape};
use crate::tenant::{Part, PartKind};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-EXIT-13",
    title: "The admin portals open for each account",
    family: Family::Exit,
    severity: Severity::High,
    why: "Microsoft demands multifactor authentication at the Azure portal, the Entra, Intune and \
          Microsoft 365 admin centers and for writes through Azure Resource Manager. No exclusion \
          and no setting lifts it. A password alone still reaches Microsoft Graph PowerShell and \
          Exchange Online PowerShell, unless a policy stops it.",
    reads: &[PartKind::AccountMethods, PartKind::MethodsPolicy],
    controls: &[cis("1.1.2"), mitre("T1556.006")],
    remedy: Remedy {
        action: "Register two passkeys (FIDO2) on each account; or declare the shape `paper` and \
                 practise with the surfaces that remain",
        portal: "Entra admin center > Entra ID > Users > the account > Authentication methods > \
                 Add",
        graph: "POST /v1.0/users/{id}/authentication/fido2Methods",
    },
    sources: &[
        EMERGENCY_ACCESS,
        Link {
            title: "Planning for mandatory multifactor authentication for Azure and admin portals",
            url: "https://learn.microsoft.com/entra/identity/authentication/concept-mandatory-multifactor-authentication",
        },
    ],
    judge,
    samples: &[
        Sample::pass("each has a passkey", |_| {}),
        Sample::pass("paper, declared as such", |case| {
            only_passwords(case);
            case.register.shape = Shape::Paper;
        }),
        Sample::fail("a password only", only_passwords),
        Sample::fail("a passkey, and passkeys are switched off", |case| {
            if let Part::Read { value, .. } = &mut case.snapshot.methods_policy {
                value.configurations.clear();
            }
        }),
        Sample::gap("methods cannot be read", |case| {
            for account in case.snapshot.accounts.values_mut() {
                account.methods = Part::Gap(Case::denied(PartKind::AccountMethods));
            }
        }),
    ],
};

fn only_passwords(case: &mut Case) {
    case.methods(ALPHA, vec![password()]);
    case.methods(BRAVO, vec![password()]);
}

fn judge(context: &Context<'_>) -> Judgement {
    let statements = context.accounts.iter().filter_map(|one| account(context, one)).collect();
    Judgement::Stated(statements)
}

fn account(context: &Context<'_>, declared: &DeclaredAccount) -> Option<Statement> {
    let subject = context.subject(declared);
    let opens = context.standing(declared)?.is_phishing_resistant();
    Some(match (opens, &context.register.shape) {
        (Err(gap), _) => Statement::unknown(subject, &gap),
        (Ok(true), _) => Statement::holds(subject, "has a passkey that opens the admin portals"),
        (Ok(false), Shape::Paper) => Statement::holds(
            subject,
            "degraded, as declared: the admin portals stay shut; Microsoft Graph PowerShell and \
             Exchange Online PowerShell remain",
        ),
        (Ok(false), _) => Statement::broken(
            subject,
            "has no passkey that it may use: the admin portals stay shut for it",
        ),
    })
}
