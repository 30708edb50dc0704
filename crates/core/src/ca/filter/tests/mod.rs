//! Rules against what the documentation says, and what no rule is.
#![allow(clippy::unwrap_used, reason = "tests")]

mod classes;
mod property;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::super::device::{Attribute, AttributeValue, Device, Registered, TrustType};
use super::{Operator, RULE_CHARACTERS_MAX, RULE_DEPTH_MAX, Rule, RuleError};

fn rule(text: &str) -> Rule {
    Rule::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::Text(text.into())
}

fn list(members: &[&str]) -> AttributeValue {
    AttributeValue::List(members.iter().map(|member| String::from(*member)).collect())
}

fn registered(values: &[(Attribute, AttributeValue)]) -> Device {
    let device = values.iter().fold(Registered::new(), |device, (attribute, value)| {
        device.with(*attribute, value.clone()).unwrap()
    });
    Device::Registered(device)
}

/// A comparison that the documentation allows, with a value of the right kind.
fn sample(attribute: Attribute, operator: Operator) -> String {
    let value = match (attribute, operator) {
        (Attribute::IsCompliant, _) => "True",
        (_, Operator::In | Operator::NotIn) => "[\"a\", \"b\"]",
        _ => "\"a\"",
    };
    format!("device.{attribute} {operator} {value}")
}

/// The documented table of operators: everything else is refused.
#[test]
fn operators_by_attribute() {
    let table = [
        ("deviceId", "-eq -ne -in -notIn"),
        ("deviceOwnership", "-eq -ne"),
        ("isCompliant", "-eq -ne"),
        ("mdmAppId", "-eq -ne -in -notIn"),
        ("physicalIds", "-contains -notContains"),
        ("profileType", "-eq -ne"),
        ("systemLabels", "-contains -notContains"),
        ("trustType", "-eq -ne"),
    ];
    let all = "-eq -ne -startsWith -notStartsWith -endsWith -notEndsWith -contains -notContains \
               -in -notIn";
    for attribute in Attribute::ALL {
        let row = table.iter().find(|(name, _)| *name == attribute.as_graph());
        let supported = row.map_or(all, |(_, operators)| operators);
        for operator in Operator::ALL {
            let read = Rule::parse(&sample(*attribute, *operator));
            if supported.split(' ').any(|one| one == operator.as_graph()) {
                assert!(read.is_ok(), "{attribute} {operator}: {read:?}");
            } else {
                let at = format!("device.{attribute} ").len() + 1;
                let expected =
                    RuleError::Unsupported { at, attribute: *attribute, operator: *operator };
                assert_eq!(read, Err(expected));
            }
        }
    }
}

/// `devicefilter-1` and `devicefilter-2`: on an unregistered device positive operators do not
/// apply and negative ones do, whatever the attribute.
#[test]
fn unregistered_devices() {
    let negative = ["-ne", "-notStartsWith", "-notEndsWith", "-notContains", "-notIn"];
    for attribute in Attribute::ALL {
        for operator in Operator::ALL.iter().filter(|one| one.applies_to(*attribute)) {
            let rule = rule(&sample(*attribute, *operator));
            let applies = negative.contains(&operator.as_graph());
            assert_eq!(rule.matches(&Device::Unregistered), applies, "{rule}");
            assert_eq!(rule.matches(&registered(&[])), applies, "null: {rule}");
        }
    }
}

/// `devicefilter-3`: extension attributes have a value only on devices that are managed by Intune,
/// compliant or hybrid joined.
#[test]
fn extension_attributes() {
    let tagged = Registered::new().with(Attribute::ExtensionAttribute7, text("SAW")).unwrap();
    let is = rule("device.extensionAttribute7 -eq \"saw\"");
    let is_not = rule("device.extensionAttribute7 -ne \"SAW\"");
    for (device, seen) in [
        (tagged.clone(), false),
        (tagged.clone().with_trust(TrustType::AzureAd).with_compliance(false), false),
        (tagged.clone().with_compliance(true), true),
        (tagged.with_trust(TrustType::ServerAd), true),
    ] {
        let device = Device::Registered(device);
        assert_eq!(is.matches(&device), seen, "{device:?}");
        assert_eq!(is_not.matches(&device), !seen, "{device:?}");
    }
}

