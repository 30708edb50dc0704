//! The declared accounts.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use halligan_core::id::UserId;
use halligan_core::tenant::{Account, AccountState, GapReason, User};

use super::Reader;
use super::operation::{ACCOUNT, ACCOUNT_MEMBERSHIPS, ACCOUNT_METHODS, DELETED_USERS, Operation};
use super::references::Named;
use super::together::all;
use crate::client::Client;
use crate::problem::{Problem, Trace};

pub(super) async fn read(reader: &Reader<'_>, ids: BTreeSet<UserId>) -> BTreeMap<UserId, Account> {
    let accounts = all(ids.into_iter().map(|id| account(reader, id))).await;
    accounts.into_iter().map(|account| (account.id, account)).collect()
}

async fn account(reader: &Reader<'_>, id: UserId) -> Account {
    let client = reader.client;
    let state = reader.part(ACCOUNT.part, Some(id.0), state(client, id)).await;
    if let Ok(AccountState::SoftDeleted | AccountState::Absent) = state.value() {
        let reason = GapReason::Failed { what: "the account does not exist".into() };
        let methods = reader.gap(ACCOUNT_METHODS.part, Some(id.0), reason.clone());
        let memberships = reader.gap(ACCOUNT_MEMBERSHIPS.part, Some(id.0), reason);
        return Account {
            methods,
            memberships,
            state,
            ..Account::unread(id, &GapReason::NotInSource)
        };
    }
    let (methods, memberships) = tokio::join!(
        reader.part(
            ACCOUNT_METHODS.part,
            Some(id.0),
            client.list(ACCOUNT_METHODS.url(client, Some(&id), None)),
        ),
        reader.part(
            ACCOUNT_MEMBERSHIPS.part,
            Some(id.0),
            client.list(ACCOUNT_MEMBERSHIPS.url(client, Some(&id), None)),
        ),
    );
    Account { methods, memberships, state, ..Account::unread(id, &GapReason::NotInSource) }
}

async fn state(client: &Client, id: UserId) -> Result<AccountState, Problem> {
    match client.object::<User>(ACCOUNT.url(client, Some(&id), None)).await {
        Ok(user) if user.id == id => Ok(AccountState::Present(user)),
        Ok(user) => Err(another(&user.id)),
        Err(problem) if problem.is_absence() => {
            Ok(match is_deleted(client, &DELETED_USERS, &id).await {
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
/// cannot be used either way, and a gap would hide that.
pub(super) async fn is_deleted(client: &Client, bin: &Operation, id: &dyn Display) -> bool {
    let filter = format!("id eq '{id}'");
    let found = client.list::<Named>(bin.url(client, None, Some(&filter))).await;
    let wanted = id.to_string();
    found.is_ok_and(|found| found.iter().any(|object| object.id.eq_ignore_ascii_case(&wanted)))
}

/// An answer about another object than the one that was asked for.
pub(super) fn another(id: &dyn Display) -> Problem {
    let what = format!("the answer is about another object, `{id}`");
    Problem::Malformed { path: "id".into(), what, trace: Trace::default() }
}
