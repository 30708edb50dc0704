//! HG-EXIT-13: the surfaces that each account reaches with what it holds.

use alloc::format;
use alloc::vec;

use super::EMERGENCY_ACCESS;
use crate::ca::{Barrier, Blame};
use crate::check::controls::{cis, mitre};
use crate::check::sample::{ALPHA, BRAVO, Case, password};
use crate::check::{Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement};
use crate::register::{DeclaredAccount, Shape, Target};
use crate::tenant::{Part, PartKind};
use crate::time::Timestamp;

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
            case.now = Timestamp::constant(1_795_305_600, 0);
            case.methods_policy(|policy| policy.configurations.clear());
        }),
        Sample::not_applicable("the register declares Graph as the only target", |case| {
            only_passwords(case);
            case.register.environment.targets = vec![Target::GraphPowerShell];
        }),
        Sample::pass("before the day from which on the portals ask for it", |case| {
            only_passwords(case);
            case.now = Timestamp::constant(1_700_000_000, 0);
        }),
        Sample::gap("methods cannot be read", |case| {
            case.now = Timestamp::constant(1_795_305_600, 0);
            for account in case.snapshot.accounts.values_mut() {
                account.methods = Part::Gap(Case::denied(PartKind::AccountMethods));
            }
        }),
    ],
};

fn only_passwords(case: &mut Case) {
    // Facts with dates hold.
    case.now = Timestamp::constant(1_795_305_600, 0);
    case.methods(ALPHA, vec![password()]);
    case.methods(BRAVO, vec![password()]);
}

/// The targets that are portals.
const PORTALS: [Target; 4] = [
    Target::EntraAdminCenter,
    Target::AzurePortal,
    Target::IntuneAdminCenter,
    Target::Microsoft365AdminCenter,
];

fn judge(context: &Context<'_>) -> Judgement {
    let targets = &context.register.environment.targets;
    if !targets.iter().any(|target| PORTALS.contains(target)) {
        return Judgement::NotApplicable("the register declares no portal as a target".into());
    }
    let statements = context.accounts.iter().filter_map(|one| account(context, one)).collect();
    Judgement::Stated(statements)
}

fn account(context: &Context<'_>, declared: &DeclaredAccount) -> Option<Statement> {
    let subject = context.subject(declared);
    let proof = match context.proof(declared)? {
        Ok(proof) => proof,
        Err(gap) => return Some(Statement::unknown(subject, &gap)),
    };
    // What policies do is HG-EXIT-09's; here it is what no exclusion lifts.
    let is_ours = |blame: &Blame| {
        matches!(blame, Blame::Barrier(Barrier::MandatoryMfa(_) | Barrier::FirstFactor))
    };
    let portals = || proof.surfaces.iter().filter(|one| PORTALS.contains(&one.target));
    let denial = portals().flat_map(|one| &one.denials).find(|one| is_ours(&one.blame));
    let doubt = portals().flat_map(|one| &one.doubts).find(|(blame, _)| is_ours(blame));
    let registers = portals().any(|one| one.registers);
    Some(match (denial, doubt, &context.register.shape) {
        (None, None, _) => Statement::holds(subject, "has what the admin portals ask for"),
        (None, Some((_, doubt)), _) => {
            Statement::unknown(subject, &doubt.as_gap(PartKind::AccountMethods))
        }
        (Some(_), _, Shape::Paper) => Statement::holds(
            subject,
            "degraded, as declared: the admin portals stay shut; Microsoft Graph PowerShell and \
             Exchange Online PowerShell remain",
        ),
        (Some(denial), ..) => {
            let prompt = match registers {
                true => {
                    "; whoever signs in with the password first may be asked to register a phone, \
                     and so make the account theirs"
                }
                false => "",
            };
            let text = format!("the admin portals stay shut for it: {}{prompt}", denial.why);
            let witness = format!("account {} signs in {}", declared.code_name, denial.sign_in);
            Statement::broken(subject, text).with_witness(witness)
        }
    })
}
