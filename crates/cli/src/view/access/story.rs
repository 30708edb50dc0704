//! What an answer amounts to: sections of lines, once for every format that people read.

use std::collections::BTreeMap;

use halligan_core::access::{Agent, Outcome, Scope, Single, Standing, Thing};
use halligan_core::ca::Verdict;
use halligan_core::id::PersonId;

use super::told::Told;
use super::{Options, Show, without, words};
use crate::view::story::unread;

/// Names in a headline before the rest is counted.
const HEADLINE_MAX: usize = 3;
/// Lines of a section before the rest is counted, unless all are asked for.
const LINES_MAX: usize = 12;

/// What a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// Something is wrong.
    Hole,
    /// Something cannot be told.
    Unknown,
    /// Somebody has to watch it.
    Setting,
    /// Nothing can be done about it.
    Accepted,
    /// It is in order.
    Good,
    /// A figure, or how to see more.
    Note,
    /// One of several.
    Item,
}

impl Mark {
    /// The mark's word, where lines have no signs.
    pub(super) const fn word(self) -> Option<&'static str> {
        match self {
            Self::Hole => Some("hole"),
            Self::Unknown => Some("unknown"),
            Self::Setting => Some("setting"),
            Self::Accepted => Some("irreducible"),
            Self::Good => Some("good"),
            Self::Note => Some("note"),
            Self::Item => None,
        }
    }
}

/// A line of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) mark: Mark,
    pub(super) text: String,
    /// What to do about it, or where it is said.
    pub(super) next: Option<String>,
}

impl Line {
    pub(super) fn new(mark: Mark, text: impl Into<String>) -> Self {
        Self { mark, text: text.into(), next: None }
    }
}

/// A part of the page: its word in lines, its heading, and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) key: &'static str,
    pub(super) title: String,
    pub(super) lines: Vec<Line>,
}

/// The sections of an answer, those without a line left out.
pub(super) fn sections(told: &Told<'_>, options: Options) -> Vec<Section> {
    let section = |key, title: &str, lines| Section { key, title: title.into(), lines };
    let mut all = match (&told.before, options.show) {
        (Some(_), _) => without::sections(told, options.all),
        (None, Show::Pairs) => Vec::from([
            section("pair that locks out", "WHAT LOCKS OUT IN TWOS", pairs_out(told, options.all)),
            section("pair that walks in", "WHO WALKS IN IN TWOS", pairs_in(told, options.all)),
        ]),
        (None, _) => Vec::from([
            section("locks out", &lock_title(told), locks_out(told)),
            section("walks in", "WHO WALKS IN ALONE", walks_in(told, options.all)),
        ]),
    };
    if options.show == Show::All && told.before.is_none() {
        let together = people(&told.answer.coalitions.listed, told, options.all);
        all.push(section("get in together", "WHO GETS IN TOGETHER", together));
        all.push(section("shared", "WHAT SHARES ONE FATE", shared(told, options.all)));
    }
    // What makes an answer uncertain is never left out.
    if options.show == Show::All || told.outcome() == Outcome::Undecided {
        all.push(section("odd", "WHAT IS ODD", odd(told)));
        all.push(section("not read", "NOT READ, AND MAY HIDE SOMEBODY", not_read(told)));
    }
    all.retain(|one| !one.lines.is_empty());
    all
}

/// The verdict in a word, and in a sentence.
pub(super) fn headline(told: &Told<'_>) -> (&'static str, String) {
    let word = match (told.outcome(), &told.before) {
        (Outcome::Holds, None) => "HOLDS",
        (Outcome::Holds, Some(_)) => "STILL IN",
        (Outcome::Undecided, _) => "CANNOT BE TOLD",
        (Outcome::Hole, None) => "HOLE",
        (Outcome::Hole, Some(_)) if told.reached().is_empty() => "LOCKED OUT",
        (Outcome::Hole, Some(_)) => "PARTLY IN",
    };
    (word, verdict(told, &|agent| told.access.names.agent(agent)))
}

