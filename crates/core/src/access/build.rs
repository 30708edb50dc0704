//! The two models, built from a snapshot, its proof, the declarations and the ledger.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;

use super::burglars::Burglars;
use super::custodians::{Custodians, combinations};
use super::formula::{Formula, Model};
use super::matching::Matched;
use super::names::Names;
use super::part::Part;
use super::remark::{Remark, Remarks};
use super::scope::Scope;
use super::thing::{Agent, Thing};
use super::{Access, AccountAccess, Question, SurfaceAccess};
use crate::ca::{
    self, Credential, Doubt, Enforcing, Failure, Hit, Membership, Needs, NotHit, Standing,
    SurfaceProof, Unprovable, Usable, Verdict,
};
use crate::custody::{State, breaches};
use crate::id::{GLOBAL_ADMINISTRATOR, GroupId, PlaceId, RoleTemplateId, UserId};
use crate::inventory::Inventory;
use crate::register::{DeclaredAccount, Target};
use crate::tenant::Policy;

/// How many groups of one account are looked at together: what the loss of some of them at once
/// does is asked for each set of them.
pub const GROUPS_TOGETHER_MAX: usize = 3;

impl<'a> Question<'a> {
    fn policies(&self) -> &'a [Policy] {
        self.snapshot.policies.value().map(Vec::as_slice).unwrap_or_default()
    }

    fn prove<'q>(&'q self, standing: &'q Standing) -> ca::Question<'q> {
        ca::Question {
            snapshot: self.snapshot,
            policies: self.policies(),
            standing,
            environment: &self.register.environment,
            now: self.now,
            enforcing: Enforcing::AsIs,
        }
    }
}

/// What the proof says of one account.
struct Proved {
    surfaces: Vec<SurfaceProof>,
    ways: BTreeMap<Target, Vec<Needs>>,
    /// The ways without some groups, for those sets of groups whose loss changes them.
    without: Vec<(BTreeSet<GroupId>, BTreeMap<Target, Vec<Needs>>)>,
}

impl Access {
    /// Builds both models.
    pub fn of(question: &Question<'_>) -> Self {
        let empty = State::default();
        let state = question.custody.unwrap_or(&empty);
        let inventory = Inventory::take(question.register, question.snapshot, question.now);
        let mut build = Build {
            question,
            state,
            domains: question
                .snapshot
                .domains
                .value()
                .map(|all| all.iter().map(|one| one.name.to_ascii_lowercase()).collect())
                .unwrap_or_default(),
            remarks: Remarks::default(),
            owners: Model::default(),
            others: Model::default(),
        };
        if question.custody.is_none() {
            build.remarks.add(Remark::NoLedger);
        }
        let mut accounts: Vec<AccountAccess> = Vec::new();
        for declared in question.register.distinct_accounts() {
            accounts.push(build.account(declared));
        }
        build.scopes(&accounts);
        build.actors(&accounts, &inventory);
        let names = names(question, &accounts, &inventory);
        build.one_maker(&accounts);
        build.circles();
        let breaches = breaches(state, &question.register.custody).into_iter().collect();
        Self {
            accounts,
            owners: build.owners,
            others: build.others,
            names,
            remarks: build.remarks.into_vec(),
            gaps: inventory.gaps.clone(),
            breaches,
            inventory,
            targets: question.register.environment.targets.clone(),
        }
    }
}

struct Build<'q, 'a> {
    question: &'q Question<'a>,
    state: &'q State,
    domains: BTreeSet<String>,
    remarks: Remarks,
    owners: Model<Thing>,
    others: Model<Agent>,
}

