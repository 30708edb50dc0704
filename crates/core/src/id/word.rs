//! Ids that people choose and write by hand: on an envelope, in the register, in a command.
//!
//! They are short and plain, so that they read the same on paper, in a stream and in a signed
//! statement, and an id of a person tells nobody who that is.

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest of these ids, in characters.
pub const WORD_CHARACTERS_MAX: usize = 40;

/// A text that is none of these ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAWord {
    /// What it should have been, such as `id of a person`.
    pub what: &'static str,
    /// The text.
    pub text: String,
}

impl fmt::Display for NotAWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, text } = self;
        write!(
            f,
            "`{}` is no {what} (1 to {WORD_CHARACTERS_MAX} lower-case letters, digits and `-`, \
             the first and last of them no `-`)",
            text.escape_debug()
        )
    }
}

impl core::error::Error for NotAWord {}

/// The word in its one spelling, if it is one.
fn read(what: &'static str, text: String) -> Result<String, NotAWord> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_framed = !text.starts_with('-') && !text.ends_with('-');
    let is_word = (1..=WORD_CHARACTERS_MAX).contains(&text.len()) && is_framed;
    match is_word && text.chars().all(is_plain) {
        true => Ok(text),
        false => Err(NotAWord { what, text }),
    }
}

macro_rules! word_id {
    ($($(#[$doc:meta])* $name:ident, $what:literal, $fold:path;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// The id as it is written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NotAWord;

            fn from_str(text: &str) -> Result<Self, NotAWord> {
                read($what, $fold(text)).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAWord;

            fn try_from(text: String) -> Result<Self, NotAWord> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    )+};
}

word_id! {
    /// A person, by an opaque id: the only thing about a person that enters a stream.
    PersonId, "id of a person", str::to_owned;
    /// A place where items lie: a safe, a vault, a notary's.
    PlaceId, "id of a place", str::to_owned;
    /// An item that somebody holds: a key, an envelope, a sheet.
    ItemId, "id of an item", str::to_owned;
    /// The number on a tamper-evident seal; its capitals are written small.
    SealNumber, "number of a seal", str::to_ascii_lowercase;
    /// A secret that was split into shares.
    SplitId, "id of a split", str::to_owned;
    /// An incident or a drill.
    OccasionId, "id of an incident or drill", str::to_owned;
    /// A custody ledger, so that what is signed for one counts in no other. Random, chosen once.
    LedgerId, "id of a ledger", str::to_owned;
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn words_are_read_as_they_stand() {
        for text in ["a", "7", "p-ada", "a--b", &"x".repeat(WORD_CHARACTERS_MAX)] {
            let id: PersonId = text.parse().unwrap();
            assert_eq!((id.as_str(), id.to_string().as_str()), (text, text));
            let json = serde_json::to_string(&id).unwrap();
            assert_eq!(json, std::format!("\"{text}\""));
            assert_eq!(serde_json::from_str::<PersonId>(&json).unwrap(), id);
        }
        let seal: SealNumber = "AB-12".parse().unwrap();
        assert_eq!(seal.as_str(), "ab-12", "printed on seals in capitals, typed as it comes");
        let debug = std::format!("{:?}", "s-1".parse::<SealNumber>().unwrap());
        assert_eq!(debug, "SealNumber(s-1)");
    }

    #[test]
    fn names_addresses_and_near_misses_are_refused() {
        let long = "x".repeat(WORD_CHARACTERS_MAX + 1);
        let texts =
            ["", "-", "-a", "a-", "Ada", "ada@example.org", "a b", "a\n", "é", "a.b", &long];
        for text in texts {
            assert!(text.parse::<PersonId>().is_err(), "{text}");
            let json = serde_json::to_string(text).unwrap();
            assert!(serde_json::from_str::<PersonId>(&json).is_err(), "{text}");
        }
        let said = "a\u{202e}".parse::<ItemId>().unwrap_err().to_string();
        assert!(said.starts_with("`a\\u{202e}` is no id of an item (1 to 40 "), "{said}");
    }
}
