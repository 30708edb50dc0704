//! HG-WATCH-12: Microsoft's support asks to be let in, or is.

use alloc::vec;

use super::sample::change;
use super::{Detection, Found, Sample, Seen, Severity, Why, said};
use crate::watch::activity::Area;

pub(super) const DETECTION: Detection = Detection {
    id: "HG-WATCH-12",
    title: "Microsoft support access",
    severity: Severity::Medium,
    mitre: &["T1199"],
    first_steps: &["Ask who opened the case, and refuse the request if nobody did."],
    judge,
    samples: &[
        Sample::fires("a request is approved", || {
            change("Request approved", "MicrosoftSupportAccessManagement", vec![])
        }),
        Sample::silent("a request of an access package", || {
            change("Request approved", "EntitlementManagement", vec![])
        }),
    ],
};

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let audit = seen.audit()?;
    let activity = seen.activity.filter(|one| one.area == Area::SupportAccess)?;
    // The names are common; the category is not.
    let category = audit.category.trim();
    if !category.eq_ignore_ascii_case("MicrosoftSupportAccessManagement") {
        return None;
    }
    let why = Why::Activity(activity.name.into());
    Some(Found { severity: DETECTION.severity, what: said(seen, audit), why })
}
