//! Errors as Microsoft Graph answers them: status, code, message, request ids.
//!
//! Codes are those that the service documents or is known for; a client may branch on them.
//! Messages are for people, and near the service's own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use halligan_wire::error::{ErrorBody, write};
use serde_json::Value;

/// An error that the twin answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GraphError {
    /// HTTP status.
    pub(crate) status: u16,
    /// `error.code`.
    pub(crate) code: &'static str,
    /// `error.message`.
    pub(crate) message: String,
    /// Headers beyond those of every answer, such as `Retry-After`.
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl GraphError {
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), headers: Vec::new() }
    }

    /// 400 `BadRequest`.
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", message)
    }

    /// 400 `Request_UnsupportedQuery`: a query that the directory does not answer.
    pub(crate) fn unsupported_query(message: impl Into<String>) -> Self {
        Self::new(400, "Request_UnsupportedQuery", message)
    }

    /// 400: the path names nothing that the service knows.
    pub(crate) fn unknown_segment(segment: &str) -> Self {
        Self::bad_request(format!("Resource not found for the segment '{segment}'."))
    }

    /// 404: no object with this id.
    pub(crate) fn not_found(id: &str) -> Self {
        Self::new(
            404,
            "Request_ResourceNotFound",
            format!(
                "Resource '{id}' does not exist or one of its queried reference-property objects \
                 are not present."
            ),
        )
    }

    /// 403: the application holds no permission that suffices.
    pub(crate) fn denied() -> Self {
        Self::new(
            403,
            "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation.",
        )
    }

    /// 401: no token, or one that is not (or not any more) worth anything.
    pub(crate) fn unauthorized(message: &str) -> Self {
        let mut error = Self::new(401, "InvalidAuthenticationToken", message);
        error.headers.push(("WWW-Authenticate", "Bearer realm=\"\"".into()));
        error
    }

    /// 401: the token is good and the sign-in behind it is not good enough.
    ///
    /// Source: <https://learn.microsoft.com/entra/identity-platform/claims-challenge>.
    pub(crate) fn challenge(login_url: &str, context: &str) -> Self {
        let claims = serde_json::json!({
            "access_token": {"acrs": {"essential": true, "value": context}},
        });
        let claims = STANDARD.encode(claims.to_string());
        let mut error = Self::new(
            401,
            "InvalidAuthenticationToken",
            "Continuous access evaluation resulted in challenge with result: InteractionRequired.",
        );
        let header = format!(
            "Bearer realm=\"\", authorization_uri=\"{login_url}/common/oauth2/authorize\", \
             error=\"insufficient_claims\", claims=\"{claims}\""
        );
        error.headers.push(("WWW-Authenticate", header));
        error
    }

    /// 400: Privileged Identity Management without its licence.
    pub(crate) fn premium_required() -> Self {
        Self::new(
            400,
            "AadPremiumLicenseRequired",
            "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance \
             license.",
        )
    }

    /// 403: a report or activity without P1.
    ///
    /// Source: <https://learn.microsoft.com/graph/api/signin-list>, known by public clients.
    pub(crate) fn non_premium() -> Self {
        Self::new(
            403,
            "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
            "Neither tenant is B2C or tenant doesn't have premium license",
        )
    }

    /// The error's body.
    pub(crate) fn body(&self, request_id: &str, client_request_id: &str, date: &str) -> Value {
        write(&ErrorBody {
            code: self.code.into(),
            message: self.message.clone(),
            request_id: Some(request_id.into()),
            client_request_id: Some(client_request_id.into()),
            date: Some(date.into()),
        })
    }
}