/// The same for a picture that hangs on a wall: nobody's name but those that the register gives.
pub(super) fn headline_on_a_wall(told: &Told<'_>) -> (&'static str, String) {
    let named = |agent: &Agent| match agent {
        Agent::Actor(_) => "an administrator whom nobody declared".into(),
        other => told.access.names.agent(other),
    };
    (headline(told).0, verdict(told, &named))
}

fn verdict(told: &Told<'_>, named: &dyn Fn(&Agent) -> String) -> String {
    let names = &told.access.names;
    if told.before.is_some() {
        let gone: Vec<Thing> = told.absent.iter().cloned().collect();
        let get = match told.way_left() {
            Outcome::Undecided => {
                let get = words::whom_get(told.scope, names, true);
                format!("it cannot be told whether {get}")
            }
            _ => words::gets(told),
        };
        return words::sentence(&format!("without {}, {get}", words::things(&gone, names)));
    }
    if told.has_no_ledger() {
        let out = words::whom_out(told.scope, names);
        return words::sentence(&format!(
            "nobody wrote down who holds what, so that neither what locks {out} nor who walks in \
             can be told"
        ));
    }
    let holes: Vec<String> = told.answer.holes().map(|one| names.thing(one)).collect();
    let out = match (told.exit(), told.answer.gets_in) {
        (Outcome::Holds, _) => {
            format!("nothing single locks {}", words::whom_out(told.scope, names))
        }
        (Outcome::Undecided, _) => {
            format!("what locks {} cannot be told", words::whom_out(told.scope, names))
        }
        (Outcome::Hole, false) => words::gets(told) + ", with all that is there",
        (Outcome::Hole, true) => {
            format!("{} {}", words::whom_hang(told.scope, names), short(&holes))
        }
    };
    let alone = told.alone_as(|one| one.is_hole());
    let mut alone: Vec<String> = alone.into_iter().map(|one| named(&one.what)).collect();
    alone.dedup();
    let walk = match (alone.as_slice(), told.lock()) {
        ([], Outcome::Undecided) => "who walks in alone cannot be told".to_owned(),
        ([], _) => "nobody walks in alone".to_owned(),
        ([one], _) => format!("{one} walks in alone"),
        (several, _) => format!("each of these walks in alone: {}", short(several)),
    };
    words::sentence(&format!("{out}, and {walk}"))
}

/// The first few names, and how many more.
fn short(names: &[String]) -> String {
    let more = names.len().saturating_sub(HEADLINE_MAX);
    if more == 0 {
        return words::listed(names);
    }
    let shown: Vec<&str> = names.iter().take(HEADLINE_MAX).map(String::as_str).collect();
    format!("{} and {more} more", shown.join(", "))
}

/// What the answer is about: tenant, accounts, people, places.
pub(super) fn subject(told: &Told<'_>) -> String {
    let inventory = &told.access.inventory;
    let tenant = match (&inventory.tenant_name, inventory.tenant) {
        (Some(name), Some(id)) => format!("{name} (tenant {id})"),
        (Some(name), None) => name.clone(),
        (None, Some(id)) => format!("tenant {id}"),
        (None, None) => "exported policies".into(),
    };
    let count = |count: usize, one: &str, many: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    };
    let custody = &told.register.custody;
    let accounts = count(told.access.accounts.len(), "account", "accounts");
    let people = count(custody.people.len(), "person", "people");
    let places = count(custody.places.len(), "place", "places");
    format!("{tenant}, {accounts}, {people}, {places}")
}

