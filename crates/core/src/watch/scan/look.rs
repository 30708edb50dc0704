//! One pass over a record by vector instructions: where something is that a closer look is worth.
//!
//! Sixty-four bytes are compared at a time with each byte that matters, which gives a bit for each
//! place. GUIDs are found by shape alone: four dashes, five apart, are one bit where the dashes'
//! bits, shifted by 5, 10 and 15, agree. So a record costs the same whether two identifiers are
//! watched or ten thousand, until a GUID is there to be looked up.

use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch, u8x64};

/// Bytes that are compared in one step.
const BLOCK: usize = 64;

/// What stands in a block, a bit for the place of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Where the block begins.
    start: usize,
    /// First dashes of what has the shape of a GUID and ends in this block, counted from
    /// [`DASHES_SPAN`] bytes before it.
    guids: u64,
    ats: u64,
    backslashes: u64,
    seams: u64,
    pairs: u64,
}

/// Letters that stand beside each other in few words of a record, and in those that tell of a
/// change: `AuditLogs`, `activityDisplayName`.
pub(super) const PAIRS: [[u8; 2]; 2] = [*b"tL", *b"yD"];

/// Where the first dash of a GUID stands in it.
const GUID_DASH: usize = 8;

/// From the first dash of a GUID to its last.
const DASHES_SPAN: usize = 15;

/// Gives the blocks in which something is, from front to back, until `take` says that it is
/// enough, and says whether it did.
pub(super) fn look(level: Level, bytes: &[u8], mut take: impl FnMut(&Found) -> bool) -> bool {
    dispatch!(level, simd => blocks(simd, bytes, &mut take))
}

#[inline(always)]
fn blocks<S: Simd>(simd: S, bytes: &[u8], take: &mut impl FnMut(&Found) -> bool) -> bool {
    let mut before = 0_u64;
    let mut start = 0;
    // Two at a time, for one question whether there is anything in either.
    while let Some(two) = bytes.get(start..).and_then(<[u8]>::first_chunk::<{ 2 * BLOCK + 1 }>) {
        let (Some(first), Some(second)) = (two.first_chunk(), two.last_chunk()) else { break };
        let (first, second) = (Block::of(simd, first), Block::of(simd, second));
        let dashes = [first.dashes(), second.dashes()];
        let in_both = [guids(before, dashes[0]), guids(dashes[0], dashes[1])];
        before = dashes[1];
        let is_rare = first.rare().min(second.rare()).simd_eq(0).any_true();
        if in_both != [0, 0] || is_rare {
            for ((at, block), guids) in
                [(start, first), (start + BLOCK, second)].iter().zip(in_both)
            {
                let found = match is_rare {
                    true => block.found(*at, guids),
                    false => Found { start: *at, guids, ..Found::default() },
                };
                if found.is_any() && take(&found) {
                    return true;
                }
            }
        }
        start += 2 * BLOCK;
    }
    let mut end = [0; BLOCK + 1];
    while let Some(rest) = bytes.get(start..).filter(|rest| !rest.is_empty()) {
        let window: &[u8; BLOCK + 1] = match rest.first_chunk() {
            Some(window) => window,
            None => {
                end.fill(0);
                end.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
                &end
            }
        };
        let block = Block::of(simd, window);
        let dashes = block.dashes();
        let found = block.found(start, guids(before, dashes));
        before = dashes;
        if found.is_any() && take(&found) {
            return true;
        }
        start += BLOCK;
    }
    false
}

impl Found {
    const fn is_any(&self) -> bool {
        (self.guids | self.ats | self.backslashes | self.seams | self.pairs) != 0
    }

    /// Where what has the shape of a GUID begins.
    pub(super) fn guids(&self) -> impl Iterator<Item = usize> {
        let start = self.start;
        let place = move |bit: usize| (start + bit).checked_sub(DASHES_SPAN + GUID_DASH);
        bits(self.guids).filter_map(place)
    }

    /// Where an `@` stands.
    pub(super) fn ats(&self) -> impl Iterator<Item = usize> {
        self.places(self.ats)
    }

    /// Where a backslash stands.
    pub(super) fn backslashes(&self) -> impl Iterator<Item = usize> {
        self.places(self.backslashes)
    }

    /// Whether there is a `}` with a `{` behind it.
    pub(super) fn has_seam(&self) -> bool {
        self.seams != 0
    }

    /// Where the first letter of one of the [`PAIRS`] stands.
    pub(super) fn pairs(&self) -> impl Iterator<Item = usize> {
        self.places(self.pairs)
    }

    fn places(&self, found: u64) -> impl Iterator<Item = usize> {
        let start = self.start;
        bits(found).map(move |bit| start + bit)
    }
}

/// A block in vectors: each byte, and the one behind it.
struct Block<S: Simd> {
    here: u8x64<S>,
    next: u8x64<S>,
}

