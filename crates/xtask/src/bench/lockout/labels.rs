//! The committed list of labels: a table of texts, one edit a line, that was written before the
//! prover ran on any of them. A run compares what it derives with the list, so that labels cannot
//! follow results.

use std::collections::BTreeMap;

use super::edit::Edit;

/// The names of the columns.
const HEADER: &str = "set\tkind\tvariant\tpolicy\tlabel\treason";

/// The list as text.
pub(super) fn text<'a>(edits: impl IntoIterator<Item = (&'a str, &'a Edit)>) -> String {
    let mut text = format!("{HEADER}\n");
    for line in lines(edits) {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// What is not as the list has it; empty where all is.
pub(super) fn compare<'a>(
    list: &str,
    edits: impl IntoIterator<Item = (&'a str, &'a Edit)>,
) -> Vec<String> {
    let mut listed: BTreeMap<&str, usize> = BTreeMap::new();
    list.lines().skip(1).for_each(|line| *listed.entry(line).or_default() += 1);
    let mut problems = Vec::new();
    if list.lines().next() != Some(HEADER) {
        problems.push(format!("the list does not begin with `{HEADER}`"));
    }
    for line in lines(edits) {
        match listed.get_mut(line.as_str()).filter(|count| **count > 0) {
            Some(count) => *count -= 1,
            None => problems.push(format!("derived and not listed: {line}")),
        }
    }
    let left = listed.into_iter().filter(|(_, count)| *count > 0);
    problems.extend(left.map(|(line, _)| format!("listed and not derived: {line}")));
    problems
}

fn lines<'a>(edits: impl IntoIterator<Item = (&'a str, &'a Edit)>) -> Vec<String> {
    let line = |(set, edit): (&str, &Edit)| {
        let label = edit.label.word();
        let cells = [set, edit.kind, edit.variant, &edit.policy, label, &edit.reason];
        cells.map(|cell| cell.split_whitespace().collect::<Vec<_>>().join(" ")).join("\t")
    };
    edits.into_iter().map(line).collect()
}
