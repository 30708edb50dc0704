//! The client against small servers on loopback.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests fail by panicking, as tests do, and say what they skip"
)]

mod activity;
mod batch;
mod described;
mod endurance;
mod evaluate;
mod followed;
mod owners;
mod password;
mod refusals;
mod service;
mod snapshot;
mod tenant;
mod tls;
mod token;
mod transport;
