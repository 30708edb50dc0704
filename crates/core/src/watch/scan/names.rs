//! The watched names, looked up where a record has an `@`.

use alloc::string::String;
use alloc::vec::Vec;

use memchr::memchr;

use super::super::name;
use super::super::watched::Watched;
use super::ids::Bits;

/// Letters of a name in front of its `@` that are looked at: Entra takes 64.
const LOCAL_PART_MAX: usize = 128;

/// The skeletons of the watched names' local parts: by a digest, and whole.
#[derive(Debug)]
pub(super) struct Names {
    sorted: Vec<String>,
    shortest: usize,
    digests: Bits,
}

impl Names {
    pub(super) fn new<'a>(watched: impl IntoIterator<Item = &'a Watched>) -> Self {
        let mut sorted: Vec<String> =
            watched.into_iter().flat_map(Watched::skeletons).map(String::from).collect();
        sorted.sort_unstable();
        sorted.dedup();
        let shortest = sorted.iter().map(String::len).min().unwrap_or(usize::MAX);
        let mut digests = Bits::for_some(sorted.len());
        sorted.iter().for_each(|one| digests.set(digest(one.as_bytes())));
        Self { sorted, shortest, digests }
    }

    /// Whether a watched name, or one that looks like it, stands in front of the `@` at `at`.
    pub(super) fn is_before(&self, record: &[u8], at: usize) -> bool {
        if self.sorted.is_empty() {
            return false;
        }
        let near = record.get(at.saturating_sub(LOCAL_PART_MAX)..at).unwrap_or_default();
        let length = near.iter().rev().take_while(|byte| is_of_a_name(**byte)).count();
        let local = near.get(near.len() - length..).unwrap_or_default();
        if !local.is_ascii() || memchr(b'\\', local).is_some() {
            return true;
        }
        record.get(at + 1..).is_some_and(has_escape) || self.is_watched(local)
    }

    fn is_watched(&self, local: &[u8]) -> bool {
        // A skeleton is never longer than its name.
        if local.len() < self.shortest {
            return false;
        }
        self.has(local) || local.get(32..).is_some_and(|local| self.has(local))
    }

    fn has(&self, local: &[u8]) -> bool {
        let mut letters = [0; LOCAL_PART_MAX];
        let skeleton = name::skeleton_of_ascii(local, &mut letters);
        let is_it = |one: &String| one.as_bytes().cmp(skeleton);
        self.digests.has(digest(skeleton)) && self.sorted.binary_search_by(is_it).is_ok()
    }
}

/// A number that is the same for the same skeleton, and seldom for two (FNV-1a).
fn digest(skeleton: &[u8]) -> u32 {
    let add = |all: u32, byte: &u8| (all ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    skeleton.iter().fold(0x811c_9dc5, add)
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
    let domain = domain.get(..domain.len().min(LOCAL_PART_MAX)).unwrap_or_default();
    let end = memchr(b'"', domain).unwrap_or(domain.len());
    let domain = domain.get(..end).unwrap_or_default();
    let mut backslashes = memchr::memchr_iter(b'\\', domain);
    backslashes.any(|at| domain.get(at + 1) == Some(&b'u'))
}
