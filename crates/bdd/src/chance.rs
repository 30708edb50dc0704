//! Probabilities, exactly, and what they say about each event.

use alloc::vec::Vec;

use super::analysis::{Analysis, Leaf, TooLarge};
use super::bdd::{Edge, Function};
use super::structure::Node;
use super::table::TERMINAL;

impl Analysis {
    /// The probability of the top, where events are independent and each has this one.
    ///
    /// # Errors
    ///
    /// [`TooLarge`].
    pub fn probability(&mut self, of: impl Fn(Node) -> f64) -> Result<f64, TooLarge> {
        let constant = if self.is_sure() { 1.0 } else { 0.0 };
        let mut parts: Vec<f64> = Vec::new();
        for (leaves, function) in self.functions()? {
            let chance = function.probability(&|level| match leaves.get(level) {
                Some(Leaf::Event(node)) => of(*node),
                Some(Leaf::Part(place)) => parts.get(*place).copied().unwrap_or(0.0),
                None => 0.0,
            });
            parts.push(chance);
        }
        Ok(parts.last().copied().unwrap_or(constant))
    }
}

impl Function {
    /// The probability that it is true, where the variable of each level is with this one.
    fn probability(&self, of: &dyn Fn(usize) -> f64) -> f64 {
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
        at(&chances, self.root)
    }
}

fn at(chances: &[f64], edge: Edge) -> f64 {
    let chance = chances.get(edge.number() as usize).copied().unwrap_or(1.0);
    if edge.is_complemented() { 1.0 - chance } else { chance }
}
