//! Certification authorities that are trusted beside those of the system.
//!
//! Needed behind a proxy that inspects TLS, and by a client of a simulated tenant. Authorities are
//! added, never taken away.

use std::fmt;

use rustls::RootCertStore;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::{self, PemObject as _, SectionKind};
use thiserror::Error;

/// Certificates of authorities to trust beside those of the system.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Trust(Vec<CertificateDer<'static>>);

/// Why a text is no list of authorities.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TrustError {
    /// There is no certificate in it.
    #[error("no certificate in PEM (`-----BEGIN CERTIFICATE-----`) in it")]
    NoCertificate,
    /// A section of it is broken.
    #[error("certificate {0} in it is broken: it cannot be decoded")]
    NotPem(usize),
    /// A certificate that is none.
    #[error("certificate {number} in it cannot be used: {what}")]
    BadCertificate {
        /// Which one, from 1.
        number: usize,
        /// What the TLS library says.
        what: String,
    },
    /// It holds a private key, which has no business here.
    #[error("a private key is in it")]
    PrivateKey,
}

impl TrustError {
    /// The next thing to do.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoCertificate => {
                "give the authority's certificate in PEM; one in DER becomes that with \
                 `openssl x509 -inform der -in ca.der -out ca.pem`"
            }
            Self::NotPem(_) | Self::BadCertificate { .. } => {
                "export the authority's certificate again, in PEM (Base-64)"
            }
            Self::PrivateKey => {
                "give the certificate alone; the authority's key belongs to the authority"
            }
        }
    }
}

impl Trust {
    /// Reads the certificates of a PEM text, one at least.
    ///
    /// # Errors
    ///
    /// When there is none, one is broken, or a private key stands beside them.
    pub fn from_pem(text: &[u8]) -> Result<Self, TrustError> {
        let mut certificates = Vec::new();
        let mut store = RootCertStore::empty();
        for section in <(SectionKind, Vec<u8>)>::pem_slice_iter(text) {
            let number = certificates.len() + 1;
            let (kind, der) = section.map_err(|error| not_pem(&error, number))?;
            match kind {
                SectionKind::Certificate => {
                    let der = CertificateDer::from(der);
                    store.add(der.clone()).map_err(|error| TrustError::BadCertificate {
                        number,
                        what: crate::text::one_line(&error.to_string()),
                    })?;
                    certificates.push(der);
                }
                SectionKind::PrivateKey
                | SectionKind::RsaPrivateKey
                | SectionKind::EcPrivateKey => {
                    return Err(TrustError::PrivateKey);
                }
                _ => {}
            }
        }
        match certificates.is_empty() {
            true => Err(TrustError::NoCertificate),
            false => Ok(Self(certificates)),
        }
    }

    /// The certificates as the HTTP client takes them.
    pub(crate) fn certificates(&self) -> Result<Vec<reqwest::Certificate>, reqwest::Error> {
        self.0.iter().map(|der| reqwest::Certificate::from_der(der)).collect()
    }
}

fn not_pem(error: &pem::Error, number: usize) -> TrustError {
    match error {
        pem::Error::NoItemsFound => TrustError::NoCertificate,
        _ => TrustError::NotPem(number),
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trust({} authorities)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn authority() -> (String, String) {
        let made = rcgen::generate_simple_self_signed(["an authority".into()]).unwrap();
        (made.cert.pem(), made.signing_key.serialize_pem())
    }

    #[test]
    fn a_bundle_is_read_whole_with_its_comments() {
        let (one, other) = (authority().0, authority().0);
        let trust = Trust::from_pem(format!("# ours\n{one}\n# theirs\n{other}").as_bytes());
        assert_eq!(trust.map(|trust| trust.0.len()), Ok(2));
        assert_eq!(format!("{:?}", Trust::default()), "Trust(0 authorities)");
    }

    #[test]
    fn what_is_no_authority_is_refused_with_its_reason() {
        let (certificate, key) = authority();
        let cut = certificate.replace("-----END CERTIFICATE-----", "");
        let begin = "-----BEGIN CERTIFICATE-----\n";
        let end = "\n-----END CERTIFICATE-----\n";
        for (text, expected) in [
            (String::new(), TrustError::NoCertificate),
            ("\u{30}\u{82}\u{1}".into(), TrustError::NoCertificate),
            (key.clone(), TrustError::PrivateKey),
            (format!("{certificate}{key}"), TrustError::PrivateKey),
            (format!("{certificate}{cut}"), TrustError::NotPem(2)),
            (format!("{begin}not base64{end}"), TrustError::NotPem(1)),
        ] {
            assert_eq!(Trust::from_pem(text.as_bytes()), Err(expected), "{text}");
        }
        let empty = Trust::from_pem(format!("{certificate}{begin}AAAA{end}").as_bytes());
        assert!(matches!(empty, Err(TrustError::BadCertificate { number: 2, .. })), "{empty:?}");
    }
}
