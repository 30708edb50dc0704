//! `[environment]`: on what, from where and for what the accounts are used on the worst day.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::net::IpAddr;
use std::str::FromStr;

use halligan_core::ca::{Country, NotACountry};
use halligan_core::register::{Environment, Place, Platform, Target, Workstation, WorkstationKind};
use toml::Spanned;
use toml::de::DeValue;

use super::error::Fault;
use super::walk::{Table, nearest};

/// The most workstations that a register declares.
pub const WORKSTATIONS_MAX: usize = 50;
/// The most places that a register declares.
pub const PLACES_MAX: usize = 50;
/// The most addresses and ranges of one place: as many as a named location may have.
pub const ADDRESSES_MAX: usize = 2000;

/// The longest name of a workstation or place, in characters.
const NAME_CHARACTERS_MAX: usize = 60;

const KEYS: &[&str] = &[TARGETS, DEVICE_CODE, WORKSTATION, PLACE];
const WORKSTATION_KEYS: &[&str] = &[NAME, KIND, PLATFORMS, ATTRIBUTES];
const PLACE_KEYS: &[&str] = &[NAME, ADDRESSES, COUNTRIES, COMPLIANT_NETWORK];
const TARGETS: &str = "targets";
const DEVICE_CODE: &str = "device_code";
const WORKSTATION: &str = "workstation";
const PLACE: &str = "place";
const NAME: &str = "name";
const KIND: &str = "kind";
const PLATFORMS: &str = "platforms";
const ATTRIBUTES: &str = "attributes";
const ADDRESSES: &str = "addresses";
const COUNTRIES: &str = "countries";
const COMPLIANT_NETWORK: &str = "compliant_network";
/// What the kind of a workstation says already where it is hybrid joined.
const TRUST_TYPE: &str = "trustType";

/// The environment, each part at its default where it is not declared.
pub(super) fn read(root: &Table<'_, '_>) -> Environment {
    let mut environment = Environment::default();
    let Some(table) = root.table("environment", "[environment]", KEYS) else {
        return environment;
    };
    if table.has(TARGETS) {
        environment.targets = targets(&table);
    }
    environment.device_code = table.truth(DEVICE_CODE).unwrap_or(environment.device_code);
    if table.has(WORKSTATION) {
        let parts = parts(&table, WORKSTATION, WORKSTATION_KEYS, "WORKSTATIONS_MAX");
        environment.workstations = parts.iter().filter_map(workstation).collect();
    }
    if table.has(PLACE) {
        let parts = parts(&table, PLACE, PLACE_KEYS, "PLACES_MAX");
        environment.places = parts.iter().filter_map(place).collect();
    }
    environment
}

fn targets(table: &Table<'_, '_>) -> Vec<Target> {
    let targets = words(table, TARGETS, Target::NAMES);
    if is_empty_list(table, TARGETS) {
        let hint = format!("leave it out, or name some of `{}`", Target::NAMES.join("`, `"));
        table.fault(TARGETS, "names no target", Some(hint));
    }
    targets
}

/// The tables of workstations or places; what is wrong with their number and names is noted.
fn parts<'w, 't>(
    table: &Table<'w, 't>,
    key: &'static str,
    keys: &'static [&'static str],
    limit: &'static str,
) -> Vec<Table<'w, 't>> {
    let value = if key == PLACE { PLACES_MAX } else { WORKSTATIONS_MAX };
    let parts = table.tables(key, &format!("[[environment.{key}]]"), keys);
    if let Some(beyond) = parts.get(value) {
        beyond.note("", Fault::Limit { limit, value });
    }
    if is_empty_list(table, key) {
        let hint = "leave it out for the default, or declare one".to_owned();
        table.fault(key, "declares none", Some(hint));
    }
    let mut names = BTreeSet::new();
    for part in &parts {
        let name = part.value(NAME).and_then(|value| value.get_ref().as_str());
        if name.is_some_and(|name| !names.insert(name)) {
            let hint = format!("give each {key} a name of its own");
            part.fault(NAME, format!("is taken by another {key}"), Some(hint));
        }
    }
    parts
}

pub(super) fn is_empty_list(table: &Table<'_, '_>, key: &str) -> bool {
    let list = table.value(key).and_then(|value| value.get_ref().as_array());
    list.is_some_and(|items| items.is_empty())
}

fn workstation(table: &Table<'_, '_>) -> Option<Workstation> {
    let name = name(table, "name = \"spare notebook\"");
    if !table.has(KIND) {
        table.missing(KIND, "kind = \"unmanaged\"");
    }
    let kind = table.value(KIND).and_then(|value| word(table, KIND, value, WorkstationKind::NAMES));
    let platforms = words::<Platform>(table, PLATFORMS, Platform::NAMES);
    let attributes = attributes(table, kind);
    Some(Workstation { name: name?, kind: kind?, platforms, attributes })
}

/// What rules of device filters see of a workstation, as far as its kind leaves it open.
fn attributes(table: &Table<'_, '_>, kind: Option<WorkstationKind>) -> BTreeMap<String, String> {
    let mut read = BTreeMap::new();
    let valid = Workstation::ATTRIBUTES;
    let Some(inner) = table.table(ATTRIBUTES, "`attributes`", valid) else {
        return read;
    };
    let there: Vec<&'static str> = valid.iter().copied().filter(|key| inner.has(key)).collect();
    if kind == Some(WorkstationKind::Unmanaged) && !there.is_empty() {
        let hint = "leave them out, or choose another `kind`".to_owned();
        let what = "says something of a device that Entra ID does not know";
        table.fault(ATTRIBUTES, what, Some(hint));
    }
    let is_hybrid = matches!(
        kind,
        Some(WorkstationKind::HybridJoined | WorkstationKind::CompliantAndHybridJoined)
    );
    if is_hybrid && inner.has(TRUST_TYPE) {
        let hint = "leave it out; a hybrid joined device has `ServerAD`".to_owned();
        inner.fault(TRUST_TYPE, "is what `kind` says", Some(hint));
    }
    for key in there {
        let value = inner.required_text(key, "extensionAttribute1 = \"emergency\"");
        read.extend(value.map(|value| (key.to_owned(), value.to_owned())));
    }
    read
}

