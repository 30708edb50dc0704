//! Reading at scale against the twin: how many requests, on bad days, and in two goes.

use std::sync::Mutex;
use std::time::Duration;

use halligan_app::clock;
use halligan_app::config::Config;
use halligan_app::live::{LiveError, PartOutcome, Progress, Waiting, read_until, read_with};
use halligan_app::resume::{RESUME_WITHIN, Resume, ResumeError};
use halligan_app::sign_in::Asked;
use halligan_app::simulated::{Origin, Simulated, Size, TwinOptions};
use halligan_core::id::{Guid, TenantId};
use halligan_core::tenant::{Part, PartKind, Snapshot, TakePart};
use halligan_graph::Why;
use halligan_twin::{Exchange, Fault, Throttling, What, When};

use crate::{read, unread};

const SIZE: Size = Size { policies: 250, groups: 400, role_holders: 1_500, users: 300 };

async fn recorded(origin: &Origin) -> Simulated {
    let throttling = Throttling::Off;
    let options = TwinOptions { throttling, record: true, ..TwinOptions::default() };
    Simulated::start(origin, options).await.unwrap()
}

fn fault(path: &str, when: When, what: What) -> Fault {
    Fault { path: path.into(), when, what }
}

/// Reads with up to so many requests in a batch; gives the exchanges, parts of batches apart.
async fn exchanges(tenant: &Simulated, parts_max: usize) -> (Snapshot, Vec<Exchange>, usize) {
    tenant.running().forget();
    let mut options = tenant.client_options().unwrap();
    options.pace.conditional_access_gap = Duration::ZERO;
    options.pace.batch_parts_max = parts_max;
    let snapshot = read_with(options, tenant.register(), &()).await.unwrap();
    let (parts, requests): (Vec<_>, Vec<_>) =
        tenant.running().exchanges().into_iter().partition(|one| one.is_part);
    (snapshot, requests, parts.len())
}

/// A snapshot's parts without their times.
#[derive(Default)]
struct Values(Vec<String>);

impl TakePart for Values {
    fn take<T: Send + 'static>(&mut self, kind: PartKind, about: Option<Guid>, part: Part<T>) {
        let is_read = part.value().is_ok();
        self.0.push(format!("{kind} {about:?} {is_read}"));
    }
}

fn values(snapshot: Snapshot) -> Vec<String> {
    let mut values = Values::default();
    snapshot.into_parts(&mut values);
    values.0
}

#[tokio::test]
async fn batches_save_most_requests_and_read_the_same() {
    let tenant = recorded(&Origin::Seed(5, SIZE)).await;
    let (alone, singles, none) = exchanges(&tenant, 1).await;
    let (together, requests, parts) = exchanges(&tenant, 20).await;
    assert_eq!(none, 0);
    assert!(unread(&together).is_empty());
    assert_eq!(together.policies.value(), alone.policies.value());
    assert_eq!(together.groups.keys().collect::<Vec<_>>(), alone.groups.keys().collect::<Vec<_>>());
    let batches = requests.iter().filter(|one| one.path == "/$batch").count();
    let (one_by_one, sent, groups) = (singles.len(), requests.len(), together.groups.len());
    println!("{groups} groups: {one_by_one} requests alone, {sent} with {batches} batches");
    assert_eq!(requests.len() - batches + parts, singles.len());
    assert!(parts > 60, "{parts}");
    // Roles are asked for one by one, and Conditional Access is never part of a batch.
    assert!(requests.len() * 3 < singles.len(), "{} of {}", requests.len(), singles.len());
    let refused: Vec<_> = requests.iter().filter(|one| one.status != 200).collect();
    assert_eq!(refused.len(), 1, "lifecycle workflows alone, which are not licensed");
    assert_eq!(values(together), values(alone));
}

/// What the record of decisions says about delta queries rests on these numbers.
#[tokio::test]
async fn the_cost_does_not_grow_with_users_and_that_of_delta_would() {
    let tenant = recorded(&Origin::Seed(5, SIZE)).await;
    let (_, few, _) = exchanges(&tenant, 1).await;
    tenant.running().change(|directory| {
        let user = directory.users.values().next().unwrap().clone();
        for number in 0..4_000_u128 {
            let id = Guid::from_u128(0xdead_0000_0000 + number);
            let mut user = user.clone();
            user.object.insert("id".into(), id.to_string().into());
            directory.users.insert(id, user);
        }
    });
    let (snapshot, many, _) = exchanges(&tenant, 1).await;
    assert_eq!(many.len(), few.len());
    let users = tenant.running().read(|directory| directory.users.len());
    // A first delta query goes through every user, as this list does.
    let pages = users.div_ceil(999);
    println!("{users} users: {} requests, {pages} for a first delta of users", many.len());
    assert_eq!(pages, 5);
    let lists = many.iter().filter(|one| one.operation == Some("/users"));
    let (activity, looked_up): (Vec<_>, Vec<_>) =
        lists.partition(|one| one.query.contains("signInActivity"));
    assert!(looked_up.len() <= 8, "{}", looked_up.len());
    let holders = snapshot.holders.len();
    assert_eq!(activity.len(), holders.div_ceil(15), "{holders} holders");
}

