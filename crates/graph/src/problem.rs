//! What can go wrong between here and Microsoft Graph, as one comparable enum.

use std::fmt;

use halligan_wire::ReadError;
use thiserror::Error;

use crate::activity;
use crate::patience::Reached;
use crate::text::one_line;
use crate::throttle::{RETRY_AFTER_MAX, WAITING_MAX};
use crate::token::SignInProblem;
use crate::token::hint::hint_for;

/// Codes with which Graph's workloads say that the application lacks a permission.
///
/// Source: <https://learn.microsoft.com/graph/resolve-auth-errors>, and the pages of the
/// workloads: each spells it in its own way.
const PERMISSION_CODES: [&str; 7] = [
    "Authorization_RequestDenied",
    // Azure Resource Manager's.
    "AuthorizationFailed",
    "Authentication_MSGraphPermissionMissing",
    "PermissionScopeNotGranted",
    "UnauthorizedAccessException",
    "Forbidden",
    "accessDenied",
];

/// Codes with which Graph's workloads say that the tenant lacks a licence: sign-in activity and
/// logs, PIM, entitlement management and access reviews, lifecycle of groups.
///
/// Sources: the documentation's samples; for PIM
/// <https://github.com/maester365/maester/issues/1421>; for governance
/// <https://github.com/AzureAD/AzureAD-Governance-Assessment/issues/2>; for groups
/// <https://github.com/microsoftgraph/microsoft-graph-docs/issues/3924>.
const LICENCE_CODES: [&str; 4] = [
    "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
    "AadPremiumLicenseRequired",
    "NoLicense",
    "NoLicenseForOperation",
];

/// What their messages say, for workloads that spell the code in a general way.
const LICENCE_WORDS: [&str; 5] = [
    "premium license",
    "premium 2 license",
    "entra id p2",
    "id governance license",
    "license requirement",
];

/// Codes with which the directory says that there is no such object.
const ABSENCE_CODES: [&str; 2] = ["Request_ResourceNotFound", "ResourceNotFound"];

