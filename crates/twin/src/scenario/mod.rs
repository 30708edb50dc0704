//! Scenario files: a whole tenant as JSON, to be written by hand and kept under version control.
//!
//! ```json
//! {"format": "halligan.scenario", "version": 1,
//!  "tenant": {"id": "…", "displayName": "…", "licence": "P2", "domains": ["…"]},
//!  "users": [{"id": "…", "userPrincipalName": "…", "methods": []}],
//!  "groups": [{"id": "…", "displayName": "…", "members": ["…"], "owners": []}],
//!  "policies": [], "apps": []}
//! ```
//!
//! Objects are Graph's; members that are left out are as in a new object of the twin. Settings,
//! governance and applications have lists of their own, such as `accessReviews` and
//! `appRoleGrants`.

mod parts;
mod read;
mod write;

/// What the file's `format` says.
const FORMAT: &str = "halligan.scenario";
/// The member of a relationship that lists what hangs on it.
const ACCESS_ASSIGNMENTS: &str = "accessAssignments";
/// The version that is read and written.
const VERSION: u64 = 1;
/// The largest file that is read, in bytes.
const MAX_BYTES: usize = 256 * 1024 * 1024;

/// A file that is no scenario, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScenarioError {
    /// The file is larger than the limit.
    #[error("the scenario is larger than {limit} bytes (MAX_BYTES)")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The bytes are no JSON.
    #[error("no JSON at line {line}, column {column}: {what}")]
    Json {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the parser says.
        what: String,
    },
    /// A member is missing, of the wrong type, or says what cannot be.
    #[error("`{path}`: {what}")]
    Member {
        /// Where, such as `users[3].id`.
        path: String,
        /// What is wrong with it.
        what: String,
    },
}
