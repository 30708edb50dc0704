//! The snapshot: what a tenant is, as far as it could be read.
//!
//! Every part is [`Part::Read`] with its time or a [`Gap`] with its reason, and every object keeps
//! the members that no type here knows ([`Unknown`]). `halligan-wire` reads and writes all of it;
//! nothing here knows JSON's spelling but the open enumerations.

mod account;
mod application;
mod directory;
mod governance;
mod group;
mod location;
mod method;
pub(crate) mod open;
mod part;
mod partner;
mod policy;
mod role;
mod setting;
mod snapshot;

use alloc::collections::BTreeMap;
use alloc::string::String;

pub use account::{Account, AccountState, Holder, Membership, User, UserType};
pub use application::{
    AppCredential, AppCredentialKind, AppRoleGrant, ApplicationRead, ApplicationState, ConsentType,
    DelegatedGrant, FederatedCredential, Registration, ServicePrincipal, ServicePrincipalKind,
    Watcher,
};
pub use directory::{AuthenticationType, Domain, Organization, SecurityDefaults};
pub use governance::{
    AccessReview, CatalogResource, LifecycleWorkflow, RecoveryJob, RecoveryProfile,
    RecoveryPurpose, ReviewDecision, WorkflowCategory,
};
pub use group::{Group, GroupRead, GroupState, GroupType, Member, ObjectKind};
pub use location::{CountryLookup, LocationKind, NamedLocation};
pub use method::{
    AttestationEnforcement, AttestationLevel, CombinationConfiguration, Enforcement, Feature,
    Fido2Settings, KeyRestrictions, Method, MethodConfiguration, MethodKind, MethodMode,
    MethodTarget, MethodsPolicy, Passkey, PasskeyProfile, PasskeyType, RegistrationCampaign,
    Strength, StrengthKind, TargetKind,
};
pub use part::{Gap, GapReason, Part, PartKind, PartName};
pub use partner::{DelegatedAdmin, DelegatedGroup, InboundTrust, Partner, RelationshipStatus};
pub use policy::{
    AppRef, Applications, ClientAppType, ClientApplications, CloudAppSecurity, Conditions,
    DeviceFilter, Devices, ExternalTenants, FilterMode, FrequencyInterval, GrantControl,
    GrantControls, GrantOperator, GroupRef, GuestKind, Guests, InsiderRisk, LocationRef, Locations,
    PersistentBrowser, Platform, Platforms, Policy, PolicyState, RiskLevel, RoleRef,
    SessionControls, SignInFrequency, TransferMethod, UserRef, Users,
};
pub use role::{
    Approver, AssignmentType, GroupAccess, GroupPolicy, MemberType, RoleAssignment, RoleDefinition,
    RoleDemand, RolePolicy, RoleRule, RoleSchedule,
};
pub use setting::{
    AdministrativeUnit, AuthenticationContext, AuthorizationPolicy, DiagnosticSetting,
    DirectorySync, FederatedMfa, Federation, PerUserMfa, ProtectedAction, SignInActivity,
};
pub use snapshot::{Snapshot, Source, TakePart};

/// Members of a JSON object that no type here knows, by name, as they were read.
///
/// Annotations (names with an `@`) are not members and are not kept.
pub type Unknown = BTreeMap<String, serde_json::Value>;

/// The names among `unknown` that say something: neither `null`, nor an empty list or object.
pub fn said(unknown: &Unknown) -> impl Iterator<Item = &str> {
    unknown.iter().filter(|(_, value)| !says_nothing(value)).map(|(name, _)| name.as_str())
}

fn says_nothing(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Null => true,
        serde_json::Value::Array(items) => items.is_empty(),
        serde_json::Value::Object(members) => members.values().all(says_nothing),
        _ => false,
    }
}
