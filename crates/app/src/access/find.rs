//! A thing as people name it: by its id, its code name, or either behind the word of its kind, in
//! any letter case.

use std::collections::{BTreeMap, BTreeSet};

use halligan_core::access::{Access, Part, Scope, Thing};
use halligan_core::custody::State;
use halligan_core::register::Register;
use thiserror::Error;

/// How many names an error lists.
const LISTED_MAX: usize = 60;

/// Why no thing is meant.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FindError {
    /// There is none.
    #[error("there is nothing that is called `{asked}`")]
    None {
        /// What was asked for.
        asked: String,
        /// What there is.
        all: Vec<String>,
    },
    /// Nothing was asked for.
    #[error("the name is empty")]
    Empty,
    /// There are several.
    #[error("{} things are called `{asked}`", words.len())]
    Several {
        /// What was asked for.
        asked: String,
        /// Their words.
        words: Vec<String>,
    },
}

impl FindError {
    /// The next thing to do.
    pub fn hint(&self) -> String {
        match self {
            Self::None { all, .. } => {
                let listed = all.iter().take(LISTED_MAX).map(String::as_str);
                let listed: Vec<&str> = listed.collect();
                let more = match all.len().saturating_sub(listed.len()) {
                    0 => String::new(),
                    more => format!(", and {more} more"),
                };
                format!("there is `{}`{more}", listed.join("`, `"))
            }
            Self::Empty => "a script's variable may be unset; name what is not there".into(),
            Self::Several { words, .. } => format!("say which: `{}`", words.join("` or `")),
        }
    }
}

/// Everything that can be asked about, with the names that mean it.
#[derive(Clone, Debug)]
pub struct Things {
    /// The word that means one thing alone, and the thing.
    words: BTreeMap<String, Thing>,
    /// Code names beside the ids.
    called: Vec<(Thing, String)>,
}

impl Things {
    /// What the models, the declarations and the ledger know.
    pub fn of(access: &Access, register: &Register, ledger: Option<&State>) -> Self {
        let custody = &register.custody;
        let people = custody.people.iter().map(|one| Thing::Person(one.id.clone()));
        let places = custody.places.iter().map(|one| Thing::Place(one.id.clone()));
        let environment = &register.environment;
        let sites = environment.places.iter().map(|one| Thing::Site(one.name.clone()));
        let computers = environment.workstations.iter();
        let computers = computers.map(|one| Thing::Workstation(one.name.clone()));
        let items = ledger.into_iter().flat_map(|state| state.live());
        let items = items.map(|(id, _)| Thing::Item(id.clone()));
        let accounts = access.accounts.iter().map(|one| Thing::Account(one.id));
        let mut all: BTreeSet<Thing> = people.chain(places).chain(sites).chain(computers).collect();
        all.extend(items.chain(accounts));
        all.extend(access.owners.leaves(&Part::Scope(Scope::Tenant)));
        let called = all.iter().map(|one| (one.clone(), called(access, one))).collect();
        Self { words: all.into_iter().map(|one| (word(access, &one), one)).collect(), called }
    }

    /// The thing that is meant.
    pub fn find(&self, asked: &str) -> Result<Thing, FindError> {
        let wanted = asked.trim().to_lowercase();
        if wanted.is_empty() {
            return Err(FindError::Empty);
        }
        let is_it = |word: &str| {
            let word = word.to_lowercase();
            word == wanted || word.split_once(':').is_some_and(|(_, id)| id == wanted)
        };
        let exact = self.words.iter().find(|(word, _)| word.to_lowercase() == wanted);
        if let Some((_, thing)) = exact {
            return Ok(thing.clone());
        }
        let mut found: BTreeSet<&Thing> =
            self.words.iter().filter(|(word, _)| is_it(word)).map(|(_, one)| one).collect();
        let called = self.called.iter().filter(|(_, name)| name.to_lowercase() == wanted);
        found.extend(called.map(|(one, _)| one));
        let mut found = found.into_iter();
        match (found.next(), found.next()) {
            (Some(one), None) => Ok(one.clone()),
            (None, _) => Err(FindError::None {
                asked: asked.into(),
                all: self.words.keys().cloned().collect(),
            }),
            (Some(one), Some(other)) => {
                let several: BTreeSet<&Thing> = [one, other].into_iter().chain(found).collect();
                let words = self.words.iter().filter(|(_, one)| several.contains(one));
                let words = words.map(|(word, _)| word.clone()).collect();
                Err(FindError::Several { asked: asked.into(), words })
            }
        }
    }
}

