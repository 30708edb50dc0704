//! Why a text is no device filter rule.

use alloc::string::String;
use core::fmt;

use super::super::device::Attribute;
use super::operator::Operator;
use super::parser::{RULE_CHARACTERS_MAX, RULE_DEPTH_MAX};

/// Why a text is no rule. Places are counted in characters, the first being 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleError {
    /// It is longer than [`RULE_CHARACTERS_MAX`].
    TooLong {
        /// How many characters it has.
        characters: usize,
    },
    /// Its parentheses and `-not` nest deeper than [`RULE_DEPTH_MAX`].
    TooDeep {
        /// The first that is too deep.
        at: usize,
    },
    /// A character that begins nothing.
    Character {
        /// Where it is.
        at: usize,
        /// The character.
        found: char,
    },
    /// A text without its closing quote.
    Unclosed {
        /// Its opening quote.
        at: usize,
    },
    /// Characters in a text of which the documentation does not say what they stand for.
    Escape {
        /// Where they are.
        at: usize,
        /// The characters.
        found: String,
    },
    /// An empty text: the documentation does not say whether a null value equals it.
    EmptyText {
        /// Its opening quote.
        at: usize,
    },
    /// Something else than what may stand there.
    Unexpected {
        /// Where it is.
        at: usize,
        /// What stands there.
        found: String,
        /// What may stand there.
        expected: &'static str,
    },
    /// An attribute that device filters do not have.
    UnknownAttribute {
        /// Where it is.
        at: usize,
        /// As it is written, with `device.`.
        found: String,
    },
    /// An operator that device filters do not have.
    UnknownOperator {
        /// Where it is.
        at: usize,
        /// As it is written.
        found: String,
    },
    /// An operator that the attribute does not support.
    Unsupported {
        /// Where the operator is.
        at: usize,
        /// The attribute.
        attribute: Attribute,
        /// The operator.
        operator: Operator,
    },
    /// A value of a kind that the attribute or the operator does not take.
    WrongValue {
        /// Where it is.
        at: usize,
        /// The attribute.
        attribute: Attribute,
        /// What stands there.
        found: String,
        /// What may stand there.
        expected: &'static str,
    },
    /// A comparison with null, which the documentation of device filters does not define.
    Null {
        /// Where it is.
        at: usize,
        /// The attribute.
        attribute: Attribute,
    },
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { characters } => {
                write!(f, "the rule has {characters} characters, at most {RULE_CHARACTERS_MAX} ")?;
                f.write_str("(RULE_CHARACTERS_MAX) are allowed")
            }
            Self::TooDeep { at } => {
                write!(f, "character {at}: parentheses and -not nest deeper than ")?;
                write!(f, "{RULE_DEPTH_MAX} (RULE_DEPTH_MAX)")
            }
            Self::Character { at, found } => {
                write!(f, "character {at}: `{}` begins nothing", found.escape_debug())
            }
            Self::Unclosed { at } => write!(f, "character {at}: a text without its closing quote"),
            Self::Escape { at, found } => {
                write!(f, "character {at}: `{found}` in a text has no documented meaning")
            }
            Self::EmptyText { at } => {
                write!(f, "character {at}: comparing with an empty text has no documented meaning")
            }
            Self::Unexpected { at, found, expected } => {
                write!(f, "character {at}: expected {expected}, found {found}")
            }
            Self::UnknownAttribute { at, found } => {
                write!(f, "character {at}: `{found}` is no attribute of device filters")
            }
            Self::UnknownOperator { at, found } => {
                write!(f, "character {at}: `{found}` is no operator of device filters")
            }
            Self::Unsupported { at, attribute, operator } => {
                write!(f, "character {at}: `device.{attribute}` does not support `{operator}`")
            }
            Self::WrongValue { at, attribute, found, expected } => {
                write!(f, "character {at}: `device.{attribute}` is compared with {expected}, ")?;
                write!(f, "found {found}")
            }
            Self::Null { at, attribute } => {
                write!(f, "character {at}: comparing `device.{attribute}` with null has no ")?;
                f.write_str("documented meaning")
            }
        }
    }
}

impl core::error::Error for RuleError {}