/// A country by a code that is assigned.
struct Written(Country);

impl FromStr for Written {
    type Err = NotACountry;

    fn from_str(text: &str) -> Result<Self, NotACountry> {
        Country::written(text).map(Self)
    }
}

fn place(table: &Table<'_, '_>) -> Option<Place> {
    let name = name(table, "name = \"head office\"");
    let addresses = addresses(table);
    let mut countries = Vec::new();
    for item in table.list(COUNTRIES, "a list of strings") {
        if let Some(Written(country)) = table.parsed_of::<Written>(COUNTRIES, item) {
            once(table, COUNTRIES, item, &mut countries, country.to_string());
        }
    }
    let compliant_network = table.truth(COMPLIANT_NETWORK).unwrap_or_default();
    Some(Place { name: name?, addresses, countries, compliant_network })
}

fn addresses(table: &Table<'_, '_>) -> Vec<String> {
    let mut addresses = Vec::new();
    let items = table.list(ADDRESSES, "a list of strings");
    if let Some(beyond) = items.get(ADDRESSES_MAX) {
        let what = format!("more than ADDRESSES_MAX ({ADDRESSES_MAX})");
        table.fault_at(beyond.span().start, ADDRESSES, what, None);
    }
    for item in items.iter().take(ADDRESSES_MAX) {
        let Some(text) = table.text_of(ADDRESSES, item) else { continue };
        match check_address(text) {
            Ok(()) => once(table, ADDRESSES, item, &mut addresses, text.to_owned()),
            Err(what) => {
                let hint = "for example `198.51.100.0/24` or `2001:db8::1`".to_owned();
                table.fault_at(item.span().start, ADDRESSES, what, Some(hint));
            }
        }
    }
    addresses
}

/// What is wrong with an address or a range in CIDR notation. Bits behind the prefix mean nothing,
/// and may be set.
fn check_address(text: &str) -> Result<(), String> {
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (text, None),
    };
    let Ok(address) = address.parse::<IpAddr>() else {
        return Err(format!("`{text}` is no address and no range of addresses (CIDR)"));
    };
    let bits: u8 = if address.is_ipv4() { 32 } else { 128 };
    // Without the check, `/+8` would be read too.
    let is_number = |prefix: &str| prefix.bytes().all(|byte| byte.is_ascii_digit());
    let fits = |prefix: &str| prefix.parse().is_ok_and(|length: u8| length <= bits);
    match prefix.is_none_or(|prefix| is_number(prefix) && fits(prefix)) {
        true => Ok(()),
        false => Err(format!("`{text}` has no prefix from 0 to {bits}")),
    }
}

/// The name of a workstation, place or person. It stands in reports, beside others of its kind.
pub(super) fn name(table: &Table<'_, '_>, example: &'static str) -> Option<String> {
    let name = table.required_text(NAME, example)?;
    let plain = |c: char| c.is_alphanumeric() || " -_.,'()/&".contains(c);
    let what = if name.chars().count() > NAME_CHARACTERS_MAX {
        format!("must have 1 to {NAME_CHARACTERS_MAX} characters")
    } else if !name.chars().all(plain) || name.trim() != name {
        "must be made of letters, digits, spaces within and `-_.,'()/&`".to_owned()
    } else {
        return Some(name.to_owned());
    };
    table.fault(NAME, what, Some(format!("for example `{example}`")));
    None
}

/// The words of the list under `key`.
fn words<T: FromStr<Err: Display> + PartialEq>(
    table: &Table<'_, '_>,
    key: &'static str,
    names: &[&'static str],
) -> Vec<T> {
    let mut read = Vec::new();
    for item in table.list(key, "a list of strings") {
        if let Some(one) = word(table, key, item, names) {
            once(table, key, item, &mut read, one);
        }
    }
    read
}

/// One of the words `names`.
pub(super) fn word<'w, 't, T: FromStr<Err: Display>>(
    table: &Table<'w, 't>,
    key: &'static str,
    item: &'w Spanned<DeValue<'t>>,
    names: &[&'static str],
) -> Option<T> {
    let text = table.text_of(key, item)?;
    text.parse()
        .map_err(|why: T::Err| {
            let hint = nearest(text, names).map_or_else(
                || format!("valid: `{}`", names.join("`, `")),
                |nearest| format!("did you mean `{nearest}`?"),
            );
            table.fault_at(item.span().start, key, why.to_string(), Some(hint));
        })
        .ok()
}

/// Adds what `item` says, which the list may say once.
pub(super) fn once<T: PartialEq>(
    table: &Table<'_, '_>,
    key: &'static str,
    item: &Spanned<DeValue<'_>>,
    read: &mut Vec<T>,
    one: T,
) {
    if read.contains(&one) {
        table.fault_at(item.span().start, key, "says the same twice", None);
        return;
    }
    read.push(one);
}

#[cfg(test)]
mod tests;
