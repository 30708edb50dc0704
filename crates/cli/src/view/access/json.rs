//! An answer as one JSON object: `halligan.access`, version 1.
//!
//! Members are only ever added within a version. Absent values are `null`, lists are never absent.
//! Counts are texts: there may be more sets than a program's numbers hold.

use std::collections::BTreeSet;

use halligan_app::access::find::word;
use halligan_core::access::{
    Access, AccountAccess, Agent, Outcome, Part, Remark, Scope, Sets, Shared, Single, Standing,
    Thing,
};
use halligan_core::id::{PersonId, UserId};
use halligan_core::inventory::Node;
use serde_json::{Map, Value, json};

use super::told::Told;
use super::{human, story, words};
use crate::view::json::gap;

/// The object; known administrators are counted alone unless `all` is asked for.
pub(super) fn render(told: &Told<'_>, all: bool) -> String {
    let access = told.access;
    let inventory = &access.inventory;
    let mut whole = Map::new();
    let mut set = |name: &str, value: Value| whole.insert(name.into(), value);
    set("format", "halligan.access".into());
    set("version", 1.into());
    set("halligan", env!("CARGO_PKG_VERSION").into());
    set("verdict", outcome(told.outcome()).into());
    set("in_words", story::headline(told).1.into());
    let id = inventory.tenant.map(|id| id.to_string());
    set("tenant", json!({ "id": id, "name": inventory.tenant_name }));
    set("taken", told.snapshot.taken.to_string().into());
    set("scope", scope(told.scope, access));
    set("without", told.absent.iter().map(|one| thing(one, access)).collect());
    set("gets_in", told.answer.gets_in.into());
    set("accounts", told.accounts().into_iter().map(|one| account(one, told)).collect());
    set("locks_out", locks_out(told));
    set("walks_in", walks_in(told, all));
    let people = |one: &PersonId| person(one, access);
    set("get_in_together", sets(&told.answer.coalitions, people));
    set("paths", sets(&told.answer.paths, |one| thing(one, access)));
    set("shared", told.shared.iter().map(|one| shared(one, access)).collect());
    set("remarks", told.remarks().map(|one| remark(one, access)).collect());
    set("breaches", access.breaches.iter().map(|one| access.names.breach(one)).collect());
    set("gaps", access.gaps.iter().map(gap).collect());
    format!("{:#}\n", Value::Object(whole))
}

const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Holds => "holds",
        Outcome::Undecided => "undecided",
        Outcome::Hole => "hole",
    }
}

fn scope(scope: Scope, access: &Access) -> Value {
    let (kind, account, target) = match scope {
        Scope::Tenant => ("tenant", None, None),
        Scope::Surface(target) => ("surface", None, Some(target)),
        Scope::Account(account) => ("account", Some(account), None),
        Scope::At(account, target) => ("account_at_surface", Some(account), Some(target)),
    };
    json!({
        "kind": kind,
        "account": account.map(|id| named_account(id, access)),
        "target": target.map(|one| one.name()),
    })
}

fn named_account(id: UserId, access: &Access) -> Value {
    json!({ "id": id.to_string(), "code_name": access.names.account(id) })
}

fn account(one: &AccountAccess, told: &Told<'_>) -> Value {
    let surfaces = told.targets().into_iter().map(|target| {
        let proved = one.surfaces.iter().find(|surface| surface.target == target);
        json!({
            "target": target.name(),
            "title": target.title(),
            "proof": proved.map(|one| one.verdict.name()),
            "gets_in": told.reaches(one.id, target),
            "in_words": human::surface(told, one, target).2,
        })
    });
    let credentials = one.credentials.iter().enumerate().map(|(place, credential)| {
        let part = Part::Credential(one.id, place);
        let by = told.access.brought_by(&part, &told.absent);
        json!({
            "place": place,
            "kind": credential.kind.title(),
            "name": credential.name,
            "item": one.keys.get(&place).map(ToString::to_string),
            "can_be_used": told.holds(&part),
            "brought_by": sets(&by, |one| person(one, told.access)),
        })
    });
    json!({
        "id": one.id.to_string(),
        "code_name": one.code_name,
        "surfaces": surfaces.collect::<Vec<_>>(),
        "credentials": credentials.collect::<Vec<_>>(),
    })
}