/// Whether an account gets into a surface, with what is there and can be brought.
pub(super) fn cell(holds: bool, verdict: Verdict) -> (Mark, &'static str, &'static str) {
    match (verdict, holds) {
        (Verdict::Undecided, _) => (Mark::Unknown, "?", "undecided"),
        (Verdict::LockedOut, _) => (Mark::Hole, "✗", "locked out"),
        (_, false) => (Mark::Hole, "✗", "nothing at hand"),
        (Verdict::Harmed, true) => (Mark::Setting, "!", "harmed"),
        (Verdict::Proved, true) => (Mark::Good, "✓", "gets in"),
    }
}

fn lock_title(told: &Told<'_>) -> String {
    format!("WHAT LOCKS {}", words::whom_out(told.scope, &told.access.names).to_uppercase())
}

/// The singles of the owners' side: holes, settings, what is irreducible; then the figures.
fn locks_out(told: &Told<'_>) -> Vec<Line> {
    let mut lines = singles(&told.answer.singles.iter().collect::<Vec<_>>(), told);
    let is_fine = told.answer.gets_in && told.answer.holes().next().is_none();
    if is_fine {
        let line = match told.has_no_ledger() {
            true => Line::new(Mark::Unknown, "nobody wrote down who holds what"),
            false => Line::new(Mark::Good, "no person, place or item does it alone"),
        };
        lines.insert(0, line);
    }
    if !told.answer.gets_in {
        lines.insert(0, Line::new(Mark::Hole, words::gets(told)));
    }
    lines.push(Line::new(Mark::Note, words::counted(&told.answer.cuts, "smallest failures")));
    lines
}

/// Singles, each as its loss; what an administrator can change comes as one line.
pub(super) fn singles(singles: &[&Single<Thing>], told: &Told<'_>) -> Vec<Line> {
    let reached = told.reached().len();
    let loss = |one: &Single<Thing>| {
        let loss = told.access.names.loss(&one.what);
        let lost = told.lost_with(&one.what);
        if lost.len() == reached {
            return loss;
        }
        let some: Vec<String> = lost.iter().map(|one| one.title().to_owned()).collect();
        format!("{loss} ({})", words::listed(&some))
    };
    let mut lines = Vec::new();
    let mut settings = Vec::new();
    let mut accepted = Vec::new();
    for one in singles {
        match one.standing {
            Standing::Setting => settings.push(loss(one)),
            Standing::Irreducible(why) => {
                let text = format!("{}: {}", loss(one), why.why);
                let next = Some(why.page.to_owned());
                accepted.push(Line { mark: Mark::Accepted, text, next });
            }
            _ => lines.push(Line::new(Mark::Hole, loss(one))),
        }
    }
    lines.extend(settings.into_iter().map(|text| Line { mark: Mark::Setting, text, next: None }));
    lines.extend(accepted);
    lines
}

fn walks_in(told: &Told<'_>, all: bool) -> Vec<Line> {
    let agent = |one: &Single<_>| told.access.names.agent(&one.what);
    let of = |mark: Mark, is: fn(Standing) -> bool| {
        told.alone_as(is).into_iter().map(move |one| Line::new(mark, agent(one)))
    };
    let mut lines: Vec<Line> = of(Mark::Hole, |one| one.is_hole()).collect();
    lines.extend(of(Mark::Unknown, |one| one == Standing::Unknown));
    if lines.is_empty() {
        let nobody = match told.scope {
            Scope::Tenant | Scope::Surface(_) => "nobody who is not an administrator",
            Scope::Account(_) | Scope::At(..) => "nobody by what this account signs in with",
        };
        lines.push(Line::new(Mark::Good, nobody));
    }
    let known: Vec<String> =
        told.alone_as(|one| one == Standing::Known).into_iter().map(agent).collect();
    match known.as_slice() {
        [] => {}
        known if all => {
            lines.extend(known.iter().map(|one| Line::new(Mark::Note, format!("known: {one}"))));
        }
        known => {
            let who = if known.len() == 1 { "administrator" } else { "administrators" };
            let text = format!("{} known {who} can; `--all` names them", known.len());
            lines.push(Line::new(Mark::Note, text));
        }
    }
    lines.push(Line::new(Mark::Note, words::counted(&told.others, "smallest coalitions")));
    lines
}

