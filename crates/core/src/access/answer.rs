//! Answers: the smallest failures, the smallest coalitions, and what is left without something.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use halligan_bdd::{Analysis, Family, Node, smallest};

use super::Access;
use super::accepted::{self, Standing};
use super::evaluated::Evaluated;
use super::formula::Compiled;
use super::part::Part;
use super::scope::Scope;
use super::thing::{Agent, Thing};
use crate::id::PersonId;
use crate::register::Register;

/// How many steps one attempt to solve a model may take; of what it is too little for, the sets of
/// up to [`LISTED_MAX`] are listed.
pub const ACCESS_STEPS_MAX: u64 = 200_000;

/// Sets of up to so many things are listed; larger ones are counted.
pub const LISTED_MAX: usize = 3;

/// How many sets are listed.
pub const SETS_MAX: usize = 10_000;

/// Minimal sets: how many, of which sizes, and the small ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sets<L> {
    /// How many there are; `None` where that is not known.
    pub count: Option<u128>,
    /// How many there are of each size, from the smallest; empty where that is not known.
    pub sizes: Vec<(usize, u128)>,
    /// Those of at most [`Self::listed_to`] elements, the small ones first.
    pub listed: Vec<Vec<L>>,
    /// Up to which size all are listed.
    pub listed_to: usize,
    /// Which limit was reached, where one was.
    pub bounded: Option<String>,
}

/// A set of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Single<L> {
    /// What it is.
    pub what: L,
    /// How it counts.
    pub standing: Standing,
}

/// What the owners' model comes to for one scope.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// What was asked for.
    pub scope: Scope,
    /// Whether the owners get in with all that is there.
    pub gets_in: bool,
    /// The smallest failures after which they do not: minimal cut sets.
    pub cuts: Sets<Thing>,
    /// The smallest sets of things with which they do: minimal path sets.
    pub paths: Sets<Thing>,
    /// The smallest sets of people who get in where everything else is there.
    pub coalitions: Sets<PersonId>,
    /// The cut sets of one thing.
    pub singles: Vec<Single<Thing>>,
    /// The cut sets of two things, with how many of all situations turn on them, those on which
    /// most turn first.
    pub pairs: Vec<(Vec<Thing>, f64)>,
}

impl Answer {
    /// The holes: singles that an arrangement takes away.
    pub fn holes(&self) -> impl Iterator<Item = &Thing> {
        self.singles.iter().filter(|one| one.standing.is_hole()).map(|one| &one.what)
    }
}

impl Access {
    /// What the owners' model comes to for a scope, where some things are not there.
    pub fn answer(&self, scope: Scope, absent: &BTreeSet<Thing>) -> Answer {
        let part = Part::Scope(scope);
        let given = |thing: &Thing| absent.contains(thing).then_some(false);
        let compiled = self.owners.compile(&part, &given);
        let mut solved = Solved::new(&compiled);
        let cuts = solved.sets(true);
        let paths = solved.sets(false);
        let owners = Evaluated::of(&self.owners, &part);
        let gets_in = owners.holds(&|thing| !absent.contains(thing));
        // Decided one by one, whatever the size of the model.
        let is_single = |one: &&Thing| {
            !absent.contains(*one)
                && !owners.holds(&|thing| !absent.contains(thing) && thing != *one)
        };
        let mut singles: Vec<&Thing> =
            if gets_in { owners.leaves().filter(is_single).collect() } else { Vec::new() };
        singles.sort_unstable();
        let single =
            |what: &Thing| Single { standing: accepted::of_thing(what), what: what.clone() };
        Answer {
            scope,
            gets_in,
            singles: singles.into_iter().map(single).collect(),
            pairs: solved.pairs(&cuts),
            cuts,
            paths,
            coalitions: self.brought_by(&part, absent),
        }
    }

    /// The smallest sets of people with whom a part of the owners' model is so, where everything
    /// else is there but for what is absent.
    pub fn brought_by(&self, part: &Part, absent: &BTreeSet<Thing>) -> Sets<PersonId> {
        let only_people = |thing: &Thing| match (absent.contains(thing), thing) {
            (true, _) => Some(false),
            (false, Thing::Person(_)) => None,
            (false, _) => Some(true),
        };
        persons(Solved::new(&self.owners.compile(part, &only_people)).sets(false))
    }

    /// The smallest coalitions that walk in: by [`Part::Account`], [`Part::Directory`] or both
    /// ([`Scope::Tenant`]).
    pub fn coalitions(&self, part: &Part) -> Sets<Agent> {
        Solved::new(&self.others.compile(part, &|_| None)).sets(false)
    }

