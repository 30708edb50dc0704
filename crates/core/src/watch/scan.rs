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
//! found by their shape (`look`) and then looked up, so that ten thousand cost what ten do.

mod ids;
mod look;
mod names;

use alloc::vec::Vec;

use fearless_simd::Level;
use memchr::memmem::Finder;

use super::watched::Watched;
use ids::Ids;
use look::{Found, look};
use names::Names;

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

/// Words of a record that tells of a change, whatever else it says, each with the place of its
/// [pair](look::PAIRS).
const CHANGES: [(&[u8], usize); 2] = [(b"AuditLogs", 4), (b"ctivityDisplayName", 6)];

/// Tells records that have to be read from those that need not.
#[derive(Debug)]
pub struct Scan {
    ids: Ids,
    names: Names,
    category: Finder<'static>,
    members: Vec<Finder<'static>>,
    level: Level,
}

impl Scan {
    /// A scan for everything that is watched in these tenants.
    pub fn new<'a>(watched: impl IntoIterator<Item = &'a Watched> + Clone) -> Self {
        Self {
            ids: Ids::new(watched.clone()),
            names: Names::new(watched),
            category: Finder::new(CATEGORY_END),
            members: SIGN_IN_MEMBERS.iter().map(Finder::new).collect(),
            level: Level::new(),
        }
    }

    /// Why `record`, one JSON text in UTF-8, has to be read; `None` when it need not be.
    pub fn reason(&self, record: &[u8]) -> Option<Reason> {
        if !self.tells_only_of_the_named(record) {
            return Some(Reason::Category);
        }
        self.first(record, |found| {
            // Two records without a line between them are no case for leaving one unread, nor is
            // a record that tells of a change as well, wherever it says so.
            found.has_seam() || found.pairs().any(|at| is_change(record, at))
        })
    }

    /// Why bytes, be they JSON or not, may name something that signs in and is watched.
    pub fn mention(&self, bytes: &[u8]) -> Option<Reason> {
        self.first(bytes, |_| false)
    }

    /// The first reason that the bytes give, be it that they are of a `category` to be read.
    fn first(&self, bytes: &[u8], category: impl Fn(&Found) -> bool) -> Option<Reason> {
        let mut reason = None;
        look(self.level, bytes, |found| {
            reason = if category(found) {
                Some(Reason::Category)
            } else if found.backslashes().any(|at| is_needless_escape(bytes, at)) {
                Some(Reason::Escape)
            } else if found.guids().any(|at| self.ids.is_at(bytes, at)) {
                Some(Reason::Id)
            } else if found.ats().any(|at| self.names.is_before(bytes, at)) {
                Some(Reason::Name)
            } else {
                None
            };
            reason.is_some()
        });
        reason
    }

    /// Whether the record's first level names a category of sign-ins, or, where it has neither
    /// category nor activity, a member that only sign-ins have.
    fn tells_only_of_the_named(&self, record: &[u8]) -> bool {
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
}

/// Whether the pair of letters at `at` is that of a word of [`CHANGES`].
fn is_change(record: &[u8], at: usize) -> bool {
    CHANGES.iter().any(|(word, pair)| {
        let start = at.checked_sub(*pair);
        start.and_then(|start| record.get(start..)).is_some_and(|rest| rest.starts_with(word))
    })
}

/// Whether the backslash at `at` begins an escape of what no writer needs to escape.
fn is_needless_escape(record: &[u8], at: usize) -> bool {
    let Some([b'u', b'0', b'0', digits @ ..]) = record.get(at + 1..at + 6) else {
        return false;
    };
    let Ok(digits) = core::str::from_utf8(digits) else { return true };
    u8::from_str_radix(digits, 16).is_ok_and(is_never_escaped)
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

#[cfg(test)]
mod tests;
