//! HG-KEYS-04: the passkey policy lets a key be replaced, and lets no weak one in.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;

use super::{PASSKEY_PROFILES, PASSKEYS};
use crate::ca::means;
use crate::check::controls::{cis, iso, mitre, nist};
use crate::check::sample::{Case, EMERGENCY, target};
use crate::check::{
    Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::GroupId;
use crate::tenant::{
    AttestationEnforcement, Enforcement, Fido2Settings, Gap, GapReason, GroupState,
    KeyRestrictions, MethodConfiguration, MethodTarget, Part, PartKind, PasskeyProfile,
    PasskeyType, TargetKind, Unknown,
};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-KEYS-04",
    title: "The passkey policy lets keys be registered, and only keys",
    family: Family::Keys,
    severity: Severity::Low,
    why: "Without `Allow self-service set up` no key can be registered, not even on behalf of an \
          account. A profile without attestation takes synced passkeys as well, as the profiles do \
          that Microsoft made of older settings. Restrictions outside profiles are removed in \
          October 2027, and a target that is deleted means nobody.",
    reads: &[PartKind::MethodsPolicy, PartKind::ReferencedGroups, PartKind::AccountMemberships],
    controls: &[cis("1.1.2"), nist("IA-5"), iso("A.8.5"), mitre("T1556.006")],
    remedy: Remedy {
        action: "Switch self-service set up on; give the accounts a profile of their own that \
                 enforces attestation and lists the models of their keys; take deleted groups out",
        portal: "Entra admin center > Entra ID > Authentication methods > Policies > Passkey \
                 (FIDO2)",
        graph: "PATCH /beta/policies/authenticationMethodsPolicy/\
                authenticationMethodConfigurations/fido2",
    },
    sources: &[PASSKEYS, PASSKEY_PROFILES],
    judge,
    samples: &[
        Sample::pass("self-service on, no profiles", |_| {}),
        Sample::pass("a profile with attestation", |case| {
            profile(case, &[], Some(AttestationEnforcement::RegistrationOnly));
        }),
        Sample::pass("a profile for device-bound keys", |case| {
            profile(case, &[PasskeyType::DeviceBound], None);
        }),
        Sample::pass("a weak profile for others", |case| {
            profile(case, &[PasskeyType::DeviceBound], None);
            case.fido2(|settings| {
                if let Some(strict) = settings.profiles.first().cloned() {
                    let kinds = vec![PasskeyType::Synced];
                    settings.profiles.push(PasskeyProfile {
                        id: "others".into(),
                        passkey_types: kinds,
                        ..strict
                    });
                }
            });
        }),
        Sample::pass("for the emergency group", |case| aim(case, &EMERGENCY.to_string())),
        Sample::fail("self-service off", |case| {
            case.fido2(|s| s.is_self_service_registration_allowed = Some(false));
        }),
        Sample::fail("a profile that takes synced passkeys", |case| {
            profile(case, &[PasskeyType::DeviceBound, PasskeyType::Synced], None);
        }),
        Sample::fail("a migrated profile without attestation or kinds", |case| {
            profile(case, &[], Some(AttestationEnforcement::Disabled));
        }),
        Sample::fail("a default profile that is not there", |case| {
            profile(case, &[PasskeyType::DeviceBound], None);
            case.fido2(|settings| settings.default_profile = Some("gone".into()));
        }),
        Sample::gap("profiles, and none is the accounts'", |case| {
            profile(case, &[PasskeyType::DeviceBound], None);
            case.fido2(|settings| settings.default_profile = None);
        }),
        Sample::fail("restrictions outside profiles", |case| {
            case.fido2(|settings| {
                settings.key_restrictions = Some(KeyRestrictions {
                    is_enforced: Some(true),
                    enforcement: Some(Enforcement::Allow),
                    aaguids: vec![crate::check::sample::AAGUID.to_string()],
                    unknown: Unknown::new(),
                });
            });
        }),
        Sample::pass("attestation outside profiles: a note", |case| {
            case.fido2(|settings| settings.is_attestation_enforced = Some(true));
        }),
        Sample::fail("for a group that is gone", |case| {
            aim(case, "00000000-0000-0000-0000-00000000000a");
        }),
        Sample::gap("for a group, and groups cannot be read", |case| {
            aim(case, "00000000-0000-0000-0000-00000000000a");
            let gap = Case::denied(PartKind::ReferencedGroups);
            case.snapshot.referenced_groups = Part::Gap(gap);
        }),
        Sample::gap("self-service was not said", |case| {
            case.fido2(|s| s.is_self_service_registration_allowed = None);
        }),
        Sample::gap("the policy does not list passkeys", |case| {
            case.methods_policy(|policy| policy.configurations.clear());
        }),
        Sample::gap("the policy cannot be read", |case| {
            case.snapshot.methods_policy = Part::Gap(Case::denied(PartKind::MethodsPolicy));
        }),
        Sample::pass("a profile, and restrictions outside that nothing reads any more", |case| {
            profile(case, &[PasskeyType::DeviceBound], None);
            case.fido2(|settings| {
                settings.key_restrictions = Some(KeyRestrictions {
                    is_enforced: Some(true),
                    enforcement: Some(Enforcement::Allow),
                    aaguids: vec![crate::check::sample::AAGUID.to_string()],
                    unknown: Unknown::new(),
                });
            });
        }),
        Sample::fail("a weak profile for a group that may hold an account", |case| {
            profile(case, &[PasskeyType::Synced], None);
            case.methods_policy(|policy| {
                let group = target(TargetKind::Group, &EMERGENCY.to_string());
                policy.configurations.iter_mut().for_each(|one| one.include = vec![group.clone()]);
            });
            for id in [crate::check::sample::ALPHA, crate::check::sample::BRAVO] {
                let gap = Case::denied(PartKind::AccountMemberships);
                case.account(id, |one| one.memberships = Part::Gap(gap));
            }
            case.group_read(|read| {
                read.transitive = Part::Gap(Case::denied(PartKind::GroupTransitiveMembers));
                read.members = Part::Gap(Case::denied(PartKind::GroupMembers));
            });
        }),
    ],
};

