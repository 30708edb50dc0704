//! Azure Resource Manager, as far as the tenant's diagnostic settings go: they are no part of
//! Microsoft Graph, and no permission of Graph reads them.
//!
//! Source: <https://learn.microsoft.com/azure/azure-monitor/essentials/diagnostic-settings>, the
//! provider `microsoft.aadiam` in 2017-04-01; errors:
//! <https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors>.

use serde_json::{Value, json};

use crate::app::App;
use crate::directory::{Directory, Object, text_of};
use crate::hosts;
use crate::login::{Grant, NoGrant};
use crate::query::percent;

/// The path that is answered; letter case does not matter.
pub(crate) const DIAGNOSTIC_SETTINGS: &str = "/providers/microsoft.aadiam/diagnosticSettings";
/// The provider's collection of settings, which `{name}` follows in ids.
const COLLECTION: &str = "providers/microsoft.aadiam/diagnosticSettings";
/// Versions of the provider's interface.
const VERSIONS: [&str; 2] = ["2017-04-01", "2017-04-01-preview"];

/// Status and body of an answer.
pub(crate) type ArmAnswer = (u16, Value);

/// An error in the shape of Azure Resource Manager, which is not that of Graph.
fn error(status: u16, code: &str, message: impl Into<String>) -> ArmAnswer {
    (status, json!({"error": {"code": code, "message": message.into()}}))
}

/// The application of a grant, which must be for Azure.
pub(crate) fn app_of(
    directory: &Directory,
    grant: Result<Grant, NoGrant>,
) -> Result<&App, ArmAnswer> {
    let invalid = ("InvalidAuthenticationToken", "The access token is invalid.");
    let (code, message) = match grant {
        Ok(grant) if hosts::is_arm(&grant.audience) => match directory.apps.get(&grant.client) {
            Some(app) => return Ok(app),
            None => invalid,
        },
        Ok(_) => (
            "InvalidAuthenticationTokenAudience",
            "The access token has been obtained for wrong audience or resource. It should exactly \
             match with one of the allowed audiences 'https://management.core.windows.net/', \
             'https://management.azure.com'.",
        ),
        Err(NoGrant::Missing) => (
            "AuthenticationFailed",
            "Authentication failed. The 'Authorization' header is missing.",
        ),
        Err(NoGrant::Unknown) => invalid,
        Err(NoGrant::Ended) => (
            "ExpiredAuthenticationToken",
            "The access token expiry UTC time is earlier than current UTC time.",
        ),
    };
    Err(error(401, code, message))
}

/// Answers a request of an application whose token is for Azure Resource Manager.
pub(crate) fn answer(
    directory: &Directory,
    app: &App,
    method: &str,
    path: &str,
    query: &str,
) -> ArmAnswer {
    if let Err(refusal) = check_version(query) {
        return refusal;
    }
    if !path.trim_end_matches('/').eq_ignore_ascii_case(DIAGNOSTIC_SETTINGS) {
        let message = format!("The twin of Azure Resource Manager knows no resource at '{path}'.");
        return error(404, "InvalidResourceType", message);
    }
    if method != "GET" {
        let message = format!("The requested resource does not support http method '{method}'.");
        return error(405, "MethodNotAllowed", message);
    }
    if !app.reads_diagnostic_settings {
        return denied(directory, app);
    }
    let settings = &directory.settings.diagnostic_settings;
    let value: Vec<Object> = settings.iter().map(with_id).collect();
    (200, json!({"value": value}))
}

fn with_id(setting: &Object) -> Object {
    let mut setting = setting.clone();
    let id = format!("{COLLECTION}/{}", text_of(&setting, "name"));
    setting.entry("id").or_insert_with(|| id.into());
    setting
}

fn check_version(query: &str) -> Result<(), ArmAnswer> {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let version = pairs.find(|(name, _)| name.eq_ignore_ascii_case("api-version"));
    let version = version.and_then(|(_, value)| percent::decode_query(value));
    match version {
        None => Err(error(
            400,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        )),
        Some(version) if VERSIONS.contains(&version.as_str()) => Ok(()),
        Some(version) => Err(error(
            400,
            "InvalidApiVersionParameter",
            format!(
                "The api-version '{version}' is invalid. The supported versions are '{}'.",
                VERSIONS.join(",")
            ),
        )),
    }
}

fn denied(directory: &Directory, app: &App) -> ArmAnswer {
    let client = app.client_id;
    let object = directory.principal_of(client).map_or(String::new(), |id| id.to_string());
    error(
        403,
        "AuthorizationFailed",
        format!(
            "The client '{client}' with object id '{object}' does not have authorization to \
             perform action 'microsoft.aadiam/diagnosticSettings/read' over scope \
             '/providers/microsoft.aadiam' or the scope is invalid. If access was recently \
             granted, please refresh your credentials."
        ),
    )
}
