//! HG-KEYS-07: administrators do not reset their own passwords.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::EMERGENCY_ACCESS;
use crate::check::context::some_of;
use crate::check::controls::{cis, mitre, nist};
use crate::check::sample::{ALPHA, Case, method, password};
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::tenant::{Gap, GapReason, MethodKind, Part, PartKind};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-KEYS-07",
    title: "Self-service password reset is off for administrators",
    family: Family::Keys,
    severity: Severity::Medium,
    why: "It is on for every administrator, in every tenant and without a licence, until somebody \
          switches it off. A phone or an address on an emergency account is then a way to a new \
          password, and a sign-in may stop to ask for one.",
    reads: &[PartKind::AuthorizationPolicy, PartKind::AccountMethods],
    controls: &[cis("1.1.2"), nist("IA-5(1)"), mitre("T1098")],
    remedy: Remedy {
        action: "Switch self-service password reset off for administrators; it takes up to an \
                 hour. Nobody loses a way in: other administrators still reset passwords",
        portal: "none: Microsoft Graph or PowerShell only",
        graph: "PATCH /v1.0/policies/authorizationPolicy {\"allowedToUseSSPR\": false}",
    },
    sources: &[
        EMERGENCY_ACCESS,
        Link {
            title: "Password policies: administrator reset policy differences",
            url: "https://learn.microsoft.com/entra/identity/authentication/concept-sspr-policy",
        },
    ],
    judge,
    samples: &[
        Sample::pass("off", |_| {}),
        Sample::fail("on, as it is by default", |case| set(case, Some(true))),
        Sample::fail("on, and an account has a phone", |case| {
            set(case, Some(true));
            case.methods(ALPHA, vec![password(), method(MethodKind::Phone)]);
        }),
        Sample::gap("not said", |case| set(case, None)),
        Sample::gap("cannot be read", |case| {
            let gap = Case::denied(PartKind::AuthorizationPolicy);
            case.snapshot.authorization_policy = Part::Gap(gap);
        }),
    ],
};

fn set(case: &mut Case, value: Option<bool>) {
    if let Part::Read { value: policy, .. } = &mut case.snapshot.authorization_policy {
        policy.allowed_to_use_sspr = value;
    }
}

/// What the reset of an administrator takes for proof.
const PROOFS: [MethodKind; 5] = [
    MethodKind::Phone,
    MethodKind::Email,
    MethodKind::MicrosoftAuthenticator,
    MethodKind::SoftwareOath,
    MethodKind::HardwareOath,
];

fn judge(context: &Context<'_>) -> Judgement {
    let statement = match context.snapshot.authorization_policy.value() {
        Ok(policy) => match policy.allowed_to_use_sspr {
            Some(false) => {
                let text = "administrators cannot reset their own passwords";
                Statement::holds(Subject::Tenant, text)
            }
            Some(true) => broken(context),
            None => {
                let what = "`allowedToUseSSPR` was not returned".into();
                let reason = GapReason::Failed { what };
                let gap = Gap::new(PartKind::AuthorizationPolicy, None, reason);
                Statement::unknown(Subject::Tenant, &gap)
            }
        },
        Err(gap) => Statement::unknown(Subject::Tenant, gap),
    };
    Judgement::Stated(vec![statement])
}

fn broken(context: &Context<'_>) -> Statement {
    let open: Vec<String> = context
        .accounts
        .iter()
        .filter(|declared| {
            let methods = context.methods(declared);
            methods.is_ok_and(|all| all.iter().any(|one| PROOFS.contains(&one.kind)))
        })
        .map(|declared| declared.code_name.clone())
        .collect();
    let text = "`allowedToUseSSPR` is on: administrators can reset their own passwords";
    Statement::broken(
        Subject::Tenant,
        match open.is_empty() {
            true => format!("{text}; no account has what it asks for, today"),
            false => format!("{text}, and these have what it asks for: {}", some_of(&open)),
        },
    )
}
