//! Reads fault trees in open-PSA XML.

use std::collections::BTreeMap;

use halligan_bdd::{Gate, Node, Structure};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// How deep formulas may be written into each other.
const DEPTH_MAX: usize = 1_000;

/// A fault tree as it was read.
pub(crate) struct Tree {
    pub(crate) structure: Structure,
    pub(crate) top: Node,
    /// The probability of each event that has one.
    probabilities: BTreeMap<Node, f64>,
}

impl Tree {
    /// The probability of an event, where the document says it.
    #[allow(dead_code, reason = "the benchmark, which reads trees as well, only counts")]
    pub(crate) fn probability(&self, event: Node) -> Option<f64> {
        self.probabilities.get(&event).copied()
    }
}

/// An element of XML with what it holds.
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    children: Vec<Element>,
}

/// Reads a document whose fault tree has one gate that no other stands on, or the gate `top`.
pub(crate) fn read(text: &str, top: Option<&str>) -> Result<Tree, String> {
    let root = parse(text)?;
    let mut builder = Builder::default();
    builder.declare(&root)?;
    for (name, formula) in gates(&root) {
        let node = builder.named(name)?;
        let gate = builder.gate(only_child(formula, name)?)?;
        builder.structure.define(node, gate).map_err(|flaw| format!("gate `{name}`: {flaw}"))?;
    }
    let top = match top {
        Some(name) => builder.named(name)?,
        None => builder.top()?,
    };
    Ok(Tree { structure: builder.structure, top, probabilities: builder.probabilities })
}

#[derive(Default)]
struct Builder {
    structure: Structure,
    /// Gates, by their names.
    gates: BTreeMap<String, Node>,
    /// Basic and house events, by their names.
    events: BTreeMap<String, Node>,
    probabilities: BTreeMap<Node, f64>,
    /// Gates that another stands on.
    used: std::collections::BTreeSet<Node>,
}

impl Builder {
    /// Names everything that is defined, in the order of the document.
    fn declare(&mut self, element: &Element) -> Result<(), String> {
        for child in &element.children {
            let name = child.attributes.get("name");
            match (child.name.as_str(), name) {
                ("define-gate", Some(name)) => {
                    let node = self.structure.declare();
                    if self.gates.insert(name.clone(), node).is_some() {
                        return Err(format!("gate `{name}` is defined twice"));
                    }
                }
                ("define-basic-event", Some(name)) => {
                    let node = self.event(name);
                    if let Some(value) = child.find("float") {
                        let text = value.attributes.get("value").map_or("", String::as_str);
                        let number = text.trim().parse();
                        let number =
                            number.map_err(|_| format!("`{name}`: `{text}` is no number"))?;
                        self.probabilities.insert(node, number);
                    }
                }
                ("define-house-event", Some(name)) => {
                    let value = child.find("constant").and_then(|one| one.attributes.get("value"));
                    let holds = value.is_some_and(|value| value == "true");
                    let gate = if holds { Gate::All(Vec::new()) } else { Gate::Any(Vec::new()) };
                    let node = self.structure.gate(gate);
                    self.events.insert(name.clone(), node);
                }
                ("define-gate" | "define-basic-event" | "define-house-event", None) => {
                    return Err(format!("a `{}` has no name", child.name));
                }
                _ => self.declare(child)?,
            }
        }
        Ok(())
    }

    fn event(&mut self, name: &str) -> Node {
        let structure = &mut self.structure;
        *self.events.entry(name.to_owned()).or_insert_with(|| structure.event())
    }

    fn named(&self, name: &str) -> Result<Node, String> {
        self.gates.get(name).copied().ok_or_else(|| format!("gate `{name}` is not defined"))
    }

    /// The node of a formula.
    fn node(&mut self, formula: &Element) -> Result<Node, String> {
        let name = || {
            let name = formula.attributes.get("name").cloned();
            name.ok_or_else(|| format!("a `{}` has no name", formula.name))
        };
        match formula.name.as_str() {
            "gate" => {
                let node = self.named(&name()?)?;
                self.used.insert(node);
                Ok(node)
            }
            "event" if self.gates.contains_key(&name()?) => {
                let node = self.named(&name()?)?;
                self.used.insert(node);
                Ok(node)
            }
            "basic-event" | "house-event" | "event" => Ok(self.event(&name()?)),
            _ => {
                let gate = self.gate(formula)?;
                Ok(self.structure.gate(gate))
            }
        }
    }

