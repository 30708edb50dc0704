//! Groups, their members and owners, and what they are members of.
//!
//! v1.0 lists no service principals among the members and owners of a group; beta does. (A "known
//! issue" of <https://learn.microsoft.com/graph/api/group-list-members>, a "staged rollout" of
//! <https://learn.microsoft.com/graph/api/group-list-owners>; the v1.0 page of
//! <https://learn.microsoft.com/graph/api/group-list-transitivemembers> does not name them.)

use halligan_core::id::Guid;

use super::{members, units};
use crate::directory::{Group, Kind};
use crate::error::GraphError;
use crate::operation::{Answer, Call, Version};

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
pub(crate) fn direct_members(call: &Call<'_>) -> Result<Answer, GraphError> {
    let (_, group) = find(call)?;
    Ok(related(call, &group.members))
}

/// `GET /groups/{id}/transitiveMembers`.
pub(crate) fn transitive_members(call: &Call<'_>) -> Result<Answer, GraphError> {
    let (id, _) = find(call)?;
    Ok(related(call, &call.directory.transitive_members(id)))
}

/// `GET /groups/{id}/owners`.
pub(crate) fn owners(call: &Call<'_>) -> Result<Answer, GraphError> {
    let (_, group) = find(call)?;
    Ok(related(call, &group.owners))
}

/// `GET /groups/{id}/memberOf`: groups and administrative units.
pub(crate) fn member_of(call: &Call<'_>) -> Result<Answer, GraphError> {
    let (id, _) = find(call)?;
    let mut items = members(call, &call.directory.groups_of(id));
    items.extend(units(call, id));
    Ok(Answer::Many(items))
}

/// Members or owners, as far as this version of the API lists them.
fn related(call: &Call<'_>, ids: &[Guid]) -> Answer {
    let is_listed = |id: &Guid| {
        let kind = call.directory.principal(*id).map(|(kind, _)| kind);
        call.version == Version::Beta || kind != Some(Kind::ServicePrincipal)
    };
    let listed: Vec<Guid> = ids.iter().copied().filter(is_listed).collect();
    Answer::Many(members(call, &listed))
}

fn find<'a>(call: &Call<'a>) -> Result<(Guid, &'a Group), GraphError> {
    let id: Option<Guid> = call.id().parse().ok();
    id.and_then(|id| Some((id, call.directory.groups.get(&id)?)))
        .ok_or_else(|| GraphError::not_found(call.id()))
}
