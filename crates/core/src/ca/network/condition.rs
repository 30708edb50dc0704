//! One location condition: which networks it matches.
//!
//! Answers are three-valued after Kleene: yes, no, or a [`Doubt`], which no certain answer needs.
//!
//! Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-assignment-network>.

use alloc::vec::Vec;

use super::Doubt;
use super::place::{Extent, is_trusted, lies_in};
use crate::ca::Network;
use crate::id::{Guid, NamedLocationId};
use crate::tenant::{Gap, LocationRef, Locations, NamedLocation, said};

/// The named locations of a tenant, or why they could not be read.
pub(super) type Named<'a> = Result<&'a [NamedLocation], &'a Gap>;

/// Whether a policy with the location condition `locations` matches `network`: whether it is in
/// an included location and in no excluded one.
///
/// A condition that lists nothing at all is one that is not configured, as PowerShell exports it,
/// and "policies apply to all locations by default". One that excludes locations and includes none
/// is nowhere explained: it matches nothing in the excluded ones, and elsewhere it is in doubt.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/conditionalaccesslocations>.
///
/// # Errors
///
/// The first thing that keeps the answer from being certain. A certain answer wins: what is
/// certainly excluded or certainly not included does not match, whatever else is in doubt. Only
/// over members of the condition that this version does not know nothing wins, since they may turn
/// an answer either way.
pub fn matches(
    locations: &Locations,
    named: Result<&[NamedLocation], &Gap>,
    network: &Network,
) -> Result<bool, Doubt> {
    if let Some(doubt) = unknown_member(locations) {
        return Err(doubt);
    }
    let included = match locations.include.as_slice() {
        [] if locations.exclude.is_empty() => Ok(true),
        [] => Err(Doubt::NothingIncluded),
        include => is_in_any(include, named, network),
    };
    let excluded = is_in_any(&locations.exclude, named, network);
    match (included, excluded) {
        (Ok(false), _) | (_, Ok(true)) => Ok(false),
        (Ok(true), Ok(false)) => Ok(true),
        (Err(doubt), _) | (Ok(true), Err(doubt)) => Err(doubt),
    }
}

/// Whether a sign-in that a policy with this condition may apply to is asked for its position.
///
/// It is, whether or not the policy applies in the end, where the condition names a location of
/// countries by position: the Authenticator app is asked while the policy is evaluated.
///
/// Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-assignment-network#countries>.
///
/// # Errors
///
/// What keeps the answer from being certain, such as a location that does not exist.
pub fn needs_position(
    locations: &Locations,
    named: Result<&[NamedLocation], &Gap>,
) -> Result<bool, Doubt> {
    let refs = locations.include.iter().chain(&locations.exclude);
    any(refs.flat_map(|one| resolve(one, named)).map(|atom| match atom {
        Atom::Location(_, location) => match Extent::of(location) {
            (Extent::Positions(_), _) => Ok(true),
            (Extent::Nothing, Some(doubt)) => Err(doubt),
            _ => Ok(false),
        },
        Atom::Everywhere | Atom::MfaTrustedIps => Ok(false),
        Atom::Doubt(doubt) => Err(doubt),
    }))
}

/// Whether an id stands for the trusted addresses of the legacy MFA settings: Graph names them by
/// an id of zeros, under which there is no named location.
///
/// Source: <https://learn.microsoft.com/entra/identity/authentication/howto-mfa-mfasettings#trusted-ips>.
pub fn is_mfa_trusted_ips(id: &NamedLocationId) -> bool {
    id.as_str().parse() == Ok(Guid::from_u128(0))
}

/// What a reference of a condition stands for, in the parts that it is the union of.
pub(super) enum Atom<'a> {
    /// Everywhere.
    Everywhere,
    /// The trusted addresses of the legacy MFA settings.
    MfaTrustedIps,
    /// A named location, with its place in the list.
    Location(usize, &'a NamedLocation),
    /// It cannot be said what.
    Doubt(Doubt),
}

