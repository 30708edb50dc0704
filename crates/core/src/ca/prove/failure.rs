//! P3: the smallest sets of failures after which no way in is left.
//!
//! What gets in depends on things: a key, a model of key that stays allowed, a workstation, a
//! place, a calm risk engine. A *cut* is a set of failures that takes the last way in. Each way in
//! found names what it depends on, and every cut must hit it: so the cuts are the hitting sets of
//! the ways in (Reiter's tree), and only failures that hit something are ever tried.
//!
//! For two accounts a way in is one of either, so that a cut of the pair is what the owners fear.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::super::control::{CREDENTIALS_MAX, Losses};
use super::super::cover::{Coverage, Region};
use super::super::credentials::CredentialKind;
use super::super::sign_in::Risk;
use super::super::surface::Surface;
use super::failing::Failing;
use super::model::{Enforcing, Model};
use super::space::Dimension;
use super::{Question, Unprovable, WayIn, replay, too_many};
use crate::id::Guid;
use crate::register::{Environment, Place, Target, Workstation, WorkstationKind};

/// How many failures at once are looked at.
pub const FAILURES_MAX: usize = 3;

/// How many sets of failures one search may look at.
pub const FAILURE_SETS_MAX: usize = 20_000;

/// Something that can fail on the day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Failure {
    /// A credential of an account is lost: the account's number, and the credential's place in its
    /// list.
    Credential(usize, usize),
    /// A model of key is taken off the lists, or recalled.
    Model(Guid),
    /// A method is switched off in the authentication methods policy, by its configuration's id.
    Method(&'static str),
    /// The service behind a method is down, or the phone that it needs.
    Service(CredentialKind),
    /// The federated identity provider is down.
    Federation,
    /// Intune calls no device compliant.
    Compliance,
    /// A workstation of the environment is lost, by its number.
    Workstation(usize),
    /// A place of the environment cannot be reached, by its number.
    Place(usize),
    /// Trusted networks cannot be reached, nor the compliant one.
    TrustedNetwork,
    /// ID Protection sees a high sign-in risk.
    SignInRisk,
    /// ID Protection sees a high user risk.
    UserRisk,
}

/// Failures after which no way in is left, none of them without need.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cut(pub Vec<Failure>);

/// The cuts of one surface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurfaceCuts {
    /// The surface.
    pub target: Target,
    /// Its minimal cuts of at most [`FAILURES_MAX`] failures, the smallest first; one of no
    /// failures where there is no way in to begin with.
    pub cuts: Vec<Cut>,
}

/// The cuts of each surface for some accounts together, which share an environment: what takes the
/// last way in of all of them. For one account, ask with one question.
///
/// # Errors
///
/// [`Unprovable`] as for [`super::prove`], and where more than [`FAILURE_SETS_MAX`] sets of
/// failures would have to be looked at.
pub fn cuts(questions: &[Question<'_>]) -> Result<Vec<SurfaceCuts>, Unprovable> {
    per_surface(questions, |search, target| {
        search.cuts(target).map(|cuts| SurfaceCuts { target, cuts })
    })
}

/// Asks one search for every surface.
pub(super) fn per_surface<T>(
    questions: &[Question<'_>],
    mut ask: impl FnMut(&mut Search<'_, '_>, Target) -> Result<T, Unprovable>,
) -> Result<Vec<T>, Unprovable> {
    let without: Vec<Environment> =
        questions.iter().map(|question| without_compliance(question.environment)).collect();
    let accounts: Vec<Account<'_>> = questions
        .iter()
        .zip(&without)
        .map(|(question, environment)| {
            let model = Model::new(*question)?;
            let has_compliant = environment != question.environment;
            let degraded = Question { environment, ..*question };
            let degraded = has_compliant.then(|| Model::new(degraded)).transpose()?;
            Ok(Account { enforcing: question.enforcing, model, degraded })
        })
        .collect::<Result<_, _>>()?;
    let Some(first) = accounts.first() else { return Ok(Vec::new()) };
    let targets: Vec<Target> = first.model.surfaces.iter().map(|surface| surface.target).collect();
    let mut search = Search { accounts: &accounts, failing: BTreeMap::new() };
    targets.into_iter().map(|target| ask(&mut search, target)).collect()
}

/// The environment on a day on which Intune calls no device compliant.
fn without_compliance(environment: &Environment) -> Environment {
    let mut environment = environment.clone();
    for workstation in &mut environment.workstations {
        workstation.kind = match workstation.kind {
            WorkstationKind::Compliant => WorkstationKind::Registered,
            WorkstationKind::CompliantAndHybridJoined => WorkstationKind::HybridJoined,
            other => other,
        };
    }
    environment
}

/// One account before a tenant's policies.
struct Account<'a> {
    enforcing: Enforcing,
    model: Model<'a>,
    /// The same where no device is compliant; `None` where none is to begin with.
    degraded: Option<Model<'a>>,
}

impl<'a> Account<'a> {
    /// The model after some failures.
    fn after(&self, failures: &BTreeSet<Failure>) -> &Model<'a> {
        let degraded = self.degraded.as_ref();
        degraded.filter(|_| failures.contains(&Failure::Compliance)).unwrap_or(&self.model)
    }
}

