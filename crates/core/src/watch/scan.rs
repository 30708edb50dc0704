//! The first look at the bytes of a record: whether it has to be read at all.
//!
//! Nearly every record is the sign-in of somebody who is not watched. Such a record is left unread
//! when three things hold, each found in the raw bytes:
//!
//! 1. it says on its own first level that it is of a category that tells only of those whom it
//!    names ([`CATEGORY_END`]), so that a change of the directory is always read;
//! 2. nothing in it is escaped that no writer needs to escape, so that no identifier is hidden by
//!    `\u0040`, at whatever depth of JSON in strings;
//! 3. no identifier that is watched is in it, wherever it stands and in whatever letter case.
//!
//! The scan errs to one side: what it lets through is read and decided on fields. Identifiers are
//! found by their shape and then looked up, so that ten thousand cost what ten do. A GUID has four
//! dashes, five apart, so exactly one of them lies on every fourth byte whatever the alignment: the
//! scan looks at a quarter of the bytes. A name is what stands in front of an `@`.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use memchr::memmem::Finder;
use memchr::{memchr, memchr_iter};

use crate::id::Guid;

use super::name;
use super::watched::Watched;

/// Why a record has to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It does not say on its first level that it is of a category that may be left unread.
    Category,
    /// It has an escape that could hide an identifier.
    Escape,
    /// It holds a watched id.
    Id,
    /// It holds a name that is watched, or looks like one, or is not plain ASCII.
    Name,
}

/// The end of the categories whose records tell only of those whom they name: `SignInLogs`,
/// `NonInteractiveUserSignInLogs`, `ServicePrincipalSignInLogs` and others.
///
/// Source: [categories of diagnostic settings](https://learn.microsoft.com/entra/identity/monitoring-health/concept-diagnostic-settings-logs-options).
pub const CATEGORY_END: &str = "SignInLogs";

/// Members that Graph's `signIn` has and its `directoryAudit` has not.
const SIGN_IN_MEMBERS: [&str; 2] = ["\"isInteractive\"", "\"conditionalAccessStatus\""];

/// What the members of a record hold that is no `signIn` of Graph.
const OTHERS: [&str; 2] = ["category", "activity"];

/// Letters of a name in front of its `@` that are looked at: Entra takes 64.
const LOCAL_PART_MAX: usize = 128;

/// Tells records that have to be read from those that need not.
#[derive(Debug)]
pub struct Scan {
    ids: Ids,
    names: Names,
    category: Finder<'static>,
    seam: Finder<'static>,
    changes: [Finder<'static>; 2],
    members: Vec<Finder<'static>>,
}

impl Scan {
    /// A scan for everything that is watched in these tenants.
    pub fn new<'a>(watched: impl IntoIterator<Item = &'a Watched> + Clone) -> Self {
        Self {
            ids: Ids::new(watched.clone()),
            names: Names::new(watched),
            category: Finder::new(CATEGORY_END),
            seam: Finder::new("}{"),
            changes: ["AuditLogs", "ctivityDisplayName"].map(Finder::new),
            members: SIGN_IN_MEMBERS.iter().map(Finder::new).collect(),
        }
    }

    /// Why `record`, one JSON text in UTF-8, has to be read; `None` when it need not be.
    pub fn reason(&self, record: &[u8]) -> Option<Reason> {
        if !self.tells_only_of_the_named(record) {
            return Some(Reason::Category);
        }
        self.mention(record)
    }

    /// Why bytes, be they JSON or not, may name something that signs in and is watched.
    pub fn mention(&self, bytes: &[u8]) -> Option<Reason> {
        if self.has_needless_escape(bytes) {
            return Some(Reason::Escape);
        }
        if self.ids.is_in(bytes) {
            return Some(Reason::Id);
        }
        self.names.is_in(bytes).then_some(Reason::Name)
    }

    /// Whether the record's first level names a category of sign-ins, or, where it has neither
    /// category nor activity, a member that only sign-ins have.
    fn tells_only_of_the_named(&self, record: &[u8]) -> bool {
        // Two records without a line between them are no case for leaving one unread.
        if self.seam.find(record).is_some() {
            return false;
        }
        // Nor is a record that tells of a change as well, wherever it says so.
        if self.changes.iter().any(|finder| finder.find(record).is_some()) {
            return false;
        }
        let is_named = |at: usize| {
            is_category(record, at, at + CATEGORY_END.len()) && is_first_level(record, at)
        };
        if self.category.find(record).is_some_and(is_named) {
            return true;
        }
        let member = self.members.iter().filter_map(|finder| finder.find(record)).min();
        let is_member = |at| is_opening_quote(record, at) && is_first_level(record, at);
        member.is_some_and(is_member) && !OTHERS.iter().any(|word| has_word(record, word))
    }

