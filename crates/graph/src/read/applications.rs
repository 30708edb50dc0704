//! Applications that amount to a way in: who they are, and who can act as them.

use std::collections::{BTreeMap, BTreeSet};

use halligan_core::id::PrincipalId;
use halligan_core::tenant::{
    ApplicationRead, ApplicationState, FederatedCredential, Gap, GapReason, Member, Organization,
    Part, PartKind, Registration, ServicePrincipal, ServicePrincipalKind, Watcher,
};

use super::Reader;
use super::accounts::another;
use super::groups::OWNERS_MAX;
use super::operation::{
    APPLICATION, APPLICATION_OWNERS, FEDERATED_CREDENTIALS, Operation, PRINCIPALS, REGISTRATION,
    REGISTRATION_OWNERS,
};
use super::principals::Principals;
use super::references::id_of;
use super::shape::Named;
use super::together::{all, at_most, beyond};
use crate::client::Client;
use crate::problem::{Problem, Trace};

/// Most applications that are read one by one; the others are gaps that name this limit.
pub const APPLICATIONS_MAX: usize = 2_000;

/// Applications by service principal, and what is missing because its id could not be found.
pub(super) type Found = (BTreeMap<PrincipalId, ApplicationRead>, Option<Gap>);

/// Reads `ids` and the watcher's own service principal, and names what of `principals` may be an
/// application as well.
pub(super) async fn read(
    reader: &Reader<'_>,
    mut ids: BTreeSet<PrincipalId>,
    principals: &Principals,
    organization: &Part<Organization>,
    watcher: &Part<Watcher>,
) -> Found {
    let own = own(reader, watcher).await;
    let missing = own.as_ref().err().cloned();
    ids.extend(own.ok().flatten());
    let mut applications = read_each(reader, ids, APPLICATIONS_MAX, organization).await;
    for (id, reason) in &principals.doubtful_applications {
        applications.entry(*id).or_insert_with(|| unknown(reader, *id, reason));
    }
    let missing = missing.map(|reason| Gap::new(PartKind::Application, None, reason));
    (applications, missing)
}

/// Reads `ids` as long as there is `room` below [`APPLICATIONS_MAX`]; the others are gaps that name
/// it.
pub(super) async fn read_each(
    reader: &Reader<'_>,
    ids: BTreeSet<PrincipalId>,
    room: usize,
    organization: &Part<Organization>,
) -> BTreeMap<PrincipalId, ApplicationRead> {
    let (followed, over) = beyond(ids, room, ("APPLICATIONS_MAX", APPLICATIONS_MAX));
    let read = all(followed.into_iter().map(|id| application(reader, id, organization))).await;
    let over = over.into_iter().map(|(id, reason)| unknown(reader, id, &reason));
    read.into_iter().chain(over).map(|one| (one.id, one)).collect()
}

/// The watcher's own service principal. A person's token names the person, so that the application
/// is looked up by its client id.
async fn own(
    reader: &Reader<'_>,
    watcher: &Part<Watcher>,
) -> Result<Option<PrincipalId>, GapReason> {
    let Ok(watcher) = watcher.value() else { return Ok(None) };
    if let (false, Some(id)) = (watcher.is_delegated, watcher.principal) {
        return Ok(Some(id));
    }
    let Some(app) = watcher.app else { return Ok(None) };
    let url = PRINCIPALS.url(reader.client, None, Some(&format!("appId eq '{app}'")));
    let found = async {
        let found: Vec<Named> = reader.client.list(url).await?;
        found.first().map(id_of).transpose()
    };
    found.await.map_err(|problem| reader.known.reason(&PRINCIPALS.part, &problem))
}

async fn application(
    reader: &Reader<'_>,
    id: PrincipalId,
    organization: &Part<Organization>,
) -> ApplicationRead {
    let subject = Some(id.0);
    let client = reader.client;
    let state = reader.part(APPLICATION.part, subject, state(client, id)).await;
    let principal = match state.value() {
        Ok(ApplicationState::Present(principal)) => principal,
        Ok(ApplicationState::Absent) => {
            let reason = GapReason::Failed { what: "the service principal does not exist".into() };
            return unread(reader, id, state, &reason);
        }
        Err(gap) => {
            let reason = gap.reason.clone();
            return unread(reader, id, state, &reason);
        }
    };
    let (owners, (registration, registration_owners, federated)) = tokio::join!(
        reader.part(APPLICATION_OWNERS.part, subject, owners(client, &APPLICATION_OWNERS, &id)),
        async {
            let registered = registration(client, principal, organization);
            let registration = reader.part(REGISTRATION.part, subject, registered).await;
            let (owners, federated) = tokio::join!(
                registration_owners(reader, id, &registration),
                federated(reader, id, &registration),
            );
            (registration, owners, federated)
        },
    );
    ApplicationRead { id, state, owners, registration, registration_owners, federated }
}

