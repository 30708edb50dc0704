//! The register: what the owners of a tenant want, as they declared it.
//!
//! It holds ids and plain declarations only. Its text form (`halligan.toml`) with lines and columns
//! is `halligan-app`'s; how the tool signs in is not part of it.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::id::{GroupId, Guid, PolicyId, PrincipalId, TenantId, UserId};
use crate::time::Timestamp;

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
    /// Who else may hold powers over the tenant.
    pub known: Known,
    /// For how many days a job of Entra Backup and Recovery that has ended is a finding.
    pub recovery_job_days: u16,
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
            known: Known::default(),
            recovery_job_days: Self::RECOVERY_JOB_DAYS,
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
