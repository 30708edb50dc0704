//! HG-KEYS-02: two keys for each account, each a thing of its own.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use super::{EMERGENCY_ACCESS, Nature, PASSKEYS, nature};
use crate::check::controls::{cis, cis_controls, iso, itsg, mitre, nist};
use crate::check::sample::{ALPHA, Case, passkey, password};
use crate::check::{Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement};
use crate::id::Guid;
use crate::register::{DeclaredAccount, Shape};
use crate::tenant::{
    AttestationLevel, Gap, GapReason, Method, MethodKind, Part, PartKind, Passkey, PasskeyType,
};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-KEYS-02",
    title: "Each account has two keys that stay one thing",
    family: Family::Keys,
    severity: Severity::High,
    why: "One key burns with its safe. A synced passkey is as safe as the account of the provider \
          that copies it, and a passkey on a phone goes home with somebody. Two keys of one model \
          fall together when the model is recalled or leaves an allow list: [bounds] \
          different_key_models makes that a finding.",
    reads: &[PartKind::AccountMethods],
    controls: &[
        cis("1.1.2"),
        cis_controls("6.5"),
        nist("IA-2(1)"),
        iso("A.5.17"),
        iso("A.8.5"),
        mitre("T1556.006"),
        itsg("IA-2(1)"),
    ],
    remedy: Remedy {
        action: "Register a second hardware key on the account, of another model if you can, and \
                 keep it at another place",
        portal: "Entra admin center > Entra ID > Users > the account > Authentication methods > \
                 Add",
        graph: "POST /v1.0/users/{id}/authentication/fido2Methods",
    },
    sources: &[EMERGENCY_ACCESS, PASSKEYS],
    judge,
    samples: &[
        Sample::pass("two of one model: a note", |_| {}),
        Sample::pass("two models, as the register wants", |case| {
            case.register.choices.different_models = true;
            for id in [ALPHA, crate::check::sample::BRAVO] {
                case.methods(id, vec![passkey("1"), of(|key| key.aaguid = Some(OTHER))]);
            }
        }),
        Sample::pass("a key and a certificate", |case| {
            let certificate = crate::check::sample::method(MethodKind::X509Certificate);
            case.methods(ALPHA, vec![passkey("1"), certificate]);
        }),
        Sample::pass("two that are not attested: a note", |case| {
            let plain = |key: &mut Passkey| key.attestation = Some(AttestationLevel::NotAttested);
            case.methods(ALPHA, vec![passkey("1"), of(plain)]);
        }),
        Sample::not_applicable("paper: no keys by declaration", |case| {
            case.register.shape = Shape::Paper;
        }),
        Sample::fail("two of one model, where the register wants two", |case| {
            case.register.choices.different_models = true;
        }),
        Sample::fail("one", |case| case.methods(ALPHA, vec![password(), passkey("1")])),
        Sample::fail("none", |case| case.methods(ALPHA, vec![password()])),
        Sample::fail("one is synced", |case| {
            let synced = |key: &mut Passkey| key.passkey_type = Some(PasskeyType::Synced);
            case.methods(ALPHA, vec![passkey("1"), of(synced)]);
        }),
        Sample::fail("one is in Microsoft Authenticator", |case| {
            let phone = |key: &mut Passkey| key.aaguid = super::ON_A_DEVICE.first().copied();
            case.methods(ALPHA, vec![passkey("1"), of(phone)]);
        }),
        Sample::gap("whether one stays on one device was not said", |case| {
            case.methods(ALPHA, vec![passkey("1"), of(|key| key.passkey_type = None)]);
        }),
        Sample::gap("models are not known, and must differ", |case| {
            case.register.choices.different_models = true;
            for id in [ALPHA, crate::check::sample::BRAVO] {
                case.methods(id, vec![passkey("1"), of(|key| key.aaguid = None)]);
            }
        }),
        Sample::gap("methods cannot be read", |case| {
            let gap = Case::denied(PartKind::AccountMethods);
            case.account(ALPHA, |one| one.methods = Part::Gap(gap));
        }),
    ],
};

