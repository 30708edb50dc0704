//! Probabilities, exactly, and how much depends on each event.
//!
//! Where nobody knows probabilities, one half for every event gives the structural measures: how
//! many of all situations turn on the event.

use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

use super::analysis::{Analysis, Leaf, TooLarge};
use super::bdd::{Bdd, Edge, Function};
use super::structure::Node;
use super::table::{Branch, Spent, TERMINAL};
use super::zbdd::{Compact, UNIT};

/// How much depends on an event.
///
/// Source: van der Borst, Schoonakker, "An overview of PSA importance measures", Reliability
/// Engineering & System Safety 72 (2001).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Importance {
    /// The probability that the top turns on the event: `P(top | event) - P(top | not event)`.
    pub birnbaum: f64,
    /// That the event is true and the top turns on it, given that the top is true.
    pub criticality: f64,
    /// That some minimal solution with the event is true, given that the top is true.
    pub fussell_vesely: f64,
}

impl Analysis {
    /// The probability of the top, where events are independent and each has this one.
    ///
    /// # Errors
    ///
    /// [`TooLarge`].
    pub fn probability(&mut self, of: impl Fn(Node) -> f64) -> Result<f64, TooLarge> {
        let constant = if self.is_sure() { 1.0 } else { 0.0 };
        let functions = self.functions()?;
        Ok(chances(&functions, &of).last().copied().unwrap_or(constant))
    }

    /// How much depends on each event that matters, in the order of their numbers. `None` where the
    /// structure is not coherent.
    ///
    /// # Errors
    ///
    /// [`TooLarge`].
    pub fn importance(
        &mut self,
        of: impl Fn(Node) -> f64,
    ) -> Result<Option<Vec<(Node, Importance)>>, TooLarge> {
        if !self.is_coherent() {
            return Ok(None);
        }
        let families = self.solutions()?;
        let steps_max = self.steps_max();
        let functions = self.functions()?;
        let chances = chances(&functions, &of);
        let top = chances.last().copied().unwrap_or(0.0);
        // What the top turns on each part, and how likely a solution with it is; the top first.
        let mut turns = vec![0.0; functions.len()];
        let mut held = vec![0.0; functions.len()];
        if let (Some(turn), Some(hold)) = (turns.last_mut(), held.last_mut()) {
            (*turn, *hold) = (1.0, 1.0);
        }
        let mut all: BTreeMap<Node, Importance> = BTreeMap::new();
        for place in (0..functions.len()).rev() {
            let (Some((leaves, function)), Some(turn), Some(hold)) =
                (functions.get(place), turns.get(place).copied(), held.get(place).copied())
            else {
                continue;
            };
            let level = |leaves: &[Leaf], level: usize| match leaves.get(level) {
                Some(Leaf::Event(node)) => of(*node),
                Some(Leaf::Part(part)) => chances.get(*part).copied().unwrap_or(0.0),
                None => 0.0,
            };
            let slopes = function.slopes(leaves.len(), &|at| level(leaves, at));
            let Some((names, family)) = families.layer(place) else { continue };
            for (at, leaf) in names.iter().enumerate() {
                let others =
                    family.with(at, steps_max).map_err(|Spent| TooLarge::Steps(steps_max))?;
                let Some(others) = others else { continue };
                let share = hold * others.chance(&|at| level(names, at));
                let slope = leaves.iter().position(|one| one == leaf);
                let slope = slope.and_then(|at| slopes.get(at)).map_or(0.0, |slope| turn * slope);
                match leaf {
                    Leaf::Event(node) => {
                        let chance = of(*node);
                        let given = |part: f64| if top > 0.0 { part / top } else { 0.0 };
                        let importance = Importance {
                            birnbaum: slope,
                            criticality: given(slope * chance),
                            fussell_vesely: given(share * chance),
                        };
                        all.insert(*node, importance);
                    }
                    Leaf::Part(part) => {
                        if let (Some(turn), Some(hold)) =
                            (turns.get_mut(*part), held.get_mut(*part))
                        {
                            (*turn, *hold) = (slope, share);
                        }
                    }
                }
            }
        }
        Ok(Some(all.into_iter().collect()))
    }
}

