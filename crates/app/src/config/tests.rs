//! Every kind of error with its line and column, and what a register gives when it is right.

use std::path::{Path, PathBuf};

use halligan_core::register::{Choices, Range, Shape};

use super::*;

const ALPHA: &str = "11111111-1111-4111-8111-111111111111";
const BRAVO: &str = "22222222-2222-4222-8222-222222222222";
const GROUP: &str = "33333333-3333-4333-8333-333333333333";

pub(super) const SMALL: &str = "[access]\nshape = \"exempt\"\n";

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

pub(super) fn parse(text: &str) -> Result<Config, ConfigErrors> {
    Config::parse("halligan.toml", Path::new("etc"), text, now())
}

/// The errors of a text, each on its line, with their hints.
fn errors(text: &str) -> Vec<String> {
    let errors = parse(text).unwrap_err();
    let line = |error: &ConfigError| match error.fault.hint() {
        Some(hint) => format!("{error} | {hint}"),
        None => error.to_string(),
    };
    errors.errors.iter().map(line).collect()
}

/// One error in the text after a valid beginning of two lines.
#[track_caller]
pub(super) fn check(rest: &str, expected: &str) {
    let found = errors(&format!("{SMALL}{rest}"));
    assert_eq!(found, [format!("halligan.toml:{expected}")], "{rest}");
}

#[test]
fn everything_that_can_be_declared_is_read() {
    let text = format!(
        r#"
        [tenant]
        id = "{GROUP}"
        graph = "http://127.0.0.1:8080"
        login = "http://127.0.0.1:8081"
        trust = "ca.pem"
        [sign-in]
        client_id = "{BRAVO}"
        certificate = {{ file = "watcher.pem" }}
        [access]
        shape = "exempt+strength"
        strength_policy = "{ALPHA}"
        group = "{GROUP}"
        [[account]]
        id = "{ALPHA}"
        code_name = "alpha"
        [[account]]
        id = "{BRAVO}"
        [bounds]
        global_administrators = [2, 0x5]
        licences = ["{GROUP}"]
        recovery_job_days = 30
        [known]
        administrators = ["{ALPHA}", "{GROUP}"]
        applications = ["{BRAVO}"]
        partners = ["{GROUP}"]
        [[accepted]]
        check = "hg-exit-09"
        subject = "alpha"
        by = "Ada"
        reason = "known"
        until = 2027-01-31
        "#
    );
    let config = parse(&text).unwrap();
    let register = config.register;
    assert_eq!(register.tenant.unwrap().to_string(), GROUP);
    let policy = ALPHA.into();
    assert_eq!(register.shape, Shape::ExemptWithStrength { policy });
    let names: Vec<_> = register.accounts.iter().map(|a| a.code_name.as_str()).collect();
    assert_eq!(names, ["alpha", "account-2"]);
    assert_eq!(register.global_administrators, Range { least: 2, most: 5 });
    assert_eq!(register.allowed_licences, [GROUP.parse().unwrap()]);
    assert_eq!(register.recovery_job_days, 30);
    assert_eq!(register.known.administrators, [ALPHA.parse().unwrap(), GROUP.parse().unwrap()]);
    assert_eq!(register.known.applications, [BRAVO.parse().unwrap()]);
    assert_eq!(register.known.partners, [GROUP.parse().unwrap()]);
    let accepted = register.accepted.first().unwrap();
    assert_eq!(accepted.check, "HG-EXIT-09");
    assert_eq!(accepted.until, "2027-02-01T00:00:00Z".parse().unwrap());
    assert_eq!(config.endpoints.graph(), "http://127.0.0.1:8080");
    assert_eq!(config.trust.unwrap(), Path::new("etc/ca.pem"));
    let file = SecretReference::File(PathBuf::from("etc/watcher.pem"));
    let credential = CredentialReference::Certificate(file);
    let client_id = BRAVO.parse().unwrap();
    assert_eq!(config.sign_in, Some(SignIn::Application { client_id, credential }));
}

#[test]
fn defaults_are_the_documented_ones() {
    let config = parse(SMALL).unwrap();
    assert_eq!(config.endpoints, halligan_graph::Endpoints::global());
    assert_eq!(config.sign_in, None);
    assert_eq!(config.register, Register::of(Vec::new(), None, Shape::Exempt));
}

