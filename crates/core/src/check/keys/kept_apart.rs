//! HG-KEYS-16: a key and its PIN, and the shares of a password, are kept apart.

use alloc::string::ToString as _;
use alloc::vec;
use alloc::vec::Vec;

use super::EMERGENCY_ACCESS;
use super::custody::{item, ledger, unread};
use crate::check::controls::{cis, iso, nist};
use crate::check::sample::custody::person;
use crate::check::{
    Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement, Subject,
};
use crate::custody::{Breach, Conflict, conflicts};
use crate::tenant::PartKind;

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-KEYS-16",
    title: "A key and its PIN, and the shares of a password, are kept apart",
    family: Family::Keys,
    severity: Severity::Medium,
    why: "Nothing that somebody records brings them together, but a declaration can: a safe that \
          one more person opens alone, a broken seal, a combination that was read. Two in one \
          place are one burglary.",
    reads: &[PartKind::AccountMethods],
    controls: &[cis("1.1.2"), nist("AC-5"), nist("IA-5"), iso("A.5.3"), iso("A.5.17")],
    remedy: Remedy {
        action: "Move one of the two, and change the PIN or password that somebody knows \
                 (`halligan custody hand-over`, `halligan custody changed`)",
        portal: "none: it is about people and places",
        graph: "none: it is about people and places",
    },
    sources: &[EMERGENCY_ACCESS],
    judge,
    samples: &[
        Sample::pass("each key is elsewhere than its PIN", |_| {}),
        Sample::fail("a key and its PIN in one hand", |case| case.moved("pin-b-2", "bob")),
        Sample::fail("a key and its PIN in one safe that two open", |case| {
            for one in &mut case.register.custody.places {
                one.opened_by = ["ada", "bob"].map(person).into();
                one.needs = 2;
            }
            case.moved("pin-a-1", "north");
        }),
        Sample::fail("one more person opens a safe, and has the PIN of what is in it", |case| {
            for one in &mut case.register.custody.places {
                one.opened_by.insert(person("bob"));
            }
        }),
        Sample::fail("somebody read the PIN of a key that they reach", |case| {
            case.broken("pin-b-1", Some("ada"));
            case.moved("pin-b-1", "bob");
            case.moved("b-1", "ada");
        }),
        Sample::fail("enough shares in one hand", |case| case.moved("share-a-1", "bob")),
        Sample::gap("nobody keeps a ledger", |case| case.custody = None),
    ],
};

fn judge(context: &Context<'_>) -> Judgement {
    let state = match ledger(context) {
        Ok(state) => state,
        Err(unknown) => return Judgement::Stated(vec![unknown]),
    };
    let mut statements: Vec<Statement> = Vec::new();
    for conflict in conflicts(state, &context.register.custody) {
        let subject = match &conflict {
            Conflict::Breach(Breach::KeyWithPin { key, .. })
            | Conflict::KeyWithKnownPin { key, .. } => item(key),
            Conflict::Breach(Breach::Shares { split, .. })
            | Conflict::SharesInPlace { split, .. } => {
                Subject::Object { kind: "split", id: split.to_string(), name: None }
            }
            _ => continue,
        };
        statements.push(Statement::broken(subject, conflict.to_string()));
    }
    if statements.is_empty() && state.live().next().is_some() {
        let text = "no hand, place or reach has a key with its PIN, or enough shares";
        statements.push(Statement::holds(Subject::Tenant, text));
    }
    statements.extend(unread(context));
    Judgement::Stated(statements)
}