impl Build<'_, '_> {
    fn account(&mut self, declared: &DeclaredAccount) -> AccountAccess {
        let Question { register, snapshot, now, .. } = *self.question;
        let id = declared.id;
        let standing = Standing::of(id, register, snapshot, now);
        let proved = match self.proved(&standing) {
            Ok(proved) => proved,
            Err(unprovable) => {
                self.remarks.add(Remark::Unproved(id, Doubt::Unclear(unprovable.to_string())));
                Proved { surfaces: Vec::new(), ways: BTreeMap::new(), without: Vec::new() }
            }
        };
        let credentials = standing.credentials.as_deref().ok();
        if let Err(gap) = &standing.credentials {
            self.remarks.add(Remark::Unproved(id, gap.clone().into()));
        }
        let matched = Matched::of(self.state, id, credentials);
        for key in &matched.unregistered {
            self.remarks.add(Remark::NotRegistered(id, key.clone()));
        }
        let credentials = credentials.unwrap_or_default();
        let mut surfaces = Vec::new();
        for target in &register.environment.targets {
            let formula = self.at(id, *target, &proved, credentials, &matched);
            self.owners.add(Part::At(id, *target), formula);
            let surface = proved.surfaces.iter().find(|one| one.target == *target);
            for (_, doubt) in surface.iter().flat_map(|one| &one.doubts) {
                self.remarks.add(Remark::Unproved(id, doubt.clone()));
            }
            let verdict = surface.map_or(Verdict::Undecided, |one| one.verdict);
            surfaces.push(SurfaceAccess { target: *target, verdict });
        }
        let theft = self.theft(id, &standing, &proved, credentials, &matched);
        self.others.add(Part::Account(id), theft);
        AccountAccess {
            id,
            code_name: declared.code_name.clone(),
            credentials: credentials.to_vec(),
            keys: matched.keys,
            unregistered: matched.unregistered,
            surfaces,
            groups: standing.group_names,
        }
    }

    fn proved(&mut self, standing: &Standing) -> Result<Proved, Unprovable> {
        let surfaces = ca::prove(self.question.prove(standing))?.surfaces;
        let ways = self.ways(standing)?;
        let groups = self.groups(standing);
        let size = match groups.len() {
            0..=GROUPS_TOGETHER_MAX => groups.len(),
            _ => {
                self.remarks.add(Remark::ManyGroups(standing.id));
                1
            }
        };
        let mut without = Vec::new();
        for lost in subsets(&groups, size) {
            let mut less = standing.clone();
            less.groups.retain(|group| !lost.contains(group));
            let gone = self.roles_of(&lost, standing.id, &less.groups);
            less.roles.retain(|role| !gone.contains(role));
            let is_administrator = |one: &Standing| one.roles.contains(&GLOBAL_ADMINISTRATOR);
            // Who gets in without the role repairs nothing.
            let left = match is_administrator(standing) && !is_administrator(&less) {
                true => BTreeMap::new(),
                false => self.ways(&less)?,
            };
            if left != ways {
                without.push((lost, left));
            }
        }
        Ok(Proved { surfaces, ways, without })
    }

    fn ways(&self, standing: &Standing) -> Result<BTreeMap<Target, Vec<Needs>>, Unprovable> {
        let found = ca::ways(&[self.question.prove(standing)])?;
        Ok(found.into_iter().map(|one| (one.target, one.ways)).collect())
    }

    /// The groups that something hangs on: an exclusion from a policy, or the role.
    fn groups(&self, standing: &Standing) -> Vec<GroupId> {
        let mut found = BTreeSet::new();
        for policy in self.question.policies() {
            if let Hit::No(NotHit::Excluded(Membership::Group(id, _))) = standing.hit(policy) {
                found.insert(id);
            }
        }
        let holdings = ca::holdings(self.question.snapshot).unwrap_or_default();
        for holding in holdings.iter().filter(|one| one.is_live(self.question.now)) {
            let group = GroupId(holding.principal.0);
            if holding.role == GLOBAL_ADMINISTRATOR.0 && standing.groups.contains(&group) {
                found.insert(group);
            }
        }
        found.into_iter().collect()
    }

    /// The roles that an account holds through some groups, and neither by itself nor through the
    /// others that are left.
    fn roles_of(
        &self,
        lost: &BTreeSet<GroupId>,
        id: UserId,
        left: &BTreeSet<GroupId>,
    ) -> BTreeSet<RoleTemplateId> {
        let holdings = ca::holdings(self.question.snapshot).unwrap_or_default();
        let live = holdings.iter().filter(|one| one.is_live(self.question.now) && one.scope == "/");
        let (theirs, through): (Vec<_>, Vec<_>) =
            live.partition(|one| !lost.contains(&GroupId(one.principal.0)));
        let keeps = |role: &RoleTemplateId| {
            theirs.iter().any(|one| {
                let is_left = left.contains(&GroupId(one.principal.0));
                one.role == role.0 && (one.principal.0 == id.0 || is_left)
            })
        };
        through.into_iter().map(|one| RoleTemplateId(one.role)).filter(|one| !keeps(one)).collect()
    }

