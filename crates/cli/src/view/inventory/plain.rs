//! The inventory with one fact per line.

use halligan_core::inventory::Inventory;

use super::words;
use crate::view::{clean, story};

pub(super) fn render(inventory: &Inventory) -> String {
    let mut text = String::new();
    let mut line = |what: &str, said: &str| {
        text.push_str(&clean(&format!("{what}: {said}")));
        text.push('\n');
    };
    line("inventory of", &words::subject(inventory));
    line("counts", &words::counts(inventory));
    for (place, entry) in inventory.entries.iter().enumerate() {
        let number = format!("entry {}", place + 1);
        line(&number, &words::who(entry));
        line(&format!("{number} kind"), entry.kind.word());
        line(&format!("{number} id"), &words::id(&entry.node));
        for path in &entry.paths {
            line(&format!("{number} path"), &words::path(path));
        }
        if entry.more > 0 {
            line(&format!("{number} more paths"), &entry.more.to_string());
        }
        line(&format!("{number} signs in with"), &words::sign_in(&entry.sign_in));
        for outsider in words::outsiders(&entry.sign_in) {
            line(&format!("{number} signs in with"), &outsider);
        }
        line(&format!("{number} last used"), &words::last(&entry.last));
        for remark in &entry.remarks {
            line(&format!("{number} stands out"), &remark.to_string());
        }
    }
    for (reason, parts) in story::unread(&inventory.gaps) {
        for part in parts {
            line("not read", &format!("{part}: {reason}"));
        }
    }
    if !inventory.gaps.is_empty() {
        line("note", words::MAY_HIDE);
    }
    text
}
