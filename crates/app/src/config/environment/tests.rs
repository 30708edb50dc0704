use super::super::tests::{SMALL, check, parse};
use super::*;

fn read(rest: &str) -> Environment {
    parse(&format!("{SMALL}{rest}")).unwrap().register.environment
}

#[test]
fn everything_that_can_be_declared_is_read() {
    let environment = read(
        r#"
        [environment]
        targets = ["security-info", "azure-portal"]
        device_code = true
        [[environment.workstation]]
        name = "spare notebook (safe)"
        kind = "compliant-and-hybrid-joined"
        platforms = ["windows", "linux"]
        attributes = { manufacturer = "Contoso", extensionAttribute15 = "emergency" }
        [[environment.workstation]]
        name = "any"
        kind = "unmanaged"
        [[environment.place]]
        name = "head office"
        addresses = ["198.51.100.7/24", "203.0.113.9", "2001:db8::/128", "0.0.0.0/0"]
        countries = ["nl", "BE"]
        compliant_network = true
        "#,
    );
    let attribute = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let notebook = Workstation {
        name: "spare notebook (safe)".into(),
        kind: WorkstationKind::CompliantAndHybridJoined,
        platforms: vec![Platform::Windows, Platform::Linux],
        attributes: BTreeMap::from([
            attribute("manufacturer", "Contoso"),
            attribute("extensionAttribute15", "emergency"),
        ]),
    };
    let any = Workstation {
        name: "any".into(),
        kind: WorkstationKind::Unmanaged,
        platforms: Vec::new(),
        attributes: BTreeMap::new(),
    };
    let addresses = ["198.51.100.7/24", "203.0.113.9", "2001:db8::/128", "0.0.0.0/0"];
    let office = Place {
        name: "head office".into(),
        addresses: addresses.map(String::from).into(),
        countries: vec!["NL".into(), "BE".into()],
        compliant_network: true,
    };
    let expected = Environment {
        workstations: vec![notebook, any],
        places: vec![office],
        targets: vec![Target::SecurityInfo, Target::AzurePortal],
        device_code: true,
    };
    assert_eq!(environment, expected);
}

#[test]
fn what_is_declared_replaces_the_default_and_nothing_else() {
    let default = Environment::default();
    assert_eq!(read(""), default);
    assert_eq!(read("[environment]\n"), default);
    let read_place = read("[[environment.place]]\nname = \"here\"\n");
    let place = Place {
        name: "here".into(),
        addresses: Vec::new(),
        countries: Vec::new(),
        compliant_network: false,
    };
    assert_eq!(read_place, Environment { places: vec![place], ..default.clone() });
    let targets = vec![Target::ExchangePowerShell];
    let read_targets = read("[environment]\ntargets = [\"exchange-powershell\"]\n");
    assert_eq!(read_targets, Environment { targets, ..default });
}

#[test]
fn every_word_of_the_table_is_read() {
    for target in Target::ALL {
        let text = format!("[environment]\ntargets = [\"{target}\"]\n");
        assert_eq!(read(&text).targets, [target]);
    }
    for kind in WorkstationKind::ALL {
        let text = format!("[[environment.workstation]]\nname = \"a\"\nkind = \"{kind}\"\n");
        assert_eq!(read(&text).workstations[0].kind, kind);
    }
}

#[test]
fn unknown_keys_are_named() {
    check(
        "[environment]\ntarget = []",
        "4:1: unknown key `target` in [environment] | did you mean `targets`?",
    );
    check(
        "[[environment.plase]]\nname = \"a\"",
        "3:15: unknown key `plase` in [environment] | did you mean `place`?",
    );
    check(
        "[[environment.place]]\nname = \"a\"\nzzz = 1",
        "5:1: unknown key `zzz` in [[environment.place]] | valid here: `name`, `addresses`, \
         `countries`, `compliant_network`",
    );
    check(
        "[[environment.workstation]]\nname = \"a\"\nkind = \"registered\"\n\
         attributes = { extensionAtribute1 = \"x\" }",
        "6:16: unknown key `extensionAtribute1` in `attributes` | did you mean \
         `extensionAttribute1`?",
    );
}

