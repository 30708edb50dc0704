//! Bad input: what cannot be read or understood is named, and never makes a proof.

use halligan_core::ca::{PolicyVerdict, Verdict, prove};
use halligan_core::check::Case;
use halligan_core::check::sample::{ALPHA, method, passkey, password};
use halligan_core::tenant::*;
use serde_json::json;

use super::{for_everybody, proof, question, standing};

/// What a policy does wrong, and what must be named.
struct Bad {
    name: &'static str,
    /// In what the account is told why it cannot be told.
    says: &'static str,
    change: fn(&mut Case, &mut Policy),
}

fn strange() -> Unknown {
    Unknown::from([("weather".into(), json!({"include": ["rain"]}))])
}

fn location(case: &mut Case, id: &str, kind: LocationKind) {
    let at = case.now;
    let location = NamedLocation {
        id: id.into(),
        display_name: "office".into(),
        kind,
        unknown: Unknown::new(),
    };
    case.snapshot.locations = Part::Read { at, value: vec![location] };
}

fn at_office(policy: &mut Policy) {
    policy.conditions.locations = Some(Locations {
        include: vec![LocationRef::Id("office".into())],
        exclude: Vec::new(),
        unknown: Unknown::new(),
    });
}

fn ranges(texts: &[&str]) -> LocationKind {
    let ranges = texts.iter().map(|text| (*text).to_owned()).collect();
    LocationKind::Ip { is_trusted: false, ranges }
}

fn filter(rule: &str, mode: FilterMode) -> Devices {
    let filter = DeviceFilter { mode, rule: rule.into(), unknown: Unknown::new() };
    Devices { filter: Some(filter), unknown: Unknown::new() }
}

