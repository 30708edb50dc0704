//! The simulated tenant: Microsoft Graph and its sign-in service over real HTTP and HTTPS.
//!
//! Demo, rehearsals and tests read a [`Directory`] through it the way they read the real service:
//! tokens are checked, permissions are enforced, pages end, limits bite, and what the
//! documentation does not allow is refused with the service's own error. A request walks through
//! `serve` (faults, authentication) → `operation` (the table) → `permission` → `query` (options) →
//! `throttle` → a handler in `areas` → `answer` (filter, page, select).
//!
//! The twin shares nothing with the client but Graph's JSON format (`halligan-wire`), so that it
//! does not inherit the client's mistakes.

mod answer;
mod app;
mod areas;
mod arm;
mod attempt;
mod batch;
mod clock;
mod cut;
mod directory;
mod draft;
mod error;
mod estate;
mod fault;
mod generate;
mod hosts;
mod licence;
mod login;
mod opening;
mod operation;
mod permission;
mod query;
mod random;
mod record;
mod running;
mod scenario;
mod serve;
pub mod story;
mod stream;
mod tenants;
mod throttle;
mod tls;
mod types;

pub use app::{App, Certificate, FederatedCredential, NoCertificate, Secret};
pub use attempt::{Attempt, Shown};
pub use directory::{
    Applications, DelegatedAdmin, DelegatedAdminRelationship, Directory, Governance, Group,
    Licence, LogRecord, Logs, MFA_STRENGTH, Object, PASSWORDLESS_STRENGTH,
    PHISHING_RESISTANT_STRENGTH, Settings, Unified, Unit, User,
};
pub use estate::{
    Consent, ESTATE_TENANTS_IN_MEMORY, ESTATE_TENANTS_MAX, Estate, EstateError, EstateTenant, Flaw,
};
pub use fault::{Fault, What, When};
pub use generate::Size;
pub use login::IDENTITY_HEADER;
pub use operation::{Version, operations};
pub use record::Exchange;
pub use running::{Options, Running, Twin, TwinError};
pub use scenario::ScenarioError;
pub use stream::Stream;
pub use throttle::Throttling;
pub use tls::is_twin_authority;
