//! Who signs in, and an application's own credential: a secret, a certificate with its key, or the
//! assertion of another identity provider.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use halligan_core::id::AppId;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{KeyPair as _, RSA_PSS_SHA256, RsaKeyPair};
use rustls_pki_types::pem::{self, PemObject as _};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::token::azure_cli::AzureCli;
use crate::token::federation::Federation;
use crate::token::managed::ManagedIdentity;
use crate::token::person::Person;

/// A text that is overwritten when it is dropped and never printed.
#[derive(Clone)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// The secret itself; its callers put it on the wire and nowhere else.
    pub(crate) fn open(&self) -> &str {
        &self.0
    }
}

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl From<&str> for SecretText {
    fn from(text: &str) -> Self {
        Self::from(String::from(text))
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Who signs in.
#[derive(Clone, Debug)]
pub enum SignIn {
    /// An application of the tenant's own, the watcher.
    Application {
        /// Its client id.
        client_id: AppId,
        /// Its credential.
        credential: Credential,
    },
    /// The managed identity of the Azure resource that this runs on.
    ManagedIdentity(ManagedIdentity),
    /// Whoever is signed in to Azure CLI.
    AzureCli(AzureCli),
    /// A person, with the permissions that they have and give.
    Person(Person),
}

/// How the watcher proves to the token service that it is itself.
#[derive(Clone, Debug)]
pub enum Credential {
    /// A client secret.
    Secret(SecretText),
    /// A certificate, whose key signs an assertion. The better one: nothing secret is sent.
    Certificate(ClientCertificate),
    /// An assertion of another identity provider: nothing secret is kept at all.
    Federation(Federation),
}

/// A certificate and its RSA key, able to sign client assertions.
#[derive(Clone)]
pub struct ClientCertificate {
    key: Arc<RsaKeyPair>,
    thumbprint: String,
}

/// Why a text is no usable client certificate. No message repeats any part of the text.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CertificateError {
    /// The text is not PEM.
    #[error("the file is not PEM text: {0}")]
    NotPem(&'static str),
    /// There is no certificate in it.
    #[error("the file holds no certificate (`-----BEGIN CERTIFICATE-----`)")]
    NoCertificate,
    /// There is no key in it.
    #[error("the file holds no private key (`-----BEGIN PRIVATE KEY-----`)")]
    NoKey,
    /// The key is locked with a passphrase.
    #[error("the private key is encrypted; store it decrypted, readable by its owner only")]
    EncryptedKey,
    /// The key is of another kind than the assertion's algorithm (PS256) needs.
    #[error("the private key is not an RSA key, which the token service asks for")]
    NotRsa,
    /// The key is damaged, or shorter than 2048 or longer than 4096 bits.
    #[error("the private key is refused: {0}")]
    BadKey(String),
    /// No certificate of the text carries the key's public half.
    #[error("the certificate does not belong to the private key")]
    NotAPair,
}

impl ClientCertificate {
    /// Reads a certificate and its key from one PEM text, in either order.
    ///
    /// The key is RSA in PKCS#8 or PKCS#1 form. Of several certificates (a chain) the one that
    /// belongs to the key is taken.
    pub fn from_pem(text: &[u8]) -> Result<Self, CertificateError> {
        let certificates = CertificateDer::pem_slice_iter(text)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|why| CertificateError::NotPem(pem_fault(&why)))?;
        let key = private_key(text)?;
        if certificates.is_empty() {
            return Err(CertificateError::NoCertificate);
        }
        let own = certificates
            .iter()
            .find(|der| holds(der, key.public_key().as_ref()))
            .ok_or(CertificateError::NotAPair)?;
        let thumbprint = URL_SAFE_NO_PAD.encode(digest(&SHA256, own));
        Ok(Self { key: Arc::new(key), thumbprint })
    }

    /// The SHA-256 thumbprint of the certificate, base64url without padding (`x5t#S256`).
    pub fn thumbprint(&self) -> &str {
        &self.thumbprint
    }

    /// Signs with RSASSA-PSS and SHA-256 (PS256); `None` when the system has no randomness.
    pub(crate) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let mut signature = vec![0; self.key.public().modulus_len()];
        let random = SystemRandom::new();
        self.key.sign(&RSA_PSS_SHA256, &random, message, &mut signature).ok()?;
        Some(signature)
    }
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCertificate")
            .field("key", &"[redacted]")
            .field("thumbprint", &self.thumbprint)
            .finish()
    }
}

fn private_key(text: &[u8]) -> Result<RsaKeyPair, CertificateError> {
    let refuse = |why: ring::error::KeyRejected| match why.to_string().as_str() {
        "WrongAlgorithm" => CertificateError::NotRsa,
        what => CertificateError::BadKey(what.into()),
    };
    match PrivateKeyDer::from_pem_slice(text) {
        Ok(PrivateKeyDer::Pkcs8(der)) => {
            RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).map_err(refuse)
        }
        Ok(PrivateKeyDer::Pkcs1(der)) => {
            RsaKeyPair::from_der(der.secret_pkcs1_der()).map_err(refuse)
        }
        Ok(_) => Err(CertificateError::NotRsa),
        Err(pem::Error::NoItemsFound) if holds(text, b"-----BEGIN ENCRYPTED PRIVATE KEY-----") => {
            Err(CertificateError::EncryptedKey)
        }
        Err(pem::Error::NoItemsFound) => Err(CertificateError::NoKey),
        Err(why) => Err(CertificateError::NotPem(pem_fault(&why))),
    }
}

