//! The inventory as a picture (SVG): those who can on the left, the role on the right, an arrow per
//! act between them.
//!
//! Columns are the number of acts to the role by the longest way, so that arrows point to the
//! right; within a column nodes stand near what they lead to.
//! The colour of an arrow says what kind of act it is: held, activated, or taken. A picture is for
//! sharing, so people and things appear by code name or by the beginning of their id, unless names
//! are asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use halligan_core::inventory::{Act, Entry, Inventory, Kind, Node, SignIn, Step};
use halligan_core::tenant::Gap;

use super::words;
use crate::view::clean;

/// Nodes that a column shows before the rest becomes one box.
const COLUMN_MAX: usize = 40;
/// Sizes in pixels.
const BOX_WIDTH: usize = 224;
const BOX_HEIGHT: usize = 36;
const COLUMN_STEP: usize = 314;
const ROW_STEP: usize = 48;
const MARGIN: usize = 28;
const HEAD: usize = 104;
const FOOT: usize = 64;
/// Characters that fit into a box.
const LABEL_MAX: usize = 28;
/// Columns at most: where ways run in a circle there is no longest one.
const COLUMNS_MAX: usize = 8;
/// How far an arrow within a column swings out.
const SWING: usize = 36;

const STYLE: &str = "\
text{font:13px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;fill:#1b1f24}\
.h{font-size:20px;font-weight:600}.s{fill:#57606a}.c{font-size:11px;fill:#57606a}\
.w{fill:#b42318;font-weight:700}.b{fill:#fff;stroke:#8c959f;stroke-width:1.2}\
.declared .b{fill:#e6f4ea;stroke:#1a7f37}.user .b{fill:#fff;stroke:#57606a}\
.group .b{fill:#ddf4ff;stroke:#0969da}.application .b{fill:#fff1e5;stroke:#bc4c00}\
.role .b{fill:#f6f8fa;stroke:#57606a}.outside .b{fill:#f3e8ff;stroke:#8250df}\
.end .b{fill:#24292f;stroke:#24292f}.end text{fill:#fff;font-weight:600}\
.unknown .b{fill:#fff;stroke:#57606a;stroke-dasharray:3 3}.e{fill:none;stroke-width:1.6}\
.held{stroke:#57606a}.may{stroke:#9a6700;stroke-dasharray:7 4}.taken{stroke:#cf222e}\
.from{stroke:#8250df;stroke-dasharray:2 4}";

pub(super) fn render(inventory: &Inventory, names: bool) -> String {
    let drawing = Drawing::of(inventory, names);
    let (width, height) = drawing.size();
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{}\">\n<style>{STYLE}</style>\n\
         <defs><marker id=\"a\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" \
         markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#57606a\"/></marker>\
         </defs>\n<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n",
        escaped(&words::counts(inventory)),
    );
    head(&mut svg, inventory, names);
    drawing.edges(&mut svg);
    drawing.boxes(&mut svg);
    foot(&mut svg, height, &inventory.gaps);
    svg.push_str("</svg>\n");
    svg
}

fn head(svg: &mut String, inventory: &Inventory, names: bool) {
    let subject = match names {
        true => words::subject(inventory),
        false => format!("read {}", words::day(&inventory.taken.to_string())),
    };
    text(svg, MARGIN, 40, "h", "Who can become Global Administrator");
    text(svg, MARGIN, 62, "s", &words::counts(inventory));
    text(svg, MARGIN, 82, "s", &subject);
}

fn foot(svg: &mut String, height: usize, gaps: &[Gap]) {
    let y = height - FOOT + 30;
    let legend = [
        ("held", "holds or is a member"),
        ("may", "may activate"),
        ("taken", "owns, or can take"),
        ("from", "from outside"),
    ];
    let mut x = MARGIN;
    for (class, meaning) in legend {
        line(svg, format_args!("M{x} {}H{}", y - 4, x + 34), class, None);
        text(svg, x + 42, y, "c", meaning);
        x += 170;
    }
    text(svg, x, y, "w", "!");
    text(svg, x + 12, y, "c", "stands out");
    if !gaps.is_empty() {
        let parts: BTreeSet<&str> = gaps.iter().map(|gap| gap.part.kind.title()).collect();
        let parts: Vec<&str> = parts.into_iter().collect();
        let said = format!("Not read, and may hide somebody: {}", parts.join(", "));
        text(svg, MARGIN, y + 20, "w", &said);
    }
}

/// A node as it is drawn.
struct Drawn {
    label: String,
    caption: String,
    class: &'static str,
    tells: String,
    is_marked: bool,
    column: usize,
    y: usize,
}

