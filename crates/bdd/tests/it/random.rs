//! Random structures against brute force and Berge's transversals.

use halligan_bdd::{Analysis, Gate, Node, STEPS_MAX, Structure, smallest};
use proptest::prelude::*;

use crate::brute::{Oracle, transversals};

/// How a gate is written: its kind, `k`, and where its args are taken from.
type Written = (u8, usize, Vec<usize>);

fn written(negations: bool) -> impl Strategy<Value = (usize, Vec<Written>)> {
    let kinds = if negations { 0..8_u8 } else { 0..7_u8 };
    let gate = (kinds, 0..5_usize, prop::collection::vec(0..1_000_usize, 0..6));
    (1..=9_usize, prop::collection::vec(gate, 1..14))
}

/// Builds what was written: args are nodes that exist already, the last gate is the top.
fn build(events: usize, gates: &[Written]) -> (Structure, Node) {
    let mut structure = Structure::new();
    let mut nodes: Vec<Node> = (0..events).map(|_| structure.event()).collect();
    for (kind, least, args) in gates {
        // Recent nodes are likelier, so that the structure is deep.
        let pick = |at: &usize| nodes[nodes.len() - 1 - at % nodes.len().min(6 + at % 7)];
        let args: Vec<Node> = args.iter().map(pick).collect();
        let gate = match (kind, args.first()) {
            (0..=2, _) => Gate::All(args),
            (3..=5, _) => Gate::Any(args),
            (7, Some(arg)) => Gate::Not(*arg),
            _ => Gate::AtLeast(*least, args),
        };
        nodes.push(structure.gate(gate));
    }
    (structure, nodes[nodes.len() - 1])
}

/// A probability of its own for each event.
fn chance(event: Node) -> f64 {
    0.05 + 0.9 * ((event.number() * 7 + 3) % 11) as f64 / 11.0
}

fn is_close(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-9
}

/// Everything that an analysis says, against the oracles.
fn check(structure: &Structure, top: Node) {
    let oracle = Oracle::of(structure, top);
    let mut analysis = Analysis::of(structure, top, STEPS_MAX).unwrap();
    let expected = oracle.solutions();
    let solutions = analysis.solutions().unwrap();
    assert_eq!(solutions.up_to(usize::MAX, 100_000).unwrap(), expected);
    assert_eq!(solutions.count(), Some(expected.len() as u128));
    assert_eq!(solutions.is_empty(), expected.is_empty());
    for order in 0..4 {
        let small: Vec<_> = expected.iter().filter(|set| set.len() <= order).cloned().collect();
        assert_eq!(solutions.up_to(order, 100_000).unwrap(), small);
    }
    for (size, count) in solutions.orders().unwrap() {
        assert_eq!(expected.iter().filter(|set| set.len() == size).count() as u128, count);
    }
    for event in &oracle.events {
        let with = expected.iter().filter(|set| set.contains(event)).count();
        assert_eq!(solutions.count_with(*event), Some(with as u128));
    }
    let probability = analysis.probability(chance).unwrap();
    assert!(is_close(probability, oracle.chance(chance, |mask| oracle.truths[mask])));
    let blockers = analysis.blockers().unwrap();
    assert_eq!(blockers.is_some(), structure.is_coherent(top).unwrap());
    let Some(blockers) = blockers else {
        assert_eq!(analysis.importance(chance), Ok(None));
        return;
    };
    let blocking = blockers.up_to(usize::MAX, 100_000).unwrap();
    assert_eq!(blocking, oracle.blockers());
    assert_eq!(blocking, transversals(&expected));
    assert_eq!(expected, transversals(&blocking));
    for order in 0..4 {
        let few = |sets: &[Vec<Node>]| -> Vec<Vec<Node>> {
            sets.iter().filter(|set| set.len() <= order).cloned().collect()
        };
        assert_eq!(smallest(structure, top, false, order, 10_000).unwrap(), few(&expected));
        assert_eq!(smallest(structure, top, true, order, 10_000).unwrap(), few(&blocking));
    }
    check_importance(&mut analysis, &oracle, &expected);
}

fn check_importance(analysis: &mut Analysis, oracle: &Oracle, solutions: &[Vec<Node>]) {
    let top = oracle.chance(chance, |mask| oracle.truths[mask]);
    let found = analysis.importance(chance).unwrap().unwrap();
    for (at, event) in oracle.events.iter().enumerate() {
        let bit = 1 << at;
        let with = oracle.chance(chance, |mask| oracle.truths[mask | bit]);
        let without = oracle.chance(chance, |mask| oracle.truths[mask & !bit]);
        let Some((_, importance)) = found.iter().find(|(one, _)| one == event) else {
            assert!(is_close(with, without), "{event:?} matters");
            continue;
        };
        assert!(is_close(importance.birnbaum, with - without), "{event:?} {importance:?}");
        let criticality = (with - without) * chance(*event) / top;
        assert!(is_close(importance.criticality, criticality), "{event:?} {importance:?}");
        let masks: Vec<usize> = solutions
            .iter()
            .filter(|set| set.contains(event))
            .map(|set| set.iter().map(|one| 1 << oracle.events.binary_search(one).unwrap()).sum())
            .collect();
        let held = oracle.chance(chance, |mask| masks.iter().any(|one| one & mask == *one));
        assert!(is_close(importance.fussell_vesely, held / top), "{event:?} {importance:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn coherent_structures_agree((events, gates) in written(false)) {
        let (structure, top) = build(events, &gates);
        check(&structure, top);
    }

    #[test]
    fn structures_with_negations_agree((events, gates) in written(true)) {
        let (structure, top) = build(events, &gates);
        check(&structure, top);
    }
}

/// Fourteen events, as many as brute force looks through.
#[test]
fn a_large_random_structure_agrees() {
    let mut throws: u64 = 0x2545_f491_4f6c_dd1d;
    let mut throw = |below: usize| {
        throws ^= throws << 13;
        throws ^= throws >> 7;
        throws ^= throws << 17;
        (throws >> 20) as usize % below
    };
    for _ in 0..12 {
        let mut structure = Structure::new();
        let mut nodes: Vec<Node> = (0..14).map(|_| structure.event()).collect();
        for _ in 0..16 {
            let args = (0..2 + throw(4)).map(|_| nodes[throw(nodes.len())]).collect();
            let gate = match throw(5) {
                0 | 1 => Gate::All(args),
                2 | 3 => Gate::Any(args),
                _ => Gate::AtLeast(2, args),
            };
            nodes.push(structure.gate(gate));
        }
        let top = structure.gate(Gate::AtLeast(2, nodes[20..].to_vec()));
        check(&structure, top);
    }
}
