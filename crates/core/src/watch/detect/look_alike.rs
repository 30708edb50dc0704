//! HG-WATCH-03: somebody tried a name that looks like an emergency access account's.

use alloc::format;

use super::sample::{ACCOUNT, NAME, sign_in};
use super::{Detection, Found, Likeness, Part, Sample, Seen, Severity, Why};

pub(super) const DETECTION: Detection = Detection {
    id: "HG-WATCH-03",
    title: "sign-in with a name like an emergency account's",
    severity: Severity::Low,
    mitre: &["T1036.005", "T1110"],
    first_steps: &[
        "Look whether a user of that name exists, who made it, and what roles it has.",
        "If none exists: somebody guesses the names of emergency accounts; look for more attempts.",
    ],
    judge,
    samples: &[
        Sample::fires("a digit for a letter", || {
            sign_in(None, "break9lass1@contoso.onmicrosoft.com", 50034)
        }),
        Sample::fires("a letter of another script", || {
            sign_in(None, "br\u{435}akglass1@contoso.onmicrosoft.com", 50034)
        }),
        Sample::fires("another domain of the same name", || {
            sign_in(None, "breakglass1@contoso.com", 0)
        }),
        Sample::silent("the account itself", || sign_in(Some(ACCOUNT), NAME, 50126)),
        Sample::silent("a longer name", || sign_in(None, "xbreakglass1@contoso.com", 50126)),
    ],
};

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let sign_in = seen.sign_in()?;
    let is_same = seen.touch(|_, part| part == Part::SignsIn).is_some();
    let mut alike = seen.touches.iter().filter(|one| one.likeness == Likeness::LookAlike);
    let why = alike.next().filter(|_| !is_same)?;
    // One that gets in is a user of that name.
    let (severity, what) = match sign_in.outcome.is_success() {
        true => (Severity::High, "signed in: a user of that name exists"),
        false => (DETECTION.severity, "was tried"),
    };
    Some(Found { severity, what: format!("a look-alike {what}"), why: Why::Touch(why.clone()) })
}
