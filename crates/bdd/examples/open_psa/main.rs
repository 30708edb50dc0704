//! Reads a fault tree in open-PSA XML and prints one JSON object:
//!
//! - `mcs`, `mps`: how many minimal cut sets and minimal path sets there are, as strings; `mps` is
//!   null where the tree holds a negation, and `mcs` then counts the minimal solutions by what has
//!   to be true;
//! - `orders`: `[size, count]` for each size of a cut set;
//! - `probability` of the top;
//! - `seconds` for all of this, without reading the file;
//! - `bounded`: null, or the limit that was reached. Then `mcs`, `mps` and `probability` are null,
//!   and `orders` counts the cut sets up to the size that it names.
//!
//! ```text
//! cargo run --release -p halligan-bdd --example open_psa -- FILE.xml [--top GATE] [--steps N]
//! ```

mod reader;

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Instant;

use halligan_bdd::{Analysis, Family, STEPS_MAX, TooLarge, smallest};
use serde_json::{Value, json};

/// Up to which size cut sets are listed where a tree is too large.
const ORDER_MAX: usize = 3;
/// How many of them a gate may have.
const SETS_MAX: usize = 1_000_000;

fn main() -> ExitCode {
    let asked = match asked(std::env::args().skip(1)) {
        Ok(asked) => asked,
        Err(error) => {
            let usage = "usage: open_psa FILE.xml [--top GATE] [--steps N]";
            let _ = writeln!(std::io::stderr(), "error: {error}\n{usage}");
            return ExitCode::from(2);
        }
    };
    match analyse(&asked) {
        Ok(answer) => match writeln!(std::io::stdout(), "{answer}") {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: `{}`: {error}", asked.path);
            ExitCode::FAILURE
        }
    }
}

struct Asked {
    path: String,
    top: Option<String>,
    steps_max: u64,
}

fn asked(args: impl Iterator<Item = String>) -> Result<Asked, String> {
    let (mut path, mut top, mut steps_max) = (None, None, STEPS_MAX);
    let mut args = args;
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("`{arg}` wants a value"));
        match arg.as_str() {
            "--top" => top = Some(value()?),
            "--steps" => {
                let text = value()?;
                steps_max = text.parse().map_err(|_| format!("`{text}` is no number of steps"))?;
            }
            _ if path.is_none() => path = Some(arg),
            _ => return Err(format!("`{arg}` is one argument too many")),
        }
    }
    Ok(Asked { path: path.ok_or("no file is named")?, top, steps_max })
}

fn analyse(asked: &Asked) -> Result<Value, String> {
    let text = std::fs::read_to_string(&asked.path).map_err(|error| error.to_string())?;
    let tree = reader::read(&text, asked.top.as_deref())?;
    let begun = Instant::now();
    let mut analysis = Analysis::of(&tree.structure, tree.top, asked.steps_max)
        .map_err(|flaw| flaw.to_string())?;
    let answer = exact(&mut analysis, &tree).or_else(|limit| bounded(&tree, limit));
    let mut answer = answer?;
    if let Some(members) = answer.as_object_mut() {
        members.insert("seconds".into(), begun.elapsed().as_secs_f64().into());
    }
    Ok(answer)
}

fn exact(analysis: &mut Analysis, tree: &reader::Tree) -> Result<Value, TooLarge> {
    let count = |family: &Family| family.count().map(|count| count.to_string());
    let solutions = analysis.solutions()?;
    let blockers = analysis.blockers()?;
    let chance = |event| tree.probability(event);
    let has_all = tree.structure.below(tree.top).is_ok_and(|below| {
        let mut events = below.iter().filter(|node| tree.structure.gate_of(**node).is_none());
        events.all(|event| chance(*event).is_some())
    });
    let probability = match has_all {
        true => Some(analysis.probability(|event| chance(event).unwrap_or_default())?),
        false => None,
    };
    Ok(json!({
        "mcs": count(&solutions),
        "mps": blockers.as_ref().and_then(count),
        "orders": solutions.orders(),
        "probability": probability,
        "bounded": null,
    }))
}

/// The smallest cut sets where that is all there is room for.
fn bounded(tree: &reader::Tree, limit: TooLarge) -> Result<Value, String> {
    let mut refusal = String::new();
    for order in (1..=ORDER_MAX).rev() {
        match smallest(&tree.structure, tree.top, false, order, SETS_MAX) {
            Ok(sets) => {
                let count = |size: usize| sets.iter().filter(|set| set.len() == size).count();
                let orders: Vec<(usize, usize)> =
                    (0..=order).map(|size| (size, count(size))).filter(|one| one.1 > 0).collect();
                return Ok(json!({
                    "mcs": null,
                    "mps": null,
                    "orders": orders,
                    "probability": null,
                    "bounded": format!("{limit}: cut sets of at most {order} events"),
                }));
            }
            Err(unlisted) => refusal = unlisted.to_string(),
        }
    }
    Err(format!("{limit}, and its smallest cut sets are not known: {refusal}"))
}
