//! One concrete sign-in: what the reference evaluator judges, and what a witness is.
//!
//! Every value is one that the documentation of Conditional Access names; the words of
//! `POST /identity/conditionalAccess/evaluate` are used where it has some.
//!
//! Source: <https://learn.microsoft.com/graph/api/resources/signinconditions>.

use alloc::string::String;
use core::fmt;
use core::net::IpAddr;
use core::str::FromStr;

use super::Device;
use crate::id::AppId;

/// One sign-in of a user.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SignIn {
    /// What it is for.
    pub target: Target,
    /// The kind of client.
    pub client: Client,
    /// The platform, as the client claims it.
    pub platform: OsPlatform,
    /// Where it comes from.
    pub network: Network,
    /// The device that it is made on.
    pub device: Device,
    /// Risk of this sign-in.
    pub sign_in_risk: Risk,
    /// Risk of the user.
    pub user_risk: Risk,
    /// Insider risk of the user.
    pub insider_risk: InsiderLevel,
    /// The authentication flow.
    pub flow: Flow,
}

/// What a sign-in is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A resource, by application id.
    Resource(AppId),
    /// A user action, such as `urn:user:registersecurityinfo`, in lower case.
    UserAction(String),
    /// An authentication context, such as `c1`, in lower case.
    AuthenticationContext(String),
}

/// Where a sign-in comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Network {
    /// The public address that Entra ID sees.
    pub address: IpAddr,
    /// The country of that address; `None` where it has none that is known.
    pub country: Option<Country>,
    /// The country of the position that the Authenticator app gives; `None` where it gives none.
    pub gps: Option<Country>,
    /// Whether it comes through Global Secure Access of the same tenant.
    pub is_compliant: bool,
    /// Whether the address is one of the trusted addresses of the legacy MFA settings, which no
    /// interface of Microsoft Graph shows.
    pub is_mfa_trusted: bool,
}

/// A country or region: an ISO 3166-1 alpha-2 code, in upper case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Country([u8; 2]);

/// A text that is no country code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotACountry(pub String);

impl fmt::Display for NotACountry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no country code of ISO 3166-1, such as `GB`", self.0)
    }
}

impl core::error::Error for NotACountry {}

/// The codes that are assigned, and the one that Kosovo uses.
///
/// Source: ISO 3166-1, alpha-2.
const ASSIGNED: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN \
    BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ \
    DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL \
    GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM \
    JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME \
    MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP \
    NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD \
    SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO \
    TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

impl Country {
    /// A code that somebody wrote: one that is assigned, in any letter case.
    ///
    /// # Errors
    ///
    /// [`NotACountry`] where no country has it, such as `UK`, which is `GB`.
    pub fn written(text: &str) -> Result<Self, NotACountry> {
        let country: Self = text.parse()?;
        let is_assigned = ASSIGNED.split(' ').any(|one| one.as_bytes() == country.0);
        is_assigned.then_some(country).ok_or_else(|| NotACountry(text.into()))
    }
}

impl FromStr for Country {
    type Err = NotACountry;

    fn from_str(text: &str) -> Result<Self, NotACountry> {
        match text.as_bytes() {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                Ok(Self([a.to_ascii_uppercase(), b.to_ascii_uppercase()]))
            }
            _ => Err(NotACountry(text.into())),
        }
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|letter| write!(f, "{}", char::from(*letter)))
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Country({self})")
    }
}

/// An enumeration of which a sign-in has exactly one value.
macro_rules! one_of {
    ($($(#[$doc:meta])* $name:ident {
        $($(#[$value_doc:meta])* $value:ident = $text:literal),+ $(,)?
    })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$value_doc])* $value,)+
        }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$value,)+];

            /// The value as Microsoft Graph spells it.
            pub const fn as_graph(self) -> &'static str {
                match self {
                    $(Self::$value => $text,)+
                }
            }

            /// Reads a value in any letter case; `None` for one that there is not.
            pub fn from_graph(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_graph().eq_ignore_ascii_case(text))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_graph())
            }
        }
    )+};
}
pub(super) use one_of;

one_of! {
    /// The kind of client.
    Client {
        /// A browser.
        Browser = "browser",
        /// Modern apps.
        MobileAppsAndDesktopClients = "mobileAppsAndDesktopClients",
        /// Exchange ActiveSync.
        ExchangeActiveSync = "exchangeActiveSync",
        /// Legacy authentication.
        Legacy = "other",
    }

    /// A device platform, as the client claims it.
    OsPlatform {
        /// Windows.
        Windows = "windows",
        /// macOS.
        MacOs = "macOS",
        /// Linux.
        Linux = "linux",
        /// iOS and iPadOS.
        Ios = "iOS",
        /// Android.
        Android = "android",
        /// Windows Phone.
        WindowsPhone = "windowsPhone",
        /// None of those that Entra ID knows.
        Unknown = "unknown",
    }

    /// A level of risk.
    Risk {
        /// No risk.
        None = "none",
        /// Low.
        Low = "low",
        /// Medium.
        Medium = "medium",
        /// High.
        High = "high",
    }

    /// A level of insider risk.
    InsiderLevel {
        /// No risk.
        None = "none",
        /// Minor.
        Minor = "minor",
        /// Moderate.
        Moderate = "moderate",
        /// Elevated.
        Elevated = "elevated",
    }

    /// An authentication flow.
    Flow {
        /// None that Conditional Access tells apart.
        None = "none",
        /// Device code.
        DeviceCode = "deviceCodeFlow",
        /// Transfer from one device to another.
        AuthenticationTransfer = "authenticationTransfer",
    }
}

impl Client {
    /// Whether it can do multifactor authentication and show the state of its device. Legacy
    /// clients cannot.
    ///
    /// Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-conditions#client-apps>.
    pub const fn is_modern(self) -> bool {
        matches!(self, Self::Browser | Self::MobileAppsAndDesktopClients)
    }
}
