//! Settings of the tenant that open or close ways in.

use alloc::string::String;
use alloc::vec::Vec;

use super::Unknown;
use super::open::open_enum;
use crate::id::Guid;
use crate::time::Timestamp;

/// `authorizationPolicy`.
#[derive(Clone, Debug, PartialEq)]
pub struct AuthorizationPolicy {
    /// Whether administrators may reset their own passwords; on unless somebody switched it off.
    pub allowed_to_use_sspr: Option<bool>,
    /// Whether users may register applications.
    pub allowed_to_create_apps: Option<bool>,
    /// Whether risky applications may be consented to by users.
    pub allow_user_consent_for_risky_apps: Option<bool>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// How a federated domain trusts its identity provider (`internalDomainFederation`).
#[derive(Clone, Debug, PartialEq)]
pub struct Federation {
    /// The configuration's id.
    pub id: String,
    /// The domain, in lower case.
    pub domain: String,
    /// The identity provider's issuer.
    pub issuer: Option<String>,
    /// Whether its word on multifactor authentication counts.
    pub mfa: Option<FederatedMfa>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

open_enum! {
    /// Whose multifactor authentication counts for a federated domain.
    pub enum FederatedMfa {
        /// The identity provider's, if it did it.
        AcceptIfMfaDoneByFederatedIdp = "acceptIfMfaDoneByFederatedIdp",
        /// The identity provider's, always.
        EnforceMfaByFederatedIdp = "enforceMfaByFederatedIdp",
        /// Entra ID's, always.
        RejectMfaByFederatedIdp = "rejectMfaByFederatedIdp",
    }

    /// Whether multifactor authentication is demanded of one user, outside Conditional Access.
    pub enum PerUserMfa {
        /// Not demanded.
        Disabled = "disabled",
        /// Demanded, and registered at the next sign-in.
        Enabled = "enabled",
        /// Demanded and registered.
        Enforced = "enforced",
    }
}

/// How a synchronised directory may take over cloud objects (`onPremisesDirectorySynchronization`).
#[derive(Clone, Debug, PartialEq)]
pub struct DirectorySync {
    /// The configuration's id: the tenant's.
    pub id: String,
    /// Whether a synchronised object may take over a cloud object with the same address.
    pub blocks_soft_match: Option<bool>,
    /// Whether a synchronised object may take over a cloud object by its anchor.
    pub blocks_hard_match: Option<bool>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// An authentication context (`authenticationContextClassReference`).
#[derive(Clone, Debug, PartialEq)]
pub struct AuthenticationContext {
    /// `c1` to `c99`.
    pub id: String,
    /// Its name.
    pub display_name: Option<String>,
    /// Whether applications and settings may use it.
    pub is_available: Option<bool>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// An action that may demand an authentication context (`unifiedRbacResourceAction`).
#[derive(Clone, Debug, PartialEq)]
pub struct ProtectedAction {
    /// Its id.
    pub id: String,
    /// Its name, such as `microsoft.directory/conditionalAccessPolicies/basic/update`.
    pub name: String,
    /// The context that it demands; `None` when it is not protected.
    pub authentication_context: Option<String>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// An administrative unit.
#[derive(Clone, Debug, PartialEq)]
pub struct AdministrativeUnit {
    /// Object id.
    pub id: Guid,
    /// Its name.
    pub display_name: Option<String>,
    /// Whether only administrators of the unit can change its members; set at creation.
    pub is_member_management_restricted: Option<bool>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// A diagnostic setting of the tenant: which logs go where.
///
/// Source: Azure Resource Manager, `microsoft.aadiam/diagnosticSettings`, 2017-04-01.
#[derive(Clone, Debug, PartialEq)]
pub struct DiagnosticSetting {
    /// Its name.
    pub name: String,
    /// Categories of logs that it exports, such as `SignInLogs`.
    pub categories: Vec<String>,
    /// Where they go: any of `eventHub`, `workspace`, `storage`, `marketplace`.
    pub targets: Vec<String>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// When an account was last used (`signInActivity`).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SignInActivity {
    /// The last sign-in that succeeded, interactive or not.
    pub last_successful: Option<Timestamp>,
    /// The last interactive attempt, failed ones included.
    pub last_interactive: Option<Timestamp>,
    /// The last attempt of a client for its user.
    pub last_non_interactive: Option<Timestamp>,
}
