use super::super::tests::{SMALL, check, parse};
use super::*;

fn read(rest: &str) -> Custody {
    parse(&format!("{SMALL}{rest}")).unwrap().register.custody
}

const PERSON: &str = "[[custody.people]]\nid = \"p-1\"\n";

/// A place after one person; its table begins in line 5, its members in line 6.
fn place(members: &str) -> String {
    format!("{PERSON}[[custody.places]]\n{members}")
}

#[test]
fn everything_that_can_be_declared_is_read() {
    let custody = read(
        r#"
        [custody]
        confirm_days = 30
        [[custody.people]]
        id = "p-1"
        name = "Heron"
        reach = ["mail:ada@example.net", "sms:+31 6 1234 5678", "other:pager 7"]
        [[custody.people]]
        id = "p-2"
        [[custody.places]]
        id = "safe-1"
        name = "north safe"
        kind = "safe"
        opened_by = ["p-2", "p-1"]
        needs = 2
        at = "head office"
        [[custody.places]]
        id = "bank"
        kind = "bank"
        [[environment.place]]
        name = "head office"
        "#,
    );
    let id = |text: &str| text.parse().unwrap();
    let contact = |text: &str| text.parse().unwrap();
    let reach = vec![
        contact("mail:ada@example.net"),
        contact("sms:+31612345678"),
        contact("other:pager 7"),
    ];
    let safe = CustodyPlace {
        id: "safe-1".parse().unwrap(),
        name: Some("north safe".into()),
        kind: PlaceKind::Safe,
        opened_by: [id("p-1"), id("p-2")].into(),
        needs: 2,
        at: Some("head office".into()),
    };
    let bank = CustodyPlace {
        id: "bank".parse().unwrap(),
        name: None,
        kind: PlaceKind::Bank,
        opened_by: BTreeSet::new(),
        needs: 1,
        at: None,
    };
    let people = vec![
        Person { id: id("p-1"), name: Some("Heron".into()), reach },
        Person { id: id("p-2"), name: None, reach: Vec::new() },
    ];
    assert_eq!(custody, Custody { people, places: vec![safe, bank], confirm_days: 30 });
    let shown = format!("{custody:?}");
    assert!(!shown.contains("ada@") && !shown.contains("1234"), "{shown}");
}

#[test]
fn nothing_is_declared_by_default() {
    assert_eq!(read(""), Custody::default());
    assert_eq!(read("[custody]\n"), Custody::default());
    assert_eq!(Custody::default().confirm_days, 90);
}

#[test]
fn ids_are_there_plain_and_distinct() {
    check(
        "[[custody.people]]\nname = \"a\"",
        "3:1: `id` is missing in [[custody.people]] | for example `id = \"p-1\"`",
    );
    check(
        "[[custody.people]]\nid = \"ada@example.org\"",
        "4:6: `id`: `ada@example.org` is no id of a person (1 to 40 lower-case letters, digits \
         and `-`, the first and last of them no `-`)",
    );
    check(
        "[[custody.people]]\nid = \"a\"\n[[custody.people]]\nid = \"a\"",
        "6:6: `id`: is taken by another person | give each person one of its own",
    );
    check(
        "[[custody.people]]\nid = \"a\"\nname = \"x\"\n\
         [[custody.people]]\nid = \"b\"\nname = \"x\"",
        "8:8: `name`: is taken by another person | give each person one of its own",
    );
    check(
        "[[custody.people]]\nid = \"a\"\n[[custody.people]]\nid = \"b\"\nname = \"A\"",
        "7:8: `name`: is taken by another person | give each person one of its own",
    );
    check(
        &place("kind = \"safe\""),
        "5:1: `id` is missing in [[custody.places]] | for example `id = \"safe-1\"`",
    );
    check(
        &place("id = \"a\"\nkind = \"bank\"\n[[custody.places]]\nid = \"a\"\nkind = \"bank\""),
        "9:6: `id`: is taken by another place | give each place one of its own",
    );
    check(
        "[[custody.people]]\nid = \"a\"\nname = \"a<b\"",
        "5:8: `name`: must be made of letters, digits, spaces within and `-_.,'()/&` | for \
         example `name = \"Heron\"`",
    );
}

