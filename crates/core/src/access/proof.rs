//! What the proof says of each account: asked once, whatever lies where.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::ToString as _;
use alloc::vec;
use alloc::vec::Vec;

use super::Question;
use super::remark::Remark;
use crate::ca::{
    self, Credential, Doubt, Enforcing, Failure, Hit, Membership, Needs, NotHit, Standing,
    SurfaceProof, Unprovable, Usable, Verdict,
};
use crate::id::{GLOBAL_ADMINISTRATOR, GroupId, RoleTemplateId, UserId};
use crate::register::{DeclaredAccount, Environment, Target};
use crate::tenant::{Account, AccountState, Policy};
use crate::time::Timestamp;

/// How many groups of one account are looked at together: what the loss of some of them at once
/// does is asked for each set of them.
pub const GROUPS_TOGETHER_MAX: usize = 3;

/// What the proof says of one account.
#[derive(Clone, Debug)]
pub(super) struct Proved {
    pub(super) declared: DeclaredAccount,
    pub(super) standing: Standing,
    pub(super) surfaces: Vec<SurfaceProof>,
    pub(super) ways: Ways,
    /// The ways without some groups, for those sets of groups whose loss changes them.
    pub(super) without: Vec<(BTreeSet<GroupId>, Ways)>,
    /// What lets somebody else use the account, by the places of its credentials: those of a way
    /// in, and the password alone where whoever types it is asked to register a method.
    pub(super) thefts: BTreeSet<BTreeSet<usize>>,
    /// When the password was last set, by the tenant.
    pub(super) password_set: Option<Timestamp>,
    /// What keeps all this from being certain.
    pub(super) remarks: BTreeSet<Remark>,
}

/// When the tenant says that an account's password was set.
fn last_set(account: &Account) -> Option<Timestamp> {
    match account.state.value().ok()? {
        AccountState::Present(user) => user.last_password_change,
        AccountState::SoftDeleted | AccountState::Absent => None,
    }
}

/// The ways into each surface.
pub(super) type Ways = BTreeMap<Target, Vec<Needs>>;

impl Proved {
    /// What it has, as far as that is known.
    pub(super) fn credentials(&self) -> &[Credential] {
        self.standing.credentials.as_deref().unwrap_or_default()
    }

    /// Whether two surfaces take the same, whatever is lost.
    pub(super) fn takes_the_same(&self, one: Target, other: Target) -> bool {
        let is_same = |ways: &Ways| ways.get(&one) == ways.get(&other);
        is_same(&self.ways) && self.without.iter().all(|(_, left)| is_same(left))
    }

    /// Asks the proof about a declared account.
    pub(super) fn of(question: &Question<'_>, declared: &DeclaredAccount) -> Self {
        let Question { register, snapshot, now, .. } = *question;
        let standing = Standing::of(declared.id, register, snapshot, now);
        let mut proved = Self {
            declared: declared.clone(),
            standing,
            surfaces: Vec::new(),
            ways: Ways::new(),
            without: Vec::new(),
            thefts: BTreeSet::new(),
            password_set: snapshot.accounts.get(&declared.id).and_then(last_set),
            remarks: BTreeSet::new(),
        };
        if let Err(gap) = &proved.standing.credentials {
            proved.remarks.insert(Remark::Unproved(declared.id, gap.clone().into()));
        }
        if let Err(unprovable) = proved.ask(question) {
            let doubt = Doubt::Unclear(unprovable.to_string());
            proved.remarks.insert(Remark::Unproved(declared.id, doubt));
        }
        proved
    }

    fn ask(&mut self, question: &Question<'_>) -> Result<(), Unprovable> {
        let asking = Asking { question, environment: &question.register.environment };
        let id = self.declared.id;
        self.surfaces = ca::prove(asking.prove(&self.standing))?.surfaces;
        let doubts = self.surfaces.iter().flat_map(|one| &one.doubts);
        self.remarks.extend(doubts.map(|(_, doubt)| Remark::Unproved(id, doubt.clone())));
        self.ways = asking.ways(&self.standing)?;
        let groups = asking.groups(&self.standing);
        if groups.len() > GROUPS_TOGETHER_MAX {
            self.remarks.insert(Remark::ManyGroups(id));
        }
        self.without = asking.without(&self.standing, &self.ways, &groups)?;
        // A thief has any computer anywhere, and is content with any surface.
        let wide = everywhere();
        let anywhere = Asking { environment: &wide, ..asking };
        let registers = ca::prove(anywhere.prove(&self.standing))?.surfaces;
        let registers = self.surfaces.iter().chain(&registers).any(|one| one.registers);
        self.thefts = self.stolen(&anywhere.ways(&self.standing)?, registers);
        self.remarks.extend(anywhere.doubtful(&self.standing, &self.thefts));
        if !self.standing.roles.contains(&GLOBAL_ADMINISTRATOR) {
            // Who gets in without the role repairs nothing.
            self.remarks.insert(match &self.standing.more {
                Some(gap) => Remark::Unproved(id, gap.clone().into()),
                None => Remark::NoRole(id),
            });
            self.ways.clear();
        }
        Ok(())
    }

