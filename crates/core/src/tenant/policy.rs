//! Conditional Access policies.
//!
//! Names follow Graph's schema of beta, which is the wider one. Lists keep the order in which they
//! were read. A reference that is no id (a template's placeholder, a name) is kept as text.

use alloc::string::String;
use alloc::vec::Vec;

use super::open::open_enum;
use super::{Strength, Unknown};
use crate::id::{AppId, GroupId, Guid, NamedLocationId, PolicyId, RoleTemplateId, UserId};
use crate::time::Timestamp;

/// A Conditional Access policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Its id; the file's name where an exported policy carries none.
    pub id: PolicyId,
    /// Display name.
    pub display_name: String,
    /// Whether it is enforced.
    pub state: PolicyState,
    /// The template that it was made from; Microsoft-managed policies have one.
    pub template_id: Option<String>,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// When it was last changed.
    pub modified: Option<Timestamp>,
    /// When it applies.
    pub conditions: Conditions,
    /// What it demands.
    pub grant: Option<GrantControls>,
    /// What it does to the session.
    pub session: Option<SessionControls>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

impl Policy {
    /// Whether two policies do the same to every sign-in, whatever they are called and whenever
    /// they were written.
    pub fn does_the_same(&self, other: &Self) -> bool {
        self.state == other.state
            && self.conditions == other.conditions
            && self.grant == other.grant
            && self.session == other.session
    }
}

/// When a policy applies: every condition that is set must match.
///
/// A member in `unknown` is a condition that this version does not know: the policy may apply.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conditions {
    /// Users; `None` for policies on workload identities.
    pub users: Option<Users>,
    /// Workload identities.
    pub client_applications: Option<ClientApplications>,
    /// Resources, user actions, authentication contexts.
    pub applications: Applications,
    /// Client app types; empty matches all.
    pub client_app_types: Vec<ClientAppType>,
    /// Device platforms.
    pub platforms: Option<Platforms>,
    /// Network locations.
    pub locations: Option<Locations>,
    /// Device filter.
    pub devices: Option<Devices>,
    /// Sign-in risk; empty matches all.
    pub sign_in_risk: Vec<RiskLevel>,
    /// User risk; empty matches all.
    pub user_risk: Vec<RiskLevel>,
    /// Risk of workload identities; empty matches all.
    pub service_principal_risk: Vec<RiskLevel>,
    /// Insider risk; empty matches all.
    pub insider_risk: Vec<InsiderRisk>,
    /// Risk of agent identities; empty matches all.
    pub agent_id_risk: Vec<RiskLevel>,
    /// Authentication flows; empty matches all.
    pub transfer_methods: Vec<TransferMethod>,
    /// Conditions that this version does not know.
    pub unknown: Unknown,
}

/// Who a policy includes and excludes; exclusion wins.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Users {
    /// Users included.
    pub include_users: Vec<UserRef>,
    /// Users excluded.
    pub exclude_users: Vec<UserRef>,
    /// Groups included, with everything nested in them.
    pub include_groups: Vec<GroupRef>,
    /// Groups excluded, with everything nested in them.
    pub exclude_groups: Vec<GroupRef>,
    /// Directory roles included: built-in, active, tenant scope.
    pub include_roles: Vec<RoleRef>,
    /// Directory roles excluded: built-in, active, tenant scope.
    pub exclude_roles: Vec<RoleRef>,
    /// Guests and external users included.
    pub include_guests: Option<Guests>,
    /// Guests and external users excluded.
    pub exclude_guests: Option<Guests>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// Kinds of guests and external users.
