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
        write!(f, "`{}` is no country code (two letters, ISO 3166-1)", self.0)
    }
}

impl core::error::Error for NotACountry {}

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
