//! Mending: a check's remedy with the ids that its judgement found.
//!
//! A remedy is a template. `{id}` stands for the subject of the first broken statement that has an
//! id; `{account}`, `{group}`, `{policy}`, `{principal}` and `{object}` for the first one of their
//! kind, where `{group}` falls back to the declared group; `{watcher}` for the watcher's service
//! principal. A statement can name more ids by placeholders of its own, such as `{grant}`
//! ([`Statement::with_id`]); the first broken one that has it counts. What is not known stays as it
//! is written, for a person to fill in.

use alloc::string::{String, ToString as _};

use super::{Context, Remedy, State, Statement, Subject};

/// How to mend what a check found, with the ids that are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mending {
    /// What to do, in the imperative.
    pub action: String,
    /// Where in the portal.
    pub portal: String,
    /// Which call of Microsoft Graph does it.
    pub graph: String,
}

impl Mending {
    /// The remedy for what `statements` say is broken.
    pub(super) fn of(remedy: &Remedy, statements: &[Statement], context: &Context<'_>) -> Self {
        let fill = |template: &str| fill(template, statements, context);
        Self { action: fill(remedy.action), portal: fill(remedy.portal), graph: fill(remedy.graph) }
    }
}

/// The placeholders, each with what stands in its place.
const PLACEHOLDERS: [&str; 7] =
    ["{id}", "{account}", "{group}", "{policy}", "{principal}", "{object}", "{watcher}"];

fn fill(template: &str, statements: &[Statement], context: &Context<'_>) -> String {
    let mut text = String::from(template);
    for placeholder in PLACEHOLDERS {
        if text.contains(placeholder)
            && let Some(id) = meant(placeholder, statements, context)
        {
            text = text.replace(placeholder, &id);
        }
    }
    let broken = statements.iter().filter(|one| one.state == State::Broken);
    // The first one that has an id for a placeholder leaves none for those after it.
    for (placeholder, id) in broken.flat_map(|one| &one.ids) {
        text = text.replace(placeholder, id);
    }
    text
}

fn meant(placeholder: &str, statements: &[Statement], context: &Context<'_>) -> Option<String> {
    if placeholder == "{watcher}" {
        return context.watcher().ok()?.principal.map(|id| id.to_string());
    }
    let broken = statements.iter().filter(|one| one.state == State::Broken);
    let mut subjects = broken.map(|one| &one.subject);
    let found = subjects.find(|subject| match (placeholder, subject) {
        (_, Subject::Tenant | Subject::Part(_)) => false,
        ("{id}", _)
        | ("{account}", Subject::Account { .. })
        | ("{group}", Subject::Group(_))
        | ("{policy}", Subject::Policy { .. })
        | ("{principal}", Subject::Principal { .. })
        | ("{object}", Subject::Object { .. }) => true,
        _ => false,
    });
    let declared = || match placeholder {
        "{group}" => context.register.group.map(|group| group.to_string()),
        _ => None,
    };
    found.map(Subject::key).or_else(declared)
}
