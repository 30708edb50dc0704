//! `[known]`: who else may hold powers over the tenant, by object id.

use std::fmt::Display;
use std::str::FromStr;

use halligan_core::register::Known;

use super::walk::Table;

pub(super) const KEYS: &[&str] = &["administrators", "applications", "partners"];

/// Whom the register names; nobody where the table is not there.
pub(super) fn read(root: &Table<'_, '_>) -> Known {
    let Some(table) = root.table("known", "[known]", KEYS) else {
        return Known::default();
    };
    Known {
        administrators: ids(&table, "administrators"),
        applications: ids(&table, "applications"),
        partners: ids(&table, "partners"),
    }
}

fn ids<T: FromStr<Err: Display>>(table: &Table<'_, '_>, key: &'static str) -> Vec<T> {
    let values = table.list(key, "a list of strings");
    values.into_iter().filter_map(|value| table.parsed_of(key, value)).collect()
}
