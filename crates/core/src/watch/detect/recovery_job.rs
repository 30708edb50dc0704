//! HG-WATCH-19: Entra Backup and Recovery was used, which changes much at once.

use alloc::vec;

use super::sample::{by_application, change};
use super::{Detection, Found, Sample, Seen, Severity, Why};

pub(super) const DETECTION: Detection = Detection {
    id: "HG-WATCH-19",
    title: "Entra Backup and Recovery was used",
    severity: Severity::High,
    mitre: &["T1484", "T1531"],
    first_steps: &[
        "It brings users, groups, policies and methods back to an older state, all at once.",
        "`halligan prove` says whether every emergency account still gets in.",
    ],
    judge,
    samples: &[
        Sample::fires("a recovery job", || {
            change("Create recovery job", "DirectoryManagement", vec![])
        }),
        Sample::fires("a change by the service", || {
            let event = change("Update user", "UserManagement", vec![]);
            by_application(event, "Microsoft Entra Backup and Recovery")
        }),
        Sample::silent("account recovery of a person", || {
            change("Update account recovery policy", "Device", vec![])
        }),
    ],
};

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let audit = seen.audit()?;
    let has = |text: &str, words: &str| text.to_lowercase().contains(words);
    // Microsoft's reference of activities does not list them yet (2026-11): what is known is the
    // service's name, and that its objects are jobs.
    let is_it = has(&audit.service, SERVICE)
        || has(&audit.by.app_name, SERVICE)
        || ["recovery job", "recovery preview job"].iter().any(|one| has(&audit.activity, one));
    let why = Why::Activity(audit.activity.trim().into());
    is_it.then(|| Found::of_change(seen, audit, DETECTION.severity, why))
}

const SERVICE: &str = "backup and recovery";
