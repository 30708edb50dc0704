//! What is kept of an assessment, to compare the next one with.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString as _};

use crate::check::{CheckResult, Outcome, State, Subject};
use crate::id::TenantId;
use crate::register::Register;
use crate::report::{Assessment, Verdict};
use crate::tenant::PartName;
use crate::time::Timestamp;

/// An assessment without everything that is not needed to tell what changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The tenant, when it was read or declared.
    pub tenant: Option<TenantId>,
    /// When it was judged.
    pub judged: Timestamp,
    /// How it came out.
    pub verdict: Verdict,
    /// Every check by its id.
    pub checks: BTreeMap<String, CheckRecord>,
    /// The parts that could not be read, each by its title and the id or code name of its object.
    pub unread: BTreeSet<String>,
}

/// How one check came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckRecord {
    /// Its outcome.
    pub outcome: Mark,
    /// What is not as it should be, by the id of the subject.
    pub findings: BTreeMap<String, Finding>,
}

/// One thing that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is called in what leaves the house: a kind with a code name or an id.
    pub name: String,
    /// Until when somebody accepted it; `None` when nobody did.
    pub accepted_until: Option<Timestamp>,
}

/// An outcome without its reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// It fails.
    Fail,
    /// It could not be told.
    Gap,
    /// It fails, and somebody accepted that.
    Accepted,
    /// It does not concern this tenant.
    NotApplicable,
    /// It passes.
    Pass,
}

impl Mark {
    /// Every mark, worst first.
    pub const ALL: [Self; 5] =
        [Self::Fail, Self::Gap, Self::Accepted, Self::NotApplicable, Self::Pass];

    /// The mark's word, the same as that of the outcome.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Gap => "gap",
            Self::Accepted => "accepted",
            Self::NotApplicable => "not applicable",
            Self::Pass => "pass",
        }
    }
}

impl From<&Outcome> for Mark {
    fn from(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Pass => Self::Pass,
            Outcome::Fail => Self::Fail,
            Outcome::Gap(_) => Self::Gap,
            Outcome::NotApplicable(_) => Self::NotApplicable,
            Outcome::Accepted { .. } => Self::Accepted,
        }
    }
}

impl Record {
    /// What is kept of `assessment`, which was made with `register`.
    pub fn of(register: &Register, assessment: &Assessment) -> Self {
        let checks = assessment.results.iter();
        Self {
            tenant: assessment.tenant,
            judged: assessment.judged,
            verdict: assessment.verdict,
            checks: checks
                .map(|result| (result.check.id.into(), check(register, result, assessment.judged)))
                .collect(),
            unread: assessment.gaps.iter().map(|gap| part(register, &gap.part)).collect(),
        }
    }
}

fn check(register: &Register, result: &CheckResult, judged: Timestamp) -> CheckRecord {
    let broken = result.statements.iter().filter(|one| one.state == State::Broken);
    let findings = broken.map(|one| {
        let accepted_until = accepted_until(register, result.check.id, &one.subject, judged);
        (one.subject.key(), Finding { name: name(register, &one.subject), accepted_until })
    });
    CheckRecord { outcome: Mark::from(&result.outcome), findings: findings.collect() }
}

/// The last day of the acceptances in force that cover this finding.
fn accepted_until(
    register: &Register,
    check: &str,
    subject: &Subject,
    judged: Timestamp,
) -> Option<Timestamp> {
    let covers = register.accepted.iter().filter(|acceptance| {
        let of = acceptance.check.eq_ignore_ascii_case(check) && acceptance.until > judged;
        of && acceptance.subject.as_ref().is_none_or(|name| subject.is_named(name))
    });
    covers.map(|acceptance| acceptance.until).max()
}

/// What a subject is called in what leaves the house: display names may be those of people.
fn name(register: &Register, subject: &Subject) -> String {
    match subject {
        Subject::Tenant => "the tenant".into(),
        Subject::Account { code_name, .. } => format!("account {code_name}"),
        Subject::Group(id) => format!("group {id}"),
        Subject::Policy { id, .. } => format!("policy {id}"),
        Subject::Principal { id, .. } => format!("principal {id}"),
        Subject::Object { kind, id, .. } => format!("{kind} {id}"),
        Subject::Part(name) => part(register, name),
    }
}

fn part(register: &Register, name: &PartName) -> String {
    let accounts = register.accounts.iter();
    let of = |id| accounts.clone().find(|account| account.id.0 == id);
    match name.subject.and_then(of) {
        Some(account) => format!("{} of account {}", name.kind.title(), account.code_name),
        None => name.to_string(),
    }
}
