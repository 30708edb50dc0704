//! The demo's ledger: every key of two accounts in one safe that one person opens.

use std::str::FromStr;

use halligan_core::custody::{Entry, Event, Holder, Issue, ItemKind, Record, State, Witness, fold};
use halligan_core::id::{PersonId, PlaceId, UserId};
use halligan_core::register::{Custody, CustodyPlace, Person, PlaceKind, Register};
use halligan_core::tenant::{Method, Snapshot};

/// Who there is: each person by id and name.
const PEOPLE: [(&str, &str); 3] = [("ada", "Ada"), ("ben", "Ben"), ("cleo", "Cleo")];

/// The register with three people and one safe, which one of them opens.
pub fn with_one_safe(register: &Register) -> Register {
    let way = |text: String| text.parse().ok();
    let person = |(id, name): (&str, &str)| Person {
        id: word(id),
        name: Some(name.into()),
        reach: [way(format!("other:at home, where {name} lives")), way("phone:+15550100".into())]
            .into_iter()
            .flatten()
            .collect(),
    };
    let safe = CustodyPlace {
        id: word("harbour"),
        name: Some("the harbour safe".into()),
        kind: PlaceKind::Safe,
        opened_by: [word("ada")].into(),
        needs: 1,
        at: None,
    };
    let custody = Custody {
        people: PEOPLE.map(person).into(),
        places: Vec::from([safe]),
        ..Custody::default()
    };
    Register { custody, ..register.clone() }
}

/// A ledger of what the accounts have registered: every key lies in the safe, the PINs of the first
/// account's keys are with Ben and those of the second's with Cleo.
pub fn one_safe(register: &Register, snapshot: &Snapshot) -> State {
    let at = snapshot.taken;
    let mut state = State::default();
    let mut happened = |event: Event| {
        let record = Record { operator: word("ada"), signed: Vec::new() };
        state = fold(std::mem::take(&mut state), &Entry { event, record }, at);
    };
    happened(Event::Opened { ledger: word("demo") });
    let keepers = ["ben", "cleo"];
    for (declared, keeper) in register.distinct_accounts().into_iter().zip(keepers) {
        let account = snapshot.accounts.get(&declared.id);
        let methods = account.and_then(|one| one.methods.value().ok());
        for method in methods.into_iter().flatten() {
            let Some((key, kind)) = key(method) else { continue };
            let safe = Holder::Place(word::<PlaceId>("harbour"));
            happened(issued(&key, kind, declared.id, safe));
            let pin = ItemKind::PinEnvelope { key: word(&key) };
            let keeper = Holder::Person(word::<PersonId>(keeper));
            happened(issued(&format!("pin-{key}"), pin, declared.id, keeper));
        }
    }
    state
}

/// The item that a registered key is, under the name that it was registered with.
fn key(method: &Method) -> Option<(String, ItemKind)> {
    let passkey = method.passkey.as_ref()?;
    let serial = passkey.display_name.clone()?;
    Some((serial.clone(), ItemKind::SecurityKey { serial, aaguid: passkey.aaguid? }))
}

fn issued(id: &str, kind: ItemKind, account: UserId, to: Holder) -> Event {
    let accounts = Vec::from([account]);
    let issue = Issue { item: word(id), kind, accounts, seal: Some(word(id)), to };
    Event::Issued { issue, opened_by: Vec::new(), witness: Witness::Person(word("cleo")) }
}

/// A word that is written here, or that a generated tenant gave, and therefore is one.
fn word<T: FromStr>(text: &str) -> T {
    match text.parse() {
        Ok(word) => word,
        Err(_) => unreachable!("`{text}` is no word"),
    }
}
