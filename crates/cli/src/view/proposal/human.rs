//! The proposal for a person at a terminal.

use anstyle::Style;
use halligan_core::proposal::{Fit, Proposal, Speaks};

use super::{YOURS, account_name, group_name, shape, subject, verdict};
use crate::view::page::{BOLD, GREEN, NORMAL, Page, RED, YELLOW};
use crate::view::story;

/// Reasons that are shown of what looks like something else: the rest is in the other formats.
const REASONS_UNLIKELY: usize = 2;

pub(super) fn render(proposal: &Proposal, width: usize) -> String {
    let mut page = Page::new(width);
    page.line("", &[(BOLD, "What looks like the emergency access of")]);
    page.line("", &[(NORMAL, &subject(proposal))]);
    page.line("", &[(BOLD, &verdict(proposal))]);
    page.line("", &[(NORMAL, YOURS)]);
    if !proposal.candidates.is_empty() {
        page.heading("ACCOUNTS");
    }
    for one in &proposal.candidates {
        let reasons = one.reasons.iter().map(|one| (one.speaks(), one.fact.to_string()));
        entry(&mut page, one.fit, (account_name(one), &one.id.to_string()), reasons.collect());
    }
    more(&mut page, proposal.more_candidates, "accounts");
    if !proposal.groups.is_empty() {
        page.heading("GROUPS THAT POLICIES EXCLUDE");
    }
    for one in &proposal.groups {
        let reasons = one.reasons.iter().map(|one| (one.speaks(), one.fact.to_string()));
        entry(&mut page, one.fit, (group_name(one), &one.id.to_string()), reasons.collect());
    }
    more(&mut page, proposal.more_groups, "groups");
    page.heading("SHAPE");
    page.line("  ", &[(NORMAL, &shape(proposal))]);
    if !proposal.gaps.is_empty() {
        page.heading("NOT READ");
        page.line("", &[(YELLOW, "what could not be read may hide somebody")]);
        for (reason, parts) in story::unread(&proposal.gaps) {
            page.line("  - ", &[(NORMAL, &format!("{}: {reason}", parts.join(", ")))]);
        }
    }
    page.finish()
}

fn entry(page: &mut Page, fit: Fit, (name, id): (&str, &str), reasons: Vec<(Speaks, String)>) {
    let style = match fit {
        Fit::Likely => GREEN,
        Fit::Possible => YELLOW,
        Fit::Unlikely => NORMAL,
    };
    page.line("  ", &[(style, &format!("{}:", fit.word())), (BOLD, name), (NORMAL, id)]);
    let is_shown = |speaks: Speaks| fit != Fit::Unlikely || speaks == Speaks::Against;
    let shown = reasons.into_iter().filter(|(speaks, _)| is_shown(*speaks));
    let most = if fit == Fit::Unlikely { REASONS_UNLIKELY } else { usize::MAX };
    for (speaks, text) in shown.take(most) {
        let (mark, style): (&str, Style) = match speaks {
            Speaks::For => ("    + ", NORMAL),
            Speaks::Against => ("    - ", RED),
            Speaks::Open => ("    ? ", YELLOW),
        };
        page.line(mark, &[(style, &text)]);
    }
}

fn more(page: &mut Page, count: usize, what: &str) {
    if count > 0 {
        page.line("  ", &[(NORMAL, &format!("and {count} {what} more, which are less likely"))]);
    }
}
