//! Users: the declared accounts with all that bears on them, and other holders of roles.

use alloc::string::String;
use alloc::vec::Vec;

use super::open::open_enum;
use super::{Method, ObjectKind, Part, PerUserMfa, SignInActivity, Unknown};
use crate::id::{Guid, PrincipalId, RoleTemplateId, UserId};
use crate::time::Timestamp;

/// What could be read about one declared account.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// The declared object id.
    pub id: UserId,
    /// The user object, or its absence.
    pub state: Part<AccountState>,
    /// Its registered authentication methods.
    pub methods: Part<Vec<Method>>,
    /// Every group and role that it is a member of, directly and through groups.
    pub memberships: Part<Vec<Membership>>,
    /// When it was last used; needs P1.
    pub activity: Part<SignInActivity>,
    /// Whether multifactor authentication is demanded of it outside Conditional Access.
    pub per_user_mfa: Part<PerUserMfa>,
    /// The date at which lifecycle workflows treat its holder as gone; `None` for none.
    pub leave: Part<Option<Timestamp>>,
}

/// What could be read about one holder of a privileged role, or owner of a way in, that is no
/// declared account.
#[derive(Clone, Debug, PartialEq)]
pub struct Holder {
    /// Its object id.
    pub id: UserId,
    /// The user object, or its absence.
    pub state: Part<AccountState>,
    /// Its registered authentication methods.
    pub methods: Part<Vec<Method>>,
    /// When it was last used; needs P1.
    pub activity: Part<SignInActivity>,
}

/// Whether an object with the declared id exists.
#[derive(Clone, Debug, PartialEq)]
#[allow(
    clippy::large_enum_variant,
    reason = "nearly every one is present; a box would gain nothing"
)]
pub enum AccountState {
    /// It exists.
    Present(User),
    /// It is in the recycle bin, where it stays for 30 days.
    SoftDeleted,
    /// The directory knows no user with this id.
    Absent,
}

/// A group or directory role that contains an account.
#[derive(Clone, Debug, PartialEq)]
pub struct Membership {
    /// The group's or role's object id.
    pub id: PrincipalId,
    /// Whether it is a group, a role or an administrative unit.
    pub kind: ObjectKind,
    /// The role's template, when it is a role.
    pub role_template: Option<RoleTemplateId>,
    /// Its display name, when the caller may read it.
    pub display_name: Option<String>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// A user object, as far as the checks ask for it.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// Object id.
    pub id: UserId,
    /// User principal name. Never logged: it is half of what a burglar needs.
    pub user_principal_name: String,
    /// The address of its mailbox, or what stands in its place. Never logged, as the next.
    pub mail: Option<String>,
    /// Addresses of its mailbox, each behind its kind: `SMTP:` for the first, `smtp:` for others.
    /// An address of a verified domain may be signed in with
    /// (<https://learn.microsoft.com/entra/identity/authentication/howto-authentication-use-email-signin>).
    pub proxy_addresses: Vec<String>,
    /// Display name.
    pub display_name: Option<String>,
    /// Whether sign-in is allowed; `None` when not said.
    pub account_enabled: Option<bool>,
    /// Member or Guest; `None` for objects from before the property existed.
    pub user_type: Option<UserType>,
    /// Whether it is synchronised from an on-premises directory.
    pub on_premises_sync_enabled: Option<bool>,
    /// The anchor of a synchronised object; it stays when synchronisation is switched off.
    pub on_premises_immutable_id: Option<String>,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// Given name: self-service account recovery matches it with an identity document.
    pub given_name: Option<String>,
    /// Surname, the same.
    pub surname: Option<String>,
    /// Whether it is in a restricted management administrative unit.
    pub is_management_restricted: Option<bool>,
    /// Licences assigned, by `skuId`.
    pub licences: Vec<Guid>,
    /// `passwordPolicies`, such as `DisablePasswordExpiration`.
    pub password_policies: Vec<String>,
    /// Whether the password must be changed at the next sign-in; `None` when not said. Graph often
    /// leaves `passwordProfile` null.
    pub force_password_change: Option<bool>,
    /// When the password was last set.
    pub last_password_change: Option<Timestamp>,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

impl User {
    /// Whether it signs in somewhere else: a guest, or a member who was invited and whose sign-in
    /// name says so.
    ///
    /// Source: <https://learn.microsoft.com/entra/external-id/user-properties>.
    pub fn is_external(&self) -> bool {
        let name = self.user_principal_name.to_ascii_lowercase();
        self.user_type == Some(UserType::Guest) || name.contains("#ext#")
    }
}

open_enum! {
    /// The kind of a user object.
    pub enum UserType {
        /// Belongs to the organization.
        Member = "Member",
        /// Was invited into it.
        Guest = "Guest",
    }
}
