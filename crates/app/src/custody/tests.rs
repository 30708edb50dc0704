//! Given facts in a folder, when somebody reports, then facts or an error; whatever happens to the
//! files.

use std::fs;
use std::sync::Arc;
use std::thread;

use halligan_core::custody::{
    Breach, Entry, Event, Holder, ITEMS_MAX, Irregularity, Issue, ItemKind, PublicKey,
    REASON_BYTES_MAX, Refusal, SIGNATURES_MAX, STATEMENT_BYTES_MAX, Said, Signed, Weight, Witness,
};
use halligan_core::id::{PersonId, UserId};
use halligan_core::register::{Custody, CustodyPlace, Person, PlaceKind};
use halligan_core::stream::{Body, Undecided};
use halligan_core::time::Timestamp;
use halligan_store::{RunError, StoreError};

use super::*;

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn now() -> Timestamp {
    id("2026-11-23T04:00:00Z")
}

/// A register's folder: Ada, Bob and Cyd, and a safe that Ada opens.
struct Desk {
    folder: tempfile::TempDir,
    declared: Arc<Custody>,
    now: Timestamp,
}

impl Desk {
    fn new() -> Self {
        let person = |name: &str| Person { id: id(name), name: None, reach: Vec::new() };
        let safe = CustodyPlace {
            id: id("safe"),
            name: None,
            kind: PlaceKind::Safe,
            opened_by: [id("ada")].into(),
            needs: 1,
            at: None,
        };
        let people = ["ada", "bob", "cyd"].map(person).into();
        let declared = Arc::new(Custody { people, places: vec![safe], ..Custody::default() });
        Self { folder: tempfile::tempdir().unwrap(), declared, now: now() }
    }

    fn register(&self) -> PathBuf {
        self.folder.path().join("halligan.toml")
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("halligan.streams/custody.ndjson")
    }

    fn report(&self, event: Event) -> Result<Recorded, CustodyError> {
        self.signed(event, Vec::new())
    }

    fn signed(&self, event: Event, signed: Vec<Signed>) -> Result<Recorded, CustodyError> {
        let report = Report { event, operator: id("bob"), signed, key: None };
        record(&self.register(), &self.declared, report, self.now)
    }

    fn ledger(&self) -> Ledger {
        read(&self.register()).unwrap().unwrap()
    }
}

fn issued(item: &str, kind: ItemKind, to: &str) -> Event {
    let has_own = matches!(kind, ItemKind::SecurityKey { .. });
    let accounts = if has_own { vec![UserId::from_u128(7)] } else { Vec::new() };
    let (seal, to) = (Some(id(&format!("s-{item}"))), Holder::Person(id(to)));
    let issue = Issue { item: id(item), kind, accounts, seal, to };
    Event::Issued { issue, opened_by: Vec::new(), witness: Witness::Person(id("cyd")) }
}

fn key(item: &str, to: &str) -> Event {
    let aaguid = id("ee882879-721c-4913-9775-3dfcce97072a");
    issued(item, ItemKind::SecurityKey { serial: item.into(), aaguid }, to)
}

fn confirmed(item: &str, by: &str) -> Event {
    Event::ConfirmedPresent { item: id(item), by: id(by), seal: Some(id(&format!("s-{item}"))) }
}

