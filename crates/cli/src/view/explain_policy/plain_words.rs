//! A policy's own words in plain ones: who, what for, when, what it demands, what it does to the
//! session. What this version does not know is named, never left out.

use std::collections::BTreeMap;

use halligan_app::prove::Proving;
use halligan_core::ca::{Membership, Target, WellKnown};
use halligan_core::id::GLOBAL_ADMINISTRATOR;
use halligan_core::tenant::{
    AppRef, Applications, Conditions, FilterMode, FrequencyInterval, GrantControl, GrantControls,
    GrantOperator, GroupRef, GroupState, Guests, LocationRef, Policy, RoleRef, SessionControls,
    Snapshot, UserRef, Users, said,
};

use crate::view::proof::words;

/// Names of what ids stand for, as far as they were read.
pub(super) struct Names(BTreeMap<String, String>);

impl Names {
    pub(super) fn of(snapshot: &Snapshot, proving: &Proving) -> Self {
        let mut names = BTreeMap::new();
        names.insert(GLOBAL_ADMINISTRATOR.to_string(), "Global Administrator".to_owned());
        for role in snapshot.role_definitions.value().into_iter().flatten() {
            names.extend(role.template.map(|id| (id.to_string(), role.display_name.clone())));
        }
        for location in snapshot.locations.value().into_iter().flatten() {
            names.insert(location.id.as_str().to_lowercase(), location.display_name.clone());
        }
        for read in snapshot.groups.values() {
            if let Ok(GroupState::Present(group)) = read.state.value() {
                names.insert(group.id.to_string(), group.display_name.clone());
            }
        }
        for account in &proving.accounts {
            names.insert(account.subject.id.to_string(), account.subject.code_name.clone());
            let groups = &account.subject.standing.group_names;
            names.extend(groups.iter().map(|(id, name)| (id.to_string(), name.clone())));
        }
        Self(names)
    }

    /// The name of an id with the id, or the id alone.
    fn named(&self, id: &str) -> String {
        match self.0.get(&id.to_lowercase()) {
            Some(name) => format!("`{name}` ({id})"),
            None => id.to_owned(),
        }
    }

    /// Through what a policy reaches an account.
    pub(super) fn through(&self, through: &Membership) -> String {
        match through {
            Membership::Group(id, _) => format!("group {}", self.named(&id.to_string())),
            Membership::Role(id) => format!("directory role {}", self.named(&id.to_string())),
            other => other.to_string(),
        }
    }
}

/// The policy in sentences, each with what it is about.
pub(super) fn told(policy: &Policy, names: &Names) -> Vec<(&'static str, String)> {
    let conditions = &policy.conditions;
    let (who, not) = people(conditions, names);
    let (what, but) = resources(&conditions.applications, names);
    let mut told = vec![("Who", who)];
    told.extend(not.map(|text| ("But not", text)));
    told.push(("For", what));
    told.extend(but.map(|text| ("Except", text)));
    told.push(("When", when(conditions, names)));
    told.push(("Demands", policy.grant.as_ref().map_or_else(nothing, demands)));
    told.push(("Session", policy.session.as_ref().map_or_else(nothing, session)));
    told
}

fn nothing() -> String {
    "nothing".into()
}

fn or_nobody(names: Vec<String>) -> String {
    if names.is_empty() { "nobody".into() } else { words::listed(&names) }
}

fn people(conditions: &Conditions, names: &Names) -> (String, Option<String>) {
    let Some(users) = &conditions.users else {
        return ("workload identities, no users".into(), None);
    };
    let Users { include_users, include_groups, include_roles, include_guests, .. } = users;
    let mut who = picked(include_users, include_groups, include_roles, names);
    who.extend(include_guests.as_ref().map(guests));
    who.extend(said(&users.unknown).map(|name| format!("`{name}`, which is not known here")));
    let Users { exclude_users, exclude_groups, exclude_roles, exclude_guests, .. } = users;
    let mut not = picked(exclude_users, exclude_groups, exclude_roles, names);
    not.extend(exclude_guests.as_ref().map(guests));
    (or_nobody(who), (!not.is_empty()).then(|| words::listed(&not)))
}

