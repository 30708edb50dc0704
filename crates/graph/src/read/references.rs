//! Which of the users and groups exist that policies and the authentication methods policy name.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use halligan_core::id::{GroupId, NotAGuid, UserId};
use halligan_core::tenant::{
    GapReason, GroupRef, MethodsPolicy, Part, PartKind, Policy, TargetKind, UserRef, Users,
};

use super::Reader;
use super::operation::{Operation, REFERENCED_GROUPS, REFERENCED_USERS};
use super::shape::Named;
use super::together::{all, limit};
use crate::client::Client;
use crate::problem::{Problem, Trace};

/// Most values that Graph accepts in one `in`.
///
/// Source: <https://learn.microsoft.com/graph/filter-query-parameter>, which allows 15 expressions
/// in a filter.
pub(super) const IDS_PER_FILTER: usize = 15;

/// Most ids that are looked up for one kind of object.
const REFERENCED_IDS_MAX: usize = 15_000;

/// What policies name and the directory knows.
pub(super) struct References {
    pub(super) users: Part<BTreeSet<UserId>>,
    pub(super) groups: Part<BTreeMap<GroupId, String>>,
}

/// Looks up what `policies` name; where they could not be read, neither can this.
///
/// An earlier look-up stands only for the policies that it was made for, of Conditional Access and,
/// for groups, of authentication methods: of an id that others name, it says nothing.
pub(super) async fn read(
    reader: &Reader<'_>,
    policies: &Part<Vec<Policy>>,
    methods: &Part<MethodsPolicy>,
) -> References {
    let has_policies = reader.earlier.has_given(&PartKind::Policies);
    if !has_policies {
        reader.earlier.forget(&REFERENCED_USERS.part);
    }
    if !has_policies || !reader.earlier.has_given(&PartKind::MethodsPolicy) {
        reader.earlier.forget(&REFERENCED_GROUPS.part);
    }
    let policies = match policies.value() {
        Ok(policies) => policies,
        Err(gap) => return unknown(reader, &gap.reason),
    };
    let (users, mut groups) = named_ids(policies);
    groups.extend(targets(methods));
    let (users, groups) = tokio::join!(
        reader.part(REFERENCED_USERS.part, None, async {
            let found = look_up(reader.client, &REFERENCED_USERS, users).await?;
            found.iter().map(id_of).collect()
        }),
        reader.part(REFERENCED_GROUPS.part, None, named_groups(reader.client, groups)),
    );
    References { users, groups }
}

/// The groups among `ids`, with their names.
async fn named_groups<T: Display + Ord>(
    client: &Client,
    ids: BTreeSet<T>,
) -> Result<BTreeMap<GroupId, String>, Problem> {
    let found = look_up(client, &REFERENCED_GROUPS, ids).await?;
    let named = |group: &Named| Ok((id_of(group)?, group.display_name.clone().unwrap_or_default()));
    found.iter().map(named).collect()
}

fn unknown(reader: &Reader<'_>, reason: &GapReason) -> References {
    References {
        users: reader.gap(REFERENCED_USERS.part, None, reason.clone()),
        groups: reader.gap(REFERENCED_GROUPS.part, None, reason.clone()),
    }
}

/// The groups at which the authentication methods policy is aimed; none where it was not read.
fn targets(methods: &Part<MethodsPolicy>) -> impl Iterator<Item = GroupId> {
    let configurations = methods.value().map_or(&[][..], |policy| &policy.configurations);
    let targets = configurations.iter().flat_map(|one| one.include.iter().chain(&one.exclude));
    let groups = targets.filter(|target| target.kind == TargetKind::Group);
    // `all_users` is no id, and no group.
    groups.filter_map(|target| target.id.parse().ok())
}

/// Every user and group id that stands anywhere in a policy's users.
fn named_ids(policies: &[Policy]) -> (BTreeSet<UserId>, BTreeSet<GroupId>) {
    let users = || policies.iter().filter_map(|policy| policy.conditions.users.as_ref());
    let user_ids = users().flat_map(|users: &Users| {
        users.include_users.iter().chain(&users.exclude_users).filter_map(|user| match user {
            UserRef::Id(id) => Some(*id),
            _ => None,
        })
    });
    let group_ids = users().flat_map(|users: &Users| {
        users.include_groups.iter().chain(&users.exclude_groups).filter_map(|group| match group {
            GroupRef::Id(id) => Some(*id),
            GroupRef::Other(_) => None,
        })
    });
    (user_ids.collect(), group_ids.collect())
}

/// The objects of these ids, at most [`IDS_PER_FILTER`].
pub(super) fn id_filter<T: Display>(ids: &[T]) -> String {
    let quoted: Vec<String> = ids.iter().map(|id| format!("'{id}'")).collect();
    format!("id in ({})", quoted.join(","))
}

/// The objects among `ids` that exist.
pub(super) async fn look_up<T: Display + Ord>(
    client: &Client,
    operation: &Operation,
    ids: BTreeSet<T>,
) -> Result<Vec<Named>, Problem> {
    if ids.len() > REFERENCED_IDS_MAX {
        return Err(limit("REFERENCED_IDS_MAX", REFERENCED_IDS_MAX));
    }
    let ids: Vec<T> = ids.into_iter().collect();
    let pages = all(ids
        .chunks(IDS_PER_FILTER)
        .map(|ids| client.list(operation.url(client, None, Some(&id_filter(ids))))));
    let mut found = Vec::new();
    for page in pages.await {
        found.extend::<Vec<Named>>(page?);
    }
    Ok(found)
}

pub(super) fn id_of<T: std::str::FromStr<Err = NotAGuid>>(named: &Named) -> Result<T, Problem> {
    named.id.parse().map_err(|why: NotAGuid| Problem::Malformed {
        path: "id".into(),
        what: crate::text::one_line(&why.to_string()),
        trace: Trace::default(),
    })
}
