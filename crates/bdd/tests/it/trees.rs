//! Published fault trees, with counts that several engines agree on.

#[path = "../../examples/open_psa/reader.rs"]
mod reader;

use std::path::Path;

use halligan_bdd::{Analysis, Family, Node, STEPS_MAX};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/fault-trees");

/// A row of the published table: the tree, its minimal cut sets, its minimal path sets (none for a
/// tree with a negation), the probability of its top, and the size of its largest cut set.
struct Row<'t> {
    name: &'t str,
    cuts: &'t str,
    paths: Option<&'t str>,
    probability: f64,
    largest: usize,
}

impl<'t> Row<'t> {
    fn of(line: &'t str) -> Self {
        let columns: Vec<&str> = line.split('\t').collect();
        let paths = (!columns[6].is_empty()).then_some(columns[6]);
        Row {
            name: columns[0],
            cuts: columns[4],
            paths,
            probability: columns[7].parse().unwrap(),
            largest: columns[11].parse().unwrap(),
        }
    }

    fn check(&self) {
        let text = std::fs::read_to_string(format!("{FOLDER}/{}.xml", self.name)).unwrap();
        let tree = reader::read(&text, None).unwrap();
        let mut analysis = Analysis::of(&tree.structure, tree.top, STEPS_MAX).unwrap();
        let cuts = analysis.solutions().unwrap();
        let count = |family: &Family| family.count().unwrap().to_string();
        assert_eq!(count(&cuts), self.cuts, "{}", self.name);
        let orders = cuts.orders().unwrap();
        assert_eq!(orders.last().map(|(size, _)| *size), Some(self.largest), "{}", self.name);
        let sum: u128 = orders.iter().map(|(_, count)| count).sum();
        assert_eq!(Some(sum), cuts.count(), "{}", self.name);
        let paths = analysis.blockers().unwrap();
        assert_eq!(paths.as_ref().map(count).as_deref(), self.paths, "{}", self.name);
        let chance = |event| tree.probability(event).unwrap();
        let probability = analysis.probability(chance).unwrap();
        let difference = (probability - self.probability).abs() / self.probability;
        assert!(difference < 1e-6, "{}: {probability} {}", self.name, self.probability);
    }
}

#[test]
fn published_trees_have_the_published_counts() {
    if !Path::new(FOLDER).exists() {
        println!("skipped: ../shared/data/fault-trees is absent");
        return;
    }
    let table = std::fs::read_to_string(format!("{FOLDER}/expected.tsv")).unwrap();
    let rows: Vec<Row> = table.lines().skip(1).map(Row::of).collect();
    assert_eq!(rows.len(), 24);
    rows.iter().for_each(Row::check);
}

#[test]
fn what_is_no_fault_tree_is_refused_by_name() {
    let tree = |gates: &str| {
        format!("<opsa-mef><define-fault-tree>{gates}</define-fault-tree></opsa-mef>")
    };
    let refusal = |text: &str| reader::read(text, None).err().unwrap_or_else(|| "read".into());
    let gate =
        |name: &str, formula: &str| format!("<define-gate name=\"{name}\">{formula}</define-gate>");
    let event = "<basic-event name=\"e\"/>";
    assert_eq!(refusal("<opsa-mef/>"), "the file defines no gate");
    assert_eq!(refusal("<opsa-mef>"), "the file ends within an element");
    assert!(refusal("<a></b>").starts_with("byte 3: "), "{}", refusal("<a></b>"));
    let twice = tree(&(gate("g", event) + &gate("g", event)));
    assert_eq!(refusal(&twice), "gate `g` is defined twice");
    let two = tree(&(gate("g", event) + &gate("h", event)));
    assert_eq!(refusal(&two), "no other gate stands on any of `g`, `h`: name one");
    assert!(reader::read(&two, Some("h")).is_ok());
    assert_eq!(refusal(&tree(&gate("g", "<gate name=\"x\"/>"))), "gate `x` is not defined");
    assert_eq!(refusal(&tree(&gate("g", "<maybe/>"))), "a formula `maybe` is not known here");
    assert_eq!(
        refusal(&tree(&gate("g", "<atleast><event name=\"e\"/></atleast>"))),
        "`atleast` wants a number as its `min`"
    );
    let circle = gate("g", "<gate name=\"h\"/>") + &gate("h", "<gate name=\"g\"/>");
    assert_eq!(
        refusal(&tree(&circle)),
        "every gate stands below another, so that there is a circle"
    );
    let deep = "<and>".repeat(2_000);
    assert_eq!(refusal(&deep), "deeper than DEPTH_MAX (1000) elements");
}

/// Formulas that the published trees do not use, by their truth tables.
#[test]
fn every_formula_of_open_psa_is_known() {
    let cases: [(&str, &[&str]); 10] = [
        ("<xor>AB</xor>", &["a", "b"]),
        ("<iff>AB</iff>", &["", "ab"]),
        ("<imply>AB</imply>", &["", "b", "ab"]),
        ("<nand>AB</nand>", &["", "a", "b"]),
        ("<nor>AB</nor>", &[""]),
        ("<cardinality min=\"1\" max=\"1\">AB</cardinality>", &["a", "b"]),
        ("<or><and>AB</and><not>A</not></or>", &["", "b", "ab"]),
        ("<or>A<constant value=\"true\"/></or>", &["", "a", "b", "ab"]),
        ("<and>A<house-event name=\"off\"/></and>", &[]),
        ("<and>A<event name=\"on\"/></and>", &["a", "ab"]),
    ];
    for (formula, expected) in cases {
        let formula = formula
            .replace('A', "<basic-event name=\"a\"/>")
            .replace('B', "<basic-event name=\"b\"/>");
        let text = format!(
            "<opsa-mef><define-house-event name=\"on\"><constant value=\"true\"/>\
             </define-house-event><define-house-event name=\"off\"/>\
             <define-basic-event name=\"a\"/><define-basic-event name=\"b\"/>\
             <define-gate name=\"g\">{formula}</define-gate></opsa-mef>"
        );
        let tree = reader::read(&text, None).unwrap();
        let mut analysis = Analysis::of(&tree.structure, tree.top, 1_000).unwrap();
        for (mask, name) in ["", "a", "b", "ab"].into_iter().enumerate() {
            // Nodes are numbered as they are declared, after the two house events.
            let is_true = |event: Node| mask >> (event.number() - 2) & 1 == 1;
            let chance = |event| if is_true(event) { 1.0 } else { 0.0 };
            let probability = analysis.probability(chance).unwrap();
            assert_eq!(probability == 1.0, expected.contains(&name), "{formula} of `{name}`");
        }
    }
}
