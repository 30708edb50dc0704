//! The membership view of Conditional Access, seen through the check that reports it.

use halligan_core::check::sample::{
    AAGUID, ALPHA, BRAVO, CA_ADMINISTRATOR, Case, EMERGENCY, password, policy, schedule,
    strength_policy,
};
use halligan_core::check::{Outcome, run};
use halligan_core::id::{GLOBAL_ADMINISTRATOR, GroupId};
use halligan_core::register::{Register, Shape};
use halligan_core::tenant::*;

/// What HG-EXIT-09 says to the sound tenant with one more policy.
fn verdict(added: Policy) -> &'static str {
    let mut case = Case::sound();
    case.add_policy(added);
    outcome(&case, "HG-EXIT-09").word()
}

fn outcome(case: &Case, id: &str) -> Outcome {
    let results = run(&case.register, &case.snapshot, case.custody.as_ref(), case.now).unwrap();
    results.into_iter().find(|result| result.check.id == id).unwrap().outcome
}

/// The outcome on a day on which the facts with dates hold.
fn outcome_today(case: &Case, id: &str) -> Outcome {
    outcome(&Case { now: "2026-11-22T00:00:00Z".parse().unwrap(), ..case.clone() }, id)
}

/// A blocking policy for these users.
fn block(users: Users) -> Policy {
    let mut added = policy("added", GrantControl::Block);
    added.conditions.users = Some(users);
    added
}

/// A policy for everybody with these controls.
fn demand(operator: GrantOperator, controls: &[GrantControl]) -> Policy {
    let mut added = block(everybody());
    let grant = added.grant.as_mut().unwrap();
    grant.operator = Some(operator);
    grant.built_in = controls.to_vec();
    added
}

fn everybody() -> Users {
    Users { include_users: vec![UserRef::All], ..Users::default() }
}

fn guests() -> Guests {
    let kinds = vec![GuestKind::InternalGuest, GuestKind::B2bCollaborationGuest];
    Guests { kinds, external_tenants: None, unknown: Unknown::new() }
}

#[test]
fn who_is_hit() {
    let other = GroupId::from_u128(0x0dd);
    let cases = [
        ("everybody", everybody(), "fail"),
        ("nobody", Users { include_users: vec![UserRef::None], ..Users::default() }, "pass"),
        ("nothing at all", Users::default(), "gap"),
        (
            "one account",
            Users { include_users: vec![UserRef::Id(BRAVO)], ..Users::default() },
            "fail",
        ),
        (
            "their group",
            Users { include_groups: vec![GroupRef::Id(EMERGENCY)], ..Users::default() },
            "fail",
        ),
        (
            "another group",
            Users { include_groups: vec![GroupRef::Id(other)], ..Users::default() },
            "pass",
        ),
        (
            "a placeholder",
            Users { include_groups: vec![GroupRef::Other("<X>".into())], ..Users::default() },
            "gap",
        ),
        (
            "their role",
            Users { include_roles: vec![RoleRef::Id(GLOBAL_ADMINISTRATOR)], ..Users::default() },
            "fail",
        ),
        (
            "another role",
            Users { include_roles: vec![RoleRef::Id(CA_ADMINISTRATOR)], ..Users::default() },
            "pass",
        ),
        (
            "guests, the old way",
            Users { include_users: vec![UserRef::GuestsOrExternalUsers], ..Users::default() },
            "pass",
        ),
        (
            "guests, the new way",
            Users { include_guests: Some(guests()), ..Users::default() },
            "pass",
        ),
        (
            "excluded by user",
            Users { exclude_users: vec![UserRef::Id(ALPHA), UserRef::Id(BRAVO)], ..everybody() },
            "pass",
        ),
        (
            "one excluded by user only",
            Users { exclude_users: vec![UserRef::Id(ALPHA)], ..everybody() },
            "fail",
        ),
        (
            "excluded by role",
            Users { exclude_roles: vec![RoleRef::Id(GLOBAL_ADMINISTRATOR)], ..everybody() },
            "pass",
        ),
        (
            "another role excluded",
            Users { exclude_roles: vec![RoleRef::Id(CA_ADMINISTRATOR)], ..everybody() },
            "fail",
        ),
        (
            "another group excluded",
            Users { exclude_groups: vec![GroupRef::Id(other)], ..everybody() },
            "fail",
        ),
        ("guests excluded", Users { exclude_guests: Some(guests()), ..everybody() }, "fail"),
        (
            "a placeholder excluded",
            Users { exclude_groups: vec![GroupRef::Other("<X>".into())], ..everybody() },
            "gap",
        ),
        (
            "exclusion wins over the group",
            Users {
                include_groups: vec![GroupRef::Id(EMERGENCY)],
                exclude_roles: vec![RoleRef::Id(GLOBAL_ADMINISTRATOR)],
                ..Users::default()
            },
            "pass",
        ),
        (
            "an unknown way of picking users",
            Users {
                unknown: Unknown::from([("includeTribes".into(), true.into())]),
                ..Users::default()
            },
            "gap",
        ),
        (
            "an unknown way that says nothing",
            Users {
                unknown: Unknown::from([("includeTribes".into(), serde_json::Value::Null)]),
                ..Users::default()
            },
            "gap",
        ),
    ];
    for (name, users, expected) in cases {
        assert_eq!(verdict(block(users)), expected, "{name}");
    }
}

