//! The wires of Halligan, out and in: bytes only, one folder per channel.
//!
//! A channel takes a finished text and says of each recipient whether it was taken, or hands over
//! what came and is told when it is safe elsewhere. It knows nothing of tenants and checks, decides
//! nothing about who is told what, and keeps nothing.
//!
//! - [`smtp`] hands mail to a submission server.
//! - [`kafka`] reads topics of Kafka brokers and of Azure Event Hubs; the client is a feature.

mod host;
pub mod kafka;
mod login;
mod readable;
pub mod smtp;
mod trust;

pub use login::Login;
pub use trust::{Authorities, Trust, TrustError};
