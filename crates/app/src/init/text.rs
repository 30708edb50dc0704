//! The text of a new register, made from the table of keys, so that what it explains and what is
//! understood cannot differ.

use halligan_core::register::{DeclaredAccount, Shape};
use toml::{Table, Value};

use super::{Draft, SCHEMA_FILE};
use crate::config::keys::{Key, SECTIONS, Section};

/// Columns of a line.
const WIDTH: usize = 100;

const HEAD: &str = "What the owners of this tenant want of their emergency access, as `halligan \
                    init` wrote it. Accounts have code names and ids only: names can be changed, \
                    and say more than they should. Lines that begin with `#` change nothing. Your \
                    editor completes and checks the file with `halligan schema > ";

pub(super) fn text(draft: &Draft) -> String {
    let mut text = format!("#:schema ./{SCHEMA_FILE}\n#\n");
    comment(&mut text, &format!("{HEAD}{SCHEMA_FILE}`."));
    for section in SECTIONS {
        let tables = tables(draft, section.name);
        text.push('\n');
        comment(&mut text, section.meaning);
        match tables.split_first() {
            None => explain(&mut text, section, None),
            Some((first, others)) => {
                explain(&mut text, section, Some(first));
                for table in others {
                    text.push_str(&format!("\n{}\n", section.head()));
                    for key in section.keys {
                        let value = table.get(key.name);
                        value.iter().for_each(|value| set(&mut text, key.name, value));
                    }
                }
            }
        }
    }
    text
}

/// What was chosen for a section: one table, several where it repeats, or none.
fn tables(draft: &Draft, section: &str) -> Vec<Table> {
    let some = |table: &Table| if table.is_empty() { Vec::new() } else { vec![table.clone()] };
    match section {
        "tenant" => some(&draft.tenant),
        "sign-in" => some(&draft.sign_in),
        "access" => vec![access(draft)],
        "account" => draft.accounts.iter().map(account).collect(),
        _ => Vec::new(),
    }
}

fn access(draft: &Draft) -> Table {
    let mut table = Table::new();
    table.insert("shape".into(), Value::String(draft.shape.to_string()));
    if let Shape::ExemptWithStrength { policy } = &draft.shape {
        table.insert("strength_policy".into(), Value::String(policy.to_string()));
    }
    if let Some(group) = draft.group {
        table.insert("group".into(), Value::String(group.to_string()));
    }
    table
}

fn account(account: &DeclaredAccount) -> Table {
    Table::from_iter([
        ("id".to_owned(), Value::String(account.id.to_string())),
        ("code_name".to_owned(), Value::String(account.code_name.clone())),
    ])
}

/// A section with the meaning of every key; those without a value stand there as comments.
fn explain(text: &mut String, section: &Section, chosen: Option<&Table>) {
    let mark = if chosen.is_some() { "" } else { "# " };
    text.push_str(&format!("{mark}{}\n", section.head()));
    for key in section.keys {
        comment(text, &meaning(key));
        match chosen.and_then(|table| table.get(key.name)) {
            Some(value) => set(text, key.name, value),
            None => text.push_str(&format!("# {} = {}\n", key.name, key.example)),
        }
    }
    let is_known = |name: &str| section.keys.iter().any(|key| key.name == name);
    for (name, value) in chosen.into_iter().flatten().filter(|(name, _)| !is_known(name)) {
        set(text, name, value);
    }
}

fn meaning(key: &Key) -> String {
    let meaning = key.meaning;
    match key.default {
        Some(default) => format!("{meaning} Without it: {default}."),
        None => meaning.into(),
    }
}

fn set(text: &mut String, name: &str, value: &Value) {
    text.push_str(&format!("{name} = {value}\n"));
}

/// A comment, wrapped at word ends.
fn comment(text: &mut String, words: &str) {
    let mut line = String::from("#");
    for word in words.split_whitespace() {
        if line.chars().count() + 1 + word.chars().count() > WIDTH {
            text.push_str(&format!("{line}\n"));
            line = String::from("#");
        }
        line.push(' ');
        line.push_str(word);
    }
    text.push_str(&format!("{line}\n"));
}
