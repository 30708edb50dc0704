//! Views of a proposal: one content for a person, line by line, and as JSON.

mod human;
mod json;
mod plain;
#[cfg(test)]
mod tests;

use clap::ValueEnum;
use halligan_core::proposal::{Candidate, Fit, GroupCandidate, Proposal};
use halligan_core::register::Shape;

use super::minute;

/// How a proposal is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProposalFormat {
    /// Accounts, groups and shape with their reasons; for a person at a terminal
    #[default]
    Human,
    /// One fact per line, without colour or layout; for screen readers and grep
    Plain,
    /// The whole proposal (format `halligan.proposal`, version 1)
    Json,
}

/// Prints a proposal.
pub(crate) fn render(proposal: &Proposal, format: ProposalFormat, width: usize) -> String {
    match format {
        ProposalFormat::Human => human::render(proposal, width),
        ProposalFormat::Plain => plain::render(proposal),
        ProposalFormat::Json => json::render(proposal),
    }
}

/// The command that chooses what is likely, as far as anything is. `source` says where it was read.
pub(crate) fn flags(proposal: &Proposal, source: &str) -> String {
    let mut command = format!("halligan init{source}");
    let likely: Vec<&Candidate> = proposal.likely().collect();
    for candidate in &likely {
        command.push_str(&format!(" --account {}", candidate.id));
    }
    for _ in likely.len()..2 {
        command.push_str(" --account ID");
    }
    match proposal.groups.iter().find(|group| group.fit == Fit::Likely) {
        Some(group) => command.push_str(&format!(" --group {}", group.id)),
        // One that is only possible is for the reader to say, and not to be forgotten.
        None if proposal.groups.iter().any(|group| group.fit == Fit::Possible) => {
            command.push_str(" --group ID");
        }
        None => {}
    }
    command.push_str(&match proposal.shape.as_ref().map(|one| &one.shape) {
        Some(Shape::ExemptWithStrength { policy }) => {
            format!(" --shape exempt+strength --strength-policy {policy}")
        }
        Some(shape) => format!(" --shape {shape}"),
        None => " --shape SHAPE".into(),
    });
    command
}

/// What was looked at, and when.
fn subject(proposal: &Proposal) -> String {
    let name = proposal.tenant_name.as_deref().unwrap_or("a tenant without a name");
    let id = proposal.tenant.map(|id| format!(" ({id})")).unwrap_or_default();
    format!("{name}{id}, read {}", minute(proposal.taken))
}

/// How many look like it, in one sentence.
fn verdict(proposal: &Proposal) -> String {
    match proposal.likely().count() {
        0 => "no account looks like emergency access: two or more are needed".into(),
        1 => "one account looks like emergency access: two or more are needed".into(),
        count => format!("{count} accounts look like emergency access"),
    }
}

/// The shape that fits, in one sentence.
fn shape(proposal: &Proposal) -> String {
    match &proposal.shape {
        Some(one) => format!("{}: {}", one.shape, one.reason),
        None => "none fits what was found: exempt, exempt+strength or paper is yours to say".into(),
    }
}

/// Nobody may take reasons for a decision.
const YOURS: &str = "These are reasons and no decision: who your emergency accounts are, you know.";

fn account_name(candidate: &Candidate) -> &str {
    candidate.name.as_deref().unwrap_or("an account without a name")
}

fn group_name(group: &GroupCandidate) -> &str {
    group.name.as_deref().unwrap_or("a group without a name")
}
