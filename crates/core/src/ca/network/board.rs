//! Location conditions turned around: for each thing that a network can be, the conditions that
//! include it and those that exclude it.

use alloc::vec::Vec;

use super::bits::Bits;
use super::condition::{Atom, Named, resolve, unknown_member};
use super::place::Extent;
use crate::tenant::{LocationRef, Locations};

/// Two sets of conditions: those that include something, and those that exclude it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sides {
    include: Bits,
    exclude: Bits,
}

impl Sides {
    pub(super) fn below(limit: usize) -> Self {
        Self { include: Bits::below(limit), exclude: Bits::below(limit) }
    }

    fn side(&mut self, side: Side) -> &mut Bits {
        match side {
            Side::Include => &mut self.include,
            Side::Exclude => &mut self.exclude,
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.include.add(&other.include);
        self.exclude.add(&other.exclude);
    }

    pub(super) fn with(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.add(other);
        both
    }

    pub(super) fn count(&self) -> usize {
        self.include.numbers().count() + self.exclude.numbers().count()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.include.is_empty() && self.exclude.is_empty()
    }
}

#[derive(Clone, Copy)]
enum Side {
    Include,
    Exclude,
}

/// What the conditions refer to, turned around: which of them refer to what.
pub(super) struct Board {
    /// Who includes and excludes every network.
    pub(super) certain: Sides,
    /// Who includes and excludes nobody knows what.
    doubtful: Sides,
    /// Conditions that are not understood as a whole.
    unclear: Bits,
    /// Who includes and excludes the MFA trusted addresses.
    pub(super) mfa_trusted: Sides,
    /// Who includes and excludes each location, for those that somebody does.
    pub(super) locations: Vec<(Extent, Sides)>,
}

impl Board {
    pub(super) fn of(conditions: &[&Locations], named: Named<'_>) -> Self {
        let none = Sides::below(conditions.len());
        let mut board = Self {
            certain: none.clone(),
            doubtful: none.clone(),
            unclear: Bits::below(conditions.len()),
            mfa_trusted: none.clone(),
            locations: Vec::new(),
        };
        let all = named.unwrap_or_default();
        let mut located: Vec<Sides> = all.iter().map(|_| none.clone()).collect();
        for (index, condition) in conditions.iter().enumerate() {
            // Its locations count all the same: they may ask for a position.
            board.unclear.set(index, unknown_member(condition).is_some());
            if condition.include.is_empty() {
                let is_nowhere = condition.exclude.is_empty();
                let sides = if is_nowhere { &mut board.certain } else { &mut board.doubtful };
                sides.include.set(index, true);
            }
            let (include, exclude) = (&condition.include, &condition.exclude);
            for (side, refs) in [(Side::Include, include), (Side::Exclude, exclude)] {
                board.refer(refs, named, (index, side), &mut located);
            }
        }
        for (location, sides) in all.iter().zip(located).filter(|(_, sides)| !sides.is_empty()) {
            let (extent, doubt) = Extent::of(location);
            if doubt.is_some() {
                board.doubtful.add(&sides);
            }
            board.locations.push((extent, sides));
        }
        board
    }

    fn refer(
        &mut self,
        refs: &[LocationRef],
        named: Named<'_>,
        (index, side): (usize, Side),
        located: &mut [Sides],
    ) {
        for atom in refs.iter().flat_map(|one| resolve(one, named)) {
            let sides = match atom {
                Atom::Everywhere => Some(&mut self.certain),
                Atom::MfaTrustedIps => Some(&mut self.mfa_trusted),
                Atom::Location(place, _) => located.get_mut(place),
                Atom::Doubt(_) => Some(&mut self.doubtful),
            };
            if let Some(sides) = sides {
                sides.side(side).set(index, true);
            }
        }
    }

    /// The conditions that certainly match what `hits` includes and excludes, and those that
    /// possibly do, the former among them.
    pub(super) fn judge(&self, hits: &Sides) -> (Bits, Bits) {
        let mut yes = hits.include.clone();
        yes.remove(&hits.exclude);
        yes.remove(&self.doubtful.exclude);
        yes.remove(&self.unclear);
        let mut possible = hits.include.clone();
        possible.add(&self.doubtful.include);
        possible.remove(&hits.exclude);
        possible.add(&self.unclear);
        (yes, possible)
    }

    /// Who includes and excludes the locations that `is_in` picks.
    pub(super) fn sides(&self, is_in: impl Fn(&Extent) -> bool) -> Sides {
        let mut sides = self.nobody();
        self.locations.iter().filter(|(extent, _)| is_in(extent)).for_each(|(_, one)| {
            sides.add(one);
        });
        sides
    }

    /// No condition on either side.
    pub(super) fn nobody(&self) -> Sides {
        let mut nobody = self.certain.clone();
        nobody.include.remove(&self.certain.include);
        nobody.exclude.remove(&self.certain.exclude);
        nobody
    }
}
