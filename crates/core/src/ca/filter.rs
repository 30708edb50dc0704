//! Device filter rules.
