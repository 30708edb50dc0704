//! What an account is, is a member of, and holds: all that policies ask about the user.
//!
//! Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-users-groups>
//! (exclusion wins; nested groups count; only built-in, active, tenant-wide roles are matched).

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::credentials::{Credential, credentials};
use super::federation::Federation;
use super::holding::holdings;
use super::method_policy::{Holder, allowing};
use super::truth::Truth;
use crate::id::{GLOBAL_ADMINISTRATOR, GroupId, Guid, RoleTemplateId, UserId};
use crate::register::Register;
use crate::tenant::{
    Account, AccountState, Gap, GapReason, GroupRef, Guests, MethodsPolicy, ObjectKind, PartKind,
    PerUserMfa, Policy, RoleRef, Snapshot, Source, User, UserRef, Users, said,
};
use crate::time::Timestamp;

/// What an account is, is a member of, and holds; as far as it is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// The account.
    pub id: UserId,
    /// Whether it is a guest or an external user.
    pub is_guest: Truth,
    /// Whether sign-in is allowed.
    pub is_enabled: Truth,
    /// Whether its domain is answered for by an identity provider outside.
    pub is_federated: Truth,
    /// Whether multifactor authentication is demanded of it outside Conditional Access.
    pub has_per_user_mfa: Truth,
    /// Groups that it is a member of, through any depth.
    pub groups: BTreeSet<GroupId>,
    /// Their names, where they are known.
    pub group_names: BTreeMap<GroupId, String>,
    /// Directory roles that it holds: built-in, active, in the whole tenant.
    pub roles: BTreeSet<RoleTemplateId>,
    /// Why there may be more groups and roles than these.
    pub more: Option<Gap>,
    /// What it can prove itself with; the gap where its methods were not read.
    pub credentials: Result<Vec<Credential>, Gap>,
    /// Whether memberships were taken as declared, for want of a directory.
    pub is_assumed: bool,
}

/// Whether a policy picks an account, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hit {
    /// Some sign-in of the account is subject to the policy.
    Yes(Membership),
    /// None is, and why.
    No(NotHit),
    /// It cannot be told.
    Unknown(Gap),
}

/// Why a policy does not pick an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotHit {
    /// It is for workload identities.
    Workloads,
    /// It does not include the account.
    NotIncluded,
    /// It excludes the account through this.
    Excluded(Membership),
}

/// Through what a policy reaches an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Membership {
    /// All users.
    Everybody,
    /// The account itself.
    Itself,
    /// Guests and external users.
    Guests,
    /// A group, direct or through others.
    Group(GroupId, Option<String>),
    /// A directory role.
    Role(RoleTemplateId),
}

impl core::fmt::Display for Membership {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Everybody => f.write_str("all users"),
            Self::Itself => f.write_str("the account itself"),
            Self::Guests => f.write_str("guests and external users"),
            Self::Group(id, None) => write!(f, "group {id}"),
            Self::Group(id, Some(name)) => write!(f, "group `{name}` ({id})"),
            Self::Role(id) => write!(f, "directory role {id}"),
        }
    }
}

impl core::fmt::Display for NotHit {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Workloads => f.write_str("it is for workload identities"),
            Self::NotIncluded => f.write_str("it does not include the account"),
            Self::Excluded(through) => write!(f, "it excludes {through}"),
        }
    }
}

impl Standing {
    /// The standing of a declared account.
    pub fn of(id: UserId, register: &Register, snapshot: &Snapshot, now: Timestamp) -> Self {
        match snapshot.accounts.get(&id) {
            Some(account) => Self::read(account, BTreeSet::new(), snapshot, now),
            None if snapshot.source == Source::Files => {
                let gap = Gap::new(PartKind::AccountMethods, Some(id.0), GapReason::NotInSource);
                Self::supposed(id, register.group, Err(gap))
            }
            None => {
                let gap = Gap::new(PartKind::Account, Some(id.0), GapReason::NotInSource);
                let unknown = || Truth::Unknown(gap.clone().into());
                Self {
                    id,
                    is_guest: unknown(),
                    is_enabled: unknown(),
                    is_federated: unknown(),
                    has_per_user_mfa: unknown(),
                    groups: BTreeSet::new(),
                    group_names: BTreeMap::new(),
                    roles: BTreeSet::new(),
                    more: Some(gap.clone()),
                    credentials: Err(gap),
                    is_assumed: false,
                }
            }
        }
    }

