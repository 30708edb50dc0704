//! One event from two logs: what Graph's logs and the unified audit log both tell is known by one
//! key.
//!
//! Microsoft documents no id that the two share for certain. `InterSystemsId` of the unified audit
//! log, "the GUID that track the actions across components", is Graph's `correlationId`, which
//! many records share. So two records are one event only where everything that both say agrees: the
//! correlation, what was done or how the sign-in ended, to whom, by whom, and when; and of changes
//! the ids that they are about, one of which may say fewer. Each record is paired with one of the
//! other log at most, so that of two changes that look alike both are told. Whatever is not certain
//! is told twice: losing one is worse.
//!
//! Source:
//! <https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema>.

use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::string::{String, ToString as _};
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::event::{Audit, Event, SignIn, What};
use crate::id::Guid;
use crate::time::Timestamp;

/// The longest time between what two records give as the time of one event, in seconds: both logs
/// have it from the service that wrote them, one of them in whole seconds.
pub const JOIN_SECONDS_MAX: i64 = 60;

/// Records that may still be paired; with more, those that came first are forgotten, and what they
/// tell may be told once more. Only records that something was told of count.
pub const JOIN_RECORDS_MAX: usize = 5_000;

/// Ids that a change may be about, in its targets and in what it modified; one with more is told by
/// each log.
pub const JOIN_IDS_MAX: usize = 256;

/// The length of an id as text.
const ID_LENGTH: usize = 36;

/// What the unified audit log calls the directory, where Graph names a service of it.
const WORKLOAD: &str = "AzureActiveDirectory";

/// Members that hold names in the unified audit log alone.
const MEMBERS: [&str; 4] = ["UserId", "Actor", "UserKey", "ObjectId"];

/// Records that something was told of, by correlation.
#[derive(Clone, Debug, Default)]
pub struct Joined {
    /// By a digest of the correlation.
    seen: BTreeMap<u64, Vec<Seen>>,
    order: VecDeque<u64>,
}

#[derive(Clone, Debug)]
struct Seen {
    /// The record's own key, and that of the first of the pair where it is the second.
    key: String,
    known_as: Option<String>,
    is_paired: bool,
    is_unified: bool,
    event: Arc<Event>,
}

/// What of an event both logs say.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Traits {
    at: Timestamp,
    /// The activity and how it ended, or the error code.
    what: String,
    /// The ids that it was done to; of a sign-in, who signed in.
    to: Vec<String>,
    /// The ids among those and in the values of a change.
    about: BTreeSet<Guid>,
    /// Who did it; of a sign-in, the application. `None` where the record does not say.
    by: Option<String>,
}

impl Joined {
    /// The key by which a record is known: its own, or that of the record of the other log that
    /// tells of the same event.
    pub fn known_as(&mut self, event: &Arc<Event>, key: String) -> String {
        let Some((correlation, is_unified)) = place(event) else { return key };
        let of_correlation = self.seen.entry(correlation).or_insert_with(|| Vec::with_capacity(1));
        if let Some(one) = of_correlation.iter().find(|one| one.key == key) {
            return one.known_as.clone().unwrap_or(key);
        }
        // What both say is compared where there are two: mostly there is one log.
        let partner = of_correlation
            .iter_mut()
            .filter(|one| !one.is_paired && one.is_unified != is_unified)
            .find(|one| is_same(&one.event, event));
        let known_as = partner.map(|partner| {
            partner.is_paired = true;
            partner.known_as.as_ref().unwrap_or(&partner.key).clone()
        });
        let is_paired = known_as.is_some();
        let (event, known) = (Arc::clone(event), known_as.clone());
        let own = key.clone();
        of_correlation.push(Seen { key, known_as, is_paired, is_unified, event });
        self.order.push_back(correlation);
        self.forget();
        known.unwrap_or(own)
    }

    fn forget(&mut self) {
        while self.order.len() > JOIN_RECORDS_MAX {
            let Some(first) = self.order.pop_front() else { return };
            if let Some(all) = self.seen.get_mut(&first) {
                if !all.is_empty() {
                    all.remove(0);
                }
                if all.is_empty() {
                    self.seen.remove(&first);
                }
            }
        }
    }
}

impl Traits {
    fn is_same(&self, other: &Self) -> bool {
        let apart = (self.at.as_second() - other.at.as_second()).abs();
        let by_another = matches!((&self.by, &other.by), (Some(one), Some(two)) if one != two);
        apart <= JOIN_SECONDS_MAX
            && self.what == other.what
            && self.is_about_same(other)
            && !by_another
    }

    /// Whether one says no id that the other does not: two changes of one account, of two roles,
    /// are not one.
    fn is_about_same(&self, other: &Self) -> bool {
        match (self.about.is_empty(), other.about.is_empty()) {
            (true, true) => self.to.iter().any(|id| other.to.contains(id)),
            (false, false) => {
                self.about.is_subset(&other.about) || other.about.is_subset(&self.about)
            }
            _ => false,
        }
    }
}

