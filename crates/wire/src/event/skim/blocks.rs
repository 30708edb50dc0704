//! Where strings, objects and arrays end, by vector instructions.
//!
//! Sixty-four bytes are compared at a time with those that matter, as
//! [simdjson](https://arxiv.org/abs/1902.08318) does: a bit for the place of each, and arithmetic
//! on those bits for what is escaped, and for what is within strings.

use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch, u8x64};

/// Bytes that are compared in one step.
const BLOCK: usize = 64;

/// From an opening bracket to the end of the one that closes it.
pub(super) fn nested_length(level: Level, bytes: &[u8]) -> Option<usize> {
    dispatch!(level, simd => nested(simd, bytes))
}

#[inline(always)]
fn nested<S: Simd>(simd: S, bytes: &[u8]) -> Option<usize> {
    let (mut strings, mut depth, mut start) = (Strings::default(), 0_usize, 0);
    loop {
        let block = Block::of(simd, bytes.get(start..)?)?;
        let outside = strings.outside(&block)?;
        let (opens, closes) = (block.opens & outside, block.closes & outside);
        let closed = closes.count_ones() as usize;
        // Only where more is closed than is open may this be the end.
        if closed >= depth
            && let Some(end) = end_of(opens, closes, depth)
        {
            return Some(start + end);
        }
        depth = (depth + opens.count_ones() as usize).checked_sub(closed)?;
        start += BLOCK;
    }
}

/// Where in a block the last open bracket is closed.
fn end_of(opens: u64, closes: u64, mut depth: usize) -> Option<usize> {
    let mut brackets = opens | closes;
    while brackets != 0 {
        let place = brackets.trailing_zeros();
        brackets &= brackets - 1;
        if opens >> place & 1 == 1 {
            depth += 1;
        } else {
            depth = depth.checked_sub(1)?;
            if depth == 0 {
                return Some(place as usize + 1);
            }
        }
    }
    None
}

/// From within a string to its end.
pub(super) fn string_length(level: Level, bytes: &[u8]) -> Option<usize> {
    dispatch!(level, simd => string(simd, bytes))
}

#[inline(always)]
fn string<S: Simd>(simd: S, bytes: &[u8]) -> Option<usize> {
    let (mut strings, mut start) = (Strings::default(), 0);
    loop {
        let block = Block::of(simd, bytes.get(start..)?)?;
        let quotes = block.quotes & !strings.escaped(block.backslashes);
        if quotes != 0 {
            return Some(start + quotes.trailing_zeros() as usize + 1);
        }
        start += BLOCK;
    }
}

/// What stands in a block, a bit for the place of each, the first byte's bit the lowest.
struct Block {
    quotes: u64,
    backslashes: u64,
    opens: u64,
    closes: u64,
    /// Commas, colons, spaces, and all control characters.
    between: u64,
}

impl Block {
    /// Of the first bytes; behind the last there is nothing but zeros. `None` where there is none.
    #[inline(always)]
    fn of<S: Simd>(simd: S, bytes: &[u8]) -> Option<Self> {
        let mut end = [0; BLOCK];
        let window: &[u8; BLOCK] = match bytes.first_chunk() {
            Some(window) => window,
            None if bytes.is_empty() => return None,
            None => {
                end.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
                &end
            }
        };
        let here = u8x64::from_slice(simd, window);
        // One bit tells a square bracket from a curly one.
        let brackets = here | u8x64::splat(simd, b'[' ^ b'{');
        let between = here.simd_eq(b',') | here.simd_eq(b':') | here.simd_le(b' ');
        Some(Self {
            quotes: here.simd_eq(b'"').to_bitmask(),
            backslashes: here.simd_eq(b'\\').to_bitmask(),
            opens: brackets.simd_eq(b'{').to_bitmask(),
            closes: brackets.simd_eq(b'}').to_bitmask(),
            between: between.to_bitmask(),
        })
    }
}

/// What is carried from block to block: each field has a bit of the block before, or all.
#[derive(Default)]
struct Strings {
    /// 1 where the first byte of the next block is escaped.
    is_escaped: u64,
    /// All bits where the next block begins in a string.
    is_inside: u64,
    /// 1 where a string may begin with the next block.
    may_begin: u64,
    /// 1 where a string ended with the last byte.
    has_ended: u64,
}

impl Strings {
    /// The places outside of strings. `None` where a quote stands beside what stands beside none:
    /// with one quote lost, strings and what is between them change places, and what is read would
    /// be another record than the one that was written.
    #[inline(always)]
    fn outside(&mut self, block: &Block) -> Option<u64> {
        let quotes = block.quotes & !self.escaped(block.backslashes);
        // From an opening quote to the one before the closing quote.
        let inside = parity(quotes) ^ self.is_inside;
        self.is_inside = 0_u64.wrapping_sub(inside >> 63);
        let (begun, ended) = (quotes & inside, quotes & !inside);
        let before = (block.opens | block.between) & !inside;
        let behind = block.closes | block.between;
        let wrongly_begun = begun & !(before << 1 | self.may_begin);
        let wrongly_ended = (ended << 1 | self.has_ended) & !behind;
        (self.may_begin, self.has_ended) = (before >> 63, ended >> 63);
        (wrongly_begun | wrongly_ended == 0).then_some(!inside)
    }

    /// The places that a backslash escapes, by simdjson's arithmetic: of a run of backslashes every
    /// second is escaped, and what stands behind one of an odd number.
    ///
    /// Source: <https://github.com/simdjson/simdjson/blob/v3.10.0/src/generic/stage1/json_escape_scanner.h>.
    #[inline(always)]
    fn escaped(&mut self, backslashes: u64) -> u64 {
        const ODD: u64 = 0xaaaa_aaaa_aaaa_aaaa;
        if backslashes == 0 {
            return std::mem::take(&mut self.is_escaped);
        }
        let first = backslashes & !self.is_escaped;
        let runs = (first << 1 | ODD).wrapping_sub(first) ^ ODD;
        let escaped = runs ^ (backslashes | self.is_escaped);
        self.is_escaped = (runs & backslashes) >> 63;
        escaped
    }
}

/// For each bit, whether an odd number of bits is set up to it.
const fn parity(mut bits: u64) -> u64 {
    let mut step = 1;
    while step < u64::BITS {
        bits ^= bits << step;
        step *= 2;
    }
    bits
}