#[test]
fn what_a_hit_demands() {
    use GrantControl::*;
    use GrantOperator::{And, Or};
    let cases: [(&[GrantControl], GrantOperator, &str); 9] = [
        (&[Block], Or, "fail"),
        (&[Mfa], Or, "pass"),
        (&[CompliantDevice], Or, "fail"),
        (&[Mfa, CompliantDevice], Or, "pass"),
        (&[Mfa, CompliantDevice], And, "fail"),
        // Not enforced since 2026-06-30: only the other control is left.
        (&[ApprovedApplication], Or, "pass"),
        (&[CompliantDevice, ApprovedApplication], Or, "fail"),
        (&[Mfa, ApprovedApplication], And, "pass"),
        (&[PasswordChange, Mfa], And, "fail"),
    ];
    for (controls, operator, expected) in cases {
        let name = format!("{controls:?} {operator:?}");
        assert_eq!(verdict(demand(operator, controls)), expected, "{name}");
    }
}

#[test]
fn controls_that_nothing_joins_are_all_demanded() {
    let mut added = demand(GrantOperator::Or, &[GrantControl::Mfa, GrantControl::CompliantDevice]);
    added.grant.as_mut().unwrap().operator = None;
    assert_eq!(verdict(added), "fail");
}

#[test]
fn controls_outside_the_list_are_not_taken_as_satisfied() {
    for change in [
        (|grant: &mut GrantControls| grant.custom.push("x".into())) as fn(&mut GrantControls),
        |grant| grant.terms_of_use.push("x".into()),
        |grant| drop(grant.unknown.insert("newControl".into(), true.into())),
    ] {
        let mut added = demand(GrantOperator::And, &[GrantControl::Mfa]);
        change(added.grant.as_mut().unwrap());
        assert_eq!(verdict(added), "fail");
    }
}

#[test]
fn session_controls_that_deny_are_hits_and_others_are_not() {
    let with = |session| {
        let mut added = demand(GrantOperator::Or, &[]);
        added.session = Some(session);
        verdict(added)
    };
    let frequency = SignInFrequency {
        is_enabled: Some(true),
        value: None,
        unit: None,
        interval: Some(FrequencyInterval::EveryTime),
        authentication: None,
    };
    let none = SessionControls::default;
    assert_eq!(with(SessionControls { sign_in_frequency: Some(frequency), ..none() }), "pass");
    assert_eq!(with(SessionControls { secure_sign_in_session: Some(false), ..none() }), "pass");
    assert_eq!(with(SessionControls { secure_sign_in_session: Some(true), ..none() }), "fail");
    let strict = Some("StrictLocation".into());
    assert_eq!(with(SessionControls { continuous_access_evaluation: strict, ..none() }), "gap");
    let unknown = Unknown::from([("newSession".into(), true.into())]);
    assert_eq!(with(SessionControls { unknown, ..none() }), "gap");
    let profile = [("globalSecureAccessFilteringProfile".into(), serde_json::json!({"x": 1}))];
    assert_eq!(with(SessionControls { unknown: Unknown::from(profile), ..none() }), "pass");
}

