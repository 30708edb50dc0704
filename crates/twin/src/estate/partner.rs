//! The partner's tenant: its people, and its delegated administration of the customers (GDAP).
//!
//! Source: <https://learn.microsoft.com/graph/api/resources/delegatedadminrelationship>; a
//! relationship lasts two years at most, and one that holds Global Administrator cannot be
//! extended by itself
//! (<https://learn.microsoft.com/partner-center/customers/gdap-introduction>).

use halligan_core::id::{GLOBAL_ADMINISTRATOR, Guid};
use halligan_core::time::Timestamp;
use serde_json::{Value, json};

use super::{Estate, EstateTenant, PARTNER};
use crate::app::App;
use crate::directory::objects::{object, security_group};
use crate::directory::{DelegatedAdminRelationship, Directory, Group, Object};
use crate::generate::{Size, fill};
use crate::permission::DELEGATED_ADMIN;
use crate::random::Seeded;
use crate::story;

/// Groups of the partner's people who work for customers.
const TEAMS: [&str; 3] = ["GDAP Service desk", "GDAP Engineers", "GDAP Night shift"];
/// What customers delegate, beside Global Administrator: Helpdesk Administrator, Global Reader,
/// Security Reader, User Administrator, Privileged Authentication Administrator.
const ROLES: [&str; 5] = [
    "729827e3-9c14-49f7-bb1b-9608f156bbb8",
    "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
    "5d6b6bb7-de71-4623-b4af-96380a352509",
    "fe930be7-5e62-47db-91af-98c3a49a38b1",
    "7be44c8a-adaf-4e2a-84d6-ab2649e08a13",
];
/// Durations of relationships, in days; two years are the most.
const DURATIONS_DAYS: [i64; 4] = [90, 180, 365, 730];
const DAY_SECONDS: i64 = 86_400;

pub(super) fn generate(estate: &Estate) -> Directory {
    let described = estate.partner();
    let mut random = Seeded::nth(estate.seed.rotate_left(17), PARTNER);
    let EstateTenant { id, display_name, initial_domain, client_id, .. } = &described;
    let mut directory = Directory::empty(*id, display_name, initial_domain);
    let size = Size { policies: 8, groups: 6, role_holders: 6, users: 40 };
    fill(&mut directory, &mut random, initial_domain, &size);
    let permissions: Vec<&str> =
        story::WATCHER_PERMISSIONS.iter().chain(DELEGATED_ADMIN.first()).copied().collect();
    let app = App::new(*client_id, "Halligan watcher", &permissions);
    directory.register(app.with_secret(&estate.secret(*id)));
    directory.register(story::public_client());
    let teams = add_teams(&mut directory, &mut random);
    for number in 0..estate.tenants() {
        let Some(customer) = estate.tenant(number) else { continue };
        // A few customers never delegated anything.
        if random.chance(8) {
            continue;
        }
        let again = usize::from(random.chance(20));
        for place in 0..=again {
            let relationship = relationship(&mut random, estate.as_of, &customer, &teams, place);
            directory.delegated_admin.relationships.push(relationship);
        }
        directory.delegated_admin.customers.push(object(json!({
            "id": customer.id.to_string(),
            "tenantId": customer.id.to_string(),
            "displayName": customer.display_name,
        })));
    }
    directory
}

fn add_teams(directory: &mut Directory, random: &mut Seeded) -> Vec<Guid> {
    let people: Vec<Guid> = directory.users.keys().copied().collect();
    let mut ids = Vec::new();
    for name in TEAMS {
        let id = random.guid();
        let mut members: Vec<Guid> = (0..6).filter_map(|_| random.pick(&people)).copied().collect();
        members.sort_unstable();
        members.dedup();
        let group = Group { object: security_group(id, name), members, owners: Vec::new() };
        directory.groups.insert(id, group);
        ids.push(id);
    }
    ids
}

/// When a relationship was made, became active and ends, as days from today.
struct Course {
    status: &'static str,
    created: i64,
    activated: Option<i64>,
    end: Option<i64>,
    duration: i64,
}

