//! HG-WATCH-11: what carries the logs out of the tenant was changed or deleted, or Azure was
//! opened.

use alloc::format;

use super::sample::operation;
use super::{BY_ACCOUNT, Detection, Found, Sample, Seen, Severity, Why};
use crate::watch::activity::Area;
use crate::watch::event::What;

pub(super) const DETECTION: Detection = Detection {
    id: "HG-WATCH-11",
    title: "the log pipeline was changed",
    severity: Severity::High,
    mitre: &["T1562.008"],
    first_steps: &[
        "Read the tenant's diagnostic settings: the next sign-in may leave no record here.",
        "Put back what was taken away, and read the time between through Graph.",
    ],
    judge,
    samples: &[
        Sample::fires("the tenant's diagnostic setting is deleted", || {
            let name = "MICROSOFT.AADIAM/DIAGNOSTICSETTINGS/DELETE";
            operation(name, "/providers/microsoft.aadiam/diagnosticSettings/x")
        }),
        Sample::fires("access is elevated", || {
            operation("Microsoft.Authorization/elevateAccess/action", "/")
        }),
        Sample::silent("a machine is started", || {
            operation("Microsoft.Compute/virtualMachines/start/action", "/subscriptions/x")
        }),
    ],
};

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let What::Operation(operation) = &seen.event.what else { return None };
    let activity = seen.activity.filter(|one| one.area == Area::LogPipeline)?;
    let is_gone = activity.name.ends_with("/delete");
    let of_tenant = activity.name.starts_with("microsoft.aadiam");
    let severity = if is_gone && of_tenant { Severity::Critical } else { DETECTION.severity };
    let severity = super::lessened(severity, &operation.result);
    let by = if seen.is_by_account() { BY_ACCOUNT } else { operation.caller.as_str() };
    let what = format!("`{}` by {by}", operation.name);
    Some(Found { severity, what, why: Why::Activity(activity.name.into()) })
}
