//! Access tokens by OAuth client credentials, held in memory only.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>.

mod assertion;
pub(crate) mod hint;

use std::sync::Arc;
use std::time::Duration;

use halligan_core::id::AppId;
use halligan_wire::error::OAuthError;
use halligan_wire::{Members, Node, ReadError};
use reqwest::Url;
use reqwest::header::HeaderValue;
use tokio::sync::Mutex;
use tokio::time::Instant;
use zeroize::Zeroizing;

use crate::form::escaped;
use crate::problem::{Problem, TokenRefusal, Trace};
use crate::secret::{Credential, SecretText};
use crate::text::{excerpt, one_line};
use crate::transport::{Answer, Transport};

/// A token is renewed this long before it expires, so that none expires on its way.
const RENEW_BEFORE: Duration = Duration::from_secs(300);

/// Longest time that a token is believed to last, whatever the service says.
const LIFETIME_MAX: Duration = Duration::from_secs(86_400);

/// Longest id of the token service that a message repeats, in characters.
const ID_CHARACTERS_MAX: usize = 64;

/// The one source of access tokens of a client.
#[derive(Debug)]
pub(crate) struct Tokens {
    url: Url,
    scope: String,
    client: AppId,
    credential: Credential,
    held: Mutex<Option<Token>>,
}

/// An access token, ready to be sent; never printed.
#[derive(Clone, Debug)]
pub(crate) struct Token(Arc<Held>);

#[derive(Debug)]
struct Held {
    text: SecretText,
    header: HeaderValue,
    renew_at: Instant,
}

impl Token {
    /// The value of the `Authorization` header, marked as sensitive.
    pub(crate) fn header(&self) -> HeaderValue {
        self.0.header.clone()
    }

    /// The token itself, for reading what it says; never to be kept, printed or sent elsewhere.
    pub(crate) fn text(&self) -> &str {
        self.0.text.open()
    }

    /// `text` without the token, should the other side repeat it.
    pub(crate) fn redact(&self, text: &str) -> String {
        text.replace(self.0.text.open(), "[redacted]")
    }
}

impl Tokens {
    pub(crate) fn new(url: Url, graph: &str, client: AppId, credential: Credential) -> Self {
        let scope = format!("{graph}/.default");
        Self { url, scope, client, credential, held: Mutex::new(None) }
    }

    /// A token with time left. Of several callers one fetches it and the others wait for it.
    pub(crate) async fn token(&self, transport: &Transport) -> Result<Token, Problem> {
        let mut held = self.held.lock().await;
        if let Some(token) = held.as_ref().filter(|token| Instant::now() < token.0.renew_at) {
            return Ok(token.clone());
        }
        let token = self.fetch(transport).await?;
        *held = Some(token.clone());
        Ok(token)
    }

    /// Drops `refused`, unless somebody else already has put a fresh one in its place.
    pub(crate) async fn forget(&self, refused: &Token) {
        let mut held = self.held.lock().await;
        if held.as_ref().is_some_and(|token| Arc::ptr_eq(&token.0, &refused.0)) {
            *held = None;
        }
    }

    async fn fetch(&self, transport: &Transport) -> Result<Token, Problem> {
        let (field, proof) = self.proof(transport)?;
        let form = Zeroizing::new(format!(
            "client_id={}&scope={}&grant_type=client_credentials{field}{}",
            self.client,
            escaped(&self.scope),
            escaped(proof.open()),
        ));
        let asked = Instant::now();
        let answer = transport
            .persist(None, |http| {
                http.post(self.url.clone())
                    .header("content-type", "application/x-www-form-urlencoded")
                    .body(form.as_bytes().to_vec())
            })
            .await?;
        read(answer, asked, proof.open())
    }

    /// The form fields that prove who asks, without the proof itself, and the proof.
    fn proof(&self, transport: &Transport) -> Result<(&'static str, SecretText), Problem> {
        match &self.credential {
            Credential::Secret(secret) => Ok(("&client_secret=", secret.clone())),
            Credential::Certificate(certificate) => {
                let audience = self.url.as_str();
                let proof =
                    assertion::assertion(certificate, self.client, audience, transport.now())?;
                Ok((
                    "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3A\
                     client-assertion-type%3Ajwt-bearer&client_assertion=",
                    proof,
                ))
            }
        }
    }
}

/// Reads the token service's answer: a token, or the refusal in its own words.
fn read(answer: Answer, asked: Instant, proof: &str) -> Result<Token, Problem> {
    let answer = answer.json()?;
    let trace = answer.trace;
    let body = Zeroizing::new(answer.body);
    if answer.status != 200 {
        return Err(refused(answer.status, &body, proof, trace));
    }
    granted(&body, asked).map_err(|why| Problem::malformed(why, trace))
}

