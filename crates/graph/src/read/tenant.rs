//! The tenant itself, and its Conditional Access.

use std::collections::BTreeSet;

use halligan_core::id::PolicyId;
use halligan_core::tenant::{
    Domain, MethodsPolicy, NamedLocation, Organization, Part, PartKind, Policy, SecurityDefaults,
    Strength,
};

use super::operation::{
    DOMAINS, METHODS_POLICY, NAMED_LOCATIONS, ORGANIZATION, POLICIES, POLICY_IDS_V1,
    SECURITY_DEFAULTS, STRENGTHS,
};
use super::references::Named;
use super::{Reader, reason};
use crate::problem::{Problem, Trace};

/// Parts of the tenant that no other part waits for.
pub(super) struct Tenant {
    pub(super) domains: Part<Vec<Domain>>,
    pub(super) security_defaults: Part<SecurityDefaults>,
    pub(super) methods_policy: Part<MethodsPolicy>,
    pub(super) strengths: Part<Vec<Strength>>,
}

/// What the Conditional Access service answers, at one request per second.
pub(super) struct Access {
    pub(super) policies: Part<Vec<Policy>>,
    pub(super) policy_ids_v1: Part<BTreeSet<PolicyId>>,
    pub(super) locations: Part<Vec<NamedLocation>>,
}

/// The first contact with Graph: what shows here that nothing can be read is an error.
pub(super) async fn organization(reader: &Reader<'_>) -> Result<Part<Organization>, Problem> {
    let url = ORGANIZATION.url(reader.client, None, None);
    match reader.client.list(url).await.and_then(only_one) {
        Ok(organization) => Ok(reader.found(&PartKind::Organization, None, organization)),
        Err(problem) if problem.is_fatal() => Err(problem),
        Err(problem) => {
            let reason = reason(&PartKind::Organization, &problem);
            Ok(reader.gap(PartKind::Organization, None, reason))
        }
    }
}

pub(super) async fn read(reader: &Reader<'_>) -> Tenant {
    let client = reader.client;
    let (domains, security_defaults, methods_policy, strengths) = tokio::join!(
        reader.part(DOMAINS.part, None, client.list(DOMAINS.url(client, None, None))),
        reader.part(
            SECURITY_DEFAULTS.part,
            None,
            client.object(SECURITY_DEFAULTS.url(client, None, None)),
        ),
        reader.part(
            METHODS_POLICY.part,
            None,
            client.object(METHODS_POLICY.url(client, None, None)),
        ),
        reader.part(STRENGTHS.part, None, client.list(STRENGTHS.url(client, None, None))),
    );
    Tenant { domains, security_defaults, methods_policy, strengths }
}

pub(super) async fn read_access(reader: &Reader<'_>) -> Access {
    let client = reader.client;
    let policies = reader.part(POLICIES.part, None, client.list(POLICIES.url(client, None, None)));
    let ids = async {
        let named: Vec<Named> = client.list(POLICY_IDS_V1.url(client, None, None)).await?;
        Ok(named.into_iter().map(|policy| PolicyId::from(policy.id)).collect())
    };
    let ids = reader.part(POLICY_IDS_V1.part, None, ids);
    let locations = reader.part(
        NAMED_LOCATIONS.part,
        None,
        client.list(NAMED_LOCATIONS.url(client, None, None)),
    );
    let (policies, policy_ids_v1, locations) = tokio::join!(policies, ids, locations);
    Access { policies, policy_ids_v1, locations }
}

/// A tenant has one organization object; another number is an answer that is not understood.
fn only_one(found: Vec<Organization>) -> Result<Organization, Problem> {
    let count = found.len();
    match <[Organization; 1]>::try_from(found) {
        Ok([organization]) => Ok(organization),
        Err(_) => Err(Problem::Malformed {
            path: "value".into(),
            what: format!("expected one organization, found {count}"),
            trace: Trace::default(),
        }),
    }
}
