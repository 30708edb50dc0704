//! The formula in words: when each part is so, top first, every named part once.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use halligan_core::access::{Access, Agent, Formula, Model, Part, Thing};
use serde_json::{Value, json};

use super::AccessFormat;
use super::json::{agent, thing};
use super::words;
use crate::view::clean;
use crate::view::page::{BOLD, NORMAL, Page};

/// What is explained: parts of either model.
#[derive(Clone, Debug, Default)]
pub(crate) struct Explained {
    /// Of the owners' model.
    pub(crate) owners: Vec<Part>,
    /// Of the model of those who walk in.
    pub(crate) others: Vec<Part>,
}

pub(crate) fn render(
    access: &Access,
    explained: &Explained,
    format: AccessFormat,
    width: usize,
) -> String {
    let owners = |one: &Thing| words::stands(one, &access.names);
    let others = |one: &Agent| access.names.agent(one);
    let owners_part = |part: &Part| access.names.part(part);
    let others_part = |part: &Part| other_part(access, part);
    let owners = Side::of(&access.owners, &explained.owners, &owners, &owners_part);
    let others = Side::of(&access.others, &explained.others, &others, &others_part);
    match format {
        AccessFormat::Human => {
            let mut page = Page::new(width);
            owners.page(&mut page, "THE OWNERS GET IN");
            others.page(&mut page, "SOMEBODY WALKS IN");
            page.finish()
        }
        AccessFormat::Plain => {
            let mut text = String::new();
            owners.lines(&mut text, "owners");
            others.lines(&mut text, "others");
            text
        }
        AccessFormat::Json => {
            let whole = json!({
                "format": "halligan.access.formula",
                "version": 1,
                "halligan": env!("CARGO_PKG_VERSION"),
                "owners": owners.json(&|one| thing(one, access)),
                "others": others.json(&|one| agent(one, access)),
            });
            format!("{whole:#}\n")
        }
    }
}

/// A part of the model of those who walk in, as a noun.
fn other_part(access: &Access, part: &Part) -> String {
    let names = &access.names;
    match part {
        Part::Scope(_) => "somebody walks in".into(),
        Part::AtHand(id, _) => format!("somebody has {}", names.item(id)),
        Part::Opened(id, _) => format!("somebody is in {}", names.place(id)),
        Part::Credential(account, place) => {
            format!("somebody has {}", names.credential(*account, *place))
        }
        other => names.part(other),
    }
}

/// One model, as far as it is explained: parts with the same sentence and formula as one.
struct Side<'a, L> {
    parts: Vec<(String, &'a Formula<L>)>,
    names: BTreeMap<&'a Part, String>,
    leaf: &'a dyn Fn(&L) -> String,
}

impl<'a, L: Clone + Ord> Side<'a, L> {
    fn of(
        model: &'a Model<L>,
        asked: &[Part],
        leaf: &'a dyn Fn(&L) -> String,
        name: &dyn Fn(&Part) -> String,
    ) -> Self {
        let mut meant: Vec<(&Part, &Formula<L>)> = Vec::new();
        for (part, formula) in asked.iter().flat_map(|part| model.below(part)) {
            if !meant.iter().any(|(known, _)| *known == part) {
                meant.push((part, formula));
            }
        }
        let order: BTreeMap<&Part, usize> =
            model.parts().enumerate().map(|(at, (part, _))| (part, at)).collect();
        // Each part stands on those before it: from the last, the top comes first.
        meant.sort_by_key(|(part, _)| std::cmp::Reverse(order.get(part).copied()));
        // One surface stands for all that take the same.
        let is_same = |part: &Part, formula: &Formula<L>| match part {
            Part::At(account, _) => meant.iter().any(|(known, their)| {
                matches!(known, Part::At(whose, _) if whose == account) && *their == formula
            }),
            _ => false,
        };
        let same: Vec<_> = model.parts().filter(|(part, formula)| is_same(part, formula)).collect();
        let mut named = meant.clone();
        named.extend(same.into_iter().filter(|(part, _)| !meant.iter().any(|one| one.0 == *part)));
        let names = names(&named, name);
        let mut parts: Vec<(String, &Formula<L>)> = Vec::new();
        for (part, formula) in meant {
            let name = names.get(part).cloned().unwrap_or_default();
            if !parts.iter().any(|(known, _)| *known == name) {
                parts.push((name, formula));
            }
        }
        Self { parts, names, leaf }
    }

    fn page(&self, page: &mut Page, title: &str) {
        if !self.parts.is_empty() {
            page.heading(title);
        }
        for (name, formula) in &self.parts {
            page.blank();
            let when = match is_constant(formula) {
                true => format!("is {} so", gate(formula)),
                false => format!("{}:", when(formula)),
            };
            page.line("", &[(BOLD, name), (NORMAL, &when)]);
            for (depth, text) in self.outline(formula) {
                let first = format!("{}- ", "  ".repeat(depth + 1));
                page.line(&first, &[(NORMAL, &text)]);
            }
        }
    }

    fn lines(&self, text: &mut String, key: &str) {
        for (name, formula) in &self.parts {
            let said = match is_constant(formula) {
                true => format!("is {} so", gate(formula)),
                false => format!("when {}", self.said(formula)),
            };
            // Writing to a string does not fail.
            let _ = writeln!(text, "{key}: {} {}", clean(name), clean(&said));
        }
    }

