//! The two models, built from the proof, the declarations and the ledger.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;

use super::burglars::Burglars;
use super::custodians::{Custodians, combinations};
use super::formula::{Formula, Model};
use super::matching::Matched;
use super::names::Names;
use super::part::Part;
use super::proof::Proved;
use super::remark::{Remark, Remarks};
use super::scope::Scope;
use super::thing::{Agent, Thing};
use super::{Access, AccountAccess, Question, SurfaceAccess};
use crate::ca::{Failure, Needs};
use crate::custody::{State, breaches};
use crate::id::{PersonId, PlaceId};
use crate::inventory::Inventory;
use crate::register::{Custody, Environment, Target};
use crate::tenant::Snapshot;

impl Access {
    /// Builds both models.
    pub fn of(question: &Question<'_>) -> Self {
        let Question { register, snapshot, custody, now } = *question;
        let empty = State::default();
        let state = custody.unwrap_or(&empty);
        let inventory = Inventory::take(register, snapshot, now);
        let accounts = register.distinct_accounts();
        let proved: Vec<Proved> =
            accounts.into_iter().map(|one| Proved::of(question, one)).collect();
        let domains = domains(snapshot);
        let ground = Ground {
            proved: &proved,
            environment: &register.environment,
            inventory: &inventory,
            domains: domains.as_ref(),
        };
        let mut models = Models::of(&ground, &register.custody, state);
        if custody.is_none_or(|state| state.ledger.is_none()) {
            models.remarks.add(Remark::NoLedger);
        }
        for remark in proved.iter().flat_map(|one| &one.remarks) {
            models.remarks.add(remark.clone());
        }
        let has_mail = register.custody.people.iter().flat_map(|one| &one.reach);
        let has_mail = has_mail.filter_map(crate::register::Contact::mail_domain).next().is_some();
        if let (Err(gap), true, Some(first)) = (snapshot.domains.value(), has_mail, proved.first())
        {
            models.remarks.add(Remark::Unproved(first.declared.id, gap.clone().into()));
        }
        models.remarks.extend(one_maker(snapshot, &proved));
        models.remarks.extend(circles(state, &register.custody));
        let matched = models.matched.into_iter();
        let accounts: Vec<AccountAccess> =
            proved.iter().zip(matched).map(|(one, matched)| account(one, matched)).collect();
        Self {
            names: names(question, &accounts, &inventory),
            accounts,
            owners: models.owners,
            others: models.others,
            remarks: models.remarks.into_vec(),
            gaps: inventory.gaps.clone(),
            breaches: breaches(state, &register.custody).into_iter().collect(),
            proved,
            inventory,
            targets: register.environment.targets.clone(),
        }
    }
}

/// The domains whose mail is read by signing in to the tenant; `None` where they were not read.
pub(super) fn domains(snapshot: &Snapshot) -> Option<BTreeSet<String>> {
    let all = snapshot.domains.value().ok()?;
    Some(all.iter().map(|one| one.name.to_ascii_lowercase()).collect())
}

fn account(proved: &Proved, matched: Matched) -> AccountAccess {
    let surfaces = proved.surfaces.iter();
    let surfaces = surfaces.map(|one| SurfaceAccess { target: one.target, verdict: one.verdict });
    AccountAccess {
        id: proved.declared.id,
        code_name: proved.declared.code_name.clone(),
        credentials: proved.credentials().to_vec(),
        keys: matched.keys,
        unregistered: matched.unregistered,
        surfaces: surfaces.collect(),
        groups: proved.standing.group_names.clone(),
    }
}

/// What stays the same wherever things lie.
pub(super) struct Ground<'g> {
    pub(super) proved: &'g [Proved],
    pub(super) environment: &'g Environment,
    pub(super) inventory: &'g Inventory,
    pub(super) domains: Option<&'g BTreeSet<String>>,
}

/// Both models with what was noticed on the way.
pub(super) struct Models {
    pub(super) owners: Model<Thing>,
    pub(super) others: Model<Agent>,
    pub(super) remarks: Remarks,
    /// What the ledger has of each account, in their order.
    pub(super) matched: Vec<Matched>,
}

impl Models {
    pub(super) fn of(ground: &Ground<'_>, declared: &Custody, state: &State) -> Self {
        let mut build = Build {
            ground,
            declared,
            state,
            remarks: Remarks::default(),
            owners: Model::default(),
            others: Model::default(),
        };
        let mut matched = Vec::new();
        for proved in ground.proved {
            matched.push(build.account(proved));
        }
        build.scopes();
        build.actors();
        let Build { owners, others, remarks, .. } = build;
        Self { owners, others, remarks, matched }
    }
}

struct Build<'g> {
    ground: &'g Ground<'g>,
    declared: &'g Custody,
    state: &'g State,
    remarks: Remarks,
    owners: Model<Thing>,
    others: Model<Agent>,
}

