//! The declared accounts.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use halligan_core::id::{Guid, UserId};
use halligan_core::tenant::{Account, AccountState, Gap, GapReason, Part, PartKind, User};
use halligan_core::time::Timestamp;

use super::Reader;
use super::operation::{
    ACCOUNT, ACCOUNT_ACTIVITY, ACCOUNT_LEAVE, ACCOUNT_MEMBERSHIPS, ACCOUNT_METHODS,
    ACCOUNT_PER_USER_MFA, DELETED_USERS, Operation,
};
use super::shape::{Leaving, Named, Requirements};
use super::together::all;
use crate::problem::{Problem, Trace};

pub(super) async fn read(reader: &Reader<'_>, ids: BTreeSet<UserId>) -> BTreeMap<UserId, Account> {
    let accounts = all(ids.into_iter().map(|id| account(reader, id))).await;
    accounts.into_iter().map(|account| (account.id, account)).collect()
}

async fn account(reader: &Reader<'_>, id: UserId) -> Account {
    let client = reader.client;
    let state = reader.part(ACCOUNT.part, Some(id.0), state(reader, &ACCOUNT, id)).await;
    if let Ok(AccountState::SoftDeleted | AccountState::Absent) = state.value() {
        return unread(reader, id, state);
    }
    let activity = client.object(ACCOUNT_ACTIVITY.url(client, Some(&id), None));
    let demanded = async {
        let url = ACCOUNT_PER_USER_MFA.url(client, Some(&id), None);
        client.object::<Requirements>(url).await.map(|found| found.0)
    };
    let (methods, memberships, activity, per_user_mfa, leave) = tokio::join!(
        reader.list_of(&ACCOUNT_METHODS, id.0),
        reader.list_of(&ACCOUNT_MEMBERSHIPS, id.0),
        reader.part(ACCOUNT_ACTIVITY.part, Some(id.0), activity),
        reader.part(ACCOUNT_PER_USER_MFA.part, Some(id.0), demanded),
        leave(reader, id),
    );
    Account { id, state, methods, memberships, activity, per_user_mfa, leave }
}

/// When the account's holder is said to leave. Without the permission Graph answers `null`, as if
/// there were no such day, so that it is only asked where the token is known to have it.
async fn leave(reader: &Reader<'_>, id: UserId) -> Part<Option<Timestamp>> {
    let permission = PartKind::AccountLeave.permission();
    let reason = match reader.known.has(permission) {
        Some(true) => {
            let url = ACCOUNT_LEAVE.url(reader.client, Some(&id), None);
            let date = async { reader.client.object::<Leaving>(url).await.map(|found| found.0) };
            return reader.part(ACCOUNT_LEAVE.part, Some(id.0), date).await;
        }
        Some(false) => GapReason::MissingPermission { permission: permission.into() },
        None => GapReason::Failed {
            what: format!(
                "the access token does not say whether it has `{permission}`, without which a day \
                 that is set reads as none"
            ),
        },
    };
    reader.gap(ACCOUNT_LEAVE.part, Some(id.0), reason)
}

/// An account that cannot be used, of which nothing else can be asked.
fn unread(reader: &Reader<'_>, id: UserId, state: Part<AccountState>) -> Account {
    let reason = GapReason::Failed { what: "the account does not exist".into() };
    let subject = Some(id.0);
    Account {
        id,
        state,
        methods: reader.gap(PartKind::AccountMethods, subject, reason.clone()),
        memberships: reader.gap(PartKind::AccountMemberships, subject, reason.clone()),
        activity: reader.gap(PartKind::AccountActivity, subject, reason.clone()),
        per_user_mfa: reader.gap(PartKind::AccountPerUserMfa, subject, reason.clone()),
        leave: reader.gap(PartKind::AccountLeave, subject, reason),
    }
}

/// The user object that `operation` answers, or its absence. A declared account that is not there
/// is asked for twice.
pub(super) async fn state(
    reader: &Reader<'_>,
    operation: &Operation,
    id: UserId,
) -> Result<AccountState, Problem> {
    match state_now(reader, operation, id).await? {
        AccountState::Absent if operation.part == PartKind::Account => {
            reader.client.wait_for_replicas().await?;
            state_now(reader, operation, id).await
        }
        state => Ok(state),
    }
}

async fn state_now(
    reader: &Reader<'_>,
    operation: &Operation,
    id: UserId,
) -> Result<AccountState, Problem> {
    let client = reader.client;
    match client.object::<User>(operation.url(client, Some(&id), None)).await {
        Ok(user) if user.id == id => Ok(AccountState::Present(user)),
        Ok(user) => Err(another(&user.id)),
        Err(problem) if problem.is_absence() => {
            Ok(match is_deleted(reader, &operation.part, &DELETED_USERS, id.0).await {
                true => AccountState::SoftDeleted,
                false => AccountState::Absent,
            })
        }
        Err(problem) => Err(problem),
    }
}

/// Whether an object that the directory does not know is in its recycle bin.
///
/// A bin that cannot be read changes nothing about the object: it counts as absent, because it
/// cannot be used either way, and a gap in its place would hide that. That it may be restored
/// is noted beside it.
pub(super) async fn is_deleted(
    reader: &Reader<'_>,
    kind: &PartKind,
    bin: &Operation,
    id: Guid,
) -> bool {
    let filter = format!("id eq '{id}'");
    let url = bin.url(reader.client, None, Some(&filter));
    match reader.client.list::<Named>(url).await {
        Ok(found) => found.iter().any(|object| object.id.parse() == Ok(id)),
        Err(problem) => {
            let what = format!(
                "it does not exist; whether it can be restored is not known, for the recycle bin \
                 cannot be read: {problem}"
            );
            reader.miss(Gap::new(kind.clone(), Some(id), GapReason::Failed { what }));
            false
        }
    }
}

/// An answer about another object than the one that was asked for.
pub(super) fn another(id: &dyn Display) -> Problem {
    let what = format!("the answer is about another object, `{id}`");
    Problem::Malformed { path: "id".into(), what, trace: Trace::default() }
}
