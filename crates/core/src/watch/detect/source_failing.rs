//! HG-WATCH-22: a source of records cannot be read: a token, a permission, a licence, an outage.

use alloc::format;

use super::sample::{ACCOUNT, event, sign_in};
use super::{Detection, Found, Sample, Seen, Severity, Sign, Why};
use crate::watch::event::What;

pub(super) const DETECTION: Detection = Detection {
    id: "HG-WATCH-22",
    title: "the logs cannot be read",
    severity: Severity::High,
    mitre: &["T1562.008"],
    first_steps: &[
        "Until they can, nobody is told when the door is used: look at the sign-in log.",
        "`halligan doctor` says which permission the watcher lost.",
    ],
    judge,
    samples: &[
        Sample::fires("a permission was taken away", || {
            let (source, why) = ("graph".into(), "access denied".into());
            event(What::Sign(Sign::Failing { source, why }))
        }),
        Sample::silent("a sign-in", || sign_in(Some(ACCOUNT), "", 0)),
    ],
};

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let Sign::Failing { source, why } = seen.sign()? else { return None };
    let what = format!("{source} cannot be read: {why}");
    Some(Found { severity: DETECTION.severity, what, why: Why::Sign })
}