    fn has_needless_escape(&self, record: &[u8]) -> bool {
        // Backslashes are rare, and one byte is found faster than four.
        memchr_iter(b'\\', record).any(|at| {
            let Some([b'u', b'0', b'0', digits @ ..]) = record.get(at + 1..at + 6) else {
                return false;
            };
            let Ok(digits) = core::str::from_utf8(digits) else { return true };
            u8::from_str_radix(digits, 16).is_ok_and(is_never_escaped)
        })
    }
}

/// Whether writers leave a character alone: letters, digits, and what ids and names consist of.
///
/// Some escape quotes, `&`, `'`, `+`, `<`, `>` and the grave accent for the sake of HTML. A
/// backslash belongs here: written as `\u005c` it could begin an escape in a string of JSON.
const fn is_never_escaped(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'@' | b'\\')
}

/// Whether `at` is on the first level of the only object of a record: before it there is one `{`
/// and no `[`.
fn is_first_level(record: &[u8], at: usize) -> bool {
    let before = record.get(..at).unwrap_or_default();
    let Some(inner) = before.trim_ascii_start().strip_prefix(b"{") else { return false };
    memchr::memchr2(b'{', b'[', inner).is_none()
}

/// Whether a word of ASCII letters is anywhere in a record, in whatever letter case.
fn has_word(record: &[u8], word: &str) -> bool {
    record.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

/// Whether the word that ends with `at..end` is the whole value of a member `category`.
fn is_category(record: &[u8], at: usize, end: usize) -> bool {
    if record.get(end) != Some(&b'"') {
        return false;
    }
    let before = record.get(..at).unwrap_or_default();
    let word = before.iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let before = before.get(..at - word).unwrap_or_default();
    let Some(before) = before.strip_suffix(b"\"") else { return false };
    let Some(before) = before.trim_ascii_end().strip_suffix(b":") else { return false };
    let Some(before) = before.trim_ascii_end().strip_suffix(b"\"") else { return false };
    const MEMBER: usize = "category".len();
    let Some((before, member)) = before.split_last_chunk::<MEMBER>() else { return false };
    member.eq_ignore_ascii_case(b"category")
        && matches!(before, [.., other, b'"'] if *other != b'\\')
}

/// Whether the quote at `at` begins a member's name rather than standing in a string.
fn is_opening_quote(record: &[u8], at: usize) -> bool {
    let before = record.get(..at).unwrap_or_default();
    matches!(before.trim_ascii_end().last(), Some(b',' | b'{')) && before.last() != Some(&b'\\')
}

/// The watched ids, looked up by their first two bytes and then whole.
#[derive(Debug)]
struct Ids {
    sorted: Vec<[u8; 16]>,
    begins: Bits,
}

impl Ids {
    fn new<'a>(watched: impl IntoIterator<Item = &'a Watched>) -> Self {
        let ids = watched.into_iter().flat_map(Watched::ids_that_sign_in);
        let mut sorted: Vec<[u8; 16]> =
            ids.filter_map(|id| id.parse::<Guid>().ok()).map(Guid::to_bytes).collect();
        sorted.sort_unstable();
        sorted.dedup();
        let mut begins = Bits::new();
        for [first, second, ..] in &sorted {
            begins.set(u16::from_be_bytes([*first, *second]));
        }
        Self { sorted, begins }
    }

    fn is_in(&self, record: &[u8]) -> bool {
        if self.sorted.is_empty() {
            return false;
        }
        let (blocks, rest) = record.as_chunks::<BLOCK>();
        let hit = blocks.iter().enumerate().any(|(number, block)| {
            has_dash_on_a_fourth(block) && self.is_near(record, number * BLOCK, block)
        });
        hit || self.is_near(record, blocks.len() * BLOCK, rest)
    }

    /// Whether one of the dashes on every fourth byte of `part`, which begins at `start`, belongs
    /// to a watched id.
    fn is_near(&self, record: &[u8], start: usize, part: &[u8]) -> bool {
        const FIRSTS: u64 = 0x0000_00ff_0000_00ff;
        const DASHES: u64 = 0x0000_002d_0000_002d;
        let (eights, rest) = part.as_chunks::<8>();
        let hit = eights.iter().zip((start..).step_by(8)).any(|(eight, at)| {
            // Two bytes at a time, of which nearly always none is a dash.
            let firsts = u64::from_le_bytes(*eight) & FIRSTS ^ DASHES;
            let (low, high) = (firsts as u32, firsts >> 32);
            low == 0 && self.is_around(record, at) || high == 0 && self.is_around(record, at + 4)
        });
        let start = start + eights.len() * 8;
        let mut last = rest.iter().step_by(4).zip((start..).step_by(4));
        hit || last.any(|(byte, at)| *byte == b'-' && self.is_around(record, at))
    }

    /// Whether the dash at `dash` is one of the four of a watched id.
    fn is_around(&self, record: &[u8], dash: usize) -> bool {
        DASHES.iter().any(|place| {
            let text = dash.checked_sub(*place).and_then(|start| record.get(start..));
            let text: Option<&[u8; GUID]> = text.and_then(<[u8]>::first_chunk);
            text.is_some_and(|text| has_dashes(text) && self.is_one(text))
        })
    }

    fn is_one(&self, text: &[u8; GUID]) -> bool {
        let [a, b, c, d, ..] = text;
        let begin = [a, b, c, d].iter().fold(0, |all, digit| all << 4 | hex(**digit));
        if !self.begins.has(begin) {
            return false;
        }
        Guid::from_ascii(text).is_some_and(|id| self.sorted.binary_search(&id.to_bytes()).is_ok())
    }
}

