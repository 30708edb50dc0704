//! The proof: can an account still get in, under every condition, with what it holds?
//!
//! For one account the policies become boxes of a finite space of sign-ins ([`space`], [`model`]).
//! Each surface of the declared environment is asked for by itself:
//!
//! - **P1**, nothing harms: no box in which the account fails a policy meets the environment;
//! - **P2**, a way in exists: the boxes do not cover the environment ([`super::cover`]);
//! - **P3** ([`failure`]), the smallest sets of failures after which no way in is left, and
//!   ([`mod@ways`]) all ways in by what they need;
//! - **P4**, the same with other policies: those that a caller gives, or with [`Enforcing`]; and
//!   which sign-ins that got in are denied by them ([`mod@worse`]).
//!
//! Every answer carries a sign-in that the reference evaluator has judged the same way
//! ([`replay`]), or a certificate that a checker has followed without searching
//! ([`certificate`]). Where the two disagree nothing is claimed.

mod aim;
mod certificate;
mod compile;
mod exhaust;
mod failing;
mod failure;
mod mend;
mod model;
mod registration;
mod replay;
mod space;
mod terms;
mod verdict;
mod ways;
mod worse;

use alloc::string::String;
use alloc::vec::Vec;

pub use certificate::{Certificate, Reason, Refuted, Within};
pub use exhaust::{SIGN_INS_MAX, Tally, exhaust};
pub use failure::{Cut, FAILURE_SETS_MAX, FAILURES_MAX, Failure, Names, SurfaceCuts, cuts};
pub use mend::{Change, changed_policies, mend};
pub use model::{Blame, Enforcing};
pub use verdict::{PolicyAnswer, PolicyVerdict};
pub use ways::{Needs, SurfaceWays, ways};
pub use worse::{Worse, worse};

use super::control::Losses;
use super::cover::{Coverage, Region, used};
use super::fact::{Fact, LOW_SCOPES_ARE_JUDGED};
use super::sign_in::SignIn;
use super::standing::Standing;
use super::surface::Surface;
use super::truth::Doubt;
use crate::register::{Environment, Target};
use crate::tenant::{Policy, Snapshot};
use crate::time::Timestamp;
use failing::Failing;
use model::{Model, Obligation};

/// What is to be proved.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The tenant.
    pub snapshot: &'a Snapshot,
    /// Its policies, or those that it would have.
    pub policies: &'a [Policy],
    /// The account.
    pub standing: &'a Standing,
    /// On what, from where and for what it signs in.
    pub environment: &'a Environment,
    /// When: facts with dates hold by it.
    pub now: Timestamp,
    /// Which policies count as enforced.
    pub enforcing: Enforcing,
}

/// Whether an account gets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Under every condition of the environment.
    Proved,
    /// It cannot be told with what was read.
    Undecided,
    /// Some sign-ins are denied, and some are let through.
    Harmed,
    /// Every sign-in is denied.
    LockedOut,
}

impl Verdict {
    /// The word of it in output for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Proved => "proved",
            Self::Undecided => "undecided",
            Self::Harmed => "harmed",
            Self::LockedOut => "locked_out",
        }
    }
}

/// A sign-in that is denied, and whose fault that is.
#[derive(Clone, Debug, PartialEq)]
pub struct Denial {
    /// The sign-in.
    pub sign_in: SignIn,
    /// Whose fault it is.
    pub blame: Blame,
    /// Why, in one line.
    pub why: String,
}

/// A sign-in that gets in.
#[derive(Clone, Debug, PartialEq)]
pub struct WayIn {
    /// The sign-in, for the first of what the surface asks.
    pub sign_in: SignIn,
    /// The credentials that it uses, by their places in the account's list.
    pub credentials: Vec<usize>,
    /// The workstation, by its number in the environment.
    pub workstation: usize,
    /// The place, by its number in the environment.
    pub place: usize,
}

/// The answer for one surface.
#[derive(Clone, Debug, PartialEq)]
pub struct SurfaceProof {
    /// The surface.
    pub target: Target,
    /// Whether the account gets in.
    pub verdict: Verdict,
    /// Sign-ins that are denied, one for each that is to blame.
    pub denials: Vec<Denial>,
    /// A sign-in that gets in; `None` where none is known to.
    pub way_in: Option<WayIn>,
    /// A minimal set of those to blame, which together deny everything; empty unless it is locked
    /// out.
    pub core: Vec<Blame>,
    /// What keeps the answer from being certain.
    pub doubts: Vec<(Blame, Doubt)>,
    /// Whether whoever signs in with the password first would be asked to register a method, which
    /// then gets in, and so could make the account theirs. [`decide`] leaves it out.
    pub registers: bool,
}

/// What was proved about an account.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// One answer per surface, in the order of the environment.
    pub surfaces: Vec<SurfaceProof>,
    /// One answer per policy, in their order.
    pub policies: Vec<PolicyAnswer>,
    /// Dated facts that it rests on.
    pub facts: Vec<&'static Fact>,
    /// What a checker needs to follow it.
    pub certificate: Certificate,
}

