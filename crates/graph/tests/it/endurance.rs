//! Long reads on bad days: storms, outages, an end from outside, and what is left to be read later.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use halligan_core::id::Guid;
use halligan_core::tenant::{GapReason, PartKind, Snapshot};
use halligan_core::time::Timestamp;
use halligan_graph::read::{Earlier, Outcome, Progress, Wanted, read_snapshot, resume_snapshot};
use halligan_graph::{Options, Problem, Waiting, Why};
use serde_json::json;

use crate::service::{Asked, Reply, Service, json as answer, refuse};
use crate::tenant::{ALPHA, EMERGENCY, ROBOT, TOKEN_PATH, gaps, healthy};

const DOMAINS: &str = "/v1.0/domains";
const POLICIES: &str = "/beta/identity/conditionalAccess/policies";

/// A healthy tenant, but for what `answer` says otherwise.
async fn but(answer: impl Fn(&Asked) -> Option<Reply> + Send + Sync + 'static) -> Service {
    Service::start(move |asked| answer(asked).unwrap_or_else(|| healthy(asked))).await
}

fn wanted() -> Wanted {
    Wanted { accounts: vec![ALPHA.parse().unwrap()], group: Some(EMERGENCY.parse().unwrap()) }
}

/// Remembers what it is told.
#[derive(Default)]
struct Told {
    waits: Mutex<Vec<Waiting>>,
    kept: Mutex<Vec<(PartKind, Timestamp)>>,
}

impl Progress for Told {
    fn part(&self, kind: &PartKind, _: Option<Guid>, outcome: Outcome<'_>) {
        if let Outcome::Kept(at) = outcome {
            self.kept.lock().unwrap().push((kind.clone(), at));
        }
    }

    fn waiting(&self, waiting: &Waiting) {
        self.waits.lock().unwrap().push(*waiting);
    }
}

fn reason<'a>(snapshot: &'a Snapshot, kind: &PartKind) -> &'a str {
    let gaps = snapshot.gaps();
    let gap = gaps.into_iter().find(|gap| gap.part.kind == *kind).unwrap();
    match &gap.reason {
        GapReason::Failed { what } => what,
        other => panic!("{other:?}"),
    }
}

/// Reads a tenant whose domains are throttled for ever, with this jitter; gives the waits.
async fn storm(jitter: u8, change: impl FnOnce(&mut Options)) -> (Snapshot, Vec<Waiting>) {
    let service =
        but(|asked| (asked.path == DOMAINS).then(|| refuse(429, "TooManyRequests", "slow down")))
            .await;
    let client = service.client_with(|options| {
        options.pace.attempts_max = 5;
        options.pace.back_off_first = Duration::from_millis(20);
        options.pace.back_off_max = Duration::from_millis(100);
        options.jitter = Arc::new(move || jitter);
        change(options);
    });
    let told = Told::default();
    let snapshot = read_snapshot(&client, &Wanted::default(), &told).await.unwrap();
    (snapshot, told.waits.into_inner().unwrap())
}

#[tokio::test]
async fn a_storm_without_a_time_is_waited_out_longer_and_longer_and_told() {
    let (snapshot, waits) = storm(0, |_| {}).await;
    let what = reason(&snapshot, &PartKind::Domains);
    let expected = "throttled: told to slow down, without a time, after 5 attempts (request id";
    assert!(what.starts_with(expected), "{what}");
    let milliseconds: Vec<_> = waits.iter().map(|one| one.wait.as_millis()).collect();
    assert_eq!(milliseconds, [20, 40, 80, 100]);
    assert!(waits.iter().all(|one| one.why == Why::Throttled && one.attempts_max == 5));
    assert_eq!(waits.iter().map(|one| one.attempt).collect::<Vec<_>>(), [2, 3, 4, 5]);
    let (_, waits) = storm(255, |_| {}).await;
    let milliseconds: Vec<_> = waits.iter().map(|one| one.wait.as_millis()).collect();
    assert_eq!(milliseconds, [10, 20, 40, 50]);
}

#[tokio::test]
async fn the_time_for_one_answer_has_a_limit_with_a_name() {
    let (snapshot, waits) = storm(0, |options| {
        options.pace.back_off_first = Duration::from_millis(200);
        options.pace.back_off_max = Duration::from_secs(1);
        // The third wait would be 800 ms; a busy machine has 300 ms to spare.
        options.pace.waiting_max = Duration::from_millis(900);
    })
    .await;
    let what = reason(&snapshot, &PartKind::Domains);
    assert!(what.contains("without a time, after 3 attempts within WAITING_MAX"), "{what}");
    assert_eq!(waits.len(), 2);
}

