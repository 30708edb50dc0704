//! `[tenant]`: which tenant, and where it is reached.

use halligan_core::id::TenantId;
use halligan_graph::{AZURE_RESOURCE_MANAGER, Endpoints};

use super::walk::{Table, nearest};

const KEYS: &[&str] = &["id", "cloud", "graph", "login", "azure"];

/// The clouds that this version knows.
const CLOUDS: &[&str] = &["global"];

/// The tenant's id, and its endpoints unless they are wrong.
pub(super) fn read(root: &Table<'_, '_>) -> (Option<TenantId>, Option<Endpoints>) {
    let Some(table) = root.table("tenant", "[tenant]", KEYS) else {
        return (None, Some(Endpoints::global()));
    };
    (table.parsed("id"), endpoints(&table))
}

fn endpoints(table: &Table<'_, '_>) -> Option<Endpoints> {
    let own = ["graph", "login"].map(|key| (key, table.has(key)));
    if own.iter().all(|(_, there)| !there) {
        cloud(table)?;
        if table.has("azure") {
            let hint = "a cloud brings its own; leave `azure` out".to_owned();
            table.fault("azure", "is given without `graph` and `login`", Some(hint));
        }
        return Some(Endpoints::global());
    }
    if table.has("cloud") {
        let hint = "leave out either `cloud` or `graph` and `login`".to_owned();
        table.fault("cloud", "is given beside endpoints of their own", Some(hint));
    }
    for (key, there) in own {
        if !there {
            table.missing(
                key,
                "login = \"https://login.example\", graph = \"https://graph.example\"",
            );
        }
    }
    let graph = address(table, "graph");
    let login = address(table, "login");
    let azure = if table.has("azure") { Some(address(table, "azure")?) } else { None };
    let endpoints = Endpoints::custom(login?, graph?).ok()?;
    match azure {
        Some(azure) => endpoints.with_arm(azure, AZURE_RESOURCE_MANAGER).ok(),
        None => Some(endpoints),
    }
}

/// The address under `key`; what is wrong with it is noted where it stands.
fn address<'w>(table: &Table<'w, '_>, key: &'static str) -> Option<&'w str> {
    let text = table.text(key)?;
    match Endpoints::custom(text, text) {
        Ok(_) => Some(text),
        Err(why) => {
            table.fault(key, why.to_string(), None);
            None
        }
    }
}

fn cloud(table: &Table<'_, '_>) -> Option<()> {
    if !table.has("cloud") {
        return Some(());
    }
    let cloud = table.text("cloud")?;
    if CLOUDS.contains(&cloud) {
        return Some(());
    }
    let hint = nearest(cloud, CLOUDS).map_or_else(
        || "this version knows `global`; for another cloud give `graph` and `login`".to_owned(),
        |nearest| format!("did you mean `{nearest}`?"),
    );
    table.fault("cloud", format!("there is no cloud `{cloud}`"), Some(hint));
    None
}