fn granted(body: &[u8], asked: Instant) -> Result<Token, ReadError> {
    let wrong = |path: &str, what: &str| ReadError { path: path.into(), what: what.into() };
    let mut members = Members::of(Node::parse(body)?)?;
    if !members.required_text("token_type")?.eq_ignore_ascii_case("bearer") {
        return Err(wrong("token_type", "is not `Bearer`"));
    }
    let seconds = members.integer("expires_in")?.and_then(|seconds| u64::try_from(seconds).ok());
    let seconds = seconds.ok_or_else(|| wrong("expires_in", "is no number of seconds"))?;
    let text = SecretText::from(members.required_text("access_token")?);
    let value = Zeroizing::new(format!("Bearer {}", text.open()));
    let mut header = HeaderValue::from_str(&value)
        .map_err(|_| wrong("access_token", "holds what no header may hold"))?;
    header.set_sensitive(true);
    let lasts = Duration::from_secs(seconds).min(LIFETIME_MAX);
    let renew_at = asked + lasts.saturating_sub(RENEW_BEFORE.min(lasts / 2));
    Ok(Token(Arc::new(Held { text, header, renew_at })))
}

/// The refusal, without the proof, should the service repeat it.
fn refused(status: u16, body: &[u8], proof: &str, trace: Trace) -> Problem {
    let body = String::from_utf8_lossy(body).replace(proof, "[redacted]");
    let body = body.replace(&escaped(proof), "[redacted]");
    match OAuthError::read(body.as_bytes()) {
        Some(said) => Problem::Token(refusal(&said)),
        None => Problem::refused(status, String::new(), "no reason given".into(), trace),
    }
}

/// "AADSTS7000215: Invalid client secret provided. … Trace ID: … Correlation ID: …": the number
/// and the ids have members of their own.
fn refusal(said: &OAuthError) -> TokenRefusal {
    let first = said.description.lines().next().unwrap_or_default();
    let first = first.split("Trace ID:").next().unwrap_or_default().trim_end();
    let first = if first.is_empty() { said.error.as_str() } else { first };
    let numbered = said.codes.first().and_then(|code| u32::try_from(*code).ok());
    let code = hint::aadsts(first).or(numbered);
    let label = code.map(|code| format!("AADSTS{code}: ")).unwrap_or_default();
    let id = |id: &Option<String>| id.as_deref().map(|id| excerpt(id, ID_CHARACTERS_MAX));
    TokenRefusal {
        code,
        description: one_line(first.strip_prefix(&label).unwrap_or(first)),
        trace_id: id(&said.trace_id),
        correlation_id: id(&said.correlation_id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused_with(body: &str) -> String {
        refused(400, body.as_bytes(), "hunter2/~", Trace::default()).to_string()
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
        let lasts = |seconds: &str| {
            let body =
                format!(r#"{{"token_type":"Bearer","expires_in":{seconds},"access_token":"abc"}}"#);
            granted(body.as_bytes(), asked).map(|token| (token.0.renew_at - asked).as_secs())
        };
        assert_eq!(lasts("3599"), Ok(3299));
        assert_eq!(lasts("\"3599\""), Ok(3299));
        assert_eq!(lasts("100"), Ok(50));
        assert_eq!(lasts("0"), Ok(0));
        assert_eq!(lasts("99999999999999"), Ok(86_400 - 300));
        assert!(lasts("-1").is_err_and(|why| why.path == "expires_in"));
        assert!(lasts("null").is_err_and(|why| why.path == "expires_in"));
    }

    #[test]
    fn what_is_no_token_is_refused_without_being_repeated() {
        let held = r#"{"token_type":"Bearer","expires_in":9,"access_token":"abc\ndef"}"#;
        let refused = granted(held.as_bytes(), Instant::now()).map_err(|why| why.to_string());
        assert!(refused.is_err_and(|why| why.starts_with("access_token") && !why.contains("abc")));
        let other = r#"{"token_type":"pop","expires_in":9,"access_token":"abc"}"#;
        assert!(granted(other.as_bytes(), Instant::now()).is_err());
    }

    #[test]
    fn a_token_is_never_printed() {
        let body = r#"{"token_type":"Bearer","expires_in":9,"access_token":"abcdef"}"#;
        let token = granted(body.as_bytes(), Instant::now()).unwrap();
        assert!(!format!("{token:?}").contains("abcdef"), "{token:?}");
        assert_eq!(token.redact("you sent abcdef"), "you sent [redacted]");
    }
}
