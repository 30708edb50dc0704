//! HTTPS: a test authority that lives as long as the twin, and the certificate that it signs.
//!
//! Public clients refuse to send tokens over plain HTTP. The authority's certificate can be given
//! to them; its private key, and the server's, never leave the memory of this process. The
//! authority may vouch for the names of the twin alone (name constraints), so that trusting it by
//! mistake opens little.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use halligan_core::time::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, date_time_ymd,
};
use rustls::ServerConfig;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::TlsAcceptor;

use crate::hosts;

/// The authority's common name, by which its certificates are known again.
const AUTHORITY: &str = "Halligan twin test authority";
/// Days that the certificates are good for: browsers and Apple's platforms refuse more than 398.
const VALID_DAYS: i64 = 90;
/// The addresses of this machine.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// What a listener needs to answer HTTPS, and clients to believe it.
#[derive(Clone)]
pub(crate) struct Tls {
    pub(crate) acceptor: TlsAcceptor,
    /// The authority's certificate in PEM.
    pub(crate) authority: String,
}

impl Tls {
    /// Makes an authority and a server certificate that are good from the day before `now` on.
    pub(crate) fn new(now: Timestamp) -> Result<Self, String> {
        let names: Vec<&str> = hosts::names().into_iter().chain(LOOPBACK).collect();
        make(&names, now).map_err(|error| error.to_string())
    }
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tls(…)")
    }
}

type Error = Box<dyn std::error::Error>;

fn make(names: &[&str], now: Timestamp) -> Result<Tls, Error> {
    let authority_key = KeyPair::generate()?;
    let authority_params = authority(names, now)?;
    let authority = authority_params.self_signed(&authority_key)?;
    let issuer = Issuer::new(authority_params, authority_key);
    let key = KeyPair::generate()?;
    let certificate = server(names, now)?.signed_by(&key, &issuer)?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Tls { acceptor: TlsAcceptor::from(Arc::new(config)), authority: authority.pem() })
}

fn authority(names: &[&str], now: Timestamp) -> Result<CertificateParams, Error> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, AUTHORITY);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: names.iter().map(|name| subtree(name)).collect(),
        excluded_subtrees: Vec::new(),
    });
    set_validity(&mut params, now)?;
    Ok(params)
}

fn subtree(name: &str) -> GeneralSubtree {
    match name.parse::<IpAddr>() {
        Ok(address @ IpAddr::V4(_)) => {
            GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address, 32))
        }
        Ok(address @ IpAddr::V6(_)) => {
            GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address, 128))
        }
        Err(_) => GeneralSubtree::DnsName(name.to_owned()),
    }
}

fn server(names: &[&str], now: Timestamp) -> Result<CertificateParams, Error> {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, "Halligan twin");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    set_validity(&mut params, now)?;
    Ok(params)
}

/// From yesterday, because clocks differ, for [`VALID_DAYS`].
fn set_validity(params: &mut CertificateParams, now: Timestamp) -> Result<(), Error> {
    const DAY: i64 = 86_400;
    let date = |second: i64| -> Result<_, Error> {
        Ok(date_time_ymd(1970, 1, 1) + Duration::from_secs(u64::try_from(second)?))
    };
    params.not_before = date(now.as_second() - DAY)?;
    params.not_after = date(now.as_second() + VALID_DAYS * DAY)?;
    Ok(())
}

/// Whether a PEM text is the certificate of an authority that a twin made: one that may be
/// replaced by the next twin's.
pub fn is_twin_authority(pem: &[u8]) -> bool {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let is_ours = |der: &CertificateDer<'_>| {
        der.windows(AUTHORITY.len()).any(|window| window == AUTHORITY.as_bytes())
    };
    certificates.is_ok_and(|all| !all.is_empty() && all.iter().all(is_ours))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_authority_is_known_again_and_holds_no_key() {
        let tls = Tls::new("2026-11-22T12:00:00Z".parse().unwrap()).unwrap();
        assert!(is_twin_authority(tls.authority.as_bytes()));
        assert!(!tls.authority.contains("PRIVATE KEY"));
        assert!(!is_twin_authority(b""));
        assert!(!is_twin_authority(include_bytes!("../tests/fixtures/app.pem")));
        assert_eq!(format!("{tls:?}"), "Tls(…)");
    }

    #[test]
    fn no_two_authorities_are_the_same() {
        let make = || Tls::new("2026-11-22T12:00:00Z".parse().unwrap()).unwrap().authority;
        assert_ne!(make(), make());
    }
}