/// What `reference` stands for.
///
/// `AllTrusted` is "all locations marked as trusted locations" and "multifactor authentication
/// trusted IPs, if configured".
///
/// Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-assignment-network#all-trusted-networks-and-locations>.
pub(super) fn resolve<'a>(reference: &LocationRef, named: Named<'a>) -> Vec<Atom<'a>> {
    let only = |atom| Vec::from([atom]);
    match reference {
        LocationRef::All => only(Atom::Everywhere),
        LocationRef::AllTrusted => {
            let mut atoms = only(Atom::MfaTrustedIps);
            match named {
                Ok(named) => atoms.extend(named.iter().enumerate().filter_map(if_trusted)),
                Err(gap) => atoms.push(Atom::Doubt(Doubt::NotRead(gap.clone()))),
            }
            atoms
        }
        LocationRef::Id(id) if is_mfa_trusted_ips(id) => only(Atom::MfaTrustedIps),
        LocationRef::Id(id) => only(match named {
            Ok(named) => match named.iter().enumerate().find(|(_, location)| location.id == *id) {
                Some((index, location)) => Atom::Location(index, location),
                None => Atom::Doubt(Doubt::NoSuchLocation(id.clone())),
            },
            Err(gap) => Atom::Doubt(Doubt::NotRead(gap.clone())),
        }),
        LocationRef::Other(text) => only(Atom::Doubt(Doubt::Placeholder(text.clone()))),
    }
}

fn if_trusted((index, location): (usize, &NamedLocation)) -> Option<Atom<'_>> {
    match is_trusted(location) {
        Ok(true) => Some(Atom::Location(index, location)),
        Ok(false) => None,
        Err(doubt) => Some(Atom::Doubt(doubt)),
    }
}

/// The first member of a condition that says something which this version does not know.
pub(super) fn unknown_member(locations: &Locations) -> Option<Doubt> {
    said(&locations.unknown).next().map(|name| Doubt::ConditionMember(name.into()))
}

fn is_in_any(refs: &[LocationRef], named: Named<'_>, network: &Network) -> Result<bool, Doubt> {
    any(refs.iter().flat_map(|one| resolve(one, named)).map(|atom| match atom {
        Atom::Everywhere => Ok(true),
        Atom::MfaTrustedIps => Ok(network.is_mfa_trusted),
        Atom::Location(_, location) => lies_in(location, network),
        Atom::Doubt(doubt) => Err(doubt),
    }))
}

