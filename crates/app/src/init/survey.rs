//! A tenant of which nothing is declared yet, read twice: first what names nobody, then closely
//! the accounts and groups that the first reading brought up.

use std::pin::pin;

use halligan_core::id::{GroupId, Guid, UserId};
use halligan_core::proposal::closer;
use halligan_core::tenant::{PartKind, Snapshot};
use halligan_core::time::Timestamp;
use halligan_graph::read::{Earlier, Outcome, Progress, Wanted, resume_snapshot};
use halligan_graph::{Client, Problem, Waiting};

use crate::config::Config;
use crate::live::{self, LiveError};
use crate::sign_in::Asked;

/// What was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Survey {
    /// The tenant.
    pub snapshot: Snapshot,
    /// Who signed in to read it, where a person did.
    pub person: Option<UserId>,
    /// How many accounts and groups more were not looked at closely.
    pub more: usize,
}

/// Reads the tenant that `config` or `asked` names; `None` when `end` comes first.
pub async fn survey(
    config: &Config,
    asked: &Asked,
    progress: &dyn Progress,
    notice: &mut dyn FnMut(String),
    end: impl Future<Output = ()>,
) -> Result<Option<Survey>, LiveError> {
    let tenant = live::tenant(config.register.tenant, asked.tenant.as_deref())?;
    let (client, person) = live::signed_in(config, &tenant, asked, notice).await?;
    let reading = pin!(read_twice(&client, progress));
    let read = tokio::select! {
        biased;
        read = reading => read.map_err(LiveError::Service)?,
        () = end => return Ok(None),
    };
    let (snapshot, more) = read;
    Ok(Some(Survey { snapshot, person, more }))
}

async fn read_twice(
    client: &Client,
    progress: &dyn Progress,
) -> Result<(Snapshot, usize), Problem> {
    let nothing = Earlier::default();
    let first = resume_snapshot(client, &Wanted::default(), &nothing, progress).await?;
    let mut snapshot = first;
    let now = snapshot.taken;
    for group in closer(&snapshot, now).groups {
        snapshot = closely(client, snapshot, Vec::new(), Some(group), progress).await?;
    }
    // The members of those groups are known by now.
    let closer = closer(&snapshot, now);
    let snapshot = closely(client, snapshot, closer.accounts, None, progress).await?;
    Ok((snapshot, closer.more))
}

/// The snapshot with these accounts and this group, beside everything that it has already.
async fn closely(
    client: &Client,
    snapshot: Snapshot,
    accounts: Vec<UserId>,
    group: Option<GroupId>,
    progress: &dyn Progress,
) -> Result<Snapshot, Problem> {
    let groups = snapshot.groups.clone();
    let earlier = Earlier::of(snapshot, Timestamp::MIN, Timestamp::MAX);
    let wanted = Wanted { accounts, group };
    let mut read = resume_snapshot(client, &wanted, &earlier, &New(progress)).await?;
    for (id, group) in groups {
        read.groups.entry(id).or_insert(group);
    }
    Ok(read)
}

/// Tells of what is read, and not again of what was.
struct New<'a>(&'a dyn Progress);

impl Progress for New<'_> {
    fn part(&self, kind: &PartKind, subject: Option<Guid>, outcome: Outcome<'_>) {
        if !matches!(outcome, Outcome::Kept(_)) {
            self.0.part(kind, subject, outcome);
        }
    }

    fn waiting(&self, waiting: &Waiting) {
        self.0.waiting(waiting);
    }
}
