//! The distinct sets of locations that an address can lie in.
//!
//! All boundaries of all ranges are sorted, IPv4 and IPv6 apart, and walked once: between two of
//! them nothing changes, so that one address stands for all. n ranges take n log n steps.
//!
//! The block of IPv4-mapped IPv6 addresses is left out, since those are IPv4 addresses.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::net::IpAddr;

use super::Range;
use super::bits::Bits;
use super::range::{Family, number};

/// A set of locations, and the plainest address that lies in these and no others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    /// The address.
    pub(super) address: IpAddr,
    /// The locations, by their place in the list.
    pub(super) inside: Bits,
}

/// One spot for each set of `locations` that some address of `scope` lies in; `None` stands for
/// every address. The plainest comes first: IPv4, in few locations.
pub(super) fn spots(locations: &[&[Range]], scope: Option<&[Range]>) -> Vec<Spot> {
    let mut best = BTreeMap::new();
    for family in [Family::V4, Family::V6] {
        Sweep::new(family, locations, scope).walk(&mut best);
    }
    let spot = |(inside, (rank, number)): (Bits, Place)| {
        let depth = inside.numbers().count();
        ((rank.family(), depth, rank, number), Spot { address: rank.address(number), inside })
    };
    let mut spots: Vec<_> = best.into_iter().map(spot).collect();
    spots.sort_by_key(|(order, _)| *order);
    spots.into_iter().map(|(_, spot)| spot).collect()
}

/// An address, plainer ones being less.
type Place = (Rank, u128);

/// How plain an address is. IPv4 always comes before IPv6, because only IPv4 addresses can be MFA
/// trusted ones: what stands for both must be able to be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Documentation,
    PublicV4,
    OtherV4,
    PublicV6,
    OtherV6,
}

impl Rank {
    fn family(self) -> u8 {
        u8::from(matches!(self, Self::PublicV6 | Self::OtherV6))
    }

    fn address(self, number: u128) -> IpAddr {
        let family = if self.family() == 0 { Family::V4 } else { Family::V6 };
        family.address(number)
    }
}

/// 198.51.100.1, an address for documentation, which reads as an ordinary one.
const DOCUMENTATION: u128 = 0xc633_6401;

/// Blocks of public IPv4 addresses.
///
/// Source: <https://www.iana.org/assignments/iana-ipv4-special-registry>.
const PUBLIC_V4: [(u128, u128); 9] = [
    (0x0100_0000, 0x09ff_ffff),
    (0x0b00_0000, 0x643f_ffff),
    (0x6480_0000, 0x7eff_ffff),
    (0x8000_0000, 0xa9fd_ffff),
    (0xa9ff_0000, 0xac0f_ffff),
    (0xac20_0000, 0xbfff_ffff),
    (0xc000_0300, 0xc0a7_ffff),
    (0xc0a9_0000, 0xc611_ffff),
    (0xc614_0000, 0xdfff_ffff),
];

/// Global unicast addresses of IPv6.
///
/// Source: <https://www.iana.org/assignments/ipv6-address-space>.
const PUBLIC_V6: (u128, u128) = (0x2000 << 112, (0x4000 << 112) - 1);

/// The plainest address from `first` to `last`.
fn plainest(family: Family, first: u128, last: u128) -> Place {
    let span = first..=last;
    let within = |&(low, high): &(u128, u128)| {
        let (low, high) = (first.max(low), last.min(high));
        // A network's own address reads as the network.
        (low <= high).then(|| if low & 0xff == 0 && low < high { low + 1 } else { low })
    };
    match family {
        Family::V4 if span.contains(&DOCUMENTATION) => (Rank::Documentation, DOCUMENTATION),
        Family::V4 => match PUBLIC_V4.iter().find_map(within) {
            Some(public) => (Rank::PublicV4, public),
            None => (Rank::OtherV4, first),
        },
        Family::V6 => match within(&PUBLIC_V6) {
            Some(public) => (Rank::PublicV6, public),
            None => (Rank::OtherV6, first),
        },
    }
}

/// Whose boundary it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Owner {
    Location(usize),
    Scope,
    MappedBlock,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Boundary {
    at: u128,
    owner: Owner,
    opens: bool,
}

/// A walk through the addresses of one family.
struct Sweep {
    family: Family,
    boundaries: Vec<Boundary>,
    /// How many open ranges each location has; those of one location may overlap.
    open: Vec<usize>,
    inside: Bits,
    open_scopes: usize,
    is_mapped: bool,
}

impl Sweep {
    fn new(family: Family, locations: &[&[Range]], scope: Option<&[Range]>) -> Self {
        let mut sweep = Self {
            family,
            boundaries: Vec::new(),
            open: locations.iter().map(|_| 0).collect(),
            inside: Bits::below(locations.len()),
            open_scopes: usize::from(scope.is_none()),
            is_mapped: false,
        };
        let owned = locations.iter().enumerate();
        let owned = owned.map(|(index, ranges)| (Owner::Location(index), *ranges));
        for (owner, ranges) in owned.chain(scope.map(|ranges| (Owner::Scope, ranges))) {
            for range in ranges.iter().filter(|range| range.family() == family) {
                sweep.bound(owner, number(range.first()), number(range.last()));
            }
        }
        if family == Family::V6 {
            sweep.bound(Owner::MappedBlock, 0xffff << 32, (0xffff << 32) + u128::from(u32::MAX));
        }
        sweep.boundaries.sort_unstable();
        sweep
    }

