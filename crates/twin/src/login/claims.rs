//! What an access token says about itself.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference>.
//! Tokens are for the service that they are issued for; clients look into them to learn which
//! permissions they were granted, and cannot check the signature. Here it is random, and it is what
//! makes a token impossible to guess.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use halligan_core::id::Guid;
use halligan_core::time::Timestamp;
use serde_json::{Value, json};

use super::issued::{Grant, TOKEN_SECONDS};
use crate::directory::{Directory, text_of};
use crate::{hosts, random};

/// What `wids` holds for every member of a tenant.
const EVERY_MEMBER: &str = "b79fbf4d-3ef9-4689-8143-76b194e85509";

/// A token for a grant; `None` when its application is gone, or the system has no randomness.
pub(super) fn token(directory: &Directory, grant: &Grant, now: Timestamp) -> Option<String> {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let head = part(json!({"typ": "JWT", "alg": "RS256"}));
    let claims = part(claims(directory, grant, now)?);
    Some(format!("{head}.{claims}.{}", random::opaque().ok()?))
}

fn claims(directory: &Directory, grant: &Grant, now: Timestamp) -> Option<Value> {
    let app = directory.apps.get(&grant.client)?;
    let tenant = directory.tenant.to_string();
    let principal = directory.principal_of(app.client_id).map(|id| id.to_string());
    let subject = match &grant.person {
        Some((user, _)) => Some(user.to_string()),
        None => principal,
    };
    let mut claims = json!({
        "aud": grant.audience,
        "iss": format!("https://sts.windows.net/{tenant}/"),
        "iat": now.as_second(),
        "nbf": now.as_second(),
        "exp": now.as_second() + TOKEN_SECONDS,
        "app_displayname": app.display_name,
        "appid": app.client_id.to_string(),
        "idtyp": if grant.person.is_some() { "user" } else { "app" },
        "oid": subject,
        "sub": subject,
        "tid": tenant,
        "ver": "1.0",
    });
    let members = claims.as_object_mut()?;
    // Permissions of Graph are nothing to Azure; an application without any has no such claim.
    match &grant.person {
        _ if hosts::is_arm(&grant.audience) => {}
        Some((user, given)) => {
            members.insert("wids".into(), json!(templates(directory, *user)));
            let names: Vec<&str> = given.iter().map(String::as_str).collect();
            members.insert("scp".into(), names.join(" ").into());
        }
        None if app.permissions.is_empty() => {}
        None => {
            members.insert("roles".into(), json!(app.permissions));
        }
    }
    Some(claims)
}

/// The templates of the roles that a person holds actively, and that of every member.
fn templates(directory: &Directory, user: Guid) -> Vec<String> {
    let mut principals = directory.transitive_groups_of(user);
    principals.push(user);
    let held = directory.roles_of(&principals);
    let of_roles = held.iter().map(|role| text_of(role, "roleTemplateId").to_owned());
    of_roles.chain([EVERY_MEMBER.to_owned()]).collect()
}
