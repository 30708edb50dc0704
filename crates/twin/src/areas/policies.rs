//! Policies: Conditional Access, named locations, strengths, methods, security defaults.
//!
//! v1.0 leaves out Conditional Access policies that use preview features, and refuses to show one
//! by its id; beta shows all. (msgraph-sdk-powershell issue 431, terraform-provider-azuread issue
//! 589, msgraph-metadata issue 647.) Named locations of a type that only beta has are left out of
//! v1.0 altogether.

use serde_json::Value;

use crate::directory::{Directory, Object, text_of};
use crate::error::GraphError;
use crate::operation::{Answer, Call, Version};

/// `GET /policies/identitySecurityDefaultsEnforcementPolicy`.
pub(crate) fn security_defaults(call: &Call<'_>) -> Result<Answer, GraphError> {
    Ok(Answer::one(call.directory.security_defaults.clone()))
}

/// Members of the methods policy that v1.0 does not have.
const METHODS_POLICY_BETA: [&str; 3] = [
    "microsoftAuthenticatorPlatformSettings",
    "reportSuspiciousActivitySettings",
    "systemCredentialPreferences",
];

/// `GET /policies/authenticationMethodsPolicy`.
pub(crate) fn methods_policy(call: &Call<'_>) -> Result<Answer, GraphError> {
    let mut policy = call.directory.methods_policy.clone();
    if call.version == Version::V1 {
        policy.retain(|name, _| !METHODS_POLICY_BETA.contains(&name.as_str()));
    }
    Ok(Answer::one(policy))
}

/// `GET /policies/authenticationStrengthPolicies`.
pub(crate) fn strengths(call: &Call<'_>) -> Result<Answer, GraphError> {
    Ok(Answer::many(call.directory.strengths.iter().cloned()))
}

/// `GET /policies/authenticationStrengthPolicies/{id}`.
pub(crate) fn strength(call: &Call<'_>) -> Result<Answer, GraphError> {
    let strength = call.directory.strength(call.id());
    strength.cloned().map(Answer::one).ok_or_else(|| GraphError::not_found(call.id()))
}

/// `GET /identity/conditionalAccess/policies`.
pub(crate) fn conditional_access(call: &Call<'_>) -> Result<Answer, GraphError> {
    let policies = call.directory.policies.iter();
    let shown = policies.filter(|policy| call.version == Version::Beta || !is_hidden(call, policy));
    Ok(Answer::many(shown.map(|policy| shaped(call, policy))))
}

/// `GET /identity/conditionalAccess/policies/{id}`.
pub(crate) fn conditional_access_policy(call: &Call<'_>) -> Result<Answer, GraphError> {
    let id = call.id();
    let policy = find(&call.directory.policies, id).ok_or_else(|| GraphError::not_found(id))?;
    if call.version == Version::V1 && is_hidden(call, policy) {
        return Err(GraphError::bad_request(
            "1037: The policy you requested contains preview features. Use the Beta endpoint to \
             retrieve this policy.",
        ));
    }
    Ok(Answer::one(shaped(call, policy)))
}

/// `GET /identity/conditionalAccess/deletedItems/policies`.
pub(crate) fn deleted(call: &Call<'_>) -> Result<Answer, GraphError> {
    let policies = call.directory.settings.deleted_policies.iter();
    Ok(Answer::many(policies.map(|policy| shaped(call, policy))))
}

/// `GET /identity/conditionalAccess/namedLocations`.
pub(crate) fn named_locations(call: &Call<'_>) -> Result<Answer, GraphError> {
    let locations = call.directory.locations.iter();
    Ok(Answer::many(locations.filter(|location| is_known(call, location)).cloned()))
}

/// `GET /identity/conditionalAccess/namedLocations/{id}`.
pub(crate) fn named_location(call: &Call<'_>) -> Result<Answer, GraphError> {
    let location = find(&call.directory.locations, call.id());
    let location = location.filter(|location| is_known(call, location));
    location.cloned().map(Answer::one).ok_or_else(|| GraphError::not_found(call.id()))
}

/// The named location of a network that Global Secure Access vouches for; v1.0 lacks the type.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/compliantnetworknamedlocation>.
const COMPLIANT_NETWORK: &str = "#microsoft.graph.compliantNetworkNamedLocation";

/// Whether this version of the API has the location's type.
fn is_known(call: &Call<'_>, location: &Object) -> bool {
    call.version == Version::Beta
        || !text_of(location, "@odata.type").eq_ignore_ascii_case(COMPLIANT_NETWORK)
}

fn find<'a>(objects: &'a [Object], id: &str) -> Option<&'a Object> {
    objects.iter().find(|object| text_of(object, "id").eq_ignore_ascii_case(id))
}

/// Members that only beta has, by the object that holds them. One that says something is a preview
/// feature; one that says nothing is left out of v1.0.
const PREVIEW: [(&[&str], &[&str]); 5] = [
    (&["conditions"], &["agentIdRiskLevels", "deviceStates"]),
    (
        &["conditions", "devices"],
        &["includeDevices", "excludeDevices", "includeDeviceStates", "excludeDeviceStates"],
    ),
    (&["conditions", "applications"], &["globalSecureAccess", "networkAccess"]),
    (
        &["conditions", "clientApplications"],
        &[
            "includeAgentIdServicePrincipals",
            "excludeAgentIdServicePrincipals",
            "agentIdServicePrincipalFilter",
        ],
    ),
    (&["sessionControls"], &["continuousAccessEvaluation", "globalSecureAccessFilteringProfile"]),
];

