//! Role definitions, and who holds Global Administrator in which way.

use std::collections::{BTreeMap, BTreeSet};

use halligan_core::id::{GLOBAL_ADMINISTRATOR, PrincipalId};
use halligan_core::tenant::{
    MemberType, ObjectKind, Part, RoleAssignment, RoleDefinition, RoleSchedule,
};

use super::Reader;
use super::operation::{ROLE_ASSIGNMENTS, ROLE_DEFINITIONS, ROLE_ELIGIBILITIES, ROLE_SCHEDULES};

/// What the tenant says about its roles.
pub(super) struct Roles {
    pub(super) definitions: Part<Vec<RoleDefinition>>,
    pub(super) assignments: Part<Vec<RoleAssignment>>,
    pub(super) schedules: Part<Vec<RoleSchedule>>,
    pub(super) eligibilities: Part<Vec<RoleSchedule>>,
}

pub(super) async fn read(reader: &Reader<'_>) -> Roles {
    let client = reader.client;
    let holders = format!("roleDefinitionId eq '{GLOBAL_ADMINISTRATOR}'");
    let holders = Some(holders.as_str());
    let assignments = async {
        let url = ROLE_ASSIGNMENTS.url(client, None, holders);
        let mut found: Vec<RoleAssignment> = client.list(url).await?;
        // `principal` is expanded for its kind. The rest of the person's object is not needed.
        for assignment in &mut found {
            assignment.unknown.remove("principal");
        }
        Ok(found)
    };
    let (definitions, assignments, schedules, eligibilities) = tokio::join!(
        reader.part(
            ROLE_DEFINITIONS.part,
            None,
            client.list(ROLE_DEFINITIONS.url(client, None, None)),
        ),
        reader.part(ROLE_ASSIGNMENTS.part, None, assignments),
        reader.part(
            ROLE_SCHEDULES.part,
            None,
            client.list(ROLE_SCHEDULES.url(client, None, holders)),
        ),
        reader.part(
            ROLE_ELIGIBILITIES.part,
            None,
            client.list(ROLE_ELIGIBILITIES.url(client, None, holders)),
        ),
    );
    Roles { definitions, assignments, schedules, eligibilities }
}

impl Roles {
    /// Holders in their own right, active and eligible, with their kind where an answer told it.
    pub(super) fn holders(&self) -> (BTreeMap<PrincipalId, ObjectKind>, BTreeSet<PrincipalId>) {
        let assignments = self.assignments.value().map_or(&[][..], Vec::as_slice);
        let known: BTreeMap<PrincipalId, ObjectKind> = assignments
            .iter()
            .filter_map(|held| Some((held.principal, held.principal_kind.clone()?)))
            .collect();
        let scheduled = [&self.schedules, &self.eligibilities]
            .into_iter()
            .flat_map(|part| part.value().map_or(&[][..], Vec::as_slice))
            .filter(|held| held.member != MemberType::Group)
            .map(|held| held.principal);
        let undecided = assignments
            .iter()
            .map(|held| held.principal)
            .chain(scheduled)
            .filter(|principal| !known.contains_key(principal))
            .collect();
        (known, undecided)
    }
}
