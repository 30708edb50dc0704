//! A proposal: what to move, or why moving does not do it and what to add.

use anstyle::Style;
use halligan_core::access::{
    ARRANGEMENTS_JUDGED_MAX, Access, Addition, Agent, Change, Faults, Impossible, Names, Proposal,
    Proposed, Step,
};
use halligan_core::custody::{Entry, Event, Holder, ItemKind, Secret, Witness};
use serde_json::{Value, json};

use super::AccessFormat;
use super::words::{listed, remark};
use crate::view::clean;
use crate::view::page::{BOLD, FAINT, GREEN, NORMAL, Page, RED, YELLOW};

/// What commands begin with.
const COMMAND: &str = "halligan custody";

/// Prints a proposal.
pub(crate) fn render(
    access: &Access,
    proposal: &Proposal,
    format: AccessFormat,
    width: usize,
) -> String {
    match format {
        AccessFormat::Human => human(access, proposal, width),
        AccessFormat::Plain => plain(access, proposal),
        AccessFormat::Json => object(access, proposal),
    }
}

/// A proposal in words: the verdict, then each line with whether it is a thing to do.
struct Told {
    style: Style,
    verdict: String,
    faults: Vec<String>,
    steps: Vec<ToDo>,
    notes: Vec<String>,
}

/// A thing to do, and the commands that write it down or the declaration that it is.
struct ToDo {
    text: String,
    how: Vec<String>,
}

fn told(access: &Access, proposal: &Proposal) -> Told {
    let names = &access.names;
    let mut told = Told {
        style: YELLOW,
        verdict: String::new(),
        faults: faults(&proposal.faults, names),
        steps: Vec::new(),
        notes: Vec::new(),
    };
    match &proposal.outcome {
        Proposed::Sound => {
            told.style = GREEN;
            told.verdict = "nothing to change: nothing single locks the owners out, and nobody \
                            walks in alone with what they hold"
                .into();
        }
        Proposed::CannotTell(remarks) => {
            told.verdict = "it cannot be told: the proof is not whole".into();
            told.notes = remarks.iter().map(|one| remark(one, names).0).collect();
        }
        Proposed::NothingAtHand => {
            told.verdict = "there is nothing to arrange: the ledger has no item".into();
            told.notes.push("write down what there is first: `halligan custody issue`".into());
        }
        Proposed::Changes(steps) => {
            told.verdict = match steps.len() {
                1 => "one change does it".into(),
                count => format!("{count} changes do it, none of which can be left out"),
            };
            told.steps = steps.iter().map(|one| to_do(one, names)).collect();
        }
        Proposed::Impossible { why, with } => {
            told.style = RED;
            told.verdict = format!("no arrangement does it: {}", impossible(why, names));
            add(&mut told, with.as_ref(), names);
        }
        Proposed::NotFound { best, left, is_bounded, with } => {
            told.style = RED;
            told.verdict = "no arrangement of what is at hand was found".into();
            if *is_bounded {
                told.notes.push(format!(
                    "more arrangements than ARRANGEMENTS_JUDGED_MAX ({ARRANGEMENTS_JUDGED_MAX}) \
                     were not looked at"
                ));
            }
            if !best.is_empty() {
                told.notes.push(format!(
                    "the best that was found leaves {} of {} faults: {}",
                    left.count(),
                    proposal.faults.count(),
                    listed(&best.iter().map(|one| change(one, names)).collect::<Vec<_>>())
                ));
            }
            add(&mut told, with.as_ref(), names);
        }
    }
    if told.steps.iter().any(|step| step.how.iter().any(|how| how.starts_with(COMMAND))) {
        told.notes.push(
            "who opens, carries, sees and types it is somebody who can: name those who did".into(),
        );
    }
    for agent in &proposal.unknown {
        told.notes.push(match agent {
            Agent::Stranger(secret) => {
                format!("first change the {}: somebody unknown may know it", names.secret(secret))
            }
            Agent::Holder(account, place) => format!(
                "nobody wrote down who has {}: it may be anybody",
                names.credential(*account, *place)
            ),
            other => format!("nobody knows who is {}", names.agent(other)),
        });
    }
    if proposal.outcome == Proposed::Sound && !proposal.unknown.is_empty() {
        told.style = YELLOW;
        told.verdict = "nothing to change in what is known, and not all is known".into();
    }
    told
}

