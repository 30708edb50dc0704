//! Binary decision diagrams with complement edges.
//!
//! An edge is twice the number of a branch, and one more where it is complemented. There is one
//! terminal, true; the high edge of a branch is never complemented, so that each function has one
//! edge. Source: Brace, Rudell, Bryant, "Efficient implementation of a BDD package", DAC 1990.

use alloc::vec;
use alloc::vec::Vec;

use super::table::{Branch, Spent, TERMINAL, Table};

/// A function, in a [`Bdd`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Edge(pub(crate) u32);

impl Edge {
    pub(crate) const TRUE: Self = Self(0);
    pub(crate) const FALSE: Self = Self(1);

    pub(crate) const fn not(self) -> Self {
        Self(self.0 ^ 1)
    }

    pub(crate) const fn number(self) -> u32 {
        self.0 >> 1
    }

    pub(crate) const fn is_complemented(self) -> bool {
        self.0 & 1 == 1
    }

    /// This one, complemented where `other` is.
    const fn with_sign_of(self, other: Self) -> Self {
        Self(self.0 ^ (other.0 & 1))
    }
}

/// A function: the branches of its diagram, each after those below it, and its edge.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub(crate) branches: Vec<Branch>,
    pub(crate) root: Edge,
}

impl Function {
    pub(crate) fn branch(&self, edge: Edge) -> Branch {
        let terminal = Branch { level: TERMINAL, low: 0, high: 0 };
        self.branches.get(edge.number() as usize).copied().unwrap_or(terminal)
    }
}

impl Branch {
    /// The cofactors of an edge to it: low, high.
    pub(crate) const fn cofactors(self, edge: Edge) -> (Edge, Edge) {
        (Edge(self.low).with_sign_of(edge), Edge(self.high).with_sign_of(edge))
    }
}

/// Functions, each once.
pub(crate) struct Bdd {
    table: Table,
}

impl Bdd {
    pub(crate) fn new(left: u64) -> Self {
        Self { table: Table::new(1, left) }
    }

    pub(crate) fn into_function(self, root: Edge) -> Function {
        Function { branches: self.table.branches, root }
    }

    pub(crate) fn level(&self, edge: Edge) -> u32 {
        self.table.branch(edge.number()).level
    }

    /// Counts a step.
    pub(crate) fn step(&mut self) -> Result<(), Spent> {
        self.table.step()
    }

    /// The function of the variable of a level.
    pub(crate) fn variable(&mut self, level: u32) -> Result<Edge, Spent> {
        self.make(level, Edge::FALSE, Edge::TRUE)
    }

    fn make(&mut self, level: u32, low: Edge, high: Edge) -> Result<Edge, Spent> {
        if low == high {
            return Ok(low);
        }
        let sign = Edge(high.0 & 1);
        let (low, high) = (low.with_sign_of(sign).0, high.with_sign_of(sign).0);
        let number = self.table.find(Branch { level, low, high })?;
        Ok(Edge(number << 1).with_sign_of(sign))
    }

    pub(crate) fn and(&mut self, one: Edge, other: Edge) -> Result<Edge, Spent> {
        match (one, other) {
            _ if one == other => return Ok(one),
            _ if one == other.not() => return Ok(Edge::FALSE),
            (Edge::FALSE, _) | (_, Edge::FALSE) => return Ok(Edge::FALSE),
            (Edge::TRUE, other) => return Ok(other),
            (one, Edge::TRUE) => return Ok(one),
            _ => {}
        }
        let (one, other) = if one.0 < other.0 { (one, other) } else { (other, one) };
        if let Some(known) = self.table.recall(one.0, other.0) {
            return Ok(Edge(known));
        }
        self.table.step()?;
        let (first, second) = (self.table.branch(one.number()), self.table.branch(other.number()));
        let level = first.level.min(second.level);
        let at = |branch: Branch, edge| match branch.level == level {
            true => branch.cofactors(edge),
            false => (edge, edge),
        };
        let (one_low, one_high) = at(first, one);
        let (other_low, other_high) = at(second, other);
        let low = self.and(one_low, other_low)?;
        let high = self.and(one_high, other_high)?;
        let result = self.make(level, low, high)?;
        self.table.remember(one.0, other.0, result.0);
        Ok(result)
    }

    pub(crate) fn or(&mut self, one: Edge, other: Edge) -> Result<Edge, Spent> {
        Ok(self.and(one.not(), other.not())?.not())
    }
}

/// At least so many of `args`, by two operations and the results of empty ones.
pub(crate) fn at_least<T: Copy>(
    least: usize,
    args: &[T],
    (all, none): (T, T),
    mut join: impl FnMut(Join, T, T) -> Result<T, Spent>,
) -> Result<T, Spent> {
    // Where so many of the args so far are true, for each number up to `least`.
    let mut reached = vec![none; least];
    for arg in args {
        for count in (0..least).rev() {
            let below = count.checked_sub(1).map_or(Some(all), |below| reached.get(below).copied());
            let Some((below, slot)) = below.zip(reached.get_mut(count)) else { continue };
            let more = join(Join::All, *arg, below)?;
            *slot = join(Join::Any, *slot, more)?;
        }
    }
    Ok(reached.last().copied().unwrap_or(all))
}

/// How two functions or families become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Join {
    All,
    Any,
}
