//! Named locations.

use alloc::string::String;
use alloc::vec::Vec;

use super::Unknown;
use super::open::open_enum;
use crate::id::NamedLocationId;

/// A named location of Conditional Access.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedLocation {
    /// Its id.
    pub id: NamedLocationId,
    /// Display name.
    pub display_name: String,
    /// What it contains.
    pub kind: LocationKind,
    /// Members that this version does not know.
    pub unknown: Unknown,
}

/// What a named location contains.
#[derive(Clone, Debug, PartialEq)]
pub enum LocationKind {
    /// Address ranges.
    Ip {
        /// Whether it counts as trusted (`AllTrusted`).
        is_trusted: bool,
        /// Ranges in CIDR notation, as they were written, IPv4 and IPv6.
        ranges: Vec<String>,
    },
    /// Countries and regions.
    Country {
        /// ISO 3166-1 alpha-2 codes, as they were written.
        countries: Vec<String>,
        /// Whether addresses of no known country are included.
        include_unknown: bool,
        /// How the country is found; `None` means by address.
        lookup: Option<CountryLookup>,
    },
    /// The networks of Global Secure Access.
    CompliantNetwork,
    /// A kind that this version does not know, by its `@odata.type`.
    Other(String),
}

open_enum! {
    /// How a sign-in's country is found.
    pub enum CountryLookup {
        /// From the client's address.
        ClientIpAddress = "clientIpAddress",
        /// From the Authenticator app's GPS position, which passwordless methods cannot give.
        AuthenticatorAppGps = "authenticatorAppGps",
    }
}
