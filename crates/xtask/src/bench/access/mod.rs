//! The figures of the issue `Access`: who gets in and what locks out, for made tenants and for
//! fault trees of others.

mod made;
mod trees;

use std::process;

use halligan_bdd::{Analysis, STEPS_MAX, minimal};

use super::measure::work;
use super::read::peak_bytes;
use super::{Goal, Row, met, table};
use crate::repository::Repository;
use made::{Estate, Made};

/// The most memory that an estate may take.
const MEMORY_BYTES_MAX: u64 = 1_000_000_000;

/// How many sets a made tenant may have up to the size that is listed.
const SETS_MAX: usize = 100_000;

/// Measures, and prints two Markdown tables; `false` when a `must` is missed.
pub(super) fn run(repository: &Repository) -> Result<bool, String> {
    let rows = measure();
    print!("{}", table(&rows));
    println!();
    let is_small = say_memory(peak_bytes(process::id()));
    let is_met = rows.iter().all(|row| met(row) != Some(false));
    Ok(trees::run(repository)? && is_met && is_small)
}

/// Says what the process held at most for all of the above, the estate with its thousand tenants
/// among it; `false` when that is too much.
fn say_memory(peak: Option<u64>) -> bool {
    let Some(peak) = peak else {
        println!("Peak memory so far: the system does not tell.\n");
        return true;
    };
    let is_met = peak < MEMORY_BYTES_MAX;
    let word = if is_met { "met" } else { "**missed**" };
    println!("Peak memory so far: {} MiB (must: under 1 GB): {word}.\n", peak >> 20);
    is_met
}

fn measure() -> Vec<Row> {
    let small = Made::tenant(12, 3, 1);
    let large = Made::tenant(30, 6, 2);
    let estate = Estate::new(1_000, 3);
    vec![
        Row {
            name: "path and cut sets, a tenant of 12 people in 3 offices",
            goal: Goal::Must(2.0),
            figure: Ok(work(|| solve(&small))),
        },
        Row {
            name: "path and cut sets, a tenant of 30 people in 6 offices",
            goal: Goal::Must(5.0),
            figure: Ok(work(|| solve(&large))),
        },
        Row {
            name: "cut sets up to 3 of an estate, 1,000 tenants that share people and places",
            goal: Goal::Must(5_000.0),
            figure: Ok(work(|| estate_cuts(&estate).map(|sets| sets.len()))),
        },
    ]
}

/// How many path sets and cut sets a tenant has.
fn solve(made: &Made) -> Option<(u128, u128)> {
    let mut analysis = Analysis::of(&made.structure, made.top, STEPS_MAX).ok()?;
    let paths = analysis.solutions().ok()?.count()?;
    let cuts = analysis.blockers().ok()??.count()?;
    Some((paths, cuts))
}

/// What of at most three things locks out some tenant of an estate.
fn estate_cuts(estate: &Estate) -> Option<Vec<Vec<u32>>> {
    let mut all: Vec<Vec<u32>> = Vec::new();
    for made in &estate.tenants {
        let mut analysis = Analysis::of(&made.structure, made.top, STEPS_MAX).ok()?;
        let cuts = analysis.blockers().ok()??.up_to(3, SETS_MAX).ok()?;
        for set in cuts {
            let mut things: Vec<u32> =
                set.iter().filter_map(|event| made.things.get(event).copied()).collect();
            things.sort_unstable();
            all.push(things);
        }
    }
    Some(minimal(all))
}

#[cfg(test)]
mod tests {
    use super::*;
    use halligan_bdd::smallest;

    #[test]
    fn made_tenants_are_what_they_are_called() {
        let made = Made::tenant(12, 3, 1);
        let (paths, cuts) = solve(&made).unwrap();
        assert!(paths > 100 && cuts > 100, "{paths} {cuts}");
        let mut analysis = Analysis::of(&made.structure, made.top, STEPS_MAX).unwrap();
        let singles = analysis.blockers().unwrap().unwrap().up_to(1, 100).unwrap();
        // The service and the tenant itself, and nothing else.
        assert_eq!(singles.len(), 2);
        assert_eq!(smallest(&made.structure, made.top, true, 1, SETS_MAX), Ok(singles));
        assert!(analysis.solutions().unwrap().up_to(1, 100).unwrap().is_empty());
    }

    #[test]
    fn what_an_estate_shares_is_one_thing() {
        let estate = Estate::new(3, 5);
        let cuts = estate_cuts(&estate).unwrap();
        // The service once, and each tenant itself.
        let singles: Vec<_> = cuts.iter().filter(|set| set.len() == 1).collect();
        assert_eq!(singles.len(), 4, "{singles:?}");
        let things: usize = estate.tenants.iter().map(|made| made.things.len()).sum();
        let mut different: Vec<u32> =
            estate.tenants.iter().flat_map(|made| made.things.values().copied()).collect();
        different.sort_unstable();
        different.dedup();
        assert!(different.len() < things, "{} of {things}", different.len());
    }
}
