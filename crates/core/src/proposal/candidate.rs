//! One account: every fact that speaks for it, against it, or could not be read.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;

use super::evidence::{Cover, Evidence, Held, Via, user};
use crate::check::tells;
use crate::id::{GLOBAL_ADMINISTRATOR, GroupId, PolicyId, UserId};
use crate::tenant::{
    Account, AuthenticationType, Gap, Method, MethodKind, PasskeyType, SignInActivity, User,
    UserType,
};
use crate::time::{Timestamp, days_between};

/// Days without a sign-in after which an account looks put aside.
const UNUSED_DAYS: i64 = 60;
/// Days within which a sign-in shows that somebody works with the account.
const IN_USE_DAYS: i64 = 14;
/// Days after which a password is old: people who work are asked for another before.
const OLD_PASSWORD_DAYS: i64 = 365;

/// An account that was looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Its object id.
    pub id: UserId,
    /// Its display name, which proves nothing; `None` when it was not read.
    pub name: Option<String>,
    /// How well it fits.
    pub fit: Fit,
    /// Why, the weightiest first, those for before those against and those left open.
    pub reasons: Vec<Reason>,
}

/// How well something fits, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It looks like emergency access.
    Likely,
    /// It may be, and something important is missing or not known.
    Possible,
    /// It looks like something else.
    Unlikely,
}

impl Fit {
    /// One word for tables and files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Likely => "likely",
            Self::Possible => "possible",
            Self::Unlikely => "unlikely",
        }
    }
}

/// What a reason does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Speaks {
    /// It speaks for.
    For,
    /// It speaks against.
    Against,
    /// It could not be read, and speaks neither for nor against.
    Open,
}

impl Speaks {
    /// One word for tables and files.
    pub fn word(self) -> &'static str {
        match self {
            Self::For => "for",
            Self::Against => "against",
            Self::Open => "open",
        }
    }
}

/// A reason, and the id that it rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// What is the case.
    pub fact: Fact,
    /// The id of the object or role whose word it is.
    pub rests_on: String,
}

impl Reason {
    /// What it does.
    pub fn speaks(&self) -> Speaks {
        self.fact.speaks()
    }
}

/// What is the case with an account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// It holds Global Administrator actively and for good.
    Administrator,
    /// It does through a group.
    AdministratorThrough(GroupId),
    /// It does for a while: until an instant, or as long as an activation lasts.
    AdministratorUntil(Option<Timestamp>),
    /// It must activate the role first, which other services have to be up for.
    OnlyEligible,
    /// It does not hold the role.
    NoAdministrator,
    /// It lives in the cloud only, in the domain that the tenant was created with.
    InitialDomain,
    /// It lives in another domain.
    OtherDomain,
    /// It lives in a domain whose sign-ins somebody else answers.
    FederatedDomain,
    /// It is synchronised from an on-premises directory.
    Synchronised,
    /// It was invited into the tenant.
    Guest,
    /// Sign-in is not allowed.
    Disabled,
    /// It does not exist, or not any more.
    Gone,
    /// Policies exclude it by name.
    Excluded {
        /// How many do.
        policies: usize,
        /// Of how many that concern it.
        of: usize,
    },
    /// Policies exclude it through a group.
    ExcludedThrough {
        /// The group.
        group: GroupId,
        /// How many do.
        policies: usize,
        /// Of how many that concern it.
        of: usize,
    },
    /// Policies exclude a role that it holds.
    ExcludedByRole {
        /// How many do.
        policies: usize,
        /// Of how many that concern it.
        of: usize,
    },
    /// A policy demands an authentication strength of it and few others, and its keys meet it.
    StrengthPolicy(PolicyId),
    /// Policies hit it.
    Hit {
        /// The first of them.
        first: PolicyId,
        /// How many do.
        policies: usize,
        /// Of how many that concern it.
        of: usize,
    },
    /// It has passkeys that never leave their device.
    DeviceBoundKeys(usize),
    /// It has methods of a person: a phone, an app.
    PersonalMethods,
    /// It carries no licence.
    Unlicensed,
    /// It carries licences.
    Licensed(usize),
    /// It has never signed in.
    NeverUsed,
    /// It has not signed in for this many days.
    Unused(i64),
    /// It signed in this many days ago.
    InUse(i64),
    /// Its password is this many days old.
    OldPassword(i64),
    /// Its name suggests it, which proves nothing.
    TellingName,
    /// Something could not be read.
    Unread(Gap),
}

impl Fact {
    /// What the fact does.
    pub fn speaks(&self) -> Speaks {
        match (self, self.weight()) {
            (Self::Unread(_), _) => Speaks::Open,
            (_, weight) if weight < 0 => Speaks::Against,
            _ => Speaks::For,
        }
    }

