//! The smallest sets only, listed one by one: for structures that are too large to be solved, and
//! for many structures at once.

use alloc::collections::BTreeSet;
use alloc::vec;
use alloc::vec::Vec;

use super::family::TooMany;
use super::structure::{Flaw, Gate, Node, Structure};
use super::zbdd::Side;

/// Why the smallest sets of a structure are not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unlisted {
    /// The structure says nothing.
    Flawed(Flaw),
    /// It holds a negation.
    NotCoherent,
    /// A gate has more sets than were to be listed.
    TooMany(TooMany),
    /// More sets were joined than [`JOINS_MAX`].
    TooLong,
}

impl core::fmt::Display for Unlisted {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Flawed(flaw) => flaw.fmt(f),
            Self::NotCoherent => f.write_str("the structure holds a negation"),
            Self::TooMany(many) => write!(f, "a gate has {many}"),
            Self::TooLong => write!(f, "more than JOINS_MAX ({JOINS_MAX}) sets were joined"),
        }
    }
}

impl core::error::Error for Unlisted {}

/// How often two sets may be joined for one question.
pub const JOINS_MAX: u64 = 4_000_000;

/// The minimal solutions of at most `order` events, or with `blockers` the minimal blockers; the
/// small ones first. Unlike [`Analysis`](super::Analysis) it never looks at larger ones.
///
/// # Errors
///
/// [`Unlisted`]; a gate may have `sets_max` sets.
pub fn smallest(
    structure: &Structure,
    top: Node,
    blockers: bool,
    order: usize,
    sets_max: usize,
) -> Result<Vec<Vec<Node>>, Unlisted> {
    let side = if blockers { Side::Dual } else { Side::Itself };
    let below = structure.below(top).map_err(Unlisted::Flawed)?;
    let mut list = Lists { order, sets_max, joins: 0 };
    let mut lists: Vec<Vec<Vec<Node>>> = vec![Vec::new(); structure.len()];
    for node in below {
        let found = {
            let at = |one: &Node| lists.get(one.number()).map(Vec::as_slice).unwrap_or_default();
            match structure.gate_of(node) {
                None => Ok(vec![vec![node]]),
                Some(Gate::Not(_)) => return Err(Unlisted::NotCoherent),
                Some(gate) => {
                    let args = gate.args();
                    let least = match gate {
                        Gate::All(_) => args.len(),
                        Gate::AtLeast(least, _) => *least,
                        Gate::Any(_) | Gate::Not(_) => 1,
                    };
                    // The dual of "k of n" is "n - k + 1 of n".
                    let least = match side {
                        Side::Itself => least,
                        Side::Dual => (args.len() + 1).saturating_sub(least),
                    };
                    list.at_least(least, args.iter().map(at))
                }
            }
        };
        let found = found?;
        if let Some(slot) = lists.get_mut(node.number()) {
            *slot = found;
        }
    }
    let mut found = lists.get_mut(top.number()).map(core::mem::take).unwrap_or_default();
    found.sort_unstable_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    Ok(found.into_iter().filter(|set| set.len() <= order).collect())
}

struct Lists {
    order: usize,
    sets_max: usize,
    joins: u64,
}

impl Lists {
    /// The smallest unions of one set each of so many of several families.
    fn at_least<'s>(
        &mut self,
        least: usize,
        families: impl Iterator<Item = &'s [Vec<Node>]>,
    ) -> Result<Vec<Vec<Node>>, Unlisted> {
        let families: Vec<&[Vec<Node>]> = families.collect();
        if least > families.len() {
            return Ok(Vec::new());
        }
        // For each number up to `least`: the unions of so many.
        let mut reached = vec![Vec::new(); least + 1];
        if let Some(none) = reached.first_mut() {
            *none = vec![Vec::new()];
        }
        for (seen, family) in families.iter().enumerate() {
            // More are needed than the rest can give.
            let needed = (least + seen + 1).saturating_sub(families.len()).max(1);
            for count in (needed..=least).rev() {
                let joined = match reached.get(count - 1) {
                    Some(below) => self.unions(below, family)?,
                    None => continue,
                };
                if let Some(slot) = reached.get_mut(count) {
                    let all = slot.drain(..).chain(joined);
                    *slot = minimal(all);
                    self.fits(slot.len())?;
                }
            }
        }
        Ok(reached.pop().unwrap_or_default())
    }

    fn unions(
        &mut self,
        one: &[Vec<Node>],
        other: &[Vec<Node>],
    ) -> Result<Vec<Vec<Node>>, Unlisted> {
        let mut unions = BTreeSet::new();
        self.joins =
            self.joins.saturating_add((one.len() as u64).saturating_mul(other.len() as u64));
        if self.joins > JOINS_MAX {
            return Err(Unlisted::TooLong);
        }
        for first in one {
            for second in other {
                let mut union = first.clone();
                union.extend(second);
                union.sort_unstable();
                union.dedup();
                if union.len() <= self.order {
                    unions.insert(union);
                    self.fits(unions.len())?;
                }
            }
        }
        Ok(minimal(unions))
    }

    fn fits(&self, sets: usize) -> Result<(), Unlisted> {
        match sets > self.sets_max {
            true => Err(Unlisted::TooMany(TooMany(self.sets_max))),
            false => Ok(()),
        }
    }
}

/// Those of several sets that hold no other: the blockers of "one of several structures fails" are
/// the minimal ones of all their blockers. Each set is sorted and holds nothing twice. The small
/// ones come first.
///
/// It takes a look-up for each subset of a set, so that sets should be small.
pub fn minimal<T: Ord + Clone>(sets: impl IntoIterator<Item = Vec<T>>) -> Vec<Vec<T>> {
    let mut sets: Vec<Vec<T>> = sets.into_iter().collect();
    sets.sort_unstable_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    sets.dedup();
    let mut kept: BTreeSet<Vec<T>> = BTreeSet::new();
    let mut sizes: Vec<usize> = Vec::new();
    let mut minimal = Vec::new();
    for set in sets {
        let holds_one = sizes.iter().filter(|size| **size < set.len()).any(|size| {
            let mut found = false;
            subsets(&set, *size, &mut Vec::new(), &mut |subset| found |= kept.contains(subset));
            found
        });
        if holds_one {
            continue;
        }
        if !sizes.contains(&set.len()) {
            sizes.push(set.len());
        }
        kept.insert(set.clone());
        minimal.push(set);
    }
    minimal
}

/// Every subset of so many elements, in their order.
fn subsets<T: Clone>(set: &[T], size: usize, begun: &mut Vec<T>, see: &mut dyn FnMut(&Vec<T>)) {
    if size == 0 {
        see(begun);
        return;
    }
    for (at, element) in set.iter().enumerate() {
        if set.len() - at < size {
            return;
        }
        begun.push(element.clone());
        subsets(set.get(at + 1..).unwrap_or_default(), size - 1, begun, see);
        begun.pop();
    }
}
