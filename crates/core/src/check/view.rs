//! The membership view of Conditional Access: is an account hit by a policy, and if so, does what
//! the account holds satisfy what the policy demands?
//!
//! Every condition but the user part is taken as possible, so a hit means *some* sign-in. Unknown
//! memberships, members and controls never turn into "not hit" or "satisfied".
//!
//! Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-users-groups>
//! (exclusion wins; nested groups count; only built-in, active, tenant-wide roles are matched).

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::context::holdings;
use super::credentials::{Credentials, Holder, allowing};
use super::demand::{Demand, demand};
use crate::id::{GLOBAL_ADMINISTRATOR, GroupId, RoleTemplateId, UserId};
use crate::register::Register;
use crate::tenant::{
    AccountState, AppRef, ClientAppType, Gap, GapReason, GroupRef, Guests, MethodsPolicy,
    ObjectKind, PartKind, Policy, RoleRef, Snapshot, Source, UserRef, Users, said,
};
use crate::time::Timestamp;

/// What an account is, is a member of, and holds; as far as it is known.
#[derive(Debug)]
pub(crate) struct Standing<'a> {
    id: UserId,
    is_guest: Result<bool, Gap>,
    groups: BTreeSet<GroupId>,
    roles: BTreeSet<RoleTemplateId>,
    /// Why there may be more groups and roles than these.
    more: Option<Gap>,
    credentials: Result<Credentials<'a>, Gap>,
    /// Whether memberships were taken as declared, for want of a directory.
    pub(super) is_assumed: bool,
}

/// Whether a policy hits an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Hit {
    /// Some sign-in of the account is subject to the policy.
    Yes,
    /// None is, and why.
    No(&'static str),
    /// It cannot be told.
    Unknown(Gap),
}

impl<'a> Standing<'a> {
    pub(super) fn of(
        id: UserId,
        register: &Register,
        snapshot: &'a Snapshot,
        now: Timestamp,
    ) -> Self {
        match snapshot.accounts.get(&id) {
            Some(account) => Self::read(account, BTreeSet::new(), snapshot, now),
            None if snapshot.source == Source::Files => Self::declared(id, register),
            None => {
                let gap = Gap::new(PartKind::Account, Some(id.0), GapReason::NotInSource);
                Self {
                    id,
                    is_guest: Err(gap.clone()),
                    groups: BTreeSet::new(),
                    roles: BTreeSet::new(),
                    more: Some(gap.clone()),
                    credentials: Err(gap),
                    is_assumed: false,
                }
            }
        }
    }

    /// Exported folders hold policies and no directory: the declaration stands in for it, and
    /// every check that leans on this says so.
    fn declared(id: UserId, register: &Register) -> Self {
        let gap = Gap::new(PartKind::AccountMethods, Some(id.0), GapReason::NotInSource);
        Self {
            id,
            is_guest: Ok(false),
            groups: register.group.into_iter().collect(),
            roles: BTreeSet::from([GLOBAL_ADMINISTRATOR]),
            more: None,
            credentials: Err(gap),
            is_assumed: true,
        }
    }

    /// The standing of an account that was read, and that is known to be in `groups` beside those
    /// of its own memberships.
    pub(crate) fn read(
        account: &'a crate::tenant::Account,
        mut groups: BTreeSet<GroupId>,
        snapshot: &'a Snapshot,
        now: Timestamp,
    ) -> Self {
        let id = account.id;
        let mut roles = BTreeSet::new();
        let mut more = None;
        match account.memberships.value() {
            Ok(memberships) => {
                for membership in memberships {
                    match membership.kind {
                        ObjectKind::Group => drop(groups.insert(GroupId(membership.id.0))),
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
                    holding.scope == "/" && is_live && is_theirs
                });
                roles.extend(holds.map(|holding| RoleTemplateId(holding.role)));
            }
            Err(gap) => more = more.or_else(|| Some(gap.clone())),
        }
        let is_guest = match account.state.value() {
            Ok(AccountState::Present(user)) => Ok(user.is_external()),
            Ok(_) => Ok(false),
            Err(gap) => Err(gap.clone()),
        };
        let holder = Holder { id, groups: &groups, more: more.as_ref() };
        let credentials = Credentials::of(holder, &account.methods, &snapshot.methods_policy);
        Self { id, is_guest, groups, roles, more, credentials, is_assumed: false }
    }

