//! Views of an examination of permissions: three formats of one content.

use std::fmt::Display;

use clap::ValueEnum;
use halligan_core::permission::{Danger, Examination, Held, Need};
use halligan_core::tenant::{PartKind, Watcher};
use serde_json::{Value, json};

use super::clean;
use super::page::{BOLD, FAINT, GREEN, NORMAL, Page, RED, YELLOW};
use crate::exit::Exit;

/// The member `format`.
const FORMAT: &str = "halligan.doctor";
/// The member `version`.
const VERSION: u32 = 1;

/// Where permissions are granted.
const PORTAL: &str = "Entra admin center > App registrations > the watcher > API permissions";

/// How an examination is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a person at a terminal
    #[default]
    Human,
    /// The same, one fact per line, without colour or layout; for screen readers and grep
    Plain,
    /// Everything, for programs (format `halligan.doctor`, version 1)
    Json,
}

/// What was found, and what it was found about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Diagnosis<'a> {
    /// Who signs in, and with which permissions.
    pub(crate) watcher: &'a Watcher,
    /// How they fit.
    pub(crate) examination: &'a Examination,
    /// Whether it is known where Azure Resource Manager answers.
    pub(crate) has_arm: bool,
}

impl Diagnosis<'_> {
    /// A dangerous permission is a finding; a missing one leaves something undecided. One that
    /// only is not needed is told, and costs nothing.
    pub(crate) fn exit(&self) -> Exit {
        if !self.examination.dangerous.is_empty() {
            Exit::Finding
        } else if !self.examination.lacking.is_empty() {
            Exit::Undecided
        } else {
            Exit::Holds
        }
    }

    fn verdict(&self) -> &'static str {
        match self.exit() {
            Exit::Finding => "The watcher can do more than look.",
            Exit::Undecided => "Some of the tenant stays unread.",
            _ => "The watcher has what it needs and nothing dangerous.",
        }
    }

    fn who(&self) -> String {
        let by = match self.watcher.is_delegated {
            true => "a person signed in",
            false => "the application signs in by itself",
        };
        match self.watcher.app {
            Some(app) => format!("{by} (application {app})"),
            None => by.into(),
        }
    }

    /// What the permissions alone do not say.
    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.watcher.is_delegated {
            notes.push(
                "Graph also asks for a directory role of the person: Global Reader reads nearly \
                 everything"
                    .into(),
            );
        }
        for need in &self.examination.unseen {
            let parts = titles(need);
            notes.push(match self.has_arm {
                true => format!(
                    "{parts}: an Azure role such as Reader at the scope \
                     `/providers/microsoft.aadiam` reads them, which this token does not show"
                ),
                false => format!("{parts}: not asked for, because this cloud's Azure is not known"),
            });
        }
        notes
    }
}

/// Prints a diagnosis.
pub(crate) fn render(diagnosis: &Diagnosis<'_>, format: Format, width: usize) -> String {
    match format {
        Format::Human => human(diagnosis, width),
        Format::Plain => plain(diagnosis),
        Format::Json => json(diagnosis),
    }
}

fn titles(need: &Need) -> String {
    need.parts.iter().map(PartKind::title).collect::<Vec<_>>().join(", ")
}

fn checks(need: &Need) -> String {
    need.checks().iter().map(|check| check.id).collect::<Vec<_>>().join(", ")
}

fn can(danger: &Danger) -> String {
    danger.powers.iter().map(|power| power.can()).collect::<Vec<_>>().join("; ")
}

fn human(diagnosis: &Diagnosis<'_>, width: usize) -> String {
    let Examination { held, lacking, dangerous, unneeded, .. } = diagnosis.examination;
    let mut page = Page::new(width);
    let style = match diagnosis.exit() {
        Exit::Finding => RED,
        Exit::Undecided => YELLOW,
        _ => GREEN,
    };
    page.line("", &[(style, diagnosis.verdict())]);
    page.line("", &[(FAINT, &diagnosis.who())]);
    if !dangerous.is_empty() {
        page.heading("REMOVE");
        for danger in dangerous {
            page.line("  ", &[(BOLD, &danger.permission)]);
            page.line("      its holder can: ", &[(NORMAL, &can(danger))]);
        }
    }
    if !lacking.is_empty() {
        page.heading("GRANT");
        for need in lacking {
            page.line("  ", &[(BOLD, need.permission)]);
            page.line("      unread without it: ", &[(NORMAL, &titles(need))]);
            let checks = checks(need);
            if !checks.is_empty() {
                page.line("      undecided without it: ", &[(NORMAL, &checks)]);
            }
        }
        page.line("  Where: ", &[(NORMAL, PORTAL)]);
    }
    if !unneeded.is_empty() {
        page.heading("NOT NEEDED");
        page.line("  ", &[(NORMAL, &unneeded.join(", "))]);
    }
    if !held.is_empty() {
        page.heading("HELD");
        held.iter().for_each(|one| page.line("  ", &[(NORMAL, &held_line(one))]));
    }
    let notes = diagnosis.notes();
    if !notes.is_empty() {
        page.heading("NOT IN THE TOKEN");
        notes.iter().for_each(|note| page.line("  ", &[(NORMAL, note)]));
    }
    page.finish()
}

fn held_line(held: &Held) -> String {
    match &held.by {
        Some(by) => format!("{} (by {by}, which is wider)", held.need.permission),
        None => held.need.permission.into(),
    }
}