/// The search with what it keeps between surfaces.
pub(super) struct Search<'m, 'a> {
    accounts: &'m [Account<'a>],
    /// Where policies fail an account, by its number, whether compliance is down, and its losses.
    failing: BTreeMap<(usize, bool, Losses), Failing>,
}

impl Search<'_, '_> {
    fn cuts(&mut self, target: Target) -> Result<Vec<Cut>, Unprovable> {
        let mut found: BTreeSet<BTreeSet<Failure>> = BTreeSet::new();
        let mut seen: BTreeSet<BTreeSet<Failure>> = BTreeSet::new();
        // By size, so that what is found first is minimal and spares the supersets.
        let mut level = vec![BTreeSet::new()];
        for size in 0..=FAILURES_MAX {
            let mut next = Vec::new();
            for failures in level {
                if found.iter().any(|cut: &BTreeSet<Failure>| cut.is_subset(&failures)) {
                    continue;
                }
                match self.way_in(target, &failures)? {
                    None => drop(found.insert(failures)),
                    Some((account, way)) if size < FAILURES_MAX => {
                        for failure in self.needs(account, &way) {
                            let mut more = failures.clone();
                            if more.insert(failure) && seen.insert(more.clone()) {
                                next.push(more);
                            }
                        }
                    }
                    Some(_) => {}
                }
                if seen.len() > FAILURE_SETS_MAX {
                    return Err(Unprovable(format!(
                        "more than FAILURE_SETS_MAX ({FAILURE_SETS_MAX}) sets of failures"
                    )));
                }
            }
            level = next;
        }
        let mut cuts: Vec<Cut> =
            found.into_iter().map(|cut| Cut(cut.into_iter().collect())).collect();
        cuts.sort_by_key(|cut| (cut.0.len(), cut.clone()));
        Ok(cuts)
    }

    /// What a way in that some failures leave depends on; `None` where they leave none.
    pub(super) fn needs_after(
        &mut self,
        target: Target,
        failures: &BTreeSet<Failure>,
    ) -> Result<Option<BTreeSet<Failure>>, Unprovable> {
        let found = self.way_in(target, failures)?;
        Ok(found.map(|(account, way)| self.needs(account, &way)))
    }

    /// A way in of any account after some failures.
    fn way_in(
        &mut self,
        target: Target,
        failures: &BTreeSet<Failure>,
    ) -> Result<Option<(usize, WayIn)>, Unprovable> {
        for (number, account) in self.accounts.iter().enumerate() {
            let model = account.after(failures);
            let Some(surface) = model.surfaces.iter().find(|one| one.target == target) else {
                continue;
            };
            let losses = losses(model, number, failures);
            let key = (number, failures.contains(&Failure::Compliance), losses);
            let failing = self.failing.entry(key).or_insert_with(|| model.failing(losses));
            let rest = Rest { model, enforcing: account.enforcing, failing, losses, failures };
            if let Some(way) = rest.way_in(surface)? {
                return Ok(Some((number, way)));
            }
        }
        Ok(None)
    }

    /// What a way in depends on: each of these failures may take it.
    fn needs(&self, account: usize, way: &WayIn) -> BTreeSet<Failure> {
        let mut needs = BTreeSet::new();
        let Some(Account { model, .. }) = self.accounts.get(account) else { return needs };
        let all = model.standing.credentials.as_deref().unwrap_or_default();
        for place in &way.credentials {
            let Some(one) = all.get(*place) else { continue };
            needs.insert(Failure::Credential(account, *place));
            needs.extend(one.aaguid.map(Failure::Model));
            needs.extend(one.kind.configuration().map(Failure::Method));
            if is_service(one.kind) {
                needs.insert(Failure::Service(one.kind));
            }
            if is_federated(one.kind) {
                needs.insert(Failure::Federation);
            }
        }
        // One workstation or place that may be anything is no thing that can be lost.
        let Environment { workstations, places, .. } = model.environment;
        let known = |one: &Workstation| one.kind != WorkstationKind::Unmanaged;
        if workstations.len() > 1 || workstations.iter().any(known) {
            needs.insert(Failure::Workstation(way.workstation));
        }
        let somewhere = |one: &Place| {
            one.compliant_network || !one.addresses.is_empty() || !one.countries.is_empty()
        };
        if places.len() > 1 || places.iter().any(somewhere) {
            needs.insert(Failure::Place(way.place));
        }
        if way.sign_in.device.is_compliant() {
            needs.insert(Failure::Compliance);
        }
        if way.sign_in.sign_in_risk != Risk::High {
            needs.insert(Failure::SignInRisk);
        }
        if way.sign_in.user_risk != Risk::High {
            needs.insert(Failure::UserRisk);
        }
        if way.sign_in.network.is_compliant || model.is_trusted(&way.sign_in.network) {
            needs.insert(Failure::TrustedNetwork);
        }
        needs
    }
}

/// What some failures leave of an account.
struct Rest<'r, 'a> {
    model: &'r Model<'a>,
    enforcing: Enforcing,
    failing: &'r Failing,
    losses: Losses,
    failures: &'r BTreeSet<Failure>,
}