/// Why a request gave no answer that can be used. Displayed as one line; [`Problem::hint`] says
/// what to do next.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Problem {
    /// The token service refused the watcher's credential.
    #[error("the token was refused: {0}")]
    Token(TokenRefusal),
    /// The sign-in came to no token for another reason.
    #[error("{0}")]
    SignIn(SignInProblem),
    /// Graph accepts the token and demands a sign-in that can do more.
    #[error("Graph demands {what}{trace}")]
    Challenged {
        /// What it demands, in words.
        what: String,
        /// Ids for a support request.
        trace: Trace,
    },
    /// A fresh token was refused by Graph.
    #[error("a fresh token was refused: {code}: {message}{trace}")]
    Unauthorized {
        /// Graph's error code.
        code: String,
        /// Graph's message.
        message: String,
        /// Ids for a support request.
        trace: Trace,
    },
    /// The application lacks a permission, or a policy forbids the read.
    #[error("access denied: {code}: {message}{trace}")]
    Denied {
        /// Graph's error code.
        code: String,
        /// Graph's message.
        message: String,
        /// Ids for a support request.
        trace: Trace,
    },
    /// The tenant lacks a licence.
    #[error("the tenant lacks a licence: {code}: {message}{trace}")]
    Licence {
        /// Graph's error code.
        code: String,
        /// Graph's message.
        message: String,
        /// Ids for a support request.
        trace: Trace,
    },
    /// There is nothing at the address.
    #[error("not found: {code}{trace}")]
    NotFound {
        /// Graph's error code.
        code: String,
        /// Ids for a support request.
        trace: Trace,
    },
    /// The service asks to wait, for longer or more often than the pace allows.
    #[error("throttled: {}{trace}", throttled(*.retry_after_seconds, *.attempts, *.reached))]
    Throttled {
        /// How long the service asks to wait; `None` when it does not say.
        retry_after_seconds: Option<u64>,
        /// Requests sent.
        attempts: u32,
        /// The limit that ended them.
        reached: Reached,
        /// Ids for a support request.
        trace: Trace,
    },
    /// The service failed, every time.
    #[error(
        "the service failed with status {status} after {attempts} attempts{}: {code}{trace}",
        within(*.reached)
    )]
    Server {
        /// HTTP status, 500 to 599.
        status: u16,
        /// The error code; empty when there is none.
        code: String,
        /// Requests sent.
        attempts: u32,
        /// The limit that ended them.
        reached: Reached,
        /// Ids for a support request.
        trace: Trace,
    },
    /// The service refused the request for another reason.
    #[error("refused with status {status}: {code}: {message}{trace}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// The error code; empty when there is none.
        code: String,
        /// The message.
        message: String,
        /// Ids for a support request.
        trace: Trace,
    },
    /// A redirect, which this client never follows: its token is for one origin.
    #[error("`{host}` answered with a redirect to `{to}`{trace}")]
    Redirected {
        /// The host that was asked.
        host: String,
        /// The host that it points to, or a note that it names none.
        to: String,
        /// Ids for a support request.
        trace: Trace,
    },
    /// Something that is not Graph answered: a proxy, a captive portal, an error page.
    #[error(
        "`{host}` answered with status {status} and no JSON, as a proxy or captive portal \
             does: {title}{trace}"
    )]
    NotJson {
        /// The host that was asked.
        host: String,
        /// HTTP status.
        status: u16,
        /// The page's title in backticks, or its content type, or a note that it has neither.
        title: String,
        /// Ids for a support request.
        trace: Trace,
    },
    /// No trustworthy TLS connection.
    #[error("no TLS connection to `{host}`: {what}")]
    Tls {
        /// The host that was asked.
        host: String,
        /// What the TLS library says.
        what: String,
    },
    /// No connection at all: name, network or port.
    #[error("no connection to `{host}`: {what}")]
    Connect {
        /// The host that was asked.
        host: String,
        /// What the system says.
        what: String,
    },
    /// The connection was lost before the answer was complete, every time.
    #[error("`{host}` dropped the connection: {what}{trace}")]
    Dropped {
        /// The host that was asked.
        host: String,
        /// What the system says.
        what: String,
        /// Ids for a support request.
        trace: Trace,
    },
    /// No complete answer in time.
    #[error("`{host}` did not answer in time{trace}")]
    Timeout {
        /// The host that was asked.
        host: String,
        /// Ids for a support request.
        trace: Trace,
    },
    /// A limit of this client was reached.
    #[error("there is more than {name} ({value}) allows{trace}")]
    Limit {
        /// The limit's name.
        name: &'static str,
        /// Its value, in the unit that its name ends in.
        value: u64,
        /// Ids for a support request.
        trace: Trace,
    },
    /// A next page or content that lies elsewhere: following it would hand the token to a stranger.
    #[error("the answer leads to another origin: `{origin}`{trace}")]
    OtherOrigin {
        /// Where it points.
        origin: String,
        /// Ids for a support request.
        trace: Trace,
    },
    /// A next page that has been read before.
    #[error("the pages form a circle{trace}")]
    PageCycle {
        /// Ids for a support request.
        trace: Trace,
    },
    /// JSON, but not what it should be.
    #[error("the answer cannot be read: {}{trace}", malformed(.path, .what))]
    Malformed {
        /// The member that is at fault; empty for the whole.
        path: String,
        /// What is wrong with it.
        what: String,
        /// Ids for a support request.
        trace: Trace,
    },
    /// Nobody subscribed to the content of the Office 365 Management Activity API, which collects
    /// none before.
    #[error("nobody subscribed to `{content}`; this starts it: `{command}`")]
    NotSubscribed {
        /// The content type.
        content: &'static str,
        /// The command line that subscribes to it.
        command: String,
    },
    /// The Office 365 Management Activity API cannot be asked.
    #[error("the Office 365 Management Activity API cannot be asked here")]
    NoActivity,
    /// Reading was ended from outside before the answer came.
    #[error("interrupted")]
    Interrupted,
    /// So many requests in a row got no answer that the rest was not sent.
    #[error("given up: {0} requests in a row got no answer (UNANSWERED_MAX)")]
    Unanswered(u32),
    /// The reading took so many seconds that the rest was not sent.
    #[error("given up: the reading took longer than READING_MAX ({0} s)")]
    TooLong(u64),
    /// The system gives no random numbers, without which no request can be signed or told apart.
    #[error("the system gives no random numbers")]
    NoRandomness,
}

/// Ids by which Microsoft finds a request again; empty where no answer came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// `request-id`: the service's id.
    pub request_id: Option<String>,
    /// `client-request-id`: this client's id.
    pub client_request_id: Option<String>,
}

/// What the token service said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRefusal {
    /// The OAuth error, such as `invalid_client`.
    pub error: String,
    /// The number of `AADSTS…`; `None` when the answer has none.
    pub code: Option<u32>,
    /// The first line of the description, or the OAuth error where there is none.
    pub description: String,
    /// `trace_id`.
    pub trace_id: Option<String>,
    /// `correlation_id`.
    pub correlation_id: Option<String>,
}

