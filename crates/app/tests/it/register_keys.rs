//! The table of keys, the walker and the schema know the same; registers are valid by the schema.

use std::collections::BTreeSet;
use std::path::Path;

use halligan_app::config::keys::{FEDERATION_FORM, Key, REFERENCE_FORMS, SECTIONS, Section};
use halligan_app::config::schema::{as_json, schema};
use halligan_app::config::{Config, ConfigErrors, Fault};
use halligan_core::register::Workstation;
use serde_json::Value;

fn parse(text: &str) -> Result<Config, ConfigErrors> {
    let now = "2026-11-22T12:00:00Z".parse().unwrap();
    Config::parse("r.toml", Path::new(""), text, now)
}

/// The keys that the walker knows where `text` has the key `zz`.
fn known(text: &str) -> BTreeSet<&'static str> {
    let errors = parse(text).unwrap_err().errors;
    let valid = errors.iter().find_map(|error| match &error.fault {
        Fault::UnknownKey { key, valid, .. } if key == "zz" => Some(*valid),
        _ => None,
    });
    valid.unwrap_or_else(|| panic!("{text}: {errors:?}")).iter().copied().collect()
}

fn names(keys: &[Key]) -> BTreeSet<&'static str> {
    keys.iter().map(|key| key.name).collect()
}

fn validator() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(&schema()).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

fn faults(text: &str) -> Vec<String> {
    let table: toml::Table = text.parse().unwrap();
    let value = as_json(&toml::Value::Table(table));
    validator().iter_errors(&value).map(|error| error.to_string()).collect()
}

#[test]
fn the_table_has_the_keys_of_the_walker_and_no_others() {
    let outer = SECTIONS.iter().map(Section::place).filter(|(parent, _)| parent.is_none());
    assert_eq!(known("zz = 1"), outer.map(|(_, name)| name).collect());
    for section in SECTIONS {
        let text = format!("{}\nzz = 1\n", section.head());
        let mut expected = names(section.keys);
        expected.extend(section.inner().map(|one| one.place().1));
        assert_eq!(known(&text), expected, "{}", section.head());
    }
    let attributes = known("[[environment.workstation]]\nattributes = { zz = 1 }");
    assert_eq!(attributes, Workstation::ATTRIBUTES.iter().copied().collect());
    assert_eq!(known("[sign-in]\nsecret = { zz = 1 }"), names(&REFERENCE_FORMS));
    let mut forms = names(&REFERENCE_FORMS);
    forms.insert(FEDERATION_FORM.name);
    assert_eq!(known("[sign-in]\nfederation = { zz = 1 }"), forms);
}

/// A register with `key` at its example, and no more beside it than must be.
fn with(section: &Section, key: &Key) -> String {
    let of = |section: &Section, wanted: &dyn Fn(&Key) -> bool| {
        let mut text = format!("{}\n", section.head());
        let keys = section.keys.iter();
        let beside: BTreeSet<&str> =
            keys.clone().filter(|one| wanted(one)).flat_map(|one| one.with).copied().collect();
        for one in keys.filter(|one| wanted(one) || beside.contains(one.name)) {
            text.push_str(&format!("{} = {}\n", one.name, one.example));
        }
        text
    };
    let shown = |one: &Key| one.required || one.name == key.name;
    let mut text = of(section, &shown);
    for other in SECTIONS.iter().filter(|one| one.required && one.name != section.name) {
        text.push_str(&of(other, &|one: &Key| one.required));
    }
    // What the examples of this table name is declared elsewhere.
    if section.name == "custody.places" {
        text.push_str("[[custody.people]]\nid = \"p-1\"\n[[custody.people]]\nid = \"p-2\"\n");
        text.push_str("[[environment.place]]\nname = \"head office\"\n");
    }
    text
}

#[test]
fn every_example_is_valid_by_the_walker_and_by_the_schema() {
    for section in SECTIONS {
        for key in section.keys {
            let text = with(section, key);
            assert!(parse(&text).is_ok(), "{text}{}", parse(&text).unwrap_err());
            assert_eq!(faults(&text), [""; 0], "{text}");
        }
    }
}