/// Whether `whole` contains `part`. A certificate carries its public key's DER as it stands, so
/// that this tells the owner of a key without an X.509 parser.
fn holds(whole: &[u8], part: &[u8]) -> bool {
    whole.windows(part.len().max(1)).any(|window| window == part)
}

/// What is wrong with a PEM text, without the text: it may be the key.
fn pem_fault(why: &pem::Error) -> &'static str {
    match why {
        pem::Error::MissingSectionEnd { .. } => "a section has no end line",
        pem::Error::IllegalSectionStart { .. } => "a section starts with a malformed line",
        pem::Error::Base64Decode(_) => "a section is not base64",
        pem::Error::NoItemsFound => "it holds no section",
        _ => "it cannot be read",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WATCHER: &[u8] = include_bytes!("../tests/fixtures/watcher.pem");

    /// The sections of the fixture, each with its begin and end line.
    fn sections() -> (String, String) {
        let text = std::str::from_utf8(WATCHER).unwrap();
        let start = text.find("-----BEGIN CERTIFICATE").unwrap();
        let key = text.find("-----BEGIN PRIVATE KEY").unwrap();
        (text[start..key].into(), text[key..].into())
    }

    fn refusal(text: &str) -> CertificateError {
        ClientCertificate::from_pem(text.as_bytes()).unwrap_err()
    }

    #[test]
    fn a_certificate_and_its_key_are_read_in_either_order() {
        let (certificate, key) = sections();
        let read = ClientCertificate::from_pem(WATCHER).unwrap();
        let turned = ClientCertificate::from_pem(format!("{key}{certificate}").as_bytes()).unwrap();
        assert_eq!(read.thumbprint(), turned.thumbprint());
        // SHA-256 in base64url is 43 characters.
        assert_eq!(read.thumbprint().len(), 43);
    }

    #[test]
    fn the_pkcs_1_form_of_the_key_is_read_as_well() {
        let (certificate, key) = sections();
        let Ok(PrivateKeyDer::Pkcs8(der)) = PrivateKeyDer::from_pem_slice(key.as_bytes()) else {
            panic!("the fixture is PKCS#8");
        };
        // RFC 5208: version, algorithm, then the PKCS#1 key as an octet string: 26 bytes for RSA.
        let inner = &der.secret_pkcs8_der()[26..];
        let body = base64::engine::general_purpose::STANDARD.encode(inner);
        let pkcs1 =
            format!("-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----\n");
        assert!(ClientCertificate::from_pem(format!("{certificate}{pkcs1}").as_bytes()).is_ok());
    }

    #[test]
    fn what_is_missing_is_named() {
        let (certificate, key) = sections();
        assert_eq!(refusal(&certificate), CertificateError::NoKey);
        assert_eq!(refusal(&key), CertificateError::NoCertificate);
        assert_eq!(refusal("hello"), CertificateError::NoKey);
        let locked = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n\
                      -----END ENCRYPTED PRIVATE KEY-----\n";
        assert_eq!(refusal(&format!("{certificate}{locked}")), CertificateError::EncryptedKey);
        let cut = &key[..key.len() / 2];
        let refused = refusal(&format!("{certificate}{cut}"));
        assert_eq!(refused, CertificateError::NotPem("a section has no end line"));
    }

    #[test]
    fn another_kind_of_key_or_another_certificate_is_refused() {
        let (certificate, key) = sections();
        let stranger = rcgen::generate_simple_self_signed(["stranger.example".into()]).unwrap();
        let elliptic = stranger.signing_key.serialize_pem();
        assert_eq!(refusal(&format!("{certificate}{elliptic}")), CertificateError::NotRsa);
        let foreign = stranger.cert.pem();
        assert_eq!(refusal(&format!("{foreign}{key}")), CertificateError::NotAPair);
        // A chain: the certificate that belongs to the key is found behind the other.
        let chain = format!("{foreign}{certificate}{key}");
        let read = ClientCertificate::from_pem(chain.as_bytes()).unwrap();
        assert_eq!(read.thumbprint(), ClientCertificate::from_pem(WATCHER).unwrap().thumbprint());
    }

    #[test]
    fn nothing_secret_is_printed() {
        let secret = Credential::Secret("hunter2~".into());
        assert_eq!(format!("{secret:?}"), "Secret([redacted])");
        let (_, key) = sections();
        let line = key.lines().nth(1).unwrap();
        let certificate = Credential::Certificate(ClientCertificate::from_pem(WATCHER).unwrap());
        let printed = format!("{certificate:?}");
        assert!(printed.contains("[redacted]") && !printed.contains(&line[..16]), "{printed}");
    }
}
