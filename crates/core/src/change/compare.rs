//! What is different between two records.

use alloc::string::String;
use alloc::vec::Vec;

use super::record::{CheckRecord, Finding, Mark, Record};
use crate::check::{ALL, Severity};
use crate::report::Verdict;
use crate::time::Timestamp;

/// What is different, the worse first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The verdict before, where it is another one.
    pub verdict_was: Option<Verdict>,
    /// Checks that came out differently, or found something else.
    pub checks: Vec<CheckChange>,
    /// Parts that could be read before and cannot be.
    pub unread: Vec<String>,
    /// Parts that could not be read before and can be.
    pub readable: Vec<String>,
}

/// What is different about one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckChange {
    /// The check's id.
    pub id: String,
    /// How it came out before; `None` when the version of that time had no such check.
    pub was: Option<Mark>,
    /// How it comes out; `None` when this version has no such check.
    pub is: Option<Mark>,
    /// What it finds and did not find before.
    pub found: Vec<String>,
    /// What it found before and does not find.
    pub mended: Vec<String>,
    /// What somebody accepted, or accepted until another day, since then.
    pub accepted: Vec<(String, Timestamp)>,
    /// What was accepted before and counts again.
    pub counts_again: Vec<String>,
}

impl Changes {
    /// How many there are, counting a check and a part once.
    pub fn count(&self) -> usize {
        self.checks.len() + self.unread.len() + self.readable.len()
    }

    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.count() == 0 && self.verdict_was.is_none()
    }

    /// Whether anything is worse than before.
    pub fn is_worse(&self) -> bool {
        !self.unread.is_empty() || self.checks.iter().any(CheckChange::is_worse)
    }
}

impl CheckChange {
    /// Whether the check is worse than before.
    pub fn is_worse(&self) -> bool {
        let news = !self.found.is_empty() || !self.counts_again.is_empty();
        match self.is {
            Some(Mark::Fail) => news || self.was != Some(Mark::Fail),
            Some(Mark::Gap) => !matches!(self.was, Some(Mark::Gap | Mark::Fail)),
            _ => false,
        }
    }

    /// How bad it is when the check fails; `None` for one that this version does not have.
    pub fn severity(&self) -> Option<Severity> {
        ALL.iter().find(|check| check.id == self.id).map(|check| check.severity)
    }
}

/// What is different in `now` from `before`.
pub fn compare(before: &Record, now: &Record) -> Changes {
    let ids = before.checks.keys().chain(now.checks.keys());
    let ids: alloc::collections::BTreeSet<&String> = ids.collect();
    let mut checks: Vec<CheckChange> = ids
        .into_iter()
        .filter_map(|id| change(id, before.checks.get(id), now.checks.get(id)))
        .collect();
    checks.sort_by_key(|change| (!change.is_worse(), change.severity()));
    let only = |a: &Record, b: &Record| a.unread.difference(&b.unread).cloned().collect();
    Changes {
        verdict_was: (before.verdict != now.verdict).then_some(before.verdict),
        checks,
        unread: only(now, before),
        readable: only(before, now),
    }
}

fn change(
    id: &str,
    before: Option<&CheckRecord>,
    now: Option<&CheckRecord>,
) -> Option<CheckChange> {
    let mut change = CheckChange {
        id: id.into(),
        was: before.map(|check| check.outcome),
        is: now.map(|check| check.outcome),
        found: Vec::new(),
        mended: Vec::new(),
        accepted: Vec::new(),
        counts_again: Vec::new(),
    };
    findings(&mut change, before, now);
    is_news(&change).then_some(change)
}

fn findings(change: &mut CheckChange, before: Option<&CheckRecord>, now: Option<&CheckRecord>) {
    let of = |check: Option<&CheckRecord>, key: &str| -> Option<Finding> {
        check.and_then(|check| check.findings.get(key)).cloned()
    };
    for (key, finding) in now.iter().flat_map(|check| &check.findings) {
        let name = finding.name.clone();
        match (of(before, key), finding.accepted_until) {
            (Some(old), until) if old.accepted_until == until => {}
            (_, Some(until)) => change.accepted.push((name, until)),
            (Some(_), None) => change.counts_again.push(name),
            (None, None) => change.found.push(name),
        }
    }
    for (key, finding) in before.iter().flat_map(|check| &check.findings) {
        if of(now, key).is_none() {
            change.mended.push(finding.name.clone());
        }
    }
}

/// Whether it is worth telling. A check that came or went with a version of Halligan is, when it
/// finds something or cannot be told: the tenant is as it was, and somebody should know.
fn is_news(change: &CheckChange) -> bool {
    let CheckChange { was, is, found, mended, accepted, counts_again, .. } = change;
    match (was, is) {
        (Some(was), Some(is)) if was != is => true,
        (Some(_), Some(_)) => {
            !(found.is_empty()
                && mended.is_empty()
                && accepted.is_empty()
                && counts_again.is_empty())
        }
        (None, Some(one)) | (Some(one), None) => *one <= Mark::Accepted,
        (None, None) => false,
    }
}
