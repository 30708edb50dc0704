//! The chart as SVG text.

use std::fmt::{Display, Write as _};

use halligan_core::access::Outcome;

use super::super::story;
use super::super::told::Told;
use super::ROWS_MAX;
use super::chart::{COLUMNS, Chart, Drawn, Look};
use super::layout::{BOX_HEIGHT, BOX_WIDTH, COLUMN_STEP, Curve, HEAD, MARGIN, PLACES};
use crate::view::{clean, minute};

/// Characters that fit into a box, and into a line over the whole width.
const LABEL_MAX: usize = 23;
const CAPTION_MAX: usize = 31;
const LINE_MAX: usize = 150;
/// Room for a chip of what stands aside, and how many stand beside each other.
const CHIP_WIDTH: usize = 500;
const CHIP_STEP: usize = 36;
const CHIPS_ACROSS: usize = 3;
/// Characters that fit into one.
const CHIP_MAX: usize = 56;
/// Chips before the rest is counted.
const CHIPS_MAX: usize = 18;
const FOOT: usize = 96;

const STYLE: &str = "\
text{font:14px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;fill:#1b1f24}\
.h{font-size:24px;font-weight:600}.v{font-size:16px;font-weight:600}.bad{fill:#b42318}\
.good{fill:#1a7f37}.s{fill:#57606a}.c{font-size:11.5px;fill:#57606a}\
.col{font-size:13px;font-weight:600;fill:#57606a;letter-spacing:.04em}\
.b{fill:#fff;stroke:#8c959f;stroke-width:1.2}\
.hole .b{fill:#fff1f0;stroke:#cf222e;stroke-width:3.5}\
.hole .c{fill:#b42318;font-weight:700}.hole .l{font-weight:600}\
.setting .b{fill:#fff8e6;stroke:#9a6700;stroke-width:1.8;stroke-dasharray:7 3}\
.setting .c{fill:#7d5200}\
.irreducible .b{fill:#eef0f2;stroke:#6e7781;stroke-width:1.6;stroke-dasharray:2 3}\
.unknown .b{fill:#fff;stroke:#9a6700;stroke-width:2.4;stroke-dasharray:3 3}\
.gone .b{fill:#f6f8fa;stroke:#8c959f;stroke-dasharray:4 4}\
.gone .l{text-decoration:line-through;fill:#6e7781}\
.e{fill:none;stroke:#a5adb6;stroke-width:1.4}.p{stroke:#3d444d;stroke-width:1.7}\
.a0{stroke:#0969da}.a1{stroke:#8250df}\
.a2{stroke:#1b7c83}.a3{stroke:#bf3989}.red{stroke:#cf222e;stroke-width:2.6}";

pub(super) fn write(chart: &Chart, told: &Told<'_>) -> String {
    let width = MARGIN * 2 + (COLUMNS.len() - 1) * COLUMN_STEP + BOX_WIDTH;
    let shown = chart.aside.len().min(CHIPS_MAX);
    let aside = match shown {
        0 => 0,
        shown => 44 + shown.div_ceil(CHIPS_ACROSS) * CHIP_STEP,
    };
    let height = chart.bottom + 24 + aside + FOOT;
    let (word, sentence) = story::headline_on_a_wall(told);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"t d\">\n\
         <title id=\"t\">Who gets in, and what leads there</title>\n\
         <desc id=\"d\">{}</desc>\n<style>{STYLE}</style>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n",
        escaped(&described(chart, word, &sentence)),
    );
    head(&mut svg, told, word, &sentence);
    edges(&mut svg, chart);
    for drawn in chart.boxes.values() {
        draw(&mut svg, drawn, x(drawn.column), BOX_WIDTH);
    }
    left_out(&mut svg, chart);
    put_aside(&mut svg, chart);
    legend(&mut svg, height - FOOT + 40);
    svg.push_str("</svg>\n");
    svg
}

/// What the picture shows, for whoever does not see it.
fn described(chart: &Chart, word: &str, sentence: &str) -> String {
    let mut said = format!("{word}: {sentence}");
    for drawn in chart.boxes.values().filter(|one| one.look != Look::Plain) {
        let _ = write!(said, " {}: {}.", drawn.label, drawn.caption);
    }
    for (look, what) in &chart.aside {
        let _ = write!(said, " {what}: {}.", class(*look));
    }
    said
}

fn head(svg: &mut String, told: &Told<'_>, word: &str, sentence: &str) {
    text(svg, MARGIN, 46, "h", "Who gets in, and what leads there");
    let class = match told.outcome() {
        Outcome::Holds => "v good",
        Outcome::Undecided | Outcome::Hole => "v bad",
    };
    text(svg, MARGIN, 76, class, &cut(&format!("{word}: {sentence}"), LINE_MAX));
    let accounts = told.accounts().len();
    let people = told.register.custody.people.len();
    let subject = format!(
        "accounts: {accounts}, people: {people}; the tenant as read {}",
        minute(told.snapshot.taken)
    );
    text(svg, MARGIN, 100, "s", &subject);
    for (column, title) in COLUMNS.iter().enumerate() {
        text(svg, x(column), HEAD - 14, "col", title);
    }
}

fn edges(svg: &mut String, chart: &Chart) {
    // Red ones last, so that nothing crosses them.
    for is_red in [false, true] {
        for (from, to, number) in &chart.edges {
            let (Some(from), Some(to)) = (chart.boxes.get(from), chart.boxes.get(to)) else {
                continue;
            };
            if (from.look == Look::Hole) == is_red {
                let colour = match (is_red, number) {
                    (true, _) => "e red".into(),
                    (false, Some(number)) => format!("e a{}", number % 4),
                    (false, None) if from.column == PLACES => "e p".into(),
                    (false, None) => "e".into(),
                };
                edge(svg, from, to, &colour);
            }
        }
    }
}

