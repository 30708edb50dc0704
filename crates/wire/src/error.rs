//! Error bodies: Graph's, and the one of OAuth's token endpoint.
//!
//! Messages come from outside and end on terminals and in logs: they are cut and cleaned here.

use serde_json::{Value, json};

use crate::{Members, Node, ReadError};

/// Characters of a message that are kept; the mark of a cut is `…`.
pub const MESSAGE_CHARS: usize = 300;

/// `{"error": {code, message, innerError {date, request-id, client-request-id}}}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorBody {
    /// The code; the only member that a program may branch on.
    pub code: String,
    /// The message, for people.
    pub message: String,
    /// `innerError.request-id`.
    pub request_id: Option<String>,
    /// `innerError.client-request-id`.
    pub client_request_id: Option<String>,
    /// `innerError.date`, as it was written.
    pub date: Option<String>,
}

/// Reads an error body; `None` when the bytes are none.
pub fn read(bytes: &[u8]) -> Option<ErrorBody> {
    let mut whole = Members::of(Node::parse(bytes).ok()?).ok()?;
    whole.object("error", graph_error).ok()?
}

fn graph_error(members: &mut Members<'_>) -> Result<ErrorBody, ReadError> {
    let ids = members.object("innerError", |inner| {
        Ok((
            inner_text(inner, "request-id")?,
            inner_text(inner, "client-request-id")?,
            inner_text(inner, "date")?,
        ))
    })?;
    let (request_id, client_request_id, date) = ids.unwrap_or_default();
    Ok(ErrorBody {
        code: tame(&members.required_text("code")?),
        message: tame(&members.text("message")?.unwrap_or_default()),
        request_id,
        client_request_id,
        date,
    })
}

fn inner_text(members: &mut Members<'_>, name: &str) -> Result<Option<String>, ReadError> {
    Ok(members.text(name)?.map(|text| tame(&text)))
}

/// Writes an error body.
pub fn write(body: &ErrorBody) -> Value {
    json!({"error": {
        "code": body.code,
        "message": body.message,
        "innerError": {
            "date": body.date,
            "request-id": body.request_id,
            "client-request-id": body.client_request_id,
        },
    }})
}

/// The error body of OAuth's token endpoint.
///
/// Source: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OAuthError {
    /// `error`, such as `invalid_client`.
    pub error: String,
    /// `error_description`, for people.
    pub description: String,
    /// `error_codes`: the numbers of `AADSTS…`.
    pub codes: Vec<i64>,
    /// `trace_id`.
    pub trace_id: Option<String>,
    /// `correlation_id`.
    pub correlation_id: Option<String>,
}

impl OAuthError {
    /// Reads an error body; `None` when the bytes are none.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut members = Members::of(Node::parse(bytes).ok()?).ok()?;
        let codes = match members.node("error_codes") {
            Some(Node::List(items)) => items.iter().filter_map(whole_number).collect(),
            Some(single) => whole_number(&single).into_iter().collect(),
            None => Vec::new(),
        };
        let mut text = |name| Some(tame(&members.text(name).ok()??));
        Some(Self {
            error: text("error")?,
            description: text("error_description").unwrap_or_default(),
            codes,
            trace_id: text("trace_id"),
            correlation_id: text("correlation_id"),
        })
    }
}

fn whole_number(node: &Node<'_>) -> Option<i64> {
    match node {
        Node::Number(number) => number.as_i64(),
        Node::Text(text) => text.parse().ok(),
        _ => None,
    }
}

/// A foreign message on one line, without control characters, cut at [`MESSAGE_CHARS`].
fn tame(text: &str) -> String {
    let blank = |letter: char| if unfit(letter) { ' ' } else { letter };
    let mut short: String = text.trim().chars().take(MESSAGE_CHARS).map(blank).collect();
    if text.trim().chars().nth(MESSAGE_CHARS).is_some() {
        short.push('…');
    }
    short
}

/// Control characters, and those that turn the direction of writing.
fn unfit(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let body = ErrorBody {
            code: "Authorization_RequestDenied".into(),
            message: "Insufficient privileges".into(),
            request_id: Some("r".into()),
            client_request_id: Some("c".into()),
            date: Some("2026-11-20T10:00:00".into()),
        };
        assert_eq!(read(write(&body).to_string().as_bytes()), Some(body));
    }

    #[test]
    fn the_inner_error_is_found_in_any_letter_case() {
        for name in ["innerError", "innererror", "InnerError"] {
            let text = format!(r#"{{"error":{{"code":"x","{name}":{{"request-id":"r"}}}}}}"#);
            assert_eq!(read(text.as_bytes()).unwrap().request_id.as_deref(), Some("r"));
        }
    }

    #[test]
    fn what_is_no_error_body_is_none() {
        for text in ["", "<html>", "{}", r#"{"error":"invalid_client"}"#, r#"{"error":{}}"#, "[]"] {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
        for text in ["", "{}", r#"{"error":{"code":"x"}}"#] {
            assert_eq!(OAuthError::read(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn messages_are_cut_and_cleaned() {
        let long = "x".repeat(MESSAGE_CHARS + 1);
        let text = format!(r#"{{"error":{{"code":"a\u001b[31m\u202eb","message":"{long}"}}}}"#);
        let body = read(text.as_bytes()).unwrap();
        assert_eq!(body.code, "a [31m b");
        assert_eq!(body.message.chars().count(), MESSAGE_CHARS + 1);
        assert!(body.message.ends_with('…'));
        let codes = br#"{"error":"e","error_codes":"700016","error_description":null}"#;
        assert_eq!(OAuthError::read(codes).unwrap().codes, [700016]);
    }
}