impl Problem {
    /// Whether granting the application a permission would mend it.
    pub fn is_permission(&self) -> bool {
        let Self::Denied { code, message, .. } = self else {
            return false;
        };
        PERMISSION_CODES.iter().any(|known| known.eq_ignore_ascii_case(code))
            || message.contains("PermissionScopeNotGranted")
    }

    /// Whether the tenant lacks a licence.
    pub fn is_licence(&self) -> bool {
        matches!(self, Self::Licence { .. })
    }

    /// Whether the service understood the request and refuses it.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self, Self::Denied { .. } | Self::Refused { status: 400 | 402, .. })
    }

    /// Whether the directory says that it knows no such object. Other answers with status 404, such
    /// as one for a path that a cloud lacks, prove nothing about the object.
    pub(crate) fn is_absence(&self) -> bool {
        let Self::NotFound { code, .. } = self else {
            return false;
        };
        ABSENCE_CODES.iter().any(|known| known.eq_ignore_ascii_case(code))
    }

    /// Whether no usable answer came, however often the request was sent.
    pub(crate) fn is_outage(&self) -> bool {
        matches!(
            self,
            Self::Throttled { .. }
                | Self::Server { .. }
                | Self::Connect { .. }
                | Self::Dropped { .. }
                | Self::Timeout { .. }
        )
    }

    /// Whether nothing at all can be read: met at the first request, it ends the reading.
    pub fn is_fatal(&self) -> bool {
        matches!(
            self,
            Self::Token(_)
                | Self::SignIn(_)
                | Self::Challenged { .. }
                | Self::Unauthorized { .. }
                | Self::Throttled { .. }
                | Self::Redirected { .. }
                | Self::NotJson { .. }
                | Self::Tls { .. }
                | Self::Connect { .. }
                | Self::Dropped { .. }
                | Self::Timeout { .. }
                | Self::Interrupted
                | Self::NoRandomness
        )
    }

    /// Whether somebody has to do something before it can be read.
    pub fn is_lasting(&self) -> bool {
        matches!(
            self,
            Self::Token(_)
                | Self::SignIn(_)
                | Self::Challenged { .. }
                | Self::Unauthorized { .. }
                | Self::Denied { .. }
                | Self::Licence { .. }
                | Self::NotFound { .. }
                | Self::NotSubscribed { .. }
        )
    }

    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<&'static str> {
        if let Some(hint) = activity::hint_for(self) {
            return Some(hint);
        }
        match self {
            Self::Token(refusal) => refusal.code.and_then(hint_for),
            Self::SignIn(problem) => problem.hint(),
            Self::Challenged { .. } => Some(
                "sign in as a person with `--browser`, which can meet the demand, or exclude the \
                 watcher's application from the policy or protected action that makes it",
            ),
            Self::Unauthorized { .. } => {
                Some("check that the token service and Graph belong to the same cloud")
            }
            Self::Denied { .. } => Some(
                "an application needs the application permission, with admin consent; a person \
                 needs the delegated permission and a directory role, such as Global Reader",
            ),
            Self::Throttled { .. } => {
                Some("try again later; other applications share this tenant's allowance")
            }
            Self::Redirected { .. } | Self::NotJson { .. } => {
                Some("check the proxy (`HTTPS_PROXY`), or sign in to the network")
            }
            Self::Tls { .. } => Some(
                "if a proxy inspects TLS, its certification authority must be in the system \
                 store, or in a PEM file that `trust = \"ca.pem\"` in [tenant] names",
            ),
            Self::Connect { .. } | Self::Timeout { .. } => {
                Some("check the name, the network, and the proxy (`HTTPS_PROXY`)")
            }
            Self::Unanswered(_) | Self::TooLong(_) => {
                Some("try again later; `--resume` reads what is missing, and nothing twice")
            }
            _ => None,
        }
    }

    /// A 4xx answer with Graph's error body, sorted by what would mend it.
    pub(crate) fn refused(status: u16, code: String, message: String, trace: Trace) -> Self {
        if matches!(status, 400 | 402 | 403) && says_licence(&code, &message) {
            return Self::Licence { code, message, trace };
        }
        match status {
            401 => Self::Unauthorized { code, message, trace },
            403 => Self::Denied { code, message, trace },
            404 => Self::NotFound { code, trace },
            _ => Self::Refused { status, code, message, trace },
        }
    }

    pub(crate) fn malformed(why: ReadError, trace: Trace) -> Self {
        Self::Malformed { path: one_line(&why.path), what: one_line(&why.what), trace }
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.request_id, &self.client_request_id) {
            (Some(theirs), Some(ours)) => {
                write!(f, " (request id {theirs}, client request id {ours})")
            }
            (Some(theirs), None) => write!(f, " (request id {theirs})"),
            (None, Some(ours)) => write!(f, " (client request id {ours})"),
            (None, None) => Ok(()),
        }
    }
}

