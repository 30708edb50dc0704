//! The snapshot: what a tenant is, as far as it could be read.
//!
//! Every part is [`Part::Read`] with its time or a [`Gap`] with its reason, and every object keeps
//! the members that no type here knows ([`Unknown`]). `halligan-wire` reads and writes all of it;
//! nothing here knows JSON's spelling but the open enumerations.

mod account;
mod directory;
mod group;
mod location;
mod method;
pub(crate) mod open;
mod part;
mod parts;
mod policy;
mod role;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

pub use account::{Account, AccountState, Membership, User, UserType};
pub use directory::{AuthenticationType, Domain, Organization, SecurityDefaults};
pub use group::{Group, GroupRead, GroupState, GroupType, Member, ObjectKind};
pub use location::{CountryLookup, LocationKind, NamedLocation};
pub use method::{
    AttestationEnforcement, AttestationLevel, CombinationConfiguration, Enforcement, Feature,
    Fido2Settings, KeyRestrictions, Method, MethodConfiguration, MethodKind, MethodMode,
    MethodTarget, MethodsPolicy, Passkey, PasskeyProfile, PasskeyType, RegistrationCampaign,
    Strength, StrengthKind, TargetKind,
};
pub use part::{Gap, GapReason, Part, PartKind, PartName};
pub use parts::TakePart;
pub use policy::{
    AppRef, Applications, ClientAppType, ClientApplications, CloudAppSecurity, Conditions,
    DeviceFilter, Devices, ExternalTenants, FilterMode, FrequencyInterval, GrantControl,
    GrantControls, GrantOperator, GroupRef, GuestKind, Guests, InsiderRisk, LocationRef, Locations,
    PersistentBrowser, Platform, Platforms, Policy, PolicyState, RiskLevel, RoleRef,
    SessionControls, SignInFrequency, TransferMethod, UserRef, Users,
};
pub use role::{AssignmentType, MemberType, RoleAssignment, RoleDefinition, RoleSchedule};

use crate::id::{GroupId, PolicyId, TenantId, UserId};
use crate::time::Timestamp;

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

/// Where a snapshot came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Microsoft Graph, at this address.
    Graph {
        /// The service's base address, such as `https://graph.microsoft.com`.
        endpoint: String,
    },
    /// A folder of exported files.
    Files,
}

/// What a tenant is, at a time, as far as it could be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// When reading ended; each part has its own time as well.
    pub taken: Timestamp,
    /// Where it was read.
    pub source: Source,
    /// The tenant.
    pub organization: Part<Organization>,
    /// Every domain of the tenant.
    pub domains: Part<Vec<Domain>>,
    /// The security defaults switch.
    pub security_defaults: Part<SecurityDefaults>,
    /// Which authentication methods may be used, and by whom.
    pub methods_policy: Part<MethodsPolicy>,
    /// Built-in and custom authentication strengths.
    pub strengths: Part<Vec<Strength>>,
    /// Every Conditional Access policy, as beta lists them.
    pub policies: Part<Vec<Policy>>,
    /// The ids that v1.0 lists: a policy that is missing here uses preview features.
    pub policy_ids_v1: Part<BTreeSet<PolicyId>>,
    /// Every named location.
    pub locations: Part<Vec<NamedLocation>>,
    /// Every role definition, built-in and custom.
    pub role_definitions: Part<Vec<RoleDefinition>>,
    /// Active assignments of Global Administrator, in every scope.
    pub role_assignments: Part<Vec<RoleAssignment>>,
    /// The same with their terms, where the tenant has P2.
    pub role_schedules: Part<Vec<RoleSchedule>>,
    /// Eligible assignments of Global Administrator, where the tenant has P2.
    pub role_eligibilities: Part<Vec<RoleSchedule>>,
    /// The users that policies name and that exist.
    pub referenced_users: Part<BTreeSet<UserId>>,
    /// The groups that policies name and that exist, with their names.
    pub referenced_groups: Part<BTreeMap<GroupId, String>>,
    /// The declared accounts.
    pub accounts: BTreeMap<UserId, Account>,
    /// The emergency group and every group that holds Global Administrator.
    pub groups: BTreeMap<GroupId, GroupRead>,
    /// What is missing from parts that were read: a file of an exported folder that is broken. What
    /// is there counts, and what is not is unknown.
    pub incomplete: Vec<Gap>,
}

impl Snapshot {
    /// A snapshot of nothing: every part of the tenant is a gap for the same `reason`.
    ///
    /// Readers fill in what they can; what they forget stays unknown instead of empty.
    pub fn unread(taken: Timestamp, source: Source, reason: &GapReason) -> Self {
        fn gap<T>(kind: PartKind, reason: &GapReason) -> Part<T> {
            Part::Gap(Gap::new(kind, None, reason.clone()))
        }
        Self {
            taken,
            source,
            organization: gap(PartKind::Organization, reason),
            domains: gap(PartKind::Domains, reason),
            security_defaults: gap(PartKind::SecurityDefaults, reason),
            methods_policy: gap(PartKind::MethodsPolicy, reason),
            strengths: gap(PartKind::Strengths, reason),
            policies: gap(PartKind::Policies, reason),
            policy_ids_v1: gap(PartKind::PolicyIdsV1, reason),
            locations: gap(PartKind::NamedLocations, reason),
            role_definitions: gap(PartKind::RoleDefinitions, reason),
            role_assignments: gap(PartKind::RoleAssignments, reason),
            role_schedules: gap(PartKind::RoleSchedules, reason),
            role_eligibilities: gap(PartKind::RoleEligibilities, reason),
            referenced_users: gap(PartKind::ReferencedUsers, reason),
            referenced_groups: gap(PartKind::ReferencedGroups, reason),
            accounts: BTreeMap::new(),
            groups: BTreeMap::new(),
            incomplete: Vec::new(),
        }
    }

    /// The tenant's id, when the organization could be read.
    pub fn tenant_id(&self) -> Option<TenantId> {
        self.organization.value().ok().map(|organization| organization.id)
    }

    /// Every gap of the snapshot, in the order of its parts.
    pub fn gaps(&self) -> Vec<&Gap> {
        let mut gaps: Vec<&Gap> = self.incomplete.iter().collect();
        macro_rules! collect {
            ($($part:expr),+ $(,)?) => {$(if let Err(gap) = $part.value() { gaps.push(gap); })+};
        }
        collect!(
            self.organization,
            self.domains,
            self.security_defaults,
            self.methods_policy,
            self.strengths,
            self.policies,
            self.policy_ids_v1,
            self.locations,
            self.role_definitions,
            self.role_assignments,
            self.role_schedules,
            self.role_eligibilities,
            self.referenced_users,
            self.referenced_groups,
        );
        for account in self.accounts.values() {
            collect!(account.state, account.methods, account.memberships);
        }
        for group in self.groups.values() {
            collect!(group.state, group.members, group.transitive, group.owners);
            collect!(group.eligibilities);
        }
        gaps
    }
}
