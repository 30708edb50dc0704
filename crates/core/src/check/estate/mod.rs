//! The tenant around the back door, and how well it could be read.

pub(super) mod administrator_count;
pub(super) mod completeness;
pub(super) mod dead_references;
pub(super) mod hidden_policies;
pub(super) mod licences;
pub(super) mod unknown_conditions;
