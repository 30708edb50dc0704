//! Address ranges, as named locations write them.
//!
//! An IPv4-mapped IPv6 address (`::ffff:203.0.113.7`) is an IPv4 address everywhere: it is how a
//! server that listens on IPv6 alone writes an IPv4 client, so that the two are one client, and a
//! range that holds the one must hold the other.
//!
//! Source: <https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2>.

use alloc::string::String;
use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The addresses from one to another, both included, of one family.
///
/// The documentation wants masks of more than /8; every mask is read here, since what a tenant
/// holds may be older than that rule.
///
/// Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-assignment-network#ipv4-and-ipv6-address-ranges>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Range {
    first: IpAddr,
    last: IpAddr,
}

/// Why a text is no range. Each variant names the text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RangeError {
    /// An address in it is none.
    NotAnAddress(String),
    /// What follows the `/` is no number.
    NotAPrefix(String),
    /// The prefix has more bits than the address.
    PrefixTooLong {
        /// The range.
        text: String,
        /// How many bits an address of this family has.
        most: u8,
    },
    /// It ends before it begins.
    Inverted(String),
    /// One end is an IPv4 address and the other an IPv6 address.
    MixedFamilies(String),
}

impl fmt::Display for RangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnAddress(text) => write!(f, "`{text}` is no range of addresses"),
            Self::NotAPrefix(text) => write!(f, "`{text}` has no number of bits after its `/`"),
            Self::PrefixTooLong { text, most } => {
                write!(f, "`{text}` has a prefix of more than {most} bits")
            }
            Self::Inverted(text) => write!(f, "`{text}` ends before it begins"),
            Self::MixedFamilies(text) => write!(f, "`{text}` mixes IPv4 and IPv6"),
        }
    }
}

impl core::error::Error for RangeError {}

/// An address family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    V4,
    V6,
}

impl Family {
    /// The family of an address, IPv4-mapped ones being IPv4.
    pub(super) fn of(address: IpAddr) -> Self {
        if address.to_canonical().is_ipv4() { Self::V4 } else { Self::V6 }
    }

    /// How many bits an address has.
    pub(super) const fn bits(self) -> u8 {
        match self {
            Self::V4 => 32,
            Self::V6 => 128,
        }
    }

    /// The address of this number.
    pub(super) fn address(self, number: u128) -> IpAddr {
        match u32::try_from(number) {
            Ok(number) if self == Self::V4 => Ipv4Addr::from_bits(number).into(),
            _ => Ipv6Addr::from_bits(number).into(),
        }
    }
}