fn refusal(result: Result<Recorded, CustodyError>) -> Refusal {
    match result {
        Err(CustodyError::Run(RunError::Undecided(Undecided::Refused(refusal)))) => refusal,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_first_fact_opens_the_ledger_and_a_refusal_makes_no_file() {
    let desk = Desk::new();
    assert_eq!(read(&desk.register()), Ok(None));
    let lost = Event::Lost { item: id("key"), reason: "gone".into() };
    assert_eq!(refusal(desk.report(lost)), Refusal::NoSuchItem(id("key")));
    assert_eq!(fs::read_dir(desk.folder.path()).unwrap().count(), 0, "nothing was made");
    let done = desk.report(key("key", "ada")).unwrap();
    assert_eq!((done.head.length, done.opened.is_some()), (2, true));
    let ledger = desk.ledger();
    assert_eq!((&ledger.state, ledger.head), (&done.state, done.head));
    assert_eq!(ledger.state.ledger, done.opened);
    assert_eq!(ledger.file, desk.file());
    let again = desk.report(key("key", "ada")).unwrap();
    assert_eq!((again.entry, again.opened, again.head), (None, None, done.head));
    let other = Desk::new();
    let other = other.report(key("key", "ada")).unwrap();
    assert_ne!(other.opened, done.opened, "each ledger has an id of its own");
}

#[test]
fn a_key_and_its_pin_in_one_hand_are_refused() {
    let desk = Desk::new();
    desk.report(key("key", "ada")).unwrap();
    let pin = || ItemKind::PinEnvelope { key: id("key") };
    let refused = refusal(desk.report(issued("pin", pin(), "ada")));
    assert!(matches!(refused, Refusal::Arrangement(Breach::KeyWithPin { .. })), "{refused}");
    assert_eq!(desk.ledger().head.length, 2);
    desk.report(issued("pin", pin(), "bob")).unwrap();
}

#[test]
fn a_signature_goes_to_another_machine_and_back() {
    let desk = Desk::new();
    let own = SigningKey::create(&desk.folder.path().join("ada.key"));
    let Ok(own) = own else { panic!("no key") };
    let event = Event::KeyEnrolled {
        person: id("ada"),
        key: own.public().unwrap(),
        witness: Witness::Person(id("cyd")),
    };
    let report = |event: &Event| Report {
        event: event.clone(),
        operator: id("bob"),
        signed: Vec::new(),
        key: None,
    };
    let ada: PersonId = id("ada");
    let told = |event: &Event| {
        statement(&desk.register(), &desk.declared, report(event), &ada, desk.now).unwrap()
    };
    let (said, opened) = told(&event);
    assert!(opened.is_some(), "a statement names its ledger");
    let text = said.statement().to_string();
    let signed = own.sign(&text.parse().unwrap(), desk.now).to_string();
    desk.signed(event, vec![signed.parse().unwrap()]).unwrap();
    desk.report(key("key", "ada")).unwrap();
    let event = confirmed("key", "ada");
    let (said, opened) = told(&event);
    assert_eq!(opened, None);
    let signed = own.sign(&said, desk.now);
    desk.signed(event.clone(), vec![signed.clone()]).unwrap();
    let item = &desk.ledger().state.items[&id("key")];
    assert_eq!((item.possession(), item.confirmed), (Weight::Confirmed, Some(desk.now)));
    let mut forged = signed;
    forged.made = id("2026-11-23T03:59:00Z");
    let refused = refusal(desk.signed(confirmed("key", "ada"), vec![forged]));
    assert_eq!(refused, Refusal::SignatureWrong(id("ada")));
    let refused = statement(&desk.register(), &desk.declared, report(&event), &id("cyd"), desk.now);
    assert_eq!(refused.err(), Some(CustodyError::refused(Refusal::NotNamed(id("cyd")))));
}

#[test]
fn a_key_that_is_not_the_operators_own_is_named() {
    let desk = Desk::new();
    let create = |name: &str| SigningKey::create(&desk.folder.path().join(name));
    let (Ok(own), Ok(other)) = (create("bob.key"), create("other.key")) else { panic!("no key") };
    let with = |event: Event, key: &SigningKey| {
        let report = Report { event, operator: id("bob"), signed: Vec::new(), key: Some(key) };
        record(&desk.register(), &desk.declared, report, desk.now)
    };
    let public = own.public().unwrap();
    let witness = Witness::Person(id("cyd"));
    with(Event::KeyEnrolled { person: id("bob"), key: public, witness }, &own).unwrap();
    with(key("key", "bob"), &own).unwrap();
    let found = other.public().unwrap();
    let error = with(confirmed("key", "bob"), &other).unwrap_err();
    assert_eq!(error, CustodyError::OtherKey { person: id("bob"), found });
    assert_eq!(error.standing(), Standing::Refused);
}

/// Every byte: what is changed is found, with a position, and nothing is built upon it.
#[test]
fn tampering_with_any_byte_is_found_and_nothing_is_built_on_it() {
    let desk = Desk::new();
    desk.report(key("key", "ada")).unwrap();
    desk.report(confirmed("key", "ada")).unwrap();
    let whole = fs::read(desk.file()).unwrap();
    let end = whole.len() - 1;
    for place in 0..end {
        let mut bytes = whole.clone();
        bytes[place] ^= 1;
        fs::write(desk.file(), &bytes).unwrap();
        let error = read(&desk.register()).unwrap_err();
        assert_eq!(error.standing(), Standing::Tampered, "byte {place}: {error}");
        let CustodyError::Store(StoreError::Tampered { tampered, .. }) = &error else { panic!() };
        let line = 1 + bytecount(&whole[..place]);
        assert!(tampered.position <= line && tampered.position >= 1, "byte {place}: {error}");
        assert!(error.to_string().contains("custody.ndjson"), "{error}");
    }
    let mut bytes = whole.clone();
    bytes[20] ^= 1;
    fs::write(desk.file(), &bytes).unwrap();
    let error = desk.report(confirmed("key", "ada")).unwrap_err();
    assert_eq!(error.standing(), Standing::Tampered);
    assert!(error.hint().unwrap().contains("keep the file"));
    assert_eq!(fs::read(desk.file()).unwrap(), bytes, "nothing was repaired or appended");
}

fn bytecount(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.iter().filter(|byte| **byte == b'\n').count()).unwrap()
}

#[test]
fn a_torn_tail_is_reported_and_then_removed() {
    let desk = Desk::new();
    desk.report(key("key", "ada")).unwrap();
    let whole = fs::read(desk.file()).unwrap();
    let torn = [&whole[..], b"{\"sequence\":3,\"at\":\"2026"].concat();
    fs::write(desk.file(), torn).unwrap();
    let ledger = desk.ledger();
    assert_eq!((ledger.head.length, ledger.torn.unwrap().position), (2, 3));
    let done = desk.report(confirmed("key", "ada")).unwrap();
    let repaired = done.repaired.unwrap();
    assert_eq!(repaired.torn.position, 3);
    assert!(repaired.kept.ends_with("custody.ndjson.torn"));
    assert_eq!((desk.ledger().torn, desk.ledger().head.length), (None, 3));
}

#[test]
fn on_a_fact_of_the_future_nothing_is_decided() {
    let desk = Desk::new();
    let head = desk.report(key("key", "ada")).unwrap().head;
    let later = r#"{"item":"key","kind":"teleported","operator":"bob"}"#;
    let later = vec![Body::parse(later).unwrap()];
    streams(&desk.register()).append(&stream(), &head, desk.now, later).unwrap();
    let ledger = desk.ledger();
    assert_eq!(ledger.gap().map(|fact| fact.sequence), Some(3));
    assert!(ledger.state.items.contains_key(&id("key")), "what is read is shown");
    let error = desk.report(confirmed("key", "ada")).unwrap_err();
    assert_eq!(error.standing(), Standing::Undecided);
    assert!(error.hint().unwrap().contains("later version"));
    assert_eq!(desk.ledger().head.length, 3);
}

fn typed(desk: &Desk, operator: &str, event: Event) -> Result<Recorded, CustodyError> {
    let report = Report { event, operator: id(operator), signed: Vec::new(), key: None };
    record(&desk.register(), &desk.declared, report, desk.now)
}

/// Two operators write at once: each fact is there once, in one chain.
#[test]
fn two_who_write_at_once_lose_nothing() {
    let desk = Desk::new();
    thread::scope(|scope| {
        for operator in ["bob", "ada"] {
            let desk = &desk;
            scope.spawn(move || {
                for number in 0..10 {
                    let event = key(&format!("{operator}-{number}"), "bob");
                    // Who never gets between the other's writes is told so, and tries again.
                    while let Err(error) = typed(desk, operator, event.clone()) {
                        let is_contended =
                            matches!(error, CustodyError::Run(RunError::Contended { .. }));
                        assert!(is_contended, "{error}");
                    }
                }
            });
        }
    });
    let ledger = desk.ledger();
    assert_eq!((ledger.state.items.len(), ledger.head.length), (20, 21));
    assert_eq!(ledger.state.irregular, []);
}

#[test]
fn an_anchor_finds_what_the_chain_cannot() {
    let desk = Desk::new();
    desk.report(key("key", "ada")).unwrap();
    let short = fs::read(desk.file()).unwrap();
    desk.report(confirmed("key", "ada")).unwrap();
    let anchor = desk.ledger().anchor();
    assert_eq!(desk.ledger().check(&anchor), Ok(()));
    fs::write(desk.file(), short).unwrap();
    let diverged = desk.ledger().check(&anchor).unwrap_err();
    assert_eq!(diverged, Divergence::Truncated { anchored: 3, found: 2 });
}

#[test]
fn a_clock_that_was_set_back_stops_and_is_corrected() {
    let mut desk = Desk::new();
    desk.report(key("key", "ada")).unwrap();
    desk.now = id("2026-11-20T04:00:00Z");
    let refused = refusal(desk.report(confirmed("key", "ada")));
    assert_eq!(refused, Refusal::TimeJumpsBack { last: now(), now: desk.now });
    desk.report(Event::ClockCorrected { last: now(), reason: "battery".into() }).unwrap();
    desk.report(confirmed("key", "ada")).unwrap();
    let ledger = desk.ledger();
    assert_eq!(ledger.set_back, [3]);
    let noted = Irregularity::ClockCorrected(now());
    assert!(ledger.state.irregular.iter().any(|(_, what)| *what == noted));
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let desk = Desk::new();
    // A file where the folder would be: also for root, whom permissions do not stop.
    fs::write(desk.folder.path().join(STREAMS_FOLDER), "").unwrap();
    let error = desk.report(key("key", "ada")).unwrap_err();
    assert_eq!(error.standing(), Standing::Hindered);
    assert!(error.to_string().contains(STREAMS_FOLDER), "{error}");
}

/// The blocks of a page between fences of this kind.
fn blocks<'p>(page: &'p str, kind: &str) -> Vec<&'p str> {
    let fence = format!("```{kind}\n");
    page.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

