//! A graph in parts: what is solved by itself.

use alloc::collections::BTreeSet;
use alloc::vec;
use alloc::vec::Vec;

use super::graph::{Graph, Literal, Op};
use super::modules::Modules;

/// A module with what is below it, down to events and other modules, which are its leaves.
#[derive(Debug)]
pub(crate) struct Part {
    /// Each after those that it stands on; the last is the root. Literals are places here.
    vertices: Vec<Inner>,
}

/// A vertex of a part.
#[derive(Debug)]
pub(crate) struct Inner {
    /// Its place in the graph.
    pub(crate) place: usize,
    /// What it is; `None` for a leaf.
    pub(crate) op: Option<Op>,
    pub(crate) args: Vec<Literal>,
    /// How many leaves are below, each as often as a path leads to it; saturates.
    pub(crate) size: usize,
    /// How many gates of the part stand on it.
    pub(crate) parents: usize,
}

impl Part {
    pub(crate) fn of(graph: &Graph, modules: &Modules, root: usize) -> Self {
        let is_leaf =
            |at: usize| graph.args(at).is_empty() || (at != root && modules.is_module(at));
        let mut places = BTreeSet::new();
        let mut open = vec![root];
        while let Some(at) = open.pop() {
            if places.insert(at) && !is_leaf(at) {
                open.extend(graph.args(at).iter().map(|arg| arg.vertex()));
            }
        }
        // A vertex comes after those that it stands on, here as in the graph.
        let places: Vec<usize> = places.into_iter().collect();
        let local = |at: usize| places.binary_search(&at).unwrap_or(usize::MAX);
        let mut vertices: Vec<Inner> = Vec::with_capacity(places.len());
        for place in &places {
            let args: Vec<Literal> = match is_leaf(*place) {
                true => Vec::new(),
                false => graph.args(*place).iter().map(|arg| arg.at(local(arg.vertex()))).collect(),
            };
            let below = args.iter().filter_map(|arg| vertices.get(arg.vertex()));
            let size = below.fold(0, |sum: usize, one| sum.saturating_add(one.size));
            let op = graph.vertex(*place).map(|vertex| vertex.op);
            let op = op.filter(|_| !is_leaf(*place));
            let size = if op.is_none() { 1 } else { size };
            for arg in &args {
                if let Some(one) = vertices.get_mut(arg.vertex()) {
                    one.parents += 1;
                }
            }
            vertices.push(Inner { place: *place, op, args, size, parents: 0 });
        }
        Self { vertices }
    }

    pub(crate) fn vertices(&self) -> &[Inner] {
        &self.vertices
    }

    pub(crate) fn vertex(&self, at: usize) -> Option<&Inner> {
        self.vertices.get(at)
    }

    /// The place of the root.
    pub(crate) fn root(&self) -> usize {
        self.vertices.len().saturating_sub(1)
    }

    /// The places of the leaves.
    pub(crate) fn leaves(&self) -> impl Iterator<Item = usize> + '_ {
        let all = self.vertices.iter().enumerate();
        all.filter(|(_, vertex)| vertex.op.is_none()).map(|(at, _)| at)
    }
}