struct Drawing {
    nodes: BTreeMap<Node, Drawn>,
    edges: BTreeSet<(Node, Node, &'static str, String)>,
    /// Boxes for what a column does not show: column, place, how many.
    more: Vec<(usize, usize, usize)>,
    columns: usize,
    rows: usize,
}

impl Drawing {
    fn of(inventory: &Inventory, names: bool) -> Self {
        let mut drawing = Self {
            nodes: BTreeMap::new(),
            edges: BTreeSet::new(),
            more: Vec::new(),
            columns: 1,
            rows: 1,
        };
        drawing.nodes.insert(Node::Administrator, end());
        for entry in &inventory.entries {
            drawing.add(entry, names);
        }
        drawing.arrange();
        drawing
    }

    fn add(&mut self, entry: &Entry, names: bool) {
        let label = match (&entry.code_name, names) {
            (Some(code_name), _) => code_name.clone(),
            (None, true) => words::who(entry),
            (None, false) => words::unnamed(&entry.node),
        };
        let is_declared = entry.code_name.is_some();
        let drawn = Drawn {
            label,
            caption: match &entry.sign_in {
                SignIn::NotByItself => entry.kind.word().into(),
                sign_in => format!("{} · {}", entry.kind.word(), words::sign_in(sign_in)),
            },
            class: if is_declared { "declared" } else { entry.kind.word() },
            tells: words::remarks(entry),
            is_marked: !entry.remarks.is_empty(),
            column: entry.distance(),
            y: 0,
        };
        // What other paths only mentioned is drawn in full once it is an entry itself.
        self.nodes.insert(entry.node.clone(), drawn);
        for path in &entry.paths {
            let mut from = entry.node.clone();
            for (place, step) in path.steps.iter().enumerate() {
                let to = ending(step);
                let rest = path.steps.len() - place - 1;
                self.mention(step, &to, rest, names);
                let said = words::step(step);
                self.edges.insert((from, to.clone(), class(&step.act), said));
                from = to;
            }
        }
    }

    fn mention(&mut self, step: &Step, to: &Node, distance: usize, names: bool) {
        if self.nodes.contains_key(to) {
            return;
        }
        let is_public = step.kind == Kind::Role || names;
        let label = match &step.name {
            Some(name) if is_public => name.clone(),
            _ => words::unnamed(to),
        };
        let drawn = Drawn {
            label,
            caption: step.kind.word().into(),
            class: step.kind.word(),
            tells: String::new(),
            is_marked: false,
            column: distance,
            y: 0,
        };
        self.nodes.insert(to.clone(), drawn);
    }

    /// Gives every node its place: columns by distance, rows near what a node leads to.
    fn arrange(&mut self) {
        self.lengthen();
        self.columns = self.nodes.values().map(|node| node.column).max().unwrap_or(0) + 1;
        let mut places: BTreeMap<Node, usize> = BTreeMap::new();
        for column in 0..self.columns {
            let mut here: Vec<(usize, bool, String, Node)> = self
                .nodes
                .iter()
                .filter(|(_, drawn)| drawn.column == column)
                .map(|(node, drawn)| {
                    let targets = self.edges.iter().filter(|(from, ..)| from == node);
                    let target = targets.filter_map(|(_, to, ..)| places.get(to)).min();
                    let is_ordinary = drawn.class != "declared";
                    let target = target.copied().unwrap_or(0);
                    (target, is_ordinary, drawn.label.clone(), node.clone())
                })
                .collect();
            here.sort();
            let hidden = here.split_off(here.len().min(COLUMN_MAX));
            for (row, (_, _, _, node)) in here.iter().enumerate() {
                places.insert(node.clone(), row);
                if let Some(drawn) = self.nodes.get_mut(node) {
                    drawn.y = HEAD + row * ROW_STEP;
                }
            }
            self.rows = self.rows.max(here.len() + usize::from(!hidden.is_empty()));
            if !hidden.is_empty() {
                self.more.push((column, here.len(), hidden.len()));
            }
            for (_, _, _, node) in hidden {
                self.nodes.remove(&node);
            }
        }
        let tallest = self.rows;
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for drawn in self.nodes.values() {
            *counts.entry(drawn.column).or_default() += 1;
        }
        // Short columns stand in the middle, so that arrows do not all run to one corner.
        for drawn in self.nodes.values_mut() {
            let count = counts.get(&drawn.column).copied().unwrap_or(0);
            drawn.y += tallest.saturating_sub(count) * ROW_STEP / 2;
        }
    }

    /// Moves nodes to the left of everything that they lead to.
    fn lengthen(&mut self) {
        for _ in 0..COLUMNS_MAX {
            for (from, to, ..) in &self.edges {
                let Some(after) = self.nodes.get(to).map(|to| to.column + 1) else { continue };
                if let Some(node) = self.nodes.get_mut(from).filter(|_| after < COLUMNS_MAX) {
                    node.column = node.column.max(after);
                }
            }
        }
    }

