//! Client applications that may ask for tokens, and what they may do.

use std::collections::BTreeSet;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use halligan_core::id::AppId;
use ring::digest::{SHA256, digest};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

/// A registered client application.
#[derive(Clone, Debug, PartialEq)]
pub struct App {
    /// Its client id (`appId`).
    pub client_id: AppId,
    /// Its display name.
    pub display_name: String,
    /// Its client secret, when it has one.
    pub secret: Option<Secret>,
    /// Its certificate, when it has one.
    pub certificate: Option<Certificate>,
    /// Application permissions granted with admin consent, such as `Policy.Read.All`.
    pub permissions: BTreeSet<String>,
    /// Delegated permissions that an administrator consented to for everybody.
    pub delegated: BTreeSet<String>,
    /// Whether persons may sign in with it: a public client with `http://localhost` registered.
    pub is_public_client: bool,
    /// Whether it is the managed identity of the machine that the twin plays.
    pub is_managed_identity: bool,
    /// Assertions of other identity providers that it accepts.
    pub federated: Vec<FederatedCredential>,
}

/// A federated identity credential: whose assertions stand for the application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FederatedCredential {
    /// Who signs: the claim `iss`, a key of [`crate::Directory::issuers`].
    pub issuer: String,
    /// For whom: the claim `sub`, compared exactly.
    pub subject: String,
    /// For what: the claim `aud`, usually `api://AzureADTokenExchange`.
    pub audience: String,
}

impl App {
    /// An application without credentials.
    pub fn new(client_id: AppId, display_name: &str, permissions: &[&str]) -> Self {
        Self {
            client_id,
            display_name: display_name.into(),
            secret: None,
            certificate: None,
            permissions: permissions.iter().map(|&permission| permission.into()).collect(),
            delegated: BTreeSet::new(),
            is_public_client: false,
            is_managed_identity: false,
            federated: Vec::new(),
        }
    }

    /// A public client that persons sign in with, consented to these delegated permissions.
    pub fn public(client_id: AppId, display_name: &str, delegated: &[&str]) -> Self {
        let delegated = delegated.iter().map(|&permission| permission.into()).collect();
        Self { delegated, is_public_client: true, ..Self::new(client_id, display_name, &[]) }
    }

    /// The same application with a client secret, of which only the SHA-256 is kept.
    #[must_use]
    pub fn with_secret(mut self, secret: &str) -> Self {
        self.secret = Some(Secret::of(secret));
        self
    }

    /// The same application with the first certificate of a PEM text.
    ///
    /// # Errors
    ///
    /// When the text holds no certificate.
    pub fn with_certificate(mut self, pem: &[u8]) -> Result<Self, NoCertificate> {
        self.certificate = Some(Certificate::from_pem(pem)?);
        Ok(self)
    }
}

/// The SHA-256 of a client secret.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl Secret {
    /// Digests a secret.
    pub fn of(secret: &str) -> Self {
        Self(sha256(secret.as_bytes()))
    }

    /// Reads 64 hexadecimal digits.
    pub(crate) fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    pub(crate) fn to_hex(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether `secret` is the one, in a time that does not tell how much of it is right.
    pub(crate) fn is(&self, secret: &str) -> bool {
        let difference = self
            .0
            .iter()
            .zip(sha256(secret.as_bytes()))
            .fold(0, |difference, (one, other)| difference | (one ^ other));
        std::hint::black_box(difference) == 0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The certificate of an application.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    pub(crate) der: CertificateDer<'static>,
    /// `x5t#S256`: base64url of the certificate's SHA-256.
    pub(crate) thumbprint: String,
}

/// A text without a certificate in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no certificate in PEM (`-----BEGIN CERTIFICATE-----`) in it")]
pub struct NoCertificate;

impl Certificate {
    /// Reads the first certificate of a PEM text.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn from_pem(pem: &[u8]) -> Result<Self, NoCertificate> {
        let der = CertificateDer::from_pem_slice(pem).map_err(|_| NoCertificate)?;
        let thumbprint = URL_SAFE_NO_PAD.encode(sha256(&der));
        Ok(Self { der, thumbprint })
    }

    /// The certificate in PEM.
    pub(crate) fn to_pem(&self) -> String {
        let text = base64::engine::general_purpose::STANDARD.encode(&self.der);
        let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
        for (place, character) in text.chars().enumerate() {
            if place > 0 && place % 64 == 0 {
                pem.push('\n');
            }
            pem.push(character);
        }
        pem.push_str("\n-----END CERTIFICATE-----\n");
        pem
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({})", self.thumbprint)
    }
}

/// The SHA-256 of `bytes`.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut result = [0; 32];
    for (byte, digested) in result.iter_mut().zip(digest(&SHA256, bytes).as_ref()) {
        *byte = *digested;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_again_and_never_shown() {
        let secret = Secret::of("s3cret");
        assert!(secret.is("s3cret"));
        assert!(!secret.is("s3cres"));
        assert!(!secret.is(""));
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert_eq!(Secret::from_hex(&secret.to_hex()), Some(secret));
        assert_eq!(Secret::from_hex("zz"), None);
    }

    #[test]
    fn a_certificate_survives_pem() {
        let pem = include_bytes!("../tests/fixtures/app.pem");
        let certificate = Certificate::from_pem(pem).unwrap();
        assert_eq!(Certificate::from_pem(certificate.to_pem().as_bytes()), Ok(certificate));
        assert_eq!(Certificate::from_pem(b"no"), Err(NoCertificate));
    }
}
