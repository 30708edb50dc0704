//! The table of branches that both kinds of diagrams are built in: each branch once, and a memory
//! of what was worked out.
//!
//! Numbers of branches come from the table itself, so that a look-up that misses its bounds is a
//! fault of this crate and nothing that a structure can bring about.
#![allow(clippy::indexing_slicing, reason = "numbers of branches come from the table itself")]

use alloc::vec;
use alloc::vec::Vec;

/// The level of a terminal: below every variable.
pub(crate) const TERMINAL: u32 = u32::MAX;

/// A search that did more than it was allowed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spent;

/// A decision on the variable of a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Branch {
    pub(crate) level: u32,
    pub(crate) low: u32,
    pub(crate) high: u32,
}

/// A result that is remembered until another needs the room.
#[derive(Clone, Copy)]
struct Entry {
    first: u32,
    second: u32,
    result: u32,
}

const NONE: Entry = Entry { first: u32::MAX, second: u32::MAX, result: 0 };

/// Branches, each once.
pub(crate) struct Table {
    pub(crate) branches: Vec<Branch>,
    buckets: Vec<u32>,
    memory: Vec<Entry>,
    /// What may still be done: a step is a branch looked up, or a result that was not remembered.
    left: u64,
}

impl Table {
    /// A table with so many terminals, in which so much may be done.
    pub(crate) fn new(terminals: usize, left: u64) -> Self {
        let terminal = Branch { level: TERMINAL, low: 0, high: 0 };
        Self {
            branches: vec![terminal; terminals],
            buckets: vec![u32::MAX; 1 << 8],
            memory: vec![NONE; 1 << 8],
            left,
        }
    }

    pub(crate) fn branch(&self, number: u32) -> Branch {
        self.branches[number as usize]
    }

    /// The number of a branch, made where there is none.
    pub(crate) fn find(&mut self, branch: Branch) -> Result<u32, Spent> {
        let mask = self.buckets.len() - 1;
        let mut at = mix(branch.level, branch.low, branch.high) as usize & mask;
        loop {
            match self.buckets[at] {
                u32::MAX => break,
                number if self.branches[number as usize] == branch => return Ok(number),
                _ => at = (at + 1) & mask,
            }
        }
        self.left = self.left.checked_sub(1).ok_or(Spent)?;
        let number = u32::try_from(self.branches.len()).map_err(|_| Spent)?;
        self.branches.push(branch);
        self.buckets[at] = number;
        if self.branches.len() * 2 > self.buckets.len() {
            self.grow();
        }
        Ok(number)
    }

    fn grow(&mut self) {
        let size = self.buckets.len() * 2;
        self.buckets.clear();
        self.buckets.resize(size, u32::MAX);
        for (number, branch) in (0_u32..).zip(&self.branches) {
            if branch.level == TERMINAL {
                continue;
            }
            let mut at = mix(branch.level, branch.low, branch.high) as usize & (size - 1);
            while self.buckets[at] != u32::MAX {
                at = (at + 1) & (size - 1);
            }
            self.buckets[at] = number;
        }
        // The memory grows with the diagram: what is small stays in the cache of the processor.
        if self.memory.len() < MEMORY_MAX {
            let old = core::mem::replace(&mut self.memory, vec![NONE; size]);
            for entry in old {
                if entry.first != u32::MAX {
                    let at = mix(entry.first, entry.second, 0) as usize & (size - 1);
                    self.memory[at] = entry;
                }
            }
        }
    }

    /// What is remembered for a pair.
    pub(crate) fn recall(&mut self, first: u32, second: u32) -> Option<u32> {
        let entry = self.memory[mix(first, second, 0) as usize & (self.memory.len() - 1)];
        (entry.first == first && entry.second == second).then_some(entry.result)
    }

    /// Counts a result that was not remembered.
    pub(crate) fn step(&mut self) -> Result<(), Spent> {
        self.left = self.left.checked_sub(1).ok_or(Spent)?;
        Ok(())
    }

    /// Remembers a result.
    pub(crate) fn remember(&mut self, first: u32, second: u32, result: u32) {
        let at = mix(first, second, 0) as usize & (self.memory.len() - 1);
        self.memory[at] = Entry { first, second, result };
    }
}

/// How many results are remembered at most: 24 MiB.
const MEMORY_MAX: usize = 1 << 21;

fn mix(one: u32, two: u32, three: u32) -> u64 {
    let mut hash = (u64::from(one) << 32 | u64::from(two)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash = (hash ^ hash >> 29 ^ u64::from(three)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash ^ hash >> 32
}
