//! The inventory as CSV (RFC 4180): one row per path.

use halligan_core::inventory::Inventory;

use super::words;
use crate::view::clean;

const HEAD: &str = "id,kind,name,global administrator,acts,path,signs in with,last used,remarks";

pub(super) fn render(inventory: &Inventory) -> String {
    let mut text = format!("{HEAD}\r\n");
    for entry in &inventory.entries {
        for path in &entry.paths {
            let is_administrator = if entry.is_administrator() { "yes" } else { "no" };
            let outsiders = words::outsiders(&entry.sign_in);
            let signs_in = [&[words::sign_in(&entry.sign_in)], outsiders.as_slice()].concat();
            let signs_in = signs_in.join("; ");
            let row = [
                words::id(&entry.node),
                entry.kind.word().into(),
                words::who(entry),
                is_administrator.into(),
                path.steps.len().to_string(),
                words::path(path),
                signs_in,
                words::last(&entry.last),
                words::remarks(entry),
            ];
            let fields: Vec<String> = row.iter().map(|field| quoted(field)).collect();
            text.push_str(&fields.join(","));
            text.push_str("\r\n");
        }
    }
    text
}

/// A field that a spreadsheet takes as text: names are chosen by others, and one that begins like
/// a formula is kept from being one.
///
/// Source: <https://owasp.org/www-community/attacks/CSV_Injection>.
fn quoted(field: &str) -> String {
    let field = clean(field);
    let guard = if field.starts_with(['=', '+', '-', '@']) { "'" } else { "" };
    format!("\"{guard}{}\"", field.replace('"', "\"\""))
}
