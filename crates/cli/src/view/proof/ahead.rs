//! What a proof is worth tomorrow, in words: what mends it, and what would take the last way in.

use halligan_app::prove::Proving;
use halligan_app::prove::weak::in_words;

/// Sets of failures that are listed before the rest is counted.
const CUTS_MAX: usize = 6;

/// Each account with the changes that mend what is wrong with it; `None` where none is known.
pub(super) fn mending(proving: &Proving) -> Vec<(&str, Option<Vec<String>>)> {
    let wrong = |one: &&halligan_app::prove::AccountProof| {
        one.proof.verdict() >= halligan_core::ca::Verdict::Harmed
    };
    let mending = |one: &halligan_app::prove::AccountProof| {
        let changes = one.mending.as_ref()?.iter();
        Some(changes.map(|change| in_words(change, one, proving)).collect())
    };
    let accounts = proving.accounts.iter().filter(wrong);
    accounts.map(|one| (one.subject.code_name.as_str(), mending(one))).collect()
}

/// Surfaces with the same cuts, by their titles, and those cuts. What has no way in to begin with
/// is no weakness but the fault that is told above.
pub(super) fn weaknesses(proving: &Proving) -> Vec<(String, Vec<String>)> {
    let mut grouped: Vec<(Vec<&str>, &Vec<Vec<String>>)> = Vec::new();
    let has_way_in = |cuts: &Vec<Vec<String>>| cuts.iter().all(|cut| !cut.is_empty());
    for one in proving.weaknesses.iter().filter(|one| has_way_in(&one.cuts)) {
        match grouped.iter_mut().find(|(_, cuts)| **cuts == one.cuts) {
            Some((titles, _)) => titles.push(one.target.title()),
            None => grouped.push((vec![one.target.title()], &one.cuts)),
        }
    }
    let lines = |cuts: &Vec<Vec<String>>| {
        if cuts.is_empty() {
            let most = halligan_core::ca::FAILURES_MAX;
            return vec![format!("no {most} failures that are looked at take the last way in")];
        }
        let mut lines: Vec<String> =
            cuts.iter().take(CUTS_MAX).map(|cut| cut.join(", and ")).collect();
        if let Some(more) = cuts.len().checked_sub(CUTS_MAX).filter(|more| *more > 0) {
            lines.push(format!("{more} more sets of failures"));
        }
        lines
    };
    grouped.into_iter().map(|(titles, cuts)| (titles.join(", "), lines(cuts))).collect()
}
