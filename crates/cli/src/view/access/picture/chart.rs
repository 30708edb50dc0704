//! What leads where: the owners' model as boxes and edges.

use std::collections::{BTreeMap, BTreeSet};

use halligan_core::access::{Agent, Formula, Names, Part, Single, Standing, Thing};
use halligan_core::id::{ItemId, PersonId, PlaceId, UserId};
use halligan_core::register::Target;

use super::super::told::Told;

/// The columns, from left to right.
pub(super) const COLUMNS: [&str; 6] =
    ["People", "Places", "Keys and papers", "Credentials", "Accounts", "Surfaces"];

/// What a box stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Thing(Thing),
    /// Somebody knows what a credential takes.
    Known(PersonId, UserId, usize),
    Credential(UserId, usize),
    Surface(Target),
}

/// How a box is drawn, the worst last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Look {
    /// Nothing hangs on it alone.
    #[default]
    Plain,
    /// Nothing takes it away.
    Irreducible,
    /// One administrator can change it.
    Setting,
    /// It is not there, or leads nowhere.
    Gone,
    /// Nobody says who has it.
    Unknown,
    /// Enough alone.
    Hole,
}

/// A box.
#[derive(Clone, Debug, Default)]
pub(super) struct Drawn {
    pub(super) column: usize,
    pub(super) label: String,
    pub(super) caption: String,
    pub(super) look: Look,
    pub(super) y: usize,
}

/// Boxes, edges, and what has no box among them.
#[derive(Clone, Debug, Default)]
pub(super) struct Chart {
    pub(super) boxes: BTreeMap<Key, Drawn>,
    /// From, to, and which account it is for where it is for one.
    pub(super) edges: BTreeSet<(Key, Key, Option<usize>)>,
    /// Singles that stand in no column.
    pub(super) aside: Vec<(Look, String)>,
    /// How many boxes of each column are left out.
    pub(super) left_out: [usize; COLUMNS.len()],
    /// Where the boxes end.
    pub(super) bottom: usize,
}

impl Chart {
    pub(super) fn of(told: &Told<'_>) -> Self {
        let mut chart = Self::default();
        let numbers: BTreeMap<UserId, usize> =
            told.accounts().iter().enumerate().map(|(at, one)| (one.id, at)).collect();
        for (part, formula) in told.access.owners.below(&Part::Scope(told.scope)) {
            let mut from = Vec::new();
            references(formula, &mut from);
            chart.add(part, formula, &from, told, &numbers);
        }
        chart.look(told);
        chart
    }

    fn add(
        &mut self,
        part: &Part,
        formula: &Formula<Thing>,
        from: &[&Part],
        told: &Told<'_>,
        numbers: &BTreeMap<UserId, usize>,
    ) {
        let names = &told.access.names;
        let (key, number) = match part {
            Part::Present(id) => {
                let key = Key::Thing(Thing::Person(id.clone()));
                self.add_box(&key, 0, names.person(id), String::new());
                return;
            }
            Part::Opened(id, _) => {
                let key = Key::Thing(Thing::Place(id.clone()));
                self.add_box(&key, 1, names.place(id), opening(told, id));
                (key, None)
            }
            Part::AtHand(id, _) => {
                let key = Key::Thing(Thing::Item(id.clone()));
                self.add_box(&key, 2, id.to_string(), item(names, id));
                (key, None)
            }
            Part::Credential(account, place) => {
                let key = Key::Credential(*account, *place);
                let known = told.access.accounts.iter().find(|one| one.id == *account);
                let name = known.and_then(|one| one.credentials.get(*place));
                let name = name.map_or_else(|| "?".into(), |one| one.name.replace('`', ""));
                let takes = match told.holds(part) {
                    true => takes(formula),
                    false => "nobody can bring it".into(),
                };
                let caption = format!("{} · {takes}", names.account(*account));
                self.add_box(&key, 3, name, caption);
                (key, numbers.get(account).copied())
            }
            Part::At(account, target) => {
                let (holds, number) = (told.holds(part), numbers.get(account).copied());
                self.surface(*account, *target, holds, number, names);
                (Key::Thing(Thing::Account(*account)), number)
            }
            Part::Account(_) | Part::Directory | Part::Scope(_) => return,
        };
        for one in from {
            let Some(from) = key_of(one) else { continue };
            match (one, &key) {
                (Part::Present(id), Key::Credential(account, place)) => {
                    let known = Key::Known(id.clone(), *account, *place);
                    let label = format!("in the head of {}", names.person(id));
                    self.add_box(&known, 2, label, "knows the PIN".into());
                    self.edges.insert((from, known.clone(), None));
                    self.edges.insert((known, key.clone(), number));
                }
                _ => drop(self.edges.insert((from, key.clone(), number))),
            }
        }
    }

    fn surface(
        &mut self,
        account: UserId,
        target: Target,
        holds: bool,
        number: Option<usize>,
        names: &Names,
    ) {
        let key = Key::Thing(Thing::Account(account));
        self.add_box(&key, 4, names.account(account), "any one credential".into());
        let surface = Key::Surface(target);
        self.add_box(&surface, 5, target.title().into(), String::new());
        if holds {
            self.edges.insert((key, surface, number));
        }
    }

    fn add_box(&mut self, key: &Key, column: usize, label: String, caption: String) {
        let drawn = Drawn { column, label, caption, ..Drawn::default() };
        self.boxes.entry(key.clone()).or_insert(drawn);
    }

