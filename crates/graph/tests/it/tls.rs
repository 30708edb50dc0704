//! TLS that cannot be trusted.

use std::sync::Arc;

use halligan_graph::{Client, Endpoints, Problem, Trust};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use crate::service::options;

/// A server whose certificate nobody in the system's store vouches for, as a proxy that inspects
/// TLS presents; its address, and its authority in PEM, which is itself. It answers 404 to all.
async fn stranger() -> (String, String) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let made = rcgen::generate_simple_self_signed(["localhost".into()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n").await;
            let _ = stream.shutdown().await;
        }
    });
    (format!("https://localhost:{port}"), made.cert.pem())
}

#[tokio::test]
async fn an_unknown_authority_is_named_with_what_to_do() {
    let (url, _) = stranger().await;
    let client = Client::new(options(Endpoints::custom(&url, &url).unwrap())).unwrap();
    let problem = client.sign_in().await.unwrap_err();
    let Problem::Tls { host, what } = &problem else { panic!("{problem:?}") };
    assert_eq!(format!("https://{host}"), url);
    assert!(what.to_lowercase().contains("certificate"), "{what}");
    let hint = problem.hint().unwrap();
    assert!(hint.contains("system store") && hint.contains("trust = \"ca.pem\""), "{hint}");
}

#[tokio::test]
async fn an_authority_of_one_s_own_is_trusted_where_it_is_named() {
    let (url, authority) = stranger().await;
    let mut options = options(Endpoints::custom(&url, &url).unwrap());
    options.trust = Trust::from_pem(authority.as_bytes()).unwrap();
    let problem = Client::new(options.clone()).unwrap().sign_in().await.unwrap_err();
    assert!(!matches!(problem, Problem::Tls { .. }), "{problem:?}");
    // And no other one is by that.
    let (url, _) = stranger().await;
    options.endpoints = Endpoints::custom(&url, &url).unwrap();
    let problem = Client::new(options).unwrap().sign_in().await.unwrap_err();
    assert!(matches!(problem, Problem::Tls { .. }), "{problem:?}");
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_no_silent_downgrade() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let client = Client::new(options(Endpoints::custom(&url, &url).unwrap())).unwrap();
    let problem = client.sign_in().await.unwrap_err();
    assert!(matches!(problem, Problem::Tls { .. }), "{problem:?}");
}
