//! HG-WATCH-28: the record of an announced attempt did not come back.

use alloc::format;

use super::sample::{ACCOUNT, event, sign_in};
use super::{Detection, Found, Sample, Seen, Severity, Sign, Why};
use crate::watch::event::What;

pub(super) const DETECTION: Detection = Detection {
    id: "HG-WATCH-28",
    title: "the canary did not come back through the logs",
    severity: Severity::High,
    mitre: &["T1562.008"],
    first_steps: &[
        "Until one comes back, nobody is told when the door is used: look at the sign-in log.",
        "Look for the canary's request id in the sign-in log of the admin center: if it is there, \
         what carries the logs is broken; if not, Microsoft's log is late.",
    ],
    judge,
    samples: &[
        Sample::fires("an hour without its record", || {
            event(What::Sign(Sign::CanaryMissed { minutes: 60 }))
        }),
        Sample::silent("a sign-in", || sign_in(Some(ACCOUNT), "", 0)),
    ],
};

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let Sign::CanaryMissed { minutes } = seen.sign()? else { return None };
    let what = format!("an announced attempt was not in the logs within {minutes} minutes");
    Some(Found { severity: DETECTION.severity, what, why: Why::Sign })
}
