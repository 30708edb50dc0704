//! Named locations, conditions and networks for the tests of this folder.

use alloc::vec::Vec;

use crate::ca::Network;
use crate::id::NamedLocationId;
use crate::tenant::{CountryLookup, LocationKind, LocationRef, Locations, NamedLocation, Unknown};

/// The id with this number.
pub(super) fn id(number: usize) -> NamedLocationId {
    std::format!("00000000-0000-0000-0000-{number:012x}").into()
}

fn location(number: usize, kind: LocationKind) -> NamedLocation {
    let display_name = std::format!("location {number}");
    NamedLocation { id: id(number), display_name, kind, unknown: Unknown::new() }
}

fn owned(texts: &[&str]) -> Vec<std::string::String> {
    texts.iter().map(|text| (*text).into()).collect()
}

/// An untrusted location of address ranges.
pub(super) fn ranges(number: usize, ranges: &[&str]) -> NamedLocation {
    location(number, LocationKind::Ip { is_trusted: false, ranges: owned(ranges) })
}

/// A trusted location of address ranges.
pub(super) fn trusted(number: usize, ranges: &[&str]) -> NamedLocation {
    location(number, LocationKind::Ip { is_trusted: true, ranges: owned(ranges) })
}

/// A location of countries by address.
pub(super) fn by_address(number: usize, countries: &[&str], unknown: bool) -> NamedLocation {
    let countries = owned(countries);
    let lookup = Some(CountryLookup::ClientIpAddress);
    location(number, LocationKind::Country { countries, include_unknown: unknown, lookup })
}

/// A location of countries by position.
pub(super) fn by_position(number: usize, countries: &[&str], unknown: bool) -> NamedLocation {
    let countries = owned(countries);
    let lookup = Some(CountryLookup::AuthenticatorAppGps);
    location(number, LocationKind::Country { countries, include_unknown: unknown, lookup })
}

/// The compliant network.
pub(super) fn compliant_network(number: usize) -> NamedLocation {
    location(number, LocationKind::CompliantNetwork)
}

/// A condition, in the words of Graph or with the numbers of locations.
pub(super) fn condition(include: &[&str], exclude: &[&str]) -> Locations {
    let refs = |texts: &[&str]| {
        let read = |text: &&str| match text.parse() {
            Ok(number) => LocationRef::Id(id(number)),
            Err(_) => LocationRef::from_graph(text),
        };
        texts.iter().map(read).collect()
    };
    Locations { include: refs(include), exclude: refs(exclude), unknown: Unknown::new() }
}

/// A network of nothing but an address.
pub(super) fn network(address: &str) -> Network {
    Network {
        address: address.parse().unwrap(),
        country: None,
        gps: None,
        is_compliant: false,
        is_mfa_trusted: false,
    }
}