fn locks_out(told: &Told<'_>) -> Value {
    let access = told.access;
    let pairs = told.answer.pairs.iter().map(|(pair, importance)| {
        let things: Vec<Value> = pair.iter().map(|one| thing(one, access)).collect();
        json!({ "things": things, "importance": importance })
    });
    let of = |one: &Single<Thing>| {
        let standing = standing(one.standing);
        let lost = told.lost_with(&one.what);
        json!({
            "thing": thing(&one.what, access),
            "loss": access.names.loss(&one.what),
            "surfaces_lost": lost.iter().map(|target| target.name()).collect::<Vec<_>>(),
            "standing": standing,
        })
    };
    json!({
        "singles": told.answer.singles.iter().map(of).collect::<Vec<_>>(),
        "new_singles": told.new_singles().into_iter().map(of).collect::<Vec<_>>(),
        "pairs": pairs.collect::<Vec<_>>(),
        "sets": sets(&told.answer.cuts, |one| thing(one, access)),
    })
}

fn walks_in(told: &Told<'_>, all: bool) -> Value {
    let known: BTreeSet<&Agent> =
        told.alone_as(|one| one == Standing::Known).into_iter().map(|one| &one.what).collect();
    let is_shown = |one: &Agent| all || !known.contains(one);
    let singles = told.alone.iter().filter(|one| is_shown(&one.what)).map(
        |one| json!({ "agent": agent(&one.what, told.access), "standing": standing(one.standing) }),
    );
    let mut others = told.others.clone();
    others.listed.retain(|set| set.iter().all(is_shown));
    let pairs = others.listed.iter().filter(|set| set.len() == 2);
    let pairs = pairs.map(|set| set.iter().map(|one| agent(one, told.access)).collect::<Value>());
    json!({
        "known": known.len(),
        "singles": singles.collect::<Vec<_>>(),
        "pairs": pairs.collect::<Vec<_>>(),
        "sets": sets(&others, |one| agent(one, told.access)),
    })
}

fn standing(standing: Standing) -> Value {
    let irreducible = match standing {
        Standing::Irreducible(one) => json!({ "why": one.why, "page": one.page }),
        _ => Value::Null,
    };
    json!({ "kind": standing.word(), "irreducible": irreducible })
}

fn sets<L>(sets: &Sets<L>, one: impl Fn(&L) -> Value) -> Value {
    let sizes = sets.sizes.iter();
    let sizes = sizes.map(|(size, count)| json!({ "size": size, "count": count.to_string() }));
    let listed = sets.listed.iter().map(|set| set.iter().map(&one).collect::<Value>());
    json!({
        "count": sets.count.map(|count| count.to_string()),
        "sizes": sizes.collect::<Vec<_>>(),
        "listed": listed.collect::<Vec<_>>(),
        "listed_to": sets.listed_to,
        "bounded": sets.bounded,
    })
}

pub(super) fn thing(thing: &Thing, access: &Access) -> Value {
    json!({
        "kind": thing.kind().word(),
        "id": word(access, thing),
        "name": access.names.thing(thing),
    })
}

fn person(id: &PersonId, access: &Access) -> Value {
    json!({ "id": id.as_str(), "name": access.names.person(id) })
}

pub(super) fn agent(agent: &Agent, access: &Access) -> Value {
    let (kind, id) = match agent {
        Agent::Person(id) => ("person", id.to_string()),
        Agent::Burglar(id) => ("burglar", id.to_string()),
        Agent::Intruder(site) => ("intruder", site.clone()),
        Agent::Keeper(id) => ("keeper", id.to_string()),
        Agent::Finder(id) => ("finder", id.to_string()),
        Agent::Stranger(secret) => ("stranger", access.names.secret(secret)),
        Agent::Holder(account, place) => {
            ("holder", word(access, &Thing::Credential(*account, *place)))
        }
        Agent::Actor(node) => ("actor", node_id(node)),
    };
    json!({ "kind": kind, "id": id, "name": access.names.agent(agent) })
}

fn node_id(node: &Node) -> String {
    match node {
        Node::Principal(id) => id.to_string(),
        Node::IdentityProvider(domain) => domain.clone(),
        Node::Partner(tenant) => tenant.to_string(),
        Node::OnPremises => "on_premises".into(),
        Node::Role(_) | Node::RoleFor { .. } | Node::Administrator => "role".into(),
    }
}

fn shared(one: &Shared, access: &Access) -> Value {
    let credentials = one.credentials.iter().map(
        |(account, place)| json!({ "account": named_account(*account, access), "place": place }),
    );
    json!({
        "thing": thing(&one.thing, access),
        "accounts": one.accounts.iter().map(|id| named_account(*id, access)).collect::<Vec<_>>(),
        "credentials": credentials.collect::<Vec<_>>(),
    })
}

fn remark(one: &Remark, access: &Access) -> Value {
    let (text, next) = words::remark(one, &access.names);
    json!({
        "kind": words::remark_word(one),
        "is_doubt": one.is_doubt(),
        "in_words": text,
        "next": next,
    })
}
