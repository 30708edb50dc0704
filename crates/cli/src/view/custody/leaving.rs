//! What follows when somebody leaves.

use halligan_core::custody::{Leaving, State};
use halligan_core::id::PersonId;
use serde_json::json;

use super::words::{kind, secret};
use super::{CustodyFormat, Names};
use crate::view::page::{BOLD, NORMAL, Page};
use crate::view::plain::Lines;

/// Fewer people than this cannot hand over with a witness.
const PEOPLE_NEEDED: usize = 3;

/// Who leaves, and what follows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leaver<'a> {
    /// Who.
    pub(crate) person: &'a PersonId,
    /// Whether it is written down already that they left.
    pub(crate) has_left: bool,
    /// What follows.
    pub(crate) leaving: &'a Leaving,
    /// What the items are.
    pub(crate) state: &'a State,
}

/// Prints it.
pub(crate) fn render(
    leaver: &Leaver<'_>,
    names: &Names<'_>,
    format: CustodyFormat,
    width: usize,
) -> String {
    match format {
        CustodyFormat::Human => human(leaver, names, width),
        CustodyFormat::Plain => plain(leaver, names),
        CustodyFormat::Json => json(leaver, names),
    }
}

/// What there is to do, each with the word that says what to do.
fn to_do(leaver: &Leaver<'_>, names: &Names<'_>) -> Vec<(&'static str, String)> {
    let Leaving { items, secrets, opens, places_below_needs, contacts, has_key, people_left } =
        leaver.leaving;
    let mut to_do = Vec::new();
    for id in items {
        let title = leaver.state.items.get(id).map(|item| kind(&item.kind, names));
        to_do.push(("hand over", format!("`{id}`, {}", title.unwrap_or_default())));
    }
    to_do.extend(secrets.iter().map(|one| ("change", secret(one, names))));
    for place in opens {
        to_do.push(("strike", format!("from those who open {}", names.place(place))));
    }
    to_do.extend(contacts.iter().map(|contact| ("remove", contact.to_string())));
    if *has_key {
        to_do.push(("revoke", "the signing key".into()));
    }
    for below in places_below_needs {
        let (left, needs) = (below.left, below.needs);
        let place = names.place(&below.place);
        to_do.push(("too few", format!("{place} takes {needs} to open, and {left} are left")));
    }
    if *people_left < PEOPLE_NEEDED {
        let left = match people_left {
            0 => "nobody is".to_owned(),
            1 => "1 person is".to_owned(),
            several => format!("{several} people are"),
        };
        let text = format!("{left} left: nobody could witness a hand-over");
        to_do.push(("too few", text));
    }
    to_do
}

fn title(leaver: &Leaver<'_>, names: &Names<'_>) -> String {
    let name = names.person(leaver.person);
    let is_nothing = leaver.leaving.is_nothing();
    match (leaver.has_left, is_nothing) {
        (true, true) => format!("{name} left, and nothing is still to do."),
        (true, false) => format!("{name} left; still to do:"),
        (false, true) => format!("If {name} leaves today, nothing has to be done."),
        (false, false) => format!("If {name} leaves today:"),
    }
}

fn human(leaver: &Leaver<'_>, names: &Names<'_>, width: usize) -> String {
    let mut page = Page::new(width);
    page.line("", &[(BOLD, &title(leaver, names))]);
    for (what, text) in to_do(leaver, names) {
        page.line(&format!("  {what:<10}"), &[(NORMAL, &text)]);
    }
    page.finish()
}

fn plain(leaver: &Leaver<'_>, names: &Names<'_>) -> String {
    let mut lines = Lines::default();
    lines.add("person", names.person(leaver.person));
    lines.add("left", if leaver.has_left { "yes" } else { "no" });
    for (what, text) in to_do(leaver, names) {
        lines.add(what, text);
    }
    lines.finish()
}

/// `halligan.custody.leaving`, version 1.
fn json(leaver: &Leaver<'_>, names: &Names<'_>) -> String {
    let leaving = leaver.leaving;
    let below = leaving.places_below_needs.iter().map(
        |below| json!({ "place": below.place.as_str(), "left": below.left, "needs": below.needs }),
    );
    let whole = json!({
        "format": "halligan.custody.leaving",
        "version": 1,
        "halligan": env!("CARGO_PKG_VERSION"),
        "person": leaver.person.as_str(),
        "left": leaver.has_left,
        "hand_over": leaving.items,
        "change": leaving.secrets,
        "opens": leaving.opens,
        "contacts": leaving.contacts.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "has_signing_key": leaving.has_key,
        "places_below_needs": below.collect::<Vec<_>>(),
        "people_left": leaving.people_left,
        "name": names.person(leaver.person),
    });
    format!("{whole:#}\n")
}