#[test]
fn every_reference_to_a_secret_is_read() {
    for (value, expected) in [
        ("{ env = \"N\" }", SecretReference::Environment("N".into())),
        ("{ file = \"/etc/s\" }", SecretReference::File("/etc/s".into())),
        (
            "{ command = [\"pass\", \"x y\"] }",
            SecretReference::Command(vec!["pass".into(), "x y".into()]),
        ),
    ] {
        let text = format!("{SMALL}[sign-in]\nclient_id = \"{ALPHA}\"\nsecret = {value}");
        let client_id = ALPHA.parse().unwrap();
        let credential = CredentialReference::Secret(expected);
        let sign_in = parse(&text).unwrap().sign_in;
        assert_eq!(sign_in, Some(SignIn::Application { client_id, credential }));
    }
}

#[test]
fn unknown_keys_are_named_with_the_nearest_valid_one() {
    check(
        "[sign-in]\ncilent_id = \"x\"\nclient_id = \"11111111-1111-4111-8111-111111111111\"\n\
         secret = { env = \"N\" }",
        "4:1: unknown key `cilent_id` in [sign-in] | did you mean `client_id`?",
    );
    check("  [acounts]", "3:4: unknown key `acounts` in the file | did you mean `account`?");
    check(
        "[bounds]\nzzz = 1",
        "4:1: unknown key `zzz` in [bounds] | valid here: `global_administrators`, `licences`, \
         `emergency_accounts`, `permanent_global_administrators`, `telling_names`, \
         `different_key_models`, `password_days`, `sign_in_days`, `recovery_job_days`",
    );
    check(
        "[[account]]\nid = \"11111111-1111-4111-8111-111111111111\"\nCode_name = \"a\"",
        "5:1: unknown key `Code_name` in [[account]] | did you mean `code_name`?",
    );
}

#[test]
fn wrong_types_are_named() {
    check(
        "account = 1",
        "3:11: unknown key `account` in [access] | valid here: \
           `shape`, `strength_policy`, `group`"
            .replace("3:11", "3:1")
            .as_str(),
    );
    check("[tenant]\nid = 7", "4:6: `id` is an integer, and must be a string");
    check(
        "[bounds]\nglobal_administrators = [2, \"4\"]",
        "4:29: `global_administrators` is a string, and must be a list of two integers, such as \
         [2, 4]",
    );
    check(
        "[account]\nid = \"x\"",
        "3:1: `account` is a table, and must be a list of tables (`[[…]]`)",
    );
    check("[bounds]\nlicences = [[]]", "4:13: `licences` is a list, and must be a string");
}

#[test]
fn what_authorities_leave_open_is_chosen_within_bounds() {
    let chosen = |text: &str| parse(&format!("{SMALL}[bounds]\n{text}")).unwrap().register.choices;
    assert_eq!(chosen(""), Choices::DEFAULT);
    let all = chosen(
        "emergency_accounts = [2, 2]\npermanent_global_administrators = 1\ntelling_names = true\n\
         different_key_models = true\npassword_days = 90\nsign_in_days = 365\n",
    );
    let expected = Choices {
        emergency_accounts: Range { least: 2, most: 2 },
        permanent_administrators: 1,
        telling_names: true,
        different_models: true,
        password_days: Some(90),
        sign_in_days: 365,
    };
    assert_eq!(all, expected);
    for (text, expected) in [
        ("emergency_accounts = [1, 2]", "`emergency_accounts`: asks for less than two accounts"),
        ("emergency_accounts = [3, 2]", "first number is larger"),
        ("permanent_global_administrators = -1", "`-1` is no count"),
        ("telling_names = \"yes\"", "`telling_names` is a string, and must be true or false"),
        ("password_days = 0", "`password_days`: must be 1 to 3650 days"),
        ("sign_in_days = 3651", "`sign_in_days`: must be 1 to 3650 days"),
        ("sign_in_days = [90]", "`sign_in_days` is a list, and must be an integer"),
    ] {
        let found = errors(&format!("{SMALL}[bounds]\n{text}\n"));
        assert!(found.len() == 1 && found[0].contains(expected), "{text}: {found:?}");
    }
}