#[tokio::test]
async fn a_service_that_answers_nobody_any_more_is_given_up_on() {
    for status in [429, 503] {
        let service = but(move |asked| {
            let is_first = [TOKEN_PATH, "/v1.0/organization"].contains(&asked.path.as_str());
            (!is_first).then(|| refuse(status, "serviceNotAvailable", ""))
        })
        .await;
        let client = service.client_with(|options| options.pace.unanswered_max = 4);
        let snapshot = read_snapshot(&client, &wanted(), &()).await.unwrap();
        let whys: BTreeSet<String> =
            snapshot.gaps().iter().map(|gap| gap.reason.to_string()).collect();
        let given_up = "could not be read: given up: 4 requests in a row got no answer \
                        (UNANSWERED_MAX)";
        assert!(whys.contains(given_up), "{whys:?}");
        // What is under way ends with it. Whoever asks next may be answered.
        let refused = service.asked().len();
        assert!(refused < 80, "{refused}");
        let again = read_snapshot(&client, &wanted(), &()).await.unwrap();
        assert!(again.organization.value().is_ok());
    }
}

#[tokio::test]
async fn a_part_that_is_down_does_not_end_what_is_answered() {
    let service = but(|asked| {
        let is_down = asked.path.ends_with("/methods") || asked.path.ends_with("/owners");
        is_down.then(|| refuse(503, "serviceNotAvailable", ""))
    })
    .await;
    let client = service.client_with(|options| {
        options.pace.unanswered_max = 3;
        options.pace.concurrent_requests_max = 1;
    });
    let snapshot = read_snapshot(&client, &wanted(), &()).await.unwrap();
    assert!(snapshot.domains.value().is_ok() && snapshot.policies.value().is_ok());
}

#[tokio::test]
async fn a_reading_ends_by_a_limit_on_the_whole() {
    let service = but(|asked| {
        let never = Reply { delay: Duration::from_secs(60), ..healthy(asked) };
        asked.path.ends_with("/members").then_some(never)
    })
    .await;
    let client = service.client_with(|options| options.pace.reading_max = Duration::from_secs(1));
    let wanted = wanted();
    let read = read_snapshot(&client, &wanted, &());
    let snapshot = tokio::time::timeout(Duration::from_secs(20), read).await.unwrap().unwrap();
    let told = reason(&snapshot, &PartKind::GroupMembers);
    assert_eq!(told, "given up: the reading took longer than READING_MAX (1 s)");
    assert!(snapshot.domains.value().is_ok());
}

#[tokio::test]
async fn an_outage_in_the_middle_is_told_and_costs_nothing() {
    let service = but(|asked| match (asked.path.as_str(), asked.nth) {
        (DOMAINS, 0) => Some(crate::service::dropped()),
        (DOMAINS, 1) => Some(refuse(503, "serviceNotAvailable", "")),
        _ => None,
    })
    .await;
    let told = Told::default();
    let snapshot = read_snapshot(&service.client(), &wanted(), &told).await.unwrap();
    assert!(gaps(&snapshot).is_empty());
    let why: Vec<_> = told.waits.into_inner().unwrap().into_iter().map(|one| one.why).collect();
    assert_eq!(why, [Why::Unanswered, Why::Failing(503)]);
}

#[tokio::test]
async fn a_tenant_that_is_told_to_wait_as_a_whole_is_left_alone() {
    let service = but(|asked| {
        let is_first = asked.path == DOMAINS && asked.nth == 0;
        let scope = "Tenant_Application/ReadWrite/c11e/7e";
        let slow = || refuse(429, "TooManyRequests", "").with("Retry-After", "1");
        is_first.then(|| slow().with("x-ms-throttle-scope", scope))
    })
    .await;
    let client = service.client_with(|options| options.pace.concurrent_requests_max = 1);
    let snapshot = read_snapshot(&client, &wanted(), &()).await.unwrap();
    assert!(gaps(&snapshot).is_empty());
    let asked = service.asked();
    let refused = asked.iter().position(|one| one.path == DOMAINS).unwrap();
    let pause = asked[refused + 1].at - asked[refused].at;
    assert!(pause >= Duration::from_millis(950), "{pause:?}");
}