#[test]
fn a_strength_is_satisfied_by_a_key_that_it_takes() {
    let with = |change: fn(&mut Strength)| {
        let mut added = strength_policy("keys");
        change(added.grant.as_mut().unwrap().strength.as_mut().unwrap());
        verdict(added)
    };
    let narrowed = |aaguid: &str| CombinationConfiguration {
        id: None,
        odata_type: None,
        applies_to: vec![vec![MethodMode::Fido2]],
        allowed_aaguids: vec![aaguid.into()],
        unknown: Unknown::new(),
    };
    assert_eq!(with(|_| {}), "pass");
    let sms = |s: &mut Strength| {
        s.allowed_combinations = Some(vec![vec![MethodMode::Password, MethodMode::Sms]]);
    };
    assert_eq!(with(sms), "fail");
    // Built-in strengths are the same in every tenant; what another one takes, its id does not say.
    assert_eq!(with(|strength| strength.allowed_combinations = None), "pass");
    let by_id_only = |strength: &mut Strength| {
        strength.id = "0f8c2a11-6c1e-4d7e-9a55-3f1d2b0c9e77".into();
        strength.allowed_combinations = None;
    };
    assert_eq!(with(by_id_only), "gap");
    let mut added = strength_policy("keys");
    let strength = added.grant.as_mut().unwrap().strength.as_mut().unwrap();
    strength.configurations = vec![narrowed("00000000-0000-0000-0000-000000000bad")];
    assert_eq!(verdict(added.clone()), "fail");
    let strength = added.grant.as_mut().unwrap().strength.as_mut().unwrap();
    strength.configurations = vec![narrowed(&AAGUID.to_string().to_uppercase())];
    assert_eq!(verdict(added), "pass");
}

#[test]
fn keys_that_cannot_be_read_leave_the_question_open() {
    let mut case = Case::sound();
    case.add_policy(strength_policy("keys"));
    for account in case.snapshot.accounts.values_mut() {
        account.methods = Part::Gap(Case::denied(PartKind::AccountMethods));
    }
    assert_eq!(outcome(&case, "HG-EXIT-09").word(), "gap");
    // A block needs no key to be one.
    case.add_policy(block(everybody()));
    assert_eq!(outcome(&case, "HG-EXIT-09").word(), "fail");
}

#[test]
fn a_role_through_a_group_and_a_role_that_has_ended() {
    let admins =
        || Users { include_roles: vec![RoleRef::Id(GLOBAL_ADMINISTRATOR)], ..Users::default() };
    let mut case = Case::sound();
    case.add_policy(block(admins()));
    case.assignments(&[(EMERGENCY.into(), ObjectKind::Group)]);
    assert_eq!(outcome(&case, "HG-EXIT-09").word(), "fail");
    case.assignments(&[]);
    assert_eq!(outcome(&case, "HG-EXIT-09").word(), "pass");
}

#[test]
fn without_a_directory_the_declaration_stands_in_and_says_so() {
    let case = Case::sound();
    let mut snapshot = Snapshot::unread(case.now, Source::Files, &GapReason::NotInSource);
    snapshot.policies = case.snapshot.policies.clone();
    let register = Register::of(case.register.accounts.clone(), Some(EMERGENCY), Shape::Exempt);
    let results = run(&register, &snapshot, case.custody.as_ref(), case.now).unwrap();
    let result = results.iter().find(|result| result.check.id == "HG-EXIT-09").unwrap();
    assert_eq!(result.outcome, Outcome::Pass);
    assert!(result.statements.iter().any(|s| s.text.contains("no directory was given")));
    let alone = Register::of(case.register.accounts.clone(), None, Shape::Exempt);
    let results = run(&alone, &snapshot, case.custody.as_ref(), case.now).unwrap();
    let result = results.iter().find(|result| result.check.id == "HG-EXIT-09").unwrap();
    assert_eq!(result.outcome, Outcome::Fail);
}

