//! The services that give an Azure resource its tokens: the instance metadata service, and the one
//! of App Service and Container Apps.
//!
//! Sources: <https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token>,
//! <https://learn.microsoft.com/azure/app-service/overview-managed-identity>.

use halligan_core::id::Guid;
use serde_json::{Value, json};

use super::form::Form;
use super::issued::{Grant, Issued, TOKEN_SECONDS};
use super::{Call, Content, Reply};
use crate::app::App;
use crate::directory::Directory;
use crate::hosts;

/// What App Service puts into `IDENTITY_HEADER`; it opens nothing but the twin.
pub const IDENTITY_HEADER: &str = "harbour-and-pine-identity";

/// Answers `GET /metadata/identity/oauth2/token`.
pub(super) fn metadata(directory: &Directory, issued: &mut Issued, call: &Call<'_>) -> Reply {
    let refuse = |message: &str| {
        json(400, json!({"error": "invalid_request", "error_description": message}))
    };
    if !(call.header)("metadata").eq_ignore_ascii_case("true") {
        return refuse("Required metadata header not specified");
    }
    if !(call.header)("x-forwarded-for").is_empty() {
        return refuse("Requests that were forwarded are not answered");
    }
    match token(directory, issued, call, "2018-02-01") {
        Ok(mut body) => {
            body.insert("expires_in".into(), TOKEN_SECONDS.to_string().into());
            json(200, Value::Object(body))
        }
        Err(message) => refuse(&message),
    }
}

/// Answers `GET /msi/token`.
pub(super) fn app_service(directory: &Directory, issued: &mut Issued, call: &Call<'_>) -> Reply {
    let refuse = |status: u16, message: &str| {
        json(status, json!({"statusCode": status, "message": message}))
    };
    if (call.header)("x-identity-header") != IDENTITY_HEADER {
        return refuse(401, "Unauthorized");
    }
    match token(directory, issued, call, "2019-08-01") {
        Ok(body) => json(200, Value::Object(body)),
        Err(message) => refuse(400, &message),
    }
}

fn token(
    directory: &Directory,
    issued: &mut Issued,
    call: &Call<'_>,
    version: &str,
) -> Result<serde_json::Map<String, Value>, String> {
    let form = Form::read(call.query.as_bytes()).map_err(|_| "The query is not readable")?;
    if form.value("api-version") != Some(version) {
        return Err("Unsupported api-version".into());
    }
    let resource = form.value("resource").unwrap_or_default().trim_end_matches('/');
    let is_known = call.resources.iter().any(|known| known == resource);
    if !is_known && !hosts::is_graph_of_a_cloud(resource) {
        return Err(format!("The resource principal named {resource} was not found in the tenant"));
    }
    let app = chosen(directory, form.value("client_id"))?;
    let client = app.client_id.0;
    let grant = Grant::application(client, directory.tenant, resource, call.now);
    let token = issued.token(grant, call.now).ok_or("No token can be issued")?;
    let expires = call.now.as_second() + TOKEN_SECONDS;
    let body = json!({
        "access_token": token,
        "client_id": client.to_string(),
        "expires_on": expires.to_string(),
        "resource": resource,
        "token_type": "Bearer",
    });
    body.as_object().cloned().ok_or_else(String::new)
}

/// The identity that is meant, when it is one of the machine's.
fn chosen<'a>(directory: &'a Directory, client: Option<&str>) -> Result<&'a App, String> {
    let mut own = directory.apps.values().filter(|app| app.is_managed_identity);
    if let Some(client) = client {
        let id: Option<Guid> = client.parse().ok();
        return own.find(|app| Some(app.client_id.0) == id).ok_or("Identity not found".into());
    }
    match (own.next(), own.next()) {
        (Some(app), None) => Ok(app),
        (None, _) => Err("Identity not found".into()),
        (Some(_), Some(_)) => Err("Multiple user assigned identities exist, please specify the \
                                   clientId / resourceId of the identity in the token request"
            .into()),
    }
}

fn json(status: u16, body: Value) -> Reply {
    Reply { status, content: Content::Json(body) }
}
