//! One run: every set made into a tenant, every edit derived, confirmed one sign-in at a time, and
//! shown to the contestants.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use halligan_core::ca::Tally;

use super::super::measure::{Sample, once};
use super::base::{Base, base};
use super::contestant::{CONTESTANTS, Findings};
use super::edit::{Edit, Edits, Label, edits};
use super::sets::Set;
use super::tenant::Tenant;

/// A set with its tenant and its edits.
#[derive(Debug)]
pub(super) struct Case {
    /// The set as it was published.
    pub(super) set: Set,
    /// The tenant that it was made into.
    pub(super) base: Base,
    /// The edits, and what was left out.
    pub(super) edits: Edits,
}

/// Makes every set into a tenant and derives its edits. Nothing looks at an edited tenant.
pub(super) fn derive(sets: Vec<Set>) -> Result<Vec<Case>, String> {
    let case = |set: Set| {
        let base = base(&set)?;
        let edits = edits(&base);
        Ok(Case { set, base, edits })
    };
    sets.into_iter().map(case).collect()
}

/// Every edit with the name of its set.
pub(super) fn named(cases: &[Case]) -> impl Iterator<Item = (&str, &Edit)> {
    cases.iter().flat_map(|case| case.edits.all.iter().map(|edit| (case.set.name.as_str(), edit)))
}

/// The answers of one contestant to an edit.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Answer {
    /// Whether it raises an alarm after the edit.
    pub(super) alarm: bool,
    /// Whether it finds something after the edit that it did not find before.
    pub(super) newly: bool,
}

/// What the contestants make of every edit.
#[derive(Debug)]
pub(super) struct Answers {
    /// By contestant, then by edit in the order of [`named`].
    pub(super) of: Vec<Vec<Answer>>,
    /// By contestant: the findings in the unedited set, by case.
    pub(super) unedited: Vec<Vec<Findings>>,
    /// By contestant: the time for every edited tenant once.
    pub(super) times: Vec<Sample>,
}

/// Asks every contestant about every edit.
pub(super) fn ask(cases: &[Case]) -> Answers {
    let mut answers = Answers { of: Vec::new(), unedited: Vec::new(), times: Vec::new() };
    for contestant in &CONTESTANTS {
        let find = contestant.find;
        let (after, time) =
            once(|| named(cases).map(|(_, edit)| find(&edit.after)).collect::<Vec<_>>());
        let both = named(cases).zip(after);
        let mut last: Option<(Arc<Tenant>, Findings)> = None;
        let answer = |((_, edit), after): ((&str, &Edit), Findings)| {
            // Most edits of a set begin with one tenant.
            let before = match &last {
                Some((tenant, findings)) if Arc::ptr_eq(tenant, &edit.before) => findings.clone(),
                _ => find(&edit.before),
            };
            last = Some((Arc::clone(&edit.before), before.clone()));
            Answer { alarm: !after.is_empty(), newly: !after.is_subset(&before) }
        };
        answers.of.push(both.map(answer).collect());
        answers.unedited.push(cases.iter().map(|case| find(&case.base.tenant)).collect());
        answers.times.push(time);
    }
    answers
}

/// Judges every sign-in before and after an edit, of each edit or of one in `every`, and names the
/// labels that this contradicts.
pub(super) fn confirm(cases: &[Case], every: usize) -> Vec<String> {
    let mut problems = Vec::new();
    let mut oracle = Oracle::default();
    for (set, edit) in named(cases).step_by(every) {
        let found = oracle.tallies(&edit.before).and_then(|before| {
            let after = oracle.tallies(&edit.after)?;
            judged(&before, &after)
        });
        let problem = match found {
            Ok(label) if label == edit.label => continue,
            Ok(label) => format!("labelled {}, judged {}", edit.label.word(), label.word()),
            Err(what) => what,
        };
        let Edit { kind, variant, policy, reason, .. } = edit;
        problems.push(format!("{set}: {kind}, {variant} {policy}: {problem} ({reason})"));
    }
    problems
}

/// Brute force that answers the same question once: many edits leave the account what it was.
#[derive(Default)]
struct Oracle {
    known: BTreeMap<String, Result<Vec<Tally>, String>>,
}

impl Oracle {
    fn tallies(&mut self, tenant: &Tenant) -> Result<Vec<Tally>, String> {
        let question = tenant.question_in_words();
        let ask = || tenant.exhaust().map_err(|error| error.to_string());
        self.known.entry(question).or_insert_with(ask).clone()
    }
}

/// The label by the tallies before and after. Before an edit a surface lets every sign-in through
/// or none, so that what is denied on an open one after it was let through before.
fn judged(before: &[Tally], after: &[Tally]) -> Result<Label, String> {
    let mut open = BTreeSet::new();
    for tally in before {
        match (tally.granted > 0, tally.denied > 0, tally.unknown > 0) {
            (true, false, false) => {
                open.insert(tally.target);
            }
            (false, true, false) => {}
            _ => return Err(format!("before the edit it is not one or the other: {tally:?}")),
        }
    }
    if open.is_empty() {
        return Err("before the edit no surface is open".into());
    }
    let mut watched = after.iter().filter(|tally| open.contains(&tally.target));
    if let Some(unknown) = after.iter().find(|tally| tally.unknown > 0) {
        return Err(format!("after the edit something cannot be told: {unknown:?}"));
    }
    let is_denied = watched.any(|tally| tally.denied > 0);
    Ok(if is_denied { Label::Harmful } else { Label::Harmless })
}

#[cfg(test)]
mod tests {
    use halligan_core::register::Target;

    use super::*;

    fn tally(target: Target, granted: u64, denied: u64, unknown: u64) -> Tally {
        Tally { target, granted, denied, unknown, reliable: granted }
    }

    #[test]
    fn what_was_closed_before_cannot_be_harmed() {
        let portal = |granted, denied| tally(Target::AzurePortal, granted, denied, 0);
        let graph = |granted, denied| tally(Target::GraphPowerShell, granted, denied, 0);
        let before = [portal(0, 9), graph(9, 0)];
        assert_eq!(judged(&before, &[portal(0, 9), graph(9, 0)]), Ok(Label::Harmless));
        assert_eq!(judged(&before, &[portal(0, 9), graph(8, 1)]), Ok(Label::Harmful));
        assert!(judged(&[portal(1, 1)], &[portal(1, 1)]).is_err());
        assert!(judged(&[portal(0, 9)], &[portal(0, 9)]).is_err());
        let unknown = tally(Target::GraphPowerShell, 8, 0, 1);
        assert!(judged(&before, &[portal(0, 9), unknown]).is_err());
    }
}
