//! Minimal solutions of monotone structures, counted exactly.
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

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
pub use family::{Family, TooMany};
pub use small::{Unlisted, minimal, smallest};
pub use structure::{Flaw, Gate, NODES_MAX, Node, Structure};
