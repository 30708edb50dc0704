//! HG-WATCH-24: records take longer to come than they usually do, and the alarm with them.

use alloc::format;

use super::sample::{ACCOUNT, event, sign_in};
use super::{Detection, Found, Sample, Seen, Severity, Sign, Why};
use crate::watch::event::What;

pub(super) const DETECTION: Detection = Detection {
    id: "HG-WATCH-24",
    title: "the logs come late",
    severity: Severity::Medium,
    mitre: &["T1562.008"],
    first_steps: &[
        "Until it passes, an alarm comes as late: look at the sign-in log as well.",
        "Look at the service health of Microsoft Entra, and whether the daemon keeps up.",
    ],
    judge,
    samples: &[
        Sample::fires("records take forty minutes", || {
            let (source, seconds, usual) = ("graph".into(), 2400, 120);
            event(What::Sign(Sign::Late { source, seconds, usual }))
        }),
        Sample::silent("a sign-in", || sign_in(Some(ACCOUNT), "", 0)),
    ],
};

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let Sign::Late { source, seconds, usual } = seen.sign()? else { return None };
    let [minutes, usual] = [seconds, usual].map(|one| (one + 59).div_euclid(60));
    let what = format!(
        "5 of 100 records of {source} take more than {minutes} minutes, and {usual} is usual"
    );
    Some(Found { severity: DETECTION.severity, what, why: Why::Sign })
}
