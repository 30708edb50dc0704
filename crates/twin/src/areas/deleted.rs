//! The recycle bin.

use crate::error::GraphError;
use crate::operation::{Answer, Call};

/// `GET /directory/deletedItems/microsoft.graph.user`.
pub(crate) fn users(call: &Call<'_>) -> Result<Answer, GraphError> {
    Ok(Answer::many(call.directory.deleted_users.values().cloned()))
}

/// `GET /directory/deletedItems/microsoft.graph.group`.
pub(crate) fn groups(call: &Call<'_>) -> Result<Answer, GraphError> {
    Ok(Answer::many(call.directory.deleted_groups.values().cloned()))
}
