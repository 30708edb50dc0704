//! Modules: gates of which nothing below is used elsewhere. Each can be solved by itself and stands
//! as one variable in what is above it.
//!
//! Source: Dutuit, Rauzy, "A linear-time algorithm to find modules of fault trees", IEEE
//! Transactions on Reliability 45 (1996).

use alloc::vec;
use alloc::vec::Vec;

use super::graph::{Graph, Literal, Op, Value};

/// When a vertex was met on a walk through a graph.
#[derive(Clone, Copy, Debug, Default)]
struct Visit {
    first: u32,
    /// When everything below it had been met.
    left: u32,
    last: u32,
    /// The first and the last visit of anything below it.
    first_below: u32,
    last_below: u32,
}

/// Which vertices of a graph are modules.
#[derive(Debug)]
pub(crate) struct Modules {
    visits: Vec<Visit>,
    is_module: Vec<bool>,
}

impl Modules {
    pub(crate) fn of(graph: &Graph, top: Value) -> Self {
        let Value::Literal(top) = top else {
            return Self { visits: Vec::new(), is_module: Vec::new() };
        };
        let mut visits = walk(graph, top.vertex());
        let mut is_module = vec![false; visits.len()];
        let mut is_plain = vec![true; visits.len()];
        for place in 0..visits.len() {
            let mut below = Visit { first_below: u32::MAX, ..Visit::default() };
            let mut plain = true;
            for arg in graph.args(place) {
                let at = arg.vertex();
                let Some(visit) = visits.get(at) else { continue };
                below.first_below = below.first_below.min(visit.first).min(visit.first_below);
                below.last_below = below.last_below.max(visit.last).max(visit.last_below);
                plain &= !arg.is_negated() && is_plain.get(at) == Some(&true);
            }
            let (Some(visit), Some(module), Some(slot)) =
                (visits.get_mut(place), is_module.get_mut(place), is_plain.get_mut(place))
            else {
                continue;
            };
            visit.first_below = below.first_below;
            visit.last_below = below.last_below;
            *slot = plain;
            let is_gate = !graph.args(place).is_empty() && visit.first != 0;
            let is_closed = visit.first_below > visit.first && visit.last_below < visit.left;
            // What is negated below must be seen from above: only the top may hold it.
            *module = is_gate && is_closed && (plain || place == top.vertex());
        }
        Self { visits, is_module }
    }

    pub(crate) fn is_module(&self, place: usize) -> bool {
        self.is_module.get(place) == Some(&true)
    }

    /// The args of a gate, by their places, in groups that share nothing with each other. Only what
    /// may become a module is told apart; the rest is left alone, each by itself.
    pub(crate) fn groups(&self, graph: &Graph, place: usize, parents: &[usize]) -> Vec<Vec<usize>> {
        let args = graph.args(place);
        let is_event = |at: usize| matches!(graph.vertex(at).map(|one| one.op), Some(Op::Event(_)));
        let mut apart = Vec::new();
        let mut rest = Vec::new();
        for (number, arg) in args.iter().enumerate() {
            let at = arg.vertex();
            let is_alone = parents.get(at) == Some(&1)
                && !arg.is_negated()
                && (is_event(at) || self.is_module(at));
            if is_alone { apart.push(number) } else { rest.push(number) }
        }
        let mut groups: Vec<Vec<usize>> = Vec::new();
        if self.is_module(place) {
            groups = self.components(args, &rest);
        } else {
            groups.extend(rest.iter().map(|one| vec![*one]));
        }
        if !apart.is_empty() {
            groups.insert(0, apart);
        }
        groups
    }

    /// Args of a module in groups of which no two share anything.
    fn components(&self, args: &[Literal], rest: &[usize]) -> Vec<Vec<usize>> {
        // From its first visit to the last of anything below it, an arg is open; two that share
        // something are open at one time. Some that share nothing are as well: a group too large is
        // no harm.
        let span = |number: &usize| {
            let visit = args.get(*number).and_then(|arg| self.visits.get(arg.vertex()));
            let visit = visit.copied().unwrap_or_default();
            (visit.first.min(visit.first_below), visit.last.max(visit.last_below), *number)
        };
        let mut spans: Vec<(u32, u32, usize)> = rest.iter().map(span).collect();
        spans.sort_unstable();
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let mut end = 0;
        for (first, last, number) in spans {
            match groups.last_mut() {
                Some(group) if first <= end => group.push(number),
                _ => groups.push(vec![number]),
            }
            end = end.max(last);
        }
        groups
    }
}

/// Visits by a walk from the top, args in their order.
fn walk(graph: &Graph, top: usize) -> Vec<Visit> {
    let mut visits = vec![Visit::default(); graph.vertices.len()];
    let mut time = 0_u32;
    let mut path: Vec<(usize, usize)> = Vec::new();
    let mut next = Some(top);
    loop {
        if let Some(place) = next.take() {
            time += 1;
            if let Some(visit) = visits.get_mut(place) {
                visit.last = time;
                if visit.first == 0 {
                    visit.first = time;
                    visit.left = time;
                    if !graph.args(place).is_empty() {
                        path.push((place, 0));
                    }
                }
            }
        }
        let Some((place, seen)) = path.last_mut() else { return visits };
        if let Some(arg) = graph.args(*place).get(*seen) {
            *seen += 1;
            next = Some(arg.vertex());
        } else {
            time += 1;
            if let Some(visit) = visits.get_mut(*place) {
                visit.left = time;
                visit.last = visit.last.max(time);
            }
            path.pop();
        }
    }
}