impl fmt::Display for TokenRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(code) = self.code {
            write!(f, "AADSTS{code}: ")?;
        }
        f.write_str(&self.description)?;
        let ids = [("trace id", &self.trace_id), ("correlation id", &self.correlation_id)];
        let mut separator = " (";
        for (name, id) in ids {
            if let Some(id) = id {
                write!(f, "{separator}{name} {id}")?;
                separator = ", ";
            }
        }
        f.write_str(if separator == ", " { ")" } else { "" })
    }
}

fn says_licence(code: &str, message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    LICENCE_CODES.iter().any(|known| known.eq_ignore_ascii_case(code))
        || LICENCE_WORDS.iter().any(|words| message.contains(words))
}

fn throttled(retry_after_seconds: Option<u64>, attempts: u32, reached: Reached) -> String {
    let asked = match retry_after_seconds {
        Some(seconds) => format!("asked to wait {seconds} s"),
        None => "told to slow down, without a time".into(),
    };
    let limit = RETRY_AFTER_MAX.as_secs();
    match reached {
        Reached::RetryAfter => format!("{asked}, more than RETRY_AFTER_MAX ({limit} s)"),
        _ => format!("{asked}, after {attempts} attempts{}", within(reached)),
    }
}

/// The limit other than the number of attempts that ended them.
fn within(reached: Reached) -> String {
    let (says, limit) = match reached {
        Reached::Attempts => return String::new(),
        Reached::RetryAfter => (", asking to wait more than RETRY_AFTER_MAX", RETRY_AFTER_MAX),
        Reached::Waiting => (" within WAITING_MAX", WAITING_MAX),
    };
    format!("{says} ({} s)", limit.as_secs())
}

fn malformed(path: &str, what: &str) -> String {
    if path.is_empty() { what.into() } else { format!("`{path}`: {what}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, code: &str, message: &str) -> Problem {
        Problem::refused(status, code.into(), message.into(), Trace::default())
    }

    #[test]
    fn a_missing_permission_is_known_in_each_workload_s_words() {
        for (code, message) in [
            ("Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
            ("authorization_requestdenied", ""),
            ("Forbidden", ""),
            ("AccessDenied", ""),
            ("AuthorizationFailed", "The client does not have authorization over scope"),
            ("UnknownError", r#"{"errorCode":"PermissionScopeNotGranted","message":"…"}"#),
        ] {
            let problem = refused(403, code, message);
            assert!(problem.is_permission() && !problem.is_licence(), "{code}");
        }
        assert!(!refused(403, "insufficient_claims", "").is_permission());
        assert!(!refused(400, "Forbidden", "").is_permission());
        assert!(!refused(404, "Authorization_RequestDenied", "").is_permission());
    }

    #[test]
    fn a_missing_licence_is_no_missing_permission() {
        for (status, code, message) in [
            (403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", ""),
            (400, "AadPremiumLicenseRequired", ""),
            (403, "Forbidden", "Tenant is not B2C and doesn't have a Premium License"),
            (403, "UnknownError", "The tenant needs an AAD Premium 2 license."),
            (403, "NoLicense", "User is not authorized."),
            (403, "Forbidden", "Reason: Tenant does not meet license requirement!"),
            (400, "X", "The tenant needs to have Microsoft Entra ID Governance license."),
        ] {
            let problem = refused(status, code, message);
            assert!(problem.is_licence() && !problem.is_permission(), "{code}");
        }
        assert!(!refused(500, "AadPremiumLicenseRequired", "").is_licence());
    }

    #[test]
    fn every_message_is_one_line_with_its_ids() {
        let trace =
            Trace { request_id: Some("aaaa".into()), client_request_id: Some("bbbb".into()) };
        let problem = Problem::NotFound { code: "Request_ResourceNotFound".into(), trace };
        assert_eq!(
            problem.to_string(),
            "not found: Request_ResourceNotFound (request id aaaa, client request id bbbb)"
        );
        let refusal = TokenRefusal {
            error: "invalid_client".into(),
            code: Some(7_000_222),
            description: "the provided client secret keys are expired".into(),
            trace_id: None,
            correlation_id: Some("cccc".into()),
        };
        assert_eq!(
            Problem::Token(refusal).to_string(),
            "the token was refused: AADSTS7000222: the provided client secret keys are expired \
             (correlation id cccc)"
        );
    }
}
