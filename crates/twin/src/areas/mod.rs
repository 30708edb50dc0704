//! Handlers, one module for each area of Graph. They answer from the directory; query options are
//! applied to their answers in one place ([`crate::answer`]).

pub(crate) mod activity;
pub(crate) mod applications;
pub(crate) mod deleted;
pub(crate) mod evaluate;
pub(crate) mod governance;
pub(crate) mod groups;
pub(crate) mod licence;
pub(crate) mod logs;
pub(crate) mod organization;
pub(crate) mod partners;
pub(crate) mod policies;
pub(crate) mod roles;
pub(crate) mod settings;
pub(crate) mod users;

use halligan_core::id::Guid;
use serde_json::Value;

use crate::directory::{Kind, Object};
use crate::operation::{Call, Item};
use crate::permission::{self, suffice};

/// A directory object with its type, as relations list it. A kind that the caller may not read
/// comes back as type and id only.
///
/// Source: <https://learn.microsoft.com/graph/permissions-overview>, "Limited information returned
/// for inaccessible member objects".
fn member(call: &Call<'_>, kind: Kind, object: &Object) -> Item {
    let sufficient = match kind {
        Kind::User => permission::USERS,
        Kind::Group => permission::GROUP,
        Kind::ServicePrincipal => permission::SERVICE_PRINCIPAL,
        Kind::DirectoryRole => permission::DIRECTORY_ROLES,
        Kind::AdministrativeUnit => permission::ADMINISTRATIVE_UNITS,
    };
    let is_limited = !suffice(call.permissions, sufficient);
    let mut object = object.clone();
    // Relations never bring what users are asked for by its own name only.
    object.remove("signInActivity");
    if !suffice(call.permissions, permission::LEAVE_DATE) {
        object.remove("employeeLeaveDateTime");
    }
    if is_limited {
        object.retain(|name, _| name == "id" || name == "@odata.type");
    }
    // An agent says itself of which kind of user or service principal it is.
    object.entry("@odata.type").or_insert_with(|| kind.odata_type().into());
    Item { object, is_limited }
}

/// The principals among `ids` that exist, as relations list them.
fn members(call: &Call<'_>, ids: &[Guid]) -> Vec<Item> {
    ids.iter()
        .filter_map(|id| call.directory.principal(*id))
        .map(|(kind, object)| member(call, kind, object))
        .collect()
}

/// The administrative units that contain a principal, as relations list them.
fn units(call: &Call<'_>, principal: Guid) -> Vec<Item> {
    let units = call.directory.units_of(principal);
    units.map(|unit| member(call, Kind::AdministrativeUnit, unit)).collect()
}

/// Adds the relation that `$expand` asks for, when it is `relation`.
fn expand(call: &Call<'_>, object: &mut Object, relation: &str, value: impl FnOnce() -> Value) {
    if call.options.expand.iter().any(|asked| asked.eq_ignore_ascii_case(relation)) {
        object.insert(relation.into(), value());
    }
}
