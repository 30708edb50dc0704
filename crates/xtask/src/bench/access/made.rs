//! Made tenants: two accounts with two keys each, PINs apart from keys, safes that two people open.

use std::collections::BTreeMap;

use halligan_bdd::{Gate, Node, Structure};

/// "Somebody of the owners gets in" over the things that have to be there.
pub(super) struct Made {
    pub(super) structure: Structure,
    pub(super) top: Node,
    /// What each event is, by a number that is the same in every tenant of an estate.
    pub(super) things: BTreeMap<Node, u32>,
}

/// Many tenants that share people and places.
pub(super) struct Estate {
    pub(super) tenants: Vec<Made>,
}

/// How many people and offices a partner has for every tenant of an estate.
const POOL: usize = 20;
const PEOPLE: usize = 6;
const OFFICES: usize = 3;

/// What the numbers of things begin with.
const SERVICE: u32 = 0;
const PERSON: u32 = 1 << 20;
const OFFICE: u32 = 2 << 20;
const OWN: u32 = 3 << 20;
/// How many things of its own a tenant may have.
const OWN_MAX: u32 = 1 << 8;

impl Made {
    /// A tenant alone.
    pub(super) fn tenant(people: usize, offices: usize, seed: u64) -> Self {
        let people: Vec<u32> = (PERSON..).take(people).collect();
        let offices: Vec<u32> = (OFFICE..).take(offices).collect();
        Self::of(0, &people, &offices, &mut Dice(seed))
    }

    fn of(tenant: u32, people: &[u32], offices: &[u32], dice: &mut Dice) -> Self {
        let mut draft = Draft {
            structure: Structure::new(),
            events: BTreeMap::new(),
            next: OWN + tenant * OWN_MAX,
        };
        let service = draft.thing(SERVICE);
        let itself = draft.own();
        let safes: Vec<Node> =
            offices.iter().map(|office| draft.safe(*office, people, dice)).collect();
        let mut accounts = Vec::new();
        for account in 0..2 {
            let enabled = draft.own();
            let mut keys = Vec::new();
            for key in 0..2 {
                let place = (account + key) % safes.len();
                let elsewhere = (place + 1) % safes.len();
                let workstation = draft.own();
                let parts = [draft.own(), draft.own(), workstation];
                let places = [place, elsewhere].map(|at| safes.get(at).copied());
                let all = parts.into_iter().chain(places.into_iter().flatten());
                keys.push(draft.structure.gate(Gate::All(all.collect())));
            }
            let by_key = draft.structure.gate(Gate::Any(keys));
            accounts.push(draft.structure.gate(Gate::All(vec![enabled, by_key])));
        }
        let either = draft.structure.gate(Gate::Any(accounts));
        let top = draft.structure.gate(Gate::All(vec![service, itself, either]));
        let things = draft.events.into_iter().map(|(thing, event)| (event, thing)).collect();
        Self { structure: draft.structure, top, things }
    }
}

impl Estate {
    pub(super) fn new(tenants: u32, seed: u64) -> Self {
        let mut dice = Dice(seed);
        let pool: Vec<u32> = (PERSON..).take(POOL * tenants as usize / 10).collect();
        let offices: Vec<u32> = (OFFICE..).take((POOL * tenants as usize / 100).max(3)).collect();
        let tenants = (0..tenants)
            .map(|tenant| {
                let people = dice.different(&pool, PEOPLE);
                let offices = dice.different(&offices, OFFICES);
                Made::of(tenant, &people, &offices, &mut dice)
            })
            .collect();
        Self { tenants }
    }
}

struct Draft {
    structure: Structure,
    /// The event of each thing.
    events: BTreeMap<u32, Node>,
    /// The next thing of the tenant's own.
    next: u32,
}

impl Draft {
    fn thing(&mut self, thing: u32) -> Node {
        let structure = &mut self.structure;
        *self.events.entry(thing).or_insert_with(|| structure.event())
    }

    fn own(&mut self) -> Node {
        self.next += 1;
        self.thing(self.next)
    }

    /// A safe in an office, that two of some people open.
    fn safe(&mut self, office: u32, people: &[u32], dice: &mut Dice) -> Node {
        let openers = dice.different(people, (people.len() / 2).max(4));
        let openers = openers.into_iter().map(|person| self.thing(person)).collect();
        let opened = self.structure.gate(Gate::AtLeast(2, openers));
        let office = self.thing(office);
        self.structure.gate(Gate::All(vec![office, opened]))
    }
}

/// A seeded die: the same tenants in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        // xorshift64* of Vigna.
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % limit.max(1)
    }

    /// So many different ones.
    fn different(&mut self, all: &[u32], count: usize) -> Vec<u32> {
        let mut left = all.to_vec();
        let mut picked = Vec::new();
        while picked.len() < count && !left.is_empty() {
            picked.push(left.swap_remove(self.below(left.len())));
        }
        picked
    }
}
