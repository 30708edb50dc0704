//! The registry: what a check must bring with it, and running all of them.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use core::fmt;

use super::outcome::conclude;
use super::{Context, Control, Expect, Judgement, Ledger, Mending, Outcome, Sample, Statement};
use crate::register::Register;
use crate::tenant::{PartKind, Snapshot};
use crate::time::Timestamp;

/// A check: one question about a tenant, with all that a person needs to act on the answer.
#[derive(Debug)]
pub struct Check {
    /// Its stable id, `HG-<FAMILY>-<two digits>`.
    pub id: &'static str,
    /// What must hold, as a sentence.
    pub title: &'static str,
    /// What it is about.
    pub family: Family,
    /// How bad it is when it does not hold.
    pub severity: Severity,
    /// Why it matters, in a sentence or two.
    pub why: &'static str,
    /// The parts of the snapshot that it reads.
    pub reads: &'static [PartKind],
    /// The controls that it serves.
    pub controls: &'static [Control],
    /// How to mend it.
    pub remedy: Remedy,
    /// Where the rule comes from.
    pub sources: &'static [Link],
    /// Judges a register and a snapshot.
    pub judge: fn(&Context<'_>) -> Judgement,
    /// Tenants that it passes and fails, run by the registry's test.
    pub samples: &'static [Sample],
}

/// What a check is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// The owners get in.
    Exit,
    /// Nobody else walks in.
    Lock,
    /// Credentials.
    Keys,
    /// The alarm.
    Alarm,
    /// Drills.
    Drill,
    /// The tenant around it, and how well it could be read.
    Estate,
}

impl Family {
    /// The family's name, as ids and formats spell it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Exit => "exit",
            Self::Lock => "lock",
            Self::Keys => "keys",
            Self::Alarm => "alarm",
            Self::Drill => "drill",
            Self::Estate => "estate",
        }
    }
}

/// How bad it is when a check fails, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The owners are locked out, or somebody else can walk in, today.
    Critical,
    /// One more failure does it.
    High,
    /// It weakens the door.
    Medium,
    /// It is untidy, or it will matter later.
    Low,
}

impl Severity {
    /// The severity's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

/// How to mend what a check found, with the placeholders that [`Mending`] fills.
#[derive(Clone, Copy, Debug)]
pub struct Remedy {
    /// What to do, in the imperative.
    pub action: &'static str,
    /// Where in the portal.
    pub portal: &'static str,
    /// Which call of Microsoft Graph does it.
    pub graph: &'static str,
}

/// A documentation page.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    /// The page's title.
    pub title: &'static str,
    /// Its address.
    pub url: &'static str,
}

/// How one check came out.
#[derive(Clone, Debug)]
pub struct CheckResult {
    /// The check.
    pub check: &'static Check,
    /// How it came out.
    pub outcome: Outcome,
    /// How to mend it, with the ids that are known.
    pub mending: Mending,
    /// What it examined.
    pub statements: Vec<Statement>,
}

/// Checks that bring everything with them that a check must.
#[derive(Debug)]
pub struct Registry<'a> {
    checks: &'a [&'static Check],
}

/// Why a set of checks is no registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegistryError {
    /// Two checks have the same id.
    DuplicateId(&'static str),
    /// An id is not `HG-<FAMILY>-<two digits>` of the check's family.
    MisshapenId(&'static str),
    /// A check reads nothing.
    ReadsNothing(&'static str),
    /// A check serves no control.
    NoControl(&'static str),
    /// A check has no remedy, portal path, Graph call, reason or title.
    NoRemedy(&'static str),
    /// A check cites no documentation.
    NoSource(&'static str),
    /// A check has no sample that it passes.
    NoPassingSample(&'static str),
    /// A check has no sample that it fails.
    NoFailingSample(&'static str),
}

impl fmt::Display for RegistryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (id, what) = match self {
            Self::DuplicateId(id) => (id, "is the id of two checks"),
            Self::MisshapenId(id) => (id, "is not of the form HG-<FAMILY>-<two digits>"),
            Self::ReadsNothing(id) => (id, "reads no part of the snapshot"),
            Self::NoControl(id) => (id, "serves no control"),
            Self::NoRemedy(id) => (id, "lacks a title, a reason or a remedy"),
            Self::NoSource(id) => (id, "cites no documentation"),
            Self::NoPassingSample(id) => (id, "has no sample that it passes"),
            Self::NoFailingSample(id) => (id, "has no sample that it fails"),
        };
        write!(f, "check `{id}` {what}")
    }
}

impl core::error::Error for RegistryError {}

impl<'a> Registry<'a> {
    /// Takes `checks` in, or refuses the first that lacks something.
    pub fn new(checks: &'a [&'static Check]) -> Result<Self, RegistryError> {
        let mut ids = BTreeSet::new();
        for check in checks {
            complete(check)?;
            if !ids.insert(check.id) {
                return Err(RegistryError::DuplicateId(check.id));
            }
        }
        Ok(Self { checks })
    }

    /// The checks, in their order.
    pub fn checks(&self) -> &'a [&'static Check] {
        self.checks
    }

    /// Judges `snapshot` and the ledger against `register` at the instant `now`.
    pub fn run<'s>(
        &self,
        register: &'s Register,
        snapshot: &'s Snapshot,
        ledger: impl Into<Ledger<'s>>,
        now: Timestamp,
    ) -> Vec<CheckResult> {
        let context = Context::new(register, snapshot, ledger, now);
        self.checks
            .iter()
            .map(|check| {
                let judgement = (check.judge)(&context);
                let (outcome, statements) = conclude(check.id, judgement, register, now);
                let mending = Mending::of(&check.remedy, &statements, &context);
                CheckResult { check, outcome, mending, statements }
            })
            .collect()
    }
}

/// Judges with every check of this version.
pub fn run<'s>(
    register: &'s Register,
    snapshot: &'s Snapshot,
    ledger: impl Into<Ledger<'s>>,
    now: Timestamp,
) -> Result<Vec<CheckResult>, RegistryError> {
    Ok(Registry::new(super::ALL)?.run(register, snapshot, ledger, now))
}

fn complete(check: &Check) -> Result<(), RegistryError> {
    let number = check
        .id
        .strip_prefix("HG-")
        .and_then(|rest| rest.rsplit_once('-'))
        .filter(|(family, _)| family.eq_ignore_ascii_case(check.family.word()))
        .map(|(_, number)| number);
    if number.is_none_or(|n| n.len() != 2 || !n.bytes().all(|b| b.is_ascii_digit())) {
        return Err(RegistryError::MisshapenId(check.id));
    }
    if check.reads.is_empty() {
        return Err(RegistryError::ReadsNothing(check.id));
    }
    if check.controls.is_empty() {
        return Err(RegistryError::NoControl(check.id));
    }
    let Remedy { action, portal, graph } = check.remedy;
    if [check.title, check.why, action, portal, graph].iter().any(|text| text.is_empty()) {
        return Err(RegistryError::NoRemedy(check.id));
    }
    if check.sources.iter().all(|link| !link.url.starts_with("https://")) {
        return Err(RegistryError::NoSource(check.id));
    }
    if !check.samples.iter().any(|sample| sample.expect == Expect::Pass) {
        return Err(RegistryError::NoPassingSample(check.id));
    }
    let failing = |sample: &Sample| matches!(sample.expect, Expect::Fail | Expect::Gap);
    if !check.samples.iter().any(failing) {
        return Err(RegistryError::NoFailingSample(check.id));
    }
    Ok(())
}
