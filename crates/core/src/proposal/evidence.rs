//! What a snapshot says about who may be an emergency access account: holders of the role,
//! policies in force, and who is excluded from them how.

use alloc::borrow::Cow;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use crate::check::{Demand, Hit, Standing, demand, holdings};
use crate::id::{GLOBAL_ADMINISTRATOR, GroupId, PolicyId, PrincipalId, UserId};
use crate::tenant::{
    Account, AccountState, Domain, Gap, GapReason, GroupRead, GroupRef, GroupState, Member,
    Membership, ObjectKind, Part, Policy, PolicyState, Snapshot, Unknown, User, UserRef,
};
use crate::time::Timestamp;

/// Members from which on a group is a crowd, whose members are not looked at one by one.
const CROWD: usize = 100;

/// How somebody holds Global Administrator, the surest way first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Held {
    /// Actively and for good.
    ForGood,
    /// Actively and for good, through a group.
    Through(GroupId),
    /// Actively, until an instant; `None` when it was activated or no term is known.
    Until(Option<Timestamp>),
    /// By eligibility: it must be activated first.
    Eligible,
    /// Not at all.
    Not,
}

impl Held {
    pub(super) fn rank(&self) -> u8 {
        match self {
            Self::ForGood => 0,
            Self::Through(_) => 1,
            Self::Until(_) => 2,
            Self::Eligible => 3,
            Self::Not => 4,
        }
    }
}

/// What a policy's exclusion of an account rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Via {
    Itself,
    Group(GroupId),
    Role,
}

/// What the policies do to one account.
#[derive(Debug, Default)]
pub(super) struct Cover {
    /// Exclusions, by what they rest on.
    pub(super) excluded: BTreeMap<Via, usize>,
    /// Policies that hit it.
    pub(super) hit: Vec<PolicyId>,
    /// Policies that demand an authentication strength of it and few others, and that it meets.
    pub(super) strength: Vec<PolicyId>,
    /// Policies of which it cannot be told.
    pub(super) unknown: usize,
    /// Why, for the first of them.
    pub(super) gap: Option<Gap>,
}

impl Cover {
    pub(super) fn excluded(&self) -> usize {
        self.excluded.values().sum()
    }

    /// Policies that are aimed at it or exclude it, without those that its keys are made for.
    pub(super) fn of(&self) -> usize {
        self.excluded() + self.hit.len() + self.unknown
    }
}

/// A snapshot, seen for what it says of emergency access.
pub(super) struct Evidence<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) now: Timestamp,
    /// Policies for users that are on or report only.
    pub(super) policies: Result<Vec<&'a Policy>, Gap>,
    held: Result<BTreeMap<UserId, Held>, Gap>,
    /// Whether every group that those policies name was read with its members.
    knows_groups: bool,
    /// Who is in each group that was read, with everything nested in it.
    members: BTreeMap<GroupId, BTreeSet<PrincipalId>>,
}

impl<'a> Evidence<'a> {
    pub(super) fn of(snapshot: &'a Snapshot, now: Timestamp) -> Self {
        let counts = |policy: &&Policy| {
            policy.state != PolicyState::Disabled && policy.conditions.users.is_some()
        };
        let policies = snapshot.policies.value().map_err(Clone::clone);
        let policies: Result<Vec<&Policy>, Gap> =
            policies.map(|all| all.iter().filter(counts).collect());
        let is_read = |id: &GroupId| {
            snapshot.groups.get(id).is_some_and(|group| group.transitive.value().is_ok())
        };
        let knows_groups =
            policies.iter().flatten().all(|policy| named_groups(policy).all(|id| is_read(&id)));
        let inside = |group: &GroupRead| (group.id, members(group).map(|one| one.id).collect());
        let members = snapshot.groups.values().map(inside).collect();
        Self { snapshot, now, held: held(snapshot, now), policies, knows_groups, members }
    }

    /// How somebody holds the role, or why that cannot be told.
    pub(super) fn held(&self, id: UserId) -> Result<Held, &Gap> {
        let held = self.held.as_ref()?;
        Ok(held.get(&id).cloned().unwrap_or(Held::Not))
    }

    /// Everybody to be looked at: holders of the role, declared accounts, and users that policies
    /// exclude by name or through a group.
    pub(super) fn people(&self) -> impl Iterator<Item = UserId> + use<> {
        let mut people: BTreeSet<UserId> =
            self.held.iter().flat_map(|all| all.keys()).copied().collect();
        people.extend(self.snapshot.accounts.keys());
        for policy in self.policies.iter().flatten() {
            let users = policy.conditions.users.iter().flat_map(|users| &users.exclude_users);
            people.extend(users.filter_map(|user| match user {
                UserRef::Id(id) => Some(*id),
                _ => None,
            }));
        }
        for group in self.excluded_groups().keys() {
            let read = self.snapshot.groups.get(group).into_iter();
            let users = read.flat_map(members).filter(|one| one.kind == ObjectKind::User);
            let users: BTreeSet<UserId> = users.map(user_of).collect();
            // Whoever is in a crowd is excluded for another reason.
            people.extend(users.iter().filter(|_| users.len() <= CROWD));
        }
        people.into_iter()
    }