const PAGE: &str = include_str!("../../../../docs/reference/custody-format.md");

#[test]
fn the_documented_example_holds() {
    let (texts, facts) = (blocks(PAGE, "text"), blocks(PAGE, "json"));
    let [statement, signature, key] = texts.as_slice() else { panic!("{texts:?}") };
    let said: Said = statement.parse().unwrap();
    assert_eq!(said.statement().to_string(), *statement, "to the byte");
    let signed: Signed = signature.parse().unwrap();
    let key: PublicKey = key.trim().parse().unwrap();
    assert!(said.statement().is_signed(&key, &signed.signature));
    let fact: Entry = Body::parse(facts[0].trim()).unwrap().read().unwrap();
    assert_eq!((&fact.event, &fact.record.signed[0]), (&said.event, &signed));
    for (name, value) in [
        ("ITEMS_MAX", ITEMS_MAX),
        ("REASON_BYTES_MAX", REASON_BYTES_MAX),
        ("STATEMENT_BYTES_MAX", STATEMENT_BYTES_MAX),
        ("SIGNATURES_MAX", SIGNATURES_MAX),
    ] {
        let row = PAGE.lines().find(|line| line.starts_with(&format!("| `{name}` |"))).unwrap();
        let value_cell = row.split('|').nth(2).unwrap().trim();
        let digits: String =
            value_cell.chars().take_while(|c| *c != ' ').filter(char::is_ascii_digit).collect();
        assert_eq!(digits, value.to_string(), "{row}");
    }
}

