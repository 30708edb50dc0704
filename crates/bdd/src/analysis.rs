//! The analysis of a structure.

use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use super::bdd::Function;
use super::family::Family;
use super::graph::{Graph, Op, Value};
use super::modules::Modules;
use super::part::Part;
use super::solve::{Ordered, Task};
use super::structure::{Flaw, Node, Structure};
use super::table::Spent;
use super::zbdd::{Compact, Minimal, Side};

/// How many steps an attempt to solve one part with one order may take, unless said otherwise: some
/// ten seconds. A step makes a branch of a diagram or joins two.
pub const STEPS_MAX: u64 = 100_000_000;

/// What stands for a variable of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaf {
    Event(Node),
    /// Another part, by its place.
    Part(usize),
}

/// How many variables a part may have: events and modules that are not modules together.
pub const VARIABLES_MAX: usize = 2_000;

/// Why a structure was not solved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooLarge {
    /// No order of the events does it in so many steps.
    Steps(u64),
    /// So many events hang together, more than [`VARIABLES_MAX`].
    Variables(usize),
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Steps(steps) => {
                write!(f, "no order of the events solves the structure in {steps} steps")
            }
            Self::Variables(count) => {
                write!(f, "{count} events hang together, more than VARIABLES_MAX ({VARIABLES_MAX})")
            }
        }
    }
}

impl core::error::Error for TooLarge {}

/// What makes the top of a structure true, and what keeps it from being so.
#[derive(Debug)]
pub struct Analysis {
    graph: Graph,
    top: Value,
    is_coherent: bool,
    steps_max: u64,
    /// Each after those that are its leaves; the last is the whole.
    stages: Vec<Stage>,
    /// The part of each vertex that is one's root.
    part_of: Vec<usize>,
}

/// A part with its function, where that was built.
#[derive(Debug)]
struct Stage {
    part: Part,
    function: Option<Ordered<Function>>,
}

impl Analysis {
    /// Prepares a structure for questions, each of which may take so many steps in one attempt; see
    /// [`STEPS_MAX`].
    ///
    /// # Errors
    ///
    /// [`Flaw`]: what the structure is not.
    pub fn of(structure: &Structure, top: Node, steps_max: u64) -> Result<Self, Flaw> {
        let is_coherent = structure.is_coherent(top)?;
        let (graph, top) = Graph::of(structure, top)?;
        let mut part_of = vec![usize::MAX; graph.vertices.len()];
        let mut stages = Vec::new();
        if let Value::Literal(root) = top {
            let modules = Modules::of(&graph, top);
            for at in 0..=root.vertex() {
                if at == root.vertex() || modules.is_module(at) {
                    if let Some(slot) = part_of.get_mut(at) {
                        *slot = stages.len();
                    }
                    stages.push(Stage { part: Part::of(&graph, &modules, at), function: None });
                }
            }
        }
        Ok(Self { graph, top, is_coherent, steps_max, stages, part_of })
    }

    /// Whether more events never make the top less true.
    pub const fn is_coherent(&self) -> bool {
        self.is_coherent
    }

    /// The smallest sets of events that make the top true while all others are false: the minimal
    /// cut sets of a fault tree, the minimal path sets of an access structure.
    ///
    /// # Errors
    ///
    /// [`TooLarge`].
    pub fn solutions(&mut self) -> Result<Family, TooLarge> {
        self.families(Side::Itself)
    }

    /// The smallest sets of events of which each solution holds one, its blocker: the minimal path
    /// sets of a fault tree, the minimal cut sets of an access structure. `None` where the
    /// structure is not coherent.
    ///
    /// # Errors
    ///
    /// [`TooLarge`].
    pub fn blockers(&mut self) -> Result<Option<Family>, TooLarge> {
        if !self.is_coherent {
            return Ok(None);
        }
        self.families(Side::Dual).map(Some)
    }

    fn families(&mut self, side: Side) -> Result<Family, TooLarge> {
        let holds = self.top == Value::Constant(true);
        let mut all = Family::constant(holds == (side == Side::Itself));
        self.fits()?;
        for place in 0..self.stages.len() {
            let found = self.solve(place, side).map_err(|Spent| TooLarge::Steps(self.steps_max))?;
            let leaves = self.stages.get(place).map(|stage| self.leaves(stage, &found.order));
            all.add(leaves.unwrap_or_default(), found.what);
        }
        Ok(all)
    }

    /// Diagrams are walked by recursion, whose depth is the number of variables.
    fn fits(&self) -> Result<(), TooLarge> {
        let most = self.stages.iter().map(|stage| stage.part.leaves().count()).max();
        most.filter(|most| *most > VARIABLES_MAX)
            .map_or(Ok(()), |most| Err(TooLarge::Variables(most)))
    }

    fn solve(&mut self, place: usize, side: Side) -> Result<Ordered<Compact>, Spent> {
        let steps_max = self.steps_max;
        let Some(stage) = self.stages.get(place) else { return Err(Spent) };
        if let Some(Ordered { order, what }) = &stage.function
            && let Ok(family) = Minimal::of(what, side, steps_max)
        {
            return Ok(Ordered { order: order.clone(), what: family });
        }
        let (found, function) = self.task(stage, place).solutions(side, steps_max)?;
        if let Some(stage) = self.stages.get_mut(place)
            && function.is_some()
        {
            stage.function = function;
        }
        Ok(found)
    }

    fn task<'a>(&'a self, stage: &'a Stage, place: usize) -> Task<'a> {
        let is_last = place + 1 == self.stages.len();
        let is_negated = matches!(self.top, Value::Literal(top) if top.is_negated());
        Task { part: &stage.part, is_negated: is_last && is_negated, is_coherent: self.is_coherent }
    }

    /// The functions of all parts, with what stands for the variables of each.
    pub(crate) fn functions(&mut self) -> Result<Vec<(Vec<Leaf>, &Function)>, TooLarge> {
        self.fits()?;
        for place in 0..self.stages.len() {
            let Some(stage) = self.stages.get(place).filter(|one| one.function.is_none()) else {
                continue;
            };
            let found = self.task(stage, place).function(self.steps_max);
            let function = found.map_err(|Spent| TooLarge::Steps(self.steps_max))?;
            if let Some(stage) = self.stages.get_mut(place) {
                stage.function = Some(function);
            }
        }
        let functions = self.stages.iter().filter_map(|stage| {
            let function = stage.function.as_ref()?;
            Some((self.leaves(stage, &function.order), &function.what))
        });
        Ok(functions.collect())
    }

    pub(crate) const fn steps_max(&self) -> u64 {
        self.steps_max
    }

    /// Whether the top is a constant that holds.
    pub(crate) fn is_sure(&self) -> bool {
        self.top == Value::Constant(true)
    }

    /// What stands for the variables of a part, in an order.
    fn leaves(&self, stage: &Stage, order: &[usize]) -> Vec<Leaf> {
        let places = order.iter().filter_map(|at| stage.part.vertex(*at).map(|one| one.place));
        let leaf = |place: usize| match self.graph.vertex(place).map(|vertex| vertex.op) {
            Some(Op::Event(node)) => Leaf::Event(node),
            _ => Leaf::Part(self.part_of.get(place).copied().unwrap_or(usize::MAX)),
        };
        places.map(leaf).collect()
    }
}
