//! A policy in a few words for a person, for checks and their witnesses.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::tenant::{AppRef, ClientAppType, Policy, said};

/// What a policy is about and when, in a few words for a person: `all resources, from a browser`.
pub(super) fn scene(policy: &Policy) -> String {
    let conditions = &policy.conditions;
    let applications = &conditions.applications;
    let target = match applications.include.as_slice() {
        apps if apps.contains(&AppRef::All) => "any resource".to_string(),
        [AppRef::MicrosoftAdminPortals] => "the Microsoft admin portals".to_string(),
        [one] => format!("resource {one}"),
        [] => match applications.include_user_actions.first() {
            Some(action) => format!("the user action `{action}`"),
            None => match applications.include_authentication_contexts.first() {
                Some(context) => format!("authentication context `{context}`"),
                None => "what it targets".to_string(),
            },
        },
        [first, ..] => format!("resource {first}"),
    };
    let mut limits = Vec::new();
    let client = conditions.client_app_types.first();
    if let Some(client) = client.filter(|client| **client != ClientAppType::All) {
        limits.push(format!("client `{client}`"));
    }
    let mut limit = |is_set: bool, word: &str| limits.extend(is_set.then(|| word.to_string()));
    limit(conditions.platforms.is_some(), "certain platforms");
    limit(conditions.locations.is_some(), "certain locations");
    limit(conditions.devices.as_ref().is_some_and(|d| d.filter.is_some()), "certain devices");
    limit(!conditions.sign_in_risk.is_empty(), "sign-in risk");
    limit(!conditions.user_risk.is_empty(), "user risk");
    limit(!conditions.insider_risk.is_empty(), "insider risk");
    limit(!conditions.transfer_methods.is_empty(), "certain authentication flows");
    limit(said(&conditions.unknown).next().is_some(), "conditions unknown to this version");
    match limits.is_empty() {
        true => target,
        false => format!("{target}, with {}", limits.join(" and ")),
    }
}
