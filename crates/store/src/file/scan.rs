//! The bytes of a stream's file, read and verified.

use halligan_core::stream::{Chain, Damage, Head, Record, StreamName, Tampered, is_cut};

use crate::streams::Torn;

/// What the bytes of a file amount to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scan {
    /// The records of whole appends.
    pub(super) records: Vec<Record>,
    pub(super) head: Head,
    pub(super) set_back: Vec<u64>,
    /// How many bytes the whole appends take up.
    pub(super) end: usize,
    /// Whether the last of them has its line's end. Editors take it off, and the record is whole
    /// without it.
    pub(super) is_terminated: bool,
    /// What lies behind them.
    pub(super) torn: Option<Torn>,
}

/// Reads the records of `stream`. Bytes behind the last whole append are torn when a write that did
/// not finish can have left them; otherwise, and everywhere else, what is not a record that
/// continues the stream is tampering.
pub(super) fn scan(stream: &StreamName, bytes: &[u8]) -> Result<Scan, Tampered> {
    let mut chain = Chain::new(stream.clone());
    let mut records = Vec::new();
    let mut whole = (0, 0);
    let mut is_terminated = true;
    let mut rest = bytes;
    while !rest.is_empty() {
        let (line, behind, has_end) = split_line(rest);
        let record = match Record::from_line(line) {
            Ok(record) => record,
            Err(_) if !has_end && is_cut(line) => break,
            Err(error) => return Err(chain.tampered(Damage::Line(error))),
        };
        chain.accept(&record)?;
        records.push(record);
        rest = behind;
        if !chain.is_within_append() {
            whole = (records.len(), bytes.len() - rest.len());
            is_terminated = has_end;
        }
    }
    let (count, end) = whole;
    records.truncate(count);
    let head = chain.head();
    let torn = (end < bytes.len()).then(|| Torn {
        position: head.length.saturating_add(1),
        bytes: u64::try_from(bytes.len() - end).unwrap_or(u64::MAX),
    });
    let set_back = chain.set_back().iter().copied().filter(|at| *at <= head.length).collect();
    Ok(Scan { records, head, set_back, end, is_terminated, torn })
}

/// The first line without its end, what is behind it, and whether it has an end.
fn split_line(bytes: &[u8]) -> (&[u8], &[u8], bool) {
    let mut parts = bytes.splitn(2, |byte| *byte == b'\n');
    match (parts.next(), parts.next()) {
        (Some(line), Some(behind)) => (line, behind, true),
        _ => (bytes, &[], false),
    }
}

#[cfg(test)]
mod tests;
