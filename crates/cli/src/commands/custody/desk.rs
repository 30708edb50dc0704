//! What a custody command stands on: what is declared, and what is written down.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use halligan_app::clock;
use halligan_app::config::{Config, REGISTER_FILE};
use halligan_app::custody::{CustodyError, Ledger, known, read};
use halligan_core::custody::{Holder, Item, State, Witness};
use halligan_core::id::{ItemId, PersonId, PlaceId, UserId};
use halligan_core::register::{Custody, DeclaredAccount};
use halligan_core::time::Timestamp;

use crate::failure::Failure;
use crate::view::custody::Names;

/// Which register.
#[derive(Debug, clap::Args)]
pub(super) struct Where {
    /// The register: who and what is declared; custody is written down beside it
    #[arg(long, value_name = "FILE", default_value = REGISTER_FILE)]
    pub(super) register: PathBuf,
}

/// Who opened a place for it.
#[derive(Debug, clap::Args)]
pub(super) struct Openers {
    /// Who opened the place that it was taken from or put into; repeat it for each
    #[arg(long, value_name = "PERSON")]
    opened_by: Vec<String>,
}

/// Who saw it.
#[derive(Debug, clap::Args)]
pub(super) struct Seen {
    /// Who saw it, and has no part in it
    #[arg(long, value_name = "PERSON", required_unless_present = "no_witness")]
    witness: Option<String>,
    /// Why nobody saw it; taken only where nobody is left who could
    #[arg(long, value_name = "REASON", conflicts_with = "witness")]
    no_witness: Option<String>,
}

/// What is declared and written down.
pub(super) struct Desk {
    pub(super) register: PathBuf,
    pub(super) declared: Arc<Custody>,
    pub(super) accounts: Vec<DeclaredAccount>,
    pub(super) ledger: Option<Ledger>,
    pub(super) now: Timestamp,
    empty: State,
}

impl Desk {
    /// For a look: what is a guess is shown as one.
    pub(super) fn for_reading(place: &Where) -> Result<Self, Failure> {
        Self::open(place, read(&place.register))
    }

    /// For writing: nothing is done on a guess.
    pub(super) fn for_writing(place: &Where) -> Result<Self, Failure> {
        Self::open(place, known(&place.register))
    }

    fn open(place: &Where, ledger: Result<Option<Ledger>, CustodyError>) -> Result<Self, Failure> {
        let now = clock::now();
        let Config { register, .. } = Config::load(&place.register, now)?;
        Ok(Self {
            register: place.register.clone(),
            declared: Arc::new(register.custody),
            accounts: register.accounts,
            ledger: ledger?,
            now,
            empty: State::default(),
        })
    }

    pub(super) fn state(&self) -> &State {
        self.ledger.as_ref().map_or(&self.empty, |ledger| &ledger.state)
    }