    /// An account that no directory shows: an enabled member of a managed domain, a Global
    /// Administrator, in these groups and no other. Whoever leans on this says so.
    pub fn supposed(
        id: UserId,
        groups: impl IntoIterator<Item = GroupId>,
        credentials: Result<Vec<Credential>, Gap>,
    ) -> Self {
        Self {
            id,
            is_guest: Truth::No,
            is_enabled: Truth::Yes,
            is_federated: Truth::No,
            has_per_user_mfa: Truth::No,
            groups: groups.into_iter().collect(),
            group_names: BTreeMap::new(),
            roles: BTreeSet::from([GLOBAL_ADMINISTRATOR]),
            more: None,
            credentials,
            is_assumed: true,
        }
    }

    /// The standing of an account that was read, and that is known to be in `groups` beside those
    /// of its own memberships.
    pub(crate) fn read(
        account: &Account,
        mut groups: BTreeSet<GroupId>,
        snapshot: &Snapshot,
        now: Timestamp,
    ) -> Self {
        let id = account.id;
        let mut group_names = BTreeMap::new();
        let mut roles = BTreeSet::new();
        let mut more = None;
        match account.memberships.value() {
            Ok(memberships) => {
                for membership in memberships {
                    match membership.kind {
                        ObjectKind::Group => {
                            let group = GroupId(membership.id.0);
                            groups.insert(group);
                            let name = membership.display_name.iter();
                            group_names.extend(name.map(|name| (group, name.clone())));
                        }
                        ObjectKind::DirectoryRole => roles.extend(membership.role_template),
                        _ => {}
                    }
                }
            }
            Err(gap) => more = Some(gap.clone()),
        }
        groups.extend(activated(id, snapshot, now));
        match holdings(snapshot) {
            Ok(holdings) => {
                let holds = holdings.iter().filter(|holding| {
                    let is_live = holding.is_live(now);
                    let is_theirs = holding.principal.0 == id.0
                        || groups.contains(&GroupId(holding.principal.0));
                    let is_whole = holding.scope == "/" && !is_custom(snapshot, holding.role);
                    is_whole && is_live && is_theirs
                });
                roles.extend(holds.map(|holding| RoleTemplateId(holding.role)));
            }
            Err(gap) => more = more.or_else(|| Some(gap.clone())),
        }
        let holder = Holder { id, groups: &groups, more: more.as_ref() };
        let federation = Federation::of(account, snapshot);
        let mut credentials = account
            .methods
            .value()
            .map(|methods| credentials(holder, methods, snapshot.methods_policy.value()))
            .map_err(Clone::clone);
        if let Ok(credentials) = &mut credentials {
            federation.apply(credentials);
        }
        Self {
            id,
            is_guest: user_says(account, |user| Some(user.is_external())),
            is_enabled: user_says(account, |user| user.account_enabled),
            is_federated: federation.is_federated,
            has_per_user_mfa: per_user_mfa(account),
            groups,
            group_names,
            roles,
            more,
            credentials,
            is_assumed: false,
        }
    }

    /// The groups that the account is known to be in.
    pub(crate) fn groups(&self) -> &BTreeSet<GroupId> {
        &self.groups
    }

