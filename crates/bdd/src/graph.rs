//! The structure in the form that diagrams are built from: constants gone, equal gates one, gates
//! of one kind below each other merged, and what stands apart gathered.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec;
use alloc::vec::Vec;

use super::structure::{Flaw, Gate, Node, Structure};

/// A vertex of a [`Graph`], or its negation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Literal(u32);

impl Literal {
    const fn of(vertex: u32) -> Self {
        Self(vertex << 1)
    }

    const fn not(self) -> Self {
        Self(self.0 ^ 1)
    }

    pub(crate) const fn is_negated(self) -> bool {
        self.0 & 1 == 1
    }

    pub(crate) const fn vertex(self) -> usize {
        (self.0 >> 1) as usize
    }

    /// The same of the vertex at another place.
    pub(crate) fn at(self, place: usize) -> Self {
        let place = u32::try_from(place).unwrap_or(u32::MAX >> 1);
        Self(place << 1 | (self.0 & 1))
    }
}

/// What a vertex is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Op {
    Event(Node),
    All,
    Any,
    AtLeast(usize),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Vertex {
    pub(crate) op: Op,
    pub(crate) args: Vec<Literal>,
}

/// A constant, or a vertex or its negation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Constant(bool),
    Literal(Literal),
}

impl Value {
    const fn not(self) -> Self {
        match self {
            Self::Constant(holds) => Self::Constant(!holds),
            Self::Literal(literal) => Self::Literal(literal.not()),
        }
    }
}

/// Vertices, each after those that it stands on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Graph {
    pub(crate) vertices: Vec<Vertex>,
    known: BTreeMap<Vertex, u32>,
}

impl Graph {
    /// The graph of a structure, and what its top comes to.
    pub(crate) fn of(structure: &Structure, top: Node) -> Result<(Self, Value), Flaw> {
        let mut graph = Self::default();
        let mut values = vec![Value::Constant(false); structure.len()];
        for node in structure.below(top)? {
            let at =
                |one: &Node| values.get(one.number()).copied().unwrap_or(Value::Constant(false));
            let value = match structure.gate_of(node) {
                None => graph.add(Op::Event(node), Vec::new()),
                Some(Gate::All(args)) => graph.all(args.iter().map(at)),
                Some(Gate::Any(args)) => graph.any(args.iter().map(at)),
                Some(Gate::AtLeast(least, args)) => {
                    let args: Vec<Value> = args.iter().map(at).collect();
                    graph.at_least(*least, &args)
                }
                Some(Gate::Not(arg)) => at(arg).not(),
            };
            if let Some(slot) = values.get_mut(node.number()) {
                *slot = value;
            }
        }
        let value = values.get(top.number()).copied().unwrap_or(Value::Constant(false));
        Ok(graph.tidied(value))
    }

    /// The same with gates of one kind merged and what stands apart gathered.
    fn tidied(self, top: Value) -> (Self, Value) {
        let (merged, top) = self.merged(top);
        merged.gathered(top)
    }

    pub(crate) fn vertex(&self, at: usize) -> Option<&Vertex> {
        self.vertices.get(at)
    }

    /// The args of a vertex.
    pub(crate) fn args(&self, at: usize) -> &[Literal] {
        self.vertices.get(at).map(|one| one.args.as_slice()).unwrap_or_default()
    }

    fn add(&mut self, op: Op, args: Vec<Literal>) -> Value {
        let vertex = Vertex { op, args };
        let next = u32::try_from(self.vertices.len()).unwrap_or(u32::MAX >> 1);
        let number = *self.known.entry(vertex).or_insert_with_key(|vertex| {
            self.vertices.push(vertex.clone());
            next
        });
        Value::Literal(Literal::of(number))
    }

    fn all(&mut self, args: impl Iterator<Item = Value>) -> Value {
        self.joined(Op::All, args, false)
    }

    fn any(&mut self, args: impl Iterator<Item = Value>) -> Value {
        self.joined(Op::Any, args, true)
    }

    /// A gate whose value is `decisive` as soon as one of its args is.
    fn joined(&mut self, op: Op, args: impl Iterator<Item = Value>, decisive: bool) -> Value {
        let (mut kept, mut met) = (Vec::new(), BTreeSet::new());
        for arg in args {
            match arg {
                Value::Constant(holds) if holds == decisive => return arg,
                Value::Constant(_) => {}
                Value::Literal(literal) if met.contains(&literal.not()) => {
                    return Value::Constant(decisive);
                }
                Value::Literal(literal) => {
                    if met.insert(literal) {
                        kept.push(literal);
                    }
                }
            }
        }
        match kept.as_slice() {
            [] => Value::Constant(!decisive),
            [one] => Value::Literal(*one),
            _ => self.add(op, kept),
        }
    }

    fn at_least(&mut self, least: usize, args: &[Value]) -> Value {
        let sure = args.iter().filter(|arg| **arg == Value::Constant(true)).count();
        let least = least.saturating_sub(sure);
        let left = args.iter().copied().filter(|arg| matches!(arg, Value::Literal(_)));
        let left: Vec<Value> = left.collect();
        match least {
            0 => Value::Constant(true),
            _ if least > left.len() => Value::Constant(false),
            1 => self.any(left.into_iter()),
            _ if least == left.len() => self.all(left.into_iter()),
            _ => {
                let literal = |value| match value {
                    Value::Literal(literal) => Some(literal),
                    Value::Constant(_) => None,
                };
                self.add(Op::AtLeast(least), left.into_iter().filter_map(literal).collect())
            }
        }
    }