impl Build<'_> {
    fn account(&mut self, proved: &Proved) -> Matched {
        let id = proved.declared.id;
        let credentials = proved.standing.credentials.as_deref().ok();
        let matched = Matched::of(self.state, id, credentials);
        for key in &matched.unregistered {
            self.remarks.add(Remark::NotRegistered(id, key.clone()));
        }
        if matched.is_by_model {
            self.remarks.add(Remark::ByModel(id));
        }
        for target in &self.ground.environment.targets {
            let formula = self.at(proved, *target, &matched);
            self.owners.add(Part::At(id, *target), formula);
        }
        let theft = self.theft(proved, &matched);
        self.others.add(Part::Account(id), theft);
        matched
    }

    /// One account into one surface: the account, its groups, and a way with all that it needs.
    fn at(&mut self, proved: &Proved, target: Target, matched: &Matched) -> Formula<Thing> {
        let (id, none) = (proved.declared.id, Vec::new());
        let ways = proved.ways.get(&target).unwrap_or(&none);
        if ways.is_empty() {
            return Formula::NEVER;
        }
        let mut all = vec![Formula::Leaf(Thing::Account(id))];
        for (lost, left) in &proved.without {
            let left = left.get(&target).unwrap_or(&none);
            if left == ways {
                continue;
            }
            let groups = lost.iter().map(|group| Formula::Leaf(Thing::Group(*group)));
            let mut any: Vec<Formula<Thing>> = groups.collect();
            any.extend(left.iter().map(|way| self.way(proved, way, matched)));
            all.push(Formula::any(any));
        }
        let ways = ways.iter().map(|way| self.way(proved, way, matched)).collect();
        all.push(Formula::any(ways));
        Formula::All(all)
    }

    fn way(&mut self, proved: &Proved, way: &Needs, matched: &Matched) -> Formula<Thing> {
        let (environment, id) = (self.ground.environment, proved.declared.id);
        let mut custodians = Custodians {
            state: self.state,
            declared: self.declared,
            password_set: proved.password_set,
            domains: self.ground.domains,
            remarks: &mut self.remarks,
            model: &mut self.owners,
        };
        let needs = way.0.iter().filter_map(|failure| {
            Some(Formula::Leaf(match failure {
                Failure::Credential(_, place) => {
                    let one = proved.credentials().get(*place)?;
                    return Some(custodians.credential(id, *place, one, matched));
                }
                Failure::Model(aaguid) => Thing::Model(*aaguid),
                Failure::Method(method) => Thing::Method(method),
                Failure::Service(kind) => Thing::Service(*kind),
                Failure::Federation => Thing::Federation,
                Failure::Compliance => Thing::Compliance,
                Failure::TrustedNetwork => Thing::TrustedNetwork,
                Failure::SignInRisk => Thing::SignInRisk,
                Failure::UserRisk => Thing::UserRisk,
                Failure::Workstation(number) => {
                    Thing::Workstation(environment.workstations.get(*number)?.name.clone())
                }
                Failure::Place(number) => {
                    Thing::Site(environment.places.get(*number)?.name.clone())
                }
            }))
        });
        Formula::all(needs.collect())
    }

    /// What lets somebody else use an account.
    fn theft(&mut self, proved: &Proved, matched: &Matched) -> Formula<Agent> {
        let mut burglars =
            Burglars { state: self.state, declared: self.declared, model: &mut self.others };
        let ways = proved.thefts.iter().map(|set| {
            let each = set.iter().filter_map(|place| {
                let one = proved.credentials().get(*place)?;
                Some(burglars.credential(proved.declared.id, *place, one, matched))
            });
            Formula::all(each.collect())
        });
        Formula::any(ways.collect())
    }

    /// What is asked for, out of accounts and surfaces.
    fn scopes(&mut self) {
        let (accounts, targets) = (self.ground.proved, &self.ground.environment.targets);
        let at = |account: &Proved, target: &Target| {
            Formula::Part(Part::At(account.declared.id, *target))
        };
        let mut add = |scope: Scope, formula: Formula<Thing>| {
            let foundations = [Thing::Entra, Thing::Tenant].map(Formula::Leaf);
            let own = match formula {
                Formula::All(own) => own,
                one => vec![one],
            };
            let all = foundations.into_iter().chain(own).collect();
            self.owners.add(Part::Scope(scope), Formula::All(all));
        };
        for account in accounts {
            let id = account.declared.id;
            for target in targets {
                add(Scope::At(id, *target), at(account, target));
            }
            let all = distinct(&[account], targets);
            add(Scope::Account(id), everywhere(all.iter().map(|one| at(account, one)).collect()));
        }
        let by_any = |target: &Target| {
            Formula::any(accounts.iter().map(|account| at(account, target)).collect())
        };
        for target in targets {
            add(Scope::Surface(*target), by_any(target));
        }
        let all = distinct(&accounts.iter().collect::<Vec<_>>(), targets);
        add(Scope::Tenant, everywhere(all.iter().map(by_any).collect()));
    }

    /// Those who give themselves the role, or a credential, and the whole of those who walk in.
    fn actors(&mut self) {
        let others = self.ground.inventory.entries.iter().filter(|one| one.code_name.is_none());
        let others = others.map(|one| Formula::Leaf(Agent::Actor(one.node.clone())));
        let directory = self.others.add(Part::Directory, Formula::any(others.collect()));
        let stolen =
            self.ground.proved.iter().map(|one| Formula::Part(Part::Account(one.declared.id)));
        let all = stolen.chain([directory]).collect();
        self.others.add(Part::Scope(Scope::Tenant), Formula::Any(all));
    }
}

