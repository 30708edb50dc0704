//! Reads a snapshot: asks for each part, and turns what could not be read into a gap.
//!
//! Parts are read at the same time where none waits for another. Policies come before the users and
//! groups that they name; role holdings come before the groups, people and applications that hold
//! the roles. One failure costs one part. Only what shows at the first contact that nothing can be
//! read ends it all.
//!
//! Requests grow with policies, role holders, privileged applications and named groups. Nothing is
//! asked once per user of the tenant.
//!
//! What an earlier reading left behind is not asked for again ([`Earlier`]): every part passes
//! through one place, which looks there first.
//!
//! ```text
//! watcher       what the access token says of itself
//! refusal       what a refusal means: a permission, a licence, or neither
//! tenant        organization, domains, settings, Conditional Access
//! roles         definitions, holdings, settings (PIM)
//! principals    who holds a followed role, and of which kind they are
//! activity      when holders were last used
//! groups, accounts, holders, applications    what is read of each one of them
//! owners        who owns a group or application that is a way in
//! grants        permissions of Graph that applications were granted
//! governance    partners, reviews, workflows, recovery, diagnostic settings
//! ```

mod accounts;
mod activity;
mod applications;
mod earlier;
mod governance;
mod grants;
mod groups;
mod holders;
mod operation;
mod owners;
mod principals;
mod references;
mod refusal;
mod roles;
mod shape;
mod tenant;
mod together;
mod watcher;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use halligan_core::id::{GroupId, Guid, PrincipalId, UserId};
use halligan_core::tenant::{
    ApplicationRead, Gap, GapReason, GroupRead, Holder, Organization, Part, PartKind, Snapshot,
    Source, Watcher,
};
use halligan_core::time::Timestamp;
use halligan_wire::Entity;

use crate::client::Client;
use crate::patience::Waiting;
use crate::problem::Problem;

use principals::Principals;
use refusal::Known;

pub use applications::APPLICATIONS_MAX;
pub use earlier::Earlier;
pub use grants::DELEGATED_PRINCIPALS_MAX;
pub use groups::{GROUPS_MAX, OWNERS_MAX};
pub use holders::HOLDERS_MAX;
pub use operation::{OPERATIONS, Operation, Term};
pub use owners::OWNERS_READ_MAX;
pub use roles::NEW_ROLES_MAX;
pub use watcher::{TokenRead, read_token};

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
    client.begin();
    let mut reader = Reader::new(client, earlier, progress);
    tokio::select! {
        biased;
        never = told => never,
        never = client.out_of_time() => never,
        snapshot = Box::pin(read(&mut reader, wanted)) => snapshot,
    }
}

async fn read(reader: &mut Reader<'_>, wanted: &Wanted) -> Result<Snapshot, Problem> {
    let client = reader.client;
    client.sign_in().await?;
    let organization = tenant::organization(reader).await?;
    let watcher = watcher::read(reader).await?;
    reader.known = Known::of(&organization, &watcher);
    let reader = &*reader;
    let declared: BTreeSet<UserId> = wanted.accounts.iter().copied().collect();
    let ((tenant, access, references), privileged, accounts, governance) = tokio::join!(
        Box::pin(async {
            let (tenant, access) =
                tokio::join!(tenant::read(reader, &organization), tenant::read_access(reader));
            let methods = &tenant.methods_policy;
            let references = references::read(reader, &access.policies, methods).await;
            (tenant, access, references)
        }),
        Box::pin(privileged(reader, wanted.group, &declared, (&organization, &watcher))),
        Box::pin(accounts::read(reader, declared.clone())),
        Box::pin(governance::read(reader)),
    );
    let Privileged { roles, grants, groups, holders, applications, missing } = privileged;
    Ok(Snapshot {
        taken: client.now(),
        source: Source::Graph { endpoint: client.endpoints().graph().into() },
        organization,
        watcher,
        domains: tenant.domains,
        federations: tenant.federations,
        directory_sync: tenant.directory_sync,
        security_defaults: tenant.security_defaults,
        authorization_policy: tenant.authorization_policy,
        methods_policy: tenant.methods_policy,
        strengths: tenant.strengths,
        policies: access.policies,
        policy_ids_v1: access.policy_ids_v1,
        deleted_policies: access.deleted_policies,
        locations: access.locations,
        authentication_contexts: access.authentication_contexts,
        protected_actions: roles.protected_actions,
        role_definitions: roles.definitions,
        role_assignments: roles.assignments,
        role_schedules: roles.schedules,
        role_eligibilities: roles.eligibilities,
        role_policies: roles.policies,
        administrative_units: roles.administrative_units,
        app_role_grants: grants.app_roles,
        delegated_grants: grants.delegated,
        partners: governance.partners,
        delegated_admins: governance.delegated_admins,
        access_reviews: governance.access_reviews,
        lifecycle_workflows: governance.lifecycle_workflows,
        recovery_jobs: governance.recovery_jobs,
        recovery_profiles: governance.recovery_profiles,
        diagnostic_settings: governance.diagnostic_settings,
        referenced_users: references.users,
        referenced_groups: references.groups,
        accounts,
        holders,
        groups,
        applications,
        incomplete: missing.into_iter().chain(reader.missed()).collect(),
    })
}

