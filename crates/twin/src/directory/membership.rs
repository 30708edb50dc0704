//! Who is a member of what, through any depth; cycles are walked once.

use std::collections::BTreeSet;

use halligan_core::id::Guid;
use serde_json::Value;

use super::{Directory, Object, objects, text_of};

/// The kind of a directory object, as far as the twin holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    User,
    Group,
    ServicePrincipal,
    DirectoryRole,
    AdministrativeUnit,
}

impl Kind {
    /// The `@odata.type` of the kind.
    pub(crate) fn odata_type(self) -> &'static str {
        match self {
            Self::User => "#microsoft.graph.user",
            Self::Group => "#microsoft.graph.group",
            Self::ServicePrincipal => "#microsoft.graph.servicePrincipal",
            Self::DirectoryRole => "#microsoft.graph.directoryRole",
            Self::AdministrativeUnit => "#microsoft.graph.administrativeUnit",
        }
    }
}

impl Directory {
    /// A user, group or service principal by its object id.
    pub(crate) fn principal(&self, id: Guid) -> Option<(Kind, &Object)> {
        if let Some(user) = self.users.get(&id) {
            return Some((Kind::User, &user.object));
        }
        if let Some(group) = self.groups.get(&id) {
            return Some((Kind::Group, &group.object));
        }
        self.service_principals.get(&id).map(|object| (Kind::ServicePrincipal, object))
    }

    /// Members of a group through any depth, each once, the group itself left out.
    pub(crate) fn transitive_members(&self, group: Guid) -> Vec<Guid> {
        let mut seen = BTreeSet::from([group]);
        let mut found = Vec::new();
        let mut waiting = vec![group];
        while let Some(next) = waiting.pop() {
            let Some(group) = self.groups.get(&next) else { continue };
            for member in &group.members {
                if seen.insert(*member) {
                    found.push(*member);
                    waiting.push(*member);
                }
            }
        }
        found
    }

    /// The groups that a principal is a direct member of.
    pub(crate) fn groups_of(&self, principal: Guid) -> Vec<Guid> {
        let holds = |members: &[Guid]| members.contains(&principal);
        self.groups.iter().filter(|(_, group)| holds(&group.members)).map(|(id, _)| *id).collect()
    }

    /// The groups that a principal is in through any depth, each once.
    pub(crate) fn transitive_groups_of(&self, principal: Guid) -> Vec<Guid> {
        let mut seen = BTreeSet::from([principal]);
        let mut found = Vec::new();
        let mut waiting = vec![principal];
        while let Some(next) = waiting.pop() {
            for group in self.groups_of(next) {
                if seen.insert(group) {
                    found.push(group);
                    waiting.push(group);
                }
            }
        }
        found
    }

    /// The administrative units that contain a principal; units do not nest.
    pub(crate) fn units_of(&self, principal: Guid) -> impl Iterator<Item = &Object> {
        let units = self.administrative_units.values();
        units.filter(move |unit| unit.members.contains(&principal)).map(|unit| &unit.object)
    }

    /// The activated directory roles that any of `principals` holds for the whole tenant.
    pub(crate) fn roles_of(&self, principals: &[Guid]) -> Vec<Object> {
        let held: BTreeSet<&str> = self
            .role_assignments
            .iter()
            .filter(|assignment| text_of(assignment, "directoryScopeId") == "/")
            .filter(|assignment| {
                let holder = text_of(assignment, "principalId").parse::<Guid>();
                holder.is_ok_and(|holder| principals.contains(&holder))
            })
            .map(|assignment| text_of(assignment, "roleDefinitionId"))
            .collect();
        held.into_iter()
            .filter_map(|id| self.role_definition(id))
            .filter(|role| role.get("isBuiltIn") == Some(&Value::Bool(true)))
            .map(|role| objects::directory_role(self.tenant, role))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::Group;
    use halligan_core::id::{GLOBAL_ADMINISTRATOR, TenantId};

    fn id(value: u128) -> Guid {
        Guid::from_u128(value)
    }

    /// 10 contains 1 and 11, 11 contains 2 and 10: a cycle.
    fn cycle() -> Directory {
        let mut directory = Directory::empty(TenantId::from_u128(7), "Seven", "seven.example");
        for (group, members) in [(10, [1, 11]), (11, [2, 10])] {
            let members = members.map(id).to_vec();
            directory.groups.insert(id(group), Group { members, ..Group::default() });
        }
        directory
    }

    #[test]
    fn a_cycle_ends_and_names_everybody_once() {
        let directory = cycle();
        let mut members = directory.transitive_members(id(10));
        members.sort();
        assert_eq!(members, [id(1), id(2), id(11)]);
        let mut groups = directory.transitive_groups_of(id(2));
        groups.sort();
        assert_eq!(groups, [id(10), id(11)]);
        assert_eq!(directory.groups_of(id(2)), [id(11)]);
    }

    #[test]
    fn roles_need_the_tenant_scope() {
        let mut directory = cycle();
        let unit = "/administrativeUnits/00000000-0000-0000-0000-00000000000a";
        let scoped = objects::assignment(id(1), GLOBAL_ADMINISTRATOR.0, unit);
        directory.role_assignments.push(scoped);
        assert_eq!(directory.roles_of(&[id(1)]), Vec::<Object>::new());
        directory.role_assignments.push(objects::assignment(id(10), GLOBAL_ADMINISTRATOR.0, "/"));
        let roles = directory.roles_of(&[id(1), id(10)]);
        assert_eq!(roles.len(), 1);
        assert_eq!(roles[0]["roleTemplateId"], GLOBAL_ADMINISTRATOR.to_string());
    }
}