/// What the page, the schema and a new register say that holds without a key, is what does.
#[test]
fn defaults_of_the_environment_are_those_that_hold() {
    let section = SECTIONS.iter().find(|section| section.name == "environment").unwrap();
    let access = with(section, &section.keys[0]).replacen("[environment]\n", "", 1);
    let (_, access) = access.split_once('\n').unwrap();
    for key in section.keys {
        let default = key.default.unwrap();
        let said = parse(&format!("{access}[environment]\n{} = {default}\n", key.name)).unwrap();
        assert_eq!(said.register, parse(access).unwrap().register, "{}", key.name);
        let other = parse(&format!("{access}[environment]\n{} = {}\n", key.name, key.example));
        assert_ne!(said.register, other.unwrap().register, "{}: the example", key.name);
    }
}

#[test]
fn a_word_may_stand_for_a_table_and_a_form_for_a_reference() {
    let section = SECTIONS.iter().find(|section| section.name == "account").unwrap();
    let rest = with(section, &section.keys[0]);
    let words = SECTIONS.iter().flat_map(|one| one.words.iter().map(|word| (one.name, *word)));
    let mut texts: Vec<String> =
        words.map(|(name, word)| format!("{name} = \"{word}\"\n{rest}")).collect();
    assert_eq!(texts.len(), 4);
    for form in REFERENCE_FORMS.iter().chain([&FEDERATION_FORM]) {
        let id = "client_id = \"5e11da00-0000-4000-8000-000000000a99\"";
        let form = format!("{{ {} = {} }}", form.name, form.example);
        texts.push(format!("{rest}[sign-in]\n{id}\nfederation = {form}\n"));
    }
    let identity = "managed_identity = \"5e11da00-0000-4000-8000-000000000a99\"";
    texts.push(format!("{rest}[sign-in]\n{identity}\n"));
    for text in texts {
        assert!(parse(&text).is_ok(), "{text}{}", parse(&text).unwrap_err());
        assert_eq!(faults(&text), [""; 0], "{text}");
    }
    for section in SECTIONS.iter().filter(|one| one.words.is_empty()) {
        let text = format!("{} = \"browser\"\n", section.name);
        assert!(faults(&text).join("; ").contains("is not of type"), "{text}");
    }
    let text = format!("sign-in = \"az\"\n{rest}");
    assert!(parse(&text).is_err() && faults(&text).join("").contains("\"az\" is not one of"));
}

#[test]
fn what_must_be_there_is_missed_by_the_walker_and_by_the_schema() {
    for section in SECTIONS {
        for key in section.keys.iter().filter(|key| key.required) {
            let start = format!("{} = ", key.name);
            let whole = with(section, key);
            let (head, rest) = whole.split_once('\n').unwrap();
            let cut = rest.replacen(&format!("{start}{}\n", key.example), "", 1);
            assert_ne!(cut, rest, "{start}");
            let text = format!("{head}\n{cut}");
            assert!(parse(&text).is_err(), "{text}");
            let faults = faults(&text).join("; ");
            assert!(faults.contains(&format!("\"{}\" is a required property", key.name)), "{text}");
        }
    }
    assert!(parse("").is_err());
    assert_eq!(faults("").len(), SECTIONS.iter().filter(|one| one.required).count());
}

