//! Which permissions of Microsoft Graph applications were granted.
//!
//! Application permissions are listed whole: they grow with applications. Delegated ones are asked
//! for as far as they are for everybody, or for somebody who matters; those that ordinary users
//! consented to for themselves grow with users, and reach no further than the user.

use std::collections::{BTreeMap, BTreeSet};

use halligan_core::id::{Guid, PrincipalId, UserId};
use halligan_core::power::{MICROSOFT_GRAPH, permission_by_id};
use halligan_core::tenant::{AppRoleGrant, DelegatedGrant, GapReason, Part, PartKind};

use super::Reader;
use super::operation::{APP_ROLE_GRANTS, DELEGATED_GRANTS, GRAPH_PRINCIPAL};
use super::shape::Resource;
use super::together::{all, at_most};
use crate::client::Client;
use crate::problem::{Problem, Trace};

/// Most people whose own consents are asked for.
pub const DELEGATED_PRINCIPALS_MAX: usize = 5_000;

/// The role of an assignment that grants access and no permission.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/approleassignment>.
const DEFAULT_ACCESS: Guid = Guid::from_u128(0);

/// What was granted.
pub(super) struct Grants {
    pub(super) app_roles: Part<Vec<AppRoleGrant>>,
    pub(super) delegated: Part<Vec<DelegatedGrant>>,
}

/// Graph's own service principal in this tenant, and who was granted which of its app roles.
pub(super) async fn read_app_roles(
    reader: &Reader<'_>,
) -> (Result<PrincipalId, GapReason>, Part<Vec<AppRoleGrant>>) {
    let kind = APP_ROLE_GRANTS.part;
    let resource = match graph(reader.client).await {
        Ok(resource) => resource,
        Err(problem) => {
            let reason = reader.known.reason(&kind, &problem);
            return (Err(reason.clone()), reader.gap(kind, None, reason));
        }
    };
    let names: BTreeMap<Guid, &str> =
        resource.roles.iter().map(|(id, name)| (*id, name.as_str())).collect();
    let grants = async {
        let url = APP_ROLE_GRANTS.url(reader.client, Some(&resource.id), None);
        let mut grants: Vec<AppRoleGrant> = reader.client.list(url).await?;
        for grant in &mut grants {
            grant.permission = names.get(&grant.role).map(|&name| name.to_owned());
        }
        Ok(grants)
    };
    (Ok(resource.id), reader.part(kind, None, grants).await)
}

async fn graph(client: &Client) -> Result<Resource, Problem> {
    let filter = format!("appId eq '{MICROSOFT_GRAPH}'");
    let found = client.list(GRAPH_PRINCIPAL.url(client, None, Some(&filter))).await?;
    let count = found.len();
    <[Resource; 1]>::try_from(found).map(|[resource]| resource).map_err(|_| Problem::Malformed {
        path: "value".into(),
        what: format!("expected Microsoft Graph's one service principal, found {count}"),
        trace: Trace::default(),
    })
}

/// Who holds an application permission with powers, or one that Graph's own list does not name.
pub(super) fn followed(grants: &Part<Vec<AppRoleGrant>>) -> BTreeSet<PrincipalId> {
    let grants = grants.value().map_or(&[][..], Vec::as_slice);
    let matters = |grant: &&AppRoleGrant| {
        let is_permission = grant.role != DEFAULT_ACCESS;
        is_permission && (grant.permission.is_none() || permission_by_id(grant.role).is_some())
    };
    let is_application = |grant: &&AppRoleGrant| {
        let kind = grant.unknown.get("principalType").and_then(|kind| kind.as_str());
        kind.is_none_or(|kind| kind.eq_ignore_ascii_case("ServicePrincipal"))
    };
    grants.iter().filter(matters).filter(is_application).map(|grant| grant.principal).collect()
}

/// Delegated permissions for everybody, and those that each of `people` consented to.
pub(super) async fn read_delegated(
    reader: &Reader<'_>,
    resource: &Result<PrincipalId, GapReason>,
    people: &BTreeSet<UserId>,
) -> Part<Vec<DelegatedGrant>> {
    let resource = match resource {
        Ok(resource) => resource,
        Err(reason) => return reader.gap(DELEGATED_GRANTS.part, None, reason.clone()),
    };
    // An earlier reading asked for the consents of those whom it read.
    let was_read = |person: &UserId| {
        let kinds = [PartKind::Holder, PartKind::Account];
        kinds.iter().any(|kind| reader.earlier.had(kind, Some(person.0)))
    };
    if !people.iter().all(was_read) {
        reader.earlier.forget(&DELEGATED_GRANTS.part);
    }
    let grants = async {
        let people = people.iter().copied().collect();
        let people = at_most(people, DELEGATED_PRINCIPALS_MAX, "DELEGATED_PRINCIPALS_MAX")?;
        let of = format!("resourceId eq '{resource}'");
        let everybody = format!("{of} and consentType eq 'AllPrincipals'");
        let each = people.iter().map(|person| format!("{of} and principalId eq '{person}'"));
        let answers = all([everybody].into_iter().chain(each).map(|filter| {
            reader.client.list(DELEGATED_GRANTS.url(reader.client, None, Some(&filter)))
        }));
        let mut found = Vec::new();
        for answer in answers.await {
            found.extend::<Vec<DelegatedGrant>>(answer?);
        }
        Ok(found)
    };
    reader.part(DELEGATED_GRANTS.part, None, grants).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use halligan_core::power::permission;
    use halligan_core::tenant::Unknown;

    fn grant(principal: u128, role: Guid, permission: Option<&str>) -> AppRoleGrant {
        AppRoleGrant {
            id: principal.to_string(),
            principal: PrincipalId::from_u128(principal),
            principal_name: None,
            role,
            permission: permission.map(str::to_owned),
            created: None,
            unknown: Unknown::new(),
        }
    }

    #[test]
    fn only_applications_that_can_do_something_are_followed() {
        let grave = permission("RoleManagement.ReadWrite.Directory").unwrap();
        let mut person = grant(4, grave.id, Some(grave.name));
        person.unknown.insert("principalType".into(), "User".into());
        let mut named = grant(5, grave.id, Some(grave.name));
        named.unknown.insert("principalType".into(), "ServicePrincipal".into());
        let grants = vec![
            grant(1, grave.id, Some(grave.name)),
            grant(2, Guid::from_u128(99), Some("Mail.Read")),
            grant(3, Guid::from_u128(98), None),
            person,
            named,
            grant(6, DEFAULT_ACCESS, None),
        ];
        let at = "2026-11-22T10:00:00Z".parse().unwrap();
        let found = followed(&Part::Read { at, value: grants });
        assert_eq!(found, [1, 3, 5].map(PrincipalId::from_u128).into());
    }
}
