//! What can be wrong with a register's text: one comparable kind, with line and column.

use std::fmt;

use thiserror::Error;

/// Errors of one file that are kept; more are counted.
pub const ERRORS_MAX: usize = 20;

/// One thing that is wrong with a register, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The file, as it was named.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub fault: Fault,
}

/// Everything that is wrong with a register, in the order of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigErrors {
    /// The first [`ERRORS_MAX`] of them.
    pub errors: Vec<ConfigError>,
    /// How many more there are.
    pub more: usize,
}

/// What is wrong with a place in a register.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// It is not TOML.
    #[error("not TOML: {0}")]
    Syntax(String),
    /// A key that does not belong there.
    #[error("unknown key `{key}` in {place}")]
    UnknownKey {
        /// The key.
        key: String,
        /// The table that it is in, as the file spells it.
        place: String,
        /// The valid key that is spelled most alike.
        nearest: Option<&'static str>,
        /// Every valid key.
        valid: &'static [&'static str],
    },
    /// A key that must be there is not.
    #[error("`{key}` is missing in {place}")]
    Missing {
        /// The key.
        key: &'static str,
        /// The table.
        place: String,
        /// What it would say.
        example: &'static str,
    },
    /// A value of another type.
    #[error("`{key}` is {found}, and must be {expected}")]
    WrongType {
        /// The key.
        key: String,
        /// What it must be.
        expected: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// A value of the right type that says something impossible.
    #[error("`{key}`: {what}")]
    Value {
        /// The key.
        key: String,
        /// What is wrong with it.
        what: String,
        /// What to do.
        hint: Option<String>,
    },
    /// A secret in the file itself. Its text is not repeated.
    #[error("`{key}` holds the secret itself")]
    PlainSecret {
        /// The key.
        key: &'static str,
    },
    /// A check that this version does not have.
    #[error("there is no check `{id}`")]
    UnknownCheck {
        /// What was written.
        id: String,
        /// The check whose id is spelled most alike.
        nearest: Option<&'static str>,
    },
    /// Two accounts that would be called the same.
    #[error("the code name `{0}` is taken by another account")]
    TakenName(String),
    /// More than a limit allows.
    #[error("more than {limit} ({value})")]
    Limit {
        /// The limit's name.
        limit: &'static str,
        /// Its value.
        value: usize,
    },
}

impl Fault {
    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownKey { nearest: Some(nearest), .. } => {
                Some(format!("did you mean `{nearest}`?"))
            }
            Self::UnknownKey { valid, .. } => Some(format!("valid here: `{}`", valid.join("`, `"))),
            Self::Missing { example, .. } => Some(format!("for example `{example}`")),
            Self::PlainSecret { key } => Some(format!(
                "refer to it: `{key} = {{ env = \"NAME\" }}`, `{{ file = \"path\" }}` or \
                 `{{ command = [\"program\", \"argument\"] }}`; and renew it, it was on a disk"
            )),
            Self::UnknownCheck { nearest: Some(nearest), .. } => {
                Some(format!("did you mean `{nearest}`?"))
            }
            Self::UnknownCheck { .. } => {
                Some("ids are in the first column of the report, such as `HG-EXIT-09`".into())
            }
            Self::TakenName(_) => Some("give each account a `code_name` of its own".into()),
            Self::Value { hint, .. } => hint.clone(),
            Self::Syntax(_) | Self::WrongType { .. } | Self::Limit { .. } => None,
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, fault } = self;
        write!(f, "{file}:{line}:{column}: {fault}")
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, error) in self.errors.iter().enumerate() {
            let separator = if place == 0 { "" } else { "\n" };
            write!(f, "{separator}{error}")?;
        }
        if self.more > 0 {
            write!(f, "\n… and {} more", self.more)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
impl std::error::Error for ConfigErrors {}
