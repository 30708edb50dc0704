//! HG-WATCH-29: the canary's attempt was answered otherwise than it should be.

use super::sample::{ACCOUNT, event, sign_in};
use super::{Detection, Found, Sample, Seen, Severity, Sign, Why};
use crate::watch::canary::Answer;
use crate::watch::event::{Event, What};

pub(super) const DETECTION: Detection = Detection {
    id: "HG-WATCH-29",
    title: "the canary was answered wrongly",
    severity: Severity::Medium,
    mitre: &["T1531"],
    first_steps: &[
        "Until it is right, the canary proves nothing: mend the decoy, or `[watch.canary]`.",
        "Where its password opens the account: set a random one, revoke the sessions, and look who \
         signed in with it.",
    ],
    judge,
    samples: &[
        Sample::fires("the password is the decoy's", || answered(Answer::RightPassword)),
        Sample::fires("the decoy is locked", || answered(Answer::Locked)),
        Sample::fires("there is no such user", || answered(Answer::NoUser)),
        Sample::silent("a wrong password", || answered(Answer::WrongPassword)),
        Sample::silent("a sign-in", || sign_in(Some(ACCOUNT), "", 0)),
    ],
};

fn answered(answer: Answer) -> Event {
    event(What::Sign(Sign::CanaryAnswer { answer }))
}

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let Sign::CanaryAnswer { answer } = seen.sign()? else { return None };
    Some(Found { severity: answer.severity()?, what: answer.sentence(), why: Why::Sign })
}
