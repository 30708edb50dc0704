//! The claims challenge: Graph accepts the token and wants more than it says, such as a stronger
//! sign-in or one under an authentication context.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/claims-challenge>.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

use crate::problem::{Problem, Trace};
use crate::text::excerpt;

/// Longest challenge that is read, in characters of the header.
const CHALLENGE_CHARACTERS_MAX: usize = 8_192;

/// Longest name of an authentication context that a message repeats, in characters.
const CONTEXT_CHARACTERS_MAX: usize = 32;

/// Base64 of either alphabet's usual form, padded or not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What Graph demands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Challenge {
    /// The claims, as JSON, to be sent with a new sign-in.
    pub(crate) claims: String,
    what: String,
}

impl Challenge {
    /// Reads a `WWW-Authenticate` header; `None` when it challenges for no claims.
    pub(crate) fn read(header: &str) -> Option<Self> {
        if header.len() > CHALLENGE_CHARACTERS_MAX || parameter(header, "error")? != ERROR {
            return None;
        }
        let encoded = parameter(header, "claims")?.replace('-', "+").replace('_', "/");
        let claims = String::from_utf8(BASE64.decode(encoded).ok()?).ok()?;
        let value: Value = serde_json::from_str(&claims).ok().filter(Value::is_object)?;
        let what = demanded(&value);
        Some(Self { claims, what })
    }

    /// The challenge as the problem of somebody who cannot meet it.
    pub(crate) fn problem(&self, trace: Trace) -> Problem {
        Problem::Challenged { what: self.what.clone(), trace }
    }
}

const ERROR: &str = "insufficient_claims";

/// The value of a parameter of the header, without its quotes.
fn parameter<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = header;
    loop {
        let at = rest.find(name)?;
        let starts = rest.get(..at)?.ends_with([' ', ',', '\t']);
        let after = rest.get(at + name.len()..)?;
        match after.trim_start().strip_prefix('=').map(str::trim_start) {
            Some(value) if starts => {
                let quoted = value.strip_prefix('"').and_then(|value| value.split('"').next());
                return quoted.or_else(|| value.split([',', ' ']).next());
            }
            _ => rest = after,
        }
    }
}

/// What the claims ask for, in words.
fn demanded(claims: &Value) -> String {
    let asked = claims.get("access_token");
    let context = asked.and_then(|token| token.get("acrs")).and_then(|acrs| {
        let values = acrs.get("values").and_then(|values| values.get(0));
        acrs.get("value").or(values).and_then(Value::as_str)
    });
    match context {
        Some(context) => {
            let context = excerpt(context, CONTEXT_CHARACTERS_MAX);
            format!("a sign-in under authentication context `{context}`")
        }
        None if asked.is_some_and(|token| token.get("nbf").is_some()) => {
            "a new sign-in, because the earlier one was revoked".into()
        }
        None => "a stronger sign-in".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(claims: &str) -> String {
        let claims = BASE64.encode(claims);
        format!(
            "Bearer realm=\"\", authorization_uri=\"https://login.example/common\", \
             error=\"insufficient_claims\", claims=\"{claims}\""
        )
    }

    fn what(claims: &str) -> Option<String> {
        Challenge::read(&header(claims)).map(|challenge| challenge.what)
    }

    #[test]
    fn the_documentation_s_challenge_is_read() {
        let sample = "Bearer realm=\"\", \
                      authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\
                      \", error=\"insufficient_claims\", \
                      claims=\"eyJhY2Nlc3NfdG9rZW4iOnsiYWNycyI6eyJlc3NlbnRpYWwiOnRydWUsInZhbHVlIj\
                      oiY3AxIn19fQ==\"";
        let challenge = Challenge::read(sample).unwrap();
        let claims = r#"{"access_token":{"acrs":{"essential":true,"value":"cp1"}}}"#;
        assert_eq!(challenge.claims, claims);
        assert_eq!(challenge.what, "a sign-in under authentication context `cp1`");
    }

    #[test]
    fn what_is_demanded_is_told_in_words() {
        let revoked = r#"{"access_token":{"nbf":{"essential":true,"value":"1600000000"}}}"#;
        assert!(what(revoked).unwrap().contains("revoked"));
        let listed = r#"{"access_token":{"acrs":{"essential":true,"values":["c3"]}}}"#;
        assert!(what(listed).unwrap().contains("`c3`"));
        assert_eq!(what("{}").as_deref(), Some("a stronger sign-in"));
        let long = format!(r#"{{"access_token":{{"acrs":{{"value":"{}`"}}}}}}"#, "x".repeat(99));
        assert!(what(&long).unwrap().len() < 90);
    }

    #[test]
    fn other_headers_are_no_challenge() {
        for text in [
            "",
            "Bearer realm=\"\"",
            "Bearer error=\"invalid_token\", claims=\"e30=\"",
            "Bearer error=\"insufficient_claims\"",
            "Bearer error=\"insufficient_claims\", claims=\"%%%\"",
            "Bearer error=\"insufficient_claims\", claims=\"bm8=\"",
            "Bearer error=\"insufficient_claims\", claims=\"W10=\"",
        ] {
            assert_eq!(Challenge::read(text), None, "{text}");
        }
        assert_eq!(Challenge::read(&header(&format!("{{\"a\":\"{}\"}}", "x".repeat(9_000)))), None);
        assert!(Challenge::read("Bearer claims=e30, error=insufficient_claims").is_some());
    }
}
