//! What there is: each item with its holder, and what breaks a rule.

use halligan_core::custody::{Condition, Conflict, Due, Item, Seal, State};
use halligan_core::id::ItemId;
use halligan_core::time::Timestamp;
use serde_json::{Value, json};

use super::words::{kind, weight};
use super::{CustodyFormat, Names, day, row};
use crate::view::minute;
use crate::view::page::{BOLD, FAINT, GREEN, NORMAL, Page, RED, YELLOW};
use crate::view::plain::Lines;

/// What is listed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Listing<'a> {
    /// Where the items are.
    pub(crate) state: &'a State,
    /// Those that are listed, the most urgent first.
    pub(crate) items: &'a [Due],
    /// What breaks a rule; `None` where only a part is listed.
    pub(crate) conflicts: Option<&'a [Conflict]>,
    /// When.
    pub(crate) now: Timestamp,
}

impl Listing<'_> {
    fn item(&self, due: &Due) -> Option<&Item> {
        self.state.items.get(&due.item)
    }

    /// The items that are missing, each with since when; none where only a part is listed.
    fn lost(&self) -> Vec<(&ItemId, &Item, Timestamp)> {
        let all = self.state.items.iter().filter(|_| self.conflicts.is_some());
        let lost = all.filter_map(|(id, item)| match item.condition {
            Condition::Lost(at) => Some((id, item, at)),
            Condition::Held | Condition::Destroyed(_) => None,
        });
        lost.collect()
    }

    /// What breaks a rule, in words.
    fn broken(&self, names: &Names<'_>) -> Vec<String> {
        let items = &self.state.items;
        let is_item = |id: &str| id.parse().is_ok_and(|id: ItemId| items.contains_key(&id));
        let conflicts = self.conflicts.unwrap_or_default().iter();
        conflicts.map(|one| names.in_words(&one.to_string(), &is_item)).collect()
    }

    fn summary(&self) -> String {
        let overdue = self.items.iter().filter(|one| one.is_overdue()).count();
        let items = self.items.len();
        let noun = if items == 1 { "item" } else { "items" };
        let rules = match self.conflicts.map(<[_]>::len) {
            None => String::new(),
            Some(1) => "; 1 thing breaks a rule".into(),
            Some(count) => format!("; {count} things break a rule"),
        };
        format!("{items} {noun}, {overdue} overdue{rules}")
    }
}

/// Prints it.
pub(crate) fn render(
    listing: &Listing<'_>,
    names: &Names<'_>,
    format: CustodyFormat,
    width: usize,
) -> String {
    match format {
        CustodyFormat::Human => human(listing, names, width),
        CustodyFormat::Plain => plain(listing, names),
        CustodyFormat::Json => json(listing, names),
    }
}

fn human(listing: &Listing<'_>, names: &Names<'_>, width: usize) -> String {
    let mut page = Page::new(width);
    let broken = listing.broken(names);
    let is_fine = broken.is_empty() && !listing.items.iter().any(Due::is_overdue);
    let style = if is_fine { GREEN } else { RED };
    page.line("", &[(style, &listing.summary())]);
    if !broken.is_empty() {
        page.heading("WHAT BREAKS A RULE");
        broken.iter().for_each(|one| page.line("  - ", &[(NORMAL, one)]));
    }
    if !listing.items.is_empty() {
        page.heading("WHAT THERE IS");
    }
    for due in listing.items {
        let Some(item) = listing.item(due) else { continue };
        let what = what(item, names);
        page.line("  ", &[(BOLD, due.item.as_str()), (NORMAL, &what)]);
        let held = format!("{}, {}", held(item, names), seal(item));
        page.line("    ", &[(NORMAL, &held)]);
        let style = if due.is_overdue() { YELLOW } else { FAINT };
        page.line("    ", &[(NORMAL, &seen(due)), (style, &term(due))]);
    }
    let lost = listing.lost();
    if !lost.is_empty() {
        page.heading("WHAT IS LOST");
    }
    for (id, item, at) in lost {
        let what = what(item, names);
        page.line("  ", &[(BOLD, id.as_str()), (NORMAL, &what)]);
        page.line("    ", &[(NORMAL, &missing(item, at, names))]);
    }
    page.finish()
}

