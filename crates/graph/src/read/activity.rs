//! When role holders were last used, many in one request: Graph answers ten requests for it in a
//! minute, so that to ask one by one would take an hour where this takes minutes.

use std::collections::BTreeMap;

use halligan_core::id::UserId;
use halligan_core::tenant::SignInActivity;

use super::Reader;
use super::operation::HOLDER_ACTIVITY;
use super::references::{IDS_PER_FILTER, id_filter};
use super::shape::Active;
use super::together::all;
use crate::problem::{Problem, Trace};

/// What was found about each user that was asked for.
#[derive(Debug, Default)]
pub(super) struct Activities(BTreeMap<UserId, Result<SignInActivity, Problem>>);

impl Activities {
    /// What was found about this one.
    pub(super) fn of(&self, id: UserId) -> Result<SignInActivity, Problem> {
        self.0.get(&id).cloned().unwrap_or_else(|| {
            let what = format!("the user `{id}` was asked for and is not in the answer");
            Err(Problem::Malformed { path: "value".into(), what, trace: Trace::default() })
        })
    }
}

/// Asks for those of `ids` that no earlier reading left.
pub(super) async fn read(reader: &Reader<'_>, ids: &[UserId]) -> Activities {
    let is_new = |id: &&UserId| !reader.earlier.had(&HOLDER_ACTIVITY.part, Some(id.0));
    let ids: Vec<UserId> = ids.iter().filter(is_new).copied().collect();
    let chunks = ids.chunks(IDS_PER_FILTER);
    let answers = all(chunks.map(async |ids| (ids, asked(reader, ids).await))).await;
    let mut found = BTreeMap::new();
    for (ids, answer) in answers {
        match answer {
            Ok(users) => found.extend(users.into_iter().map(|user| (user.id, Ok(user.activity)))),
            Err(problem) => found.extend(ids.iter().map(|id| (*id, Err(problem.clone())))),
        }
    }
    Activities(found)
}

async fn asked(reader: &Reader<'_>, ids: &[UserId]) -> Result<Vec<Active>, Problem> {
    let url = HOLDER_ACTIVITY.url(reader.client, None, Some(&id_filter(ids)));
    reader.client.list(url).await
}
