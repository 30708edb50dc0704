//! What other tenants may do here, what changes access by itself, and where logs go.

use halligan_core::tenant::{
    AccessReview, DelegatedAdmin, DelegatedGroup, DiagnosticSetting, GapReason, LifecycleWorkflow,
    Part, PartKind, Partner, RecoveryJob, RecoveryProfile, RelationshipStatus,
};
use reqwest::Url;

use super::Reader;
use super::operation::{
    ACCESS_REVIEWS, DELEGATED_ADMINS, DELEGATED_GROUPS, LIFECYCLE_WORKFLOWS, PARTNER_DEFAULTS,
    PARTNERS, RECOVERY_JOBS, RECOVERY_PROFILES,
};
use super::together::{all, at_most};
use crate::client::Client;
use crate::problem::Problem;
use crate::request::Request;

/// Most relationships of a partner whose security groups are asked for.
const RELATIONSHIPS_MAX: usize = 10_000;

/// Diagnostic settings of the directory, a list of Azure Resource Manager with one page.
const DIAGNOSTIC_SETTINGS: &str = "/providers/microsoft.aadiam/diagnosticSettings";
const DIAGNOSTIC_SETTINGS_VERSION: &str = "api-version=2017-04-01";

/// Parts that no other part waits for.
pub(super) struct Governance {
    pub(super) partners: Part<Vec<Partner>>,
    pub(super) delegated_admins: Part<Vec<DelegatedAdmin>>,
    pub(super) access_reviews: Part<Vec<AccessReview>>,
    pub(super) lifecycle_workflows: Part<Vec<LifecycleWorkflow>>,
    pub(super) recovery_jobs: Part<Vec<RecoveryJob>>,
    pub(super) recovery_profiles: Part<Vec<RecoveryProfile>>,
    pub(super) diagnostic_settings: Part<Vec<DiagnosticSetting>>,
}

pub(super) async fn read(reader: &Reader<'_>) -> Governance {
    let client = reader.client;
    let (
        partners,
        delegated_admins,
        access_reviews,
        lifecycle_workflows,
        recovery_jobs,
        recovery_profiles,
        diagnostic_settings,
    ) = tokio::join!(
        reader.part(PARTNERS.part, None, partners(client)),
        reader.part(DELEGATED_ADMINS.part, None, delegated_admins(client)),
        reader.list(&ACCESS_REVIEWS, None),
        reader.list(&LIFECYCLE_WORKFLOWS, None),
        reader.list(&RECOVERY_JOBS, None),
        reader.list(&RECOVERY_PROFILES, None),
        diagnostic_settings(reader),
    );
    Governance {
        partners,
        delegated_admins,
        access_reviews,
        lifecycle_workflows,
        recovery_jobs,
        recovery_profiles,
        diagnostic_settings,
    }
}

/// The defaults, then what differs from them.
async fn partners(client: &Client) -> Result<Vec<Partner>, Problem> {
    let (defaults, partners) = tokio::join!(
        client.object::<Partner>(PARTNER_DEFAULTS.url(client, None, None)),
        client.list::<Partner>(PARTNERS.url(client, None, None)),
    );
    // Only the defaults are for no tenant in particular.
    let defaults = Partner { tenant: None, ..defaults? };
    Ok([defaults].into_iter().chain(partners?).collect())
}

/// Relationships that this tenant holds as a partner. Graph lists none in a tenant that is no
/// partner; a refusal says nothing about that, and stays a gap.
async fn delegated_admins(client: &Client) -> Result<Vec<DelegatedAdmin>, Problem> {
    let found = client.list(DELEGATED_ADMINS.url(client, None, None)).await?;
    let mut found: Vec<DelegatedAdmin> = at_most(found, RELATIONSHIPS_MAX, "RELATIONSHIPS_MAX")?;
    let counting = found.iter_mut().filter(|one| counts(&one.status));
    let groups = all(counting.map(|one| async {
        let url = DELEGATED_GROUPS.url(client, Some(&one.id), None);
        let groups: Vec<DelegatedGroup> = client.list(url).await?;
        one.groups = Some(groups);
        Ok(())
    }));
    groups.await.into_iter().collect::<Result<(), Problem>>()?;
    Ok(found)
}

/// Whether somebody can act through a relationship of this status; a new one is taken to count.
fn counts(status: &RelationshipStatus) -> bool {
    !matches!(
        status,
        RelationshipStatus::ApprovalPending
            | RelationshipStatus::Created
            | RelationshipStatus::Expired
            | RelationshipStatus::Terminated
    )
}

/// Which logs go where. Azure Resource Manager wants a token of its own and an Azure role.
///
/// Source: `microsoft.aadiam/diagnosticSettings`, 2017-04-01; the role is assigned at the scope
/// `/providers/microsoft.aadiam`.
async fn diagnostic_settings(reader: &Reader<'_>) -> Part<Vec<DiagnosticSetting>> {
    let kind = PartKind::DiagnosticSettings;
    match reader.client.arm() {
        Some(arm) => {
            reader.part(kind, None, reader.client.list(Request::of(settings_url(arm)))).await
        }
        None => reader.gap(kind, None, why_unasked(reader.client)),
    }
}

/// Why Azure Resource Manager is not asked.
fn why_unasked(client: &Client) -> GapReason {
    if !client.is_person() {
        return GapReason::NotInSource;
    }
    let what = "a person's sign-in covers Microsoft Graph and not Azure; an application's covers \
                both";
    GapReason::Failed { what: what.into() }
}

fn settings_url(arm: &Url) -> Url {
    let mut url = arm.clone();
    url.set_path(DIAGNOSTIC_SETTINGS);
    url.set_query(Some(DIAGNOSTIC_SETTINGS_VERSION));
    url
}
