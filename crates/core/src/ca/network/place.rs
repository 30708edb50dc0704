//! One named location: which networks lie in it.
//!
//! Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-assignment-network>.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use super::{Doubt, Range};
use crate::ca::{Country, Network};
use crate::tenant::{CountryLookup, LocationKind, NamedLocation, said};

/// Members of a named location that say nothing about what lies in it. `note` and `description`
/// are written by people who keep named locations in files.
const BESIDE_THE_POINT: [&str; 4] = ["createdDateTime", "modifiedDateTime", "note", "description"];

/// Whether `network` lies in a named location.
///
/// A position that is not given counts as a country that is not known; that a sign-in must give
/// one at all is the evaluator's to demand ([`needs_position`](super::needs_position)).
///
/// # Errors
///
/// What keeps the answer from being certain. A certain yes wins over a range or a country of the
/// same location that does not parse; over members that are not known nothing wins, since they
/// may narrow the location.
pub fn lies_in(location: &NamedLocation, network: &Network) -> Result<bool, Doubt> {
    let (extent, doubt) = Extent::of(location);
    match doubt {
        _ if extent.contains(network) => Ok(true),
        Some(doubt) => Err(doubt),
        None => Ok(false),
    }
}

/// Whether two versions of a named location say the same of what lies in it and of trust, whatever
/// they are called and whenever they were written.
pub(crate) fn is_alike(one: &NamedLocation, other: &NamedLocation) -> bool {
    let told = |location: &'_ NamedLocation| -> BTreeMap<String, serde_json::Value> {
        let members = location.unknown.iter();
        let told = members.filter(|(name, _)| !BESIDE_THE_POINT.contains(&name.as_str()));
        told.map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    one.id == other.id && one.kind == other.kind && told(one) == told(other)
}

/// Whether a named location is one of the trusted ones that `AllTrusted` stands for.
///
/// Those are locations of address ranges that are marked so, and the compliant network where it
/// is ("Organizations can optionally mark this location as trusted"); countries cannot be marked.
///
/// Sources:
/// <https://learn.microsoft.com/entra/identity/conditional-access/concept-assignment-network#trusted-locations>,
/// <https://learn.microsoft.com/entra/global-secure-access/how-to-compliant-network>,
/// <https://learn.microsoft.com/graph/api/resources/compliantnetworknamedlocation?view=graph-rest-beta>.
///
/// # Errors
///
/// The kind is unknown and the location does not say.
pub fn is_trusted(location: &NamedLocation) -> Result<bool, Doubt> {
    let marked = location.unknown.get("isTrusted").and_then(serde_json::Value::as_bool);
    match (&location.kind, marked) {
        (LocationKind::Ip { is_trusted, .. }, _) => Ok(*is_trusted),
        (LocationKind::Country { .. }, _) => Ok(false),
        (LocationKind::CompliantNetwork, marked) => Ok(marked.unwrap_or(false)),
        (LocationKind::Other(_), Some(marked)) => Ok(marked),
        (LocationKind::Other(kind), None) => {
            Err(Doubt::Kind { location: location.id.clone(), kind: kind.clone() })
        }
    }
}

/// What certainly lies in a named location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// Nothing.
    Nothing,
    /// Addresses.
    Ranges(Vec<Range>),
    /// The countries of addresses.
    Countries(Countries),
    /// The countries of positions that the Authenticator app gives.
    Positions(Countries),
    /// The networks of Global Secure Access.
    CompliantNetwork,
}

/// Countries, and whether one that is not known is among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Countries {
    pub(super) named: BTreeSet<Country>,
    pub(super) include_unknown: bool,
}

impl Countries {
    /// "Some IP addresses don't map to a specific country or region. To capture these IP
    /// locations, check the box Include unknown countries/regions."
    ///
    /// Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-assignment-network#include-unknown-countriesregions>.
    pub(super) fn contains(&self, country: Option<Country>) -> bool {
        country.map_or(self.include_unknown, |country| self.named.contains(&country))
    }
}

impl Extent {
    /// What certainly lies in `location`, and why something else may as well.
    pub(super) fn of(location: &NamedLocation) -> (Self, Option<Doubt>) {
        let id = || location.id.clone();
        if let LocationKind::Other(kind) = &location.kind {
            return (Self::Nothing, Some(Doubt::Kind { location: id(), kind: kind.clone() }));
        }
        if let Some(member) = unknown_member(location) {
            return (Self::Nothing, Some(Doubt::LocationMember { location: id(), member }));
        }
        match &location.kind {
            LocationKind::Ip { ranges, .. } => {
                let (ranges, error) = read_each(ranges, Range::parse);
                let doubt = error.map(|error| Doubt::Range { location: id(), error });
                (Self::Ranges(ranges), doubt)
            }
            LocationKind::Country { countries, include_unknown, lookup } => {
                let (named, error) = read_each(countries, |text| text.trim().parse());
                let doubt = error.map(|error| Doubt::Country { location: id(), error });
                let countries = Countries { named, include_unknown: *include_unknown };
                match lookup {
                    None | Some(CountryLookup::ClientIpAddress) => {
                        (Self::Countries(countries), doubt)
                    }
                    Some(CountryLookup::AuthenticatorAppGps) => (Self::Positions(countries), doubt),
                    Some(CountryLookup::Other(lookup)) => {
                        let lookup = lookup.clone();
                        (Self::Nothing, Some(Doubt::Lookup { location: id(), lookup }))
                    }
                }
            }
            LocationKind::CompliantNetwork => (Self::CompliantNetwork, None),
            LocationKind::Other(_) => (Self::Nothing, None),
        }
    }

