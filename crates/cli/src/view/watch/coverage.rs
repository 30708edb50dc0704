//! The activities that are watched, beside the public rule sets.

use halligan_core::watch::activity::{Activity, Area, RuleSet, all};
use serde_json::json;

use super::super::page::{BOLD, FAINT, NORMAL, Page};
use super::Format;

/// Prints the table; `is_whole` lists every activity.
pub(crate) fn render(is_whole: bool, format: Format, width: usize) -> String {
    match format {
        Format::Human => human(is_whole, width),
        Format::Plain => all().map(|one| plain(&one)).collect(),
        Format::Json => all().map(|one| json_of(&one)).collect(),
    }
}

fn others(one: &Activity) -> Vec<&'static str> {
    one.others.iter().map(|set| set.title()).collect()
}

fn human(is_whole: bool, width: usize) -> String {
    const AREA: usize = 32;
    const NUMBER: usize = 10;
    let mut page = Page::new(width);
    let mut head = vec![(BOLD, format!("{:AREA$}", "area")), (BOLD, format!("{:>NUMBER$}", "all"))];
    head.extend(RuleSet::ALL.iter().map(|set| (BOLD, format!("{:>NUMBER$}", set.title()))));
    head.push((BOLD, format!("{:>NUMBER$}", "none")));
    page.row("", &head);
    let row = |title: &str, of: &[Activity]| {
        let count = |has: &dyn Fn(&Activity) -> bool| of.iter().filter(|one| has(one)).count();
        let mut cells = vec![(NORMAL, format!("{title:AREA$}")), number(of.len())];
        let sets = RuleSet::ALL.iter();
        cells.extend(sets.map(|set| number(count(&|one| one.others.contains(set)))));
        cells.push(number(count(&|one| one.others.is_empty())));
        cells
    };
    fn number(count: usize) -> (anstyle::Style, String) {
        (NORMAL, format!("{count:>NUMBER$}"))
    }
    for area in Area::ALL {
        let of: Vec<Activity> = all().filter(|one| one.area == *area).collect();
        page.row("", &row(area.title(), &of));
        if is_whole {
            for one in &of {
                let sets = others(one).join(", ");
                page.line("    ", &[(NORMAL, one.name), (FAINT, &sets)]);
            }
        }
    }
    page.row("", &row("together", &all().collect::<Vec<_>>()));
    page.blank();
    let note = "Activities of the audit log that Halligan watches, and how many of them each \
                public rule set looks for by name; `none` is what none of them does. An activity \
                that the table lacks is told as well, where its category is one in which doors \
                are weakened.";
    page.line("", &[(FAINT, note)]);
    if !is_whole {
        page.line("", &[(FAINT, "`--all` lists every activity.")]);
    }
    page.finish()
}

fn plain(one: &Activity) -> String {
    let sets = others(one).join(", ");
    let sets = if sets.is_empty() { "none" } else { &sets };
    format!("{}: {} ({}): {sets}\n", one.area.title(), one.name.trim(), one.service.title())
}

fn json_of(one: &Activity) -> String {
    let record = json!({
        "activity": one.name,
        "area": one.area.title(),
        "service": one.service.title(),
        "others": others(one),
    });
    format!("{record}\n")
}
