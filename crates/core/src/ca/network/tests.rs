//! Tests of the classes of networks: told cases, then brute force against [`matches()`].

use alloc::string::String;
use alloc::vec::Vec;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::json;

use super::samples::{
    by_address, by_position, compliant_network, condition, network, ranges, trusted,
};
use super::*;
use crate::ca::{Country, Network};
use crate::tenant::{Gap, GapReason, Locations, NamedLocation, PartKind};

const ZERO: &str = "00000000-0000-0000-0000-000000000000";

fn code(text: &str) -> Country {
    text.parse().unwrap()
}

/// Each class in a line: the network, then its verdicts as `y`, `n` and `?`.
fn lines(conditions: &[Locations], named: &[NamedLocation], scope: &Scope) -> Vec<String> {
    let conditions: Vec<&Locations> = conditions.iter().collect();
    let classes = classes(&conditions, Ok(named), scope).unwrap();
    classes.iter().map(line).collect()
}

fn line(Class { network, verdicts }: &Class) -> String {
    let mut line = std::format!("{}", network.address);
    let country =
        |country: Option<Country>| country.map_or("-".into(), |one| std::format!("{one}"));
    line += &std::format!(" {}", country(network.country));
    if let Some(position) = network.gps {
        line += &std::format!(" gps {position}");
    }
    line += if network.is_compliant { " compliant" } else { "" };
    line += if network.is_mfa_trusted { " mfa-trusted" } else { "" };
    let verdict = |truth: &Truth| match truth {
        Truth::Yes => 'y',
        Truth::No => 'n',
        Truth::Unknown => '?',
    };
    line + ": " + &verdicts.iter().map(verdict).collect::<String>()
}

#[test]
fn without_conditions_there_is_one_plain_class() {
    assert_eq!(lines(&[], &[], &Scope::EVERYWHERE), ["198.51.100.1 US: "]);
    let everywhere = [condition(&["All"], &[]), condition(&[], &[])];
    assert_eq!(lines(&everywhere, &[], &Scope::EVERYWHERE), ["198.51.100.1 US: yy"]);
}

#[test]
fn only_locations_that_a_condition_names_matter() {
    let named = [trusted(1, &["203.0.113.0/24"]), ranges(2, &["192.0.2.0/24"])];
    let all_but_2 = [condition(&["All"], &["2"])];
    assert_eq!(
        lines(&all_but_2, &named, &Scope::EVERYWHERE),
        ["198.51.100.1 US: y", "192.0.2.0 US: n"],
    );
    let all_but_trusted = [condition(&["All"], &["AllTrusted"])];
    assert_eq!(
        lines(&all_but_trusted, &named, &Scope::EVERYWHERE),
        ["198.51.100.1 US: y", "203.0.113.1 US: n"],
    );
    // Being MFA trusted differs from being in a trusted location only where the id is named.
    let both = [condition(&["AllTrusted"], &[]), condition(&[ZERO], &[])];
    assert_eq!(
        lines(&both, &named, &Scope::EVERYWHERE),
        ["198.51.100.1 US: nn", "203.0.113.1 US: yn", "198.51.100.1 US mfa-trusted: yy"],
    );
}

#[test]
fn countries_are_one_for_all_others_each_named_one_and_none() {
    let named = [by_address(1, &["AT", "US"], false), by_address(2, &["AT"], true)];
    let conditions = [condition(&["1"], &[]), condition(&["2"], &[])];
    assert_eq!(
        lines(&conditions, &named, &Scope::EVERYWHERE),
        ["198.51.100.1 DE: nn", "198.51.100.1 AT: yy", "198.51.100.1 US: yn", "198.51.100.1 -: ny"],
    );
    let at_home = Scope { countries: Some([code("US"), code("CH")].into()), ..Scope::EVERYWHERE };
    assert_eq!(
        lines(&conditions, &named, &at_home),
        ["198.51.100.1 CH: nn", "198.51.100.1 US: yn"],
    );
}

#[test]
fn a_class_says_whether_a_position_is_given() {
    let named = [by_position(1, &["AT"], false)];
    let conditions = [condition(&["1"], &[])];
    let given = ["198.51.100.1 US: n", "198.51.100.1 US gps US: n", "198.51.100.1 US gps AT: y"];
    assert_eq!(lines(&conditions, &named, &Scope::EVERYWHERE), given);
    let withheld = Scope { gives_position: false, ..Scope::EVERYWHERE };
    assert_eq!(lines(&conditions, &named, &withheld), ["198.51.100.1 US: n"]);
    // A condition that is not understood asks for it all the same.
    let mut strange = condition(&["1"], &[]);
    strange.unknown.insert("planets".into(), json!(["Mars"]));
    let given = ["198.51.100.1 US: ?", "198.51.100.1 US gps US: ?"];
    assert_eq!(lines(&[strange], &named, &Scope::EVERYWHERE), given);
}