/// The examples of the documentation, each on a device that it holds for and one that it does not.
#[test]
fn documented_examples() {
    use Attribute as A;
    let cases = [
        ("(device.displayName -contains \"ABC\")", A::DisplayName, text("xabcx"), text("ab")),
        (
            "(device.deviceOwnership -eq \"Company\")",
            A::DeviceOwnership,
            text("company"),
            text("P"),
        ),
        ("(device.isCompliant -eq \"True\")", A::IsCompliant, true.into(), false.into()),
        (
            "(device.manufacturer -startsWith \"Microsoft\")",
            A::Manufacturer,
            text("Microsoft Corporation"),
            text("not Microsoft"),
        ),
        (
            "(device.mdmAppId -in [\"00001111-aaaa-2222-bbbb-3333cccc4444\"])",
            A::MdmAppId,
            text("00001111-AAAA-2222-BBBB-3333CCCC4444"),
            text("00001111-aaaa"),
        ),
        ("(device.model -notContains \"Surface\")", A::Model, text("X1"), text("My SURFACE")),
        (
            "(device.operatingSystemVersion -in [\"10.0.18363\", \"10.0.19041\"])",
            A::OperatingSystemVersion,
            text("10.0.19041"),
            text("10.0.1904"),
        ),
        (
            "(device.physicalIds -contains \"[ZTDId]:value\")",
            A::PhysicalIds,
            list(&["[OrderId]:1", "[ztdid]:VALUE"]),
            list(&["[ZTDId]:value2", "[ZTDId]"]),
        ),
        (
            "(device.systemLabels -notContains \"M365Managed\")",
            A::SystemLabels,
            list(&["M365", "MultiUser"]),
            list(&["MultiUser", "M365Managed"]),
        ),
        ("(device.deviceid -eq \"aaaaaaaa-0000\")", A::DeviceId, text("aaaaaaaa-0000"), text("b")),
        ("device.model -endsWith\"pro\"", A::Model, text("Surface Pro"), text("Pro 7")),
        ("device.model -notEndsWith \"pro\"", A::Model, text("Pro 7"), text("Surface Pro")),
        ("device.model -notStartsWith \"pro\"", A::Model, text("Surface Pro"), text("Pro 7")),
        ("device.model -notIn [\"a\"]", A::Model, text("b"), text("A")),
    ];
    for (written, attribute, good, bad) in cases {
        let rule = rule(written);
        assert!(rule.matches(&registered(&[(attribute, good)])), "{written}");
        assert!(!rule.matches(&registered(&[(attribute, bad)])), "{written}");
        assert_eq!(rule.attributes().into_iter().collect::<Vec<_>>(), [attribute]);
    }
}

/// Rules of published policy sets, on: an unregistered device, a hybrid joined one, a compliant
/// personal one, a compliant one of the company, and one that is only registered.
#[test]
fn published_rules() {
    let ownership = |owner: &str| (Attribute::DeviceOwnership, text(owner));
    let trust = |trust: &str| (Attribute::TrustType, text(trust));
    let compliant = (Attribute::IsCompliant, AttributeValue::Flag(true));
    let devices = [
        Device::Unregistered,
        registered(&[trust("ServerAD")]),
        registered(&[trust("Workplace"), compliant.clone(), ownership("Personal")]),
        registered(&[trust("AzureAD"), compliant, ownership("Company")]),
        registered(&[trust("AzureAD"), (Attribute::IsCompliant, AttributeValue::Flag(false))]),
    ];
    let (yes, no) = (true, false);
    for (written, expected) in [
        (
            "device.isCompliant -eq True -or device.trustType -eq \"ServerAD\"",
            [no, yes, yes, yes, no],
        ),
        (
            "device.isCompliant -eq True -and device.deviceOwnership -eq \"Company\"",
            [no, no, no, yes, no],
        ),
        ("device.trustType -eq \"ServerAD\"", [no, yes, no, no, no]),
        (
            "device.trustType -ne \"ServerAD\" -or device.isCompliant -ne True",
            [yes, yes, yes, yes, yes],
        ),
        (
            "device.isCompliant -ne True -and device.trustType -ne \"ServerAD\"",
            [yes, no, no, no, yes],
        ),
        (
            "device.trustType -ne 'AzureAD' -and device.trustType -ne 'ServerAD' -and \
             device.trustType -ne 'Workplace'",
            [yes, no, no, no, no],
        ),
    ] {
        let rule = rule(written);
        assert_eq!(devices.each_ref().map(|device| rule.matches(device)), expected, "{written}");
    }
}