#[tokio::test]
async fn near_its_limit_the_service_is_asked_no_faster() {
    for (share, most) in [("0.79", 8), ("0.85", 2), ("1.2", 2)] {
        let service = but(move |asked| {
            let near = |reply: Reply| reply.with("x-ms-throttle-limit-percentage", share);
            let reply = near(healthy(asked));
            Some(Reply { delay: Duration::from_millis(15), ..reply })
        })
        .await;
        let client = service.client_with(|options| options.pace.concurrent_requests_max = 8);
        read_snapshot(&client, &wanted(), &()).await.unwrap();
        let open = service.most_open();
        assert!(open <= most && (share != "0.79" || open > 3), "{share}: {open}");
    }
}

#[tokio::test]
async fn a_collection_that_vanished_is_a_gap_and_not_an_empty_one() {
    let vanished = |asked: &Asked| {
        let is_list = asked.path == DOMAINS || asked.path.ends_with("/owners");
        is_list.then(|| refuse(404, "Request_ResourceNotFound", "Resource not found"))
    };
    let snapshot = read_snapshot(&but(vanished).await.client(), &wanted(), &()).await.unwrap();
    assert!(reason(&snapshot, &PartKind::Domains).starts_with("not found"));
    assert!(reason(&snapshot, &PartKind::GroupOwners).starts_with("not found"));
    let path = but(|asked| {
        let is_account = asked.path.contains("/users/");
        is_account.then(|| refuse(404, "UnknownError", "no such path in this cloud"))
    })
    .await;
    let snapshot = read_snapshot(&path.client(), &wanted(), &()).await.unwrap();
    assert!(reason(&snapshot, &PartKind::Account).starts_with("not found"));
}

/// Fifty pages of a thousand owners.
fn many_owners(asked: &Asked) -> Option<Reply> {
    let path = asked.path.strip_suffix("/owners")?;
    let page: usize = asked.query.strip_prefix("$skiptoken=").map_or(0, |at| at.parse().unwrap());
    let owner = |place: usize| {
        let id = Guid::from_u128((page * 1_000 + place + 1) as u128);
        json!({"@odata.type": "#microsoft.graph.user", "id": id.to_string()})
    };
    let mut body = json!({"value": (0..1_000).map(owner).collect::<Vec<_>>()});
    if page < 49 {
        let host = &asked.headers["host"];
        body["@odata.nextLink"] =
            json!(format!("http://{host}{path}/owners?$skiptoken={}", page + 1));
    }
    Some(answer(200, &body))
}

#[tokio::test]
async fn fifty_thousand_owners_are_read_or_refused_by_the_name_of_the_limit() {
    let service = but(many_owners).await;
    let read = |items_max: u64| {
        let client = service.client_with(|options| {
            options.limits = halligan_graph::Limits { items_max, ..Default::default() };
        });
        async move { read_snapshot(&client, &wanted(), &()).await.unwrap() }
    };
    let snapshot = read(200_000).await;
    let group = &snapshot.groups[&EMERGENCY.parse().unwrap()];
    assert_eq!(group.owners.value().unwrap().len(), 50_000);
    let before = service.asked().len();
    let snapshot = read(10_000).await;
    let what = reason(&snapshot, &PartKind::GroupOwners);
    assert!(what.contains("more than ITEMS_MAX (10000)"), "{what}");
    // It stops at the page that is too much, of every group and application.
    let asked = service.asked();
    let owners = asked[before..].iter().filter(|one| one.path.ends_with("/owners"));
    let lists: BTreeSet<&str> = owners.clone().map(|one| one.path.as_str()).collect();
    assert!(lists.len() > 4, "{lists:?}");
    assert_eq!(owners.count(), lists.len() * 11);
}

#[tokio::test]
async fn a_clock_that_is_wrong_changes_no_wait() {
    let service = but(|asked| {
        let date = |reply: Reply| reply.with("date", "Sun, 22 Nov 2026 10:00:00 GMT");
        let until = "Sun, 22 Nov 2026 10:00:01 GMT";
        let slow = || date(refuse(429, "TooManyRequests", "").with("retry-after", until));
        (asked.path == DOMAINS && asked.nth == 0).then(slow)
    })
    .await;
    for clock in ["2026-11-20T10:00:00Z", "2026-11-25T10:00:00Z"] {
        let client = service.client_with(|options| {
            options.clock = Arc::new(move || clock.parse().unwrap());
        });
        let snapshot = read_snapshot(&client, &wanted(), &()).await.unwrap();
        assert!(gaps(&snapshot).is_empty(), "{clock}");
        assert_eq!(snapshot.taken, clock.parse().unwrap());
    }
    let asked = service.asked_at(DOMAINS);
    assert!(asked[1].at - asked[0].at >= Duration::from_secs(1));
}

