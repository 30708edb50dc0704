//! The tenant itself: its domains, its settings, and its Conditional Access.

use std::collections::BTreeSet;

use halligan_core::id::PolicyId;
use halligan_core::tenant::{
    AuthenticationContext, AuthenticationType, AuthorizationPolicy, DirectorySync, Domain,
    Federation, MethodsPolicy, NamedLocation, Organization, Part, PartKind, Policy,
    SecurityDefaults, Strength,
};

use super::Reader;
use super::operation::{
    AUTHENTICATION_CONTEXTS, AUTHORIZATION_POLICY, DELETED_POLICIES, DIRECTORY_SYNC, DOMAINS,
    FEDERATIONS, METHODS_POLICY, NAMED_LOCATIONS, ORGANIZATION, Operation, POLICIES, POLICY_IDS_V1,
    SECURITY_DEFAULTS, STRENGTHS,
};
use super::shape::Named;
use super::together::all;
use crate::client::Client;
use crate::problem::{Problem, Trace};

/// Parts of the tenant that no other part waits for.
pub(super) struct Tenant {
    pub(super) domains: Part<Vec<Domain>>,
    pub(super) federations: Part<Vec<Federation>>,
    pub(super) directory_sync: Part<Option<DirectorySync>>,
    pub(super) security_defaults: Part<SecurityDefaults>,
    pub(super) authorization_policy: Part<AuthorizationPolicy>,
    pub(super) methods_policy: Part<MethodsPolicy>,
    pub(super) strengths: Part<Vec<Strength>>,
}

/// What the Conditional Access service answers, at one request per second.
pub(super) struct Access {
    pub(super) policies: Part<Vec<Policy>>,
    pub(super) policy_ids_v1: Part<BTreeSet<PolicyId>>,
    pub(super) deleted_policies: Part<Vec<Policy>>,
    pub(super) locations: Part<Vec<NamedLocation>>,
    pub(super) authentication_contexts: Part<Vec<AuthenticationContext>>,
}

/// The first contact with Graph: what shows here that nothing can be read is an error.
pub(super) async fn organization(reader: &Reader<'_>) -> Result<Part<Organization>, Problem> {
    let url = ORGANIZATION.url(reader.client, None, None);
    let found = reader.client.list(url).await;
    match found.and_then(|found| only_one(found, "organization")) {
        Ok(organization) => Ok(reader.found(&PartKind::Organization, None, organization)),
        Err(problem) if problem.is_fatal() => Err(problem),
        Err(problem) => {
            let reason = reader.known.reason(&PartKind::Organization, &problem);
            Ok(reader.gap(PartKind::Organization, None, reason))
        }
    }
}

pub(super) async fn read(reader: &Reader<'_>, organization: &Part<Organization>) -> Tenant {
    let client = reader.client;
    let object = |operation: &Operation| operation.url(client, None, None);
    let (
        (domains, federations),
        directory_sync,
        security_defaults,
        authorization_policy,
        methods_policy,
        strengths,
    ) = tokio::join!(
        async {
            let domains = reader.list(&DOMAINS, None).await;
            // Others may be federated by now.
            if !reader.earlier.has_given(&DOMAINS.part) {
                reader.earlier.forget(&FEDERATIONS.part);
            }
            let federations = federations(reader, &domains).await;
            (domains, federations)
        },
        reader.part(DIRECTORY_SYNC.part, None, directory_sync(client, organization)),
        reader.part(SECURITY_DEFAULTS.part, None, client.object(object(&SECURITY_DEFAULTS))),
        reader.part(AUTHORIZATION_POLICY.part, None, client.object(object(&AUTHORIZATION_POLICY))),
        reader.part(METHODS_POLICY.part, None, client.object(object(&METHODS_POLICY))),
        reader.list(&STRENGTHS, None),
    );
    Tenant {
        domains,
        federations,
        directory_sync,
        security_defaults,
        authorization_policy,
        methods_policy,
        strengths,
    }
}

/// The federation of every federated domain. Without the domains it is not known whom to ask.
async fn federations(reader: &Reader<'_>, domains: &Part<Vec<Domain>>) -> Part<Vec<Federation>> {
    let domains = match domains.value() {
        Ok(domains) => domains,
        Err(gap) => return reader.gap(FEDERATIONS.part, None, gap.reason.clone()),
    };
    let federated = domains.iter().filter(|one| one.authentication != AuthenticationType::Managed);
    let found = async {
        let answers = all(federated.map(|domain| async {
            let url = FEDERATIONS.url(reader.client, Some(&domain.name), None);
            let mut found: Vec<Federation> = reader.client.list(url).await?;
            found.iter_mut().for_each(|one| one.domain.clone_from(&domain.name));
            Ok(found)
        }));
        let lists: Vec<_> = answers.await.into_iter().collect::<Result<_, Problem>>()?;
        Ok(lists.into_iter().flatten().collect())
    };
    reader.part(FEDERATIONS.part, None, found).await
}

/// How synchronisation takes over, where it is on or was. A tenant that never had it has no such
/// settings; one that is not known may.
async fn directory_sync(
    client: &Client,
    organization: &Part<Organization>,
) -> Result<Option<DirectorySync>, Problem> {
    if let Ok(Organization { on_premises_sync_enabled: None, .. }) = organization.value() {
        return Ok(None);
    }
    let found = client.list(DIRECTORY_SYNC.url(client, None, None)).await?;
    only_one(found, "synchronisation").map(Some)
}

pub(super) async fn read_access(reader: &Reader<'_>) -> Access {
    let client = reader.client;
    let ids = async {
        let named: Vec<Named> = client.list(POLICY_IDS_V1.url(client, None, None)).await?;
        Ok(named.into_iter().map(|policy| PolicyId::from(policy.id)).collect())
    };
    let (policies, policy_ids_v1, deleted, locations, contexts) = tokio::join!(
        reader.list(&POLICIES, None),
        reader.part(POLICY_IDS_V1.part, None, ids),
        reader.list(&DELETED_POLICIES, None),
        reader.list(&NAMED_LOCATIONS, None),
        reader.list(&AUTHENTICATION_CONTEXTS, None),
    );
    Access {
        policies,
        policy_ids_v1,
        deleted_policies: deleted,
        locations,
        authentication_contexts: contexts,
    }
}

/// A tenant has one of it; another number is an answer that is not understood.
fn only_one<T>(found: Vec<T>, what: &str) -> Result<T, Problem> {
    let count = found.len();
    <[T; 1]>::try_from(found).map(|[one]| one).map_err(|_| Problem::Malformed {
        path: "value".into(),
        what: format!("expected one {what}, found {count}"),
        trace: Trace::default(),
    })
}