#[test]
fn wrong_types_are_named() {
    let error = parse(&format!("environment = 1\n{SMALL}")).unwrap_err();
    let said = "halligan.toml:1:15: `environment` is an integer, and must be a table";
    assert_eq!(error.to_string(), said);
    check(
        "[environment]\nplace = { name = \"a\" }",
        "4:9: `place` is a table, and must be a list of tables (`[[…]]`)",
    );
    check(
        "[environment]\ntargets = \"azure-portal\"",
        "4:11: `targets` is a string, and must be a list of strings",
    );
    check(
        "[environment]\ndevice_code = \"no\"",
        "4:15: `device_code` is a string, and must be true or false",
    );
    check(
        "[[environment.place]]\nname = \"a\"\naddresses = [1]",
        "5:14: `addresses` is an integer, and must be a string",
    );
    check(
        "[[environment.workstation]]\nname = \"a\"\nkind = \"compliant\"\n\
         attributes = { model = 5 }",
        "6:24: `model` is an integer, and must be a string",
    );
}

#[test]
fn words_that_are_not_known_are_named_with_the_nearest() {
    check(
        "[environment]\ntargets = [\"azure-portal\", \"entra-admin-centre\"]",
        "4:28: `targets`: there is no target `entra-admin-centre` | did you mean \
         `entra-admin-center`?",
    );
    check(
        "[[environment.workstation]]\nname = \"a\"\nkind = \"zzz\"",
        "5:8: `kind`: there is no kind of workstation `zzz` | valid: `unmanaged`, `registered`, \
         `compliant`, `hybrid-joined`, `compliant-and-hybrid-joined`",
    );
    check(
        "[[environment.workstation]]\nname = \"a\"\nkind = \"unmanaged\"\nplatforms = [\"mac\"]",
        "6:14: `platforms`: there is no platform `mac` | did you mean `macos`?",
    );
}

#[test]
fn lists_name_something_and_nothing_twice() {
    check(
        "[environment]\ntargets = []",
        "4:11: `targets`: names no target | leave it out, or name some of `entra-admin-center`, \
         `azure-portal`, `intune-admin-center`, `microsoft-365-admin-center`, `graph-powershell`, \
         `exchange-powershell`, `azure-resource-manager`, `security-info`, \
         `conditional-access-repair`",
    );
    check(
        "[environment]\nplace = []",
        "4:9: `place`: declares none | leave it out for the default, or declare one",
    );
    check(
        "[environment]\ntargets = [\"azure-portal\", \"azure-portal\"]",
        "4:28: `targets`: says the same twice",
    );
    check(
        "[[environment.place]]\nname = \"a\"\ncountries = [\"NL\", \"nl\"]",
        "5:20: `countries`: says the same twice",
    );
}

#[test]
fn names_are_there_plain_and_distinct() {
    check(
        "[[environment.place]]",
        "3:1: `name` is missing in [[environment.place]] | for example `name = \"head office\"`",
    );
    check(
        "[[environment.workstation]]\nname = \" \"\nkind = \"unmanaged\"",
        "4:8: `name`: is empty | for example `name = \"spare notebook\"`",
    );
    for name in ["a\u{202e}b", " a", "<a>", "a\\tb", &"x".repeat(NAME_CHARACTERS_MAX + 1)] {
        let error = parse(&format!("{SMALL}[[environment.place]]\nname = \"{name}\"")).unwrap_err();
        let said = error.to_string();
        assert!(said.starts_with("halligan.toml:4:8: `name`: must "), "{name}: {said}");
    }
    check(
        "[[environment.place]]\nname = \"a\"\n[[environment.place]]\nname = \"a\"",
        "6:8: `name`: is taken by another place | give each place a name of its own",
    );
    let both = "[[environment.place]]\nname = \"a\"\n\
                [[environment.workstation]]\nname = \"a\"\nkind = \"registered\"";
    assert_eq!(read(both).places[0].name, read(both).workstations[0].name);
}