async fn state(client: &Client, id: PrincipalId) -> Result<ApplicationState, Problem> {
    match client.object::<ServicePrincipal>(APPLICATION.url(client, Some(&id), None)).await {
        Ok(principal) if principal.id == id => Ok(ApplicationState::Present(principal)),
        Ok(principal) => Err(another(&principal.id)),
        Err(problem) if problem.is_absence() => Ok(ApplicationState::Absent),
        Err(problem) => Err(problem),
    }
}

async fn owners(
    client: &Client,
    operation: &Operation,
    id: &(dyn std::fmt::Display + Sync),
) -> Result<Vec<Member>, Problem> {
    let owners = client.list(operation.url(client, Some(id), None)).await?;
    at_most(owners, OWNERS_MAX, "OWNERS_MAX")
}

/// The registration, where it is in this tenant. Only there its owners can change it.
async fn registration(
    client: &Client,
    principal: &ServicePrincipal,
    organization: &Part<Organization>,
) -> Result<Option<Registration>, Problem> {
    let tenant = organization.value().ok().map(|organization| organization.id);
    let is_here = principal.home.zip(tenant).map(|(home, tenant)| home == tenant);
    let is_managed = principal.kind == Some(ServicePrincipalKind::ManagedIdentity);
    if is_here == Some(false) || (is_here.is_none() && is_managed) {
        return Ok(None);
    }
    let filter = format!("appId eq '{}'", principal.app);
    let mut found = client.list(REGISTRATION.url(client, None, Some(&filter))).await?;
    let count = found.len();
    match (found.pop(), count) {
        (Some(found), 1) => Ok(Some(found)),
        // One whose home is not known may be registered elsewhere.
        (None, _) if is_here.is_none() => Ok(None),
        _ => Err(Problem::Malformed {
            path: "value".into(),
            what: format!("expected one registration, found {count}"),
            trace: Trace::default(),
        }),
    }
}

async fn registration_owners(
    reader: &Reader<'_>,
    id: PrincipalId,
    registration: &Part<Option<Registration>>,
) -> Part<Vec<Member>> {
    let kind = REGISTRATION_OWNERS.part;
    match registration.value() {
        Ok(Some(registration)) => {
            let owners = owners(reader.client, &REGISTRATION_OWNERS, &registration.id);
            reader.part(kind, Some(id.0), owners).await
        }
        Ok(None) => reader.found(&kind, Some(id.0), Vec::new()),
        Err(gap) => reader.gap(kind, Some(id.0), gap.reason.clone()),
    }
}

/// Whose tokens stand for the registration; elsewhere it cannot be seen.
async fn federated(
    reader: &Reader<'_>,
    id: PrincipalId,
    registration: &Part<Option<Registration>>,
) -> Part<Vec<FederatedCredential>> {
    let kind = FEDERATED_CREDENTIALS.part;
    match registration.value() {
        Ok(Some(registration)) => {
            let url = FEDERATED_CREDENTIALS.url(reader.client, Some(&registration.id), None);
            reader.part(kind, Some(id.0), reader.client.list(url)).await
        }
        Ok(None) => reader.found(&kind, Some(id.0), Vec::new()),
        Err(gap) => reader.gap(kind, Some(id.0), gap.reason.clone()),
    }
}

/// An application, or what may be one, of which nothing is known.
pub(super) fn unknown(reader: &Reader<'_>, id: PrincipalId, reason: &GapReason) -> ApplicationRead {
    let state = reader.gap(PartKind::Application, Some(id.0), reason.clone());
    unread(reader, id, state, reason)
}

/// An application of which nothing but its state is known.
fn unread(
    reader: &Reader<'_>,
    id: PrincipalId,
    state: Part<ApplicationState>,
    reason: &GapReason,
) -> ApplicationRead {
    ApplicationRead {
        id,
        state,
        owners: reader.gap(PartKind::ApplicationOwners, Some(id.0), reason.clone()),
        registration: reader.gap(PartKind::Registration, Some(id.0), reason.clone()),
        registration_owners: reader.gap(PartKind::RegistrationOwners, Some(id.0), reason.clone()),
        federated: reader.gap(PartKind::FederatedCredentials, Some(id.0), reason.clone()),
    }
}
