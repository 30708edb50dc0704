//! Who signed in: the identity token that comes beside the access token.
//!
//! It comes straight from the token endpoint over TLS, so that its claims are compared and its
//! signature is not looked at (OpenID Connect Core 1.0, 3.1.3.7, point 6).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use halligan_core::id::{AppId, TenantId, UserId};
use serde_json::Value;

use super::problem::SignInProblem;

/// The person who signed in, as the token service names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The tenant that they signed in to.
    pub tenant: TenantId,
    /// Their object id there.
    pub user: UserId,
    /// The name that they signed in with; empty when the service does not say.
    pub name: String,
    /// Permissions that were asked for and are not in the token.
    pub missing: Vec<String>,
}

/// What the identity must say.
pub(super) struct Expected<'a> {
    pub(super) client: AppId,
    /// The tenant as it was asked for: an id, or a domain, which the identity does not repeat.
    pub(super) tenant: &'a str,
    /// The nonce of a browser sign-in.
    pub(super) nonce: Option<&'a str>,
}

impl Identity {
    /// Reads an identity token and compares it with what was asked for.
    pub(super) fn read(token: &str, expected: &Expected<'_>) -> Result<Self, SignInProblem> {
        let unreadable = SignInProblem::Identity("it cannot be read");
        let claims = claims(token).ok_or(unreadable.clone())?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
        if expected.nonce.is_some_and(|nonce| text("nonce") != nonce) {
            return Err(SignInProblem::Identity("it answers another sign-in (`nonce`)"));
        }
        if !text("aud").eq_ignore_ascii_case(&expected.client.to_string()) {
            return Err(SignInProblem::Identity("it is for another application (`aud`)"));
        }
        let tenant: TenantId = text("tid").parse().map_err(|_| unreadable.clone())?;
        if expected.tenant.parse::<TenantId>().is_ok_and(|asked| asked != tenant) {
            return Err(SignInProblem::Identity("it is of another tenant (`tid`)"));
        }
        let user = text("oid").parse().map_err(|_| unreadable)?;
        let name = text("preferred_username").to_owned();
        Ok(Self { tenant, user, name, missing: Vec::new() })
    }

    /// The same with the permissions of `asked` that the token's scopes do not hold.
    pub(super) fn granted(mut self, asked: &[String], scope: &str) -> Self {
        let has = |name: &str| {
            let names = scope.split_whitespace();
            let mut short = names.map(|one| one.rsplit('/').next().unwrap_or(one));
            short.any(|one| one.eq_ignore_ascii_case(name))
        };
        self.missing = asked.iter().filter(|name| !has(name)).cloned().collect();
        self
    }
}

fn claims(token: &str) -> Option<Value> {
    let payload = token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const CLIENT: AppId = AppId::from_u128(7);
    const TENANT: TenantId = TenantId::from_u128(8);

    fn token(change: impl FnOnce(&mut Value)) -> String {
        let mut claims = json!({
            "aud": CLIENT.to_string(), "tid": TENANT.to_string(), "nonce": "n",
            "oid": UserId::from_u128(9).to_string(), "preferred_username": "ada@example.com",
        });
        change(&mut claims);
        format!("e30.{}.", URL_SAFE_NO_PAD.encode(claims.to_string()))
    }

    fn read(token: &str, tenant: &str) -> Result<Identity, String> {
        let expected = Expected { client: CLIENT, tenant, nonce: Some("n") };
        Identity::read(token, &expected).map_err(|why| why.to_string())
    }

    #[test]
    fn an_identity_that_fits_is_read() {
        for tenant in [TENANT.to_string().as_str(), "example.com"] {
            let identity = read(&token(|_| {}), tenant).unwrap();
            assert_eq!((identity.tenant, identity.user), (TENANT, UserId::from_u128(9)));
            assert_eq!(identity.name, "ada@example.com");
        }
    }

    #[test]
    fn an_identity_of_something_else_is_refused() {
        for (claim, value, named) in [
            ("nonce", json!("m"), "`nonce`"),
            ("nonce", Value::Null, "`nonce`"),
            ("aud", json!(AppId::from_u128(1).to_string()), "`aud`"),
            ("tid", json!(TenantId::from_u128(1).to_string()), "`tid`"),
            ("tid", json!("x"), "cannot be read"),
            ("oid", json!(""), "cannot be read"),
        ] {
            let refused = read(&token(|claims| claims[claim] = value), &TENANT.to_string());
            assert!(refused.as_ref().is_err_and(|why| why.contains(named)), "{refused:?}");
        }
        for text in ["", "x", "a.b.c", "e30.W10."] {
            assert!(read(text, "example.com").is_err(), "{text}");
        }
    }

    #[test]
    fn permissions_that_were_not_granted_are_named() {
        let asked = ["User.Read.All", "Policy.Read.All", "Domain.Read.All"].map(String::from);
        let identity = read(&token(|_| {}), "example.com").unwrap();
        let scope = "openid user.read.all https://graph.microsoft.com/Domain.Read.All";
        assert_eq!(identity.granted(&asked, scope).missing, ["Policy.Read.All"]);
    }
}