#[test]
fn what_is_missing_in_a_workstation_is_named() {
    check(
        "[[environment.workstation]]\nname = \"a\"",
        "3:1: `kind` is missing in [[environment.workstation]] | for example `kind = \
         \"unmanaged\"`",
    );
}

#[test]
fn attributes_do_not_contradict_the_kind() {
    let with = |kind: &str, attributes: &str| {
        format!(
            "[[environment.workstation]]\nname = \"a\"\nkind = \"{kind}\"\n\
             attributes = {{ {attributes} }}"
        )
    };
    check(
        &with("unmanaged", "model = \"x\""),
        "6:14: `attributes`: says something of a device that Entra ID does not know | leave them \
         out, or choose another `kind`",
    );
    assert_eq!(read(&with("unmanaged", "")).workstations[0].attributes, BTreeMap::new());
    for kind in ["hybrid-joined", "compliant-and-hybrid-joined"] {
        check(
            &with(kind, "trustType = \"ServerAD\""),
            "6:28: `trustType`: is what `kind` says | leave it out; a hybrid joined device has \
             `ServerAD`",
        );
    }
    let joined = read(&with("compliant", "trustType = \"AzureAD\""));
    assert_eq!(joined.workstations[0].attributes["trustType"], "AzureAD");
    check(
        &with("registered", "model = \"\""),
        "6:24: `model`: is empty | for example `extensionAttribute1 = \"emergency\"`",
    );
}

#[test]
fn addresses_and_countries_are_checked_one_by_one() {
    let no_range = |text: &str| format!("`{text}` is no address and no range of addresses (CIDR)");
    let cases = [
        ("office", no_range("office")),
        ("", no_range("")),
        ("198.51.100.0-198.51.100.9", no_range("198.51.100.0-198.51.100.9")),
        ("198.51.100/24", no_range("198.51.100/24")),
        ("198.51.100.0/33", "`198.51.100.0/33` has no prefix from 0 to 32".into()),
        ("198.51.100.0/", "`198.51.100.0/` has no prefix from 0 to 32".into()),
        ("198.51.100.0/+8", "`198.51.100.0/+8` has no prefix from 0 to 32".into()),
        ("2001:db8::/129", "`2001:db8::/129` has no prefix from 0 to 128".into()),
        ("2001:db8::/1/2", "`2001:db8::/1/2` has no prefix from 0 to 128".into()),
    ];
    for (address, what) in cases {
        check(
            &format!("[[environment.place]]\nname = \"a\"\naddresses = [\"::\", \"{address}\"]"),
            &format!("5:20: `addresses`: {what} | for example `198.51.100.0/24` or `2001:db8::1`"),
        );
    }
    for country in ["NLD", "", "N1", "é", "UK"] {
        check(
            &format!("[[environment.place]]\nname = \"a\"\ncountries = [\"BE\", \"{country}\"]"),
            &format!(
                "5:20: `countries`: `{country}` is no country code of ISO 3166-1, such as `GB`"
            ),
        );
    }
}

#[test]
fn every_limit_is_an_error_with_its_name() {
    let places = |count: usize| -> String {
        (0..count).map(|n| format!("[[environment.place]]\nname = \"p{n}\"\n")).collect()
    };
    assert_eq!(read(&places(PLACES_MAX)).places.len(), PLACES_MAX);
    check(&places(PLACES_MAX + 1), "103:1: more than PLACES_MAX (50)");
    let workstations: String = (0..=WORKSTATIONS_MAX)
        .map(|n| format!("[[environment.workstation]]\nname = \"w{n}\"\nkind = \"registered\"\n"))
        .collect();
    check(&workstations, "153:1: more than WORKSTATIONS_MAX (50)");
    let addresses = |count: usize| {
        let list: Vec<String> = (0..count).map(|n| format!("\"2001:db8::{n:x}\"")).collect();
        format!("[[environment.place]]\nname = \"a\"\naddresses = [\n{}]", list.join(",\n"))
    };
    assert_eq!(read(&addresses(ADDRESSES_MAX)).places[0].addresses.len(), ADDRESSES_MAX);
    check(&addresses(ADDRESSES_MAX + 1), "2006:1: `addresses`: more than ADDRESSES_MAX (2000)");
}
