//! Users, their registered methods, what they are members of.

use halligan_core::id::Guid;

use serde_json::json;

use super::licence::{Plan, require};
use super::{member, members, units};
use crate::directory::objects::object;
use crate::directory::{Kind, User};
use crate::error::GraphError;
use crate::operation::{Answer, Call, Item};
use crate::permission::{FULL_USERS, LEAVE_DATE, SIGN_IN_ACTIVITY, suffice};

/// What an application with `User.ReadBasic.All` alone may read.
///
/// Source: <https://learn.microsoft.com/graph/permissions-reference#userreadbasicall>.
const BASIC: [&str; 6] = ["id", "displayName", "givenName", "mail", "surname", "userPrincipalName"];

/// `GET /users`.
pub(crate) fn list(call: &Call<'_>) -> Result<Answer, GraphError> {
    let may_read_all = check_selection(call)?;
    let users = call.directory.users.values();
    Ok(Answer::many(users.map(|user| readable(call, user, may_read_all).object)))
}

/// `GET /users/{id}`.
pub(crate) fn one(call: &Call<'_>) -> Result<Answer, GraphError> {
    let may_read_all = check_selection(call)?;
    let (_, user) = find(call)?;
    Ok(Answer::One(readable(call, user, may_read_all)))
}

/// `GET /users/{id}/authentication/methods`.
pub(crate) fn methods(call: &Call<'_>) -> Result<Answer, GraphError> {
    let (_, user) = find(call)?;
    Ok(Answer::many(user.methods.iter().cloned()))
}

/// `GET /users/{id}/authentication/requirements`.
pub(crate) fn requirements(call: &Call<'_>) -> Result<Answer, GraphError> {
    let (id, _) = find(call)?;
    let state = call.directory.per_user_mfa.get(&id).map_or("disabled", String::as_str);
    Ok(Answer::one(object(json!({"perUserMfaState": state}))))
}

/// `GET /users/{id}/memberOf`.
pub(crate) fn member_of(call: &Call<'_>) -> Result<Answer, GraphError> {
    let (id, _) = find(call)?;
    let groups = call.directory.groups_of(id);
    let mut items = with_roles(call, &groups, &[id]);
    items.extend(units(call, id));
    Ok(Answer::Many(items))
}

/// `GET /users/{id}/transitiveMemberOf`: roles that a group brings are listed as well.
pub(crate) fn transitive_member_of(call: &Call<'_>) -> Result<Answer, GraphError> {
    let (id, _) = find(call)?;
    let groups = call.directory.transitive_groups_of(id);
    let mut holders = groups.clone();
    holders.push(id);
    let mut items = with_roles(call, &groups, &holders);
    items.extend(units(call, id));
    Ok(Answer::Many(items))
}

fn with_roles(call: &Call<'_>, groups: &[Guid], holders: &[Guid]) -> Vec<Item> {
    let mut items = members(call, groups);
    let roles = call.directory.roles_of(holders);
    items.extend(roles.iter().map(|role| member(call, Kind::DirectoryRole, role)));
    items
}

fn find<'a>(call: &Call<'a>) -> Result<(Guid, &'a User), GraphError> {
    call.directory.user(call.id()).ok_or_else(|| GraphError::not_found(call.id()))
}

/// Whether the caller may read every property; an error when it selects one that it may not.
fn check_selection(call: &Call<'_>) -> Result<bool, GraphError> {
    check_activity(call)?;
    let may_read_all = suffice(call.permissions, FULL_USERS);
    check_activity(call)?;
    let selected = call.options.select.iter().flatten();
    let is_basic = |name: &String| BASIC.iter().any(|basic| basic.eq_ignore_ascii_case(name));
    if may_read_all || selected.into_iter().all(is_basic) {
        return Ok(may_read_all);
    }
    Err(GraphError::denied())
}

/// Sign-in activity comes from the service that keeps the logs, which has terms of its own.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/signinactivity>.
fn check_activity(call: &Call<'_>) -> Result<(), GraphError> {
    if !selects_activity(call) {
        return Ok(());
    }
    if !suffice(call.permissions, SIGN_IN_ACTIVITY) {
        return Err(GraphError::logs_denied());
    }
    require(call, Plan::P1, GraphError::not_premium)
}

/// Only its own name brings it; `*` does not.
fn selects_activity(call: &Call<'_>) -> bool {
    call.options.selects("signInActivity")
}

fn readable(call: &Call<'_>, user: &User, may_read_all: bool) -> Item {
    let mut object = user.object.clone();
    if !suffice(call.permissions, LEAVE_DATE) {
        object.remove("employeeLeaveDateTime");
    }
    if !selects_activity(call) {
        object.remove("signInActivity");
    }
    if !may_read_all {
        object.retain(|name, _| BASIC.contains(&name.as_str()));
    }
    object.into()
}
