//! Device codes: the endpoint that gives them, the page where they are entered, and the questions
//! what became of them.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code>.

use std::time::{Duration, Instant};

use halligan_core::id::Guid;
use serde_json::{Value, json};

use super::delegated::Asked;
use super::form::Form;
use super::issued::{Device, DeviceState, Issued, Session, later};
use super::{Call, Content, DEVICE_LOGIN, Refusal, Reply, delegated, find_app, page};
use crate::app::sha256;
use crate::directory::Directory;
use crate::random;

/// How device codes behave, in seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeviceCodes {
    interval: u32,
    lasts: u32,
}

impl DeviceCodes {
    pub(crate) fn of(options: &crate::Options) -> Self {
        let interval = options.device_code_interval_seconds.unwrap_or(5);
        Self { interval, lasts: options.device_code_seconds.unwrap_or(900) }
    }
}

/// Answers `POST /{tenant}/oauth2/v2.0/devicecode`.
pub(super) fn start(
    directory: &Directory,
    issued: &mut Issued,
    call: &Call<'_>,
    tenant: &str,
) -> Result<Value, Refusal> {
    let form = Form::read(call.body)?;
    let app = find_app(directory, form.required("client_id")?, tenant)?;
    if !app.is_public_client {
        return Err(Refusal::client(
            7_000_218,
            "The request body must contain the following parameter: 'client_assertion' or \
             'client_secret'.",
        ));
    }
    let Asked { audience, permissions, identity } = delegated::asked(&form, app.client_id.0, call)?;
    let user_code = user_code().ok_or_else(super::transient)?;
    let DeviceCodes { interval, lasts } = call.device_codes;
    let device = Device {
        client: app.client_id.0,
        tenant: directory.tenant,
        audience,
        user_code: user_code.clone(),
        permissions,
        identity,
        state: DeviceState::Pending,
        expires: later(call.now, i64::from(lasts)).ok_or_else(super::transient)?,
        last_poll: None,
    };
    let address = format!("{}/{DEVICE_LOGIN}", call.origin);
    let code = issued.device(device, call.now).ok_or_else(super::transient)?;
    Ok(json!({
        "user_code": user_code,
        "device_code": code,
        "verification_uri": address,
        "expires_in": lasts,
        "interval": interval,
        "message": format!(
            "To sign in, use a web browser to open the page {address} and enter the code \
             {user_code} to authenticate."
        ),
    }))
}

/// Nine letters and digits.
fn user_code() -> Option<String> {
    let text = random::opaque().ok()?;
    Some(
        text.chars().filter(char::is_ascii_alphanumeric).take(9).collect::<String>().to_uppercase(),
    )
}

/// Answers `GET /devicelogin`: `code`, and `pick` or `decline`.
pub(super) fn enter(directory: &Directory, issued: &mut Issued, call: &Call<'_>) -> Reply {
    let form = match Form::read(call.query.as_bytes()) {
        Ok(form) => form,
        Err(refusal) => return page::refused(&refusal),
    };
    let Some(code) = form.value("code") else {
        return page::code();
    };
    let state = match (form.value("pick"), form.value("decline")) {
        (_, Some(_)) => Ok(DeviceState::Declined),
        (Some(pick), None) => user(directory, pick).map(DeviceState::Entered),
        (None, None) => return page::pick(directory, &form, "Sign in to the simulated tenant"),
    };
    let waiting = issued
        .devices
        .values_mut()
        .find(|device| device.tenant == directory.tenant && device.is_waiting(code, call.now));
    let unknown = || Refusal::request(70_019, "Verification code expired or unknown.");
    match state.and_then(|state| waiting.ok_or_else(unknown).map(|device| (device, state))) {
        Ok((device, state)) => {
            device.state = state;
            let content = Content::Page(page::text("Done", "You can close this page."));
            Reply { status: 200, content }
        }
        Err(refusal) => page::refused(&refusal),
    }
}

/// What became of the device code of a token request.
pub(super) fn redeem(
    directory: &Directory,
    issued: &mut Issued,
    form: &Form,
    client: Guid,
    call: &Call<'_>,
) -> Result<Session, Refusal> {
    let refuse =
        |error, number, message: &str| Refusal { error, ..Refusal::request(number, message) };
    let key = sha256(form.required("device_code")?.as_bytes());
    let found = issued.devices.get_mut(&key).filter(|device| {
        device.client == client
            && device.tenant == directory.tenant
            && call.resources.contains(&device.audience)
    });
    let Some(device) = found else {
        let message = "Error validating credentials: the device code is unknown.";
        return Err(refuse("bad_verification_code", 70_019, message));
    };
    if device.expires <= call.now {
        issued.devices.remove(&key);
        return Err(refuse("expired_token", 70_020, "The provided value for the code is expired."));
    }
    let interval = Duration::from_secs(u64::from(call.device_codes.interval));
    let asked = Instant::now();
    let is_early = device.last_poll.is_some_and(|last| asked.duration_since(last) < interval);
    device.last_poll = Some(asked);
    let user = match device.state {
        DeviceState::Pending if is_early => {
            return Err(refuse("slow_down", 70_016, "The client asks too often."));
        }
        DeviceState::Pending => {
            let message =
                "OAuth 2.0 device flow error. Authorization is pending. Continue polling.";
            return Err(refuse("authorization_pending", 70_016, message));
        }
        DeviceState::Declined => {
            issued.devices.remove(&key);
            let message = "User declined to consent to access the app.";
            return Err(refuse("authorization_declined", 70_018, message));
        }
        DeviceState::Entered(user) => user,
    };
    let device = issued.devices.remove(&key).ok_or_else(super::transient)?;
    let Device { tenant, audience, permissions, identity, .. } = device;
    let app = directory.apps.get(&client).ok_or_else(super::transient)?;
    delegated::consented(&app.delegated, &permissions, client)?;
    let has_stepped_up = false;
    Ok(Session { client, tenant, audience, user, permissions, identity, has_stepped_up })
}

/// The user that somebody picked.
pub(super) fn user(directory: &Directory, pick: &str) -> Result<Guid, Refusal> {
    let unknown = || Refusal {
        error: "access_denied",
        ..Refusal::request(50_034, format!("The user account '{pick}' does not exist."))
    };
    let (id, user) = directory.user(pick).ok_or_else(unknown)?;
    if user.object.get("accountEnabled") == Some(&Value::Bool(false)) {
        return Err(Refusal {
            error: "access_denied",
            ..Refusal::request(50_057, "The user account is disabled.")
        });
    }
    Ok(id)
}