    /// How much it counts; a name counts for nothing.
    fn weight(&self) -> i32 {
        match self {
            Self::Unread(_) | Self::TellingName => 0,
            Self::Administrator => 4,
            Self::AdministratorThrough(_) => 3,
            Self::AdministratorUntil(_) => -2,
            Self::OnlyEligible | Self::Disabled | Self::FederatedDomain => -3,
            Self::NoAdministrator | Self::Synchronised | Self::Guest | Self::Gone => -6,
            Self::InitialDomain | Self::Unused(_) | Self::NeverUsed => 2,
            Self::OtherDomain | Self::PersonalMethods => -1,
            Self::Excluded { policies, of }
            | Self::ExcludedThrough { policies, of, .. }
            | Self::ExcludedByRole { policies, of } => {
                if mostly(*policies, *of) {
                    4
                } else {
                    1
                }
            }
            Self::StrengthPolicy(_) => 3,
            Self::Hit { policies, of, .. } if mostly(*policies, *of) => -3,
            Self::Hit { .. } => -1,
            Self::DeviceBoundKeys(_) => 2,
            Self::Unlicensed | Self::OldPassword(_) => 1,
            Self::Licensed(_) => -1,
            Self::InUse(_) => -2,
        }
    }
}

fn mostly(policies: usize, of: usize) -> bool {
    policies * 2 > of
}

impl Candidate {
    /// Everything for less everything against.
    pub(super) fn weight(&self) -> i32 {
        self.reasons.iter().map(|reason| reason.fact.weight()).sum()
    }

    pub(super) fn has_telling_name(&self) -> bool {
        self.has(|fact| *fact == Fact::TellingName)
    }

    fn has(&self, is_it: impl Fn(&Fact) -> bool) -> bool {
        self.reasons.iter().any(|reason| is_it(&reason.fact))
    }

    /// The rule: it holds the role for good, nothing excludes it from being one, policies mostly
    /// leave it alone, and at least two of four marks of an account that nobody works with are
    /// there. Where no policy concerns it, three of them; where that is not known, none suffice.
    fn judged(&self, is_concerned: bool) -> Fit {
        let is_other = |fact: &Fact| {
            matches!(fact, Fact::NoAdministrator | Fact::Synchronised | Fact::Guest | Fact::Gone)
        };
        let is_lasting =
            |fact: &Fact| matches!(fact, Fact::Administrator | Fact::AdministratorThrough(_));
        let is_doubtful =
            |fact: &Fact| matches!(fact, Fact::Disabled | Fact::InUse(_) | Fact::FederatedDomain);
        let is_hit =
            |fact: &Fact| matches!(fact, Fact::Hit { policies, of, .. } if mostly(*policies, *of));
        let is_exempt = self.excluded_mostly();
        let marks = self.marks();
        let is_enough = if is_concerned { is_exempt && marks >= 2 } else { marks >= 3 };
        if self.has(is_other) {
            Fit::Unlikely
        } else if is_enough && self.has(is_lasting) && !self.has(is_doubtful) {
            Fit::Likely
        } else if is_exempt || marks >= 3 || (marks == 2 && !self.has(is_hit)) {
            Fit::Possible
        } else {
            Fit::Unlikely
        }
    }

    /// Whether policies mostly exclude it, in whatever ways together.
    fn excluded_mostly(&self) -> bool {
        let mut sum = (0, 0);
        for reason in &self.reasons {
            if let Fact::Excluded { policies, of }
            | Fact::ExcludedThrough { policies, of, .. }
            | Fact::ExcludedByRole { policies, of } = &reason.fact
            {
                sum = (sum.0 + policies, *of);
            }
        }
        mostly(sum.0, sum.1)
    }

    /// Marks of an account that nobody works with; a phone or an app takes one away.
    fn marks(&self) -> usize {
        let marks: [fn(&Fact) -> bool; 4] = [
            |fact| *fact == Fact::InitialDomain,
            |fact| matches!(fact, Fact::DeviceBoundKeys(_)),
            |fact| *fact == Fact::Unlicensed,
            |fact| matches!(fact, Fact::NeverUsed | Fact::Unused(_) | Fact::OldPassword(_)),
        ];
        let count = marks.into_iter().filter(|is_it| self.has(is_it)).count();
        count.saturating_sub(usize::from(self.has(|fact| *fact == Fact::PersonalMethods)))
    }
}

