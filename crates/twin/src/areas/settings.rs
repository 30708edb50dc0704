//! Settings of the tenant: synchronisation, federation, authorization, contexts, protected actions,
//! cross-tenant access, administrative units.

use crate::directory::text_of;
use crate::error::GraphError;
use crate::operation::{Answer, Call};

/// `GET /directory/onPremisesSynchronization`: a collection with nothing in it where no directory
/// is synchronised.
pub(crate) fn directory_sync(call: &Call<'_>) -> Result<Answer, GraphError> {
    Ok(Answer::many(call.directory.settings.directory_sync.clone()))
}

/// `GET /domains/{id}/federationConfiguration`.
pub(crate) fn federations(call: &Call<'_>) -> Result<Answer, GraphError> {
    let name = call.id().to_lowercase();
    let mut domains = call.directory.domains.iter();
    if !domains.any(|domain| text_of(domain, "id").eq_ignore_ascii_case(&name)) {
        return Err(GraphError::not_found(call.id()));
    }
    let configurations = call.directory.settings.federations.get(&name);
    Ok(Answer::many(configurations.cloned().unwrap_or_default()))
}

/// `GET /policies/authorizationPolicy`.
pub(crate) fn authorization_policy(call: &Call<'_>) -> Result<Answer, GraphError> {
    Ok(Answer::one(call.directory.settings.authorization_policy.clone()))
}

/// `GET /identity/conditionalAccess/authenticationContextClassReferences`.
pub(crate) fn authentication_contexts(call: &Call<'_>) -> Result<Answer, GraphError> {
    Ok(Answer::many(call.directory.settings.authentication_contexts.clone()))
}

/// `GET /roleManagement/directory/resourceNamespaces/{id}/resourceActions`.
pub(crate) fn resource_actions(call: &Call<'_>) -> Result<Answer, GraphError> {
    if !call.id().eq_ignore_ascii_case("microsoft.directory") {
        return Err(GraphError::not_found(call.id()));
    }
    Ok(Answer::many(call.directory.settings.resource_actions.clone()))
}

/// `GET /policies/crossTenantAccessPolicy/default`.
pub(crate) fn cross_tenant_default(call: &Call<'_>) -> Result<Answer, GraphError> {
    Ok(Answer::one(call.directory.settings.cross_tenant_default.clone()))
}

/// `GET /policies/crossTenantAccessPolicy/partners`.
pub(crate) fn partners(call: &Call<'_>) -> Result<Answer, GraphError> {
    Ok(Answer::many(call.directory.settings.partners.clone()))
}

/// `GET /directory/administrativeUnits`.
pub(crate) fn administrative_units(call: &Call<'_>) -> Result<Answer, GraphError> {
    let units = call.directory.administrative_units.values();
    Ok(Answer::many(units.map(|unit| unit.object.clone())))
}
