use std::fs;

use super::*;
use crate::config::SignIn;
use crate::config::keys::SECTIONS;
use halligan_core::id::UserId;

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn draft() -> Draft {
    let account = |digit, code_name: &str| DeclaredAccount {
        id: UserId::from_u128(digit),
        code_name: code_name.into(),
    };
    Draft {
        tenant: tenant_table(Some(TenantId::from_u128(1)), Some("usGov")),
        sign_in: Table::new(),
        shape: Shape::ExemptWithStrength { policy: "ca001".into() },
        group: Some(GroupId::from_u128(7)),
        accounts: vec![account(0xa, "alpha"), account(0xb, "bravo")],
    }
}

#[test]
fn what_was_chosen_is_what_is_read_and_nothing_else() {
    let draft = draft();
    let config = draft.config(Path::new("halligan.toml"), now()).unwrap();
    assert_eq!(config.register.tenant, Some(TenantId::from_u128(1)));
    assert_eq!(config.endpoints.graph(), "https://graph.microsoft.us");
    assert_eq!((&config.sign_in, &config.notify, &config.trust), (&None, &None, &None));
    let mut expected = halligan_core::register::Register::of(
        draft.accounts.clone(),
        draft.group,
        draft.shape.clone(),
    );
    expected.tenant = config.register.tenant;
    assert_eq!(config.register, expected);
}

#[test]
fn every_key_is_explained_in_lines_that_fit() {
    let text = draft().text();
    assert!(text.starts_with("#:schema ./halligan.schema.json\n"));
    let flat = text.replace("\n# ", " ").replace("\n#\n", "\n");
    for section in SECTIONS {
        assert!(text.contains(&format!("{}\n", section.head())), "{}", section.head());
        for key in section.keys {
            let meaning = key.meaning.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(flat.contains(&meaning), "{}: {}", section.name, key.name);
        }
    }
    // Examples of the table are as long as they are.
    let prose = |line: &&str| !line.contains(" = ");
    assert_eq!(text.lines().filter(prose).find(|line| line.chars().count() > 100), None);
    assert_eq!(text.matches("\n[[account]]\n").count(), 2);
    assert!(text.contains("\n# [bounds]\n") && text.contains("\n# [sign-in]\n"));
}

#[test]
fn a_file_is_never_replaced_unasked_and_is_its_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("halligan.toml");
    draft().write(&path, false, now()).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let written = fs::read_to_string(&path).unwrap();
    let other = Draft { shape: Shape::Paper, ..draft() };
    let refused = other.write(&path, false, now()).unwrap_err();
    assert_eq!(refused, DraftError::File(FileError::Exists { path: path.clone() }));
    assert_eq!(fs::read_to_string(&path).unwrap(), written);
    other.write(&path, true, now()).unwrap();
    assert_eq!(Config::load(&path, now()).unwrap().register.shape, Shape::Paper);
}

#[test]
fn what_makes_no_register_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("halligan.toml");
    let mut draft = draft();
    draft.accounts[1].code_name = "alpha".into();
    assert!(matches!(draft.write(&path, false, now()), Err(DraftError::Invalid(_))));
    draft.accounts[1].code_name = "\"\n[notify]\nto = [\"x\"]".into();
    assert!(matches!(draft.write(&path, false, now()), Err(DraftError::Invalid(_))));
    assert!(!path.exists());
}

#[test]
fn another_register_lends_its_tenant_and_its_sign_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.toml");
    let text = "[tenant]\nid = \"5e11da00-0000-4000-8000-000000000001\"\n\
                graph = \"http://127.0.0.1:1\"\nlogin = \"http://127.0.0.1:1\"\n\
                trust = \"ca.pem\"\n\
                [sign-in]\nclient_id = \"5e11da00-0000-4000-8000-000000000a99\"\n\
                certificate = { file = \"watcher.pem\" }\n\
                [access]\nshape = \"paper\"\n\
                [[account]]\nid = \"5e11da00-0000-4000-8000-00000000a1fa\"\n";
    fs::write(&path, text).unwrap();
    let beside = folder.path().join("halligan.toml");
    let elsewhere = folder.path().join("new/halligan.toml");
    for target in [&beside, &elsewhere] {
        let taken = take_over(&path, target, now()).unwrap();
        let draft = Draft { tenant: taken.tenant, sign_in: taken.sign_in, ..draft() };
        let config = draft.config(target, now()).unwrap();
        assert_eq!(config.endpoints, taken.config.endpoints);
        assert_eq!(config.sign_in, taken.config.sign_in);
        assert_eq!(config.trust, taken.config.trust);
        assert_eq!(config.register.accounts, draft.accounts, "and no account of the old one");
    }
    let taken = take_over(&path, &beside, now()).unwrap();
    assert_eq!(taken.tenant["trust"].as_str(), Some("ca.pem"), "it stays relative beside it");
}

#[test]
fn a_sign_in_of_one_word_means_the_same_as_a_table() {
    for (word, expected) in [
        ("browser", SignIn::Person { flow: halligan_graph::Flow::Browser, client_id: None }),
        ("device-code", SignIn::Person { flow: halligan_graph::Flow::DeviceCode, client_id: None }),
        ("azure-cli", SignIn::AzureCli),
        ("managed-identity", SignIn::ManagedIdentity { client_id: None }),
    ] {
        let draft = Draft { sign_in: sign_in_table(word), ..draft() };
        let config = draft.config(Path::new("h.toml"), now()).unwrap();
        assert_eq!(config.sign_in, Some(expected));
        let word = format!("sign-in = \"{word}\"\n[access]\nshape = \"paper\"\n");
        let short = Config::parse("h.toml", Path::new(""), &word, now()).unwrap();
        assert_eq!(short.sign_in, config.sign_in);
    }
}

#[test]
fn proposed_code_names_are_valid_and_differ() {
    let names: Vec<String> = (0..30).map(proposed_code_name).collect();
    assert!(names.iter().all(|name| crate::config::check_code_name(name).is_ok()));
    let distinct: std::collections::BTreeSet<_> = names.iter().collect();
    assert_eq!(distinct.len(), names.len());
}
