//! The proposal with one fact per line.

use halligan_core::proposal::Proposal;

use super::{YOURS, account_name, group_name, shape, subject, verdict};
use crate::view::{clean, story};

pub(super) fn render(proposal: &Proposal) -> String {
    let mut text = String::new();
    let mut line = |what: &str, said: &str| {
        text.push_str(&clean(&format!("{what}: {said}")));
        text.push('\n');
    };
    line("proposal for", &subject(proposal));
    line("verdict", &verdict(proposal));
    line("note", YOURS);
    for (place, one) in proposal.candidates.iter().enumerate() {
        let number = format!("account {}", place + 1);
        line(&number, account_name(one));
        line(&format!("{number} id"), &one.id.to_string());
        line(&format!("{number} fit"), one.fit.word());
        for reason in &one.reasons {
            line(&format!("{number} {}", reason.speaks().word()), &reason.fact.to_string());
        }
    }
    if proposal.more_candidates > 0 {
        line("more accounts", &proposal.more_candidates.to_string());
    }
    for (place, one) in proposal.groups.iter().enumerate() {
        let number = format!("group {}", place + 1);
        line(&number, group_name(one));
        line(&format!("{number} id"), &one.id.to_string());
        line(&format!("{number} fit"), one.fit.word());
        for reason in &one.reasons {
            line(&format!("{number} {}", reason.speaks().word()), &reason.fact.to_string());
        }
    }
    if proposal.more_groups > 0 {
        line("more groups", &proposal.more_groups.to_string());
    }
    line("shape", &shape(proposal));
    for (reason, parts) in story::unread(&proposal.gaps) {
        for part in parts {
            line("not read", &format!("{part}: {reason}"));
        }
    }
    text
}
