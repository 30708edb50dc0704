//! Randomness: from the system for tokens, from a seed for generated tenants.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use halligan_core::id::Guid;

/// The system's random generator gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the system's random generator gave nothing")]
pub(crate) struct NoRandomness;

/// An opaque text of 256 random bits.
pub(crate) fn opaque() -> Result<String, NoRandomness> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// A random GUID for request ids; all zeros when the system has no randomness to give.
pub(crate) fn guid() -> Guid {
    let mut bytes = [0; 16];
    _ = getrandom::fill(&mut bytes);
    version_4(u128::from_be_bytes(bytes))
}

fn version_4(value: u128) -> Guid {
    const KEPT: u128 = !(0xf000 << 64) & !(0xc000 << 48);
    Guid::from_u128(value & KEPT | 0x4000 << 64 | 0x8000 << 48)
}

/// A generator whose whole output follows from its seed: SplitMix64.
///
/// Source: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014. Good
/// enough to make tenants look unlike each other, and never used for a secret.
#[derive(Clone, Debug)]
pub(crate) struct Seeded(u64);

impl Seeded {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The generator of the `number`th of many things that follow from one seed.
    pub(crate) fn nth(seed: u64, number: u64) -> Self {
        let start = Self::new(seed).next() ^ Self::new(number).next().rotate_left(32);
        Self::new(Self::new(start).next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 when `end` is 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX);
        let number = self.next().checked_rem(end).unwrap_or(0);
        usize::try_from(number).unwrap_or(0)
    }

    /// True in `percent` of a hundred cases.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of `choices`; `None` when there is none.
    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> Option<&'a T> {
        choices.get(self.below(choices.len()))
    }

    pub(crate) fn guid(&mut self) -> Guid {
        version_4(u128::from(self.next()) << 64 | u128::from(self.next()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splitmix_gives_its_published_numbers() {
        // The first outputs for seed 1234567 of the reference implementation.
        let mut seeded = Seeded::new(1_234_567);
        assert_eq!(seeded.next(), 6_457_827_717_110_365_317);
        assert_eq!(seeded.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn neighbours_have_nothing_in_common() {
        let mut firsts: Vec<u64> =
            (0..100).flat_map(|seed| (0..100).map(move |n| Seeded::nth(seed, n).next())).collect();
        firsts.sort_unstable();
        firsts.dedup();
        assert_eq!(firsts.len(), 10_000);
    }

    #[test]
    fn guids_are_of_version_4() {
        for guid in [Seeded::new(1).guid(), guid()] {
            let text = guid.to_string();
            assert_eq!(text.as_bytes()[14], b'4', "{text}");
            assert!(b"89ab".contains(&text.as_bytes()[19]), "{text}");
        }
        assert_eq!(Seeded::new(1).below(0), 0);
    }
}
