use super::*;
use crate::ingest::{Ingest, Place, TenantNames, WatchedTenant};
use halligan_core::id::{AppId, UserId};
use halligan_core::time::SignedDuration;
use halligan_core::watch::canary::BUDGET_ATTEMPTS;
use halligan_core::watch::watched::{Subject, Watched};
use halligan_graph::{Endpoints, PASSWORD_CLIENT};
use halligan_twin::{
    Attempt as Foreign, Directory, Options, Running, Shown, Throttling, Twin, story,
};
use std::time::Duration;

/// A tenant, a daemon's canary beside a folder, and a clock that stands still.
struct Lab {
    folder: tempfile::TempDir,
    twin: Running,
    decoy: UserId,
    name: String,
    ingest: Ingest,
    now: Timestamp,
}

const CALM: Standing = Standing { target: Target::Decoy, is_incident: false };

impl Lab {
    async fn new() -> Self {
        let directory = Directory::story();
        let is_decoy = |id: &UserId| *id != story::ACCOUNT_ALPHA && *id != story::ACCOUNT_BRAVO;
        let decoy = directory.users.keys().map(|id| UserId(*id)).find(is_decoy).unwrap();
        let name = directory.users[&decoy.0].object["userPrincipalName"].as_str().unwrap();
        let name = name.to_owned();
        let options = Options { throttling: Throttling::Off, ..Options::default() };
        let twin = Twin::start(directory, options).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let ingest = ingest(decoy, &name);
        Self { folder, twin, decoy, name, ingest, now: Timestamp::now() }
    }

    fn declared(&self) -> Declared {
        Declared {
            account: self.name.clone(),
            id: self.decoy,
            every: Duration::from_secs(1800),
            within: Duration::from_secs(600),
            client: PASSWORD_CLIENT,
        }
    }

    /// The canary as a daemon has it that starts now.
    fn start(&self) -> Canary {
        let register = self.folder.path().join("halligan.toml");
        Canary::beside(&register, self.declared(), Some(story::TENANT), self.now).unwrap()
    }

    fn later(&mut self, minutes: i64) {
        self.now += SignedDuration::from_mins(minutes);
    }

    async fn send(&self, request: Guid, declared: Declared) -> Answer {
        let endpoints = Endpoints::custom(self.twin.login_url(), self.twin.graph_url()).unwrap();
        let text = "[access]\nshape = \"exempt\"\n";
        let mut config = Config::parse("x", Path::new(""), text, self.now).unwrap();
        config.endpoints = endpoints;
        config.register.tenant = Some(story::TENANT);
        Sender::of(&config, declared).unwrap().send(request).await.0
    }

    /// Announces, sends and notes the answer.
    async fn fly(&mut self, canary: &mut Canary) -> Guid {
        let request = request_id().unwrap();
        canary.announce(request, CALM, self.now).unwrap().unwrap();
        self.ingest.expect(canary.attempts());
        let answer = self.send(request, self.declared()).await;
        let told = canary.answered(request, answer, self.now).unwrap().unwrap();
        assert_eq!(self.told(told), [""; 0], "{answer:?}");
        self.ingest.expect(canary.attempts());
        request
    }

    /// The records of the decoy that the tenant's log has.
    fn records(&self) -> Vec<serde_json::Value> {
        let log = self.twin.change(|directory| directory.logs.sign_ins.clone());
        let records = log.into_iter().map(|one| serde_json::Value::Object(one.object));
        records.filter(|one| one["userId"] == self.decoy.to_string()).collect()
    }

    /// What a record, as Graph gives it, is told as.
    fn comes(&mut self, record: &serde_json::Value) -> Vec<&'static str> {
        let place = Place { source: "test".into(), line: None, offset: None };
        let taken = self.ingest.message(record.to_string().as_bytes(), &place, self.now);
        taken.detected.iter().map(|one| one.fired.detection.id).collect()
    }

    fn told(&mut self, event: Event) -> Vec<&'static str> {
        let place = Place { source: SOURCE.into(), line: None, offset: None };
        let found = self.ingest.event(event, &place, self.now);
        found.iter().map(|one| one.fired.detection.id).collect()
    }
}

fn ingest(decoy: UserId, name: &str) -> Ingest {
    let mut watched = Watched::default();
    watched.watch_id(&decoy.to_string(), &Subject::Decoy(decoy));
    watched.watch_name(name, &Subject::Decoy(decoy));
    let names = TenantNames { code_name: "NORTH".into(), ..TenantNames::default() };
    Ingest::new(vec![WatchedTenant { names, watched, standing: None }])
}

