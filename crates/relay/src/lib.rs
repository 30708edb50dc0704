//! The wires out of Halligan: bytes only, one folder per channel.
//!
//! A channel takes a finished text and says of each recipient whether it was taken. It knows
//! nothing of tenants and checks, decides nothing about who is told what, and keeps nothing.
//!
//! - [`smtp`] hands mail to a submission server.

mod host;
mod login;
mod readable;
pub mod smtp;
mod trust;

pub use login::Login;
pub use trust::{Authorities, Trust, TrustError};
