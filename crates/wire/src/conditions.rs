//! `conditionalAccessConditionSet`: when a policy applies.

use halligan_core::tenant::{
    AppRef, Applications, ClientAppType, ClientApplications, Conditions, DeviceFilter, Devices,
    ExternalTenants, FilterMode, GroupRef, GuestKind, Guests, InsiderRisk, LocationRef, Locations,
    Platform, Platforms, RiskLevel, RoleRef, TransferMethod, UserRef, Users,
};

use crate::body::Body;
use crate::members::missing;
use crate::{Members, ReadError};

const ALL_TENANTS: &str = "#microsoft.graph.conditionalAccessAllExternalTenants";
const ENUMERATED_TENANTS: &str = "#microsoft.graph.conditionalAccessEnumeratedExternalTenants";

pub(crate) fn read(members: &mut Members<'_>) -> Result<Conditions, ReadError> {
    let transfer_methods = members.opened("authenticationFlows", |flows| {
        flows.flags("transferMethods", TransferMethod::from_graph)
    })?;
    Ok(Conditions {
        users: members.object("users", users)?,
        client_applications: members.object("clientApplications", client_applications)?,
        applications: members.object("applications", applications)?.unwrap_or_default(),
        client_app_types: members.texts_as("clientAppTypes", ClientAppType::from_graph)?,
        platforms: members.object("platforms", platforms)?,
        locations: members.object("locations", locations)?,
        devices: members.object("devices", devices)?,
        sign_in_risk: members.texts_as("signInRiskLevels", RiskLevel::from_graph)?,
        user_risk: members.texts_as("userRiskLevels", RiskLevel::from_graph)?,
        service_principal_risk: members
            .texts_as("servicePrincipalRiskLevels", RiskLevel::from_graph)?,
        insider_risk: members.flags("insiderRiskLevels", InsiderRisk::from_graph)?,
        agent_id_risk: members.flags("agentIdRiskLevels", RiskLevel::from_graph)?,
        transfer_methods: transfer_methods.unwrap_or_default(),
        unknown: members.rest(),
    })
}

fn users(members: &mut Members<'_>) -> Result<Users, ReadError> {
    Ok(Users {
        include_users: members.texts_as("includeUsers", UserRef::from_graph)?,
        exclude_users: members.texts_as("excludeUsers", UserRef::from_graph)?,
        include_groups: members.texts_as("includeGroups", GroupRef::from_graph)?,
        exclude_groups: members.texts_as("excludeGroups", GroupRef::from_graph)?,
        include_roles: members.texts_as("includeRoles", RoleRef::from_graph)?,
        exclude_roles: members.texts_as("excludeRoles", RoleRef::from_graph)?,
        include_guests: members.object("includeGuestsOrExternalUsers", guests)?,
        exclude_guests: members.object("excludeGuestsOrExternalUsers", guests)?,
        unknown: members.rest(),
    })
}

fn guests(members: &mut Members<'_>) -> Result<Guests, ReadError> {
    Ok(Guests {
        kinds: members.flags("guestOrExternalUserTypes", GuestKind::from_graph)?,
        external_tenants: members.object("externalTenants", external_tenants)?,
        unknown: members.rest(),
    })
}

fn external_tenants(members: &mut Members<'_>) -> Result<ExternalTenants, ReadError> {
    let from_type = match members.odata_type()?.as_deref() {
        Some(ALL_TENANTS) => Some("all"),
        Some(ENUMERATED_TENANTS) => Some("enumerated"),
        _ => None,
    };
    let membership_kind = members.text("membershipKind")?.or(from_type.map(str::to_owned));
    Ok(ExternalTenants {
        membership_kind: membership_kind.ok_or_else(|| missing("membershipKind"))?,
        members: members.texts("members")?,
        unknown: members.rest(),
    })
}

fn client_applications(members: &mut Members<'_>) -> Result<ClientApplications, ReadError> {
    Ok(ClientApplications {
        include: members.texts("includeServicePrincipals")?,
        exclude: members.texts("excludeServicePrincipals")?,
        filter: members.object("servicePrincipalFilter", filter)?,
        unknown: members.rest(),
    })
}

fn applications(members: &mut Members<'_>) -> Result<Applications, ReadError> {
    Ok(Applications {
        include: members.texts_as("includeApplications", AppRef::from_graph)?,
        exclude: members.texts_as("excludeApplications", AppRef::from_graph)?,
        include_user_actions: members.texts("includeUserActions")?,
        include_authentication_contexts: members
            .texts("includeAuthenticationContextClassReferences")?,
        filter: members.object("applicationFilter", filter)?,
        unknown: members.rest(),
    })
}

fn platforms(members: &mut Members<'_>) -> Result<Platforms, ReadError> {
    Ok(Platforms {
        include: members.texts_as("includePlatforms", Platform::from_graph)?,
        exclude: members.texts_as("excludePlatforms", Platform::from_graph)?,
        unknown: members.rest(),
    })
}

