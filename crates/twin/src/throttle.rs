//! Documented throttling.
//!
//! Source: <https://learn.microsoft.com/graph/throttling-limits>: the Conditional Access set allows
//! one request per second for the whole tenant and sends no `Retry-After`; the directory counts
//! resource units per application and tenant in windows of ten seconds; reports and logs, to which
//! authentication methods of users count, allow five requests in ten seconds per application and
//! tenant, and ten in a minute for `signInActivity`.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use halligan_core::id::{Guid, TenantId};

use crate::error::GraphError;

/// Whether limits are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Throttling {
    /// As the service documents them.
    #[default]
    Documented,
    /// Not at all.
    Off,
}

/// The limit that an operation counts against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Conditional Access policies and named locations.
    ConditionalAccess,
    /// The directory, with the operation's cost in resource units.
    Directory(u32),
    /// Reports, logs, and authentication methods of users.
    Reports,
    /// No limit that is documented.
    Free,
}

/// How a request is made, as far as its cost depends on it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shape {
    /// It says `$select`: one unit less.
    pub(crate) selects: bool,
    /// It says `$expand`: one unit more.
    pub(crate) expands: bool,
    /// It says `$top` below 20: one unit less.
    pub(crate) is_small: bool,
    /// It selects `signInActivity`.
    pub(crate) selects_activity: bool,
}

/// Meters of this many tenants are kept before those that have run out are thrown away.
const METERS_KEPT: usize = 1_024;

/// What was used of the limits of each tenant.
#[derive(Debug, Default)]
pub(crate) struct Meters(BTreeMap<TenantId, Meter>);

impl Meters {
    /// The meter of a tenant.
    pub(crate) fn of(&mut self, tenant: TenantId, now: Instant) -> &mut Meter {
        if self.0.len() >= METERS_KEPT && !self.0.contains_key(&tenant) {
            self.0.retain(|_, meter| meter.is_running(now));
        }
        self.0.entry(tenant).or_default()
    }
}

/// What was used of one tenant's limits, and since when.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    conditional_access: Option<Instant>,
    directory: BTreeMap<Guid, Window>,
    reports: BTreeMap<Guid, Window>,
    activity: BTreeMap<Guid, Window>,
}

#[derive(Debug)]
struct Window {
    began: Instant,
    used: u32,
}

const CONDITIONAL_ACCESS_INTERVAL: Duration = Duration::from_secs(1);
const DIRECTORY_WINDOW: Duration = Duration::from_secs(10);
const REPORTS_WINDOW: Duration = Duration::from_secs(10);
const REPORTS_PER_WINDOW: u32 = 5;
const ACTIVITY_WINDOW: Duration = Duration::from_secs(60);
const ACTIVITY_PER_WINDOW: u32 = 10;
/// From this share of its limit on, answers tell an application how much it has used.
const TELLS_FROM_PERCENT: u32 = 80;

/// Resource units in ten seconds for a tenant with this many users.
fn directory_limit(users: usize) -> u32 {
    match users {
        0..50 => 3_500,
        50..=500 => 5_000,
        _ => 8_000,
    }
}

impl Meter {
    /// Whether anything that was used still counts.
    fn is_running(&self, now: Instant) -> bool {
        let within = |since: Instant, window| now.duration_since(since) < window;
        self.conditional_access.is_some_and(|last| within(last, CONDITIONAL_ACCESS_INTERVAL))
            || self.directory.values().any(|window| within(window.began, DIRECTORY_WINDOW))
            || self.reports.values().any(|window| within(window.began, REPORTS_WINDOW))
            || self.activity.values().any(|window| within(window.began, ACTIVITY_WINDOW))
    }

    /// Counts a request of `client`; gives the headers of its answer, or refuses it.
    pub(crate) fn count(
        &mut self,
        class: Class,
        shape: Shape,
        client: Guid,
        users: usize,
        now: Instant,
    ) -> Result<Vec<(&'static str, String)>, GraphError> {
        if shape.selects_activity {
            let windows = &mut self.activity;
            count_requests(windows, client, ACTIVITY_WINDOW, ACTIVITY_PER_WINDOW, now)?;
        }
        match class {
            Class::Free => Ok(Vec::new()),
            Class::Reports => {
                let windows = &mut self.reports;
                count_requests(windows, client, REPORTS_WINDOW, REPORTS_PER_WINDOW, now)?;
                Ok(Vec::new())
            }
            Class::ConditionalAccess => self.count_conditional_access(now),
            Class::Directory(cost) => {
                let cost = cost + u32::from(shape.expands);
                let discount = u32::from(shape.selects) + u32::from(shape.is_small);
                let cost = cost.saturating_sub(discount).max(1);
                self.count_directory(cost, client, directory_limit(users), now)
            }
        }
    }

    fn count_conditional_access(
        &mut self,
        now: Instant,
    ) -> Result<Vec<(&'static str, String)>, GraphError> {
        let last = self.conditional_access;
        if last.is_some_and(|last| now.duration_since(last) < CONDITIONAL_ACCESS_INTERVAL) {
            return Err(too_many());
        }
        self.conditional_access = Some(now);
        Ok(Vec::new())
    }