    /// The groups that policies exclude, and how many do.
    pub(super) fn excluded_groups(&self) -> BTreeMap<GroupId, usize> {
        let mut groups = BTreeMap::new();
        for policy in self.policies.iter().flatten() {
            let users = policy.conditions.users.iter();
            let excluded: BTreeSet<GroupId> =
                users.flat_map(|users| ids(&users.exclude_groups)).collect();
            for group in excluded {
                *groups.entry(group).or_insert(0) += 1;
            }
        }
        groups
    }

    /// What was read about somebody, as if the account were declared.
    pub(super) fn account(&self, id: UserId) -> Cow<'a, Account> {
        if let Some(account) = self.snapshot.accounts.get(&id) {
            return Cow::Borrowed(account);
        }
        let unread = Account::unread(id, &GapReason::NotInSource);
        let mut account = match self.snapshot.holders.get(&id).cloned() {
            Some(holder) => Account {
                state: holder.state,
                methods: holder.methods,
                activity: holder.activity,
                ..unread
            },
            None => unread,
        };
        if self.knows_groups {
            let value = self.groups_with(id).map(membership).collect();
            account.memberships = Part::Read { at: self.snapshot.taken, value };
        }
        Cow::Owned(account)
    }

    /// The groups of the snapshot that list somebody as a member.
    fn groups_with(&self, id: UserId) -> impl Iterator<Item = GroupId> {
        let is_in = move |one: &(&GroupId, &BTreeSet<PrincipalId>)| one.1.contains(&id.into());
        self.members.iter().filter(is_in).map(|(group, _)| *group)
    }

    /// What the policies do to an account; the gap when they were not read.
    pub(super) fn cover(&self, account: &Account) -> Result<Cover, Gap> {
        let policies = self.policies.as_ref().map_err(Clone::clone)?;
        let known = self.groups_with(account.id).collect();
        let standing = Standing::read(account, known, self.snapshot, self.now);
        let holds = !matches!(self.held(account.id), Ok(Held::Not | Held::Eligible));
        let mut cover = Cover::default();
        for policy in policies {
            match standing.hit(policy) {
                Hit::No(_) => {
                    let via = via(policy, account.id, standing.groups(), holds);
                    if let Some(via) = via {
                        *cover.excluded.entry(via).or_insert(0) += 1;
                    }
                }
                Hit::Yes(_) if is_for_its_keys(policy, &standing, self.snapshot) => {
                    cover.strength.push(policy.id.clone());
                }
                Hit::Yes(_) => cover.hit.push(policy.id.clone()),
                Hit::Unknown(gap) => {
                    cover.unknown += 1;
                    cover.gap = cover.gap.or(Some(gap));
                }
            }
        }
        Ok(cover)
    }

    /// The domain of a user's sign-in name, when the domains were read.
    pub(super) fn domain(&self, user: &User) -> Result<Option<&'a Domain>, &'a Gap> {
        let domains = self.snapshot.domains.value()?;
        let name = user.user_principal_name.rsplit_once('@').map(|(_, domain)| domain);
        let name: String = name.unwrap_or_default().to_lowercase();
        Ok(domains.iter().find(|domain| domain.name == name))
    }

    /// A group's display name, as far as it was read.
    pub(super) fn group_name(&self, id: GroupId) -> Option<String> {
        let read = self.snapshot.groups.get(&id).map(|group| group.state.value());
        if let Some(Ok(GroupState::Present(group))) = read {
            return Some(group.display_name.clone());
        }
        self.snapshot.referenced_groups.value().ok()?.get(&id).cloned()
    }
}

/// The user object of an account, where it exists.
pub(super) fn user(account: &Account) -> Result<Option<&User>, &Gap> {
    match account.state.value()? {
        AccountState::Present(user) => Ok(Some(user)),
        AccountState::SoftDeleted | AccountState::Absent => Ok(None),
    }
}

/// Whether a policy demands an authentication strength of few, and the account's own key meets it.
pub(super) fn is_for_its_keys(policy: &Policy, standing: &Standing, snapshot: &Snapshot) -> bool {
    let has_strength = policy.grant.as_ref().is_some_and(|grant| grant.strength.is_some());
    let users = policy.conditions.users.as_ref();
    let is_for_all = users.is_none_or(|users| {
        users.include_users.contains(&UserRef::All) || !users.include_roles.is_empty()
    });
    let demand = || demand(policy, standing, snapshot);
    has_strength && !is_for_all && matches!(demand(), Demand::Satisfied(_))
}