#[tokio::test]
async fn an_end_from_outside_keeps_what_was_read() {
    let service = but(|asked| {
        let never = Reply { delay: Duration::from_secs(60), ..healthy(asked) };
        asked.path.ends_with("/members").then_some(never)
    })
    .await;
    let client = service.client();
    let end = async {
        while !service.asked().iter().any(|one| one.path.ends_with("/members")) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        client.interrupt();
    };
    let wanted = wanted();
    let read = read_snapshot(&client, &wanted, &());
    let both = async { tokio::join!(read, end) };
    let (snapshot, ()) = tokio::time::timeout(Duration::from_secs(20), both).await.unwrap();
    let snapshot = snapshot.unwrap();
    assert_eq!(reason(&snapshot, &PartKind::GroupMembers), "interrupted");
    assert!(snapshot.domains.value().is_ok());
    assert_eq!(client.sign_in().await, Err(Problem::Interrupted));
    let refused = read_snapshot(&client, &wanted, &()).await.unwrap_err();
    assert_eq!((refused.to_string().as_str(), refused.is_fatal()), ("interrupted", true));
}

fn paths(service: &Service) -> BTreeSet<String> {
    let asked = service.asked().into_iter().filter(|asked| asked.path != TOKEN_PATH);
    asked.map(|asked| asked.path).collect()
}

/// A snapshot without what `is_down` says, read an hour before the clock of the tests.
async fn earlier(is_down: impl Fn(&Asked) -> bool + Send + Sync + 'static) -> Snapshot {
    let service = but(move |asked| is_down(asked).then(|| refuse(500, "error", ""))).await;
    let client = service.client_with(|options| {
        options.clock = Arc::new(|| "2026-11-22T09:00:00Z".parse().unwrap());
    });
    read_snapshot(&client, &wanted(), &()).await.unwrap()
}

async fn resumed(service: &Service, earlier: Snapshot, since: &str, told: &Told) -> Snapshot {
    let now = "2026-11-22T10:00:00Z".parse().unwrap();
    let earlier = Earlier::of(earlier, since.parse().unwrap(), now);
    resume_snapshot(&service.client(), &wanted(), &earlier, told).await.unwrap()
}

#[tokio::test]
async fn what_an_earlier_reading_left_is_not_asked_for_again() {
    let earlier = earlier(|asked| asked.path == DOMAINS || asked.path.ends_with("/owners")).await;
    let unread = gaps(&earlier).len();
    assert_eq!(unread, 12);
    let policies_at = "2026-11-22T09:00:00Z".parse().unwrap();
    let (service, told) = (Service::start(healthy).await, Told::default());
    let snapshot = resumed(&service, earlier, "2026-11-22T09:00:00Z", &told).await;
    assert!(gaps(&snapshot).is_empty());
    let asked = paths(&service);
    let owners = asked.iter().filter(|path| path.ends_with("/owners")).count();
    // Of which kind the eligible are is no part of a snapshot, and is looked up.
    let kinds = ["/v1.0/users", "/v1.0/groups", "/v1.0/servicePrincipals"];
    let others = [&["/v1.0/organization", DOMAINS][..], &kinds[..]].concat();
    let others: Vec<String> = others.into_iter().map(String::from).collect();
    assert!(others.iter().all(|path| asked.contains(path)), "{asked:?}");
    // So are the owner whom the earlier reading did not know, and how the owner signs in.
    assert_eq!((owners, asked.len()), (10, 17), "{asked:?}");
    let halligan_core::tenant::Part::Read { at, .. } = &snapshot.policies else { panic!() };
    assert_eq!(*at, policies_at);
    let kept = told.kept.into_inner().unwrap();
    assert!(kept.contains(&(PartKind::Policies, policies_at)));
    assert!(kept.iter().all(|(kind, _)| *kind != PartKind::Organization));
}

#[tokio::test]
async fn what_is_too_old_or_belongs_to_other_policies_is_read_again() {
    let (service, told) = (Service::start(healthy).await, Told::default());
    let old = earlier(|_| false).await;
    resumed(&service, old, "2026-11-22T09:00:01Z", &told).await;
    assert!(told.kept.into_inner().unwrap().is_empty());

    // Policies that are read again may name others than the look-up knew.
    let (service, told) = (Service::start(healthy).await, Told::default());
    let without_policies = earlier(|asked| asked.path == POLICIES).await;
    let mut with_references = earlier(|_| false).await;
    with_references.policies = without_policies.policies;
    let snapshot = resumed(&service, with_references, "2026-11-22T09:00:00Z", &told).await;
    assert!(gaps(&snapshot).is_empty());
    assert!(paths(&service).contains("/v1.0/users"));
    let kept = told.kept.into_inner().unwrap();
    let is_reference =
        |kind: &PartKind| matches!(kind, PartKind::ReferencedUsers | PartKind::ReferencedGroups);
    assert!(!kept.iter().any(|(kind, _)| is_reference(kind)));
}

