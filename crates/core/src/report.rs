//! The assessment: what the checks said, in the order in which a person needs it.
//!
//! First the verdict, then what to do, then the detail. Every output format prints this one
//! structure, so that none of them can say less than another.

mod entry;

use alloc::string::String;
use alloc::vec::Vec;

use crate::check::{CheckResult, Ledger, Outcome, Severity};
use crate::id::TenantId;
use crate::register::{Register, Shape};
use crate::tenant::{Gap, Snapshot, Source};
use crate::time::Timestamp;

pub use entry::{Entry, Failing};

/// What was assessed, and how it came out.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// The tenant's id, when it could be read or was declared.
    pub tenant: Option<TenantId>,
    /// The tenant's name, when it could be read.
    pub tenant_name: Option<String>,
    /// How many distinct accounts are declared.
    pub accounts: usize,
    /// The declared shape.
    pub shape: Shape,
    /// Where the snapshot came from.
    pub source: Source,
    /// When it was taken.
    pub taken: Timestamp,
    /// When it was judged.
    pub judged: Timestamp,
    /// Why the ledger of custody carries nothing, where it cannot be believed or read: people have
    /// to know that before anything else.
    pub ledger: Option<String>,
    /// How it came out.
    pub verdict: Verdict,
    /// Whether each declared account gets in, in the order of their declaration.
    pub entries: Vec<Entry>,
    /// Every check: failures worst first, then gaps, accepted, not applicable, passes.
    pub results: Vec<CheckResult>,
    /// Everything that could not be read.
    pub gaps: Vec<Gap>,
}

/// How an assessment came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every check that applies passes or is accepted.
    Holds,
    /// Nothing is known to be wrong, and something could not be told.
    Undecided,
    /// At least one check fails.
    Fails,
}

/// How many checks came out in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Passed.
    pub pass: usize,
    /// Failed.
    pub fail: usize,
    /// Could not be told.
    pub gap: usize,
    /// Do not concern this tenant.
    pub not_applicable: usize,
    /// Failed, and somebody accepted it.
    pub accepted: usize,
}

impl Assessment {
    /// Puts what the checks said about `snapshot` and `ledger` in order.
    pub fn new(
        register: &Register,
        snapshot: &Snapshot,
        ledger: &Ledger<'_>,
        judged: Timestamp,
        mut results: Vec<CheckResult>,
    ) -> Self {
        results.sort_by_key(|result| (rank(&result.outcome), result.check.severity));
        let organization = snapshot.organization.value().ok();
        Self {
            tenant: snapshot.tenant_id().or(register.tenant),
            tenant_name: organization.map(|organization| organization.display_name.clone()),
            accounts: register.distinct_accounts().len(),
            shape: register.shape.clone(),
            source: snapshot.source.clone(),
            taken: snapshot.taken,
            judged,
            ledger: match ledger {
                Ledger::Unread(why) => Some(why.clone()),
                Ledger::None | Ledger::Kept(_) => None,
            },
            verdict: verdict(&results),
            entries: entry::entries(register, snapshot, judged),
            results,
            gaps: snapshot.gaps().into_iter().cloned().collect(),
        }
    }

    /// How many checks came out in which way.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for result in &self.results {
            let count = match result.outcome {
                Outcome::Pass => &mut counts.pass,
                Outcome::Fail => &mut counts.fail,
                Outcome::Gap(_) => &mut counts.gap,
                Outcome::NotApplicable(_) => &mut counts.not_applicable,
                Outcome::Accepted { .. } => &mut counts.accepted,
            };
            *count += 1;
        }
        counts
    }

    /// The checks that failed, worst first.
    pub fn failures(&self) -> impl Iterator<Item = &CheckResult> {
        self.results.iter().filter(|result| result.outcome == Outcome::Fail)
    }

    /// The checks that could not be told, worst first.
    pub fn undecided(&self) -> impl Iterator<Item = &CheckResult> {
        self.results.iter().filter(|result| matches!(result.outcome, Outcome::Gap(_)))
    }

    /// The worst severity among the failures.
    pub fn worst(&self) -> Option<Severity> {
        self.failures().map(|result| result.check.severity).min()
    }

    /// The permissions that would close gaps, each once, in alphabetical order.
    pub fn missing_permissions(&self) -> Vec<&str> {
        let mut permissions: Vec<&str> = self
            .gaps
            .iter()
            .filter_map(|gap| match &gap.reason {
                crate::tenant::GapReason::MissingPermission { permission } => {
                    Some(permission.as_str())
                }
                _ => None,
            })
            .collect();
        permissions.sort_unstable();
        permissions.dedup();
        permissions
    }
}

fn verdict(results: &[CheckResult]) -> Verdict {
    if results.iter().any(|result| result.outcome == Outcome::Fail) {
        return Verdict::Fails;
    }
    let undecided = results.iter().any(|result| matches!(result.outcome, Outcome::Gap(_)));
    // No result at all is no reason for comfort either.
    if undecided || results.is_empty() { Verdict::Undecided } else { Verdict::Holds }
}

fn rank(outcome: &Outcome) -> u8 {
    match outcome {
        Outcome::Fail => 0,
        Outcome::Gap(_) => 1,
        Outcome::Accepted { .. } => 2,
        Outcome::NotApplicable(_) => 3,
        Outcome::Pass => 4,
    }
}
