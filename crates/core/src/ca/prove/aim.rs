//! What policies aim at on each surface.

use alloc::vec::Vec;

use super::super::evaluate;
use super::super::surface::Surface;
use super::super::truth::Truth;
use super::compile::Shared;
use crate::tenant::{Applications, Policy};

/// What policies aim at on each surface: worked out once for those that name the same resources.
#[derive(Debug, Default)]
pub(super) struct Aims {
    /// For each policy, its place in `of`.
    which: Vec<usize>,
    /// For each surface the place of the target that is surest, and whether it is sure.
    of: Vec<Vec<Option<(usize, Truth)>>>,
}

impl Aims {
    pub(super) fn of(policies: &[Policy], surfaces: &[Surface]) -> Self {
        let mut shared: Shared<&Applications, Vec<Option<(usize, Truth)>>> = Shared::default();
        let which = policies
            .iter()
            .map(|policy| {
                let applications = &policy.conditions.applications;
                let aims = || surfaces.iter().map(|one| surest(applications, one)).collect();
                shared.place(applications, aims)
            })
            .collect();
        Self { which, of: shared.into_values() }
    }

    /// The target of a surface, by its place, at which a policy aims most surely.
    pub(super) fn at(&self, policy: usize, surface: usize) -> Option<(usize, &Truth)> {
        let aims = self.of.get(*self.which.get(policy)?)?;
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