    /// How many vertices stand on each.
    pub(crate) fn parents(&self) -> Vec<usize> {
        let mut parents = vec![0; self.vertices.len()];
        for literal in self.vertices.iter().flat_map(|vertex| &vertex.args) {
            if let Some(count) = parents.get_mut(literal.vertex()) {
                *count += 1;
            }
        }
        parents
    }

    /// A new graph in which `make` makes each vertex anew: of its new args, and its old place.
    fn rebuilt(
        &self,
        top: Value,
        mut make: impl FnMut(&mut Self, &[Value], usize) -> Value,
    ) -> (Self, Value) {
        let mut graph = Self::default();
        let mut values: Vec<Value> = Vec::with_capacity(self.vertices.len());
        let at = |values: &[Value], literal: Literal| {
            let value = values.get(literal.vertex()).copied().unwrap_or(Value::Constant(false));
            if literal.is_negated() { value.not() } else { value }
        };
        for place in self.below(top) {
            while values.len() < place {
                values.push(Value::Constant(false));
            }
            let args: Vec<Value> = self.args(place).iter().map(|arg| at(&values, *arg)).collect();
            let value = make(&mut graph, &args, place);
            values.push(value);
        }
        let top = match top {
            Value::Constant(_) => top,
            Value::Literal(literal) => at(&values, literal),
        };
        (graph, top)
    }

    /// The vertices that a value stands on, in order.
    fn below(&self, top: Value) -> Vec<usize> {
        let mut is_met = vec![false; self.vertices.len()];
        if let Value::Literal(literal) = top
            && let Some(met) = is_met.get_mut(literal.vertex())
        {
            *met = true;
        }
        for place in (0..self.vertices.len()).rev() {
            if is_met.get(place) == Some(&true) {
                for arg in self.args(place) {
                    if let Some(met) = is_met.get_mut(arg.vertex()) {
                        *met = true;
                    }
                }
            }
        }
        (0..self.vertices.len()).filter(|place| is_met.get(*place) == Some(&true)).collect()
    }

    /// A vertex of another graph over other args.
    fn again(&mut self, op: Op, args: &[Value]) -> Value {
        match op {
            Op::Event(_) => self.add(op, Vec::new()),
            Op::All => self.all(args.iter().copied()),
            Op::Any => self.any(args.iter().copied()),
            Op::AtLeast(least) => self.at_least(least, args),
        }
    }

    /// The same with gates of one kind below each other merged, where nothing else stands on the
    /// one below.
    fn merged(&self, top: Value) -> (Self, Value) {
        let parents = self.parents();
        self.rebuilt(top, |graph, args, place| {
            let Some(vertex) = self.vertex(place) else { return Value::Constant(false) };
            if !matches!(vertex.op, Op::All | Op::Any) {
                return graph.again(vertex.op, args);
            }
            let mut merged = Vec::new();
            for (old, new) in vertex.args.iter().zip(args) {
                let is_alone = parents.get(old.vertex()) == Some(&1);
                let below = match new {
                    Value::Literal(literal) if is_alone => {
                        graph.merges(vertex.op, *literal).map(<[Literal]>::to_vec)
                    }
                    _ => None,
                };
                match below {
                    None => merged.push(*new),
                    Some(below) => {
                        let is_negated = matches!(new, Value::Literal(one) if one.is_negated());
                        merged.extend(
                            below.into_iter().map(|one| {
                                Value::Literal(if is_negated { one.not() } else { one })
                            }),
                        );
                    }
                }
            }
            graph.again(vertex.op, &merged)
        })
    }

    /// The args of a vertex that may be merged into one of this kind above it.
    fn merges(&self, above: Op, literal: Literal) -> Option<&[Literal]> {
        let vertex = self.vertex(literal.vertex())?;
        let is_same = match (above, vertex.op) {
            (Op::All, Op::All) | (Op::Any, Op::Any) => !literal.is_negated(),
            (Op::All, Op::Any) | (Op::Any, Op::All) => literal.is_negated(),
            _ => false,
        };
        is_same.then_some(vertex.args.as_slice())
    }

    /// The same with those args of a gate that share nothing with its others put in gates of their
    /// own: each becomes a [module](super::modules).
    fn gathered(&self, top: Value) -> (Self, Value) {
        let modules = super::modules::Modules::of(self, top);
        let parents = self.parents();
        self.rebuilt(top, |graph, args, place| {
            let Some(vertex) = self.vertex(place) else { return Value::Constant(false) };
            if !matches!(vertex.op, Op::All | Op::Any) {
                return graph.again(vertex.op, args);
            }
            let groups = modules.groups(self, place, &parents);
            if groups.len() < 2 || groups.iter().all(|group| group.len() == 1) {
                return graph.again(vertex.op, args);
            }
            let mut new = Vec::new();
            for group in groups {
                let of: Vec<Value> = group.iter().filter_map(|at| args.get(*at).copied()).collect();
                match of.as_slice() {
                    [one] => new.push(*one),
                    _ => new.push(graph.again(vertex.op, &of)),
                }
            }
            graph.again(vertex.op, &new)
        })
    }
}
