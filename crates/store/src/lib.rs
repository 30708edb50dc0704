//! The store of Halligan: where streams of facts are kept.
//!
//! What a stream is and means is `halligan_core::stream`'s; an engine keeps its lines, and answers
//! for durability, for one writer at a time, and for "all of an append or nothing of it". The trait
//! is [`Streams`]; [`run()`] carries one command through it: read, fold, decide, append.
//!
//! - [`mod@file`] is a folder with a file of lines per stream: no server, readable by eye,
//!   verifiable with `sha256sum` (docs/reference/stream-format.md).
//!
//! Every engine passes the one suite in `conformance` (feature `conformance`).
//!
//! Everything here blocks. A command of the terminal has nothing else to do meanwhile, a daemon has
//! threads for blocking work, and an engine that could only be called from within a runtime could
//! not be called without one.

#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod error;
pub mod file;
mod run;
mod streams;

pub use error::StoreError;
pub use run::{RUN_ATTEMPTS_MAX, Ran, RunError, run};
pub use streams::{Appended, History, Listed, Repair, Streams, Torn};
