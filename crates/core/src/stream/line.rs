//! A record as one line of text: a JSON object whose members stand in one order.

use alloc::format;
use alloc::string::{String, ToString as _};
use core::fmt;
use core::str::FromStr;

use serde::de::IgnoredAny;

use super::body::{Body, BodyError, FACT_BYTES_MAX};
use super::record::Record;

/// The longest line of a record, in bytes, its end not counted: the longest fact and room for the
/// other members.
pub const LINE_BYTES_MAX: usize = FACT_BYTES_MAX + 512;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Why a line is not that of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineError {
    /// There is nothing on it.
    Empty,
    /// It begins with a byte order mark.
    ByteOrderMark,
    /// It ends with a carriage return.
    CarriageReturn,
    /// It has NUL bytes.
    Nul,
    /// It is not UTF-8.
    NotUtf8,
    /// It has more bytes than [`LINE_BYTES_MAX`].
    TooLong {
        /// How many it has.
        bytes: usize,
    },
    /// A member is missing, in the wrong place, or not as records spell it.
    Member(&'static str),
    /// The fact is none.
    Fact(BodyError),
}

impl LineError {
    /// What may have happened, and what to do; `None` where nothing better is known than that
    /// somebody changed the line.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::ByteOrderMark | Self::CarriageReturn | Self::Empty => Some(
                "an editor or a copy in text mode does this; restore the file as it was from a \
                 copy, and compare its head with the last anchor",
            ),
            Self::Nul | Self::NotUtf8 => Some(
                "a damaged disk or a conversion does this; restore the file as it was from a copy, \
                 and compare its head with the last anchor",
            ),
            Self::TooLong { .. } | Self::Member(_) | Self::Fact(_) => None,
        }
    }
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the line is empty"),
            Self::ByteOrderMark => f.write_str("the line begins with a byte order mark"),
            Self::CarriageReturn => f.write_str("the line ends with a carriage return"),
            Self::Nul => f.write_str("the line has NUL bytes"),
            Self::NotUtf8 => f.write_str("the line is not UTF-8"),
            Self::TooLong { bytes } => {
                write!(f, "the line has {bytes} bytes, more than LINE_BYTES_MAX ({LINE_BYTES_MAX})")
            }
            Self::Member(name) => write!(f, "`{name}` is missing or not as records spell it"),
            Self::Fact(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for LineError {}

impl Record {
    /// The record as a line, without the line's end.
    pub fn to_line(&self) -> String {
        let Self { sequence, at, following, previous, digest, body } = self;
        format!(
            "{{\"sequence\":{sequence},\"at\":\"{at}\",\"following\":{following},\
             \"previous\":\"{previous}\",\"digest\":\"{digest}\",\"fact\":{body}}}"
        )
    }

    /// The record whose line this is, to the byte. Whether it belongs into a stream is for
    /// [`Chain`](super::Chain) to say.
    pub fn from_line(line: &[u8]) -> Result<Self, LineError> {
        let mut rest = text(line)?;
        let sequence = member(&mut rest, "sequence", "{\"sequence\":", ",")?;
        let at = member(&mut rest, "at", "\"at\":\"", "\",")?;
        let following = member(&mut rest, "following", "\"following\":", ",")?;
        let previous = member(&mut rest, "previous", "\"previous\":\"", "\",")?;
        let digest = member(&mut rest, "digest", "\"digest\":\"", "\",")?;
        let fact = rest.strip_prefix("\"fact\":").and_then(|rest| rest.strip_suffix('}'));
        let body = Body::parse(fact.ok_or(LineError::Member("fact"))?).map_err(LineError::Fact)?;
        Ok(Self { sequence, at, following, previous, digest, body })
    }
}

fn text(line: &[u8]) -> Result<&str, LineError> {
    if line.is_empty() {
        return Err(LineError::Empty);
    }
    if line.len() > LINE_BYTES_MAX {
        return Err(LineError::TooLong { bytes: line.len() });
    }
    if line.starts_with(BYTE_ORDER_MARK) {
        return Err(LineError::ByteOrderMark);
    }
    if line.ends_with(b"\r") {
        return Err(LineError::CarriageReturn);
    }
    if line.contains(&0) {
        return Err(LineError::Nul);
    }
    core::str::from_utf8(line).map_err(|_| LineError::NotUtf8)
}

/// The value between `before` and `behind`, in the spelling in which it prints and no other.
fn member<T: FromStr + fmt::Display>(
    rest: &mut &str,
    name: &'static str,
    before: &str,
    behind: &str,
) -> Result<T, LineError> {
    let wrong = LineError::Member(name);
    let found = rest.strip_prefix(before).and_then(|rest| rest.split_once(behind));
    let (value, left) = found.ok_or_else(|| wrong.clone())?;
    let parsed = value.parse().ok().filter(|parsed: &T| parsed.to_string() == value);
    *rest = left;
    parsed.ok_or(wrong)
}

/// Whether `bytes`, the last of a file and without a line's end, are what a write leaves behind
/// that did not finish: the beginning of a JSON text, or of none. Some file systems put NUL bytes
/// where the rest would have been.
pub fn is_cut(bytes: &[u8]) -> bool {
    let length = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    if length > LINE_BYTES_MAX {
        return false;
    }
    let (bytes, _) = bytes.split_at(length);
    let parsed: Result<IgnoredAny, _> = serde_json::from_slice(bytes);
    bytes.is_empty() || bytes.starts_with(b"{") && parsed.is_err_and(|error| error.is_eof())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Digest;

    fn record() -> Record {
        Record {
            sequence: 12,
            at: "2026-11-23T04:05:06Z".parse().unwrap(),
            following: 1,
            previous: Digest::of(b"before"),
            digest: Digest::of(b"this"),
            body: Body::parse("{\"note\":\"\u{e9}\",\"of\":\",\\\"fact\\\":{}}\"}").unwrap(),
        }
    }

    #[test]
    fn a_record_is_its_line() {
        let line = record().to_line();
        assert!(line.starts_with(r#"{"sequence":12,"at":"2026-11-23T04:05:06Z","following":1,"#));
        assert_eq!(Record::from_line(line.as_bytes()), Ok(record()));
        assert!(serde_json::from_str::<serde_json::Value>(&line).unwrap().is_object());
    }

    #[test]
    fn a_line_has_one_spelling() {
        let line = record().to_line();
        for (from, to, error) in [
            ("12,", "012,", LineError::Member("sequence")),
            ("12,", "+12,", LineError::Member("sequence")),
            ("12,", "-12,", LineError::Member("sequence")),
            ("12,", "99999999999999999999,", LineError::Member("sequence")),
            ("{\"seq", "{ \"seq", LineError::Member("sequence")),
            ("06Z", "06.0Z", LineError::Member("at")),
            ("06Z", "06+00:00", LineError::Member("at")),
            ("T04", " 04", LineError::Member("at")),
            ("\"following\":1", "\"following\":-1", LineError::Member("following")),
            ("\"following\":1", "\"following\":4294967296", LineError::Member("following")),
            ("\"following\"", "\"remaining\"", LineError::Member("following")),
            ("\"previous\":\"sha256", "\"previous\":\"SHA256", LineError::Member("previous")),
            ("\"digest\":\"sha256:", "\"digest\":\"sha256:A", LineError::Member("digest")),
            ("\"fact\":", "\"fact\": ", LineError::Fact(BodyError::NotCanonical)),
            ("\"fact\":{", "\"fakt\":{", LineError::Member("fact")),
            ("\u{e9}", "\\u00e9", LineError::Fact(BodyError::NotCanonical)),
        ] {
            let other = line.replacen(from, to, 1);
            assert_ne!(other, line, "{from} is not there");
            assert_eq!(Record::from_line(other.as_bytes()), Err(error), "{other}");
        }
    }

    #[test]
    fn what_editors_and_disks_do_is_named() {
        let line = record().to_line().into_bytes();
        let with = |change: fn(&mut std::vec::Vec<u8>)| {
            let mut line = line.clone();
            change(&mut line);
            Record::from_line(&line).unwrap_err()
        };
        for (change, error) in [
            ((|line| line.clear()) as fn(&mut std::vec::Vec<u8>), LineError::Empty),
            (|line| drop(line.splice(..0, *b"\xef\xbb\xbf")), LineError::ByteOrderMark),
            (|line| line.push(b'\r'), LineError::CarriageReturn),
            (|line| line[20] = 0, LineError::Nul),
            (|line| line[20] = 0xff, LineError::NotUtf8),
        ] {
            assert!(error.hint().is_some());
            assert_eq!(with(change), error);
        }
        let bytes = LINE_BYTES_MAX + 1;
        let error = with(|line| line.resize(LINE_BYTES_MAX + 1, b' '));
        assert_eq!((error.hint(), error), (None, LineError::TooLong { bytes }));
    }

    #[test]
    fn the_longest_fact_fits_a_line() {
        let text = "x".repeat(FACT_BYTES_MAX - r#"{"a":""}"#.len());
        let mut record = record();
        record.body = Body::parse(&format!("{{\"a\":\"{text}\"}}")).unwrap();
        record.sequence = u64::MAX;
        record.following = u32::MAX;
        record.at = crate::time::Timestamp::MIN;
        assert_eq!(Record::from_line(record.to_line().as_bytes()), Ok(record));
    }

    #[test]
    fn every_beginning_is_cut_and_the_whole_is_not() {
        let line = record().to_line().into_bytes();
        for length in 0..line.len() {
            assert!(is_cut(&line[..length]), "{length}");
            let zeros = [&line[..length], &[0; 9]].concat();
            assert!(is_cut(&zeros), "{length} and zeros");
        }
        for whole in [&line[..], b"{}X", b"X", b"[", b"{} ", b"{\"a\":x"] {
            assert!(!is_cut(whole), "{}", String::from_utf8_lossy(whole));
        }
        assert!(!is_cut(&[&line[..], &[0; 9]].concat()), "whole, and zeros");
        let mut long = b"{\"".to_vec();
        long.resize(LINE_BYTES_MAX, b'x');
        assert!(is_cut(&long));
        long.push(b'x');
        assert!(!is_cut(&long), "no write is as long");
    }
}