fn pairs_out(told: &Told<'_>, all: bool) -> Vec<Line> {
    let loss = |one: &Thing| told.access.names.loss(one);
    let pairs = told.answer.pairs.iter().map(|(pair, _)| {
        let each: Vec<String> = pair.iter().map(loss).collect();
        Line::new(Mark::Item, each.join(", and "))
    });
    let mut lines = limited(pairs.collect(), all);
    if lines.is_empty() {
        lines.push(Line::new(Mark::Good, "no two things do it"));
    }
    lines
}

fn pairs_in(told: &Told<'_>, all: bool) -> Vec<Line> {
    let pairs = told.others.listed.iter().filter(|set| set.len() == 2).map(|pair| {
        let each: Vec<String> = pair.iter().map(|one| told.access.names.agent(one)).collect();
        Line::new(Mark::Item, words::listed(&each))
    });
    let mut lines = limited(pairs.collect(), all);
    if lines.is_empty() {
        lines.push(Line::new(Mark::Good, "no two do, who do not walk in alone"));
    }
    lines
}

/// The first lines, and how many more there are.
pub(super) fn limited(mut lines: Vec<Line>, all: bool) -> Vec<Line> {
    let more = lines.len().saturating_sub(LINES_MAX);
    if more > 0 && !all {
        lines.truncate(LINES_MAX);
        lines.push(Line::new(Mark::Note, format!("and {more} more; `--all` lists them")));
    }
    lines
}

/// Coalitions of people.
pub(super) fn people(sets: &[Vec<PersonId>], told: &Told<'_>, all: bool) -> Vec<Line> {
    let line = |set: &Vec<PersonId>| {
        let names: Vec<String> = set.iter().map(|one| told.access.names.person(one)).collect();
        match names.as_slice() {
            [] => Line::new(Mark::Item, "nobody is needed who is written down"),
            [one] => Line::new(Mark::Item, format!("{one} alone")),
            names => Line::new(Mark::Item, words::listed(names)),
        }
    };
    limited(sets.iter().map(line).collect(), all)
}

fn shared(told: &Told<'_>, all: bool) -> Vec<Line> {
    let names = &told.access.names;
    let lines = told.shared.iter().map(|one| {
        let mut takes: Vec<String> = Vec::new();
        if one.accounts.len() > 1 {
            takes.push(format!("{} accounts", one.accounts.len()));
        }
        let mut by_account: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (account, place) in &one.credentials {
            let credential = told.access.accounts.iter().find(|one| one.id == *account);
            let credential = credential.and_then(|one| one.credentials.get(*place));
            let name = credential.map_or("?", |one| one.name.as_str());
            by_account.entry(names.account(*account)).or_default().push(name.into());
        }
        takes.extend(
            by_account.iter().map(|(account, all)| format!("{} of {account}", words::listed(all))),
        );
        Line::new(Mark::Item, format!("{}: {}", names.thing(&one.thing), takes.join("; ")))
    });
    limited(lines.collect(), all)
}

fn odd(told: &Told<'_>) -> Vec<Line> {
    let remarks = told.remarks().map(|one| {
        let (text, next) = words::remark(one, &told.access.names);
        let mark = if one.is_doubt() { Mark::Unknown } else { Mark::Setting };
        Line { mark, text, next: Some(next.into()) }
    });
    let breaches = told.access.breaches.iter().map(|one| {
        let next = Some("move one of them elsewhere".into());
        Line { mark: Mark::Hole, text: told.access.names.breach(one), next }
    });
    breaches.chain(remarks).collect()
}

fn not_read(told: &Told<'_>) -> Vec<Line> {
    let reasons = unread(&told.access.gaps).into_iter();
    reasons
        .map(|(reason, parts)| Line::new(Mark::Unknown, format!("{}: {reason}", parts.join(", "))))
        .collect()
}
