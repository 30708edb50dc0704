//! Families of sets as zero-suppressed decision diagrams.
//!
//! Source: Minato, "Zero-suppressed BDDs for set manipulation in combinatorial problems", DAC 1993;
//! minimal solutions: Rauzy, "New algorithms for fault trees analysis", 1993.

use alloc::vec;
use alloc::vec::Vec;

use super::bdd::{Edge, Function};
use super::table::{Branch, Spent, TERMINAL, Table};

/// The family without a set.
pub(crate) const NOTHING: u32 = 0;
/// The family of the empty set.
pub(crate) const UNIT: u32 = 1;

/// Which operation a remembered result is of: the upper two bits beside the first family. Families
/// have less than 2^30 branches for it.
const WITHOUT: u32 = 0;
const ANY: u32 = 1 << 30;
const ALL: u32 = 2 << 30;
const BRANCHES_MAX: u32 = 1 << 30;

pub(crate) struct Zbdd {
    pub(crate) table: Table,
}

impl Zbdd {
    pub(crate) fn new(left: u64) -> Self {
        Self { table: Table::new(2, left) }
    }

    fn make(&mut self, level: u32, low: u32, high: u32) -> Result<u32, Spent> {
        if high == NOTHING {
            return Ok(low);
        }
        let number = self.table.find(Branch { level, low, high })?;
        if number < BRANCHES_MAX { Ok(number) } else { Err(Spent) }
    }

    /// Counts a step.
    pub(crate) fn step(&mut self) -> Result<(), Spent> {
        self.table.step()
    }

    /// The family of the one set of the variable of a level.
    pub(crate) fn variable(&mut self, level: u32) -> Result<u32, Spent> {
        self.make(level, NOTHING, UNIT)
    }

    pub(crate) fn level(&self, family: u32) -> u32 {
        self.table.branch(family).level
    }

    /// The smallest of the sets of two families, each without a set that holds another.
    pub(crate) fn any(&mut self, one: u32, other: u32) -> Result<u32, Spent> {
        match (one, other) {
            (UNIT, _) | (_, UNIT) => return Ok(UNIT),
            (NOTHING, family) | (family, NOTHING) => return Ok(family),
            _ if one == other => return Ok(one),
            _ => {}
        }
        let (one, other) = if one < other { (one, other) } else { (other, one) };
        if let Some(known) = self.table.recall(one | ANY, other) {
            return Ok(known);
        }
        self.table.step()?;
        let (level, first, second) = self.split(one, other);
        let low = self.any(first.0, second.0)?;
        let high = self.any(first.1, second.1)?;
        let high = self.without(high, low)?;
        let result = self.make(level, low, high)?;
        self.table.remember(one | ANY, other, result);
        Ok(result)
    }

    /// The smallest unions of a set of one family and a set of the other.
    pub(crate) fn all(&mut self, one: u32, other: u32) -> Result<u32, Spent> {
        match (one, other) {
            (NOTHING, _) | (_, NOTHING) => return Ok(NOTHING),
            (UNIT, family) | (family, UNIT) => return Ok(family),
            _ if one == other => return Ok(one),
            _ => {}
        }
        let (one, other) = if one < other { (one, other) } else { (other, one) };
        if let Some(known) = self.table.recall(one | ALL, other) {
            return Ok(known);
        }
        self.table.step()?;
        let (level, first, second) = self.split(one, other);
        let low = self.all(first.0, second.0)?;
        let either = self.any(second.0, second.1)?;
        let with_first = self.all(first.1, either)?;
        let with_second = self.all(first.0, second.1)?;
        let high = self.any(with_first, with_second)?;
        let high = self.without(high, low)?;
        let result = self.make(level, low, high)?;
        self.table.remember(one | ALL, other, result);
        Ok(result)
    }

    /// The upper level of two families, and of each the sets without and with its variable.
    fn split(&self, one: u32, other: u32) -> (u32, (u32, u32), (u32, u32)) {
        let (first, second) = (self.table.branch(one), self.table.branch(other));
        let level = first.level.min(second.level);
        let at = |branch: Branch, family| match branch.level == level {
            true => (branch.low, branch.high),
            false => (family, NOTHING),
        };
        (level, at(first, one), at(second, other))
    }

