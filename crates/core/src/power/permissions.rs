//! Application permissions of Microsoft Graph that are a way in, or can close the door.
//!
//! Sources: ids from microsoftgraph/microsoft-graph-devx-content `permissions.json` at 6cbd6bbd,
//! and for those that the project's extract lacks from the permissions reference
//! (<https://learn.microsoft.com/graph/permissions-reference>); powers from that reference.
//! `User-PasswordProfile.ReadWrite.All` and `User.ReadWrite.All` reset administrators only together
//! with a directory role, and then the role is what counts. `Organization.ReadWrite.All` and
//! `PublicKeyInfrastructure.ReadWrite.All` add certificate authorities, whose certificates sign in
//! as anybody where the method is on. `OnPremDirectorySynchronization.ReadWrite.All` lifts the
//! blocks of soft and hard match, so that whoever runs the other directory takes accounts over.

use super::Power;
use crate::id::{AppId, Guid};

/// Microsoft Graph itself, by its client id.
pub const MICROSOFT_GRAPH: AppId = AppId::from_u128(0x00000003_0000_0000_c000_000000000000);

/// An application permission, and what an application with it can do to the back door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permission {
    /// Its name.
    pub name: &'static str,
    /// The id of Graph's app role.
    pub id: Guid,
    /// What an application with it can do, the gravest first.
    pub powers: &'static [Power],
}

impl Permission {
    const fn new(name: &'static str, id: u128, powers: &'static [Power]) -> Self {
        Self { name, id: Guid::from_u128(id), powers }
    }
}

/// The permission of this name, in any letter case.
pub fn permission(name: &str) -> Option<&'static Permission> {
    PERMISSIONS.iter().find(|permission| permission.name.eq_ignore_ascii_case(name))
}

/// The permission with this app role id.
pub fn permission_by_id(id: Guid) -> Option<&'static Permission> {
    PERMISSIONS.iter().find(|permission| permission.id == id)
}