    /// Whose credentials these are, for what else the authentication methods policy decides.
    pub(crate) fn holder(&self) -> Holder<'_> {
        Holder { id: self.id, groups: &self.groups, more: self.more.as_ref() }
    }

    /// Whether `policy` lets the account use the method with this id.
    pub(crate) fn may_use(&self, policy: &MethodsPolicy, method: &str) -> Result<bool, Gap> {
        allowing(self.holder(), policy, method).map(|allowing| allowing.is_some())
    }

    /// Whether `policy` picks the account.
    pub fn hit(&self, policy: &Policy) -> Hit {
        let Some(users) = &policy.conditions.users else {
            let workloads = policy.conditions.client_applications.is_some();
            return match said(&policy.conditions.unknown).next() {
                Some(_) => Hit::Unknown(unknown_member(policy)),
                None if !workloads => Hit::Unknown(nobody_named()),
                None => Hit::No(NotHit::Workloads),
            };
        };
        let excluded = self.matches(
            &users.exclude_users,
            &users.exclude_groups,
            &users.exclude_roles,
            users.exclude_guests.as_ref(),
        );
        match (self.included(users, policy), excluded) {
            (_, Found::Through(through)) => Hit::No(NotHit::Excluded(through)),
            (Found::No, _) => Hit::No(NotHit::NotIncluded),
            (Found::Through(through), Found::No) => Hit::Yes(through),
            (Found::Unknown(doubt), _) | (_, Found::Unknown(doubt)) => Hit::Unknown(doubt),
        }
    }

    fn included(&self, users: &Users, policy: &Policy) -> Found {
        let included = self.matches(
            &users.include_users,
            &users.include_groups,
            &users.include_roles,
            users.include_guests.as_ref(),
        );
        // Who is picked may be narrowed by it as well as widened.
        match said(&users.unknown).next() {
            Some(_) => Found::Unknown(unknown_member(policy)),
            None if names_nobody(users) && policy.conditions.client_applications.is_none() => {
                Found::Unknown(nobody_named())
            }
            None => included,
        }
    }

    fn matches(
        &self,
        users: &[UserRef],
        groups: &[GroupRef],
        roles: &[RoleRef],
        guests: Option<&Guests>,
    ) -> Found {
        let user = |user: &UserRef| match user {
            UserRef::All => Found::Through(Membership::Everybody),
            UserRef::None => Found::No,
            UserRef::GuestsOrExternalUsers => Found::of(&self.is_guest, || Membership::Guests),
            UserRef::Id(id) if *id == self.id => Found::Through(Membership::Itself),
            UserRef::Id(_) => Found::No,
            UserRef::Other(text) => Found::Unknown(placeholder(PartKind::ReferencedUsers, text)),
        };
        let group = |group: &GroupRef| match group {
            GroupRef::Id(id) if self.groups.contains(id) => {
                Found::Through(Membership::Group(*id, self.group_names.get(id).cloned()))
            }
            GroupRef::Id(_) => self.not_listed(),
            GroupRef::Other(text) => Found::Unknown(placeholder(PartKind::ReferencedGroups, text)),
        };
        let role = |role: &RoleRef| match role {
            RoleRef::Id(id) if self.roles.contains(id) => Found::Through(Membership::Role(*id)),
            RoleRef::Id(_) => self.not_listed(),
            RoleRef::Other(text) => Found::Unknown(placeholder(PartKind::RoleDefinitions, text)),
        };
        any(users.iter().map(user))
            .or(|| any(groups.iter().map(group)))
            .or(|| any(roles.iter().map(role)))
            .or(|| guests.map_or(Found::No, |guests| self.guest_of(guests)))
    }

    fn not_listed(&self) -> Found {
        self.more.as_ref().map_or(Found::No, |gap| Found::Unknown(gap.clone()))
    }

    /// Whether the account is a guest of these kinds and tenants. Of which kind a guest is, and
    /// from where, a user object does not say.
    fn guest_of(&self, guests: &Guests) -> Found {
        match &self.is_guest {
            Truth::Yes => {
                let kinds: Vec<_> = guests.kinds.iter().map(|kind| kind.to_string()).collect();
                let what = format!("whether the account is one of `{}`", kinds.join(", "));
                let reason = GapReason::Failed { what: format!("{what} is not known") };
                Found::Unknown(Gap::new(PartKind::Account, Some(self.id.0), reason))
            }
            other => Found::of(other, || Membership::Guests),
        }
    }
}

