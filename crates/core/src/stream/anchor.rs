//! Anchors: heads that lie elsewhere, against which a stream is held later.

use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use super::name::StreamName;
use super::record::{Head, Record};

/// The head that a stream had. It prints and parses as one line, `custody 12 sha256:…`, for a
/// report, a mail or a sheet of paper: whoever changes the stream cannot change that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The stream.
    pub stream: StreamName,
    /// Its head when the anchor was made.
    pub head: Head,
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.stream, self.head)
    }
}

/// A text that is not an anchor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnchorError(pub String);

impl fmt::Display for AnchorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not an anchor (`custody 12 sha256:…`)", self.0.escape_debug())
    }
}

impl core::error::Error for AnchorError {}

impl FromStr for Anchor {
    type Err = AnchorError;

    /// Paper and mail break lines and add spaces, and people type capitals: none of that changes
    /// what an anchor says.
    fn from_str(text: &str) -> Result<Self, AnchorError> {
        let mut words = text.split_whitespace();
        let anchor = words.next().zip(words.next()).and_then(|(stream, length)| {
            let digest: String = words.flat_map(str::chars).collect();
            let length: u64 = length.parse().ok()?;
            Some(Self {
                stream: stream.to_ascii_lowercase().parse().ok()?,
                head: Head { length, digest: digest.to_ascii_lowercase().parse().ok()? },
            })
        });
        anchor.ok_or_else(|| AnchorError(text.into()))
    }
}

/// How a stream differs from what it was when the anchor was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Divergence {
    /// The anchor is that of another stream.
    OtherStream {
        /// The stream that it is of.
        anchored: StreamName,
    },
    /// The stream was longer.
    Truncated {
        /// How many records it had.
        anchored: u64,
        /// How many it has.
        found: u64,
    },
    /// Another record stands where the anchored one stood: it, or one before it, was replaced.
    Rewritten {
        /// The place of the anchored record; 0 for the beginning of the stream.
        position: u64,
    },
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherStream { anchored } => {
                write!(f, "the anchor is that of the stream `{anchored}`")
            }
            Self::Truncated { anchored, found } => {
                write!(f, "the stream had {anchored} records when it was anchored, and has {found}")
            }
            Self::Rewritten { position } => write!(
                f,
                "record {position} is not the one that was anchored: records up to it were replaced"
            ),
        }
    }
}

impl core::error::Error for Divergence {}

impl Anchor {
    /// Holds a stream, verified already, against the anchor: all that was anchored must still be
    /// there. What was appended since is free.
    pub fn check(&self, stream: &StreamName, records: &[Record]) -> Result<(), Divergence> {
        if *stream != self.stream {
            return Err(Divergence::OtherStream { anchored: self.stream.clone() });
        }
        let anchored = self.head.length;
        let last = usize::try_from(anchored).unwrap_or(usize::MAX);
        let head = match last.checked_sub(1) {
            None => Head::empty(stream),
            Some(place) => match records.get(place) {
                Some(record) => record.head(),
                None => {
                    let found = u64::try_from(records.len()).unwrap_or(u64::MAX);
                    return Err(Divergence::Truncated { anchored, found });
                }
            },
        };
        let is_same = head == self.head;
        if is_same { Ok(()) } else { Err(Divergence::Rewritten { position: anchored }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::ToString as _;
    use alloc::vec;
    use alloc::vec::Vec;

    use crate::stream::{Body, append};

    fn name(text: &str) -> StreamName {
        text.parse().unwrap()
    }

    /// Three appends of one fact each, which says `word`.
    fn records(stream: &StreamName, word: &str) -> Vec<Record> {
        let mut head = Head::empty(stream);
        let mut records = Vec::new();
        for _ in 0..3 {
            let body = Body::parse(&format!("{{\"word\":\"{word}\"}}")).unwrap();
            let now = "2026-11-23T04:00:00Z".parse().unwrap();
            records.extend(append(stream, &head, now, vec![body]).unwrap());
            head = records.last().unwrap().head();
        }
        records
    }

    #[test]
    fn truncation_and_rewriting_since_the_anchor_are_found() {
        let custody = name("custody");
        let (true_ones, forged) = (records(&custody, "true"), records(&custody, "forged"));
        let anchor = |head| Anchor { stream: custody.clone(), head };
        let empty = Head::empty(&custody);
        let second = true_ones[1].head();
        let beyond = Head { length: u64::MAX, ..second };
        for (given, when, then) in [
            (empty, &true_ones[..], Ok(())),
            (empty, &[], Ok(())),
            (second, &true_ones[..], Ok(())),
            (second, &true_ones[..2], Ok(())),
            (second, &true_ones[..1], Err(Divergence::Truncated { anchored: 2, found: 1 })),
            (second, &[], Err(Divergence::Truncated { anchored: 2, found: 0 })),
            (second, &forged[..], Err(Divergence::Rewritten { position: 2 })),
            (beyond, &forged[..], Err(Divergence::Truncated { anchored: u64::MAX, found: 3 })),
            (Head { length: 0, ..second }, &forged[..], Err(Divergence::Rewritten { position: 0 })),
        ] {
            assert_eq!(anchor(given).check(&custody, when), then, "{given} {}", when.len());
        }
        let drill = name("drill");
        let other = Err(Divergence::OtherStream { anchored: custody.clone() });
        assert_eq!(anchor(empty).check(&drill, &[]), other);
    }

    #[test]
    fn an_anchor_survives_paper() {
        let anchor =
            Anchor { stream: name("incident/7"), head: records(&name("custody"), "a")[2].head() };
        let line = anchor.to_string();
        assert!(line.starts_with("incident/7 3 sha256:") && !line.contains('\n'), "{line}");
        let (front, back) = line.split_at(60);
        for text in [
            line.clone(),
            format!("  {line}\r\n"),
            line.to_uppercase(),
            format!("{front}\n    {back}"),
            line.replace(' ', "   "),
        ] {
            assert_eq!(text.parse(), Ok(anchor.clone()), "{text}");
        }
        let last = line.len() - 1;
        for text in ["", "custody", "custody 3", &line[..last], &format!("{line}0"), "a x sha256:"]
        {
            assert_eq!(text.parse::<Anchor>(), Err(AnchorError(text.into())));
        }
    }
}