    /// Says of each box whether it is single, and puts aside what has none.
    fn look(&mut self, told: &Told<'_>) {
        for single in &told.answer.singles {
            self.single(single, told);
        }
        for single in told.alone.iter().filter(|one| one.standing != Standing::Known) {
            self.alone(single, told);
        }
        for absent in &told.absent {
            self.mark(&Key::Thing(absent.clone()), Look::Gone, "not there");
        }
        let reached: BTreeSet<Key> = self.edges.iter().map(|(_, to, _)| to.clone()).collect();
        for (key, drawn) in &mut self.boxes {
            let is_unreached = matches!(key, Key::Surface(_)) && !reached.contains(key);
            if is_unreached {
                drawn.look = drawn.look.max(Look::Hole);
                drawn.caption = "HOLE · nobody gets in".into();
            }
        }
    }

    fn single(&mut self, single: &Single<Thing>, told: &Told<'_>) {
        let (look, says) = match single.standing {
            Standing::Hole => (Look::Hole, "HOLE · locks out alone"),
            Standing::Setting => (Look::Setting, "setting · locks out alone"),
            Standing::Irreducible(_) => (Look::Irreducible, "irreducible"),
            Standing::Unknown | Standing::Known => (Look::Unknown, "unknown"),
        };
        let key = match &single.what {
            Thing::Credential(account, place) => Key::Credential(*account, *place),
            what => Key::Thing(what.clone()),
        };
        if !self.mark(&key, look, says) {
            self.aside.push((look, told.access.names.thing(&single.what)));
        }
    }

    fn alone(&mut self, single: &Single<Agent>, told: &Told<'_>) {
        let key = match &single.what {
            Agent::Person(id) => Some(Key::Thing(Thing::Person(id.clone()))),
            Agent::Burglar(id) | Agent::Keeper(id) => Some(Key::Thing(Thing::Place(id.clone()))),
            Agent::Intruder(site) => Some(Key::Thing(Thing::Site(site.clone()))),
            Agent::Finder(id) => Some(Key::Thing(Thing::Item(id.clone()))),
            Agent::Holder(account, place) => Some(Key::Credential(*account, *place)),
            Agent::Stranger(_) | Agent::Actor(_) => None,
        };
        let (look, says) = match (&single.what, single.standing) {
            (_, Standing::Unknown) => (Look::Unknown, "unknown · who has it?"),
            (Agent::Burglar(_) | Agent::Intruder(_), _) => {
                (Look::Hole, "HOLE · a burglar walks in")
            }
            (Agent::Keeper(_), _) => (Look::Hole, "HOLE · its keeper walks in"),
            _ => (Look::Hole, "HOLE · walks in alone"),
        };
        if !key.is_some_and(|key| self.mark(&key, look, says)) {
            let who = match &single.what {
                // Nobody's name hangs on the wall.
                Agent::Actor(_) => "an administrator whom nobody declared".into(),
                other => told.access.names.agent(other),
            };
            let said = (look, format!("{who} walks in alone"));
            if !self.aside.contains(&said) {
                self.aside.push(said);
            }
        }
    }

    /// Marks a box, where there is one; what locks out and walks in says both.
    fn mark(&mut self, key: &Key, look: Look, says: &str) -> bool {
        let Some(drawn) = self.boxes.get_mut(key) else { return false };
        let is_both = drawn.look == Look::Hole && look == Look::Hole && drawn.caption != says;
        drawn.caption = match is_both {
            true => "HOLE · locks out, walks in".into(),
            false => says.into(),
        };
        drawn.look = drawn.look.max(look);
        true
    }
}

/// The box of a part, where it has one.
fn key_of(part: &Part) -> Option<Key> {
    match part {
        Part::Present(id) => Some(Key::Thing(Thing::Person(id.clone()))),
        Part::Opened(id, _) => Some(Key::Thing(Thing::Place(id.clone()))),
        Part::AtHand(id, _) => Some(Key::Thing(Thing::Item(id.clone()))),
        Part::Credential(account, place) => Some(Key::Credential(*account, *place)),
        _ => None,
    }
}

/// The parts that a formula names, without going into them.
fn references<'f>(formula: &'f Formula<Thing>, found: &mut Vec<&'f Part>) {
    match formula {
        Formula::All(all) | Formula::Any(all) | Formula::AtLeast(_, all) => {
            all.iter().for_each(|one| references(one, found));
        }
        Formula::Part(part) => found.push(part),
        Formula::Leaf(_) => {}
    }
}

/// What kind of item it is, without its id.
fn item(names: &Names, id: &ItemId) -> String {
    let name = names.item(id);
    name.strip_suffix(&format!(" `{id}`")).unwrap_or(&name).to_owned()
}

/// How a place is opened.
fn opening(told: &Told<'_>, id: &PlaceId) -> String {
    let Some(place) = told.register.custody.place(id) else { return String::new() };
    let how = match (place.opened_by.len(), place.needs) {
        (0, _) => "its keeper opens it".into(),
        (1, _) => "one opens it".into(),
        (_, 0 | 1) => "any one opens it".into(),
        (all, needs) => format!("{needs} of {all} together"),
    };
    match &place.at {
        Some(site) => format!("{how} · {site}"),
        None => how,
    }
}

/// How much of what leads to a credential it takes.
fn takes(formula: &Formula<Thing>) -> String {
    match formula {
        Formula::All(all) => match all.as_slice() {
            [_, Formula::Any(pins)] if pins.len() > 1 => "key and any PIN".into(),
            [_, _] => "needs both".into(),
            all => format!("needs all {}", all.len()),
        },
        Formula::AtLeast(least, all) => format!("needs {least} of {}", all.len()),
        Formula::Any(all) => format!("any one of {}", all.len()),
        Formula::Leaf(_) => "nobody wrote down who has it".into(),
        Formula::Part(_) => "needs it".into(),
    }
}
