//! What makes something happen, and what prevents it: minimal solutions of structures, found by
//! decision diagrams and counted exactly.
//!
//! A [`Structure`] says of which [events](Structure::event) a top is true, through gates: all of,
//! any of, at least *k* of, not. An [`Analysis`] finds its minimal *solutions*, the smallest sets
//! of events that make it true, and its minimal *blockers*, the smallest sets of events without
//! which it is false. Of a fault tree ("the owners are locked out") these are its minimal cut sets
//! and path sets; of an access structure ("somebody gets in"), its path sets and cut sets. There
//! may be very many: a [`Family`] counts them, tells sizes, and lists the small ones.
//!
//! ```
//! use halligan_bdd::{Analysis, Gate, STEPS_MAX, Structure};
//!
//! // A key and its PIN open the door, and so does the janitor; two of three people know the PIN.
//! let mut structure = Structure::new();
//! let [key, janitor] = [(); 2].map(|()| structure.event());
//! let people = [(); 3].map(|()| structure.event());
//! let pin = structure.gate(Gate::AtLeast(2, people.to_vec()));
//! let with_key = structure.gate(Gate::All(vec![key, pin]));
//! let door = structure.gate(Gate::Any(vec![with_key, janitor]));
//!
//! let mut analysis = Analysis::of(&structure, door, STEPS_MAX)?;
//! let solutions = analysis.solutions()?;
//! assert_eq!(solutions.count(), Some(4));
//! // The janitor is a hole in the lock.
//! assert_eq!(solutions.up_to(1, 100)?, [[janitor]]);
//! // Nobody alone locks everybody out.
//! let blockers = analysis.blockers()?.ok_or("a negation")?;
//! assert!(blockers.up_to(1, 100)?.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! How it is done: the structure becomes a graph without constants and doubles, and is taken apart
//! into modules, gates of which nothing below is used elsewhere. Each module is solved by itself,
//! with several orders of its variables in turn, a few steps for each and more in the next round,
//! and in two ways: a binary decision diagram whose minimal solutions are then taken, or families
//! of solutions from the leaves on. Nothing here depends on time, memory addresses or luck: the
//! same structure gives the same answer in the same number of steps.
#![no_std]

extern crate alloc;

mod analysis;
mod bdd;
mod chance;
mod family;
mod graph;
mod modules;
mod order;
mod part;
mod small;
mod solve;
mod structure;
mod table;
mod zbdd;

pub use analysis::{Analysis, STEPS_MAX, TooLarge, VARIABLES_MAX};
pub use chance::Importance;
pub use family::{Family, TooMany};
pub use small::{JOINS_MAX, Unlisted, minimal, smallest};
pub use structure::{Flaw, Gate, NODES_MAX, Node, Structure};
