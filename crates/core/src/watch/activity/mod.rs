//! The activities of the audit log that touch the door: what each is about, and who else looks for
//! it.
//!
//! A change is found by its activity's name, in any letter case and with any dash; a name that is
//! not in the table still counts where its category is one in which doors are weakened
//! ([`is_in_a_watched_category`]), for Microsoft adds names without notice.

mod table;

use alloc::collections::BTreeMap;
use alloc::string::String;

use super::event::{Event, What};
use super::name;

/// One activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Activity {
    /// What it is about.
    pub area: Area,
    /// The service that writes it.
    pub service: Service,
    /// Its name, as Microsoft's reference or, where the two differ, a real record spells it.
    pub name: &'static str,
    /// The public rule sets that look for it.
    pub others: &'static [RuleSet],
}

macro_rules! named {
    (
        $(#[$doc:meta])*
        $name:ident { $($(#[$own:meta])* $variant:ident = $title:literal),+ $(,)? }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$own])* $variant),+ }

        impl $name {
            /// All, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// What people call it.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title),+ }
            }
        }
    };
}

named! {
    /// What an activity is about.
    Area {
        /// Users: made, changed, disabled, deleted, renamed, licensed; passwords.
        Account = "accounts",
        /// Groups: members, owners, deletion.
        Group = "groups",
        /// Directory roles and their assignments.
        Role = "roles",
        /// Conditional Access policies, named locations, security defaults.
        ConditionalAccess = "Conditional Access",
        /// The authentication methods policy, strengths, tenant settings for authentication.
        MethodPolicy = "authentication methods policy",
        /// Methods that are registered for a user.
        MethodRegistration = "methods of users",
        /// Domains, federation, partners, cross-tenant access, deletion of the tenant.
        Federation = "domains and federation",
        /// Applications, their credentials, permissions and owners.
        Application = "applications",
        /// Privileged Identity Management.
        Pim = "Privileged Identity Management",
        /// Administrative units.
        AdministrativeUnit = "administrative units",
        /// What carries the logs out of the tenant, in Azure's activity log.
        LogPipeline = "log pipeline",
        /// Microsoft's support asks to be let in.
        SupportAccess = "Microsoft support access",
    }
}

named! {
    /// The service that writes an activity.
    Service {
        /// Core Directory.
        CoreDirectory = "Core Directory",
        /// Conditional Access.
        ConditionalAccess = "Conditional Access",
        /// Authentication Methods.
        AuthenticationMethods = "Authentication Methods",
        /// Device Registration Service.
        DeviceRegistration = "Device Registration Service",
        /// Microsoft Entra multifactor authentication.
        EntraMfa = "Microsoft Entra MFA",
        /// Self-service password management.
        SelfServicePassword = "Self-service Password Management",
        /// Self-service group management.
        SelfServiceGroup = "Self-service Group Management",
        /// Identity Protection.
        IdentityProtection = "Identity Protection",
        /// Privileged Identity Management.
        Pim = "PIM",
        /// Access reviews.
        AccessReviews = "Access Reviews",
        /// Lifecycle workflows.
        LifecycleWorkflows = "Lifecycle Workflows",
        /// Terms of use.
        TermsOfUse = "Terms Of Use",
        /// Application proxy and hybrid authentication.
        ApplicationProxy = "Application Proxy",
        /// The portal.
        ManagementUx = "AAD Management UX",
        /// Elevated access to Azure.
        ElevatedAccess = "Azure RBAC (Elevated Access)",
        /// Azure Resource Manager, in Azure's activity log.
        AzureResourceManager = "Azure Resource Manager",
    }
}

named! {
    /// A public set of detection rules.
    RuleSet {
        /// <https://github.com/SigmaHQ/sigma>
        Sigma = "Sigma",
        /// <https://github.com/elastic/detection-rules>
        Elastic = "Elastic",
        /// <https://github.com/panther-labs/panther-analysis>
        Panther = "Panther",
        /// <https://github.com/splunk/security_content>
        Splunk = "Splunk",
        /// <https://github.com/chronicle/detection-rules>
        Chronicle = "Chronicle",
        /// KQL for Sentinel and Defender that the community publishes.
        Kql = "KQL",
    }
}

/// Every activity that is watched, area by area.
pub fn all() -> impl Iterator<Item = Activity> {
    table::ACTIVITIES.iter().flat_map(|(area, rows)| {
        let activity = |(service, name, others): &(Service, &'static str, &'static [RuleSet])| {
            Activity { area: *area, service: *service, name, others }
        };
        rows.iter().map(activity)
    })
}

/// The table by folded name.
#[derive(Clone, Debug)]
pub struct Activities(BTreeMap<String, Activity>);

impl Default for Activities {
    fn default() -> Self {
        Self(all().map(|one| (name::activity(one.name), one)).collect())
    }
}

impl Activities {
    /// The activity that an event is; `None` for a sign-in, and for what the table lacks.
    pub fn of(&self, event: &Event) -> Option<&Activity> {
        match &event.what {
            What::Audit(audit) => self.find(&audit.activity),
            What::Operation(operation) => self.find(&operation.name),
            What::SignIn(_) | What::Sign(_) | What::Other { .. } => None,
        }
    }

    /// The activity of this name, however it is spelled.
    pub fn find(&self, spelled: &str) -> Option<&Activity> {
        self.0.get(&name::activity(spelled))
    }
}

/// Whether an activity that the table lacks is told all the same: its category is one in which
/// doors are weakened.
pub fn is_in_a_watched_category(category: &str) -> bool {
    ["Policy", "RoleManagement", "Authentication", "AuthorizationPolicy"]
        .iter()
        .any(|one| one.eq_ignore_ascii_case(category.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_found_in_every_spelling_and_each_is_one() {
        let table = Activities::default();
        assert_eq!(table.0.len(), all().count(), "two names are one");
        for one in all() {
            assert_eq!(table.find(&one.name.to_uppercase()), Some(&one));
        }
        let secrets = table.find("Update application – Certificates and secrets management ");
        assert_eq!(secrets.map(|one| one.area), Some(Area::Application));
        assert_eq!(table.find("Update policies of conditional access"), None);
    }

    #[test]
    fn every_area_and_service_is_there() {
        let areas: BTreeSet<Area> = all().map(|one| one.area).collect();
        let services: BTreeSet<Service> = all().map(|one| one.service).collect();
        assert_eq!(areas, Area::ALL.iter().copied().collect());
        assert_eq!(services, Service::ALL.iter().copied().collect());
    }

    #[test]
    fn new_names_count_where_doors_are_weakened() {
        assert!(is_in_a_watched_category("policy"));
        assert!(!is_in_a_watched_category("Device"));
    }
}