#[test]
fn columns_count_characters() {
    let text = format!("tenant = {{ cloud = \"é\", id = \"ä\" }}\n{SMALL}");
    let found = errors(&text);
    assert!(found[0].starts_with("halligan.toml:1:20: `cloud`"), "{}", found[0]);
    assert!(found[1].starts_with("halligan.toml:1:30: `id`"), "{}", found[1]);
}

#[test]
fn all_errors_come_together_up_to_a_limit() {
    let found = errors("[tenant]\nid = 7\nx = 1\n[access]\nshape = \"exemt\"\n[[account]]\n");
    assert_eq!(
        found,
        [
            "halligan.toml:2:6: `id` is an integer, and must be a string",
            "halligan.toml:3:1: unknown key `x` in [tenant] | valid here: `id`, `cloud`, \
             `graph`, `login`, `azure`, `activity`, `trust`",
            "halligan.toml:5:9: `shape`: there is no shape `exemt` | did you mean `exempt`?",
            "halligan.toml:6:1: `id` is missing in [[account]] | for example `id = \"the object \
             id of the user\"`",
        ]
    );
    let many: String = (0..30).map(|n| format!("key{n} = 1\n")).collect();
    let errors = parse(&format!("{many}{SMALL}")).unwrap_err();
    assert_eq!((errors.errors.len(), errors.more), (ERRORS_MAX, 10));
    assert!(errors.to_string().ends_with("… and 10 more"));
}

#[test]
fn what_is_not_toml_is_named_with_its_place() {
    let found = errors("[access]\nshape = exempt\n");
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("halligan.toml:2:9: not TOML: "), "{}", found[0]);
    let found = errors("[access]\nshape = \"a\"\nshape = \"b\"\n");
    assert!(found[0].starts_with("halligan.toml:3:1: not TOML: dup"), "{}", found[0]);
}

#[test]
fn a_secret_in_the_file_is_refused_and_not_repeated() {
    let text = format!("{SMALL}[sign-in]\nclient_id = \"{ALPHA}\"\nsecret = \"hunter2-hunter2\"");
    let found = errors(&text);
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with(
            "halligan.toml:5:10: `secret` holds the secret itself | refer to it: `secret = { env"
        ),
        "{}",
        found[0]
    );
    assert!(!format!("{found:?}{:?}", parse(&text)).contains("hunter2"));
}

#[test]
fn a_credential_is_given_once_and_in_one_way() {
    let with = |rest: &str| {
        let text = format!("{SMALL}[sign-in]\nclient_id = \"{ALPHA}\"\n{rest}");
        errors(&text).join("\n")
    };
    assert!(with("").contains("3:2: `secret` is missing in [sign-in]"));
    let both = with("secret = { env = \"A\" }\ncertificate = { file = \"b\" }");
    assert!(both.contains("5:10: `secret`: is given beside `certificate`"), "{both}");
    let two = with("secret = { env = \"A\", file = \"b\" }");
    assert!(two.contains("5:10: `secret`: has several of `env`, `file`"), "{two}");
    assert!(with("secret = {}").contains("`env` is missing in `secret`"));
    assert!(with("secret = { command = [] }").contains("`command`: names no program"));
    assert!(with("secret = { command = [1] }").contains("`command` is an integer"));
    assert!(with("secret = { enw = \"A\" }").contains("did you mean `env`?"));
}

#[test]
fn the_shape_decides_about_the_strength_policy() {
    for (text, expected) in [
        ("", "1:1: `[access]` is missing in the file"),
        ("[access]", "1:2: `shape` is missing in [access]"),
        ("[access]\nshape = \"exempt+strength\"", "1:2: `strength_policy` is missing in [access]"),
        (
            "[access]\nshape = \"paper\"\nstrength_policy = \"x\"",
            "3:19: `strength_policy`: does not belong to the shape `paper`",
        ),
    ] {
        let found = errors(text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with(&format!("halligan.toml:{expected}")), "{}", found[0]);
    }
}

