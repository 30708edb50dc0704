//! Writes the snapshots and ledgers of `examples/who-gets-in`:
//! `cargo run -p halligan-app --example who_gets_in`.
//!
//! The tenant is the sound one of the checks' samples. Its two accounts hold two keys and a
//! password each; who has what is told twice: as somebody arranges it at the first try, and as it
//! should be.
//! A ledger is opened under an id made by chance, so that each run writes another one.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use halligan_app::config::Config;
use halligan_app::custody::{Report, STREAMS_FOLDER, record};
use halligan_app::snapshot_file;
use halligan_core::check::Case;
use halligan_core::check::sample::{AAGUID, ALPHA, BRAVO, passkey, password};
use halligan_core::custody::{Cause, Event, Holder, Issue, ItemKind, Witness};
use halligan_core::id::UserId;
use halligan_core::time::Timestamp;

type Outcome = Result<(), Box<dyn Error>>;

/// An account's key: its id, and who holds the key and its PIN.
type Key = (&'static str, UserId, &'static str, &'static str);

const FIRST_TRY: [Key; 4] = [
    ("alpha-1", ALPHA, "north-safe", "lynx"),
    ("alpha-2", ALPHA, "north-safe", "lynx"),
    ("bravo-1", BRAVO, "north-safe", "lynx"),
    ("bravo-2", BRAVO, "north-safe", "lynx"),
];

const THREE_PEOPLE: [Key; 4] = [
    ("alpha-1", ALPHA, "north-safe", "otter"),
    ("alpha-2", ALPHA, "south-safe", "lynx"),
    ("bravo-1", BRAVO, "lynx", "heron"),
    ("bravo-2", BRAVO, "otter", "lynx"),
];

fn main() -> Outcome {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/who-gets-in"));
    let now: Timestamp = "2026-11-23T08:00:00Z".parse()?;
    let mut case = Case::sound();
    case.snapshot.taken = now;
    for (account, name) in [(ALPHA, "alpha"), (BRAVO, "bravo")] {
        let key = |number: usize| {
            let mut method = passkey(&number.to_string());
            let named = format!("{name}-{number}");
            method.passkey.iter_mut().for_each(|key| key.display_name = Some(named.clone()));
            method
        };
        case.methods(account, vec![password(), key(1), key(2)]);
    }
    for (folder, keys) in [("first-try", FIRST_TRY), ("three-people", THREE_PEOPLE)] {
        let folder = root.join(folder);
        snapshot_file::save(&folder.join("snapshot.json"), &case.snapshot)?;
        let desk = Desk::new(&folder, now)?;
        for (key, account, held, pin) in keys {
            desk.key(key, account, held, pin)?;
        }
        if folder.ends_with("first-try") {
            desk.read_and_put_back("pin-alpha-1", "heron")?;
        } else {
            desk.passwords()?;
        }
    }
    Ok(())
}

/// Where facts are written down.
struct Desk {
    register: std::path::PathBuf,
    declared: Arc<halligan_core::register::Custody>,
    now: Timestamp,
}

impl Desk {
    fn new(folder: &Path, now: Timestamp) -> Result<Self, Box<dyn Error>> {
        let register = folder.join("halligan.toml");
        if folder.join(STREAMS_FOLDER).exists() {
            fs::remove_dir_all(folder.join(STREAMS_FOLDER))?;
        }
        let declared = Arc::new(Config::load(&register, now)?.register.custody);
        Ok(Self { register, declared, now })
    }

    fn key(&self, key: &str, account: UserId, held: &str, pin: &str) -> Outcome {
        let kind = ItemKind::SecurityKey { serial: key.into(), aaguid: AAGUID };
        self.issued(key, kind, &[account], held)?;
        let kind = ItemKind::PinEnvelope { key: key.parse()? };
        self.issued(&format!("pin-{key}"), kind, &[], pin)
    }

    /// A share for each of the three, two of which give the password.
    fn passwords(&self) -> Outcome {
        for (name, account) in [("alpha", ALPHA), ("bravo", BRAVO)] {
            for (index, who) in (1..).zip(["heron", "otter", "lynx"]) {
                let split = format!("password-{name}").parse()?;
                let kind = ItemKind::Share { split, index, needed: 2, total: 3 };
                self.issued(&format!("share-{name}-{index}"), kind, &[account], who)?;
            }
        }
        Ok(())
    }

    /// A PIN that somebody read when a seal was broken, and that nobody changed.
    fn read_and_put_back(&self, envelope: &str, by: &str) -> Outcome {
        let (item, by) = (envelope.parse()?, Some(by.parse()?));
        let reason = "tried the key in March".into();
        self.happened(Event::SealBroken { item, by, cause: Cause::Other, reason })
    }

    fn issued(&self, id: &str, kind: ItemKind, accounts: &[UserId], to: &str) -> Outcome {
        let holder = match to.ends_with("-safe") {
            true => Holder::Place(to.parse()?),
            false => Holder::Person(to.parse()?),
        };
        let place = holder.place().and_then(|id| self.declared.place(id));
        let opened_by = place.and_then(|one| one.opened_by.first().cloned()).into_iter().collect();
        let seal = Some(format!("s-{id}").parse()?);
        let issue = Issue { item: id.parse()?, kind, accounts: accounts.into(), seal, to: holder };
        let witness = if to == "otter" { "heron" } else { "otter" };
        let witness = Witness::Person(witness.parse()?);
        self.happened(Event::Issued { issue, opened_by, witness })
    }

    fn happened(&self, event: Event) -> Outcome {
        let operator = "grebe".parse()?;
        let report = Report { event, operator, signed: Vec::new(), key: None };
        record(&self.register, &self.declared, report, self.now)?;
        Ok(())
    }
}
