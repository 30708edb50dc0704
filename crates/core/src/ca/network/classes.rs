//! The kinds of network that a set of location conditions can tell apart.
//!
//! A condition looks at five things: the address, its country, the country of the position,
//! whether the network is compliant, and whether the address is an MFA trusted one. Of each, only
//! those values are kept that conditions treat differently, and these are combined: every
//! combination counts as possible, since who sits where is nobody's to say (an address may be given
//! to another country tomorrow, and a position be far from its address). Only MFA trusted addresses
//! of IPv6 are left out, which the settings do not accept. So the list is exact: whatever the
//! network, one of the classes has its verdicts.
//!
//! Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-assignment-network#multifactor-authentication-trusted-ips>.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use core::fmt;

use super::bits::Bits;
use super::board::Board;
use super::choices::Choices;
use super::{Doubt, Range};
use crate::ca::{Country, Network};
use crate::tenant::{Gap, Locations, NamedLocation};

/// How many combinations of values may be looked at.
pub const NETWORK_CLASSES_MAX: usize = 250_000;

/// A kind of network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// A network of this kind, the plainest.
    pub network: Network,
    /// For each condition, in the order in which they were given, whether it matches.
    pub verdicts: Vec<Truth>,
}

/// Whether a condition matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Truth {
    /// It certainly does not.
    No,
    /// It is in doubt; [`matches()`](super::matches()) tells why.
    Unknown,
    /// It certainly does.
    Yes,
}

impl From<Result<bool, Doubt>> for Truth {
    fn from(answer: Result<bool, Doubt>) -> Self {
        match answer {
            Ok(true) => Self::Yes,
            Ok(false) => Self::No,
            Err(_) => Self::Unknown,
        }
    }
}

/// The networks that are looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The addresses; `None` for all.
    pub addresses: Option<Vec<Range>>,
    /// The countries, both of addresses and of positions; `None` for all, those of addresses of no
    /// known country included.
    pub countries: Option<Vec<Country>>,
    /// Whether they are compliant networks; `None` for either.
    pub compliant: Option<bool>,
    /// Whether a position can be given. It can be withheld always.
    pub gives_position: bool,
}

impl Scope {
    /// Every network.
    pub const EVERYWHERE: Self =
        Self { addresses: None, countries: None, compliant: None, gives_position: true };
}

impl Default for Scope {
    fn default() -> Self {
        Self::EVERYWHERE
    }
}

/// Too many combinations of values to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooMany {
    /// How many there are, or `usize::MAX` for more than that.
    pub combinations: usize,
}

impl fmt::Display for TooMany {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { combinations } = self;
        write!(
            f,
            "locations can be combined in {combinations} ways, more than NETWORK_CLASSES_MAX \
             ({NETWORK_CLASSES_MAX})"
        )
    }
}

impl core::error::Error for TooMany {}

/// Every kind of network in `scope` that `conditions` can tell apart, each once.
///
/// Two networks are of one kind when every condition judges them alike. Where a condition names a
/// location by position, they must also agree on whether a position is given, which the evaluator
/// demands apart from the answer. The plainest class comes first: an address in no named location,
/// in a country that none names, neither compliant nor trusted. The order depends on nothing but
/// the arguments.
///
/// # Errors
///
/// More than [`NETWORK_CLASSES_MAX`] combinations.
pub fn classes(
    conditions: &[&Locations],
    named: Result<&[NamedLocation], &Gap>,
    scope: &Scope,
) -> Result<Vec<Class>, TooMany> {
    let board = Board::of(conditions, named);
    let choices = Choices::of(&board, scope);
    let combinations = choices.combinations();
    if combinations > NETWORK_CLASSES_MAX {
        return Err(TooMany { combinations });
    }
    let mut seen = BTreeSet::new();
    let mut classes = Vec::new();
    choices.each(&board.certain, |network, hits| {
        let (yes, possible) = board.judge(hits);
        let kind = (yes, possible, network.gps.is_some());
        if !seen.contains(&kind) {
            let verdict = |index| truth(&kind.0, &kind.1, index);
            classes.push(Class { network, verdicts: (0..conditions.len()).map(verdict).collect() });
            seen.insert(kind);
        }
    });
    Ok(classes)
}

fn truth(yes: &Bits, possible: &Bits, index: usize) -> Truth {
    match (yes.has(index), possible.has(index)) {
        (true, _) => Truth::Yes,
        (false, true) => Truth::Unknown,
        (false, false) => Truth::No,
    }
}
