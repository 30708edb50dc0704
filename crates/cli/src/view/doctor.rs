//! Views of an examination of permissions: three formats of one content.

use std::fmt::Display;

use clap::ValueEnum;
use halligan_core::permission::{
    ActiveRole, Danger, EVALUATE, EVALUATE_WIDER, Examination, GLOBAL_READER, Held, Need, Standing,
    evaluating,
};
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
const PORTAL: &str = "Entra admin center > Entra ID > App registrations > the watcher > API \
                      permissions";

/// Where a person's permissions come from.
const CONSENT: &str = "an administrator consents to them as delegated permissions, in Entra admin \
                       center > Enterprise applications > the application > Permissions";
/// What a person does about roles that do not suffice.
const ASSIGN: &str = "have Global Reader assigned, or activate it in Privileged Identity \
                      Management, and sign in again";

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
    /// What the roles of the person who signed in let them read; `None` for an application, and
    /// where the token does not say.
    pub(crate) standing: Option<&'a Standing>,
    /// Whether it is known where Azure Resource Manager answers.
    pub(crate) has_arm: bool,
}

impl Diagnosis<'_> {
    /// A dangerous permission is a finding; a missing one leaves something undecided. One that
    /// only is not needed is told, and costs nothing.
    pub(crate) fn exit(&self) -> Exit {
        if !self.examination.dangerous.is_empty() {
            Exit::Finding
        } else if !self.examination.lacking.is_empty() || !self.unread().is_empty() {
            Exit::Undecided
        } else {
            Exit::Holds
        }
    }

    /// Needs that the person's roles do not read.
    fn unread(&self) -> &[Need] {
        self.standing.map_or(&[], |standing| &standing.unread)
    }

    /// Where what is missing is granted.
    fn portal(&self) -> &'static str {
        if self.watcher.is_delegated { CONSENT } else { PORTAL }
    }

    /// What the person's roles come to, a line each.
    fn roles(&self) -> Vec<String> {
        let Some(standing) = self.standing else { return Vec::new() };
        if standing.roles.is_empty() {
            return vec!["the person has no active directory role".into()];
        }
        let named = |role: &ActiveRole| match role.name {
            Some(name) => name.into(),
            None => format!("{}, a role that is not known here", role.id),
        };
        let mut lines: Vec<String> = standing.roles.iter().map(named).collect();
        if standing.is_global_administrator() {
            lines.push(format!("{GLOBAL_READER} would suffice, and can change nothing"));
        } else if standing.unread.is_empty() {
            lines.push("together they suffice for what the permissions read".into());
        }
        lines
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
        if self.watcher.is_delegated && self.standing.is_none() {
            notes.push(
                "Graph also asks for a directory role of the person, which this token does not \
                 show: Global Reader reads nearly everything"
                    .into(),
            );
        }
        if evaluating(&self.watcher.permissions).is_none() {
            notes.push(format!(
                "`{EVALUATE}`: only `halligan prove --confirm` takes it, to ask Microsoft's own \
                 engine; `{}` does as well",
                EVALUATE_WIDER[0]
            ));
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
        page.line("  Where: ", &[(NORMAL, diagnosis.portal())]);
    }
    let roles = diagnosis.roles();
    if !roles.is_empty() {
        page.heading("ROLES OF THE PERSON");
        roles.iter().for_each(|line| page.line("  ", &[(NORMAL, line)]));
        for need in diagnosis.unread() {
            page.line("  not read with them: ", &[(NORMAL, &titles(need))]);
        }
        if !diagnosis.unread().is_empty() {
            page.line("  What to do: ", &[(NORMAL, ASSIGN)]);
        }
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
    diagnosis.roles().iter().for_each(|line| add("role", line));
    for need in diagnosis.unread() {
        add("not read with these roles", &titles(need));
    }
    if !diagnosis.unread().is_empty() {
        add("to do", &ASSIGN);
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
        "roles": diagnosis.standing.map(|standing| {
            let role = |role: &ActiveRole| json!({ "id": role.id.to_string(), "name": role.name });
            standing.roles.iter().map(role).collect::<Vec<_>>()
        }),
        "unreadByRoles": diagnosis.unread().iter().map(need).collect::<Vec<_>>(),
        "notInTheToken": unseen.iter().map(need).collect::<Vec<_>>(),
    });
    format!("{whole:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use halligan_core::id::RoleTemplateId;
    use halligan_core::permission::{examine, needs, standing};

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
        let diagnosis =
            Diagnosis { watcher, examination: &examination, standing: None, has_arm: true };
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
        assert!(plain.contains("not in the token: `Policy.Read.ConditionalAccess`: only"));
        assert!(!printed(&watcher(&all()), Format::Plain).0.contains("ConditionalAccess`"));
        assert!(human.contains("GRANT") && human.contains("HG-EXIT-09"), "{human}");
        let (json, _) = printed(&watcher(&["Directory.Read.All"]), Format::Json);
        let json: Value = serde_json::from_str(&json).unwrap();
        let lacking = json["lacking"].as_array().unwrap();
        let policy = lacking.iter().find(|one| one["permission"] == "Policy.Read.All").unwrap();
        assert!(policy["parts"].as_array().unwrap().contains(&"securityDefaults".into()));
        assert!(policy["checks"].as_array().unwrap().contains(&"HG-EXIT-09".into()));
    }

    #[test]
    fn a_person_s_roles_are_named_and_what_they_do_not_read_is_undecided() {
        let watcher = Watcher { is_delegated: true, ..watcher(&all()) };
        let examination = examine(&watcher);
        let told = |ids: &[u128], format| {
            let ids: Vec<_> = ids.iter().map(|id| RoleTemplateId::from_u128(*id)).collect();
            let standing = standing(&watcher, &ids);
            let (watcher, examination) = (&watcher, &examination);
            let standing = Some(&standing);
            let diagnosis = Diagnosis { watcher, examination, standing, has_arm: true };
            (render(&diagnosis, format, 80), diagnosis.exit())
        };
        let reader = 0xf2ef992c_3afb_46b9_b7cf_a126ee74c451;
        let (plain, exit) = told(&[reader, 7], Format::Plain);
        assert_eq!(exit, Exit::Holds, "{plain}");
        assert!(plain.contains("role: Global Reader\n"), "{plain}");
        assert!(plain.contains("role: 00000000-0000-0000-0000-000000000007, a role that is not"));
        assert!(!plain.contains("Graph also asks for a directory role"), "{plain}");
        let security_reader = 0x5d6b6bb7_de71_4623_b4af_96380a352509;
        let (plain, exit) = told(&[security_reader], Format::Plain);
        assert_eq!(exit, Exit::Undecided);
        assert!(plain.contains("not read with these roles: authentication methods"), "{plain}");
        assert!(plain.contains("to do: have Global Reader assigned"), "{plain}");
        let (human, _) = told(&[], Format::Human);
        let human = anstream::adapter::strip_str(&human).to_string();
        assert!(human.contains("ROLES OF THE PERSON"), "{human}");
        assert!(human.contains("the person has no active directory role"), "{human}");
        let (json, _) = told(&[security_reader, 7], Format::Json);
        let json: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["roles"][0]["name"], "Security Reader");
        assert_eq!(json["roles"][1]["name"], Value::Null);
        let unread =
            ["RoleManagementPolicy.Read.AzureADGroup", "UserAuthenticationMethod.Read.All"];
        for (one, permission) in unread.into_iter().enumerate() {
            assert_eq!(json["unreadByRoles"][one]["permission"], permission);
        }
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