fn picked(users: &[UserRef], groups: &[GroupRef], roles: &[RoleRef], names: &Names) -> Vec<String> {
    let users = users.iter().map(|user| match user {
        UserRef::All => "all users".to_owned(),
        UserRef::None => "nobody".into(),
        UserRef::GuestsOrExternalUsers => "guests and external users".into(),
        UserRef::Id(id) => format!("user {}", names.named(&id.to_string())),
        UserRef::Other(text) => format!("`{text}`, which is no id"),
    });
    let groups = groups.iter().map(|group| match group {
        GroupRef::Id(id) => format!("group {}", names.named(&id.to_string())),
        GroupRef::Other(text) => format!("group `{text}`, which is no id"),
    });
    let roles = roles.iter().map(|role| match role {
        RoleRef::Id(id) => format!("directory role {}", names.named(&id.to_string())),
        RoleRef::Other(text) => format!("directory role `{text}`, which is no id"),
    });
    users.chain(groups).chain(roles).collect()
}

fn guests(guests: &Guests) -> String {
    let kinds: Vec<String> = guests.kinds.iter().map(ToString::to_string).collect();
    format!("external users of the kinds {}", words::listed(&kinds))
}

fn resources(applications: &Applications, names: &Names) -> (String, Option<String>) {
    let app = |app: &AppRef| match app {
        AppRef::All => "all resources".to_owned(),
        AppRef::None => "no resource".into(),
        AppRef::Office365 => "Office 365".into(),
        AppRef::MicrosoftAdminPortals => "the Microsoft admin portals".into(),
        AppRef::Id(id) => match WellKnown::of(*id) {
            Some(known) => format!("{} ({id})", known.title),
            None => format!("application {}", names.named(&id.to_string())),
        },
        AppRef::Other(text) => format!("`{text}`, which is no id"),
    };
    let mut what: Vec<String> = applications.include.iter().map(app).collect();
    let actions = applications.include_user_actions.iter();
    what.extend(actions.map(|one| Target::UserAction(one.to_lowercase()).to_string()));
    let contexts = applications.include_authentication_contexts.iter();
    what.extend(contexts.map(|one| Target::AuthenticationContext(one.clone()).to_string()));
    let filter = applications.filter.as_ref();
    what.extend(filter.map(|one| format!("applications that the filter `{}` finds", one.rule)));
    what.extend(said(&applications.unknown).map(|name| format!("`{name}`, not known here")));
    let but: Vec<String> = applications.exclude.iter().map(app).collect();
    let what = if what.is_empty() { nothing() } else { words::listed(&what) };
    (what, (!but.is_empty()).then(|| words::listed(&but)))
}

/// The other conditions; every one of them must match.
fn when(conditions: &Conditions, names: &Names) -> String {
    let mut when = Vec::new();
    let mut list = |before: &str, items: Vec<String>| {
        if !items.is_empty() {
            when.push(format!("{before} {}", words::listed(&items)));
        }
    };
    let texts = |items: &[&dyn ToString]| -> Vec<String> {
        items.iter().map(|item| item.to_string()).collect()
    };
    let clients: Vec<String> =
        conditions.client_app_types.iter().map(ToString::to_string).collect();
    if clients != ["all"] {
        list("the client is one of", clients);
    }
    if let Some(platforms) = &conditions.platforms {
        list("the platform is", platforms.include.iter().map(ToString::to_string).collect());
        list("it is not", platforms.exclude.iter().map(ToString::to_string).collect());
    }
    if let Some(locations) = &conditions.locations {
        list("the network is", places(&locations.include, names));
        list("it is not", places(&locations.exclude, names));
    }
    if let Some(filter) = conditions.devices.as_ref().and_then(|devices| devices.filter.as_ref()) {
        let verb = match filter.mode {
            FilterMode::Exclude => "the device does not match",
            _ => "the device matches",
        };
        list(verb, texts(&[&format!("`{}`", filter.rule)]));
    }
    list("sign-in risk is", conditions.sign_in_risk.iter().map(ToString::to_string).collect());
    list("user risk is", conditions.user_risk.iter().map(ToString::to_string).collect());
    list("insider risk is", conditions.insider_risk.iter().map(ToString::to_string).collect());
    let flows = conditions.transfer_methods.iter().map(ToString::to_string);
    list("the authentication flow is", flows.collect());
    let unknown = said(&conditions.unknown).map(|name| format!("`{name}`, not known here"));
    list("the condition holds that is called", unknown.collect());
    if when.is_empty() { "always".into() } else { when.join(", and ") }
}

