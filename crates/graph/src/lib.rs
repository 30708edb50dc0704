//! HTTP client of Microsoft Graph: tokens, retry, paging, and the reading of a snapshot.
//!
//! [`Client`] reads one tenant with the permissions of one application, and only reads.
//! [`read::read_snapshot`] asks for what a [`halligan_core::tenant::Snapshot`] holds and turns what
//! could not be read into gaps; [`read::OPERATIONS`] lists every request that it may send.
//!
//! ```text
//! read  what to ask for, and what a refusal means for the snapshot
//! client  one GET with a token; pages followed to the end, within one origin
//! token  client credentials: secret or PS256 assertion; renewed before it expires
//! transport  one request until there is an answer; sizes, times, what failed
//! throttle  back-off, Retry-After, one request per second for Conditional Access
//! ```

mod client;
mod endpoints;
mod form;
mod problem;
pub mod read;
mod secret;
mod text;
pub mod throttle;
mod token;
mod transport;

pub use client::{Client, Options, SetUpError};
pub use endpoints::{AZURE_RESOURCE_MANAGER, EndpointError, Endpoints};
pub use problem::{Problem, TokenRefusal, Trace};
pub use secret::{CertificateError, ClientCertificate, Credential, SecretText};
pub use throttle::{Limits, Pace};
pub use transport::Clock;
