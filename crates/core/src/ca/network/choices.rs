//! The values of a network that location conditions treat differently.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use core::net::IpAddr;

use super::board::{Board, Sides};
use super::classes::Scope;
use super::countries::other_than;
use super::place::{Countries, Extent};
use super::range::Range;
use super::sweep::{Spot, spots};
use crate::ca::{Country, Network};

/// A value, and who includes and excludes it.
struct Choice<T> {
    value: T,
    sides: Sides,
}

/// The values that conditions treat differently, the plainest of each thing first.
pub(super) struct Choices {
    addresses: Vec<Choice<IpAddr>>,
    countries: Vec<Choice<Option<Country>>>,
    positions: Vec<Choice<Option<Country>>>,
    compliant: Vec<Choice<bool>>,
    mfa_trusted: Vec<Choice<bool>>,
}

impl Choices {
    pub(super) fn of(board: &Board, scope: &Scope) -> Self {
        Self {
            addresses: addresses(board, scope),
            countries: countries(board, scope),
            positions: positions(board, scope),
            compliant: compliant(board, scope),
            mfa_trusted: mfa_trusted(board),
        }
    }

    pub(super) fn combinations(&self) -> usize {
        [self.countries.len(), self.positions.len(), self.compliant.len(), self.mfa_trusted.len()]
            .into_iter()
            .fold(self.addresses.len(), usize::saturating_mul)
    }

    /// Every combination, as a network and who includes and excludes it.
    pub(super) fn each(&self, certain: &Sides, mut look: impl FnMut(Network, &Sides)) {
        for mfa_trusted in &self.mfa_trusted {
            let sides = certain.with(&mfa_trusted.sides);
            for compliant in &self.compliant {
                let sides = sides.with(&compliant.sides);
                for position in &self.positions {
                    let sides = sides.with(&position.sides);
                    for country in &self.countries {
                        let sides = sides.with(&country.sides);
                        for address in &self.addresses {
                            if mfa_trusted.value && address.value.is_ipv6() {
                                continue;
                            }
                            let network = Network {
                                address: address.value,
                                country: country.value,
                                gps: position.value,
                                is_compliant: compliant.value,
                                is_mfa_trusted: mfa_trusted.value,
                            };
                            look(network, &sides.with(&address.sides));
                        }
                    }
                }
            }
        }
    }
}

fn addresses(board: &Board, scope: &Scope) -> Vec<Choice<IpAddr>> {
    let of_ranges = board.locations.iter().filter_map(|(extent, sides)| match extent {
        Extent::Ranges(ranges) => Some((ranges.as_slice(), sides)),
        _ => None,
    });
    let (ranges, owners): (Vec<&[Range]>, Vec<&Sides>) = of_ranges.unzip();
    let choice = |spot: Spot| {
        let mut sides = board.nobody();
        spot.inside.numbers().filter_map(|one| owners.get(one)).for_each(|one| sides.add(one));
        Choice { value: spot.address, sides }
    };
    let spots = spots(&ranges, scope.addresses.as_deref());
    let mut choices = distinct(spots.into_iter().map(choice), |_| ());
    choices.sort_by_key(|choice| choice.sides.count());
    choices
}

fn countries(board: &Board, scope: &Scope) -> Vec<Choice<Option<Country>>> {
    let mut values = some_countries(board, scope, Extent::by_address);
    if scope.countries.is_none() {
        values.push(None);
    }
    distinct(
        values.into_iter().map(|value| located_choice(board, value, Extent::by_address)),
        |_| (),
    )
}

fn positions(board: &Board, scope: &Scope) -> Vec<Choice<Option<Country>>> {
    let mut values = Vec::from([None]);
    let is_asked = board.locations.iter().any(|(extent, _)| extent.by_position().is_some());
    if is_asked && scope.gives_position {
        values.extend(some_countries(board, scope, Extent::by_position));
    }
    let choices = values.into_iter().map(|value| located_choice(board, value, Extent::by_position));
    distinct(choices, |value| value.is_some())
}

/// A country that no location of a kind names, and those that they name, as far as they are in
/// scope.
fn some_countries(
    board: &Board,
    scope: &Scope,
    of_kind: fn(&Extent) -> Option<&Countries>,
) -> Vec<Option<Country>> {
    let kind = board.locations.iter().filter_map(|(extent, _)| of_kind(extent));
    let named: BTreeSet<Country> = kind.flat_map(|countries| &countries.named).copied().collect();
    let Some(scope) = &scope.countries else {
        return other_than(&named).into_iter().chain(named).map(Some).collect();
    };
    let scope: BTreeSet<Country> = scope.iter().copied().collect();
    let other = scope.difference(&named).next();
    other.into_iter().chain(scope.intersection(&named)).copied().map(Some).collect()
}

fn located_choice(
    board: &Board,
    value: Option<Country>,
    of_kind: fn(&Extent) -> Option<&Countries>,
) -> Choice<Option<Country>> {
    let is_in =
        |extent: &Extent| of_kind(extent).is_some_and(|countries| countries.contains(value));
    Choice { value, sides: board.sides(is_in) }
}

fn compliant(board: &Board, scope: &Scope) -> Vec<Choice<bool>> {
    let inside = board.sides(|extent| *extent == Extent::CompliantNetwork);
    let choices = [(false, board.nobody()), (true, inside)];
    let choices = choices.into_iter().map(|(value, sides)| Choice { value, sides });
    let in_scope = choices.filter(|one| scope.compliant.is_none_or(|wanted| wanted == one.value));
    distinct(in_scope, |_| ())
}

fn mfa_trusted(board: &Board) -> Vec<Choice<bool>> {
    let choices = [(false, board.nobody()), (true, board.mfa_trusted.clone())];
    distinct(choices.into_iter().map(|(value, sides)| Choice { value, sides }), |_| ())
}

/// The first choice of each kind: those that the same conditions include and exclude, and that have
/// the same `mark`.
fn distinct<T, K: Ord>(
    choices: impl Iterator<Item = Choice<T>>,
    mark: impl Fn(&T) -> K,
) -> Vec<Choice<T>> {
    let mut seen = BTreeSet::new();
    choices.filter(|one| seen.insert((one.sides.clone(), mark(&one.value)))).collect()
}
