//! Why a mail was not taken.

use std::error::Error as _;
use std::fmt;
use std::time::Duration;

use lettre::transport::smtp::Error as LettreError;
use thiserror::Error;

use super::{Options, Server};
use crate::readable::readable;

/// A step of the dialogue with a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Opening the connection.
    Connect,
    /// The server's first words, and `EHLO`.
    Greeting,
    /// `STARTTLS`, and the TLS handshake.
    Tls,
    /// `AUTH`.
    Login,
    /// `MAIL FROM`.
    Sender,
    /// `RCPT TO`.
    Recipient,
    /// `DATA`.
    Data,
    /// The mail itself.
    Content,
    /// `RSET`, after a refusal.
    Reset,
    /// `QUIT`.
    Goodbye,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "the connection",
            Self::Greeting => "the greeting",
            Self::Tls => "the TLS handshake",
            Self::Login => "the sign-in",
            Self::Sender => "the sender",
            Self::Recipient => "the recipient",
            Self::Data => "the announcement of the mail",
            Self::Content => "the mail",
            Self::Reset => "the reset after a refusal",
            Self::Goodbye => "the goodbye",
        })
    }
}

/// Why a mail was not taken. No message holds an address or a password.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SmtpError {
    /// No connection.
    #[error("`{server}` cannot be reached: {what}")]
    NotReached {
        /// The server.
        server: Server,
        /// What the system says.
        what: String,
    },
    /// It took too long.
    #[error("`{server}` did not answer to {step} within SMTP_TIMEOUT ({} s)", limit.as_secs_f32())]
    TimedOut {
        /// The server.
        server: Server,
        /// Where it stopped.
        step: Step,
        /// The limit.
        limit: Duration,
    },
    /// It cannot be spoken to in private.
    #[error("`{server}` offers no STARTTLS, and nothing is sent without TLS")]
    NoStartTls {
        /// The server.
        server: Server,
    },
    /// It is not who it must be, or cannot speak TLS.
    #[error("`{server}`: TLS failed: {what}")]
    Tls {
        /// The server.
        server: Server,
        /// What is wrong.
        what: String,
    },
    /// It offers no way to sign in that is known here.
    #[error("`{server}` offers neither AUTH PLAIN nor AUTH LOGIN")]
    NoLogin {
        /// The server.
        server: Server,
    },
    /// It said no.
    #[error("`{server}` refused {step}: {said}")]
    Refused {
        /// The server.
        server: Server,
        /// To what.
        step: Step,
        /// Its words, with addresses left out.
        said: String,
    },
    /// It went away, or said something that is not SMTP.
    #[error("`{server}` broke off at {step}: {what}")]
    Broken {
        /// The server.
        server: Server,
        /// Where.
        step: Step,
        /// What happened.
        what: String,
    },
    /// No message can be made of the text.
    #[error("the mail cannot be written: {0}")]
    Message(String),
}

impl SmtpError {
    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NotReached { .. } => Some("look at `smtp` in `[notify]`, and at firewalls"),
            Self::NoStartTls { .. } => Some("use `smtps://` when the server speaks TLS at once"),
            Self::Tls { .. } => Some(
                "the certificate must be for the host that `smtp` names; for an authority of your \
                 own, give its certificate as `trust`",
            ),
            Self::NoLogin { .. } => {
                Some("leave out `user` and `password` where the server asks for none")
            }
            Self::Refused { step: Step::Login, .. } => {
                Some("look at `user` and at what `password` refers to")
            }
            _ => None,
        }
    }

    /// Whether nothing more can be said on this connection.
    pub(super) fn ends_the_session(&self) -> bool {
        !matches!(
            self,
            Self::Refused { step: Step::Sender | Step::Recipient | Step::Data, .. }
                | Self::Refused { step: Step::Content, .. }
                | Self::Message(_)
        )
    }

    /// Whether it is open if the mail was taken: it was sent, and the answer did not come.
    pub(super) fn is_about_content(&self) -> bool {
        let content = Step::Content;
        matches!(self, Self::Broken { step, .. } | Self::TimedOut { step, .. } if *step == content)
    }

    pub(super) fn timed_out(options: &Options, step: Step) -> Self {
        Self::TimedOut { server: options.server.clone(), step, limit: options.timeout }
    }

    pub(super) fn broken(options: &Options, step: Step, what: &str) -> Self {
        Self::Broken { server: options.server.clone(), step, what: readable(what) }
    }

    pub(super) fn refused(options: &Options, step: Step, said: &str) -> Self {
        Self::Refused { server: options.server.clone(), step, said: readable(said) }
    }

    pub(super) fn of(options: &Options, step: Step, error: &LettreError) -> Self {
        let source = error.source().map(ToString::to_string).unwrap_or_default();
        match error.status() {
            Some(code) => Self::refused(options, step, format!("{code} {source}").trim()),
            None if source.is_empty() => Self::broken(options, step, &error.to_string()),
            None => Self::broken(options, step, &source),
        }
    }
}
