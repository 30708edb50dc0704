//! The whole proposal as JSON: `halligan.proposal`, version 1.
//!
//! Members are only ever added within a version. Absent values are `null`, lists are never absent.

use halligan_core::proposal::{Candidate, GroupCandidate, Proposal, Speaks};
use halligan_core::register::Shape;
use serde_json::{Value, json};

use crate::view::json::gap;

pub(super) fn render(proposal: &Proposal) -> String {
    let shape = proposal.shape.as_ref().map(|one| {
        let policy = match &one.shape {
            Shape::ExemptWithStrength { policy } => Some(policy.to_string()),
            Shape::Exempt | Shape::Paper => None,
        };
        let (shape, reason) = (one.shape.to_string(), one.reason.to_string());
        json!({ "shape": shape, "strengthPolicy": policy, "reason": reason })
    });
    let whole = json!({
        "format": "halligan.proposal",
        "version": 1,
        "halligan": env!("CARGO_PKG_VERSION"),
        "tenant": {
            "id": proposal.tenant.map(|id| id.to_string()),
            "name": proposal.tenant_name,
        },
        "taken": proposal.taken.to_string(),
        "policies": proposal.policies,
        "accounts": proposal.candidates.iter().map(account).collect::<Vec<_>>(),
        "moreAccounts": proposal.more_candidates,
        "groups": proposal.groups.iter().map(group).collect::<Vec<_>>(),
        "moreGroups": proposal.more_groups,
        "shape": shape,
        "gaps": proposal.gaps.iter().map(gap).collect::<Vec<_>>(),
    });
    format!("{whole:#}\n")
}

fn account(one: &Candidate) -> Value {
    let reasons = one
        .reasons
        .iter()
        .map(|reason| self::reason(reason.speaks(), &reason.fact.to_string(), &reason.rests_on));
    json!({
        "id": one.id.to_string(),
        "name": one.name,
        "fit": one.fit.word(),
        "reasons": reasons.collect::<Vec<_>>(),
    })
}

fn group(one: &GroupCandidate) -> Value {
    let reasons = one
        .reasons
        .iter()
        .map(|reason| self::reason(reason.speaks(), &reason.fact.to_string(), &reason.rests_on));
    json!({
        "id": one.id.to_string(),
        "name": one.name,
        "fit": one.fit.word(),
        "policies": one.policies,
        "accounts": one.accounts.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "reasons": reasons.collect::<Vec<_>>(),
    })
}

fn reason(speaks: Speaks, text: &str, rests_on: &str) -> Value {
    json!({ "speaks": speaks.word(), "text": text, "restsOn": rests_on })
}
