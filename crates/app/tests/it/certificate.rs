//! Sign-in with a certificate: the client's assertion, checked by the twin's token endpoint.

use halligan_graph::{ClientCertificate, Credential};
use halligan_twin::Directory;

use crate::{read_as, story, unread};

/// Throw-away certificates with their keys; they open nothing.
const OURS: &[u8] = include_bytes!("../../../graph/tests/fixtures/watcher.pem");
const ANOTHER: &[u8] = include_bytes!("../../../twin/tests/fixtures/app.pem");

/// The watcher signs in with this certificate and no secret.
fn with_certificate(pem: &'static [u8]) -> impl FnOnce(&mut Directory) {
    move |directory| {
        for app in directory.apps.values_mut() {
            app.secret = None;
            *app = app.clone().with_certificate(pem).unwrap();
        }
    }
}

fn credential(pem: &[u8]) -> Credential {
    Credential::Certificate(ClientCertificate::from_pem(pem).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_registered_certificate_reads_everything() {
    let twin = story(with_certificate(OURS)).await;
    let snapshot = read_as(&twin, credential(OURS)).await.unwrap();
    assert!(unread(&snapshot).is_empty(), "{:?}", snapshot.gaps());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_certificate_is_refused_with_what_to_check() {
    let twin = story(with_certificate(ANOTHER)).await;
    let error = read_as(&twin, credential(OURS)).await.unwrap_err();
    assert!(error.to_string().contains("AADSTS700027"), "{error}");
    assert!(error.hint().is_some(), "{error}");
    assert!(!format!("{error:?}").contains("PRIVATE KEY"), "{error:?}");
}