    /// The countries, where it goes by address.
    pub(super) fn by_address(&self) -> Option<&Countries> {
        match self {
            Self::Countries(countries) => Some(countries),
            _ => None,
        }
    }

    /// The countries, where it goes by position.
    pub(super) fn by_position(&self) -> Option<&Countries> {
        match self {
            Self::Positions(countries) => Some(countries),
            _ => None,
        }
    }

    /// Whether `network` certainly lies in it.
    pub(super) fn contains(&self, network: &Network) -> bool {
        match self {
            Self::Nothing => false,
            Self::Ranges(ranges) => ranges.iter().any(|range| range.contains(network.address)),
            Self::Countries(countries) => countries.contains(network.country),
            Self::Positions(countries) => countries.contains(network.gps),
            Self::CompliantNetwork => network.is_compliant,
        }
    }
}

/// Everything that parses, and the first error.
fn read_each<T, E, C: FromIterator<T>>(
    texts: &[String],
    mut read: impl FnMut(&str) -> Result<T, E>,
) -> (C, Option<E>) {
    let mut first = None;
    let good = texts.iter().filter_map(|text| match read(text) {
        Ok(value) => Some(value),
        Err(error) => {
            first.get_or_insert(error);
            None
        }
    });
    let good = good.collect();
    (good, first)
}