#[test]
fn the_compliant_network_is_looked_at_where_it_is_named_or_in_scope() {
    let named = [compliant_network(1)];
    let all_but_it = [condition(&["All"], &["1"])];
    let all = [condition(&["All"], &[])];
    let through_it = Scope { compliant: Some(true), ..Scope::EVERYWHERE };
    let inside = "198.51.100.1 US compliant: n";
    assert_eq!(lines(&all_but_it, &named, &Scope::EVERYWHERE), ["198.51.100.1 US: y", inside]);
    assert_eq!(lines(&all_but_it, &named, &through_it), [inside]);
    assert_eq!(lines(&all, &named, &Scope::EVERYWHERE), ["198.51.100.1 US: y"]);
    assert_eq!(lines(&all, &named, &through_it), ["198.51.100.1 US compliant: y"]);
}

#[test]
fn no_address_of_ipv6_is_mfa_trusted() {
    let named = [ranges(1, &["2001:db8::/32"])];
    let conditions = [condition(&["1"], &[]), condition(&[ZERO], &[])];
    assert_eq!(
        lines(&conditions, &named, &Scope::EVERYWHERE),
        ["198.51.100.1 US: nn", "2001:db8::1 US: yn", "198.51.100.1 US mfa-trusted: ny"],
    );
}

#[test]
fn locations_that_could_not_be_read_are_in_doubt_everywhere() {
    let gap = Gap::new(PartKind::NamedLocations, None, GapReason::NotInSource);
    let conditions = [&condition(&["1"], &[]), &condition(&["All"], &["AllTrusted"])];
    let classes = classes(&conditions, Err(&gap), &Scope::EVERYWHERE).unwrap();
    let lines: Vec<String> = classes.iter().map(line).collect();
    assert_eq!(lines, ["198.51.100.1 US: ??", "198.51.100.1 US mfa-trusted: ?n"]);
}

#[test]
fn a_hundred_thousand_ranges_are_as_many_classes_as_differ() {
    // 100 locations of 1,000 networks each, one condition for each, neighbours overlapping.
    let text = |number: usize| {
        let (high, low) = (number / 100, number % 100);
        std::format!("{}.{}.{}.0/23", 20 + high / 256, high % 256, low * 2)
    };
    let location = |number: usize| {
        let texts: Vec<String> = (0..1000).map(|one| text(number * 1000 + one)).collect();
        let mut texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let shared = std::format!("30.0.{number}.0-30.0.{}.255", number + 1);
        texts.push(&shared);
        ranges(number, &texts)
    };
    let named: Vec<NamedLocation> = (1..=100).map(location).collect();
    let conditions: Vec<Locations> =
        (1..=100).map(|number| condition(&[&std::format!("{number}")], &[])).collect();
    let lines = lines(&conditions, &named, &Scope::EVERYWHERE);
    // Elsewhere, each location alone, and each with its neighbour.
    assert_eq!(lines.len(), 1 + 100 + 99);
}

#[test]
fn too_many_combinations_are_an_error_that_names_the_limit() {
    let codes = ["AT", "BE", "CH", "DE", "ES", "FR", "GB", "HU", "IT", "JP", "KE", "LU", "MX"];
    let codes = codes.iter().chain(&["NO", "OM", "PT", "QA", "RO", "SE", "TR", "UA", "VN", "ZA"]);
    let mut named: Vec<NamedLocation> =
        (0..250).map(|one| ranges(1000 + one, &[&std::format!("20.0.{one}.0/24")])).collect();
    for (one, code) in codes.enumerate() {
        named.push(by_address(2000 + one, &[code], false));
        named.push(by_position(3000 + one, &[code], false));
    }
    named.push(compliant_network(4000));
    let each = (1000..1250).chain(2000..2023).chain(3000..3023).chain([4000]);
    let each = each.map(|one| std::format!("{one}"));
    let conditions: Vec<Locations> = each.map(|one| condition(&[&one], &[])).collect();
    let conditions: Vec<&Locations> = conditions.iter().collect();
    let error = classes(&conditions, Ok(&named), &Scope::EVERYWHERE).unwrap_err();
    // One kind of address and of country more than are named, two of positions, both of networks.
    assert_eq!(error, TooMany { combinations: 251 * 24 * 25 * 2 });
    assert!(std::format!("{error}").contains("NETWORK_CLASSES_MAX (250000)"), "{error}");
}

const RANGES: [&str; 14] = [
    "203.0.113.0/29",
    "203.0.113.0/30",
    "203.0.113.4/30",
    "203.0.113.2-203.0.113.5",
    "203.0.113.6",
    "0.0.0.0/0",
    "198.51.100.0/24",
    "255.255.255.255",
    "2001:db8::/125",
    "2001:db8::3-2001:db8::8",
    "::/0",
    "::ffff:203.0.113.3",
    "203.0.113.0/33",
    "office",
];

const CODES: [&str; 4] = ["AT", "CH", "de", "Austria"];

/// Some of the texts.
fn some(texts: &'static [&'static str]) -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(texts, 0..=texts.len().min(4))
}