#[tokio::test]
async fn what_depends_on_a_part_that_is_read_again_is_read_again() {
    use PartKind::{DelegatedGrants, MethodsPolicy, RoleAssignments, RoleDefinitions};
    use PartKind::{Domains, Federations, ReferencedGroups, ReferencedUsers};
    let reason = GapReason::Failed { what: "down".into() };
    for (lost, stands, asked_anew) in [
        (MethodsPolicy, vec![ReferencedUsers, RoleAssignments], vec![ReferencedGroups]),
        (RoleDefinitions, vec![ReferencedGroups, Federations], vec![RoleAssignments]),
        (Domains, vec![RoleAssignments, DelegatedGrants], vec![Federations]),
        (PartKind::Holder, vec![RoleAssignments], vec![DelegatedGrants]),
        (PartKind::Account, vec![RoleAssignments, ReferencedUsers], vec![DelegatedGrants]),
    ] {
        let mut earlier = earlier(|_| false).await;
        earlier.withhold(&lost, &reason);
        let (service, told) = (Service::start(healthy).await, Told::default());
        let snapshot = resumed(&service, earlier, "2026-11-22T09:00:00Z", &told).await;
        assert!(gaps(&snapshot).is_empty());
        let kept = told.kept.into_inner().unwrap();
        let is_kept = |kind: &PartKind| kept.iter().any(|(known, _)| known == kind);
        assert!(stands.iter().all(is_kept), "{lost:?}: {kept:?}");
        assert!(!asked_anew.iter().any(is_kept), "{lost:?}: {kept:?}");
    }
}

#[tokio::test]
async fn accounts_that_the_earlier_reading_did_not_want_are_read() {
    let (service, told) = (Service::start(healthy).await, Told::default());
    let mut earlier = earlier(|_| false).await;
    let other = ROBOT.parse().unwrap();
    let account = earlier.accounts.remove(&ALPHA.parse().unwrap()).unwrap();
    earlier.accounts.insert(other, halligan_core::tenant::Account { id: other, ..account });
    let snapshot = resumed(&service, earlier, "2026-11-22T09:00:00Z", &told).await;
    let accounts: Vec<String> = snapshot.accounts.keys().map(ToString::to_string).collect();
    assert_eq!(accounts, [ALPHA]);
    assert!(paths(&service).contains(&format!("/v1.0/users/{ALPHA}")));
}

/// A tenant that answers so many requests for methods, and for activity, and no more before the
/// refused have waited.
fn sparing(most: usize) -> impl Fn(&Asked) -> Option<Reply> {
    let answered = [AtomicUsize::new(0), AtomicUsize::new(0)];
    move |asked| {
        let limit = match asked {
            _ if asked.path.ends_with("/authentication/methods") => &answered[0],
            _ if asked.query.contains("signInActivity") => &answered[1],
            _ => return None,
        };
        let is_over = limit.fetch_add(1, Ordering::SeqCst) == most;
        is_over.then(|| refuse(429, "TooManyRequests", "").with("retry-after", "1"))
    }
}

#[tokio::test]
async fn a_small_limit_is_kept_from_the_first_refusal_on_and_holds_nobody_else_up() {
    let service = but(sparing(2)).await;
    let client = service.client_with(|options| {
        options.pace.reports_gap = Duration::from_millis(200);
        options.pace.batch_parts_max = 1;
    });
    let snapshot = read_snapshot(&client, &wanted(), &()).await.unwrap();
    assert!(gaps(&snapshot).is_empty(), "{:?}", gaps(&snapshot));
    let asked = service.asked();
    let of = |what: &str| {
        let mut times: Vec<_> =
            asked.iter().filter(|one| one.path.ends_with(what)).map(|one| one.at).collect();
        times.sort();
        times
    };
    // The account, three holders and an owner, and the one that was refused.
    let methods = of("/authentication/methods");
    assert_eq!(methods.len(), 6);
    let pause = methods[5] - methods[4];
    assert!(pause >= Duration::from_millis(190), "{pause:?}");
    let last = of("/memberOf").into_iter().max().unwrap();
    assert!(last < methods[5], "groups did not wait for methods");
}
