//! The register: what the owners of a tenant want, as they declared it.
//!
//! It holds ids and plain declarations only. Its text form (`halligan.toml`) with lines and columns
//! is `halligan-app`'s; how the tool signs in is not part of it. In which circumstances a proof
//! holds is its [`Environment`]; who may hold things, and where, is its [`Custody`].

mod custody;
mod environment;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::id::{GroupId, Guid, PolicyId, PrincipalId, TenantId, UserId};
use crate::time::Timestamp;

pub use custody::{
    CONTACT_BYTES_MAX, Contact, ContactKind, Custody, CustodyPlace, NotAContact, Person, PlaceKind,
};
pub use environment::{
    Environment, Place, Platform, Target, UnknownWord, Workstation, WorkstationKind,
};

/// What the owners want of their emergency access.
#[derive(Clone, Debug, PartialEq)]
pub struct Register {
    /// The tenant; `None` when exported files are judged without one.
    pub tenant: Option<TenantId>,
    /// How the accounts are meant to get past Conditional Access.
    pub shape: Shape,
    /// The emergency access accounts in the order of their declaration, repetitions included.
    pub accounts: Vec<DeclaredAccount>,
    /// The group that policies exclude; `None` when the accounts are excluded one by one.
    pub group: Option<GroupId>,
    /// How many Global Administrators the tenant may have.
    pub global_administrators: Range,
    /// Licences that emergency accounts may carry, by `skuId`.
    pub allowed_licences: Vec<Guid>,
    /// What the owners chose where authorities contradict each other.
    pub choices: Choices,
    /// Who else may hold powers over the tenant.
    pub known: Known,
    /// For how many days a job of Entra Backup and Recovery that has ended is a finding.
    pub recovery_job_days: u16,
    /// In which circumstances emergency sign-ins happen.
    pub environment: Environment,
    /// Who may hold keys, envelopes and sheets, and where they may lie.
    pub custody: Custody,
    /// Findings that somebody accepted, each with an end.
    pub accepted: Vec<Acceptance>,
}

impl Register {
    /// For how many days an ended recovery job is a finding, unless declared: the time in which
    /// somebody is likely to notice what it changed.
    pub const RECOVERY_JOB_DAYS: u16 = 7;

    /// A register of these accounts with every other setting at its default.
    pub fn of(accounts: Vec<DeclaredAccount>, group: Option<GroupId>, shape: Shape) -> Self {
        Self {
            tenant: None,
            shape,
            accounts,
            group,
            global_administrators: Range::GLOBAL_ADMINISTRATORS,
            allowed_licences: Vec::new(),
            choices: Choices::DEFAULT,
            known: Known::default(),
            recovery_job_days: Self::RECOVERY_JOB_DAYS,
            environment: Environment::default(),
            custody: Custody::default(),
            accepted: Vec::new(),
        }
    }

    /// The accounts without repetitions, in the order of their first declaration.
    pub fn distinct_accounts(&self) -> Vec<&DeclaredAccount> {
        let mut seen = alloc::collections::BTreeSet::new();
        self.accounts.iter().filter(|account| seen.insert(account.id)).collect()
    }
}

/// A declared emergency access account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredAccount {
    /// Its object id. Names prove nothing.
    pub id: UserId,
    /// What it is called in everything that Halligan says.
    pub code_name: String,
}

/// Who may hold powers over the tenant beside the emergency access accounts, as the owners know it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Users and groups that may hold a role with powers; empty when nobody declared them.
    pub administrators: Vec<PrincipalId>,
    /// Service principals, by object id, that may hold a role or permission with powers.
    pub applications: Vec<PrincipalId>,
    /// Tenants of service providers.
    pub partners: Vec<TenantId>,
}

/// How the accounts are meant to get past Conditional Access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Excluded from every policy.
    Exempt,
    /// Excluded from every policy but one that requires phishing-resistant MFA of exactly these
    /// accounts, and that their keys satisfy.
    ExemptWithStrength {
        /// That one policy.
        policy: PolicyId,
    },
    /// A password on paper and no key: a degraded way in, judged for the surfaces it reaches.
    Paper,
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Exempt => "exempt",
            Self::ExemptWithStrength { .. } => "exempt+strength",
            Self::Paper => "paper",
        })
    }
}

/// What the owners chose where authorities contradict each other, or leave it to them. The checks
/// that ask cite both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choices {
    /// How many emergency access accounts are declared. Microsoft wants two or more, CIS 1.1.2
    /// two, and the Zero Trust Assessment looks twice at more than two.
    pub emergency_accounts: Range,
    /// How many besides the emergency accounts hold Global Administrator for good. SCuBA 7.4
    /// allows none; CIS 5.3.1 allows two in all, which the emergency accounts take up.
    pub permanent_administrators: usize,
    /// Whether the accounts' names may tell what they are for. CIPP advises a recognisable
    /// pattern; tools that guess names from outside are the reason against it.
    pub telling_names: bool,
    /// Whether the keys of one account must be of different models. Microsoft asks for no such
    /// thing; one recall or one entry of a list takes away every key of a model at once.
    pub different_models: bool,
    /// Days after which a password must be set anew; `None` for none. NIST SP 800-63B is against
    /// changes by age; the Zero Trust workshop wants 90 days.
    pub password_days: Option<i64>,
    /// Days within which each account must have signed in. Microsoft wants 90, the Canadian
    /// guardrails 365.
    pub sign_in_days: i64,
}

impl Choices {
    /// What counts where the register does not say it.
    pub const DEFAULT: Self = Self {
        emergency_accounts: Range { least: 2, most: 100 },
        permanent_administrators: 0,
        telling_names: false,
        different_models: false,
        password_days: None,
        sign_in_days: 90,
    };
}

impl Default for Choices {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// How many there may be, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// At least this many.
    pub least: usize,
    /// At most this many.
    pub most: usize,
}

impl Range {
    /// Two to four Global Administrators (CIS Microsoft 365 Foundations 1.1.3).
    pub const GLOBAL_ADMINISTRATORS: Self = Self { least: 2, most: 4 };

    /// Whether `count` lies within.
    pub fn contains(self, count: usize) -> bool {
        (self.least..=self.most).contains(&count)
    }
}

/// A finding that somebody accepted until a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// The check's id, such as `HG-EXIT-07`.
    pub check: String,
    /// What it is about: a code name or an id; `None` for everything that the check finds.
    pub subject: Option<String>,
    /// Who accepted it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When the acceptance ends; from this instant on the finding counts again.
    pub until: Timestamp,
}