#[derive(Clone, Debug, PartialEq)]
pub struct Guests {
    /// The kinds.
    pub kinds: Vec<GuestKind>,
    /// The tenants they come from; `None` when not said.
    pub external_tenants: Option<ExternalTenants>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// The tenants that guests come from.
#[derive(Clone, Debug, PartialEq)]
pub struct ExternalTenants {
    /// `all` or `enumerated`.
    pub membership_kind: String,
    /// Tenant ids, as they were written.
    pub members: Vec<String>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// Workload identities that a policy includes and excludes.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientApplications {
    /// Service principal ids, or `ServicePrincipalsInMyTenant`.
    pub include: Vec<String>,
    /// Service principal ids.
    pub exclude: Vec<String>,
    /// A filter by custom security attributes.
    pub filter: Option<DeviceFilter>,
    /// Agent identities and other members that this version does not know.
    pub unknown: Unknown,
}

/// What a sign-in is for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Applications {
    /// Resources included.
    pub include: Vec<AppRef>,
    /// Resources excluded.
    pub exclude: Vec<AppRef>,
    /// User actions included, such as `urn:user:registersecurityinfo`.
    pub include_user_actions: Vec<String>,
    /// Authentication contexts included, such as `c1`.
    pub include_authentication_contexts: Vec<String>,
    /// A filter by custom security attributes.
    pub filter: Option<DeviceFilter>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// Device platforms included and excluded.
#[derive(Clone, Debug, PartialEq)]
pub struct Platforms {
    /// Included.
    pub include: Vec<Platform>,
    /// Excluded.
    pub exclude: Vec<Platform>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// Network locations included and excluded.
#[derive(Clone, Debug, PartialEq)]
pub struct Locations {
    /// Included.
    pub include: Vec<LocationRef>,
    /// Excluded.
    pub exclude: Vec<LocationRef>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// Conditions on the device.
#[derive(Clone, Debug, PartialEq)]
pub struct Devices {
    /// A rule over device attributes.
    pub filter: Option<DeviceFilter>,
    /// The deprecated `includeDevices`, `includeDeviceStates`, and what this version does not know.
    pub unknown: Unknown,
}

/// A rule that includes or excludes what it matches.
#[derive(Clone, Debug, PartialEq)]
pub struct DeviceFilter {
    /// Include or exclude.
    pub mode: FilterMode,
    /// The rule, as it was written.
    pub rule: String,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// What a policy demands before it grants access.
#[derive(Clone, Debug, PartialEq)]
pub struct GrantControls {
    /// Whether all controls or any one of them; `None` when there is nothing to combine.
    pub operator: Option<GrantOperator>,
    /// Built-in controls.
    pub built_in: Vec<GrantControl>,
    /// Custom controls, by id.
    pub custom: Vec<String>,
    /// Terms of use, by id.
    pub terms_of_use: Vec<String>,
    /// The authentication strength.
    pub strength: Option<Strength>,
    /// Controls that this version does not know; none of them can be taken as satisfied.
    pub unknown: Unknown,
}

/// What a policy does to a session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SessionControls {
    /// `applicationEnforcedRestrictions.isEnabled`.
    pub application_enforced_restrictions: Option<bool>,
    /// Session through Defender for Cloud Apps.
    pub cloud_app_security: Option<CloudAppSecurity>,
    /// Whether the browser may stay signed in.
    pub persistent_browser: Option<PersistentBrowser>,
    /// How often a person signs in anew.
    pub sign_in_frequency: Option<SignInFrequency>,
    /// Takes away the grace that Entra gives during an outage.
    pub disable_resilience_defaults: Option<bool>,
    /// Token protection (`secureSignInSession.isEnabled`).
    pub secure_sign_in_session: Option<bool>,
    /// Continuous access evaluation (`mode`), such as `strictLocation`.
    pub continuous_access_evaluation: Option<String>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// Session through Defender for Cloud Apps.
#[derive(Clone, Debug, PartialEq)]
pub struct CloudAppSecurity {
    /// Whether it is on; `None` when not said.
    pub is_enabled: Option<bool>,
    /// `mcasConfigured`, `monitorOnly` or `blockDownloads`.
    pub kind: Option<String>,
}

/// Whether the browser may stay signed in.
#[derive(Clone, Debug, PartialEq)]
pub struct PersistentBrowser {
    /// Whether it is on; `None` when not said.
    pub is_enabled: Option<bool>,
    /// `always` or `never`.
    pub mode: Option<String>,
}

/// How often a person signs in anew.
#[derive(Clone, Debug, PartialEq)]
pub struct SignInFrequency {
    /// Whether it is on; `None` when not said.
    pub is_enabled: Option<bool>,
    /// How many `unit`s; `None` for every time.
    pub value: Option<i64>,
    /// `days` or `hours`.
    pub unit: Option<String>,
    /// By time or at every sign-in; `None` when not said.
    pub interval: Option<FrequencyInterval>,
    /// `primaryAndSecondaryAuthentication` or `secondaryAuthentication`.
    pub authentication: Option<String>,
}

/// A user named by a policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UserRef {
    /// Every user, guests included.
    All,
    /// Nobody.
    None,
    /// Guests and external users.
    GuestsOrExternalUsers,
    /// One user.
    Id(UserId),
    /// No id: a placeholder, a name, a value that this version does not know.
    Other(String),
}

/// A group named by a policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroupRef {
    /// One group.
    Id(GroupId),
    /// No id: a placeholder, a name.
    Other(String),
}

/// A directory role named by a policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RoleRef {
    /// One role, by template.
    Id(RoleTemplateId),
    /// No id: a placeholder, a name.
    Other(String),
}

/// A resource named by a policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AppRef {
    /// Every resource.
    All,
    /// No resource.
    None,
    /// The Office 365 group of apps.
    Office365,
    /// The Microsoft admin portals.
    MicrosoftAdminPortals,
    /// One application.
    Id(AppId),
    /// No id: a placeholder, a name, a value that this version does not know.
    Other(String),
}

