//! HG-WATCH-10: the application that watches was changed, or used by somebody.

use alloc::vec;

use super::sample::{OTHER, WATCHER, WATCHER_PRINCIPAL, change, target};
use super::{Detection, Found, Part, Sample, Seen, Severity, Subject, Why, lessened, said};

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
        Sample::silent("another application", || {
            let other = target("Application", OTHER);
            change("Delete application", "ApplicationManagement", vec![other])
        }),
    ],
};

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let audit = seen.audit()?;
    let why = seen.touch(|subject, part| {
        matches!(subject, Subject::Watcher(_) | Subject::WatcherPrincipal(_))
            && matches!(part, Part::Target | Part::Named)
    })?;
    let severity = lessened(DETECTION.severity, &audit.result);
    Some(Found { severity, what: said(audit), why: Why::Touch(why.clone()) })
}