/// The first member that says something about the extent which this version does not understand.
fn unknown_member(location: &NamedLocation) -> Option<String> {
    let is_compliant_network = matches!(location.kind, LocationKind::CompliantNetwork);
    let is_understood = |name: &str| match location.unknown.get(name) {
        _ if BESIDE_THE_POINT.contains(&name) => true,
        // Who is trusted is `is_trusted`'s to read; only locations of other kinds have no such
        // member, so that one which claims to be trusted is not what it seems.
        Some(serde_json::Value::Bool(trusted)) if name == "isTrusted" => {
            is_compliant_network || !trusted
        }
        Some(serde_json::Value::String(of_type)) if name == "compliantNetworkType" => {
            is_compliant_network && of_type.eq_ignore_ascii_case("allTenantCompliantNetworks")
        }
        _ => false,
    };
    said(&location.unknown).find(|name| !is_understood(name)).map(String::from)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{
        by_address, by_position, compliant_network, network, ranges, trusted,
    };
    use super::*;
    use crate::ca::NotACountry;
    use crate::ca::network::RangeError;
    use serde_json::json;
    use std::string::ToString;

    fn saying(mut location: NamedLocation, name: &str, value: serde_json::Value) -> NamedLocation {
        location.unknown.insert(name.into(), value);
        location
    }

    fn odd(kind: LocationKind) -> NamedLocation {
        NamedLocation { kind, ..ranges(1, &[]) }
    }

    #[test]
    fn an_address_lies_in_any_range() {
        let office = ranges(1, &["203.0.113.0/24", "203.0.114.0/24", "2001:db8::/32"]);
        for (address, expected) in [
            ("203.0.113.9", true),
            ("::ffff:203.0.114.9", true),
            ("203.0.115.9", false),
            ("2001:db8::7", true),
            ("2001:db9::7", false),
        ] {
            assert_eq!(lies_in(&office, &network(address)), Ok(expected), "{address}");
        }
        assert_eq!(lies_in(&ranges(1, &[]), &network("203.0.113.9")), Ok(false));
    }

    #[test]
    fn a_range_that_does_not_parse_leaves_doubt_outside_the_others() {
        let office = ranges(1, &["203.0.113.0/33", "203.0.113.0/24", "office"]);
        assert_eq!(lies_in(&office, &network("203.0.113.9")), Ok(true));
        let doubt = lies_in(&office, &network("198.51.100.1")).unwrap_err();
        let error = RangeError::PrefixTooLong { text: "203.0.113.0/33".into(), most: 32 };
        assert_eq!(doubt, Doubt::Range { location: office.id.clone(), error });
        assert!(doubt.to_string().contains("`203.0.113.0/33`"), "{doubt}");
    }

    #[test]
    fn a_country_is_found_by_address_unless_by_position() {
        let check = |location: &NamedLocation, country: Option<&str>, gps: Option<&str>| {
            let code = |text: Option<&str>| text.map(|text| text.parse().unwrap());
            let from = network("198.51.100.1");
            lies_in(location, &Network { country: code(country), gps: code(gps), ..from })
        };
        let by_address = |countries: &[&str], unknown| by_address(1, countries, unknown);
        let by_position = |countries: &[&str], unknown| by_position(1, countries, unknown);
        assert_eq!(check(&by_address(&["AT", "ch"], false), Some("CH"), None), Ok(true));
        assert_eq!(check(&by_address(&["AT", "ch"], false), Some("DE"), Some("AT")), Ok(false));
        assert_eq!(check(&by_address(&["AT"], false), None, Some("AT")), Ok(false));
        assert_eq!(check(&by_address(&["AT"], true), None, None), Ok(true));
        assert_eq!(check(&by_address(&[], true), Some("AT"), None), Ok(false));
        assert_eq!(check(&by_position(&["AT"], false), Some("DE"), Some("AT")), Ok(true));
        assert_eq!(check(&by_position(&["AT"], false), Some("AT"), None), Ok(false));
        assert_eq!(check(&by_position(&["AT"], true), Some("DE"), None), Ok(true));

        let doubt = Doubt::Country {
            location: by_address(&[], false).id,
            error: NotACountry("Austria".into()),
        };
        assert_eq!(check(&by_address(&["Austria", "DE"], false), Some("DE"), None), Ok(true));
        assert_eq!(check(&by_address(&["Austria"], true), None, None), Ok(true));
        assert_eq!(check(&by_address(&["Austria"], false), Some("AT"), None), Err(doubt));
    }

    #[test]
    fn the_compliant_network_is_what_the_sign_in_comes_through() {
        let outside = network("198.51.100.1");
        let inside = Network { is_compliant: true, ..outside.clone() };
        assert_eq!(lies_in(&compliant_network(1), &inside), Ok(true));
        assert_eq!(lies_in(&compliant_network(1), &outside), Ok(false));
    }

    #[test]
    fn what_is_not_understood_is_in_doubt() {
        let from = network("203.0.113.9");
        let id = ranges(1, &[]).id;
        let satellite = odd(LocationKind::Other("#microsoft.graph.satellite".into()));
        let kind = "#microsoft.graph.satellite".into();
        assert_eq!(lies_in(&satellite, &from), Err(Doubt::Kind { location: id.clone(), kind }));

        let by_stars = odd(LocationKind::Country {
            countries: std::vec!["AT".into()],
            include_unknown: true,
            lookup: Some(CountryLookup::Other("stars".into())),
        });
        let lookup = "stars".into();
        assert_eq!(lies_in(&by_stars, &from), Err(Doubt::Lookup { location: id.clone(), lookup }));

        let hours = saying(ranges(1, &["203.0.113.0/24"]), "hours", json!("9-17"));
        let member = "hours".into();
        assert_eq!(lies_in(&hours, &from), Err(Doubt::LocationMember { location: id, member }));
    }

    #[test]
    fn members_that_change_nothing_are_no_doubt() {
        let office = ranges(1, &["203.0.113.0/24"]);
        for (name, value, is_clear) in [
            ("createdDateTime", json!("2026-01-01T00:00:00Z"), true),
            ("note", json!("the office"), true),
            ("hours", json!(null), true),
            ("isTrusted", json!(false), true),
            ("isTrusted", json!(true), false),
            ("compliantNetworkType", json!("allTenantCompliantNetworks"), false),
        ] {
            let location = saying(office.clone(), name, value.clone());
            let answer = lies_in(&location, &network("203.0.113.9"));
            assert_eq!(answer.is_ok(), is_clear, "{name}: {value}");
        }
        let inside = Network { is_compliant: true, ..network("198.51.100.1") };
        for (name, value, is_clear) in [
            ("isTrusted", json!(true), true),
            ("compliantNetworkType", json!("allTenantCompliantNetworks"), true),
            ("compliantNetworkType", json!("someOfThem"), false),
        ] {
            let location = saying(compliant_network(1), name, value.clone());
            assert_eq!(lies_in(&location, &inside).is_ok(), is_clear, "{name}: {value}");
        }
    }

    #[test]
    fn only_what_is_marked_is_trusted() {
        assert_eq!(is_trusted(&trusted(1, &["203.0.113.0/24"])), Ok(true));
        assert_eq!(is_trusted(&ranges(1, &["203.0.113.0/24"])), Ok(false));
        let marked = |location| is_trusted(&saying(location, "isTrusted", json!(true)));
        assert_eq!(marked(by_address(1, &["AT"], false)), Ok(false));
        assert_eq!(marked(compliant_network(1)), Ok(true));
        assert_eq!(is_trusted(&compliant_network(1)), Ok(false));
        let satellite = odd(LocationKind::Other("satellite".into()));
        assert!(matches!(is_trusted(&satellite), Err(Doubt::Kind { .. })));
        assert_eq!(marked(satellite), Ok(true));
    }
}
