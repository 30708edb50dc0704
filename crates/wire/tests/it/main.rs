//! Tests of the wire format against files written by others, and of snapshot files as a whole.
#![allow(missing_docs, unreachable_pub, reason = "a test crate has no readers of its interface")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "clippy.toml allows them in test functions, and helpers of tests are the same"
)]

mod ca_optics;
mod evaluate;
mod events;
mod exports;
mod full;
mod mutations;
mod samples;
mod schema;
mod settings;
mod shared;
mod snapshots;
mod whole;
