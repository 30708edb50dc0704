//! What became of the samples.

use halligan_app::ingest::rehearsal::Tried;
use serde_json::json;

use super::super::page::{BOLD, GREEN, NORMAL, Page, RED};
use super::Format;

/// Prints what became of the samples.
pub(crate) fn render(tried: &[Tried], format: Format, width: usize) -> String {
    match format {
        Format::Human => human(tried, width),
        Format::Plain => tried.iter().map(plain).collect(),
        Format::Json => tried.iter().map(json_of).collect(),
    }
}

fn expected(one: &Tried) -> &'static str {
    if one.sample.fires { "fires" } else { "silent" }
}

fn human(tried: &[Tried], width: usize) -> String {
    let mut page = Page::new(width);
    let mut last = "";
    for one in tried {
        if one.detection.id != last {
            last = one.detection.id;
            page.heading(&format!("{last}  {}", one.detection.title));
        }
        let (style, mark) = if one.is_as_expected() { (GREEN, "ok") } else { (RED, "WRONG") };
        let wrong = match one.is_as_expected() {
            true => String::new(),
            false => format!("— not so as: {}", one.wrong.join(", ")),
        };
        let says = format!("{}: {} {wrong}", expected(one), one.sample.name);
        page.line("  ", &[(style, mark), (NORMAL, &says)]);
    }
    page.blank();
    let wrong = tried.iter().filter(|one| !one.is_as_expected()).count();
    let (style, verdict) = match wrong {
        0 => (GREEN, format!("All {} samples came out as they should.", tried.len())),
        _ => (RED, format!("{wrong} of {} samples did not come out as they should.", tried.len())),
    };
    page.line("", &[(style, &verdict)]);
    let note = "Each was written as the records of Graph and of diagnostic settings, and went \
                through framing, scan, reader and detection.";
    page.line("", &[(BOLD, ""), (NORMAL, note)]);
    page.finish()
}

fn plain(one: &Tried) -> String {
    let came = if one.is_as_expected() { "ok" } else { "wrong" };
    format!("{} {came} {}: {}\n", one.detection.id, expected(one), one.sample.name)
}

fn json_of(one: &Tried) -> String {
    let record = json!({
        "detection": one.detection.id,
        "sample": one.sample.name,
        "fires": one.sample.fires,
        "ok": one.is_as_expected(),
        "wrong": one.wrong,
    });
    format!("{record}\n")
}
