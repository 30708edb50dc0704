//! What activating a role, or a group's membership or ownership, asks for
//! (`unifiedRoleManagementPolicyAssignment` with its policy).

use halligan_core::tenant::{
    Approver, GroupAccess, GroupPolicy, RoleDemand, RolePolicy, RoleRule, Unknown,
};
use serde_json::{Map, Value};

use crate::body::Body;
use crate::members::missing;
use crate::{Entity, Members, ReadError};

const APPROVAL: &str = "#microsoft.graph.unifiedRoleManagementPolicyApprovalRule";
const CONTEXT: &str = "#microsoft.graph.unifiedRoleManagementPolicyAuthenticationContextRule";
const ENABLEMENT: &str = "#microsoft.graph.unifiedRoleManagementPolicyEnablementRule";
const EXPIRATION: &str = "#microsoft.graph.unifiedRoleManagementPolicyExpirationRule";
const NOTIFICATION: &str = "#microsoft.graph.unifiedRoleManagementPolicyNotificationRule";

impl Entity for RolePolicy {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        Ok(Self {
            rules: rules(members)?,
            id: members.required_text("id")?,
            role: members.required_id("roleDefinitionId")?,
            unknown: members.rest(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        written(&self.unknown, &self.id, &self.role.to_string(), &self.rules)
    }
}

impl Entity for GroupPolicy {
    /// For a group, what stands in place of the role is `member` or `owner`.
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        Ok(Self {
            rules: rules(members)?,
            id: members.required_text("id")?,
            access: members
                .open("roleDefinitionId", GroupAccess::from_graph)?
                .ok_or_else(|| missing("roleDefinitionId"))?,
            unknown: members.rest(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        written(&self.unknown, &self.id, self.access.as_graph(), &self.rules)
    }
}

fn rules(members: &mut Members<'_>) -> Result<Vec<RoleRule>, ReadError> {
    let rules = members.opened("policy", |policy| policy.objects("rules", RoleRule::read))?;
    Ok(rules.unwrap_or_default())
}

fn written(unknown: &Unknown, id: &str, of: &str, rules: &[RoleRule]) -> Map<String, Value> {
    let mut body = Body::new(unknown);
    body.set("id", id);
    body.set("roleDefinitionId", of);
    let mut policy = Body::default();
    policy.objects("rules", rules, RoleRule::write);
    body.open("policy", policy);
    body.done()
}

impl Entity for RoleRule {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        let kind = members.required_odata_type()?;
        let demand = match kind.as_str() {
            APPROVAL => members
                .opened("setting", approval)?
                .unwrap_or(RoleDemand::Approval { is_required: None, approvers: Vec::new() }),
            CONTEXT => RoleDemand::AuthenticationContext {
                is_enabled: members.bool("isEnabled")?,
                context: members.text("claimValue")?.filter(|value| !value.is_empty()),
            },
            ENABLEMENT => RoleDemand::Enablement(members.texts("enabledRules")?),
            EXPIRATION => RoleDemand::Expiration {
                is_required: members.bool("isExpirationRequired")?,
                longest: members.text("maximumDuration")?,
            },
            NOTIFICATION => RoleDemand::Notification,
            _ => RoleDemand::Other(kind),
        };
        Ok(Self { id: members.required_text("id")?, demand, unknown: members.rest() })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.set("id", self.id.as_str());
        let kind = match &self.demand {
            RoleDemand::Approval { is_required, approvers } => {
                body.open("setting", setting(*is_required, approvers));
                APPROVAL
            }
            RoleDemand::AuthenticationContext { is_enabled, context } => {
                body.optional("isEnabled", *is_enabled);
                body.nullable("claimValue", context.as_deref());
                CONTEXT
            }
            RoleDemand::Enablement(rules) => {
                body.list("enabledRules", rules);
                ENABLEMENT
            }
            RoleDemand::Expiration { is_required, longest } => {
                body.optional("isExpirationRequired", *is_required);
                body.nullable("maximumDuration", longest.as_deref());
                EXPIRATION
            }
            RoleDemand::Notification => NOTIFICATION,
            RoleDemand::Other(kind) => kind,
        };
        body.set("@odata.type", kind);
        body.done()
    }
}

fn approval(setting: &mut Members<'_>) -> Result<RoleDemand, ReadError> {
    let stages = setting.objects("approvalStages", |stage| {
        let primary = stage.objects("primaryApprovers", approver)?;
        let escalation = stage.objects("escalationApprovers", approver)?;
        Ok(primary.into_iter().chain(escalation).collect::<Vec<_>>())
    })?;
    Ok(RoleDemand::Approval {
        is_required: setting.bool("isApprovalRequired")?,
        approvers: stages.into_iter().flatten().collect(),
    })
}

fn approver(members: &mut Members<'_>) -> Result<Approver, ReadError> {
    let kind = members.required_odata_type()?;
    let named = match members.id("userId")? {
        None => members.id("groupId")?,
        user => user,
    };
    // Some answers give the id under its bare name.
    let id = match named {
        None => members.id("id")?,
        named => named,
    };
    Ok(Approver { id, kind })
}

fn setting(is_required: Option<bool>, approvers: &[Approver]) -> Body {
    let mut setting = Body::default();
    setting.nullable("isApprovalRequired", is_required);
    let stages: &[&[Approver]] = if approvers.is_empty() { &[] } else { &[approvers] };
    setting.objects("approvalStages", stages, |approvers| {
        let mut stage = Body::default();
        stage.objects("primaryApprovers", approvers, |approver| {
            let mut body = Body::default();
            body.set("@odata.type", approver.kind.as_str());
            let name = if approver.kind.ends_with(".singleUser") { "userId" } else { "groupId" };
            body.optional(name, approver.id.map(|id| id.to_string()));
            body.done()
        });
        stage.done()
    });
    setting
}