/// A digest of the correlation (FNV-1a), and whether the record is of the unified audit log; `None`
/// for what cannot be compared.
fn place(event: &Event) -> Option<(u64, bool)> {
    let correlation = event.correlation.as_deref().map(str::trim)?;
    let add = |all: u64, byte: u8| {
        (all ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x100_0000_01b3)
    };
    let digest = correlation.bytes().fold(0xcbf2_9ce4_8422_2325, add);
    let is_unified = match &event.what {
        What::Audit(audit) => audit.service == WORKLOAD,
        What::SignIn(sign_in) => MEMBERS.contains(&sign_in.names.first()?.member),
        What::Operation(_) | What::Sign(_) | What::Other { .. } => return None,
    };
    (!correlation.is_empty()).then_some((digest, is_unified))
}

/// Whether two records say the same of one event.
fn is_same(one: &Event, other: &Event) -> bool {
    let is_of_one = match (&one.correlation, &other.correlation) {
        (Some(one), Some(other)) => one.trim().eq_ignore_ascii_case(other.trim()),
        _ => false,
    };
    let same = of(one).zip(of(other)).is_some_and(|(one, other)| one.is_same(&other));
    is_of_one && same
}

/// What is compared; `None` for what cannot be.
fn of(event: &Event) -> Option<Traits> {
    let at = event.at?;
    let traits = match &event.what {
        What::Audit(audit) => of_change(audit, at),
        What::SignIn(sign_in) => of_sign_in(sign_in, at)?,
        What::Operation(_) | What::Sign(_) | What::Other { .. } => return None,
    };
    let is_known = !traits.to.is_empty() && traits.about.len() <= JOIN_IDS_MAX;
    is_known.then_some(traits)
}

fn of_change(audit: &Audit, at: Timestamp) -> Traits {
    let ids = audit.targets.iter().map(|target| target.id.trim().to_lowercase());
    let by = audit.by.user.or(audit.by.service_principal);
    let values = audit.targets.iter().flat_map(|target| &target.changes);
    let values = values.flat_map(|change| change.old.iter().chain(&change.new));
    let texts = audit.targets.iter().map(|target| &target.id).chain(values);
    Traits {
        at,
        about: texts.flat_map(|text| guids(text)).collect(),
        what: alloc::format!("{}/{:?}", audit.activity.trim().to_lowercase(), audit.result),
        to: ids.filter(|id| !id.is_empty()).collect(),
        by: by.map(|id| id.to_string()),
    }
}

/// The ids that stand in a text.
fn guids(text: &str) -> impl Iterator<Item = Guid> {
    let dashes = text.match_indices('-').filter_map(|(at, _)| at.checked_sub(8));
    let id = |at: usize| text.get(at..at + ID_LENGTH)?.parse().ok();
    dashes.filter_map(id).filter(|id: &Guid| !id.is_zero())
}

