//! Exported files: any bytes are read or refused, and a policy that was read survives being
//! written and read again.
#![no_main]

use halligan_core::tenant::Policy;
use halligan_wire::Entity;
use halligan_wire::export::{Item, read_file};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(items) = read_file("input.json", bytes) else {
        return;
    };
    for item in items {
        if let Item::Policy(policy) = item {
            let text = serde_json::to_vec(&policy.write()).expect("a map of JSON values");
            let again = halligan_wire::read::<Policy>(&text).expect("what was written is readable");
            assert_eq!(again, policy, "a policy changed by being written and read");
        }
    }
});