    fn stolen(&self, anywhere: &Ways, registers: bool) -> BTreeSet<BTreeSet<usize>> {
        let mut sets: BTreeSet<BTreeSet<usize>> = BTreeSet::new();
        for way in self.ways.values().chain(anywhere.values()).flatten() {
            let places = way.0.iter().filter_map(|failure| match failure {
                Failure::Credential(_, place) => Some(*place),
                _ => None,
            });
            sets.insert(places.collect());
        }
        if registers {
            let is_password = |(_, one): &(usize, &Credential)| one.kind.is_password();
            let password = self.credentials().iter().enumerate().find(is_password);
            sets.extend(password.map(|(place, _)| BTreeSet::from([place])));
        }
        let smaller =
            |set: &BTreeSet<usize>| sets.iter().any(|one| one != set && one.is_subset(set));
        sets.iter().filter(|set| !smaller(set)).cloned().collect()
    }
}

/// Any computer, anywhere, for anything, also by a code on another device.
fn everywhere() -> Environment {
    let targets = Target::ALL.to_vec();
    Environment { targets, device_code: true, ..Environment::default() }
}

#[derive(Clone, Copy)]
struct Asking<'q, 'a> {
    question: &'q Question<'a>,
    environment: &'q Environment,
}

impl<'a> Asking<'_, 'a> {
    fn policies(&self) -> &'a [Policy] {
        self.question.snapshot.policies.value().map(Vec::as_slice).unwrap_or_default()
    }

    fn prove<'p>(&'p self, standing: &'p Standing) -> ca::Question<'p> {
        let Question { snapshot, now, .. } = *self.question;
        let (policies, environment) = (self.policies(), self.environment);
        ca::Question { snapshot, policies, standing, environment, now, enforcing: Enforcing::AsIs }
    }

    /// The ways without each set of groups whose loss changes them.
    fn without(
        &self,
        standing: &Standing,
        ways: &Ways,
        groups: &[GroupId],
    ) -> Result<Vec<(BTreeSet<GroupId>, Ways)>, Unprovable> {
        let size = if groups.len() > GROUPS_TOGETHER_MAX { 1 } else { groups.len() };
        let mut without = Vec::new();
        for lost in subsets(groups, size) {
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
            if left != *ways {
                without.push((lost, left));
            }
        }
        Ok(without)
    }

    fn ways(&self, standing: &Standing) -> Result<Ways, Unprovable> {
        let found = ca::ways(&[self.prove(standing)])?;
        Ok(found.into_iter().map(|one| (one.target, one.ways)).collect())
    }

    /// The groups that something hangs on: an exclusion from a policy, or the role.
    fn groups(&self, standing: &Standing) -> Vec<GroupId> {
        let mut found = BTreeSet::new();
        for policy in self.policies() {
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

    /// Remarks on the credentials that may get in by themselves, where that is not certain: nobody
    /// may take them for harmless.
    fn doubtful(&self, standing: &Standing, certain: &BTreeSet<BTreeSet<usize>>) -> Vec<Remark> {
        let mut remarks = Vec::new();
        let credentials = standing.credentials.as_deref().unwrap_or_default();
        for (place, one) in credentials.iter().enumerate() {
            let is_certain = certain.iter().any(|set| set.iter().all(|other| *other == place));
            let is_refused = matches!(one.use_at_sign_in, Usable::No(_));
            if is_certain || is_refused || !one.kind.is_first_factor() {
                continue;
            }
            let alone = Standing { credentials: Ok(vec![one.clone()]), ..standing.clone() };
            let Ok(surfaces) = ca::decide(self.prove(&alone)) else { continue };
            let mut open = surfaces.iter().filter(|one| one.verdict != Verdict::LockedOut);
            if let Some(surface) = open.find(|one| one.way_in.is_none()) {
                let unclear = || Doubt::Unclear(format!("{} alone may get in", one.name));
                let doubt = surface.doubts.first().map(|(_, doubt)| doubt.clone());
                remarks.push(Remark::Unproved(standing.id, doubt.unwrap_or_else(unclear)));
            }
        }
        remarks
    }
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