#[test]
fn ten_thousand_ids_are_no_trouble() {
    let ids = (0..10_000u128).map(|n| UserRef::Id(halligan_core::id::UserId::from_u128(n << 64)));
    let users = Users {
        exclude_users: ids.chain([UserRef::Id(ALPHA), UserRef::Id(BRAVO)]).collect(),
        ..everybody()
    };
    assert_eq!(verdict(block(users)), "pass");
}

#[test]
fn paper_is_judged_for_what_it_reaches() {
    let mut case = Case::sound();
    for id in [ALPHA, BRAVO] {
        case.methods(id, vec![password()]);
    }
    assert_eq!(outcome_today(&case, "HG-EXIT-13").word(), "fail");
    case.register.shape = Shape::Paper;
    assert_eq!(outcome_today(&case, "HG-EXIT-13").word(), "pass");
    case.add_policy(demand(GrantOperator::Or, &[GrantControl::Mfa]));
    assert_eq!(outcome(&case, "HG-EXIT-09").word(), "fail");
}

/// What HG-EXIT-13 (the portals open) says after a change of the FIDO2 method's configuration.
fn portals(change: impl FnOnce(&mut MethodConfiguration)) -> &'static str {
    let mut case = Case::sound();
    if let Part::Read { value, .. } = &mut case.snapshot.methods_policy {
        change(&mut value.configurations[0]);
    }
    outcome_today(&case, "HG-EXIT-13").word()
}

fn target(kind: TargetKind, id: impl ToString) -> MethodTarget {
    MethodTarget { kind, id: id.to_string(), passkey_profiles: vec![], unknown: Unknown::new() }
}

#[test]
fn a_key_counts_only_for_whom_its_method_is_meant() {
    let group = |id: GroupId| target(TargetKind::Group, id);
    let other = GroupId::from_u128(0x0dd);
    assert_eq!(portals(|_| {}), "pass");
    assert_eq!(portals(|one| one.state = Feature::Disabled), "fail");
    assert_eq!(portals(|one| one.include = vec![group(EMERGENCY)]), "pass");
    assert_eq!(portals(|one| one.include = vec![group(other)]), "fail");
    assert_eq!(portals(|one| one.include = vec![]), "gap");
    // An excluded group wins over an included one.
    assert_eq!(portals(|one| one.exclude = vec![group(EMERGENCY)]), "fail");
    assert_eq!(portals(|one| one.exclude = vec![group(other)]), "pass");
    assert_eq!(portals(|one| one.exclude = vec![target(TargetKind::User, BRAVO)]), "fail");
    let new_kind = || target(TargetKind::Other("tribe".into()), other);
    assert_eq!(portals(|one| one.exclude = vec![new_kind()]), "gap");
}

#[test]
fn a_key_counts_only_while_its_model_is_allowed() {
    let restricted = |enforcement, aaguid: String, is_enforced| {
        portals(|one| {
            one.fido2.as_mut().unwrap().key_restrictions = Some(KeyRestrictions {
                is_enforced,
                enforcement,
                aaguids: vec![aaguid],
                unknown: Unknown::new(),
            });
        })
    };
    let ours = || AAGUID.to_string().to_uppercase();
    let another = || "00000000-0000-0000-0000-000000000bad".to_string();
    assert_eq!(restricted(Some(Enforcement::Allow), ours(), Some(true)), "pass");
    assert_eq!(restricted(Some(Enforcement::Allow), another(), Some(true)), "fail");
    assert_eq!(restricted(Some(Enforcement::Block), ours(), Some(true)), "fail");
    assert_eq!(restricted(Some(Enforcement::Block), another(), Some(true)), "pass");
    assert_eq!(restricted(Some(Enforcement::Block), ours(), Some(false)), "pass");
    assert_eq!(restricted(None, ours(), Some(true)), "gap");
}