#[test]
fn precedence() {
    // Each attribute is a variable that is true where the model is as long as its number says.
    let variable = |name: char| format!("device.model -contains \"{name}\"");
    let spelled = |formula: &str| -> String {
        let word = |word: &str| match word {
            "and" | "or" | "not" => format!("-{word} "),
            "AND" | "Or" | "NOT" => format!("-{word} "),
            "(" | ")" => format!("{word} "),
            name => format!("{} ", variable(name.chars().next().unwrap())),
        };
        formula.split(' ').map(word).collect()
    };
    type Meaning = fn(bool, bool, bool) -> bool;
    let cases: [(&str, Meaning); 8] = [
        ("a or b and c", |a, b, c| a || (b && c)),
        ("a and b or c", |a, b, c| (a && b) || c),
        ("not a and b", |a, b, _| !a && b),
        ("not a or b", |a, b, _| !a || b),
        ("not ( a or b ) and c", |a, b, c| !(a || b) && c),
        ("( a or b ) and c", |a, b, c| (a || b) && c),
        ("a AND NOT b Or not not c", |a, b, c| (a && !b) || c),
        ("a and ( b and c )", |a, b, c| a && b && c),
    ];
    for (formula, meaning) in cases {
        let rule = rule(&spelled(formula));
        for bits in 0..8_u8 {
            let [a, b, c] = [1, 2, 4].map(|bit| bits & bit > 0);
            let model: String = [(a, 'a'), (b, 'b'), (c, 'c')]
                .iter()
                .filter(|one| one.0)
                .map(|one| one.1)
                .collect();
            let device = registered(&[(Attribute::Model, text(&model))]);
            assert_eq!(rule.matches(&device), meaning(a, b, c), "{formula} of `{model}`");
        }
    }
}

#[test]
fn quotes() {
    for (written, meant) in [
        ("\"Scott's Device\"", "Scott's Device"),
        ("'Scott''s Device'", "Scott's Device"),
        ("\"`\"Sales`\"\"", "\"Sales\""),
        ("'`\"Sales`\"'", "\"Sales\""),
        ("''''", "'"),
        ("\"a\\b\"", "a\\b"),
        ("\"GRÖSSE\"", "grösse"),
    ] {
        let rule = rule(&format!("device.model -eq {written}"));
        assert!(rule.matches(&registered(&[(Attribute::Model, text(meant))])), "{written}");
        assert_eq!(Rule::parse(&rule.to_string()), Ok(rule));
    }
}

#[test]
fn printed_as_documented() {
    for (written, printed) in [
        ("( DEVICE.TRUSTTYPE\t-EQ 'ServerAD' )", "device.trustType -eq \"ServerAD\""),
        ("device.isCompliant -ne \"true\"", "device.isCompliant -ne True"),
        ("device.model -IN['a',\"b\"]", "device.model -in [\"a\", \"b\"]"),
        (
            "-not(device.model -eq 'a' -or (device.model -eq 'b' -and device.model -eq 'c'))",
            "-not (device.model -eq \"a\" -or device.model -eq \"b\" -and device.model -eq \"c\")",
        ),
        ("device.model -eq 'it''s `\"x`\"'", "device.model -eq 'it''s `\"x`\"'"),
    ] {
        assert_eq!(rule(written).to_string(), printed);
    }
}

