//! HTTP client of Microsoft Graph: tokens, retry, paging, and the reading of a snapshot.
//!
//! [`Client`] reads one tenant with the permissions of whoever signs in, and only reads.
//! [`read::read_snapshot`] asks for what a [`halligan_core::tenant::Snapshot`] holds and turns what
//! could not be read into gaps; [`read::OPERATIONS`] lists every request that it may send for that.
//! [`Client::evaluate`] asks Microsoft's own engine about one sign-in (What If).
//!
//! ```text
//! read  what to ask for, and what a refusal means for the snapshot
//! evaluate  What If: the only question that Graph takes as a POST
//! activity  the unified audit log, for tenants whose sign-ins Graph does not give
//! poll  the logs, round by round, for as long as nobody says stop
//! client  one read with a token; pages followed to the end, within one origin
//! batch  GETs that wait at the same time travel as one request, each judged on its own
//! token  sign-in of applications, Azure resources and persons; renewed before it expires
//! password  one attempt with a password, for the canary
//! transport  one request until there is an answer; sizes, times, what failed
//! patience, flow  when to send again; how many at a time
//! throttle  limits, Retry-After, one request per second for Conditional Access
//! ```

pub mod activity;
mod batch;
mod client;
mod endpoints;
mod evaluate;
mod flow;
mod form;
mod password;
mod patience;
pub mod poll;
mod problem;
pub mod read;
mod request;
mod secret;
mod stop;
mod text;
pub mod throttle;
mod token;
mod transport;
mod trust;

pub use client::{Client, Options, SetUpError};
pub use endpoints::{
    AZURE_RESOURCE_MANAGER, CLOUDS, Cloud, EndpointError, Endpoints, OFFICE_MANAGEMENT,
    OFFICE_MANAGEMENT_GCC,
};
pub use evaluate::{EVALUATE, EvaluateError};
pub use password::{Attempted, PASSWORD_CLIENT, PasswordAttempt, PasswordEndpoint};
pub use patience::{Reached, Waiting, Why};
pub use problem::{Problem, TokenRefusal, Trace};
pub use secret::{CertificateError, ClientCertificate, Credential, SecretText, SignIn};
pub use throttle::{Limits, Pace};
pub use token::azure_cli::{AZURE_CLI_TIMEOUT, AzureCli};
pub use token::federation::{AUDIENCE, AssertionSource, Federation, GitHubActions};
pub use token::managed::{
    MANAGED_IDENTITY_CONNECT_TIMEOUT, METADATA_SERVICE, ManagedEndpoint, ManagedIdentity,
};
pub use token::person::{
    Contact, Flow, Invitation, POLL_MIN, PUBLIC_CLIENT, Patience, Person, SIGN_IN_TIMEOUT,
    SLOW_DOWN, UNKNOWN_PERMISSIONS_MAX, read_permissions,
};
pub use token::{Identity, SignInProblem};
pub use transport::{Clock, Jitter};
pub use trust::{Trust, TrustError};
