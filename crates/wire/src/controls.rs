//! Grant and session controls of Conditional Access policies.

use halligan_core::tenant::{
    CloudAppSecurity, FrequencyInterval, GrantControl, GrantControls, GrantOperator,
    PersistentBrowser, SessionControls, SignInFrequency, Strength,
};

use crate::body::Body;
use crate::{Entity, Members, ReadError};

pub(crate) fn read_grant(members: &mut Members<'_>) -> Result<GrantControls, ReadError> {
    Ok(GrantControls {
        operator: members.open("operator", GrantOperator::from_graph)?,
        built_in: members.texts_as("builtInControls", GrantControl::from_graph)?,
        custom: members.texts("customAuthenticationFactors")?,
        terms_of_use: members.texts("termsOfUse")?,
        strength: members.object("authenticationStrength", Strength::read)?,
        unknown: members.rest(),
    })
}

pub(crate) fn write_grant(grant: &GrantControls) -> Body {
    let mut body = Body::new(&grant.unknown);
    body.print_nullable("operator", grant.operator.as_ref());
    body.list("builtInControls", &grant.built_in);
    body.list("customAuthenticationFactors", &grant.custom);
    body.list("termsOfUse", &grant.terms_of_use);
    body.nullable("authenticationStrength", grant.strength.as_ref().map(Entity::write));
    body
}

pub(crate) fn read_session(members: &mut Members<'_>) -> Result<SessionControls, ReadError> {
    fn is_enabled(members: &mut Members<'_>) -> Result<Option<bool>, ReadError> {
        members.bool("isEnabled")
    }
    Ok(SessionControls {
        application_enforced_restrictions: members
            .opened("applicationEnforcedRestrictions", is_enabled)?
            .flatten(),
        cloud_app_security: members.opened("cloudAppSecurity", |control| {
            Ok(CloudAppSecurity {
                is_enabled: is_enabled(control)?,
                kind: control.text("cloudAppSecurityType")?,
            })
        })?,
        persistent_browser: members.opened("persistentBrowser", |control| {
            Ok(PersistentBrowser { is_enabled: is_enabled(control)?, mode: control.text("mode")? })
        })?,
        sign_in_frequency: members.opened("signInFrequency", frequency)?,
        disable_resilience_defaults: members.bool("disableResilienceDefaults")?,
        secure_sign_in_session: members.opened("secureSignInSession", is_enabled)?.flatten(),
        continuous_access_evaluation: members
            .opened("continuousAccessEvaluation", |control| control.text("mode"))?
            .flatten(),
        unknown: members.rest(),
    })
}

fn frequency(members: &mut Members<'_>) -> Result<SignInFrequency, ReadError> {
    Ok(SignInFrequency {
        is_enabled: members.bool("isEnabled")?,
        value: members.integer("value")?,
        unit: members.text("type")?,
        interval: members.open("frequencyInterval", FrequencyInterval::from_graph)?,
        authentication: members.text("authenticationType")?,
    })
}

pub(crate) fn write_session(session: &SessionControls) -> Body {
    fn switch(is_enabled: bool) -> Body {
        let mut body = Body::default();
        body.set("isEnabled", is_enabled);
        body
    }
    let mut body = Body::new(&session.unknown);
    let restrictions = session.application_enforced_restrictions.map(switch);
    body.open_nullable("applicationEnforcedRestrictions", restrictions);
    let cloud_app_security = session.cloud_app_security.as_ref().map(|control| {
        let mut body = Body::default();
        body.nullable("isEnabled", control.is_enabled);
        body.nullable("cloudAppSecurityType", control.kind.as_deref());
        body
    });
    body.open_nullable("cloudAppSecurity", cloud_app_security);
    let persistent_browser = session.persistent_browser.as_ref().map(|control| {
        let mut body = Body::default();
        body.nullable("isEnabled", control.is_enabled);
        body.nullable("mode", control.mode.as_deref());
        body
    });
    body.open_nullable("persistentBrowser", persistent_browser);
    body.open_nullable("signInFrequency", session.sign_in_frequency.as_ref().map(write_frequency));
    body.nullable("disableResilienceDefaults", session.disable_resilience_defaults);
    body.open_nullable("secureSignInSession", session.secure_sign_in_session.map(switch));
    let evaluation = session.continuous_access_evaluation.as_ref().map(|mode| {
        let mut body = Body::default();
        body.set("mode", mode.as_str());
        body
    });
    body.open_nullable("continuousAccessEvaluation", evaluation);
    body
}

fn write_frequency(control: &SignInFrequency) -> Body {
    let mut body = Body::default();
    body.nullable("isEnabled", control.is_enabled);
    body.nullable("value", control.value);
    body.nullable("type", control.unit.as_deref());
    body.print_nullable("frequencyInterval", control.interval.as_ref());
    body.nullable("authenticationType", control.authentication.as_deref());
    body
}
