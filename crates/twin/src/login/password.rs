//! The password grant: an attempt with a name and a password, which is written to the logs under
//! the request id that the client sent.
//!
//! Nobody has a password here but who was given one ([`Directory::passwords`]).
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/v2-oauth-ropc>.

use halligan_core::id::Guid;
use halligan_core::time::SignedDuration;
use halligan_core::watch::event::What;
use serde_json::json;

use super::form::Form;
use super::{
    Call, Refusal, Reply, check_tenant, error_body_as, find_app, json_reply, tenant_named,
};
use crate::attempt::{Attempt, Shown, attempt, reason};
use crate::directory::{Directory, text_of};
use crate::random;

/// Azure CLI, which every tenant has and which takes passwords.
const AZURE_CLI: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

/// Whether a request is one for this grant.
pub(crate) fn is_asked(call: &Call<'_>) -> bool {
    let is_token = call.path.ends_with("/oauth2/v2.0/token") && call.method == "POST";
    let form = || Form::read(call.body).ok();
    is_token && form().is_some_and(|form| form.value("grant_type") == Some("password"))
}

/// Answers it, and writes the attempt down.
pub(crate) fn answer(directory: &mut Directory, call: &Call<'_>) -> Reply {
    let sent = (call.header)("client-request-id").parse().ok();
    let correlation = sent.unwrap_or_else(random::guid);
    match tried(directory, call, correlation) {
        // Nobody does anything with the token: it is none.
        Ok(()) => json_reply(Ok(json!({"token_type": "Bearer", "expires_in": 0})), call.now),
        Err(refusal) => Reply {
            status: refusal.status,
            content: super::Content::Json(error_body_as(&refusal, call.now, correlation)),
        },
    }
}

fn tried(directory: &mut Directory, call: &Call<'_>, correlation: Guid) -> Result<(), Refusal> {
    let form = Form::read(call.body)?;
    let tenant = tenant_named(call);
    check_tenant(directory, &tenant)?;
    let client = form.required("client_id")?;
    if client != AZURE_CLI && !find_app(directory, client, &tenant)?.is_public_client {
        return Err(Refusal::client(
            7_000_218,
            "The request body must contain the following parameter: 'client_assertion' or \
             'client_secret'.",
        ));
    }
    let (name, password) = (form.required("username")?, form.required("password")?);
    let is_named = |name: &str, known: &str| known.eq_ignore_ascii_case(name.trim());
    let user = directory
        .users
        .iter()
        .find(|(_, user)| is_named(name, text_of(&user.object, "userPrincipalName")));
    let known = user.and_then(|(id, _)| directory.passwords.get(id));
    let shown = match known.is_some_and(|known| known == password) {
        true => Shown::Password,
        false => Shown::WrongPassword,
    };
    let one = Attempt {
        app: "microsoft-graph".into(),
        delay: directory.logs.delay.unwrap_or(SignedDuration::ZERO),
        correlation: Some(correlation),
        ..Attempt::new(name, shown)
    };
    let event = attempt(directory, &one, call.now);
    let code = match &event.what {
        What::SignIn(sign_in) => sign_in.outcome.code.unwrap_or_default(),
        _ => 0,
    };
    match u32::try_from(code) {
        Ok(0) | Err(_) => Ok(()),
        Ok(number) => Err(Refusal::grant(number, reason(code))),
    }
}
