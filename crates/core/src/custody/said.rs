//! Statements and signatures on their way between two machines: as text that is read again.

use alloc::string::{String, ToString as _};
use core::fmt;
use core::str::FromStr;

use super::event::Event;
use super::fact::Signed;
use super::statement::{DOMAIN, Statement};
use crate::id::{LedgerId, PersonId};
use crate::time::Timestamp;

/// The longest statement that is read, in bytes: a fact of the greatest length, and its frame.
pub const STATEMENT_BYTES_MAX: usize = 66_048;

/// A statement that was read: what [`Statement`] says, owned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The ledger.
    pub ledger: LedgerId,
    /// Who signs.
    pub person: PersonId,
    /// When; whoever signs puts their own time here.
    pub made: Timestamp,
    /// How often the subject had changed before.
    pub revision: u64,
    /// What happened.
    pub event: Event,
}

impl Said {
    /// The statement whose text is signed.
    pub fn statement(&self) -> Statement<'_> {
        let Self { ledger, person, made, revision, event } = self;
        Statement { ledger, person, made: *made, revision: *revision, event }
    }
}

/// Why a text is no statement. The text is not repeated: it may be anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAStatement {
    /// It has more bytes than [`STATEMENT_BYTES_MAX`].
    TooLong,
    /// It has not the six lines of a statement.
    Lines,
    /// A value cannot be read; its line's name.
    Value(&'static str),
    /// It reads as a statement that has another text: nobody signs what is not what is shown.
    Spelling,
}

impl fmt::Display for NotAStatement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => {
                write!(f, "it is longer than STATEMENT_BYTES_MAX ({STATEMENT_BYTES_MAX} bytes)")
            }
            Self::Lines => write!(f, "it is not six lines, the first of them `{DOMAIN}`"),
            Self::Value(name) => write!(f, "its `{name}` cannot be read by this version"),
            Self::Spelling => f.write_str("it is not spelled as a statement is"),
        }
    }
}

impl core::error::Error for NotAStatement {}

impl FromStr for Said {
    type Err = NotAStatement;

    /// The text that a [`Statement`] prints, to the byte; but for line ends, which mail changes.
    fn from_str(text: &str) -> Result<Self, NotAStatement> {
        if text.len() > STATEMENT_BYTES_MAX {
            return Err(NotAStatement::TooLong);
        }
        let text = text.replace("\r\n", "\n");
        let text = text.trim_matches('\n');
        let mut lines = text.split('\n');
        if lines.next() != Some(DOMAIN) {
            return Err(NotAStatement::Lines);
        }
        let mut value = |name: &str| {
            let line = lines.next().and_then(|line| line.strip_prefix(name));
            line.and_then(|line| line.strip_prefix(": ")).ok_or(NotAStatement::Lines)
        };
        let [ledger, person] = [value("ledger")?, value("person")?];
        let [made, revision, event] = [value("made")?, value("revision")?, value("event")?];
        if lines.next().is_some() {
            return Err(NotAStatement::Lines);
        }
        let said = Self {
            ledger: read("ledger", ledger)?,
            person: read("person", person)?,
            made: read("made", made)?,
            revision: read("revision", revision)?,
            event: serde_json::from_str(event).map_err(|_| NotAStatement::Value("event"))?,
        };
        match said.statement().to_string().trim_end() == text {
            true => Ok(said),
            false => Err(NotAStatement::Spelling),
        }
    }
}

fn read<T: FromStr>(name: &'static str, text: &str) -> Result<T, NotAStatement> {
    text.parse().map_err(|_| NotAStatement::Value(name))
}

/// The word that begins a signature's line.
const SIGNATURE: &str = "custody-signature";

/// A signature as one line, `custody-signature ada 2026-11-23T04:00:00Z 2ede…`: who, when, what.
impl fmt::Display for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { person, made, signature } = self;
        write!(f, "{SIGNATURE} {person} {made} {signature}")
    }
}

/// A text that is no line of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotSigned;

impl fmt::Display for NotSigned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no signature (`{SIGNATURE} PERSON TIME` and 128 hexadecimal digits)")
    }
}

impl core::error::Error for NotSigned {}

impl FromStr for Signed {
    type Err = NotSigned;

    /// Mail breaks lines and adds spaces; neither changes what is signed.
    fn from_str(text: &str) -> Result<Self, NotSigned> {
        let mut words = text.split_whitespace();
        if words.next() != Some(SIGNATURE) {
            return Err(NotSigned);
        }
        let person = words.next().ok_or(NotSigned)?.parse().map_err(|_| NotSigned)?;
        let made = words.next().ok_or(NotSigned)?.parse().map_err(|_| NotSigned)?;
        let signature: String = words.flat_map(str::chars).collect();
        let signature = signature.parse().map_err(|_| NotSigned)?;
        Ok(Self { person, made, signature })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    const TEXT: &str = "halligan custody statement v1\n\
        ledger: ledger-1\n\
        person: ada\n\
        made: 2026-11-23T04:00:00Z\n\
        revision: 1\n\
        event: {\"item\":\"key-1\",\"kind\":\"lost\",\"reason\":\"gone\"}\n";

    #[test]
    fn a_statement_reads_as_it_prints() {
        for text in [TEXT.into(), TEXT.replace('\n', "\r\n"), format!("\n{TEXT}\n\n")] {
            let said: Said = text.parse().unwrap();
            assert_eq!(said.statement().to_string(), TEXT);
        }
    }

    #[test]
    fn what_differs_from_a_statement_is_refused() {
        let long = format!("{TEXT}{}", "\n".repeat(STATEMENT_BYTES_MAX));
        for (text, why) in [
            (String::new(), NotAStatement::Lines),
            (TEXT.replace("v1", "v2"), NotAStatement::Lines),
            (TEXT.replace("person: ", "person:"), NotAStatement::Lines),
            (format!("{TEXT}event: {{}}"), NotAStatement::Lines),
            (TEXT.replace("revision: 1\n", ""), NotAStatement::Lines),
            (TEXT.replace("ada", "Ada"), NotAStatement::Value("person")),
            (TEXT.replace("revision: 1", "revision: -1"), NotAStatement::Value("revision")),
            (TEXT.replace("lost", "found"), NotAStatement::Value("event")),
            (TEXT.replace("\"reason\"", "\"why\""), NotAStatement::Value("event")),
            (TEXT.replace("04:00:00Z", "04:00:00.0Z"), NotAStatement::Spelling),
            (TEXT.replace("revision: 1", "revision: +1"), NotAStatement::Spelling),
            (TEXT.replace(",\"kind", ", \"kind"), NotAStatement::Spelling),
            (long, NotAStatement::TooLong),
        ] {
            assert_eq!(text.parse::<Said>(), Err(why), "{text}");
        }
    }

    #[test]
    fn a_signature_is_one_line_that_mail_may_break() {
        let digits = "ab".repeat(64);
        let line = format!("custody-signature ada 2026-11-23T04:00:00Z {digits}");
        let signed: Signed = line.parse().unwrap();
        assert_eq!(signed.to_string(), line);
        let broken = format!("  {}\r\n {}\n", &line[..70], &line[70..]);
        assert_eq!(broken.parse(), Ok(signed));
        for text in ["", &line[1..], &line[..100], &line.replace("ada", "A"), &line.to_uppercase()]
        {
            assert_eq!(text.parse::<Signed>(), Err(NotSigned), "{text}");
        }
    }
}
