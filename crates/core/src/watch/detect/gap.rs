//! HG-WATCH-21: nothing came from a source for longer than it is used to.

use alloc::format;

use super::sample::{ACCOUNT, event, sign_in};
use super::{Detection, Found, Sample, Seen, Severity, Sign, Why};
use crate::watch::event::What;

pub(super) const DETECTION: Detection = Detection {
    id: "HG-WATCH-21",
    title: "the logs stopped coming",
    severity: Severity::High,
    mitre: &["T1562.008"],
    first_steps: &[
        "Until they come again, nobody is told when the door is used: look at the sign-in log.",
        "Look whether the diagnostic setting, the broker and the credential are as they were.",
    ],
    judge,
    samples: &[
        Sample::fires("half an hour without a record", || {
            let last = event(What::Other { category: "".into() }).at;
            let gap = last.map(|last| Sign::Gap { source: "graph".into(), last, minutes: 30 });
            event(gap.map_or(What::Other { category: "".into() }, What::Sign))
        }),
        Sample::silent("a sign-in", || sign_in(Some(ACCOUNT), "", 0)),
    ],
};

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let Sign::Gap { source, minutes, .. } = seen.sign()? else { return None };
    let what = format!("nothing came from {source} for {minutes} minutes");
    Some(Found { severity: DETECTION.severity, what, why: Why::Sign })
}
