//! What policies aim at on each surface.

use alloc::vec::Vec;

use super::super::evaluate;
use super::super::surface::Surface;
use super::super::truth::Truth;
use super::terms::Distinct;
use crate::tenant::Applications;

/// For each of several lists of resources, and each surface: the target at which they aim most
/// surely, by its place, and whether it is sure.
#[derive(Debug, Default)]
pub(super) struct Aims(Vec<Vec<Option<(usize, Truth)>>>);

impl Aims {
    pub(super) fn of(said: &Distinct<&Applications>, surfaces: &[Surface]) -> Self {
        let aims = |one: &&Applications| surfaces.iter().map(|at| surest(one, at)).collect();
        Self(said.iter().map(aims).collect())
    }

    /// The target of a surface, by its place, at which resources aim most surely.
    pub(super) fn at(&self, applications: usize, surface: usize) -> Option<(usize, &Truth)> {
        let aims = self.0.get(applications)?;
        aims.get(surface)?.as_ref().map(|(at, truth)| (*at, truth))
    }
}

/// The target of a surface at which resources aim most surely.
fn surest(applications: &Applications, surface: &Surface) -> Option<(usize, Truth)> {
    let aims = surface.sign_in_targets.iter().map(|one| evaluate::target(applications, one));
    let mut found = None;
    for (at, truth) in aims.enumerate() {
        match truth {
            Truth::Yes => return Some((at, Truth::Yes)),
            Truth::Unknown(_) if found.is_none() => found = Some((at, truth)),
            Truth::Unknown(_) | Truth::No => {}
        }
    }
    found
}
