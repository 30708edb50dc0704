//! Applications that policies name as groups, and those that the portals and tools are.
//!
//! Ids are Microsoft's own, the same in every tenant:
//! <https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in>.

use crate::id::AppId;

/// Azure portal, Microsoft Entra admin center and Microsoft Intune admin center.
pub(crate) const AZURE_PORTAL: AppId = AppId::from_u128(0xc44b4083_3bb0_49c1_b47d_974e53cbdf3c);
/// Windows Azure Service Management API: Azure Resource Manager, which the portals call as well.
pub(crate) const AZURE_MANAGEMENT: AppId = AppId::from_u128(0x797f4846_ba00_4fd7_ba43_dac1f8f63013);
/// Microsoft Graph.
pub(crate) const MICROSOFT_GRAPH: AppId = AppId::from_u128(0x00000003_0000_0000_c000_000000000000);
/// Windows Azure Active Directory: what a sign-in is for that asks for OpenID Connect and low
/// directory scopes only.
pub(crate) const AZURE_ACTIVE_DIRECTORY: AppId =
    AppId::from_u128(0x00000002_0000_0000_c000_000000000000);
/// Microsoft Intune.
pub(crate) const INTUNE: AppId = AppId::from_u128(0x0000000a_0000_0000_c000_000000000000);
/// Office 365 Exchange Online.
pub(crate) const EXCHANGE_ONLINE: AppId = AppId::from_u128(0x00000002_0000_0ff1_ce00_000000000000);
/// Office 365 SharePoint Online.
pub(crate) const SHAREPOINT_ONLINE: AppId =
    AppId::from_u128(0x00000003_0000_0ff1_ce00_000000000000);
/// Microsoft Office 365 Portal, the Microsoft 365 admin center among it.
pub(crate) const OFFICE_PORTAL: AppId = AppId::from_u128(0x00000006_0000_0ff1_ce00_000000000000);

/// Members of the group *Office 365*, as far as they are known here.
///
/// Source: <https://learn.microsoft.com/entra/identity/conditional-access/reference-office-365-application-contents>.
const OFFICE_365: &[AppId] = &[
    EXCHANGE_ONLINE,
    SHAREPOINT_ONLINE,
    OFFICE_PORTAL,
    // Skype for Business Online
    AppId::from_u128(0x00000004_0000_0ff1_ce00_000000000000),
    // Viva Engage (Yammer)
    AppId::from_u128(0x00000005_0000_0ff1_ce00_000000000000),
    // Microsoft Teams Services
    AppId::from_u128(0xcc15fd57_2c6c_4117_a88c_83b1d56b4bbe),
    // Microsoft Planner
    AppId::from_u128(0x09abbdfd_ed23_44ee_a2d9_a627aa1c90f3),
    // Microsoft Forms
    AppId::from_u128(0xc9a559d2_7aab_4f13_a6ed_e7e9c52aec87),
    // Microsoft Flow Service
    AppId::from_u128(0x7df0a125_d3be_4c96_aa54_591f83ff541c),
    // Sway
    AppId::from_u128(0x905fcf26_4eb7_48a0_9ff0_8dcc7194b5ba),
    // Microsoft Stream Portal
    AppId::from_u128(0xcf53fce8_def6_4aeb_8d30_b158e7b1cf83),
    // OfficeHome
    AppId::from_u128(0x4765445b_32c6_49b0_83e6_1d93765276ca),
];

/// Members of the group *Microsoft Admin Portals*.
///
/// Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-cloud-apps#microsoft-admin-portals>.
const ADMIN_PORTALS: &[AppId] = &[
    AZURE_PORTAL,
    OFFICE_PORTAL,
    // Exchange admin center
    AppId::from_u128(0x497effe9_df71_4043_a8bb_14cf78c4b63b),
    // Microsoft Defender portal
    AppId::from_u128(0x80ccca67_54bd_44ab_8625_4b79c4dc7775),
];

/// Applications that are in neither group.
const IN_NEITHER: &[AppId] = &[AZURE_MANAGEMENT, MICROSOFT_GRAPH, AZURE_ACTIVE_DIRECTORY, INTUNE];

/// Whether an application is in the group *Office 365*; `None` where it is not known.
pub(crate) fn is_office_365(app: AppId) -> Option<bool> {
    let is_known = ADMIN_PORTALS.contains(&app) || IN_NEITHER.contains(&app);
    if OFFICE_365.contains(&app) { Some(true) } else { is_known.then_some(false) }
}

/// Whether an application is in the group *Microsoft Admin Portals*; `None` where it is not known.
pub(crate) fn is_admin_portal(app: AppId) -> Option<bool> {
    let is_known = OFFICE_365.contains(&app) || IN_NEITHER.contains(&app);
    if ADMIN_PORTALS.contains(&app) { Some(true) } else { is_known.then_some(false) }
}