    fn bound(&mut self, owner: Owner, first: u128, last: u128) {
        self.boundaries.push(Boundary { at: first, owner, opens: true });
        // Behind the last address of all nothing needs to be closed.
        if let Some(at) = last.checked_add(1) {
            self.boundaries.push(Boundary { at, owner, opens: false });
        }
    }

    fn walk(mut self, best: &mut BTreeMap<Bits, Place>) {
        let last = u128::MAX >> (128 - self.family.bits());
        let boundaries = core::mem::take(&mut self.boundaries);
        let mut from = 0;
        for boundary in boundaries {
            if boundary.at > last {
                break;
            }
            if boundary.at > from {
                self.note(from, boundary.at - 1, best);
                from = boundary.at;
            }
            self.cross(&boundary);
        }
        self.note(from, last, best);
    }

    fn cross(&mut self, boundary: &Boundary) {
        let step = |count: usize| match boundary.opens {
            true => count.saturating_add(1),
            false => count.saturating_sub(1),
        };
        match boundary.owner {
            Owner::Scope => self.open_scopes = step(self.open_scopes),
            Owner::MappedBlock => self.is_mapped = boundary.opens,
            Owner::Location(index) => {
                if let Some(open) = self.open.get_mut(index) {
                    *open = step(*open);
                    self.inside.set(index, *open > 0);
                }
            }
        }
    }

    /// Notes that the addresses from `first` to `last` lie in what is open.
    fn note(&self, first: u128, last: u128, best: &mut BTreeMap<Bits, Place>) {
        if self.open_scopes == 0 || self.is_mapped {
            return;
        }
        let place = plainest(self.family, first, last);
        match best.get_mut(&self.inside) {
            Some(old) => *old = place.min(*old),
            None => {
                best.insert(self.inside.clone(), place);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::{String, ToString};

    /// Each spot as `address: locations`.
    fn check(locations: &[&[&str]], scope: Option<&[&str]>, expected: &[&str]) {
        let read = |texts: &[&str]| -> Vec<Range> {
            texts.iter().map(|text| Range::parse(text).unwrap()).collect()
        };
        let owned: Vec<Vec<Range>> = locations.iter().map(|texts| read(texts)).collect();
        let borrowed: Vec<&[Range]> = owned.iter().map(Vec::as_slice).collect();
        let scope = scope.map(read);
        let show = |spot: &Spot| {
            let inside: Vec<String> = spot.inside.numbers().map(|one| one.to_string()).collect();
            std::format!("{}: {}", spot.address, inside.join(" "))
        };
        let spots: Vec<String> = spots(&borrowed, scope.as_deref()).iter().map(show).collect();
        assert_eq!(spots, expected, "{locations:?} in {scope:?}");
    }

    #[test]
    fn nothing_but_elsewhere() {
        check(&[], None, &["198.51.100.1: "]);
        check(&[&[]], None, &["198.51.100.1: "]);
    }

    #[test]
    fn overlapping_adjacent_and_equal_ranges() {
        check(&[&["203.0.113.0/24"]], None, &["198.51.100.1: ", "203.0.113.1: 0"]);
        check(
            &[&["203.0.113.0/24"], &["203.0.113.128/25"]],
            None,
            &["198.51.100.1: ", "203.0.113.1: 0", "203.0.113.128: 0 1"],
        );
        // Adjacent ranges of one location are one stretch, those of two meet without a gap.
        check(
            &[&["203.0.112.0/24", "203.0.113.0/24"], &["203.0.114.0/24"]],
            Some(&["203.0.112.0-203.0.114.255"]),
            &["203.0.112.1: 0", "203.0.114.1: 1"],
        );
        // Overlapping ranges of one location count once and close once.
        check(
            &[&["203.0.113.0/24", "203.0.113.0/25", "203.0.113.0/24"]],
            Some(&["203.0.113.0-203.0.114.9"]),
            &["203.0.114.1: ", "203.0.113.1: 0"],
        );
        check(&[&["0.0.0.0/0"], &["::/0"]], None, &["198.51.100.1: 0", "2000::1: 1"]);
        check(&[&["::/0", "0.0.0.0/0"]], None, &["198.51.100.1: 0"]);
        check(&[&["255.255.255.255"]], None, &["198.51.100.1: ", "255.255.255.255: 0"]);
    }

    #[test]
    fn elsewhere_moves_out_of_the_way() {
        check(&[&["198.51.100.0/24"]], None, &["1.0.0.1: ", "198.51.100.1: 0"]);
        check(
            &[&["0.0.0.0-9.255.255.255", "11.0.0.0-255.255.255.255"]],
            None,
            &["10.0.0.0: ", "198.51.100.1: 0"],
        );
        check(&[&["0.0.0.0/0"]], None, &["198.51.100.1: 0", "2000::1: "]);
    }

    #[test]
    fn a_mapped_address_is_no_address_of_ipv6() {
        let all_but_mapped = ["::-::fffe:ffff:ffff", "::1:0:0:0-ffff::"];
        check(&[&all_but_mapped], Some(&["::/64"]), &["::: 0"]);
        check(&[&["::ffff:203.0.113.0/120"]], Some(&["203.0.113.7"]), &["203.0.113.7: 0"]);
    }

    #[test]
    fn a_scope_hides_what_lies_outside() {
        check(&[&["203.0.113.0/24"]], Some(&[]), &[]);
        check(&[&["203.0.113.0/24"]], Some(&["203.0.113.7"]), &["203.0.113.7: 0"]);
        check(&[&["203.0.113.0/24"]], Some(&["2001:db8::/32"]), &["2001:db8::1: "]);
    }
}