/// A network location named by a policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LocationRef {
    /// Everywhere.
    All,
    /// Every trusted location, and the trusted addresses of the legacy MFA settings.
    AllTrusted,
    /// One named location; all zeros for the trusted addresses of the legacy MFA settings.
    Id(NamedLocationId),
    /// No id: a placeholder, a name.
    Other(String),
}

impl UserRef {
    /// Reads a member of `includeUsers` or `excludeUsers`.
    pub fn from_graph(text: &str) -> Self {
        if text.eq_ignore_ascii_case("All") {
            Self::All
        } else if text.eq_ignore_ascii_case("None") {
            Self::None
        } else if text.eq_ignore_ascii_case("GuestsOrExternalUsers") {
            Self::GuestsOrExternalUsers
        } else {
            text.parse().map_or_else(|_| Self::Other(text.into()), Self::Id)
        }
    }
}

impl GroupRef {
    /// Reads a member of `includeGroups` or `excludeGroups`.
    pub fn from_graph(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Other(text.into()), Self::Id)
    }
}

impl RoleRef {
    /// Reads a member of `includeRoles` or `excludeRoles`.
    pub fn from_graph(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Other(text.into()), Self::Id)
    }
}

impl AppRef {
    /// Reads a member of `includeApplications` or `excludeApplications`.
    pub fn from_graph(text: &str) -> Self {
        if text.eq_ignore_ascii_case("All") {
            Self::All
        } else if text.eq_ignore_ascii_case("None") {
            Self::None
        } else if text.eq_ignore_ascii_case("Office365") {
            Self::Office365
        } else if text.eq_ignore_ascii_case("MicrosoftAdminPortals") {
            Self::MicrosoftAdminPortals
        } else {
            text.parse().map_or_else(|_| Self::Other(text.into()), Self::Id)
        }
    }
}

impl LocationRef {
    /// Reads a member of `includeLocations` or `excludeLocations`.
    pub fn from_graph(text: &str) -> Self {
        if text.eq_ignore_ascii_case("All") {
            Self::All
        } else if text.eq_ignore_ascii_case("AllTrusted") {
            Self::AllTrusted
        } else if text.parse::<Guid>().is_ok() {
            Self::Id(text.into())
        } else {
            Self::Other(text.into())
        }
    }
}

/// Writes a reference as Graph spells it.
macro_rules! display_ref {
    ($($name:ident { $($variant:ident = $text:literal),* $(,)? })+) => {$(
        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self {
                    $(Self::$variant => f.write_str($text),)*
                    Self::Id(id) => core::fmt::Display::fmt(id, f),
                    Self::Other(text) => f.write_str(text),
                }
            }
        }
    )+};
}

