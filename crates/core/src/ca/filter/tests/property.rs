//! Random texts, rules and devices.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use proptest::collection::vec as many;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::super::super::device::{
    Attribute, AttributeKind, AttributeValue, Device, INTUNE_APP_ID, Registered, TrustType,
};
use super::super::{
    Comparison, Expression, Literal, Operand, Operator, Rule, RuleError, device_classes,
};

/// Pieces of rules, whole and broken.
const PIECES: [&str; 26] = [
    "device.model",
    "device.isCompliant",
    "device.physicalIds",
    "device.",
    "user.x",
    "-eq",
    "-IN",
    "-contains",
    "-and",
    "-or",
    "-not",
    "(",
    ")",
    "[",
    "]",
    ",",
    "\"a\"",
    "'b'",
    "\"",
    "'",
    "`",
    "\\",
    "True",
    "null",
    "ä",
    "-",
];

/// Attributes of every kind; few, so that rules and devices meet.
const ATTRIBUTES: [Attribute; 7] = [
    Attribute::IsCompliant,
    Attribute::TrustType,
    Attribute::MdmAppId,
    Attribute::Model,
    Attribute::SystemLabels,
    Attribute::ExtensionAttribute1,
    Attribute::DeviceOwnership,
];

/// Texts that overlap each other in many ways.
const SMALL: &str = "[aAbB -]{1,3}";

fn comparison(
    attributes: &'static [Attribute],
    texts: &'static str,
) -> impl Strategy<Value = Expression> {
    select(attributes).prop_flat_map(move |attribute| {
        let operators: Vec<Operator> =
            Operator::ALL.iter().copied().filter(|one| one.applies_to(attribute)).collect();
        let literals = match attribute {
            Attribute::TrustType => select(TrustType::ALL).prop_map(|one| one.to_string()).boxed(),
            Attribute::MdmAppId => prop_oneof![Just(INTUNE_APP_ID.to_string()), texts].boxed(),
            _ => texts.boxed(),
        };
        (select(operators), many(literals, 1..3), any::<bool>()).prop_map(
            move |(operator, texts, flag)| {
                let mut literals: Vec<Literal> = texts.into_iter().map(Literal::new).collect();
                let operand = match operator {
                    _ if attribute.kind() == AttributeKind::Flag => Operand::Flag(flag),
                    Operator::In | Operator::NotIn => Operand::List(literals),
                    _ => Operand::Text(literals.remove(0)),
                };
                Expression::Comparison(Comparison { attribute, operator, operand })
            },
        )
    })
}

fn rule(
    attributes: &'static [Attribute],
    texts: &'static str,
    size: u32,
) -> impl Strategy<Value = Rule> {
    comparison(attributes, texts)
        .prop_recursive(4, size, 3, |part| {
            prop_oneof![
                part.clone().prop_map(|part| Expression::Not(Box::new(part))),
                many(part.clone(), 2..4).prop_map(Expression::And),
                many(part, 2..4).prop_map(Expression::Or),
            ]
        })
        .prop_map(|expression| Rule { expression })
}

/// A registered device; its trust type is one of the documented ones.
fn device() -> impl Strategy<Value = Registered> {
    let value = |attribute: &Attribute| match attribute.kind() {
        AttributeKind::Flag => any::<bool>().prop_map(AttributeValue::Flag).boxed(),
        AttributeKind::List => many(SMALL, 0..3).prop_map(AttributeValue::List).boxed(),
        AttributeKind::Text => match attribute {
            Attribute::MdmAppId => prop_oneof![Just(INTUNE_APP_ID.to_string()), SMALL].boxed(),
            _ => "[aAbB x-]{0,6}".boxed(),
        }
        .prop_map(AttributeValue::Text)
        .boxed(),
    };
    let values: Vec<BoxedStrategy<AttributeValue>> = ATTRIBUTES.iter().map(value).collect();
    let set = subsequence(ATTRIBUTES.to_vec(), 0..=ATTRIBUTES.len());
    (set, values, select(TrustType::ALL)).prop_map(|(set, values, trust)| {
        ATTRIBUTES
            .iter()
            .zip(values)
            .filter(|(attribute, _)| set.contains(attribute))
            .fold(Registered::new(), |device, (attribute, value)| device.put(*attribute, value))
            .with_trust(trust)
    })
}

