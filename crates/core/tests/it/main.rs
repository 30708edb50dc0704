//! Integration tests of the pure core.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
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