fn add(told: &mut Told, with: Option<&(Vec<Addition>, Vec<Step>)>, names: &Names) {
    let Some((additions, steps)) = with else {
        told.notes.push(
            "add another key of another account or model, another holder and another place, and \
             ask again"
                .into(),
        );
        return;
    };
    let added = additions.iter().map(|one| match one {
        Addition::Holder(id) => ToDo {
            text: format!("add a holder, `{id}`: a partner, a notary, somebody at a bank"),
            how: vec![
                "in halligan.toml:".into(),
                "[[custody.people]]".into(),
                format!("id = \"{id}\""),
                "reach = []  # how they are reached, in two ways".into(),
            ],
        },
        Addition::Place(id) => ToDo {
            text: format!("add a place, `{id}`, that two of you open together"),
            how: vec![
                "in halligan.toml:".into(),
                "[[custody.places]]".into(),
                format!("id = \"{id}\""),
                "kind = \"safe\"".into(),
                "needs = 2".into(),
            ],
        },
    });
    told.steps = added.chain(steps.iter().map(|one| to_do(one, names))).collect();
}

fn impossible(why: &Impossible, names: &Names) -> String {
    match why {
        Impossible::TooFewPeople(people) => format!(
            "{} cannot; without one of two the other gets in alone, which is a hole in the lock. \
             Three can",
            match people {
                0 => "nobody is declared, and nobody".into(),
                1 => "one person".to_string(),
                count => format!("{count} people"),
            }
        ),
        Impossible::OnlyOne(things) => {
            let things: Vec<String> = things.iter().map(|one| names.thing(one)).collect();
            format!(
                "{} {} the only one of its kind, wherever it lies",
                listed(&things),
                if things.len() == 1 { "is" } else { "are each" }
            )
        }
    }
}

/// What is wrong, one line each.
fn faults(faults: &Faults, names: &Names) -> Vec<String> {
    let shut = faults.is_shut.then(|| "nobody gets in with what the ledger has".to_owned());
    let exit = faults.exit.iter().map(|one| format!("locks the owners out: {}", names.loss(one)));
    let lock = faults.lock.iter().map(|one| format!("walks in alone: {}", names.agent(one)));
    let apart = faults.breaches.iter();
    let apart = apart.map(|one| format!("not apart: {}", names.breach(one)));
    shut.into_iter().chain(exit).chain(lock).chain(apart).collect()
}

fn to_do(step: &Step, names: &Names) -> ToDo {
    let how = match &step.change {
        Change::Opens { place, opened_by, needs } => {
            let people: Vec<String> = opened_by.iter().map(|id| format!("\"{id}\"")).collect();
            let people = people.join(", ");
            vec![
                format!("in halligan.toml, at the place `{place}`:"),
                format!("opened_by = [{people}]"),
                format!("needs = {}", needs.max(&1)),
            ]
        }
        Change::Hand { .. } | Change::SecondEnvelope { .. } => {
            step.facts.iter().filter_map(command).collect()
        }
    };
    ToDo { text: change(&step.change, names), how }
}

fn change(change: &Change, names: &Names) -> String {
    match change {
        Change::Hand { item, from, to } => format!(
            "move {} from {} to {}",
            names.item(item),
            holder(from, names),
            holder(to, names)
        ),
        Change::Opens { place, opened_by, needs } => {
            let people: Vec<String> = opened_by.iter().map(|id| names.person(id)).collect();
            let together = match needs {
                0 | 1 => String::new(),
                needs => format!(", {needs} of them together"),
            };
            format!("have {} opened by {}{together}", names.place(place), listed(&people))
        }
        Change::SecondEnvelope { key, to } => format!(
            "set a new PIN on {}, and seal it in new envelopes: one more, for {}",
            names.item(key),
            holder(to, names)
        ),
    }
}

/// What writes a fact down.
fn command(fact: &Entry) -> Option<String> {
    let (what, opened_by, witness) = match &fact.event {
        Event::HandedOver { item, to, opened_by, witness, .. } => {
            (format!("hand-over {item} --to {}", holder_id(to)), opened_by.as_slice(), witness)
        }
        Event::Destroyed { item, by, reason, witness } => {
            (format!("destroy {item} --by {by} --reason \"{reason}\""), &[][..], witness)
        }
        Event::Issued { issue, opened_by, witness } => {
            let ItemKind::PinEnvelope { key } = &issue.kind else { return None };
            let (item, to) = (&issue.item, holder_id(&issue.to));
            let what = format!("issue {item} --pin-of {key} --seal NUMBER --to {to}");
            (what, opened_by.as_slice(), witness)
        }
        Event::SecretChanged { secret: Secret::Pin(key), by, .. } => {
            return Some(format!("{COMMAND} changed --pin-of {key} --by {by} --as {by}"));
        }
        _ => return None,
    };
    let opened_by: String = opened_by.iter().map(|id| format!(" --opened-by {id}")).collect();
    let witness = match witness {
        Witness::Person(id) => format!(" --witness {id}"),
        Witness::Waived(reason) => format!(" --no-witness \"{reason}\""),
    };
    let operator = &fact.record.operator;
    Some(format!("{COMMAND} {what}{opened_by}{witness} --as {operator}"))
}