    /// Whose credentials these are, for what else the authentication methods policy decides.
    pub(super) fn holder(&self) -> Holder<'_> {
        Holder { id: self.id, groups: &self.groups, more: self.more.as_ref() }
    }

    /// The groups that the account is known to be in.
    pub(crate) fn groups(&self) -> &BTreeSet<GroupId> {
        &self.groups
    }

    /// Whether the account holds a key or certificate that it may use; the gap otherwise.
    pub(crate) fn is_phishing_resistant(&self) -> Result<bool, &Gap> {
        self.credentials.as_ref().map(Credentials::is_any)
    }

    /// Whether `policy` lets the account use the method with this id.
    pub(super) fn may_use(&self, policy: &MethodsPolicy, method: &str) -> Result<bool, Gap> {
        let holder = Holder { id: self.id, groups: &self.groups, more: self.more.as_ref() };
        allowing(holder, policy, method).map(|allowing| allowing.is_some())
    }

    /// Whether `policy` hits some sign-in of the account.
    pub(crate) fn hit(&self, policy: &Policy) -> Hit {
        let Some(users) = &policy.conditions.users else {
            return match said(&policy.conditions.unknown).next() {
                Some(_) => Hit::Unknown(unknown_member(policy)),
                None => Hit::No("it is for workload identities"),
            };
        };
        let excluded = self.matches(
            &users.exclude_users,
            &users.exclude_groups,
            &users.exclude_roles,
            users.exclude_guests.as_ref(),
        );
        match (self.included(users, policy), excluded) {
            (_, Truth::Yes) => Hit::No("it excludes the account"),
            (Truth::No, _) => Hit::No("it does not include the account"),
            (Truth::Yes, Truth::No) => Hit::Yes,
            (Truth::Unknown(gap), _) | (_, Truth::Unknown(gap)) => Hit::Unknown(gap),
        }
    }

    fn included(&self, users: &Users, policy: &Policy) -> Truth {
        let included = self.matches(
            &users.include_users,
            &users.include_groups,
            &users.include_roles,
            users.include_guests.as_ref(),
        );
        match said(&users.unknown).next() {
            Some(_) => included.or(|| Truth::Unknown(unknown_member(policy))),
            None => included,
        }
    }

    fn matches(
        &self,
        users: &[UserRef],
        groups: &[GroupRef],
        roles: &[RoleRef],
        guests: Option<&Guests>,
    ) -> Truth {
        let user = |user: &UserRef| match user {
            UserRef::All => Truth::Yes,
            UserRef::None => Truth::No,
            UserRef::GuestsOrExternalUsers => self.guest(),
            UserRef::Id(id) => Truth::from(*id == self.id),
            UserRef::Other(text) => Truth::Unknown(placeholder(PartKind::ReferencedUsers, text)),
        };
        let group = |group: &GroupRef| match group {
            GroupRef::Id(id) => self.known(self.groups.contains(id)),
            GroupRef::Other(text) => Truth::Unknown(placeholder(PartKind::ReferencedGroups, text)),
        };
        let role = |role: &RoleRef| match role {
            RoleRef::Id(id) => self.known(self.roles.contains(id)),
            RoleRef::Other(text) => Truth::Unknown(placeholder(PartKind::RoleDefinitions, text)),
        };
        any(users.iter().map(user))
            .or(|| any(groups.iter().map(group)))
            .or(|| any(roles.iter().map(role)))
            .or(|| guests.map_or(Truth::No, |guests| self.guest_of(guests)))
    }

    fn known(&self, is_listed: bool) -> Truth {
        match (&self.more, is_listed) {
            (_, true) => Truth::Yes,
            (Some(gap), false) => Truth::Unknown(gap.clone()),
            (None, false) => Truth::No,
        }
    }

    fn guest(&self) -> Truth {
        match &self.is_guest {
            Ok(is_guest) => Truth::from(*is_guest),
            Err(gap) => Truth::Unknown(gap.clone()),
        }
    }

    /// Whether the account is a guest of these kinds and tenants. Of which kind a guest is, and
    /// from where, a user object does not say.
    fn guest_of(&self, guests: &Guests) -> Truth {
        match self.guest() {
            Truth::Yes => {
                let kinds: Vec<_> = guests.kinds.iter().map(|kind| kind.to_string()).collect();
                let what = format!("whether the account is one of `{}`", kinds.join(", "));
                let reason = GapReason::Failed { what: format!("{what} is not known") };
                Truth::Unknown(Gap::new(PartKind::Account, Some(self.id.0), reason))
            }
            other => other,
        }
    }

    /// What `policy` demands of the account when it hits.
    pub(crate) fn demand(&self, policy: &Policy) -> Demand {
        demand(policy, &self.credentials)
    }
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

