//! HG-KEYS-10: what fails for the daily administrators does not fail for the accounts.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;

use super::EMERGENCY_ACCESS;
use crate::check::controls::{cis, iso, nist};
use crate::check::sample::{ALPHA, BRAVO, Case, DAILY, method, passkey, password};
use crate::check::{
    Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::{GroupId, Guid, PrincipalId, UserId};
use crate::tenant::{Gap, GapReason, Method, MethodKind, ObjectKind, Part, PartKind, Passkey};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-KEYS-10",
    title: "The accounts sign in by another method than the daily administrators",
    family: Family::Keys,
    severity: Severity::Low,
    why: "One failure must not take both: when Microsoft Authenticator is out, or a model of key \
          is recalled or leaves the allow list, whoever has nothing else is out. Keys for \
          everybody are right all the same; then the models should differ.",
    reads: &[
        PartKind::AccountMethods,
        PartKind::HolderMethods,
        PartKind::RoleAssignments,
        PartKind::RoleEligibilities,
    ],
    controls: &[cis("1.1.2"), iso("A.8.2"), nist("CP-2"), nist("AC-2")],
    remedy: Remedy {
        action: "Give the emergency accounts keys of a model that the daily administrators do not \
                 have, or a daily administrator a second method",
        portal: "Entra admin center > Entra ID > Users > the account > Authentication methods > \
                 Add",
        graph: "POST /v1.0/users/{id}/authentication/fido2Methods",
    },
    sources: &[EMERGENCY_ACCESS],
    judge,
    samples: &[
        Sample::pass("keys here, Authenticator there", |_| {}),
        Sample::pass("keys of two models", |case| daily(case, vec![key(OTHER)])),
        Sample::pass("the same model, and a daily administrator has another method", |case| {
            daily(case, vec![passkey("9"), method(MethodKind::SoftwareOath)]);
        }),
        Sample::pass("one account has another model", |case| {
            daily(case, vec![passkey("9")]);
            case.methods(BRAVO, vec![passkey("1"), key(OTHER)]);
        }),
        Sample::pass("nobody else is an administrator", |case| {
            case.assignments(&[(ALPHA.into(), ObjectKind::User), (BRAVO.into(), ObjectKind::User)]);
        }),
        Sample::pass("an application is no administrator who signs in", |case| {
            let watcher = crate::check::sample::WATCHER;
            case.assignments(&[
                (ALPHA.into(), ObjectKind::User),
                (watcher, ObjectKind::ServicePrincipal),
            ]);
        }),
        Sample::fail("keys of one model for everybody", |case| daily(case, vec![passkey("9")])),
        Sample::fail("keys of one model, and what nobody signs in with", |case| {
            let (email, pass) = (MethodKind::Email, MethodKind::TemporaryAccessPass);
            daily(case, vec![passkey("9"), method(email), method(pass)]);
        }),
        Sample::fail("passwords for everybody", |case| {
            daily(case, vec![password()]);
            case.methods(ALPHA, vec![password()]);
            case.methods(BRAVO, vec![password()]);
        }),
        Sample::fail("Authenticator for everybody", |case| {
            for id in [ALPHA, BRAVO] {
                case.methods(id, vec![password(), method(MethodKind::MicrosoftAuthenticator)]);
            }
        }),
        Sample::gap("a daily administrator's methods cannot be read", |case| {
            let gap = Case::denied(PartKind::HolderMethods);
            if let Some(daily) = case.snapshot.holders.get_mut(&DAILY) {
                daily.methods = Part::Gap(gap);
            }
        }),
        Sample::gap("a daily administrator was not read", |case| {
            case.snapshot.holders.remove(&DAILY);
        }),
        Sample::gap("methods of an account cannot be read", |case| {
            for id in [ALPHA, BRAVO] {
                let gap = Case::denied(PartKind::AccountMethods);
                case.account(id, |one| one.methods = Part::Gap(gap));
            }
        }),
        Sample::gap("assignments cannot be read", |case| {
            case.snapshot.role_assignments = Part::Gap(Case::denied(PartKind::RoleAssignments));
        }),
    ],
};

const OTHER: Guid = Guid::from_u128(0xbb);

fn key(aaguid: Guid) -> Method {
    let mut method = passkey("9");
    method.passkey.iter_mut().for_each(|key: &mut Passkey| key.aaguid = Some(aaguid));
    method
}

fn daily(case: &mut Case, methods: Vec<Method>) {
    let at = case.now;
    if let Some(daily) = case.snapshot.holders.get_mut(&DAILY) {
        daily.methods = Part::Read { at, value: methods };
    }
}