/// Each is a policy that would block the account, were it not for what is bad about it.
const TABLE: &[Bad] = &[
    Bad {
        name: "a condition of tomorrow",
        says: "`weather`",
        change: |_, policy| policy.conditions.unknown = strange(),
    },
    Bad {
        name: "a member of the users of tomorrow",
        says: "`weather`",
        change: |_, policy| {
            let users = Users { unknown: strange(), ..Users::default() };
            policy.conditions.users = Some(users);
        },
    },
    Bad {
        name: "a member of tomorrow beside everybody, which may narrow them",
        says: "`weather`",
        change: |_, policy| policy.conditions.users.as_mut().unwrap().unknown = strange(),
    },
    Bad {
        name: "a member of tomorrow beside all resources, which may narrow them",
        says: "`weather`",
        change: |_, policy| policy.conditions.applications.unknown = strange(),
    },
    Bad {
        name: "a policy without users",
        says: "names neither users nor workloads",
        change: |_, policy| policy.conditions.users = None,
    },
    Bad {
        name: "a policy whose users name nobody",
        says: "names neither users nor workloads",
        change: |_, policy| policy.conditions.users = Some(Users::default()),
    },
    Bad {
        name: "a policy that names no resource",
        says: "names no resource",
        change: |_, policy| policy.conditions.applications.include.clear(),
    },
    Bad {
        name: "a policy without users that says something unknown",
        says: "`weather`",
        change: |_, policy| {
            policy.conditions.users = None;
            policy.conditions.unknown = strange();
        },
    },
    Bad {
        name: "a placeholder for a group",
        says: "`<Emergency>`",
        change: |_, policy| {
            let group = GroupRef::Other("<Emergency>".into());
            policy.conditions.users.as_mut().unwrap().exclude_groups.push(group);
        },
    },
    Bad {
        name: "a placeholder for a user",
        says: "`<Emergency>`",
        change: |_, policy| {
            let user = UserRef::Other("<Emergency>".into());
            policy.conditions.users.as_mut().unwrap().exclude_users.push(user);
        },
    },
    Bad {
        name: "a placeholder for a role",
        says: "`<Administrators>`",
        change: |_, policy| {
            let role = RoleRef::Other("<Administrators>".into());
            policy.conditions.users.as_mut().unwrap().exclude_roles.push(role);
        },
    },
    Bad {
        name: "a placeholder for a resource",
        says: "`<Portal>`",
        change: |_, policy| {
            policy.conditions.applications.include = vec![AppRef::Other("<Portal>".into())];
        },
    },
    Bad {
        name: "a member of the resources of tomorrow",
        says: "`weather`",
        change: |_, policy| {
            policy.conditions.applications =
                Applications { unknown: strange(), ..Applications::default() };
        },
    },
    Bad {
        name: "a filter of resources by attributes",
        says: "custom security attributes",
        change: |_, policy| {
            let rule = "CustomSecurityAttribute.A_B -eq \"c\"";
            let filter = filter(rule, FilterMode::Exclude).filter;
            policy.conditions.applications.filter = filter;
        },
    },
    Bad {
        name: "a client of tomorrow",
        says: "`telepathy`",
        change: |_, policy| {
            policy.conditions.client_app_types = vec![ClientAppType::Other("telepathy".into())];
        },
    },
    Bad {
        name: "a platform of tomorrow",
        says: "`haiku`",
        change: |_, policy| {
            let include = vec![Platform::Other("haiku".into())];
            let platforms = Platforms { include, exclude: Vec::new(), unknown: Unknown::new() };
            policy.conditions.platforms = Some(platforms);
        },
    },
    Bad {
        name: "platforms that are excluded from none",
        says: "excludes and includes none",
        change: |_, policy| {
            let exclude = vec![Platform::Windows];
            let platforms = Platforms { include: Vec::new(), exclude, unknown: Unknown::new() };
            policy.conditions.platforms = Some(platforms);
        },
    },
    Bad {
        name: "a level of risk of tomorrow",
        says: "`extreme`",
        change: |_, policy| {
            policy.conditions.sign_in_risk = vec![RiskLevel::Other("extreme".into())];
        },
    },
    Bad {
        name: "a level of user risk of tomorrow",
        says: "`extreme`",
        change: |_, policy| policy.conditions.user_risk = vec![RiskLevel::Other("extreme".into())],
    },
    Bad {
        name: "an insider risk of tomorrow",
        says: "`extreme`",
        change: |_, policy| {
            policy.conditions.insider_risk = vec![InsiderRisk::Other("extreme".into())];
        },
    },
    Bad {
        name: "a flow of tomorrow",
        says: "`teleport`",
        change: |_, policy| {
            policy.conditions.transfer_methods = vec![TransferMethod::Other("teleport".into())];
        },
    },
    Bad {
        name: "a state of tomorrow",
        says: "`dormant`",
        change: |_, policy| policy.state = PolicyState::Other("dormant".into()),
    },
    Bad {
        name: "a rule that does not parse",
        says: "the filter for devices cannot be read",
        change: |_, policy| {
            let devices = filter("device.model =~ \"X\"", FilterMode::Include);
            policy.conditions.devices = Some(devices);
        },
    },
    Bad {
        name: "an excluding rule that does not parse",
        says: "the filter for devices cannot be read",
        change: |_, policy| {
            let devices = filter("device.model -eq", FilterMode::Exclude);
            policy.conditions.devices = Some(devices);
        },
    },
    Bad {
        name: "a filter of an unknown mode",
        says: "`perhaps`",
        change: |_, policy| {
            let mode = FilterMode::Other("perhaps".into());
            policy.conditions.devices = Some(filter("device.model -eq \"X\"", mode));
        },
    },
    Bad {
        name: "a condition on devices of tomorrow",
        says: "`weather`",
        change: |_, policy| {
            policy.conditions.devices = Some(Devices { filter: None, unknown: strange() });
        },
    },
    Bad {
        name: "a location id of nothing",
        says: "there is no named location `office`",
        change: |_, policy| at_office(policy),
    },
    Bad {
        name: "a placeholder for a location",
        says: "`<Office>`",
        change: |_, policy| {
            at_office(policy);
            let locations = policy.conditions.locations.as_mut().unwrap();
            locations.include = vec![LocationRef::Other("<Office>".into())];
        },
    },
    Bad {
        name: "locations that are excluded from none",
        says: "excludes locations and includes none",
        change: |case, policy| {
            location(case, "office", ranges(&["203.0.113.0/24"]));
            at_office(policy);
            let locations = policy.conditions.locations.as_mut().unwrap();
            locations.exclude = std::mem::take(&mut locations.include);
        },
    },
    Bad {
        name: "an inverted range",
        says: "ends before it begins",
        change: |case, policy| {
            location(case, "office", ranges(&["203.0.113.9-203.0.113.1"]));
            at_office(policy);
        },
    },
    Bad {
        name: "a range of too many bits",
        says: "more than 32 bits",
        change: |case, policy| {
            location(case, "office", ranges(&["203.0.113.0/33"]));
            at_office(policy);
        },
    },
    Bad {
        name: "a country that is none",
        says: "`Austria`",
        change: |case, policy| {
            let kind = LocationKind::Country {
                countries: vec!["Austria".into()],
                include_unknown: false,
                lookup: None,
            };
            location(case, "office", kind);
            at_office(policy);
        },
    },
    Bad {
        name: "a kind of location of tomorrow",
        says: "`#microsoft.graph.satellite`",
        change: |case, policy| {
            location(case, "office", LocationKind::Other("#microsoft.graph.satellite".into()));
            at_office(policy);
        },
    },
    Bad {
        name: "a session control of tomorrow",
        says: "`weather`",
        change: |_, policy| {
            policy.grant = None;
            policy.session = Some(SessionControls { unknown: strange(), ..Default::default() });
        },
    },
    Bad {
        name: "a strength id of nothing",
        says: "authentication strengths",
        change: |_, policy| {
            let grant = policy.grant.as_mut().unwrap();
            grant.built_in.clear();
            grant.strength = Some(Strength {
                id: "12345678-0000-0000-0000-000000000000".into(),
                display_name: None,
                kind: None,
                requirements_satisfied: None,
                allowed_combinations: None,
                configurations: Vec::new(),
                unknown: Unknown::new(),
            });
        },
    },
];