#[test]
fn authorities_are_named_by_a_file() {
    check(
        "[tenant]\ntrust = \"\"",
        "4:9: `trust`: names no file | name a PEM file, for example `trust = \"ca.pem\"`",
    );
    check("[tenant]\ntrust = true", "4:9: `trust` is true or false, and must be a string");
}

#[test]
fn endpoints_of_their_own_are_loopback_or_https() {
    check(
        "[tenant]\ngraph = \"http://graph.example\"\nlogin = \"https://login.example\"",
        "4:9: `graph`: `http://graph.example` is not https; plain http is for loopback addresses \
         only",
    );
    check(
        "[tenant]\ncloud = \"globl\"",
        "4:9: `cloud`: there is no cloud `globl` | did you mean `global`? Known are `global`, \
         `usGov`, `usGovDod`, `china`",
    );
    let found = errors(&format!("{SMALL}[tenant]\ngraph = \"https://graph.example\"")).join("");
    assert!(found.contains("3:2: `login` is missing in [tenant]"), "{found}");
    let text = "[tenant]\ncloud = \"global\"\ngraph = \"https://a.example\"\n\
                login = \"https://b.example\"";
    let found = errors(&format!("{SMALL}{text}")).join("");
    assert!(found.contains("`cloud`: is given beside endpoints"), "{found}");
}

#[test]
fn one_account_may_be_declared_twice_and_two_may_not_share_a_name() {
    let account = |id, name| format!("[[account]]\nid = \"{id}\"\ncode_name = \"{name}\"\n");
    let twice = format!("{SMALL}{}{}", account(ALPHA, "a"), account(ALPHA, "a"));
    assert_eq!(parse(&twice).unwrap().register.accounts.len(), 2);
    check(
        &format!("{}{}", account(ALPHA, "a"), account(BRAVO, "a")),
        "8:13: the code name `a` is taken by another account | give each account a `code_name` \
         of its own",
    );
    for name in ["", "two words", "tenant", ALPHA, "x\u{202e}y", &"x".repeat(41)] {
        let found = errors(&format!("{SMALL}{}", account(BRAVO, name)));
        assert!(found[0].contains("5:13: `code_name`"), "{found:?}");
    }
    let many: String = (0..=ACCOUNTS_MAX)
        .map(|n| {
            format!("[[account]]\nid = \"{}\"\n", halligan_core::id::Guid::from_u128(n as u128))
        })
        .collect();
    check(&many, "203:1: more than ACCOUNTS_MAX (100)");
}

#[test]
fn bounds_are_two_counts_in_order() {
    for (value, expected) in [
        ("[4, 2]", "25: `global_administrators`: the first number is larger than the second"),
        (
            "[2]",
            "25: `global_administrators`: has 1 numbers, and must have two | least and most, \
          such as `[2, 4]`",
        ),
        ("[-1, 2]", "26: `global_administrators`: `-1` is no count"),
        (
            "2",
            "25: `global_administrators` is an integer, and must be a list of two integers, \
          such as [2, 4]",
        ),
    ] {
        let found = errors(&format!("{SMALL}[bounds]\nglobal_administrators = {value}"));
        assert!(found.contains(&format!("halligan.toml:4:{expected}")), "{found:?}");
    }
}

#[test]
fn days_are_a_count_and_the_known_are_ids() {
    for (text, expected) in [
        ("[bounds]\nrecovery_job_days = -1", "4:21: `recovery_job_days`: `-1` is no number"),
        ("[bounds]\nrecovery_job_days = 65536", "4:21: `recovery_job_days`: `65536` is no number"),
        ("[bounds]\nrecovery_job_days = \"7\"", "4:21: `recovery_job_days` is a string, and must"),
        ("[known]\nadministrators = [\"ada\"]", "4:19: `administrators`: `ada` is not a GUID"),
        ("[known]\napplications = 7", "4:16: `applications` is an integer, and must be a list"),
        ("[known]\npartner = []", "4:1: unknown key `partner` in [known] | did you mean"),
    ] {
        let found = errors(&format!("{SMALL}{text}"));
        assert!(found[0].contains(expected), "{found:?}");
    }
}

