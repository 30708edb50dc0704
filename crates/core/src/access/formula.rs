//! Formulas with names: what leads to what, readable by people and solved by diagrams.

use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

use halligan_bdd::{Gate, Node, Structure};

use super::part::Part;

/// When something is so. More of what it stands on never makes it less so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Formula<L> {
    /// All of these; of none: always.
    All(Vec<Formula<L>>),
    /// One of these; of none: never.
    Any(Vec<Formula<L>>),
    /// So many of these.
    AtLeast(usize, Vec<Formula<L>>),
    /// This is there, or acts.
    Leaf(L),
    /// A part that is said elsewhere.
    Part(Part),
}

impl<L> Formula<L> {
    /// What is never so.
    pub const NEVER: Self = Self::Any(Vec::new());

    /// One of these, without a gate around a single one.
    pub(super) fn any(mut all: Vec<Self>) -> Self {
        match all.pop() {
            Some(only) if all.is_empty() => only,
            last => {
                all.extend(last);
                Self::Any(all)
            }
        }
    }

    /// All of these, without a gate around a single one.
    pub(super) fn all(mut all: Vec<Self>) -> Self {
        match all.pop() {
            Some(only) if all.is_empty() => only,
            last => {
                all.extend(last);
                Self::All(all)
            }
        }
    }
}

/// Named formulas, each of which stands on those before it alone: there can be no circle.
#[derive(Clone, Debug)]
pub struct Model<L> {
    parts: Vec<(Part, Formula<L>)>,
    places: BTreeMap<Part, usize>,
}

impl<L> Default for Model<L> {
    fn default() -> Self {
        Self { parts: Vec::new(), places: BTreeMap::new() }
    }
}

/// What a model comes to for one of its parts: a structure, and which leaf each event is.
pub(super) struct Compiled<L> {
    pub(super) structure: Structure,
    pub(super) top: Node,
    pub(super) leaves: BTreeMap<Node, L>,
}

impl<L: Clone + Ord> Model<L> {
    /// The parts in their order, each after those that it stands on.
    pub fn parts(&self) -> impl Iterator<Item = (&Part, &Formula<L>)> {
        self.parts.iter().map(|(part, formula)| (part, formula))
    }

    /// When a part is so; `None` for one that the model does not have.
    pub fn formula(&self, part: &Part) -> Option<&Formula<L>> {
        self.parts.get(*self.places.get(part)?).map(|(_, formula)| formula)
    }

    /// The parts that `part` stands on and itself, in their order.
    pub fn below(&self, part: &Part) -> Vec<(&Part, &Formula<L>)> {
        let mut is_below = vec![false; self.parts.len()];
        if let Some(slot) = self.places.get(part).and_then(|at| is_below.get_mut(*at)) {
            *slot = true;
        }
        for (at, (_, formula)) in self.parts.iter().enumerate().rev() {
            if is_below.get(at) == Some(&true) {
                self.mark(formula, &mut is_below);
            }
        }
        let all = self.parts.iter().zip(is_below);
        all.filter(|(_, is)| *is).map(|((part, formula), _)| (part, formula)).collect()
    }

    fn mark(&self, formula: &Formula<L>, is_below: &mut [bool]) {
        match formula {
            Formula::All(all) | Formula::Any(all) | Formula::AtLeast(_, all) => {
                all.iter().for_each(|one| self.mark(one, is_below));
            }
            Formula::Part(part) => {
                if let Some(slot) = self.places.get(part).and_then(|at| is_below.get_mut(*at)) {
                    *slot = true;
                }
            }
            Formula::Leaf(_) => {}
        }
    }

    /// The leaves that `part` stands on.
    pub fn leaves(&self, part: &Part) -> Vec<L> {
        let compiled = self.compile(part, &|_| None);
        compiled.leaves.into_values().collect()
    }

    pub(super) fn has(&self, part: &Part) -> bool {
        self.places.contains_key(part)
    }

    /// Adds a part; what it stands on was added before.
    pub(super) fn add(&mut self, part: Part, formula: Formula<L>) -> Formula<L> {
        self.places.insert(part.clone(), self.parts.len());
        self.parts.push((part.clone(), formula));
        Formula::Part(part)
    }

