//! HG-KEYS-14: no single person, place or thing locks the owners out.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::EMERGENCY_ACCESS;
use super::custody::{ledger, thing};
use crate::access::{Access, Answer, Outcome, Remark, Scope, Standing};
use crate::check::controls::{cis, iso, nist};
use crate::check::sample::custody::{person, place};
use crate::check::{
    Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement, Subject,
};
use crate::register::Target;
use crate::tenant::{Gap, GapReason, PartKind};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-KEYS-14",
    title: "No single person, place or thing locks the owners out",
    family: Family::Keys,
    severity: Severity::High,
    why: "What all ways in have in common is gone on the day it burns, falls ill or resigns. It is \
          computed from the proof, the ledger and the declared people and places, for all accounts \
          together; what no arrangement takes away is named and does not count.",
    reads: &[
        PartKind::AccountMethods,
        PartKind::Policies,
        PartKind::AccountMemberships,
        PartKind::RoleAssignments,
        PartKind::Domains,
    ],
    controls: &[cis("1.1.2"), nist("CP-2"), nist("AC-5"), iso("A.5.29"), iso("A.8.14")],
    remedy: Remedy {
        action: "Move one item, or give a third person one: `halligan access propose` says which",
        portal: "none: it is about people and places",
        graph: "none: it is about people and places",
    },
    sources: &[EMERGENCY_ACCESS],
    judge,
    samples: &[
        Sample::pass("three people, two safes, any two of the three get in", |_| {}),
        Sample::fail("one person has everything", |case| case.moved_all("ada")),
        Sample::fail("one safe has everything, and two open it", |case| {
            for place in &mut case.register.custody.places {
                place.opened_by = ["ada", "bob", "cyd"].map(person).into();
                place.needs = 2;
            }
            case.moved_all("north");
        }),
        Sample::fail("one site has both safes", |case| {
            case.moved_all("north");
            for id in ["b-1", "b-2", "pin-b-1", "pin-b-2", "share-b-1", "share-b-2"] {
                case.moved(id, "south");
            }
            for one in &mut case.register.custody.places {
                one.at = Some("office".into());
                one.opened_by = ["ada", "bob", "cyd"].map(person).into();
            }
        }),
        Sample::fail("nothing that the ledger has gets in", |case| {
            case.register.custody.people.clear();
        }),
        Sample::gap("nobody keeps a ledger", |case| case.custody = None),
        Sample::gap("methods of the accounts cannot be read", |case| {
            for id in [crate::check::sample::ALPHA, crate::check::sample::BRAVO] {
                let gap = crate::check::Case::denied(PartKind::AccountMethods);
                case.account(id, |one| one.methods = crate::tenant::Part::Gap(gap));
            }
        }),
        Sample::pass("a third place changes nothing", |case| {
            let mut third = case.register.custody.places.first().cloned();
            third.iter_mut().for_each(|one| one.id = place("third"));
            case.register.custody.places.extend(third);
        }),
    ],
};

fn judge(context: &Context<'_>) -> Judgement {
    let access = context.access();
    if let Err(unknown) = ledger(context) {
        return Judgement::Stated(vec![unknown]);
    }
    let answer = access.answer(Scope::Tenant, &BTreeSet::new());
    let mut statements = match access.exit(&answer) {
        Outcome::Hole => holes(context, &answer),
        Outcome::Undecided => undecided(context, &answer),
        Outcome::Holds => {
            vec![Statement::holds(Subject::Tenant, "every single loss leaves a way in")]
        }
    };
    statements.extend(notes(access, &answer));
    Judgement::Stated(statements)
}

fn holes(context: &Context<'_>, answer: &Answer) -> Vec<Statement> {
    let names = &context.access().names;
    let access = context.access();
    let nothing = BTreeSet::new();
    let reached = access.reached(Scope::Tenant, &nothing);
    let holes = answer.holes().map(|one| {
        let lost = access.lost_with(Scope::Tenant, &nothing, one);
        let into = into(&lost, reached.len());
        let text = format!("without it nobody gets {into}: {}", names.loss(one));
        Statement::broken(thing(one, names), text)
    });
    let mut statements: Vec<Statement> = holes.collect();
    if !answer.gets_in {
        let mut lost = access.counted(Scope::Tenant);
        let all = lost.len();
        lost.retain(|target| !reached.contains(target));
        let into = into(&lost, all);
        let text = format!("does not get {into} with what the ledger has, and no other does");
        let broken = |one: &&_| Statement::broken(context.subject(one), text.clone());
        statements.extend(context.accounts.iter().map(broken));
    }
    statements
}

/// `in`, where all of so many surfaces are lost, else those that are.
fn into(lost: &[Target], all: usize) -> String {
    if lost.len() == all {
        return "in".into();
    }
    let lost: Vec<&str> = lost.iter().map(|target| target.title()).collect();
    format!("into {}", lost.join(", "))
}

fn undecided(context: &Context<'_>, answer: &Answer) -> Vec<Statement> {
    let mut statements = doubts(context);
    if let Some(limit) = &answer.cuts.bounded
        && answer.cuts.listed_to == 0
    {
        let reason = GapReason::Failed { what: limit.clone() };
        let gap = Gap::new(PartKind::Other("what locks the owners out".into()), None, reason);
        statements.push(Statement::unknown(Subject::Tenant, &gap));
    }
    statements
}

/// What keeps the models from being certain.
pub(super) fn doubts(context: &Context<'_>) -> Vec<Statement> {
    let access = context.access();
    let doubts = access.remarks.iter().filter(|one| one.blurs_models()).map(|remark| {
        let declared = context.accounts.iter().find(|one| Some(one.id) == remark.account());
        let subject = declared.map_or(Subject::Tenant, |one| context.subject(one));
        let gap = match remark {
            Remark::Unproved(_, doubt) => doubt.as_gap(PartKind::Policies),
            other => {
                let reason = GapReason::Failed { what: other.said(&access.names) };
                Gap::new(PartKind::Other("who holds what".into()), None, reason)
            }
        };
        Statement::unknown(subject, &gap)
    });
    doubts.collect()
}

/// The singles that do not count, each with its reason.
fn notes(access: &Access, answer: &Answer) -> Vec<Statement> {
    let noted = answer.singles.iter().filter_map(|single| {
        let loss = access.names.loss(&single.what);
        Some(match single.standing {
            Standing::Irreducible(one) => {
                Statement::note(Subject::Tenant, format!("accepted: {loss}: {}", one.why))
                    .with_witness(one.page)
            }
            Standing::Setting => {
                let text = format!("a change in the tenant that is watched, not arranged: {loss}");
                Statement::note(Subject::Tenant, text)
            }
            _ => return None,
        })
    });
    noted.collect()
}
