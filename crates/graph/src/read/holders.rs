//! Users who hold a followed role or own a way in, and are no declared accounts.

use std::collections::{BTreeMap, BTreeSet};

use halligan_core::id::UserId;
use halligan_core::tenant::{AccountState, GapReason, Holder, Method, Part, PartKind};

use super::Reader;
use super::accounts::state;
use super::activity::{self, Activities};
use super::operation::{HOLDER, HOLDER_ACTIVITY, HOLDER_METHODS};
use super::principals::Principals;
use super::together::{all, beyond};

/// Most holders that are read one by one. A tenant with more has no privileged roles in any sense
/// of the word; the others are gaps that name this limit.
pub const HOLDERS_MAX: usize = 5_000;

/// Reads `ids`, and names whoever of `principals` may be a user as well.
pub(super) async fn read(
    reader: &Reader<'_>,
    ids: BTreeSet<UserId>,
    principals: &Principals,
) -> BTreeMap<UserId, Holder> {
    let mut holders = read_each(reader, ids, HOLDERS_MAX).await;
    for (id, reason) in &principals.doubtful_users {
        holders.entry(*id).or_insert_with(|| unknown(reader, *id, reason));
    }
    holders
}

/// Reads `ids` as long as there is `room` below [`HOLDERS_MAX`]; the others are gaps that name it.
pub(super) async fn read_each(
    reader: &Reader<'_>,
    ids: BTreeSet<UserId>,
    room: usize,
) -> BTreeMap<UserId, Holder> {
    let (followed, over) = beyond(ids, room, ("HOLDERS_MAX", HOLDERS_MAX));
    let (read, activities) = tokio::join!(
        all(followed.iter().map(|id| state_and_methods(reader, *id))),
        activity::read(reader, &followed),
    );
    let read = all(read.into_iter().map(|one| holder(reader, one, &activities))).await;
    let over = over.into_iter().map(|(id, reason)| unknown(reader, id, &reason));
    read.into_iter().chain(over).map(|one| (one.id, one)).collect()
}

/// What is asked about each one; no methods of a user who does not exist.
type Asked = (UserId, Part<AccountState>, Option<Part<Vec<Method>>>);

async fn state_and_methods(reader: &Reader<'_>, id: UserId) -> Asked {
    let state = reader.part(HOLDER.part, Some(id.0), state(reader, &HOLDER, id)).await;
    if let Ok(AccountState::SoftDeleted | AccountState::Absent) = state.value() {
        return (id, state, None);
    }
    let methods = reader.list_of(&HOLDER_METHODS, id.0).await;
    (id, state, Some(methods))
}

async fn holder(reader: &Reader<'_>, asked: Asked, activities: &Activities) -> Holder {
    let (id, state, methods) = asked;
    let Some(methods) = methods else {
        let reason = GapReason::Failed { what: "the user does not exist".into() };
        return unread(reader, id, state, &reason);
    };
    let activity = std::future::ready(activities.of(id));
    let activity = reader.part(HOLDER_ACTIVITY.part, Some(id.0), activity).await;
    Holder { id, state, methods, activity }
}

/// A holder, or one who may be, of whom nothing is known.
pub(super) fn unknown(reader: &Reader<'_>, id: UserId, reason: &GapReason) -> Holder {
    let state = reader.gap(PartKind::Holder, Some(id.0), reason.clone());
    unread(reader, id, state, reason)
}

/// A holder of whom nothing but the state is known.
fn unread(
    reader: &Reader<'_>,
    id: UserId,
    state: Part<AccountState>,
    reason: &GapReason,
) -> Holder {
    Holder {
        id,
        state,
        methods: reader.gap(PartKind::HolderMethods, Some(id.0), reason.clone()),
        activity: reader.gap(PartKind::HolderActivity, Some(id.0), reason.clone()),
    }
}
