//! A model that is asked many times, without a diagram.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use halligan_bdd::{Gate, Node, Structure};

use super::formula::{Compiled, Model};
use super::part::Part;

/// A part of a model, ready to be asked what it comes to when some leaves are there.
pub(super) struct Evaluated<L> {
    structure: Structure,
    order: Vec<Node>,
    top: Node,
    leaves: BTreeMap<Node, L>,
}

impl<L: Clone + Ord> Evaluated<L> {
    pub(super) fn of(model: &Model<L>, part: &Part) -> Self {
        let Compiled { structure, top, leaves } = model.compile(part, &|_| None);
        let order = structure.below(top).unwrap_or_default();
        Self { structure, order, top, leaves }
    }

    pub(super) fn leaves(&self) -> impl Iterator<Item = &L> {
        self.leaves.values()
    }

    pub(super) fn holds(&self, is_there: &dyn Fn(&L) -> bool) -> bool {
        let mut values = alloc::vec![false; self.structure.len()];
        let at = |values: &[bool], node: &Node| values.get(node.number()) == Some(&true);
        for node in &self.order {
            let value = match self.structure.gate_of(*node) {
                None => self.leaves.get(node).is_some_and(is_there),
                Some(Gate::All(all)) => all.iter().all(|one| at(&values, one)),
                Some(Gate::Any(all)) => all.iter().any(|one| at(&values, one)),
                Some(Gate::AtLeast(least, all)) => {
                    all.iter().filter(|one| at(&values, one)).count() >= *least
                }
                Some(Gate::Not(one)) => !at(&values, one),
            };
            if let Some(slot) = values.get_mut(node.number()) {
                *slot = value;
            }
        }
        at(&values, &self.top)
    }
}
