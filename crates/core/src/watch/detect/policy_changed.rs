//! HG-WATCH-08: a Conditional Access policy was made, changed or deleted, or what policies stand
//! on.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;

use serde_json::Value;

use super::sample::{ACCOUNT, change, target, with};
use super::{Area, Detection, Found, Part, Sample, Seen, Severity, Subject, Why};
use crate::watch::event::Audit;

pub(super) const DETECTION: Detection = Detection {
    id: "HG-WATCH-08",
    title: "Conditional Access changed",
    severity: Severity::Medium,
    mitre: &["T1556.009", "T1562"],
    first_steps: &[
        "`halligan prove` says whether every emergency account still gets in, and what stops it.",
        "If one does not: put it back into the exclusions, or switch the policy off.",
    ],
    judge,
    samples: &[
        Sample::fires("a policy is switched on", || {
            let (old, new) = (r#"{"state":"disabled"}"#, r#"{"state":"enabled"}"#);
            let policy = target("Policy", "p-1");
            let policy = with(policy, "ConditionalAccessPolicy", Some(old), Some(new));
            change("Update conditional access policy", "Policy", vec![policy])
        }),
        Sample::fires("an account is no longer excluded", || {
            let old = format!(r#"{{"conditions":{{"users":{{"excludeUsers":["{ACCOUNT}"]}}}}}}"#);
            let policy = with(target("Policy", "p-1"), "x", Some(&old), Some("{}"));
            change("Update Conditional Access policy", "Policy", vec![policy])
        }),
        Sample::fires("a named location is added", || {
            change("Add named location", "Policy", vec![target("Policy", "l-1")])
        }),
        Sample::fires("security defaults", || change("Update security defaults", "Policy", vec![])),
        Sample::silent("a user", || change("Update user", "UserManagement", vec![])),
    ],
};

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let audit = seen.audit()?;
    let activity = seen.activity.filter(|one| one.area == Area::ConditionalAccess)?;
    // Nearly every policy names the accounts' group. One that names it on one side only begins or
    // ceases to exclude, or to include.
    let one_sided = seen.touch(|subject, part| part == Part::Named && is_one_sided(seen, subject));
    let target = seen.touch(|_, part| part == Part::Target);
    let (severity, why) = match one_sided.or(target) {
        Some(touch) => (Severity::High, Why::Touch(touch.clone())),
        None => (DETECTION.severity, Why::Activity(activity.name.into())),
    };
    let mut found = Found::of_change(seen, audit, severity, why);
    found.what.extend(state_changed(audit));
    Some(found)
}

/// Whether a thing is named in values before the change or in those after it, and not in both.
fn is_one_sided(seen: &Seen<'_>, subject: &Subject) -> bool {
    let named =
        seen.touches.iter().filter(|one| one.part == Part::Named && one.subject == *subject);
    let (old, new): (Vec<_>, Vec<_>) = named.partition(|one| one.member.ends_with("oldValue"));
    old.is_empty() != new.is_empty()
}

/// What became of a policy's state, where that changed.
fn state_changed(audit: &Audit) -> Option<String> {
    let state = |side: &Option<String>| -> Option<String> {
        let policy: Value = serde_json::from_str(side.as_deref()?).ok()?;
        policy.get("state")?.as_str().map(|state| state.to_string())
    };
    let changes = audit.targets.iter().flat_map(|target| &target.changes);
    let mut states = changes.map(|one| (state(&one.old), state(&one.new)));
    let (old, new) = states.find(|(old, new)| old != new)?;
    Some(match (old, new) {
        (Some(old), Some(new)) => format!(", from {old} to {new}"),
        (None, Some(new)) => format!(", {new}"),
        (Some(old), None) => format!(", which was {old}"),
        (None, None) => return None,
    })
}
