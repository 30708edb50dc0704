//! The app as a whole: twin, client and checks together, and the folders that others exported.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests fail by panicking, and say aloud what they skip"
)]

mod assessment;
mod bad_input;
mod examples;
mod exchanges;
mod exported;
mod faults;
#[path = "../../../twin/tests/it/openapi.rs"]
mod openapi;
mod story;