fn signature(rules: &[&Rule], device: &Device) -> (Vec<bool>, bool, bool) {
    let matches = rules.iter().map(|rule| rule.matches(device)).collect();
    (matches, device.is_compliant(), device.is_hybrid_joined())
}

/// Where an error points to.
fn place(error: &RuleError) -> usize {
    match error {
        RuleError::TooLong { .. } => 1,
        RuleError::TooDeep { at }
        | RuleError::Character { at, .. }
        | RuleError::Unclosed { at }
        | RuleError::Escape { at, .. }
        | RuleError::EmptyText { at }
        | RuleError::Unexpected { at, .. }
        | RuleError::UnknownAttribute { at, .. }
        | RuleError::UnknownOperator { at, .. }
        | RuleError::Unsupported { at, .. }
        | RuleError::WrongValue { at, .. }
        | RuleError::Null { at, .. } => *at,
    }
}

/// Reads any text: what is refused is refused at a place in it, what is read survives printing.
fn read(text: &str) -> Result<(), TestCaseError> {
    match Rule::parse(text) {
        Err(error) => {
            prop_assert!((1..=text.chars().count() + 1).contains(&place(&error)), "{}", error);
            prop_assert!(!error.to_string().is_empty());
        }
        Ok(rule) => prop_assert_eq!(Rule::parse(&rule.to_string()), Ok(rule)),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 512,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        read(&text)?;
    }

    #[test]
    fn any_words_are_read_or_refused(words in many(select(PIECES.to_vec()), 0..24), space in " ?") {
        read(&words.join(&space))?;
    }

    #[test]
    fn a_printed_rule_reads_as_itself(
        rule in rule(Attribute::ALL, "[a-zA-Z'\" äÖ-]{1,6}", 12),
    ) {
        let printed = rule.to_string();
        prop_assert_eq!(Rule::parse(&printed), Ok(rule), "{}", printed);
    }

    #[test]
    fn no_value_of_an_attribute_is_missed(
        rules in many(comparison(&[Attribute::Model], "[ab-]{1,3}"), 1..6),
        models in many("[abx-]{0,6}", 256),
    ) {
        let rules: Vec<Rule> = rules.into_iter().map(|expression| Rule { expression }).collect();
        let rules: Vec<&Rule> = rules.iter().collect();
        let fixed = Registered::new().with_compliance(true).with_trust(TrustType::AzureAd);
        let classes = device_classes(&rules, &fixed).expect("few texts are within the limit");
        let found: BTreeSet<_> = classes.into_iter().map(|class| class.matches).collect();
        for model in models {
            let value = AttributeValue::Text(model.clone());
            let device = Device::Registered(fixed.clone().put(Attribute::Model, value));
            prop_assert!(found.contains(&signature(&rules, &device).0), "{}", model);
        }
    }

    #[test]
    fn classes_are_those_of_all_devices(
        rules in many(rule(&ATTRIBUTES, SMALL, 5), 0..4),
        devices in many(device(), 64),
        fixed in subsequence(vec![0_u8, 1], 0..=2),
    ) {
        let rules: Vec<&Rule> = rules.iter().collect();
        let mut base = Registered::new();
        if fixed.contains(&0) {
            base = base.with_compliance(false);
        }
        if fixed.contains(&1) {
            base = base.with_trust(TrustType::AzureAd);
        }
        let Ok(classes) = device_classes(&rules, &base) else {
            return Ok(());
        };
        let mut found = BTreeSet::new();
        for class in classes {
            let claimed = (class.matches.clone(), class.is_compliant, class.is_hybrid_joined);
            prop_assert_eq!(signature(&rules, &class.device), claimed.clone());
            let kept = base.values().all(|(attribute, value)| match &class.device {
                Device::Registered(one) => one.value(attribute) == Some(value),
                Device::Unregistered => false,
            });
            prop_assert!(kept, "{:?}", class.device);
            prop_assert!(found.insert(claimed), "a class is given twice");
        }
        for device in devices {
            let device = base.values().fold(device, |device, (attribute, value)| {
                device.put(attribute, value.clone())
            });
            let device = Device::Registered(device);
            let signature = signature(&rules, &device);
            prop_assert!(found.contains(&signature), "{:?} gives {:?}", device, signature);
        }
    }
}
