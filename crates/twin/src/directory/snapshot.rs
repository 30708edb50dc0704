//! A directory from a snapshot: as much of the tenant as was read.

use halligan_core::id::{AppId, Guid, TenantId};
use halligan_core::tenant::{
    AccountState, GroupState, Member, Membership, Method, ObjectKind, Part, PerUserMfa,
    RoleSchedule, SignInActivity, Snapshot,
};
use halligan_core::time::Timestamp;
use halligan_wire::Entity;
use serde_json::Value;

use super::applications::service_principal;
use super::{Directory, Group, Object, User, objects, text_of};
use crate::areas::organization::licence_of;

/// The domain of objects whose names the snapshot does not hold.
const UNKNOWN_DOMAIN: &str = "unknown.onmicrosoft.com";

impl Directory {
    /// The tenant that a snapshot shows. What it does not hold is as in an empty tenant; objects
    /// that it only mentions (a member, a user that a policy names) exist with little but an id.
    ///
    /// Client applications are not part of a snapshot: [`Directory::register`] one.
    pub fn from_snapshot(snapshot: &Snapshot) -> Self {
        let tenant = snapshot.tenant_id().unwrap_or(TenantId::from_u128(1));
        let mut directory = Self::empty(tenant, "Unknown tenant", UNKNOWN_DOMAIN);
        if let Ok(organization) = snapshot.organization.value() {
            directory.organization.extend(organization.write());
            let plans: Vec<String> =
                organization.enabled_plans.iter().map(ToString::to_string).collect();
            directory.licence = licence_of(plans.iter().map(String::as_str));
        }
        directory.take_policies(snapshot);
        directory.take_roles(snapshot);
        directory.take_accounts(snapshot);
        directory.take_holders(snapshot);
        directory.take_groups(snapshot);
        directory.take_settings(snapshot);
        directory.take_governance(snapshot);
        directory.take_applications(snapshot);
        directory.take_references(snapshot);
        directory
    }

    fn take_policies(&mut self, snapshot: &Snapshot) {
        if let Ok(domains) = snapshot.domains.value() {
            self.domains = domains
                .iter()
                .map(|domain| {
                    let mut object = objects::domain(&domain.name, "Managed", false);
                    object.extend(domain.write());
                    object
                })
                .collect();
        }
        if let Ok(defaults) = snapshot.security_defaults.value() {
            self.security_defaults.extend(defaults.write());
        }
        if let Ok(policy) = snapshot.methods_policy.value() {
            self.methods_policy.extend(policy.write());
        }
        if let Ok(strengths) = snapshot.strengths.value() {
            self.strengths = strengths.iter().map(Entity::write).collect();
        }
        if let Ok(locations) = snapshot.locations.value() {
            self.locations = locations.iter().map(Entity::write).collect();
        }
        if let Ok(policies) = snapshot.policies.value() {
            self.policies = policies.iter().map(Entity::write).collect();
            if let Ok(shown) = snapshot.policy_ids_v1.value() {
                let ids = policies.iter().map(|policy| &policy.id);
                let hidden = ids.filter(|id| !shown.contains(id));
                self.preview_policies = hidden.map(ToString::to_string).collect();
            }
        }
    }

    fn take_roles(&mut self, snapshot: &Snapshot) {
        if let Ok(definitions) = snapshot.role_definitions.value() {
            self.role_definitions = definitions.iter().map(Entity::write).collect();
        }
        let role = halligan_core::id::GLOBAL_ADMINISTRATOR.to_string();
        let with_role = |mut object: Object| {
            object.remove("principal");
            object.entry("roleDefinitionId").or_insert_with(|| role.as_str().into());
            object
        };
        if let Ok(assignments) = snapshot.role_assignments.value() {
            for assignment in assignments {
                let kind = assignment.principal_kind.as_ref();
                let object = assignment.write();
                let expanded = object.get("principal").and_then(Value::as_object);
                self.mention_expanded(assignment.principal.0, kind, expanded);
                self.role_assignments.push(with_role(object));
            }
        }
        let instances = |part: &Part<Vec<RoleSchedule>>| -> Vec<Object> {
            let schedules = part.value().into_iter().flatten();
            schedules.map(|schedule| with_role(schedule.write())).collect()
        };
        self.assignment_instances = instances(&snapshot.role_schedules);
        self.eligibility_instances = instances(&snapshot.role_eligibilities);
    }