impl Proof {
    /// The verdict over all surfaces, as [`overall`] has it.
    pub fn verdict(&self) -> Verdict {
        overall(&self.surfaces)
    }
}

/// Why nothing can be proved; one line that names the limit or the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unprovable(pub String);

impl core::fmt::Display for Unprovable {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&self.0)
    }
}

impl core::error::Error for Unprovable {}

/// Proves whether an account gets in, or shows the sign-ins that fail.
///
/// # Errors
///
/// [`Unprovable`] where a named limit is reached, or the environment holds what is no address,
/// country or attribute.
pub fn prove(question: Question<'_>) -> Result<Proof, Unprovable> {
    let enforcing = question.enforcing;
    let model = Model::new(question)?;
    let failing = model.failing(Losses::default());
    let mut certificate = Certificate::new(enforcing);
    let mut surfaces = Vec::new();
    for surface in &model.surfaces {
        let found = answer(&model, surface, enforcing, &failing, Depth::Whole)?;
        certificate.add(&model, surface, &found);
        surfaces.push(found.proof);
    }
    let policies = verdict::answers(&model, &failing);
    let mut facts: Vec<&'static Fact> = Vec::new();
    for fact in model.surfaces.iter().flat_map(|surface| &surface.facts) {
        let is_used = **fact != LOW_SCOPES_ARE_JUDGED || model.leans_on_low_scopes();
        if is_used && !facts.contains(fact) {
            facts.push(fact);
        }
    }
    Ok(Proof { surfaces, policies, facts, certificate })
}

/// P1 and P2 alone: each surface's answer with one sign-in that is denied, without a verdict on
/// every policy and without a certificate.
///
/// # Errors
///
/// [`Unprovable`] as for [`prove`].
pub fn decide(question: Question<'_>) -> Result<Vec<SurfaceProof>, Unprovable> {
    let model = Model::new(question)?;
    let failing = model.failing(Losses::default());
    let decided = |surface| {
        answer(&model, surface, question.enforcing, &failing, Depth::First).map(|found| found.proof)
    };
    model.surfaces.iter().map(decided).collect()
}

/// The verdict over several surfaces: proved or locked out where each of them is; harmed where one
/// is harmed or locked out.
pub fn overall(surfaces: &[SurfaceProof]) -> Verdict {
    let all = |verdict| surfaces.iter().all(|one| one.verdict == verdict);
    let any = |verdict| surfaces.iter().any(|one| one.verdict == verdict);
    match () {
        () if surfaces.is_empty() => Verdict::Undecided,
        () if all(Verdict::LockedOut) => Verdict::LockedOut,
        () if all(Verdict::Proved) => Verdict::Proved,
        () if any(Verdict::LockedOut) || any(Verdict::Harmed) => Verdict::Harmed,
        () => Verdict::Undecided,
    }
}

/// How many sign-ins that are denied are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Depth {
    /// One for each that is to blame, and every doubt.
    Whole,
    /// One, and one of those that shut a surface.
    First,
}

/// The answer for a surface with what a certificate is made of.
struct Answer {
    proof: SurfaceProof,
    /// The tree of each region, and the boxes that it closes regions with; empty unless locked out.
    covered: Vec<certificate::Covered>,
}

fn answer(
    model: &Model<'_>,
    surface: &Surface,
    enforcing: Enforcing,
    failing: &Failing,
    depth: Depth,
) -> Result<Answer, Unprovable> {
    let regions = model.space.regions(model.environment, surface.client);
    let obligations = model.obligations(surface, enforcing, failing);
    let mut proof = SurfaceProof {
        target: surface.target,
        verdict: Verdict::Undecided,
        denials: Vec::new(),
        way_in: None,
        core: Vec::new(),
        doubts: Vec::new(),
        registers: false,
    };
    for obligation in &obligations {
        match replay::denial(model, surface, obligation, &regions) {
            replay::Found::Denied(denial) => proof.denials.push(*denial),
            replay::Found::Doubted(doubt) => proof.doubts.push((obligation.blame.clone(), doubt)),
            replay::Found::Apart => {}
        }
        if depth == Depth::First && !proof.denials.is_empty() {
            break;
        }
    }
    proof.way_in = way_in(model, surface, &obligations, enforcing, Losses::default())?;
    if proof.way_in.is_none() && depth == Depth::Whole {
        proof.registers = registration::registers(model, surface, enforcing)?;
    }
    let mut covered = Vec::new();
    proof.verdict = match (&proof.way_in, proof.denials.is_empty(), proof.doubts.is_empty()) {
        (Some(_), true, true) => Verdict::Proved,
        (Some(_), false, _) => Verdict::Harmed,
        (Some(_), true, false) => Verdict::Undecided,
        (None, ..) => match covering(model, &regions, &obligations)? {
            Some(found) => {
                proof.core = core(model, &regions, &obligations, &found)?;
                let known = |one: &Denial| proof.core.contains(&one.blame);
                if depth == Depth::First && !proof.denials.iter().any(known) {
                    proof.denials.extend(shutting(
                        model,
                        surface,
                        &regions,
                        &obligations,
                        &proof.core,
                    ));
                }
                covered = cover_with(model, &regions, &obligations, &proof.core)?;
                Verdict::LockedOut
            }
            None if !proof.denials.is_empty() => Verdict::Harmed,
            None => Verdict::Undecided,
        },
    };
    Ok(Answer { proof, covered })
}