fn course(random: &mut Seeded) -> Course {
    let duration = random.pick(&DURATIONS_DAYS).copied().unwrap_or(365);
    let within = |random: &mut Seeded, days: i64| {
        i64::try_from(random.below(usize::try_from(days).unwrap_or(1))).unwrap_or(0)
    };
    let ago = within(random, duration - 1);
    let (status, activated) = match random.below(100) {
        0..60 => ("active", -ago),
        // About to end: within a month.
        60..72 => ("active", 1 + within(random, 30) - duration),
        72..84 => ("expired", -duration - 1 - within(random, 300)),
        84..91 => ("terminated", -ago),
        91..94 => ("terminationRequested", -ago),
        94..98 => return pending("approvalPending", duration, -within(random, 14)),
        _ => return pending("created", duration, -within(random, 14)),
    };
    let end = match status {
        "terminated" => activated + ago / 2,
        _ => activated + duration,
    };
    Course { status, created: activated - 2, activated: Some(activated), end: Some(end), duration }
}

fn pending(status: &'static str, duration: i64, created: i64) -> Course {
    Course { status, created, activated: None, end: None, duration }
}

fn relationship(
    random: &mut Seeded,
    as_of: Timestamp,
    customer: &EstateTenant,
    teams: &[Guid],
    place: usize,
) -> DelegatedAdminRelationship {
    let course = course(random);
    let mut roles: Vec<String> = Vec::new();
    let holds_everything = random.chance(10);
    if holds_everything {
        roles.push(GLOBAL_ADMINISTRATOR.to_string());
    }
    for role in ROLES {
        if random.chance(50) || roles.is_empty() {
            roles.push(role.to_owned());
        }
    }
    let extends = !holds_everything && random.chance(40);
    let day = |days: i64| date(as_of, days);
    let modified = course.end.filter(|end| *end < 0).or(course.activated).unwrap_or(course.created);
    let access = if course.activated.is_some() {
        access_assignments(random, &roles, teams, &course, &day)
    } else {
        Vec::new()
    };
    let tenant = customer.id.to_string();
    let suffix = if place == 0 { "" } else { " (second)" };
    let name: String = format!("{}{suffix}", customer.display_name).chars().take(50).collect();
    let object = object(json!({
        "id": format!("{}-{}", random.guid(), random.guid()),
        "displayName": name,
        "duration": format!("P{}D", course.duration),
        "autoExtendDuration": if extends { "P180D" } else { "PT0S" },
        "customer": {"tenantId": tenant, "displayName": customer.display_name},
        "accessDetails": {"unifiedRoles": unified(&roles)},
        "status": course.status,
        "createdDateTime": day(course.created),
        "lastModifiedDateTime": day(modified),
        "activatedDateTime": course.activated.map(&day),
        "endDateTime": course.end.map(&day),
    }));
    DelegatedAdminRelationship { object, access_assignments: access }
}

/// Which of the partner's teams may use which of the delegated roles.
fn access_assignments(
    random: &mut Seeded,
    roles: &[String],
    teams: &[Guid],
    course: &Course,
    day: &dyn Fn(i64) -> String,
) -> Vec<Object> {
    let is_over = matches!(course.status, "expired" | "terminated");
    let created = day(course.activated.unwrap_or(course.created));
    let count = 1 + random.below(2);
    (0..count)
        .filter_map(|number| {
            let team = random.pick(teams)?;
            let given: Vec<String> =
                roles.iter().skip(number).chain(roles.first()).take(2).cloned().collect();
            let status = match (is_over, random.below(20)) {
                (true, _) => "deleted",
                (false, 0) => "pending",
                (false, 1) => "error",
                (false, _) => "active",
            };
            Some(object(json!({
                "id": random.guid().to_string(),
                "status": status,
                "createdDateTime": created,
                "lastModifiedDateTime": created,
                "accessContainer": {
                    "accessContainerId": team.to_string(),
                    "accessContainerType": "securityGroup",
                },
                "accessDetails": {"unifiedRoles": unified(&given)},
            })))
        })
        .collect()
}

fn unified(roles: &[String]) -> Vec<Value> {
    let mut seen = Vec::new();
    for role in roles {
        if !seen.contains(role) {
            seen.push(role.clone());
        }
    }
    seen.into_iter().map(|role| json!({"roleDefinitionId": role})).collect()
}

/// The date so many days after `as_of`.
fn date(as_of: Timestamp, days: i64) -> String {
    let seconds = as_of.as_second().saturating_add(days.saturating_mul(DAY_SECONDS));
    Timestamp::from_second(seconds).unwrap_or(as_of).to_string()
}
