//! What the checks on custody have in common: the ledger, or why there is none, and subjects.

use alloc::string::ToString as _;
use alloc::vec::Vec;

use crate::access::{Agent, Names, Thing};
use crate::check::{Context, Ledger, Statement, Subject};
use crate::custody::State;
use crate::id::ItemId;
use crate::tenant::{Gap, GapReason, PartKind, Source};

/// The ledger, or the statement that stands in its place.
#[expect(clippy::result_large_err, reason = "a statement is made once for a check")]
pub(super) fn ledger<'a>(context: &Context<'a>) -> Result<&'a State, Statement> {
    let failed = |what: &str| GapReason::Failed { what: what.into() };
    let reason = match &context.ledger {
        Ledger::Kept(state) => return Ok(state),
        // Exported files come without one.
        Ledger::None if context.snapshot.source == Source::Files => GapReason::NotInSource,
        Ledger::None => failed("nobody keeps a ledger (`halligan custody issue` begins one)"),
        Ledger::Unread(why) => failed(why),
    };
    let gap = Gap::new(PartKind::Other("who holds what".into()), None, reason);
    Err(Statement::unknown(Subject::Tenant, &gap))
}

/// The accounts whose methods were not read: which of the items open anything cannot be told.
pub(super) fn unread(context: &Context<'_>) -> Vec<Statement> {
    let unread = context.accounts.iter().filter_map(|one| {
        let gap = context.methods(one).err()?;
        Some(Statement::unknown(context.subject(one), &gap))
    });
    unread.collect()
}

/// An item of the ledger.
pub(super) fn item(id: &ItemId) -> Subject {
    Subject::Object { kind: "item", id: id.to_string(), name: None }
}

/// What the owners hang on.
pub(super) fn thing(thing: &Thing, names: &Names) -> Subject {
    let kind = thing.kind().word();
    let id = match thing {
        Thing::Person(id) => id.to_string(),
        Thing::Place(id) => id.to_string(),
        Thing::Item(id) => id.to_string(),
        other => return Subject::Object { kind, id: names.thing(other), name: None },
    };
    Subject::Object { kind, id, name: None }
}

/// Who walks in.
pub(super) fn agent(agent: &Agent, names: &Names) -> Subject {
    let (kind, id) = match agent {
        Agent::Person(id) => ("person", id.to_string()),
        Agent::Burglar(id) | Agent::Keeper(id) => ("place", id.to_string()),
        Agent::Intruder(site) => ("site", site.clone()),
        Agent::Finder(id) => ("item", id.to_string()),
        other => ("holder", names.agent(other)),
    };
    Subject::Object { kind, id, name: None }
}
