//! HG-KEYS-15: nobody has alone what it takes to walk in.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use super::EMERGENCY_ACCESS;
use super::custody::{agent, ledger};
use super::no_single::doubts;
use crate::access::{Part, Standing};
use crate::check::controls::{cis, iso, mitre, nist};
use crate::check::sample::custody::{issued, person};
use crate::check::sample::{ALPHA, passkey, password};
use crate::check::{
    Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement, Subject,
};
use crate::custody::ItemKind;
use crate::tenant::{Gap, GapReason, PartKind};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-KEYS-15",
    title: "Nobody has alone what it takes to walk in",
    family: Family::Keys,
    severity: Severity::High,
    why: "Whoever has a key with its PIN, or the whole password, is Global Administrator whenever \
          they like. Counted are hands, safes that one person opens, what somebody has read, what \
          is lost, and a burglar who takes all that one place has.",
    reads: &[
        PartKind::AccountMethods,
        PartKind::Policies,
        PartKind::AccountMemberships,
        PartKind::RoleAssignments,
        PartKind::Domains,
    ],
    controls: &[cis("1.1.2"), nist("AC-5"), nist("IA-5"), iso("A.5.3"), mitre("T1078.004")],
    remedy: Remedy {
        action: "Put the PIN, or a share, into another hand and another place, and change what was \
                 known: `halligan access propose` says which",
        portal: "none: it is about people and places",
        graph: "none: it is about people and places",
    },
    sources: &[EMERGENCY_ACCESS],
    judge,
    samples: &[
        Sample::pass("a key here, its PIN there", |_| {}),
        Sample::pass("one safe has all, and two open it together", |case| {
            for one in &mut case.register.custody.places {
                one.opened_by = ["ada", "bob"].map(person).into();
                one.needs = 2;
            }
            case.moved("a-1", "cyd");
        }),
        Sample::fail("one person has a key and its PIN", |case| case.moved("pin-b-2", "bob")),
        Sample::fail("one person opens the safe with the key, and has its PIN", |case| {
            case.moved("pin-a-1", "ada");
        }),
        Sample::fail("one person has read the PIN, and is given the key", |case| {
            case.broken("pin-b-1", Some("ada"));
            case.moved("pin-b-1", "bob");
            case.moved("b-1", "ada");
        }),
        Sample::fail("a whole password on one sheet", |case| {
            case.happened(issued("sheet", ItemKind::PasswordSheet, vec![ALPHA], "cyd"));
        }),
        Sample::gap("a key that nobody wrote down", |case| {
            case.methods(ALPHA, vec![password(), passkey("1"), passkey("2"), passkey("3")]);
        }),
        Sample::gap("nobody keeps a ledger", |case| case.custody = None),
    ],
};

fn judge(context: &Context<'_>) -> Judgement {
    let access = context.access();
    if let Err(unknown) = ledger(context) {
        return Judgement::Stated(vec![unknown]);
    }
    let mut statements: Vec<Statement> = Vec::new();
    for account in &access.accounts {
        let part = Part::Account(account.id);
        for single in access.walks_in_alone(&part, context.register) {
            let names = &access.names;
            let subject = agent(&single.what, names);
            let who = names.agent(&single.what);
            statements.push(match single.standing {
                Standing::Unknown => {
                    let what =
                        format!("{who} signs in as {}, and nobody knows who", account.code_name);
                    let reason = GapReason::Failed { what };
                    let part = PartKind::Other("who holds what".into());
                    Statement::unknown(subject, &Gap::new(part, None, reason))
                }
                _ => {
                    let text = format!("{who} alone signs in as {}", account.code_name);
                    Statement::broken(subject, text)
                }
            });
        }
    }
    if statements.is_empty() {
        statements.extend(doubts(context));
        for account in &access.accounts {
            let may = access.may_walk_in(&Part::Account(account.id));
            statements.extend(may.iter().map(|one| {
                let who = access.names.agent(one);
                let what = format!(
                    "{who} alone signs in as {} if they also have what nobody knows the holder of",
                    account.code_name
                );
                let part = PartKind::Other("who holds what".into());
                let gap = Gap::new(part, None, GapReason::Failed { what });
                Statement::unknown(agent(one, &access.names), &gap)
            }));
        }
    }
    if statements.is_empty() {
        let text = "whoever signs in as an account needs another one";
        statements.push(Statement::holds(Subject::Tenant, text));
    }
    Judgement::Stated(statements)
}