/// The surfaces that the proof lets one of these accounts into, in their order.
pub(super) fn counted(accounts: &[&Proved], targets: &[Target]) -> Vec<Target> {
    let is_open = |target: &Target| {
        accounts.iter().any(|one| one.ways.get(target).is_some_and(|ways| !ways.is_empty()))
    };
    targets.iter().copied().filter(is_open).collect()
}

/// The same, one of those that take the same of every account.
fn distinct(accounts: &[&Proved], targets: &[Target]) -> Vec<Target> {
    let mut distinct: Vec<Target> = Vec::new();
    for target in counted(accounts, targets) {
        let is_same =
            |other: &Target| accounts.iter().all(|one| one.takes_the_same(target, *other));
        if !distinct.iter().any(is_same) {
            distinct.push(target);
        }
    }
    distinct
}

/// All of these; never where there is none.
fn everywhere(all: Vec<Formula<Thing>>) -> Formula<Thing> {
    if all.is_empty() { Formula::NEVER } else { Formula::all(all) }
}

/// Keys of one maker share what goes wrong with it. Models are named after their maker.
fn one_maker(snapshot: &Snapshot, accounts: &[Proved]) -> Option<Remark> {
    let methods = accounts.iter().filter_map(|one| snapshot.accounts.get(&one.declared.id));
    let methods = methods.filter_map(|one| one.methods.value().ok()).flatten();
    let models: Vec<&str> = methods
        .filter_map(|one| one.passkey.as_ref())
        .map(|key| key.model.as_deref().and_then(|model| model.split(' ').next()).unwrap_or(""))
        .collect();
    let (first, rest) = models.split_first()?;
    let is_one = !first.is_empty() && !rest.is_empty() && rest.iter().all(|one| one == first);
    is_one.then(|| Remark::OneMaker((*first).to_string()))
}

/// Places whose combinations lie in one another.
fn circles(state: &State, declared: &Custody) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let places = declared.places.iter().map(|one| &one.id);
    let leads = |place: &PlaceId| -> BTreeSet<PlaceId> {
        let papers = combinations(state, place);
        papers.into_iter().filter_map(|(_, item)| item.holder.place().cloned()).collect()
    };
    let leads: Leads = places.map(|place| (place.clone(), leads(place))).collect();
    for start in leads.keys() {
        let circle = reached(&leads, start);
        let is_on_it = |one: &PlaceId| reached(&leads, one).contains(start);
        let circle: BTreeSet<_> = circle.into_iter().filter(is_on_it).collect();
        if circle.len() > 1 {
            remarks.push(Remark::Circle(circle));
        }
    }
    remarks
}

/// For each place, where the papers with its combination lie.
type Leads = BTreeMap<PlaceId, BTreeSet<PlaceId>>;

/// The places that have to be opened before this one, whichever way is taken.
fn reached(leads: &Leads, from: &PlaceId) -> BTreeSet<PlaceId> {
    let mut seen = BTreeSet::new();
    let mut next = vec![from];
    while let Some(place) = next.pop() {
        let to = leads.get(place).into_iter().flatten();
        next.extend(to.filter(|one| seen.insert((*one).clone())));
    }
    seen
}

fn names(question: &Question<'_>, accounts: &[AccountAccess], inventory: &Inventory) -> Names {
    let custody = &question.register.custody;
    let credentials = accounts.iter().flat_map(|account| {
        let all = account.credentials.iter().enumerate();
        all.map(|(place, one)| ((account.id, place), one.name.clone()))
    });
    let items = question.custody.into_iter().flat_map(|state| &state.items);
    let people = custody.people.iter().map(|one| (one.id.clone(), one.called().to_string()));
    let places = custody.places.iter().map(|one| (one.id.clone(), one.called().to_string()));
    let mut mails: BTreeMap<String, BTreeSet<PersonId>> = BTreeMap::new();
    for person in &custody.people {
        for domain in person.reach.iter().filter_map(crate::register::Contact::mail_domain) {
            mails.entry(domain).or_default().insert(person.id.clone());
        }
    }
    let mut channels: BTreeMap<String, BTreeSet<PersonId>> = BTreeMap::new();
    for person in &custody.people {
        for text in person.reach.iter().filter_map(crate::register::Contact::words) {
            channels.entry(text).or_default().insert(person.id.clone());
        }
    }
    let nodes =
        inventory.entries.iter().filter_map(|one| Some((one.node.clone(), one.name.clone()?)));
    Names {
        accounts: accounts.iter().map(|one| (one.id, one.code_name.clone())).collect(),
        credentials: credentials.collect(),
        people: people.collect(),
        places: places.collect(),
        items: items.map(|(id, item)| (id.clone(), item.kind.clone())).collect(),
        groups: accounts.iter().flat_map(|one| one.groups.clone()).collect(),
        nodes: nodes.collect(),
        mails,
        channels,
    }
}