fn missing(item: &Item, at: Timestamp, names: &Names<'_>) -> String {
    format!("missing since {}, last with {}", day(at), names.holder(&item.holder))
}

fn what(item: &Item, names: &Names<'_>) -> String {
    let accounts: Vec<String> = item.accounts.iter().map(|id| names.account(*id)).collect();
    match accounts.is_empty() {
        true => kind(&item.kind, names),
        false => format!("{} of {}", kind(&item.kind, names), row(&accounts)),
    }
}

fn held(item: &Item, names: &Names<'_>) -> String {
    format!("with {}, {}", names.holder(&item.holder), weight(item.possession()))
}

fn seal(item: &Item) -> String {
    match &item.seal {
        Seal::None => "no seal".into(),
        Seal::Intact(seal) => format!("seal {seal}"),
        Seal::Broken(seal) => format!("seal {seal} is broken"),
    }
}

fn seen(due: &Due) -> String {
    let seen = due.seen.map_or_else(
        || "seen at no time that can be believed".into(),
        |at| format!("last seen {}", day(at)),
    );
    let by = match (due.confirmed, due.seen) {
        (None, _) => "never by a signature".into(),
        (Some(at), Some(seen)) if day(at) == day(seen) => "by a signature".into(),
        (Some(at), _) => format!("by a signature {}", day(at)),
    };
    format!("{seen}, {by};")
}

fn term(due: &Due) -> String {
    match due.days_left {
        None => "overdue".into(),
        Some(days) if days < 0 => format!("overdue for {} days", -days),
        Some(days) => format!("due in {days} days"),
    }
}

fn plain(listing: &Listing<'_>, names: &Names<'_>) -> String {
    let mut lines = Lines::default();
    lines.add("custody", listing.summary());
    lines.add("as of", minute(listing.now));
    for one in listing.broken(names) {
        lines.add("breaks a rule", one);
    }
    for due in listing.items {
        let Some(item) = listing.item(due) else { continue };
        let about = format!("item {}", due.item);
        lines.add(&about, what(item, names));
        lines.add(&format!("{about} holder"), held(item, names));
        lines.add(&format!("{about} seal"), seal(item));
        lines.add(&format!("{about} seen"), format!("{} {}", seen(due), term(due)));
    }
    for (id, item, at) in listing.lost() {
        lines.add(&format!("lost {id}"), what(item, names));
        lines.add(&format!("lost {id} since"), missing(item, at, names));
    }
    lines.finish()
}

/// `halligan.custody`, version 1.
fn json(listing: &Listing<'_>, names: &Names<'_>) -> String {
    let items = listing.items.iter().filter_map(|due| {
        let item = listing.item(due)?;
        Some(item_value(due, item, names))
    });
    let lost = listing.lost().into_iter().map(|(id, item, at)| {
        json!({
            "id": id.as_str(),
            "kind": item.kind,
            "title": kind(&item.kind, names),
            "accounts": item.accounts.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "since": at.to_string(),
            "last_holder": item.holder,
            "last_holder_name": names.holder(&item.holder),
        })
    });
    let whole = json!({
        "format": "halligan.custody",
        "version": 1,
        "halligan": env!("CARGO_PKG_VERSION"),
        "as_of": listing.now.to_string(),
        "ledger": listing.state.ledger.as_ref().map(ToString::to_string),
        "items": items.collect::<Vec<_>>(),
        "lost": lost.collect::<Vec<_>>(),
        "conflicts": listing.conflicts.map(|_| listing.broken(names)),
    });
    format!("{whole:#}\n")
}

fn item_value(due: &Due, item: &Item, names: &Names<'_>) -> Value {
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
    let (seal, is_sealed) = match &item.seal {
        Seal::None => (None, false),
        Seal::Intact(seal) => (Some(seal.to_string()), true),
        Seal::Broken(seal) => (Some(seal.to_string()), false),
    };
    json!({
        "id": due.item.as_str(),
        "kind": item.kind,
        "title": kind(&item.kind, names),
        "accounts": item.accounts.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "holder": item.holder,
        "holder_name": names.holder(&item.holder),
        "possession": weight(item.possession()),
        "seal": seal,
        "seal_intact": is_sealed,
        "seen": time(due.seen),
        "confirmed": time(due.confirmed),
        "days_left": due.days_left,
        "overdue": due.is_overdue(),
    })
}
