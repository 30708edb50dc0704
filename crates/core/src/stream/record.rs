//! A record of a stream, its digest, and the head that a chain of them has.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use super::body::Body;
use super::name::StreamName;
use crate::digest::Digest;
use crate::time::Timestamp;

/// The first field of everything that is digested here: format and version.
const TAG: &str = "halligan.stream.v1";

/// A fact in its place in a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its place, counted from 1.
    pub sequence: u64,
    /// When it was recorded, by the clock of whoever recorded it.
    pub at: Timestamp,
    /// How many records of the same append follow; 0 for the last one. An append is there as a
    /// whole or not at all.
    pub following: u32,
    /// The digest of the record before, or that of the empty stream's [`Head`].
    pub previous: Digest,
    /// The digest of [`digest_input`].
    pub digest: Digest,
    /// The fact.
    pub body: Body,
}

impl Record {
    /// The digest that this record must have in `stream`.
    pub fn digest_in(&self, stream: &StreamName) -> Digest {
        Digest::of(&digest_input(stream, self))
    }

    /// The head of a stream that ends with this record.
    pub fn head(&self) -> Head {
        Head { length: self.sequence, digest: self.digest }
    }
}

/// The bytes that a record's digest is over: seven fields, each with its length before it as
/// decimal digits and `:`, and `,` behind it (netstrings). They are the tag
/// `halligan.stream.v1`, the stream's name, `sequence`, `at`, `following`, `previous`, and the
/// body, each as the line of a record spells it. `record.digest` is not read.
pub fn digest_input(stream: &StreamName, record: &Record) -> Vec<u8> {
    fields(&[
        TAG,
        stream.as_str(),
        &record.sequence.to_string(),
        &record.at.to_string(),
        &record.following.to_string(),
        &record.previous.to_string(),
        record.body.as_str(),
    ])
}

fn fields(fields: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for field in fields {
        bytes.extend_from_slice(format!("{}:{field},", field.len()).as_bytes());
    }
    bytes
}

/// Where a stream ends: how long it is, and the digest of its last record. It prints and parses as
/// `12 sha256:…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many records there are.
    pub length: u64,
    /// The digest of the last one.
    pub digest: Digest,
}

impl Head {
    /// The head of the stream of that name while it is empty. Its digest is over the tag and the
    /// name, so that the records of one stream do not make another.
    pub fn empty(stream: &StreamName) -> Self {
        Self { length: 0, digest: Digest::of(&fields(&[TAG, stream.as_str()])) }
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.length, self.digest)
    }
}

/// A text that is not a head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadError(pub String);

impl fmt::Display for HeadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not the head of a stream (`12 sha256:…`)", self.0.escape_debug())
    }
}

impl core::error::Error for HeadError {}

impl FromStr for Head {
    type Err = HeadError;

    fn from_str(text: &str) -> Result<Self, HeadError> {
        let head = text.split_once(' ').and_then(|(length, digest)| {
            Some(Self { length: length.parse().ok()?, digest: digest.parse().ok()? })
        });
        // One spelling: `+1`, `01` and upper-case digits are not what is printed.
        head.filter(|head| head.to_string() == text).ok_or_else(|| HeadError(text.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> StreamName {
        text.parse().unwrap()
    }

    fn record() -> Record {
        Record {
            sequence: 12,
            at: "2026-11-23T04:05:06.7Z".parse().unwrap(),
            following: 1,
            previous: Digest::of(b""),
            digest: Digest::of(b"not read"),
            body: Body::parse("{\"kind\":\"l\u{f6}st\"}").unwrap(),
        }
    }

    #[test]
    fn the_digested_bytes_are_the_documented_ones() {
        let expected = "18:halligan.stream.v1,7:custody,2:12,22:2026-11-23T04:05:06.7Z,1:1,\
            71:sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855,\
            16:{\"kind\":\"l\u{f6}st\"},";
        assert_eq!(digest_input(&name("custody"), &record()), expected.as_bytes());
        let empty = Digest::of(b"18:halligan.stream.v1,7:custody,");
        assert_eq!(Head::empty(&name("custody")), Head { length: 0, digest: empty });
    }

    #[test]
    fn every_field_counts() {
        let whole = record();
        let stream = name("custody");
        for other in [
            Record { sequence: 13, ..whole.clone() },
            Record { at: "2026-11-23T04:05:06.8Z".parse().unwrap(), ..whole.clone() },
            Record { following: 0, ..whole.clone() },
            Record { previous: Digest::of(b"other"), ..whole.clone() },
            Record { body: Body::parse("{}").unwrap(), ..whole.clone() },
        ] {
            assert_ne!(other.digest_in(&stream), whole.digest_in(&stream), "{other:?}");
        }
        assert_ne!(whole.digest_in(&name("drill")), whole.digest_in(&stream));
        let same = Record { digest: Digest::of(b"other"), ..whole.clone() };
        assert_eq!(same.digest_in(&stream), whole.digest_in(&stream));
    }

    #[test]
    fn a_head_is_one_line_in_one_spelling() {
        let head = record().head();
        let text = head.to_string();
        assert!(text.starts_with("12 sha256:"), "{text}");
        assert_eq!(text.parse(), Ok(head));
        for other in [
            String::new(),
            format!("+{text}"),
            format!("0{text}"),
            format!("{text} "),
            text.replace(' ', "  "),
            text.replace("12 ", "-1 "),
            text.replace("12 ", ""),
            text.to_uppercase(),
            text.chars().rev().skip(1).collect(),
        ] {
            assert_eq!(other.parse::<Head>(), Err(HeadError(other.clone())));
        }
    }
}
