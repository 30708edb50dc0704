//! Reads a snapshot: asks for each part, and turns what could not be read into a gap.
//!
//! Parts are read at the same time where none waits for another. Policies come before the users and
//! groups that they name; role assignments come before the groups that hold the role. One failure
//! costs one part. Only what shows at the first contact that nothing can be read ends it all.
//!
//! What an earlier reading left behind is not asked for again ([`Earlier`]): every part passes
//! through one place, which looks there first.

mod accounts;
mod earlier;
mod groups;
mod operation;
mod references;
mod roles;
mod tenant;
mod together;

use std::collections::BTreeSet;

use halligan_core::id::{GroupId, Guid, UserId};
use halligan_core::tenant::{Gap, GapReason, Part, PartKind, Snapshot, Source};
use halligan_core::time::Timestamp;

use crate::client::Client;
use crate::patience::Waiting;
use crate::problem::Problem;

pub use earlier::Earlier;
pub use operation::{OPERATIONS, Operation, Term};

/// What the register declares and a snapshot therefore reads closely.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The emergency access accounts.
    pub accounts: Vec<UserId>,
    /// The emergency group; `None` where there is none.
    pub group: Option<GroupId>,
}

/// Is told of every part as soon as it is known. How many will come is not known beforehand.
pub trait Progress: Sync {
    /// One part has been read, or has become a gap.
    fn part(&self, kind: &PartKind, subject: Option<Guid>, outcome: Outcome<'_>);

    /// Reading waits, because the service is throttling or does not answer.
    fn waiting(&self, _waiting: &Waiting) {}
}

/// Nobody watches.
impl Progress for () {
    fn part(&self, _kind: &PartKind, _subject: Option<Guid>, _outcome: Outcome<'_>) {}
}

/// What became of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome<'a> {
    /// It was read completely.
    Read,
    /// It was read earlier, at this time, and still stands.
    Kept(Timestamp),
    /// It is a gap, for this reason.
    Gap(&'a GapReason),
}

/// Reads everything that a snapshot holds.
///
/// An error means that nothing can be read: the token is refused, there is no connection or no TLS,
/// somebody else answers in Graph's place, or the service is throttled at the first contact.
pub async fn read_snapshot(
    client: &Client,
    wanted: &Wanted,
    progress: &dyn Progress,
) -> Result<Snapshot, Problem> {
    resume_snapshot(client, wanted, &Earlier::default(), progress).await
}

/// The same, without what an `earlier` reading of this tenant left behind. Each part keeps the time
/// at which it was read.
pub async fn resume_snapshot(
    client: &Client,
    wanted: &Wanted,
    earlier: &Earlier,
    progress: &dyn Progress,
) -> Result<Snapshot, Problem> {
    let mut waits = client.waits();
    let told = async {
        while let Some(waiting) = waits.recv().await {
            progress.waiting(&waiting);
        }
        std::future::pending().await
    };
    let reader = Reader { client, earlier, progress };
    tokio::select! {
        biased;
        never = told => never,
        snapshot = Box::pin(read(&reader, wanted)) => snapshot,
    }
}

async fn read(reader: &Reader<'_>, wanted: &Wanted) -> Result<Snapshot, Problem> {
    let client = reader.client;
    client.sign_in().await?;
    let organization = tenant::organization(reader).await?;
    let accounts: BTreeSet<UserId> = wanted.accounts.iter().copied().collect();
    let (tenant, (access, references), (roles, groups), accounts) = tokio::join!(
        tenant::read(reader),
        async {
            let access = tenant::read_access(reader).await;
            let references = references::read(reader, &access.policies).await;
            (access, references)
        },
        async {
            let roles = roles::read(reader).await;
            let groups = groups::read(reader, wanted.group, &roles).await;
            (roles, groups)
        },
        accounts::read(reader, accounts),
    );
    let source = Source::Graph { endpoint: client.endpoints().graph().into() };
    let unread = Snapshot::unread(client.now(), source, &GapReason::NotInSource);
    Ok(Snapshot {
        organization,
        domains: tenant.domains,
        security_defaults: tenant.security_defaults,
        methods_policy: tenant.methods_policy,
        strengths: tenant.strengths,
        policies: access.policies,
        policy_ids_v1: access.policy_ids_v1,
        locations: access.locations,
        role_definitions: roles.definitions,
        role_assignments: roles.assignments,
        role_schedules: roles.schedules,
        role_eligibilities: roles.eligibilities,
        referenced_users: references.users,
        referenced_groups: references.groups,
        accounts,
        groups,
        ..unread
    })
}

/// The client and the one who watches it read.
struct Reader<'a> {
    client: &'a Client,
    earlier: &'a Earlier,
    progress: &'a dyn Progress,
}

impl Reader<'_> {
    /// Gives a part: the one that an earlier reading left, or what `reading` gives once it is
    /// waited for, or the gap that stands in its place.
    async fn part<T: 'static>(
        &self,
        kind: PartKind,
        subject: Option<Guid>,
        reading: impl Future<Output = Result<T, Problem>>,
    ) -> Part<T> {
        if let Some(part @ Part::Read { at, .. }) = self.earlier.take(&kind, subject) {
            self.progress.part(&kind, subject, Outcome::Kept(at));
            return part;
        }
        match reading.await {
            Ok(value) => self.found(&kind, subject, value),
            Err(problem) => {
                let reason = reason(&kind, &problem);
                self.gap(kind, subject, reason)
            }
        }
    }

    fn found<T>(&self, kind: &PartKind, subject: Option<Guid>, value: T) -> Part<T> {
        self.progress.part(kind, subject, Outcome::Read);
        Part::Read { at: self.client.now(), value }
    }

    fn gap<T>(&self, kind: PartKind, subject: Option<Guid>, reason: GapReason) -> Part<T> {
        self.progress.part(&kind, subject, Outcome::Gap(&reason));
        Part::Gap(Gap::new(kind, subject, reason))
    }
}

/// Why a part is missing, in the snapshot's terms.
fn reason(kind: &PartKind, problem: &Problem) -> GapReason {
    match problem {
        Problem::Licence { code, .. } => GapReason::MissingLicence { code: code.clone() },
        problem if problem.is_permission() => {
            GapReason::MissingPermission { permission: kind.permission().into() }
        }
        problem => GapReason::Failed { what: problem.to_string() },
    }
}
