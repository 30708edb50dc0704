//! TLS that cannot be trusted.

use std::sync::Arc;

use halligan_graph::{Client, Endpoints, Problem};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use crate::service::options;

/// A server whose certificate nobody vouches for, as a proxy that inspects TLS presents.
async fn stranger() -> String {
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
            let _ = acceptor.accept(stream).await;
        }
    });
    format!("https://localhost:{port}")
}

#[tokio::test]
async fn an_unknown_authority_is_named_with_what_to_do() {
    let url = stranger().await;
    let client = Client::new(options(Endpoints::custom(&url, &url).unwrap())).unwrap();
    let problem = client.sign_in().await.unwrap_err();
    let Problem::Tls { host, what } = &problem else { panic!("{problem:?}") };
    assert_eq!(format!("https://{host}"), url);
    assert!(what.to_lowercase().contains("certificate"), "{what}");
    assert!(problem.hint().is_some_and(|hint| hint.contains("system store")));
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
