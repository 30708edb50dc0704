//! The environment: on what, from where and for what the accounts are used on the worst day.
//!
//! A proof that an account gets in is a proof about the sign-ins that are declared here, so that
//! the default is the hardest day that somebody can have: a borrowed computer that nobody manages,
//! anywhere in the world. Risk is not declared: the worst day may come at any level of it.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

/// In which circumstances emergency sign-ins happen: every workstation in every place, for every
/// target, at any level of risk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// What is signed in on; at least one.
    pub workstations: Vec<Workstation>,
    /// Where from; at least one.
    pub places: Vec<Place>,
    /// What for; at least one, none of them twice.
    pub targets: Vec<Target>,
    /// Whether signing in with a code that is entered on another device counts as a way in.
    pub device_code: bool,
}

impl Default for Environment {
    /// What counts where the register does not say it, each for a reason:
    ///
    /// - one workstation, unmanaged, of any platform: the managed computers may be what is lost,
    ///   and the one that is borrowed on that day is known to nobody;
    /// - one place, anywhere: the office and its network may be what is lost;
    /// - the Entra admin center, the Azure portal, Microsoft Graph PowerShell and Azure Resource
    ///   Manager, because the portals may be down or blocked while the command line is not; and
    ///   the repair of a Conditional Access policy, which is what most lockouts need;
    /// - no device code: a policy that Microsoft manages blocks it, and it is a means of phishing.
    fn default() -> Self {
        let any_computer = Workstation {
            name: "any computer".to_owned(),
            kind: WorkstationKind::Unmanaged,
            platforms: Vec::new(),
            attributes: BTreeMap::new(),
        };
        let anywhere = Place {
            name: "anywhere".to_owned(),
            addresses: Vec::new(),
            countries: Vec::new(),
            compliant_network: false,
        };
        Self {
            workstations: vec![any_computer],
            places: vec![anywhere],
            targets: Target::DEFAULT.to_vec(),
            device_code: false,
        }
    }
}

/// A computer or phone that emergency sign-ins are made on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workstation {
    /// What it is called in everything that Halligan says.
    pub name: String,
    /// What Entra ID knows of it.
    pub kind: WorkstationKind,
    /// Which platforms it may have; empty for any, also one that Entra ID does not know.
    pub platforms: Vec<Platform>,
    /// What rules of device filters see of it: names of [`Workstation::ATTRIBUTES`] with their
    /// values. One that is not here may have any value, or none; of an unmanaged workstation they
    /// see nothing.
    pub attributes: BTreeMap<String, String>,
}

impl Workstation {
    /// The attributes of a device that rules of device filters can ask for, as they spell them;
    /// without `isCompliant`, which the kind says.
    ///
    /// Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-condition-filters-for-devices#supported-operators-and-device-properties-for-filters>.
    pub const ATTRIBUTES: &'static [&'static str] = &[
        "deviceId",
        "displayName",
        "deviceOwnership",
        "enrollmentProfileName",
        "manufacturer",
        "mdmAppId",
        "model",
        "operatingSystem",
        "operatingSystemVersion",
        "physicalIds",
        "profileType",
        "systemLabels",
        "trustType",
        "extensionAttribute1",
        "extensionAttribute2",
        "extensionAttribute3",
        "extensionAttribute4",
        "extensionAttribute5",
        "extensionAttribute6",
        "extensionAttribute7",
        "extensionAttribute8",
        "extensionAttribute9",
        "extensionAttribute10",
        "extensionAttribute11",
        "extensionAttribute12",
        "extensionAttribute13",
        "extensionAttribute14",
        "extensionAttribute15",
    ];
}

/// A place that emergency sign-ins come from. What is declared holds together: an address out of
/// one of the ranges, in one of the countries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// What it is called in everything that Halligan says.
    pub name: String,
    /// Its public addresses, such as `198.51.100.0/24` or `2001:db8::1`; empty for any.
    pub addresses: Vec<String>,
    /// Its countries, ISO 3166-1 alpha-2 in upper case; empty for any, also an unknown one.
    pub countries: Vec<String>,
    /// Whether sign-ins from there come through Global Secure Access of the same tenant.
    pub compliant_network: bool,
}

/// A word of an enumeration that it does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWord {
    /// What was expected, such as `target`.
    pub what: &'static str,
    /// What was there.
    pub word: String,
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no {} `{}`", self.what, self.word)
    }
}

impl core::error::Error for UnknownWord {}

/// An enumeration whose values have a word in the register and a title for people.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident, $what:literal, $count:literal {
        $($(#[$value_doc:meta])* $value:ident = $word:literal, $title:literal;)+
    })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$value_doc])* $value,)+
        }

        impl $name {
            /// Every value.
            pub const ALL: [Self; $count] = [$(Self::$value,)+];

            /// The words of all values, as the register spells them.
            pub const NAMES: &'static [&'static str] = &[$($word,)+];

            /// The value's word in the register.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$value => $word,)+
                }
            }

            /// What people call it, in Microsoft's words where it has some.
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$value => $title,)+
                }
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;

            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                let unknown = || UnknownWord { what: $what, word: text.to_owned() };
                Self::ALL.into_iter().find(|one| one.name() == text).ok_or_else(unknown)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    )+};
}

