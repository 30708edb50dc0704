//! HG-WATCH-13: an activity that is in no table, in a category in which doors are weakened.

use alloc::vec;

use super::sample::change;
use super::{Detection, Found, Sample, Seen, Severity, Why, said};
use crate::watch::activity::is_in_a_watched_category;

pub(super) const DETECTION: Detection = Detection {
    id: "HG-WATCH-13",
    title: "an activity that Halligan does not know",
    severity: Severity::Low,
    mitre: &[],
    first_steps: &[
        "Read what it is; Microsoft adds activities without notice.",
        "`halligan prove` says whether it changed anything for the emergency accounts.",
    ],
    judge,
    samples: &[
        Sample::fires("a new activity of policies", || {
            change("Update tomorrow's policy", "Policy", vec![])
        }),
        Sample::silent("a known activity", || change("Update policy", "Policy", vec![])),
        Sample::silent("a new activity of devices", || change("Wipe device", "Device", vec![])),
    ],
};

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let audit = seen.audit().filter(|one| is_in_a_watched_category(&one.category))?;
    if seen.activity.is_some() {
        return None;
    }
    let why = Why::Activity(audit.activity.trim().into());
    Some(Found { severity: DETECTION.severity, what: said(seen, audit), why })
}
