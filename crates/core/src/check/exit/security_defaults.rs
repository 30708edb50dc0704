//! HG-EXIT-12: security defaults do not stand in the way.

use alloc::format;
use alloc::vec;

use super::EMERGENCY_ACCESS;
use crate::ca::{Barrier, Blame};
use crate::check::controls::{cis, mitre};
use crate::check::sample::{ALPHA, Case, password};
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::register::DeclaredAccount;
use crate::tenant::{Part, PartKind};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-EXIT-12",
    title: "Security defaults do not stand in the way of an account",
    family: Family::Exit,
    severity: Severity::High,
    why: "Security defaults demand multifactor authentication of every administrator at every \
          sign-in and know no exclusions; they also rule out Conditional Access.",
    reads: &[PartKind::SecurityDefaults, PartKind::AccountMethods, PartKind::MethodsPolicy],
    controls: &[cis("1.1.2"), mitre("T1556.006")],
    remedy: Remedy {
        action: "Register two passkeys (FIDO2) on each account; or, with a P1 licence, turn \
                 security defaults off and use Conditional Access",
        portal: "Entra admin center > Entra ID > Overview > Properties > Manage security defaults",
        graph: "PATCH /v1.0/policies/identitySecurityDefaultsEnforcementPolicy \
                {\"isEnabled\": false}",
    },
    sources: &[
        EMERGENCY_ACCESS,
        Link {
            title: "Security defaults in Microsoft Entra ID",
            url: "https://learn.microsoft.com/entra/fundamentals/security-defaults",
        },
    ],
    judge,
    samples: &[
        Sample::pass("off", |_| {}),
        Sample::pass("on, and every account has a passkey", switch_on),
        Sample::fail("on, and an account has a password only", |case| {
            switch_on(case);
            case.methods(ALPHA, vec![password()]);
        }),
        Sample::gap("cannot be read", |case| {
            case.snapshot.security_defaults = Part::Gap(Case::denied(PartKind::SecurityDefaults));
        }),
    ],
};

fn switch_on(case: &mut Case) {
    if let Part::Read { value, .. } = &mut case.snapshot.security_defaults {
        value.is_enabled = true;
    }
}

fn judge(context: &Context<'_>) -> Judgement {
    let is_enabled = match context.snapshot.security_defaults.value() {
        Ok(defaults) => defaults.is_enabled,
        Err(gap) => return Judgement::Stated(vec![Statement::unknown(Subject::Tenant, gap)]),
    };
    if !is_enabled {
        let text = "security defaults are off";
        return Judgement::Stated(vec![Statement::holds(Subject::Tenant, text)]);
    }
    let statement = |declared: &&DeclaredAccount| {
        let subject = context.subject(declared);
        let proof = match context.proof(declared)? {
            Ok(proof) => proof,
            Err(gap) => return Some(Statement::unknown(subject, &gap)),
        };
        let ours = Blame::Barrier(Barrier::SecurityDefaults);
        let surfaces = || proof.surfaces.iter();
        let denial = surfaces().flat_map(|one| &one.denials).find(|one| one.blame == ours);
        let doubt = surfaces().flat_map(|one| &one.doubts).find(|(blame, _)| *blame == ours);
        Some(match (denial, doubt) {
            (Some(denial), _) => {
                let text = format!("must do so at every sign-in: {}", denial.why);
                Statement::broken(subject, text)
            }
            (None, Some((_, doubt))) => {
                Statement::unknown(subject, &doubt.as_gap(PartKind::AccountMethods))
            }
            (None, None) => Statement::holds(subject, "does the MFA of security defaults"),
        })
    };
    Judgement::Stated(context.accounts.iter().filter_map(statement).collect())
}
