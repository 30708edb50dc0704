//! Witnesses: concrete sign-ins out of regions, judged again by the reference evaluator before
//! anybody sees them.

use alloc::boxed::Box;
use alloc::string::ToString as _;
use alloc::vec::Vec;

use super::super::barrier::barriers;
use super::super::control::{Losses, Met, Purse, Setting};
use super::super::cover::Layout;
use super::super::cover::Region;
use super::super::credentials::{CredentialKind, Usable};
use super::super::evaluate::{self, PolicyResult, is_enforced, judge};
use super::super::network::needs_position;
use super::super::sign_in::SignIn;
use super::super::standing::Hit;
use super::super::surface::Surface;
use super::super::truth::{Doubt, Truth};
use super::model::{Blame, Enforcing, Model, Obligation, can_give_position};
use super::space::Dimension;
use super::{Denial, WayIn};
use crate::tenant::Feature;

/// What an obligation does to the environment.
pub(crate) enum Found {
    /// This sign-in is denied.
    Denied(Box<Denial>),
    /// Some sign-in may be denied.
    Doubted(Doubt),
    /// Nothing.
    Apart,
}

/// A sign-in of the environment that an obligation denies.
pub(crate) fn denial(model: &Model<'_>, obligation: &Obligation<'_>, regions: &[Region]) -> Found {
    let first = |boxes: &[Region]| {
        let pairs = boxes.iter().flat_map(|one| regions.iter().map(move |region| (one, region)));
        let mut met = pairs.filter(|(one, region)| model.space.layout.meets(one, region));
        met.find_map(|(one, region)| {
            model.space.sign_in(&Layout::meet(one, region), obligation.target)
        })
    };
    if let Some(sign_in) = first(obligation.certain) {
        return match why(model, &obligation.blame, &sign_in) {
            Met::No(why) => {
                Found::Denied(Box::new(Denial { sign_in, blame: obligation.blame.clone(), why }))
            }
            Met::Unknown(doubt) => Found::Doubted(doubt),
            Met::Nothing | Met::By { .. } => Found::Doubted(disagreement()),
        };
    }
    match first(obligation.possible) {
        None => Found::Apart,
        Some(sign_in) => Found::Doubted(match why(model, &obligation.blame, &sign_in) {
            Met::Unknown(doubt) => doubt,
            _ => doubt_of(model, &obligation.blame, &sign_in),
        }),
    }
}

/// Should the evaluator ever judge a witness otherwise than the prover, nothing is claimed.
fn disagreement() -> Doubt {
    Doubt::Unclear(
        "the reference evaluator judges the witness otherwise than the prover: please report it"
            .into(),
    )
}

/// What the reference evaluator says about one sign-in and one that is to blame.
pub(crate) fn why(model: &Model<'_>, blame: &Blame, sign_in: &SignIn) -> Met {
    let purse = model.purse(Losses::default());
    match blame {
        Blame::Policy(place) => match judged(model, *place, purse, sign_in) {
            Some(result) => match (result.applies(), result.met) {
                (Truth::Yes, Some(met)) => met,
                (Truth::Unknown(doubt), Some(met)) if met.may_fail() => Met::Unknown(doubt),
                _ => Met::Nothing,
            },
            None => Met::Nothing,
        },
        Blame::Position(place) => {
            let Some(policy) = model.policies.get(*place) else { return Met::Nothing };
            let Some(locations) = &policy.conditions.locations else { return Met::Nothing };
            match needs_position(locations, model.surroundings.locations) {
                Ok(true) => match &purse.standing.credentials {
                    Ok(_) if can_give_position(purse.standing, purse.losses) => Met::Nothing,
                    Ok(_) => Met::No(
                        "it asks for the position of the Authenticator app, which no passwordless \
                         sign-in gives"
                            .into(),
                    ),
                    Err(gap) => Met::Unknown(gap.clone().into()),
                },
                Ok(false) => Met::Nothing,
                Err(doubt) => Met::Unknown(Doubt::Unclear(doubt.to_string())),
            }
        }
        Blame::Barrier(barrier) => {
            let setting = Setting::of(sign_in);
            let surface = model.surfaces.iter().find(|one| {
                one.client == sign_in.client && one.sign_in_targets.contains(&sign_in.target)
            });
            surface.map_or(Met::Nothing, |surface| {
                barrier.met(surface, model.snapshot, purse, setting)
            })
        }
        Blame::Unread(gap) => Met::Unknown(gap.clone().into()),
    }
}

/// Why a policy only may apply.
fn doubt_of(model: &Model<'_>, blame: &Blame, sign_in: &SignIn) -> Doubt {
    let unclear = || Doubt::Unclear("whether the policy applies cannot be told".into());
    let Some(place) = blame.policy() else { return unclear() };
    let Some(policy) = model.policies.get(place) else { return unclear() };
    if let Truth::Unknown(doubt) = is_enforced(&policy.state) {
        return doubt;
    }
    let result = judged(model, place, model.purse(Losses::default()), sign_in);
    let unknown = result.into_iter().flat_map(|result| result.conditions);
    let mut doubts = unknown.filter_map(|(_, truth)| match truth {
        Truth::Unknown(doubt) => Some(doubt),
        Truth::Yes | Truth::No => None,
    });
    doubts.next().unwrap_or_else(unclear)
}

