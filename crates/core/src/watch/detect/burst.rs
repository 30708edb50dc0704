//! HG-WATCH-16: sign-ins with an emergency access account fail again and again.

use alloc::format;

use super::sample::{ACCOUNT, event, sign_in};
use super::{Detection, Found, Sample, Seen, Severity, Sign, Why};
use crate::watch::event::What;

pub(super) const DETECTION: Detection = Detection {
    id: "HG-WATCH-16",
    title: "many failed sign-ins with an emergency account",
    severity: Severity::High,
    mitre: &["T1110.001", "T1110.003"],
    first_steps: &[
        "Smart lockout may keep the account out while it lasts; keys are not affected by it.",
        "Block the addresses by a named location, never by a policy that names the account.",
    ],
    judge,
    samples: &[
        Sample::fires("five failures", || {
            event(What::Sign(Sign::Burst { account: ACCOUNT, failures: 5, addresses: 1 }))
        }),
        Sample::silent("one failure", || sign_in(Some(ACCOUNT), "", 50126)),
    ],
};

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let Sign::Burst { failures, addresses, .. } = seen.sign()? else { return None };
    let from = if *addresses == 1 { "one address" } else { "several addresses" };
    let what = format!("{failures} sign-ins failed, from {from}");
    Some(Found { severity: DETECTION.severity, what, why: Why::Sign })
}