/// A sign-in without an id, an application or a code is like too many others.
fn of_sign_in(sign_in: &SignIn, at: Timestamp) -> Option<Traits> {
    let user = sign_in.user?.to_string();
    let app = sign_in.app.id?.to_string();
    let code = sign_in.outcome.code?;
    let what = alloc::format!("{code}/{}", sign_in.from.address);
    Some(Traits { at, what, to: Vec::from([user]), by: Some(app), about: BTreeSet::new() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::detect::{sample_renamed, sample_sign_in};
    use crate::watch::event::{Named, Target};
    use std::format;

    fn at(text: &str) -> Option<Timestamp> {
        text.parse().ok()
    }

    fn change(id: &str, is_unified: bool) -> Event {
        let mut event = sample_renamed("\"x@contoso.com\"");
        event.id = Some(id.into());
        event.correlation = Some("cor-1".into());
        event.at = at("2026-11-22T07:00:00.5Z");
        if let What::Audit(audit) = &mut event.what {
            audit.service = if is_unified { WORKLOAD } else { "Core Directory" }.into();
        }
        event
    }

    /// The keys by which events are known, in their order.
    fn known(events: &[Event]) -> Vec<String> {
        let mut joined = Joined::default();
        let key = |event: &Event| event.id.clone().unwrap_or_default();
        events.iter().map(|event| joined.known_as(&Arc::new(event.clone()), key(event))).collect()
    }

    #[test]
    fn a_change_that_comes_by_both_logs_is_one_in_either_order() {
        let (graph, mut unified) = (change("Directory_1", false), change("2", true));
        unified.at = at("2026-11-22T07:00:00Z");
        let both = [graph.clone(), unified.clone(), graph.clone(), unified.clone()];
        assert_eq!(known(&both), ["Directory_1"; 4]);
        assert_eq!(known(&[unified, graph]), ["2"; 2]);
    }

    #[test]
    fn of_two_that_look_alike_both_are_told() {
        let graph = [change("a", false), change("b", false)];
        let unified = [change("c", true), change("d", true), change("e", true)];
        let all = [&graph[..], &unified[..]].concat();
        assert_eq!(known(&all), ["a", "b", "a", "b", "e"]);
    }

    #[test]
    fn of_two_roles_that_one_gets_at_once_both_are_told() {
        const USER_ADMINISTRATOR: &str = "fe930be7-5e62-47db-91af-98c3a49a38b1";
        const GLOBAL_ADMINISTRATOR: &str = "62e90394-69f5-4237-9190-012177145e10";
        let role = |id: &str, is_unified, template: &str| {
            let mut event = change(id, is_unified);
            if let What::Audit(audit) = &mut event.what {
                let target = &mut audit.targets[0];
                target.id = "00000000-0000-0000-0000-0000000000b1".into();
                target.changes[0].old = None;
                target.changes[0].new = Some(format!("\"{template}\""));
                if !is_unified {
                    // Graph names the role's object beside.
                    let id = template.replace("-4", "-5");
                    audit.targets.push(Target { id, ..Target::default() });
                }
            }
            event
        };
        let (a, b) = (role("a", false, USER_ADMINISTRATOR), role("b", false, GLOBAL_ADMINISTRATOR));
        let (c, d) = (role("c", true, USER_ADMINISTRATOR), role("d", true, GLOBAL_ADMINISTRATOR));
        let told = |all: [&Event; 4]| known(&all.map(Clone::clone));
        assert_eq!(told([&a, &d, &c, &b]), ["a", "d", "a", "d"]);
        assert_eq!(told([&a, &b, &d, &c]), ["a", "b", "b", "a"]);
        assert_eq!(told([&c, &b, &a, &d]), ["c", "b", "c", "b"]);
        let mut bare = d.clone();
        if let What::Audit(audit) = &mut bare.what {
            audit.targets[0].id = "x".into();
            audit.targets[0].changes.clear();
        }
        assert_eq!(known(&[b.clone(), bare]), ["b", "d"], "one says nothing of what it is about");
        let mut many = (b, d);
        for event in [&mut many.0, &mut many.1] {
            if let What::Audit(audit) = &mut event.what {
                let id = |number| Guid::from_u128(number).to_string();
                let all: Vec<String> = (1..=JOIN_IDS_MAX as u128).map(id).collect();
                audit.targets[0].changes[0].old = Some(all.join(","));
            }
        }
        assert_eq!(known(&[many.0, many.1]), ["b", "d"]);
    }

    #[test]
    fn what_differs_in_anything_is_another() {
        let graph = change("a", false);
        let differs = |how: &dyn Fn(&mut Event)| {
            let mut other = change("b", true);
            how(&mut other);
            assert_eq!(known(&[graph.clone(), other]), ["a", "b"]);
        };
        fn audit(event: &mut Event) -> &mut Audit {
            match &mut event.what {
                What::Audit(audit) => audit,
                _ => panic!("no change"),
            }
        }
        differs(&|event| event.correlation = Some("cor-2".into()));
        differs(&|event| event.correlation = None);
        differs(&|event| event.at = at("2026-11-22T07:01:01.5Z"));
        differs(&|event| event.at = None);
        differs(&|event| audit(event).activity = "Delete user".into());
        differs(&|event| audit(event).targets.iter_mut().for_each(|one| one.id = "x".into()));
        differs(&|event| audit(event).by.user = Some(crate::id::Guid::from_u128(0x99)));
        differs(&|event| audit(event).result = crate::watch::event::AuditResult::Failure);
        differs(&|event| audit(event).service = "Core Directory".into());
    }

    #[test]
    fn sign_ins_are_one_where_user_application_code_and_address_agree() {
        let sign_in = |id: &str, code, member| {
            let mut event = sample_sign_in(code);
            event.id = Some(id.into());
            event.correlation = Some("Cor-1".into());
            if let What::SignIn(one) = &mut event.what {
                one.app.id = Some(crate::id::Guid::from_u128(0xa));
                one.names = Vec::from([Named { member, name: "x@contoso.com".into() }]);
            }
            event
        };
        let graph = sign_in("a", 50126, "userPrincipalName");
        assert_eq!(known(&[graph.clone(), sign_in("b", 50126, "UserId")]), ["a", "a"]);
        assert_eq!(known(&[graph.clone(), sign_in("b", 0, "UserId")]), ["a", "b"]);
        assert_eq!(known(&[graph, sign_in("b", 50126, "userPrincipalName")]), ["a", "b"]);
    }

    #[test]
    fn the_memory_has_an_end() {
        let mut joined = Joined::default();
        for number in 0..JOIN_RECORDS_MAX + 10 {
            let mut event = change("a", false);
            event.correlation = Some(format!("{number}"));
            joined.known_as(&Arc::new(event.clone()), format!("{number}"));
        }
        assert_eq!((joined.order.len(), joined.seen.len()), (JOIN_RECORDS_MAX, JOIN_RECORDS_MAX));
    }
}