#[test]
fn a_key_counts_only_by_a_profile_that_takes_it() {
    let profile = |id: &str, kind| PasskeyProfile {
        id: id.into(),
        name: None,
        passkey_types: vec![kind],
        attestation: None,
        key_restrictions: None,
        unknown: Unknown::new(),
    };
    let with = |default: Option<&str>, named: &[&str]| {
        portals(|one| {
            let settings = one.fido2.as_mut().unwrap();
            settings.profiles =
                vec![profile("s", PasskeyType::Synced), profile("d", PasskeyType::DeviceBound)];
            settings.default_profile = default.map(Into::into);
            one.include[0].passkey_profiles = named.iter().map(ToString::to_string).collect();
        })
    };
    assert_eq!(with(Some("d"), &[]), "pass");
    assert_eq!(with(Some("s"), &[]), "fail");
    assert_eq!(with(Some("s"), &["s", "d"]), "pass");
    assert_eq!(with(None, &[]), "gap");
    assert_eq!(with(Some("gone"), &[]), "gap");
}

#[test]
fn an_assignment_whose_term_nobody_states_is_not_taken_as_permanent() {
    let mut case = Case::sound();
    case.schedules(|all| all.clear());
    assert_eq!(outcome(&case, "HG-EXIT-06").word(), "gap");
}

#[test]
fn the_longest_of_several_terms_decides() {
    let mut case = Case::sound();
    let end = Some(case.now);
    case.schedules(|all| {
        let mut ending = all.clone();
        for one in &mut ending {
            one.end = end;
            one.assignment = Some(AssignmentType::Activated);
        }
        all.splice(0..0, ending);
    });
    assert_eq!(outcome(&case, "HG-EXIT-06").word(), "pass");
}

/// A tenant in which ALPHA is in no group, and a policy is aimed at `users`.
fn outside_every_group(users: Users) -> Case {
    let mut case = Case::sound();
    let at = case.now;
    case.account(ALPHA, |account| account.memberships = Part::Read { at, value: vec![] });
    case.policy(0, |policy| policy.state = PolicyState::Disabled);
    case.policy(1, |policy| policy.conditions.users = Some(users));
    case.policy(2, |policy| policy.state = PolicyState::Disabled);
    case
}

#[test]
fn a_membership_that_was_activated_counts_until_it_ends() {
    let users = Users { include_groups: vec![GroupRef::Id(EMERGENCY)], ..Users::default() };
    for (end, access, expected) in [
        (None, "member", "fail"),
        (Some("1970-01-01T00:00:01Z"), "member", "fail"),
        (Some("1970-01-01T00:00:00Z"), "member", "pass"),
        (None, "owner", "pass"),
    ] {
        let mut case = outside_every_group(users.clone());
        case.register.accounts.retain(|account| account.id == ALPHA);
        let at = case.now;
        let mut one = schedule(ALPHA, end.map(|end| end.parse().unwrap()));
        (one.role, one.scope) = (None, None);
        one.unknown.insert("accessId".into(), access.into());
        case.group_read(|read| read.schedules = Part::Read { at, value: vec![one] });
        assert_eq!(outcome(&case, "HG-EXIT-09").word(), expected, "{end:?} {access}");
    }
}

#[test]
fn any_role_through_a_role_assignable_group_counts() {
    let role = CA_ADMINISTRATOR;
    let users = Users { include_roles: vec![RoleRef::Id(role)], ..Users::default() };
    for (scope, end, expected) in [
        ("/", None, "fail"),
        ("/administrativeUnits/1", None, "pass"),
        ("/", Some("1970-01-01T00:00:00Z"), "pass"),
    ] {
        let mut case = Case::sound();
        case.policy(1, |policy| policy.conditions.users = Some(users.clone()));
        let principal = EMERGENCY.into();
        if let Part::Read { value, .. } = &mut case.snapshot.role_assignments {
            let mut assignment = value[0].clone();
            assignment.role = role.0;
            assignment.principal = principal;
            assignment.principal_kind = Some(ObjectKind::Group);
            assignment.scope = scope.into();
            value.push(assignment);
        }
        let mut term = schedule(principal, end.map(|end| end.parse().unwrap()));
        (term.role, term.scope) = (Some(role.0), Some(scope.into()));
        case.schedules(|all| all.push(term));
        assert_eq!(outcome(&case, "HG-EXIT-09").word(), expected, "{scope} {end:?}");
    }
}

