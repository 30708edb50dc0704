//! HG-KEYS-03: each registered key works under the policy as it is.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;

use super::{PASSKEY_PROFILES, PASSKEYS};
use crate::ca::refusal;
use crate::check::controls::{cis, iso, mitre, nist};
use crate::check::sample::{AAGUID, ALPHA, Case, EMERGENCY, password, target};
use crate::check::{Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement};
use crate::register::{DeclaredAccount, Shape};
use crate::tenant::{
    Enforcement, Feature, KeyRestrictions, Part, PartKind, Passkey, PasskeyProfile, PasskeyType,
    TargetKind, Unknown,
};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-KEYS-03",
    title: "The policy takes every registered key of each account now",
    family: Family::Keys,
    severity: Severity::Critical,
    why: "Key restrictions, passkey profiles and targets act at every sign-in, not only when a key \
          is registered: one AAGUID taken off a list, one group excluded, and the keys in the \
          safes are metal.",
    reads: &[PartKind::AccountMethods, PartKind::MethodsPolicy, PartKind::AccountMemberships],
    controls: &[cis("1.1.2"), nist("IA-2(1)"), iso("A.8.5"), mitre("T1556.006"), mitre("T1531")],
    remedy: Remedy {
        action: "Include the accounts in the method with a profile that takes the models of their \
                 keys, and take them out of what excludes them; add an AAGUID before any other \
                 change",
        portal: "Entra admin center > Entra ID > Authentication methods > Policies > Passkey \
                 (FIDO2)",
        graph: "PATCH /beta/policies/authenticationMethodsPolicy/\
                authenticationMethodConfigurations/fido2",
    },
    sources: &[PASSKEYS, PASSKEY_PROFILES],
    judge,
    samples: &[
        Sample::pass("on for everybody, without restrictions", |_| {}),
        Sample::pass("for the emergency group, with its model on the list", |case| {
            include(case, &EMERGENCY.to_string());
            restrict(case, Enforcement::Allow, &AAGUID.to_string());
        }),
        Sample::pass("a list that does not count", |case| {
            restrict(case, Enforcement::Allow, OTHER);
            case.fido2(|settings| {
                settings.key_restrictions.iter_mut().for_each(|one| one.is_enforced = Some(false));
            });
        }),
        Sample::pass("a profile that takes device-bound keys", |case| {
            profile(case, PasskeyType::DeviceBound);
        }),
        Sample::fail("switched off", |case| {
            case.methods_policy(|policy| {
                policy.configurations.iter_mut().for_each(|one| one.state = Feature::Disabled);
            });
        }),
        Sample::fail("for another group", |case| include(case, OTHER)),
        Sample::fail("the emergency group is excluded, and an exclusion wins", |case| {
            case.methods_policy(|policy| {
                let excluded = target(TargetKind::Group, &EMERGENCY.to_string());
                policy.configurations.iter_mut().for_each(|one| one.exclude.push(excluded.clone()));
            });
        }),
        Sample::fail("its model is not on the list", |case| {
            restrict(case, Enforcement::Allow, OTHER);
        }),
        Sample::fail("its model is blocked", |case| {
            restrict(case, Enforcement::Block, &AAGUID.to_string());
        }),
        Sample::fail("a profile that takes synced passkeys only", |case| {
            profile(case, PasskeyType::Synced);
        }),
        Sample::not_applicable("paper: no keys by declaration", |case| {
            case.register.shape = Shape::Paper;
            for id in [ALPHA, crate::check::sample::BRAVO] {
                case.methods(id, vec![password()]);
            }
        }),
        Sample::gap("no key is registered at all", |case| {
            for id in [ALPHA, crate::check::sample::BRAVO] {
                case.methods(id, vec![password()]);
            }
        }),
        Sample::gap("in a state that this version does not know", |case| {
            case.methods_policy(|policy| {
                policy.configurations.iter_mut().for_each(|one| one.state = Feature::Default);
            });
        }),
        Sample::gap("a list that does not say whether it counts", |case| {
            restrict(case, Enforcement::Allow, OTHER);
            case.fido2(|settings| {
                settings.key_restrictions.iter_mut().for_each(|one| one.is_enforced = None);
            });
        }),
        Sample::gap("for a group, and memberships cannot be read", |case| {
            include(case, OTHER);
            for account in case.snapshot.accounts.values_mut() {
                account.memberships = Part::Gap(Case::denied(PartKind::AccountMemberships));
            }
        }),
        Sample::gap("the policy cannot be read", |case| {
            case.snapshot.methods_policy = Part::Gap(Case::denied(PartKind::MethodsPolicy));
        }),
    ],
};

const OTHER: &str = "00000000-0000-0000-0000-00000000000a";

fn include(case: &mut Case, group: &str) {
    case.methods_policy(|policy| {
        policy
            .configurations
            .iter_mut()
            .for_each(|one| one.include = vec![target(TargetKind::Group, group)]);
    });
}

fn restrict(case: &mut Case, enforcement: Enforcement, aaguid: &str) {
    case.fido2(|settings| {
        settings.key_restrictions = Some(KeyRestrictions {
            is_enforced: Some(true),
            enforcement: Some(enforcement),
            aaguids: vec![aaguid.into()],
            unknown: Unknown::new(),
        });
    });
}

fn profile(case: &mut Case, kind: PasskeyType) {
    case.fido2(|settings| {
        settings.default_profile = Some("p".into());
        settings.profiles = vec![PasskeyProfile {
            id: "p".into(),
            name: None,
            passkey_types: vec![kind],
            attestation: None,
            key_restrictions: None,
            unknown: Unknown::new(),
        }];
    });
}

fn judge(context: &Context<'_>) -> Judgement {
    let statements: Vec<_> =
        context.accounts.iter().flat_map(|one| account(context, one)).collect();
    if statements.is_empty() && context.register.shape == Shape::Paper {
        return Judgement::NotApplicable(
            "the declared shape is `paper`, and no key is there".into(),
        );
    }
    Judgement::Stated(statements)
}

fn account(context: &Context<'_>, declared: &DeclaredAccount) -> Vec<Statement> {
    let subject = || context.subject(declared);
    let methods = match context.methods(declared) {
        Ok(methods) => methods,
        Err(gap) => return vec![Statement::unknown(subject(), &gap)],
    };
    let (Some(standing), keys) =
        (context.standing(declared), methods.iter().filter_map(|one| one.passkey.as_ref()))
    else {
        return Vec::new();
    };
    let policy = match context.snapshot.methods_policy.value() {
        Ok(policy) => policy,
        Err(gap) => return vec![Statement::unknown(subject(), gap)],
    };
    keys.map(|key| match refusal(standing.holder(), policy, key) {
        Ok(None) => Statement::holds(subject(), format!("{} works", named(key))),
        Ok(Some(why)) => {
            Statement::broken(subject(), format!("{} does not work: {why}", named(key)))
        }
        Err(gap) => Statement::unknown(subject(), &gap),
    })
    .collect()
}

fn named(key: &Passkey) -> String {
    let name = key.display_name.as_deref().or(key.model.as_deref());
    let aaguid = key.aaguid.map(|id| id.to_string());
    match (name, aaguid) {
        (Some(name), Some(id)) => format!("key `{name}` ({id})"),
        (Some(name), None) => format!("key `{name}`"),
        (None, Some(id)) => format!("key of model {id}"),
        (None, None) => "a key".into(),
    }
}
