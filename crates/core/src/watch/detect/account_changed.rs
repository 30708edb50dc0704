//! HG-WATCH-05: an emergency access account was changed: disabled, deleted, renamed, licensed.

use alloc::vec;

use super::credential_changed::is_of_credentials;
use super::sample::{ACCOUNT, OTHER, change, target, with};
use super::{Area, Detection, Found, Sample, Seen, Severity, Why};

pub(super) const DETECTION: Detection = Detection {
    id: "HG-WATCH-05",
    title: "emergency access account changed",
    severity: Severity::High,
    mitre: &["T1531", "T1098"],
    first_steps: &[
        "`halligan prove` says whether the account still gets in.",
        "Ask whoever made the change whether it was they, and undo it if it was not meant.",
    ],
    judge,
    samples: &[
        Sample::fires("disabled", || {
            change("Disable account", "UserManagement", vec![target("User", ACCOUNT)])
        }),
        Sample::fires("deleted", || {
            change("Delete user", "UserManagement", vec![target("User", ACCOUNT)])
        }),
        Sample::fires("renamed, and named by its old name alone", || {
            let name = "breakglass1@contoso.onmicrosoft.com";
            let user = with(target("User", ""), "UserPrincipalName", Some(name), Some("x@y.com"));
            change("Update user", "UserManagement", vec![user])
        }),
        Sample::silent("somebody else", || {
            change("Delete user", "UserManagement", vec![target("User", OTHER)])
        }),
        Sample::silent("its password, which is another detection", || {
            change("Reset password", "UserManagement", vec![target("User", ACCOUNT)])
        }),
    ],
};

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let audit = seen.audit()?;
    let is_other = seen.is_in(&OTHERS) || seen.activity.is_some_and(is_of_credentials);
    let why = seen.account_changed().filter(|_| !is_other)?;
    let is_lost =
        ["delete", "disable"].iter().any(|word| audit.activity.to_lowercase().contains(word));
    let severity = if is_lost { Severity::Critical } else { DETECTION.severity };
    Some(Found::of_change(seen, audit, severity, Why::Touch(why.clone())))
}

/// Areas whose changes of an account are other detections.
const OTHERS: [Area; 5] =
    [Area::Group, Area::Role, Area::Pim, Area::ConditionalAccess, Area::MethodPolicy];
