//! Other tenants: cross-tenant access settings and delegated admin relationships.

use halligan_core::id::RoleTemplateId;
use halligan_core::tenant::{
    DelegatedAdmin, DelegatedGroup, InboundTrust, Partner, RelationshipStatus,
};
use serde_json::{Map, Value};

use crate::body::Body;
use crate::members::missing;
use crate::{Entity, Members, ReadError};

impl Entity for Partner {
    /// The defaults have no `tenantId`.
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        let inbound_trust = members.object("inboundTrust", |trust| {
            Ok(InboundTrust {
                mfa: trust.bool("isMfaAccepted")?.unwrap_or_default(),
                compliant_device: trust.bool("isCompliantDeviceAccepted")?.unwrap_or_default(),
                hybrid_joined_device: trust
                    .bool("isHybridAzureADJoinedDeviceAccepted")?
                    .unwrap_or_default(),
            })
        })?;
        Ok(Self {
            tenant: members.id("tenantId")?,
            is_service_provider: members.bool("isServiceProvider")?,
            inbound_trust,
            unknown: members.rest(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.optional("tenantId", self.tenant.map(|tenant| tenant.to_string()));
        body.optional("isServiceProvider", self.is_service_provider);
        let trust = self.inbound_trust.as_ref().map(|trust| {
            let mut body = Body::default();
            body.set("isMfaAccepted", trust.mfa);
            body.set("isCompliantDeviceAccepted", trust.compliant_device);
            body.set("isHybridAzureADJoinedDeviceAccepted", trust.hybrid_joined_device);
            body
        });
        body.nullable("inboundTrust", trust.map(Value::from));
        body.done()
    }
}

impl Entity for DelegatedAdmin {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        let customer = members.opened("customer", |customer| customer.id("tenantId"))?;
        let roles = members.opened("accessDetails", roles)?;
        let groups = match members.has("accessAssignments") {
            true => Some(members.objects("accessAssignments", DelegatedGroup::read)?),
            false => None,
        };
        Ok(Self {
            id: members.required_text("id")?,
            display_name: members.text("displayName")?,
            customer: customer.flatten(),
            status: members
                .open("status", RelationshipStatus::from_graph)?
                .ok_or_else(|| missing("status"))?,
            end: members.timestamp("endDateTime")?,
            auto_extend: members.text("autoExtendDuration")?,
            roles: roles.unwrap_or_default(),
            groups,
            unknown: members.rest(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.set("id", self.id.as_str());
        body.nullable("displayName", self.display_name.as_deref());
        let customer = self.customer.map(|tenant| {
            let mut customer = Body::default();
            customer.print("tenantId", &tenant);
            customer
        });
        body.open_nullable("customer", customer);
        body.print("status", &self.status);
        body.print_nullable("endDateTime", self.end.as_ref());
        body.nullable("autoExtendDuration", self.auto_extend.as_deref());
        body.open("accessDetails", details(&self.roles));
        if let Some(groups) = &self.groups {
            body.objects("accessAssignments", groups, DelegatedGroup::write);
        }
        body.done()
    }
}

impl Entity for DelegatedGroup {
    /// Reads one `delegatedAdminAccessAssignment`.
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        let group = members.opened("accessContainer", |one| one.id("accessContainerId"))?;
        let roles = members.opened("accessDetails", roles)?;
        Ok(Self {
            group: group.flatten(),
            status: members.open("status", RelationshipStatus::from_graph)?,
            roles: roles.unwrap_or_default(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::default();
        body.print_nullable("status", self.status.as_ref());
        let mut container = Body::default();
        container.print_nullable("accessContainerId", self.group.as_ref());
        container.set("accessContainerType", "securityGroup");
        body.open("accessContainer", container);
        body.open("accessDetails", details(&self.roles));
        body.done()
    }
}

fn roles(details: &mut Members<'_>) -> Result<Vec<RoleTemplateId>, ReadError> {
    details.objects("unifiedRoles", |role| role.required_id("roleDefinitionId"))
}

fn details(roles: &[RoleTemplateId]) -> Body {
    let mut details = Body::default();
    details.objects("unifiedRoles", roles, |role| {
        let mut body = Body::default();
        body.print("roleDefinitionId", role);
        body.done()
    });
    details
}
