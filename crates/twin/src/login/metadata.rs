//! What client libraries read about a tenant's sign-in service before they ask it.

use serde_json::{Value, json};

/// The metadata of a tenant's token service, which client libraries read before they ask it.
///
/// Source: <https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc>.
pub(super) fn openid(origin: &str, tenant: &str) -> Value {
    let oauth = |last: &str| format!("{origin}/{tenant}/oauth2/v2.0/{last}");
    json!({
        "token_endpoint": oauth("token"),
        "token_endpoint_auth_methods_supported":
            ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": format!("{origin}/{tenant}/discovery/v2.0/keys"),
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": format!("{origin}/{tenant}/v2.0"),
        "authorization_endpoint": oauth("authorize"),
        "device_authorization_endpoint": oauth("devicecode"),
        "end_session_endpoint": oauth("logout"),
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "tid", "ver"],
    })
}
