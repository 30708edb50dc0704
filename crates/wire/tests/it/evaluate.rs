//! What If's questions and answers: against the published schema, the documented samples, and
//! themselves.

use std::fs;
use std::net::IpAddr;

use halligan_core::ca::{
    Attribute, AttributeKind, AttributeValue, Client, Device, Flow, InsiderLevel, Network,
    OsPlatform, Registered, Risk, SignIn, Target, TrustType,
};
use halligan_core::id::{AppId, PolicyId, UserId};
use halligan_wire::evaluate::{Conditions, Context, NotAskable, Question, Unsaid, WhatIf, unsaid};
use halligan_wire::{Entity, read, read_page};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::shared;

const PATH: &str = "/paths/~1identity~1conditionalAccess~1evaluate/post";
const USER: UserId = UserId::from_u128(0x15dc174b_f34c_4588_ac45_61d6e05dce93);

fn sign_in() -> SignIn {
    SignIn {
        target: Target::Resource(AppId::from_u128(0xa1)),
        client: Client::Browser,
        platform: OsPlatform::Windows,
        network: Network {
            address: "203.0.113.7".parse().unwrap(),
            country: Some("US".parse().unwrap()),
            gps: None,
            is_compliant: false,
            is_mfa_trusted: false,
        },
        device: Device::Unregistered,
        sign_in_risk: Risk::None,
        user_risk: Risk::None,
        insider_risk: InsiderLevel::None,
        flow: Flow::None,
    }
}

/// Every sign-in that a question can say whole.
fn sayable() -> impl Strategy<Value = SignIn> {
    let target = prop_oneof![
        any::<u128>().prop_map(|id| Target::Resource(AppId::from_u128(id))),
        select(vec!["urn:user:registersecurityinfo", "urn:user:registerdevice"])
            .prop_map(|action| Target::UserAction(action.into())),
        (1..100u8).prop_map(|number| Target::AuthenticationContext(format!("c{number}"))),
    ];
    let known = OsPlatform::ALL.iter().copied().filter(|one| *one != OsPlatform::Unknown);
    let place = ("[A-Z]{2}", any::<IpAddr>());
    let risks = (select(Risk::ALL), select(Risk::ALL), select(InsiderLevel::ALL));
    let kind = (select(Client::ALL), select(known.collect::<Vec<_>>()), select(Flow::ALL));
    (target, kind, place, risks, device()).prop_map(|(target, kind, place, risks, device)| SignIn {
        target,
        client: kind.0,
        platform: kind.1,
        network: Network {
            address: place.1,
            country: Some(place.0.parse().unwrap()),
            ..sign_in().network
        },
        device,
        sign_in_risk: risks.0,
        user_risk: risks.1,
        insider_risk: risks.2,
        flow: kind.2,
    })
}

fn device() -> impl Strategy<Value = Device> {
    let some = proptest::sample::subsequence(Attribute::ALL, 0..=Attribute::ALL.len());
    (some, "[a-zA-Z0-9 ]{1,9}", any::<bool>()).prop_map(|(attributes, text, flag)| {
        let mut registered = Registered::new();
        for attribute in &attributes {
            let value = match attribute.kind() {
                AttributeKind::Text => AttributeValue::Text(text.clone()),
                AttributeKind::Flag => AttributeValue::Flag(flag),
                AttributeKind::List => AttributeValue::List(vec![text.clone(), "b".into()]),
            };
            registered = registered.with(*attribute, value).unwrap();
        }
        let is_bare = attributes.is_empty();
        if is_bare { Device::Unregistered } else { Device::Registered(registered) }
    })
}

fn written(sign_in: &SignIn) -> Value {
    Value::Object(Question::of(USER, sign_in).unwrap().write())
}

fn asked(body: &Value) -> Result<Question, String> {
    read(body.to_string().as_bytes()).map_err(|error| error.to_string())
}

/// The published schema of request or answer, strict.
fn validator(place: &str) -> Option<jsonschema::Validator> {
    let file = shared::folder("graph-openapi")?.join("graph-v1.0.subset.json");
    let whole: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let schema = whole.pointer(&format!("{PATH}{place}/content/application~1json/schema"));
    let schema = json!({"allOf": [schema.unwrap()], "components": whole["components"]});
    Some(jsonschema::validator_for(&schema).unwrap())
}

