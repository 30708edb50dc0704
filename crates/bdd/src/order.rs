//! Orders of variables. Which of them is good nobody knows beforehand, so there are several.

use alloc::vec;
use alloc::vec::Vec;

use super::part::Part;

/// How the args of a gate are walked through; variables come in the order in which they are met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Heuristic {
    /// As they are written.
    Written,
    /// Those over the fewest variables first.
    SmallFirst,
    /// Those over the most variables first.
    LargeFirst,
    /// Those that most gates stand on first.
    SharedFirst,
    /// No walk: the variable that weighs most, where each gate hands its weight down in equal
    /// parts, again and again without those that were taken.
    ///
    /// Source: Minato, Ishiura, Yajima, "Shared binary decision diagram with attributed edges for
    /// efficient boolean function manipulation", DAC 1990.
    Weight,
}

impl Heuristic {
    /// The one that most often is best first.
    pub(crate) const ALL: [Self; 5] =
        [Self::Weight, Self::SharedFirst, Self::SmallFirst, Self::LargeFirst, Self::Written];
}

/// The leaves of a part in an order, by their places.
pub(crate) fn order(part: &Part, heuristic: Heuristic) -> Vec<usize> {
    match heuristic {
        Heuristic::Weight => by_weight(part),
        _ => by_walk(part, heuristic),
    }
}

fn by_walk(part: &Part, heuristic: Heuristic) -> Vec<usize> {
    let key = |at: &usize| {
        let vertex = part.vertex(*at);
        vertex.map(|vertex| match heuristic {
            Heuristic::SmallFirst => vertex.size,
            Heuristic::LargeFirst => usize::MAX - vertex.size,
            Heuristic::SharedFirst => usize::MAX - vertex.parents,
            Heuristic::Written | Heuristic::Weight => 0,
        })
    };
    let mut order = Vec::new();
    let mut is_met = vec![false; part.vertices().len()];
    let mut open = vec![part.root()];
    while let Some(at) = open.pop() {
        match is_met.get_mut(at) {
            Some(met) if !*met => *met = true,
            _ => continue,
        }
        let Some(vertex) = part.vertex(at) else { continue };
        if vertex.op.is_none() {
            order.push(at);
        }
        let mut args: Vec<usize> = vertex.args.iter().map(|arg| arg.vertex()).collect();
        args.sort_by_key(key);
        open.extend(args.into_iter().rev());
    }
    order
}

fn by_weight(part: &Part) -> Vec<usize> {
    let mut free: Vec<usize> = part.leaves().collect();
    let mut order = Vec::with_capacity(free.len());
    while !free.is_empty() {
        let weights = weights(part, &free);
        let weight = |at: usize| weights.get(at).copied().unwrap_or(0.0);
        let places = free.iter().copied().enumerate();
        let heaviest = places.reduce(|a, b| if weight(b.1) > weight(a.1) { b } else { a });
        let Some((place, heaviest)) = heaviest else { break };
        free.remove(place);
        order.push(heaviest);
    }
    order
}

/// The weight that comes down to each vertex, where only these leaves are left.
fn weights(part: &Part, free: &[usize]) -> Vec<f64> {
    let mut is_left = vec![false; part.vertices().len()];
    for (at, vertex) in part.vertices().iter().enumerate() {
        let left = match vertex.op {
            None => free.binary_search(&at).is_ok(),
            Some(_) => vertex.args.iter().any(|arg| is_left.get(arg.vertex()) == Some(&true)),
        };
        if let Some(slot) = is_left.get_mut(at) {
            *slot = left;
        }
    }
    let mut weights = vec![0.0; part.vertices().len()];
    if let Some(root) = weights.last_mut() {
        *root = 1.0;
    }
    for (at, vertex) in part.vertices().iter().enumerate().rev() {
        let args = vertex.args.iter().filter(|arg| is_left.get(arg.vertex()) == Some(&true));
        let count: u32 = args.clone().map(|_| 1).sum();
        let share = weights.get(at).copied().unwrap_or(0.0) / f64::from(count.max(1));
        for arg in args {
            if let Some(weight) = weights.get_mut(arg.vertex()) {
                *weight += share;
            }
        }
    }
    weights
}