/// Who can do what only administrators can: roles, grants, and everybody who holds any.
struct Privileged {
    roles: roles::Roles,
    grants: grants::Grants,
    groups: BTreeMap<GroupId, GroupRead>,
    holders: BTreeMap<UserId, Holder>,
    applications: BTreeMap<PrincipalId, ApplicationRead>,
    /// What is missing from the parts above.
    missing: Vec<Gap>,
}

async fn privileged(
    reader: &Reader<'_>,
    emergency: Option<GroupId>,
    declared: &BTreeSet<UserId>,
    (organization, watcher): (&Part<Organization>, &Part<Watcher>),
) -> Privileged {
    let ((roles, groups, mut principals), (resource, app_roles)) = tokio::join!(
        async {
            let roles = roles::read(reader).await;
            let mut principals = Principals::of(reader, &roles).await;
            let groups = groups::read(reader, emergency, &mut principals).await;
            (roles, groups, principals)
        },
        grants::read_app_roles(reader),
    );
    let people: BTreeSet<UserId> = principals.users.difference(declared).copied().collect();
    let consenting: BTreeSet<UserId> = principals.users.union(declared).copied().collect();
    let mut followed = principals.applications.clone();
    followed.extend(grants::followed(&app_roles));
    let (holders, delegated, (applications, missing)) = tokio::join!(
        holders::read(reader, people, &principals),
        grants::read_delegated(reader, &resource, &consenting),
        applications::read(reader, followed.clone(), &principals, organization, watcher),
    );
    let grants = grants::Grants { app_roles, delegated };
    let missing = roles.missing.clone().into_iter().chain(missing).collect();
    let mut found = Privileged { roles, grants, groups, holders, applications, missing };
    let of = (declared, organization);
    let over = owners::read(reader, &mut found, &mut principals, &followed, of).await;
    found.missing.extend(over);
    found
}

/// The client, the one who watches it read, and what is known about the tenant.
struct Reader<'a> {
    client: &'a Client,
    earlier: &'a Earlier,
    progress: &'a dyn Progress,
    known: Known,
    /// What is missing beside the parts.
    missing: Mutex<Vec<Gap>>,
}

impl<'a> Reader<'a> {
    fn new(client: &'a Client, earlier: &'a Earlier, progress: &'a dyn Progress) -> Self {
        let (known, missing) = Default::default();
        Self { client, earlier, progress, known, missing }
    }

    /// Notes what is missing of a part that says enough to be judged all the same.
    fn miss(&self, gap: Gap) {
        let mut missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        // What was asked for twice is missed once.
        if !missing.iter().any(|known| known.part == gap.part) {
            missing.push(gap);
        }
    }

    /// What was noted so.
    fn missed(&self) -> Vec<Gap> {
        let mut missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *missing)
    }

    /// Reads a collection that no other read depends on: one request and its pages.
    async fn list<T: Entity + 'static>(
        &self,
        operation: &Operation,
        filter: Option<&str>,
    ) -> Part<Vec<T>> {
        let listing = self.client.list(operation.url(self.client, None, filter));
        self.part(operation.part.clone(), None, listing).await
    }

    /// Reads a collection that belongs to one object, whose id stands in the path.
    async fn list_of<T: Entity + 'static>(&self, operation: &Operation, id: Guid) -> Part<Vec<T>> {
        let listing = self.client.list(operation.url(self.client, Some(&id), None));
        self.part(operation.part.clone(), Some(id), listing).await
    }

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
                let reason = self.known.reason(&kind, &problem);
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