    fn count_directory(
        &mut self,
        cost: u32,
        client: Guid,
        limit: u32,
        now: Instant,
    ) -> Result<Vec<(&'static str, String)>, GraphError> {
        let window = self.directory.entry(client).or_insert(Window { began: now, used: 0 });
        let elapsed = now.duration_since(window.began);
        if elapsed >= DIRECTORY_WINDOW {
            *window = Window { began: now, used: 0 };
        }
        let mut headers = vec![("x-ms-resource-unit", cost.to_string())];
        if window.used + cost > limit {
            let left = DIRECTORY_WINDOW.saturating_sub(elapsed).as_secs() + 1;
            headers.push(("Retry-After", left.to_string()));
            headers.push(("x-ms-throttle-information", "ResourceUnitLimitExceeded".into()));
            headers.push(("x-ms-throttle-scope", "Tenant_Application/ReadWrite".into()));
            return Err(GraphError { headers, ..too_many() });
        }
        window.used += cost;
        if u64::from(window.used) * 100 >= u64::from(limit) * u64::from(TELLS_FROM_PERCENT) {
            let share = f64::from(window.used) / f64::from(limit);
            headers.push(("x-ms-throttle-limit-percentage", format!("{share:.2}")));
        }
        Ok(headers)
    }
}

/// Counts one request of `client` against `most` in a window.
fn count_requests(
    windows: &mut BTreeMap<Guid, Window>,
    client: Guid,
    lasts: Duration,
    most: u32,
    now: Instant,
) -> Result<(), GraphError> {
    let window = windows.entry(client).or_insert(Window { began: now, used: 0 });
    let elapsed = now.duration_since(window.began);
    if elapsed >= lasts {
        *window = Window { began: now, used: 0 };
    }
    if window.used >= most {
        let left = lasts.saturating_sub(elapsed).as_secs() + 1;
        return Err(GraphError { headers: vec![("Retry-After", left.to_string())], ..too_many() });
    }
    window.used += 1;
    Ok(())
}

fn too_many() -> GraphError {
    GraphError::new(429, "TooManyRequests", "Too many requests.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(
        meter: &mut Meter,
        class: Class,
        now: Instant,
    ) -> Result<Vec<(&'static str, String)>, GraphError> {
        meter.count(class, Shape::default(), Guid::from_u128(1), 10, now)
    }

    #[test]
    fn conditional_access_answers_once_a_second_and_names_no_wait() {
        let (mut meter, start) = (Meter::default(), Instant::now());
        assert!(count(&mut meter, Class::ConditionalAccess, start).is_ok());
        let later = start + Duration::from_millis(999);
        let error = count(&mut meter, Class::ConditionalAccess, later).unwrap_err();
        assert_eq!((error.status, error.code), (429, "TooManyRequests"));
        assert_eq!(error.headers, []);
        let later = start + Duration::from_secs(1);
        assert!(count(&mut meter, Class::ConditionalAccess, later).is_ok());
        assert!(count(&mut meter, Class::Directory(1), later).is_ok());
    }

    #[test]
    fn the_directory_counts_units_and_names_the_wait() {
        let (mut meter, start) = (Meter::default(), Instant::now());
        let first = count(&mut meter, Class::Directory(2_000), start).unwrap();
        assert_eq!(first, [("x-ms-resource-unit", "2000".to_owned())]);
        let second = count(&mut meter, Class::Directory(800), start).unwrap();
        assert!(second.contains(&("x-ms-throttle-limit-percentage", "0.80".to_owned())));
        let later = start + Duration::from_secs(4);
        let error = count(&mut meter, Class::Directory(701), later).unwrap_err();
        assert!(error.headers.contains(&("Retry-After", "7".to_owned())), "{error:?}");
        assert!(count(&mut meter, Class::Directory(700), later).is_ok());
        let next = start + Duration::from_secs(10);
        assert!(count(&mut meter, Class::Directory(3_500), next).is_ok());
    }

    #[test]
    fn reports_and_activity_are_counted_by_requests() {
        let (mut meter, start) = (Meter::default(), Instant::now());
        for _ in 0..5 {
            assert_eq!(count(&mut meter, Class::Reports, start), Ok(Vec::new()));
        }
        let later = start + Duration::from_secs(3);
        let error = count(&mut meter, Class::Reports, later).unwrap_err();
        assert_eq!(error.headers, [("Retry-After", "8".to_owned())]);
        assert!(count(&mut meter, Class::Reports, start + Duration::from_secs(10)).is_ok());

        let shape = Shape { selects_activity: true, ..Shape::default() };
        let mut asked = |seconds| {
            let (client, now) = (Guid::from_u128(1), start + Duration::from_secs(seconds));
            meter.count(Class::Directory(1), shape, client, 10, now).is_ok()
        };
        assert!((0..10).all(|_| asked(20)) && !asked(79) && asked(80));
    }

    #[test]
    fn tenants_have_limits_of_their_own_and_idle_ones_are_forgotten() {
        let (mut meters, start) = (Meters::default(), Instant::now());
        for number in 0..METERS_KEPT as u128 {
            let meter = meters.of(TenantId::from_u128(number), start);
            assert!(count(meter, Class::ConditionalAccess, start).is_ok());
        }
        let first = meters.of(TenantId::from_u128(0), start);
        assert!(count(first, Class::ConditionalAccess, start).is_err());
        meters.of(TenantId::from_u128(5_000), start);
        assert_eq!(meters.0.len(), METERS_KEPT + 1);
        meters.of(TenantId::from_u128(5_001), start + Duration::from_secs(1));
        assert_eq!(meters.0.len(), 1);
    }

    #[test]
    fn the_shape_of_a_request_changes_its_cost() {
        let now = Instant::now();
        for (selects, expands, is_small, cost) in [
            (false, false, false, "3"),
            (true, false, false, "2"),
            (true, false, true, "1"),
            (false, true, false, "4"),
        ] {
            let shape = Shape { selects, expands, is_small, ..Shape::default() };
            let client = Guid::from_u128(1);
            let headers = Meter::default().count(Class::Directory(3), shape, client, 10, now);
            assert_eq!(headers.unwrap(), [("x-ms-resource-unit", cost.to_owned())]);
        }
    }
}
