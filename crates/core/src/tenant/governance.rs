//! What removes access without anybody asking: access reviews, lifecycle workflows, catalogs, jobs
//! of Entra Backup and Recovery, and profiles of self-service account recovery.

use alloc::string::String;
use alloc::vec::Vec;

use super::Unknown;
use super::open::open_enum;
use crate::id::Guid;
use crate::time::Timestamp;

/// An access review (`accessReviewScheduleDefinition`).
#[derive(Clone, Debug, PartialEq)]
pub struct AccessReview {
    /// The definition's id.
    pub id: Guid,
    /// Its name.
    pub display_name: Option<String>,
    /// Whether it runs, in the service's words (`InProgress`, `Completed`, …).
    pub status: Option<String>,
    /// What it reviews: the queries of its scopes, in no particular order. They hold the ids of
    /// groups, roles and applications.
    pub queries: Vec<String>,
    /// Whether decisions are carried out at its end without anybody asking.
    pub auto_apply: Option<bool>,
    /// What counts as decided when reviewers do not respond; `None` when not said.
    pub default_decision: Option<ReviewDecision>,
    /// Whether the default decision counts at all.
    pub default_decision_enabled: Option<bool>,
    /// When its series ends; `None` for never or not said.
    pub end: Option<Timestamp>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

open_enum! {
    /// What counts as decided when reviewers do not respond.
    pub enum ReviewDecision {
        /// Nothing changes.
        None = "None",
        /// Access stays.
        Approve = "Approve",
        /// Access is removed.
        Deny = "Deny",
        /// The service decides, by last sign-in.
        Recommendation = "Recommendation",
    }

    /// What a lifecycle workflow is for.
    pub enum WorkflowCategory {
        /// For those who join.
        Joiner = "joiner",
        /// For those who leave.
        Leaver = "leaver",
        /// For those who move.
        Mover = "mover",
    }
}

/// A lifecycle workflow.
#[derive(Clone, Debug, PartialEq)]
pub struct LifecycleWorkflow {
    /// Its id.
    pub id: Guid,
    /// Its name.
    pub display_name: Option<String>,
    /// Joiner, leaver or mover.
    pub category: Option<WorkflowCategory>,
    /// Whether it is on.
    pub is_enabled: Option<bool>,
    /// Whether it runs by itself.
    pub is_scheduled: Option<bool>,
    /// The rule that says whom it concerns; `None` where its conditions are of another kind.
    pub scope_rule: Option<String>,
    /// What triggers it, by the attribute or group that its trigger names.
    pub trigger: Option<String>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// A group as a resource of a catalog (entitlement management): access packages can fill it.
#[derive(Clone, Debug, PartialEq)]
pub struct CatalogResource {
    /// The resource's id in the catalog.
    pub id: Guid,
    /// Its name there.
    pub display_name: Option<String>,
    /// The group's object id.
    pub origin: Option<String>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// A job of Entra Backup and Recovery, which changes many objects at once.
#[derive(Clone, Debug, PartialEq)]
pub struct RecoveryJob {
    /// Its id.
    pub id: String,
    /// `true` for a job that changes objects, `false` for a preview; `None` when not said.
    pub is_recovery: Option<bool>,
    /// Where it stands, in the service's words.
    pub status: Option<String>,
    /// When it started.
    pub started: Option<Timestamp>,
    /// When it ended; `None` while it runs.
    pub ended: Option<Timestamp>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// A Verified ID profile; those with the purpose `recovery` are self-service account recovery.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/verifiedidprofile>.
#[derive(Clone, Debug, PartialEq)]
pub struct RecoveryProfile {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// Whether it is on.
    pub is_enabled: bool,
    /// What it may be used for.
    pub purposes: Vec<RecoveryPurpose>,
    /// Whether every purpose is switched to evaluation only.
    pub is_test_only: bool,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

open_enum! {
    /// What a Verified ID profile may be used for.
    pub enum RecoveryPurpose {
        /// Getting an account back without its credentials.
        Recovery = "recovery",
        /// Getting the first credential of an account.
        Onboarding = "onboarding",
        /// Both.
        All = "all",
    }
}