fn check(validator: &jsonschema::Validator, body: &Value) {
    let errors: Vec<_> = validator
        .iter_errors(body)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{}\n{body:#}", errors.join("\n"));
}

proptest! {
    #[test]
    fn what_is_asked_is_what_is_read(sign_in in sayable()) {
        let question = Question::of(USER, &sign_in).unwrap();
        let back = asked(&written(&sign_in)).unwrap();
        prop_assert_eq!(&back, &question);
        prop_assert_eq!(back.conditions.sign_in(sign_in.target.clone()), sign_in.clone());
        prop_assert_eq!(unsaid(&sign_in), []);
    }
}

#[test]
fn every_value_is_written_as_the_schema_says() {
    let Some(validator) = validator("/requestBody") else { return };
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    runner
        .run(&sayable(), |sign_in| {
            check(&validator, &written(&sign_in));
            Ok(())
        })
        .unwrap();
    // What is left out or has no word.
    let bare = Question {
        user: USER,
        context: Context::Named("Office365".into()),
        conditions: Conditions::default(),
        applied_only: true,
    };
    check(&validator, &Value::Object(bare.write()));
    assert_eq!(asked(&Value::Object(bare.write())), Ok(bare));
    let mut odd = sign_in();
    odd.platform = OsPlatform::Unknown;
    odd.network.country = None;
    check(&validator, &written(&odd));
    assert_eq!(written(&odd)["signInConditions"]["devicePlatform"], "all");
    // The validator refuses something, at least.
    let mut wrong = written(&odd);
    wrong["signInConditions"]["devicePlatform"] = "beos".into();
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn a_question_in_full() {
    let mut sign_in = sign_in();
    let registered = Registered::new()
        .with_compliance(true)
        .with_trust(TrustType::ServerAd)
        .with(Attribute::DeviceOwnership, AttributeValue::Text("Company".into()));
    sign_in.device = Device::Registered(registered.unwrap());
    sign_in.flow = Flow::DeviceCode;
    sign_in.target = Target::UserAction("urn:user:RegisterSecurityInfo".into());
    let expected = json!({
        "signInIdentity": {
            "@odata.type": "#microsoft.graph.userSignIn",
            "userId": "15dc174b-f34c-4588-ac45-61d6e05dce93",
        },
        "signInContext": {
            "@odata.type": "#microsoft.graph.userActionContext",
            "userAction": "registerSecurityInformation",
        },
        "signInConditions": {
            "clientAppType": "browser",
            "devicePlatform": "windows",
            "ipAddress": "203.0.113.7",
            "country": "US",
            "deviceInfo": {"isCompliant": true, "trustType": "ServerAD", "ownership": "Company"},
            "signInRiskLevel": "none",
            "userRiskLevel": "none",
            "insiderRiskLevel": "none",
            "authenticationFlow": {"transferMethod": "deviceCodeFlow"},
        },
        "appliedPoliciesOnly": false,
    });
    assert_eq!(written(&sign_in), expected);
}

#[test]
fn what_cannot_be_said_is_listed() {
    let mut sign_in = sign_in();
    assert_eq!(unsaid(&sign_in), []);
    sign_in.network = Network {
        country: None,
        gps: Some("DE".parse().unwrap()),
        is_compliant: true,
        is_mfa_trusted: true,
        ..sign_in.network
    };
    sign_in.platform = OsPlatform::Unknown;
    let all = [
        Unsaid::Position,
        Unsaid::MfaTrusted,
        Unsaid::CompliantNetwork,
        Unsaid::NoCountry,
        Unsaid::UnknownPlatform,
    ];
    assert_eq!(unsaid(&sign_in), all);
    // What is said of it all the same is a sign-in without these.
    let said = Question::of(USER, &sign_in).unwrap().conditions.sign_in(sign_in.target.clone());
    assert_eq!((said.network.gps, said.network.is_compliant), (None, false));
    assert!(!said.network.is_mfa_trusted);
    sign_in.target = Target::UserAction("urn:user:unheardof".into());
    let refused = Question::of(USER, &sign_in).unwrap_err();
    assert_eq!(refused, NotAskable::UserAction("urn:user:unheardof".into()));
    assert_eq!(refused.to_string(), "What If knows no user action `urn:user:unheardof`");
}

#[test]
fn the_documented_samples_are_read() {
    let Some(folder) = shared::folder("graph-samples") else { return };
    let load = |name: &str| {
        let file = format!("what-if/conditionalaccessroot-evaluate.v1.0.{name}.json");
        fs::read(folder.join(file)).unwrap()
    };
    let first: Question = read(&load("1.request")).unwrap();
    assert_eq!((first.user, first.applied_only), (USER, true));
    let sharepoint = AppId::from_u128(0x00000003_0000_0ff1_ce00_000000000000);
    assert_eq!(first.context, Context::Target(Target::Resource(sharepoint)));
    let conditions = &first.conditions;
    assert_eq!(conditions.platform, Some(OsPlatform::Android));
    assert_eq!(conditions.insider_risk, Some(InsiderLevel::Elevated));
    assert_eq!(conditions.flow, Some(Flow::DeviceCode));
    let compliant = Device::Registered(Registered::new().with_compliance(true));
    assert_eq!(conditions.device, Some(compliant));
    let second: Question = read(&load("2.request")).unwrap();
    let context = Target::AuthenticationContext("c37".into());
    assert_eq!(second.context, Context::Target(context));
    // Written again, the samples say the same.
    for (sample, question) in [("1.request", &first), ("2.request", &second)] {
        let sample: Value = serde_json::from_slice(&load(sample)).unwrap();
        assert_eq!(Value::Object(question.write()), sample);
    }
    let answers = read_page::<WhatIf>(&load("1.response")).unwrap().items;
    let ids: Vec<&str> = answers.iter().map(|one| one.policy.as_str()).collect();
    let expected = ["df9e6f15-2b60-4e78-b990-b2da33a10886", "37d51c45-8c60-4f82-98e0-6e1451cecf7c"];
    assert_eq!(ids, expected);
    assert!(answers.iter().all(|one| one.applies && one.reasons.is_empty()));
}

#[test]
fn answers_keep_reasons_that_nobody_knows_yet() {
    let answer = |applies: bool, reasons: &[&str]| WhatIf {
        policy: PolicyId::from("a"),
        applies,
        reasons: reasons.iter().map(|&reason| reason.into()).collect(),
    };
    for (text, expected) in [
        (r#"{"id":"a","policyApplies":true,"analysisReasons":"notSet"}"#, answer(true, &[])),
        (r#"{"id":"a","policyApplies":true}"#, answer(true, &[])),
        (
            r#"{"id":"a","PolicyApplies":false,"analysisReasons":"users, moonPhase","x":[{}]}"#,
            answer(false, &["users", "moonPhase"]),
        ),
    ] {
        let read_one: WhatIf = read(text.as_bytes()).unwrap();
        assert_eq!(read_one, expected);
        let again = Value::Object(expected.write()).to_string();
        assert_eq!(read::<WhatIf>(again.as_bytes()), Ok(expected));
    }
    let error = read::<WhatIf>(br#"{"id":"a","analysisReasons":"users"}"#).unwrap_err();
    assert_eq!(error.to_string(), "policyApplies: is missing");
    let Some(validator) = validator("/responses/200") else { return };
    let body = Value::Object(answer(false, &["users", "location"]).write());
    check(&validator, &json!({"value": [body, answer(true, &[]).write()]}));
}

#[test]
fn a_request_that_is_wrong_is_named_by_its_member() {
    let with = |pointer: &str, value: Value| {
        let mut body = written(&sign_in());
        let (outer, name) = pointer.rsplit_once('/').unwrap();
        body.pointer_mut(outer).unwrap()[name] = value;
        asked(&body).unwrap_err()
    };
    let service = json!({
        "@odata.type": "#microsoft.graph.servicePrincipalSignIn",
        "servicePrincipalId": "x",
    });
    let many = json!([AppId::from_u128(1).to_string(), AppId::from_u128(2).to_string()]);
    for (pointer, value, expected) in [
        ("/signInIdentity", Value::Null, "signInIdentity: is missing"),
        ("/signInContext", Value::Null, "signInContext: is missing"),
        ("/signInConditions", Value::Null, "signInConditions: is missing"),
        (
            "/signInIdentity",
            service,
            "signInIdentity.@odata.type: `#microsoft.graph.servicePrincipalSignIn` is not asked \
             about, only `#microsoft.graph.userSignIn` is",
        ),
        ("/signInIdentity/userId", "me".into(), "signInIdentity.userId: `me` is not a GUID"),
        (
            "/signInContext/includeApplications",
            many,
            "signInContext.includeApplications: expected one application",
        ),
        (
            "/signInConditions/country",
            "Atlantis".into(),
            "signInConditions.country: `Atlantis` is no value of it",
        ),
        (
            "/signInConditions/signInRiskLevel",
            "all".into(),
            "signInConditions.signInRiskLevel: `all` is no value of it",
        ),
        (
            "/signInConditions/deviceInfo",
            json!({"isCompliant": "perhaps"}),
            "signInConditions.deviceInfo.isCompliant: expected true or false, found the string \
             `perhaps`",
        ),
        ("/signInConditions/moon", 1.into(), "signInConditions.moon: is not known here"),
        ("/moon", 1.into(), "moon: is not known here"),
    ] {
        assert_eq!(with(pointer, value), expected);
    }
}
