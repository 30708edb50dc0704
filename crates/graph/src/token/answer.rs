//! What a token endpoint answers: a token and what comes with it, or a refusal in its own words.

use std::time::Duration;

use halligan_core::time::Timestamp;
use halligan_wire::error::OAuthError;
use halligan_wire::{Members, Node, ReadError};
use reqwest::header::HeaderValue;
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::{Token, hint};
use crate::form::escaped;
use crate::problem::{Problem, TokenRefusal, Trace};
use crate::secret::SecretText;
use crate::text::{excerpt, one_line};
use crate::transport::Answer;

/// A token is renewed this long before it expires, so that none expires on its way.
const RENEW_BEFORE: Duration = Duration::from_secs(300);

/// Longest time that a token is believed to last, whatever the service says.
const LIFETIME_MAX: Duration = Duration::from_secs(86_400);

/// Shortest time that a token is believed to last where only its end is known: the end is by
/// another clock, and a token that is over shows itself by being refused.
const LIFETIME_MIN: Duration = Duration::from_secs(60);

/// Longest id of the token service that a message repeats, in characters.
const ID_CHARACTERS_MAX: usize = 64;

/// What was granted.
pub(super) struct Granted {
    pub(super) token: Token,
    /// What renews the token without the person; for persons only.
    pub(super) refresh: Option<SecretText>,
    /// Who signed in, as a JWT; for persons only.
    pub(super) id_token: Option<SecretText>,
    /// The permissions in the token, as scopes separated by spaces; for persons only.
    pub(super) scope: Option<String>,
}

/// Reads the token service's answer. `proofs` are what was sent and must not be repeated.
pub(super) fn read(
    answer: Answer,
    asked: Instant,
    now: Timestamp,
    proofs: &[&str],
) -> Result<Granted, Problem> {
    let answer = answer.json()?;
    let trace = answer.trace;
    let body = Zeroizing::new(answer.body);
    if answer.status != 200 {
        return Err(refused(answer.status, &body, proofs, trace));
    }
    granted(&body, asked, now).map_err(|why| Problem::malformed(why, trace))
}

fn granted(body: &[u8], asked: Instant, now: Timestamp) -> Result<Granted, ReadError> {
    let mut members = Members::of(Node::parse(body)?)?;
    let kind = members.text("token_type")?;
    if !kind.is_some_and(|kind| kind.eq_ignore_ascii_case("bearer")) {
        return Err(wrong("token_type", "is not `Bearer`"));
    }
    let lasts = match members.integer("expires_in")? {
        Some(seconds) => u64::try_from(seconds).ok().map(Duration::from_secs),
        None => until(members.integer("expires_on")?, now),
    };
    let lasts = lasts.ok_or_else(|| wrong("expires_in", "is no number of seconds"))?;
    let mut secret = |name| members.text(name).map(|text| text.map(SecretText::from));
    let (refresh, id_token) = (secret("refresh_token")?, secret("id_token")?);
    let scope = members.text("scope")?;
    let text = SecretText::from(members.required_text("access_token")?);
    Ok(Granted { token: token(text, asked, lasts)?, refresh, id_token, scope })
}

/// How long a token lasts that ends at a second since 1970.
pub(super) fn until(end: Option<i64>, now: Timestamp) -> Option<Duration> {
    let seconds = u64::try_from(end?.saturating_sub(now.as_second())).unwrap_or(0);
    Some(Duration::from_secs(seconds).max(LIFETIME_MIN))
}

/// A token that was asked for at `asked` and lasts this long.
pub(super) fn token(text: SecretText, asked: Instant, lasts: Duration) -> Result<Token, ReadError> {
    let value = Zeroizing::new(format!("Bearer {}", text.open()));
    let mut header = HeaderValue::from_str(&value)
        .map_err(|_| wrong("access_token", "holds what no header may hold"))?;
    header.set_sensitive(true);
    let lasts = lasts.min(LIFETIME_MAX);
    let renew_at = asked + lasts.saturating_sub(RENEW_BEFORE.min(lasts / 2));
    Ok(Token::new(text, header, renew_at))
}

fn wrong(path: &str, what: &str) -> ReadError {
    ReadError { path: path.into(), what: what.into() }
}

/// The refusal, without the proofs, should the service repeat them.
fn refused(status: u16, body: &[u8], proofs: &[&str], trace: Trace) -> Problem {
    let mut body = String::from_utf8_lossy(body).into_owned();
    for proof in proofs.iter().filter(|proof| !proof.is_empty()) {
        body = body.replace(proof, "[redacted]").replace(&escaped(proof), "[redacted]");
    }
    match OAuthError::read(body.as_bytes()) {
        Some(said) => Problem::Token(refusal(&said)),
        None => Problem::refused(status, String::new(), "no reason given".into(), trace),
    }
}

/// The AADSTS number of a refusal.
pub(crate) fn refusal_code(said: &OAuthError) -> Option<u32> {
    hint::aadsts(&said.description).or_else(|| numbered(said))
}

fn numbered(said: &OAuthError) -> Option<u32> {
    said.codes.first().and_then(|code| u32::try_from(*code).ok())
}

