//! Failures.

use alloc::vec::Vec;

/// A failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure;

/// A cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut(pub Vec<Failure>);
