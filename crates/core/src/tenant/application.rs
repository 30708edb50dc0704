//! Applications: service principals whose permissions or roles amount to a way in, and who owns
//! them.

use alloc::string::String;
use alloc::vec::Vec;

use super::open::open_enum;
use super::{Member, Part, Unknown};
use crate::id::{AppId, Guid, PrincipalId, TenantId};
use crate::time::Timestamp;

/// An application permission that a principal was granted (`appRoleAssignment` to Microsoft Graph).
#[derive(Clone, Debug, PartialEq)]
pub struct AppRoleGrant {
    /// The grant's id, opaque.
    pub id: String,
    /// Who holds the permission: a service principal.
    pub principal: PrincipalId,
    /// The holder's display name.
    pub principal_name: Option<String>,
    /// The permission, by the id of Graph's app role.
    pub role: Guid,
    /// Its name, such as `Policy.Read.All`; `None` where Graph's own list of app roles lacks it.
    pub permission: Option<String>,
    /// When it was granted.
    pub created: Option<Timestamp>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// Delegated permissions that an application was granted (`oAuth2PermissionGrant`) for Graph.
#[derive(Clone, Debug, PartialEq)]
pub struct DelegatedGrant {
    /// The grant's id, opaque.
    pub id: String,
    /// The application that acts: its service principal.
    pub client: PrincipalId,
    /// For everybody, or for one person.
    pub consent: ConsentType,
    /// The person; `None` for everybody.
    pub principal: Option<PrincipalId>,
    /// The permissions, such as `Directory.AccessAsUser.All`.
    pub scopes: Vec<String>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

open_enum! {
    /// For whom delegated permissions were granted.
    pub enum ConsentType {
        /// For every user of the tenant (admin consent).
        AllPrincipals = "AllPrincipals",
        /// For one user.
        Principal = "Principal",
    }
}

/// What could be read about one service principal.
#[derive(Clone, Debug, PartialEq)]
pub struct ApplicationRead {
    /// The service principal's object id.
    pub id: PrincipalId,
    /// The service principal, or its absence.
    pub state: Part<ApplicationState>,
    /// Its owners: each can add a credential and act as it.
    pub owners: Part<Vec<Member>>,
    /// Its registration, where it is registered in this tenant.
    pub registration: Part<Option<Registration>>,
    /// The registration's owners: each can add a credential and act as it.
    pub registration_owners: Part<Vec<Member>>,
    /// Whose tokens stand for the registration: each signs in as it without a secret.
    pub federated: Part<Vec<FederatedCredential>>,
}

/// Whether a service principal with the asked id exists.
#[derive(Clone, Debug, PartialEq)]
#[allow(
    clippy::large_enum_variant,
    reason = "nearly every one is present; a box would gain nothing"
)]
pub enum ApplicationState {
    /// It exists.
    Present(ServicePrincipal),
    /// The directory knows no service principal with this id.
    Absent,
}

/// A service principal, as far as the checks ask for it.
#[derive(Clone, Debug, PartialEq)]
pub struct ServicePrincipal {
    /// Object id.
    pub id: PrincipalId,
    /// Client id of the application that it stands for.
    pub app: AppId,
    /// Display name, which proves nothing.
    pub display_name: Option<String>,
    /// Whether sign-in is allowed; `None` when not said.
    pub account_enabled: Option<bool>,
    /// Application, managed identity, or something newer.
    pub kind: Option<ServicePrincipalKind>,
    /// The tenant in which the application is registered.
    pub home: Option<TenantId>,
    /// Secrets and certificates on the service principal itself.
    pub credentials: Vec<AppCredential>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

open_enum! {
    /// What a service principal stands for.
    pub enum ServicePrincipalKind {
        /// An application.
        Application = "Application",
        /// A managed identity of an Azure resource.
        ManagedIdentity = "ManagedIdentity",
        /// A service principal from before applications had registrations.
        Legacy = "Legacy",
        /// The account of an AI agent.
        ServiceIdentity = "ServiceIdentity",
        /// A social identity provider.
        SocialIdp = "SocialIdp",
    }

    /// How an application proves who it is.
    pub enum AppCredentialKind {
        /// A client secret.
        Secret = "secret",
        /// A certificate.
        Certificate = "certificate",
    }
}

/// A secret or certificate of an application; never its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppCredential {
    /// Its key id.
    pub id: Option<Guid>,
    /// Secret or certificate.
    pub kind: AppCredentialKind,
    /// When it begins to count.
    pub start: Option<Timestamp>,
    /// When it ends; `None` when not said.
    pub end: Option<Timestamp>,
}

/// Whose tokens stand for an application (`federatedIdentityCredential`): a workload outside (of a
/// build service, another cloud, another tenant) signs in as the application with them.
#[derive(Clone, Debug, PartialEq)]
pub struct FederatedCredential {
    /// Its id, opaque.
    pub id: String,
    /// Its name, which is unique within the application.
    pub name: String,
    /// Who signs the tokens: their claim `iss`.
    pub issuer: String,
    /// For whom they are signed: their claim `sub`, compared letter by letter, wildcards included;
    /// `None` where an expression stands in its place.
    pub subject: Option<String>,
    /// What the tokens' claims must fit in place of a subject (`claimsMatchingExpression`), such as
    /// `claims['sub'] matches 'repo:contoso/web:*'`.
    pub expression: Option<String>,
    /// For what they are signed: their claim `aud`, usually `api://AzureADTokenExchange`.
    pub audiences: Vec<String>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

impl FederatedCredential {
    /// Whether more than one subject fits: an expression with `*` or `?` in it.
    ///
    /// Source:
    /// <https://learn.microsoft.com/entra/workload-id/workload-identities-flexible-federated-identity-credentials>.
    pub fn is_pattern(&self) -> bool {
        self.expression.as_ref().is_some_and(|expression| expression.contains(['*', '?']))
    }
}

/// An application's registration in this tenant (`application`).
#[derive(Clone, Debug, PartialEq)]
pub struct Registration {
    /// The registration's object id.
    pub id: Guid,
    /// Client id.
    pub app: AppId,
    /// Display name.
    pub display_name: Option<String>,
    /// Secrets and certificates.
    pub credentials: Vec<AppCredential>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// With which application and permissions a snapshot was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watcher {
    /// The application that signed in.
    pub app: Option<AppId>,
    /// Its service principal, or the person who signed in through it.
    pub principal: Option<PrincipalId>,
    /// Whether a person signed in (delegated permissions), or the application itself.
    pub is_delegated: bool,
    /// The permissions of its access token, in alphabetical order.
    pub permissions: Vec<String>,
}
