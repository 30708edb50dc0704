//! Paths: the shortest way to the role through each act of a node.

use alloc::collections::{BTreeMap, VecDeque};
use alloc::string::String;
use alloc::vec::Vec;

use super::network::{Act, Kind, Network, Node, role_name};
use crate::id::GLOBAL_ADMINISTRATOR;

/// A way to become Global Administrator.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path {
    /// Its acts, in order; the last one ends at [`Node::Administrator`].
    pub steps: Vec<Step>,
}

/// One act of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// What is done.
    pub act: Act,
    /// Where it leads.
    pub to: Node,
    /// What that is.
    pub kind: Kind,
    /// Its display name, which proves nothing, or the code name of a declared account; `None` when
    /// it was not read.
    pub name: Option<String>,
}

impl Path {
    /// Whether nothing needs to be done: the role is held, directly or through groups.
    pub fn is_held(&self) -> bool {
        self.steps.iter().all(|step| {
            let is_role = step.to == Node::Role(GLOBAL_ADMINISTRATOR.0);
            match step.act {
                Act::Holds { .. } => is_role || step.to == Node::Administrator,
                Act::IsMember => true,
                _ => false,
            }
        })
    }
}

/// How many acts lie between each node and the role.
pub(super) fn distances(network: &Network) -> BTreeMap<Node, usize> {
    let mut back: BTreeMap<&Node, Vec<&Node>> = BTreeMap::new();
    for (from, _, to) in network.edges() {
        back.entry(to).or_default().push(from);
    }
    let mut distances = BTreeMap::from([(Node::Administrator, 0)]);
    let mut next = VecDeque::from([(&Node::Administrator, 0)]);
    while let Some((node, distance)) = next.pop_front() {
        for from in back.get(node).into_iter().flatten() {
            if !distances.contains_key(*from) {
                distances.insert((*from).clone(), distance + 1);
                next.push_back((from, distance + 1));
            }
        }
    }
    distances
}

/// The shortest path through each act of `from` that leads there, the shortest first.
///
/// A path never comes back to where it began. For an administrator by right, only the ways in
/// which the role is held are listed: that it could also take a longer way says nothing.
pub(super) fn paths(
    network: &Network,
    distances: &BTreeMap<Node, usize>,
    from: &Node,
) -> Vec<Path> {
    let mut found: Vec<Path> = network
        .acts_of(from)
        .filter(|(_, to)| distances.contains_key(to))
        .filter_map(|(act, to)| path_through(network, distances, from, act, to))
        .collect();
    found.sort_by(|a, b| (a.steps.len(), a).cmp(&(b.steps.len(), b)));
    if found.iter().any(Path::is_held) {
        found.retain(Path::is_held);
    }
    found
}

fn path_through(
    network: &Network,
    distances: &BTreeMap<Node, usize>,
    from: &Node,
    act: &Act,
    to: &Node,
) -> Option<Path> {
    let mut steps = Vec::from([step(network, act, to)]);
    let mut at = to;
    while *at != Node::Administrator {
        let (act, next) = network
            .acts_of(at)
            .filter(|(_, next)| next != from)
            .filter_map(|edge| Some((distances.get(&edge.1)?, edge)))
            .min_by_key(|(distance, _)| **distance)
            .map(|(_, edge)| edge)?;
        // Distances fall with each step but where `from` was left out: then it is no path.
        if distances.get(next) >= distances.get(at) {
            return None;
        }
        // "Holds the role" and "is that role's holder" are one act for a reader.
        let is_role_itself = matches!(at, Node::Role(role) if *role == GLOBAL_ADMINISTRATOR.0);
        if !is_role_itself {
            steps.push(step(network, act, next));
        }
        at = next;
    }
    Some(Path { steps })
}

fn step(network: &Network, act: &Act, to: &Node) -> Step {
    let known = network.name(to).map(String::from);
    let name = match to {
        Node::Role(role) => known.or_else(|| role_name(*role).map(String::from)),
        Node::Administrator => Some("Global Administrator".into()),
        _ => known,
    };
    Step { act: act.clone(), to: to.clone(), kind: network.kind(to), name }
}
