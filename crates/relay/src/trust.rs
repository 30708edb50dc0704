//! Whom a server's certificate must come from.

use std::fmt;
use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use rustls_platform_verifier::BuilderVerifierExt as _;
use thiserror::Error;

/// Whom a server's certificate must come from.
#[derive(Clone, Debug, Default)]
pub enum Trust {
    /// An authority that this machine trusts.
    #[default]
    System,
    /// One of these authorities, and no other.
    Only(Arc<Authorities>),
}

/// Authorities of certificates.
pub struct Authorities {
    store: RootCertStore,
    /// The text that they were read from: OpenSSL reads it itself.
    #[cfg_attr(not(feature = "kafka"), expect(dead_code, reason = "only OpenSSL reads the text"))]
    pem: String,
}

impl fmt::Debug for Authorities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authorities({})", self.store.len())
    }
}

/// Why a text gives no authority.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TrustError {
    /// There is no certificate in it.
    #[error("holds no certificate (`-----BEGIN CERTIFICATE-----`)")]
    NoCertificate,
    /// A certificate is damaged.
    #[error("holds a certificate that cannot be read: {0}")]
    Certificate(String),
}

impl Trust {
    /// The authorities of a PEM text.
    ///
    /// # Errors
    ///
    /// A text without certificates, or with one that is damaged.
    pub fn from_pem(pem: &[u8]) -> Result<Self, TrustError> {
        let mut store = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let damaged = |what: String| TrustError::Certificate(what);
            let certificate = certificate.map_err(|error| damaged(error.to_string()))?;
            store.add(certificate).map_err(|error| damaged(error.to_string()))?;
        }
        if store.is_empty() {
            return Err(TrustError::NoCertificate);
        }
        let pem = String::from_utf8_lossy(pem).into_owned();
        Ok(Self::Only(Arc::new(Authorities { store, pem })))
    }

    /// A client of TLS that trusts so.
    pub(crate) fn client(&self) -> Result<ClientConfig, rustls::Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider);
        let builder = builder.with_safe_default_protocol_versions()?;
        Ok(match self {
            Self::System => builder.with_platform_verifier()?.with_no_client_auth(),
            Self::Only(authorities) => {
                builder.with_root_certificates(authorities.store.clone()).with_no_client_auth()
            }
        })
    }

    /// The text of the authorities, where it is not the machine that chooses them.
    #[cfg(feature = "kafka")]
    pub(crate) fn pem(&self) -> Option<&str> {
        match self {
            Self::System => None,
            Self::Only(authorities) => Some(&authorities.pem),
        }
    }
}
