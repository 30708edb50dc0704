//! Named locations.

use halligan_core::id::NamedLocationId;
use halligan_core::tenant::{CountryLookup, LocationKind, NamedLocation};
use serde_json::{Map, Value};

use crate::body::Body;
use crate::members::missing;
use crate::{Entity, Members, ReadError};

const IP: &str = "#microsoft.graph.ipNamedLocation";
const COUNTRY: &str = "#microsoft.graph.countryNamedLocation";
const COMPLIANT_NETWORK: &str = "#microsoft.graph.compliantNetworkNamedLocation";

impl Entity for NamedLocation {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        read(members, None)
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.print("id", &self.id);
        body.set("displayName", self.display_name.as_str());
        match &self.kind {
            LocationKind::Ip { is_trusted, ranges } => {
                body.set("@odata.type", IP);
                body.set("isTrusted", *is_trusted);
                body.objects("ipRanges", ranges, |range| write_range(range));
            }
            LocationKind::Country { countries, include_unknown, lookup } => {
                body.set("@odata.type", COUNTRY);
                body.list("countriesAndRegions", countries);
                body.set("includeUnknownCountriesAndRegions", *include_unknown);
                body.print_nullable("countryLookupMethod", lookup.as_ref());
            }
            LocationKind::CompliantNetwork => body.set("@odata.type", COMPLIANT_NETWORK),
            LocationKind::Other(name) => body.set("@odata.type", name.as_str()),
        }
        body.done()
    }
}

/// Reads a named location; `id` stands in where an exported one carries none.
pub(crate) fn read(
    members: &mut Members<'_>,
    id: Option<&str>,
) -> Result<NamedLocation, ReadError> {
    let written = members.text("id")?;
    let id = written.as_deref().or(id).ok_or_else(|| missing("id"))?;
    Ok(NamedLocation {
        id: NamedLocationId::from(id),
        display_name: members.required_text("displayName")?,
        kind: kind(members)?,
        unknown: members.rest(),
    })
}

fn kind(members: &mut Members<'_>) -> Result<LocationKind, ReadError> {
    let named = type_name(members)?;
    let is = |name: &str| named.eq_ignore_ascii_case(name);
    Ok(if is(IP) {
        LocationKind::Ip {
            is_trusted: members.bool("isTrusted")?.unwrap_or(false),
            ranges: members.objects("ipRanges", range)?,
        }
    } else if is(COUNTRY) {
        LocationKind::Country {
            countries: members.texts("countriesAndRegions")?,
            include_unknown: members.bool("includeUnknownCountriesAndRegions")?.unwrap_or(false),
            lookup: members.open("countryLookupMethod", CountryLookup::from_graph)?,
        }
    } else if is(COMPLIANT_NETWORK) {
        LocationKind::CompliantNetwork
    } else {
        LocationKind::Other(named)
    })
}

/// The type by annotation, by the `locationType` of some templates, or by its telling member.
fn type_name(members: &mut Members<'_>) -> Result<String, ReadError> {
    if let Some(name) = members.odata_type()? {
        return Ok(name);
    }
    if let Some(name) = members.text("locationType")? {
        return Ok(format!("#microsoft.graph.{name}"));
    }
    if members.has("ipRanges") {
        Ok(IP.into())
    } else if members.has("countriesAndRegions") {
        Ok(COUNTRY.into())
    } else {
        Err(missing("@odata.type"))
    }
}

/// A range in CIDR notation; Graph's other form, two addresses, becomes `lower-upper`.
fn range(members: &mut Members<'_>) -> Result<String, ReadError> {
    if let Some(range) = members.text("cidrAddress")? {
        return Ok(range);
    }
    match (members.text("lowerAddress")?, members.text("upperAddress")?) {
        (Some(lower), Some(upper)) => Ok(format!("{lower}-{upper}")),
        _ => Err(missing("cidrAddress")),
    }
}

fn write_range(range: &str) -> Map<String, Value> {
    let version = if range.contains(':') { "iPv6" } else { "iPv4" };
    let mut body = Body::default();
    match range.split_once('-') {
        Some((lower, upper)) => {
            body.set("@odata.type", format!("#microsoft.graph.{version}Range"));
            body.set("lowerAddress", lower);
            body.set("upperAddress", upper);
        }
        None => {
            body.set("@odata.type", format!("#microsoft.graph.{version}CidrRange"));
            body.set("cidrAddress", range);
        }
    }
    body.done()
}
