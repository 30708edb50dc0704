//! The watched ids, looked up where a record has something of the shape of one.

use alloc::string::ToString as _;
use alloc::vec;
use alloc::vec::Vec;

use crate::id::Guid;

use super::super::watched::Watched;

/// Letters of a GUID.
const GUID: usize = 36;

/// The watched ids: by their first four digits, by their last four, and whole.
#[derive(Debug)]
pub(super) struct Ids {
    sorted: Vec<[u8; 16]>,
    begins: Bits,
    ends: Bits,
}

impl Ids {
    pub(super) fn new<'a>(watched: impl IntoIterator<Item = &'a Watched>) -> Self {
        let ids = watched.into_iter().flat_map(Watched::ids_that_sign_in);
        let mut sorted: Vec<[u8; 16]> =
            ids.filter_map(|id| id.parse::<Guid>().ok()).map(Guid::to_bytes).collect();
        sorted.sort_unstable();
        sorted.dedup();
        let (mut begins, mut ends) = (Bits::for_some(sorted.len()), Bits::for_some(sorted.len()));
        for id in &sorted {
            let text = Guid::from_bytes(*id).to_string();
            if let ([a, b, c, d, .., e, f, g, h], GUID) = (text.as_bytes(), text.len()) {
                begins.set(number([*a, *b, *c, *d]));
                ends.set(number([*e, *f, *g, *h]));
            }
        }
        Self { sorted, begins, ends }
    }

    /// Whether the text of the shape of a GUID at `start` is a watched id.
    pub(super) fn is_at(&self, record: &[u8], start: usize) -> bool {
        let text: Option<&[u8; GUID]> = record.get(start..).and_then(<[u8]>::first_chunk);
        text.is_some_and(|text| self.is_one(text))
    }

    fn is_one(&self, text: &[u8; GUID]) -> bool {
        let [a, b, c, d, .., e, f, g, h] = *text;
        self.begins.has(number([a, b, c, d]))
            && self.ends.has(number([e, f, g, h]))
            && Guid::from_ascii(text)
                .is_some_and(|id| self.sorted.binary_search(&id.to_bytes()).is_ok())
    }
}

/// Four hexadecimal digits, the same in either case.
const fn number(digits: [u8; 4]) -> u32 {
    // The bit that tells small letters from large is set in every digit that is none.
    u32::from_le_bytes(digits) | 0x2020_2020
}

/// A set of numbers that may hold some that were not put in: few, as long as it has room.
///
/// It is as small as it can be: what streams by leaves little of a large one in the cache.
#[derive(Debug)]
pub(super) struct Bits {
    words: Vec<u64>,
    /// How many of a digest's bits are left out.
    shift: u32,
}

impl Bits {
    /// Room for so many numbers, of 64 bits each, within 128 bytes and 8 KiB.
    pub(super) fn for_some(count: usize) -> Self {
        const LEAST: u32 = 10;
        const MOST: u32 = 16;
        let bits = count.saturating_mul(64).next_power_of_two().trailing_zeros();
        let bits = bits.clamp(LEAST, MOST);
        Self { words: vec![0; 1 << (bits - 6)], shift: u32::BITS - bits }
    }

    pub(super) fn set(&mut self, number: u32) {
        let digest = self.digest(number);
        if let Some(word) = self.words.get_mut((digest >> 6) as usize) {
            *word |= 1 << (digest & 63);
        }
    }

    pub(super) fn has(&self, number: u32) -> bool {
        let digest = self.digest(number);
        self.words.get((digest >> 6) as usize).is_some_and(|word| word >> (digest & 63) & 1 == 1)
    }

    const fn digest(&self, number: u32) -> u32 {
        // Knuth's multiplicative hash: the upper bits depend on all of the number.
        number.wrapping_mul(0x9e37_79b1) >> self.shift
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_one_number_in_either_case() {
        for (one, other) in [(b"7a1E", b"7A1e"), (b"FfFf", b"ffff"), (b"9aF0", b"9Af0")] {
            assert_eq!(number(*one), number(*other));
        }
        assert_ne!(number(*b"7a1e"), number(*b"7a1f"));
    }
}
