//! What an access token says about itself.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference>.
//! Tokens are for the service that they are issued for; clients look into them to learn which
//! permissions they were granted, and cannot check the signature. Here it is random, and it is what
//! makes a token impossible to guess.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use halligan_core::time::Timestamp;
use serde_json::{Value, json};

use super::{AZURE, TOKEN_SECONDS};
use crate::app::App;
use crate::directory::Directory;
use crate::random;

/// A token for `audience`; `None` when the system has no randomness to give.
pub(super) fn token(
    directory: &Directory,
    app: &App,
    audience: &str,
    now: Timestamp,
) -> Option<String> {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let head = part(json!({"typ": "JWT", "alg": "RS256"}));
    let signature = random::opaque().ok()?;
    Some(format!("{head}.{}.{signature}", part(claims(directory, app, audience, now))))
}

fn claims(directory: &Directory, app: &App, audience: &str, now: Timestamp) -> Value {
    let tenant = directory.tenant.to_string();
    let principal = directory.principal_of(app.client_id).map(|id| id.to_string());
    let mut claims = json!({
        "aud": audience,
        "iss": format!("https://sts.windows.net/{tenant}/"),
        "iat": now.as_second(),
        "nbf": now.as_second(),
        "exp": now.as_second() + TOKEN_SECONDS,
        "app_displayname": app.display_name,
        "appid": app.client_id.to_string(),
        "idtyp": "app",
        "oid": principal,
        "sub": principal,
        "tid": tenant,
        "ver": "1.0",
    });
    // Permissions of Graph are nothing to Azure; an application without any has no such claim.
    if audience != AZURE
        && !app.permissions.is_empty()
        && let Some(members) = claims.as_object_mut()
    {
        members.insert("roles".into(), json!(app.permissions));
    }
    claims
}
