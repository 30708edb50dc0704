//! Service principals, registrations, their owners, and what they were granted.

use halligan_core::id::Guid;

use super::members;
use crate::directory::{Object, text_of};
use crate::error::GraphError;
use crate::operation::{Answer, Call};

/// `GET /servicePrincipals`.
pub(crate) fn service_principals(call: &Call<'_>) -> Result<Answer, GraphError> {
    let all = call.directory.service_principals.values();
    Ok(Answer::many(all.map(|one| call.directory.shown_principal(one))))
}

/// `GET /servicePrincipals/{id}`.
pub(crate) fn service_principal(call: &Call<'_>) -> Result<Answer, GraphError> {
    let (_, object) = find_principal(call)?;
    Ok(Answer::one(call.directory.shown_principal(object)))
}

/// `GET /servicePrincipals/{id}/appRoleAssignments`: what it was granted.
pub(crate) fn app_role_assignments(call: &Call<'_>) -> Result<Answer, GraphError> {
    assignments(call, "principalId")
}

/// `GET /servicePrincipals/{id}/appRoleAssignedTo`: what was granted of it.
pub(crate) fn app_role_assigned_to(call: &Call<'_>) -> Result<Answer, GraphError> {
    assignments(call, "resourceId")
}

fn assignments(call: &Call<'_>, end: &str) -> Result<Answer, GraphError> {
    let (id, _) = find_principal(call)?;
    let id = id.to_string();
    let mut all = call.directory.every_app_role_assignment();
    all.retain(|one| text_of(one, end).eq_ignore_ascii_case(&id));
    Ok(Answer::many(all))
}

/// `GET /servicePrincipals/{id}/owners`.
pub(crate) fn principal_owners(call: &Call<'_>) -> Result<Answer, GraphError> {
    let (id, _) = find_principal(call)?;
    Ok(owners(call, id))
}

/// `GET /applications`.
pub(crate) fn registrations(call: &Call<'_>) -> Result<Answer, GraphError> {
    Ok(Answer::many(call.directory.applications.registrations.values().cloned()))
}

/// `GET /applications/{id}`.
pub(crate) fn registration(call: &Call<'_>) -> Result<Answer, GraphError> {
    let (_, object) = find_registration(call)?;
    Ok(Answer::one(object.clone()))
}

/// `GET /applications/{id}/owners`.
pub(crate) fn registration_owners(call: &Call<'_>) -> Result<Answer, GraphError> {
    let (id, _) = find_registration(call)?;
    Ok(owners(call, id))
}

/// `GET /applications/{id}/federatedIdentityCredentials` of beta.
pub(crate) fn flexible_credentials(call: &Call<'_>) -> Result<Answer, GraphError> {
    let (id, object) = find_registration(call)?;
    Ok(Answer::many(call.directory.federated_credentials(id, object)))
}

/// `GET /applications/{id}/federatedIdentityCredentials` of v1.0, which knows no expressions.
pub(crate) fn federated_credentials(call: &Call<'_>) -> Result<Answer, GraphError> {
    let (id, object) = find_registration(call)?;
    let mut all = call.directory.federated_credentials(id, object);
    for one in &mut all {
        one.remove("claimsMatchingExpression");
    }
    Ok(Answer::many(all))
}

/// `GET /oauth2PermissionGrants`.
pub(crate) fn permission_grants(call: &Call<'_>) -> Result<Answer, GraphError> {
    Ok(Answer::many(call.directory.applications.permission_grants.clone()))
}

fn owners(call: &Call<'_>, owned: Guid) -> Answer {
    let ids = call.directory.applications.owners.get(&owned);
    Answer::Many(members(call, ids.map_or(&[], Vec::as_slice)))
}

fn find_principal<'a>(call: &Call<'a>) -> Result<(Guid, &'a Object), GraphError> {
    let id = call.id().parse::<Guid>().ok();
    let found = id.and_then(|id| Some((id, call.directory.service_principals.get(&id)?)));
    found.ok_or_else(|| GraphError::not_found(call.id()))
}

fn find_registration<'a>(call: &Call<'a>) -> Result<(Guid, &'a Object), GraphError> {
    let id = call.id().parse::<Guid>().ok();
    let found = id.and_then(|id| Some((id, call.directory.applications.registrations.get(&id)?)));
    found.ok_or_else(|| GraphError::not_found(call.id()))
}
