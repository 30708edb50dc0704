//! The watched ids, looked up where a record has something of the shape of one.

use alloc::vec;
use alloc::vec::Vec;

use crate::id::Guid;

use super::super::watched::Watched;

/// Letters of a GUID.
const GUID: usize = 36;

/// The watched ids: by their first two bytes, by their last two, and whole.
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
        let (mut begins, mut ends) = (Bits::new(), Bits::new());
        for id in &sorted {
            let [first, second, .., last_but_one, last] = id;
            begins.set(u16::from_be_bytes([*first, *second]));
            ends.set(u16::from_be_bytes([*last_but_one, *last]));
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

/// The number of four hexadecimal digits; of what are none, some number or other.
const fn number(digits: [u8; 4]) -> u16 {
    let text = u32::from_be_bytes(digits);
    // A letter's low half is nine less than its value, and its seventh bit is set.
    let value = (text & 0x0f0f_0f0f).wrapping_add((text >> 6 & 0x0101_0101).wrapping_mul(9));
    let (a, b, c, d) = (value >> 12 & 0xf000, value >> 8 & 0xf00, value >> 4 & 0xf0, value & 0xf);
    (a | b | c | d) as u16
}

/// A set of 16-bit numbers.
#[derive(Debug)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    pub(super) fn new() -> Self {
        Self(vec![0; 1 << 10])
    }

    pub(super) fn set(&mut self, number: u16) {
        if let Some(word) = self.0.get_mut(usize::from(number >> 6)) {
            *word |= 1 << (number & 63);
        }
    }

    pub(super) fn has(&self, number: u16) -> bool {
        self.0.get(usize::from(number >> 6)).is_some_and(|word| word >> (number & 63) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_read_in_either_case() {
        for (digits, value) in
            [(b"0000", 0), (b"7a1E", 0x7a1e), (b"FfFf", 0xffff), (b"9aF0", 0x9af0)]
        {
            assert_eq!(number(*digits), value);
        }
    }
}
