//! Edits of what credentials are taken: strengths, models of keys, methods.

use std::sync::Arc;

use halligan_core::check::sample::{AAGUID, target};
use halligan_core::id::Guid;
use halligan_core::tenant::{
    CombinationConfiguration, Enforcement, Feature, Fido2Settings, GrantControl, GroupRef,
    KeyRestrictions, MethodConfiguration, MethodMode, Part, Policy, Strength, StrengthKind,
    TargetKind, Unknown, Users,
};

use super::super::tenant::Tenant;
use super::Label::{Harmful, Harmless};
use super::{Edits, Label, OTHER_AAGUID, OTHER_GROUP, new_policy};

/// The name of the policy that the accounts have to themselves.
const OWN: &str = "strength of the emergency accounts";

pub(super) fn all(base: &Arc<Tenant>, edits: &mut Edits) {
    strengths(base, edits);
    strength_models(base, edits);
    method_models(base, edits);
    methods(base, edits);
}

/// The policy that demands a strength of the emergency group.
fn own_policy(tenant: &Tenant, strength: Strength) -> Policy {
    let mut policy = new_policy(OWN, GrantControl::Mfa);
    let include_groups = vec![GroupRef::Id(tenant.emergency)];
    policy.conditions.users = Some(Users { include_groups, ..Users::default() });
    if let Some(grant) = &mut policy.grant {
        grant.built_in.clear();
        grant.strength = Some(strength);
    }
    policy
}

fn strength(combinations: Vec<Vec<MethodMode>>, aaguids: &[Guid]) -> Strength {
    let narrowing = CombinationConfiguration {
        id: None,
        odata_type: Some("#microsoft.graph.fido2CombinationConfiguration".into()),
        applies_to: vec![vec![MethodMode::Fido2]],
        allowed_aaguids: aaguids.iter().map(Guid::to_string).collect(),
        unknown: Unknown::new(),
    };
    Strength {
        id: "5e7e5e7e-0000-0000-0000-000000000001".into(),
        display_name: Some("Emergency".into()),
        kind: Some(StrengthKind::Custom),
        requirements_satisfied: Some("mfa".into()),
        allowed_combinations: Some(combinations),
        configurations: if aaguids.is_empty() { Vec::new() } else { vec![narrowing] },
        unknown: Unknown::new(),
    }
}

/// Replaces the strength of the accounts' own policy.
fn with_strength(before: &Tenant, to: Strength) -> Tenant {
    let place = before.policies().iter().position(|policy| policy.display_name == OWN);
    before.after(|tenant| {
        tenant.policy(place.unwrap_or(usize::MAX), |policy| {
            if let Some(grant) = &mut policy.grant {
                grant.strength = Some(to);
            }
        });
    })
}

fn strengths(base: &Arc<Tenant>, edits: &mut Edits) {
    const KIND: &str = "strength-changed";
    use MethodMode::{
        Fido2, MicrosoftAuthenticatorPush, Password, WindowsHelloForBusiness,
        X509CertificateMultiFactor,
    };
    let of =
        |modes: &[&[MethodMode]]| strength(modes.iter().map(|one| one.to_vec()).collect(), &[]);
    let [key, certificate, hello] =
        [[Fido2], [X509CertificateMultiFactor], [WindowsHelloForBusiness]];
    let push = [Password, MicrosoftAuthenticatorPush];
    let first = of(&[&key, &certificate, &hello]);
    let before = Arc::new(base.after(|tenant| tenant.add(own_policy(tenant, first))));
    let mut add = |variant, label: Label, why: &str, to: Strength| {
        let label = (label, why.to_owned());
        edits.add_for((KIND, variant), OWN.into(), label, &before, with_strength(&before, to));
    };
    let why = "the account holds keys, and none of what is left";
    add("without FIDO2", Harmful, why, of(&[&certificate, &hello]));
    add("replaced by push", Harmful, why, of(&[&push]));
    let why = "FIDO2 is still in it";
    add("without a certificate", Harmless, why, of(&[&key, &hello]));
    add("with push added", Harmless, why, of(&[&key, &certificate, &hello, &push]));
}