display_ref! {
    UserRef { All = "All", None = "None", GuestsOrExternalUsers = "GuestsOrExternalUsers" }
    GroupRef {}
    RoleRef {}
    AppRef {
        All = "All",
        None = "None",
        Office365 = "Office365",
        MicrosoftAdminPortals = "MicrosoftAdminPortals",
    }
    LocationRef { All = "All", AllTrusted = "AllTrusted" }
}

open_enum! {
    /// Whether a policy is enforced.
    pub enum PolicyState {
        /// Enforced.
        Enabled = "enabled",
        /// Off, and one click away from on.
        Disabled = "disabled",
        /// Evaluated and logged; Microsoft-managed policies leave this state by themselves.
        ReportOnly = "enabledForReportingButNotEnforced",
    }

    /// The kind of client that signs in.
    pub enum ClientAppType {
        /// Any.
        All = "all",
        /// A browser.
        Browser = "browser",
        /// Modern apps.
        MobileAppsAndDesktopClients = "mobileAppsAndDesktopClients",
        /// Exchange ActiveSync.
        ExchangeActiveSync = "exchangeActiveSync",
        /// Exchange ActiveSync on supported platforms.
        EasSupported = "easSupported",
        /// Legacy authentication.
        Legacy = "other",
    }

    /// A device platform, as the client claims it.
    pub enum Platform {
        /// Android.
        Android = "android",
        /// iOS and iPadOS.
        Ios = "iOS",
        /// Windows.
        Windows = "windows",
        /// Windows Phone.
        WindowsPhone = "windowsPhone",
        /// macOS.
        MacOs = "macOS",
        /// Linux.
        Linux = "linux",
        /// Any.
        All = "all",
    }

    /// A level of risk.
    pub enum RiskLevel {
        /// Low.
        Low = "low",
        /// Medium.
        Medium = "medium",
        /// High.
        High = "high",
        /// Hidden for want of a licence.
        Hidden = "hidden",
        /// None.
        None = "none",
    }

    /// A level of insider risk.
    pub enum InsiderRisk {
        /// Minor.
        Minor = "minor",
        /// Moderate.
        Moderate = "moderate",
        /// Elevated.
        Elevated = "elevated",
    }

    /// An authentication flow.
    pub enum TransferMethod {
        /// None.
        None = "none",
        /// Device code.
        DeviceCodeFlow = "deviceCodeFlow",
        /// Transfer from one device to another.
        AuthenticationTransfer = "authenticationTransfer",
    }

    /// A kind of guest or external user.
    pub enum GuestKind {
        /// None.
        None = "none",
        /// A guest who signs in here.
        InternalGuest = "internalGuest",
        /// A guest from elsewhere.
        B2bCollaborationGuest = "b2bCollaborationGuest",
        /// A member from elsewhere.
        B2bCollaborationMember = "b2bCollaborationMember",
        /// A user of a shared channel.
        B2bDirectConnectUser = "b2bDirectConnectUser",
        /// Any other external user.
        OtherExternalUser = "otherExternalUser",
        /// A partner with delegated administration.
        ServiceProvider = "serviceProvider",
    }

    /// Whether a filter includes or excludes what it matches.
    pub enum FilterMode {
        /// Includes.
        Include = "include",
        /// Excludes.
        Exclude = "exclude",
    }

    /// How grant controls combine.
    pub enum GrantOperator {
        /// All of them.
        And = "AND",
        /// Any one of them.
        Or = "OR",
    }

    /// A built-in grant control.
    pub enum GrantControl {
        /// No access.
        Block = "block",
        /// Multifactor authentication.
        Mfa = "mfa",
        /// A device that Intune calls compliant.
        CompliantDevice = "compliantDevice",
        /// A hybrid joined device.
        DomainJoinedDevice = "domainJoinedDevice",
        /// An approved client app; not enforced since 2026-06-30.
        ApprovedApplication = "approvedApplication",
        /// An app with an app protection policy.
        CompliantApplication = "compliantApplication",
        /// A change of password.
        PasswordChange = "passwordChange",
        /// Remediation of risk.
        RiskRemediation = "riskRemediation",
    }

    /// When a sign-in frequency acts.
    pub enum FrequencyInterval {
        /// After a time.
        TimeBased = "timeBased",
        /// At every sign-in.
        EveryTime = "everyTime",
    }
}