/// What can fail as one: a kind of method, and for passkeys the model.
type Make = (MethodKind, Option<Guid>);

fn judge(context: &Context<'_>) -> Judgement {
    let stated = |statement| Judgement::Stated(vec![statement]);
    let unknown = |gap: &Gap| stated(Statement::unknown(Subject::Tenant, gap));
    let others = match administrators(context) {
        Ok(others) => others,
        Err(gap) => return unknown(&gap),
    };
    let accounts = context.accounts.iter().map(|one| context.methods(one).map(makes));
    let daily = others.iter().map(|id| {
        let read = context.snapshot.holders.get(id);
        let gap = || Gap::new(PartKind::Holder, Some(id.0), GapReason::NotInSource);
        let methods = read.ok_or_else(gap)?.methods.value().map_err(Clone::clone)?;
        Ok(makes(methods))
    });
    let mut common: Option<BTreeSet<Make>> = None;
    let mut first_gap = None;
    for one in accounts.chain(daily) {
        match one {
            // Whoever can sign in in two ways survives the failure of either.
            Ok(one) if one.len() > 1 => common = Some(BTreeSet::new()),
            Ok(one) => {
                let shared = common.map_or(one.clone(), |common| &common & &one);
                common = Some(shared);
            }
            Err(gap) => first_gap = first_gap.or(Some(gap)),
        }
    }
    match (common, first_gap) {
        (Some(common), _) if common.is_empty() => {
            let text = "no single method or model of key is all that everybody has";
            stated(Statement::holds(Subject::Tenant, text))
        }
        (_, Some(gap)) => unknown(&gap),
        (_, None) if others.is_empty() => {
            let text = "no person but the emergency accounts is Global Administrator";
            stated(Statement::holds(Subject::Tenant, text))
        }
        (Some(common), None) => {
            let what = common.iter().next().map(named).unwrap_or_default();
            let text = format!("has only {what}, as every Global Administrator has");
            let broken = |one| Statement::broken(context.subject(one), text.clone());
            Judgement::Stated(context.accounts.iter().map(|one| broken(one)).collect())
        }
        (None, None) => Judgement::Stated(Vec::new()),
    }
}

/// What somebody signs in with; the password alone where there is nothing else.
fn makes(methods: &[Method]) -> BTreeSet<Make> {
    // An address only resets a password, and a pass is gone by tomorrow.
    let is_none = |kind: &MethodKind| {
        matches!(kind, MethodKind::Password | MethodKind::Email | MethodKind::TemporaryAccessPass)
    };
    let strong = methods.iter().filter(|one| !is_none(&one.kind));
    let strong: BTreeSet<Make> = strong
        .map(|one| (one.kind.clone(), one.passkey.as_ref().and_then(|key| key.aaguid)))
        .collect();
    match strong.is_empty() {
        true => BTreeSet::from([(MethodKind::Password, None)]),
        false => strong,
    }
}

fn named((kind, model): &Make) -> String {
    let name = match kind {
        MethodKind::Fido2 => "keys",
        MethodKind::Password => "a password",
        MethodKind::MicrosoftAuthenticator => "Microsoft Authenticator",
        other => other.as_graph().trim_start_matches("#microsoft.graph."),
    };
    match model {
        Some(model) => format!("{name} of model {model}"),
        None => name.to_string(),
    }
}

/// Everybody but the accounts who is or can become Global Administrator and signs in.
fn administrators(context: &Context<'_>) -> Result<BTreeSet<UserId>, Gap> {
    let mut found: BTreeSet<PrincipalId> = BTreeSet::new();
    let holdings = context.active_holdings().map_err(Clone::clone)?;
    let eligible = context.eligible_administrators().map_err(Clone::clone)?;
    let all = holdings.iter().map(|one| one.principal).chain(eligible.map(|one| one.principal));
    for principal in all {
        match context.snapshot.groups.get(&GroupId(principal.0)) {
            Some(group) => {
                let members = group.transitive.value().map_err(Clone::clone)?;
                let people = members.iter().filter(|member| member.kind == ObjectKind::User);
                found.extend(people.map(|member| member.id));
            }
            None => drop(found.insert(principal)),
        }
    }
    let is_person = |id: &PrincipalId| {
        let is_ours = context.accounts.iter().any(|account| account.id.0 == id.0);
        !is_ours && !context.snapshot.applications.contains_key(id)
    };
    Ok(found.into_iter().filter(is_person).map(|id| UserId(id.0)).collect())
}