words! {
    /// What Entra ID knows of a workstation.
    WorkstationKind, "kind of workstation", 5 {
        /// Nothing: it is not registered, and all of its attributes are null.
        Unmanaged = "unmanaged", "not registered in Microsoft Entra ID";
        /// It is registered or joined, and neither compliant nor hybrid joined.
        Registered = "registered", "registered in Microsoft Entra ID";
        /// It is marked as compliant, and not hybrid joined.
        Compliant = "compliant", "marked as compliant";
        /// It is Microsoft Entra hybrid joined, and not compliant.
        HybridJoined = "hybrid-joined", "Microsoft Entra hybrid joined";
        /// Both.
        CompliantAndHybridJoined = "compliant-and-hybrid-joined",
            "marked as compliant, and Microsoft Entra hybrid joined";
    }

    /// A device platform that Conditional Access knows.
    Platform, "platform", 5 {
        /// Android.
        Android = "android", "Android";
        /// iOS and iPadOS.
        Ios = "ios", "iOS";
        /// Windows.
        Windows = "windows", "Windows";
        /// macOS.
        MacOs = "macos", "macOS";
        /// Linux.
        Linux = "linux", "Linux";
    }

    /// What an emergency sign-in is for.
    Target, "target", 9 {
        /// The Entra admin center.
        EntraAdminCenter = "entra-admin-center", "Microsoft Entra admin center";
        /// The Azure portal.
        AzurePortal = "azure-portal", "Azure portal";
        /// The Intune admin center.
        IntuneAdminCenter = "intune-admin-center", "Microsoft Intune admin center";
        /// The Microsoft 365 admin center.
        Microsoft365AdminCenter = "microsoft-365-admin-center", "Microsoft 365 admin center";
        /// Microsoft Graph, with Microsoft's own command line client.
        GraphPowerShell = "graph-powershell", "Microsoft Graph PowerShell";
        /// Exchange Online, with Microsoft's own command line client.
        ExchangePowerShell = "exchange-powershell", "Exchange Online PowerShell";
        /// Azure Resource Manager, by Azure CLI, Azure PowerShell or REST.
        AzureResourceManager = "azure-resource-manager", "Azure Resource Manager";
        /// The user action: setting up a key or another method.
        SecurityInfo = "security-info", "Register security information";
        /// The repair: changing a Conditional Access policy, the authentication contexts that
        /// protected actions ask for included.
        ConditionalAccessRepair = "conditional-access-repair",
            "Update of a Conditional Access policy";
    }
}

impl Target {
    /// What counts where the register names none; [`Environment::default`] says why.
    pub const DEFAULT: [Self; 5] = [
        Self::EntraAdminCenter,
        Self::AzurePortal,
        Self::GraphPowerShell,
        Self::AzureResourceManager,
        Self::ConditionalAccessRepair,
    ];
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn the_default_is_a_borrowed_computer_anywhere() {
        let Environment { workstations, places, targets, device_code } = Environment::default();
        let [workstation] = workstations.as_slice() else { panic!("{workstations:?}") };
        assert_eq!(workstation.kind, WorkstationKind::Unmanaged);
        assert!(workstation.platforms.is_empty() && workstation.attributes.is_empty());
        let [place] = places.as_slice() else { panic!("{places:?}") };
        assert!(place.addresses.is_empty() && place.countries.is_empty());
        assert!(!place.compliant_network && !device_code);
        let names: Vec<_> = targets.iter().map(|target| target.name()).collect();
        let expected = [
            "entra-admin-center",
            "azure-portal",
            "graph-powershell",
            "azure-resource-manager",
            "conditional-access-repair",
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn every_word_is_read_and_no_other() {
        for target in Target::ALL {
            assert_eq!(target.name().parse(), Ok(target));
        }
        for kind in WorkstationKind::ALL {
            assert_eq!(kind.to_string().parse(), Ok(kind));
        }
        for platform in Platform::ALL {
            assert_eq!(platform.name().parse(), Ok(platform));
        }
        let unknown = "azure".parse::<Target>().unwrap_err();
        assert_eq!(unknown.to_string(), "there is no target `azure`");
        let unknown = "".parse::<WorkstationKind>().unwrap_err();
        assert_eq!(unknown.to_string(), "there is no kind of workstation ``");
        assert!("Windows".parse::<Platform>().is_err(), "words are spelled in one way");
    }

    #[test]
    fn names_and_titles_are_distinct_and_names_are_in_kebab_case() {
        fn check(names: &[&str], titles: &[&str]) {
            let distinct = |words: &[&str]| words.iter().collect::<BTreeSet<_>>().len();
            assert_eq!((distinct(names), distinct(titles)), (names.len(), names.len()));
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(names.iter().all(|name| name.chars().all(plain)), "{names:?}");
        }
        check(Target::NAMES, &Target::ALL.map(Target::title));
        check(WorkstationKind::NAMES, &WorkstationKind::ALL.map(WorkstationKind::title));
        check(Platform::NAMES, &Platform::ALL.map(Platform::title));
        assert_eq!(Target::NAMES, Target::ALL.map(Target::name));
    }
}
