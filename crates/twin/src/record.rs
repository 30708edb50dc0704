//! Recorded exchanges: what clients asked and what they got, without any secret.

use crate::operation::Version;
use crate::query::percent;

/// Request headers that are recorded; an `authorization` is recorded as present only.
pub(crate) const HEADERS: [&str; 8] = [
    "accept",
    "authorization",
    "client-request-id",
    "consistencylevel",
    "content-type",
    "prefer",
    "user-agent",
    "x-ms-throttle-priority",
];

/// What stands in place of a secret.
pub(crate) const HIDDEN: &str = "(hidden)";

/// One request and its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Exchange {
    /// The method, such as `GET`.
    pub method: String,
    /// The API version, when the path begins with one; `None` for the token endpoint.
    pub version: Option<Version>,
    /// The path, percent-encoded as it came, without the version.
    pub path: String,
    /// The query string, as it came; empty when there was none.
    pub query: String,
    /// Headers of interest, names in lower case; an `authorization` says `(hidden)`.
    pub headers: Vec<(String, String)>,
    /// The request's body; in forms, credentials are `(hidden)`.
    pub body: String,
    /// The path template of the operation that answered.
    pub operation: Option<&'static str>,
    /// Whether it came as a part of a batch, which is recorded after its parts.
    pub is_part: bool,
    /// The answer's status; 0 when the connection was dropped instead.
    pub status: u16,
    /// The answer's body; issued tokens are `(hidden)`.
    pub answer: String,
}

/// Form fields that are credentials.
const SECRET_FIELDS: [&str; 7] = [
    "client_secret",
    "client_assertion",
    "password",
    "code",
    "code_verifier",
    "device_code",
    "refresh_token",
];
/// Members of the sign-in service's answers that are credentials.
pub(crate) const SECRET_MEMBERS: [&str; 4] =
    ["access_token", "refresh_token", "id_token", "device_code"];

/// A form body without its credentials.
pub(crate) fn hide_form(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let pairs: Vec<String> = text
        .split('&')
        .map(|pair| {
            let name = pair.split('=').next().unwrap_or(pair);
            let decoded = percent::decode_query(name);
            let is_secret = decoded.is_none_or(|name| SECRET_FIELDS.contains(&name.as_str()));
            if is_secret { format!("{name}={HIDDEN}") } else { pair.to_owned() }
        })
        .collect();
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_hidden_however_they_are_spelt() {
        let form = b"client_id=1&client_secret=a&client%5Fassertion=b&x=2&%zz=c";
        let expected = "client_id=1&client_secret=(hidden)&client%5Fassertion=(hidden)&x=2\
                        &%zz=(hidden)";
        assert_eq!(hide_form(form), expected);
    }
}
