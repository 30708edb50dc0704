//! The stand-in for Azure Resource Manager, and what access tokens say about themselves.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use halligan_twin::{Running, story};
use serde_json::Value;

use crate::openapi::Schemas;
use crate::{Client, ask_token, secret_form, story_twin};

const SETTINGS: &str = "/providers/microsoft.aadiam/diagnosticSettings?api-version=2017-04-01";

async fn azure_client(running: &Running, scope: &str) -> Client {
    let mut form = secret_form();
    form[3].1 = scope.into();
    let answer = ask_token(running, &story::TENANT.to_string(), &form).await;
    let token = answer.body["access_token"].as_str().unwrap().to_owned();
    Client { http: crate::http(), base: running.management_url().to_owned(), token }
}

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[tokio::test]
async fn diagnostic_settings_need_a_token_for_azure_and_a_role_there() {
    let (running, graph) = story_twin().await;
    let azure = azure_client(&running, "https://management.azure.com/.default").await;
    let answer = azure.get(SETTINGS).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let setting = &answer.body["value"][0];
    assert_eq!(setting["name"], "logs");
    assert_eq!(setting["properties"]["logs"].as_array().unwrap().len(), 2);
    assert!(setting["id"].as_str().unwrap().ends_with("diagnosticSettings/logs"));

    let answer = graph.get(SETTINGS).await;
    assert_eq!((answer.status, answer.code()), (401, "InvalidAuthenticationTokenAudience"));
    assert_eq!(azure.get("/v1.0/domains").await.status, 401);

    running.change(|directory| {
        directory.apps.get_mut(&story::WATCHER.0).unwrap().reads_diagnostic_settings = false;
    });
    let answer = azure.get(SETTINGS).await;
    assert_eq!((answer.status, answer.code()), (403, "AuthorizationFailed"));
    assert!(answer.body["error"]["message"].as_str().unwrap().contains("diagnosticSettings/read"));
}

#[tokio::test]
async fn azure_refuses_in_its_own_words() {
    let (running, _) = story_twin().await;
    let azure = azure_client(&running, "https://management.azure.com//.default").await;
    let path = "/providers/microsoft.aadiam/diagnosticSettings";
    for (path, status, code) in [
        (path.to_owned(), 400, "MissingApiVersionParameter"),
        (format!("{path}?api-version=2016-01-01"), 400, "InvalidApiVersionParameter"),
        (
            "/providers/microsoft.aadiam/others?api-version=2017-04-01".to_owned(),
            404,
            "InvalidResourceType",
        ),
        (SETTINGS.to_uppercase().replace("API-VERSION", "api-version"), 200, ""),
    ] {
        let answer = azure.get(&path).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{path}");
    }
    let answer = crate::answer(azure.http.get(format!("{}{SETTINGS}", azure.base))).await;
    assert_eq!((answer.status, answer.code()), (401, "AuthenticationFailed"));
    let request = azure.http.post(format!("{}{SETTINGS}", azure.base)).bearer_auth(&azure.token);
    let answer = crate::answer(request).await;
    assert_eq!((answer.status, answer.code()), (405, "MethodNotAllowed"));
    running.revoke_tokens();
    let answer = azure.get(SETTINGS).await;
    assert_eq!((answer.status, answer.code()), (401, "ExpiredAuthenticationToken"));
}

#[tokio::test]
async fn azure_answers_as_its_page_says() {
    let Some(mut schemas) = Schemas::load() else { return };
    let options = halligan_twin::Options { record: true, ..Default::default() };
    let (running, graph) = crate::start(halligan_twin::Directory::story(), options).await;
    let azure = azure_client(&running, "https://management.azure.com/.default").await;
    running.forget();
    azure.get(SETTINGS).await;
    graph.get(SETTINGS).await;
    let exchanges = running.exchanges();
    assert_eq!(exchanges.len(), 2);
    for exchange in &exchanges {
        assert_eq!(schemas.check(exchange), Ok(()));
    }
    let mut wrong = exchanges[0].clone();
    wrong.answer = wrong.answer.replace("\"logs\"", "\"log\"");
    assert!(schemas.check(&wrong).is_err());
}

#[tokio::test]
async fn tokens_say_whose_they_are_and_what_they_open() {
    let (running, graph) = story_twin().await;
    let of_graph = claims(&graph.token);
    assert_eq!(of_graph["aud"], "https://graph.microsoft.com");
    assert_eq!(of_graph["appid"], story::WATCHER.to_string());
    assert_eq!(of_graph["tid"], story::TENANT.to_string());
    assert_eq!(of_graph["idtyp"], "app");
    let roles: Vec<&str> =
        of_graph["roles"].as_array().unwrap().iter().map(|role| role.as_str().unwrap()).collect();
    assert_eq!(roles, story::WATCHER_PERMISSIONS);
    let app = story::WATCHER;
    let path = format!("/v1.0/servicePrincipals?$filter=appId eq '{app}'&$select=id");
    assert_eq!(graph.get(&path).await.ids(), [of_graph["oid"].as_str().unwrap()]);

    let azure = azure_client(&running, "https://management.azure.com/.default").await;
    let of_azure = claims(&azure.token);
    assert_eq!(of_azure["aud"], "https://management.azure.com");
    assert!(of_azure.get("roles").is_none());
    assert_ne!(graph.token.rsplit('.').next(), azure.token.rsplit('.').next());
}
