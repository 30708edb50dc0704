//! The sound tenant and steps away from it, in every view.

use std::collections::BTreeSet;

use halligan_core::access::{Access, Outcome, Part, Question, Scope, Thing};
use halligan_core::check::Case;
use halligan_core::check::sample::custody::{issued, person};
use halligan_core::check::sample::{AAGUID, ALPHA, BRAVO, passkey, password};
use halligan_core::custody::{Event, ItemKind};
use halligan_core::register::{CustodyPlace, Person, PlaceKind, Target};
use halligan_core::tenant::{Part as Read, PartKind};

use super::*;

fn access(case: &Case) -> Access {
    let Case { register, snapshot, custody, now } = case;
    Access::of(&Question { register, snapshot, custody: custody.as_ref(), now: *now })
}

fn with<T>(case: &Case, scope: Scope, absent: &[Thing], see: impl FnOnce(&Told<'_>) -> T) -> T {
    let access = access(case);
    let absent: BTreeSet<Thing> = absent.iter().cloned().collect();
    see(&Told::of(&access, &case.register, &case.snapshot, Asked { scope, absent }))
}

fn lines(case: &Case, show: Show) -> String {
    let options = Options { width: 80, show, all: true };
    with(case, Scope::Tenant, &[], |told| render(told, AccessFormat::Plain, options))
}

fn outcome(case: &Case) -> Outcome {
    with(case, Scope::Tenant, &[], |told| told.outcome())
}

fn picture(case: &Case) -> String {
    with(case, Scope::Tenant, &[], draw)
}

fn json(case: &Case) -> serde_json::Value {
    let options = Options { width: 80, show: Show::All, all: false };
    let text = with(case, Scope::Tenant, &[], |told| render(told, AccessFormat::Json, options));
    serde_json::from_str(&text).unwrap()
}

#[test]
fn the_sound_tenant_holds_and_says_so_first() {
    let case = Case::sound();
    let text = lines(&case, Show::All);
    let first: Vec<&str> = text.lines().take(2).collect();
    let said = "in words: Nothing single locks the owners out, and nobody walks in alone.";
    assert_eq!(first, ["verdict: holds", said]);
    assert!(text.contains("locks out: irreducible: the sign-in service of Entra ID is down"));
    assert!(text.contains("get in together: ada and bob"), "{text}");
    assert!(text.contains("alpha at Azure portal: gets in"));
    assert_eq!(outcome(&case), Outcome::Holds);
}

#[test]
fn one_who_has_everything_is_a_hole_on_both_sides() {
    let mut case = Case::sound();
    case.moved_all("ada");
    let text = lines(&case, Show::Singles);
    assert!(text.contains("The owners hang on ada, and ada walks in alone."), "{text}");
    assert!(text.contains("locks out: hole: ada cannot come"));
    assert!(text.contains("walks in: hole: ada\n"));
    assert!(!text.contains("shared:"), "only singles are shown");
    assert!(
        lines(&case, Show::All)
            .contains("odd: hole: security key `a-1` and PIN envelope `pin-a-1` are")
    );
    assert_eq!(outcome(&case), Outcome::Hole);
}

#[test]
fn what_is_not_known_decides_nothing() {
    let mut case = Case::sound();
    case.custody = None;
    assert_eq!(outcome(&case), Outcome::Undecided);
    let text = lines(&case, Show::All);
    assert!(text.contains("walks in: unknown: whoever has password of alpha"), "{text}");
    assert!(text.contains("odd next: write it down with `halligan custody issue`"), "{text}");
    let mut case = Case::sound();
    case.snapshot.partners = Read::Gap(Case::denied(PartKind::Partners));
    assert_eq!(outcome(&case), Outcome::Undecided);
    assert!(lines(&case, Show::All).contains("not read: unknown: "));
}

#[test]
fn pairs_come_with_what_most_turns_on_first() {
    let text = lines(&Case::sound(), Show::Pairs);
    assert!(text.contains("pair that locks out: ada cannot come, and "), "{text}");
    assert!(text.contains("pair that walks in: ada and bob"), "{text}");
    assert!(!text.contains("irreducible"));
}

#[test]
fn what_is_left_is_said_in_words() {
    let case = Case::sound();
    let gone = |names: &[&str]| -> Vec<Thing> {
        names.iter().map(|name| Thing::Person(person(name))).collect()
    };
    let options = Options { width: 80, show: Show::All, all: false };
    let text = with(&case, Scope::Tenant, &gone(&["ada"]), |told| {
        assert_eq!(told.outcome(), Outcome::Holds);
        render(told, AccessFormat::Plain, options)
    });
    assert!(text.contains("in words: Without ada, the owners get in."), "{text}");
    assert!(text.contains("left: passkey (FIDO2) of alpha: bob and cyd"), "{text}");
    assert!(text.contains("new single: hole: bob cannot come"), "{text}");
    let text = with(&case, Scope::Account(ALPHA), &gone(&["ada", "bob"]), |told| {
        assert_eq!(told.outcome(), Outcome::Hole);
        render(told, AccessFormat::Human, options)
    });
    let text = anstream::adapter::strip_str(&text).to_string();
    assert!(text.contains("alpha does not get in."), "{text}");
    assert!(text.contains("nothing at hand") && !text.contains("bravo"), "{text}");
}

#[test]
fn a_question_about_one_surface_is_answered_for_it() {
    let case = Case::sound();
    let options = Options { width: 80, show: Show::All, all: false };
    let scope = Scope::At(BRAVO, Target::AzurePortal);
    let text = with(&case, scope, &[], |told| render(told, AccessFormat::Plain, options));
    assert!(text.contains("bravo out of Azure portal"), "{text}");
    assert!(!text.contains("Entra admin center"), "{text}");
}

#[test]
fn json_has_ids_and_names_and_counts_as_text() {
    let mut case = Case::sound();
    case.register.custody.people[0].name = Some("Heron".into());
    let whole = json(&case);
    assert_eq!((&whole["format"], &whole["verdict"]), (&"halligan.access".into(), &"holds".into()));
    let first = &whole["get_in_together"]["listed"][0][0];
    assert_eq!((&first["id"], &first["name"]), (&"ada".into(), &"Heron".into()));
    assert!(whole["locks_out"]["sets"]["count"].as_str().unwrap().parse::<u128>().unwrap() > 1);
    let standing = &whole["locks_out"]["singles"][0]["standing"];
    assert!(standing["irreducible"]["page"].as_str().unwrap().starts_with("https://learn."));
    let by = &whole["accounts"][0]["credentials"][1]["brought_by"]["listed"];
    assert!(by.as_array().is_some_and(|sets| !sets.is_empty()), "{by}");
    assert!(!whole.to_string().contains("@sound"), "no UPN");
}

#[test]
fn the_formula_says_every_part_once_and_the_top_first() {
    let case = Case::sound();
    let access = access(&case);
    let top = vec![Part::Scope(Scope::Tenant)];
    let explained = Explained { owners: top.clone(), others: top };
    let text = render_explained(&access, &explained, AccessFormat::Plain, 80);
    let heads: Vec<&str> = text.lines().filter_map(|line| line.split(" when ").next()).collect();
    let distinct: BTreeSet<&str> = heads.iter().copied().collect();
    assert_eq!(heads.len(), distinct.len(), "{text}");
    assert_eq!(heads[0], "owners: the owners get in");
    assert!(text.contains("owners: ada is there when all of (ada can come; "), "{text}");
    assert!(text.contains("at least 2 of 3 ("), "{text}");
    let others = text.lines().find(|line| line.starts_with("others: ")).unwrap();
    assert!(others.starts_with("others: somebody walks in when one of ("), "{others}");
    let json = render_explained(&access, &explained, AccessFormat::Json, 80);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["owners"][0]["when"]["all"][0]["is_there"]["id"], "entra");
}

