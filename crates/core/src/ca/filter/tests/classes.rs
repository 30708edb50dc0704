//! The classes of devices that rules tell apart.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use super::super::super::device::{Attribute, Device, INTUNE_APP_ID, Registered, TrustType};
use super::super::{CANDIDATES_MAX, DeviceClass, Rule, TooManyDevices, device_classes};
use super::{registered, rule, text};

fn classes(rules: &[&str], fixed: &Registered) -> Vec<DeviceClass> {
    let rules: Vec<Rule> = rules.iter().map(|text| rule(text)).collect();
    device_classes(&rules.iter().collect::<Vec<_>>(), fixed).unwrap()
}

/// The truth vectors as bits, in the order of the classes.
fn vectors(classes: &[DeviceClass]) -> Vec<String> {
    let bits = |class: &DeviceClass| {
        class.matches.iter().map(|bit| if *bit { '1' } else { '0' }).collect::<String>()
    };
    classes.iter().map(bits).collect()
}

fn compliant() -> Registered {
    Registered::new().with_compliance(true).with_trust(TrustType::AzureAd)
}

#[test]
fn without_rules_only_the_grant_controls_count() {
    let classes = classes(&[], &Registered::new());
    let states: Vec<_> =
        classes.iter().map(|class| (class.is_compliant, class.is_hybrid_joined)).collect();
    assert_eq!(states, [(false, false), (false, true), (true, false), (true, true)]);
    for class in &classes {
        assert_eq!(class.device.is_compliant(), class.is_compliant);
        assert_eq!(class.device.is_hybrid_joined(), class.is_hybrid_joined);
    }
}

#[test]
fn a_rule_on_states_has_a_class_for_each_state() {
    let rules = ["device.trustType -ne \"ServerAD\" -or device.isCompliant -ne True"];
    let found = classes(&rules, &Registered::new());
    assert_eq!(vectors(&found), ["1", "1", "1", "0"]);
    // `AzureAD` and `Workplace` are told apart only where a rule does.
    let rules = ["device.trustType -eq \"Workplace\"", "device.isCompliant -eq False"];
    let found = classes(&rules, &Registered::new());
    let seen: BTreeSet<String> = vectors(&found).into_iter().collect();
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["00", "01", "10", "11"]);
    let null = found.iter().find(|class| class.matches == [false, false] && !class.is_compliant);
    assert!(null.is_some(), "isCompliant may be null");
}

#[test]
fn representatives_are_plain() {
    let rules = [
        "device.displayName -startsWith \"PAW-\"",
        "device.displayName -contains \"lab\"",
        "device.model -in [\"X1\", \"X2\"]",
    ];
    let found = classes(&rules, &compliant());
    assert_eq!(vectors(&found), ["000", "001", "100", "101", "010", "011", "110", "111"]);
    let devices: Vec<String> = found
        .iter()
        .map(|class| match &class.device {
            Device::Unregistered => "unregistered".into(),
            Device::Registered(device) => {
                device.values().map(|(name, value)| format!("{name}={value} ")).collect()
            }
        })
        .collect();
    assert_eq!(devices[0], "isCompliant=True trustType=AzureAD ");
    assert_eq!(devices[1], "isCompliant=True model=X1 trustType=AzureAD ");
    assert_eq!(devices[6], "displayName=PAW-lab isCompliant=True trustType=AzureAD ");
}

#[test]
fn separators_keep_texts_apart_that_would_join_to_another() {
    // Written one after the other, prefix and suffix make the third text.
    let rules = [
        "device.model -startsWith \"a-\"",
        "device.model -endsWith \"b\"",
        "device.model -contains \"-b\"",
        "device.model -eq \"a-b\"",
    ];
    let found: BTreeSet<String> = vectors(&classes(&rules, &compliant())).into_iter().collect();
    for wanted in ["0000", "1000", "0100", "0010", "1100", "1010", "0110", "1110", "1111"] {
        assert!(found.contains(wanted), "{wanted} of {found:?}");
    }
    assert_eq!(found.len(), 9);
}