#[test]
fn acceptances_name_a_check_a_person_and_a_day() {
    let accepted = |check: &str, until: &str| {
        format!(
            "[[accepted]]\ncheck = \"{check}\"\nby = \"Ada\"\nreason = \"known\"\nuntil = {until}\n"
        )
    };
    check(
        &accepted("HG-EXIT-90", "2027-01-31"),
        "4:9: there is no check `HG-EXIT-90` | did you mean `HG-EXIT-09`?",
    );
    check(
        &accepted("HG-EXIT-09", "\"2027-01-31\""),
        "7:9: `until` is a string, and must be a date without quotes, such as 2027-01-31",
    );
    check(
        &accepted("HG-EXIT-09", "2027-01-31T10:00:00"),
        "7:9: `until`: must be a date without quotes, such as 2027-01-31, without a time",
    );
    check(
        &accepted("HG-EXIT-09", "2028-01-31"),
        "7:9: `until`: ends more than 400 days (ACCEPTANCE_DAYS_MAX) ahead | accept it for less, \
         and look at it again then",
    );
    let found = errors(&format!("{SMALL}[[accepted]]\nby = \" \"\n"));
    assert_eq!(found.len(), 4, "{found:?}");
    // One that has ended is kept: the finding counts again, which is no fault of the file.
    let ended = parse(&format!("{SMALL}{}", accepted("HG-EXIT-09", "2026-01-31"))).unwrap();
    assert_eq!(ended.register.accepted.len(), 1);
}

#[test]
fn a_file_is_named_as_it_was_given() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.toml");
    let absent = Config::load(&path, now()).unwrap_err();
    assert!(absent.hint().unwrap().contains("--register FILE"));
    std::fs::write(&path, b"\xff\xfe[\0a\0]\0").unwrap();
    let wide = Config::load(&path, now()).unwrap_err().to_string();
    assert!(wide.contains("r.toml:1:2: unknown key `a`"), "{wide}");
    std::fs::write(&path, b"[access]\nshape = \"ex\xe9mpt\"").unwrap();
    let latin = Config::load(&path, now()).unwrap_err().to_string();
    assert!(latin.contains("r.toml` is not UTF-8 (byte 20)"), "{latin}");
    std::fs::write(&path, vec![b'#'; 1_048_577]).unwrap();
    let large = Config::load(&path, now()).unwrap_err().to_string();
    assert!(large.ends_with("is larger than REGISTER_BYTES_MAX (1048576 bytes)"), "{large}");
}

#[test]
fn a_secret_in_place_of_a_variable_is_refused_without_repeating_it() {
    let text = "[sign-in]\nclient_id = \"11111111-1111-4111-8111-111111111111\"\n\
                secret = { env = \"Hunter2~!secret\" }\n";
    let errors = Config::parse("halligan.toml", Path::new("."), text, now()).unwrap_err();
    let said = format!("{errors} {errors:?}");
    assert!(said.contains("is no name of an environment variable"), "{said}");
    assert!(!said.contains("Hunter2"), "{said}");
}

#[test]
fn a_register_without_accounts_is_refused_with_what_to_add() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("halligan.toml");
    std::fs::write(&path, SMALL).unwrap();
    let error = Config::load(&path, now()).unwrap_err();
    assert_eq!(error, LoadError::NoAccount { path });
    assert!(error.hint().unwrap().contains("[[account]]"));
}

fn signs_in(text: &str) -> SignIn {
    parse(&format!("{text}\n{SMALL}")).unwrap().sign_in.unwrap()
}

#[test]
fn every_kind_of_sign_in_is_read() {
    use halligan_graph::Flow::{Browser, DeviceCode};
    let client_id = ALPHA.parse().ok();
    for (text, expected) in [
        ("sign-in = \"browser\"".into(), SignIn::Person { flow: Browser, client_id: None }),
        ("sign-in = \"device-code\"".into(), SignIn::Person { flow: DeviceCode, client_id: None }),
        ("sign-in = \"azure-cli\"".into(), SignIn::AzureCli),
        ("sign-in = \"managed-identity\"".into(), SignIn::ManagedIdentity { client_id: None }),
        ("[sign-in]\nazure_cli = true".into(), SignIn::AzureCli),
        (
            "[sign-in]\nmanaged_identity = \"system\"".into(),
            SignIn::ManagedIdentity { client_id: None },
        ),
        (
            format!("[sign-in]\nmanaged_identity = \"{ALPHA}\""),
            SignIn::ManagedIdentity { client_id },
        ),
        (
            format!("[sign-in]\nclient_id = \"{ALPHA}\"\nbrowser = true"),
            SignIn::Person { flow: Browser, client_id },
        ),
        (
            "[sign-in]\ndevice_code = true".into(),
            SignIn::Person { flow: DeviceCode, client_id: None },
        ),
    ] {
        assert_eq!(signs_in(&text), expected, "{text}");
    }
}

