//! Facts that hold from a day on, in some clouds, whatever the tenant's policies say. They live
//! here alone, each with its source, and a proof names those that it used.

use crate::register::Target;
use crate::tenant::Source;
use crate::time::Timestamp;

/// A fact about sign-ins with its date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Its name in output, never reused.
    pub id: &'static str,
    /// One line: what holds.
    pub says: &'static str,
    /// The day from which on it holds, `2024-10-15`.
    pub since: &'static str,
    /// The clouds in which it holds.
    pub clouds: &'static [Cloud],
    /// The targets that it concerns.
    pub targets: &'static [Target],
    /// The documentation page.
    pub source: &'static str,
    /// The day on which the page was last read for it.
    pub checked: &'static str,
}

/// A cloud of Microsoft's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cloud {
    /// The public one.
    Public,
    /// US Government (GCC High, DoD).
    UsGovernment,
    /// China, operated by 21Vianet.
    China,
}

impl Cloud {
    /// The cloud that a snapshot was read from; exported files are taken to be of the public one.
    ///
    /// Source: <https://learn.microsoft.com/graph/deployments>.
    pub fn of(source: &Source) -> Self {
        match source {
            Source::Graph { endpoint } if endpoint.contains("microsoft.us") => Self::UsGovernment,
            Source::Graph { endpoint } if endpoint.contains("chinacloudapi.cn") => Self::China,
            Source::Graph { .. } | Source::Files => Self::Public,
        }
    }
}

/// Multifactor authentication at the portals, which no exclusion lifts.
pub(crate) const MFA_AT_THE_PORTALS: Fact = Fact {
    id: "mandatory-mfa-portals",
    says: "the Azure portal, the Entra and the Intune admin center demand multifactor \
           authentication of everybody; no exclusion lifts it",
    since: "2024-10-15",
    clouds: &[Cloud::Public, Cloud::UsGovernment],
    targets: &[Target::EntraAdminCenter, Target::AzurePortal, Target::IntuneAdminCenter],
    source: MANDATORY_MFA,
    checked: "2026-11-22",
};

/// The same at the Microsoft 365 admin center.
pub(crate) const MFA_AT_MICROSOFT_365: Fact = Fact {
    id: "mandatory-mfa-microsoft-365",
    says: "the Microsoft 365 admin center demands multifactor authentication of everybody; no \
           exclusion lifts it",
    since: "2026-02-09",
    clouds: &[Cloud::Public, Cloud::UsGovernment],
    targets: &[Target::Microsoft365AdminCenter],
    source: MANDATORY_MFA,
    checked: "2026-11-22",
};

/// The same for writes through Azure Resource Manager.
pub(crate) const MFA_FOR_RESOURCE_MANAGER: Fact = Fact {
    id: "mandatory-mfa-resource-manager",
    says: "Azure Resource Manager demands multifactor authentication for every create, update and \
           delete, by Azure CLI, Azure PowerShell and REST; no exclusion lifts it",
    since: "2026-07-01",
    clouds: &[Cloud::Public],
    targets: &[Target::AzureResourceManager],
    source: MANDATORY_MFA,
    checked: "2026-11-22",
};

/// Policies for all resources with exclusions reach sign-ins that ask for little.
pub(crate) const LOW_SCOPES_ARE_JUDGED: Fact = Fact {
    id: "resource-exclusions",
    says: "a policy for all resources with exclusions also judges the part of a sign-in that asks \
           for OpenID Connect and low directory scopes, as Windows Azure Active Directory",
    since: "2026-03-01",
    clouds: &[Cloud::Public, Cloud::UsGovernment, Cloud::China],
    targets: &Target::ALL,
    source: "https://learn.microsoft.com/entra/identity/conditional-access/concept-enforcement-resource-exclusions",
    checked: "2026-11-22",
};

const MANDATORY_MFA: &str = "https://learn.microsoft.com/entra/identity/authentication/concept-mandatory-multifactor-authentication";

/// Every fact.
pub const FACTS: &[Fact] =
    &[MFA_AT_THE_PORTALS, MFA_AT_MICROSOFT_365, MFA_FOR_RESOURCE_MANAGER, LOW_SCOPES_ARE_JUDGED];

impl Fact {
    /// Whether it holds in a cloud at a time.
    pub fn holds(&self, cloud: Cloud, now: Timestamp) -> bool {
        self.clouds.contains(&cloud) && now.as_second() >= self.since_second()
    }

    /// Whether it concerns a target.
    pub fn concerns(&self, target: Target) -> bool {
        self.targets.contains(&target)
    }

    /// Midnight of its day, in seconds since 1970. One that cannot be read holds always: the test
    /// beside it keeps such a one out.
    fn since_second(&self) -> i64 {
        let date: Option<jiff::civil::Date> = self.since.parse().ok();
        let zoned = date.and_then(|date| date.to_zoned(jiff::tz::TimeZone::UTC).ok());
        zoned.map_or(i64::MIN, |zoned| zoned.timestamp().as_second())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fact_has_a_day_that_can_be_read() {
        for fact in FACTS {
            assert!(fact.since_second() > 1_700_000_000, "{}", fact.id);
            assert!(fact.checked.parse::<jiff::civil::Date>().is_ok(), "{}", fact.id);
        }
    }

    #[test]
    fn a_fact_holds_in_its_clouds_from_its_day_on() {
        let before: Timestamp = "2026-06-30T23:59:59Z".parse().unwrap();
        let after: Timestamp = "2026-07-01T00:00:00Z".parse().unwrap();
        let fact = MFA_FOR_RESOURCE_MANAGER;
        assert!(!fact.holds(Cloud::Public, before));
        assert!(fact.holds(Cloud::Public, after));
        assert!(!fact.holds(Cloud::China, after));
        assert!(!fact.concerns(Target::GraphPowerShell));
    }
}
