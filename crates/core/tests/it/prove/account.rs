//! Random accounts: their state, memberships, roles and methods, and what the tenant takes of them.

use halligan_core::check::Case;
use halligan_core::check::sample::{AAGUID, PHISHING_RESISTANT, method, passkey, password};
use halligan_core::id::{GLOBAL_ADMINISTRATOR, Guid};
use halligan_core::tenant::*;
use serde_json::json;

use super::dice::Dice;
use super::set::{GROUPS, Names, STRENGTHS, method_target};

/// A second model of key.
pub(crate) const OTHER_AAGUID: Guid = Guid::from_u128(0xbb9d);

/// Makes the account and the settings that bear on it random.
pub(crate) fn fill(case: &mut Case, dice: &mut Dice, names: Names) {
    let id = names.user(0);
    let at = case.now;
    let enabled = if dice.one_in(30) { dice.pick(&[Some(false), None]) } else { Some(true) };
    let is_guest = dice.one_in(20);
    case.user(id, |user| {
        user.id = id;
        user.account_enabled = enabled;
        user.user_type = Some(if is_guest { UserType::Guest } else { UserType::Member });
    });
    let methods = match dice.one_in(30) {
        true => Part::Gap(Case::denied(PartKind::AccountMethods)),
        false => Part::Read { at, value: methods(dice) },
    };
    let groups = dice.below(GROUPS + 1);
    let memberships = match dice.one_in(30) {
        true => Part::Gap(Case::denied(PartKind::AccountMemberships)),
        false => Part::Read { at, value: memberships(dice, names, groups) },
    };
    let per_user = match dice.below(30) {
        0 => Part::Gap(Case::denied(PartKind::AccountPerUserMfa)),
        1 => Part::Read { at, value: PerUserMfa::Other("perhaps".into()) },
        2 => Part::Read { at, value: PerUserMfa::Enforced },
        _ => Part::Read { at, value: PerUserMfa::Disabled },
    };
    case.account(id, |account| {
        account.methods = methods;
        account.memberships = memberships;
        account.per_user_mfa = per_user;
    });
    match dice.one_in(6) {
        true => case.assignments(&[]),
        false => case.assignments(&[(id.into(), ObjectKind::User)]),
    }
    tenant(case, dice, names);
}

fn tenant(case: &mut Case, dice: &mut Dice, names: Names) {
    let at = case.now;
    case.snapshot.methods_policy = match dice.one_in(40) {
        true => Part::Gap(Case::denied(PartKind::MethodsPolicy)),
        false => {
            let mut value = case.snapshot.methods_policy.value().unwrap().clone();
            configure(&mut value, dice, names);
            Part::Read { at, value }
        }
    };
    case.snapshot.security_defaults = match dice.below(30) {
        0 => Part::Gap(Case::denied(PartKind::SecurityDefaults)),
        1 => Part::Gap(Gap::new(PartKind::SecurityDefaults, None, GapReason::NotInSource)),
        n => {
            let value = SecurityDefaults { is_enabled: n == 2, unknown: Unknown::new() };
            Part::Read { at, value }
        }
    };
    if dice.one_in(20) {
        let mut domains = case.snapshot.domains.value().unwrap().clone();
        domains.iter_mut().for_each(|one| one.authentication = AuthenticationType::Federated);
        case.snapshot.domains = Part::Read { at, value: domains };
        let federation = Federation {
            id: "f".into(),
            domain: "sound.onmicrosoft.com".into(),
            issuer: None,
            mfa: dice.pick(&[None, Some(FederatedMfa::EnforceMfaByFederatedIdp)]),
            unknown: Unknown::new(),
        };
        case.snapshot.federations = Part::Read { at, value: vec![federation] };
    }
}

fn methods(dice: &mut Dice) -> Vec<Method> {
    let mut methods = Vec::new();
    if !dice.one_in(6) {
        methods.push(password());
    }
    if !dice.one_in(3) {
        let mut key = passkey("key");
        if let Some(passkey) = &mut key.passkey {
            passkey.aaguid = dice.pick(&[Some(AAGUID), Some(AAGUID), Some(OTHER_AAGUID), None]);
        }
        methods.push(key);
    }
    let others = [
        MethodKind::MicrosoftAuthenticator,
        MethodKind::MicrosoftAuthenticator,
        MethodKind::PasswordlessAuthenticator,
        MethodKind::SoftwareOath,
        MethodKind::HardwareOath,
        MethodKind::Phone,
        MethodKind::X509Certificate,
        MethodKind::WindowsHello,
        MethodKind::External,
        MethodKind::Email,
        MethodKind::TemporaryAccessPass,
        MethodKind::Other("#microsoft.graph.crystalBallAuthenticationMethod".into()),
    ];
    if dice.one_in(2) {
        methods.extend(dice.some(&others, 3).into_iter().map(method));
    }
    methods
}

fn memberships(dice: &mut Dice, names: Names, groups: usize) -> Vec<Membership> {
    let membership = |number: usize| Membership {
        id: names.group(number).into(),
        kind: ObjectKind::Group,
        role_template: None,
        display_name: dice.pick(&[None, Some("a group")]).map(String::from),
        unknown: Unknown::new(),
    };
    (0..groups).map(membership).collect()
}