/// Bytes that are looked at in one step: as many as the compiler makes a few vector instructions
/// of.
const BLOCK: usize = 64;

/// Letters of a GUID.
const GUID: usize = 36;

/// Where its dashes are.
const DASHES: [usize; 4] = [8, 13, 18, 23];

/// Whether every fourth byte of a block holds a dash.
fn has_dash_on_a_fourth(block: &[u8; BLOCK]) -> bool {
    let (fours, _) = block.as_chunks::<4>();
    let is_dash = |four: &[u8; 4]| u32::from(u32::from_le_bytes(*four) & 0xff == u32::from(b'-'));
    fours.iter().map(is_dash).fold(0, |all, one| all | one) != 0
}

fn has_dashes(text: &[u8; GUID]) -> bool {
    DASHES.iter().all(|dash| text.get(*dash) == Some(&b'-'))
}

/// The value of a hexadecimal digit; of what is none, some number or other.
const fn hex(digit: u8) -> u16 {
    let letter = if digit >= b'A' { 9 } else { 0 };
    ((digit & 0x0f) as u16 + letter) & 0x0f
}

/// The skeletons of the watched names' local parts.
#[derive(Debug)]
struct Names {
    sorted: Vec<String>,
    shortest: usize,
}

impl Names {
    fn new<'a>(watched: impl IntoIterator<Item = &'a Watched>) -> Self {
        let mut sorted: Vec<String> =
            watched.into_iter().flat_map(Watched::skeletons).map(String::from).collect();
        sorted.sort_unstable();
        sorted.dedup();
        let shortest = sorted.iter().map(String::len).min().unwrap_or(0);
        Self { sorted, shortest }
    }

    fn is_in(&self, record: &[u8]) -> bool {
        !self.sorted.is_empty() && memchr_iter(b'@', record).any(|at| self.is_before(record, at))
    }

    /// Whether a watched name, or one that looks like it, stands in front of the `@` at `at`.
    fn is_before(&self, record: &[u8], at: usize) -> bool {
        let near = record.get(at.saturating_sub(LOCAL_PART_MAX)..at).unwrap_or_default();
        let length = near.iter().rev().take_while(|byte| is_of_a_name(**byte)).count();
        let local = near.get(near.len() - length..).unwrap_or_default();
        let Some(plain) = core::str::from_utf8(local).ok().filter(|local| local.is_ascii()) else {
            return true;
        };
        let is_escaped = || record.get(at + 1..).is_some_and(has_escape);
        plain.contains('\\') || is_escaped() || self.is_watched(plain)
    }

    fn is_watched(&self, local: &str) -> bool {
        // A skeleton is never longer than its name.
        if local.len() < self.shortest {
            return false;
        }
        let has = |local: &str| {
            let skeleton = name::skeleton(local);
            self.sorted.binary_search(&skeleton).is_ok()
        };
        has(local) || local.get(32..).is_some_and(has)
    }
}

/// Whether a byte may belong to the local part of a name, escapes and other scripts included.
const fn is_of_a_name(byte: u8) -> bool {
    !(byte.is_ascii_whitespace()
        || matches!(
            byte,
            b'"' | b'<' | b'>' | b'(' | b')' | b'[' | b']' | b',' | b';' | b':' | b'@'
        ))
}

/// Whether a domain has an escape before it ends.
fn has_escape(domain: &[u8]) -> bool {
    let end = memchr(b'"', domain).unwrap_or(domain.len()).min(LOCAL_PART_MAX);
    let domain = domain.get(..end).unwrap_or_default();
    domain.windows(2).any(|pair| pair == b"\\u")
}

/// A set of 16-bit numbers.
#[derive(Debug)]
struct Bits(Vec<u64>);

impl Bits {
    fn new() -> Self {
        Self(vec![0; 1 << 10])
    }

    fn set(&mut self, number: u16) {
        if let Some(word) = self.0.get_mut(usize::from(number >> 6)) {
            *word |= 1 << (number & 63);
        }
    }

    fn has(&self, number: u16) -> bool {
        self.0.get(usize::from(number >> 6)).is_some_and(|word| word >> (number & 63) & 1 == 1)
    }
}

#[cfg(test)]
mod tests;
