//! Sets of small numbers.

use alloc::vec::Vec;
use core::iter;

const WORD: usize = u64::BITS as usize;

/// A set of numbers below a limit that its maker chose.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// The empty set of numbers below `limit`.
    pub(super) fn below(limit: usize) -> Self {
        Self(iter::repeat_n(0, limit.div_ceil(WORD)).collect())
    }

    /// Puts `number` in or takes it out. A number beyond the limit is in no set.
    pub(super) fn set(&mut self, number: usize, is_in: bool) {
        let Some(word) = self.0.get_mut(number / WORD) else {
            return;
        };
        let bit = 1 << (number % WORD);
        if is_in {
            *word |= bit;
        } else {
            *word &= !bit;
        }
    }

    /// Whether `number` is in it.
    pub(super) fn has(&self, number: usize) -> bool {
        self.0.get(number / WORD).is_some_and(|word| word >> (number % WORD) & 1 == 1)
    }

    /// Adds the numbers of another set with the same limit.
    pub(super) fn add(&mut self, other: &Self) {
        for (word, more) in self.0.iter_mut().zip(&other.0) {
            *word |= more;
        }
    }

    /// Takes out the numbers of another set with the same limit.
    pub(super) fn remove(&mut self, other: &Self) {
        for (word, less) in self.0.iter_mut().zip(&other.0) {
            *word &= !less;
        }
    }

    /// Whether there is nothing in it.
    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// The numbers in it, ascending.
    pub(super) fn numbers(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(at, word)| {
            let mut left = *word;
            iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
                left &= left - 1;
                Some(at * WORD + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_hold_what_was_put_in() {
        let of = |numbers: &[usize]| {
            let mut set = Bits::below(130);
            numbers.iter().for_each(|number| set.set(*number, true));
            set
        };
        let mut set = of(&[0, 63, 64, 129]);
        assert_eq!(set.numbers().collect::<Vec<_>>(), [0, 63, 64, 129]);
        assert!(set.has(129) && !set.has(128) && !set.has(4000));
        set.set(63, false);
        set.add(&of(&[5]));
        set.remove(&of(&[0, 1]));
        assert_eq!(set, of(&[5, 64, 129]));
        set.set(4000, true);
        assert_eq!(set, of(&[5, 64, 129]));
        assert!(!set.is_empty() && of(&[]).is_empty() && Bits::below(0).is_empty());
    }
}