    fn take_accounts(&mut self, snapshot: &Snapshot) {
        for account in snapshot.accounts.values() {
            let id = account.id.0;
            match account.state.value() {
                Ok(AccountState::Present(user)) => {
                    let beside = [activity(&account.activity), leave(&account.leave)];
                    let object = Self::user_object(id, user, beside);
                    let methods = written_methods(&account.methods);
                    self.users.insert(id, User { object, methods });
                }
                Ok(AccountState::SoftDeleted) => {
                    let mut object = unnamed_user(id, None);
                    object.insert("deletedDateTime".into(), snapshot.taken.to_string().into());
                    self.deleted_users.insert(id, object);
                }
                Ok(AccountState::Absent) | Err(_) => {}
            }
            match account.per_user_mfa.value() {
                Ok(PerUserMfa::Disabled) | Err(_) => {}
                Ok(state) => _ = self.per_user_mfa.insert(id, state.to_string()),
            }
            self.take_memberships(id, &account.memberships);
        }
    }

    /// What policies name, as far as nothing else told about it.
    fn take_references(&mut self, snapshot: &Snapshot) {
        for user in snapshot.referenced_users.value().into_iter().flatten() {
            self.mention(user.0, Some(&ObjectKind::User), None);
        }
        for (group, name) in snapshot.referenced_groups.value().into_iter().flatten() {
            self.mention(group.0, Some(&ObjectKind::Group), Some(name));
        }
    }

    /// Other holders of roles.
    fn take_holders(&mut self, snapshot: &Snapshot) {
        for holder in snapshot.holders.values() {
            let id = holder.id.0;
            if let Ok(AccountState::Present(user)) = holder.state.value() {
                let beside = [activity(&holder.activity), Object::new()];
                let object = Self::user_object(id, user, beside);
                self.users.insert(id, User { object, methods: written_methods(&holder.methods) });
            }
        }
    }

    /// The groups and units that a principal is in.
    fn take_memberships(&mut self, id: Guid, memberships: &Part<Vec<Membership>>) {
        for membership in memberships.value().into_iter().flatten() {
            let name = membership.display_name.as_deref();
            if membership.kind == ObjectKind::AdministrativeUnit {
                self.join_unit(membership.id.0, name, id);
                continue;
            }
            let said = membership.write();
            self.mention_expanded(membership.id.0, Some(&membership.kind), Some(&said));
            if let Some(group) = self.groups.get_mut(&membership.id.0)
                && !group.members.contains(&id)
            {
                group.members.push(id);
            }
        }
    }

    /// Groups that were read replace what memberships only told about them.
    fn take_groups(&mut self, snapshot: &Snapshot) {
        for read in snapshot.groups.values() {
            let id = read.id.0;
            match read.state.value() {
                Ok(GroupState::Present(group)) => {
                    let mut object = objects::security_group(id, &group.display_name);
                    object.extend(group.write());
                    self.groups.entry(id).or_default().object = object;
                }
                Ok(GroupState::SoftDeleted) => {
                    self.groups.remove(&id);
                    let mut object = objects::security_group(id, "Deleted group");
                    object.insert("deletedDateTime".into(), snapshot.taken.to_string().into());
                    self.deleted_groups.insert(id, object);
                    continue;
                }
                Ok(GroupState::Absent) | Err(_) => continue,
            }
            let members = self.mention_all(&read.members);
            let owners = self.mention_all(&read.owners);
            if let Some(group) = self.groups.get_mut(&id) {
                group.members = members.unwrap_or_else(|| std::mem::take(&mut group.members));
                group.owners = owners.unwrap_or_default();
            }
            for schedule in read.eligibilities.value().into_iter().flatten() {
                let mut object = schedule.write();
                object.entry("groupId").or_insert_with(|| id.to_string().into());
                object.entry("accessId").or_insert_with(|| Value::from("member"));
                self.group_eligibilities.push(object);
            }
            self.take_group_parts(read);
        }
        for read in snapshot.groups.values() {
            self.take_memberships(read.id.0, &read.memberships);
        }
    }

    pub(super) fn mention_all(&mut self, members: &Part<Vec<Member>>) -> Option<Vec<Guid>> {
        let members = members.value().ok()?;
        for member in members {
            self.mention_expanded(member.id.0, Some(&member.kind), Some(&member.write()));
        }
        Some(members.iter().map(|member| member.id.0).collect())
    }

    /// Makes sure that a mentioned object exists, with what an expanded relation says about it.
    fn mention_expanded(&mut self, id: Guid, kind: Option<&ObjectKind>, said: Option<&Object>) {
        let is_new = self.principal(id).is_none();
        self.mention(id, kind, None);
        let user = self.users.get_mut(&id).map(|user| &mut user.object);
        let group = self.groups.get_mut(&id).map(|group| &mut group.object);
        let application = self.service_principals.get_mut(&id);
        for object in user.into_iter().chain(group).chain(application).filter(|_| is_new) {
            let says =
                |(name, value): &(&String, &Value)| !name.starts_with('@') && !value.is_null();
            let members = said.into_iter().flatten().filter(says);
            object.extend(members.map(|(name, value)| (name.clone(), value.clone())));
        }
    }

