//! With which application and permissions a snapshot is read: the claims of the access token.
//!
//! Graph's tokens are signed for Graph, and their form is not promised to anybody else. They are
//! JSON Web Tokens all the same, and their claims are the one place that says what the watcher may
//! do without any permission of its own. The signature is not looked at: a service that lied about
//! its own token could lie about everything else.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference>.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use halligan_core::id::RoleTemplateId;
use halligan_core::tenant::{GapReason, Part, PartKind, Watcher};
use serde_json::Value;

use super::{Earlier, Reader};
use crate::client::Client;
use crate::problem::Problem;

/// Base64 as tokens are written, with padding or without.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Most permissions that are taken from a token.
const PERMISSIONS_MAX: usize = 2_000;

/// Most directory roles that are taken from a token.
const ROLES_MAX: usize = 500;

/// What an access token says.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenRead {
    /// Who signed in, and with which permissions; a token that says nothing is a gap.
    pub watcher: Part<Watcher>,
    /// The directory roles of the person who signed in that are active for the whole tenant, in
    /// the token's order and at most 500; `None` where the token does not say, as that of an
    /// application.
    pub roles: Option<Vec<RoleTemplateId>>,
}

/// Signs in and reads what the access token says; asks Graph for nothing.
///
/// An error means that nothing could be read at all.
pub async fn read_token(client: &Client) -> Result<TokenRead, Problem> {
    let watcher = read(&Reader::new(client, &Earlier::default(), &())).await?;
    let token = client.token().await?;
    Ok(TokenRead { watcher, roles: payload(token.text()).ok().and_then(|claims| roles(&claims)) })
}

/// `wids`: templates of the roles that the person holds.
fn roles(claims: &Value) -> Option<Vec<RoleTemplateId>> {
    let list = claims.get("wids")?.as_array()?;
    let ids = list.iter().filter_map(Value::as_str).filter_map(|id| id.parse().ok());
    Some(ids.take(ROLES_MAX).collect())
}

pub(super) async fn read(reader: &Reader<'_>) -> Result<Part<Watcher>, Problem> {
    let token = reader.client.token().await?;
    Ok(match claims(token.text()) {
        Ok(watcher) => reader.found(&PartKind::Watcher, None, watcher),
        Err(what) => {
            let reason = GapReason::Failed { what: what.into() };
            reader.gap(PartKind::Watcher, None, reason)
        }
    })
}

/// What the claims of a token say; in words why they say nothing. Words never repeat the token.
fn claims(token: &str) -> Result<Watcher, &'static str> {
    watcher(&payload(token)?)
        .ok_or("the access token holds more permissions than PERMISSIONS_MAX (2000)")
}

/// The claims of a token, a JSON object.
fn payload(token: &str) -> Result<Value, &'static str> {
    let mut parts = token.split('.');
    let (Some(_), Some(payload), Some(_)) = (parts.next(), parts.next(), parts.next()) else {
        return Err("the access token is opaque, so that it does not say what it allows");
    };
    let bytes = BASE64.decode(payload).map_err(|_| "the access token's claims are not Base64")?;
    let claims: Value =
        serde_json::from_slice(&bytes).map_err(|_| "the access token's claims are not JSON")?;
    match claims.is_object() {
        true => Ok(claims),
        false => Err("the access token's claims are not a JSON object"),
    }
}

