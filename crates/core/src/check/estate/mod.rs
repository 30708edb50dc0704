//! The tenant around the back door, and how well it could be read.

pub(super) mod administrator_count;
pub(super) mod completeness;
pub(super) mod dead_references;
pub(super) mod delegated_admins;
pub(super) mod deleted_policies;
pub(super) mod diagnostic_settings;
pub(super) mod hidden_policies;
pub(super) mod licences;
pub(super) mod protected_actions;
pub(super) mod recovery_jobs;
pub(super) mod unknown_conditions;
pub(super) mod unneeded_permissions;
