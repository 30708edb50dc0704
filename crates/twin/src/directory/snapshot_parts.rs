//! A directory from a snapshot, continued: settings, governance and applications.

use halligan_core::id::Guid;
use halligan_core::power;
use halligan_core::tenant::{
    ApplicationRead, ApplicationState, GroupRead, Member, Part, Snapshot, User as UserObject,
};
use halligan_wire::Entity;

use super::applications::{app_role_id, microsoft_graph};
use super::{Directory, Object, Unit, objects, text_of};

/// Written objects of a part; none when it was not read.
fn written<T: Entity>(part: &Part<Vec<T>>) -> Option<Vec<Object>> {
    Some(part.value().ok()?.iter().map(Entity::write).collect())
}

impl Directory {
    /// Settings of the tenant; what was not read stays as in an empty tenant.
    pub(super) fn take_settings(&mut self, snapshot: &Snapshot) {
        let settings = &mut self.settings;
        if let Ok(sync) = snapshot.directory_sync.value() {
            settings.directory_sync = sync.as_ref().map(Entity::write);
        }
        if let Ok(policy) = snapshot.authorization_policy.value() {
            settings.authorization_policy = filled(&settings.authorization_policy, policy.write());
        }
        for federation in snapshot.federations.value().into_iter().flatten() {
            let mut object = federation.write();
            object.remove("domain");
            settings.federations.entry(federation.domain.clone()).or_default().push(object);
        }
        for (part, list) in [
            (written(&snapshot.deleted_policies), &mut settings.deleted_policies),
            (written(&snapshot.authentication_contexts), &mut settings.authentication_contexts),
            (written(&snapshot.diagnostic_settings), &mut settings.diagnostic_settings),
        ] {
            *list = part.unwrap_or_default();
        }
        if let Some(actions) = written(&snapshot.protected_actions) {
            settings.resource_actions = actions.into_iter().map(settable).collect();
        }
        for partner in snapshot.partners.value().into_iter().flatten() {
            match partner.tenant {
                Some(_) => settings.partners.push(partner.write()),
                None => {
                    settings.cross_tenant_default =
                        filled(&settings.cross_tenant_default, partner.write());
                }
            }
        }
        for unit in snapshot.administrative_units.value().into_iter().flatten() {
            let units = self.administrative_units.entry(unit.id);
            units.or_default().object = unit.write();
        }
    }

    /// Reviews, workflows, recovery and the settings of roles.
    pub(super) fn take_governance(&mut self, snapshot: &Snapshot) {
        let governance = &mut self.governance;
        for (part, list) in [
            (written(&snapshot.access_reviews), &mut governance.access_reviews),
            (written(&snapshot.lifecycle_workflows), &mut governance.lifecycle_workflows),
            (written(&snapshot.recovery_jobs), &mut governance.recovery_jobs),
            (written(&snapshot.recovery_profiles), &mut governance.recovery_profiles),
            (written(&snapshot.role_policies), &mut governance.role_policies),
        ] {
            *list = part.unwrap_or_default();
        }
        for policy in &mut governance.role_policies {
            policy.entry("scopeId").or_insert_with(|| "/".into());
            policy.entry("scopeType").or_insert_with(|| "DirectoryRole".into());
        }
    }

    /// Applications and what they were granted.
    pub(super) fn take_applications(&mut self, snapshot: &Snapshot) {
        let grants = written(&snapshot.app_role_grants).unwrap_or_default();
        let consents = written(&snapshot.delegated_grants).unwrap_or_default();
        let resource = grants.iter().chain(&consents).map(|one| text_of(one, "resourceId"));
        if let Some(graph) = resource.filter_map(|id| id.parse().ok()).next() {
            self.move_graph_principal(graph);
        }
        for application in snapshot.applications.values() {
            self.take_application(application);
        }
        let graph = self.graph_principal().to_string();
        for mut grant in grants {
            let holder = text_of(&grant, "principalId").parse::<Guid>();
            let name = text_of(&grant, "principalDisplayName").to_owned();
            if let Ok(holder) = holder {
                self.mention_application(holder, Some(&name));
            }
            self.learn_app_role(&mut grant);
            grant.entry("resourceId").or_insert_with(|| graph.as_str().into());
            grant.entry("resourceDisplayName").or_insert_with(|| "Microsoft Graph".into());
            grant.entry("principalType").or_insert_with(|| "ServicePrincipal".into());
            self.applications.app_role_assignments.push(grant);
        }
        for mut consent in consents {
            if let Ok(client) = text_of(&consent, "clientId").parse::<Guid>() {
                self.mention_application(client, None);
            }
            consent.entry("resourceId").or_insert_with(|| graph.as_str().into());
            self.applications.permission_grants.push(consent);
        }
    }

