//! A tenant that is read over HTTPS, with an authority that the system does not know.

use halligan_app::clock;
use halligan_app::config::Config;
use halligan_app::live::{self, LiveError};
use halligan_app::sign_in::Asked;
use halligan_app::simulated::{Origin, Simulated, TwinOptions, write_authority};
use halligan_app::trust::TrustFileError;
use halligan_graph::{Problem, Trust};
use halligan_twin::Throttling;

use crate::read;

async fn twin() -> Simulated {
    let options =
        TwinOptions { throttling: Throttling::Off, https: true, ..TwinOptions::default() };
    Simulated::start(&Origin::Story, options).await.unwrap()
}

#[tokio::test]
async fn a_snapshot_is_read_over_https() {
    let tenant = twin().await;
    assert!(tenant.url().starts_with("https://127.0.0.1:"));
    let snapshot = read(&tenant).await.unwrap();
    let plain = crate::twin(&Origin::Story).await;
    let expected = read(&plain).await.unwrap();
    assert_eq!(snapshot.accounts.len(), expected.accounts.len());
    assert_eq!(snapshot.policies.value().unwrap(), expected.policies.value().unwrap());
}

#[tokio::test]
async fn without_the_authority_nothing_is_read_and_the_error_says_what_to_do() {
    let tenant = twin().await;
    let mut options = tenant.client_options().unwrap();
    options.trust = Trust::default();
    let error = live::read_with(options, tenant.register(), &()).await.unwrap_err();
    assert!(matches!(error, LiveError::Service(Problem::Tls { .. })), "{error:?}");
    let hint = error.hint().unwrap();
    assert!(hint.contains("`trust = \"ca.pem\"` in [tenant]"), "{hint}");
    // It was not the credential that was the matter.
    assert!(read(&tenant).await.is_ok());
}

/// The register that a twin writes, changed.
async fn read_register(change: impl FnOnce(String) -> String) -> Result<(), LiveError> {
    let tenant = twin().await;
    let folder = tempfile::tempdir().unwrap();
    let path = tenant.write(folder.path()).unwrap();
    let text = change(std::fs::read_to_string(&path).unwrap());
    std::fs::write(&path, text).unwrap();
    let config = Config::load(&path, clock::now()).unwrap();
    live::read(&config, &Asked::nobody(), &(), &mut |_| {}).await.map(|_| ())
}

#[tokio::test]
async fn the_register_that_a_twin_writes_trusts_its_authority() {
    assert_eq!(read_register(|text| text).await, Ok(()));
    let without = |text: String| text.replace("trust = \"authority.pem\"\n", "");
    let error = read_register(without).await.unwrap_err();
    assert!(matches!(error, LiveError::Service(Problem::Tls { .. })), "{error:?}");
}

#[tokio::test]
async fn a_file_that_is_no_authority_is_named() {
    let other = |name: &'static str| move |text: String| text.replace("authority.pem", name);
    let error = read_register(other("nothing.pem")).await.unwrap_err();
    assert!(matches!(error, LiveError::Trust(TrustFileError::File(_))), "{error:?}");
    let error = read_register(other("watcher.secret")).await.unwrap_err();
    assert!(error.to_string().contains("watcher.secret` names no authority"), "{error}");
    assert!(error.hint().is_some());
}

#[tokio::test]
async fn an_authority_s_certificate_replaces_that_of_an_earlier_twin_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    for _ in 0..2 {
        write_authority(twin().await.running(), &path).unwrap();
    }
    assert!(!std::fs::read_to_string(&path).unwrap().contains("PRIVATE"));
    std::fs::write(&path, "my notes").unwrap();
    assert!(write_authority(twin().await.running(), &path).is_err());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "my notes");
}