    fn size(&self) -> (usize, usize) {
        let width = MARGIN * 2 + (self.columns - 1) * COLUMN_STEP + BOX_WIDTH;
        (width.max(760), HEAD + self.rows * ROW_STEP + FOOT)
    }

    /// The left edge of a column: the role stands rightmost.
    fn x(&self, column: usize) -> usize {
        MARGIN + (self.columns - 1 - column) * COLUMN_STEP
    }

    fn edges(&self, svg: &mut String) {
        for (from, to, class, said) in &self.edges {
            let (Some(from), Some(to)) = (self.nodes.get(from), self.nodes.get(to)) else {
                continue;
            };
            let (x1, y1) = (self.x(from.column) + BOX_WIDTH, from.y + BOX_HEIGHT / 2);
            let y2 = to.y + BOX_HEIGHT / 2;
            let (bend, back, x2) = if from.column > to.column {
                let x2 = self.x(to.column).saturating_sub(3);
                let half = x2.abs_diff(x1) / 2;
                (x1 + half, x2.saturating_sub(half), x2)
            } else {
                // Ways in a circle: the arrow comes in from the right.
                let x2 = self.x(to.column) + BOX_WIDTH + 3;
                (x1 + SWING, x2 + SWING, x2)
            };
            let curve = format_args!("M{x1} {y1}C{bend} {y1} {back} {y2} {x2} {y2}");
            line(svg, curve, class, Some(said));
        }
    }

    fn boxes(&self, svg: &mut String) {
        for drawn in self.nodes.values() {
            let x = self.x(drawn.column);
            draw(svg, drawn, x);
        }
        for (column, row, count) in &self.more {
            let y = HEAD + row * ROW_STEP + BOX_HEIGHT / 2;
            let said = format!("and {count} more (see the table)");
            text(svg, self.x(*column), y, "s", &said);
        }
    }
}

fn draw(svg: &mut String, drawn: &Drawn, x: usize) {
    let Drawn { class, y, .. } = drawn;
    let _ = write!(svg, "<g class=\"{class}\">");
    if !drawn.tells.is_empty() {
        let _ = write!(svg, "<title>{}</title>", escaped(&drawn.tells));
    }
    let _ = write!(
        svg,
        "<rect class=\"b\" x=\"{x}\" y=\"{y}\" width=\"{BOX_WIDTH}\" height=\"{BOX_HEIGHT}\" \
         rx=\"6\"/>"
    );
    let is_end = *class == "end";
    let baseline = if is_end { y + 23 } else { y + 16 };
    let most = LABEL_MAX - 2 * usize::from(drawn.is_marked);
    text(svg, x + 10, baseline, "l", &cut(&drawn.label, most));
    if !is_end {
        text(svg, x + 10, y + 30, "c", &cut(&drawn.caption, LABEL_MAX + 6));
    }
    if drawn.is_marked {
        text(svg, x + BOX_WIDTH - 14, y + 17, "w", "!");
    }
    svg.push_str("</g>\n");
}

/// The role itself, where every arrow ends.
fn end() -> Drawn {
    Drawn {
        label: "Global Administrator".into(),
        caption: String::new(),
        class: "end",
        tells: String::new(),
        is_marked: false,
        column: 0,
        y: 0,
    }
}

/// Holding the role and being its holder are one place in the picture.
fn ending(step: &Step) -> Node {
    let role = halligan_core::id::GLOBAL_ADMINISTRATOR.0;
    if step.to == Node::Role(role) { Node::Administrator } else { step.to.clone() }
}

/// What kind of act it is, by the class of its arrow.
fn class(act: &Act) -> &'static str {
    match act {
        Act::Holds { .. } | Act::IsMember => "held",
        Act::Activates { .. } | Act::ActivatesMembership { .. } => "may",
        Act::OwnsGroup | Act::OwnsApplication | Act::Uses(_) => "taken",
        Act::SignsInAs | Act::HasPartnerAccess => "from",
    }
}

fn line(svg: &mut String, path: impl std::fmt::Display, class: &str, said: Option<&str>) {
    let _ = write!(svg, "<path class=\"e {class}\" d=\"{path}\" marker-end=\"url(#a)\">");
    if let Some(said) = said {
        let _ = write!(svg, "<title>{}</title>", escaped(said));
    }
    svg.push_str("</path>\n");
}

fn text(svg: &mut String, x: usize, y: usize, class: &str, said: &str) {
    let _ = write!(svg, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{}</text>", escaped(said));
}

fn cut(text: &str, most: usize) -> String {
    let text = clean(text);
    if text.chars().count() <= most {
        return text.into_owned();
    }
    let kept: String = text.chars().take(most - 1).collect();
    format!("{}…", kept.trim_end())
}

fn escaped(text: &str) -> String {
    let text = clean(text);
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;")
}