fn locations(members: &mut Members<'_>) -> Result<Locations, ReadError> {
    Ok(Locations {
        include: members.texts_as("includeLocations", LocationRef::from_graph)?,
        exclude: members.texts_as("excludeLocations", LocationRef::from_graph)?,
        unknown: members.rest(),
    })
}

fn devices(members: &mut Members<'_>) -> Result<Devices, ReadError> {
    Ok(Devices { filter: members.object("deviceFilter", filter)?, unknown: members.rest() })
}

fn filter(members: &mut Members<'_>) -> Result<DeviceFilter, ReadError> {
    Ok(DeviceFilter {
        mode: members.open("mode", FilterMode::from_graph)?.ok_or_else(|| missing("mode"))?,
        rule: members.required_text("rule")?,
        unknown: members.rest(),
    })
}

pub(crate) fn write(conditions: &Conditions) -> Body {
    let mut body = Body::new(&conditions.unknown);
    body.nullable("users", conditions.users.as_ref().map(write_users));
    let client_applications = conditions.client_applications.as_ref();
    body.nullable("clientApplications", client_applications.map(write_client_applications));
    body.set("applications", write_applications(&conditions.applications));
    body.list("clientAppTypes", &conditions.client_app_types);
    let platforms = conditions.platforms.as_ref().map(|platforms| {
        let mut body = Body::new(&platforms.unknown);
        body.list("includePlatforms", &platforms.include);
        body.list("excludePlatforms", &platforms.exclude);
        body
    });
    body.nullable("platforms", platforms);
    let locations = conditions.locations.as_ref().map(|locations| {
        let mut body = Body::new(&locations.unknown);
        body.list("includeLocations", &locations.include);
        body.list("excludeLocations", &locations.exclude);
        body
    });
    body.nullable("locations", locations);
    let devices = conditions.devices.as_ref().map(|devices| {
        let mut body = Body::new(&devices.unknown);
        body.nullable("deviceFilter", devices.filter.as_ref().map(write_filter));
        body
    });
    body.nullable("devices", devices);
    body.list("signInRiskLevels", &conditions.sign_in_risk);
    body.list("userRiskLevels", &conditions.user_risk);
    body.list("servicePrincipalRiskLevels", &conditions.service_principal_risk);
    body.flags("insiderRiskLevels", &conditions.insider_risk);
    body.flags("agentIdRiskLevels", &conditions.agent_id_risk);
    let flows = (!conditions.transfer_methods.is_empty()).then(|| {
        let mut body = Body::default();
        body.flags("transferMethods", &conditions.transfer_methods);
        body
    });
    body.open_nullable("authenticationFlows", flows);
    body
}

fn write_users(users: &Users) -> Body {
    let mut body = Body::new(&users.unknown);
    body.list("includeUsers", &users.include_users);
    body.list("excludeUsers", &users.exclude_users);
    body.list("includeGroups", &users.include_groups);
    body.list("excludeGroups", &users.exclude_groups);
    body.list("includeRoles", &users.include_roles);
    body.list("excludeRoles", &users.exclude_roles);
    body.nullable("includeGuestsOrExternalUsers", users.include_guests.as_ref().map(write_guests));
    body.nullable("excludeGuestsOrExternalUsers", users.exclude_guests.as_ref().map(write_guests));
    body
}

fn write_guests(guests: &Guests) -> Body {
    let mut body = Body::new(&guests.unknown);
    if !guests.kinds.is_empty() {
        body.flags("guestOrExternalUserTypes", &guests.kinds);
    }
    let tenants = guests.external_tenants.as_ref().map(|tenants| {
        let mut body = Body::new(&tenants.unknown);
        let all = tenants.membership_kind.eq_ignore_ascii_case("all");
        body.set("@odata.type", if all { ALL_TENANTS } else { ENUMERATED_TENANTS });
        body.set("membershipKind", tenants.membership_kind.as_str());
        if !all || !tenants.members.is_empty() {
            body.list("members", &tenants.members);
        }
        body
    });
    body.nullable("externalTenants", tenants);
    body
}

fn write_client_applications(applications: &ClientApplications) -> Body {
    let mut body = Body::new(&applications.unknown);
    body.list("includeServicePrincipals", &applications.include);
    body.list("excludeServicePrincipals", &applications.exclude);
    body.nullable("servicePrincipalFilter", applications.filter.as_ref().map(write_filter));
    body
}

fn write_applications(applications: &Applications) -> Body {
    let mut body = Body::new(&applications.unknown);
    body.list("includeApplications", &applications.include);
    body.list("excludeApplications", &applications.exclude);
    body.list("includeUserActions", &applications.include_user_actions);
    let contexts = &applications.include_authentication_contexts;
    body.list("includeAuthenticationContextClassReferences", contexts);
    body.nullable("applicationFilter", applications.filter.as_ref().map(write_filter));
    body
}

fn write_filter(filter: &DeviceFilter) -> Body {
    let mut body = Body::new(&filter.unknown);
    body.print("mode", &filter.mode);
    body.set("rule", filter.rule.as_str());
    body
}
