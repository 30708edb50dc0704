//! HG-WATCH-01: somebody signed in with an emergency access account.

use alloc::format;

use super::sample::{ACCOUNT, NAME, OTHER, sign_in, sign_in_with};
use super::{Detection, Found, Sample, Seen, Severity, Why};

pub(super) const DETECTION: Detection = Detection {
    id: "HG-WATCH-01",
    title: "sign-in with an emergency access account",
    severity: Severity::Critical,
    mitre: &["T1078.004"],
    first_steps: &[
        "Ask the custodians, by phone, whether one of them signed in, and why.",
        "If none did: revoke the account's sessions, reset its password and look at what it did.",
        "Check that every seal and every key is where the ledger says.",
    ],
    judge,
    samples: &[
        Sample::fires("by id", || sign_in(Some(ACCOUNT), NAME, 0)),
        Sample::fires("by name in another letter case, without an id", || {
            sign_in(None, "BREAKGLASS1@contoso.onmicrosoft.com", 0)
        }),
        Sample::silent("inside of a declared drill", || {
            sign_in_with("2026-11-20T09:30:00Z", &["FIDO2 security key"])
        }),
        Sample::silent("a wrong password", || sign_in(Some(ACCOUNT), NAME, 50126)),
        Sample::silent("somebody else", || sign_in(Some(OTHER), "ada@contoso.com", 0)),
    ],
};

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let sign_in = seen.sign_in().filter(|one| one.outcome.is_success())?;
    let why = seen.account_signs_in().filter(|_| seen.declared_use().is_none())?;
    let (app, from) = (sign_in.app.name.as_str(), sign_in.from.address.as_str());
    Some(Found {
        severity: DETECTION.severity,
        what: format!("signed in to {app} from {from}"),
        why: Why::Touch(why.clone()),
    })
}