/// What a policy is about and when, in a few words for a person: `all resources, from a browser`.
pub(super) fn scene(policy: &Policy) -> String {
    let conditions = &policy.conditions;
    let applications = &conditions.applications;
    let target = match applications.include.as_slice() {
        apps if apps.contains(&AppRef::All) => "any resource".to_string(),
        [AppRef::MicrosoftAdminPortals] => "the Microsoft admin portals".to_string(),
        [one] => format!("resource {one}"),
        [] => match applications.include_user_actions.first() {
            Some(action) => format!("the user action `{action}`"),
            None => match applications.include_authentication_contexts.first() {
                Some(context) => format!("authentication context `{context}`"),
                None => "what it targets".to_string(),
            },
        },
        [first, ..] => format!("resource {first}"),
    };
    let mut limits = Vec::new();
    let client = conditions.client_app_types.first();
    if let Some(client) = client.filter(|client| **client != ClientAppType::All) {
        limits.push(format!("client `{client}`"));
    }
    let mut limit = |is_set: bool, word: &str| limits.extend(is_set.then(|| word.to_string()));
    limit(conditions.platforms.is_some(), "certain platforms");
    limit(conditions.locations.is_some(), "certain locations");
    limit(conditions.devices.as_ref().is_some_and(|d| d.filter.is_some()), "certain devices");
    limit(!conditions.sign_in_risk.is_empty(), "sign-in risk");
    limit(!conditions.user_risk.is_empty(), "user risk");
    limit(!conditions.insider_risk.is_empty(), "insider risk");
    limit(!conditions.transfer_methods.is_empty(), "certain authentication flows");
    limit(said(&conditions.unknown).next().is_some(), "conditions unknown to this version");
    match limits.is_empty() {
        true => target,
        false => format!("{target}, with {}", limits.join(" and ")),
    }
}

fn unknown_member(policy: &Policy) -> Gap {
    let conditions = &policy.conditions;
    let users = conditions.users.iter().flat_map(|users| said(&users.unknown));
    let name = users.chain(said(&conditions.unknown)).next().unwrap_or("?");
    let what = format!("this version does not know the condition `{name}`");
    Gap::new(PartKind::Policies, None, GapReason::Failed { what })
}

fn placeholder(kind: PartKind, text: &str) -> Gap {
    let what = format!("`{text}` is no id but a placeholder: put the id in its place");
    Gap::new(kind, None, GapReason::Failed { what })
}

/// A statement's truth, three-valued.
enum Truth {
    Yes,
    No,
    Unknown(Gap),
}

impl Truth {
    /// Either: yes wins, then unknown.
    fn or(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::Yes => Self::Yes,
            Self::No => other(),
            Self::Unknown(gap) => match other() {
                Self::Yes => Self::Yes,
                _ => Self::Unknown(gap),
            },
        }
    }
}

impl From<bool> for Truth {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

fn any(truths: impl Iterator<Item = Truth>) -> Truth {
    truths.fold(Truth::No, |all, one| all.or(|| one))
}