/// Whether a list of users, groups or roles reaches an account.
enum Found {
    Through(Membership),
    No,
    Unknown(Gap),
}

impl Found {
    fn of(truth: &Truth, through: impl FnOnce() -> Membership) -> Self {
        match truth {
            Truth::Yes => Self::Through(through()),
            Truth::No => Self::No,
            Truth::Unknown(doubt) => Self::Unknown(doubt.as_gap(PartKind::Account)),
        }
    }

    fn or(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::Through(through) => Self::Through(through),
            Self::No => other(),
            Self::Unknown(doubt) => match other() {
                Self::Through(through) => Self::Through(through),
                Self::No | Self::Unknown(_) => Self::Unknown(doubt),
            },
        }
    }
}

fn any(found: impl Iterator<Item = Found>) -> Found {
    found.fold(Found::No, |all, one| all.or(|| one))
}

fn user_says(account: &Account, says: impl FnOnce(&User) -> Option<bool>) -> Truth {
    match account.state.value() {
        Ok(AccountState::Present(user)) => match says(user) {
            Some(holds) => holds.into(),
            None => {
                let what = "a property of the user was not returned".into();
                let reason = GapReason::Failed { what };
                Truth::Unknown(Gap::new(PartKind::Account, Some(account.id.0), reason).into())
            }
        },
        Ok(AccountState::SoftDeleted | AccountState::Absent) => Truth::No,
        Err(gap) => Truth::Unknown(gap.clone().into()),
    }
}

fn per_user_mfa(account: &Account) -> Truth {
    match account.per_user_mfa.value() {
        Ok(PerUserMfa::Disabled) => Truth::No,
        Ok(PerUserMfa::Enabled | PerUserMfa::Enforced) => Truth::Yes,
        Ok(PerUserMfa::Other(state)) => {
            Truth::unclear(format!("this version does not know the per-user MFA state `{state}`"))
        }
        Err(gap) => Truth::Unknown(gap.clone().into()),
    }
}

/// Whether a role is one that the tenant defined, which policies do not match.
fn is_custom(snapshot: &Snapshot, role: Guid) -> bool {
    let mut all = snapshot.role_definitions.value().into_iter().flatten();
    all.any(|definition| definition.id == role && !definition.is_built_in)
}

/// Groups whose membership an account holds by PIM for Groups at `now`: an activation counts before
/// the directory's list of memberships shows it.
fn activated(id: UserId, snapshot: &Snapshot, now: Timestamp) -> impl Iterator<Item = GroupId> {
    snapshot.groups.values().filter_map(move |read| {
        let schedules = read.schedules.value().ok()?;
        let is_member = schedules
            .iter()
            .any(|one| one.principal.0 == id.0 && one.is_live(now) && !one.is_ownership());
        is_member.then_some(read.id)
    })
}

fn unknown_member(policy: &Policy) -> Gap {
    let conditions = &policy.conditions;
    let users = conditions.users.iter().flat_map(|users| said(&users.unknown));
    let name = users.chain(said(&conditions.unknown)).next().unwrap_or("?");
    let what = format!("this version does not know the condition `{name}`");
    Gap::new(PartKind::Policies, None, GapReason::Failed { what })
}

fn names_nobody(users: &Users) -> bool {
    users.include_users.is_empty()
        && users.include_groups.is_empty()
        && users.include_roles.is_empty()
        && users.include_guests.is_none()
}

fn nobody_named() -> Gap {
    let what = "the policy names neither users nor workloads".into();
    Gap::new(PartKind::Policies, None, GapReason::Failed { what })
}

fn placeholder(kind: PartKind, text: &str) -> Gap {
    let what = format!("`{text}` is no id but a placeholder: put the id in its place");
    Gap::new(kind, None, GapReason::Failed { what })
}
