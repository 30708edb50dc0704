//! Checks: what must hold, judged on a register and a snapshot.
//!
//! A check is one file under `exit`, `keys`, `lock` or `estate` with a [`Check`] constant: what it
//! reads, why it matters, how to mend it, and samples that it passes and fails. It judges by
//! making [`Statement`]s, and the outcome follows from them by one rule ([`Outcome`]): anything
//! broken fails, anything unknown is a gap, and nothing examined is a gap too, so that no check
//! can pass on empty.

mod applications;
mod context;
mod controls;
mod demand;
mod estate;
mod exit;
mod keys;
mod lock;
mod mending;
mod outcome;
mod powers;
mod registry;
pub mod sample;
mod view;

pub(crate) use crate::ca::{Hit, Standing, holdings};
pub use context::{Context, Ledger};
pub use controls::{Control, Framework};
pub(crate) use demand::{Demand, demand};
pub(crate) use lock::tells;
pub use mending::Mending;
pub use outcome::{Judgement, Outcome, State, Statement, Subject};
pub use registry::{
    Check, CheckResult, Family, Link, Registry, RegistryError, Remedy, Severity, run,
};
pub use sample::{Case, Expect, Sample};

/// Every check of this version, in the order of their ids within each family.
pub const ALL: &[&Check] = &[
    &exit::accounts_exist::CHECK,
    &exit::two_accounts::CHECK,
    &exit::sign_in_allowed::CHECK,
    &exit::cloud_only::CHECK,
    &exit::initial_domain::CHECK,
    &exit::global_administrator::CHECK,
    &exit::role_fate::CHECK,
    &exit::restricted_unit::CHECK,
    &exit::not_blocked::CHECK,
    &exit::exempt_as_declared::CHECK,
    &exit::one_step_away::CHECK,
    &exit::security_defaults::CHECK,
    &exit::portals::CHECK,
    &exit::strength_policy::CHECK,
    &exit::lifecycle_workflows::CHECK,
    &exit::access_reviews::CHECK,
    &exit::approvers::CHECK,
    &exit::permanent_administrators::CHECK,
    &exit::no_person::CHECK,
    &exit::per_user_mfa::CHECK,
    &exit::last_sign_in::CHECK,
    &keys::password_expiry::CHECK,
    &keys::two_keys::CHECK,
    &keys::key_works::CHECK,
    &keys::passkey_policy::CHECK,
    &keys::password::CHECK,
    &keys::private_methods::CHECK,
    &keys::self_service_reset::CHECK,
    &keys::registration_prompt::CHECK,
    &keys::certificate::CHECK,
    &keys::common_cause::CHECK,
    &keys::account_recovery::CHECK,
    &keys::temporary_pass::CHECK,
    &keys::custody_record::CHECK,
    &keys::no_single::CHECK,
    &keys::nobody_alone::CHECK,
    &keys::kept_apart::CHECK,
    &keys::seen_lately::CHECK,
    &keys::leavers::CHECK,
    &keys::reached_outside::CHECK,
    &keys::azure_root::CHECK,
    &lock::group_kind::CHECK,
    &lock::group_members::CHECK,
    &lock::group_owners::CHECK,
    &lock::group_reach::CHECK,
    &lock::group_eligibilities::CHECK,
    &lock::telling_names::CHECK,
    &lock::group_schedules::CHECK,
    &lock::group_catalogs::CHECK,
    &lock::group_surroundings::CHECK,
    &lock::look_alikes::CHECK,
    &lock::known_administrators::CHECK,
    &lock::administrator_kinds::CHECK,
    &lock::role_groups::CHECK,
    &lock::application_permissions::CHECK,
    &lock::application_demands::CHECK,
    &lock::delegated_grants::CHECK,
    &lock::application_credentials::CHECK,
    &lock::foreign_applications::CHECK,
    &lock::application_owners::CHECK,
    &lock::access_pass::CHECK,
    &lock::federated_mfa::CHECK,
    &lock::takeover_by_sync::CHECK,
    &lock::inbound_trust::CHECK,
    &lock::service_providers::CHECK,
    &lock::watcher_reads::CHECK,
    &lock::watcher_access::CHECK,
    &estate::administrator_count::CHECK,
    &estate::dead_references::CHECK,
    &estate::hidden_policies::CHECK,
    &estate::unknown_conditions::CHECK,
    &estate::completeness::CHECK,
    &estate::licences::CHECK,
    &estate::unneeded_permissions::CHECK,
    &estate::protected_actions::CHECK,
    &estate::deleted_policies::CHECK,
    &estate::recovery_jobs::CHECK,
    &estate::delegated_admins::CHECK,
    &estate::diagnostic_settings::CHECK,
];