/// The script of the page, with the `openssl` of this machine.
#[cfg(unix)]
#[test]
fn openssl_verifies_the_documented_signature() {
    let run = |folder: &Path, arguments: &[&str]| {
        let mut command = std::process::Command::new("sh");
        command.current_dir(folder).args(arguments).output().unwrap()
    };
    let folder = tempfile::tempdir().unwrap();
    let there = "openssl version | grep -q '^OpenSSL 3' && basenc --version";
    if !run(folder.path(), &["-c", there]).status.success() {
        eprintln!("skipped: openssl 3 and basenc are not here to verify a signature with");
        return;
    }
    let texts = blocks(PAGE, "text");
    fs::write(folder.path().join("statement.txt"), texts[0]).unwrap();
    fs::write(folder.path().join("verify-signature.sh"), blocks(PAGE, "sh")[0]).unwrap();
    let signed: Signed = texts[1].parse().unwrap();
    let (key, right) = (texts[2].trim(), signed.signature.to_string());
    let wrong = format!("{}{}", if right.starts_with('0') { '1' } else { '0' }, &right[1..]);
    for (signature, holds) in [(&right, true), (&wrong, false)] {
        let output = run(folder.path(), &["verify-signature.sh", key, signature]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(said.contains("Signature Verified Successfully"), holds, "{output:?}");
        assert_eq!(output.status.success(), holds);
    }
}
