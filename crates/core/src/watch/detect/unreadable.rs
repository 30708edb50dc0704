//! HG-WATCH-20: a record that cannot be read names something watched; of a topic, also one that
//! names nothing is kept as evidence.

use alloc::format;

use super::sample::{ACCOUNT, event, sign_in};
use super::{Detection, Found, Sample, Seen, Severity, Sign, Why};
use crate::watch::event::What;

pub(super) const DETECTION: Detection = Detection {
    id: "HG-WATCH-20",
    title: "a record cannot be read",
    severity: Severity::High,
    mitre: &["T1562.008"],
    first_steps: &[
        "Read the record where it came from: the file and line, or the partition and offset.",
        "Read the same time through Graph or the portal: what it told may be a sign-in.",
    ],
    judge,
    samples: &[
        Sample::fires("a record that is cut off", || {
            event(What::Sign(Sign::Unreadable { flaw: "is broken off".into() }))
        }),
        Sample::silent("one that can be read", || sign_in(Some(ACCOUNT), "", 0)),
    ],
};

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let (severity, what) = match seen.sign()? {
        Sign::Unreadable { flaw } => {
            (DETECTION.severity, format!("a record that names what is watched {flaw}"))
        }
        Sign::Parked { flaw } => (Severity::Evidence, format!("it {flaw}, and is left behind")),
        _ => return None,
    };
    Some(Found { severity, what, why: Why::Sign })
}