fn places(places: &[LocationRef], names: &Names) -> Vec<String> {
    let place = |one: &LocationRef| match one {
        LocationRef::All => "any".to_owned(),
        LocationRef::AllTrusted => "any trusted one".into(),
        LocationRef::Id(id) => names.named(id.as_str()),
        LocationRef::Other(text) => format!("`{text}`, which is no id"),
    };
    places.iter().map(place).collect()
}

fn demands(grant: &GrantControls) -> String {
    let control = |control: &GrantControl| match control {
        GrantControl::Block => "no access at all".to_owned(),
        GrantControl::Mfa => "multifactor authentication".into(),
        GrantControl::CompliantDevice => "a compliant device".into(),
        GrantControl::DomainJoinedDevice => "a hybrid joined device".into(),
        GrantControl::ApprovedApplication => "an approved client app (no longer enforced)".into(),
        GrantControl::CompliantApplication => "an app protection policy".into(),
        GrantControl::PasswordChange => "a password change".into(),
        GrantControl::RiskRemediation => "risk remediation".into(),
        GrantControl::Other(name) => format!("`{name}`, which is not known here"),
    };
    let mut demands: Vec<String> = grant.built_in.iter().map(control).collect();
    demands.extend(grant.strength.as_ref().map(|strength| {
        let name = strength.display_name.as_deref().unwrap_or(strength.id.as_str());
        format!("authentication strength `{name}`")
    }));
    demands.extend(grant.custom.iter().map(|id| format!("the custom control `{id}`")));
    demands.extend(grant.terms_of_use.first().map(|_| "acceptance of terms of use".to_owned()));
    demands.extend(said(&grant.unknown).map(|name| format!("`{name}`, not known here")));
    let between = if grant.operator == Some(GrantOperator::Or) { " or " } else { " and " };
    if demands.is_empty() { nothing() } else { demands.join(between) }
}

fn session(session: &SessionControls) -> String {
    let mut does: Vec<String> = Vec::new();
    let mut add = |holds: bool, text: &str| {
        if holds {
            does.push(text.into());
        }
    };
    add(session.secure_sign_in_session == Some(true), "token protection");
    add(session.disable_resilience_defaults == Some(true), "no grace during an outage of Entra ID");
    add(
        session.application_enforced_restrictions == Some(true),
        "restrictions that applications enforce",
    );
    add(session.cloud_app_security.is_some(), "Defender for Cloud Apps in between");
    add(session.persistent_browser.is_some(), "whether the browser stays signed in");
    if let Some(mode) = &session.continuous_access_evaluation {
        does.push(format!("continuous access evaluation `{mode}`"));
    }
    if let Some(frequency) = &session.sign_in_frequency
        && frequency.is_enabled != Some(false)
    {
        does.push(match (&frequency.interval, frequency.value, &frequency.unit) {
            (Some(FrequencyInterval::EveryTime), ..) => "a fresh sign-in every time".into(),
            (_, Some(value), Some(unit)) => format!("a fresh sign-in after {value} {unit}"),
            _ => "a fresh sign-in at intervals".into(),
        });
    }
    does.extend(said(&session.unknown).map(|name| format!("`{name}`, not known here")));
    if does.is_empty() { nothing() } else { words::listed(&does) }
}