#[tokio::test]
async fn bad_moments_of_parts_cost_nothing() {
    let tenant = recorded(&Origin::Story).await;
    let slow = |retry_after_seconds| What::Status { status: 429, retry_after_seconds };
    for (path, when, what) in [
        ("/v1.0/users/", When::Nth(2), What::Unauthorized),
        ("/beta/groups/", When::First(2), slow(None)),
        ("/v1.0/groups/", When::Nth(1), slow(Some(1))),
        ("/v1.0/$batch", When::Nth(1), What::DropConnection),
        ("/v1.0/$batch", When::Nth(2), What::Unauthorized),
        ("/beta/$batch", When::Nth(1), What::TruncateBody(10)),
        (
            "/v1.0/identityGovernance",
            When::First(2),
            What::Status { status: 503, retry_after_seconds: None },
        ),
    ] {
        tenant.running().add_fault(fault(path, when, what));
    }
    let snapshot = read(&tenant).await.unwrap();
    assert!(unread(&snapshot).is_empty(), "{:?}", unread(&snapshot));
    let recorded = tenant.running().exchanges();
    let of_parts = |status: u16| recorded.iter().any(|one| one.is_part && one.status == status);
    assert!(of_parts(200) && of_parts(429) && of_parts(401), "faults have struck");
    let of_batches =
        |status| recorded.iter().any(|one| one.path == "/$batch" && one.status == status);
    assert!(of_batches(0) && of_batches(401) && of_batches(200));
}

#[tokio::test]
async fn every_token_that_ends_in_the_middle_is_renewed() {
    let tenant = recorded(&Origin::Seed(5, SIZE)).await;
    tenant.running().add_fault(fault(
        "/v1.0/domains",
        When::Nth(1),
        What::Latency(Duration::from_millis(200)),
    ));
    let revoke = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        tenant.running().revoke_tokens();
    };
    let (snapshot, ()) = tokio::join!(read(&tenant), revoke);
    assert!(unread(&snapshot.unwrap()).is_empty());
}

/// Remembers waits, and how many parts were read and kept.
#[derive(Default)]
struct Told {
    waits: Mutex<Vec<Waiting>>,
    kept: Mutex<Vec<PartKind>>,
}

impl Progress for Told {
    fn part(&self, kind: &PartKind, _: Option<Guid>, outcome: PartOutcome<'_>) {
        if matches!(outcome, PartOutcome::Kept(_)) {
            self.kept.lock().unwrap().push(kind.clone());
        }
    }

    fn waiting(&self, waiting: &Waiting) {
        self.waits.lock().unwrap().push(*waiting);
    }
}

#[tokio::test]
async fn a_reading_that_is_interrupted_is_finished_later() {
    let tenant = recorded(&Origin::Story).await;
    let folder = tempfile::tempdir().unwrap();
    let config = Config::load(&tenant.write(folder.path()).unwrap(), clock::now()).unwrap();
    let down = What::Status { status: 503, retry_after_seconds: Some(60) };
    tenant.running().add_fault(fault("/v1.0/domains", When::Always, down));
    let end = tokio::time::sleep(Duration::from_millis(900));
    let nobody = Asked::nobody();
    let told = Told::default();
    let reading = read_until(&config, &nobody, None, &told, &mut |_| {}, end).await.unwrap();
    assert!(reading.is_interrupted);
    let gap = reading.snapshot.domains.value().unwrap_err();
    assert_eq!(gap.reason.to_string(), "could not be read: interrupted");
    let waits = told.waits.into_inner().unwrap();
    let waited = waits.iter().find(|one| one.why == Why::Failing(503)).unwrap();
    assert_eq!((waited.wait, waited.attempt), (Duration::from_secs(60), 2));

    tenant.running().clear_faults();
    tenant.running().forget();
    let resume =
        |snapshot: &Snapshot| Some(Resume { snapshot: snapshot.clone(), within: RESUME_WITHIN });
    let told = Told::default();
    let never = std::future::pending();
    let earlier = resume(&reading.snapshot);
    let whole = read_until(&config, &nobody, earlier, &told, &mut |_| {}, never).await.unwrap();
    assert!(!whole.is_interrupted && unread(&whole.snapshot).is_empty());
    let kept = told.kept.into_inner().unwrap();
    assert!(kept.contains(&PartKind::Account) && !kept.contains(&PartKind::Domains), "{kept:?}");
    let asked = tenant.running().exchanges();
    assert!(!asked.iter().any(|one| one.operation == Some("/users/{user-id}")));

    let mut other = whole.snapshot;
    if let Part::Read { value, .. } = &mut other.organization {
        value.id = TenantId::from_u128(7);
    }
    let never = std::future::pending();
    let error =
        read_until(&config, &nobody, resume(&other), &(), &mut |_| {}, never).await.unwrap_err();
    assert!(matches!(error, LiveError::Resume(ResumeError::OtherTenant { .. })), "{error}");
    assert!(error.hint().unwrap().contains("--resume"));
}
