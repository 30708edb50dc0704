//! HG-WATCH-14: an emergency access account was used with another credential than the one that is
//! sealed.

use alloc::format;

use super::sample::sign_in_with;
use super::{Detection, Found, Sample, Seen, Severity, Subject, Why};
use crate::watch::watched::Credential;

pub(super) const DETECTION: Detection = Detection {
    id: "HG-WATCH-14",
    title: "emergency account used with another credential",
    severity: Severity::Critical,
    mitre: &["T1078.004", "T1556.006"],
    first_steps: &[
        "Nobody should have that credential: block the account's sign-in sessions and remove it.",
        "The account has other keys: `halligan prove` says whether it still gets in without it.",
    ],
    judge,
    samples: &[
        Sample::fires("a password, where keys are sealed", || {
            sign_in_with("2026-11-22T07:00:00Z", &["Password"])
        }),
        Sample::fires("a temporary access pass, inside of a drill", || {
            let methods = ["Temporary Access Pass", "FIDO2 security key"];
            sign_in_with("2026-11-20T09:30:00Z", &methods)
        }),
        Sample::silent("the sealed key", || {
            let methods = ["Passkey (device-bound)", "Previously satisfied"];
            sign_in_with("2026-11-22T07:00:00Z", &methods)
        }),
        Sample::silent("a record that does not say", || sign_in_with("2026-11-22T07:00:00Z", &[])),
    ],
};

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let sign_in = seen.sign_in().filter(|one| one.outcome.is_success())?;
    let why = seen.account_signs_in()?;
    let Subject::Account(account) = why.subject else { return None };
    let is_other = |method: &str| {
        Credential::of(method).is_some_and(|one| seen.watched.is_unsealed(account, one))
    };
    let accepted = sign_in.steps.iter().filter(|step| step.is_accepted != Some(false));
    let step = accepted.into_iter().find(|step| is_other(&step.method))?;
    let what = format!("was let in with `{}`, which is not what is sealed", step.method.trim());
    Some(Found { severity: DETECTION.severity, what, why: Why::Touch(why.clone()) })
}