fn a_location(number: usize) -> impl Strategy<Value = NamedLocation> {
    let location = prop_oneof![
        4 => some(&RANGES).prop_map(move |texts| ranges(number, &texts)),
        3 => some(&RANGES).prop_map(move |texts| trusted(number, &texts)),
        3 => (some(&CODES), any::<bool>()).prop_map(move |(c, u)| by_address(number, &c, u)),
        2 => (some(&CODES), any::<bool>()).prop_map(move |(c, u)| by_position(number, &c, u)),
        1 => Just(compliant_network(number)),
    ];
    let strange = select(&[None, None, None, None, None, Some("isTrusted"), Some("hours")][..]);
    (location, strange).prop_map(|(mut location, strange)| {
        location.unknown.extend(strange.map(|name| (name.into(), json!(true))));
        location
    })
}

fn a_condition() -> impl Strategy<Value = Locations> {
    let reference =
        || select(&["All", "AllTrusted", ZERO, "1", "2", "3", "4", "9", "<Office>"][..]);
    let refs = || proptest::collection::vec(reference(), 0..4);
    (refs(), refs(), 0..12).prop_map(|(include, exclude, strange)| {
        let mut condition = condition(&include, &exclude);
        if strange == 0 {
            condition.unknown.insert("planets".into(), json!(["Mars"]));
        }
        condition
    })
}

fn a_network() -> impl Strategy<Value = Network> {
    let near = (0_u8..10).prop_map(|low| std::format!("203.0.113.{low}"));
    let near_v6 = (0_u8..10).prop_map(|low| std::format!("2001:db8::{low}"));
    let far = ["198.51.100.77", "255.255.255.255", "0.0.0.0", "::", "ffff::1", "8.8.8.8"];
    let far = select(Vec::from(far)).prop_map(String::from);
    let address = prop_oneof![near, near_v6, far];
    let country = || select(Vec::from([None, Some("AT"), Some("CH"), Some("DE"), Some("JP")]));
    (address, country(), country(), any::<bool>(), any::<bool>()).prop_map(
        |(address, country, gps, is_compliant, is_mfa_trusted)| {
            let network = network(&address);
            let is_mfa_trusted = is_mfa_trusted && network.address.is_ipv4();
            let (country, gps) = (country.map(code), gps.map(code));
            Network { country, gps, is_compliant, is_mfa_trusted, ..network }
        },
    )
}

fn a_scope() -> impl Strategy<Value = Scope> {
    let addresses = some(&RANGES[..12])
        .prop_map(|texts| texts.iter().map(|text| Range::parse(text).unwrap()).collect());
    let countries = some(&CODES[..3]).prop_map(|texts| texts.into_iter().map(code).collect());
    let addresses = proptest::option::weighted(0.3, addresses);
    let countries = proptest::option::weighted(0.3, countries);
    (addresses, countries, proptest::option::weighted(0.3, any::<bool>()), any::<bool>()).prop_map(
        |(addresses, countries, compliant, gives_position)| Scope {
            addresses,
            countries,
            compliant,
            gives_position,
        },
    )
}

fn is_in(scope: &Scope, network: &Network) -> bool {
    let is_listed = |country| scope.countries.as_ref().is_none_or(|list| list.contains(&country));
    let addresses = scope.addresses.as_ref();
    addresses.is_none_or(|list| list.iter().any(|range| range.contains(network.address)))
        && network.country.map_or(scope.countries.is_none(), is_listed)
        && network.gps.is_none_or(|position| scope.gives_position && is_listed(position))
        && scope.compliant.is_none_or(|wanted| wanted == network.is_compliant)
}

fn judge(conditions: &[&Locations], named: &[NamedLocation], network: &Network) -> Vec<Truth> {
    conditions.iter().map(|one| Truth::from(matches(one, Ok(named), network))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(600)
    })]

    /// The classes are exact: each is real, none is there twice, and every network has one.
    #[test]
    fn the_classes_are_those_of_brute_force(
        named in (a_location(1), a_location(2), a_location(3), a_location(4)),
        conditions in proptest::collection::vec(a_condition(), 0..5),
        scope in a_scope(),
        networks in proptest::collection::vec(a_network(), 40),
    ) {
        let named: [NamedLocation; 4] = named.into();
        let conditions: Vec<&Locations> = conditions.iter().collect();
        let classes = classes(&conditions, Ok(&named), &scope).unwrap();
        let asks = conditions.iter().any(|one| needs_position(one, Ok(&named)) == Ok(true));
        let mark = |network: &Network| asks && network.gps.is_some();
        for (index, class) in classes.iter().enumerate() {
            prop_assert!(is_in(&scope, &class.network), "{class:?} is not in scope");
            prop_assert_eq!(&class.verdicts, &judge(&conditions, &named, &class.network));
            let is_same = |other: &&Class| {
                other.verdicts == class.verdicts && mark(&other.network) == mark(&class.network)
            };
            prop_assert!(!classes[..index].iter().any(|other| is_same(&other)), "{class:?} twice");
        }
        for network in networks.iter().filter(|network| is_in(&scope, network)) {
            let verdicts = judge(&conditions, &named, network);
            let has_class = classes.iter().any(|class| {
                class.verdicts == verdicts && mark(&class.network) == mark(network)
            });
            prop_assert!(has_class, "{network:?} has no class: {verdicts:?} of {classes:#?}");
        }
    }
}
