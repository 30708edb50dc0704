//! Structures: events and gates over them.

use alloc::vec::Vec;
use core::fmt;

/// How many nodes a structure may have.
pub const NODES_MAX: usize = 1_000_000;

/// An event or a gate of one [`Structure`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node(pub(crate) u32);

impl Node {
    /// Its number: structures number their nodes in the order in which they were made, from zero.
    pub const fn number(self) -> usize {
        self.0 as usize
    }
}

/// What a node is true of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gate {
    /// All of these are; an empty list is true.
    All(Vec<Node>),
    /// One of these is; an empty list is false.
    Any(Vec<Node>),
    /// So many of these are; one that is listed twice counts twice.
    AtLeast(usize, Vec<Node>),
    /// This one is not. A structure that holds such a gate is not coherent.
    Not(Node),
}

impl Gate {
    /// What it stands on.
    pub fn args(&self) -> &[Node] {
        match self {
            Self::All(args) | Self::Any(args) | Self::AtLeast(_, args) => args,
            Self::Not(arg) => core::slice::from_ref(arg),
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Event,
    /// Declared and not defined.
    Open,
    Gate(Gate),
}

/// Why a structure says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// A node that was declared is not defined.
    Undefined(Node),
    /// A node that was defined is defined again, or is an event.
    Redefined(Node),
    /// A node is of another structure.
    Foreign(Node),
    /// Each of these nodes stands on the next, and the last on the first.
    Cycle(Vec<Node>),
    /// There are more than [`NODES_MAX`] nodes.
    TooManyNodes,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undefined(node) => write!(f, "node {} is declared and not defined", node.0),
            Self::Redefined(node) => write!(f, "node {} is defined twice", node.0),
            Self::Foreign(node) => write!(f, "node {} is of another structure", node.0),
            Self::Cycle(nodes) => {
                f.write_str("nodes stand on each other in a circle:")?;
                nodes.iter().try_for_each(|node| write!(f, " {}", node.0))
            }
            Self::TooManyNodes => write!(f, "more than NODES_MAX ({NODES_MAX}) nodes"),
        }
    }
}

impl core::error::Error for Flaw {}

/// Events, and gates over them that may share what they stand on.
#[derive(Clone, Debug, Default)]
pub struct Structure {
    nodes: Vec<Kind>,
}

impl Structure {
    /// An empty structure.
    pub fn new() -> Self {
        Self::default()
    }

    /// A new event.
    pub fn event(&mut self) -> Node {
        self.push(Kind::Event)
    }

    /// A new gate.
    pub fn gate(&mut self, gate: Gate) -> Node {
        self.push(Kind::Gate(gate))
    }

    /// A new node that is to be [defined](Self::define) later.
    pub fn declare(&mut self) -> Node {
        self.push(Kind::Open)
    }

    /// Defines a node that was declared.
    ///
    /// # Errors
    ///
    /// [`Flaw::Redefined`] and [`Flaw::Foreign`].
    pub fn define(&mut self, node: Node, gate: Gate) -> Result<(), Flaw> {
        match self.nodes.get_mut(node.number()) {
            Some(kind @ Kind::Open) => {
                *kind = Kind::Gate(gate);
                Ok(())
            }
            Some(_) => Err(Flaw::Redefined(node)),
            None => Err(Flaw::Foreign(node)),
        }
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The gate of a node; `None` for an event, and for one that is not defined.
    pub fn gate_of(&self, node: Node) -> Option<&Gate> {
        match self.nodes.get(node.number()) {
            Some(Kind::Gate(gate)) => Some(gate),
            _ => None,
        }
    }

    pub(crate) fn kind(&self, node: Node) -> Option<&Kind> {
        self.nodes.get(node.number())
    }

    /// Every node that `top` stands on and itself, each after those that it stands on.
    ///
    /// # Errors
    ///
    /// Every [`Flaw`] but [`Flaw::Redefined`].
    pub fn below(&self, top: Node) -> Result<Vec<Node>, Flaw> {
        if self.nodes.len() > NODES_MAX {
            return Err(Flaw::TooManyNodes);
        }
        let mut order = Vec::new();
        let mut state = alloc::vec![State::New; self.nodes.len()];
        // The nodes that are being looked at, each with how many of its args were.
        let mut path: Vec<(Node, usize)> = Vec::new();
        let mut next = Some(top);
        loop {
            if let Some(node) = next.take() {
                match (self.kind(node), state.get_mut(node.number())) {
                    (None, _) | (_, None) => return Err(Flaw::Foreign(node)),
                    (Some(Kind::Open), _) => return Err(Flaw::Undefined(node)),
                    (_, Some(State::Done)) => {}
                    (_, Some(State::Open)) => {
                        let circle = path.iter().map(|(one, _)| *one);
                        return Err(Flaw::Cycle(circle.skip_while(|one| *one != node).collect()));
                    }
                    (Some(_), Some(state)) => {
                        *state = State::Open;
                        path.push((node, 0));
                    }
                }
            }
            let Some((node, seen)) = path.last_mut() else { return Ok(order) };
            let args = self.gate_of(*node).map(Gate::args).unwrap_or_default();
            if let Some(arg) = args.get(*seen) {
                *seen += 1;
                next = Some(*arg);
            } else {
                if let Some(state) = state.get_mut(node.number()) {
                    *state = State::Done;
                }
                order.push(*node);
                path.pop();
            }
        }
    }

    /// Whether no gate that `top` stands on is a [`Gate::Not`]: more events never make less true.
    ///
    /// # Errors
    ///
    /// As for [`Self::below`].
    pub fn is_coherent(&self, top: Node) -> Result<bool, Flaw> {
        let below = self.below(top)?;
        Ok(!below.iter().any(|node| matches!(self.gate_of(*node), Some(Gate::Not(_)))))
    }

    fn push(&mut self, kind: Kind) -> Node {
        // One that does not fit is refused when the structure is looked at: see `NODES_MAX`.
        let node = Node(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(kind);
        node
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}
