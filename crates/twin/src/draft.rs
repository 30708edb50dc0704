//! Conditional Access policies in the making: every member is there, and a few say something.

use halligan_core::id::Guid;
use serde_json::{Value, json};

use crate::directory::Object;
use crate::directory::objects::{CREATED, object};

/// A policy in the making.
#[derive(Debug)]
pub(crate) struct Draft(Value);

impl Draft {
    /// An enabled policy for all users and all resources that demands nothing.
    pub(crate) fn new(id: Guid, name: &str) -> Self {
        Self(json!({
            "id": id.to_string(),
            "templateId": null,
            "displayName": name,
            "createdDateTime": CREATED,
            "modifiedDateTime": null,
            "state": "enabled",
            "conditions": {
                "userRiskLevels": [],
                "signInRiskLevels": [],
                "servicePrincipalRiskLevels": [],
                "insiderRiskLevels": null,
                "clientAppTypes": ["all"],
                "platforms": null,
                "locations": null,
                "devices": null,
                "clientApplications": null,
                "authenticationFlows": null,
                "applications": {
                    "includeApplications": ["All"],
                    "excludeApplications": [],
                    "includeUserActions": [],
                    "includeAuthenticationContextClassReferences": [],
                    "applicationFilter": null,
                },
                "users": {
                    "includeUsers": [],
                    "excludeUsers": [],
                    "includeGroups": [],
                    "excludeGroups": [],
                    "includeRoles": [],
                    "excludeRoles": [],
                    "includeGuestsOrExternalUsers": null,
                    "excludeGuestsOrExternalUsers": null,
                },
            },
            "grantControls": null,
            "sessionControls": null,
        }))
    }

    /// Sets a list below `conditions.users`, such as `excludeGroups`.
    pub(crate) fn users(self, list: &str, ids: &[&str]) -> Self {
        self.set(&format!("/conditions/users/{list}"), json!(ids))
    }

    /// Sets the included resources.
    pub(crate) fn applications(self, ids: &[&str]) -> Self {
        self.set("/conditions/applications/includeApplications", json!(ids))
    }

    /// Demands any of these built-in controls.
    pub(crate) fn demands(self, controls: &[&str]) -> Self {
        self.set("/grantControls", grant(controls, &Value::Null))
    }

    /// Demands an authentication strength, by id.
    pub(crate) fn demands_strength(self, id: &str) -> Self {
        self.set("/grantControls", grant(&[], &json!({"id": id})))
    }

    pub(crate) fn state(self, state: &str) -> Self {
        self.set("/state", state.into())
    }

    pub(crate) fn created(self, date: &str) -> Self {
        self.set("/createdDateTime", date.into())
    }

    /// Sets any member that a policy has, by JSON pointer.
    pub(crate) fn set(mut self, pointer: &str, value: Value) -> Self {
        if let Some(member) = self.0.pointer_mut(pointer) {
            *member = value;
        } else {
            debug_assert!(false, "a policy has no `{pointer}`");
        }
        self
    }

    /// The finished policy.
    pub(crate) fn done(self) -> Object {
        object(self.0)
    }
}

fn grant(controls: &[&str], strength: &Value) -> Value {
    json!({
        "operator": "OR",
        "builtInControls": controls,
        "customAuthenticationFactors": [],
        "termsOfUse": [],
        "authenticationStrength": strength,
    })
}

/// Session controls with a sign-in frequency and nothing else.
pub(crate) fn sign_in_frequency(interval: &str, hours: Option<u32>) -> Value {
    json!({
        "applicationEnforcedRestrictions": null,
        "cloudAppSecurity": null,
        "disableResilienceDefaults": null,
        "persistentBrowser": null,
        "signInFrequency": {
            "value": hours,
            "type": hours.map(|_| "hours"),
            "authenticationType": "primaryAndSecondaryAuthentication",
            "frequencyInterval": interval,
            "isEnabled": true,
        },
    })
}