/// The number that an address is within its family.
pub(super) fn number(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_bits().into(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

impl Range {
    /// Reads `203.0.113.0/24`, `2001:db8::/32`, one bare address, or `first-last`, the form that
    /// Graph's `iPv4Range` and `iPv6Range` have in a snapshot. Bits beyond the prefix are ignored,
    /// as are spaces around addresses.
    ///
    /// # Errors
    ///
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, RangeError> {
        if let Some((first, last)) = text.split_once('-') {
            return Self::between(address(first, text)?, address(last, text)?, text);
        }
        let Some((network, prefix)) = text.split_once('/') else {
            let only = address(text, text)?.to_canonical();
            return Ok(Self { first: only, last: only });
        };
        Self::of_network(address(network, text)?, prefix.trim(), text)
    }

    fn between(first: IpAddr, last: IpAddr, text: &str) -> Result<Self, RangeError> {
        let (first, last) = (first.to_canonical(), last.to_canonical());
        if first.is_ipv4() != last.is_ipv4() {
            return Err(RangeError::MixedFamilies(text.into()));
        }
        if first > last {
            return Err(RangeError::Inverted(text.into()));
        }
        Ok(Self { first, last })
    }

    fn of_network(network: IpAddr, prefix: &str, text: &str) -> Result<Self, RangeError> {
        if prefix.is_empty() || !prefix.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(RangeError::NotAPrefix(text.into()));
        }
        let most = if network.is_ipv4() { 32 } else { 128 };
        let too_long = || RangeError::PrefixTooLong { text: text.into(), most };
        // Digits alone fail to parse only where there are too many of them.
        let prefix: u8 = prefix.parse().map_err(|_| too_long())?;
        let host_bits = most.checked_sub(prefix).ok_or_else(too_long)?;
        // A prefix that covers the whole of `::ffff:0:0/96` and more is a range of IPv6.
        let family = if host_bits <= 32 { Family::of(network) } else { family_as_written(network) };
        let network = match family {
            Family::V4 => number(network),
            Family::V6 => as_written(network),
        };
        let hosts = 1_u128.checked_shl(host_bits.into()).map_or(u128::MAX, |size| size - 1);
        let (first, last) = (network & !hosts, network | hosts);
        Ok(Self { first: family.address(first), last: family.address(last) })
    }

    /// The first address.
    pub fn first(&self) -> IpAddr {
        self.first
    }

    /// The last address.
    pub fn last(&self) -> IpAddr {
        self.last
    }

    /// Whether `address` lies in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        // Addresses of different families compare as well, but every IPv4 address comes before
        // every IPv6 address, so that none lies between two of the other family.
        (self.first..=self.last).contains(&address.to_canonical())
    }

    /// The family of both of its ends.
    pub(super) fn family(&self) -> Family {
        family_as_written(self.first)
    }

    /// The prefix, where it is one network in CIDR notation.
    fn prefix(&self) -> Option<u32> {
        let (first, last) = (as_written(self.first), as_written(self.last));
        let hosts = first ^ last;
        let is_network = hosts & hosts.wrapping_add(1) == 0 && first & hosts == 0;
        let bits = u32::from(self.family().bits());
        is_network.then(|| bits.saturating_sub(hosts.count_ones()))
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.prefix() {
            Some(prefix) => write!(f, "{}/{prefix}", self.first),
            None => write!(f, "{}-{}", self.first, self.last),
        }
    }
}

fn address(part: &str, text: &str) -> Result<IpAddr, RangeError> {
    part.trim().parse().map_err(|_| RangeError::NotAnAddress(text.into()))
}

fn family_as_written(address: IpAddr) -> Family {
    if address.is_ipv4() { Family::V4 } else { Family::V6 }
}

