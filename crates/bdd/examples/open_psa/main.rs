//! Reads a fault tree in open-PSA XML and prints one JSON object: `mcs` and `mps` (how many minimal
//! cut and path sets there are, as strings; `mps` is null where the tree holds a negation),
//! `orders` (how many cut sets of each size), `probability` of the top, `seconds` that it took
//! without reading the file, and `bounded` (null, or the limit that was reached).
//!
//! ```text
//! cargo run --release -p halligan-bdd --example open_psa -- FILE.xml [TOP GATE]
//! ```

mod reader;

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Instant;

use halligan_bdd::{Analysis, Family, STEPS_MAX};
use serde_json::{Value, json};

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let Some(path) = args.next() else {
        let _ = writeln!(std::io::stderr(), "usage: open_psa FILE.xml [TOP GATE]");
        return ExitCode::from(2);
    };
    match analyse(&path, args.next().as_deref()) {
        Ok(answer) => match writeln!(std::io::stdout(), "{answer}") {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: `{path}`: {error}");
            ExitCode::FAILURE
        }
    }
}

fn analyse(path: &str, top: Option<&str>) -> Result<Value, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let tree = reader::read(&text, top)?;
    let begun = Instant::now();
    let mut analysis =
        Analysis::of(&tree.structure, tree.top, STEPS_MAX).map_err(|flaw| flaw.to_string())?;
    let large = |error: halligan_bdd::TooLarge| error.to_string();
    let solutions = analysis.solutions().map_err(large)?;
    let count = |family: &Family| family.count().map(|count| count.to_string());
    let (mcs, orders) = (count(&solutions), solutions.orders());
    let cuts = begun.elapsed();
    let blockers = analysis.blockers().map_err(large)?;
    let mps = blockers.as_ref().and_then(count);
    let chance = |event| tree.probabilities.get(&event).copied().unwrap_or(0.5);
    let probability = analysis.probability(chance).map_err(large)?;
    Ok(json!({
        "mcs": mcs,
        "mps": mps,
        "orders": orders,
        "probability": probability,
        "seconds": begun.elapsed().as_secs_f64(),
        "cuts": cuts.as_secs_f64(),
        "bounded": null,
    }))
}