#[test]
fn a_picture_says_in_words_what_its_colours_say() {
    let mut case = Case::sound();
    case.moved_all("ada");
    let svg = picture(&case);
    assert!(svg.contains("<g class=\"hole\"><title>ada: HOLE · locks out, walks in</title>"));
    assert!(svg.contains("irreducible · the sign-in service"));
    assert!(svg.contains("<desc id=\"d\">HOLE: The owners hang on ada"));
    assert_eq!(svg, picture(&case), "always the same");
    let sound = picture(&Case::sound());
    assert!(!sound.contains("class=\"hole\"><title>") && sound.contains("needs 2 of 3"));
}

#[test]
fn hostile_names_stay_text() {
    let mut case = Case::sound();
    case.register.custody.people[0].name = Some("</svg><script>alert('x')</script>\u{202e}".into());
    let svg = picture(&case);
    assert!(!svg.contains("<script") && svg.contains("&lt;/svg&gt;"), "{svg}");
    assert!(!svg.contains('\u{202e}'));
    let text = lines(&case, Show::All);
    assert!(!text.contains('\u{202e}') && text.contains("\\u{202e}"));
}

/// Twelve people, five places, four keys for each of two accounts.
fn large() -> Case {
    let mut case = Case::sound();
    let people = (1..=12).map(|number| format!("p-{number}"));
    let declared = |id: String| Person { id: id.parse().unwrap(), name: None, reach: Vec::new() };
    case.register.custody.people.extend(people.map(declared));
    for number in 1..=5usize {
        let opener = |offset: usize| format!("p-{}", (number * 2 + offset) % 12 + 1);
        case.register.custody.places.push(CustodyPlace {
            id: format!("safe-{number}").parse().unwrap(),
            name: None,
            kind: PlaceKind::Safe,
            opened_by: (0..3).map(|offset| opener(offset).parse().unwrap()).collect(),
            needs: 2,
            at: None,
        });
    }
    for (account, name) in [(ALPHA, "x"), (BRAVO, "y")] {
        let mut methods = vec![password()];
        for number in 1..=6 {
            let (key, pin) = (format!("{name}-{number}"), format!("pin-{name}-{number}"));
            let mut method = passkey(&key);
            method.passkey.iter_mut().for_each(|one| one.display_name = Some(key.clone()));
            methods.push(method);
            let kind = ItemKind::SecurityKey { serial: key.clone(), aaguid: AAGUID };
            case.happened(moved(issued(&key, kind, vec![account], "ada"), number % 5 + 1));
            let kind = ItemKind::PinEnvelope { key: key.parse().unwrap() };
            let holder = format!("p-{}", number * 2 % 12 + 1);
            case.happened(issued(&pin, kind, Vec::new(), &holder));
        }
        case.methods(account, methods);
    }
    case
}

/// The same item, issued into a safe.
fn moved(event: Event, safe: usize) -> Event {
    match event {
        Event::Issued { mut issue, opened_by, witness } => {
            let place = format!("safe-{safe}").parse().unwrap();
            issue.to = halligan_core::custody::Holder::Place(place);
            Event::Issued { issue, opened_by, witness }
        }
        other => other,
    }
}

#[test]
fn a_large_house_is_drawn_whole_and_a_larger_one_says_what_it_leaves_out() {
    let case = large();
    let svg = picture(&case);
    assert!(svg.contains("safe-5") && svg.contains("2 of 3 together"), "{svg}");
    assert!(!svg.contains("ROWS_MAX"));
    let mut larger = case;
    let mut methods = vec![password()];
    for number in 0..60 {
        let key = format!("z-{number}");
        let mut method = passkey(&key);
        method.passkey.iter_mut().for_each(|one| one.display_name = Some(key.clone()));
        methods.push(method);
    }
    larger.methods(ALPHA, methods);
    assert!(picture(&larger).contains("more (ROWS_MAX, 48)"));
}