#[test]
fn what_the_walker_refuses_by_its_shape_the_schema_refuses_too() {
    let access = "[access]\nshape = \"exempt\"\n[[account]]\nid = \
                  \"5e11da00-0000-4000-8000-00000000a1fa\"\n";
    for (rest, fault) in [
        ("[tenant]\ncluod = \"global\"", "'cluod' was unexpected"),
        ("[tenant]\ncloud = \"globl\"", "\"globl\" is not one of"),
        ("[tenant]\nid = \"12\"", "does not match"),
        ("[bounds]\nglobal_administrators = [2]", "has less than 2 items"),
        ("[bounds]\ntelling_names = \"no\"", "is not of type \"boolean\""),
        ("[bounds]\npermanent_global_administrators = -1", "less than the minimum of 0"),
        ("[bounds]\nsign_in_days = 0", "0 is less than the minimum of 1"),
        ("[known]\nadministrators = [\"ada\"]", "does not match"),
        ("[environment]\ntargets = []", "[] has less than 1 item"),
        ("[environment]\ntargets = [\"azure\"]", "\"azure\" is not one of"),
        ("[environment]\ntargets = [\"azure-portal\", \"azure-portal\"]", "non-unique"),
        ("[environment]\ndevice_code = 1", "1 is not of type \"boolean\""),
        ("[environment]\nworkstation = []", "[] has less than 1 item"),
        ("[[environment.workstation]]\nname = \"a\"\nkind = \"mine\"", "\"mine\" is not one of"),
        ("[[environment.place]]\nname = \"\"", "shorter than 1 character"),
        ("[[environment.place]]\nname = \"a\"\naddresses = [\"office\"]", "does not match"),
        ("[[environment.place]]\nname = \"a\"\ncountries = [\"NLD\"]", "does not match"),
        ("[custody]\nconfirm_days = 0", "0 is less than the minimum of 1"),
        ("[[custody.people]]\nid = \"Ada\"", "does not match"),
        ("[[custody.people]]\nid = \"a-\"", "does not match"),
        ("[[custody.people]]\nid = \"a\"\nreach = [\"a@b\"]", "does not match"),
        ("[[custody.places]]\nid = \"a\"\nkind = \"sofa\"", "\"sofa\" is not one of"),
        ("[environment.place]\nname = \"a\"", "is not of type \"array\""),
        ("[sign-in]\nclient_id = 5", "is not of type"),
        ("[sign-in]\nazure_cli = false", "true was expected"),
        ("[sign-in]\nmanaged_identity = \"mine\"", "does not match"),
        ("[sign-in]\nfederation = \"gitlab\"", "\"gitlab\" is not one of"),
        ("[sign-in]\nfederation = { zz = \"a\" }", "'zz' was unexpected"),
        ("[sign-in]\nfederation = { file_env = \"A\", env = \"B\" }", "more than 1 propert"),
        ("[tenant]\ntrust = 5", "is not of type"),
        ("[tenant]\ntrust = \"\"", "shorter than 1 character"),
        ("[sign-in]\nsecret = \"hunter2\"", "is not of type \"object\""),
        ("[sign-in]\nsecret = { env = \"A\", file = \"b\" }", "has more than 1 propert"),
        ("[notify]\nheartbeat_days = 32", "32 is greater than the maximum of 31"),
        ("[notify]\nto = []", "[] has less than 1 item"),
    ] {
        let text = format!("{access}{rest}");
        assert!(parse(&text).is_err(), "{text}");
        let faults = faults(&text).join("; ");
        assert!(faults.contains(fault), "{text}: {faults}");
    }
}

/// It says of itself that it has every key, and has some of them as comments.
#[test]
fn the_example_has_every_key_of_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/register/halligan.toml");
    let text = std::fs::read_to_string(path).unwrap();
    for section in SECTIONS {
        let head = format!("\n{}\n", section.head());
        let (_, rest) = text.split_once(&head).unwrap_or_else(|| panic!("{head}"));
        let end = rest.find("\n[").unwrap_or(rest.len());
        let keys = rest[..end].lines().map(|line| line.trim_start_matches("# "));
        let there: BTreeSet<&str> =
            keys.filter_map(|line| line.split_once(" = ")).map(|(key, _)| key).collect();
        for key in section.keys {
            assert!(there.contains(key.name), "{}.{}", section.name, key.name);
        }
    }
}

/// Every register of the examples; the walker's own tests read them as well.
#[test]
fn the_examples_are_valid_by_the_schema() {
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");
    let mut seen = 0;
    for entry in std::fs::read_dir(examples).unwrap() {
        let path = entry.unwrap().path().join("halligan.toml");
        if let Ok(text) = std::fs::read_to_string(&path) {
            assert_eq!(faults(&text), [""; 0], "{}", path.display());
            assert!(parse(&text).is_ok(), "{}", path.display());
            seen += 1;
        }
    }
    assert!(seen >= 2, "{seen}");
}
