//! HG-WATCH-26: somebody declared that emergency access accounts will be used.

use alloc::format;

use super::sample::{ACCOUNT, event, sign_in};
use super::{Detection, Found, Sample, Seen, Severity, Sign, Why};
use crate::time::Timestamp;
use crate::watch::event::{Event, What};
use crate::watch::watched::UseKind;

pub(super) const DETECTION: Detection = Detection {
    id: "HG-WATCH-26",
    title: "use of emergency accounts declared",
    severity: Severity::Medium,
    mitre: &["T1562"],
    first_steps: &[
        "Ask those who declared it, by phone, whether they did: it makes a sign-in evidence.",
        "If they did not: `halligan watch declare end`, and look who can write where the daemon \
         keeps its facts.",
    ],
    judge,
    samples: &[
        Sample::fires("a drill", || declared(UseKind::Drill)),
        Sample::fires("an emergency", || declared(UseKind::Emergency)),
        Sample::silent("a sign-in", || sign_in(Some(ACCOUNT), "", 0)),
    ],
};

fn declared(kind: UseKind) -> Event {
    let at = Timestamp::UNIX_EPOCH;
    event(What::Sign(Sign::Declared { kind, by: "p-1".into(), accounts: 2, from: at, until: at }))
}

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let Sign::Declared { kind, by, accounts, from, until } = seen.sign()? else { return None };
    // A drill has time to be asked about; of an emergency everybody is to know.
    let severity = match kind {
        UseKind::Drill => DETECTION.severity,
        UseKind::Emergency => Severity::High,
    };
    let a = match kind {
        UseKind::Drill => "a drill",
        UseKind::Emergency => "an emergency",
    };
    let of = if *accounts == 1 { "1 account".into() } else { format!("{accounts} accounts") };
    let what = format!("`{by}` declared {a} with {of}, from {from} until {until}");
    Some(Found { severity, what, why: Why::Sign })
}