    /// One account into one surface: the account, its groups, and a way with all that it needs.
    fn at(
        &mut self,
        id: UserId,
        target: Target,
        proved: &Proved,
        credentials: &[Credential],
        matched: &Matched,
    ) -> Formula<Thing> {
        let none = Vec::new();
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
            any.extend(left.iter().map(|way| self.way(id, way, credentials, matched)));
            all.push(Formula::any(any));
        }
        let ways = ways.iter().map(|way| self.way(id, way, credentials, matched)).collect();
        all.push(Formula::any(ways));
        Formula::All(all)
    }

    fn way(
        &mut self,
        id: UserId,
        way: &Needs,
        credentials: &[Credential],
        matched: &Matched,
    ) -> Formula<Thing> {
        let environment = &self.question.register.environment;
        let mut custodians = Custodians {
            state: self.state,
            declared: &self.question.register.custody,
            domains: &self.domains,
            remarks: &mut self.remarks,
            model: &mut self.owners,
        };
        let needs = way.0.iter().filter_map(|failure| {
            Some(Formula::Leaf(match failure {
                Failure::Credential(_, place) => {
                    let one = credentials.get(*place)?;
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

    /// What lets somebody else use an account: the credentials of a way in, and the password alone
    /// where whoever types it is asked to register a method of their own.
    fn theft(
        &mut self,
        id: UserId,
        standing: &Standing,
        proved: &Proved,
        credentials: &[Credential],
        matched: &Matched,
    ) -> Formula<Agent> {
        let mut sets: BTreeSet<BTreeSet<usize>> = BTreeSet::new();
        for way in proved.ways.values().flatten() {
            let places = way.0.iter().filter_map(|failure| match failure {
                Failure::Credential(_, place) => Some(*place),
                _ => None,
            });
            sets.insert(places.collect());
        }
        if proved.surfaces.iter().any(|one| one.registers) {
            let is_password = |(_, one): &(usize, &Credential)| one.kind.is_password();
            let password = credentials.iter().enumerate().find(is_password);
            sets.extend(password.map(|(place, _)| BTreeSet::from([place])));
        }
        self.doubtful(id, standing, &sets);
        let mut burglars = Burglars {
            state: self.state,
            declared: &self.question.register.custody,
            model: &mut self.others,
        };
        let minimal =
            sets.iter().filter(|set| !sets.iter().any(|one| one != *set && one.is_subset(set)));
        let ways = minimal.map(|set| {
            let each = set.iter().filter_map(|place| {
                let one = credentials.get(*place)?;
                Some(burglars.credential(id, *place, one, matched))
            });
            Formula::all(each.collect())
        });
        Formula::any(ways.collect())
    }

    /// Remarks the credentials that get in by themselves for all that is known, where that is not
    /// certain: nobody may take them for harmless.
    fn doubtful(&mut self, id: UserId, standing: &Standing, certain: &BTreeSet<BTreeSet<usize>>) {
        let credentials = standing.credentials.as_deref().unwrap_or_default();
        for (place, one) in credentials.iter().enumerate() {
            let is_certain = certain.iter().any(|set| set.iter().all(|other| *other == place));
            if is_certain
                || !one.kind.is_first_factor()
                || matches!(one.use_at_sign_in, Usable::No(_))
            {
                continue;
            }
            let alone = Standing { credentials: Ok(vec![one.clone()]), ..standing.clone() };
            let Ok(surfaces) = ca::decide(self.question.prove(&alone)) else { continue };
            let open = surfaces.iter().filter(|one| one.verdict != Verdict::LockedOut);
            if let Some(surface) = open.into_iter().find(|one| one.way_in.is_none()) {
                let unclear = || Doubt::Unclear(format!("{} alone may get in", one.name));
                let doubt = surface.doubts.first().map(|(_, doubt)| doubt.clone());
                self.remarks.add(Remark::Unproved(id, doubt.unwrap_or_else(unclear)));
            }
        }
    }

    /// What is asked for, out of accounts and surfaces.
    fn scopes(&mut self, accounts: &[AccountAccess]) {
        let targets = &self.question.register.environment.targets;
        let at =
            |account: &AccountAccess, target: &Target| Formula::Part(Part::At(account.id, *target));
        let mut add = |scope: Scope, ways: Vec<Formula<Thing>>| {
            let foundations = [Thing::Entra, Thing::Tenant].map(Formula::Leaf);
            let all = foundations.into_iter().chain([Formula::any(ways)]).collect();
            self.owners.add(Part::Scope(scope), Formula::All(all));
        };
        for account in accounts {
            for target in targets {
                add(Scope::At(account.id, *target), vec![at(account, target)]);
            }
            let ways = targets.iter().map(|target| at(account, target)).collect();
            add(Scope::Account(account.id), ways);
        }
        for target in targets {
            let ways = accounts.iter().map(|account| at(account, target)).collect();
            add(Scope::Surface(*target), ways);
        }
        let all = accounts.iter().flat_map(|one| targets.iter().map(move |target| at(one, target)));
        add(Scope::Tenant, all.collect());
    }

    /// Those who give themselves the role, or a credential, and the whole of those who walk in.
    fn actors(&mut self, accounts: &[AccountAccess], inventory: &Inventory) {
        let others = inventory.entries.iter().filter(|one| one.code_name.is_none());
        let others = others.map(|one| Formula::Leaf(Agent::Actor(one.node.clone())));
        let directory = self.others.add(Part::Directory, Formula::any(others.collect()));
        let stolen = accounts.iter().map(|one| Formula::Part(Part::Account(one.id)));
        let all = stolen.chain([directory]).collect();
        self.others.add(Part::Scope(Scope::Tenant), Formula::Any(all));
    }

    /// Keys of one maker share what goes wrong with it. Models are named after their maker.
    fn one_maker(&mut self, accounts: &[AccountAccess]) {
        let snapshot = self.question.snapshot;
        let methods = accounts.iter().filter_map(|one| snapshot.accounts.get(&one.id));
        let methods = methods.filter_map(|one| one.methods.value().ok()).flatten();
        let models: Vec<&str> = methods
            .filter_map(|one| one.passkey.as_ref())
            .map(|key| key.model.as_deref().and_then(|model| model.split(' ').next()).unwrap_or(""))
            .collect();
        if let Some((first, rest)) = models.split_first()
            && !first.is_empty()
            && !rest.is_empty()
            && rest.iter().all(|one| one == first)
        {
            self.remarks.add(Remark::OneMaker((*first).to_string()));
        }
    }

    /// Places whose combinations lie in one another.
    fn circles(&mut self) {
        let places = self.question.register.custody.places.iter().map(|one| &one.id);
        let leads = |place: &PlaceId| -> BTreeSet<PlaceId> {
            let papers = combinations(self.state, place);
            papers.into_iter().filter_map(|(_, item)| item.holder.place().cloned()).collect()
        };
        let leads: Leads = places.map(|place| (place.clone(), leads(place))).collect();
        for start in leads.keys() {
            let circle = reached(&leads, start);
            let is_on_it = |one: &PlaceId| reached(&leads, one).contains(start);
            let circle: BTreeSet<_> = circle.into_iter().filter(is_on_it).collect();
            if circle.len() > 1 {
                self.remarks.add(Remark::Circle(circle));
            }
        }
    }
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

/// Every set of at least one and at most `size` of these groups.
fn subsets(groups: &[GroupId], size: usize) -> Vec<BTreeSet<GroupId>> {
    let mut all: Vec<BTreeSet<GroupId>> = vec![BTreeSet::new()];
    for group in groups {
        let grown = all.iter().filter(|set| set.len() < size).map(|set| {
            let mut more = set.clone();
            more.insert(*group);
            more
        });
        let grown: Vec<_> = grown.collect();
        all.extend(grown);
    }
    all.retain(|set| !set.is_empty());
    all
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
    }
}
