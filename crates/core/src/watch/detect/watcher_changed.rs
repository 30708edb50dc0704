//! HG-WATCH-10: the application that watches was changed, or used by somebody.

use alloc::vec;

use super::sample::{OTHER, WATCHER, WATCHER_PRINCIPAL, change, target, with};
use super::{Area, Detection, Found, Part, Sample, Seen, Severity, Subject, Why};

pub(super) const DETECTION: Detection = Detection {
    id: "HG-WATCH-10",
    title: "the application that watches was changed",
    severity: Severity::High,
    mitre: &["T1562.008", "T1098.001"],
    first_steps: &[
        "Compare its credentials and permissions with what was granted: `halligan doctor`.",
        "What is taken away makes the alarm silent; what is added makes the watcher a way in.",
    ],
    judge,
    samples: &[
        Sample::fires("a secret is added", || {
            let name = "Update application \u{2013} Certificates and secrets management ";
            change(name, "ApplicationManagement", vec![target("Application", WATCHER)])
        }),
        Sample::fires("its service principal is deleted", || {
            let principal = target("ServicePrincipal", WATCHER_PRINCIPAL);
            change("Remove service principal", "ApplicationManagement", vec![principal])
        }),
        Sample::fires("a permission is granted to it, and it stands in a value", || {
            let name = "\"00000000-0000-0000-0000-0000000000a8\"";
            let graph = with(
                target("ServicePrincipal", OTHER),
                "ServicePrincipal.ObjectID",
                None,
                Some(name),
            );
            let granted = "Add app role assignment to service principal";
            change(granted, "ApplicationManagement", vec![graph])
        }),
        Sample::silent("a policy for everything but it", || {
            let policy = with(
                target("Policy", "p-1"),
                "x",
                None,
                Some("00000000-0000-0000-0000-0000000000a7"),
            );
            change("Update conditional access policy", "Policy", vec![policy])
        }),
        Sample::silent("another application", || {
            let other = target("Application", OTHER);
            change("Delete application", "ApplicationManagement", vec![other])
        }),
    ],
};

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let audit = seen.audit()?;
    // A policy may name the watcher without changing it.
    let is_policy = seen.is_in(&[Area::ConditionalAccess]);
    let why = seen.touch(|subject, part| {
        matches!(subject, Subject::Watcher(_) | Subject::WatcherPrincipal(_))
            && (part == Part::Target || (part == Part::Named && !is_policy))
    })?;
    Some(Found::of_change(seen, audit, DETECTION.severity, Why::Touch(why.clone())))
}
