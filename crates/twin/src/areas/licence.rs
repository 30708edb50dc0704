//! What the tenant is licensed for, by the service plans that are enabled for it.

use serde_json::Value;

use super::organization::plans;
use crate::directory::{Directory, Object, text_of};
use crate::error::GraphError;
use crate::operation::Call;

/// A service plan on which answers depend.
///
/// Source: <https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// Microsoft Entra ID P1; P2 counts as well.
    P1,
    /// Microsoft Entra ID P2; Microsoft Entra ID Governance counts as well.
    P2,
    /// Microsoft Entra ID Governance.
    Governance,
}

const P1: &str = "41781fb2-bc02-4b7c-bd55-b576c07bb09d";
const P2: &str = "eec0eb4f-6444-4f95-aba0-50c24d67f998";
pub(crate) const GOVERNANCE: &str = "e866a266-3cff-43a3-acca-0c90a7e00c8b";

impl Plan {
    /// Ids of the service plans, any of which is enough.
    fn ids(self) -> &'static [&'static str] {
        match self {
            Self::P1 => &[P1, P2],
            Self::P2 => &[P2, GOVERNANCE],
            Self::Governance => &[GOVERNANCE],
        }
    }
}

/// Whether the tenant has the plan: by the organization's `assignedPlans` where it has any, by the
/// directory's licence otherwise.
pub(crate) fn has(directory: &Directory, plan: Plan) -> bool {
    let is_one = |id: &str| plan.ids().iter().any(|known| known.eq_ignore_ascii_case(id));
    match directory.organization.get("assignedPlans").and_then(Value::as_array) {
        Some(assigned) => assigned
            .iter()
            .filter_map(Value::as_object)
            .any(|one| is_enabled(one) && is_one(text_of(one, "servicePlanId"))),
        None => plans(directory.licence).iter().any(|(_, id)| is_one(id)),
    }
}

fn is_enabled(plan: &Object) -> bool {
    text_of(plan, "capabilityStatus").eq_ignore_ascii_case("Enabled")
}

/// Refuses as the area does when the tenant lacks the plan.
pub(crate) fn require(
    call: &Call<'_>,
    plan: Plan,
    refusal: fn() -> GraphError,
) -> Result<(), GraphError> {
    if has(call.directory, plan) { Ok(()) } else { Err(refusal()) }
}
