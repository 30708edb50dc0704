//! Families of sets of events, as large as they may be: counted, and listed as far as wanted.

use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use super::analysis::Leaf;
use super::structure::Node;
use super::table::{Branch, TERMINAL};
use super::zbdd::{Compact, NOTHING, UNIT};

/// A family of sets of which none holds another.
#[derive(Clone, Debug)]
pub struct Family {
    /// Each part after those that are its leaves; the last is the whole.
    parts: Vec<Layer>,
    /// Without parts: whether the one set is the empty one, or there is no set.
    is_unit: bool,
}

#[derive(Clone, Debug)]
struct Layer {
    leaves: Vec<Leaf>,
    family: Compact,
}

impl Family {
    pub(crate) fn constant(is_unit: bool) -> Self {
        Self { parts: Vec::new(), is_unit }
    }

    /// A part with what stands for its variables.
    pub(crate) fn layer(&self, place: usize) -> Option<(&[Leaf], &Compact)> {
        self.parts.get(place).map(|layer| (layer.leaves.as_slice(), &layer.family))
    }

    pub(crate) fn add(&mut self, leaves: Vec<Leaf>, family: Compact) {
        self.parts.push(Layer { leaves, family });
    }

    /// How many sets there are; `None` where that is more than a `u128` holds.
    pub fn count(&self) -> Option<u128> {
        let mut counts: Vec<u128> = Vec::new();
        for layer in &self.parts {
            let mut below: Vec<u128> = Vec::with_capacity(layer.family.branches.len());
            for (number, branch) in layer.family.branches.iter().enumerate() {
                let at = |place: u32| below.get(place as usize).copied().unwrap_or(0);
                let count = match branch.level {
                    TERMINAL => u128::from(number == UNIT as usize),
                    _ => {
                        let times = match layer.leaf(*branch) {
                            Some(Leaf::Part(part)) => counts.get(part).copied().unwrap_or(0),
                            _ => 1,
                        };
                        at(branch.high).checked_mul(times)?.checked_add(at(branch.low))?
                    }
                };
                below.push(count);
            }
            counts.push(below.get(layer.family.root as usize).copied().unwrap_or(0));
        }
        Some(counts.last().copied().unwrap_or(u128::from(self.is_unit)))
    }

    /// Whether there is no set.
    pub fn is_empty(&self) -> bool {
        match self.parts.last() {
            Some(layer) => layer.family.root == NOTHING,
            None => !self.is_unit,
        }
    }

    /// How many sets hold an event; `None` as for [`Self::count`].
    pub fn count_with(&self, event: Node) -> Option<u128> {
        // For each part how many sets there are, and how many of them hold the event.
        let mut counts: Vec<(u128, u128)> = Vec::new();
        for layer in &self.parts {
            let mut below: Vec<(u128, u128)> = Vec::with_capacity(layer.family.branches.len());
            for (number, branch) in layer.family.branches.iter().enumerate() {
                let at = |place: u32| below.get(place as usize).copied().unwrap_or_default();
                let count = match (branch.level, layer.leaf(*branch)) {
                    (TERMINAL, _) => (u128::from(number == UNIT as usize), 0),
                    (_, leaf) => {
                        let ((low, low_with), (high, high_with)) =
                            (at(branch.low), at(branch.high));
                        let (times, with) = match leaf {
                            Some(Leaf::Part(part)) => counts.get(part).copied().unwrap_or_default(),
                            Some(Leaf::Event(one)) => (1, u128::from(one == event)),
                            None => (0, 0),
                        };
                        let without = times.checked_sub(with)?.checked_mul(high_with)?;
                        let all = high.checked_mul(times)?.checked_add(low)?;
                        let held = high.checked_mul(with)?.checked_add(without)?;
                        (all, held.checked_add(low_with)?)
                    }
                };
                below.push(count);
            }
            counts.push(below.get(layer.family.root as usize).copied().unwrap_or_default());
        }
        Some(counts.last().map_or(0, |(_, with)| *with))
    }

    /// The sets of at most so many events, the small ones first, each in the order of its events'
    /// numbers.
    ///
    /// # Errors
    ///
    /// [`TooMany`] where there are more than `sets_max`, here or in a part.
    pub fn up_to(&self, order: usize, sets_max: usize) -> Result<Vec<Vec<Node>>, TooMany> {
        let mut lists: Vec<Vec<Vec<Node>>> = Vec::new();
        for layer in &self.parts {
            let mut walk = Walk { layer, lists: &lists, least: layer.least(&lists), sets_max };
            let mut found = Vec::new();
            walk.from(layer.family.root, order, &mut Vec::new(), &mut found)?;
            found.iter_mut().for_each(|set| set.sort_unstable());
            found.sort_unstable_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
            lists.push(found);
        }
        let constant = || if self.is_unit { vec![Vec::new()] } else { Vec::new() };
        Ok(lists.pop().unwrap_or_else(constant))
    }

