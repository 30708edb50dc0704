//! The token service.

use halligan_graph::read::{Wanted, read_snapshot};
use halligan_graph::{ClientCertificate, Credential, Problem, SignIn};
use serde_json::json;

use crate::service::{CLIENT, SECRET, Service, decoded, json as answer, refuse};
use crate::tenant::{TOKEN, TOKEN_PATH, healthy, token};

/// The fields of a form, decoded.
fn form(body: &str) -> Vec<(String, String)> {
    let fields = body.split('&').map(|field| field.split_once('=').unwrap());
    fields.map(|(name, value)| (name.to_owned(), decoded(value))).collect()
}

fn field(name: &str, value: &str) -> (String, String) {
    (name.into(), value.into())
}

#[tokio::test]
async fn a_secret_is_sent_as_the_documentation_says() {
    let service = Service::start(healthy).await;
    service.client().sign_in().await.unwrap();
    let asked = service.asked();
    assert_eq!((asked.len(), asked[0].method.as_str()), (1, "POST"));
    assert_eq!(asked[0].path, TOKEN_PATH);
    assert_eq!(asked[0].headers["content-type"], "application/x-www-form-urlencoded");
    assert!(!asked[0].headers.contains_key("authorization"));
    assert_eq!(
        form(&asked[0].body),
        [
            field("client_id", &CLIENT.to_string()),
            field("scope", &format!("{}/.default", service.url)),
            field("grant_type", "client_credentials"),
            field("client_secret", SECRET),
        ]
    );
}

#[tokio::test]
async fn a_certificate_signs_for_the_very_address_that_is_asked() {
    let service = Service::start(healthy).await;
    let pem = include_bytes!("../fixtures/watcher.pem");
    let certificate = ClientCertificate::from_pem(pem).unwrap();
    let credential = Credential::Certificate(certificate);
    let client = service.client_with(|options| {
        options.sign_in = SignIn::Application { client_id: CLIENT, credential };
    });
    client.sign_in().await.unwrap();
    let fields = form(&service.asked()[0].body);
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    assert_eq!(fields[3], field("client_assertion_type", kind));
    let (name, assertion) = &fields[4];
    assert_eq!((name.as_str(), fields.len()), ("client_assertion", 5));
    use base64::Engine as _;
    let part = assertion.split('.').nth(1).unwrap();
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["aud"], format!("{}{TOKEN_PATH}", service.url));
}

#[tokio::test]
async fn one_token_serves_a_whole_snapshot() {
    let service = Service::start(healthy).await;
    service.read().await.unwrap();
    assert_eq!(service.asked_at(TOKEN_PATH).len(), 1);
}

#[tokio::test]
async fn a_token_without_time_left_is_fetched_anew() {
    let service = Service::start(|asked| match asked.path.as_str() {
        TOKEN_PATH => token(0),
        _ => healthy(asked),
    })
    .await;
    let client = service.client();
    client.sign_in().await.unwrap();
    client.sign_in().await.unwrap();
    assert_eq!(service.asked_at(TOKEN_PATH).len(), 2);
}

#[tokio::test]
async fn a_refusal_names_number_reason_and_next_step_but_never_the_secret() {
    for (code, next) in [
        (7_000_215, "the client secret's value"),
        (7_000_222, "has expired"),
        (700_016, "no such application"),
        (90_002, "check the tenant id"),
    ] {
        let service = Service::start(move |asked| {
            let sent = &asked.body;
            answer(
                401,
                &json!({
                    "error": "invalid_client",
                    "error_description": format!("AADSTS{code}: No. You sent {sent}, {SECRET}."),
                    "error_codes": [code], "trace_id": "trace-1", "correlation_id": "correlation-1",
                }),
            )
        })
        .await;
        let problem = service.read().await.unwrap_err();
        let told = problem.to_string();
        assert!(told.starts_with(&format!("the token was refused: AADSTS{code}: No.")), "{told}");
        assert!(told.contains("trace-1") && told.contains("correlation-1"), "{told}");
        assert!(problem.hint().is_some_and(|hint| hint.contains(next)));
        assert!(!format!("{told}{problem:?}").contains("hunter2"), "{told}");
        assert!(matches!(problem, Problem::Token(refusal) if refusal.code == Some(code)));
        assert_eq!(service.asked().len(), 1);
    }
}