fn judged(
    model: &Model<'_>,
    place: usize,
    purse: Purse<'_>,
    sign_in: &SignIn,
) -> Option<PolicyResult> {
    let policy = model.policies.get(place)?;
    Some(judge(policy, purse, sign_in, model.surroundings))
}

/// A sign-in out of an open region, where the evaluator lets it through for all that the surface
/// asks, with the credentials that it uses.
pub(crate) fn way_in(
    model: &Model<'_>,
    surface: &Surface,
    open: &Region,
    enforcing: Enforcing,
    losses: Losses,
) -> Option<WayIn> {
    let purse = model.purse(losses);
    let mut credentials = Vec::new();
    let mut shown = None;
    for target in &surface.sign_in_targets {
        let sign_in = model.space.sign_in(open, target)?;
        for met in demands(model, surface, &sign_in, enforcing, purse) {
            match met {
                Met::Nothing => {}
                Met::By { credentials: used, .. } => credentials.extend(used),
                Met::No(_) | Met::Unknown(_) => return None,
            }
        }
        shown = shown.or(Some(sign_in));
    }
    credentials.sort_unstable();
    credentials.dedup();
    let network = model.space.values(open, Dimension::Network).next()?;
    let device = model.space.values(open, Dimension::Device).next()?;
    Some(WayIn {
        sign_in: shown?,
        credentials,
        workstation: model.space.devices.get(device)?.workstation,
        place: model.space.networks.get(network)?.place,
    })
}

/// Everything that is demanded of a sign-in, as the evaluator sees it.
pub(crate) fn demands(
    model: &Model<'_>,
    surface: &Surface,
    sign_in: &SignIn,
    enforcing: Enforcing,
    purse: Purse<'_>,
) -> Vec<Met> {
    let setting = Setting::of(sign_in);
    let barriers = barriers(surface).into_iter();
    let mut demands: Vec<Met> =
        barriers.map(|one| one.met(surface, model.snapshot, purse, setting)).collect();
    for (place, policy) in model.policies.iter().enumerate() {
        let counts = enforcing.counts(place, policy);
        // Most policies leave the account alone, or are for other resources: no need to look on.
        let is_hit = !matches!(purse.standing.hit(policy), Hit::No(_));
        let applications = &policy.conditions.applications;
        if counts.is_no() || !is_hit || evaluate::target(applications, &sign_in.target).is_no() {
            continue;
        }
        let result = judge(policy, purse, sign_in, model.surroundings);
        let applies = result.applies();
        let asks = policy.conditions.locations.as_ref().is_some_and(|locations| {
            needs_position(locations, model.surroundings.locations) != Ok(false)
        });
        let elsewhere = |condition| condition != super::super::evaluate::Condition::Locations;
        let others = result.conditions.iter().filter(|(condition, _)| elsewhere(*condition));
        let others = others.fold(Truth::Yes, |all, (_, one)| all.and(|| one.clone()));
        if asks && !can_give_position(purse.standing, purse.losses) {
            let no = Met::No("it asks for a position".into());
            let is_sure = purse.standing.credentials.is_ok()
                && policy.conditions.locations.as_ref().is_some_and(|locations| {
                    needs_position(locations, model.surroundings.locations) == Ok(true)
                });
            demands.extend(weigh(counts.clone().and(|| others), no, is_sure));
        }
        demands.extend(result.met.and_then(|met| weigh(counts.and(|| applies), met, true)));
    }
    demands
}

/// What a demand amounts to where it is not certain that the policy applies: one that is met
/// anyway is met, and another is in doubt.
fn weigh(applies: Truth, met: Met, is_sure: bool) -> Option<Met> {
    match (applies, met) {
        (Truth::No, _) => None,
        (Truth::Yes, met) if is_sure || !met.fails() => Some(met),
        (Truth::Unknown(doubt), met) if met.may_fail() => Some(Met::Unknown(doubt)),
        (Truth::Yes, _) => Some(Met::Unknown(Doubt::Unclear("a position may be asked for".into()))),
        (Truth::Unknown(_), met) => Some(met),
    }
}

/// Whether somebody who signs in to a surface with the password alone would be asked to register a
/// method there, and could: the account has none beside the password, something asks for
/// multifactor authentication whatever policies say, and the tenant lets it register one.
///
/// Source: <https://learn.microsoft.com/entra/identity/authentication/concept-mandatory-multifactor-authentication>.
pub(crate) fn registers(model: &Model<'_>, surface: &Surface) -> bool {
    let Ok(credentials) = &model.standing.credentials else { return false };
    let has_password = credentials
        .iter()
        .any(|one| one.kind == CredentialKind::Password && one.use_at_sign_in == Usable::Yes);
    let has_more = credentials.iter().any(|one| one.kind != CredentialKind::Password);
    let defaults = model.snapshot.security_defaults.value();
    let asks = surface.mandatory_mfa().is_some()
        || defaults.is_ok_and(|defaults| defaults.is_enabled)
        || model.standing.has_per_user_mfa.is_yes();
    // Keys and certificates cannot be registered in the middle of a sign-in.
    let registrable = ["microsoftAuthenticator", "sms", "voice", "softwareOath"];
    let policy = model.snapshot.methods_policy.value().ok();
    let can = policy.is_none_or(|policy| {
        policy.configurations.iter().any(|one| {
            one.state != Feature::Disabled
                && registrable.iter().any(|name| one.id.eq_ignore_ascii_case(name))
                && model.standing.may_use(policy, &one.id) != Ok(false)
        })
    });
    has_password && !has_more && asks && can
}