#[test]
fn what_is_bad_is_named_and_nothing_is_proved_beside_it() {
    for bad in TABLE {
        let mut case = Case::sound();
        case.methods(ALPHA, vec![password(), passkey("key")]);
        case.register.environment.targets.truncate(2);
        let mut policy = for_everybody("bad", GrantControl::Block);
        (bad.change)(&mut case, &mut policy);
        case.add_policy(policy);
        let proof = proof(&case);
        let place = proof.policies.len() - 1;
        let verdicts: Vec<_> = proof.surfaces.iter().map(|one| one.verdict).collect();
        assert!(!verdicts.contains(&Verdict::Proved), "{}: {verdicts:?}", bad.name);
        assert_eq!(proof.verdict(), Verdict::Undecided, "{}: {verdicts:?}", bad.name);
        let doubts = proof.surfaces.iter().flat_map(|one| &one.doubts);
        let of_it = doubts.filter(|(blame, _)| blame.policy() == Some(place));
        let said: Vec<String> = of_it.map(|(_, doubt)| doubt.to_string()).collect();
        let is_named = !said.is_empty() && said.iter().all(|one| one.contains(bad.says));
        assert!(is_named, "{}: {said:?}", bad.name);
        // The state is none of what the policy does where it is enforced: it would block.
        let answer = &proof.policies[place].verdict;
        match (&proof.policies[place].state, answer) {
            (PolicyState::Other(_), PolicyVerdict::Blocking { .. }) => {}
            (_, PolicyVerdict::Indeterminate(doubt)) => {
                assert!(doubt.to_string().contains(bad.says), "{}: {doubt}", bad.name);
            }
            _ => panic!("{}: {answer:?}", bad.name),
        }
    }
}

#[test]
fn controls_that_are_not_understood_cannot_be_met() {
    let changes: [fn(&mut GrantControls); 5] = [
        |grant| grant.built_in = vec![GrantControl::Other("crystalBall".into())],
        |grant| grant.unknown = strange(),
        |grant| grant.custom = vec!["RequireDuoMfa".into()],
        |grant| grant.terms_of_use = vec!["terms".into()],
        |grant| grant.built_in = vec![GrantControl::RiskRemediation],
    ];
    for change in changes {
        let mut case = Case::sound();
        let mut policy = for_everybody("odd", GrantControl::Mfa);
        let grant = policy.grant.as_mut().unwrap();
        grant.operator = Some(GrantOperator::And);
        change(grant);
        let grant = grant.clone();
        case.add_policy(policy);
        assert_eq!(proof(&case).verdict(), Verdict::LockedOut, "{grant:?}");
    }
}

/// Which computer Windows Hello is set up on, nobody reads: it opens no borrowed one, and about
/// one that Entra ID knows nothing is claimed.
#[test]
fn windows_hello_is_no_key_for_every_computer() {
    let mut case = Case::sound();
    case.methods(ALPHA, vec![password(), method(MethodKind::WindowsHello)]);
    case.add_policy(for_everybody("mfa", GrantControl::Mfa));
    assert_eq!(proof(&case).verdict(), Verdict::LockedOut);
    let unmanaged = case.register.environment.workstations[0].clone();
    let workstations = &mut case.register.environment.workstations;
    workstations[0].kind = halligan_core::register::WorkstationKind::Registered;
    assert_eq!(proof(&case).verdict(), Verdict::Undecided);
    case.register.environment.workstations.push(unmanaged);
    assert_eq!(proof(&case).verdict(), Verdict::Harmed);
}