#[test]
fn what_is_no_rule() {
    let unexpected =
        |at, found: &str, expected| RuleError::Unexpected { at, found: found.into(), expected };
    let attribute = "an attribute such as `device.trustType`";
    let wrong = |at, attribute, found: &str, expected| RuleError::WrongValue {
        at,
        attribute,
        found: found.into(),
        expected,
    };
    let escape = |at, found: &str| RuleError::Escape { at, found: found.into() };
    let unknown = |at, found: &str| RuleError::UnknownAttribute { at, found: found.into() };
    let operator = |at, found: &str| RuleError::UnknownOperator { at, found: found.into() };
    let end = "the end of the rule";
    let texts = "a text in quotes";
    let cases = [
        ("", unexpected(1, end, attribute)),
        ("  ", unexpected(3, end, attribute)),
        ("device.model", unexpected(13, end, "an operator such as `-eq`")),
        ("device.model eq \"a\"", unexpected(14, "`eq`", "an operator such as `-eq`")),
        ("device.model == \"a\"", RuleError::Character { at: 14, found: '=' }),
        ("device.model –eq \"a\"", RuleError::Character { at: 14, found: '–' }),
        ("device.model -eq “a”", RuleError::Character { at: 18, found: '“' }),
        ("device.model - eq \"a\"", RuleError::Character { at: 14, found: '-' }),
        ("device.model -eq", wrong(17, Attribute::Model, end, texts)),
        ("device.model -eq True", wrong(18, Attribute::Model, "`True`", texts)),
        ("device.model -eq [\"a\"]", wrong(18, Attribute::Model, "`[`", texts)),
        (
            "device.model -in \"a\"",
            wrong(18, Attribute::Model, "the text `a`", "a list of texts in brackets"),
        ),
        ("device.model -in []", unexpected(19, "`]`", texts)),
        ("device.model -in [\"a\",]", unexpected(23, "`]`", texts)),
        ("device.model -in [\"a\" \"b\"]", unexpected(23, "the text `b`", "`,` or `]`")),
        (
            "device.isCompliant -eq \"yes\"",
            wrong(24, Attribute::IsCompliant, "the text `yes`", "True or False"),
        ),
        (
            "device.isCompliant -eq [\"True\"]",
            wrong(24, Attribute::IsCompliant, "`[`", "True or False"),
        ),
        ("device.model -ne $null", RuleError::Null { at: 18, attribute: Attribute::Model }),
        ("device.model -eq NULL", RuleError::Null { at: 18, attribute: Attribute::Model }),
        ("device.model -eq \"\"", RuleError::EmptyText { at: 18 }),
        ("device.model -eq \"a", RuleError::Unclosed { at: 18 }),
        ("device.model -eq \"a\\\"", escape(20, "\\\"")),
        ("device.model -eq \"a\\\\b\"", escape(20, "\\\\")),
        ("device.model -eq \"it''s\"", escape(21, "''")),
        ("device.model -eq 'a\"b'", escape(20, "\"")),
        ("device.model -eq \"a`b\"", escape(20, "`b")),
        (
            "device.model -eq \"a\"\"b\"",
            unexpected(21, "the text `b`", "-and, -or or the end of the rule"),
        ),
        ("device.extensionAttribute16 -eq \"a\"", unknown(1, "device.extensionAttribute16")),
        ("user.model -eq \"a\"", unknown(1, "user.model")),
        ("trustType -eq \"a\"", unknown(1, "trustType")),
        ("device.model -match \"a\"", operator(14, "-match")),
        ("device.physicalIds -any (_ -eq \"a\")", operator(20, "-any")),
        ("-and", unexpected(1, "`-and`", attribute)),
        ("device.model -eq \"ä\" -or", unexpected(25, end, attribute)),
        ("(device.model -eq \"a\"", unexpected(22, end, "-and, -or or `)`")),
        ("device.model -eq \"a\")", unexpected(21, "`)`", "-and, -or or the end of the rule")),
        ("()", unexpected(2, "`)`", attribute)),
    ];
    for (written, expected) in cases {
        assert_eq!(Rule::parse(written), Err(expected), "{written}");
    }
}

#[test]
fn limits() {
    let frame = "device.model -eq \"\"".len();
    let fits = format!("device.model -eq \"{}\"", "ä".repeat(RULE_CHARACTERS_MAX - frame));
    assert!(Rule::parse(&fits).is_ok());
    let characters = RULE_CHARACTERS_MAX + 1;
    assert_eq!(Rule::parse(&format!("{fits} ")), Err(RuleError::TooLong { characters }));

    let nested =
        |depth: usize| format!("{}device.model -eq \"a\"{}", "(".repeat(depth), ")".repeat(depth));
    assert!(Rule::parse(&nested(RULE_DEPTH_MAX)).is_ok());
    let at = RULE_DEPTH_MAX + 1;
    assert_eq!(Rule::parse(&nested(at)), Err(RuleError::TooDeep { at }));
    // What is closed again does not count.
    let beside = nested(RULE_DEPTH_MAX);
    assert!(Rule::parse(&format!("{beside} -and -not {}", nested(RULE_DEPTH_MAX - 1))).is_ok());
}

#[test]
fn errors_in_words() {
    for (written, words) in [
        ("device.model -match \"a\"", "character 14: `-match` is no operator of device filters"),
        ("device.color -eq \"a\"", "character 1: `device.color` is no attribute of device filters"),
        (
            "device.trustType -in [\"ServerAD\"]",
            "character 18: `device.trustType` does not support `-in`",
        ),
        (
            "device.isCompliant -eq 1",
            "character 24: `device.isCompliant` is compared with True or False, found `1`",
        ),
        (
            "device.model -eq null",
            "character 18: comparing `device.model` with null has no documented meaning",
        ),
        (
            "(",
            "character 2: expected an attribute such as `device.trustType`, found the end of the \
             rule",
        ),
    ] {
        assert_eq!(Rule::parse(written).unwrap_err().to_string(), words);
    }
}

impl From<bool> for AttributeValue {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}
