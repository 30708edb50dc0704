//! The oracle: every sign-in of the environment, one by one, judged by the reference evaluator.
//!
//! It shares the values of the dimensions with the prover and nothing else: no boxes, no search.
//! Slow on purpose; tests and the lockout benchmark hold the prover against it.

use super::super::control::{Losses, Met};
use super::super::cover::Region;
use super::super::sign_in::{Client, Flow, InsiderLevel, OsPlatform, Risk, SignIn, Target};
use super::super::surface::Surface;
use super::model::Model;
use super::replay::demands;
use super::space::Dimension;
use super::{Question, Unprovable};
use crate::register::Target as SurfaceName;
use crate::tenant::PolicyState;
use alloc::format;
use alloc::vec::Vec;

/// How many sign-ins one surface may have for the oracle.
pub const SIGN_INS_MAX: u128 = 20_000_000;

/// What the oracle found on one surface, in sign-ins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// The surface.
    pub target: SurfaceName,
    /// Sign-ins that get in for certain.
    pub granted: u64,
    /// Sign-ins that are denied for certain.
    pub denied: u64,
    /// Sign-ins of which it cannot be told.
    pub unknown: u64,
    /// Those of `granted` that need no address which no interface shows.
    pub reliable: u64,
}

/// Judges every sign-in of a question.
///
/// # Errors
///
/// [`Unprovable`] as for [`super::prove`], and where a surface has more than [`SIGN_INS_MAX`]
/// sign-ins.
pub fn exhaust(question: Question<'_>) -> Result<Vec<Tally>, Unprovable> {
    let model = Model::new(question)?;
    model.surfaces.iter().map(|surface| tally(&model, surface, question)).collect()
}

fn tally(
    model: &Model<'_>,
    surface: &Surface,
    question: Question<'_>,
) -> Result<Tally, Unprovable> {
    let mut tally =
        Tally { target: surface.target, granted: 0, denied: 0, unknown: 0, reliable: 0 };
    let regions = model.space.regions(model.environment, surface.client);
    let points: u128 = regions.iter().map(|region| model.space.layout.points(region)).sum();
    if points > SIGN_INS_MAX {
        let what = format!("{points} sign-ins are more than SIGN_INS_MAX ({SIGN_INS_MAX})");
        return Err(Unprovable(what));
    }
    for region in &regions {
        each(model, region, &mut |sign_in| {
            let worst = surface.sign_in_targets.iter().fold(Met::Nothing, |worst, target| {
                let sign_in = SignIn { target: target.clone(), ..sign_in.clone() };
                let purse = model.purse(Losses::default());
                let counts =
                    |place: usize, state: &PolicyState| question.enforcing.counts(place, state);
                let all = demands(model, surface, &sign_in, counts, purse);
                all.into_iter().fold(worst, Met::and)
            });
            match worst {
                Met::Nothing | Met::By { .. } if model.is_whole() => {
                    tally.granted += 1;
                    tally.reliable += u64::from(!sign_in.network.is_mfa_trusted);
                }
                Met::No(_) => tally.denied += 1,
                Met::Nothing | Met::By { .. } | Met::Unknown(_) => tally.unknown += 1,
            }
        });
    }
    Ok(tally)
}

/// Calls `visit` with every sign-in of a region.
fn each(model: &Model<'_>, region: &Region, visit: &mut dyn FnMut(&SignIn)) {
    let values = |dimension| -> Vec<usize> { model.space.values(region, dimension).collect() };
    let all = Dimension::ALL.map(values);
    let mut at = [0_usize; 8];
    if all.iter().any(Vec::is_empty) {
        return;
    }
    loop {
        if let Some(sign_in) = point(model, &all, at) {
            visit(&sign_in);
        }
        let mut dimension = 0;
        loop {
            let Some((place, values)) = at.get_mut(dimension).zip(all.get(dimension)) else {
                return;
            };
            *place += 1;
            if *place < values.len() {
                break;
            }
            *place = 0;
            dimension += 1;
        }
    }
}

fn point(model: &Model<'_>, all: &[Vec<usize>; 8], at: [usize; 8]) -> Option<SignIn> {
    let value = |dimension: Dimension| {
        let values = all.get(dimension.index())?;
        values.get(*at.get(dimension.index())?).copied()
    };
    Some(SignIn {
        target: Target::UserAction(alloc::string::String::new()),
        client: *Client::ALL.get(value(Dimension::Client)?)?,
        platform: *OsPlatform::ALL.get(value(Dimension::Platform)?)?,
        network: model.space.networks.get(value(Dimension::Network)?)?.network.clone(),
        device: model.space.devices.get(value(Dimension::Device)?)?.device.clone(),
        sign_in_risk: *Risk::ALL.get(value(Dimension::SignInRisk)?)?,
        user_risk: *Risk::ALL.get(value(Dimension::UserRisk)?)?,
        insider_risk: *InsiderLevel::ALL.get(value(Dimension::InsiderRisk)?)?,
        flow: *Flow::ALL.get(value(Dimension::Flow)?)?,
    })
}