#[test]
fn overlapping_texts_give_only_what_can_be() {
    let rules = [
        "device.model -startsWith \"ab\"",
        "device.model -startsWith \"AB\"",
        "device.model -startsWith \"abc\"",
        "device.model -contains \"c\"",
    ];
    let found: BTreeSet<String> = vectors(&classes(&rules, &compliant())).into_iter().collect();
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["0000", "0001", "1100", "1101", "1111"]);
}

#[test]
fn extension_attributes_follow_what_shows_them() {
    let rules = ["device.extensionAttribute1 -eq \"SAW\""];
    let states = |classes: &[DeviceClass]| -> Vec<(bool, bool, bool)> {
        let mut states: Vec<_> = classes
            .iter()
            .map(|class| (class.is_compliant, class.is_hybrid_joined, class.matches[0]))
            .collect();
        states.sort_unstable();
        states
    };
    // A device that Intune manages shows them though it is neither compliant nor hybrid joined.
    let all = states(&classes(&rules, &Registered::new()));
    assert_eq!(all.len(), 8);
    let elsewhere = Registered::new().with(Attribute::MdmAppId, text("another")).unwrap();
    let elsewhere = states(&classes(&rules, &elsewhere));
    assert_eq!(elsewhere.len(), 7);
    assert!(!elsewhere.contains(&(false, false, true)));
    let managed = classes(&rules, &Registered::new().with_compliance(false))
        .into_iter()
        .find(|class| !class.is_hybrid_joined && class.matches == [true])
        .unwrap();
    let trust = text(TrustType::AzureAd.as_graph());
    let expected = registered(&[
        (Attribute::IsCompliant, false.into()),
        (Attribute::TrustType, trust),
        (Attribute::MdmAppId, text(INTUNE_APP_ID)),
        (Attribute::ExtensionAttribute1, text("SAW")),
    ]);
    assert_eq!(managed.device, expected);
}

#[test]
fn what_is_fixed_stays() {
    let rules = ["device.model -eq \"a\"", "device.isCompliant -eq True"];
    let fixed = compliant().with(Attribute::Model, text("B")).unwrap();
    let found = classes(&rules, &fixed);
    let only = DeviceClass {
        device: Device::Registered(fixed),
        matches: vec![false, true],
        is_compliant: true,
        is_hybrid_joined: false,
    };
    assert_eq!(found, [only]);
}

#[test]
fn collections_have_every_subset() {
    let rules = [
        "device.systemLabels -contains \"M365Managed\"",
        "device.systemLabels -contains \"m365managed\" -and device.systemLabels -notContains \"b\"",
    ];
    assert_eq!(vectors(&classes(&rules, &compliant())), ["00", "11", "10"]);
}

#[test]
fn more_than_the_limit_is_an_error() {
    let contains = |attribute: &str, count: u32| {
        let one = |n| format!("device.{attribute} -contains \"{n}-\"");
        (0..count).map(one).collect::<Vec<_>>().join(" -or ")
    };
    let most = CANDIDATES_MAX.ilog2();
    for (attribute, name) in [("physicalIds", Attribute::PhysicalIds), ("model", Attribute::Model)]
    {
        let over = rule(&contains(attribute, most + 1));
        let error = device_classes(&[&over], &compliant()).unwrap_err();
        assert_eq!(error, TooManyDevices { attribute: Some(name) });
        let huge = rule(&contains(attribute, 70));
        assert_eq!(device_classes(&[&huge], &compliant()), Err(error));
    }
    let [one, other] = ["physicalIds", "model"].map(|attribute| rule(&contains(attribute, 9)));
    let error = device_classes(&[&one, &other], &compliant()).unwrap_err();
    assert_eq!(error, TooManyDevices { attribute: None });
    assert_eq!(
        error.to_string(),
        "the device filters tell more than 65536 (CANDIDATES_MAX) devices apart"
    );
    assert_eq!(vectors(&device_classes(&[&one], &compliant()).unwrap()), ["0", "1"]);
}
