//! What the token endpoint answers to an attempt.

use alloc::format;
use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::watch::detect::Severity;

/// What the token endpoint answered.
///
/// Source: <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "word", rename_all = "kebab-case")]
pub enum Answer {
    /// A wrong password, as it should be (AADSTS50126).
    WrongPassword,
    /// The password was right: a token, or another demand than for a password.
    RightPassword,
    /// The account is locked for a while, or the address is blocked (AADSTS50053).
    Locked,
    /// There is no such user (AADSTS50034).
    NoUser,
    /// The account is disabled (AADSTS50057), or has no password (AADSTS50056).
    NoPassword,
    /// The application does not exist, or takes no passwords (AADSTS700016, 7000218, 7000112).
    Client,
    /// The service answered for another request id than it was sent.
    OtherRequest,
    /// There was no answer, or the service failed.
    Nothing,
    /// Any other refusal.
    Other {
        /// The AADSTS number.
        code: u32,
    },
}

impl Answer {
    /// What a refusal with such an AADSTS number means.
    pub const fn of_refusal(code: u32) -> Self {
        match code {
            50126 => Self::WrongPassword,
            50053 => Self::Locked,
            50034 => Self::NoUser,
            50056 | 50057 => Self::NoPassword,
            700_016 | 7_000_218 | 7_000_112 => Self::Client,
            90_033 | 50_196 => Self::Nothing,
            code if is_right_password(code as i64) => Self::RightPassword,
            code => Self::Other { code },
        }
    }

    /// Whether a record of it must come back.
    pub const fn has_record(self) -> bool {
        matches!(self, Self::WrongPassword | Self::Locked)
    }

    /// How bad it is; `None` where nothing is wrong with it.
    pub const fn severity(self) -> Option<Severity> {
        Some(match self {
            Self::WrongPassword => return None,
            Self::RightPassword => Severity::Critical,
            Self::Nothing => Severity::Low,
            Self::Locked
            | Self::NoUser
            | Self::NoPassword
            | Self::Client
            | Self::OtherRequest
            | Self::Other { .. } => Severity::Medium,
        })
    }

    /// What it means, in one sentence without a name.
    pub fn sentence(self) -> String {
        match self {
            Self::WrongPassword => "the password was refused, as it should be".into(),
            Self::RightPassword => {
                "the canary's password, which everybody can read, opens the decoy".into()
            }
            Self::Locked => {
                "the decoy is locked: somebody tries passwords, or this address is blocked \
                 (AADSTS50053)"
                    .into()
            }
            Self::NoUser => {
                "there is no such user: the decoy was deleted or renamed (AADSTS50034)".into()
            }
            Self::NoPassword => {
                "the decoy is disabled or has no password (AADSTS50057, AADSTS50056)".into()
            }
            Self::Client => "the application of the attempt does not exist or takes no passwords \
                 (AADSTS700016, AADSTS7000218)"
                .into(),
            Self::OtherRequest => {
                "the service answered for another request id than it was sent, so that no record \
                 can be recognised"
                    .into()
            }
            Self::Nothing => "the token endpoint gave no answer".into(),
            Self::Other { code } => format!("the attempt was refused with AADSTS{code}"),
        }
    }
}

/// Whether an error code says that the password was right, and something else was missing.
///
/// Source: <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>.
pub(crate) const fn is_right_password(code: i64) -> bool {
    matches!(
        code,
        0 | 50055 | 50072 | 50074 | 50076 | 50079 | 50097 | 50140 | 50158 | 53000
            ..=53005 | 65001 | 500_121 | 530_032
    )
}