fn edge(svg: &mut String, from: &Drawn, to: &Drawn, class: &str) {
    let title = format!("{} leads to {}", from.label, to.label);
    let Curve { start: (x1, y1), bend, back, end: (x2, y2) } = Curve::of(from, to);
    let path = format!("M{x1} {y1}C{bend} {y1} {back} {y2} {x2} {y2}");
    let title = escaped(&title);
    let _ = writeln!(svg, "<path class=\"{class}\" d=\"{path}\"><title>{title}</title></path>");
}

fn draw(svg: &mut String, drawn: &Drawn, x: usize, width: usize) {
    let Drawn { label, caption, look, y, .. } = drawn;
    let _ = write!(
        svg,
        "<g class=\"{}\"><title>{}</title><rect class=\"b\" x=\"{x}\" y=\"{y}\" width=\"{width}\" \
         height=\"{BOX_HEIGHT}\" rx=\"7\"/>",
        class(*look),
        escaped(&format!("{label}: {caption}")),
    );
    let (first, second) = match caption.is_empty() {
        true => halves(label),
        false => (label.as_str(), None),
    };
    let baseline = if caption.is_empty() && second.is_none() { y + 24 } else { y + 17 };
    text(svg, x + 12, baseline, "l", &cut(first, LABEL_MAX));
    if let Some(second) = second {
        text(svg, x + 12, y + 33, "l", &cut(second, LABEL_MAX));
    } else if !caption.is_empty() {
        text(svg, x + 12, y + 31, "c", &cut(caption, CAPTION_MAX));
    }
    svg.push_str("</g>\n");
}

/// A label that is too long for one line, at its last blank that is not.
fn halves(label: &str) -> (&str, Option<&str>) {
    if label.chars().count() <= LABEL_MAX {
        return (label, None);
    }
    let fits = |at: &usize| label.get(..*at).is_some_and(|one| one.chars().count() <= LABEL_MAX);
    let blank = label.match_indices(' ').map(|(at, _)| at).take_while(fits).last();
    match blank.and_then(|at| Some((label.get(..at)?, label.get(at + 1..)?))) {
        Some((first, second)) => (first, Some(second)),
        None => (label, None),
    }
}

fn left_out(svg: &mut String, chart: &Chart) {
    for (column, count) in chart.left_out.iter().enumerate().filter(|(_, count)| **count > 0) {
        let said = format!("and {count} more (ROWS_MAX, {ROWS_MAX})");
        text(svg, x(column), chart.bottom + 12, "c", &said);
    }
}

/// Singles that stand in no column.
fn put_aside(svg: &mut String, chart: &Chart) {
    if chart.aside.is_empty() {
        return;
    }
    let top = chart.bottom + 44;
    text(svg, MARGIN, top, "col", "Also enough alone");
    for (place, (look, what)) in chart.aside.iter().take(CHIPS_MAX).enumerate() {
        let (column, row) = (place % CHIPS_ACROSS, place / CHIPS_ACROSS);
        let (x, y) = (MARGIN + column * (CHIP_WIDTH + 20), top + 12 + row * CHIP_STEP);
        let class = class(*look);
        let _ = write!(
            svg,
            "<g class=\"{class}\"><title>{}</title><rect class=\"b\" x=\"{x}\" y=\"{y}\" \
             width=\"{CHIP_WIDTH}\" height=\"28\" rx=\"7\"/>",
            escaped(what)
        );
        let word = if *look == Look::Hole { "HOLE" } else { class };
        text(svg, x + 12, y + 19, "l", &cut(&format!("{word} · {what}"), CHIP_MAX));
        svg.push_str("</g>\n");
    }
    let more = chart.aside.len().saturating_sub(CHIPS_MAX);
    if more > 0 {
        let said = format!("and {more} more (CHIPS_MAX, {CHIPS_MAX})");
        text(svg, MARGIN + 160, top, "c", &said);
    }
}

fn legend(svg: &mut String, y: usize) {
    let looks = [
        (Look::Hole, "HOLE: it locks the owners out alone, or walks in alone"),
        (Look::Setting, "setting: one administrator can change it"),
        (Look::Irreducible, "irreducible: no arrangement takes it away"),
        (Look::Unknown, "unknown: nobody says who has it"),
    ];
    let mut x = MARGIN;
    for (look, meaning) in looks {
        let _ = write!(
            svg,
            "<g class=\"{}\"><rect class=\"b\" x=\"{x}\" y=\"{y}\" width=\"30\" height=\"18\" \
             rx=\"5\"/></g>",
            class(look)
        );
        text(svg, x + 40, y + 14, "s", meaning);
        x += 66 + meaning.chars().count() * 7;
    }
    let said = "An edge leads from who or what is needed to what it opens: light from people, \
                dark from places, in the account's colour from there on, thick and red from a \
                hole.";
    text(svg, MARGIN, y + 40, "c", said);
}

const fn class(look: Look) -> &'static str {
    match look {
        Look::Plain => "plain",
        Look::Irreducible => "irreducible",
        Look::Setting => "setting",
        Look::Gone => "gone",
        Look::Unknown => "unknown",
        Look::Hole => "hole",
    }
}

const fn x(column: usize) -> usize {
    MARGIN + column * COLUMN_STEP
}

fn text(svg: &mut String, x: impl Display, y: impl Display, class: &str, said: &str) {
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
    text.replace('"', "&quot;").replace('\'', "&#39;")
}
