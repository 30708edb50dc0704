//! The organization, its domains and subscriptions.

use serde_json::{Value, json};

use crate::directory::objects::{CREATED, object};
use crate::directory::{Licence, Object, text_of};
use crate::error::GraphError;
use crate::operation::{Answer, Call};

/// Service plans and products of the premium licences.
///
/// Source: <https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference>.
const P1_PLAN: (&str, &str) = ("AAD_PREMIUM", "41781fb2-bc02-4b7c-bd55-b576c07bb09d");
const P2_PLAN: (&str, &str) = ("AAD_PREMIUM_P2", "eec0eb4f-6444-4f95-aba0-50c24d67f998");
const P1_SKU: &str = "078d2b04-f1bd-4111-bbd4-b4b1b354cef4";
const P2_SKU: &str = "84a661c4-e949-4bd2-a560-ed7766fcaf2b";

/// The service plans of a licence, by name and id.
pub(super) fn plans(licence: Licence) -> &'static [(&'static str, &'static str)] {
    match licence {
        Licence::Free => &[],
        Licence::P1 => &[P1_PLAN],
        Licence::P2 => &[P1_PLAN, P2_PLAN],
    }
}

/// The licence that a list of plan ids means.
pub(crate) fn licence_of<'a>(mut plan_ids: impl Iterator<Item = &'a str> + Clone) -> Licence {
    if plan_ids.clone().any(|id| id.eq_ignore_ascii_case(P2_PLAN.1)) {
        Licence::P2
    } else if plan_ids.any(|id| id.eq_ignore_ascii_case(P1_PLAN.1)) {
        Licence::P1
    } else {
        Licence::Free
    }
}

/// `GET /organization`.
pub(crate) fn list(call: &Call<'_>) -> Result<Answer, GraphError> {
    let mut organization = call.directory.organization.clone();
    if !organization.contains_key("assignedPlans") {
        let plans: Vec<Value> = plans(call.directory.licence)
            .iter()
            .map(|(_, id)| {
                json!({
                    "assignedDateTime": CREATED,
                    "capabilityStatus": "Enabled",
                    "service": "AADPremiumService",
                    "servicePlanId": id,
                })
            })
            .collect();
        organization.insert("assignedPlans".into(), plans.into());
    }
    let verified = |domain: &&Object| domain.get("isVerified") == Some(&Value::Bool(true));
    let domains: Vec<Value> =
        call.directory.domains.iter().filter(verified).map(verified_domain).collect();
    organization.insert("verifiedDomains".into(), domains.into());
    Ok(Answer::many([organization]))
}

fn verified_domain(domain: &Object) -> Value {
    let member = |name: &str| domain.get(name).cloned().unwrap_or(Value::Null);
    json!({
        "capabilities": "Email, OfficeCommunicationsOnline",
        "isDefault": member("isDefault"),
        "isInitial": member("isInitial"),
        "name": text_of(domain, "id"),
        "type": text_of(domain, "authenticationType"),
    })
}

/// `GET /domains`.
pub(crate) fn domains(call: &Call<'_>) -> Result<Answer, GraphError> {
    Ok(Answer::many(call.directory.domains.iter().cloned()))
}

/// `GET /subscribedSkus`.
pub(crate) fn subscribed_skus(call: &Call<'_>) -> Result<Answer, GraphError> {
    let (sku, plan) = match call.directory.licence {
        Licence::Free => return Ok(Answer::many([])),
        Licence::P1 => (P1_SKU, P1_PLAN),
        Licence::P2 => (P2_SKU, P2_PLAN),
    };
    let plans: Vec<Value> = plans(call.directory.licence)
        .iter()
        .map(|(name, id)| {
            json!({
                "servicePlanId": id,
                "servicePlanName": name,
                "provisioningStatus": "Success",
                "appliesTo": "User",
            })
        })
        .collect();
    let tenant = call.directory.tenant;
    Ok(Answer::many([object(json!({
        "id": format!("{tenant}_{sku}"),
        "accountId": tenant.to_string(),
        "accountName": text_of(&call.directory.organization, "displayName"),
        "appliesTo": "User",
        "capabilityStatus": "Enabled",
        "consumedUnits": 1,
        "prepaidUnits": {"enabled": 25, "suspended": 0, "warning": 0, "lockedOut": 0},
        "servicePlans": plans,
        "skuId": sku,
        "skuPartNumber": plan.0,
        "subscriptionIds": [],
    }))]))
}