    /// The gate of a formula.
    fn gate(&mut self, formula: &Element) -> Result<Gate, String> {
        let number = |attribute: &str| {
            let text = formula.attributes.get(attribute).map_or("", String::as_str);
            let number = text.parse::<usize>();
            number.map_err(|_| format!("`{}` wants a number as its `{attribute}`", formula.name))
        };
        match formula.name.as_str() {
            "and" => Ok(Gate::All(self.nodes(formula)?)),
            "or" => Ok(Gate::Any(self.nodes(formula)?)),
            "atleast" => Ok(Gate::AtLeast(number("min")?, self.nodes(formula)?)),
            "not" => Ok(Gate::Not(self.node(only_child(formula, "not")?)?)),
            "nand" => self.negated(formula, Gate::All),
            "nor" => self.negated(formula, Gate::Any),
            "cardinality" => {
                let (least, most) = (number("min")?, number("max")?);
                let nodes = self.nodes(formula)?;
                let enough = self.structure.gate(Gate::AtLeast(least, nodes.clone()));
                let many = self.structure.gate(Gate::AtLeast(most.saturating_add(1), nodes));
                let few = self.structure.gate(Gate::Not(many));
                Ok(Gate::All(vec![enough, few]))
            }
            "xor" | "iff" | "imply" => {
                let nodes = self.nodes(formula)?;
                let [one, other] = nodes.as_slice() else {
                    return Err(format!("`{}` wants two formulas", formula.name));
                };
                Ok(self.pair(&formula.name, *one, *other))
            }
            "gate" | "event" | "basic-event" | "house-event" => {
                Ok(Gate::All(vec![self.node(formula)?]))
            }
            "constant" => match formula.attributes.get("value").map(String::as_str) {
                Some("true") => Ok(Gate::All(Vec::new())),
                _ => Ok(Gate::Any(Vec::new())),
            },
            other => Err(format!("a formula `{other}` is not known here")),
        }
    }

    fn nodes(&mut self, formula: &Element) -> Result<Vec<Node>, String> {
        formula.children.iter().map(|child| self.node(child)).collect()
    }

    fn negated(&mut self, formula: &Element, of: fn(Vec<Node>) -> Gate) -> Result<Gate, String> {
        let nodes = self.nodes(formula)?;
        Ok(Gate::Not(self.structure.gate(of(nodes))))
    }

    fn pair(&mut self, name: &str, one: Node, other: Node) -> Gate {
        let not_one = self.structure.gate(Gate::Not(one));
        if name == "imply" {
            return Gate::Any(vec![not_one, other]);
        }
        let not_other = self.structure.gate(Gate::Not(other));
        let (first, second) = match name {
            "xor" => (vec![one, not_other], vec![not_one, other]),
            _ => (vec![one, other], vec![not_one, not_other]),
        };
        let first = self.structure.gate(Gate::All(first));
        let second = self.structure.gate(Gate::All(second));
        Gate::Any(vec![first, second])
    }

    /// The one gate that no other stands on.
    fn top(&self) -> Result<Node, String> {
        let tops = self.gates.iter().filter(|(_, node)| !self.used.contains(node));
        let tops: Vec<(&String, &Node)> = tops.collect();
        match tops.as_slice() {
            [(_, node)] => Ok(**node),
            [] if self.gates.is_empty() => Err("the file defines no gate".into()),
            [] => Err("every gate stands below another, so that there is a circle".into()),
            many => {
                let names: Vec<&str> = many.iter().map(|(name, _)| name.as_str()).collect();
                Err(format!("no other gate stands on any of `{}`: name one", names.join("`, `")))
            }
        }
    }
}

impl Element {
    /// The first element of a name below this one.
    fn find(&self, name: &str) -> Option<&Element> {
        self.children
            .iter()
            .find_map(|child| if child.name == name { Some(child) } else { child.find(name) })
    }
}

/// The gates of a document with their elements.
fn gates(root: &Element) -> Vec<(&str, &Element)> {
    let mut found = Vec::new();
    for child in &root.children {
        match (child.name.as_str(), child.attributes.get("name")) {
            ("define-gate", Some(name)) => found.push((name.as_str(), child)),
            _ => found.extend(gates(child)),
        }
    }
    found
}

fn only_child<'e>(element: &'e Element, name: &str) -> Result<&'e Element, String> {
    let formulas = |one: &&Element| one.name != "label" && one.name != "attributes";
    match element.children.iter().filter(formulas).collect::<Vec<_>>().as_slice() {
        [one] => Ok(one),
        _ => Err(format!("`{name}` wants one formula")),
    }
}

fn parse(text: &str) -> Result<Element, String> {
    let mut reader = Reader::from_str(text);
    let document = Element { name: String::new(), attributes: BTreeMap::new(), children: vec![] };
    let mut open = vec![document];
    loop {
        let at = |error: &dyn std::fmt::Display, place: u64| format!("byte {place}: {error}");
        let place = reader.buffer_position();
        match reader.read_event().map_err(|error| at(&error, place))? {
            Event::Start(start) => {
                if open.len() > DEPTH_MAX {
                    return Err(format!("deeper than DEPTH_MAX ({DEPTH_MAX}) elements"));
                }
                open.push(element(&start).map_err(|error| at(&error, place))?);
            }
            Event::Empty(start) => {
                let child = element(&start).map_err(|error| at(&error, place))?;
                open.last_mut().ok_or("no element is open")?.children.push(child);
            }
            Event::End(_) => {
                let child = open.pop().ok_or("no element is open")?;
                open.last_mut().ok_or("no element is open")?.children.push(child);
            }
            Event::Eof if open.len() == 1 => return open.pop().ok_or_else(|| "empty".into()),
            Event::Eof => return Err("the file ends within an element".into()),
            _ => {}
        }
    }
}

fn element(start: &BytesStart<'_>) -> Result<Element, String> {
    let mut attributes = BTreeMap::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute
            .normalized_value(quick_xml::XmlVersion::Implicit1_0)
            .map_err(|error| error.to_string())?;
        attributes.insert(attribute.key.as_ref().to_owned(), value.into_owned());
    }
    Ok(Element { name: start.name().as_ref().to_owned(), attributes, children: Vec::new() })
}
