//! Integration tests of the pure core.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot go on has failed, and one that counts says what"
)]

mod change;
mod controls;
mod free;
mod invariants;
mod mistyped;
mod prove;
mod report;
mod samples;
mod view;
mod what_if;
