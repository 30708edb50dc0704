use super::*;
use crate::ingest::{Ingest, Place, TenantNames, WatchedTenant};
use halligan_core::watch::detect::sample_watched;
use std::fs;

const DAY: i64 = 24 * 60;
const TENANTS: [u128; 2] = [1, 2];

fn at(minute: i64) -> Timestamp {
    let begin: Timestamp = "2026-09-07T00:00:00Z".parse().unwrap();
    Timestamp::from_second(begin.as_second() + minute * 60).unwrap()
}

fn ingest() -> Ingest {
    let tenant = |id: u128| WatchedTenant {
        names: TenantNames {
            code_name: format!("tenant-{id}"),
            id: Some(TenantId::from_u128(id)),
            ..TenantNames::default()
        },
        watched: sample_watched(),
        standing: None,
    };
    Ingest::new(TENANTS.map(tenant).into())
}

/// A daemon with two tenants and one source.
struct Daemon {
    ingest: Ingest,
    pulse: Pulse,
    source: Arc<str>,
    /// The minute, the tenant and the detection.
    told: Vec<(i64, usize, &'static str)>,
}

impl Daemon {
    fn start(register: &Path, minute: i64) -> Self {
        let (mut pulse, error) = Pulse::beside(register, at(minute));
        assert_eq!(error, None);
        let source: Arc<str> = "hub".into();
        pulse.watch(&source, at(minute));
        Self { ingest: ingest(), pulse, source, told: Vec::new() }
    }

    /// A change of each tenant, `late` minutes old.
    fn records(&mut self, minute: i64, late: i64) {
        for tenant in TENANTS.map(TenantId::from_u128) {
            let record = json!({
                "category": "AuditLogs", "tenantId": tenant.to_string(), "properties": {
                    "id": format!("{tenant}-{}", minute - late), "category": "Other",
                    "activityDisplayName": "Update device",
                    "activityDateTime": at(minute - late).to_string(),
                },
            });
            let place = Place { source: self.source.clone(), line: None, offset: None };
            let bytes = record.to_string();
            let found = self.ingest.message(bytes.as_bytes(), &place, at(minute)).detected;
            assert!(found.is_empty(), "{found:?}");
            assert_eq!(self.ingest.came().records, 1);
            self.pulse.seen(&self.source, self.ingest.came(), at(minute));
        }
    }

    fn look(&mut self, minute: i64) {
        for (source, event) in self.pulse.look(at(minute)) {
            let place = Place { source, line: None, offset: None };
            for one in self.ingest.event(event, &place, at(minute)) {
                self.told.push((minute, one.tenant, one.fired.detection.id));
            }
        }
    }

    fn run(&mut self, minutes: std::ops::Range<i64>, late: i64) {
        for minute in minutes {
            self.records(minute, late);
            self.look(minute);
        }
    }

    fn told(&mut self) -> Vec<(i64, usize, &'static str)> {
        std::mem::take(&mut self.told)
    }
}

#[test]
fn a_source_that_brings_copies_alone_is_silent_for_every_tenant_and_its_end_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut daemon = Daemon::start(&folder.path().join("halligan.toml"), 0);
    daemon.run(0..9 * DAY, 2);
    assert_eq!(daemon.told(), []);
    let begin = 9 * DAY;
    for minute in begin..begin + 120 {
        // The overlap of polling and a sweep: what is known.
        for before in [1, 5, 600] {
            daemon.records(minute, minute - begin + before + 2);
        }
        daemon.look(minute);
    }
    let told = daemon.told();
    let [(first, 0, "HG-WATCH-21"), (second, 1, "HG-WATCH-21")] = told[..] else {
        panic!("{told:?}")
    };
    assert!(first == second && (20..50).contains(&(first - begin)), "{told:?}");
    daemon.run(begin + 120..begin + 300, 2);
    assert_eq!(daemon.told(), [(begin + 120, 0, "HG-WATCH-25"), (begin + 120, 1, "HG-WATCH-25")]);
}

#[test]
fn growth_is_told_of_its_tenant_and_not_after_a_start_or_by_copies() {
    let folder = tempfile::tempdir().unwrap();
    let register = folder.path().join("halligan.toml");
    let mut daemon = Daemon::start(&register, 0);
    daemon.run(0..2 * DAY, 2);
    // A sweep brings a day again.
    for before in 0..DAY {
        daemon.records(2 * DAY, 3 + before);
    }
    daemon.run(2 * DAY..2 * DAY + 60, 2);
    assert_eq!(daemon.told(), []);
    daemon.pulse.save().unwrap();
    // A start at once, and the first round looks back a day.
    let mut daemon = Daemon::start(&register, 2 * DAY + 60);
    for before in 0..DAY {
        daemon.records(2 * DAY + 60, 3 + before);
    }
    daemon.run(2 * DAY + 60..2 * DAY + 120, 2);
    assert_eq!(daemon.told(), []);
    let rows = daemon.pulse.rows(at(2 * DAY + 119));
    let ids = TENANTS.map(|id| Some(TenantId::from_u128(id)));
    assert_eq!(rows.iter().map(|row| row.tenant).collect::<Vec<_>>(), ids);
    for row in &rows {
        assert_eq!((&*row.source, row.last), ("hub", Some(at(2 * DAY + 119))));
        assert_eq!((row.median, row.most, row.usual), (Some(120), Some(120), Some(120)));
        // The day that the second start looks back, and two minutes on their way at each start.
        assert_eq!(row.apart, (0, 4 + u64::try_from(DAY).unwrap()));
        assert!(row.due > Some(at(2 * DAY + 119)) && row.usual_minutes == Some(60), "{row:?}");
    }
    // The service falls behind by half an hour.
    daemon.run(2 * DAY + 120..2 * DAY + 240, 32);
    let told = daemon.told();
    let [(grown, 0, "HG-WATCH-24"), (_, 1, "HG-WATCH-24")] = told[..] else { panic!("{told:?}") };
    assert!((30..=60).contains(&(grown - 2 * DAY - 120)), "{told:?}");
    daemon.run(2 * DAY + 240..2 * DAY + 400, 2);
    let told: Vec<_> = daemon.told().into_iter().map(|one| (one.1, one.2)).collect();
    assert_eq!(told, [(0, "HG-WATCH-25"), (1, "HG-WATCH-25")]);
}

