//! Ids of the permissions that a snapshot or a confirmation needs, for manifests and scripts.
//!
//! Source: microsoftgraph/microsoft-graph-devx-content, `permissions/new/provisioningInfo.json` at
//! 6cbd6bbd, by way of the project's extract of it. A permission that the extract lacks, or gives
//! no id for, is not here; the permissions reference has it
//! (<https://learn.microsoft.com/graph/permissions-reference>).

use crate::id::Guid;

/// The ids of one permission of Microsoft Graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PermissionIds {
    /// Its name.
    pub name: &'static str,
    /// The id of the application permission (app role).
    pub application: Option<Guid>,
    /// The id of the delegated permission (scope).
    pub delegated: Option<Guid>,
}

impl PermissionIds {
    const fn new(name: &'static str, application: Option<u128>, delegated: Option<u128>) -> Self {
        const fn guid(digits: Option<u128>) -> Option<Guid> {
            match digits {
                Some(digits) => Some(Guid::from_u128(digits)),
                None => None,
            }
        }
        Self { name, application: guid(application), delegated: guid(delegated) }
    }
}

/// The ids of the permission of this name, in any letter case.
pub fn ids(name: &str) -> Option<&'static PermissionIds> {
    IDS.iter().find(|known| known.name.eq_ignore_ascii_case(name))
}

/// Every permission whose ids are known, by name.
pub const IDS: &[PermissionIds] = &[
    PermissionIds::new(
        "AdministrativeUnit.Read.All",
        Some(0x134fd756_38ce_4afd_ba33_e9623dbe66c2),
        Some(0x3361d15d_be43_4de6_b441_3c746d05163d),
    ),
    PermissionIds::new(
        "Application.Read.All",
        Some(0x9a5d68dd_52b0_4cc2_bd40_abcf44ac3a30),
        Some(0xc79f8feb_a9db_4090_85f9_90d820caa0eb),
    ),
    PermissionIds::new(
        "AuditLog.Read.All",
        Some(0xb0afded3_3588_46d8_8b3d_9842eff778da),
        Some(0xe4c9e354_4dc5_45b8_9e7c_e1393b0b1a20),
    ),
    PermissionIds::new(
        "DelegatedAdminRelationship.Read.All",
        Some(0xf6e9e124_4586_492f_adc0_c6f96e4823fd),
        Some(0x0c0064ea_477b_4130_82a5_4c2cc4ff68aa),
    ),
    PermissionIds::new(
        "Directory.Read.All",
        Some(0x7ab1d382_f21e_4acd_a863_ba3e13f7da61),
        Some(0x06da0dbc_49e2_44d2_8312_53f166ab848a),
    ),
    PermissionIds::new(
        "Domain.Read.All",
        Some(0xdbb9058a_0e50_45d7_ae91_66909b5d4664),
        Some(0x2f9ee017_59c1_4f1d_9472_bd5529a7b311),
    ),
    PermissionIds::new(
        "GroupMember.Read.All",
        Some(0x98830695_27a2_44f7_8c18_0c3ebc9698f6),
        Some(0xbc024368_1153_4739_b217_4326f2e966d0),
    ),
    PermissionIds::new(
        "Organization.Read.All",
        Some(0x498476ce_e0fe_48b0_b801_37ba7e2685c6),
        Some(0x4908d5b9_3fb2_4b1e_9336_1888b7937185),
    ),
    PermissionIds::new(
        "Policy.Read.All",
        Some(0x246dd0d5_5bd0_4def_940b_0421030a5b68),
        Some(0x572fea84_0151_49b2_9301_11cb16974376),
    ),
    PermissionIds::new(
        "Policy.Read.ConditionalAccess",
        Some(0x37730810_e9ba_4e46_b07e_8ca78d182097),
        Some(0x633e0fce_8c58_4cfb_9495_12bbd5a24f7c),
    ),
    PermissionIds::new(
        "PrivilegedAssignmentSchedule.Read.AzureADGroup",
        Some(0xcd4161cb_f098_48f8_a884_1eda9a42434c),
        Some(0x02a32cc4_7ab5_4b58_879a_0586e0f7c495),
    ),
    PermissionIds::new(
        "PrivilegedEligibilitySchedule.Read.AzureADGroup",
        Some(0xedb419d6_7edc_42a3_9345_509bfdf5d87c),
        Some(0x8f44f93d_ecef_46ae_a9bf_338508d44d6b),
    ),
    PermissionIds::new(
        "RoleManagement.Read.Directory",
        Some(0x483bed4a_2ad3_4361_a73b_c83ccdbdc53c),
        Some(0x741c54c3_0c1e_44a1_818b_3f97ab4e8c83),
    ),
    PermissionIds::new(
        "User.Read.All",
        Some(0xdf021288_bdef_4463_88db_98f22de89214),
        Some(0xa154be20_db9c_4678_8ab7_66f6cc099a59),
    ),
    PermissionIds::new(
        "UserAuthenticationMethod.Read.All",
        Some(0x38d9df27_64da_44fd_b7c5_a6fbac20248f),
        Some(0xaec28ec7_4d02_4e8c_b864_50163aea77eb),
    ),
];