fn holder_id(holder: &Holder) -> &str {
    match holder {
        Holder::Person(id) => id.as_str(),
        Holder::Place(id) => id.as_str(),
    }
}

fn holder(holder: &Holder, names: &Names) -> String {
    match holder {
        Holder::Person(id) => names.person(id),
        Holder::Place(id) => names.place(id),
    }
}

fn human(access: &Access, proposal: &Proposal, width: usize) -> String {
    let told = told(access, proposal);
    let mut page = Page::new(width);
    page.line("", &[(told.style, "PROPOSAL:"), (BOLD, &told.verdict)]);
    if !told.faults.is_empty() {
        page.heading("What is wrong");
        for fault in &told.faults {
            page.line("  ✗ ", &[(RED, fault)]);
        }
    }
    if !told.steps.is_empty() {
        page.heading("What to do");
        for (number, step) in (1..).zip(&told.steps) {
            page.line(&format!("  {number}. "), &[(NORMAL, &step.text)]);
            for how in &step.how {
                page.line("     ", &[(FAINT, how)]);
            }
        }
    }
    for note in &told.notes {
        page.line("  ", &[(NORMAL, note)]);
    }
    page.finish()
}

fn plain(access: &Access, proposal: &Proposal) -> String {
    let told = told(access, proposal);
    let mut lines = vec![format!("proposal: {}", told.verdict)];
    lines.extend(told.faults.iter().map(|one| format!("wrong: {one}")));
    for (number, step) in (1..).zip(&told.steps) {
        lines.push(format!("step {number}: {}", step.text));
        lines.extend(step.how.iter().map(|how| format!("step {number} how: {how}")));
    }
    lines.extend(told.notes.iter().map(|one| format!("note: {one}")));
    lines.iter().map(|line| clean(line) + "\n").collect()
}

fn object(access: &Access, proposal: &Proposal) -> String {
    let told = told(access, proposal);
    let (steps, additions): (&[Step], &[Addition]) = match &proposal.outcome {
        Proposed::Changes(steps) => (steps, &[]),
        Proposed::Impossible { with: Some((additions, steps)), .. }
        | Proposed::NotFound { with: Some((additions, steps)), .. } => (steps, additions),
        _ => (&[], &[]),
    };
    let verdict = match &proposal.outcome {
        Proposed::Sound if !proposal.unknown.is_empty() => "cannot_tell",
        Proposed::Sound => "sound",
        Proposed::NothingAtHand => "nothing_at_hand",
        Proposed::CannotTell(_) => "cannot_tell",
        Proposed::Changes(_) => "changes",
        Proposed::Impossible { .. } => "impossible",
        Proposed::NotFound { .. } => "not_found",
    };
    let value = json!({
        "format": "halligan.access.proposal",
        "version": 1,
        "verdict": verdict,
        "in_words": told.verdict,
        "faults": told.faults,
        "additions": additions.iter().map(addition_object).collect::<Vec<_>>(),
        "changes": steps.iter().map(|one| change_object(&one.change)).collect::<Vec<_>>(),
        "steps": told.steps.iter().map(|step| step.text.as_str()).collect::<Vec<_>>(),
        "commands": told.steps.iter().flat_map(|step| &step.how).collect::<Vec<_>>(),
        "notes": told.notes,
    });
    format!("{value:#}\n")
}

fn addition_object(addition: &Addition) -> Value {
    match addition {
        Addition::Holder(id) => json!({ "kind": "person", "id": id.as_str() }),
        Addition::Place(id) => json!({ "kind": "place", "id": id.as_str() }),
    }
}

fn change_object(change: &Change) -> Value {
    let holder = |one: &Holder| match one {
        Holder::Person(id) => json!({ "kind": "person", "id": id.as_str() }),
        Holder::Place(id) => json!({ "kind": "place", "id": id.as_str() }),
    };
    match change {
        Change::Hand { item, from, to } => json!({
            "kind": "hand_over", "item": item.as_str(), "from": holder(from), "to": holder(to),
        }),
        Change::Opens { place, opened_by, needs } => json!({
            "kind": "opened_by", "place": place.as_str(), "needs": needs,
            "opened_by": opened_by.iter().map(|id| id.as_str()).collect::<Vec<_>>(),
        }),
        Change::SecondEnvelope { key, to } => json!({
            "kind": "second_envelope", "key": key.as_str(), "to": holder(to),
        }),
    }
}
