//! `[tenant]`: which tenant, where it is reached, and who else vouches for that place.

use std::path::{Path, PathBuf};

use halligan_core::id::TenantId;
use halligan_graph::{AZURE_RESOURCE_MANAGER, CLOUDS, Endpoints};

use super::walk::{Table, nearest};

const KEYS: &[&str] = &["id", "cloud", "graph", "login", "azure", "activity", "trust"];

/// The names of the clouds, the global one first.
pub(super) const CLOUD_NAMES: &[&str] = &{
    let [global, us_gov, us_gov_dod, china] = CLOUDS;
    [global.name, us_gov.name, us_gov_dod.name, china.name]
};

/// What `[tenant]` says.
pub(super) struct Tenant {
    pub(super) id: Option<TenantId>,
    /// `None` when they are wrong.
    pub(super) endpoints: Option<Endpoints>,
    /// A PEM file of authorities to trust beside those of the system.
    pub(super) trust: Option<PathBuf>,
}

/// The declared tenant; a relative path resolves against `folder`.
pub(super) fn read(root: &Table<'_, '_>, folder: &Path) -> Tenant {
    let Some(table) = root.table("tenant", "[tenant]", KEYS) else {
        return Tenant { id: None, endpoints: Some(Endpoints::global()), trust: None };
    };
    let endpoints = endpoints(&table).and_then(|endpoints| match table.has("activity") {
        true => endpoints.with_activity(address(&table, "activity")?).ok(),
        false => Some(endpoints),
    });
    Tenant { id: table.parsed("id"), endpoints, trust: trust(&table, folder) }
}

fn trust(table: &Table<'_, '_>, folder: &Path) -> Option<PathBuf> {
    let path = table.text("trust")?;
    if path.is_empty() {
        let hint = "name a PEM file, for example `trust = \"ca.pem\"`".to_owned();
        table.fault("trust", "names no file", Some(hint));
        return None;
    }
    Some(folder.join(path))
}

fn endpoints(table: &Table<'_, '_>) -> Option<Endpoints> {
    let own = ["graph", "login"].map(|key| (key, table.has(key)));
    if own.iter().all(|(_, there)| !there) {
        if table.has("azure") {
            let hint = "a cloud brings its own; leave `azure` out".to_owned();
            table.fault("azure", "is given without `graph` and `login`", Some(hint));
        }
        return cloud(table);
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

fn cloud(table: &Table<'_, '_>) -> Option<Endpoints> {
    if !table.has("cloud") {
        return Some(Endpoints::global());
    }
    let cloud = table.text("cloud")?;
    let known = Endpoints::named(cloud);
    if known.is_none() {
        let names = CLOUDS.map(|cloud| cloud.name);
        let listed = names.join("`, `");
        let hint = nearest(cloud, &names).map_or_else(
            || format!("known are `{listed}`; for another cloud give `graph` and `login`"),
            |nearest| format!("did you mean `{nearest}`? Known are `{listed}`"),
        );
        table.fault("cloud", format!("there is no cloud `{cloud}`"), Some(hint));
    }
    known
}
