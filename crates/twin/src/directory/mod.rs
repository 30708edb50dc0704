//! The simulated directory: Graph's objects as Graph writes them, and who is a member of what.
//!
//! Objects are JSON, because query options are generic over them. What is a relation in Graph
//! (members, owners, registered methods) stands beside the object, never inside it.

mod app_roles;
pub(crate) mod applications;
mod builtin;
pub(crate) mod governance;
mod logs;
mod membership;
pub(crate) mod objects;
pub(crate) mod settings;
mod snapshot;
mod snapshot_parts;

use std::collections::{BTreeMap, BTreeSet};

use halligan_core::id::{Guid, TenantId};
use serde_json::{Map, Value};

use crate::app::{App, Certificate};
pub use applications::Applications;
pub(crate) use builtin::BUILT_IN_ROLES;
pub use builtin::{MFA_STRENGTH, PASSWORDLESS_STRENGTH, PHISHING_RESISTANT_STRENGTH};
pub use governance::Governance;
pub use logs::{LogRecord, Logs, Unified};
pub(crate) use membership::Kind;
pub use settings::Settings;

/// A JSON object as Graph writes it.
pub type Object = Map<String, Value>;

/// The highest Microsoft Entra ID licence of a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Licence {
    /// No premium licence: no Conditional Access, no role-assignable groups, no PIM.
    Free,
    /// Microsoft Entra ID P1.
    P1,
    /// Microsoft Entra ID P2: Privileged Identity Management as well.
    P2,
}

/// A user and what hangs on it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct User {
    /// The `user` object.
    pub object: Object,
    /// Registered authentication methods, each with its `@odata.type`.
    pub methods: Vec<Object>,
}

/// A group and its relations.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    /// The `group` object.
    pub object: Object,
    /// Direct members: users, groups, service principals.
    pub members: Vec<Guid>,
    /// Owners: users, service principals.
    pub owners: Vec<Guid>,
}

/// An administrative unit and its members.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unit {
    /// The `administrativeUnit` object.
    pub object: Object,
    /// Direct members: users, groups.
    pub members: Vec<Guid>,
}

/// Everything that the twin knows about its tenant.
#[derive(Clone, Debug, PartialEq)]
pub struct Directory {
    /// The tenant's id.
    pub tenant: TenantId,
    /// The `organization` object; plans and domains are added in answers.
    pub organization: Object,
    /// The highest licence.
    pub licence: Licence,
    /// `domain` objects.
    pub domains: Vec<Object>,
    /// `identitySecurityDefaultsEnforcementPolicy`.
    pub security_defaults: Object,
    /// `authenticationMethodsPolicy`.
    pub methods_policy: Object,
    /// `authenticationStrengthPolicy` objects, built-in ones first.
    pub strengths: Vec<Object>,
    /// `conditionalAccessPolicy` objects in the shape of beta.
    pub policies: Vec<Object>,
    /// Ids of policies that v1.0 hides for more than the preview features that the twin knows.
    pub preview_policies: BTreeSet<String>,
    /// `namedLocation` objects.
    pub locations: Vec<Object>,
    /// Users by object id.
    pub users: BTreeMap<Guid, User>,
    /// Users in the recycle bin.
    pub deleted_users: BTreeMap<Guid, Object>,
    /// Groups by object id.
    pub groups: BTreeMap<Guid, Group>,
    /// Groups in the recycle bin.
    pub deleted_groups: BTreeMap<Guid, Object>,
    /// Service principals by object id.
    pub service_principals: BTreeMap<Guid, Object>,
    /// `unifiedRoleDefinition` objects.
    pub role_definitions: Vec<Object>,
    /// `unifiedRoleAssignment` objects: active assignments.
    pub role_assignments: Vec<Object>,
    /// `unifiedRoleAssignmentScheduleInstance` objects; an active assignment that has none here is
    /// answered as assigned for good.
    pub assignment_instances: Vec<Object>,
    /// `unifiedRoleEligibilityScheduleInstance` objects.
    pub eligibility_instances: Vec<Object>,
    /// `privilegedAccessGroupEligibilityScheduleInstance` objects (PIM for Groups).
    pub group_eligibilities: Vec<Object>,
    /// `privilegedAccessGroupAssignmentScheduleInstance` objects (PIM for Groups).
    pub group_schedules: Vec<Object>,
    /// Administrative units by object id.
    pub administrative_units: BTreeMap<Guid, Unit>,
    /// `perUserMfaState` by user; `disabled` for all others.
    pub per_user_mfa: BTreeMap<Guid, String>,
    /// Settings beyond the policies.
    pub settings: Settings,
    /// What changes access without anybody asking.
    pub governance: Governance,
    /// What was written of sign-ins and changes.
    pub logs: Logs,
    /// Registrations, owners and grants of applications.
    pub applications: Applications,
    /// Registered client applications by client id.
    pub apps: BTreeMap<Guid, App>,
    /// Delegated administration (GDAP) of customers, where the tenant is a partner's.
    pub delegated_admin: DelegatedAdmin,
    /// Other identity providers by issuer, each with the certificate of the key that it signs with.
    pub issuers: BTreeMap<String, Certificate>,
    /// What users sign in with at the token endpoint, by object id; whoever has none here, with
    /// nothing.
    pub passwords: BTreeMap<Guid, String>,
}

/// What a partner's tenant holds about its customers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DelegatedAdmin {
    /// `delegatedAdminCustomer` objects.
    pub customers: Vec<Object>,
    /// Relationships, each with what hangs on it.
    pub relationships: Vec<DelegatedAdminRelationship>,
}

