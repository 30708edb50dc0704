//! HG-WATCH-27: somebody tried the decoy, and it was not the canary.

use alloc::format;
use alloc::string::ToString as _;

use super::sample::{self, ACCOUNT, DECOY, KNOCK, sign_in};
use super::{Detection, Found, Part, Sample, Seen, Severity, Why};
use crate::watch::canary::{Sighting, Verdict};
use crate::watch::event::{Event, SignIn};
use crate::watch::told::key;
use crate::watch::touch::Touch;
use crate::watch::watched::Subject;

pub(super) const DETECTION: Detection = Detection {
    id: "HG-WATCH-27",
    title: "sign-in attempt with the decoy account",
    severity: Severity::High,
    mitre: &["T1078.004", "T1110"],
    first_steps: &[
        "Nobody uses this account: look where it came from, and what else came from there.",
        "Where somebody was let in: disable it, revoke its sessions, and look what it did.",
        "Where it bears the canary's request id: look who can read the journal of the daemon.",
    ],
    judge,
    samples: &[
        Sample::fires("an attempt that nobody announced", || sign_in(Some(DECOY), "", 50126)),
        Sample::fires("another record of an announced id", || Event {
            id: Some("sample-2".into()),
            ..knock(50126)
        }),
        Sample::fires("somebody is let in with an announced id", || knock(0)),
        Sample::silent("the canary's own record", || knock(50126)),
        Sample::silent("an emergency account", || sign_in(Some(ACCOUNT), "", 50126)),
    ],
};

fn knock(code: i64) -> Event {
    Event { correlation: Some(KNOCK.to_string()), ..sample::sign_in(Some(DECOY), "", code) }
}

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let (sign_in, touch, sighting) = of(seen)?;
    let attempts = seen.watched.attempts();
    // What came in its time was noted as seen before it is judged.
    let (severity, what) = match attempts.verdict(&sighting, None) {
        Verdict::Copy | Verdict::Ours(_) => return None,
        Verdict::Open => (Severity::Critical, "somebody is in, or knows the password"),
        Verdict::Foreign => (DETECTION.severity, "nobody announced it"),
        Verdict::Again => (DETECTION.severity, "it bears the request id of the canary once more"),
        Verdict::Untimely => {
            (Severity::Medium, "it bears the canary's request id, out of its time")
        }
    };
    let from = sign_in.from.address.as_str();
    let code = sign_in.outcome.code.map_or_else(|| "unknown".into(), |code| code.to_string());
    let what = format!("{what}: code {code}, to {} from {from}", sign_in.app.name);
    Some(Found { severity, what, why: Why::Touch(touch.clone()) })
}

/// Whether an event is the record of the canary, which was noted as seen.
pub(super) fn is_canary(seen: &Seen<'_>) -> bool {
    let verdict = of(seen).map(|(_, _, one)| seen.watched.attempts().verdict(&one, None));
    verdict == Some(Verdict::Copy)
}

/// The sign-in with the decoy that an event is, and what of it is held against the journal.
pub(super) fn of<'a>(seen: &Seen<'a>) -> Option<(&'a SignIn, &'a Touch, Sighting<'a>)> {
    let sign_in = seen.sign_in()?;
    let touch =
        seen.touch(|subject, part| matches!(subject, Subject::Decoy(_)) && part == Part::SignsIn)?;
    let Subject::Decoy(account) = touch.subject else { return None };
    let sighting = Sighting {
        event: key(seen.event),
        correlation: seen.event.correlation.as_deref().unwrap_or_default(),
        account,
        at: seen.event.at,
        code: sign_in.outcome.code,
    };
    Some((sign_in, touch, sighting))
}