/// Which methods the tenant takes, and from whom.
fn configure(policy: &mut MethodsPolicy, dice: &mut Dice, names: Names) {
    if dice.one_in(6) {
        policy.migration_state = Some("migrationInProgress".into());
    }
    let fido2 = &mut policy.configurations[0];
    if dice.one_in(8) {
        fido2.state = dice.pick(&[Feature::Disabled, Feature::Default]);
    }
    if dice.one_in(8) {
        fido2.exclude = vec![method_target(dice, names)];
    }
    if let (Some(settings), true) = (&mut fido2.fido2, dice.one_in(4)) {
        settings.key_restrictions = Some(KeyRestrictions {
            is_enforced: dice.pick(&[Some(true), Some(true), Some(false), None]),
            enforcement: dice.pick(&[Some(Enforcement::Allow), Some(Enforcement::Block), None]),
            aaguids: vec![dice.pick(&[AAGUID, OTHER_AAGUID]).to_string()],
            unknown: Unknown::new(),
        });
    }
    for id in ["microsoftAuthenticator", "sms", "voice", "softwareOath", "x509Certificate"] {
        let mut unknown = Unknown::new();
        if id == "x509Certificate" {
            let mode = dice.pick(&["x509CertificateMultiFactor", "x509CertificateSingleFactor"]);
            let modes = json!({"x509CertificateAuthenticationDefaultMode": mode});
            unknown.insert("authenticationModeConfiguration".into(), modes);
        }
        policy.configurations.push(MethodConfiguration {
            id: id.into(),
            odata_type: None,
            state: dice.pick(&[Feature::Enabled, Feature::Enabled, Feature::Disabled]),
            include: vec![method_target(dice, names)],
            exclude: if dice.one_in(10) { vec![method_target(dice, names)] } else { Vec::new() },
            fido2: None,
            unknown,
        });
    }
}

/// The strengths of the tenant: one that takes some models of key, and others.
pub(crate) fn strengths(dice: &mut Dice, names: Names) -> Vec<Strength> {
    (0..STRENGTHS).map(|number| strength(dice, &names.strength(number))).collect()
}

/// A strength that says what it takes.
pub(crate) fn strength(dice: &mut Dice, id: &str) -> Strength {
    let combinations = [
        vec![MethodMode::Fido2],
        vec![MethodMode::X509CertificateMultiFactor],
        vec![MethodMode::DeviceBasedPush],
        vec![MethodMode::Password],
        vec![MethodMode::Password, MethodMode::MicrosoftAuthenticatorPush],
        vec![MethodMode::Password, MethodMode::Sms],
        vec![MethodMode::TemporaryAccessPassOneTime],
        vec![MethodMode::FederatedMultiFactor],
        vec![MethodMode::Other("crystalBall".into())],
    ];
    let mut configurations = Vec::new();
    if dice.one_in(2) {
        let mut unknown = Unknown::new();
        if dice.one_in(6) {
            unknown.insert("phase".into(), json!("of the moon"));
        }
        configurations.push(CombinationConfiguration {
            id: None,
            odata_type: Some("#microsoft.graph.fido2CombinationConfiguration".into()),
            applies_to: vec![vec![MethodMode::Fido2]],
            allowed_aaguids: vec![dice.pick(&[AAGUID, OTHER_AAGUID]).to_string()],
            unknown,
        });
    }
    Strength {
        id: id.into(),
        display_name: None,
        kind: Some(StrengthKind::Custom),
        requirements_satisfied: None,
        allowed_combinations: Some(dice.some(&combinations, 4)),
        configurations,
        unknown: Unknown::new(),
    }
}

/// A strength as a policy names it: by id, of something or of nothing, or in full.
pub(crate) fn named_strength(dice: &mut Dice, names: Names) -> Strength {
    let ids = [
        "00000000-0000-0000-0000-000000000002".to_owned(),
        "00000000-0000-0000-0000-000000000003".to_owned(),
        PHISHING_RESISTANT.to_owned(),
        names.strength(0),
        names.strength(1),
        names.strength(2),
        names.strength(STRENGTHS),
    ];
    let id = dice.pick(&ids);
    match dice.one_in(4) {
        true => strength(dice, &names.strength(STRENGTHS + 1)),
        false => Strength {
            id: id.as_str().into(),
            display_name: None,
            kind: None,
            requirements_satisfied: None,
            allowed_combinations: None,
            configurations: Vec::new(),
            unknown: Unknown::new(),
        },
    }
}

/// The role that accounts of random sets may hold, and one that they do not.
pub(crate) fn role(dice: &mut Dice) -> RoleRef {
    use halligan_core::check::sample::CA_ADMINISTRATOR;
    match dice.one_in(20) {
        true => RoleRef::Other("<Administrators>".into()),
        false => RoleRef::Id(dice.pick(&[GLOBAL_ADMINISTRATOR, CA_ADMINISTRATOR])),
    }
}
