//! The names of streams.

use alloc::string::String;
use core::fmt;
use core::str::FromStr;

/// The longest name of a stream, in bytes. With what engines put around it, it stays below the 255
/// bytes that file systems allow a name.
pub const STREAM_NAME_BYTES_MAX: usize = 100;

/// Names that Windows takes for devices, whatever follows after a dot. Streams become files, and a
/// folder of streams is copied from one system to another.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// What a stream is called, such as `custody` or `incident/2026-0007`: parts of lower-case letters,
/// digits and `-`, divided by `/`. A part neither begins nor ends with `-`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StreamName(String);

impl StreamName {
    /// The name of a stream of ours, which is one word of lower-case letters.
    pub(crate) fn of_one_word(word: &'static str) -> Self {
        Self(word.into())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text is not the name of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamNameError {
    /// It has more bytes than [`STREAM_NAME_BYTES_MAX`].
    TooLong {
        /// How many it has.
        bytes: usize,
    },
    /// A part is empty, begins or ends with `-`, or holds another character.
    Part {
        /// The text.
        text: String,
    },
    /// A part is the name of a device on Windows.
    Device {
        /// The text.
        text: String,
    },
}

impl fmt::Display for StreamNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes } => write!(
                f,
                "the name of a stream has {bytes} bytes, more than STREAM_NAME_BYTES_MAX \
                 ({STREAM_NAME_BYTES_MAX})"
            ),
            Self::Part { text } => write!(
                f,
                "`{}` is not the name of a stream (lower-case letters, digits and `-`, in parts \
                 divided by `/`)",
                text.escape_debug()
            ),
            Self::Device { text } => {
                write!(f, "`{text}` cannot name a stream: Windows takes it for a device")
            }
        }
    }
}

impl core::error::Error for StreamNameError {}

impl FromStr for StreamName {
    type Err = StreamNameError;

    fn from_str(text: &str) -> Result<Self, StreamNameError> {
        if text.len() > STREAM_NAME_BYTES_MAX {
            return Err(StreamNameError::TooLong { bytes: text.len() });
        }
        if !text.split('/').all(is_part) {
            return Err(StreamNameError::Part { text: text.into() });
        }
        if text.split('/').any(is_device) {
            return Err(StreamNameError::Device { text: text.into() });
        }
        Ok(Self(text.into()))
    }
}

fn is_part(part: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !part.is_empty() && part.bytes().all(plain) && !part.starts_with('-') && !part.ends_with('-')
}

fn is_device(part: &str) -> bool {
    let numbered = part.strip_prefix("com").or_else(|| part.strip_prefix("lpt"));
    let is_digit = |rest: &str| rest.len() == 1 && rest.bytes().all(|byte| byte.is_ascii_digit());
    DEVICES.contains(&part) || numbered.is_some_and(is_digit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString as _;

    #[test]
    fn names_are_kept_as_they_are_written() {
        for text in ["custody", "incident/2026-0007", "a", "0/1/2", "com10", "console"] {
            assert_eq!(text.parse::<StreamName>().map(|name| name.to_string()), Ok(text.into()));
        }
        assert!("x".repeat(STREAM_NAME_BYTES_MAX).parse::<StreamName>().is_ok());
    }

    #[test]
    fn what_could_mislead_a_person_or_a_file_system_is_refused() {
        let parts = [
            "", "/", "a/", "/a", "a//b", "A", "a_b", "a b", "a.b", "..", "../a", "-a", "a-",
            "a\\b", "\u{430}", "a\n", "a\0",
        ];
        for text in parts {
            let expected = Err(StreamNameError::Part { text: text.into() });
            assert_eq!(text.parse::<StreamName>(), expected, "{text:?}");
        }
        for text in ["con", "nul", "incident/aux", "com1", "lpt9"] {
            let expected = Err(StreamNameError::Device { text: text.into() });
            assert_eq!(text.parse::<StreamName>(), expected);
        }
        let long = "x".repeat(STREAM_NAME_BYTES_MAX + 1);
        assert_eq!(long.parse::<StreamName>(), Err(StreamNameError::TooLong { bytes: 101 }));
    }

    #[test]
    fn a_hostile_name_stays_on_one_line() {
        let said = "a\n\u{1b}[31m".parse::<StreamName>().unwrap_err().to_string();
        assert!(said.starts_with("`a\\n\\u{1b}[31m` is not the name of a stream"), "{said}");
    }
}