    /// Keeps the name of a permission that the twin's own tables lack.
    fn learn_app_role(&mut self, grant: &mut Object) {
        let name = grant.remove("permission");
        let name = name.as_ref().and_then(|name| name.as_str());
        if let (Some(name), Ok(id)) = (name, text_of(grant, "appRoleId").parse::<Guid>())
            && power::permission_by_id(id).is_none()
            && app_role_id(name) != id
        {
            self.applications.app_roles.insert(id, name.to_owned());
        }
    }

    fn take_application(&mut self, application: &ApplicationRead) {
        let id = application.id.0;
        if let Ok(ApplicationState::Present(principal)) = application.state.value() {
            if principal.app == power::MICROSOFT_GRAPH {
                self.move_graph_principal(id);
            }
            let mut object = microsoft_graph(id);
            object.extend(principal.write());
            let home = principal.home.map(|home| home.to_string());
            object.insert("appOwnerOrganizationId".into(), home.into());
            self.service_principals.insert(id, object);
        }
        self.take_owners(id, &application.owners);
        if let Ok(Some(registration)) = application.registration.value() {
            let id = registration.id;
            self.applications.registrations.insert(id, registration.write());
            self.take_owners(id, &application.registration_owners);
            if let Some(all) = written(&application.federated).filter(|all| !all.is_empty()) {
                self.applications.federated.insert(id, all);
            }
        }
    }

    fn take_owners(&mut self, owned: Guid, owners: &Part<Vec<Member>>) {
        if let Some(owners) = self.mention_all(owners).filter(|owners| !owners.is_empty()) {
            self.applications.owners.insert(owned, owners);
        }
    }

    /// What stands beside a group: its holdings by assignment, the settings of PIM, and the
    /// catalogs that can fill it.
    pub(super) fn take_group_parts(&mut self, read: &GroupRead) {
        let id = read.id.0.to_string();
        for schedule in read.schedules.value().into_iter().flatten() {
            let mut object = schedule.write();
            object.entry("groupId").or_insert_with(|| id.as_str().into());
            object.entry("accessId").or_insert_with(|| "member".into());
            self.group_schedules.push(object);
        }
        for policy in read.policies.value().into_iter().flatten() {
            let mut object = policy.write();
            object.entry("scopeId").or_insert_with(|| id.as_str().into());
            object.entry("scopeType").or_insert_with(|| "Group".into());
            self.governance.group_policies.push(object);
        }
        for resource in read.catalogs.value().into_iter().flatten() {
            let mut object = resource.write();
            object.entry("originSystem").or_insert_with(|| "AadGroup".into());
            self.governance.catalog_resources.push(object);
        }
    }

    /// Adds a member to a unit, which need not be known otherwise.
    pub(super) fn join_unit(&mut self, unit: Guid, name: Option<&str>, member: Guid) {
        let unit = self.administrative_units.entry(unit).or_insert_with(|| Unit {
            object: objects::administrative_unit(unit, name.unwrap_or("Unnamed unit"), false),
            members: Vec::new(),
        });
        if !unit.members.contains(&member) {
            unit.members.push(member);
        }
    }

    /// What is read of a user beside the user itself: when it was used, and when it leaves.
    pub(super) fn user_object(id: Guid, user: &UserObject, beside: [Object; 2]) -> Object {
        let mut object = objects::user(id, &user.user_principal_name, "");
        object.extend(user.write());
        beside.into_iter().for_each(|members| object.extend(members));
        object
    }
}

/// The known object with what was read in its place, members that are objects included.
fn filled(known: &Object, read: Object) -> Object {
    let mut object = known.clone();
    for (name, value) in read {
        match (object.get_mut(&name).and_then(|known| known.as_object_mut()), value) {
            (Some(known), serde_json::Value::Object(members)) => known.extend(members),
            (_, value) => _ = object.insert(name, value),
        }
    }
    object
}

/// Protected actions were read by a filter on those that can demand a context.
fn settable(mut action: Object) -> Object {
    action.entry("isAuthenticationContextSettable").or_insert_with(|| true.into());
    action
}
