//! HG-KEYS-12: no Temporary Access Pass is left on an account.

use alloc::string::ToString as _;
use alloc::vec;
use alloc::vec::Vec;

use super::EMERGENCY_ACCESS;
use crate::check::controls::{cis, iso, mitre, nist};
use crate::check::sample::{ALPHA, BRAVO, Case, method, passkey};
use crate::check::{Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement};
use crate::register::DeclaredAccount;
use crate::tenant::{Method, MethodKind, Part, PartKind};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-KEYS-12",
    title: "No Temporary Access Pass is left on an account",
    family: Family::Keys,
    severity: Severity::High,
    why: "A pass counts as multifactor authentication and registers keys: whoever issued it or saw \
          it can give the account a key of their own.",
    reads: &[PartKind::AccountMethods],
    controls: &[cis("1.1.2"), nist("IA-5"), iso("A.5.17"), mitre("T1098"), mitre("T1556.006")],
    remedy: Remedy {
        action: "Delete the pass, look through the account's methods for what was registered with \
                 it, and revoke its sessions",
        portal: "Entra admin center > Entra ID > Users > the account > Authentication methods",
        graph: "DELETE /v1.0/users/{id}/authentication/temporaryAccessPassMethods/{method}",
    },
    sources: &[
        EMERGENCY_ACCESS,
        Link {
            title: "Configure Temporary Access Pass",
            url: "https://learn.microsoft.com/entra/identity/authentication/howto-authentication-temporary-access-pass",
        },
    ],
    judge,
    samples: &[
        Sample::pass("none", |_| {}),
        Sample::pass("one that ran out", |case| pass(case, Some(("isUsable", false)), "Expired")),
        Sample::fail("one that works", |case| {
            pass(case, Some(("isUsable", true)), "EnabledByPolicy")
        }),
        Sample::fail("one that does not say whether it works", |case| pass(case, None, "")),
        Sample::fail("one that works from tomorrow on", |case| {
            pass(case, Some(("isUsable", false)), "NotYetValid");
        }),
        Sample::gap("methods cannot be read", |case| {
            let gap = Case::denied(PartKind::AccountMethods);
            case.account(BRAVO, |one| one.methods = Part::Gap(gap));
        }),
        Sample::pass("one that was used", |case| {
            pass(case, Some(("isUsable", false)), "OneTimeUsed");
        }),
        Sample::fail("one that works, whatever its reason says", |case| {
            pass(case, Some(("isUsable", true)), "Expired");
        }),
    ],
};

fn pass(case: &mut Case, usable: Option<(&str, bool)>, reason: &str) {
    let mut pass = method(MethodKind::TemporaryAccessPass);
    if let Some((name, value)) = usable {
        pass.unknown.insert(name.into(), value.into());
        pass.unknown.insert("methodUsabilityReason".into(), reason.into());
    }
    case.methods(ALPHA, vec![passkey("1"), pass]);
}

fn judge(context: &Context<'_>) -> Judgement {
    Judgement::Stated(context.accounts.iter().flat_map(|one| account(context, one)).collect())
}

fn account(context: &Context<'_>, declared: &DeclaredAccount) -> Vec<Statement> {
    let subject = || context.subject(declared);
    let methods = match context.methods(declared) {
        Ok(methods) => methods,
        Err(gap) => return vec![Statement::unknown(subject(), &gap)],
    };
    let passes = methods.iter().filter(|one| one.kind == MethodKind::TemporaryAccessPass);
    let (over, live): (Vec<_>, Vec<_>) = passes.partition(|one| is_over(one));
    let mut statements: Vec<_> = live
        .iter()
        .map(|pass| {
            let statement = Statement::broken(subject(), "has a Temporary Access Pass");
            statement.with_id("{method}", pass.id.to_string())
        })
        .collect();
    if statements.is_empty() {
        statements.push(Statement::holds(subject(), "no pass opens it"));
    }
    if !over.is_empty() {
        statements.push(Statement::note(subject(), "a pass that ran out or was used is listed"));
    }
    statements
}

/// Whether a pass can never be used any more. One that is not valid yet can.
fn is_over(pass: &Method) -> bool {
    let text = |name: &str| pass.unknown.get(name).and_then(serde_json::Value::as_str);
    let is_unusable =
        pass.unknown.get("isUsable").and_then(serde_json::Value::as_bool) == Some(false);
    let reason = text("methodUsabilityReason").unwrap_or_default();
    is_unusable && ["Expired", "OneTimeUsed"].iter().any(|one| reason.eq_ignore_ascii_case(one))
}
