//! Device code: a code is shown here and entered in a browser anywhere.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code>, RFC 8628.

use std::collections::BTreeSet;
use std::time::Duration;

use halligan_core::id::AppId;
use halligan_wire::{Members, Node, ReadError};
use tokio::time::{Instant, sleep};

use super::answer::{self, Granted};
use super::person::{Invitation, Patience, Person, too_late};
use super::problem::SignInProblem;
use super::{Authority, post};
use crate::form::escaped;
use crate::problem::Problem;
use crate::secret::SecretText;
use crate::text::{excerpt, one_line};
use crate::transport::Transport;

const GRANT: &str = "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code";

/// The wait between two questions where the service names none (RFC 8628, 3.2).
const INTERVAL: Duration = Duration::from_secs(5);

/// Longest code that is shown, in characters.
const CODE_CHARACTERS_MAX: usize = 32;

/// What the service wants to be shown, and how to ask for what became of it.
struct Started {
    device_code: SecretText,
    user_code: String,
    address: String,
    within: Duration,
    interval: Duration,
}

/// Shows a code and waits until it was entered, without permissions `unknown` to the service.
pub(super) async fn sign_in(
    person: &Person,
    authority: &Authority,
    transport: &Transport,
    unknown: &BTreeSet<String>,
) -> Result<Granted, Problem> {
    let Patience { sign_in, poll_min, .. } = person.patience;
    let scope = escaped(&person.scope(&authority.graph, unknown));
    let started = start(person.client_id, &scope, authority, transport).await?;
    let within = started.within.min(sign_in);
    let (address, code) = (started.address.as_str(), started.user_code.as_str());
    person.contact.invite(&Invitation::EnterCode { address, code, within });
    let form = format!(
        "client_id={}&grant_type={GRANT}&device_code={}",
        person.client_id,
        escaped(started.device_code.open())
    );
    let end = Instant::now() + within;
    let mut interval = started.interval.max(poll_min);
    loop {
        if Instant::now() + interval > end {
            return Err(Problem::SignIn(too_late(within)));
        }
        sleep(interval).await;
        match authority.ask(transport, form.clone(), &[started.device_code.open()]).await {
            Err(Problem::Token(refusal)) => match refusal.error.as_str() {
                "authorization_pending" => {}
                "slow_down" => interval += person.patience.slow_down,
                "authorization_declined" | "access_denied" if is_plain(refusal.code) => {
                    return Err(Problem::SignIn(SignInProblem::Declined));
                }
                _ => return Err(Problem::Token(refusal)),
            },
            other => return other,
        }
    }
}

/// Whether a refusal has no number with a hint of its own.
fn is_plain(code: Option<u32>) -> bool {
    code.and_then(super::hint::hint_for).is_none()
}

async fn start(
    client: AppId,
    scope: &str,
    authority: &Authority,
    transport: &Transport,
) -> Result<Started, Problem> {
    let form = format!("client_id={client}&scope={scope}");
    let url = authority.endpoint("devicecode");
    let answer = post(transport, &url, &form).await?.json()?;
    if answer.status != 200 {
        let refused = answer::read(answer, Instant::now(), transport.now(), &[]);
        let empty = ReadError { path: String::new(), what: "no device code".into() };
        return Err(refused.err().unwrap_or_else(|| Problem::malformed(empty, Default::default())));
    }
    let body = zeroize::Zeroizing::new(answer.body);
    started(&body).map_err(|why| Problem::malformed(why, answer.trace))
}

fn started(body: &[u8]) -> Result<Started, ReadError> {
    let mut members = Members::of(Node::parse(body)?)?;
    let mut seconds = |name: &str| {
        let number = members.integer(name)?.and_then(|number| u64::try_from(number).ok());
        Ok::<_, ReadError>(number.map(Duration::from_secs))
    };
    let (within, interval) = (seconds("expires_in")?, seconds("interval")?);
    let address = one_line(&members.required_text("verification_uri")?);
    if !address.starts_with("https://") && !address.starts_with("http://127.0.0.1:") {
        let what = "is no https address".into();
        return Err(ReadError { path: "verification_uri".into(), what });
    }
    Ok(Started {
        device_code: members.required_text("device_code")?.into(),
        user_code: excerpt(&members.required_text("user_code")?, CODE_CHARACTERS_MAX),
        address,
        within: within.unwrap_or(Duration::MAX),
        interval: interval.unwrap_or(INTERVAL),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_s_answer_is_read_and_tamed() {
        let body = r#"{"device_code":"d","user_code":"AB\u001bCD","verification_uri":
            "https://microsoft.com/devicelogin","expires_in":900,"interval":"5","message":"x"}"#;
        let read = started(body.as_bytes()).unwrap();
        assert_eq!((read.user_code.as_str(), read.interval.as_secs()), ("ABCD", 5));
        assert_eq!(read.within.as_secs(), 900);
        let bare = r#"{"device_code":"d","user_code":"A","verification_uri":"https://x.example"}"#;
        assert_eq!(started(bare.as_bytes()).unwrap().interval, INTERVAL);
    }

    #[test]
    fn a_page_that_is_not_https_is_not_shown() {
        for address in ["http://microsoft.com", "javascript:alert(1)", "http://127.0.0.1.example"] {
            let body =
                format!(r#"{{"device_code":"d","user_code":"A","verification_uri":"{address}"}}"#);
            assert!(started(body.as_bytes()).is_err(), "{address}");
        }
    }
}
