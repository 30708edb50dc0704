//! Groups, and what can be a member or owner of one.

use halligan_core::tenant::{Group, GroupType, Member, ObjectKind};
use serde_json::{Map, Value};

use crate::body::Body;
use crate::{Entity, Members, ReadError};

impl Entity for Group {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        Ok(Self {
            id: members.required_id("id")?,
            display_name: members.required_text("displayName")?,
            security_enabled: members.bool("securityEnabled")?,
            mail_enabled: members.bool("mailEnabled")?,
            is_assignable_to_role: members.bool("isAssignableToRole")?,
            group_types: members.texts_as("groupTypes", GroupType::from_graph)?,
            membership_rule: members.text("membershipRule")?,
            on_premises_sync_enabled: members.bool("onPremisesSyncEnabled")?,
            expiration: members.timestamp("expirationDateTime")?,
            is_management_restricted: members.bool("isManagementRestricted")?,
            unknown: members.rest(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.print("id", &self.id);
        body.set("displayName", self.display_name.as_str());
        body.nullable("securityEnabled", self.security_enabled);
        body.nullable("mailEnabled", self.mail_enabled);
        body.nullable("isAssignableToRole", self.is_assignable_to_role);
        body.list("groupTypes", &self.group_types);
        body.nullable("membershipRule", self.membership_rule.as_deref());
        body.nullable("onPremisesSyncEnabled", self.on_premises_sync_enabled);
        body.print_nullable("expirationDateTime", self.expiration.as_ref());
        body.nullable("isManagementRestricted", self.is_management_restricted);
        body.done()
    }
}

impl Entity for Member {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        Ok(Self {
            kind: ObjectKind::from_graph(&members.required_odata_type()?),
            id: members.required_id("id")?,
            display_name: members.text("displayName")?,
            unknown: members.rest(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.print("@odata.type", &self.kind);
        body.print("id", &self.id);
        body.nullable("displayName", self.display_name.as_deref());
        body.done()
    }
}
