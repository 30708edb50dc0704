//! Conditional Access policies; their conditions and controls have files of their own.

use halligan_core::id::PolicyId;
use halligan_core::tenant::{Policy, PolicyState};
use serde_json::{Map, Value};

use crate::body::Body;
use crate::conditions;
use crate::controls;
use crate::members::missing;
use crate::{Entity, Members, ReadError};

impl Entity for Policy {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        read(members, StandIn::default())
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.print("id", &self.id);
        body.set("displayName", self.display_name.as_str());
        body.print("state", &self.state);
        body.optional("templateId", self.template_id.as_deref());
        body.print_nullable("createdDateTime", self.created.as_ref());
        body.print_nullable("modifiedDateTime", self.modified.as_ref());
        body.set("conditions", conditions::write(&self.conditions));
        body.nullable("grantControls", self.grant.as_ref().map(controls::write_grant));
        body.nullable("sessionControls", self.session.as_ref().map(controls::write_session));
        body.done()
    }
}

/// What stands in for members that exported policies and templates leave out.
#[derive(Default)]
pub(crate) struct StandIn {
    pub(crate) id: Option<String>,
    pub(crate) display_name: Option<String>,
    pub(crate) state: Option<PolicyState>,
}

/// Reads a policy; a member that is missing and has no stand-in is an error.
pub(crate) fn read(members: &mut Members<'_>, stand_in: StandIn) -> Result<Policy, ReadError> {
    let id = members.text("id")?.or(stand_in.id);
    let display_name = members.text("displayName")?.or(stand_in.display_name);
    let state = members.open("state", PolicyState::from_graph)?.or(stand_in.state);
    Ok(Policy {
        id: PolicyId::from(id.ok_or_else(|| missing("id"))?),
        display_name: display_name.ok_or_else(|| missing("displayName"))?,
        state: state.ok_or_else(|| missing("state"))?,
        template_id: members.text("templateId")?,
        created: members.timestamp("createdDateTime")?,
        modified: members.timestamp("modifiedDateTime")?,
        conditions: members
            .object("conditions", conditions::read)?
            .ok_or_else(|| missing("conditions"))?,
        grant: members.object("grantControls", controls::read_grant)?,
        session: members.object("sessionControls", controls::read_session)?,
        unknown: members.rest(),
    })
}