fn strength_models(base: &Arc<Tenant>, edits: &mut Edits) {
    const KIND: &str = "aaguid-dropped";
    let of = |aaguids: &[Guid]| strength(vec![vec![MethodMode::Fido2]], aaguids);
    let first = of(&[AAGUID, OTHER_AAGUID]);
    let before = Arc::new(base.after(|tenant| tenant.add(own_policy(tenant, first))));
    let mut add = |variant, label: Label, why: &str, to: Strength| {
        let label = (label, why.to_owned());
        edits.add_for((KIND, variant), OWN.into(), label, &before, with_strength(&before, to));
    };
    let why = "both keys are of the model that is dropped";
    add("from the strength", Harmful, why, of(&[OTHER_AAGUID]));
    let why = "both keys are of a model that stays";
    add("another from the strength", Harmless, why, of(&[AAGUID]));
}

/// Changes the configuration of the passkey method.
fn passkeys(tenant: &mut Tenant, change: impl FnOnce(&mut MethodConfiguration)) {
    if let Part::Read { value, .. } = &mut tenant.snapshot.methods_policy
        && let Some(fido2) =
            value.configurations.iter_mut().find(|one| one.id.eq_ignore_ascii_case("fido2"))
    {
        change(fido2);
    }
}

fn method_models(base: &Arc<Tenant>, edits: &mut Edits) {
    const KIND: &str = "aaguid-dropped";
    let with = |tenant: &Tenant, enforcement: Enforcement, aaguids: &[Guid]| {
        let restrictions = KeyRestrictions {
            is_enforced: Some(true),
            enforcement: Some(enforcement),
            aaguids: aaguids.iter().map(Guid::to_string).collect(),
            unknown: Unknown::new(),
        };
        tenant.after(|tenant| {
            passkeys(tenant, |method| {
                if let Some(Fido2Settings { key_restrictions, .. }) = &mut method.fido2 {
                    *key_restrictions = Some(restrictions);
                }
            });
        })
    };
    let gone = "both keys are of a model that is not taken any longer, at sign-in as well, and \
                the portals demand multifactor authentication of everybody";
    let stays = "both keys are of a model that is still taken";
    let allowed = Arc::new(with(base, Enforcement::Allow, &[AAGUID, OTHER_AAGUID]));
    let blocked = Arc::new(with(base, Enforcement::Block, &[Guid::from_u128(0x0bad)]));
    for (variant, label, why, before, enforcement, left) in [
        ("from the allowed models", Harmful, gone, &allowed, Enforcement::Allow, OTHER_AAGUID),
        ("another from the allowed models", Harmless, stays, &allowed, Enforcement::Allow, AAGUID),
        ("into the blocked models", Harmful, gone, &blocked, Enforcement::Block, AAGUID),
        (
            "another into the blocked models",
            Harmless,
            stays,
            &blocked,
            Enforcement::Block,
            OTHER_AAGUID,
        ),
    ] {
        let after = with(before, enforcement, &[left]);
        edits.add((KIND, variant), (label, why), before, after);
    }
}

fn methods(base: &Arc<Tenant>, edits: &mut Edits) {
    const KIND: &str = "method-switched-off";
    let why = "no key is taken any longer, and the portals demand multifactor authentication";
    let off = base.after(|tenant| passkeys(tenant, |method| method.state = Feature::Disabled));
    edits.add((KIND, "the passkey method"), (Harmful, why), base, off);
    let without = |group: halligan_core::id::GroupId| {
        base.after(|tenant| {
            let excluded = target(TargetKind::Group, &group.to_string());
            passkeys(tenant, |method| method.exclude.push(excluded));
        })
    };
    let why = "an excluded group wins over all users";
    let after = without(base.emergency);
    edits.add((KIND, "for the emergency group"), (Harmful, why), base, after);
    let why = "the account is no member of the excluded group";
    edits.add((KIND, "for another group"), (Harmless, why), base, without(OTHER_GROUP));
    let with_sms = |state: Feature| {
        move |tenant: &mut Tenant| {
            if let Part::Read { value, .. } = &mut tenant.snapshot.methods_policy {
                value.configurations.retain(|one| one.id != "Sms");
                value.configurations.push(MethodConfiguration {
                    id: "Sms".into(),
                    odata_type: None,
                    state,
                    include: vec![target(TargetKind::Group, "all_users")],
                    exclude: Vec::new(),
                    fido2: None,
                    unknown: Unknown::new(),
                });
            }
        }
    };
    let before = Arc::new(base.after(with_sms(Feature::Enabled)));
    let after = before.after(with_sms(Feature::Disabled));
    let why = "the account has no phone";
    edits.add((KIND, "text messages"), (Harmless, why), &before, after);
}