#[test]
fn ways_to_reach_somebody_are_read_and_never_repeated() {
    let with = |reach: &str| format!("{PERSON}reach = [\"mail:a@example.org\", \"{reach}\"]");
    for (reach, what) in [
        ("ada@example.org", "does not begin with `mail:`, `sms:`, `phone:` or `other:`"),
        ("mail:ada", "is no mail address, such as `mail:ada@example.org`"),
        (
            "sms:0612345678",
            "is no number in the international form: `+`, the country and 7 to 15 digits in \
             all, such as `sms:+31612345678`",
        ),
        ("other: ", "must have 1 to 254 bytes and no control characters"),
        ("mail:a@example.org", "says the same twice"),
    ] {
        check(&with(reach), &format!("5:32: `reach`: {what}"));
    }
    check(
        &format!("{PERSON}reach = \"mail:a@example.org\""),
        "5:9: `reach` is a string, and must be a list of strings",
    );
}

#[test]
fn a_place_is_opened_by_declared_people_and_by_enough_of_them() {
    check(
        &place("id = \"a\"\nkind = \"safe\"\nopened_by = [\"p-1\", \"p-9\"]"),
        "8:21: `opened_by`: nobody declared the person `p-9` | declare them under \
         `[[custody.people]]`, or correct the id",
    );
    check(
        &place("id = \"a\"\nkind = \"safe\"\nopened_by = [\"p-1\", \"p-1\"]"),
        "8:21: `opened_by`: says the same twice",
    );
    for needs in [0, 2] {
        check(
            &place(&format!("id = \"a\"\nkind = \"safe\"\nopened_by = [\"p-1\"]\nneeds = {needs}")),
            &format!(
                "9:9: `needs`: {needs} of 1 people cannot open it | from 1 to 1, as many as \
                 `opened_by` names"
            ),
        );
    }
    check(
        &place("id = \"a\"\nkind = \"bank\"\nneeds = 2"),
        "8:9: `needs`: 2 of 0 people cannot open it | leave it out where nobody is named in \
         `opened_by`",
    );
    check(
        &place("id = \"a\"\nkind = \"bank\"\nneeds = \"two\""),
        "8:9: `needs` is a string, and must be an integer",
    );
}

#[test]
fn kinds_and_places_of_the_environment_are_known() {
    check(
        &place("id = \"a\""),
        "5:1: `kind` is missing in [[custody.places]] | for example `kind = \"safe\"`",
    );
    check(
        &place("id = \"a\"\nkind = \"sofa\""),
        "7:8: `kind`: there is no kind of place `sofa` | valid: `safe`, `vault`, `bank`, \
         `notary`, `office`, `home`, `other`",
    );
    for kind in PlaceKind::ALL {
        let custody = read(&place(&format!("id = \"a\"\nkind = \"{kind}\"")));
        assert_eq!(custody.places[0].kind, kind);
    }
    check(
        &place("id = \"a\"\nkind = \"safe\"\nat = \"attic\""),
        "8:6: `at`: is no place of `[environment]` | one of `anywhere`, or declare it there",
    );
}

#[test]
fn unknown_keys_and_empty_lists_are_named() {
    check(
        "[[custody.person]]\nid = \"a\"",
        "3:11: unknown key `person` in [custody] | valid here: `confirm_days`, `people`, `places`",
    );
    check(
        &format!("{PERSON}phone = \"1\""),
        "5:1: unknown key `phone` in [[custody.people]] | valid here: `id`, `name`, `reach`",
    );
    check("[custody]\npeople = []", "4:10: `people`: declares none | leave it out, or declare one");
    check("[custody]\nconfirm_days = 0", "4:16: `confirm_days`: must be 1 to 3650 days");
}

#[test]
fn every_limit_is_an_error_with_its_name() {
    let people = |count: usize| -> String {
        (0..count).map(|n| format!("[[custody.people]]\nid = \"p-{n}\"\n")).collect()
    };
    assert_eq!(read(&people(PEOPLE_MAX)).people.len(), PEOPLE_MAX);
    check(&people(PEOPLE_MAX + 1), "1003:1: more than PEOPLE_MAX (500)");
    let places = |count: usize| -> String {
        let one = |n| format!("[[custody.places]]\nid = \"a-{n}\"\nkind = \"bank\"\n");
        (0..count).map(one).collect()
    };
    assert_eq!(read(&places(CUSTODY_PLACES_MAX)).places.len(), CUSTODY_PLACES_MAX);
    check(&places(CUSTODY_PLACES_MAX + 1), "603:1: more than CUSTODY_PLACES_MAX (200)");
    let reach = |count: usize| {
        let list: Vec<String> = (0..count).map(|n| format!("\"other:{n}\"")).collect();
        format!("{PERSON}reach = [\n{}]", list.join(",\n"))
    };
    assert_eq!(read(&reach(CONTACTS_MAX)).people[0].reach.len(), CONTACTS_MAX);
    check(&reach(CONTACTS_MAX + 1), "16:1: `reach`: more than CONTACTS_MAX (10)");
}
