//! The authentication methods policy: which methods may be used, and by whom.

use halligan_core::tenant::{
    AttestationEnforcement, Enforcement, Feature, Fido2Settings, KeyRestrictions,
    MethodConfiguration, MethodTarget, MethodsPolicy, PasskeyProfile, PasskeyType,
    RegistrationCampaign, TargetKind,
};
use serde_json::{Map, Value};

use crate::body::Body;
use crate::members::missing;
use crate::{Entity, Members, ReadError};

const FIDO2_TYPE: &str = "#microsoft.graph.fido2AuthenticationMethodConfiguration";
const FIDO2_ID: &str = "Fido2";

impl Entity for MethodsPolicy {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        let campaign = members.opened("registrationEnforcement", |enforcement| {
            enforcement.object("authenticationMethodsRegistrationCampaign", campaign)
        })?;
        if !members.has("authenticationMethodConfigurations") {
            return Err(missing("authenticationMethodConfigurations"));
        }
        Ok(Self {
            migration_state: members.text("policyMigrationState")?,
            registration_campaign: campaign.flatten(),
            configurations: members.objects("authenticationMethodConfigurations", configuration)?,
            unknown: members.rest(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.nullable("policyMigrationState", self.migration_state.as_deref());
        let enforcement = self.registration_campaign.as_ref().map(|campaign| {
            let mut body = Body::default();
            body.set("authenticationMethodsRegistrationCampaign", write_campaign(campaign));
            body
        });
        body.open_nullable("registrationEnforcement", enforcement);
        let configurations = &self.configurations;
        body.objects("authenticationMethodConfigurations", configurations, write_configuration);
        body.done()
    }
}

fn campaign(members: &mut Members<'_>) -> Result<RegistrationCampaign, ReadError> {
    Ok(RegistrationCampaign {
        state: feature(members)?,
        snooze_days: members.integer("snoozeDurationInDays")?,
        include: members.objects("includeTargets", target)?,
        exclude: members.objects("excludeTargets", target)?,
        unknown: members.rest(),
    })
}

fn write_campaign(campaign: &RegistrationCampaign) -> Body {
    let mut body = Body::new(&campaign.unknown);
    body.print("state", &campaign.state);
    body.optional("snoozeDurationInDays", campaign.snooze_days);
    body.objects("includeTargets", &campaign.include, write_target);
    body.objects("excludeTargets", &campaign.exclude, write_target);
    body
}

fn feature(members: &mut Members<'_>) -> Result<Feature, ReadError> {
    members.open("state", Feature::from_graph)?.ok_or_else(|| missing("state"))
}

fn configuration(members: &mut Members<'_>) -> Result<MethodConfiguration, ReadError> {
    let id = members.required_text("id")?;
    let odata_type = members.odata_type()?;
    let is_fido2 = id.eq_ignore_ascii_case(FIDO2_ID)
        || odata_type.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(FIDO2_TYPE));
    Ok(MethodConfiguration {
        id,
        odata_type,
        state: feature(members)?,
        include: members.objects("includeTargets", target)?,
        exclude: members.objects("excludeTargets", target)?,
        fido2: if is_fido2 { Some(fido2(members)?) } else { None },
        unknown: members.rest(),
    })
}

fn write_configuration(configuration: &MethodConfiguration) -> Map<String, Value> {
    let mut body = Body::new(&configuration.unknown);
    body.set("id", configuration.id.as_str());
    body.optional("@odata.type", configuration.odata_type.as_deref());
    body.print("state", &configuration.state);
    body.objects("includeTargets", &configuration.include, write_target);
    body.objects("excludeTargets", &configuration.exclude, write_target);
    if let Some(settings) = &configuration.fido2 {
        write_fido2(&mut body, settings);
    }
    body.done()
}

fn target(members: &mut Members<'_>) -> Result<MethodTarget, ReadError> {
    Ok(MethodTarget {
        kind: members
            .open("targetType", TargetKind::from_graph)?
            .ok_or_else(|| missing("targetType"))?,
        id: members.required_text("id")?,
        passkey_profiles: members.texts("allowedPasskeyProfiles")?,
        unknown: members.rest(),
    })
}

fn write_target(target: &MethodTarget) -> Map<String, Value> {
    let mut body = Body::new(&target.unknown);
    body.print("targetType", &target.kind);
    body.set("id", target.id.as_str());
    if !target.passkey_profiles.is_empty() {
        body.list("allowedPasskeyProfiles", &target.passkey_profiles);
    }
    body.done()
}

fn fido2(members: &mut Members<'_>) -> Result<Fido2Settings, ReadError> {
    Ok(Fido2Settings {
        is_self_service_registration_allowed: members.bool("isSelfServiceRegistrationAllowed")?,
        is_attestation_enforced: members.bool("isAttestationEnforced")?,
        key_restrictions: members.object("keyRestrictions", key_restrictions)?,
        default_profile: members.text("defaultPasskeyProfile")?,
        profiles: members.objects("passkeyProfiles", profile)?,
    })
}

fn write_fido2(body: &mut Body, settings: &Fido2Settings) {
    let self_service = settings.is_self_service_registration_allowed;
    body.nullable("isSelfServiceRegistrationAllowed", self_service);
    body.nullable("isAttestationEnforced", settings.is_attestation_enforced);
    let restrictions = settings.key_restrictions.as_ref();
    body.nullable("keyRestrictions", restrictions.map(write_key_restrictions));
    body.nullable("defaultPasskeyProfile", settings.default_profile.as_deref());
    body.objects("passkeyProfiles", &settings.profiles, write_profile);
}

fn key_restrictions(members: &mut Members<'_>) -> Result<KeyRestrictions, ReadError> {
    Ok(KeyRestrictions {
        is_enforced: members.bool("isEnforced")?,
        enforcement: members.open("enforcementType", Enforcement::from_graph)?,
        aaguids: members.texts("aaGuids")?,
        unknown: members.rest(),
    })
}

fn write_key_restrictions(restrictions: &KeyRestrictions) -> Body {
    let mut body = Body::new(&restrictions.unknown);
    body.nullable("isEnforced", restrictions.is_enforced);
    body.print_nullable("enforcementType", restrictions.enforcement.as_ref());
    body.list("aaGuids", &restrictions.aaguids);
    body
}

fn profile(members: &mut Members<'_>) -> Result<PasskeyProfile, ReadError> {
    Ok(PasskeyProfile {
        id: members.required_text("id")?,
        name: members.text("name")?,
        passkey_types: members.flags("passkeyTypes", PasskeyType::from_graph)?,
        attestation: members.open("attestationEnforcement", AttestationEnforcement::from_graph)?,
        key_restrictions: members.object("keyRestrictions", key_restrictions)?,
        unknown: members.rest(),
    })
}

fn write_profile(profile: &PasskeyProfile) -> Map<String, Value> {
    let mut body = Body::new(&profile.unknown);
    body.set("id", profile.id.as_str());
    body.nullable("name", profile.name.as_deref());
    body.flags("passkeyTypes", &profile.passkey_types);
    let attestation = profile.attestation.as_ref().map(AttestationEnforcement::as_graph);
    body.optional("attestationEnforcement", attestation);
    let restrictions = profile.key_restrictions.as_ref();
    body.nullable("keyRestrictions", restrictions.map(write_key_restrictions));
    body.done()
}