impl Rest<'_, '_> {
    /// A way in through what is left of the environment.
    fn way_in(&self, surface: &Surface) -> Result<Option<WayIn>, Unprovable> {
        let Self { model, enforcing, .. } = *self;
        let obligations = model.obligations(surface, enforcing, self.failing);
        let boxes: Vec<&Region> = obligations.iter().flat_map(|one| one.possible.iter()).collect();
        let regions = model.space.regions(model.environment, surface.client);
        for (number, region) in regions.into_iter().enumerate() {
            if self.failures.contains(&Failure::Workstation(number)) {
                continue;
            }
            let region = what_is_left(model, region, self.failures);
            let coverage = model.space.layout.cover(&region, &boxes).map_err(too_many)?;
            let Coverage::Open(open) = coverage else { continue };
            if let Some(way) = replay::way_in(model, surface, &open, enforcing, self.losses) {
                return Ok(Some(way));
            }
        }
        Ok(None)
    }
}

/// The part of a region that some failures leave.
fn what_is_left(model: &Model<'_>, region: Region, failures: &BTreeSet<Failure>) -> Region {
    let mut region = model.without_mfa_trusted(region);
    let is_high = |at: usize| Risk::ALL.get(at) == Some(&Risk::High);
    if failures.contains(&Failure::SignInRisk) {
        model.space.keep(&mut region, Dimension::SignInRisk, is_high);
    }
    if failures.contains(&Failure::UserRisk) {
        model.space.keep(&mut region, Dimension::UserRisk, is_high);
    }
    let no_trusted = failures.contains(&Failure::TrustedNetwork);
    model.space.keep(&mut region, Dimension::Network, |at| {
        model.space.networks.get(at).is_some_and(|one| {
            let is_lost =
                no_trusted && (one.network.is_compliant || model.is_trusted(&one.network));
            !failures.contains(&Failure::Place(one.place))
                && !one.network.is_mfa_trusted
                && !is_lost
        })
    });
    region
}

/// What an account loses by some failures.
fn losses(model: &Model<'_>, account: usize, failures: &BTreeSet<Failure>) -> Losses {
    let all = model.standing.credentials.as_deref().unwrap_or_default();
    let mut losses = Losses::default();
    for (place, one) in all.iter().enumerate().take(CREDENTIALS_MAX) {
        let is_lost = failures.iter().any(|failure| match failure {
            Failure::Credential(of, lost) => *of == account && *lost == place,
            Failure::Model(aaguid) => one.aaguid == Some(*aaguid),
            Failure::Method(configuration) => one.kind.configuration() == Some(*configuration),
            Failure::Service(kind) => one.kind == *kind,
            Failure::Federation => is_federated(one.kind),
            _ => false,
        });
        if is_lost {
            losses.credentials |= 1 << place;
        }
    }
    losses
}

const fn is_service(kind: CredentialKind) -> bool {
    matches!(
        kind,
        CredentialKind::AuthenticatorPush
            | CredentialKind::PhoneSignIn
            | CredentialKind::Sms
            | CredentialKind::Voice
            | CredentialKind::External
    )
}

const fn is_federated(kind: CredentialKind) -> bool {
    matches!(kind, CredentialKind::Federated | CredentialKind::FederatedMultiFactor)
}

impl Failure {
    /// The failure in words for a person, with the accounts' code names in their order.
    pub fn words(
        &self,
        accounts: &[(&str, &[super::super::Credential])],
        places: &Names,
    ) -> String {
        match self {
            Self::Credential(account, place) => {
                let (name, credentials) = accounts.get(*account).copied().unwrap_or(("?", &[]));
                let one = credentials.get(*place).map_or("?", |one| one.name.as_str());
                format!("{name} loses its {one}")
            }
            Self::Model(aaguid) => format!("keys of model {aaguid} are taken off the list"),
            Self::Method(method) => format!("the method `{method}` is switched off"),
            Self::Service(kind) => format!("no {} arrives", kind.title()),
            Self::Federation => "the federated identity provider is down".into(),
            Self::Compliance => "Intune calls no device compliant".into(),
            Self::Workstation(number) => {
                let name = places.workstations.get(*number).map_or("?", String::as_str);
                format!("the workstation `{name}` is lost")
            }
            Self::Place(number) => {
                let name = places.places.get(*number).map_or("?", String::as_str);
                format!("the place `{name}` cannot be reached")
            }
            Self::TrustedNetwork => "no trusted network can be reached".into(),
            Self::SignInRisk => "ID Protection sees a high sign-in risk".into(),
            Self::UserRisk => "ID Protection sees a high user risk".into(),
        }
    }
}

/// The names of an environment's workstations and places, by their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Of its workstations.
    pub workstations: Vec<String>,
    /// Of its places.
    pub places: Vec<String>,
}

impl Names {
    /// The names of an environment.
    pub fn of(environment: &Environment) -> Self {
        Self {
            workstations: environment.workstations.iter().map(|one| one.name.clone()).collect(),
            places: environment.places.iter().map(|one| one.name.clone()).collect(),
        }
    }
}
