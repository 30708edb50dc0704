//! Client assertions: a JWT that the application signed with its certificate's key.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/certificate-credentials>.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use halligan_core::time::Timestamp;
use serde_json::Value;
use webpki::EndEntityCert;
use webpki::ring::RSA_PSS_2048_8192_SHA256_LEGACY_KEY;

use super::Refusal;
use crate::app::{App, Certificate};

/// Seconds by which clocks may differ.
pub(super) const SKEW_SECONDS: i64 = 300;
/// The longest life of an assertion, in seconds: a day, beyond which the service refuses.
const MAX_LIFE_SECONDS: i64 = 86_400;

/// Checks signature and claims of `assertion` for `app` at the token endpoint `audience`.
pub(super) fn check(
    app: &App,
    assertion: &str,
    audience: &str,
    now: Timestamp,
) -> Result<(), Refusal> {
    let (signed, signature) = assertion.rsplit_once('.').ok_or_else(malformed)?;
    let (header, claims) = signed.split_once('.').ok_or_else(malformed)?;
    let certificate = registered(app, &part(header)?)?;
    verify(certificate, signed, signature)?;
    check_claims(app, &part(claims)?, audience, now)
}

/// Whether an assertion says that somebody else than `app` issued it, as an address.
pub(super) fn is_foreign(app: &App, assertion: &str) -> bool {
    let claims = assertion.split('.').nth(1).and_then(|claims| part(claims).ok());
    let issuer = claims.as_ref().map_or("", |claims| text(claims, "iss"));
    !app.federated.is_empty() && issuer.contains("://")
}

/// The certificate that the header names, when it is the registered one.
fn registered<'a>(app: &'a App, header: &Value) -> Result<&'a Certificate, Refusal> {
    if text(header, "alg") != "PS256" || !text(header, "typ").eq_ignore_ascii_case("JWT") {
        return Err(Refusal::request(
            50_027,
            "JWT token is invalid or malformed: the header must say alg PS256 and typ JWT.",
        ));
    }
    let thumbprint = text(header, "x5t#S256");
    app.certificate.as_ref().filter(|known| known.thumbprint == thumbprint).ok_or_else(|| {
        Refusal::client(
            700_027,
            format!(
                "The certificate with identifier used to sign the client assertion is not \
                 registered on application. [Reason - The key was not found., Thumbprint of key \
                 used by client: '{thumbprint}']"
            ),
        )
    })
}

fn verify(certificate: &Certificate, signed: &str, signature: &str) -> Result<(), Refusal> {
    let invalid = || {
        Refusal::client(
            700_027,
            "Client assertion failed signature validation. [Reason - The key was found, but use \
             of the key to verify the signature failed.]",
        )
    };
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| invalid())?;
    EndEntityCert::try_from(&certificate.der)
        .and_then(|certificate| {
            let algorithm = RSA_PSS_2048_8192_SHA256_LEGACY_KEY;
            certificate.verify_signature(algorithm, signed.as_bytes(), &signature)
        })
        .map_err(|_| invalid())
}

fn check_claims(app: &App, claims: &Value, audience: &str, now: Timestamp) -> Result<(), Refusal> {
    let client = app.client_id.to_string();
    for claim in ["iss", "sub"] {
        if !text(claims, claim).eq_ignore_ascii_case(&client) {
            return Err(Refusal::client(
                700_021,
                format!(
                    "Client assertion application identifier doesn't match 'client_id' parameter: \
                     claim '{claim}' is not '{client}'."
                ),
            ));
        }
    }
    if text(claims, "aud") != audience {
        return Err(Refusal::client(
            700_023,
            format!(
                "Client assertion audience claim does not match Realm issuer: '{audience}' was \
                 expected."
            ),
        ));
    }
    let at = |claim: &str| claims.get(claim).and_then(Value::as_i64);
    let (now, not_before, end) = (now.as_second(), at("nbf"), at("exp"));
    let is_current = end.is_some_and(|end| {
        let start = not_before.unwrap_or(now);
        start <= now.saturating_add(SKEW_SECONDS)
            && end > now.saturating_sub(SKEW_SECONDS)
            && end.saturating_sub(start) <= MAX_LIFE_SECONDS
    });
    if !is_current {
        return Err(Refusal::client(
            700_024,
            "Client assertion is not within its valid time range.",
        ));
    }
    if text(claims, "jti").is_empty() {
        return Err(Refusal::request(50_027, "JWT token is invalid or malformed: no claim 'jti'."));
    }
    Ok(())
}

pub(super) fn part(encoded: &str) -> Result<Value, Refusal> {
    let bytes = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| malformed())?;
    serde_json::from_slice(&bytes).map_err(|_| malformed())
}

pub(super) fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value.get(member).and_then(Value::as_str).unwrap_or_default()
}

pub(super) fn malformed() -> Refusal {
    Refusal::request(50_027, "JWT token is invalid or malformed.")
}
