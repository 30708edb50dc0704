//! Why it cannot be said whether a network matches.

use alloc::string::String;
use core::fmt;

use super::RangeError;
use crate::ca::NotACountry;
use crate::id::NamedLocationId;
use crate::tenant::Gap;

/// What keeps an answer about a network from being yes or no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The named locations could not be read.
    NotRead(Gap),
    /// A condition names a location that does not exist.
    NoSuchLocation(NamedLocationId),
    /// A condition names something that is no id.
    Placeholder(String),
    /// A condition has members that this version does not know; this is the first.
    ConditionMember(String),
    /// A condition excludes and includes nothing, which the documentation does not explain.
    NothingIncluded,
    /// A location has a range that does not parse.
    Range {
        /// The location.
        location: NamedLocationId,
        /// What is wrong with the range.
        error: RangeError,
    },
    /// A location has a country that does not parse.
    Country {
        /// The location.
        location: NamedLocationId,
        /// What is wrong with the country.
        error: NotACountry,
    },
    /// A location is of a kind that this version does not know.
    Kind {
        /// The location.
        location: NamedLocationId,
        /// Its `@odata.type`.
        kind: String,
    },
    /// A location finds the country in a way that this version does not know.
    Lookup {
        /// The location.
        location: NamedLocationId,
        /// Its `countryLookupMethod`.
        lookup: String,
    },
    /// A location has members that this version does not know; this is the first.
    LocationMember {
        /// The location.
        location: NamedLocationId,
        /// The name of the member.
        member: String,
    },
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotRead(gap) => write!(f, "{gap}"),
            Self::NoSuchLocation(id) => write!(f, "there is no named location `{id}`"),
            Self::Placeholder(text) => write!(f, "`{text}` is no id of a named location"),
            Self::ConditionMember(name) => {
                write!(f, "the location condition has the unknown member `{name}`")
            }
            Self::NothingIncluded => {
                f.write_str("the location condition excludes locations and includes none")
            }
            Self::Range { location, error } => write!(f, "named location `{location}`: {error}"),
            Self::Country { location, error } => write!(f, "named location `{location}`: {error}"),
            Self::Kind { location, kind } => {
                write!(f, "named location `{location}` is of the unknown kind `{kind}`")
            }
            Self::Lookup { location, lookup } => write!(
                f,
                "named location `{location}` finds countries by the unknown method `{lookup}`"
            ),
            Self::LocationMember { location, member } => {
                write!(f, "named location `{location}` has the unknown member `{member}`")
            }
        }
    }
}

impl core::error::Error for Doubt {}
