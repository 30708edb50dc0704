//! HG-KEYS-18: the ledger and the declared people and places agree, and nobody who left matters.

use alloc::format;
use alloc::string::ToString as _;
use alloc::vec;
use alloc::vec::Vec;

use super::EMERGENCY_ACCESS;
use super::custody::{item, ledger, unread};
use crate::check::controls::{cis, iso, nist};
use crate::check::sample::custody::{item as word, person};
use crate::check::{
    Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement, Subject,
};
use crate::custody::{Conflict, Event, conflicts};
use crate::tenant::PartKind;

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-KEYS-18",
    title: "Nobody who left holds, opens or knows anything, and every paper is of today",
    family: Family::Keys,
    severity: Severity::High,
    why: "Knowledge outlives employment: a PIN or combination that a leaver has read is theirs \
          until it is changed. An envelope with the PIN of before opens nothing on the worst day.",
    reads: &[PartKind::AccountMethods],
    controls: &[cis("1.1.2"), nist("AC-2"), nist("PS-4"), nist("IA-5"), iso("A.5.11")],
    remedy: Remedy {
        action: "Take back what they hold, change what they know, and strike them from the places \
                 (`halligan custody left --dry-run` lists it)",
        portal: "none: it is about people and places",
        graph: "none: it is about people and places",
    },
    sources: &[EMERGENCY_ACCESS],
    judge,
    samples: &[
        Sample::pass("everybody is there", |_| {}),
        Sample::fail("somebody left with a key", |case| left(case, "bob")),
        Sample::fail("somebody left who knows a PIN", |case| {
            case.broken("pin-a-2", Some("cyd"));
            for id in ["pin-a-2", "b-1", "pin-b-2", "share-a-3", "share-b-3"] {
                case.moved(id, "ada");
            }
            left(case, "cyd");
        }),
        Sample::fail("somebody left who is declared to open a safe", |case| {
            case.moved_all("cyd");
            left(case, "ada");
        }),
        Sample::fail("somebody holds a key whom nobody declares", |case| {
            case.register.custody.people.retain(|one| one.id != person("cyd"));
        }),
        Sample::fail("a key lies in a place that nobody declares", |case| {
            case.register.custody.places.clear();
        }),
        Sample::fail("a PIN envelope was lost", |case| {
            case.happened(Event::Lost { item: word("pin-a-1"), reason: "moved".into() });
        }),
        Sample::gap("nobody keeps a ledger", |case| case.custody = None),
    ],
};

fn left(case: &mut crate::check::Case, id: &str) {
    case.happened(Event::PersonLeft { person: person(id) });
}

fn judge(context: &Context<'_>) -> Judgement {
    let state = match ledger(context) {
        Ok(state) => state,
        Err(unknown) => return Judgement::Stated(vec![unknown]),
    };
    let object = |kind, id: &dyn core::fmt::Display| Subject::Object {
        kind,
        id: id.to_string(),
        name: None,
    };
    let mut statements: Vec<Statement> = Vec::new();
    for conflict in conflicts(state, &context.register.custody) {
        let subject = match &conflict {
            Conflict::HeldByLeaver(id)
            | Conflict::HeldByUndeclared(id)
            | Conflict::AtUndeclaredPlace(id)
            | Conflict::OutOfDate(id)
            | Conflict::LockedInside(id) => item(id),
            Conflict::KnownByLeaver { person, .. } => object("person", person),
            Conflict::OpenedByLeaver { place, .. } | Conflict::KnowsCombination { place, .. } => {
                object("place", place)
            }
            Conflict::BelowNeeds(below) => object("place", &below.place),
            Conflict::Exposed(_) => Subject::Tenant,
            _ => continue,
        };
        statements.push(Statement::broken(subject, conflict.to_string()));
    }
    if statements.is_empty() && state.live().next().is_some() {
        let count = context.register.custody.people.len();
        let text = format!("the ledger agrees with the {count} declared people and their places");
        statements.push(Statement::holds(Subject::Tenant, text));
    }
    statements.extend(unread(context));
    Judgement::Stated(statements)
}
