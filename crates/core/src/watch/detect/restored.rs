//! HG-WATCH-17: something that was deleted was brought back.

use alloc::vec;

use super::sample::{ACCOUNT, OTHER, change, refused, target};
use super::{Area, Detection, Found, Part, Sample, Seen, Severity, Why};
use crate::watch::activity::is_in_a_watched_category;

pub(super) const DETECTION: Detection = Detection {
    id: "HG-WATCH-17",
    title: "something deleted was brought back",
    severity: Severity::Medium,
    mitre: &["T1098", "T1556.009"],
    first_steps: &[
        "A policy or group that comes back brings its old members and exclusions with it.",
        "`halligan prove` says whether every emergency account still gets in.",
    ],
    judge,
    samples: &[
        Sample::fires("a policy", || {
            change("Restore conditional access policy", "Policy", vec![target("Policy", "p-1")])
        }),
        Sample::fires("the account", || {
            change("Restore user", "UserManagement", vec![target("User", ACCOUNT)])
        }),
        Sample::fires("a group, though it failed", || {
            refused(change("Restore Group", "GroupManagement", vec![target("Group", "g-1")]))
        }),
        Sample::silent("another user", || {
            change("Restore user", "UserManagement", vec![target("User", OTHER)])
        }),
        Sample::silent("a policy is deleted", || {
            change("Delete conditional access policy", "Policy", vec![target("Policy", "p-1")])
        }),
    ],
};

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let audit = seen.audit()?;
    let name = audit.activity.trim_start().get(..VERB.len())?;
    if !name.eq_ignore_ascii_case(VERB) {
        return None;
    }
    let touch = seen.touch(|_, part| matches!(part, Part::Target | Part::Named));
    let is_of_the_door = is_in_a_watched_category(&audit.category) || seen.is_in(&AREAS);
    let (severity, why) = match touch {
        Some(touch) => (Severity::High, Why::Touch(touch.clone())),
        None if is_of_the_door => (DETECTION.severity, Why::Activity(audit.activity.trim().into())),
        None => return None,
    };
    Some(Found::of_change(seen, audit, severity, why))
}

const VERB: &str = "restore ";

/// Areas in which whatever comes back counts. Users come back every day.
const AREAS: [Area; 4] =
    [Area::Group, Area::ConditionalAccess, Area::Application, Area::AdministrativeUnit];
