//! The demo tenant's Conditional Access policies and named locations.

use halligan_core::id::{GLOBAL_ADMINISTRATOR, Guid};
use serde_json::json;

use super::{ACCOUNT_ALPHA, EMERGENCY_GROUP, MISSING_GROUP, PILOT_GROUP};
use crate::directory::objects::{CREATED, object};
use crate::directory::{Object, PHISHING_RESISTANT_STRENGTH};
use crate::draft::{Draft, sign_in_frequency};

/// Demands phishing-resistant MFA of the emergency group.
pub const STRENGTH_POLICY: &str = "c0a10000-4b1d-4c0e-9a2f-10c47b0a2007";
/// Enabled, for all users but one of the two accounts: compliant devices at the admin portals.
pub const FORGOTTEN_POLICY: &str = "c0a10000-4b1d-4c0e-9a2f-10c47b0a2005";
/// New, report-only, and without the exclusion.
pub const REPORT_ONLY_POLICY: &str = "c0a10000-4b1d-4c0e-9a2f-10c47b0a2006";
/// Excludes a group that is gone.
pub const DEAD_REFERENCE_POLICY: &str = "c0a10000-4b1d-4c0e-9a2f-10c47b0a2004";
/// Uses a preview feature, so that v1.0 does not show it.
pub const PREVIEW_POLICY: &str = "c0a10000-4b1d-4c0e-9a2f-10c47b0a2008";
/// Blocks legacy authentication.
pub const BLOCK_LEGACY_POLICY: &str = "c0a10000-4b1d-4c0e-9a2f-10c47b0a2001";
/// The named location of the office.
pub const OFFICE_LOCATION: &str = "10ca0000-4b1d-4c0e-9a2f-10c47b0a3001";

/// The first policy's id; the others count on from it.
const FIRST: u128 = 0xc0a1_0000_4b1d_4c0e_9a2f_10c4_7b0a_2001;

fn draft(number: u128, name: &str) -> Draft {
    Draft::new(Guid::from_u128(FIRST + number - 1), name)
}

/// The draft for all users but the emergency group.
fn for_all(number: u128, name: &str) -> Draft {
    let group = EMERGENCY_GROUP.to_string();
    draft(number, name).users("includeUsers", &["All"]).users("excludeGroups", &[&group])
}

pub(super) fn all() -> Vec<Object> {
    let emergency = EMERGENCY_GROUP.to_string();
    let missing = MISSING_GROUP.to_string();
    let pilot = PILOT_GROUP.to_string();
    let alpha = ACCOUNT_ALPHA.to_string();
    let administrator = GLOBAL_ADMINISTRATOR.to_string();
    let drafts = [
        for_all(1, "CA001 Block legacy authentication")
            .set("/conditions/clientAppTypes", json!(["exchangeActiveSync", "other"]))
            .demands(&["block"]),
        for_all(2, "CA002 Require multifactor authentication for all users").demands(&["mfa"]),
        draft(3, "CA003 Require phishing-resistant MFA for administrators")
            .users("includeRoles", &[&administrator])
            .users("excludeGroups", &[&emergency])
            .demands_strength(PHISHING_RESISTANT_STRENGTH),
        for_all(4, "CA004 Block sign-ins from outside the countries we work in")
            .users("excludeGroups", &[&emergency, &missing])
            .set(
                "/conditions/locations",
                json!({"includeLocations": ["All"], "excludeLocations": [OFFICE_LOCATION]}),
            )
            .demands(&["block"]),
        // Its author remembered the account that everybody knows, and not the group.
        draft(5, "CA005 Require compliant device for admin portals")
            .users("includeUsers", &["All"])
            .users("excludeUsers", &[&alpha])
            .applications(&["MicrosoftAdminPortals"])
            .created("2026-09-14T15:20:00Z")
            .demands(&["compliantDevice"]),
        draft(6, "CA006 Block high-risk sign-ins (report-only)")
            .users("includeUsers", &["All"])
            .state("enabledForReportingButNotEnforced")
            .set("/conditions/signInRiskLevels", json!(["high"]))
            .created("2026-11-16T10:05:00Z")
            .demands(&["block"]),
        draft(7, "CA007 Phishing-resistant MFA for emergency access")
            .users("includeGroups", &[&emergency])
            .demands_strength(PHISHING_RESISTANT_STRENGTH),
        for_all(8, "CA008 Ask again every time at the admin portals")
            .applications(&["MicrosoftAdminPortals"])
            .set("/sessionControls", sign_in_frequency("everyTime", None)),
        draft(9, "CA009 Pilot: require MFA to register security information")
            .users("includeGroups", &[&pilot])
            .users("excludeGroups", &[&emergency])
            .applications(&[])
            .set(
                "/conditions/applications/includeUserActions",
                json!(["urn:user:registersecurityinfo"]),
            )
            .state("disabled")
            .demands(&["mfa"]),
    ];
    drafts.into_iter().map(Draft::done).collect()
}

pub(super) fn locations() -> Vec<Object> {
    vec![
        object(json!({
            "@odata.type": "#microsoft.graph.ipNamedLocation",
            "id": OFFICE_LOCATION,
            "displayName": "Office",
            "createdDateTime": CREATED,
            "modifiedDateTime": CREATED,
            "isTrusted": true,
            // RFC 5737 and RFC 3849: addresses for documentation.
            "ipRanges": [
                {"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "203.0.113.0/24"},
                {"@odata.type": "#microsoft.graph.iPv6CidrRange", "cidrAddress": "2001:db8::/32"},
            ],
        })),
        object(json!({
            "@odata.type": "#microsoft.graph.countryNamedLocation",
            "id": "10ca0000-4b1d-4c0e-9a2f-10c47b0a3002",
            "displayName": "Where we work",
            "createdDateTime": CREATED,
            "modifiedDateTime": CREATED,
            "countriesAndRegions": ["DE", "PT", "SE"],
            "countryLookupMethod": "clientIpAddress",
            "includeUnknownCountriesAndRegions": false,
        })),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::text_of;

    #[test]
    fn the_named_policies_are_the_right_ones() {
        let policies = all();
        let name = |id: &str| {
            let policy = policies.iter().find(|policy| text_of(policy, "id") == id).unwrap();
            text_of(policy, "displayName").split(' ').next().unwrap().to_owned()
        };
        assert_eq!(name(BLOCK_LEGACY_POLICY), "CA001");
        assert_eq!(name(DEAD_REFERENCE_POLICY), "CA004");
        assert_eq!(name(FORGOTTEN_POLICY), "CA005");
        assert_eq!(name(REPORT_ONLY_POLICY), "CA006");
        assert_eq!(name(STRENGTH_POLICY), "CA007");
        assert_eq!(name(PREVIEW_POLICY), "CA008");
    }
}
