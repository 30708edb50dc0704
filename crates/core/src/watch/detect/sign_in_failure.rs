//! HG-WATCH-02: somebody tried to sign in with an emergency access account, and did not get in.

use alloc::format;

use super::sample::{ACCOUNT, NAME, OTHER, sign_in};
use super::{Detection, Found, Sample, Seen, Severity, Why, decoy};
use crate::watch::canary::is_right_password;

pub(super) const DETECTION: Detection = Detection {
    id: "HG-WATCH-02",
    title: "failed sign-in with an emergency access account",
    severity: Severity::High,
    mitre: &["T1078.004", "T1110"],
    first_steps: &[
        "Ask the custodians whether one of them tried, and what they saw.",
        "If one did and was not let in: `halligan prove` says what keeps the account out.",
        "If none did: somebody knows the account's name. Look for more attempts, and where from.",
    ],
    judge,
    samples: &[
        Sample::fires("a wrong password", || sign_in(Some(ACCOUNT), NAME, 50126)),
        Sample::fires("an id of zeros, and the name", || sign_in(None, NAME, 50034)),
        Sample::fires("stopped by Conditional Access", || sign_in(Some(ACCOUNT), NAME, 53003)),
        Sample::silent("success", || sign_in(Some(ACCOUNT), NAME, 0)),
        Sample::silent("somebody else", || sign_in(Some(OTHER), "ada@contoso.com", 50126)),
    ],
};

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let sign_in = seen.sign_in().filter(|one| !one.outcome.is_success())?;
    // In a drill the canary may be of an emergency access account.
    let why = seen.account_signs_in().filter(|_| !decoy::is_canary(seen))?;
    let (severity, reason) = match sign_in.outcome.code {
        Some(code) => (severity_of(code), reason_of(code)),
        None => (DETECTION.severity, None),
    };
    let reason = reason.unwrap_or(match sign_in.outcome.reason.as_str() {
        "" => "the record does not say why",
        reason => reason,
    });
    let from = sign_in.from.address.as_str();
    let what = format!("was not let in to {} from {from}: {reason}", sign_in.app.name);
    Some(Found { severity, what, why: Why::Touch(why.clone()) })
}

/// Whoever has the right password and is stopped afterwards is nearer than one who guesses.
const fn severity_of(code: i64) -> Severity {
    match code {
        50057 => Severity::Critical,
        code if is_right_password(code) => Severity::Critical,
        _ => DETECTION.severity,
    }
}

/// What an error code means for an account that nobody should be using.
///
/// Source: <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>.
const fn reason_of(code: i64) -> Option<&'static str> {
    Some(match code {
        50034 => "there is no such user: somebody tries names",
        50053 => "locked after many attempts, or from an address that Microsoft blocks",
        50055 => "the right password, which is expired",
        50056 => "the account has no password",
        50057 => "the right password, and the account is disabled",
        50072 | 50079 => "the right password, and a method had to be registered first",
        50074 | 50076 => "the right password, and multifactor authentication was asked for",
        50097 => "the right password, and the device had to prove itself",
        50126 => "a wrong name or password",
        50140 => "the right credentials, and the question whether to stay signed in",
        50158 => "the right password, and an external check was not met",
        53000 | 53001 => "the right credentials, and a device that policies do not accept",
        53002 => "the right credentials, and an app that policies do not accept",
        53003 => "the right credentials, and Conditional Access blocked it",
        53004 => "the right password, and a method could not be registered for the risk",
        500_121 => "the right password, and multifactor authentication failed",
        530_032 => "the right credentials, and security defaults or a policy blocked it",
        _ => return None,
    })
}
