//! The page where a person signs in: a list of the tenant's users to pick from, since the twin
//! knows no passwords; then back to the client with a code.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow>.

use halligan_core::id::Guid;

use super::delegated::Asked;
use super::form::Form;
use super::issued::{Issued, Session};
use super::{Call, Content, Refusal, Reply, delegated, device, find_app, page};
use crate::app::App;
use crate::directory::Directory;
use crate::query::percent;

/// Answers `GET /{tenant}/oauth2/v2.0/authorize`. To the client's own fields the page adds `pick`
/// (a user by principal name or object id) or `decline`.
pub(super) fn answer(
    directory: &Directory,
    issued: &mut Issued,
    call: &Call<'_>,
    tenant: &str,
) -> Reply {
    let checked = Form::read(call.query.as_bytes()).and_then(|form| {
        let (app, redirect_uri) = check(directory, &form, tenant)?;
        Ok((app.client_id.0, redirect_uri.to_owned(), form))
    });
    // Until the client and its address are known, there is nowhere safe to go back to.
    let (client, redirect_uri, form) = match checked {
        Ok(checked) => checked,
        Err(refusal) => return page::refused(&refusal),
    };
    let state = form.value("state").unwrap_or_default();
    if form.value("decline").is_some() {
        let refusal = Refusal {
            error: "access_denied",
            ..Refusal::request(65_004, "User declined to consent to access the app.")
        };
        return back(&redirect_uri, state, &refusal);
    }
    let session = match session(directory, &form, call, client) {
        Ok(Some(session)) => session,
        Ok(None) => return page::pick(directory, &form, "Sign in to the simulated tenant"),
        Err(refusal) => return back(&redirect_uri, state, &refusal),
    };
    let (challenge, nonce) = (form.value("code_challenge"), form.value("nonce"));
    match issued.code(session, &redirect_uri, challenge, nonce, call.now) {
        Some(code) => {
            let (code, state) = (percent::encode(&code), percent::encode(state));
            redirect(&redirect_uri, &format!("code={code}&state={state}"))
        }
        None => back(&redirect_uri, state, &super::transient()),
    }
}

/// The application, and the address that the browser goes back to.
fn check<'a, 'f>(
    directory: &'a Directory,
    form: &'f Form,
    tenant: &str,
) -> Result<(&'a App, &'f str), Refusal> {
    let app = find_app(directory, form.required("client_id")?, tenant)?;
    let redirect_uri = form.required("redirect_uri")?;
    if app.is_public_client && is_loopback(redirect_uri) {
        return Ok((app, redirect_uri));
    }
    let client = app.client_id;
    Err(Refusal::request(
        50_011,
        format!(
            "The redirect URI '{redirect_uri}' specified in the request does not match the \
             redirect URIs configured for the application '{client}'."
        ),
    ))
}

/// `http://localhost` with any port: of the registered address only the port is left free.
fn is_loopback(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("http://localhost") else { return false };
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let port = rest.strip_prefix(':').map(|port| port.parse::<u16>().is_ok());
    port.unwrap_or(rest.is_empty())
}

/// What the picked user signs in for; `None` while nobody is picked.
fn session(
    directory: &Directory,
    form: &Form,
    call: &Call<'_>,
    client: Guid,
) -> Result<Option<Session>, Refusal> {
    for (name, valid) in [("response_type", "code"), ("response_mode", "query")] {
        if form.value(name).is_some_and(|value| value != valid) {
            let message =
                format!("The provided value for the input parameter '{name}' is not {valid}.");
            return Err(Refusal::request(900_561, message));
        }
    }
    form.required("response_type")?;
    if form.value("code_challenge").is_some()
        && (form.value("code_challenge_method") != Some("S256")
            || form.value("code_challenge").map_or(0, str::len) != 43)
    {
        return Err(Refusal::request(501_491, "Invalid size of Code_Challenge parameter."));
    }
    let claims = form.value("claims");
    if claims.is_some_and(|claims| serde_json::from_str::<serde_json::Value>(claims).is_err()) {
        return Err(Refusal::request(9_000_410, "Malformed JSON in the 'claims' parameter."));
    }
    let Asked { audience, permissions, identity } = delegated::asked(form, client, call)?;
    let Some(pick) = form.value("pick") else { return Ok(None) };
    let user = device::user(directory, pick)?;
    let app = directory.apps.get(&client).ok_or_else(super::transient)?;
    delegated::consented(&app.delegated, &permissions, client)?;
    Ok(Some(Session {
        client,
        tenant: directory.tenant,
        audience,
        user,
        permissions,
        identity,
        has_stepped_up: claims.is_some(),
    }))
}

/// Sends the browser back with a refusal.
pub(super) fn back(redirect_uri: &str, state: &str, refusal: &Refusal) -> Reply {
    let description = percent::encode(&refusal.described());
    let state = percent::encode(state);
    let error = refusal.error;
    redirect(redirect_uri, &format!("error={error}&error_description={description}&state={state}"))
}

fn redirect(redirect_uri: &str, query: &str) -> Reply {
    let slash = if redirect_uri.ends_with('/') { "" } else { "/" };
    Reply { status: 302, content: Content::Redirect(format!("{redirect_uri}{slash}?{query}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_localhost_is_gone_back_to() {
        for (text, expected) in [
            ("http://localhost", true),
            ("http://localhost/", true),
            ("http://localhost:8400", true),
            ("http://localhost:8400/", true),
            ("http://localhost:8400/x", false),
            ("http://localhost:99999", false),
            ("http://localhost.example", false),
            ("http://localhost@x.example", false),
            ("https://localhost", false),
            ("http://127.0.0.1:8400", false),
        ] {
            assert_eq!(is_loopback(text), expected, "{text}");
        }
    }
}
