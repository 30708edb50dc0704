//! Delegated administration of customers (GDAP), which only the partner's tenant can list.
//!
//! Source: <https://learn.microsoft.com/graph/api/resources/delegatedadminrelationships-api-overview>.

use crate::directory::{DelegatedAdminRelationship, text_of};
use crate::error::GraphError;
use crate::operation::{Answer, Call};

/// `GET /tenantRelationships/delegatedAdminCustomers`.
pub(crate) fn customers(call: &Call<'_>) -> Result<Answer, GraphError> {
    Ok(Answer::many(call.directory.delegated_admin.customers.iter().cloned()))
}

/// `GET /tenantRelationships/delegatedAdminRelationships`.
pub(crate) fn relationships(call: &Call<'_>) -> Result<Answer, GraphError> {
    let relationships = call.directory.delegated_admin.relationships.iter();
    Ok(Answer::many(relationships.map(|relationship| relationship.object.clone())))
}

/// `GET /tenantRelationships/delegatedAdminRelationships/{id}`.
pub(crate) fn relationship(call: &Call<'_>) -> Result<Answer, GraphError> {
    Ok(Answer::one(find(call)?.object.clone()))
}

/// `GET /tenantRelationships/delegatedAdminRelationships/{id}/accessAssignments`.
pub(crate) fn access_assignments(call: &Call<'_>) -> Result<Answer, GraphError> {
    Ok(Answer::many(find(call)?.access_assignments.iter().cloned()))
}

fn find<'a>(call: &Call<'a>) -> Result<&'a DelegatedAdminRelationship, GraphError> {
    let mut relationships = call.directory.delegated_admin.relationships.iter();
    relationships
        .find(|relationship| text_of(&relationship.object, "id").eq_ignore_ascii_case(call.id()))
        .ok_or_else(|| GraphError::not_found(call.id()))
}