/// The first account with a certificate beside its password, and nothing else; certificates count
/// as `mode`, and every strength takes them by `configurations`.
fn certified(mode: &str, configurations: Vec<CombinationConfiguration>) -> &'static str {
    let mut case = Case::sound();
    let certificate = halligan_core::check::sample::method(MethodKind::X509Certificate);
    for id in [ALPHA, BRAVO] {
        case.methods(id, vec![password(), certificate.clone()]);
    }
    let modes = serde_json::json!({ "x509CertificateAuthenticationDefaultMode": mode });
    case.methods_policy(|policy| {
        policy.configurations.push(MethodConfiguration {
            id: "X509Certificate".into(),
            odata_type: None,
            state: Feature::Enabled,
            include: vec![target(TargetKind::Group, "all_users")],
            exclude: Vec::new(),
            fido2: None,
            unknown: Unknown::from([("authenticationModeConfiguration".into(), modes)]),
        });
    });
    let mut added = strength_policy("keys");
    added.grant.as_mut().unwrap().strength.as_mut().unwrap().configurations = configurations;
    case.add_policy(added);
    outcome(&case, "HG-EXIT-09").word()
}

fn narrowing(mode: MethodMode, unknown: Unknown) -> CombinationConfiguration {
    CombinationConfiguration {
        id: None,
        odata_type: None,
        applies_to: vec![vec![mode]],
        allowed_aaguids: Vec::new(),
        unknown,
    }
}

#[test]
fn a_certificate_counts_as_many_factors_as_the_policy_says() {
    assert_eq!(certified("x509CertificateMultiFactor", vec![]), "pass");
    assert_eq!(certified("x509CertificateSingleFactor", vec![]), "fail");
    assert_eq!(certified("x509CertificateNoFactor", vec![]), "gap");
    let of_key = narrowing(MethodMode::Fido2, Unknown::new());
    assert_eq!(certified("x509CertificateMultiFactor", vec![of_key]), "pass");
    let of_issuer = narrowing(MethodMode::X509CertificateMultiFactor, Unknown::new());
    assert_eq!(certified("x509CertificateMultiFactor", vec![of_issuer]), "gap");
}

#[test]
fn a_strength_that_is_narrowed_by_something_new_is_not_taken_as_satisfied() {
    let mut case = Case::sound();
    let mut added = strength_policy("keys");
    let new = Unknown::from([("allowedVendors".into(), serde_json::json!(["acme"]))]);
    let strength = added.grant.as_mut().unwrap().strength.as_mut().unwrap();
    strength.configurations = vec![narrowing(MethodMode::Fido2, new)];
    case.add_policy(added);
    assert_eq!(outcome(&case, "HG-EXIT-09").word(), "gap");
}

#[test]
fn of_which_kind_a_guest_is_nobody_knows() {
    let external = |users: Users, name: &str| {
        let mut case = Case::sound();
        case.user(ALPHA, |user| user.user_principal_name = name.into());
        let at = case.now;
        case.account(ALPHA, |one| one.memberships = Part::Read { at, value: Vec::new() });
        case.snapshot.policies = Part::Read { at: case.now, value: vec![block(users)] };
        outcome(&case, "HG-EXIT-09").word()
    };
    let of = |include| Users { include_guests: include, ..Users::default() };
    let spared = Users { exclude_guests: Some(guests()), ..everybody() };
    let only_alpha = Users { exclude_users: vec![UserRef::Id(BRAVO)], ..spared };
    let invited = "q_else.example#EXT#@sound.onmicrosoft.com";
    assert_eq!(external(of(Some(guests())), invited), "gap");
    assert_eq!(external(of(Some(guests())), "k7vd@sound.onmicrosoft.com"), "pass");
    assert_eq!(external(only_alpha, invited), "gap");
}