/// "AADSTS7000215: Invalid client secret provided. … Trace ID: … Correlation ID: …": the number
/// and the ids have members of their own.
pub(super) fn refusal(said: &OAuthError) -> TokenRefusal {
    let first = said.description.lines().next().unwrap_or_default();
    let first = first.split("Trace ID:").next().unwrap_or_default().trim_end();
    let first = if first.is_empty() { said.error.as_str() } else { first };
    let code = hint::aadsts(first).or_else(|| numbered(said));
    let label = code.map(|code| format!("AADSTS{code}: ")).unwrap_or_default();
    let id = |id: &Option<String>| id.as_deref().map(|id| excerpt(id, ID_CHARACTERS_MAX));
    TokenRefusal {
        error: one_line(&said.error),
        code,
        description: one_line(first.strip_prefix(&label).unwrap_or(first)),
        trace_id: id(&said.trace_id),
        correlation_id: id(&said.correlation_id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T10:00:00Z".parse().unwrap()
    }

    fn refused_with(body: &str) -> String {
        refused(400, body.as_bytes(), &["hunter2/~", ""], Trace::default()).to_string()
    }

    #[test]
    fn a_refusal_is_told_in_one_line_with_number_and_ids() {
        let body = r#"{"error": "invalid_client", "error_description":
            "AADSTS7000215: Invalid secret. Try. Trace ID: 1 Correlation ID: 2 Timestamp: now",
            "error_codes": [7000215], "trace_id": "1", "correlation_id": "2"}"#;
        assert_eq!(
            refused_with(body),
            "the token was refused: AADSTS7000215: Invalid secret. Try. \
             (trace id 1, correlation id 2)"
        );
    }

    #[test]
    fn other_forms_of_a_refusal_are_told_as_well() {
        for (body, expected) in [
            (
                r#"{"error":"x","error_description":"AADSTS90002: Not found.\r\nTrace ID: 1\r\n"}"#,
                "the token was refused: AADSTS90002: Not found.",
            ),
            (r#"{"error":"server_error"}"#, "the token was refused: server_error"),
            (r#"{"error":"x","error_codes":[700016]}"#, "the token was refused: AADSTS700016: x"),
            ("{}", "refused with status 400: : no reason given"),
        ] {
            assert_eq!(refused_with(body), expected);
        }
    }

    #[test]
    fn a_service_that_repeats_the_secret_is_not_quoted() {
        for said in ["the secret hunter2/~ is wrong", "client_secret=hunter2/~"] {
            let body = format!(r#"{{"error":"x","error_description":"{said}"}}"#);
            let told = refused_with(&body);
            assert!(told.contains("[redacted]") && !told.contains("hunter2"), "{told}");
        }
    }

    #[test]
    fn a_token_is_renewed_before_it_expires() {
        let asked = Instant::now();
        let lasts = |end: &str| {
            let body = format!(r#"{{"token_type":"Bearer",{end},"access_token":"abc"}}"#);
            let granted = granted(body.as_bytes(), asked, now());
            granted.map(|granted| (granted.token.renew_at() - asked).as_secs())
        };
        assert_eq!(lasts(r#""expires_in":3599"#), Ok(3299));
        assert_eq!(lasts(r#""expires_in":"3599""#), Ok(3299));
        assert_eq!(lasts(r#""expires_in":100"#), Ok(50));
        assert_eq!(lasts(r#""expires_in":0"#), Ok(0));
        assert_eq!(lasts(r#""expires_in":99999999999999"#), Ok(86_400 - 300));
        assert!(lasts(r#""expires_in":-1"#).is_err_and(|why| why.path == "expires_in"));
        assert!(lasts(r#""expires_in":null"#).is_err_and(|why| why.path == "expires_in"));
    }

    #[test]
    fn an_end_by_another_clock_gives_at_least_a_minute() {
        let at = now().as_second();
        let seconds = |end| until(end, now()).map(|lasts| lasts.as_secs());
        assert_eq!(seconds(Some(at + 3600)), Some(3600));
        assert_eq!(seconds(Some(at + 5)), Some(60));
        assert_eq!(seconds(Some(i64::MIN)), Some(60));
        assert_eq!(seconds(None), None);
    }

    #[test]
    fn what_is_no_token_is_refused_without_being_repeated() {
        let held = r#"{"token_type":"Bearer","expires_in":9,"access_token":"abc\ndef"}"#;
        let refused = granted(held.as_bytes(), Instant::now(), now());
        let refused = refused.map(|_| ()).map_err(|why| why.to_string());
        assert!(refused.is_err_and(|why| why.starts_with("access_token") && !why.contains("abc")));
        let other = r#"{"token_type":"pop","expires_in":9,"access_token":"abc"}"#;
        assert!(granted(other.as_bytes(), Instant::now(), now()).is_err());
    }

    #[test]
    fn a_token_is_never_printed() {
        let body = r#"{"token_type":"Bearer","expires_in":9,"access_token":"abcdef"}"#;
        let token = granted(body.as_bytes(), Instant::now(), now()).unwrap().token;
        assert!(!format!("{token:?}").contains("abcdef"), "{token:?}");
        assert_eq!(token.redact("you sent abcdef"), "you sent [redacted]");
    }
}