fn watcher(claims: &Value) -> Option<Watcher> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    // `appid` stands in tokens of version 1.0, which Graph's are, and `azp` in those of 2.0.
    let app = text("appid").or_else(|| text("azp"));
    let is_delegated = match text("idtyp") {
        Some(kind) => !kind.eq_ignore_ascii_case("app"),
        None => text("scp").is_some(),
    };
    let names: Vec<&str> = match is_delegated {
        true => text("scp").unwrap_or_default().split_whitespace().collect(),
        false => match claims.get("roles") {
            Some(Value::Array(roles)) => roles.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(role)) => vec![role],
            _ => Vec::new(),
        },
    };
    let mut permissions: Vec<String> = names.into_iter().map(str::to_owned).collect();
    permissions.sort_unstable();
    permissions.dedup();
    (permissions.len() <= PERMISSIONS_MAX).then(|| Watcher {
        app: app.and_then(|id| id.parse().ok()),
        principal: text("oid").and_then(|id| id.parse().ok()),
        is_delegated,
        permissions,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use halligan_core::id::{AppId, PrincipalId};
    use serde_json::json;

    fn token(claims: &Value) -> String {
        let payload = BASE64.encode(claims.to_string());
        format!("e30.{payload}.c2ln")
    }

    #[test]
    fn an_application_s_token_says_its_roles() {
        let app = AppId::from_u128(7).to_string();
        let read = claims(&token(&json!({
            "appid": app, "oid": PrincipalId::from_u128(8).to_string(), "idtyp": "app",
            "roles": ["User.Read.All", "Domain.Read.All", 7, "User.Read.All"], "xms": [1],
        })));
        let expected = Watcher {
            app: Some(AppId::from_u128(7)),
            principal: Some(PrincipalId::from_u128(8)),
            is_delegated: false,
            permissions: vec!["Domain.Read.All".into(), "User.Read.All".into()],
        };
        assert_eq!(read, Ok(expected));
    }

    #[test]
    fn a_person_s_token_says_its_scopes_and_roles_in_it_are_not_permissions() {
        for kind in [json!({"idtyp": "user"}), json!({})] {
            let mut one = json!({"azp": AppId::from_u128(7).to_string(), "scp": "b  a",
                "roles": ["Of.The.Person"]});
            one.as_object_mut().unwrap().extend(kind.as_object().unwrap().clone());
            let read = claims(&token(&one)).unwrap();
            assert!(read.is_delegated);
            assert_eq!((read.app, read.principal), (Some(AppId::from_u128(7)), None));
            assert_eq!(read.permissions, ["a", "b"]);
        }
    }

    #[test]
    fn a_person_s_directory_roles_are_in_the_token_and_a_token_without_them_does_not_say() {
        let (one, two) = (RoleTemplateId::from_u128(1), RoleTemplateId::from_u128(2));
        let wids = json!({"wids": [one.to_string(), "no id", 7, two.to_string()]});
        assert_eq!(roles(&payload(&token(&wids)).unwrap()), Some(vec![one, two]));
        assert_eq!(roles(&json!({"wids": []})), Some(vec![]));
        assert_eq!((roles(&json!({})), roles(&json!({"wids": "x"}))), (None, None));
        let many = vec![one.to_string(); ROLES_MAX + 1];
        assert_eq!(roles(&json!({"wids": many})).unwrap().len(), ROLES_MAX);
    }

    #[test]
    fn a_token_without_permissions_has_none_and_odd_claims_are_left_out() {
        let read = claims(&token(&json!({"appid": "no id", "oid": 7, "roles": {}}))).unwrap();
        let none = Watcher { app: None, principal: None, is_delegated: false, permissions: vec![] };
        assert_eq!(read, none);
        assert_eq!(claims(&token(&json!({"roles": "One"}))).unwrap().permissions, ["One"]);
        // Padded, as some identity providers write.
        let padded = format!("e30.{}.", base64::engine::general_purpose::URL_SAFE.encode("{}"));
        assert!(claims(&padded).is_ok(), "{padded}");
    }

    #[test]
    fn what_says_nothing_is_told_in_words_that_do_not_repeat_it() {
        let list = format!("e30.{}.c2ln", BASE64.encode("[]"));
        let many: Vec<String> = (0..=PERMISSIONS_MAX).map(|n| n.to_string()).collect();
        let many = token(&json!({"roles": many}));
        for (text, word) in [
            ("opaque-secret", "opaque"),
            ("", "opaque"),
            ("a.%%%secret.b", "not Base64"),
            ("a.c2VjcmV0.b", "not JSON"),
            (list.as_str(), "object"),
            (many.as_str(), "PERMISSIONS_MAX"),
        ] {
            let why = claims(text).unwrap_err();
            assert!(why.contains(word) && !why.contains("secret"), "{why}");
        }
    }
}