#[tokio::test]
async fn an_outage_of_the_token_service_is_waited_out() {
    let service = Service::start(|asked| match (asked.path.as_str(), asked.nth) {
        (TOKEN_PATH, 0) => refuse(503, "", ""),
        _ => healthy(asked),
    })
    .await;
    assert!(service.read().await.is_ok());
    assert_eq!(service.asked_at(TOKEN_PATH).len(), 2);
}

#[tokio::test]
async fn a_success_without_a_token_is_no_success() {
    let service = Service::start(|_| answer(200, &json!({"token_type": "Bearer"}))).await;
    let problem = service.read().await.unwrap_err();
    assert!(matches!(problem, Problem::Malformed { .. }), "{problem:?}");
}

#[tokio::test]
async fn nothing_secret_is_printed() {
    let service = Service::start(healthy).await;
    let client = service.client_with(|options| {
        assert!(!format!("{options:?}").contains("hunter2"), "{options:?}");
    });
    read_snapshot(&client, &Wanted::default(), &()).await.unwrap();
    let printed = format!("{client:?}");
    assert!(!printed.contains("hunter2") && !printed.contains(TOKEN), "{printed}");
}

/// Asking for a delegated permission that does not exist refuses the whole sign-in.
#[test]
fn every_permission_that_a_person_is_asked_for_exists_and_only_reads() {
    let asked = halligan_graph::read_permissions();
    assert!(
        asked.len() >= 8 && asked.iter().all(|name| name.split('.').any(|word| word == "Read")),
        "{asked:?}"
    );
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/graph-openapi/permission-ids.json"
    );
    let Ok(bytes) = std::fs::read(file) else {
        assert!(std::env::var_os("CI").is_none(), "{file} is missing");
        println!("skipped: {file} is missing");
        return;
    };
    let known: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let mut held = 0;
    for name in asked {
        let mut entries = known.as_array().unwrap().iter();
        match entries.find(|entry| entry["value"] == name.as_str()) {
            Some(entry) => assert!(entry["DelegatedWork"].is_object(), "{name}"),
            None => println!("{name} is not in the extract"),
        }
        held += usize::from(known.as_array().unwrap().iter().any(|entry| entry["value"] == name));
    }
    assert!(held >= 12, "{held}");
}

#[tokio::test]
async fn github_actions_are_asked_for_an_assertion_for_every_token() {
    let service = Service::start(|asked| match asked.path.as_str() {
        "/assertion" => answer(200, &json!({"count": 1, "value": format!("a.b.c{}", asked.nth)})),
        TOKEN_PATH => token(0),
        _ => healthy(asked),
    })
    .await;
    let url = format!("{}/assertion?api-version=2.0", service.url);
    let github = halligan_graph::GitHubActions::new(&url, "j0b-token".into()).unwrap();
    let credential = Credential::Federation(halligan_graph::Federation::GitHubActions(github));
    let client = service.client_with(|options| {
        options.sign_in = SignIn::Application { client_id: CLIENT, credential };
    });
    client.sign_in().await.unwrap();
    client.sign_in().await.unwrap();
    let asked = service.asked_at("/assertion");
    assert_eq!(asked[0].headers["authorization"], "Bearer j0b-token");
    assert!(asked[0].query.ends_with("&audience=api://AzureADTokenExchange"), "{asked:?}");
    let sent: Vec<String> = service
        .asked_at(TOKEN_PATH)
        .iter()
        .map(|asked| form(&asked.body).pop().unwrap().1)
        .collect();
    assert_eq!(sent, ["a.b.c0", "a.b.c1"]);
    let closed = Service::start(|_| refuse(403, "x", "y")).await;
    let github = halligan_graph::GitHubActions::new(&closed.url, "j0b-token".into()).unwrap();
    let credential = Credential::Federation(halligan_graph::Federation::GitHubActions(github));
    let client = closed.client_with(|options| {
        options.sign_in = SignIn::Application { client_id: CLIENT, credential };
    });
    let problem = client.sign_in().await.unwrap_err();
    assert!(problem.to_string().contains("GitHub Actions answered with status 403"), "{problem}");
    assert!(problem.hint().is_some_and(|hint| hint.contains("id-token: write")));
}
