//! Device filter rules: any text is read or refused, a rule that was read survives being printed
//! and read again, and each class of devices that it tells apart has a device that is in it.
#![no_main]

use halligan_core::ca::{RULE_CHARACTERS_MAX, Registered, Rule, device_classes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(rule) = Rule::parse(text) else {
        return;
    };
    let printed = rule.to_string();
    // Printing adds the spaces that a rule may leave out.
    if printed.chars().count() <= RULE_CHARACTERS_MAX {
        let again = Rule::parse(&printed).expect("what was printed is readable");
        assert_eq!(again, rule, "a rule changed by being printed and read");
    }
    let fixed = Registered::new().with_compliance(true);
    let Ok(classes) = device_classes(&[&rule], &fixed) else {
        return;
    };
    for class in classes {
        assert_eq!(class.matches, [rule.matches(&class.device)], "the device of another class");
        assert!(class.is_compliant, "what was fixed changed");
    }
});
