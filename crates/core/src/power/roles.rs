//! Built-in roles whose holders a snapshot follows.
//!
//! Sources: ids and the mark "privileged" from the built-in roles reference
//! (<https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference>)
//! by way of maester365/maester `Get-MtRoleInfo.ps1` at 6bf1d98f; powers from the actions that the
//! reference lists for each role, and from its table of who can reset whose password. The four
//! roles without the mark can change an exclusion, a demand, or a synchronised person.

use super::Power;
use crate::id::RoleTemplateId;

/// A built-in role, and what its holders can do to the back door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its name in the reference.
    pub name: &'static str,
    /// Its template, the same in every tenant.
    pub id: RoleTemplateId,
    /// Whether Microsoft marks it as privileged.
    pub is_privileged: bool,
    /// What its holders can do, the gravest first.
    pub powers: &'static [Power],
}

impl Role {
    const fn new(
        name: &'static str,
        id: u128,
        is_privileged: bool,
        powers: &'static [Power],
    ) -> Self {
        Self { name, id: RoleTemplateId::from_u128(id), is_privileged, powers }
    }
}

/// The role with this template.
pub fn role(id: RoleTemplateId) -> Option<&'static Role> {
    ROLES.iter().find(|role| role.id == id)
}

/// Every built-in role whose holders a snapshot follows, by name.
pub const ROLES: &[Role] = &[
    Role::new("AI Administrator", 0xd2562ede_74db_457e_a7b6_544e236ebb61, true, &[]),
    Role::new("AI Reader", 0x1fe13547_53f6_408d_ac04_7f8eed167b38, true, &[]),
    Role::new("Agent ID Administrator", 0xdb506228_d27e_4b7d_95e5_295956d6615f, true, &[]),
    Role::new(
        "Application Administrator",
        0x9b895d92_2cd3_44c7_9d02_a6ac2d5ea5c3,
        true,
        &[Power::ActAsApplications],
    ),
    Role::new("Application Developer", 0xcf1c38e5_3621_4004_a7cb_879624dced7c, true, &[]),
    Role::new(
        "Attribute Provisioning Administrator",
        0xecb2c6bf_0ab6_418e_bd87_7986f8d63bbe,
        true,
        &[],
    ),
    Role::new("Attribute Provisioning Reader", 0x422218e4_db15_4ef9_bbe0_8afb41546d79, true, &[]),
    Role::new(
        "Authentication Administrator",
        0xc4e39bd9_1100_46d3_8c65_fb160da0071f,
        true,
        &[Power::ResetUsers],
    ),
    Role::new(
        "Authentication Extensibility Administrator",
        0x25a516ed_2fa0_40ea_a2d0_12923a21473a,
        true,
        &[],
    ),
    Role::new(
        "Authentication Extensibility Password Administrator",
        0x0b00bede_4072_4d22_b441_e7df02a1ef63,
        true,
        &[],
    ),
    Role::new(
        "Authentication Policy Administrator",
        0x0526716b_113d_4c15_b2c8_68e3c22b9f80,
        false,
        &[Power::ChangeDemands],
    ),
    Role::new("B2C IEF Keyset Administrator", 0xaaf43236_0c0d_4d5f_883a_6955382ac081, true, &[]),
    Role::new(
        "Cloud Application Administrator",
        0x158c047a_c907_4556_b7ef_446551a6b5f7,
        true,
        &[Power::ActAsApplications],
    ),
    Role::new("Cloud Device Administrator", 0x7698a772_787b_4ac8_901f_60d6b08affd2, true, &[]),
    Role::new(
        "Conditional Access Administrator",
        0xb1be1c3e_b65d_4f19_8427_f6fa0d97feb9,
        true,
        &[Power::ChangeDemands],
    ),
    Role::new(
        "Directory Synchronization Accounts",
        0xd29b2b05_8046_44ba_8758_1e26182fcf32,
        false,
        &[Power::ResetUsers],
    ),
    Role::new(
        "Directory Writers",
        0x9360feb5_f418_4baa_8175_e2a00bac4301,
        true,
        &[Power::ChangeGroups],
    ),
    Role::new(
        "Domain Name Administrator",
        0x8329153b_31d0_4727_b945_745eb3bc5f31,
        true,
        &[Power::FederateDomains],
    ),
    Role::new(
        "External Identity Provider Administrator",
        0xbe2f45a1_457d_42af_a067_6ec1fa63bc45,
        true,
        &[Power::FederateDomains],
    ),
    Role::new(
        "Global Administrator",
        0x62e90394_69f5_4237_9190_012177145e10,
        true,
        &[
            Power::AssignRoles,
            Power::TakeOver,
            Power::ActAsApplications,
            Power::GrantPermissions,
            Power::FederateDomains,
            Power::ChangeRoleSettings,
            Power::ChangeDemands,
            Power::DisableAccounts,
            Power::ChangeGroups,
            Power::ResetUsers,
        ],
    ),
    Role::new("Global Reader", 0xf2ef992c_3afb_46b9_b7cf_a126ee74c451, true, &[]),
    Role::new(
        "Groups Administrator",
        0xfdd7a751_b60b_444a_984c_02652fe8fa1c,
        false,
        &[Power::ChangeGroups],
    ),
    Role::new(
        "Helpdesk Administrator",
        0x729827e3_9c14_49f7_bb1b_9608f156bbb8,
        true,
        &[Power::ResetUsers],
    ),
    Role::new(
        "Hybrid Identity Administrator",
        0x8ac3fc64_6eca_42ea_9e69_59f4c7b60eb2,
        true,
        &[Power::ActAsApplications, Power::FederateDomains],
    ),
    Role::new(
        "Identity Governance Administrator",
        0x45d8d3c5_c802_45c6_b32a_1d70b5e1e86e,
        true,
        &[Power::ChangeGroups],
    ),
    Role::new(
        "Intune Administrator",
        0x3a2c62db_5318_420d_8d74_23affee5d9d5,
        true,
        &[Power::ChangeGroups],
    ),
    Role::new(
        "Lifecycle Workflows Administrator",
        0x59d46f88_662b_457b_bceb_5c3809e5908f,
        true,
        &[Power::ChangeGroups, Power::ResetUsers],
    ),
    Role::new(
        "On Premises Directory Sync Account",
        0xa92aed5d_d78a_4d16_b381_09adb37eb3b0,
        false,
        &[Power::ResetUsers],
    ),
    Role::new(
        "Partner Tier1 Support",
        0x4ba39ca4_527c_499a_b93d_d9b492c50246,
        true,
        &[Power::ActAsApplications, Power::ChangeGroups, Power::ResetUsers],
    ),
    Role::new(
        "Partner Tier2 Support",
        0xe00e864a_17c5_4a4b_9c06_f5b95a8d5bd8,
        true,
        &[
            Power::TakeOver,
            Power::ActAsApplications,
            Power::DisableAccounts,
            Power::ChangeGroups,
            Power::ResetUsers,
        ],
    ),
    Role::new(
        "Password Administrator",
        0x966707d0_3269_4727_9be2_8c3a10f19b9d,
        true,
        &[Power::ResetUsers],
    ),
    Role::new(
        "Privileged Authentication Administrator",
        0x7be44c8a_adaf_4e2a_84d6_ab2649e08a13,
        true,
        &[Power::TakeOver, Power::DisableAccounts, Power::ResetUsers],
    ),
    Role::new(
        "Privileged Role Administrator",
        0xe8611ab8_c189_46e8_94e1_60213ab1f814,
        true,
        &[
            Power::AssignRoles,
            Power::GrantPermissions,
            Power::ChangeRoleSettings,
            Power::ChangeGroups,
        ],
    ),
    Role::new(
        "Security Administrator",
        0x194ae4cb_b126_40b2_bd5b_6091b380977d,
        true,
        &[Power::FederateDomains, Power::ChangeDemands],
    ),
    Role::new("Security Operator", 0x5f2222b1_57c3_48ba_8ad5_d4759f1fde6f, true, &[]),
    Role::new("Security Reader", 0x5d6b6bb7_de71_4623_b4af_96380a352509, true, &[]),
    Role::new("Tenant Governance Administrator", 0x1981f584_96e9_4a6f_95b0_f522373f8fae, true, &[]),
    Role::new(
        "User Administrator",
        0xfe930be7_5e62_47db_91af_98c3a49a38b1,
        true,
        &[Power::ChangeGroups, Power::ResetUsers],
    ),
];
