//! An event as a sentence.

use halligan_core::custody::{
    Cause, Entry, Event, Irregularity, Issue, ItemKind, Secret, Weight, Witness,
};
use halligan_core::id::PersonId;

use super::{Names, row};
use crate::view::minute;

/// What happened, in one line.
pub(crate) fn event(event: &Event, names: &Names<'_>) -> String {
    let mut text = deed(event, names);
    if !event.opened_by().is_empty() {
        let openers: Vec<String> = event.opened_by().iter().map(|one| names.person(one)).collect();
        text.push_str(&format!("; opened by {}", row(&openers)));
    }
    match event.witness() {
        Some(Witness::Person(person)) => {
            text.push_str(&format!("; seen by {}", names.person(person)));
        }
        Some(Witness::Waived(reason)) => {
            text.push_str(&format!("; without a witness: {reason}"));
        }
        None => {}
    }
    text
}

fn deed(event: &Event, names: &Names<'_>) -> String {
    match event {
        Event::Opened { ledger } => format!("the ledger is opened as `{ledger}`"),
        Event::ClockCorrected { last, reason } => {
            format!("the clock was set back from {}: {reason}", minute(*last))
        }
        Event::Issued { issue, .. } => issued(issue, names),
        Event::HandedOver { item, from, to, .. } => {
            let (from, to) = (names.holder(from), names.holder(to));
            format!("`{item}` is handed over from {from} to {to}")
        }
        Event::ConfirmedPresent { item, by, seal } => {
            let seal = seal.as_ref().map_or_else(|| "no seal".into(), |seal| format!("`{seal}`"));
            format!("{} has seen `{item}`, with {seal} on it", names.person(by))
        }
        Event::SealBroken { item, by, cause, reason } => {
            let who = match by {
                Some(by) => format!("{} broke the seal of `{item}`", names.person(by)),
                None => format!("the seal of `{item}` was found broken"),
            };
            format!("{who}{}: {reason}", occasion(cause))
        }
        Event::Resealed { item, by, seal, .. } => {
            format!("{} closed `{item}` with seal `{seal}`", names.person(by))
        }
        Event::SecretChanged { secret: what, by, seen, change } => {
            let seen = if *seen { "and has seen it" } else { "without seeing it" };
            let (by, what) = (names.person(by), secret(what, names));
            format!("{by} changed the {what} (change {change}), {seen}")
        }
        Event::Returned { item, by, place, .. } => {
            format!("{} brought `{item}` back to {}", names.person(by), names.place(place))
        }
        Event::Lost { item, reason } => format!("`{item}` is lost: {reason}"),
        Event::Destroyed { item, by, reason, .. } => {
            format!("{} destroyed `{item}`: {reason}", names.person(by))
        }
        Event::PersonLeft { person } => format!("{} left", names.person(person)),
        Event::KeyEnrolled { person, key, .. } => {
            format!("{} signs with the key {key}", names.person(person))
        }
        Event::KeyRevoked { person, reason } => {
            format!("the key of {} counts no more: {reason}", names.person(person))
        }
    }
}

fn issued(issue: &Issue, names: &Names<'_>) -> String {
    let Issue { item, kind: what, accounts, seal, to } = issue;
    let mut text = format!("`{item}` is issued to {}: {}", names.holder(to), kind(what, names));
    if !accounts.is_empty() {
        let accounts: Vec<String> = accounts.iter().map(|id| names.account(*id)).collect();
        text.push_str(&format!(" of {}", row(&accounts)));
    }
    match seal {
        Some(seal) => text.push_str(&format!(", with seal `{seal}`")),
        None => text.push_str(", without a seal"),
    }
    text
}

/// What an item is.
pub(super) fn kind(kind: &ItemKind, names: &Names<'_>) -> String {
    match kind {
        ItemKind::SecurityKey { serial, .. } => format!("security key {serial}"),
        ItemKind::PinEnvelope { key } => format!("envelope with the PIN of `{key}`"),
        ItemKind::PasswordSheet => "password sheet".into(),
        ItemKind::Share { split, index, needed, total } => {
            format!("share {index} of {total} of `{split}` ({needed} give the password)")
        }
        ItemKind::Combination { place } => {
            format!("envelope with the combination of {}", names.place(place))
        }
    }
}

/// What somebody can know.
pub(super) fn secret(secret: &Secret, names: &Names<'_>) -> String {
    match secret {
        Secret::Combination(place) => format!("combination of {}", names.place(place)),
        other => other.to_string(),
    }
}

fn occasion(cause: &Cause) -> String {
    match cause {
        Cause::Incident(id) => format!(" for incident `{id}`"),
        Cause::Drill(id) => format!(" for drill `{id}`"),
        Cause::Other => String::new(),
    }
}

/// By whose word it stands; a signature that does not hold is among the notes, and counts for
/// nothing.
pub(crate) fn weights(entry: &Entry, notes: &[Irregularity], names: &Names<'_>) -> String {
    let signed = |person: &PersonId| {
        let holds = !notes.contains(&Irregularity::Signature(person.clone()));
        holds && entry.record.signed.iter().any(|signed| signed.person == *person)
    };
    let (mut confirmed, mut asserted) = (Vec::new(), Vec::new());
    for person in entry.event.people() {
        match signed(person) {
            true => confirmed.push(names.person(person)),
            false => asserted.push(names.person(person)),
        }
    }
    let by = format!("typed by {}", names.person(&entry.record.operator));
    match (confirmed.as_slice(), asserted.as_slice()) {
        ([], []) => by,
        ([], asserted) => format!("asserted of {}; {by}", row(asserted)),
        (confirmed, []) => format!("confirmed by {}; {by}", row(confirmed)),
        (confirmed, asserted) => {
            format!("confirmed by {}; asserted of {}; {by}", row(confirmed), row(asserted))
        }
    }
}

/// The word of a weight.
pub(super) const fn weight(weight: Weight) -> &'static str {
    match weight {
        Weight::Confirmed => "confirmed",
        Weight::Asserted => "asserted",
    }
}