pub(super) fn judge(evidence: &Evidence<'_>, id: UserId) -> Candidate {
    let account = evidence.account(id);
    let mut reasons = Vec::new();
    let mut note = |fact: Fact, rests_on: String| reasons.push(Reason { fact, rests_on });
    role(evidence, id, &mut note);
    let mut name = None;
    match user(&account) {
        Ok(Some(user)) => {
            name = user.display_name.clone();
            of_user(evidence, user, &mut note);
            methods(&account, &mut note);
            age(evidence, &account, user, &mut note);
        }
        Ok(None) => note(Fact::Gone, id.to_string()),
        Err(gap) => note(Fact::Unread(gap.clone()), id.to_string()),
    }
    let cover = evidence.cover(&account);
    let is_concerned = cover.as_ref().map_or(true, |cover| cover.of() > 0);
    match cover {
        Ok(cover) => of_cover(id, cover, &mut note),
        Err(gap) => note(Fact::Unread(gap), id.to_string()),
    }
    reasons.sort_by_key(|one| (one.speaks(), -one.fact.weight().abs(), one.fact.clone()));
    let mut candidate = Candidate { id, name, fit: Fit::Unlikely, reasons };
    candidate.fit = candidate.judged(is_concerned);
    candidate
}

fn role(evidence: &Evidence<'_>, id: UserId, note: &mut impl FnMut(Fact, String)) {
    let administrator = GLOBAL_ADMINISTRATOR.to_string();
    match evidence.held(id) {
        Ok(Held::ForGood) => note(Fact::Administrator, administrator),
        Ok(Held::Through(group)) => note(Fact::AdministratorThrough(group), group.to_string()),
        Ok(Held::Until(end)) => note(Fact::AdministratorUntil(end), administrator),
        Ok(Held::Eligible) => note(Fact::OnlyEligible, administrator),
        Ok(Held::Not) => note(Fact::NoAdministrator, id.to_string()),
        Err(gap) => note(Fact::Unread(gap.clone()), administrator),
    }
}

fn of_user(evidence: &Evidence<'_>, user: &User, note: &mut impl FnMut(Fact, String)) {
    let mut about = |fact| note(fact, user.id.to_string());
    let is_synchronised = user.on_premises_sync_enabled == Some(true);
    if is_synchronised {
        about(Fact::Synchronised);
    }
    if user.user_type == Some(UserType::Guest) {
        about(Fact::Guest);
    }
    if user.account_enabled == Some(false) {
        about(Fact::Disabled);
    }
    about(match user.licences.len() {
        0 => Fact::Unlicensed,
        some => Fact::Licensed(some),
    });
    let names = [user.user_principal_name.split('@').next(), user.display_name.as_deref()];
    if names.into_iter().flatten().any(tells) {
        about(Fact::TellingName);
    }
    match evidence.domain(user) {
        Ok(Some(domain)) if domain.authentication == AuthenticationType::Federated => {
            note(Fact::FederatedDomain, domain.name.clone());
        }
        Ok(Some(domain)) if domain.is_initial => {
            if !is_synchronised {
                note(Fact::InitialDomain, domain.name.clone());
            }
        }
        Ok(Some(domain)) => note(Fact::OtherDomain, domain.name.clone()),
        Ok(None) => about(Fact::OtherDomain),
        Err(gap) => about(Fact::Unread(gap.clone())),
    }
}

fn methods(account: &Account, note: &mut impl FnMut(Fact, String)) {
    let id = account.id.to_string();
    let methods = match account.methods.value() {
        Ok(methods) => methods,
        Err(gap) => return note(Fact::Unread(gap.clone()), id),
    };
    let is_bound = |method: &&Method| {
        let passkey = method.passkey.as_ref();
        passkey.is_some_and(|one| one.passkey_type != Some(PasskeyType::Synced))
    };
    let mut bound = methods.iter().filter(is_bound);
    let personal = [MethodKind::MicrosoftAuthenticator, MethodKind::Phone];
    let is_personal = methods.iter().any(|method| personal.contains(&method.kind));
    if let Some(first) = bound.next() {
        note(Fact::DeviceBoundKeys(1 + bound.count()), first.id.to_string());
    }
    if is_personal {
        note(Fact::PersonalMethods, id);
    }
}

fn age(
    evidence: &Evidence<'_>,
    account: &Account,
    user: &User,
    note: &mut impl FnMut(Fact, String),
) {
    let mut about = |fact| note(fact, user.id.to_string());
    match account.activity.value() {
        Ok(SignInActivity { last_successful: None, .. }) => about(Fact::NeverUsed),
        Ok(SignInActivity { last_successful: Some(last), .. }) => {
            match days_between(*last, evidence.now) {
                days if days >= UNUSED_DAYS => about(Fact::Unused(days)),
                days if days <= IN_USE_DAYS => about(Fact::InUse(days)),
                _ => {}
            }
        }
        Err(gap) => about(Fact::Unread(gap.clone())),
    }
    let age = user.last_password_change.map(|last| days_between(last, evidence.now));
    if let Some(days) = age.filter(|days| *days >= OLD_PASSWORD_DAYS) {
        about(Fact::OldPassword(days));
    }
}