/// Whether v1.0 hides the policy.
fn is_hidden(call: &Call<'_>, policy: &Object) -> bool {
    uses_preview(policy) || call.directory.preview_policies.contains(text_of(policy, "id"))
}

/// Whether the policy uses a preview feature that the twin knows.
fn uses_preview(policy: &Object) -> bool {
    let every_time = policy
        .get("sessionControls")
        .and_then(|controls| controls.pointer("/signInFrequency/frequencyInterval"))
        .and_then(Value::as_str)
        .is_some_and(|interval| interval.eq_ignore_ascii_case("everyTime"));
    every_time
        || PREVIEW.iter().any(|(path, members)| {
            let holder = at(policy, path);
            holder.is_some_and(|holder| {
                members.iter().any(|member| holder.get(*member).is_some_and(says_something))
            })
        })
}

fn says_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => members.values().any(says_something),
        _ => true,
    }
}

fn at<'a>(policy: &'a Object, path: &[&str]) -> Option<&'a Object> {
    path.iter().try_fold(policy, |object, name| object.get(*name)?.as_object())
}

fn at_mut<'a>(policy: &'a mut Object, path: &[&str]) -> Option<&'a mut Object> {
    path.iter().try_fold(policy, |object, name| object.get_mut(*name)?.as_object_mut())
}

/// The policy as one version of the API writes it.
pub(super) fn shaped(call: &Call<'_>, policy: &Object) -> Object {
    let mut policy = policy.clone();
    match call.version {
        Version::Beta => _ = policy.remove("templateId"),
        Version::V1 => {
            for (path, members) in PREVIEW {
                if let Some(holder) = at_mut(&mut policy, path) {
                    holder.retain(|name, _| !members.contains(&name.as_str()));
                }
            }
        }
    }
    write_strength(call.directory, &mut policy);
    if !call.includes_unknown {
        hide_unknown(&mut policy);
    }
    policy
}

/// Writes the strength in full, of which policies keep the id only.
fn write_strength(directory: &Directory, policy: &mut Object) {
    let Some(controls) = at_mut(policy, &["grantControls"]) else { return };
    let id = controls.get("authenticationStrength").and_then(|strength| strength.get("id"));
    let strength = id.and_then(Value::as_str).and_then(|id| directory.strength(id));
    if let Some(strength) = strength {
        controls.insert("authenticationStrength".into(), strength.clone().into());
    }
}

/// Members of evolvable enumerations that come after `unknownFutureValue`.
///
/// Source: <https://learn.microsoft.com/graph/best-practices-concept>, "Handling future members in
/// evolvable enumerations".
const LATE_MEMBERS: [(&[&str], &str, &[&str]); 3] = [
    (&["grantControls"], "builtInControls", &["riskRemediation"]),
    (&["conditions", "platforms"], "includePlatforms", &["linux"]),
    (&["conditions", "platforms"], "excludePlatforms", &["linux"]),
];

/// Writes `unknownFutureValue` for what a client did not say it could read.
fn hide_unknown(policy: &mut Object) {
    for (path, member, late) in LATE_MEMBERS {
        let Some(values) = at_mut(policy, path).and_then(|holder| holder.get_mut(member)) else {
            continue;
        };
        for value in values.as_array_mut().into_iter().flatten() {
            if value.as_str().is_some_and(|text| late.contains(&text)) {
                *value = "unknownFutureValue".into();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::objects::object;
    use serde_json::json;

    #[test]
    fn previews_are_known_by_what_they_say() {
        let session = |name: &str, control: Value| json!({"sessionControls": {name: control}});
        for (policy, expected) in [
            (session("signInFrequency", json!({"frequencyInterval": "everyTime"})), true),
            (session("signInFrequency", json!({"frequencyInterval": "timeBased"})), false),
            (session("continuousAccessEvaluation", json!({"mode": "strictLocation"})), true),
            (session("continuousAccessEvaluation", json!({"mode": null})), false),
            (json!({"sessionControls": null, "conditions": null}), false),
            (json!({"conditions": {"agentIdRiskLevels": "high"}}), true),
            (json!({"conditions": {"devices": {"includeDevices": []}}}), false),
            (json!({"conditions": {"devices": {"includeDevices": ["All"]}}}), true),
        ] {
            assert_eq!(uses_preview(&object(policy.clone())), expected, "{policy}");
        }
    }

    #[test]
    fn late_members_are_hidden() {
        let mut policy = object(json!({
            "grantControls": {"builtInControls": ["mfa", "riskRemediation"]},
            "conditions": {"platforms": {"includePlatforms": ["linux", "iOS"]}},
        }));
        hide_unknown(&mut policy);
        let expected = json!({
            "grantControls": {"builtInControls": ["mfa", "unknownFutureValue"]},
            "conditions": {"platforms": {"includePlatforms": ["unknownFutureValue", "iOS"]}},
        });
        assert_eq!(Value::Object(policy), expected);
    }
}
