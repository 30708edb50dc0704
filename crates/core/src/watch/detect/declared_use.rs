//! HG-WATCH-15: an emergency access account was used inside of a declared drill or emergency.

use alloc::format;

use super::sample::sign_in_with;
use super::{Detection, Found, Sample, Seen, Severity, Why};
use crate::watch::watched::UseKind;

pub(super) const DETECTION: Detection = Detection {
    id: "HG-WATCH-15",
    title: "emergency account used as declared",
    severity: Severity::Evidence,
    mitre: &[],
    first_steps: &[
        "Nothing, where this is the sign-in that was announced; it is kept as evidence.",
    ],
    judge,
    samples: &[
        Sample::fires("inside of a drill", || {
            sign_in_with("2026-11-20T09:30:00Z", &["FIDO2 security key"])
        }),
        Sample::silent("after it", || {
            sign_in_with("2026-11-20T10:00:01Z", &["FIDO2 security key"])
        }),
    ],
};

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let sign_in = seen.sign_in().filter(|one| one.outcome.is_success())?;
    let declared = match seen.declared_use()?.kind {
        UseKind::Drill => "drill",
        UseKind::Emergency => "emergency",
    };
    let why = Why::Touch(seen.account_signs_in()?.clone());
    let what = format!("signed in to {} inside of a declared {declared}", sign_in.app.name);
    Some(Found { severity: DETECTION.severity, what, why })
}