fn via(policy: &Policy, id: UserId, groups: &BTreeSet<GroupId>, holds: bool) -> Option<Via> {
    let users = policy.conditions.users.as_ref()?;
    if users.exclude_users.contains(&UserRef::Id(id)) {
        return Some(Via::Itself);
    }
    let through = ids(&users.exclude_groups).find(|group| groups.contains(group));
    let role = || (holds && !users.exclude_roles.is_empty()).then_some(Via::Role);
    through.map(Via::Group).or_else(role)
}

fn ids(groups: &[GroupRef]) -> impl Iterator<Item = GroupId> {
    groups.iter().filter_map(|group| match group {
        GroupRef::Id(id) => Some(*id),
        GroupRef::Other(_) => None,
    })
}

fn named_groups(policy: &Policy) -> impl Iterator<Item = GroupId> {
    let users = policy.conditions.users.iter();
    users.flat_map(|users| ids(&users.include_groups).chain(ids(&users.exclude_groups)))
}

pub(super) fn members(group: &GroupRead) -> impl Iterator<Item = &Member> {
    let parts = [&group.transitive, &group.members];
    parts.into_iter().flat_map(|part| part.value().into_iter().flatten())
}

pub(super) fn user_of(member: &Member) -> UserId {
    UserId(member.id.0)
}

fn membership(id: GroupId) -> Membership {
    let unknown = Unknown::new();
    let (role_template, display_name) = (None, None);
    Membership { id: id.into(), kind: ObjectKind::Group, role_template, display_name, unknown }
}

/// Every user that holds Global Administrator in the whole tenant, in the surest way.
fn held(snapshot: &Snapshot, now: Timestamp) -> Result<BTreeMap<UserId, Held>, Gap> {
    let mut all = BTreeMap::new();
    let lasts = |end: Option<Timestamp>| end.is_none_or(|end| end > now);
    for one in holdings(snapshot).map_err(Clone::clone)? {
        let is_it = one.role == GLOBAL_ADMINISTRATOR.0 && one.scope == "/" && lasts(one.end);
        if is_it && !is_application(snapshot, one.principal) {
            let held = if one.is_permanent() { Held::ForGood } else { Held::Until(one.end) };
            note(&mut all, snapshot, one.principal, held);
        }
    }
    for one in snapshot.role_eligibilities.value().into_iter().flatten() {
        let is_it = one.role == Some(GLOBAL_ADMINISTRATOR.0);
        if is_it && one.scope.as_deref().is_none_or(|scope| scope == "/") && lasts(one.end) {
            note(&mut all, snapshot, one.principal, Held::Eligible);
        }
    }
    Ok(all)
}

/// Notes what a principal holds for itself, or for the members of the group that it is.
fn note(all: &mut BTreeMap<UserId, Held>, snapshot: &Snapshot, principal: PrincipalId, held: Held) {
    let group = GroupId(principal.0);
    let members = members_of(snapshot, group);
    let is_group = snapshot.groups.contains_key(&group)
        || !members.is_empty()
        || kind(snapshot, principal) == Some(ObjectKind::Group);
    let (who, held) = match (is_group, held) {
        (true, Held::ForGood) => (members, Held::Through(group)),
        (true, held) => (members, held),
        (false, held) => (Vec::from([UserId(principal.0)]), held),
    };
    for user in who {
        let known = all.entry(user).or_insert_with(|| held.clone());
        if held < *known {
            *known = held.clone();
        }
    }
}

fn is_application(snapshot: &Snapshot, id: PrincipalId) -> bool {
    snapshot.applications.contains_key(&id)
        || kind(snapshot, id).is_some_and(|kind| kind.is_application())
}

/// What a holder of a role is, as its assignments say.
fn kind(snapshot: &Snapshot, id: PrincipalId) -> Option<ObjectKind> {
    let mut assignments = snapshot.role_assignments.value().into_iter().flatten();
    assignments.find(|one| one.principal == id)?.principal_kind.clone()
}

/// The users in a group, by the group's own list and by the memberships of accounts.
fn members_of(snapshot: &Snapshot, group: GroupId) -> Vec<UserId> {
    let listed = snapshot.groups.get(&group).into_iter().flat_map(members);
    let listed = listed.filter(|one| one.kind == ObjectKind::User).map(user_of);
    let says = |account: &&Account| {
        let memberships = account.memberships.value().into_iter().flatten();
        memberships.into_iter().any(|one| one.id == group.into())
    };
    let saying = snapshot.accounts.values().filter(says).map(|account| account.id);
    listed.chain(saying).collect::<BTreeSet<_>>().into_iter().collect()
}
