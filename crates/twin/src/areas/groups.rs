//! Groups, their members and owners; service principals.

use halligan_core::id::Guid;

use super::members as items;
use crate::directory::Group;
use crate::error::GraphError;
use crate::operation::{Answer, Call};

/// `GET /groups`.
pub(crate) fn list(call: &Call<'_>) -> Result<Answer, GraphError> {
    Ok(Answer::many(call.directory.groups.values().map(|group| group.object.clone())))
}

/// `GET /groups/{id}`.
pub(crate) fn one(call: &Call<'_>) -> Result<Answer, GraphError> {
    let (_, group) = find(call)?;
    Ok(Answer::one(group.object.clone()))
}

/// `GET /groups/{id}/members`.
pub(crate) fn members(call: &Call<'_>) -> Result<Answer, GraphError> {
    let (_, group) = find(call)?;
    Ok(Answer::Many(items(call, &group.members)))
}

/// `GET /groups/{id}/transitiveMembers`.
pub(crate) fn transitive_members(call: &Call<'_>) -> Result<Answer, GraphError> {
    let (id, _) = find(call)?;
    Ok(Answer::Many(items(call, &call.directory.transitive_members(id))))
}

/// `GET /groups/{id}/owners`.
pub(crate) fn owners(call: &Call<'_>) -> Result<Answer, GraphError> {
    let (_, group) = find(call)?;
    Ok(Answer::Many(items(call, &group.owners)))
}

/// `GET /servicePrincipals`.
pub(crate) fn service_principals(call: &Call<'_>) -> Result<Answer, GraphError> {
    Ok(Answer::many(call.directory.service_principals.values().cloned()))
}

/// `GET /servicePrincipals/{id}`.
pub(crate) fn service_principal(call: &Call<'_>) -> Result<Answer, GraphError> {
    let id = call.id().parse::<Guid>().ok();
    let found = id.and_then(|id| call.directory.service_principals.get(&id));
    found.cloned().map(Answer::one).ok_or_else(|| GraphError::not_found(call.id()))
}

fn find<'a>(call: &Call<'a>) -> Result<(Guid, &'a Group), GraphError> {
    let id: Option<Guid> = call.id().parse().ok();
    id.and_then(|id| Some((id, call.directory.groups.get(&id)?)))
        .ok_or_else(|| GraphError::not_found(call.id()))
}
