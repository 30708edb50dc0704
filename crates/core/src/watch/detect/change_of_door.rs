//! HG-WATCH-09: a setting that every sign-in stands on was changed: methods, strengths, domains,
//! federation, partners, administrative units.

use alloc::vec;

use super::sample::{change, target};
use super::{Area, Detection, Found, Part, Sample, Seen, Severity, Why};

pub(super) const DETECTION: Detection = Detection {
    id: "HG-WATCH-09",
    title: "a setting that sign-ins stand on changed",
    severity: Severity::High,
    mitre: &["T1556", "T1484.002"],
    first_steps: &[
        "`halligan prove` says whether the keys of the emergency accounts are still allowed.",
        "A domain that became federated, or a partner that was added, is a way in for others.",
    ],
    judge,
    samples: &[
        Sample::fires("the authentication methods policy", || {
            change("Authentication Methods Policy Update", "Policy", vec![target("Policy", "x")])
        }),
        Sample::fires("a domain becomes federated", || {
            change("Set domain authentication", "DirectoryManagement", vec![])
        }),
        Sample::silent("a group", || change("Add group", "GroupManagement", vec![])),
    ],
};

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let audit = seen.audit()?;
    let activity = seen.activity.filter(|_| seen.is_in(&AREAS))?;
    // Administrative units are many; one that holds an account or its group is what counts.
    let why = match (seen.touch(|_, part| part != Part::Initiator), activity.area) {
        (Some(touch), _) => Why::Touch(touch.clone()),
        (None, Area::AdministrativeUnit) => return None,
        (None, _) => Why::Activity(activity.name.into()),
    };
    Some(Found::of_change(seen, audit, DETECTION.severity, why))
}

const AREAS: [Area; 3] = [Area::MethodPolicy, Area::Federation, Area::AdministrativeUnit];
