//! Powers: what a directory role or a permission of Microsoft Graph lets its holder do to the back
//! door, in tables.
//!
//! The tables answer two questions: whose holders a snapshot must follow, and what a holder is
//! worth to a burglar. A built-in role or permission that is in no table has none of these powers
//! as far as Microsoft documents it; what a custom role may do follows from its actions, and so
//! does what a role may do that Microsoft marks as privileged and that is newer than the table.

mod actions;
mod permissions;
mod roles;

pub use actions::{powers_of_actions, powers_of_role};
pub use permissions::{MICROSOFT_GRAPH, PERMISSIONS, Permission, permission, permission_by_id};
pub use roles::{ROLES, Role, role};

/// Something that a holder can do to the back door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Power {
    /// Make any principal, itself included, a Global Administrator.
    AssignRoles,
    /// Give a Global Administrator new credentials, and sign in with them.
    TakeOver,
    /// Give any application new credentials, and act with what the application may do.
    ActAsApplications,
    /// Grant applications any permission of Graph.
    GrantPermissions,
    /// Make a domain's sign-ins be answered by an identity provider of one's own.
    FederateDomains,
    /// Change what a sign-in demands: policies, strengths, allowed methods, security defaults.
    ChangeDemands,
    /// Disable or delete a Global Administrator's account.
    DisableAccounts,
    /// Change the members of groups that cannot hold roles: exclusions among them.
    ChangeGroups,
    /// Give users who hold no role new credentials: owners of applications and groups among them.
    ResetUsers,
    /// Change on which terms roles are activated.
    ChangeRoleSettings,
}

impl Power {
    /// Every power, the gravest first.
    pub const ALL: [Self; 10] = [
        Self::AssignRoles,
        Self::TakeOver,
        Self::ActAsApplications,
        Self::GrantPermissions,
        Self::FederateDomains,
        Self::ChangeRoleSettings,
        Self::ChangeDemands,
        Self::DisableAccounts,
        Self::ChangeGroups,
        Self::ResetUsers,
    ];

    /// Whether a holder can end up as Global Administrator by this alone, or by what it reaches
    /// with it. The others can lock the owners out or prepare a way in.
    pub fn is_way_in(self) -> bool {
        matches!(
            self,
            Self::AssignRoles
                | Self::TakeOver
                | Self::ActAsApplications
                | Self::GrantPermissions
                | Self::FederateDomains
        )
    }

    /// What the holder can do, as the end of a sentence that begins with `can`.
    pub fn can(self) -> &'static str {
        match self {
            Self::AssignRoles => "make anybody Global Administrator",
            Self::TakeOver => "give a Global Administrator new credentials",
            Self::ActAsApplications => "act as any application",
            Self::GrantPermissions => "grant applications any permission",
            Self::FederateDomains => "answer the sign-ins of a domain",
            Self::ChangeDemands => "change what a sign-in demands",
            Self::DisableAccounts => "disable or delete the accounts",
            Self::ChangeGroups => "change the members of groups that hold no roles",
            Self::ResetUsers => "give users without a role new credentials",
            Self::ChangeRoleSettings => "change on which terms roles are activated",
        }
    }

    /// One word for tables and files.
    pub fn word(self) -> &'static str {
        match self {
            Self::AssignRoles => "assign-roles",
            Self::TakeOver => "take-over",
            Self::ActAsApplications => "act-as-applications",
            Self::GrantPermissions => "grant-permissions",
            Self::FederateDomains => "federate-domains",
            Self::ChangeDemands => "change-demands",
            Self::DisableAccounts => "disable-accounts",
            Self::ChangeGroups => "change-groups",
            Self::ResetUsers => "reset-users",
            Self::ChangeRoleSettings => "change-role-settings",
        }
    }
}
