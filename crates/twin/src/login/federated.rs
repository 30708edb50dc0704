//! Assertions of other identity providers, in place of an application's own credential.
//!
//! Source: <https://learn.microsoft.com/entra/workload-id/workload-identity-federation>; RS256 is the
//! algorithm that the page names.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use halligan_core::time::Timestamp;
use serde_json::Value;
use webpki::EndEntityCert;
use webpki::ring::RSA_PKCS1_2048_8192_SHA256;

use super::Refusal;
use super::assertion::{SKEW_SECONDS, malformed, part, text};
use crate::app::App;
use crate::directory::Directory;

/// Checks an assertion of another issuer: signature by the issuer's key, and issuer, subject and
/// audience by one of the application's federated credentials.
pub(super) fn check(
    directory: &Directory,
    app: &App,
    assertion: &str,
    now: Timestamp,
) -> Result<(), Refusal> {
    let (signed, signature) = assertion.rsplit_once('.').ok_or_else(malformed)?;
    let (header, claims) = signed.split_once('.').ok_or_else(malformed)?;
    let (header, claims) = (part(header)?, part(claims)?);
    let (issuer, subject) = (text(&claims, "iss"), text(&claims, "sub"));
    let audiences: Vec<&str> = match claims.get("aud") {
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
        _ => vec![text(&claims, "aud")],
    };
    let no_match = |number, what: &str, value: &str| {
        Refusal::client(
            number,
            format!(
                "No matching federated identity record found for presented assertion {what} \
                 '{value}'."
            ),
        )
    };
    let of_issuer = || app.federated.iter().filter(|one| one.issuer == issuer);
    if of_issuer().next().is_none() {
        return Err(no_match(700_211, "issuer", issuer));
    }
    if !of_issuer().any(|one| one.subject == subject) {
        return Err(no_match(700_213, "subject", subject));
    }
    let fits = |audience: &str| audiences.contains(&audience);
    if !of_issuer().any(|one| one.subject == subject && fits(&one.audience)) {
        return Err(no_match(700_212, "audience", &audiences.join(", ")));
    }
    verify(directory, issuer, &header, signed, signature)?;
    check_time(&claims, now)
}

fn verify(
    directory: &Directory,
    issuer: &str,
    header: &Value,
    signed: &str,
    signature: &str,
) -> Result<(), Refusal> {
    let invalid = || {
        Refusal::client(
            50_013,
            "Assertion failed signature validation. [Reason - The key was not found, or use of the \
             key to verify the signature failed.]",
        )
    };
    let certificate = directory.issuers.get(issuer).ok_or_else(invalid)?;
    if text(header, "alg") != "RS256" {
        return Err(invalid());
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| invalid())?;
    EndEntityCert::try_from(&certificate.der)
        .and_then(|certificate| {
            let algorithm = RSA_PKCS1_2048_8192_SHA256;
            certificate.verify_signature(algorithm, signed.as_bytes(), &signature)
        })
        .map_err(|_| invalid())
}

fn check_time(claims: &Value, now: Timestamp) -> Result<(), Refusal> {
    let at = |claim: &str| claims.get(claim).and_then(Value::as_i64);
    let now = now.as_second();
    let has_begun = at("nbf").or_else(|| at("iat")).unwrap_or(now) <= now + SKEW_SECONDS;
    let is_over = at("exp").is_none_or(|end| end <= now - SKEW_SECONDS);
    if has_begun && !is_over {
        return Ok(());
    }
    Err(Refusal::client(700_024, "Client assertion is not within its valid time range."))
}
