//! `[push]`: what those show who push records.

use std::path::Path;

use super::sign_in::{SecretReference, reference};
use super::walk::Table;

/// Where the token is; `None` when there is none or something is wrong.
pub(super) fn read(root: &Table<'_, '_>, folder: &Path) -> Option<SecretReference> {
    let table = root.table("push", "[push]", &["token"])?;
    if !table.has("token") {
        table.missing("token", "token = { file = \"/run/secrets/push-token\" }");
        return None;
    }
    reference(&table, "token", folder)
}
