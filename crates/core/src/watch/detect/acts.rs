//! HG-WATCH-23: an emergency access account, or the watcher, changed something.

use alloc::format;
use alloc::vec;

use super::sample::{ACCOUNT, OTHER, WATCHER_PRINCIPAL, by_principal, by_user, change, target};
use super::{Detection, Found, Sample, Seen, Severity, Subject, Why, said};
use crate::watch::event::What;

pub(super) const DETECTION: Detection = Detection {
    id: "HG-WATCH-23",
    title: "an emergency account or the watcher made a change",
    severity: Severity::Critical,
    mitre: &["T1078.004", "T1098"],
    first_steps: &[
        "Ask the custodians, by phone, whether one of them did it: its sign-in may come later.",
        "The watcher only reads: a change by it means that somebody has its credential.",
    ],
    judge,
    samples: &[
        Sample::fires("the account makes a user", || {
            let made = change("Add user", "UserManagement", vec![target("User", OTHER)]);
            by_user(made, ACCOUNT)
        }),
        Sample::fires("the watcher changes a group", || {
            let made = change("Update group", "GroupManagement", vec![target("Group", "g-1")]);
            by_principal(made, WATCHER_PRINCIPAL)
        }),
        Sample::silent("somebody else", || {
            change("Add user", "UserManagement", vec![target("User", OTHER)])
        }),
    ],
};

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let touch = seen.initiator()?;
    let is_declared = match touch.subject {
        Subject::Account(account) => {
            seen.event.at.is_some_and(|at| seen.watched.declared(account, at).is_some())
        }
        Subject::Watcher(_) | Subject::WatcherPrincipal(_) => false,
        _ => return None,
    };
    let what = match &seen.event.what {
        What::Audit(audit) => said(seen, audit),
        What::Operation(operation) => format!("`{}`", operation.name),
        _ => return None,
    };
    let severity = if is_declared { Severity::Evidence } else { DETECTION.severity };
    Some(Found { severity, what, why: Why::Touch(touch.clone()) })
}