#[test]
fn a_silence_goes_on_over_a_start_and_is_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let register = folder.path().join("halligan.toml");
    let mut daemon = Daemon::start(&register, 0);
    daemon.run(0..9 * DAY, 2);
    let mut minute = 9 * DAY;
    let mut told = Vec::new();
    // Ten starts, with a night between the first two, which is no silence: that is forty minutes
    // old in the third.
    for start in 0..10 {
        daemon.pulse.save().unwrap();
        minute += if start == 1 { 12 * 60 } else { 1 };
        daemon = Daemon::start(&register, minute);
        for _ in 0..20 {
            daemon.look(minute);
            minute += 1;
        }
        told.extend(daemon.told().into_iter().map(|one| (start, one.1, one.2)));
    }
    assert_eq!(told, [(2, 0, "HG-WATCH-21"), (2, 1, "HG-WATCH-21")]);
    assert_eq!(daemon.pulse.rows(at(minute)).first().and_then(|row| row.due), None);
}

#[test]
fn a_file_that_is_broken_is_said_and_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let register = folder.path().join("halligan.toml");
    let path = folder.path().join(PULSE_FILE);
    let mut daemon = Daemon::start(&register, 0);
    daemon.run(0..DAY, 2);
    daemon.pulse.save().unwrap();
    let whole = fs::read_to_string(&path).unwrap();
    assert!(whole.len() < 64 << 10, "{}", whole.len());
    let none = at(DAY);
    let (read, error) = Pulse::beside(&register, none);
    assert_eq!((read.beats.len(), error), (1, None));
    // Nobody has watched this source for months.
    assert_eq!(Pulse::beside(&register, at(90 * DAY)).0.beats.len(), 0);
    let broken = [
        &whole[..whole.len() / 2],
        "",
        "{}",
        &whole.replace("\"version\":1", "\"version\":2"),
        &whole.replace("\"silent\":", "\"silent\":-"),
        &whole.replace("\"recent\":[[", "\"recent\":[[9223372036854775807,0],["),
    ];
    for text in broken {
        fs::write(&path, text).unwrap();
        let (pulse, error) = Pulse::beside(&register, none);
        assert_eq!(error, Some(PulseError::Broken(path.clone())), "{text:.60}");
        assert!(pulse.beats.is_empty());
        pulse.save().unwrap();
        assert_eq!(Pulse::beside(&register, none).1, None);
    }
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let (pulse, error) = Pulse::beside(&register, none);
    assert!(error.unwrap().to_string().contains("it is a folder"));
    assert!(pulse.save().is_err());
}

#[test]
fn what_a_call_brought_is_counted_also_where_it_is_left_unread() {
    let mut ingest = ingest();
    let place = Place { source: "x".into(), line: None, offset: None };
    let sign_in = json!({"category": "SignInLogs", "properties": {"id": "1", "userId": "2"}});
    let change = |id: &str| json!({"id": id, "activityDisplayName": "x", "category": "y"});
    let mut came = |text: String| {
        ingest.message(text.as_bytes(), &place, at(0));
        let came = ingest.came();
        (came.records, came.read.len())
    };
    assert_eq!(came(sign_in.to_string()), (1, 0));
    assert_eq!(came(json!({"value": [change("1"), sign_in, change("2")]}).to_string()), (3, 2));
    assert_eq!(came(json!({"value": []}).to_string()), (0, 0));
    assert_eq!(came("{\"category\":".into()), (1, 1));
    let mut sights = Sights::default();
    assert!((0..=SIGHTS_MAX as u64).all(|id| sights.is_new(id)));
    assert_eq!((sights.known.len(), sights.order.len()), (SIGHTS_MAX, SIGHTS_MAX));
    assert!(sights.is_new(0) && !sights.is_new(2), "the first is forgotten");
}

#[test]
fn until_when_a_source_was_read_is_known_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let register = folder.path().join("halligan.toml");
    let (graph, file): (Arc<str>, Arc<str>) = ("graph".into(), "file".into());
    let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
    let (mut pulse, broken) = Pulse::beside(&register, now);
    assert!(broken.is_none() && pulse.read_at(&graph).is_none());
    pulse.watch(&graph, now);
    pulse.watch(&file, now);
    pulse.read(&graph, now);
    pulse.save().unwrap();
    let (pulse, broken) = Pulse::beside(&register, now);
    assert!(broken.is_none(), "{broken:?}");
    assert_eq!((pulse.read_at(&graph), pulse.read_at(&file)), (Some(now), None));
    // A file of a version that did not write it down.
    let path = folder.path().join(PULSE_FILE);
    let text = std::fs::read_to_string(&path).unwrap();
    let older = text.replace("\"read\"", "\"other\"");
    assert_ne!(older, text);
    std::fs::write(&path, older).unwrap();
    let (pulse, broken) = Pulse::beside(&register, now);
    assert!(broken.is_none() && pulse.read_at(&graph).is_none());
}
