//! Structures that say nothing, and those that are too large.

use halligan_bdd::{
    Analysis, Flaw, Gate, NODES_MAX, Node, Structure, TooLarge, TooMany, Unlisted, VARIABLES_MAX,
    minimal, smallest,
};

#[test]
fn a_circle_is_named_in_its_order() {
    let mut structure = Structure::new();
    let event = structure.event();
    let [one, two, three] = [(); 3].map(|()| structure.declare());
    structure.define(one, Gate::Any(vec![event, two])).unwrap();
    structure.define(two, Gate::All(vec![event, three])).unwrap();
    structure.define(three, Gate::Not(two)).unwrap();
    let flaw = Analysis::of(&structure, one, 1_000).unwrap_err();
    assert_eq!(flaw, Flaw::Cycle(vec![two, three]));
    assert_eq!(flaw.to_string(), "nodes stand on each other in a circle: 2 3");
    // A node that stands on itself.
    let alone = structure.declare();
    structure.define(alone, Gate::All(vec![alone])).unwrap();
    assert_eq!(structure.below(alone), Err(Flaw::Cycle(vec![alone])));
}

#[test]
fn what_is_not_defined_or_foreign_or_defined_twice_is_named() {
    let mut structure = Structure::new();
    let open = structure.declare();
    let top = structure.gate(Gate::All(vec![open]));
    assert_eq!(structure.below(top), Err(Flaw::Undefined(open)));
    structure.define(open, Gate::Any(Vec::new())).unwrap();
    assert_eq!(structure.define(open, Gate::Any(Vec::new())), Err(Flaw::Redefined(open)));
    let other = Structure::new();
    assert_eq!(other.below(top), Err(Flaw::Foreign(top)));
    assert_eq!(other.is_coherent(top), Err(Flaw::Foreign(top)));
    let event = structure.event();
    assert_eq!(structure.define(event, Gate::All(Vec::new())), Err(Flaw::Redefined(event)));
}

#[test]
fn a_structure_has_so_many_nodes_and_no_more() {
    let mut structure = Structure::new();
    let top = structure.event();
    (1..NODES_MAX).for_each(|_| _ = structure.event());
    assert!(structure.below(top).is_ok());
    structure.event();
    assert_eq!(structure.below(top), Err(Flaw::TooManyNodes));
}

/// Gates as deep as structures may be: nothing here recurses over gates.
#[test]
fn a_deep_chain_is_walked_without_a_deep_stack() {
    let mut structure = Structure::new();
    let (first, second) = (structure.event(), structure.event());
    let mut top = first;
    for number in 0..100_000 {
        let args = vec![top, second];
        top = structure.gate(if number % 2 == 0 { Gate::All(args) } else { Gate::Any(args) });
    }
    let mut analysis = Analysis::of(&structure, top, 1_000_000).unwrap();
    assert_eq!(analysis.solutions().unwrap().up_to(9, 9).unwrap(), [[second]]);
}

/// "Any two of each pair of neighbours" over a grid: no order of its events is good.
fn grid(side: usize) -> (Structure, Node) {
    let mut structure = Structure::new();
    let events: Vec<Node> = (0..side * side).map(|_| structure.event()).collect();
    let mut gates = Vec::new();
    for at in 0..side * side {
        for next in [at + 1, at + side] {
            let is_neighbour = next < side * side && (next != at + 1 || next % side != 0);
            if is_neighbour {
                gates.push(structure.gate(Gate::All(vec![events[at], events[next]])));
            }
        }
    }
    let top = structure.gate(Gate::AtLeast(3, gates));
    (structure, top)
}

#[test]
fn what_blows_up_ends_with_the_limit_and_its_smallest_sets_are_listed() {
    let (structure, top) = grid(8);
    let mut analysis = Analysis::of(&structure, top, 2_000).unwrap();
    let refused = analysis.solutions().unwrap_err();
    assert_eq!(refused, TooLarge::Steps(2_000));
    let expected = "no order of the events solves the structure in 2000 steps";
    assert_eq!(refused.to_string(), expected);
    assert_eq!(analysis.probability(|_| 0.5), Err(TooLarge::Steps(2_000)));
    // Four events in a square hold four pairs of neighbours, no three events hold three.
    assert_eq!(smallest(&structure, top, false, 3, 100_000).unwrap(), Vec::<Vec<Node>>::new());
    let few = smallest(&structure, top, false, 4, 200_000).unwrap();
    assert!(few.iter().all(|set| set.len() == 4), "{few:?}");
    assert_eq!(smallest(&structure, top, false, 4, 20), Err(Unlisted::TooMany(TooMany(20))));
    // With room it is solved, and the list is the same.
    let mut analysis = Analysis::of(&structure, top, 20_000_000).unwrap();
    let solved = analysis.solutions().unwrap();
    assert_eq!(solved.up_to(4, 200_000).unwrap(), few);
    assert_eq!(solved.up_to(4, 20), Err(TooMany(20)));
}

#[test]
fn too_many_events_that_hang_together_are_counted() {
    let mut structure = Structure::new();
    let events: Vec<Node> = (0..=VARIABLES_MAX).map(|_| structure.event()).collect();
    let pairs: Vec<Node> =
        events.windows(2).map(|pair| structure.gate(Gate::All(pair.to_vec()))).collect();
    let top = structure.gate(Gate::Any(pairs));
    let mut analysis = Analysis::of(&structure, top, 1_000_000).unwrap();
    let count = VARIABLES_MAX + 1;
    assert_eq!(analysis.solutions().unwrap_err(), TooLarge::Variables(count));
    assert_eq!(smallest(&structure, top, false, 2, 5_000).unwrap().len(), VARIABLES_MAX);
    // As many as may be are solved, on the stack of a test.
    let fewer = events[..VARIABLES_MAX].windows(2);
    let pairs: Vec<Node> = fewer.map(|pair| structure.gate(Gate::All(pair.to_vec()))).collect();
    let top = structure.gate(Gate::Any(pairs));
    let mut analysis = Analysis::of(&structure, top, 10_000_000).unwrap();
    assert_eq!(analysis.solutions().unwrap().count(), Some(VARIABLES_MAX as u128 - 1));
}

#[test]
fn a_negation_has_no_blockers_and_no_list() {
    let mut structure = Structure::new();
    let event = structure.event();
    let top = structure.gate(Gate::Not(event));
    let mut analysis = Analysis::of(&structure, top, 1_000).unwrap();
    assert!(!analysis.is_coherent());
    assert_eq!(analysis.blockers().map(|found| found.is_none()), Ok(true));
    // Nothing has to be true for it.
    assert_eq!(analysis.solutions().unwrap().up_to(1, 9).unwrap(), [Vec::<Node>::new()]);
    assert_eq!(smallest(&structure, top, false, 3, 9), Err(Unlisted::NotCoherent));
}

#[test]
fn of_several_lists_the_smallest_sets_stay() {
    let sets = [vec![1, 2, 3], vec![4, 5], vec![2, 3], vec![6], vec![4, 5, 6], vec![2, 3], vec![]];
    assert_eq!(minimal(sets.clone()), [Vec::<i32>::new()]);
    assert_eq!(minimal(sets[..6].to_vec()), [vec![6], vec![2, 3], vec![4, 5]]);
    assert_eq!(minimal(Vec::<Vec<u8>>::new()), Vec::<Vec<u8>>::new());
}
