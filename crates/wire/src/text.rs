//! Text files as administrators' tools write them: UTF-8 with or without a mark, UTF-16 with one.

use std::borrow::Cow;
use std::fmt;

use encoding_rs::{UTF_16BE, UTF_16LE};

/// Characters of a foreign text that an error quotes.
const QUOTED_CHARS: usize = 60;

/// Bytes that are no text in an encoding that is read here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextError {
    /// Neither UTF-8 nor marked as UTF-16.
    NotUtf8 {
        /// Offset of the first byte that is wrong.
        offset: usize,
    },
    /// Marked as UTF-16, and no UTF-16.
    NotUtf16,
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 { offset } => write!(
                f,
                "is not UTF-8 (byte {offset}), and has no UTF-16 mark; save it as UTF-8, in \
                 PowerShell with `-Encoding utf8`"
            ),
            Self::NotUtf16 => f.write_str(
                "starts with a UTF-16 mark, but is no valid UTF-16; it may be cut off or changed",
            ),
        }
    }
}

impl std::error::Error for TextError {}

/// Decodes a file: UTF-8 (a leading mark is dropped), or UTF-16 that starts with its mark.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, TextError> {
    let wide = match bytes {
        [0xff, 0xfe, rest @ ..] => Some((UTF_16LE, rest)),
        [0xfe, 0xff, rest @ ..] => Some((UTF_16BE, rest)),
        _ => None,
    };
    if let Some((encoding, rest)) = wide {
        return encoding
            .decode_without_bom_handling_and_without_replacement(rest)
            .ok_or(TextError::NotUtf16);
    }
    let (mark, rest) = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => (3, rest),
        None => (0, bytes),
    };
    std::str::from_utf8(rest)
        .map(Cow::Borrowed)
        .map_err(|error| TextError::NotUtf8 { offset: mark + error.valid_up_to() })
}

/// A foreign text between backticks, on one line and not too long.
pub(crate) fn quoted(text: &str) -> String {
    let mut short: String = text.chars().take(QUOTED_CHARS).flat_map(char::escape_debug).collect();
    if text.chars().nth(QUOTED_CHARS).is_some() {
        short.push('…');
    }
    format!("`{}`", short.replace("\\\"", "\"").replace("\\'", "'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, mark: [u8; 2], bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        mark.into_iter().chain(text.encode_utf16().flat_map(bytes)).collect()
    }

    #[test]
    fn every_accepted_encoding_gives_the_same_text() {
        let text = "{\"ä\":\"€ 🔑\"}";
        assert!(matches!(decode(text.as_bytes()), Ok(Cow::Borrowed(same)) if same == text));
        let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        assert_eq!(decode(&marked).unwrap(), text);
        assert_eq!(decode(&utf16(text, [0xff, 0xfe], u16::to_le_bytes)).unwrap(), text);
        assert_eq!(decode(&utf16(text, [0xfe, 0xff], u16::to_be_bytes)).unwrap(), text);
        assert_eq!(decode(b"").unwrap(), "");
    }

    #[test]
    fn the_first_wrong_byte_is_named() {
        assert_eq!(decode(b"{\"name\":\"M\xfcller\"}"), Err(TextError::NotUtf8 { offset: 10 }));
        assert_eq!(decode(b"\xef\xbb\xbfab\xff"), Err(TextError::NotUtf8 { offset: 5 }));
        assert_eq!(decode(b"\xff\xfe{\x00\x00\xd8"), Err(TextError::NotUtf16));
        assert_eq!(decode(b"\xff\xfe{"), Err(TextError::NotUtf16));
    }

    #[test]
    fn quotes_are_short_and_on_one_line() {
        assert_eq!(quoted("it's \"fine\""), "`it's \"fine\"`");
        assert_eq!(quoted("a\nb\u{1b}[31m"), "`a\\nb\\u{1b}[31m`");
        assert_eq!(quoted(&"x".repeat(61)), format!("`{}…`", "x".repeat(60)));
    }
}
