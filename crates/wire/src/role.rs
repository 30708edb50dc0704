//! Directory roles and who holds them.

use halligan_core::id::Guid;
use halligan_core::tenant::{
    AssignmentType, MemberType, ObjectKind, RoleAssignment, RoleDefinition, RoleSchedule,
};
use serde_json::{Map, Value};

use crate::body::Body;
use crate::members::missing;
use crate::{Entity, Members, ReadError};

impl Entity for RoleDefinition {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        Ok(Self {
            id: members.required_id("id")?,
            template: members.id("templateId")?,
            display_name: members.required_text("displayName")?,
            is_built_in: members.required_bool("isBuiltIn")?,
            is_privileged: members.bool("isPrivileged")?,
            is_enabled: members.bool("isEnabled")?,
            actions: members
                .objects("rolePermissions", |one| one.texts("allowedResourceActions"))?
                .into_iter()
                .flatten()
                .collect(),
            unknown: members.rest(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.print("id", &self.id);
        body.print_nullable("templateId", self.template.as_ref());
        body.set("displayName", self.display_name.as_str());
        body.set("isBuiltIn", self.is_built_in);
        body.optional("isPrivileged", self.is_privileged);
        body.nullable("isEnabled", self.is_enabled);
        if !self.actions.is_empty() {
            body.objects("rolePermissions", &[&self.actions], |actions| {
                let mut body = Body::default();
                body.list("allowedResourceActions", actions);
                body.done()
            });
        }
        body.done()
    }
}

impl Entity for RoleAssignment {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        let principal_kind = members.opened("principal", |principal| {
            let _same_as_principal_id: Option<Guid> = principal.id("id")?;
            Ok(principal.odata_type()?.map(|name| ObjectKind::from_graph(&name)))
        })?;
        Ok(Self {
            id: members.required_text("id")?,
            role: members.required_id("roleDefinitionId")?,
            principal: members.required_id("principalId")?,
            principal_kind: principal_kind.flatten(),
            scope: members.required_text("directoryScopeId")?,
            unknown: members.rest(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.set("id", self.id.as_str());
        body.print("roleDefinitionId", &self.role);
        body.print("principalId", &self.principal);
        body.set("directoryScopeId", self.scope.as_str());
        if let Some(kind) = &self.principal_kind {
            let mut principal = Body::default();
            principal.print("@odata.type", kind);
            principal.print("id", &self.principal);
            body.open("principal", principal);
        }
        body.done()
    }
}

impl Entity for RoleSchedule {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        Ok(Self {
            id: members.required_text("id")?,
            role: members.id("roleDefinitionId")?,
            principal: members.required_id("principalId")?,
            scope: members.text("directoryScopeId")?,
            assignment: members.open("assignmentType", AssignmentType::from_graph)?,
            member: members
                .open("memberType", MemberType::from_graph)?
                .ok_or_else(|| missing("memberType"))?,
            start: members.timestamp("startDateTime")?,
            end: members.timestamp("endDateTime")?,
            unknown: members.rest(),
        })
    }

    /// Without a scope it is a group's membership (PIM for Groups), whose enumerations are spelled
    /// in lower case.
    fn write(&self) -> Map<String, Value> {
        let spelled = |value: &str| match &self.scope {
            Some(_) => value.to_owned(),
            None => value.to_ascii_lowercase(),
        };
        let mut body = Body::new(&self.unknown);
        body.set("id", self.id.as_str());
        body.optional("roleDefinitionId", self.role.map(|role| role.to_string()));
        body.print("principalId", &self.principal);
        body.optional("directoryScopeId", self.scope.as_deref());
        let assignment = self.assignment.as_ref().map(|kind| spelled(kind.as_graph()));
        body.optional("assignmentType", assignment);
        body.set("memberType", spelled(self.member.as_graph()));
        body.print_nullable("startDateTime", self.start.as_ref());
        body.print_nullable("endDateTime", self.end.as_ref());
        body.done()
    }
}