/// One delegated admin relationship.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DelegatedAdminRelationship {
    /// The `delegatedAdminRelationship` object.
    pub object: Object,
    /// `delegatedAdminAccessAssignment` objects.
    pub access_assignments: Vec<Object>,
}

impl Directory {
    /// A tenant with nothing in it but what every tenant has: its initial domain, the built-in
    /// role definitions and strengths, the default policies, Microsoft Graph's service principal.
    pub fn empty(tenant: TenantId, display_name: &str, initial_domain: &str) -> Self {
        let graph = objects::mixed(&tenant.to_string(), "Microsoft Graph");
        Self {
            tenant,
            organization: objects::organization(tenant, display_name),
            licence: Licence::P2,
            domains: vec![objects::domain(initial_domain, "Managed", true)],
            security_defaults: builtin::security_defaults(),
            methods_policy: builtin::methods_policy(),
            strengths: builtin::strengths(),
            policies: Vec::new(),
            preview_policies: BTreeSet::new(),
            locations: Vec::new(),
            users: BTreeMap::new(),
            deleted_users: BTreeMap::new(),
            groups: BTreeMap::new(),
            deleted_groups: BTreeMap::new(),
            service_principals: BTreeMap::from([(graph, applications::microsoft_graph(graph))]),
            role_definitions: builtin::role_definitions(),
            role_assignments: Vec::new(),
            assignment_instances: Vec::new(),
            eligibility_instances: Vec::new(),
            group_eligibilities: Vec::new(),
            group_schedules: Vec::new(),
            administrative_units: BTreeMap::new(),
            per_user_mfa: BTreeMap::new(),
            settings: Settings::new(),
            governance: Governance::default(),
            logs: Logs::default(),
            applications: Applications::default(),
            apps: BTreeMap::new(),
            delegated_admin: DelegatedAdmin::default(),
            issuers: BTreeMap::new(),
            passwords: BTreeMap::new(),
        }
    }

    /// Registers a client application; one with the same client id is replaced. It gets a service
    /// principal and a registration unless it has them.
    pub fn register(&mut self, app: App) {
        self.enrol(&app);
        self.apps.insert(app.client_id.0, app);
    }

    /// Whether `text` names this tenant in a login URL: its id or one of its domains.
    pub(crate) fn is_named(&self, text: &str) -> bool {
        text.parse() == Ok(self.tenant)
            || self.domains.iter().any(|domain| text_of(domain, "id").eq_ignore_ascii_case(text))
    }

    /// The object of a user by its id or, as Graph allows, by its user principal name.
    pub(crate) fn user(&self, id_or_name: &str) -> Option<(Guid, &User)> {
        if let Ok(id) = id_or_name.parse::<Guid>() {
            return self.users.get(&id).map(|user| (id, user));
        }
        self.users
            .iter()
            .find(|(_, user)| {
                text_of(&user.object, "userPrincipalName").eq_ignore_ascii_case(id_or_name)
            })
            .map(|(id, user)| (*id, user))
    }

    /// The strength with this id.
    pub(crate) fn strength(&self, id: &str) -> Option<&Object> {
        self.strengths.iter().find(|strength| text_of(strength, "id").eq_ignore_ascii_case(id))
    }

    /// The role definition with this id or template id.
    pub(crate) fn role_definition(&self, id: &str) -> Option<&Object> {
        self.role_definitions.iter().find(|role| {
            text_of(role, "id").eq_ignore_ascii_case(id)
                || text_of(role, "templateId").eq_ignore_ascii_case(id)
        })
    }

    /// Explicit schedule instances, and one "assigned for good" for every other assignment.
    pub(crate) fn schedule_instances(&self) -> Vec<Object> {
        let same = |one: &Object, other: &Object, member: &str| {
            text_of(one, member).eq_ignore_ascii_case(text_of(other, member))
        };
        let mut instances = self.assignment_instances.clone();
        for assignment in &self.role_assignments {
            let explicit = self.assignment_instances.iter().any(|instance| {
                ["principalId", "roleDefinitionId", "directoryScopeId"]
                    .iter()
                    .all(|member| same(instance, assignment, member))
            });
            if !explicit {
                instances.push(objects::permanent_instance(assignment));
            }
        }
        instances
    }
}

/// The text of a member; empty when it is absent or no text.
pub(crate) fn text_of<'a>(object: &'a Object, member: &str) -> &'a str {
    object.get(member).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_is_named_by_id_and_by_any_domain() {
        let directory = Directory::empty(TenantId::from_u128(7), "Seven", "seven.onmicrosoft.com");
        assert!(directory.is_named("00000000-0000-0000-0000-000000000007"));
        assert!(directory.is_named("Seven.OnMicrosoft.com"));
        assert!(!directory.is_named("common"));
        assert!(!directory.is_named(""));
    }

    #[test]
    fn an_assignment_without_a_schedule_is_permanent() {
        let mut directory = Directory::empty(TenantId::from_u128(7), "Seven", "seven.example");
        let role = halligan_core::id::GLOBAL_ADMINISTRATOR;
        for principal in [1, 2] {
            let id = Guid::from_u128(principal);
            directory.role_assignments.push(objects::assignment(id, role.0, "/"));
        }
        let mut ending = objects::permanent_instance(&directory.role_assignments[1]);
        ending.insert("endDateTime".into(), "2026-12-31T00:00:00Z".into());
        directory.assignment_instances.push(ending.clone());
        let instances = directory.schedule_instances();
        assert_eq!(instances.len(), 2);
        assert_eq!(instances[0], ending);
        assert_eq!(instances[1]["endDateTime"], Value::Null);
        assert_eq!(instances[1]["assignmentType"], "Assigned");
    }
}