#[tokio::test]
async fn it_flies_comes_back_through_the_log_and_is_told_to_nobody() {
    let mut lab = Lab::new().await;
    let mut canary = lab.start();
    let request = lab.fly(&mut canary).await;
    let records = lab.records();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["correlationId"], request.to_string());
    lab.later(5);
    assert_eq!(lab.comes(&records[0]), [""; 0]);
    assert_eq!(lab.comes(&records[0]), [""; 0], "a copy");
    let matched = lab.ingest.take_matched();
    assert_eq!((matched.len(), matched[0].request), (1, request));
    assert_eq!(canary.seen(request, &matched[0].record, lab.now).unwrap(), None);
    lab.later(60);
    assert_eq!(canary.overdue(lab.now).unwrap(), []);
    // After a restart a copy is known as well.
    lab.ingest = ingest(lab.decoy, &lab.name);
    lab.ingest.expect(lab.start().attempts());
    assert_eq!(lab.comes(&records[0]), [""; 0], "after a restart");
    lab.twin.stop().await;
}

#[tokio::test]
async fn a_record_that_is_withheld_is_told_once_and_so_is_the_next_that_comes() {
    let mut lab = Lab::new().await;
    let mut canary = lab.start();
    lab.fly(&mut canary).await;
    lab.later(10);
    assert_eq!(canary.overdue(lab.now).unwrap(), [], "in its time");
    lab.later(1);
    let missed = canary.overdue(lab.now).unwrap();
    assert_eq!(missed.len(), 1);
    assert_eq!(lab.told(missed[0].clone()), ["HG-WATCH-28"]);
    assert_eq!(canary.overdue(lab.now).unwrap(), []);
    assert_eq!(lab.start().overdue(lab.now).unwrap(), [], "nor after a restart");
    lab.ingest.expect(canary.attempts());
    let late = lab.records().remove(0);
    assert_eq!(lab.comes(&late), ["HG-WATCH-27"], "out of its time");
    lab.later(30);
    let request = lab.fly(&mut canary).await;
    // The twin's clock goes on as the lab's does not: the record is of the attempt's time.
    let mut record = lab.records().pop().unwrap();
    record["createdDateTime"] = lab.now.to_string().into();
    assert_eq!(lab.comes(&record), [""; 0]);
    let matched = lab.ingest.take_matched();
    let back = canary.seen(request, &matched[0].record, lab.now).unwrap().unwrap();
    assert_eq!(lab.told(back), ["HG-WATCH-25"]);
    lab.twin.stop().await;
}

#[tokio::test]
async fn after_downtime_the_record_is_waited_for_again() {
    let mut lab = Lab::new().await;
    let mut before = lab.start();
    let request = lab.fly(&mut before).await;
    lab.later(120);
    // The daemon did not run meanwhile.
    let mut canary = lab.start();
    assert_eq!(canary.overdue(lab.now).unwrap(), [], "nobody looked for it");
    lab.ingest = ingest(lab.decoy, &lab.name);
    lab.ingest.begin(lab.now);
    lab.ingest.expect(canary.attempts());
    lab.later(10);
    let record = lab.records().remove(0);
    assert_eq!(lab.comes(&record), [""; 0], "in its time after all");
    assert_eq!(lab.ingest.take_matched()[0].request, request);
    lab.later(1);
    assert_eq!(canary.overdue(lab.now).unwrap().len(), 1, "where it was not written down");
    lab.twin.stop().await;
}

#[tokio::test]
async fn what_a_crash_kept_from_being_told_is_told_by_the_next_one() {
    let mut lab = Lab::new().await;
    let mut canary = lab.start();
    let first = lab.fly(&mut canary).await;
    lab.later(11);
    canary.overdue(lab.now).unwrap();
    lab.later(20);
    let second = request_id().unwrap();
    canary.announce(second, CALM, lab.now).unwrap().unwrap();
    canary.answered(second, Answer::Locked, lab.now).unwrap().unwrap();
    canary.seen(second, "record", lab.now).unwrap().unwrap();
    // The daemon ends here: nothing was told.
    let canary = lab.start();
    let owed = canary.owed(lab.now);
    let ids: Vec<_> = owed.iter().map(|one| one.id.clone().unwrap()).collect();
    let expected = [
        format!("canary-missed:{first}"),
        format!("canary-answer:{second}"),
        format!("canary-back:{second}"),
    ];
    assert_eq!(ids, expected);
    let all = |lab: &mut Lab| -> Vec<_> {
        owed.clone().into_iter().flat_map(|event| lab.told(event)).collect()
    };
    assert_eq!(all(&mut lab), ["HG-WATCH-28", "HG-WATCH-29", "HG-WATCH-25"]);
    assert_eq!(all(&mut lab), [""; 0], "what was told is known");
    let later = lab.now + SignedDuration::from_hours(24 * OWED_DAYS_MAX);
    assert_eq!(canary.owed(later), []);
    lab.twin.stop().await;
}

