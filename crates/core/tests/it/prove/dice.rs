//! Throws that a seed repeats: xorshift64*, whose period is beyond what any test throws.

/// A source of choices.
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice whose throws this seed decides.
    pub(crate) fn new(seed: u64) -> Self {
        // Seeds that lie side by side must not throw alike: splitmix64's last step.
        let mut state = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Self((state ^ (state >> 31)) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    /// A number below `count`.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(count).unwrap()).unwrap()
    }

    /// True once in so many throws.
    pub(crate) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    /// One of them.
    pub(crate) fn pick<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }

    /// From one to `most` of them, none of them at one place twice.
    pub(crate) fn some<T: Clone>(&mut self, all: &[T], most: usize) -> Vec<T> {
        let count = 1 + self.below(most.min(all.len()));
        let mut left: Vec<usize> = (0..all.len()).collect();
        (0..count).map(|_| all[left.swap_remove(self.below(left.len()))].clone()).collect()
    }
}