    /// Who walks in alone, with how that counts; decided for each by itself, whatever the size of
    /// the model.
    pub fn walks_in_alone(&self, part: &Part, register: &Register) -> Vec<Single<Agent>> {
        let others = Evaluated::of(&self.others, part);
        let alone = others.leaves().filter(|one| others.holds(&|agent| agent == *one));
        let single = |what: &Agent| {
            let standing = accepted::of_agent(what, register, &self.inventory);
            Single { what: what.clone(), standing }
        };
        let mut alone: Vec<Single<Agent>> = alone.map(single).collect();
        alone.sort_by(|a, b| a.what.cmp(&b.what));
        alone
    }
}

fn persons(sets: Sets<Thing>) -> Sets<PersonId> {
    let person = |thing| match thing {
        Thing::Person(id) => Some(id),
        _ => None,
    };
    let Sets { count, sizes, listed, listed_to, bounded } = sets;
    let listed = listed.into_iter().map(|set| set.into_iter().filter_map(person).collect());
    Sets { count, sizes, listed: listed.collect(), listed_to, bounded }
}

/// A compiled model with its analysis.
struct Solved<'c, L> {
    compiled: &'c Compiled<L>,
    analysis: Option<Analysis>,
    /// Why there is none, or why no question is put to it.
    flaw: Option<String>,
}

impl<'c, L: Clone + Ord> Solved<'c, L> {
    fn new(compiled: &'c Compiled<L>) -> Self {
        match Analysis::of(&compiled.structure, compiled.top, ACCESS_STEPS_MAX) {
            Ok(analysis) => Self { compiled, analysis: Some(analysis), flaw: None },
            Err(flaw) => Self { compiled, analysis: None, flaw: Some(flaw.to_string()) },
        }
    }

    /// The minimal sets, all counted where that can be done, else the small ones alone.
    fn sets(&mut self, cuts: bool) -> Sets<L> {
        let mut bounded = self.flaw.clone();
        if let (Some(analysis), None) = (&mut self.analysis, &bounded) {
            let family = match cuts {
                true => analysis.blockers(),
                false => analysis.solutions().map(Some),
            };
            match family {
                Ok(Some(family)) => return self.counted(&family),
                Ok(None) => bounded = Some("the model holds a negation".into()),
                Err(limit) => {
                    // What is too large for one side is not tried again for the other.
                    bounded = Some(limit.to_string());
                    self.flaw.clone_from(&bounded);
                }
            }
        }
        self.small(cuts, bounded)
    }

    fn counted(&self, family: &Family) -> Sets<L> {
        let mut listed_to = LISTED_MAX;
        let mut bounded = None;
        let listed = loop {
            match family.up_to(listed_to, SETS_MAX) {
                Ok(listed) => break listed,
                Err(_) if listed_to > 0 => {
                    bounded = Some(format!("more than SETS_MAX ({SETS_MAX}) sets of {listed_to}"));
                    listed_to -= 1;
                }
                Err(_) => break Vec::new(),
            }
        };
        Sets {
            count: family.count(),
            sizes: family.orders().unwrap_or_default(),
            listed: self.named(listed),
            listed_to,
            bounded,
        }
    }

    /// The small sets alone, of a model that is too large to be solved.
    fn small(&self, cuts: bool, bounded: Option<String>) -> Sets<L> {
        let Compiled { structure, top, .. } = self.compiled;
        let found = (1..=LISTED_MAX).rev().find_map(|order| {
            Some((order, smallest(structure, *top, cuts, order, SETS_MAX).ok()?))
        });
        let (listed_to, listed) = found.unwrap_or_default();
        Sets { count: None, sizes: Vec::new(), listed: self.named(listed), listed_to, bounded }
    }

    fn named(&self, sets: Vec<Vec<Node>>) -> Vec<Vec<L>> {
        let leaf = |node: Node| self.compiled.leaves.get(&node).cloned();
        let mut named: Vec<Vec<L>> = sets
            .into_iter()
            .map(|set| {
                let mut set: Vec<L> = set.into_iter().filter_map(leaf).collect();
                set.sort_unstable();
                set
            })
            .collect();
        named.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
        named
    }

    /// The pairs with the product of their structural (Birnbaum) importances: where nobody knows
    /// probabilities, how many of all situations turn on each.
    fn pairs(&mut self, cuts: &Sets<L>) -> Vec<(Vec<L>, f64)> {
        let solved = self.analysis.as_mut().filter(|_| self.flaw.is_none());
        let importance = solved.and_then(|one| one.importance(|_| 0.5).ok()?);
        let leaf = |node: Node| self.compiled.leaves.get(&node);
        let importance: BTreeMap<&L, f64> = importance
            .into_iter()
            .flatten()
            .filter_map(|(node, importance)| Some((leaf(node)?, importance.birnbaum)))
            .collect();
        let rank = |set: &[L]| -> f64 {
            set.iter().map(|one| importance.get(one).copied().unwrap_or(0.0)).product()
        };
        let pairs = cuts.listed.iter().filter(|set| set.len() == 2);
        let mut ranked: Vec<(Vec<L>, f64)> = pairs.map(|set| (set.clone(), rank(set))).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        ranked
    }
}
