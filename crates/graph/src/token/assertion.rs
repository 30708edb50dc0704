//! The client assertion: a signed statement of who asks, in place of a secret.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/certificate-credentials>.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use halligan_core::id::AppId;
use halligan_core::time::Timestamp;
use serde_json::{Value, json};

use crate::problem::Problem;
use crate::secret::{ClientCertificate, SecretText};
use crate::transport::random_guid;

/// How long an assertion holds, in seconds; the service accepts at most ten minutes.
const LIFETIME_SECONDS: i64 = 300;

/// Makes an assertion for `audience`, the address of the token endpoint.
pub(crate) fn assertion(
    certificate: &ClientCertificate,
    client: AppId,
    audience: &str,
    now: Timestamp,
) -> Result<SecretText, Problem> {
    let from = now.as_second();
    let header = json!({
        "alg": "PS256",
        "typ": "JWT",
        "x5t#S256": certificate.thumbprint(),
    });
    let claims = json!({
        "aud": audience,
        "iss": client.to_string(),
        "sub": client.to_string(),
        "jti": random_guid()?.to_string(),
        "iat": from,
        "nbf": from,
        "exp": from + LIFETIME_SECONDS,
    });
    let signed = format!("{}.{}", part(&header), part(&claims));
    let signature = certificate.sign(signed.as_bytes()).ok_or(Problem::NoRandomness)?;
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)).into())
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::digest::{SHA256, digest};
    use rustls_pki_types::CertificateDer;
    use rustls_pki_types::pem::PemObject as _;

    const WATCHER: &[u8] = include_bytes!("../../tests/fixtures/watcher.pem");
    const CLIENT: AppId = AppId::from_u128(0x1111);
    const AUDIENCE: &str = "https://login.microsoftonline.com/contoso/oauth2/v2.0/token";

    fn made(at: &str) -> String {
        let certificate = ClientCertificate::from_pem(WATCHER).unwrap();
        let made = assertion(&certificate, CLIENT, AUDIENCE, at.parse().unwrap()).unwrap();
        made.open().into()
    }

    fn json_of(part: &str) -> Value {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    }

    /// Verified by another implementation than the one that signs: webpki, with the certificate.
    #[test]
    fn the_certificate_verifies_the_signature() {
        let text = made("2026-11-22T10:00:00Z");
        let (signed, signature) = text.rsplit_once('.').unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        let der = CertificateDer::from_pem_slice(WATCHER).unwrap();
        let certificate = webpki::EndEntityCert::try_from(&der).unwrap();
        let algorithm = webpki::ring::RSA_PSS_2048_8192_SHA256_LEGACY_KEY;
        let verify = |message: &[u8]| certificate.verify_signature(algorithm, message, &signature);
        assert_eq!(verify(signed.as_bytes()), Ok(()));
        assert!(verify(signed.replacen('.', "x", 1).as_bytes()).is_err());
    }

    #[test]
    fn header_and_claims_are_those_of_the_documentation() {
        let text = made("2026-11-22T10:00:00Z");
        let parts: Vec<&str> = text.split('.').collect();
        assert_eq!(parts.len(), 3);
        let der = CertificateDer::from_pem_slice(WATCHER).unwrap();
        let thumbprint = URL_SAFE_NO_PAD.encode(digest(&SHA256, &der));
        let header = json!({"alg": "PS256", "typ": "JWT", "x5t#S256": thumbprint});
        assert_eq!(json_of(parts[0]), header);
        let mut claims = json_of(parts[1]);
        let id = claims.as_object_mut().unwrap().remove("jti").unwrap();
        assert_eq!(id.as_str().unwrap().len(), 36);
        let client = CLIENT.to_string();
        let from = 1_795_341_600;
        assert_eq!(
            claims,
            json!({
                "aud": AUDIENCE, "iss": client, "sub": client,
                "iat": from, "nbf": from, "exp": from + 300,
            })
        );
    }

    #[test]
    fn no_two_assertions_are_alike() {
        let at = "2026-11-22T10:00:00Z";
        let id = |text: String| json_of(text.split('.').nth(1).unwrap())["jti"].clone();
        assert_ne!(id(made(at)), id(made(at)));
    }
}