    pub(super) fn names(&self) -> Names<'_> {
        Names { declared: Some(&self.declared), accounts: &self.accounts }
    }

    /// A sentence of core with names in it.
    pub(super) fn in_words(&self, text: &str) -> String {
        let items = &self.state().items;
        let is_item = |id: &str| id.parse().is_ok_and(|id: ItemId| items.contains_key(&id));
        self.names().in_words(text, &is_item)
    }

    /// Why something is not written down, with names in it.
    pub(super) fn failure(&self, error: &CustodyError) -> Failure {
        let hint = error.hint().map(|hint| self.in_words(&hint));
        Failure::standing(error.standing(), self.in_words(&error.to_string()), hint)
    }

    /// Where the stream would lie, for whoever looks for it.
    pub(super) fn register(&self) -> &Path {
        &self.register
    }

    /// A person, by id or code name; one whom nobody declares by id only.
    pub(super) fn person(&self, text: &str) -> Result<PersonId, Failure> {
        let unknown = || {
            let hint = "name somebody of `[[custody.people]]`, by id or code name";
            Failure::refused(format!("nobody is declared as `{text}`"), hint)
        };
        self.declared_person(text).or_else(|| text.parse().ok()).ok_or_else(unknown)
    }

    /// Somebody whom the register or the ledger knows, to be asked about.
    pub(super) fn known_person(&self, text: &str) -> Result<PersonId, Failure> {
        let person = self.person(text)?;
        let state = self.state();
        let holds = |holder: &Holder| holder.person() == Some(&person);
        let is_known = self.declared.person(&person).is_some()
            || state.people.contains_key(&person)
            || state.items.values().any(|item| holds(&item.holder))
            || state.secrets.values().any(|secret| secret.known_by.contains(&person));
        let hint = "name somebody of `[[custody.people]]`, by id or code name";
        match is_known {
            true => Ok(person),
            false => Err(Failure::refused(format!("nobody is known as `{text}`"), hint)),
        }
    }

    /// A place that the register or the ledger knows, to be asked about.
    pub(super) fn known_place(&self, text: &str) -> Result<PlaceId, Failure> {
        let place = self.place(text)?;
        let holds = |holder: &Holder| holder.place() == Some(&place);
        let is_known = self.declared.place(&place).is_some()
            || self.state().items.values().any(|item| holds(&item.holder));
        let hint = "name a place of `[[custody.places]]`, by id or code name";
        match is_known {
            true => Ok(place),
            false => Err(Failure::refused(format!("no place is known as `{text}`"), hint)),
        }
    }

    pub(super) fn people(&self, texts: &[String]) -> Result<Vec<PersonId>, Failure> {
        texts.iter().map(|text| self.person(text)).collect()
    }

    /// A place, by id or code name; one that nobody declares by id only.
    pub(super) fn place(&self, text: &str) -> Result<PlaceId, Failure> {
        let unknown = || {
            let hint = "name a place of `[[custody.places]]`, by id or code name";
            Failure::refused(format!("no place is declared as `{text}`"), hint)
        };
        self.declared_place(text).or_else(|| text.parse().ok()).ok_or_else(unknown)
    }

    fn declared_person(&self, text: &str) -> Option<PersonId> {
        self.declared.person_called(text).map(|one| one.id.clone())
    }

    fn declared_place(&self, text: &str) -> Option<PlaceId> {
        let places = &self.declared.places;
        let by_id = places.iter().find(|one| one.id.as_str() == text);
        let by_name = || places.iter().find(|one| one.name.as_deref() == Some(text));
        by_id.or_else(by_name).map(|one| one.id.clone())
    }

    /// A person or a place; `person:` and `place:` say which where one word names both.
    pub(super) fn holder(&self, text: &str) -> Result<Holder, Failure> {
        if let Some(text) = text.strip_prefix("person:") {
            return self.person(text).map(Holder::Person);
        }
        if let Some(text) = text.strip_prefix("place:") {
            return self.place(text).map(Holder::Place);
        }
        match (self.declared_person(text), self.declared_place(text)) {
            (Some(person), None) => Ok(Holder::Person(person)),
            (None, Some(place)) => Ok(Holder::Place(place)),
            (Some(_), Some(_)) => Err(Failure::usage(
                format!("`{text}` names a person and a place"),
                &format!("say which: `person:{text}` or `place:{text}`"),
            )),
            (None, None) => Err(Failure::refused(
                format!("no person and no place is declared as `{text}`"),
                "declare it under `[[custody.people]]` or `[[custody.places]]`, or correct it",
            )),
        }
    }

    /// An account, by object id or by the code name that the register gives it.
    pub(super) fn account(&self, text: &str) -> Result<UserId, Failure> {
        let declared = self.accounts.iter().find(|one| one.code_name == text);
        let unknown = || {
            let hint = "name it by its object id, or by its code name in the register";
            Failure::refused(format!("no account is declared as `{text}`"), hint)
        };
        declared.map(|one| one.id).or_else(|| text.parse().ok()).ok_or_else(unknown)
    }

    /// The item that is written down.
    pub(super) fn item(&self, id: &ItemId) -> Result<&Item, Failure> {
        let unknown = || {
            let hint = "see what there is with `halligan custody list`, or issue it first";
            Failure::refused(format!("there is no item `{id}`"), hint)
        };
        self.state().items.get(id).ok_or_else(unknown)
    }

    /// The person who is named, or else the one who holds the item.
    pub(super) fn by_or_holder(
        &self,
        by: Option<&str>,
        item: &ItemId,
    ) -> Result<PersonId, Failure> {
        if let Some(by) = by {
            return self.person(by);
        }
        match self.item(item)?.holder.clone() {
            Holder::Person(person) => Ok(person),
            Holder::Place(place) => Err(Failure::usage(
                format!("item `{item}` is in a place, {}", self.names().place(&place)),
                "say who did it with `--by PERSON`",
            )),
        }
    }

    pub(super) fn witness(&self, seen: &Seen) -> Result<Witness, Failure> {
        match (&seen.witness, &seen.no_witness) {
            (Some(person), _) => self.person(person).map(Witness::Person),
            (None, reason) => Ok(Witness::Waived(reason.clone().unwrap_or_default())),
        }
    }

    pub(super) fn openers(&self, openers: &Openers) -> Result<Vec<PersonId>, Failure> {
        self.people(&openers.opened_by)
    }
}