    /// The structure of a part, in which some leaves are given.
    pub(super) fn compile(&self, part: &Part, given: &dyn Fn(&L) -> Option<bool>) -> Compiled<L> {
        let mut compiler = Compiler {
            structure: Structure::new(),
            nodes: BTreeMap::new(),
            events: BTreeMap::new(),
        };
        let mut top = compiler.structure.gate(Gate::Any(Vec::new()));
        for (part, formula) in self.below(part) {
            top = compiler.node(formula, given);
            compiler.nodes.insert(part, top);
        }
        let leaves = compiler.events.into_iter().map(|(leaf, node)| (node, leaf.clone()));
        Compiled { leaves: leaves.collect(), structure: compiler.structure, top }
    }

    /// Whether a part is so where some leaves are there and the others are not.
    pub fn holds(&self, part: &Part, is_there: &dyn Fn(&L) -> bool) -> bool {
        let mut values: BTreeMap<&Part, bool> = BTreeMap::new();
        for (part, formula) in self.below(part) {
            let value = value(formula, &values, is_there);
            values.insert(part, value);
        }
        values.get(part).copied().unwrap_or(false)
    }
}

fn value<L>(
    formula: &Formula<L>,
    values: &BTreeMap<&Part, bool>,
    is_there: &dyn Fn(&L) -> bool,
) -> bool {
    let each = |one: &Formula<L>| value(one, values, is_there);
    match formula {
        Formula::All(all) => all.iter().all(each),
        Formula::Any(all) => all.iter().any(each),
        Formula::AtLeast(least, all) => all.iter().filter(|one| each(one)).count() >= *least,
        Formula::Leaf(leaf) => is_there(leaf),
        Formula::Part(part) => values.get(part).copied().unwrap_or(false),
    }
}

struct Compiler<'m, L> {
    structure: Structure,
    nodes: BTreeMap<&'m Part, Node>,
    events: BTreeMap<&'m L, Node>,
}

impl<'m, L: Ord> Compiler<'m, L> {
    fn node(&mut self, formula: &'m Formula<L>, given: &dyn Fn(&L) -> Option<bool>) -> Node {
        let mut nodes = |all: &'m [Formula<L>]| -> Vec<Node> {
            all.iter().map(|one| self.node(one, given)).collect()
        };
        let gate = match formula {
            Formula::All(all) => Gate::All(nodes(all)),
            Formula::Any(all) => Gate::Any(nodes(all)),
            Formula::AtLeast(least, all) => Gate::AtLeast(*least, nodes(all)),
            Formula::Leaf(leaf) => match given(leaf) {
                Some(true) => Gate::All(Vec::new()),
                Some(false) => Gate::Any(Vec::new()),
                None => {
                    let structure = &mut self.structure;
                    return *self.events.entry(leaf).or_insert_with(|| structure.event());
                }
            },
            // What the model does not have is never so.
            Formula::Part(part) => match self.nodes.get(part) {
                Some(node) => return *node,
                None => Gate::Any(Vec::new()),
            },
        };
        self.structure.gate(gate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(number: u128) -> Part {
        Part::Account(crate::id::UserId::from_u128(number))
    }

    /// The first part needs 1 and 2, the second the first or 3.
    fn model() -> Model<u8> {
        let mut model = Model::default();
        let both = Formula::AtLeast(2, vec![Formula::Leaf(1), Formula::Leaf(2)]);
        let first = model.add(part(1), both);
        model.add(part(2), Formula::Any(vec![first, Formula::Leaf(3)]));
        model.add(part(3), Formula::NEVER);
        model
    }

    #[test]
    fn a_part_holds_by_what_it_stands_on() {
        let model = model();
        for (there, holds) in
            [(&[][..], false), (&[1], false), (&[1, 2], true), (&[3], true), (&[2, 3], true)]
        {
            assert_eq!(model.holds(&part(2), &|one| there.contains(one)), holds, "{there:?}");
        }
        assert!(!model.holds(&part(3), &|_| true));
        assert!(!model.holds(&part(9), &|_| true), "a part that is not there");
    }

    #[test]
    fn only_what_a_part_stands_on_is_below_it() {
        let model = model();
        assert_eq!(model.below(&part(1)).len(), 1);
        assert_eq!(model.below(&part(2)).len(), 2);
        assert_eq!(model.leaves(&part(2)), [1, 2, 3]);
        assert!(model.leaves(&part(3)).is_empty());
    }
}