impl<S: Simd> Block<S> {
    /// The first 64 bytes of a window.
    #[inline(always)]
    fn of(simd: S, window: &[u8; BLOCK + 1]) -> Self {
        let (here, _) = window.split_at(BLOCK);
        let (_, next) = window.split_at(1);
        Self { here: u8x64::from_slice(simd, here), next: u8x64::from_slice(simd, next) }
    }

    #[inline(always)]
    fn dashes(&self) -> u64 {
        self.here.simd_eq(b'-').to_bitmask()
    }

    /// A zero in the place of each byte that stands in few blocks. What is looked for leaves zero
    /// when compared by `^`, so the least of all says it by one comparison with zero: most
    /// processors compare more slowly than they do the rest.
    #[inline(always)]
    fn rare(&self) -> u8x64<S> {
        let [[a, b], [c, d]] = PAIRS;
        let (here, next) = (self.here, self.next);
        let seam = (here ^ b'}') | (next ^ b'{');
        let pair = ((here ^ a) | (next ^ b)).min((here ^ c) | (next ^ d));
        (here ^ b'@').min(here ^ b'\\').min(seam).min(pair)
    }

    #[inline(always)]
    fn found(&self, start: usize, guids: u64) -> Found {
        let [[a, b], [c, d]] = PAIRS;
        let (here, next) = (self.here, self.next);
        let seams = here.simd_eq(b'}') & next.simd_eq(b'{');
        let pairs = here.simd_eq(a) & next.simd_eq(b) | here.simd_eq(c) & next.simd_eq(d);
        Found {
            start,
            guids,
            ats: here.simd_eq(b'@').to_bitmask(),
            backslashes: here.simd_eq(b'\\').to_bitmask(),
            seams: seams.to_bitmask(),
            pairs: pairs.to_bitmask(),
        }
    }
}

/// The first of four dashes that are five apart, counted from [`DASHES_SPAN`] bytes before the
/// block, of the dashes in the block before it and of those in it.
const fn guids(before: u64, here: u64) -> u64 {
    let last_two = (before >> 59 | here << 5) & here;
    if last_two == 0 {
        return 0;
    }
    let second = before >> 54 | here << 10;
    let first = before >> 49 | here << 15;
    first & second & last_two
}

/// The places of the bits that are set.
fn bits(mut all: u64) -> impl Iterator<Item = usize> {
    core::iter::from_fn(move || {
        let bit = all.trailing_zeros();
        all &= all.wrapping_sub(1);
        (bit < u64::BITS).then_some(bit as usize)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    /// GUIDs, at signs, backslashes, seams, pairs.
    type Places = [Vec<usize>; 5];

    fn all(level: Level, bytes: &[u8]) -> Places {
        let mut places = Places::default();
        let [guids, ats, backslashes, seams, pairs] = &mut places;
        let is_enough = look(level, bytes, |found| {
            guids.extend(found.guids());
            ats.extend(found.ats());
            backslashes.extend(found.backslashes());
            seams.extend(found.places(found.seams));
            pairs.extend(found.pairs());
            false
        });
        assert!(!is_enough);
        places
    }

    /// The same, byte by byte.
    fn slowly(bytes: &[u8]) -> Places {
        let at = |at: usize| bytes.get(at).copied();
        let is_guid =
            |start: usize| [8, 13, 18, 23].iter().all(|dash| at(start + dash) == Some(b'-'));
        let pair = |first: usize| [at(first).unwrap_or(0), at(first + 1).unwrap_or(0)];
        let of = |is_one: &dyn Fn(usize) -> bool| -> Vec<usize> {
            (0..bytes.len()).filter(|at| is_one(*at)).collect()
        };
        [
            of(&is_guid),
            of(&|one| at(one) == Some(b'@')),
            of(&|one| at(one) == Some(b'\\')),
            of(&|one| pair(one) == *b"}{"),
            of(&|one| PAIRS.contains(&pair(one))),
        ]
    }

    #[test]
    fn every_place_is_found_whatever_stands_around_it_and_where_blocks_end() {
        // Mostly what matters, so that places overlap and stand across the ends of blocks.
        const LETTERS: &[u8] = b"-----@\\}{tLyDa0";
        let mut state = 7_u64;
        let mut letter = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            LETTERS[(state >> 33) as usize % LETTERS.len()]
        };
        for length in (0..300).chain([1_000]) {
            for _ in 0..20 {
                let bytes: Vec<u8> = (0..length).map(|_| letter()).collect();
                let text = alloc::string::String::from_utf8_lossy(&bytes);
                assert_eq!(all(Level::new(), &bytes), slowly(&bytes), "{text}");
                assert_eq!(all(Level::baseline(), &bytes), slowly(&bytes), "{text}");
            }
        }
    }

    #[test]
    fn a_look_ends_when_it_is_enough() {
        let mut count = 0;
        let is_enough = look(Level::new(), &[b'@'; 500], |_| {
            count += 1;
            count == 5
        });
        assert!(is_enough);
        assert_eq!(count, 5);
    }
}
