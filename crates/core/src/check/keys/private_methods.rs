//! HG-KEYS-06: no method of a private person is registered on an account.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;

use super::{EMERGENCY_ACCESS, Nature, nature};
use crate::check::controls::{cis, iso, mitre, scuba};
use crate::check::sample::{ALPHA, BRAVO, Case, method, passkey, password};
use crate::check::{Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement};
use crate::register::DeclaredAccount;
use crate::tenant::{Gap, GapReason, Method, MethodKind, Part, PartKind, Passkey, PasskeyType};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-KEYS-06",
    title: "No account has a method on somebody's phone, computer or mailbox",
    family: Family::Keys,
    severity: Severity::High,
    why: "What is on a person's device opens the account for that person and whoever robs them, \
          and is gone with them. A phone number or an e-mail address is also what self-service \
          password reset asks for.",
    reads: &[PartKind::AccountMethods],
    controls: &[
        cis("1.1.2"),
        cis("5.2.3.1"),
        scuba("MS.AAD.3.5v2"),
        iso("A.5.17"),
        mitre("T1556.006"),
    ],
    remedy: Remedy {
        action: "Delete the method from the account, and see that a key is left",
        portal: "Entra admin center > Entra ID > Users > the account > Authentication methods",
        graph: "DELETE /v1.0/users/{id}/authentication/{methods}/{method}",
    },
    sources: &[EMERGENCY_ACCESS],
    judge,
    samples: &[
        Sample::pass("a password and keys", |_| {}),
        Sample::pass("a code token in the safe", |case| {
            add(case, method(MethodKind::HardwareOath));
        }),
        Sample::fail("a phone", |case| add(case, method(MethodKind::Phone))),
        Sample::fail("Microsoft Authenticator", |case| {
            add(case, method(MethodKind::MicrosoftAuthenticator));
        }),
        Sample::fail("phone sign-in of the older form", |case| {
            add(case, method(MethodKind::PasswordlessAuthenticator));
        }),
        Sample::fail("an e-mail address", |case| add(case, method(MethodKind::Email))),
        Sample::fail("codes of an app", |case| add(case, method(MethodKind::SoftwareOath))),
        Sample::fail("Windows Hello of a computer", |case| {
            add(case, method(MethodKind::WindowsHello));
        }),
        Sample::fail("a method of another provider", |case| {
            add(case, method(MethodKind::External));
        }),
        Sample::fail("a synced passkey", |case| {
            add(case, with(|key| key.passkey_type = Some(PasskeyType::Synced)));
        }),
        Sample::fail("a passkey in Microsoft Authenticator", |case| {
            add(case, with(|key| key.aaguid = super::ON_A_DEVICE.first().copied()));
        }),
        Sample::gap("a method that this version does not know", |case| {
            add(case, method(MethodKind::Other("#microsoft.graph.palmMethod".into())));
        }),
        Sample::gap("methods cannot be read", |case| {
            let gap = Case::denied(PartKind::AccountMethods);
            case.account(BRAVO, |one| one.methods = Part::Gap(gap));
        }),
    ],
};

fn add(case: &mut Case, added: Method) {
    case.methods(ALPHA, vec![password(), passkey("1"), passkey("2"), added]);
}

fn with(change: fn(&mut Passkey)) -> Method {
    let mut method = passkey("3");
    method.passkey.iter_mut().for_each(change);
    method
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
    let found: Vec<_> = methods
        .iter()
        .filter_map(|method| match whose(method) {
            Whose::Nobodys => None,
            Whose::Somebodys(what) => {
                let statement = Statement::broken(subject(), format!("has {what}"));
                let statement = statement.with_id("{method}", method.id.to_string());
                Some(match collection(&method.kind) {
                    Some(methods) => statement.with_id("{methods}", methods),
                    None => statement,
                })
            }
            Whose::Unknown(kind) => {
                let what = format!("this version does not know the method `{kind}`");
                let id = Some(declared.id.0);
                let gap = Gap::new(PartKind::AccountMethods, id, GapReason::Failed { what });
                Some(Statement::unknown(subject(), &gap))
            }
        })
        .collect();
    match found.is_empty() {
        true => vec![Statement::holds(subject(), "has no method of a person")],
        false => found,
    }
}

/// Where Graph keeps methods of a kind: `phoneMethods` for those of type
/// `#microsoft.graph.phoneAuthenticationMethod`.
fn collection(kind: &MethodKind) -> Option<String> {
    let name = kind.as_graph().strip_prefix("#microsoft.graph.")?;
    Some(format!("{}Methods", name.strip_suffix("AuthenticationMethod")?))
}

enum Whose<'a> {
    Nobodys,
    Somebodys(&'static str),
    Unknown(&'a str),
}

fn whose(method: &Method) -> Whose<'_> {
    Whose::Somebodys(match (&method.kind, &method.passkey) {
        (_, Some(key)) => match nature(method, key) {
            Nature::Synced => "a synced passkey: whoever owns the provider's account has it",
            Nature::OnDevice => "a passkey on a phone or a computer",
            Nature::Key | Nature::Unsaid => return Whose::Nobodys,
        },
        (MethodKind::Phone, None) => "a phone number",
        (MethodKind::MicrosoftAuthenticator, None) => "Microsoft Authenticator on a phone",
        (MethodKind::PasswordlessAuthenticator, None) => "phone sign-in of Microsoft Authenticator",
        (MethodKind::Email, None) => "an e-mail address for password reset",
        (MethodKind::SoftwareOath, None) => "an app that makes codes",
        (MethodKind::WindowsHello | MethodKind::PlatformCredential, None) => {
            "the credential of one computer"
        }
        (MethodKind::External, None) => "a method of another provider",
        (MethodKind::Other(kind), None) => return Whose::Unknown(kind),
        // Passes are HG-KEYS-12's, certificates HG-KEYS-09's.
        (
            MethodKind::Password
            | MethodKind::Fido2
            | MethodKind::Passkey
            | MethodKind::X509Certificate
            | MethodKind::HardwareOath
            | MethodKind::TemporaryAccessPass,
            None,
        ) => return Whose::Nobodys,
    })
}