fn aim(case: &mut Case, group: &str) {
    case.methods_policy(|policy| {
        let added = target(TargetKind::Group, group);
        policy.configurations.iter_mut().for_each(|one| one.include.push(added.clone()));
    });
}

fn profile(case: &mut Case, kinds: &[PasskeyType], attestation: Option<AttestationEnforcement>) {
    case.fido2(|settings| {
        settings.default_profile = Some("p".into());
        settings.profiles = vec![PasskeyProfile {
            id: "p".into(),
            name: Some("Keys".into()),
            passkey_types: kinds.to_vec(),
            attestation,
            key_restrictions: None,
            unknown: Unknown::new(),
        }];
    });
}

fn judge(context: &Context<'_>) -> Judgement {
    let policy = match context.snapshot.methods_policy.value() {
        Ok(policy) => policy,
        Err(gap) => return Judgement::Stated(vec![Statement::unknown(Subject::Tenant, gap)]),
    };
    let mut configurations = policy.configurations.iter();
    let found = configurations.find_map(|one| Some((one, one.fido2.as_ref()?)));
    let Some((configuration, settings)) = found else {
        return Judgement::Stated(vec![unsaid("it does not list passkeys (FIDO2)")]);
    };
    let mut statements = vec![match settings.is_self_service_registration_allowed {
        Some(true) => Statement::holds(Subject::Tenant, "keys can be registered"),
        Some(false) => {
            let text = "`isSelfServiceRegistrationAllowed` is off: no key can be registered, not \
                        even on behalf of an account";
            Statement::broken(Subject::Tenant, text)
        }
        None => unsaid("whether keys may be registered was not said"),
    }];
    statements.extend(older(settings));
    statements.extend(profiles(context, configuration, settings));
    statements.extend(targets(context, configuration));
    Judgement::Stated(statements)
}

fn unsaid(what: &str) -> Statement {
    let gap = Gap::new(PartKind::MethodsPolicy, None, GapReason::Failed { what: what.into() });
    Statement::unknown(Subject::Tenant, &gap)
}

