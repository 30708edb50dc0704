//! Slow oracles: every subset of the events, and transversals by Berge's multiplication.

use std::collections::BTreeMap;

use halligan_bdd::{Gate, Node, Structure};

/// A structure with its events, and whether its top is true of each set of them, as a mask.
pub(crate) struct Oracle {
    pub(crate) events: Vec<Node>,
    pub(crate) truths: Vec<bool>,
}

impl Oracle {
    pub(crate) fn of(structure: &Structure, top: Node) -> Self {
        let below = structure.below(top).unwrap();
        let is_event = |node: &Node| structure.gate_of(*node).is_none();
        let mut events: Vec<Node> = below.iter().copied().filter(is_event).collect();
        events.sort_unstable();
        assert!(events.len() <= 14, "{}", events.len());
        let truth = |mask: usize| {
            let mut values: BTreeMap<Node, bool> = BTreeMap::new();
            for node in &below {
                let value = match structure.gate_of(*node) {
                    None => mask >> events.binary_search(node).unwrap() & 1 == 1,
                    Some(Gate::All(args)) => args.iter().all(|arg| values[arg]),
                    Some(Gate::Any(args)) => args.iter().any(|arg| values[arg]),
                    Some(Gate::AtLeast(least, args)) => {
                        args.iter().filter(|arg| values[arg]).count() >= *least
                    }
                    Some(Gate::Not(arg)) => !values[arg],
                };
                values.insert(*node, value);
            }
            values[&top]
        };
        let truths = (0..1_usize << events.len()).map(truth).collect();
        Self { events, truths }
    }

    /// The smallest sets that make the top true.
    pub(crate) fn solutions(&self) -> Vec<Vec<Node>> {
        self.minimal(|mask| self.truths[mask])
    }

    /// The smallest sets without which the top is false.
    pub(crate) fn blockers(&self) -> Vec<Vec<Node>> {
        self.minimal(|mask| !self.truths[!mask & (self.truths.len() - 1)])
    }

    fn minimal(&self, holds: impl Fn(usize) -> bool) -> Vec<Vec<Node>> {
        let mut masks: Vec<usize> = (0..self.truths.len()).filter(|mask| holds(*mask)).collect();
        masks.sort_by_key(|mask| mask.count_ones());
        let mut kept: Vec<usize> = Vec::new();
        for mask in masks {
            if !kept.iter().any(|one| one & mask == *one) {
                kept.push(mask);
            }
        }
        let mut sets: Vec<Vec<Node>> = kept.into_iter().map(|mask| self.set(mask)).collect();
        sets.sort_unstable_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
        sets
    }

    fn set(&self, mask: usize) -> Vec<Node> {
        let events = self.events.iter().enumerate();
        events.filter(|(at, _)| mask >> at & 1 == 1).map(|(_, event)| *event).collect()
    }

    /// The probability of those sets, of events with these probabilities, that `holds` picks.
    pub(crate) fn chance(&self, of: impl Fn(Node) -> f64, holds: impl Fn(usize) -> bool) -> f64 {
        let masks = (0..self.truths.len()).filter(|mask| holds(*mask));
        masks
            .map(|mask| {
                let each = self.events.iter().enumerate().map(|(at, event)| {
                    if mask >> at & 1 == 1 { of(*event) } else { 1.0 - of(*event) }
                });
                each.product::<f64>()
            })
            .sum()
    }
}

/// The smallest sets that share an element with each of `sets`, one set at a time.
///
/// Source: Berge, "Hypergraphs", 1989, chapter 2.
pub(crate) fn transversals(sets: &[Vec<Node>]) -> Vec<Vec<Node>> {
    let mut found: Vec<Vec<Node>> = vec![Vec::new()];
    for set in sets {
        let mut next: Vec<Vec<Node>> = Vec::new();
        for one in &found {
            if one.iter().any(|node| set.contains(node)) {
                next.push(one.clone());
                continue;
            }
            for node in set {
                let mut more = one.clone();
                more.push(*node);
                more.sort_unstable();
                next.push(more);
            }
        }
        next.sort_unstable_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
        next.dedup();
        let within = |small: &[Node], large: &[Node]| small.iter().all(|one| large.contains(one));
        found = Vec::new();
        for one in next {
            if !found.iter().any(|small: &Vec<Node>| within(small, &one)) {
                found.push(one);
            }
        }
    }
    found
}