/// The probability of each part.
fn chances(functions: &[(Vec<Leaf>, &Function)], of: &dyn Fn(Node) -> f64) -> Vec<f64> {
    let mut parts: Vec<f64> = Vec::with_capacity(functions.len());
    for (leaves, function) in functions {
        let chance = function.chance(&|level| match leaves.get(level) {
            Some(Leaf::Event(node)) => of(*node),
            Some(Leaf::Part(place)) => parts.get(*place).copied().unwrap_or(0.0),
            None => 0.0,
        });
        parts.push(chance);
    }
    parts
}

impl Function {
    /// The probability that it is true, where the variable of each level is with this one.
    fn chance(&self, of: &dyn Fn(usize) -> f64) -> f64 {
        at(&self.chances(of), self.root)
    }

    /// The probability of each branch, not complemented.
    fn chances(&self, of: &dyn Fn(usize) -> f64) -> Vec<f64> {
        let mut chances: Vec<f64> = Vec::with_capacity(self.branches.len());
        for branch in &self.branches {
            let chance = match branch.level {
                TERMINAL => 1.0,
                level => {
                    let chance = of(level as usize);
                    let (low, high) = branch.cofactors(Edge::TRUE);
                    chance * at(&chances, high) + (1.0 - chance) * at(&chances, low)
                }
            };
            chances.push(chance);
        }
        chances
    }

    /// By how much its probability grows with that of the variable of each level.
    fn slopes(&self, levels: usize, of: &dyn Fn(usize) -> f64) -> Vec<f64> {
        let chances = self.chances(of);
        let mut slopes = vec![0.0; levels];
        // The weight with which each branch, not complemented, counts in the root.
        let mut weights = vec![0.0; self.branches.len()];
        let sign = |edge: Edge| if edge.is_complemented() { -1.0 } else { 1.0 };
        if let Some(root) = weights.get_mut(self.root.number() as usize) {
            *root = sign(self.root);
        }
        for (number, branch) in self.branches.iter().enumerate().rev() {
            let weight = weights.get(number).copied().unwrap_or(0.0);
            if branch.level == TERMINAL || weight == 0.0 {
                continue;
            }
            let level = branch.level as usize;
            let (low, high) = branch.cofactors(Edge::TRUE);
            if let Some(slope) = slopes.get_mut(level) {
                *slope += weight * (at(&chances, high) - at(&chances, low));
            }
            let chance = of(level);
            for (edge, share) in [(high, chance), (low, 1.0 - chance)] {
                if let Some(below) = weights.get_mut(edge.number() as usize) {
                    *below += weight * share * sign(edge);
                }
            }
        }
        slopes
    }
}

fn at(chances: &[f64], edge: Edge) -> f64 {
    let chance = chances.get(edge.number() as usize).copied().unwrap_or(1.0);
    if edge.is_complemented() { 1.0 - chance } else { chance }
}

impl Compact {
    /// The function "one of the sets with this variable is true, the variable set aside"; `None`
    /// where no set holds it.
    fn with(&self, level: usize, steps_max: u64) -> Result<Option<Function>, Spent> {
        let mut bdd = Bdd::new(steps_max);
        // For each branch: one of the sets from it on is true; and one of those with the variable.
        let mut any: Vec<(Edge, Edge)> = Vec::with_capacity(self.branches.len());
        for (number, Branch { level: own, low, high }) in self.branches.iter().enumerate() {
            let at =
                |place: u32| any.get(place as usize).copied().unwrap_or((Edge::FALSE, Edge::FALSE));
            let found = match *own {
                TERMINAL if number == UNIT as usize => (Edge::TRUE, Edge::FALSE),
                TERMINAL => (Edge::FALSE, Edge::FALSE),
                own => {
                    let variable = bdd.variable(own)?;
                    let ((low, low_with), (high, high_with)) = (at(*low), at(*high));
                    let here = bdd.and(variable, high)?;
                    let with = match own as usize == level {
                        true => high,
                        false => bdd.and(variable, high_with)?,
                    };
                    (bdd.or(here, low)?, bdd.or(with, low_with)?)
                }
            };
            any.push(found);
        }
        let root = any.get(self.root as usize).map_or(Edge::FALSE, |(_, with)| *with);
        Ok((root != Edge::FALSE).then(|| bdd.into_function(root)))
    }
}