fn of_cover(id: UserId, cover: Cover, note: &mut impl FnMut(Fact, String)) {
    let of = cover.of();
    for (via, policies) in &cover.excluded {
        let policies = *policies;
        match via {
            Via::Itself => note(Fact::Excluded { policies, of }, id.to_string()),
            Via::Group(group) => {
                let fact = Fact::ExcludedThrough { group: *group, policies, of };
                note(fact, group.to_string());
            }
            Via::Role => {
                note(Fact::ExcludedByRole { policies, of }, GLOBAL_ADMINISTRATOR.to_string());
            }
        }
    }
    for policy in cover.strength {
        note(Fact::StrengthPolicy(policy.clone()), policy.to_string());
    }
    if let Some(first) = cover.hit.first() {
        let policies = cover.hit.len();
        note(Fact::Hit { first: first.clone(), policies, of }, first.to_string());
    }
    if let Some(gap) = cover.gap {
        note(Fact::Unread(gap), id.to_string());
    }
}

/// `3 of 4 policies that concern it`.
pub(super) fn share(policies: usize, of: usize) -> String {
    match (policies, of) {
        (1, 1) => "the one policy that concerns it".into(),
        (policies, of) if policies == of => format!("all {of} policies that concern it"),
        (policies, of) => format!("{policies} of {of} policies that concern it"),
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Administrator => f.write_str("holds Global Administrator for good"),
            Self::AdministratorThrough(group) => {
                write!(f, "holds Global Administrator for good, through the group {group}")
            }
            Self::AdministratorUntil(Some(end)) => {
                write!(f, "holds Global Administrator until {end} only")
            }
            Self::AdministratorUntil(None) => {
                f.write_str("holds Global Administrator for a while only")
            }
            Self::OnlyEligible => {
                f.write_str("must activate Global Administrator first: it is only eligible")
            }
            Self::NoAdministrator => f.write_str("does not hold Global Administrator"),
            Self::InitialDomain => f.write_str("is cloud-only, in the tenant's initial domain"),
            Self::OtherDomain => f.write_str("is not in the tenant's initial domain"),
            Self::FederatedDomain => {
                f.write_str("is in a federated domain: somebody else answers its sign-ins")
            }
            Self::Synchronised => f.write_str("is synchronised from an on-premises directory"),
            Self::Guest => f.write_str("is a guest"),
            Self::Disabled => f.write_str("may not sign in: the account is disabled"),
            Self::Gone => f.write_str("does not exist, or not any more"),
            Self::Excluded { policies, of } => {
                write!(f, "is excluded by name from {}", share(*policies, *of))
            }
            Self::ExcludedThrough { group, policies, of } => {
                let share = share(*policies, *of);
                write!(f, "is excluded from {share}, through the group {group}")
            }
            Self::ExcludedByRole { policies, of } => {
                write!(f, "is excluded from {}, by a role that it holds", share(*policies, *of))
            }
            Self::StrengthPolicy(policy) => {
                write!(f, "meets policy {policy} with its own key, which asks few for it")
            }
            Self::Hit { first, policies, of } => {
                write!(f, "is subject to {}, such as {first}", share(*policies, *of))
            }
            Self::DeviceBoundKeys(1) => f.write_str("has a device-bound passkey"),
            Self::DeviceBoundKeys(count) => write!(f, "has {count} device-bound passkeys"),
            Self::PersonalMethods => f.write_str("has a phone or an app registered, as people do"),
            Self::Unlicensed => f.write_str("carries no licence"),
            Self::Licensed(1) => f.write_str("carries a licence, as people who work do"),
            Self::Licensed(count) => write!(f, "carries {count} licences, as people who work do"),
            Self::NeverUsed => f.write_str("has never signed in"),
            Self::Unused(days) => write!(f, "has not signed in for {days} days"),
            Self::InUse(0) => f.write_str("signed in today: somebody works with it"),
            Self::InUse(days) => write!(f, "signed in {days} days ago: somebody works with it"),
            Self::OldPassword(days) => write!(f, "has a password that is {days} days old"),
            Self::TellingName => f.write_str("has a name that suggests it, which proves nothing"),
            Self::Unread(gap) => write!(f, "{gap}"),
        }
    }
}
