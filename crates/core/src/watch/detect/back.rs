//! HG-WATCH-25: a source that was silent, or late, is as it was.

use alloc::format;

use super::sample::{ACCOUNT, event, sign_in};
use super::{Detection, Found, Sample, Seen, Severity, Sign, Why};
use crate::watch::event::{Event, Trouble, What};

pub(super) const DETECTION: Detection = Detection {
    id: "HG-WATCH-25",
    title: "the logs come again",
    severity: Severity::Low,
    mitre: &["T1562.008"],
    first_steps: &["Find out why they did not, and look at the sign-in log of that time."],
    judge,
    samples: &[
        Sample::fires("records after a gap", || back(Trouble::Gap { minutes: 90 })),
        Sample::fires("records that come in time", || back(Trouble::Late { seconds: 120 })),
        Sample::silent("a gap that goes on", || {
            let last = event(What::Other { category: "".into() }).at;
            let gap = last.map(|last| Sign::Gap { source: "graph".into(), last, minutes: 30 });
            event(gap.map_or(What::Other { category: "".into() }, What::Sign))
        }),
        Sample::silent("a sign-in", || sign_in(Some(ACCOUNT), "", 0)),
    ],
};

fn back(from: Trouble) -> Event {
    event(What::Sign(Sign::Back { source: "graph".into(), from }))
}

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let Sign::Back { source, from } = seen.sign()? else { return None };
    let what = match from {
        Trouble::Gap { minutes } => {
            format!("records come from {source} again, after {minutes} minutes without")
        }
        Trouble::Late { seconds } => {
            let minutes = (seconds + 59).div_euclid(60);
            format!("95 of 100 records of {source} come within {minutes} minutes again")
        }
    };
    Some(Found { severity: DETECTION.severity, what, why: Why::Sign })
}