/// Every permission with a power, by name.
pub const PERMISSIONS: &[Permission] = &[
    Permission::new(
        "AdministrativeUnit.ReadWrite.All",
        0x5eb59dd3_1da2_4329_8733_9dabdc435916,
        &[Power::ResetUsers],
    ),
    Permission::new(
        "Application.ReadUpdate.All",
        0xfc023787_fd04_4e44_9bc7_d454f00c0f0a,
        &[Power::ActAsApplications],
    ),
    Permission::new(
        "Application.ReadWrite.All",
        0x1bfefb4e_e0b5_418b_a88f_73c46d2cc8e9,
        &[Power::ActAsApplications],
    ),
    Permission::new(
        "AppRoleAssignment.ReadWrite.All",
        0x06b708a9_e830_4db3_a914_8e69da51d44f,
        &[Power::GrantPermissions],
    ),
    Permission::new(
        "AuthenticationContext.ReadWrite.All",
        0xa88eef72_fed0_4bf7_a2a9_f19df33f8b83,
        &[Power::ChangeDemands],
    ),
    Permission::new(
        "DelegatedPermissionGrant.ReadWrite.All",
        0x8e8e4742_1d95_4f68_9d56_6ee75648c72a,
        &[Power::GrantPermissions],
    ),
    Permission::new(
        "Directory.ReadWrite.All",
        0x19dbc75e_c2e2_444c_a770_ec69d8559fc7,
        &[Power::ChangeGroups],
    ),
    Permission::new(
        "Domain.ReadWrite.All",
        0x7e05723c_0bb0_42da_be95_ae9f08a6e53c,
        &[Power::FederateDomains],
    ),
    Permission::new(
        "EntitlementManagement.ReadWrite.All",
        0x9acd699f_1e81_4958_b001_93b1d2506e19,
        &[Power::ChangeGroups],
    ),
    Permission::new(
        "Group.ReadWrite.All",
        0x62a82d76_70ea_41e2_9197_370581804d09,
        &[Power::ChangeGroups],
    ),
    Permission::new(
        "GroupMember.ReadWrite.All",
        0xdbaae8cf_10b5_4b86_a4a1_f871c94c6695,
        &[Power::ChangeGroups],
    ),
    Permission::new(
        "LifecycleWorkflows.ReadWrite.All",
        0x5c505cf4_8424_4b8e_aa14_ee06e3bb23e3,
        &[Power::ChangeGroups, Power::ResetUsers],
    ),
    Permission::new(
        "OnPremDirectorySynchronization.ReadWrite.All",
        0xc22a92cc_79bf_4bb1_8b6c_e0a05d3d80ce,
        &[Power::ResetUsers],
    ),
    Permission::new(
        "Organization.ReadWrite.All",
        0x292d869f_3427_49a8_9dab_8c70152b74e9,
        &[Power::TakeOver],
    ),
    Permission::new(
        "Policy.ReadWrite.AuthenticationMethod",
        0x29c18626_4985_4dcd_85c0_193eef327366,
        &[Power::ChangeDemands],
    ),
    Permission::new(
        "Policy.ReadWrite.Authorization",
        0xfb221be6_99f2_473f_bd32_01c6a0e9ca3b,
        &[Power::ChangeDemands],
    ),
    Permission::new(
        "Policy.ReadWrite.ConditionalAccess",
        0x01c0a623_fc9b_48e9_b794_0756f8e8f067,
        &[Power::ChangeDemands],
    ),
    Permission::new(
        "Policy.ReadWrite.CrossTenantAccess",
        0x338163d7_f101_4c92_94ba_ca46fe52447c,
        &[Power::ChangeDemands],
    ),
    Permission::new(
        "Policy.ReadWrite.PermissionGrant",
        0xa402ca1c_2696_4531_972d_6e5ee4aa11ea,
        &[Power::GrantPermissions],
    ),
    Permission::new(
        "Policy.ReadWrite.SecurityDefaults",
        0x1c6e93a6_28e2_4cbb_9f64_1a46a821124d,
        &[Power::ChangeDemands],
    ),
    Permission::new(
        "PrivilegedAccess.ReadWrite.AzureAD",
        0x854d9ab1_6657_4ec8_be45_823027bcd009,
        &[Power::AssignRoles],
    ),
    Permission::new(
        "PrivilegedAccess.ReadWrite.AzureADGroup",
        0x2f6817f8_7b12_4f0f_bc18_eeaf60705a9e,
        &[Power::AssignRoles, Power::ChangeGroups],
    ),
    Permission::new(
        "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup",
        0x41202f2c_f7ab_45be_b001_85c9728b9d69,
        &[Power::AssignRoles, Power::ChangeGroups],
    ),
    Permission::new(
        "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",
        0x618b6020_bca8_4de6_99f6_ef445fa4d857,
        &[Power::AssignRoles, Power::ChangeGroups],
    ),
    Permission::new(
        "PublicKeyInfrastructure.ReadWrite.All",
        0xa2b63618_5350_462d_b1b3_ba6eb3684e26,
        &[Power::TakeOver],
    ),
    Permission::new(
        "RoleAssignmentSchedule.ReadWrite.Directory",
        0xdd199f4a_f148_40a4_a2ec_f0069cc799ec,
        &[Power::AssignRoles],
    ),
    Permission::new(
        "RoleEligibilitySchedule.ReadWrite.Directory",
        0xfee28b28_e1f3_4841_818e_2704dc62245f,
        &[Power::AssignRoles],
    ),
    Permission::new(
        "RoleManagement.ReadWrite.Directory",
        0x9e3f62cf_ca93_4989_b6ce_bf83c28f9fe8,
        &[Power::AssignRoles, Power::ChangeRoleSettings, Power::ChangeGroups],
    ),
    Permission::new(
        "RoleManagementPolicy.ReadWrite.AzureADGroup",
        0xb38dcc4d_a239_4ed6_aa84_6c65b284f97c,
        &[Power::ChangeRoleSettings],
    ),
    Permission::new(
        "RoleManagementPolicy.ReadWrite.Directory",
        0x31e08e0a_d3f7_4ca2_ac39_7343fb83e8ad,
        &[Power::ChangeRoleSettings],
    ),
    Permission::new(
        "User-PasswordProfile.ReadWrite.All",
        0xcc117bb9_00cf_4eb8_b580_ea2a878fe8f7,
        &[Power::ResetUsers],
    ),
    Permission::new(
        "User.DeleteRestore.All",
        0xeccc023d_eccf_4e7b_9683_8813ab36cecc,
        &[Power::DisableAccounts],
    ),
    Permission::new(
        "User.EnableDisableAccount.All",
        0x3011c876_62b7_4ada_afa2_506cbbecc68c,
        &[Power::DisableAccounts],
    ),
    Permission::new(
        "User.ReadWrite.All",
        0x741f803b_c850_494e_b5df_cde7c675a1ca,
        &[Power::ResetUsers, Power::DisableAccounts],
    ),
    Permission::new(
        "UserAuthenticationMethod.ReadWrite.All",
        0x50483e42_d915_4231_9639_7fdb7fd190e5,
        &[Power::TakeOver, Power::ResetUsers],
    ),
    Permission::new(
        "UserAuthMethod-Passkey.ReadWrite.All",
        0x0400e371_7db1_4338_a269_96069eb65227,
        &[Power::TakeOver, Power::ResetUsers],
    ),
    Permission::new(
        "UserAuthMethod-Password.ReadWrite.All",
        0xf6d38dfd_ec08_4995_8f07_23e929df0936,
        &[Power::TakeOver, Power::ResetUsers],
    ),
    Permission::new(
        "UserAuthMethod-TAP.ReadWrite.All",
        0x627169a8_8c15_451c_861a_5b80e383de5c,
        &[Power::TakeOver, Power::ResetUsers],
    ),
];