const OTHER: Guid = Guid::from_u128(0xbb);

fn of(change: fn(&mut Passkey)) -> Method {
    let mut method = passkey("2");
    method.passkey.iter_mut().for_each(change);
    method
}

fn judge(context: &Context<'_>) -> Judgement {
    if context.register.shape == Shape::Paper {
        let why = "the declared shape is `paper`: a password and no key (HG-EXIT-13 says what \
                   that reaches)";
        return Judgement::NotApplicable(why.into());
    }
    Judgement::Stated(context.accounts.iter().flat_map(|one| account(context, one)).collect())
}

fn account(context: &Context<'_>, declared: &DeclaredAccount) -> Vec<Statement> {
    const WANTED: usize = 2;
    let subject = || context.subject(declared);
    let methods = match context.methods(declared) {
        Ok(methods) => methods,
        Err(gap) => return vec![Statement::unknown(subject(), &gap)],
    };
    let passkeys = || methods.iter().filter_map(|one| Some((one, one.passkey.as_ref()?)));
    let count = |wanted| passkeys().filter(|(one, key)| nature(one, key) == wanted).count();
    let certificates = methods.iter().any(|one| one.kind == MethodKind::X509Certificate);
    let keys = count(Nature::Key) + usize::from(certificates);
    let (synced, phones, unsaid) =
        (count(Nature::Synced), count(Nature::OnDevice), count(Nature::Unsaid));
    if keys >= WANTED {
        let mut statements = vec![Statement::holds(subject(), format!("keys: {keys}"))];
        let held = passkeys().filter(|(one, key)| nature(one, key) == Nature::Key);
        statements.extend(models(context, declared, &held.map(|(_, key)| key).collect::<Vec<_>>()));
        return statements;
    }
    if keys + unsaid >= WANTED {
        let what = "whether a passkey stays on one device was not said".into();
        let id = Some(declared.id.0);
        let gap = Gap::new(PartKind::AccountMethods, id, GapReason::Failed { what });
        return vec![Statement::unknown(subject(), &gap)];
    }
    let mut text = format!("keys: {keys}, and {WANTED} are wanted");
    for (count, what) in [(synced, "synced"), (phones, "on a phone or a computer")] {
        if count > 0 {
            text = format!("{text}; passkeys {what} do not count: {count}");
        }
    }
    vec![Statement::broken(subject(), text)]
}

/// What is to be said about the models of an account's keys.
fn models(context: &Context<'_>, declared: &DeclaredAccount, keys: &[&Passkey]) -> Vec<Statement> {
    let subject = || context.subject(declared);
    let mut statements = Vec::new();
    let not_attested = |key: &&&Passkey| key.attestation == Some(AttestationLevel::NotAttested);
    if keys.iter().find(not_attested).is_some() {
        let text = "a key did not prove its model when it was registered (attestation)";
        statements.push(Statement::note(subject(), text));
    }
    let known: BTreeSet<Guid> = keys.iter().filter_map(|key| key.aaguid).collect();
    let has_unknown = keys.iter().any(|key| key.aaguid.is_none());
    let wants = context.register.choices.different_models;
    match (known.len(), has_unknown) {
        (2.., _) => {}
        _ if keys.len() < 2 => {}
        (_, true) if wants => {
            let what = "the model of a key was not said".into();
            let id = Some(declared.id.0);
            let gap = Gap::new(PartKind::AccountMethods, id, GapReason::Failed { what });
            statements.push(Statement::unknown(subject(), &gap));
        }
        (_, false) if wants => {
            statements.push(Statement::broken(subject(), "all of its keys are of one model"));
        }
        _ => statements.push(Statement::note(subject(), "no two of its keys differ in model")),
    }
    statements
}
