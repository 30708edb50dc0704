//! HG-KEYS-17: every item was seen within the term, under an intact seal.

use alloc::format;
use alloc::string::ToString as _;
use alloc::vec;
use alloc::vec::Vec;

use super::EMERGENCY_ACCESS;
use super::custody::{item, ledger, unread};
use crate::check::controls::{cis, cis_controls, iso, nist};
use crate::check::sample::Case;
use crate::check::sample::custody::{item as word, person, seal};
use crate::check::{
    Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement, Subject,
};
use crate::custody::{Conflict, Event, conflicts, due};
use crate::tenant::PartKind;
use crate::time::Timestamp;

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-KEYS-17",
    title: "Every key, envelope and sheet was seen lately, under its seal",
    family: Family::Keys,
    severity: Severity::Medium,
    why: "What nobody has looked at for months may be gone, and a broken seal says that somebody \
          was there. Microsoft wants the accounts validated every 90 days; [custody] confirm_days \
          says otherwise. What somebody typed counts, and what the holder signed counts for more.",
    reads: &[PartKind::AccountMethods],
    controls: &[cis("1.1.2"), cis_controls("6.5"), nist("IA-5"), nist("MP-4"), iso("A.5.9")],
    remedy: Remedy {
        action: "Have whoever holds it look, and say so (`halligan custody confirm`); close what \
                 is open with a new seal (`halligan custody reseal`)",
        portal: "none: it is about people and places",
        graph: "none: it is about people and places",
    },
    sources: &[EMERGENCY_ACCESS],
    judge,
    samples: &[
        Sample::pass("seen today", |_| {}),
        Sample::pass("seen 90 days ago", |case| later(case, 90)),
        Sample::fail("seen 91 days ago", |case| later(case, 91)),
        Sample::fail("a seal is broken", |case| case.broken("pin-a-1", Some("bob"))),
        Sample::fail("one of all was not seen again", |case| {
            later(case, 91);
            let all = ["a-1", "a-2", "b-2", "pin-a-1", "pin-a-2", "pin-b-1", "pin-b-2"];
            for id in all {
                let (item, by) = (word(id), person("ada"));
                case.happened(Event::ConfirmedPresent { item, by, seal: Some(seal(id)) });
            }
        }),
        Sample::gap("nobody keeps a ledger", |case| case.custody = None),
        Sample::gap("the ledger has no item", |case| case.custody = Some(Default::default())),
    ],
};

fn later(case: &mut Case, days: i64) {
    if let Ok(later) = Timestamp::from_second(case.now.as_second() + days * 86_400) {
        case.now = later;
    }
}

fn judge(context: &Context<'_>) -> Judgement {
    let state = match ledger(context) {
        Ok(state) => state,
        Err(unknown) => return Judgement::Stated(vec![unknown]),
    };
    let custody = &context.register.custody;
    let mut statements: Vec<Statement> = Vec::new();
    let all = due(state, custody, context.now);
    for one in all.iter().filter(|one| one.is_overdue()) {
        let days = one.days_overdue();
        let text = match one.seen {
            Some(_) => format!("nobody has seen it for {days} days longer than the term allows"),
            None => "nobody has seen it at a time that can be believed".to_string(),
        };
        statements.push(Statement::broken(item(&one.item), text));
    }
    for conflict in conflicts(state, custody) {
        if let Conflict::Open(id) = &conflict {
            statements.push(Statement::broken(item(id), "its seal is broken"));
        }
    }
    if statements.is_empty() && !all.is_empty() {
        let text =
            format!("all {} items were seen within {} days", all.len(), custody.confirm_days);
        statements.push(Statement::holds(Subject::Tenant, text));
    }
    let unsigned = all.iter().filter(|one| one.is_overdue_confirmed()).count();
    if unsigned > 0 {
        let text = format!("{unsigned} of {} items rest on what somebody typed alone", all.len());
        statements.push(Statement::note(Subject::Tenant, text));
    }
    statements.extend(unread(context));
    Judgement::Stated(statements)
}
