//! The client against small servers on loopback.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail by panicking, as tests do"
)]

mod batch;
mod endurance;
mod refusals;
mod service;
mod snapshot;
mod tenant;
mod tls;
mod token;
mod transport;
