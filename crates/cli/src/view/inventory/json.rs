//! The whole inventory as JSON: `halligan.inventory`, version 1.
//!
//! Members are only ever added within a version. Absent values are `null`, lists are never absent.

use halligan_core::inventory::{Act, Entry, Inventory, Last, Outsider, Path, SignIn, Step};
use serde_json::{Value, json};

use super::words;
use crate::view::json::gap;

pub(super) fn render(inventory: &Inventory) -> String {
    let whole = json!({
        "format": "halligan.inventory",
        "version": 1,
        "halligan": env!("CARGO_PKG_VERSION"),
        "tenant": {
            "id": inventory.tenant.map(|id| id.to_string()),
            "name": inventory.tenant_name,
        },
        "taken": inventory.taken.to_string(),
        "entries": inventory.entries.iter().map(entry).collect::<Vec<_>>(),
        "gaps": inventory.gaps.iter().map(gap).collect::<Vec<_>>(),
    });
    format!("{whole:#}\n")
}

fn entry(entry: &Entry) -> Value {
    json!({
        "id": words::id(&entry.node),
        "kind": entry.kind.word(),
        "name": entry.name,
        "codeName": entry.code_name,
        "isGlobalAdministrator": entry.is_administrator(),
        "paths": entry.paths.iter().map(path).collect::<Vec<_>>(),
        "morePaths": entry.more,
        "signIn": sign_in(&entry.sign_in),
        "lastUsed": match &entry.last {
            Last::At(at) => json!({"state": "used", "at": at.to_string()}),
            Last::Never => json!({"state": "never", "at": null}),
            Last::Unknown(_) => json!({"state": "notRead", "at": null}),
            Last::NotTold => json!({"state": "notTold", "at": null}),
        },
        "remarks": entry.remarks.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

fn path(path: &Path) -> Value {
    json!({
        "sentence": words::path(path),
        "isHeld": path.is_held(),
        "steps": path.steps.iter().map(step).collect::<Vec<_>>(),
    })
}

fn step(step: &Step) -> Value {
    let (act, detail) = match &step.act {
        Act::Holds { until } => ("holds", json!({"until": until.map(|at| at.to_string())})),
        Act::IsMember => ("isMember", json!({})),
        Act::Activates { needs_approval } => {
            ("activates", json!({"needsApproval": needs_approval}))
        }
        Act::ActivatesMembership { needs_approval } => {
            ("activatesMembership", json!({"needsApproval": needs_approval}))
        }
        Act::OwnsGroup => ("ownsGroup", json!({})),
        Act::OwnsApplication => ("ownsApplication", json!({})),
        Act::Uses(power) => ("uses", json!({"power": power.word()})),
        Act::SignsInAs => ("signsInAs", json!({})),
        Act::HasPartnerAccess => ("hasPartnerAccess", json!({})),
    };
    json!({
        "act": act,
        "detail": detail,
        "to": {"id": words::id(&step.to), "kind": step.kind.word(), "name": step.name},
    })
}

fn sign_in(sign_in: &SignIn) -> Value {
    match sign_in {
        SignIn::Methods { kinds, device_bound_keys, is_phishing_resistant, is_multifactor } => {
            json!({
                "state": "methods", "methods": kinds, "deviceBoundKeys": device_bound_keys,
                "isPhishingResistant": is_phishing_resistant, "isMultifactor": is_multifactor,
            })
        }
        SignIn::Credentials { secrets, certificates, ended, federated } => json!({
            "state": "credentials", "secrets": secrets, "certificates": certificates,
            "ended": ended,
            "federated": federated.as_ref().map(|all| all.iter().map(outsider).collect::<Vec<_>>()),
        }),
        SignIn::Platform => json!({"state": "managedIdentity"}),
        SignIn::ByBlueprint => json!({"state": "byBlueprint"}),
        SignIn::NotByItself => json!({"state": "notByItself"}),
        SignIn::Unknown(_) | SignIn::NotRead => json!({"state": "notRead"}),
    }
}

fn outsider(one: &Outsider) -> Value {
    json!({"issuer": one.issuer, "subject": one.subject, "isPattern": one.is_pattern})
}