/// Kleene's disjunction: yes wins, then the first doubt, then no.
fn any(answers: impl Iterator<Item = Result<bool, Doubt>>) -> Result<bool, Doubt> {
    let mut all = Ok(false);
    for answer in answers {
        match (&all, answer) {
            (_, Ok(true)) => return Ok(true),
            (Ok(_), Err(doubt)) => all = Err(doubt),
            _ => {}
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::samples::{
        by_address, by_position, compliant_network, condition, id, network, ranges, trusted,
    };
    use super::*;
    use crate::tenant::{GapReason, PartKind};
    use serde_json::json;

    const INSIDE: &str = "203.0.113.9";
    const OUTSIDE: &str = "198.51.100.1";

    /// 1 the office, trusted; 2 a café, not trusted; 3 one that is in doubt.
    fn named() -> Vec<NamedLocation> {
        Vec::from([
            trusted(1, &["203.0.113.0/24"]),
            ranges(2, &["192.0.2.0/24"]),
            ranges(3, &["nowhere"]),
        ])
    }

    /// `y`, `n` or `?`.
    fn answer(include: &[&str], exclude: &[&str], network: &Network) -> char {
        match matches(&condition(include, exclude), Ok(&named()), network) {
            Ok(true) => 'y',
            Ok(false) => 'n',
            Err(_) => '?',
        }
    }

    #[test]
    fn include_minus_exclude_after_kleene() {
        // From the office, 1 holds, 2 does not, 3 is in doubt.
        let office = network(INSIDE);
        for (include, exclude, expected) in [
            ("1", "2", 'y'),
            ("1", "1", 'n'),
            ("1", "3", '?'),
            ("2", "1", 'n'),
            ("2", "2", 'n'),
            ("2", "3", 'n'),
            ("3", "1", 'n'),
            ("3", "2", '?'),
            ("3", "3", '?'),
        ] {
            assert_eq!(answer(&[include], &[exclude], &office), expected, "{include} - {exclude}");
        }
        for (refs, expected) in
            [(["1", "2"], 'y'), (["3", "1"], 'y'), (["3", "2"], '?'), (["2", "2"], 'n')]
        {
            assert_eq!(answer(&refs, &[], &office), expected, "{refs:?}");
        }
        assert_eq!(answer(&["All"], &["3", "1"], &office), 'n');
        assert_eq!(answer(&["All"], &["3", "2"], &office), '?');
    }

    #[test]
    fn all_trusted_is_what_is_marked_and_the_mfa_trusted_ips() {
        let mfa_trusted = Network { is_mfa_trusted: true, ..network(OUTSIDE) };
        let zero = "00000000-0000-0000-0000-000000000000";
        let named = Vec::from([
            trusted(1, &["203.0.113.0/24"]),
            ranges(2, &["192.0.2.0/24"]),
            by_address(4, &["AT"], true),
            compliant_network(5),
        ]);
        let check = |reference: &str, from: &Network, expected: bool| {
            let answer = matches(&condition(&[reference], &[]), Ok(&named), from);
            assert_eq!(answer, Ok(expected), "{reference} from {from:?}");
            let answer = matches(&condition(&["All"], &[reference]), Ok(&named), from);
            assert_eq!(answer, Ok(!expected), "all but {reference} from {from:?}");
        };
        check("AllTrusted", &network(INSIDE), true);
        check("AllTrusted", &network("192.0.2.7"), false);
        check("AllTrusted", &mfa_trusted, true);
        check(zero, &mfa_trusted, true);
        check(zero, &network(INSIDE), false);
        // A country is never trusted, and the compliant network only where it is marked.
        let compliant = Network { is_compliant: true, ..network(OUTSIDE) };
        check("AllTrusted", &compliant, false);
        check("5", &compliant, true);
        let mut marked = named.clone();
        marked[3].unknown.insert("isTrusted".into(), json!(true));
        let all_trusted = condition(&["AllTrusted"], &[]);
        assert_eq!(matches(&all_trusted, Ok(&marked), &compliant), Ok(true));
    }

    #[test]
    fn ids_of_nothing_and_placeholders_are_in_doubt() {
        let check = |reference: &str, expected: Doubt| {
            let answer = matches(&condition(&[reference], &[]), Ok(&named()), &network(INSIDE));
            assert_eq!(answer, Err(expected));
        };
        check("9", Doubt::NoSuchLocation(id(9)));
        check("<Office>", Doubt::Placeholder("<Office>".into()));
        assert_eq!(answer(&["All"], &["9", "1"], &network(INSIDE)), 'n');
        assert_eq!(answer(&["All"], &["9", "1"], &network(OUTSIDE)), '?');
    }

    #[test]
    fn locations_that_could_not_be_read_leave_doubt() {
        let gap = Gap::new(PartKind::NamedLocations, None, GapReason::NotInSource);
        let ask = |include: &[&str], exclude: &[&str], from: &Network| {
            matches(&condition(include, exclude), Err(&gap), from)
        };
        let unread = Doubt::NotRead(gap.clone());
        let mfa_trusted = Network { is_mfa_trusted: true, ..network(OUTSIDE) };
        assert_eq!(ask(&["All"], &[], &mfa_trusted), Ok(true));
        assert_eq!(ask(&["1"], &[], &mfa_trusted), Err(unread.clone()));
        assert_eq!(ask(&["AllTrusted"], &[], &network(INSIDE)), Err(unread));
        assert_eq!(ask(&["AllTrusted"], &[], &mfa_trusted), Ok(true));
        assert_eq!(ask(&["1"], &["AllTrusted"], &mfa_trusted), Ok(false));
    }

    #[test]
    fn empty_lists() {
        let office = network(INSIDE);
        assert_eq!(answer(&[], &[], &office), 'y');
        assert_eq!(answer(&[], &["1"], &office), 'n');
        let only_excludes = condition(&[], &["1"]);
        let answer = matches(&only_excludes, Ok(&named()), &network(OUTSIDE));
        assert_eq!(answer, Err(Doubt::NothingIncluded));
    }

    #[test]
    fn members_of_the_condition_that_are_not_known_leave_doubt() {
        let mut strange = condition(&["All"], &["1"]);
        strange.unknown.insert("planets".into(), json!(["Mars"]));
        strange.unknown.insert("moons".into(), json!([]));
        let doubt = Doubt::ConditionMember("planets".into());
        assert_eq!(matches(&strange, Ok(&named()), &network(INSIDE)), Err(doubt));
        strange.unknown.remove("planets");
        assert_eq!(matches(&strange, Ok(&named()), &network(INSIDE)), Ok(false));
    }

    #[test]
    fn a_position_is_asked_for_where_a_location_goes_by_it() {
        let mut named = named();
        named.push(by_position(4, &["AT"], false));
        let ask = |include: &[&str], exclude: &[&str]| {
            needs_position(&condition(include, exclude), Ok(&named))
        };
        assert_eq!(ask(&["All"], &[]), Ok(false));
        assert_eq!(ask(&["All"], &["1", "3"]), Ok(false));
        assert_eq!(ask(&["All"], &["4"]), Ok(true));
        assert_eq!(ask(&["AllTrusted"], &[]), Ok(false));
        assert_eq!(ask(&["All"], &["9"]), Err(Doubt::NoSuchLocation(id(9))));
    }
}
