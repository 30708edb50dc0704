//! What may be issued.

use super::decide::{Judging, at_most};
use super::item::{Issue, ItemKind};
use super::limits::{ACCOUNTS_OF_ITEM_MAX, ITEMS_MAX, SERIAL_CHARACTERS_MAX};
use super::refusal::Refusal;
use super::state::Condition;

/// Refuses what contradicts itself or what there is.
pub(super) fn check(judging: &Judging<'_>, issue: &Issue) -> Result<(), Refusal> {
    let Issue { item, kind, accounts, seal, .. } = issue;
    check_new(judging, issue)?;
    at_most("ITEMS_MAX", ITEMS_MAX, judging.state.items.len() + 1)?;
    at_most("ACCOUNTS_OF_ITEM_MAX", ACCOUNTS_OF_ITEM_MAX, accounts.len())?;
    let has_own = !matches!(kind, ItemKind::PinEnvelope { .. } | ItemKind::Combination { .. });
    match (has_own, accounts.is_empty()) {
        (true, true) => return Err(Refusal::AccountMissing(item.clone())),
        (false, false) => return Err(Refusal::AccountsNotItsOwn(item.clone())),
        _ => {}
    }
    match (kind, seal) {
        (_, Some(seal)) => judging.check_new_seal(seal)?,
        (ItemKind::SecurityKey { .. }, None) => {}
        (_, None) => return Err(Refusal::SealMissing(item.clone())),
    }
    check_kind(judging, issue)
}

/// An item of that id is none, or gone: even then its id stays its own.
fn check_new(judging: &Judging<'_>, issue: &Issue) -> Result<(), Refusal> {
    let item = issue.item.clone();
    let Some(there) = judging.state.items.get(&item) else { return Ok(()) };
    Err(match there.condition {
        Condition::Held => Refusal::ItemExists { item, holder: there.holder.clone() },
        Condition::Lost(_) => Refusal::ItemLost(item),
        Condition::Destroyed(_) => Refusal::ItemDestroyed(item),
    })
}

fn check_kind(judging: &Judging<'_>, issue: &Issue) -> Result<(), Refusal> {
    match &issue.kind {
        ItemKind::SecurityKey { serial, .. } => check_serial(judging, serial),
        ItemKind::PinEnvelope { key } => match judging.item(key)?.kind {
            ItemKind::SecurityKey { .. } => Ok(()),
            _ => Err(Refusal::NotAKeyItem(key.clone())),
        },
        ItemKind::PasswordSheet => Ok(()),
        ItemKind::Share { .. } => check_share(judging, issue),
        ItemKind::Combination { place } => match judging.declared.place(place) {
            Some(_) => Ok(()),
            None => Err(Refusal::UndeclaredPlace(place.clone())),
        },
    }
}

/// One key is one item; two would be at two places at once, and one that was lost would be trusted
/// again.
fn check_serial(judging: &Judging<'_>, serial: &str) -> Result<(), Refusal> {
    let length = serial.chars().count();
    let is_visible = serial.chars().all(|c| c.is_ascii_graphic());
    if !is_visible || !(1..=SERIAL_CHARACTERS_MAX).contains(&length) {
        return Err(Refusal::SerialUnreadable);
    }
    let taken = judging.state.items.iter().find(|(_, item)| {
        matches!(&item.kind, ItemKind::SecurityKey { serial: other, .. } if other == serial)
    });
    match taken {
        Some((item, _)) => Err(Refusal::SerialTaken { serial: serial.into(), item: item.clone() }),
        None => Ok(()),
    }
}

fn check_share(judging: &Judging<'_>, issue: &Issue) -> Result<(), Refusal> {
    let ItemKind::Share { split, index, needed, total } = &issue.kind else { return Ok(()) };
    let (index, needed, total) = (*index, *needed, *total);
    if !(1..=total).contains(&index) || !(2..=total).contains(&needed) {
        return Err(Refusal::ShareImpossible { index, needed, total });
    }
    // Those that are gone speak for the split as well: its numbers never change.
    for (id, other) in &judging.state.items {
        let ItemKind::Share { split: of, index: i, needed: k, total: n } = &other.kind else {
            continue;
        };
        if of != split {
            continue;
        }
        if (*k, *n) != (needed, total) || other.accounts != issue.accounts {
            return Err(Refusal::ShareDiffers(split.clone()));
        }
        if *i == index && other.condition == Condition::Held {
            return Err(Refusal::ShareTaken { split: split.clone(), item: id.clone() });
        }
    }
    Ok(())
}