/// The word that means one thing alone: its kind and its id.
pub fn word(access: &Access, thing: &Thing) -> String {
    match thing {
        Thing::Entra => "entra".into(),
        Thing::Tenant => "tenant".into(),
        Thing::Account(id) => format!("account:{}", access.names.account(*id)),
        Thing::Group(id) => format!("group:{id}"),
        Thing::Model(aaguid) => format!("model:{aaguid}"),
        Thing::Method(id) => format!("method:{id}"),
        Thing::Service(kind) => format!("service:{}", kind.title().replace(' ', "-")),
        Thing::Federation => "federation".into(),
        Thing::Compliance => "intune".into(),
        Thing::TrustedNetwork => "trusted-network".into(),
        Thing::SignInRisk => "sign-in-risk".into(),
        Thing::UserRisk => "user-risk".into(),
        Thing::Workstation(name) => format!("workstation:{name}"),
        Thing::Site(name) => format!("site:{name}"),
        Thing::Place(id) => format!("place:{id}"),
        Thing::Item(id) => format!("item:{id}"),
        Thing::Credential(account, place) => {
            format!("credential:{}/{place}", access.names.account(*account))
        }
        Thing::Person(id) => format!("person:{id}"),
        Thing::PhoneNetwork => "phone-network".into(),
        // A private domain is named by whoever asks about it, and listed to nobody.
        Thing::Mail(domain) => match access.names.mail(domain) {
            Some(number) => format!("mail:{number}"),
            None => "mail".into(),
        },
        Thing::Channel(text) => match access.names.channel(text) {
            Some(number) => format!("channel:{number}"),
            None => "channel".into(),
        },
    }
}

/// What people call it.
fn called(access: &Access, thing: &Thing) -> String {
    match thing {
        Thing::Account(id) => id.to_string(),
        Thing::Group(id) => {
            let groups = access.accounts.iter().find_map(|one| one.groups.get(id));
            groups.cloned().unwrap_or_default()
        }
        Thing::Mail(domain) => format!("mail:{domain}"),
        other => access.names.thing(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halligan_core::access::Question;
    use halligan_core::check::Case;

    fn things(case: &Case) -> Things {
        let Case { register, snapshot, custody, now } = case;
        let custody = custody.as_ref();
        let access = Access::of(&Question { register, snapshot, custody, now: *now });
        Things::of(&access, register, custody)
    }

    #[test]
    fn a_thing_is_found_as_people_name_it() {
        let mut case = Case::sound();
        case.register.custody.people[0].name = Some("Heron".into());
        let things = things(&case);
        let ada = Thing::Person("ada".parse().unwrap());
        for asked in ["ada", "ADA", " person:ada", "Heron"] {
            assert_eq!(things.find(asked), Ok(ada.clone()), "{asked}");
        }
        assert_eq!(things.find("north"), Ok(Thing::Place("north".parse().unwrap())));
        assert_eq!(things.find("entra"), Ok(Thing::Entra));
        assert_eq!(things.find("a-1"), Ok(Thing::Item("a-1".parse().unwrap())));
        assert!(matches!(things.find("alpha"), Ok(Thing::Account(_))));
        assert!(matches!(things.find("fido2"), Ok(Thing::Method("fido2"))));
        let none = things.find("dora").unwrap_err();
        assert!(none.hint().contains("`person:ada`") && none.hint().contains("`place:north`"));
    }

    #[test]
    fn a_private_domain_is_asked_about_and_never_listed() {
        let mut case = Case::sound();
        case.register.custody.people[0].reach = vec!["mail:ada@home.example".parse().unwrap()];
        let things = things(&case);
        let mail = Thing::Mail("home.example".into());
        assert_eq!(things.find("mail:home.example"), Ok(mail.clone()));
        assert_eq!(things.find("mail:2"), Ok(mail));
        assert!(!things.find("nobody").unwrap_err().hint().contains("home.example"));
    }

    #[test]
    fn a_name_of_two_things_is_no_answer() {
        let mut case = Case::sound();
        case.register.custody.people[1].name = Some("north".into());
        let refused = things(&case).find("North").unwrap_err();
        assert_eq!(refused.hint(), "say which: `person:bob` or `place:north`");
    }
}