fn as_written(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_bits().into(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn ranges_are_read() {
        for (text, expected) in [
            ("203.0.113.0/24", "203.0.113.0/24"),
            ("6.5.4.3/18", "6.5.0.0/18"),
            ("203.0.113.7", "203.0.113.7/32"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("255.255.255.255/32", "255.255.255.255/32"),
            (" 203.0.113.0/24\n", "203.0.113.0/24"),
            ("203.0.113.0 / 24", "203.0.113.0/24"),
            ("2001:db8::/32", "2001:db8::/32"),
            ("2001:0:9d38:90d6:0:0:0:0/63", "2001:0:9d38:90d6::/63"),
            ("2001:DB8::1", "2001:db8::1/128"),
            ("::/0", "::/0"),
            ("203.0.113.0-203.0.113.255", "203.0.113.0/24"),
            ("203.0.113.1 - 203.0.113.9", "203.0.113.1-203.0.113.9"),
            ("203.0.113.1-203.0.113.2", "203.0.113.1-203.0.113.2"),
            ("0.0.0.0-255.255.255.255", "0.0.0.0/0"),
            ("2001:db8::5-2001:db8::5", "2001:db8::5/128"),
            ("2001:db8::1-2001:db8::ffff", "2001:db8::1-2001:db8::ffff"),
            ("::ffff:203.0.113.7", "203.0.113.7/32"),
            ("::ffff:203.0.113.7/120", "203.0.113.0/24"),
            ("::ffff:0:0/96", "0.0.0.0/0"),
            ("::ffff:203.0.113.7/95", "::fffe:0:0/95"),
            ("::ffff:203.0.113.1-203.0.113.9", "203.0.113.1-203.0.113.9"),
        ] {
            let range = Range::parse(text).unwrap();
            assert_eq!(range.to_string(), expected, "{text}");
            assert_eq!(Range::parse(&range.to_string()), Ok(range), "{text} again");
        }
    }

    #[test]
    fn what_is_no_range_is_named() {
        let not_an_address = |text: &str| RangeError::NotAnAddress(text.into());
        let not_a_prefix = |text: &str| RangeError::NotAPrefix(text.into());
        let too_long = |text: &str, most| RangeError::PrefixTooLong { text: text.into(), most };
        for (text, expected) in [
            ("", not_an_address("")),
            ("/", not_an_address("/")),
            ("-", not_an_address("-")),
            ("office", not_an_address("office")),
            ("203.0.113.0/24/24", not_a_prefix("203.0.113.0/24/24")),
            ("203.0.113", not_an_address("203.0.113")),
            ("203.0.113.256/24", not_an_address("203.0.113.256/24")),
            ("203.00.113.0/24", not_an_address("203.00.113.0/24")),
            ("0xcb007100/24", not_an_address("0xcb007100/24")),
            ("fe80::1%eth0/64", not_an_address("fe80::1%eth0/64")),
            ("203.0.113.0:443", not_an_address("203.0.113.0:443")),
            ("203.0.113.0-", not_an_address("203.0.113.0-")),
            ("203.0.113.0/24-203.0.113.9", not_an_address("203.0.113.0/24-203.0.113.9")),
            ("203.0.113.0/", not_a_prefix("203.0.113.0/")),
            ("203.0.113.0/+24", not_a_prefix("203.0.113.0/+24")),
            ("203.0.113.0/255.255.255.0", not_a_prefix("203.0.113.0/255.255.255.0")),
            ("203.0.113.0/33", too_long("203.0.113.0/33", 32)),
            ("203.0.113.0/4294967320", too_long("203.0.113.0/4294967320", 32)),
            ("2001:db8::/129", too_long("2001:db8::/129", 128)),
            ("2.0.0.0-1.0.0.0", RangeError::Inverted("2.0.0.0-1.0.0.0".into())),
            ("::2-::1", RangeError::Inverted("::2-::1".into())),
            ("1.0.0.0-::2", RangeError::MixedFamilies("1.0.0.0-::2".into())),
            ("::ffff:1.0.0.0-::2:0:0:0", {
                RangeError::MixedFamilies("::ffff:1.0.0.0-::2:0:0:0".into())
            }),
            ("203.0.113.0\0/24", not_an_address("203.0.113.0\0/24")),
            ("２０３.0.113.0/24", not_an_address("２０３.0.113.0/24")),
        ] {
            assert_eq!(Range::parse(text), Err(expected.clone()), "{text}");
            assert!(expected.to_string().contains(&std::format!("`{text}`")), "{expected}");
        }
        let long = "1".repeat(1 << 20);
        assert_eq!(Range::parse(&long), Err(not_an_address(&long)));
    }

    #[test]
    fn both_ends_lie_in_a_range_and_their_neighbours_do_not() {
        let check = |range: &str, address: &str, expected: bool| {
            let lies_in = Range::parse(range).unwrap().contains(address.parse().unwrap());
            assert_eq!(lies_in, expected, "{address} in {range}");
        };
        check("203.0.113.0/24", "203.0.113.0", true);
        check("203.0.113.0/24", "203.0.113.255", true);
        check("203.0.113.0/24", "203.0.112.255", false);
        check("203.0.113.0/24", "203.0.114.0", false);
        check("203.0.113.4-203.0.113.6", "203.0.113.6", true);
        check("203.0.113.4-203.0.113.6", "203.0.113.7", false);
        check("2001:db8::/32", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", true);
        check("2001:db8::/32", "2001:db9::", false);
        // One client, however a server writes its address.
        check("203.0.113.0/24", "::ffff:203.0.113.9", true);
        check("::ffff:203.0.113.0/120", "203.0.113.9", true);
        // The families stay apart.
        check("0.0.0.0/0", "::", false);
        check("0.0.0.0/0", "2001:db8::1", false);
        check("::/0", "0.0.0.1", false);
        check("::/0", "::ffff:203.0.113.9", false);
        check("::ffff:0:0/95", "203.0.113.9", false);
    }
}