/// A sign-in that is denied by one of those that shut a surface.
fn shutting(
    model: &Model<'_>,
    surface: &Surface,
    regions: &[Region],
    obligations: &[Obligation<'_>],
    core: &[Blame],
) -> Option<Denial> {
    let obligation = obligations.iter().find(|one| core.contains(&one.blame))?;
    match replay::denial(model, surface, obligation, regions) {
        replay::Found::Denied(denial) => Some(*denial),
        replay::Found::Doubted(_) | replay::Found::Apart => None,
    }
}

/// A sign-in that gets in for certain after some losses, replayed; `None` where there is none.
fn way_in(
    model: &Model<'_>,
    surface: &Surface,
    obligations: &[Obligation<'_>],
    enforcing: Enforcing,
    losses: Losses,
) -> Result<Option<WayIn>, Unprovable> {
    let boxes: Vec<&Region> = obligations.iter().flat_map(|one| one.possible.iter()).collect();
    for region in model.space.regions(model.environment, surface.client) {
        // Nobody can rely on addresses that no interface shows.
        let region = model.without_mfa_trusted(region);
        let coverage = model.space.layout.cover(&region, &boxes).map_err(too_many)?;
        let Coverage::Open(open) = coverage else { continue };
        if let Some(way) = replay::way_in(model, surface, &open, enforcing, losses) {
            return Ok(Some(way));
        }
    }
    Ok(None)
}

/// The boxes that close every region for certain, by their obligations; `None` where some part is
/// open.
fn covering(
    model: &Model<'_>,
    regions: &[Region],
    obligations: &[Obligation<'_>],
) -> Result<Option<Vec<usize>>, Unprovable> {
    let (owners, boxes) = certain(obligations, 0..obligations.len());
    let mut closing = Vec::new();
    for region in regions {
        match model.space.layout.cover(region, &boxes).map_err(too_many)? {
            Coverage::Open(_) => return Ok(None),
            Coverage::Covered(tree) => {
                closing.extend(used(&tree).filter_map(|one| owners.get(one).copied()));
            }
        }
    }
    closing.sort_unstable();
    closing.dedup();
    // An environment without a point says nothing.
    let is_empty = regions.iter().all(|region| model.space.layout.is_empty(region));
    Ok((!is_empty).then_some(closing))
}

/// The certain boxes of obligations at these places, with the place of each.
fn certain<'b>(
    obligations: &'b [Obligation<'_>],
    places: impl IntoIterator<Item = usize>,
) -> (Vec<usize>, Vec<&'b Region>) {
    let found = places.into_iter().filter_map(|place| Some((place, obligations.get(place)?)));
    found.flat_map(|(place, one)| one.certain.iter().map(move |region| (place, region))).unzip()
}

/// A minimal set of those to blame: without any one of them some sign-in is let through.
fn core(
    model: &Model<'_>,
    regions: &[Region],
    obligations: &[Obligation<'_>],
    closing: &[usize],
) -> Result<Vec<Blame>, Unprovable> {
    let mut left: Vec<usize> = closing.to_vec();
    let mut place = 0;
    while place < left.len() {
        let mut fewer = left.clone();
        fewer.remove(place);
        let (_, boxes) = certain(obligations, fewer.iter().copied());
        let mut is_covered = true;
        for region in regions {
            let coverage = model.space.layout.cover(region, &boxes).map_err(too_many)?;
            is_covered &= matches!(coverage, Coverage::Covered(_));
        }
        if is_covered {
            left = fewer;
        } else {
            place += 1;
        }
    }
    Ok(left.iter().filter_map(|one| Some(obligations.get(*one)?.blame.clone())).collect())
}

/// The trees that close every region with the boxes of those to blame.
fn cover_with(
    model: &Model<'_>,
    regions: &[Region],
    obligations: &[Obligation<'_>],
    core: &[Blame],
) -> Result<Vec<certificate::Covered>, Unprovable> {
    let all = obligations.iter().enumerate();
    let of_core = all.filter(|(_, one)| core.contains(&one.blame)).map(|(place, _)| place);
    let (owners, boxes) = certain(obligations, of_core);
    let mut covered = Vec::new();
    for region in regions {
        if let Coverage::Covered(tree) =
            model.space.layout.cover(region, &boxes).map_err(too_many)?
        {
            let owner = |one: &usize| obligations.get(*one).map(|one| one.blame.clone());
            let owners = owners.iter().filter_map(owner).collect();
            let boxes = boxes.iter().map(|one| (*one).clone()).collect();
            covered.push(certificate::Covered { tree, boxes, owners });
        }
    }
    Ok(covered)
}

fn too_many(_: super::cover::TooManyNodes) -> Unprovable {
    Unprovable(alloc::format!(
        "the policies cut the sign-ins into more than NODES_MAX ({}) regions",
        super::cover::NODES_MAX
    ))
}
