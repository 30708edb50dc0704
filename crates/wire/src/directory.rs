//! The tenant itself: organization, domains, security defaults.

use halligan_core::id::Guid;
use halligan_core::tenant::{AuthenticationType, Domain, Organization, SecurityDefaults};
use serde_json::{Map, Value};

use crate::body::Body;
use crate::members::missing;
use crate::{Entity, Members, ReadError};

/// `capabilityStatus` of a service plan that may be used.
const ENABLED: &str = "Enabled";

impl Entity for Organization {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        if !members.has("assignedPlans") {
            return Err(missing("assignedPlans"));
        }
        let plans = members.objects("assignedPlans", enabled_plan)?;
        Ok(Self {
            id: members.required_id("id")?,
            display_name: members.required_text("displayName")?,
            on_premises_sync_enabled: members.bool("onPremisesSyncEnabled")?,
            enabled_plans: plans.into_iter().flatten().collect(),
            unknown: members.rest(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.print("id", &self.id);
        body.set("displayName", self.display_name.as_str());
        body.nullable("onPremisesSyncEnabled", self.on_premises_sync_enabled);
        body.objects("assignedPlans", &self.enabled_plans, |plan| {
            let mut body = Body::default();
            body.print("servicePlanId", plan);
            body.set("capabilityStatus", ENABLED);
            body.done()
        });
        body.done()
    }
}

fn enabled_plan(members: &mut Members<'_>) -> Result<Option<Guid>, ReadError> {
    let status = members.text("capabilityStatus")?;
    let plan = members.id("servicePlanId")?;
    Ok(plan.filter(|_| status.is_some_and(|status| status.eq_ignore_ascii_case(ENABLED))))
}

impl Entity for Domain {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        Ok(Self {
            name: members.required_text("id")?.to_lowercase(),
            authentication: members
                .open("authenticationType", AuthenticationType::from_graph)?
                .ok_or_else(|| missing("authenticationType"))?,
            is_initial: members.required_bool("isInitial")?,
            is_default: members.required_bool("isDefault")?,
            is_verified: members.required_bool("isVerified")?,
            password_validity_days: members.integer("passwordValidityPeriodInDays")?,
            unknown: members.rest(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.set("id", self.name.as_str());
        body.print("authenticationType", &self.authentication);
        body.set("isInitial", self.is_initial);
        body.set("isDefault", self.is_default);
        body.set("isVerified", self.is_verified);
        body.nullable("passwordValidityPeriodInDays", self.password_validity_days);
        body.done()
    }
}

impl Entity for SecurityDefaults {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        Ok(Self { is_enabled: members.required_bool("isEnabled")?, unknown: members.rest() })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.set("isEnabled", self.is_enabled);
        body.done()
    }
}
