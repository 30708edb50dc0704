//! A proposal: what to move, or why moving does not do it and what to add.

use anstyle::Style;
use halligan_core::access::{
    Access, Addition, Change, Faults, Impossible, Names, Proposal, Proposed,
};
use halligan_core::custody::Holder;
use serde_json::{Value, json};

use super::AccessFormat;
use super::words::listed;
use crate::view::clean;
use crate::view::page::{BOLD, FAINT, GREEN, NORMAL, Page, RED, YELLOW};

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
    steps: Vec<Step>,
    notes: Vec<String>,
}

/// A thing to do, and the command that writes it down or the declaration that it is.
struct Step {
    text: String,
    how: Option<String>,
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
        Proposed::NothingAtHand => {
            told.verdict = "there is nothing to arrange: the ledger has no item".into();
            told.notes.push("write down what there is first: `halligan custody issue`".into());
        }
        Proposed::Changes(changes) => {
            told.verdict = match changes.len() {
                1 => "one change does it".into(),
                count => format!("{count} changes do it, none of which can be left out"),
            };
            told.steps = changes.iter().map(|one| change(one, names)).collect();
        }
        Proposed::Impossible { why, with } => {
            told.style = RED;
            told.verdict = format!("no arrangement does it: {}", impossible(why, names));
            add(&mut told, with.as_ref(), names);
        }
        Proposed::NotFound { best, left, with } => {
            told.style = RED;
            told.verdict = "no arrangement of what is at hand was found".into();
            if !best.is_empty() {
                told.notes.push(format!(
                    "the best that was found leaves {} of {} faults: {}",
                    left.count(),
                    proposal.faults.count(),
                    listed(&best.iter().map(|one| change(one, names).text).collect::<Vec<_>>())
                ));
            }
            add(&mut told, with.as_ref(), names);
        }
    }
    told
}

fn add(told: &mut Told, with: Option<&(Vec<Addition>, Vec<Change>)>, names: &Names) {
    let Some((additions, changes)) = with else {
        told.notes.push(
            "add another key of another account or model, another holder and another place, and \
             ask again"
                .into(),
        );
        return;
    };
    let added = additions.iter().map(|one| match one {
        Addition::Holder(id) => Step {
            text: format!("add a holder, `{id}`: a partner, a notary, somebody at a bank"),
            how: Some(format!("[[custody.people]] id = \"{id}\" in halligan.toml")),
        },
        Addition::Place(id) => Step {
            text: format!("add a place, `{id}`, that two of you open together"),
            how: Some(format!("[[custody.places]] id = \"{id}\" in halligan.toml, with needs = 2")),
        },
    });
    told.steps = added.chain(changes.iter().map(|one| change(one, names))).collect();
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
    let apart = faults.breaches.iter().map(|one| format!("not apart: {one}"));
    shut.into_iter().chain(exit).chain(lock).chain(apart).collect()
}

fn change(change: &Change, names: &Names) -> Step {
    match change {
        Change::Hand { item, from, to } => Step {
            text: format!(
                "move {} from {} to {}",
                names.item(item),
                holder(from, names),
                holder(to, names)
            ),
            how: Some(match (from, to) {
                (_, Holder::Person(id)) => format!("halligan custody hand-over {item} --to {id}"),
                (Holder::Person(_), Holder::Place(id)) => {
                    format!("halligan custody hand-over {item} --to {id}")
                }
                (Holder::Place(_), Holder::Place(id)) => format!(
                    "halligan custody hand-over {item} --to whoever carries it, then --to {id}"
                ),
            }),
        },
        Change::Opens { place, opened_by, needs } => {
            let people: Vec<String> = opened_by.iter().map(|id| names.person(id)).collect();
            let together = match needs {
                0 | 1 => String::new(),
                needs => format!(", {needs} of them together"),
            };
            Step {
                text: format!(
                    "have {} opened by {}{together}",
                    names.place(place),
                    listed(&people)
                ),
                how: Some(format!("[[custody.places]] `{place}`: opened_by and needs")),
            }
        }
        Change::SecondEnvelope { key, to } => Step {
            text: format!(
                "write the PIN of {} into a second envelope for {}",
                names.item(key),
                holder(to, names)
            ),
            how: Some("halligan custody issue".into()),
        },
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
            if let Some(how) = &step.how {
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
    let (changes, additions): (&[Change], &[Addition]) = match &proposal.outcome {
        Proposed::Changes(changes) => (changes, &[]),
        Proposed::Impossible { with: Some((additions, changes)), .. }
        | Proposed::NotFound { with: Some((additions, changes)), .. } => (changes, additions),
        _ => (&[], &[]),
    };
    let verdict = match &proposal.outcome {
        Proposed::Sound => "sound",
        Proposed::NothingAtHand => "nothing_at_hand",
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
        "changes": changes.iter().map(change_object).collect::<Vec<_>>(),
        "steps": told.steps.iter().map(|step| step.text.as_str()).collect::<Vec<_>>(),
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
