//! App roles of Microsoft Graph that the twin knows beside those with a power
//! ([`halligan_core::power::PERMISSIONS`]).
//!
//! Sources: microsoftgraph/microsoft-graph-devx-content `permissions.json` at 6cbd6bbd, and for
//! `AccessReview`, `AuthenticationContext`, `EntitlementManagement`,
//! `OnPremDirectorySynchronization`, `RoleManagementPolicy.Read.AzureADGroup` and
//! `User-LifeCycleInfo` the permissions reference
//! (<https://learn.microsoft.com/graph/permissions-reference>). A test holds the former against
//! the shared data.

/// Permissions by name, with the id of the app role.
pub(super) const READING: &[(&str, u128)] = &[
    ("AccessReview.Read.All", 0xd07a8cc0_3d51_4b77_b3b0_32704d1f69fa),
    ("AdministrativeUnit.Read.All", 0x134fd756_38ce_4afd_ba33_e9623dbe66c2),
    ("Application.Read.All", 0x9a5d68dd_52b0_4cc2_bd40_abcf44ac3a30),
    ("AuditLog.Read.All", 0xb0afded3_3588_46d8_8b3d_9842eff778da),
    ("AuthenticationContext.Read.All", 0x381f742f_e1f8_4309_b4ab_e3d91ae4c5c1),
    ("DelegatedAdminRelationship.Read.All", 0xf6e9e124_4586_492f_adc0_c6f96e4823fd),
    ("Directory.Read.All", 0x7ab1d382_f21e_4acd_a863_ba3e13f7da61),
    ("Domain.Read.All", 0xdbb9058a_0e50_45d7_ae91_66909b5d4664),
    ("EntitlementManagement.Read.All", 0xc74fd47d_ed3c_45c3_9a9e_b8676de685d2),
    ("Group.Create", 0xbf7b1a76_6e77_406b_b258_bf5c7720e98f),
    ("Group.Read.All", 0x5b567255_7703_4780_807c_7be8301ae99b),
    ("GroupMember.Read.All", 0x98830695_27a2_44f7_8c18_0c3ebc9698f6),
    ("GroupMember.ReadBasic.All", 0x8222c640_cae5_4860_8d11_b32cfad95e03),
    ("IdentityRiskEvent.Read.All", 0x6e472fd1_ad78_48da_a0f0_97ab2c6b769e),
    ("IdentityRiskyUser.Read.All", 0xdc5007c0_2d7d_4c42_879c_2dab87571379),
    ("OnPremDirectorySynchronization.Read.All", 0xbb70e231_92dc_4729_aff5_697b3f04be95),
    ("Organization.Read.All", 0x498476ce_e0fe_48b0_b801_37ba7e2685c6),
    ("Policy.Read.All", 0x246dd0d5_5bd0_4def_940b_0421030a5b68),
    ("Policy.Read.AuthenticationMethod", 0x8e3bc81b_d2f3_4b7b_838c_32c88218d2f0),
    ("Policy.Read.ConditionalAccess", 0x37730810_e9ba_4e46_b07e_8ca78d182097),
    ("PrivilegedAssignmentSchedule.Read.AzureADGroup", 0xcd4161cb_f098_48f8_a884_1eda9a42434c),
    ("PrivilegedEligibilitySchedule.Read.AzureADGroup", 0xedb419d6_7edc_42a3_9345_509bfdf5d87c),
    ("RoleAssignmentSchedule.Read.Directory", 0xd5fe8ce8_684c_4c83_a52c_46e882ce4be1),
    ("RoleEligibilitySchedule.Read.Directory", 0xff278e11_4a33_4d0c_83d2_d01dc58929a5),
    ("RoleManagement.Read.All", 0xc7fbd983_d9aa_4fa7_84b8_17382c103bc4),
    ("RoleManagement.Read.Directory", 0x483bed4a_2ad3_4361_a73b_c83ccdbdc53c),
    ("RoleManagementPolicy.Read.AzureADGroup", 0x69e67828_780e_47fd_b28c_7b27d14864e6),
    ("RoleManagementPolicy.Read.Directory", 0xfdc4c997_9942_4479_bfcb_75a36d1138df),
    ("User-LifeCycleInfo.Read.All", 0x8556a004_db57_4d7a_8b82_97a13428e96f),
    ("User.Read.All", 0xdf021288_bdef_4463_88db_98f22de89214),
    ("User.ReadBasic.All", 0x97235f07_e226_4f63_ace3_39588e11d3a1),
    ("User.RevokeSessions.All", 0x77f3a031_c388_4f99_b373_dc68676a979e),
    ("UserAuthenticationMethod.Read.All", 0x38d9df27_64da_44fd_b7c5_a6fbac20248f),
    ("UserAuthMethod-Passkey.Read.All", 0x72e00c1d_3e3d_43bb_a0b9_c435611bb1d2),
    ("UserAuthMethod-TAP.Read.All", 0xbf82209c_b22b_4747_ac88_a68be99032cf),
];

#[cfg(test)]
#[allow(clippy::print_stderr, reason = "tests say aloud what they skip")]
mod tests {
    use super::*;
    use halligan_core::id::Guid;
    use halligan_core::power;
    use serde_json::Value;

    const FILE: &str = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/graph-openapi/permission-ids.json"
    );

    /// Every application permission of the shared data is known here or has a power, by its id.
    #[test]
    fn ids_are_those_of_the_shared_data() {
        let Ok(bytes) = std::fs::read(FILE) else {
            assert!(std::env::var_os("CI").is_none(), "the shared data is missing in CI");
            eprintln!("skipped: no shared permission ids");
            return;
        };
        let all: Vec<Value> = serde_json::from_slice(&bytes).unwrap();
        let mut compared = 0;
        for one in &all {
            let name = one["value"].as_str().unwrap();
            let Some(id) = one["Application"]["id"].as_str() else { continue };
            let reading = READING.iter().find(|(known, _)| *known == name);
            let known = match reading {
                Some((_, id)) => Some(Guid::from_u128(*id)),
                None => power::permission(name).map(|permission| permission.id),
            };
            assert_eq!(known.map(|id| id.to_string()).as_deref(), Some(id), "{name}");
            compared += 1;
        }
        assert!(compared > 30, "{compared}");
    }

    #[test]
    fn no_permission_is_in_both_tables() {
        for (name, id) in READING {
            assert_eq!(power::permission(name), None, "{name}");
            assert_eq!(power::permission_by_id(Guid::from_u128(*id)), None, "{name}");
        }
        assert!(READING.is_sorted_by_key(|(name, _)| name.to_lowercase()));
    }
}