    /// How many sets there are of each size, from the smallest; `None` as for [`Self::count`].
    pub fn orders(&self) -> Option<Vec<(usize, u128)>> {
        let mut all: Vec<Vec<u128>> = Vec::new();
        for layer in &self.parts {
            let counts = layer.orders(&all)?;
            all.push(counts);
        }
        let counts = all.pop().unwrap_or_else(|| vec![u128::from(self.is_unit)]);
        Some(counts.into_iter().enumerate().filter(|(_, count)| *count > 0).collect())
    }
}

/// More sets than a caller wanted to have listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany(pub usize);

impl fmt::Display for TooMany {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "more than {} sets", self.0)
    }
}

impl core::error::Error for TooMany {}

/// A walk through the sets of a layer.
struct Walk<'l> {
    layer: &'l Layer,
    /// The sets of the parts.
    lists: &'l [Vec<Vec<Node>>],
    /// The size of the smallest set from each branch on.
    least: Vec<usize>,
    sets_max: usize,
}

impl Walk<'_> {
    /// Finds the sets from a branch on that have room for `left` more events.
    fn from(
        &mut self,
        number: u32,
        left: usize,
        begun: &mut Vec<Node>,
        found: &mut Vec<Vec<Node>>,
    ) -> Result<(), TooMany> {
        if number == NOTHING || self.least.get(number as usize).is_none_or(|least| *least > left) {
            return Ok(());
        }
        if number == UNIT {
            if found.len() == self.sets_max {
                return Err(TooMany(self.sets_max));
            }
            found.push(begun.clone());
            return Ok(());
        }
        let Some(branch) = self.layer.family.branches.get(number as usize).copied() else {
            return Ok(());
        };
        self.from(branch.low, left, begun, found)?;
        let lists = self.lists;
        let one;
        let sets: &[Vec<Node>] = match self.layer.leaf(branch) {
            Some(Leaf::Event(node)) => {
                one = [vec![node]];
                &one
            }
            Some(Leaf::Part(part)) => lists.get(part).map(Vec::as_slice).unwrap_or_default(),
            None => &[],
        };
        for set in sets.iter().take_while(|set| set.len() <= left) {
            let before = begun.len();
            begun.extend(set);
            self.from(branch.high, left - set.len(), begun, found)?;
            begun.truncate(before);
        }
        Ok(())
    }
}

impl Layer {
    /// The size of the smallest set from each branch on; `usize::MAX` where there is none.
    fn least(&self, lists: &[Vec<Vec<Node>>]) -> Vec<usize> {
        let mut least: Vec<usize> = Vec::with_capacity(self.family.branches.len());
        for (number, branch) in self.family.branches.iter().enumerate() {
            let at = |place: u32| least.get(place as usize).copied().unwrap_or(usize::MAX);
            let size = match (branch.level, self.leaf(*branch)) {
                (TERMINAL, _) => {
                    if number == UNIT as usize {
                        0
                    } else {
                        usize::MAX
                    }
                }
                (_, Some(Leaf::Part(part))) => {
                    let smallest = lists.get(part).and_then(|sets| sets.first()).map(Vec::len);
                    smallest.map_or(usize::MAX, |size| at(branch.high).saturating_add(size))
                }
                _ => at(branch.high).saturating_add(1),
            };
            least.push(if branch.level == TERMINAL { size } else { size.min(at(branch.low)) });
        }
        least
    }

    fn leaf(&self, branch: Branch) -> Option<Leaf> {
        self.leaves.get(branch.level as usize).copied()
    }

    /// How many sets of each size: walked from the root, so that only what is open is kept.
    fn orders(&self, parts: &[Vec<u128>]) -> Option<Vec<u128>> {
        let mut open: Vec<Vec<u128>> = vec![Vec::new(); self.family.branches.len()];
        if let Some(root) = open.get_mut(self.family.root as usize) {
            *root = vec![1];
        }
        for (number, branch) in self.family.branches.iter().enumerate().rev() {
            if branch.level == TERMINAL {
                continue;
            }
            let Some(counts) = open.get_mut(number).map(core::mem::take) else { continue };
            let high = match self.leaf(*branch) {
                Some(Leaf::Part(part)) => product(&counts, parts.get(part)?)?,
                _ => core::iter::once(0).chain(counts.iter().copied()).collect(),
            };
            add(open.get_mut(branch.low as usize)?, &counts)?;
            add(open.get_mut(branch.high as usize)?, &high)?;
        }
        Some(open.get_mut(UNIT as usize).map(core::mem::take).unwrap_or_default())
    }
}

fn add(to: &mut Vec<u128>, counts: &[u128]) -> Option<()> {
    if to.len() < counts.len() {
        to.resize(counts.len(), 0);
    }
    for (slot, count) in to.iter_mut().zip(counts) {
        *slot = slot.checked_add(*count)?;
    }
    Some(())
}

fn product(one: &[u128], other: &[u128]) -> Option<Vec<u128>> {
    let mut product = vec![0_u128; (one.len() + other.len()).saturating_sub(1)];
    for (a, first) in one.iter().enumerate() {
        for (b, second) in other.iter().enumerate() {
            let slot = product.get_mut(a + b)?;
            *slot = first.checked_mul(*second)?.checked_add(*slot)?;
        }
    }
    Some(product)
}
