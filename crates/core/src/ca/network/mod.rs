//! Networks: what a sign-in's address, country and network mean to location conditions.
//!
//! [`Range`] reads what named locations hold. [`lies_in`] judges one named location and
//! [`matches()`] one location condition, both for one concrete [`Network`](super::Network), to be
//! read beside the documentation; what they cannot tell is a [`Doubt`]. [`classes()`] turns the
//! question around: it lists every kind of network that a set of conditions can tell apart, each
//! with one network to stand for it, so that a prover need not look at any other.

mod bits;
mod board;
mod choices;
mod classes;
mod condition;
mod countries;
mod doubt;
mod place;
mod range;
mod sweep;

pub use classes::{Class, NETWORK_CLASSES_MAX, Scope, TooMany, Truth, classes};
pub use condition::{is_mfa_trusted_ips, matches, needs_position};
pub use doubt::Doubt;
pub(crate) use place::is_alike;
pub use place::{is_trusted, lies_in};
pub use range::{Range, RangeError};

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