#[test]
fn an_office_number_takes_no_text_message() {
    let mut case = Case::sound();
    let phone = |kind: &str| {
        let mut phone = method(MethodKind::Phone);
        phone.unknown.insert("phoneType".into(), json!(kind));
        phone
    };
    case.methods_policy(|policy| {
        let keys = policy.configurations[0].clone();
        let sms = MethodConfiguration { id: "sms".into(), fido2: None, ..keys };
        policy.configurations.push(sms);
    });
    case.add_policy(for_everybody("mfa", GrantControl::Mfa));
    for (kind, verdict) in [("mobile", Verdict::Proved), ("office", Verdict::LockedOut)] {
        case.methods(ALPHA, vec![password(), phone(kind)]);
        assert_eq!(proof(&case).verdict(), verdict, "{kind}");
    }
}

#[test]
fn conditions_that_contradict_each_other_reach_nobody() {
    let changes: [fn(&mut Case, &mut Policy); 4] = [
        |_, policy| {
            let users = policy.conditions.users.as_mut().unwrap();
            users.exclude_users.push(UserRef::All);
        },
        |_, policy| policy.conditions.applications.exclude.push(AppRef::All),
        |_, policy| {
            let all = vec![Platform::All];
            let platforms =
                Platforms { include: all.clone(), exclude: all, unknown: Unknown::new() };
            policy.conditions.platforms = Some(platforms);
        },
        |case, policy| {
            location(case, "office", ranges(&["203.0.113.0/24", "203.0.113.0/25"]));
            at_office(policy);
            let locations = policy.conditions.locations.as_mut().unwrap();
            locations.exclude = locations.include.clone();
        },
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut case = Case::sound();
        let mut policy = for_everybody("contradictory", GrantControl::Block);
        change(&mut case, &mut policy);
        case.add_policy(policy);
        let proof = proof(&case);
        assert_eq!(proof.verdict(), Verdict::Proved, "{number}");
        let answer = &proof.policies.last().unwrap().verdict;
        let is_apart = matches!(answer, PolicyVerdict::NotHit(_) | PolicyVerdict::OutOfReach(_));
        assert!(is_apart, "{number}: {answer:?}");
    }
}

#[test]
fn ranges_that_overlap_are_one_location() {
    let verdict = |texts: &[&str]| {
        let mut case = Case::sound();
        location(&mut case, "office", ranges(texts));
        let mut policy = for_everybody("office", GrantControl::Block);
        at_office(&mut policy);
        case.add_policy(policy);
        case.register.environment.places[0].addresses = vec!["203.0.113.0/25".into()];
        proof(&case).verdict()
    };
    let overlapping = ["203.0.113.0/26", "203.0.113.32/27", "203.0.113.64/26", "203.0.113.0/28"];
    assert_eq!(verdict(&overlapping), Verdict::LockedOut);
    assert_eq!(verdict(&overlapping[..2]), Verdict::Harmed);
    assert_eq!(verdict(&["198.51.100.0/24", "198.51.100.0/25"]), Verdict::Proved);
}

#[test]
fn bad_environments_and_limits_are_named() {
    let mut case = Case::sound();
    let mut standing_of_many = standing(&case);
    let one = standing_of_many.credentials.as_ref().unwrap()[0].clone();
    standing_of_many.credentials = Ok(vec![one; 129]);
    let many = prove(question(&case, &standing_of_many)).unwrap_err().to_string();
    assert!(many.contains("CREDENTIALS_MAX (128)"), "{many}");
    let error = |case: &Case| prove(question(case, &standing(case))).unwrap_err().to_string();
    case.register.environment.places[0].addresses = vec!["the office".into()];
    assert!(error(&case).contains("`the office`"), "{}", error(&case));
    case.register.environment.places[0].addresses.clear();
    case.register.environment.places[0].countries = vec!["Austria".into()];
    assert!(error(&case).contains("`Austria`"), "{}", error(&case));
    case.register.environment.places[0].countries = vec!["UK".into()];
    assert!(error(&case).contains("`UK` is no country code"), "{}", error(&case));
    case.register.environment.places[0].countries = vec!["GB".into()];
    assert!(prove(question(&case, &standing(&case))).is_ok());
}