#[test]
fn every_place_of_an_assertion_is_read() {
    let place = FederationReference::Place;
    for (value, expected) in [
        ("\"github-actions\"", FederationReference::GitHubActions),
        ("{ file_env = \"F\" }", FederationReference::FileNamedBy("F".into())),
        ("{ file = \"/run/t\" }", place(SecretReference::File("/run/t".into()))),
        ("{ env = \"T\" }", place(SecretReference::Environment("T".into()))),
        ("{ command = [\"x\"] }", place(SecretReference::Command(vec!["x".into()]))),
    ] {
        let text = format!("[sign-in]\nclient_id = \"{ALPHA}\"\nfederation = {value}");
        let credential = CredentialReference::Federation(expected);
        let client_id = ALPHA.parse().unwrap();
        assert_eq!(signs_in(&text), SignIn::Application { client_id, credential });
    }
}

#[test]
fn kinds_of_sign_in_exclude_each_other_and_say_what_they_need() {
    let with = |rest: &str| errors(&format!("{SMALL}{rest}")).join("\n");
    let in_table = |rest: &str| with(&format!("[sign-in]\n{rest}"));
    for (rest, told) in [
        ("azure_cli = true\nbrowser = true", "`azure_cli`: is given beside `browser`"),
        ("azure_cli = false", "`azure_cli`: is false"),
        ("browser = \"yes\"", "`browser` is a string, and must be `true`"),
        ("device_cod = true", "did you mean `device_code`?"),
        ("federation = \"github-actions\"", "`client_id` is missing in [sign-in]"),
        ("client_id = \"x\"\nbrowser = true", "`client_id`: "),
        ("managed_identity = \"mine\"", "`managed_identity`: names no managed identity"),
        ("managed_identity = true", "`managed_identity` is true or false"),
    ] {
        assert!(in_table(rest).contains(told), "{rest}: {}", in_table(rest));
    }
    let client = format!("client_id = \"{ALPHA}\"\n");
    for (rest, told) in [
        ("azure_cli = true", "`client_id`: does not belong to this kind"),
        ("federation = \"gitlab\"", "names no identity provider that is known"),
        ("federation = {}", "`file` is missing in `federation`"),
        ("federation = { file_env = \"a b\" }", "is no name of an environment variable"),
        ("federation = { file_env = \"A\", env = \"B\" }", "has several of `file_env`, `env`"),
    ] {
        let found = in_table(&format!("{client}{rest}"));
        assert!(found.contains(told), "{rest}: {found}");
    }
    let word = errors(&format!("sign-in = \"hunter2\"\n{SMALL}")).join("\n");
    assert!(word.contains("one of `browser`") && !word.contains("hunter2"), "{word}");
    let near = errors(&format!("sign-in = \"brwser\"\n{SMALL}")).join("\n");
    assert!(near.contains("did you mean `browser`?"), "{near}");
}

#[test]
fn every_cloud_is_known_by_name_and_others_are_listed() {
    for cloud in halligan_graph::CLOUDS {
        let config = parse(&format!("{SMALL}[tenant]\ncloud = \"{}\"", cloud.name)).unwrap();
        let found = (config.endpoints.login(), config.endpoints.graph());
        assert_eq!(found, (cloud.login, cloud.graph));
    }
    let unknown = errors(&format!("{SMALL}[tenant]\ncloud = \"mars\"")).join("\n");
    assert!(unknown.contains("known are `global`, `usGov`, `usGovDod`, `china`"), "{unknown}");
}
