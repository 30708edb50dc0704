//! Solves a part: with a portfolio of orders of its variables, and by two ways for each.
//!
//! The first way builds the function and takes its minimal solutions from it; the second builds
//! families of minimal solutions from the leaves on, which is quicker where there are few of them
//! and the function is large. Nobody knows beforehand what works, so that every order has a few
//! steps first, and more of them in the next round.

use alloc::vec;
use alloc::vec::Vec;

use super::bdd::{Bdd, Edge, Function, Join, at_least};
use super::graph::{Literal, Op};
use super::order::{Heuristic, order};
use super::part::Part;
use super::table::Spent;
use super::zbdd::{Compact, Minimal, NOTHING, Side, UNIT, Zbdd};

/// What an attempt may do in the first round, in steps.
const FIRST_ROUND: u64 = 30_000;
/// By how much a round may do more than the one before.
const ROUND_FACTOR: u64 = 6;
/// By how much the search for solutions may do more than the function took: what could be built is
/// nearly there.
const SOLUTIONS_FACTOR: u64 = 8;

/// A part that is to be solved.
pub(crate) struct Task<'p> {
    pub(crate) part: &'p Part,
    /// Whether the opposite of its root is meant.
    pub(crate) is_negated: bool,
    /// Whether no negation is below.
    pub(crate) is_coherent: bool,
}

/// What was made of a part, with the order of its variables by their places.
#[derive(Clone, Debug)]
pub(crate) struct Ordered<T> {
    pub(crate) order: Vec<usize>,
    pub(crate) what: T,
}

/// Solutions of a part, and its function where that was built on the way.
pub(crate) type Found = (Ordered<Compact>, Option<Ordered<Function>>);

impl Task<'_> {
    /// The function of the part.
    pub(crate) fn function(&self, steps_max: u64) -> Result<Ordered<Function>, Spent> {
        self.rounds(steps_max, |order, steps| {
            let what = self.build(order, steps)?;
            Ok(Ordered { order: order.to_vec(), what })
        })
    }

    /// The minimal solutions of the part or of its dual.
    pub(crate) fn solutions(&self, side: Side, steps_max: u64) -> Result<Found, Spent> {
        self.rounds(steps_max, |order, steps| {
            let ordered = |what| Ordered { order: order.to_vec(), what };
            let families = |steps| match self.is_coherent && !self.is_negated {
                true => self.families(order, side, steps),
                false => Err(Spent),
            };
            match self.build(order, steps) {
                Ok(function) => {
                    let steps = steps.saturating_mul(SOLUTIONS_FACTOR).min(steps_max);
                    let solutions = Minimal::of(&function, side, steps)?;
                    let function = Ordered { order: order.to_vec(), what: function };
                    Ok((ordered(solutions), Some(function)))
                }
                Err(Spent) => Ok((ordered(families(steps)?), None)),
            }
        })
    }

    /// Tries the orders in rounds, until one makes it.
    fn rounds<T>(
        &self,
        steps_max: u64,
        mut attempt: impl FnMut(&[usize], u64) -> Result<T, Spent>,
    ) -> Result<T, Spent> {
        let mut orders: Vec<Vec<usize>> = Vec::new();
        let mut steps = FIRST_ROUND.min(steps_max);
        loop {
            for (number, heuristic) in Heuristic::ALL.into_iter().enumerate() {
                if orders.len() == number {
                    orders.push(order(self.part, heuristic));
                }
                let Some(order) = orders.get(number) else { continue };
                if let Ok(found) = attempt(order, steps) {
                    return Ok(found);
                }
            }
            if steps == steps_max {
                return Err(Spent);
            }
            steps = steps.saturating_mul(ROUND_FACTOR).min(steps_max);
        }
    }

    /// Builds the function, the variables in this order.
    fn build(&self, order: &[usize], steps: u64) -> Result<Function, Spent> {
        let mut bdd = Bdd::new(steps);
        let mut edges = vec![Edge::FALSE; self.part.vertices().len()];
        for (level, at) in (0..).zip(order) {
            set(&mut edges, *at, bdd.variable(level)?);
        }
        for (at, op, literals) in self.gates() {
            let edge = |literal: &Literal| {
                let edge = edges.get(literal.vertex()).copied().unwrap_or(Edge::FALSE);
                if literal.is_negated() { edge.not() } else { edge }
            };
            let mut args: Vec<Edge> = literals.iter().map(edge).collect();
            // The deepest first: each step then adds above what there is.
            args.sort_by_key(|arg| core::cmp::Reverse(bdd.level(*arg)));
            let made = gate(op, &args, (Edge::TRUE, Edge::FALSE), |join, one, other| {
                bdd.step()?;
                match join {
                    Join::All => bdd.and(one, other),
                    Join::Any => bdd.or(one, other),
                }
            })?;
            set(&mut edges, at, made);
        }
        let root = edges.last().copied().unwrap_or(Edge::FALSE);
        Ok(bdd.into_function(if self.is_negated { root.not() } else { root }))
    }

    /// Builds the minimal solutions from the leaves on.
    fn families(&self, order: &[usize], side: Side, steps: u64) -> Result<Compact, Spent> {
        let mut zbdd = Zbdd::new(steps);
        let mut families = vec![NOTHING; self.part.vertices().len()];
        for (level, at) in (0..).zip(order) {
            set(&mut families, *at, zbdd.variable(level)?);
        }
        for (at, op, literals) in self.gates() {
            let family = |literal: &Literal| families.get(literal.vertex()).copied();
            let mut args: Vec<u32> = literals.iter().filter_map(family).collect();
            args.sort_by_key(|arg| core::cmp::Reverse(zbdd.level(*arg)));
            let op = if side == Side::Itself { op } else { dual(op, args.len()) };
            let made = gate(op, &args, (UNIT, NOTHING), |join, one, other| {
                zbdd.step()?;
                match join {
                    Join::All => zbdd.all(one, other),
                    Join::Any => zbdd.any(one, other),
                }
            })?;
            set(&mut families, at, made);
        }
        let root = families.last().copied().unwrap_or(NOTHING);
        Ok(Compact::of(&zbdd, root))
    }

    /// The gates of the part, each after those that it stands on.
    fn gates(&self) -> impl Iterator<Item = (usize, Op, &[Literal])> {
        let all = self.part.vertices().iter().enumerate();
        all.filter_map(|(at, vertex)| Some((at, vertex.op?, vertex.args.as_slice())))
    }
}

/// What a gate makes of its args, by two operations and the results of empty ones.
fn gate<T: Copy>(
    op: Op,
    args: &[T],
    (all, none): (T, T),
    mut join: impl FnMut(Join, T, T) -> Result<T, Spent>,
) -> Result<T, Spent> {
    let mut args_of = args.iter().copied();
    match op {
        Op::Event(_) => Ok(none),
        Op::All => args_of.try_fold(all, |one, other| join(Join::All, one, other)),
        Op::Any => args_of.try_fold(none, |one, other| join(Join::Any, one, other)),
        Op::AtLeast(least) => at_least(least, args, (all, none), join),
    }
}

/// The gate that is false where a gate over so many args is true of the opposite.
const fn dual(op: Op, args: usize) -> Op {
    match op {
        Op::All => Op::Any,
        Op::Any => Op::All,
        Op::AtLeast(least) => Op::AtLeast(args + 1 - least),
        Op::Event(node) => Op::Event(node),
    }
}

fn set<T>(slots: &mut [T], at: usize, value: T) {
    if let Some(slot) = slots.get_mut(at) {
        *slot = value;
    }
}