    /// Makes sure that a mentioned service principal exists.
    pub(super) fn mention_application(&mut self, id: Guid, name: Option<&str>) {
        if self.service_principals.contains_key(&id) {
            return;
        }
        let app = AppId(objects::mixed(&id.to_string(), "application"));
        let home = self.tenant.to_string();
        let object = service_principal(id, app, name.unwrap_or("Unnamed application"), &home);
        self.service_principals.insert(id, object);
    }

    /// Makes sure that a mentioned object exists; one of an unknown kind is taken for a user. What
    /// is a kind of user or service principal says so itself.
    fn mention(&mut self, id: Guid, kind: Option<&ObjectKind>, name: Option<&str>) {
        if self.principal(id).is_none() {
            match kind {
                None => self.mention_user(id, name),
                Some(ObjectKind::Group) => {
                    let object = objects::security_group(id, name.unwrap_or("Unnamed group"));
                    self.groups.insert(id, Group { object, ..Group::default() });
                }
                Some(kind) if kind.is_application() => self.mention_application(id, name),
                Some(kind) if kind.is_user() => self.mention_user(id, name),
                Some(_) => {}
            }
        }
        let is_plain = |kind: &&ObjectKind| {
            matches!(kind, ObjectKind::User | ObjectKind::Group | ObjectKind::ServicePrincipal)
        };
        let user = self.users.get_mut(&id).map(|user| &mut user.object);
        let object = user.or_else(|| self.service_principals.get_mut(&id));
        if let (Some(object), Some(kind)) = (object, kind.filter(|kind| !is_plain(kind))) {
            object.insert("@odata.type".into(), kind.as_graph().into());
        }
    }

    fn mention_user(&mut self, id: Guid, name: Option<&str>) {
        let user = User { object: unnamed_user(id, name), methods: Vec::new() };
        self.users.insert(id, user);
    }
}

fn written_methods(methods: &Part<Vec<Method>>) -> Vec<Object> {
    methods.value().into_iter().flatten().map(Entity::write).collect()
}

fn activity(part: &Part<SignInActivity>) -> Object {
    match part.value() {
        // Nothing is written of a user that was never used.
        Ok(activity) if *activity != SignInActivity::default() => activity.write(),
        _ => Object::new(),
    }
}

fn leave(part: &Part<Option<Timestamp>>) -> Object {
    let date = part.value().ok().copied().flatten();
    let member = date.map(|date| ("employeeLeaveDateTime".to_owned(), date.to_string().into()));
    member.into_iter().collect()
}

fn unnamed_user(id: Guid, name: Option<&str>) -> Object {
    let principal_name = format!("{id}@{UNKNOWN_DOMAIN}");
    let mut object = objects::user(id, &principal_name, name.unwrap_or("Unnamed user"));
    if text_of(&object, "displayName").is_empty() {
        object.insert("displayName".into(), Value::Null);
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;
    use halligan_core::tenant::{GapReason, GroupRead, Source};

    #[test]
    fn what_a_snapshot_mentions_exists() {
        let taken = "2026-11-20T12:00:00Z".parse().unwrap();
        let mut snapshot = Snapshot::unread(taken, Source::Files, &GapReason::NotInSource);
        let group = halligan_core::id::GroupId::from_u128(5);
        let member = |id: u128, kind| Member {
            id: halligan_core::id::PrincipalId::from_u128(id),
            kind,
            display_name: None,
            unknown: Default::default(),
        };
        let members = vec![
            member(1, ObjectKind::User),
            member(2, ObjectKind::Group),
            member(3, ObjectKind::AgentIdentity),
            member(4, ObjectKind::AgentUser),
        ];
        let object: halligan_core::tenant::Group = halligan_wire::read(
            br#"{"id":"00000000-0000-0000-0000-000000000005","displayName":"Five"}"#,
        )
        .unwrap();
        let read = GroupRead {
            state: Part::Read { at: taken, value: GroupState::Present(object) },
            members: Part::Read { at: taken, value: members },
            ..GroupRead::unread(group, &GapReason::NotInSource)
        };
        snapshot.groups.insert(group, read);
        let directory = Directory::from_snapshot(&snapshot);
        let group = &directory.groups[&group.0];
        assert_eq!(group.object["displayName"], "Five");
        assert_eq!(group.members, [1, 2, 3, 4].map(Guid::from_u128));
        let agent = &directory.service_principals[&Guid::from_u128(3)];
        assert_eq!(agent["@odata.type"], "#microsoft.graph.agentIdentity");
        let user = &directory.users[&Guid::from_u128(4)].object;
        assert_eq!(user["@odata.type"], "#microsoft.graph.agentUser");
        assert!(directory.users.contains_key(&Guid::from_u128(1)));
        assert!(directory.groups.contains_key(&Guid::from_u128(2)));
    }
}