/// Restrictions that stand outside profiles, where there are none.
fn older(settings: &Fido2Settings) -> Option<Statement> {
    if !settings.profiles.is_empty() {
        return None;
    }
    let restricts = settings.key_restrictions.as_ref().and_then(|one| one.is_enforced);
    if restricts == Some(true) {
        let text = "models are restricted outside profiles, by `keyRestrictions`, which Microsoft \
                    removes in October 2027";
        return Some(Statement::broken(Subject::Tenant, text));
    }
    // It acts when a key is registered: its end lets weaker keys in and shuts nobody out.
    let text = "attestation is enforced outside profiles, by `isAttestationEnforced`, which \
                Microsoft removes in October 2027";
    let attests = settings.is_attestation_enforced == Some(true);
    attests.then(|| Statement::note(Subject::Tenant, text))
}

/// The profiles that apply to an account: each must be there, and take keys only.
fn profiles(
    context: &Context<'_>,
    configuration: &MethodConfiguration,
    settings: &Fido2Settings,
) -> Vec<Statement> {
    if settings.profiles.is_empty() {
        return Vec::new();
    }
    let mut names: BTreeSet<&str> = BTreeSet::new();
    let mut is_unsaid = false;
    for target in &configuration.include {
        // A target of which it is not known whether it means an account counts as one that does.
        let is_theirs = context.accounts.iter().any(|account| {
            let standing = context.standing(account);
            standing.is_some_and(|one| means(target, one.holder()).unwrap_or(true))
        });
        if is_theirs && target.passkey_profiles.is_empty() {
            match settings.default_profile.as_deref() {
                Some(name) => drop(names.insert(name)),
                None => is_unsaid = true,
            }
        } else if is_theirs {
            names.extend(target.passkey_profiles.iter().map(String::as_str));
        }
    }
    let unsaid = is_unsaid.then(|| unsaid("which passkey profile is the accounts' was not said"));
    let named = names.into_iter().filter_map(|name| profile_statement(settings, name));
    named.chain(unsaid).collect()
}

fn profile_statement(settings: &Fido2Settings, name: &str) -> Option<Statement> {
    let Some(profile) = settings.profiles.iter().find(|one| one.id.eq_ignore_ascii_case(name))
    else {
        let text = format!("passkey profile `{name}` applies to the accounts and is not there");
        return Some(Statement::broken(Subject::Tenant, text));
    };
    let kinds = &profile.passkey_types;
    let takes_synced = kinds.is_empty() || kinds.contains(&PasskeyType::Synced);
    let attests = profile.attestation == Some(AttestationEnforcement::RegistrationOnly);
    let name = profile.name.as_deref().unwrap_or(name);
    let text =
        format!("passkey profile `{name}` applies to the accounts and takes synced passkeys");
    (takes_synced && !attests).then(|| Statement::broken(Subject::Tenant, text))
}

/// Groups that the method names and that do not exist.
fn targets(context: &Context<'_>, configuration: &MethodConfiguration) -> Vec<Statement> {
    let all = configuration.include.iter().chain(&configuration.exclude);
    all.filter_map(|target| dead(context, target)).collect()
}

fn dead(context: &Context<'_>, target: &MethodTarget) -> Option<Statement> {
    let id = match (&target.kind, target.id.parse()) {
        (TargetKind::Group, Ok(id)) => GroupId(id),
        _ => return None,
    };
    let is_member = |one: &&&crate::register::DeclaredAccount| {
        context.standing(one).is_some_and(|standing| standing.groups().contains(&id))
    };
    let read = context.snapshot.groups.get(&id).map(|read| read.state.value());
    if matches!(read, Some(Ok(GroupState::Present(_))))
        || context.accounts.iter().find(is_member).is_some()
    {
        return None;
    }
    match context.snapshot.referenced_groups.value() {
        Ok(groups) if groups.contains_key(&id) => None,
        Ok(_) => {
            let text = "the passkey policy names it, and it does not exist";
            Some(Statement::broken(Subject::Group(id), text))
        }
        Err(gap) => Some(Statement::unknown(Subject::Group(id), gap)),
    }
}
