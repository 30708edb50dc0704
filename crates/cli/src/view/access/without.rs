//! What is left without something: accounts, surfaces, credentials, and who brings them.

use halligan_core::access::Part;

use super::story::{Line, Mark, Section, limited, people, singles};
use super::told::Told;
use super::words;

pub(super) fn sections(told: &Told<'_>, all: bool) -> Vec<Section> {
    let section = |key, title: &str, lines| Section { key, title: title.into(), lines };
    let together = people(&told.answer.coalitions.listed, told, all);
    let mut new = singles(&told.new_singles(), told);
    if new.is_empty() && told.answer.gets_in && !told.has_no_ledger() {
        new.push(Line::new(Mark::Good, "nothing that was not one before"));
    }
    Vec::from([
        section("left", "WHAT IS LEFT", limited(credentials(told, true), all)),
        section("gone", "WHAT IS GONE", limited(credentials(told, false), all)),
        section("get in together", "WHO GETS IN THEN", together),
        section("new single", "WHAT THEN LOCKS OUT ALONE", new),
    ])
}

/// The credentials that can be used still, with who brings them; or those that cannot be used any
/// more, and could before.
fn credentials(told: &Told<'_>, is_left: bool) -> Vec<Line> {
    let mut lines = Vec::new();
    for account in told.accounts() {
        // A key at hand is of no use where nothing lets its account in.
        let is_open = told.targets().iter().any(|target| told.reaches(account.id, *target));
        for place in 0..account.credentials.len() {
            let part = Part::Credential(account.id, place);
            let was = told.access.owners.holds(&part, &|_| true);
            let is_usable = told.holds(&part) && is_open;
            if !was || is_usable != is_left {
                continue;
            }
            let name = told.access.names.credential(account.id, place);
            let text = match is_left {
                true => format!("{name}: {}", who(told, &part)),
                false => name,
            };
            lines.push(Line::new(Mark::Item, text));
        }
    }
    lines
}

/// Who brings it: `Ada with Bob, or Cyd`.
fn who(told: &Told<'_>, part: &Part) -> String {
    let sets = told.access.brought_by(part, &told.absent);
    let names = |set: &Vec<_>| -> String {
        let names: Vec<String> = set.iter().map(|one| told.access.names.person(one)).collect();
        words::listed(&names)
    };
    let each: Vec<String> = sets.listed.iter().filter(|set| !set.is_empty()).map(names).collect();
    match each.is_empty() {
        true => "nobody says who brings it".into(),
        false => each.join(", or "),
    }
}