#[tokio::test]
async fn whatever_else_is_tried_with_the_decoy_is_told() {
    let mut lab = Lab::new().await;
    let mut canary = lab.start();
    let request = lab.fly(&mut canary).await;
    let ours = lab.records().remove(0);
    assert_eq!(lab.comes(&ours), [""; 0]);
    lab.twin.attempt(&Foreign::new(&lab.name, Shown::WrongPassword));
    let foreign = lab.records().pop().unwrap();
    assert_eq!(lab.comes(&foreign), ["HG-WATCH-27"]);
    // Somebody read the journal, and sends its id.
    let copied =
        Foreign { correlation: Some(request), ..Foreign::new(&lab.name, Shown::WrongPassword) };
    lab.twin.attempt(&copied);
    let copied = lab.records().pop().unwrap();
    assert_eq!(lab.comes(&copied), ["HG-WATCH-27"], "the same request id");
    let mut open = ours;
    open["status"]["errorCode"] = 0.into();
    assert_eq!(lab.comes(&open), ["HG-WATCH-27"], "an update that says success");
    lab.twin.stop().await;
}

#[tokio::test]
async fn what_a_crash_interrupts_is_counted_and_not_sent_again() {
    let mut lab = Lab::new().await;
    let request = request_id().unwrap();
    lab.start().announce(request, CALM, lab.now).unwrap().unwrap();
    // The daemon ends here: nothing was sent. It starts again and again.
    let mut announced = 1;
    for _ in 0..120 {
        let mut canary = lab.start();
        if canary.announce(request_id().unwrap(), CALM, lab.now).unwrap().is_ok() {
            announced += 1;
        }
        lab.later(1);
        assert_eq!(canary.overdue(lab.now).unwrap(), [], "what was not sent is not missed");
    }
    assert_eq!(lab.records().len(), 0, "nothing is sent again");
    assert!((2..=2 * BUDGET_ATTEMPTS).contains(&announced), "{announced}");
    let again = lab.start().announce(request, CALM, lab.now).unwrap();
    assert!(again.is_err(), "no id is announced twice");
    lab.twin.stop().await;
}

#[tokio::test]
async fn each_answer_is_told_as_what_it_means() {
    let mut lab = Lab::new().await;
    let request = request_id().unwrap();
    let with = |change: fn(&mut Declared)| {
        let mut declared = lab.declared();
        change(&mut declared);
        declared
    };
    let unknown = with(|one| one.account = "nobody@example.org".into());
    assert_eq!(lab.send(request, unknown).await, Answer::NoUser);
    let other = with(|one| one.client = AppId::from_u128(1));
    assert_eq!(lab.send(request, other).await, Answer::Client);
    let decoy = lab.decoy.0;
    lab.twin.change(|directory| directory.passwords.insert(decoy, PASSWORD.into()));
    assert_eq!(lab.send(request, lab.declared()).await, Answer::RightPassword);
    let mut canary = lab.start();
    canary.announce(request, CALM, lab.now).unwrap().unwrap();
    let told = canary.answered(request, Answer::RightPassword, lab.now).unwrap().unwrap();
    assert_eq!(lab.told(told), ["HG-WATCH-29"]);
    lab.twin.stop().await;
}

#[tokio::test]
async fn an_outage_is_told_when_it_lasts() {
    let mut lab = Lab::new().await;
    let mut canary = lab.start();
    for round in 1..=UNANSWERED_TOLD {
        let request = request_id().unwrap();
        canary.announce(request, CALM, lab.now).unwrap().unwrap();
        let told = canary.answered(request, Answer::Nothing, lab.now).unwrap();
        assert_eq!(told.is_some(), round == UNANSWERED_TOLD, "{round}");
        if let Some(event) = told {
            assert_eq!(lab.told(event), ["HG-WATCH-29"]);
        }
        let owed = lab.start().owed(lab.now).len();
        assert_eq!(owed, usize::from(round == UNANSWERED_TOLD), "{round}");
        lab.later(31);
    }
    lab.twin.stop().await;
}

#[tokio::test]
async fn a_journal_that_was_changed_grounds_the_canary() {
    let lab = Lab::new().await;
    lab.start().announce(request_id().unwrap(), CALM, lab.now).unwrap().unwrap();
    let file = lab.folder.path().join("halligan.streams/watch.canary.ndjson");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace(&lab.decoy.to_string()[..4], "0000")).unwrap();
    let register = lab.folder.path().join("halligan.toml");
    let refused = Canary::beside(&register, lab.declared(), None, lab.now).unwrap_err();
    assert!(matches!(refused, CanaryError::Store(StoreError::Tampered { .. })), "{refused}");
    lab.twin.stop().await;
}