    /// The sets of `family` that hold no set of `others`.
    fn without(&mut self, family: u32, others: u32) -> Result<u32, Spent> {
        match (family, others) {
            (_, NOTHING) => return Ok(family),
            (NOTHING, _) | (_, UNIT) => return Ok(NOTHING),
            _ if family == others => return Ok(NOTHING),
            _ => {}
        }
        let one = self.table.branch(family);
        let mut others = others;
        let mut other = self.table.branch(others);
        // Sets of others that need what no set of the family has.
        while other.level < one.level {
            others = other.low;
            other = self.table.branch(others);
        }
        match others {
            NOTHING => return Ok(family),
            UNIT => return Ok(NOTHING),
            _ if family == UNIT => return Ok(UNIT),
            _ => {}
        }
        if let Some(known) = self.table.recall(family | WITHOUT, others) {
            return Ok(known);
        }
        self.table.step()?;
        let (high, low) = if one.level == other.level {
            let rest = self.without(one.high, other.high)?;
            (self.without(rest, other.low)?, self.without(one.low, other.low)?)
        } else {
            (self.without(one.high, others)?, self.without(one.low, others)?)
        };
        let result = self.make(one.level, low, high)?;
        self.table.remember(family | WITHOUT, others, result);
        Ok(result)
    }
}

/// Whose minimal solutions are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// The function's.
    Itself,
    /// Its dual's: true where the function is false on the opposite of everything.
    Dual,
}

/// Looks for the minimal solutions of a function.
pub(crate) struct Minimal<'f> {
    function: &'f Function,
    side: Side,
    family: Zbdd,
    /// The family of each edge; `u32::MAX` where it is not known.
    known: Vec<u32>,
}

impl<'f> Minimal<'f> {
    /// The smallest sets of variables that make a function, or its dual, true when the others are
    /// false; with so many steps.
    pub(crate) fn of(function: &'f Function, side: Side, left: u64) -> Result<Compact, Spent> {
        let known = vec![u32::MAX; function.branches.len() * 2];
        let mut minimal = Self { function, family: Zbdd::new(left), side, known };
        let root = minimal.below(function.root)?;
        Ok(Compact::of(&minimal.family, root))
    }

    fn below(&mut self, edge: Edge) -> Result<u32, Spent> {
        let place = edge.0 as usize;
        match self.known.get(place) {
            Some(known) if *known != u32::MAX => return Ok(*known),
            _ => {}
        }
        let branch = self.function.branch(edge);
        if branch.level == TERMINAL {
            let holds = (edge == Edge::TRUE) == (self.side == Side::Itself);
            return Ok(if holds { UNIT } else { NOTHING });
        }
        let (low, high) = branch.cofactors(edge);
        let (low, high) = if self.side == Side::Itself { (low, high) } else { (high, low) };
        let low = self.below(low)?;
        let high = self.below(high)?;
        let high = self.family.without(high, low)?;
        let result = self.family.make(branch.level, low, high)?;
        if let Some(known) = self.known.get_mut(place) {
            *known = result;
        }
        Ok(result)
    }
}

/// A family with nothing but its own branches: those below come first.
#[derive(Clone, Debug)]
pub(crate) struct Compact {
    pub(crate) branches: Vec<Branch>,
    pub(crate) root: u32,
}

impl Compact {
    pub(crate) fn of(family: &Zbdd, root: u32) -> Self {
        let branches = &family.table.branches;
        let mut is_kept = vec![false; branches.len()];
        let mut keep = |number: u32| {
            if let Some(kept) = is_kept.get_mut(number as usize) {
                *kept = true;
            }
        };
        [NOTHING, UNIT, root].into_iter().for_each(&mut keep);
        for number in (2..=root as usize).rev() {
            if is_kept.get(number) == Some(&true)
                && let Some(branch) = branches.get(number)
            {
                for below in [branch.low, branch.high] {
                    if let Some(kept) = is_kept.get_mut(below as usize) {
                        *kept = true;
                    }
                }
            }
        }
        let mut new = vec![0_u32; branches.len()];
        let mut compact = Vec::new();
        for (number, branch) in branches.iter().enumerate() {
            if is_kept.get(number) != Some(&true) {
                continue;
            }
            let at = |old: u32| new.get(old as usize).copied().unwrap_or(0);
            let moved = match branch.level {
                TERMINAL => *branch,
                level => Branch { level, low: at(branch.low), high: at(branch.high) },
            };
            let place = u32::try_from(compact.len()).unwrap_or(u32::MAX);
            compact.push(moved);
            if let Some(slot) = new.get_mut(number) {
                *slot = place;
            }
        }
        Self { root: new.get(root as usize).copied().unwrap_or(0), branches: compact }
    }
}