    fn json(&self, leaf: &dyn Fn(&L) -> Value) -> Value {
        let mut all = Vec::new();
        for (name, formula) in &self.parts {
            all.push(json!({ "part": name, "when": self.value(formula, leaf) }));
        }
        Value::Array(all)
    }

    /// What stands below a part, with how deep.
    fn outline(&self, formula: &Formula<L>) -> Vec<(usize, String)> {
        let mut lines = Vec::new();
        match formula {
            Formula::All(all) | Formula::Any(all) | Formula::AtLeast(_, all) => {
                self.distinct(all).for_each(|one| self.below(one, 0, &mut lines));
            }
            leaf => self.below(leaf, 0, &mut lines),
        }
        lines
    }

    fn below(&self, formula: &Formula<L>, depth: usize, lines: &mut Vec<(usize, String)>) {
        match formula {
            Formula::All(all) | Formula::Any(all) | Formula::AtLeast(_, all) => {
                let colon = if all.is_empty() { "" } else { ":" };
                lines.push((depth, format!("{}{colon}", gate(formula))));
                self.distinct(all).for_each(|one| self.below(one, depth + 1, lines));
            }
            Formula::Leaf(leaf) => lines.push((depth, (self.leaf)(leaf))),
            Formula::Part(part) => lines.push((depth, self.name(part))),
        }
    }

    /// Without what would be said twice: several surfaces are often one sentence.
    fn distinct<'f>(&self, all: &'f [Formula<L>]) -> impl Iterator<Item = &'f Formula<L>> {
        let mut seen = BTreeSet::new();
        all.iter().filter(move |one| match one {
            Formula::Part(part) => seen.insert(self.name(part)),
            _ => true,
        })
    }

    fn name(&self, part: &Part) -> String {
        self.names.get(part).cloned().unwrap_or_else(|| "what is not there".into())
    }

    /// The formula on one line.
    fn said(&self, formula: &Formula<L>) -> String {
        match formula {
            Formula::Leaf(leaf) => (self.leaf)(leaf),
            Formula::Part(part) => self.name(part),
            Formula::All(all) | Formula::Any(all) | Formula::AtLeast(_, all) => {
                let each: Vec<String> = self.distinct(all).map(|one| self.said(one)).collect();
                match each.is_empty() {
                    true => gate(formula),
                    false => format!("{} ({})", gate(formula), each.join("; ")),
                }
            }
        }
    }

    fn value(&self, formula: &Formula<L>, leaf: &dyn Fn(&L) -> Value) -> Value {
        let each =
            |all: &[Formula<L>]| -> Value { all.iter().map(|one| self.value(one, leaf)).collect() };
        match formula {
            Formula::All(all) => json!({ "all": each(all) }),
            Formula::Any(all) => json!({ "any": each(all) }),
            Formula::AtLeast(least, all) => json!({ "at_least": least, "of": each(all) }),
            Formula::Leaf(one) => json!({ "is_there": leaf(one) }),
            Formula::Part(part) => json!({ "part": self.name(part) }),
        }
    }
}

fn when<L>(formula: &Formula<L>) -> String {
    match formula {
        Formula::All(_) | Formula::Any(_) | Formula::AtLeast(..) => {
            format!("when {}", gate(formula))
        }
        Formula::Leaf(_) | Formula::Part(_) => "when".into(),
    }
}

/// Whether it stands on nothing: then it is always so, or never.
fn is_constant<L>(formula: &Formula<L>) -> bool {
    matches!(formula, Formula::All(all) | Formula::Any(all) if all.is_empty())
}

fn gate<L>(formula: &Formula<L>) -> String {
    match formula {
        Formula::All(all) if all.is_empty() => "always".into(),
        Formula::Any(all) if all.is_empty() => "never".into(),
        Formula::Any(_) => "one of".into(),
        Formula::AtLeast(least, all) => format!("at least {least} of {}", all.len()),
        _ => "all of".into(),
    }
}

/// The names of parts: surfaces with one formula share a name, parts that would share one by
/// accident are numbered.
fn names<'a, L: PartialEq>(
    parts: &[(&'a Part, &'a Formula<L>)],
    name: &dyn Fn(&Part) -> String,
) -> BTreeMap<&'a Part, String> {
    let mut names: BTreeMap<&Part, String> = BTreeMap::new();
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    for (part, formula) in parts {
        let said = match part {
            Part::At(account, _) => {
                let same = parts.iter().filter_map(|(other, their)| match other {
                    Part::At(whose, target) if whose == account && their == formula => {
                        Some((*other, target.title()))
                    }
                    _ => None,
                });
                let mut same: Vec<_> = same.collect();
                same.sort_by_key(|(part, _)| *part);
                let titles: Vec<&str> = same.iter().map(|(_, title)| *title).collect();
                let (all, one) = (titles.join(", "), titles.first().copied().unwrap_or(""));
                name(same.first().map_or(*part, |(part, _)| *part))
                    .replace(&format!("({one})"), &format!("({all})"))
            }
            _ => {
                let said = name(part);
                let number = taken.entry(said.clone()).or_default();
                *number += 1;
                match *number {
                    1 => said,
                    number => format!("{said} ({number})"),
                }
            }
        };
        names.insert(part, said);
    }
    names
}