fn plain(diagnosis: &Diagnosis<'_>) -> String {
    let Examination { held, lacking, dangerous, unneeded, .. } = diagnosis.examination;
    let mut text = String::new();
    let mut add = |what: &str, said: &dyn Display| {
        text.push_str(&clean(&format!("{what}: {said}")));
        text.push('\n');
    };
    add("verdict", &diagnosis.verdict());
    add("sign-in", &diagnosis.who());
    for danger in dangerous {
        add("remove", &format_args!("{}, whose holder can {}", danger.permission, can(danger)));
    }
    for need in lacking {
        add("grant", &need.permission);
        add(&format!("unread without {}", need.permission), &titles(need));
        let checks = checks(need);
        if !checks.is_empty() {
            add(&format!("undecided without {}", need.permission), &checks);
        }
    }
    unneeded.iter().for_each(|name| add("not needed", name));
    held.iter().for_each(|one| add("held", &held_line(one)));
    diagnosis.notes().iter().for_each(|note| add("not in the token", note));
    text
}

fn json(diagnosis: &Diagnosis<'_>) -> String {
    let Examination { held, lacking, dangerous, unneeded, unseen } = diagnosis.examination;
    let parts = |need: &Need| -> Vec<String> {
        need.parts.iter().map(|part| part.as_graph().to_owned()).collect()
    };
    let need = |need: &Need| -> Value {
        let checks: Vec<&str> = need.checks().iter().map(|check| check.id).collect();
        json!({ "permission": need.permission, "parts": parts(need), "checks": checks })
    };
    let whole = json!({
        "format": FORMAT,
        "version": VERSION,
        "halligan": env!("CARGO_PKG_VERSION"),
        "application": diagnosis.watcher.app.map(|app| app.to_string()),
        "isDelegated": diagnosis.watcher.is_delegated,
        "held": held.iter().map(|one| json!({
            "permission": one.need.permission, "by": one.by, "parts": parts(&one.need),
        })).collect::<Vec<_>>(),
        "lacking": lacking.iter().map(need).collect::<Vec<_>>(),
        "dangerous": dangerous.iter().map(|danger| json!({
            "permission": danger.permission,
            "powers": danger.powers.iter().map(|power| power.word()).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "unneeded": unneeded,
        "notInTheToken": unseen.iter().map(need).collect::<Vec<_>>(),
    });
    format!("{whole:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use halligan_core::permission::{examine, needs};

    fn watcher(permissions: &[&str]) -> Watcher {
        Watcher {
            app: None,
            principal: None,
            is_delegated: false,
            permissions: permissions.iter().map(|&name| name.to_owned()).collect(),
        }
    }

    fn printed(watcher: &Watcher, format: Format) -> (String, Exit) {
        let examination = examine(watcher);
        let diagnosis = Diagnosis { watcher, examination: &examination, has_arm: true };
        (render(&diagnosis, format, 80), diagnosis.exit())
    }

    fn all() -> Vec<&'static str> {
        needs().iter().filter(|need| need.is_of_graph()).map(|need| need.permission).collect()
    }

    #[test]
    fn what_is_found_decides_the_exit_code() {
        assert_eq!(printed(&watcher(&all()), Format::Plain).1, Exit::Holds);
        assert_eq!(printed(&watcher(&["User.Read.All"]), Format::Plain).1, Exit::Undecided);
        let grave = "RoleManagement.ReadWrite.Directory";
        let mut more = all();
        more.push(grave);
        let (text, exit) = printed(&watcher(&more), Format::Plain);
        assert_eq!(exit, Exit::Finding);
        assert!(
            text.contains(&format!("remove: {grave}, whose holder can make anybody")),
            "{text}"
        );
        more.pop();
        more.push("Mail.Read");
        let (text, exit) = printed(&watcher(&more), Format::Plain);
        assert!(exit == Exit::Holds && text.contains("not needed: Mail.Read\n"), "{text}");
    }

    #[test]
    fn what_is_lacking_is_told_with_its_gaps_and_checks_in_every_format() {
        let (plain, _) = printed(&watcher(&["Directory.Read.All"]), Format::Plain);
        assert!(plain.contains("grant: Policy.Read.All\n"), "{plain}");
        assert!(plain.contains("unread without Policy.Read.All: security defaults, "), "{plain}");
        assert!(plain.contains("held: User.Read.All (by Directory.Read.All, which is wider)\n"));
        let (human, _) = printed(&watcher(&["Directory.Read.All"]), Format::Human);
        assert!(human.contains("GRANT") && human.contains("HG-EXIT-09"), "{human}");
        let (json, _) = printed(&watcher(&["Directory.Read.All"]), Format::Json);
        let json: Value = serde_json::from_str(&json).unwrap();
        let lacking = json["lacking"].as_array().unwrap();
        let policy = lacking.iter().find(|one| one["permission"] == "Policy.Read.All").unwrap();
        assert!(policy["parts"].as_array().unwrap().contains(&"securityDefaults".into()));
        assert!(policy["checks"].as_array().unwrap().contains(&"HG-EXIT-09".into()));
    }

    #[test]
    fn names_of_others_cannot_play_with_the_terminal() {
        let hostile = watcher(&["Evil\u{1b}[2J.Read"]);
        for format in [Format::Human, Format::Plain] {
            let (text, _) = printed(&hostile, format);
            assert!(!text.contains("\u{1b}[2J"), "{text}");
        }
    }
}
